//! Ids of secret versions that say what changed: the password, or only where it is used.
//!
//! Secrets Manager takes a caller's token of 32 to 64 characters as the id of the version that it makes. The first 32
//! stand for the password, the rest for the connection: so a new connection leaves the password's version as it was,
//! and nobody need read a secret to know that its password is the same.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use sha2::{Digest, Sha256};

/// How many characters of a version's id stand for the password.
const PASSWORD: usize = 32;

/// Where Secrets Manager keeps the version that is in use.
const CURRENT: &str = "AWSCURRENT";

/// Returns the id of the version in use.
pub(crate) fn current(secret: &DescribeSecretOutput) -> Option<&str> {
    let versions = secret.version_ids_to_stages()?;
    versions
        .iter()
        .filter(|(_, stages)| stages.iter().any(|stage| stage == CURRENT))
        .map(|(id, _)| id.as_str())
        .min()
}

/// Returns the part of a version's id that stands for the password.
pub(crate) fn of_password(version: &str) -> &str {
    version.get(..PASSWORD).unwrap_or(version)
}

/// Returns the id of a version with a new password: the same for the same intention.
pub(crate) fn with_password(meant: &str, present: Option<&str>) -> String {
    let connection = present.and_then(|version| version.get(PASSWORD..)).unwrap_or_default();
    let connection = if connection.len() == PASSWORD { connection } else { "" };
    format!("{}{connection}", digest(meant))
}

/// Returns the id of a version with a new connection and the same password.
pub(crate) fn with_connection(meant: &str, present: &str) -> String {
    format!("{}{}", of_password(present), digest(meant))
}

fn digest(meant: &str) -> String {
    hex::encode(Sha256::digest(meant)).chars().take(PASSWORD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_connection_keeps_the_version_of_the_password() {
        let made = with_password("intention-1", None);
        assert_eq!(made.len(), 32);
        let connected = with_connection("intention-2", &made);
        assert_eq!(connected.len(), 64);
        assert_eq!(of_password(&connected), made);
        let changed = with_password("intention-3", Some(&connected));
        assert_ne!(of_password(&changed), made);
        assert_eq!(changed.get(32..), connected.get(32..));
    }

    #[test]
    fn versions_of_others_have_a_password_too() {
        let theirs = "01234567-89ab-cdef-0123-456789abcdef";
        assert_eq!(of_password(theirs), "01234567-89ab-cdef-0123-456789ab");
        assert_eq!(with_connection("t", theirs).len(), 64);
        assert_eq!(with_password("t", Some(theirs)).len(), 32);
    }
}
