//! Values that break the rules of their types.

use rsx_syntax::{Code, Diagnostic, Span};
use smol_str::SmolStr;

use super::enumerate;

/// A value outside its type.
#[derive(Clone, Debug)]
pub(crate) struct Problem<'p> {
    /// The code of the type, if it has one.
    pub(crate) code: Option<&'p SmolStr>,
    /// The type's name.
    pub(crate) name: Option<&'p SmolStr>,
    /// What was found.
    pub(crate) found: Found<'p>,
    /// Its bounds, as written, if it is outside.
    pub(crate) bounds: Option<&'p str>,
    /// The rules that it breaks.
    pub(crate) broken: &'p [SmolStr],
    /// The place at fault.
    pub(crate) at: Span,
    /// The character there, if one is at fault.
    pub(crate) character: Option<char>,
    /// What demanded the type.
    pub(crate) by: Option<Span>,
    /// What is written instead, if that is plain.
    pub(crate) mend: Option<String>,
}

/// What was found.
#[derive(Clone, Debug)]
pub(crate) enum Found<'p> {
    /// A value, as it would be written.
    Shown(&'p str),
    /// A secret of so many characters.
    Hidden(usize),
}

impl Problem<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let code = self.code.map_or(Code::of("rsx::type::refinement"), |code| Code::named(code.clone()));
        let diagnostic = Diagnostic::error(code, self.message(), self.at, self.label());
        let diagnostic = match &self.mend {
            Some(mend) => {
                let title = format!("write `{mend}`");
                diagnostic.with_help(title.as_str()).with_fix(title, self.at, mend)
            }
            None => diagnostic.with_help(self.help()),
        };
        match self.by {
            Some(by) if by != self.at => diagnostic.with_label(by, self.demand()),
            Some(_) | None => diagnostic,
        }
    }

    fn message(&self) -> String {
        let found = match &self.found {
            Found::Shown(value) => (*value).to_owned(),
            Found::Hidden(1) => "the secret of 1 character".to_owned(),
            Found::Hidden(length) => format!("the secret of {length} characters"),
        };
        match (self.bounds, self.name) {
            (Some(bounds), _) => format!("{found} is outside {bounds}"),
            (None, Some(name)) => format!("{found} is no `{name}`; it needs {}", self.needs()),
            (None, None) => format!("{found} does not fit; it needs {}", self.needs()),
        }
    }

    fn needs(&self) -> String {
        enumerate(self.broken.iter().map(SmolStr::as_str))
    }

    fn label(&self) -> String {
        match (self.character, self.bounds) {
            (Some(character), _) => format!("{character:?} can't stand here"),
            (None, Some(bounds)) => format!("not in {bounds}"),
            (None, None) => match self.name {
                Some(name) => format!("no `{name}`"),
                None => "does not fit".to_owned(),
            },
        }
    }

    fn demand(&self) -> String {
        match (self.name, self.bounds) {
            (Some(name), _) => format!("takes `{name}`"),
            (None, Some(bounds)) => format!("takes {bounds}"),
            (None, None) => "demanded here".to_owned(),
        }
    }

    fn help(&self) -> String {
        match (self.bounds, self.broken) {
            (Some(bounds), _) => format!("use a value in {bounds}"),
            (None, [_]) => format!("give it {}", self.needs()),
            (None, _) => format!("give it all of: {}", self.needs()),
        }
    }
}
