//! Tags: the owner's on everything that takes them, the user's on top, and the proof of who owns what is found.

use rsx_engine::provider::{Context, Fault};
use smol_str::SmolStr;

use crate::fields::Fields;

/// The tag that holds the deployment's id.
pub(crate) const ID: &str = "rsx:id";
/// The tag that holds the resource's address.
pub(crate) const ADDRESS: &str = "rsx:address";

const STACK: &str = "rsx:stack";
const ENV: &str = "rsx:env";
/// The prefix of tags that are rsx's own.
const OWN: &str = "rsx:";
/// The prefix of tags that services set (AWS, Tag naming limits).
const SERVICE: &str = "aws:";
/// The tag in which EC2's console looks for a name.
pub(crate) const NAME: &str = "Name";

/// Keys and values in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Returns the owner's tags and those that a resource's `tags` field wants.
    pub(crate) fn wanted(cx: &Context, want: Fields<'_>) -> Result<Self, Fault> {
        let mut tags = Self::owned(cx);
        for (key, value) in want.map("tags")? {
            tags.set(&key, &value);
        }
        Ok(tags)
    }

    /// Returns the owner's tags and those of the whole stack, for what has no `tags` field.
    pub(crate) fn of_stack(cx: &Context) -> Self {
        let mut tags = Self::owned(cx);
        for (key, value) in &cx.owner.tags {
            tags.set(key, value);
        }
        tags
    }

    fn owned(cx: &Context) -> Self {
        let pairs = [
            (STACK, cx.owner.stack.to_string()),
            (ENV, cx.owner.env.to_string()),
            (ADDRESS, slashed(&cx.address)),
            (ID, cx.owner.id.to_string()),
        ];
        Self(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// Collects what a service tells.
    pub(crate) fn read<'a>(told: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>) -> Self {
        let pairs = told.into_iter().filter_map(|(key, value)| Some((key?.to_owned(), value?.to_owned())));
        Self(pairs.collect())
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.set(NAME, name);
        self
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) {
        match self.0.iter_mut().find(|(present, _)| present == key) {
            Some((_, present)) => value.clone_into(present),
            None => self.0.push((key.to_owned(), value.to_owned())),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(present, _)| present == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns the user's own, without those of rsx, of services, and `except`.
    pub(crate) fn of_user(&self, except: &[&str]) -> Vec<(String, String)> {
        let own = |key: &str| key.starts_with(OWN) || key.starts_with(SERVICE) || except.contains(&key);
        let mut tags: Vec<_> = self.0.iter().filter(|(key, _)| !own(key)).cloned().collect();
        tags.sort_unstable();
        tags
    }

    /// Returns nothing if they say that the caller's deployment owns `found`.
    pub(crate) fn prove(&self, cx: &Context, found: &str) -> Result<(), Fault> {
        if self.get(ID) == Some(cx.owner.id.as_str()) {
            return Ok(());
        }
        Err(Fault::Foreign { found: found.to_owned(), owner: self.owner() })
    }

    fn owner(&self) -> String {
        match (self.get(STACK), self.get(ENV), self.get(ADDRESS)) {
            (Some(stack), Some(env), Some(address)) => {
                format!("stack `{stack}`, env `{env}`, as `{address}`, of another state")
            }
            (Some(stack), _, _) => format!("stack `{stack}` of another state"),
            (None, _, _) => "nobody whom its tags name".to_owned(),
        }
    }
}

/// What must be sent to make one set of the user's tags another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retagging {
    /// New keys, and keys with another value.
    pub(crate) set: Tags,
    /// Keys that go.
    pub(crate) unset: Vec<String>,
}

impl Retagging {
    pub(crate) fn between(before: Fields<'_>, want: Fields<'_>) -> Result<Self, Fault> {
        let (before, want) = (before.map("tags")?, want.map("tags")?);
        let set = want.iter().filter(|pair| !before.contains(pair)).cloned().collect();
        let unset = before.iter().map(|(key, _)| key).filter(|key| want.iter().all(|(kept, _)| kept != *key));
        Ok(Self { set: Tags(set), unset: unset.cloned().collect() })
    }

    pub(crate) fn set(&self) -> Option<&Tags> {
        Some(&self.set).filter(|tags| !tags.0.is_empty())
    }

    pub(crate) fn unset(&self) -> Option<Vec<String>> {
        Some(self.unset.clone()).filter(|keys| !keys.is_empty())
    }
}

/// Writes an address without the brackets that IAM and ELBv2 refuse in tags: `readers[2].workgroup` is `readers/2/workgroup`.
pub(crate) fn slashed(address: &SmolStr) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '[' | '.' => out.push('/'),
            ']' | '"' => {}
            c if c.is_alphanumeric() || " _:/=+-@".contains(c) => out.push(c),
            _ => out.push('_'),
        }
    }
    out
}

/// Tags in the shapes of each service.
mod shapes {
    use super::Tags;

    // INVARIANT: every `build` below has both of its members, so none of them fails.
    impl Tags {
        pub(crate) fn ec2(&self) -> Vec<aws_sdk_ec2::types::Tag> {
            self.pairs().map(|(k, v)| aws_sdk_ec2::types::Tag::builder().key(k).value(v).build()).collect()
        }

        pub(crate) fn ec2_on(
            &self,
            kind: aws_sdk_ec2::types::ResourceType,
        ) -> aws_sdk_ec2::types::TagSpecification {
            let tags = Some(self.ec2());
            aws_sdk_ec2::types::TagSpecification::builder().resource_type(kind).set_tags(tags).build()
        }

        pub(crate) fn balancing(&self) -> Vec<aws_sdk_elasticloadbalancingv2::types::Tag> {
            let tag = aws_sdk_elasticloadbalancingv2::types::Tag::builder;
            self.pairs().map(|(k, v)| tag().key(k).value(v).build()).collect()
        }

        pub(crate) fn serverless(&self) -> Vec<aws_sdk_redshiftserverless::types::Tag> {
            let tag = aws_sdk_redshiftserverless::types::Tag::builder;
            self.pairs().filter_map(|(k, v)| tag().key(k).value(v).build().ok()).collect()
        }

        pub(crate) fn keys(&self) -> Vec<aws_sdk_kms::types::Tag> {
            let tag = aws_sdk_kms::types::Tag::builder;
            self.pairs().filter_map(|(k, v)| tag().tag_key(k).tag_value(v).build().ok()).collect()
        }

        pub(crate) fn secrets(&self) -> Vec<aws_sdk_secretsmanager::types::Tag> {
            let tag = aws_sdk_secretsmanager::types::Tag::builder;
            self.pairs().map(|(k, v)| tag().key(k).value(v).build()).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::fields::Seen;

    #[test]
    fn an_address_in_a_tag_has_no_brackets() {
        assert_eq!(slashed(&"readers[2].workgroup".into()), "readers/2/workgroup");
        assert_eq!(slashed(&"main.subnets[0]".into()), "main/subnets/0");
    }

    #[test]
    fn only_differences_are_sent() {
        let record = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            Seen::new().map("tags", pairs).record()
        };
        let before = record(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let want = record(&[("a", "1"), ("b", "9")]);
        let retagging = Retagging::between(Fields(&before), Fields(&want)).unwrap();
        assert_eq!(retagging.set.0, [("b".to_owned(), "9".to_owned())]);
        assert_eq!(retagging.unset, ["c"]);
        let none = Retagging::between(Fields(&want), Fields(&want)).unwrap();
        assert!(none.set().is_none() && none.unset().is_none());
    }
}
