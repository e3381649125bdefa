//! What a program is given from outside: an env, and values for its params.

use std::sync::Arc;

use rsx_syntax::ast::{Expr, ExprKind, TextPart};
use rsx_syntax::{Diagnostic, FileId, Sources, Span, Spanned, parse_value};
use smol_str::SmolStr;

use crate::bind::literal;
use crate::eval::GivenParam;
use crate::maps::IndexMap;
use crate::problems::inputs::Problem;
use crate::problems::names::UNKNOWN;
use crate::program::{Global, GlobalKind, Program};
use crate::secret::{Protected, Secret};
use crate::show;
use crate::suggest::Suggestions;
use crate::types::Type;

/// What a program is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The env; without one, every env that the program declares.
    pub env: Option<SmolStr>,
    /// Params given by name, which must be there.
    pub params: IndexMap<SmolStr, Input>,
    /// Params found in the environment by their names in lower case; names that no param has are passed over.
    pub ambient: IndexMap<SmolStr, Protected>,
}

/// Which params must have their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// All: something is to become as the spec says.
    All,
    /// Those that are no secrets: what is there is to be told, found or taken away.
    AllButSecrets,
}

/// A param's value as it is given.
#[derive(Clone, Debug)]
pub enum Input {
    /// As `--param` gives it: text for a `Text`, for every other type a literal of the language.
    Text(SmolStr),
    /// As a file descriptor gives it; the only way for a secret besides the environment.
    Protected(Protected),
}

/// Params that were given, and what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) params: IndexMap<SmolStr, GivenParam>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads what is given for the params of a program; each text becomes a file of its own.
pub(crate) fn read(program: &Program, sources: &mut Sources, inputs: &Inputs) -> Given {
    let mut reading = Reading { program, sources, given: Given::default() };
    for (name, input) in &inputs.params {
        reading.named(name, input);
    }
    for (name, text) in &inputs.ambient {
        let declared = program.globals.get(name).filter(|global| matches!(global.kind, GlobalKind::Param(_)));
        if let Some(global) = declared.filter(|_| !inputs.params.contains_key(name)) {
            reading.protected(name, global, text, &Origin::Environment(name));
        }
    }
    reading.given
}

struct Reading<'r> {
    program: &'r Program,
    sources: &'r mut Sources,
    given: Given,
}

impl Reading<'_> {
    fn named(&mut self, name: &SmolStr, input: &Input) {
        let origin = Origin::Line(name);
        let global =
            self.program.globals.get(name).filter(|global| matches!(global.kind, GlobalKind::Param(_)));
        match (global, input) {
            (None, _) => self.unknown(name, &origin),
            (Some(global), Input::Protected(text)) => self.protected(name, global, text, &origin),
            (Some(global), Input::Text(_)) if is_secret(&global.ty) => {
                self.wrong(name, &Problem::OpenSecret { name }.diagnostic(global.span));
            }
            (Some(global), Input::Text(text)) => self.text(name, global, text, &origin),
        }
    }

    fn unknown(&mut self, name: &SmolStr, origin: &Origin<'_>) {
        let params =
            self.program.globals.iter().filter(|(_, global)| matches!(global.kind, GlobalKind::Param(_)));
        let nearest = Suggestions::default().nearest(name, params.map(|(name, _)| name.as_str()));
        let file = self.sources.add(origin.place(), origin.before());
        if let Some(at) = whole(self.sources, file) {
            self.given.diagnostics.push(Problem::UnknownParam { name, nearest }.diagnostic(at));
        }
    }

    fn wrong(&mut self, name: &SmolStr, diagnostic: &Diagnostic) {
        self.given.diagnostics.push(diagnostic.clone());
        self.given.params.insert(name.clone(), GivenParam::Wrong);
    }

    fn protected(&mut self, name: &SmolStr, global: &Global, text: &Protected, origin: &Origin<'_>) {
        if !is_secret(&global.ty) {
            return self.text(name, global, text.reveal(), origin);
        }
        let secret = Arc::new(Secret::Given { param: name.clone(), text: text.clone() });
        self.given.params.insert(name.clone(), GivenParam::Secret(secret));
    }

    /// Reads a text as the spec would write it; one for a `Text` is the text itself.
    fn text(&mut self, name: &SmolStr, global: &Global, text: &str, origin: &Origin<'_>) {
        let before = origin.before();
        let file = self.sources.add(origin.place(), format!("{before}={text}"));
        let start = before.len() + 1;
        // A text may have lines that look like declarations; then its first place stands for it.
        let at = self.sources.span(file, start..start + text.len());
        let at = at.or_else(|| self.sources.span(file, start..start)).unwrap_or(global.span);
        // Nothing can't be pointed at.
        let all = if text.is_empty() { whole(self.sources, file).unwrap_or(at) } else { at };
        let needed = self.words(&global.ty);
        let no_literal = Problem::NoLiteral { name, needed: &needed }.diagnostic(all);
        let value = match is_text(&global.ty) {
            true => Ok(Expr {
                kind: ExprKind::Text(vec![TextPart::Literal(Spanned::new(text.into(), at))]),
                span: at,
            }),
            false => expression(text, at),
        };
        let value = match value {
            Ok(value) => value,
            Err(told) => return self.wrong(name, told.as_deref().unwrap_or(&no_literal)),
        };
        let (term, diagnostics) = literal(self.sources, self.program, &value, &global.ty);
        match diagnostics.as_slice() {
            [] => drop(self.given.params.insert(name.clone(), GivenParam::Term(term))),
            // A word that means nothing: from outside no declaration is seen.
            [first, ..] if first.code == UNKNOWN => self.wrong(name, &no_literal),
            [..] => {
                self.given.params.insert(name.clone(), GivenParam::Wrong);
                self.given.diagnostics.extend(diagnostics);
            }
        }
    }

    fn words(&self, ty: &Type) -> String {
        let kind = |kind| self.program.kind(kind).map_or_else(SmolStr::default, |kind| kind.name.clone());
        show::show_type(&self.program.units, &kind, ty)
    }
}

/// Where a value for a param comes from.
enum Origin<'o> {
    /// From the command line.
    Line(&'o str),
    /// From the environment.
    Environment(&'o str),
}

impl Origin<'_> {
    /// What the place is called where a diagnostic shows it.
    fn place(&self) -> &'static str {
        match self {
            Self::Line(_) => "command line",
            Self::Environment(_) => "environment",
        }
    }

    /// What stands there before the `=`.
    fn before(&self) -> String {
        match self {
            Self::Line(name) => format!("--param {name}"),
            Self::Environment(name) => format!("RSX_PARAM_{}", name.to_uppercase()),
        }
    }
}

/// Reads a literal that stands at a place; what is wrong with one that can only be that literal is told.
fn expression(text: &str, at: Span) -> Result<Expr, Option<Box<Diagnostic>>> {
    let is_literal = |one: &Diagnostic| one.code.as_str().split("::").nth(1) == Some("literal");
    parse_value(at, text).map_err(|told| told.into_iter().find(is_literal).map(Box::new))
}

fn whole(sources: &Sources, file: FileId) -> Option<Span> {
    sources.span(file, 0..sources.text(file).len())
}

/// Whether values of a type are secrets.
pub fn is_secret(ty: &Type) -> bool {
    matches!(ty.present(), Type::Secret(_))
}

fn is_text(ty: &Type) -> bool {
    matches!(ty.present(), Type::Text)
}
