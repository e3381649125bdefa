//! What is kept of a password: a verifier, and how a login is checked against it.
//!
//! Forms and rules: Redshift guide, `CREATE USER`; the wire exchange of method 13 as
//! Amazon's Python driver speaks it (`extensible_digest.py`).

use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::error::SqlError;

/// A stored password; the password itself is never kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Verifier {
    /// Hex of MD5(password ‖ user name): the server asks for authentication method 5.
    Md5(String),
    /// SHA-256(password ‖ salt) and the salt: the server asks for authentication method 13.
    Sha256 { digest: Vec<u8>, salt: Vec<u8> },
    /// No password lets this user in.
    Disabled,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Md5(_) => "Md5(‹verifier›)",
            Self::Sha256 { .. } => "Sha256(‹verifier›)",
            Self::Disabled => "Disabled",
        })
    }
}

impl Verifier {
    /// Makes the verifier that a cleartext password gets.
    pub(crate) fn of_password(user: &str, password: &str) -> Self {
        Self::Md5(md5_hex(&[password.as_bytes(), user.as_bytes()]))
    }

    /// Reads what stands after `PASSWORD` in `CREATE USER`.
    pub(crate) fn from_sql(user: &str, text: &str) -> Result<Self, SqlError> {
        if let Some(hex) = text.strip_prefix("md5")
            && hex.len() == 32
            && hex.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return Ok(Self::Md5(hex.to_lowercase()));
        }
        if let Some(rest) = text.strip_prefix("sha256|") {
            return sha256_from_sql(rest);
        }
        check_strength(text)?;
        Ok(Self::of_password(user, text))
    }

    /// The form in which the verifier is stored.
    pub(crate) fn stored(&self) -> String {
        match self {
            Self::Md5(hex) => format!("md5{hex}"),
            Self::Sha256 { digest, salt } => {
                format!("sha256|{}|{}", hex::encode(digest), hex::encode(salt))
            }
            Self::Disabled => String::new(),
        }
    }

    pub(crate) fn from_stored(text: &str) -> Self {
        if let Some(hex) = text.strip_prefix("md5") {
            return Self::Md5(hex.to_owned());
        }
        text.strip_prefix("sha256|").and_then(|rest| sha256_from_sql(rest).ok()).unwrap_or(Self::Disabled)
    }

    /// Says whether the password is the right one.
    pub(crate) fn accepts(&self, user: &str, password: &str) -> bool {
        match self {
            Self::Md5(_) => *self == Self::of_password(user, password),
            Self::Sha256 { digest, salt } => {
                sha256(&[password.as_bytes(), salt]).as_slice() == digest.as_slice()
            }
            Self::Disabled => false,
        }
    }

    /// Says whether the answer to method 5 with this salt proves the password.
    pub(crate) fn accepts_md5_answer(&self, salt: [u8; 4], answer: &str) -> bool {
        if let Self::Md5(hex) = self {
            answer == format!("md5{}", md5_hex(&[hex.as_bytes(), &salt]))
        } else {
            false
        }
    }

    /// Says whether the answer to method 13 proves the password:
    /// SHA-256(SHA-256(password ‖ salt) ‖ server nonce ‖ client nonce).
    pub(crate) fn accepts_digest_answer(&self, server: &[u8], client: &[u8], answer: &[u8]) -> bool {
        if let Self::Sha256 { digest, .. } = self {
            sha256(&[digest, server, client]).as_slice() == answer
        } else {
            false
        }
    }
}

fn sha256_from_sql(rest: &str) -> Result<Verifier, SqlError> {
    let Some((digest, salt)) = rest.split_once('|') else {
        check_strength(rest)?;
        let salt: [u8; 16] = rand::random();
        return Ok(Verifier::Sha256 { digest: sha256(&[rest.as_bytes(), &salt]), salt: salt.to_vec() });
    };
    match (hex::decode(digest), hex::decode(salt)) {
        (Ok(digest), Ok(salt)) if digest.len() == 32 && !salt.is_empty() => {
            Ok(Verifier::Sha256 { digest, salt })
        }
        _ => Err(SqlError::new(
            "22023",
            "invalid SHA256 password hash: need sha256|<64 hexadecimal digits>|<hexadecimal salt>",
        )),
    }
}

/// Checks Redshift's rule for cleartext passwords.
fn check_strength(password: &str) -> Result<(), SqlError> {
    let refuse = |what: &str| Err(SqlError::new("22023", format!("password must {what}")));
    if !(8..=64).contains(&password.chars().count()) {
        return refuse("be between 8 and 64 characters long");
    }
    if !password.chars().any(|c| c.is_ascii_uppercase()) {
        return refuse("contain an uppercase letter");
    }
    if !password.chars().any(|c| c.is_ascii_lowercase()) {
        return refuse("contain a lowercase letter");
    }
    if !password.chars().any(|c| c.is_ascii_digit()) {
        return refuse("contain a number");
    }
    let forbidden = |c: char| !c.is_ascii() || c.is_ascii_control() || "'\"\\/@ ".contains(c);
    if password.chars().any(forbidden) {
        return refuse("not contain ', \", \\, /, @, a space, or a character outside ASCII");
    }
    Ok(())
}

fn md5_hex(parts: &[&[u8]]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}
