//! Sealing of secret values under the data folder's key.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use crate::call::Refusal;
use crate::error::Error;

/// The key under which this cloud seals secret values.
pub(crate) struct Vault {
    cipher: XChaCha20Poly1305,
}

/// A value that only the vault of its data folder can open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sealed(String);

impl std::fmt::Debug for Vault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Vault")
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("‹sealed›")
    }
}

impl Vault {
    /// A vault whose key nobody else has, gone with the process.
    pub(crate) fn in_memory() -> Self {
        Self::with_key(rand::random())
    }

    /// The vault of the key file, which is made with mode 0600 where there is none.
    pub(crate) fn open(file: &Path) -> Result<Self, Error> {
        if !file.exists() {
            let key: [u8; 32] = rand::random();
            crate::store::write_private(file, hex::encode(key).as_bytes())?;
        }
        let text = std::fs::read_to_string(file).map_err(|error| Error::file(file, error))?;
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key)
            .map_err(|error| Error::damaged(file, 1, &format!("the key is not 64 hex digits: {error}")))?;
        Ok(Self::with_key(key))
    }

    fn with_key(key: [u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&Key::from(key)) }
    }

    /// Seals a value.
    pub(crate) fn seal(&self, value: &[u8]) -> Result<Sealed, Refusal> {
        let nonce: [u8; 24] = rand::random();
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), value)
            .map_err(|_| Refusal::internal("a value is too long to seal"))?;
        Ok(Sealed(BASE64.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what this vault sealed.
    pub(crate) fn reveal(&self, sealed: &Sealed) -> Result<Vec<u8>, Refusal> {
        let foreign =
            || Refusal::internal("a secret value was sealed under another key than this data folder's");
        let bytes = BASE64.decode(&sealed.0).map_err(|_| foreign())?;
        let (nonce, text) = bytes.split_first_chunk::<24>().ok_or_else(foreign)?;
        self.cipher.decrypt(&XNonce::from(*nonce), text).map_err(|_| foreign())
    }
}
