//! The colours that the client has of each document, so that it is told only what has changed.

use std::collections::HashMap;

/// A token as the protocol counts: lines and characters from the one before, length, class, marks.
pub(crate) type Colour = [u32; 5];

/// What the client was told last, by document.
#[derive(Debug, Default)]
pub(crate) struct Colours {
    told: HashMap<String, (u64, Vec<Colour>)>,
    /// How often colours were told.
    times: u64,
}

/// What the client is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// All of them.
    All { name: String, colours: Vec<Colour> },
    /// Of those that it has under the name that it has said, some go and others come.
    Change { name: String, start: usize, gone: usize, come: Vec<Colour> },
}

impl Colours {
    /// Takes in the colours that a document has now, and returns what to tell a client that has those of a name.
    pub(crate) fn tell(&mut self, uri: &str, previous: Option<&str>, now: Vec<Colour>) -> Telling {
        self.times += 1;
        let name = self.times.to_string();
        let before = self.told.insert(uri.to_owned(), (self.times, now.clone()));
        let known = before.filter(|(times, _)| previous == Some(times.to_string().as_str()));
        let Some((_, before)) = known else { return Telling::All { name, colours: now } };
        let start = same(before.iter(), now.iter());
        let (old, new) = (before.get(start..).unwrap_or(&[]), now.get(start..).unwrap_or(&[]));
        let end = same(old.iter().rev(), new.iter().rev());
        let come = new.get(..new.len() - end).unwrap_or(&[]).to_vec();
        Telling::Change { name, start, gone: old.len() - end, come }
    }

    /// Drops what is known of a document.
    pub(crate) fn forget(&mut self, uri: &str) {
        self.told.remove(uri);
    }
}

/// How many are the same from the beginning on.
fn same<'c>(one: impl Iterator<Item = &'c Colour>, other: impl Iterator<Item = &'c Colour>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::{Colours, Telling};

    #[test]
    fn only_what_has_changed_is_told() {
        let (a, b, c) = ([0, 0, 1, 0, 0], [0, 2, 1, 0, 0], [1, 0, 3, 0, 0]);
        let mut colours = Colours::default();
        assert!(matches!(colours.tell("x", None, vec![a, b, b, c]), Telling::All { .. }));
        let told = colours.tell("x", Some("1"), vec![a, b, c, b, c]);
        assert_eq!(told, Telling::Change { name: "2".into(), start: 2, gone: 0, come: vec![c] });
        // A name that is not the last, and one of another document, are unknown.
        assert!(matches!(colours.tell("x", Some("1"), vec![]), Telling::All { .. }));
        assert!(matches!(colours.tell("y", Some("3"), vec![]), Telling::All { .. }));
        assert!(matches!(colours.tell("x", Some("3"), vec![]), Telling::Change { start: 0, gone: 0, .. }));
    }
}
