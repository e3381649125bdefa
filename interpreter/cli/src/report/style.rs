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
        match self {
            Self::Colours => format!("\x1b[{}m{text}\x1b[0m", code(style)),
            Self::Plain => text.to_owned(),
        }
    }

    /// Returns a text in a style, filled with blanks to a width: the codes of colours have none.
    pub(crate) fn pad(self, style: Style, text: &str, width: usize) -> String {
        format!("{}{}", self.of(style, text), blanks(text, width))
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
        Style::Strong => "1",
        Style::Faint => "2",
        Style::Good => "32",
        Style::Change => "33",
        Style::Danger => "31",
    }
}
