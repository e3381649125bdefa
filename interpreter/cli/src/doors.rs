//! The ways in that a stack has: what the `door` of each declaration says.

use rsx_engine::design::Design;
use rsx_lang::value::{Record, Value};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

/// How one declaration is reached with SQL.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// The declaration's address.
    pub(crate) address: SmolStr,
    /// What the library says of it.
    pub(crate) value: Value,
    fields: Record,
    /// Whether it stands before several.
    is_shared: bool,
}

/// Returns the ways in: balancers first, then readers and writers, each in the order of the spec.
pub(crate) fn doors(design: &dyn Design) -> Vec<Door> {
    let mut doors: Vec<_> = design.having("door").into_iter().filter_map(|id| door(design, id)).collect();
    doors.sort_by_key(|door| !door.is_shared);
    doors
}

fn door(design: &dyn Design, id: rsx_lang::instance::InstanceId) -> Option<Door> {
    let value = design.get(id, "door")?;
    let Value::Variant(word, fields) = &value else { return None };
    let (fields, is_shared) = ((**fields).clone(), word == "balancer");
    Some(Door { address: design.address(id), fields, is_shared, value })
}

impl Door {
    /// Returns whether all of it is there.
    pub(crate) fn is_open(&self) -> bool {
        self.value.is_known()
    }

    /// Returns whether it stands before several.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Returns where it is, `HOST:PORT`.
    pub(crate) fn host(&self) -> Option<&SmolStr> {
        self.fields.get("host")?.as_text()
    }

    /// Returns its port.
    pub(crate) fn port(&self) -> Option<i64> {
        i64::try_from(self.fields.get("port")?.as_number()?.to_integer()).ok()
    }

    /// Returns the database that clients name.
    pub(crate) fn database(&self) -> Option<&SmolStr> {
        self.fields.get("database")?.as_text()
    }

    /// Returns its users, the administrator first, each with the ARN of its secret.
    pub(crate) fn logins(&self) -> Vec<(SmolStr, SmolStr)> {
        let pair = |fields: &Record| {
            Some((fields.get("user")?.as_text()?.clone(), fields.get("secret")?.as_text()?.clone()))
        };
        let logins = self.fields.get("logins").and_then(Value::as_list);
        let logins = logins.into_iter().flat_map(|logins| logins.iter());
        let records =
            logins.filter_map(|login| if let Value::Record(fields) = login { pair(fields) } else { None });
        pair(&self.fields).into_iter().chain(records).collect()
    }

    /// Returns all that a client needs.
    pub(crate) fn json(&self) -> Json {
        json!({
            "address": self.address.as_str(),
            "host": self.host().map(SmolStr::as_str),
            "port": self.port(),
            "database": self.database().map(SmolStr::as_str),
            "logins": self.logins().iter().map(|(user, secret)| login(user, secret)).collect::<Vec<_>>(),
        })
    }
}

fn login(user: &str, arn: &str) -> Json {
    json!({ "user": user, "secret": secret_name(arn), "arn": arn })
}

/// Returns the name in a secret's ARN, without the six characters that Secrets Manager adds.
pub(crate) fn secret_name(arn: &str) -> &str {
    let name = arn.splitn(7, ':').nth(6).unwrap_or(arn);
    match name.rsplit_once('-') {
        Some((name, added)) if added.len() == 6 => name,
        Some(_) | None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::secret_name;

    #[test]
    fn a_secrets_name_stands_in_its_arn() {
        let arn =
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:rsx/airline/default/readers/bi-a1B2c3";
        assert_eq!(secret_name(arn), "rsx/airline/default/readers/bi");
        assert_eq!(secret_name("rsx/a/b"), "rsx/a/b");
    }
}
