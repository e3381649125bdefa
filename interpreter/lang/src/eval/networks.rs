//! Functions about networks.

use ipnet::Ipv4Net;

use super::Eval;
use super::call::{Call, whole};
use crate::builtin::Builtin;
use crate::problems::evaluation::Problem;
use crate::value::Value;

/// How many blocks a network may be cut into.
const MOST: u32 = 4096;

impl<'p> Eval<'p, '_> {
    pub(super) fn network(
        &mut self,
        builtin: Builtin,
        one: &Value,
        two: Option<&Value>,
        call: Call<'p>,
    ) -> Value {
        let Value::Cidr(cidr) = one else { return Value::Unknown };
        match (builtin, two) {
            (Builtin::Addresses, _) => Value::int(1_i128 << (32 - cidr.prefix_len())),
            (Builtin::Prefix, _) => Value::int(cidr.prefix_len()),
            (Builtin::Overlaps, Some(Value::Cidr(other))) => {
                Value::Bool(cidr.contains(other) || other.contains(cidr))
            }
            (Builtin::Blocks, Some(count)) => match whole(count).and_then(|count| blocks(*cidr, count)) {
                Some(blocks) => Value::list(blocks.into_iter().map(Value::Cidr)),
                None => {
                    let (cidr, count) = (cidr.to_string(), self.show(count));
                    self.fail(
                        call.first(),
                        call.scope,
                        &Problem::TooManyBlocks { cidr: &cidr, count: &count },
                    )
                }
            },
            _ => Value::Unknown,
        }
    }
}

/// Cuts equal blocks from the start of a network, the largest that are powers of two.
fn blocks(cidr: Ipv4Net, count: i128) -> Option<Vec<Ipv4Net>> {
    let count = u32::try_from(count).ok().filter(|count| *count <= MOST)?;
    let bits = u8::try_from(count.checked_next_power_of_two()?.ilog2()).ok()?;
    let prefix = cidr.prefix_len().checked_add(bits).filter(|prefix| *prefix <= 32)?;
    Some(cidr.subnets(prefix).ok()?.take(count as usize).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn blocks_are_equal_and_as_large_as_they_can_be() {
        let cut = |cidr: &str, count| {
            blocks(cidr.parse().unwrap(), count)
                .map(|blocks| blocks.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(cut("10.0.0.0/16", 3).unwrap(), ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"]);
        assert_eq!(cut("10.0.0.0/16", 1).unwrap(), ["10.0.0.0/16"]);
        assert_eq!(cut("10.0.0.0/16", 0).unwrap(), Vec::<String>::new());
        assert_eq!(cut("10.0.0.0/31", 3), None);
        assert_eq!(cut("10.0.0.0/16", -1), None);
    }
}
