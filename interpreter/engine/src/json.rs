//! Values to JSON and back without loss; a secret becomes a salted digest, which nothing turns back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rsx_lang::dimension::{Dimension, Units};
use rsx_lang::secret::{MARK, Protected, Secret};
use rsx_lang::value::{Record, Value};
use rsx_syntax::ast::Fraction;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

/// A record as the journal keeps it.
pub type Stored = Map<String, Json>;

/// How often a digest is taken of itself, so that trying words against one is slow.
const ROUNDS: usize = 2000;

/// Writes values with the names of a program's dimensions, and secrets with a deployment's salt.
#[derive(Debug)]
pub struct Codec {
    units: Units,
    salt: SmolStr,
    digests: Mutex<BTreeMap<SmolStr, (Protected, String)>>,
}

impl Codec {
    /// Makes one; the salt sets the digests of one deployment apart from those of another.
    pub fn new(units: &Units, salt: &str) -> Self {
        Self { units: units.clone(), salt: salt.into(), digests: Mutex::default() }
    }

    /// Writes the fields of a record that are known; holes are left out.
    pub fn store(&self, record: &Record) -> Stored {
        record.iter().filter_map(|(name, value)| Some((name.to_string(), self.encode(value)?))).collect()
    }

    /// Reads a record back; what can't be read is left out.
    pub fn recall(&self, stored: &Stored) -> Record {
        stored.iter().filter_map(|(name, json)| Some((SmolStr::from(name), self.decode(json)?))).collect()
    }

    /// Writes a value, `None` if anything within is a hole, in error or an instance.
    pub fn encode(&self, value: &Value) -> Option<Json> {
        Some(match value {
            Value::Unknown | Value::Pending(_) | Value::Instance(_) => return None,
            Value::None => Json::Null,
            Value::Bool(truth) => Json::Bool(*truth),
            Value::Number(n, dimension) => self.encode_number(*n, *dimension),
            Value::Char(c) => json!({ "char": c.to_string() }),
            Value::Text(text) => Json::String(text.to_string()),
            Value::Cidr(cidr) => json!({ "cidr": cidr.to_string() }),
            Value::Ip(ip) => json!({ "ip": ip.to_string() }),
            Value::Range(ends) => match &ends.1 {
                Some(end) => json!({ "range": [self.encode(&ends.0)?, self.encode(end)?] }),
                None => json!({ "range": [self.encode(&ends.0)?] }),
            },
            Value::List(items) => {
                Json::Array(items.iter().map(|item| self.encode(item)).collect::<Option<_>>()?)
            }
            Value::Record(fields) => json!({ "record": self.encode_fields(fields)? }),
            Value::Variant(word, fields) => {
                json!({ "variant": word.as_str(), "fields": self.encode_fields(fields)? })
            }
            Value::Secret(secret) => match &**secret {
                Secret::Generated => json!({ "secret": "generated" }),
                Secret::Stored(name) => json!({ "secret": { "stored": name.as_str() } }),
                Secret::Given { param, text } => {
                    json!({ "secret": { "digest": self.digest_once(param, text) } })
                }
            },
        })
    }

    /// Reads a value; a digest becomes the mark that stands for secrets.
    pub fn decode(&self, json: &Json) -> Option<Value> {
        match json {
            Json::Null => Some(Value::None),
            Json::Bool(truth) => Some(Value::Bool(*truth)),
            Json::Number(n) => n.as_i64().map(Value::int),
            Json::String(text) => Some(Value::text(text.as_str())),
            Json::Array(items) => {
                items.iter().map(|item| self.decode(item)).collect::<Option<Arc<[_]>>>().map(Value::List)
            }
            Json::Object(fields) => self.decode_tagged(fields),
        }
    }

    fn encode_fields(&self, fields: &Record) -> Option<Stored> {
        fields.iter().map(|(name, value)| Some((name.to_string(), self.encode(value)?))).collect()
    }

    fn decode_fields(&self, json: &Json) -> Option<Arc<Record>> {
        let fields = json.as_object()?.iter();
        fields
            .map(|(name, json)| Some((name.into(), self.decode(json)?)))
            .collect::<Option<_>>()
            .map(Arc::new)
    }

    fn encode_number(&self, n: Fraction, dimension: Dimension) -> Json {
        match i64::try_from(*n.numer()) {
            Ok(whole) if dimension.is_none() && n.is_integer() => json!(whole),
            _ if dimension.is_none() => json!({ "number": n.to_string() }),
            _ => {
                let named = self.units.bases.iter().zip(dimension.0).filter(|(_, power)| *power != 0);
                let of: Stored = named.map(|(name, power)| (name.to_string(), json!(power))).collect();
                json!({ "number": n.to_string(), "of": of })
            }
        }
    }

