//! The forms in which Redshift keeps a password, so that the password itself never stands in SQL.

use md5::{Digest, Md5};
use rsx_engine::provider::Fault;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::refusal::{Worded, refusal};

/// The form in which Redshift keeps a password (Redshift CREATE USER).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verifier {
    /// `md5` and the digest of password and user; every client can log in.
    Md5,
    /// `sha256|digest|salt`; only Amazon's own drivers can log in.
    Sha256,
}

impl Verifier {
    /// Reads the word of the library.
    pub(crate) fn of(word: &str) -> Result<Self, Fault> {
        match word {
            "md5" => Ok(Self::Md5),
            "sha256" => Ok(Self::Sha256),
            other => {
                Err(refusal("Verifier", format!("there is no verifier `{other}`")).at("verifier").fault())
            }
        }
    }

    /// Returns what stands for a user's password; with `sha256` another one each time.
    pub(crate) fn of_password(self, user: &str, password: &str) -> Zeroizing<String> {
        match self {
            Self::Md5 => Zeroizing::new(md5(user, password)),
            Self::Sha256 => Zeroizing::new(sha256(password, &rand::random())),
        }
    }
}

fn md5(user: &str, password: &str) -> String {
    let digest = Md5::new().chain_update(password).chain_update(user).finalize();
    format!("md5{}", hex::encode(digest))
}

/// The digest is made with the salt's bytes, not with its hex text: with that, logins fail (observed).
fn sha256(password: &str, salt: &[u8; 16]) -> String {
    let digest = Sha256::new().chain_update(password).chain_update(salt).finalize();
    format!("sha256|{}|{}", hex::encode(digest), hex::encode(salt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn md5_is_of_password_then_user() {
        // Redshift's documentation, CREATE USER: password `ez` of user `user1`.
        assert_eq!(md5("user1", "ez"), "md5153c434b4b77c89e6b94f12c5393af5b");
    }

    #[test]
    fn sha256_is_of_password_then_the_bytes_of_the_salt() {
        let salt = [0x0f; 16];
        let digest =
            Sha256::digest(b"Sup3rSecret\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f");
        let expected = format!("sha256|{}|0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", hex::encode(digest));
        assert_eq!(sha256("Sup3rSecret", &salt), expected);
        assert_ne!(*Verifier::Sha256.of_password("u", "p"), *Verifier::Sha256.of_password("u", "p"));
    }
}
