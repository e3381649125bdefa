//! Records without holes: the only ones that may be sent.

use rsx_lang::value::{Record, Value};

/// A record in which nothing is unknown.
///
/// INVARIANT: only [`Known::new`] makes one, so that no call can be handed a hole.
#[derive(Clone, Debug, PartialEq)]
pub struct Known(Record);

impl Known {
    /// Takes a record if nothing within is a hole or in error.
    pub fn new(record: Record) -> Option<Self> {
        record.values().all(Value::is_known).then_some(Self(record))
    }

    /// Returns the fields.
    pub fn fields(&self) -> &Record {
        &self.0
    }
}
