//! Tags of resources, in each service's spelling and with its refusals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Refusal;
use crate::input::Input;

/// The general limit of user tags on one resource.
const MOST: usize = 50;

/// A resource's tags by key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tags(BTreeMap<String, String>);

/// How a service writes tags and refuses bad ones.
#[derive(Debug)]
pub(crate) struct TagDialect {
    /// The member that holds the key.
    pub(crate) key: &'static str,
    /// The member that holds the value.
    pub(crate) value: &'static str,
    /// The code for a reserved, repeated or malformed tag.
    pub(crate) invalid: &'static str,
    /// The code for more than fifty tags.
    pub(crate) too_many: &'static str,
    pub(crate) letters: Letters,
}

/// The characters that a service takes in tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Any, as EC2 and Redshift Serverless.
    Any,
    /// Letters, digits, spaces and `_.:/=+-@`, as IAM, ELBv2, KMS and Secrets Manager.
    Plain,
}

impl TagDialect {
    /// The tags of a request.
    pub(crate) fn read(&self, items: &[Value]) -> Result<Tags, Refusal> {
        let mut tags = Tags::default();
        self.put(&mut tags, items)?;
        Ok(tags)
    }

    /// Adds a request's tags, replacing those of equal key.
    pub(crate) fn put(&self, tags: &mut Tags, items: &[Value]) -> Result<(), Refusal> {
        let mut given = BTreeMap::new();
        for item in items {
            let (key, value) = (item.required(self.key)?, item.text(self.value).unwrap_or_default());
            if key.to_ascii_lowercase().starts_with("aws:") {
                return Err(Refusal::new(
                    self.invalid,
                    format!("Tag keys starting with 'aws:' are reserved for internal use: {key}"),
                ));
            }
            if !self.letters.take(key) || !self.letters.take(value) {
                let words =
                    format!("The tag {key} may hold only letters, digits, spaces and _ . : / = + - @");
                return Err(Refusal::new(self.invalid, words));
            }
            if given.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(Refusal::new(self.invalid, format!("Duplicate tag keys found: {key}")));
            }
        }
        tags.0.extend(given);
        match tags.0.len() > MOST {
            true => Err(Refusal::new(self.too_many, format!("A resource may have at most {MOST} tags."))),
            false => Ok(()),
        }
    }

    /// The tags as the service's answers list them.
    pub(crate) fn list(&self, tags: &Tags) -> Value {
        self.rows(tags).map(|(_, row)| row).collect()
    }

    /// The same by key, for listings in pages.
    pub(crate) fn rows(&self, tags: &Tags) -> impl Iterator<Item = (String, Value)> {
        tags.0.iter().map(|(key, value)| (key.clone(), json!({ self.key: key, self.value: value })))
    }
}

impl Tags {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }
}

impl Letters {
    fn take(self, text: &str) -> bool {
        let plain =
            |letter: char| letter.is_alphanumeric() || letter.is_whitespace() || "_.:/=+-@".contains(letter);
        self == Self::Any || text.chars().all(plain)
    }
}
