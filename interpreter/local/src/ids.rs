//! Identifiers, drawn from a seed: the same seed and the same calls give the same ones.

use sha2::{Digest, Sha256};

/// The draws made so far from one seed.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    seed: u64,
    draws: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64, draws: u64) -> Self {
        Self { seed, draws }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn draws(&self) -> u64 {
        self.draws
    }

    /// Thirty-two bytes nobody has drawn before.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.draws += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.draws.to_be_bytes());
        hash.finalize().into()
    }

    /// An EC2 identifier: the prefix, a hyphen and 17 hex digits.
    pub(crate) fn ec2(&mut self, prefix: &str) -> String {
        format!("{prefix}-{}", self.hex(17))
    }

    /// At most 64 lower-case hex digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        hex::encode(self.bytes()).chars().take(digits).collect()
    }

    /// A version-4 UUID in its usual form.
    pub(crate) fn uuid(&mut self) -> String {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = self.bytes();
        uuid::Builder::from_random_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
            .into_uuid()
            .to_string()
    }

    /// A text of characters of the alphabet, which isn't empty.
    pub(crate) fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        (0..length)
            .filter_map(|_| alphabet.get(self.below(alphabet.len())))
            .map(|&byte| char::from(byte))
            .collect()
    }

    /// A number below the bound, which isn't zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let [a, b, c, d, ..] = self.bytes();
        usize::try_from(u32::from_be_bytes([a, b, c, d]))
            .unwrap_or_default()
            .checked_rem(bound)
            .unwrap_or_default()
    }

    /// An IAM unique id: the prefix and 17 upper-case letters and digits.
    pub(crate) fn iam(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.text(17, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    }
}