    fn decode_number(&self, n: &Json, of: Option<&Json>) -> Option<Value> {
        let mut dimension = Dimension::NONE;
        for (name, power) in of.and_then(Json::as_object).into_iter().flatten() {
            let base = self.units.bases.iter().position(|base| base == name)?;
            *dimension.0.get_mut(base)? = i8::try_from(power.as_i64()?).ok()?;
        }
        Some(Value::Number(n.as_str()?.parse().ok()?, dimension))
    }

    fn decode_tagged(&self, fields: &Stored) -> Option<Value> {
        let (tag, json) = fields.iter().next()?;
        match tag.as_str() {
            "number" => self.decode_number(json, fields.get("of")),
            "char" => json.as_str()?.chars().next().map(Value::Char),
            "cidr" => json.as_str()?.parse().ok().map(Value::Cidr),
            "ip" => json.as_str()?.parse().ok().map(Value::Ip),
            "range" => {
                let ends = json.as_array()?;
                let upper =
                    ends.get(1).map(|end| self.decode(end)).map_or(Some(None), |end| end.map(Some))?;
                Some(Value::Range(Arc::new((self.decode(ends.first()?)?, upper))))
            }
            "record" => self.decode_fields(json).map(Value::Record),
            "variant" => {
                Some(Value::Variant(json.as_str()?.into(), self.decode_fields(fields.get("fields")?)?))
            }
            "secret" => Some(decode_secret(json)),
            _ => None,
        }
    }

    /// Digests what was given for a param; it stands in many fields and is digested once.
    pub(crate) fn digest_once(&self, param: &SmolStr, text: &Protected) -> String {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        match digests.get(param) {
            Some((known, digest)) if known == text => digest.clone(),
            Some(_) | None => {
                let digest = self.digest(text.reveal());
                digests.insert(param.clone(), (text.clone(), digest.clone()));
                digest
            }
        }
    }

    fn digest(&self, text: &str) -> String {
        let salt = self.salt.as_bytes();
        let mut digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(text).finalize();
        for _ in 1..ROUNDS {
            digest = Sha256::new().chain_update(salt).chain_update(digest).finalize();
        }
        hex::encode(digest)
    }
}

fn decode_secret(json: &Json) -> Value {
    let stored = json.get("stored").and_then(Json::as_str);
    match stored {
        Some(name) => Value::Secret(Arc::new(Secret::Stored(name.into()))),
        None if json.as_str() == Some("generated") => Value::Secret(Arc::new(Secret::Generated)),
        None => Value::text(MARK),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn units() -> Units {
        Units { bases: vec!["Duration".into(), "Rpu".into()], units: Default::default() }
    }

    fn per(powers: [i8; 8]) -> Dimension {
        Dimension(powers)
    }

    #[test]
    fn values_come_back_as_they_were() {
        let units = units();
        let codec = Codec::new(&units, "s");
        let n = |a, b, powers| Value::Number(Fraction::new(a, b), per(powers));
        let values = [
            Value::None,
            Value::Bool(true),
            Value::int(-7),
            n(i128::MAX, 1, [0; 8]),
            n(7, 3, [0; 8]),
            n(30, 1, [1, 0, 0, 0, 0, 0, 0, 0]),
            n(9, 25, [-1, -1, 0, 0, 0, 0, 0, 0]),
            Value::Char('ß'),
            Value::text("a \"b\""),
            Value::Cidr("10.0.0.0/16".parse().unwrap()),
            Value::Ip("10.0.0.7".parse().unwrap()),
            Value::Range(Arc::new((Value::int(1), Some(Value::int(2))))),
            Value::Range(Arc::new((Value::int(1), None))),
            Value::list([Value::None, Value::list([])]),
            Value::record([("number".into(), Value::text("x")), ("b".into(), Value::None)]),
            Value::Variant("managed".into(), Arc::new(Record::default())),
            Value::Variant("key".into(), Arc::new(Record::from_iter([("alias".into(), Value::text("x"))]))),
            Value::Secret(Arc::new(Secret::Generated)),
            Value::Secret(Arc::new(Secret::Stored("a/b".into()))),
        ];
        for value in values {
            let json = codec.encode(&value).unwrap();
            let text = serde_json::to_string(&json).unwrap();
            assert_eq!(codec.decode(&serde_json::from_str(&text).unwrap()), Some(value), "{text}");
        }
    }

    #[test]
    fn a_given_secret_is_a_digest_that_depends_on_the_deployment() {
        let units = units();
        let given = |text: &str| {
            Value::Secret(Arc::new(Secret::Given { param: "p".into(), text: Protected::new(text) }))
        };
        let one = Codec::new(&units, "one");
        let two = Codec::new(&units, "two");
        let json = one.encode(&given("Sup3rSecret")).unwrap();
        assert!(!json.to_string().contains("Sup3rSecret"));
        assert_eq!(json, one.encode(&given("Sup3rSecret")).unwrap());
        assert_ne!(json, one.encode(&given("Sup3rSecreT")).unwrap());
        assert_ne!(json, two.encode(&given("Sup3rSecret")).unwrap());
        assert_eq!(one.decode(&json), Some(Value::text(MARK)));
    }
}
