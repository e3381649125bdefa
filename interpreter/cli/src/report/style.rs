//! Colours of text for people, or none.

/// What a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A heading.
    Strong,
    /// Beside the point.
    Faint,
    /// Something comes, or is well.
    Good,
    /// Something changes.
    Change,
    /// Something goes, or is not well.
    Danger,
}

/// Whether texts are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// With colours.
    Colours,
    /// Without.
    Plain,
}

impl Paint {
    /// Returns a text in a style.
    pub(crate) fn of(self, style: Style, text: &str) -> String {
        let [before, after] = self.around(style);
        [before, text, after].concat()
    }

    /// Returns what stands before and after a text in a style.
    pub(crate) fn around(self, style: Style) -> [&'static str; 2] {
        match self {
            Self::Colours => [code(style), "\x1b[0m"],
            Self::Plain => ["", ""],
        }
    }

    /// Returns a text in a style, filled with blanks to a width: the codes of colours have none.
    pub(crate) fn pad(self, style: Style, text: &str, width: usize) -> String {
        let mut padded = self.of(style, text);
        padded.push_str(&blanks(text, width));
        padded
    }
}

/// Returns a text filled with blanks to a width, however large: `format!` gives up above 65535.
pub(crate) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", blanks(text, width))
}

fn blanks(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.chars().count()))
}

fn code(style: Style) -> &'static str {
    match style {
        Style::Strong => "\x1b[1m",
        Style::Faint => "\x1b[2m",
        Style::Good => "\x1b[32m",
        Style::Change => "\x1b[33m",
        Style::Danger => "\x1b[31m",
    }
}
