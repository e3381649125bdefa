//! A design → a short text that is another when the design comes to something else.

use rsx_lang::secret::Secret;
use rsx_lang::value::{Record, Value};
use sha2::{Digest, Sha256};

use crate::design::Design;
use crate::json::Codec;

/// Returns what a design comes to, as far as it is known, in a short text. A plan that is to be saved takes it before anything is looked at.
pub fn digest(design: &dyn Design) -> String {
    let mut digest = ValueDigest { codec: Codec::new(design.units(), ""), bytes: Vec::new() };
    let mut whole = Sha256::new();
    for id in design.resources() {
        digest.text(&design.address(id));
        digest.fields(&design.want(id));
        whole.update(&digest.bytes);
        digest.bytes.clear();
    }
    hex::encode(whole.finalize())
}

/// Values as bytes that no two different values share: each begins with its shape, and what may be long with its length.
struct ValueDigest {
    /// Hides secrets.
    codec: Codec,
    bytes: Vec<u8>,
}

impl ValueDigest {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Unknown | Value::Pending(_) | Value::Instance(_) => self.shape(0),
            Value::None => self.shape(1),
            Value::Bool(truth) => self.shape(if *truth { 2 } else { 3 }),
            Value::Number(number, dimension) => {
                self.shape(4);
                self.bytes.extend(number.numer().to_le_bytes());
                self.bytes.extend(number.denom().to_le_bytes());
                self.bytes.extend(dimension.0.iter().flat_map(|power| power.to_le_bytes()));
            }
            Value::Char(c) => {
                self.shape(5);
                self.bytes.extend(u32::from(*c).to_le_bytes());
            }
            Value::Text(text) => {
                self.shape(6);
                self.text(text);
            }
            Value::Cidr(cidr) => {
                self.shape(7);
                self.bytes.extend(cidr.addr().octets());
                self.bytes.push(cidr.prefix_len());
            }
            Value::Ip(ip) => {
                self.shape(8);
                self.bytes.extend(ip.octets());
            }
            Value::Range(ends) => {
                self.shape(9);
                self.value(&ends.0);
                self.value(ends.1.as_ref().unwrap_or(&Value::None));
            }
            Value::List(items) => {
                self.shape(10);
                self.length(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Record(fields) => {
                self.shape(11);
                self.fields(fields);
            }
            Value::Variant(word, fields) => {
                self.shape(12);
                self.text(word);
                self.fields(fields);
            }
            Value::Secret(secret) => self.secret(secret),
        }
    }

    fn secret(&mut self, secret: &Secret) {
        match secret {
            Secret::Generated => self.shape(13),
            Secret::Stored(name) => {
                self.shape(14);
                self.text(name);
            }
            Secret::Given { param, text } => {
                self.shape(15);
                let hidden = self.codec.digest_once(param, text);
                self.text(&hidden);
            }
        }
    }

    fn fields(&mut self, fields: &Record) {
        self.length(fields.len());
        for (name, value) in fields {
            self.text(name);
            self.value(value);
        }
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.bytes.extend(text.as_bytes());
    }

    fn length(&mut self, length: usize) {
        self.bytes.extend((length as u64).to_le_bytes());
    }

    fn shape(&mut self, shape: u8) {
        self.bytes.push(shape);
    }
}
