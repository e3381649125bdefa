//! Literals that can't be.

use ipnet::Ipv4Net;
use smol_str::SmolStr;

use super::Words;
use crate::{Code, Diagnostic, Span};

const RANGE: Code = Code::of("rsx::literal::range");
const HOST_BITS: Code = Code::of("rsx::literal::host_bits");

/// What is wrong with a literal.
#[derive(Clone, Debug)]
pub(crate) enum Literal {
    /// More digits than are kept.
    NumberTooLong { digits: usize },
    /// `300.0.0.1`
    Address { written: SmolStr },
    /// `/33`
    PrefixLength { written: SmolStr },
    /// `10.0.0.7/16`
    HostBits { cidr: Ipv4Net, mended: Ipv4Net },
}

impl Literal {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::NumberTooLong { digits } => {
                let message = format!("a number has at most {digits} digits");
                Words::new(
                    RANGE,
                    message,
                    "too many digits",
                    "write it with fewer digits, or in a larger unit",
                )
            }
            Self::Address { written } => {
                let help = "write four numbers from 0 to 255, without leading zeros";
                Words::new(RANGE, format!("`{written}` is no IPv4 address"), "impossible address", help)
            }
            Self::PrefixLength { written } => {
                let message = format!("`/{written}` is no prefix length");
                Words::new(RANGE, message, "impossible prefix length", "write a length from 0 to 32")
            }
            Self::HostBits { cidr, mended } => {
                let message = format!("`{cidr}` has host bits set");
                Words::new(
                    HOST_BITS,
                    message,
                    "not the first address of its block",
                    &format!("write `{mended}`"),
                )
            }
        }
    }

    /// Adds the change that mends it, if there is only one.
    pub(super) fn mend(&self, problem: Diagnostic, at: Span) -> Diagnostic {
        match self {
            Self::HostBits { mended, .. } => {
                problem.with_fix(format!("write `{mended}`"), at, mended.to_string())
            }
            Self::NumberTooLong { .. } | Self::Address { .. } | Self::PrefixLength { .. } => problem,
        }
    }
}
