//! What a program is given from outside: an env, and values for its params.

use std::sync::Arc;

use rsx_syntax::ast::{DeclarationKind, Expr};
use rsx_syntax::{Diagnostic, FileId, Sources, Span, parse};
use smol_str::SmolStr;

use crate::bind::literal;
use crate::eval::GivenParam;
use crate::maps::IndexMap;
use crate::problems::inputs::Problem;
use crate::program::{Global, GlobalKind, Program};
use crate::secret::{Protected, Secret};
use crate::show;
use crate::suggest::Suggestions;
use crate::types::Type;
use crate::value::Value;

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
            reading.protected(name, global, text, &format!("RSX_PARAM_{}", name.to_uppercase()));
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
        let origin = format!("--param {name}");
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

    fn unknown(&mut self, name: &SmolStr, origin: &str) {
        let params =
            self.program.globals.iter().filter(|(_, global)| matches!(global.kind, GlobalKind::Param(_)));
        let nearest = Suggestions::default().nearest(name, params.map(|(name, _)| name.as_str()));
        let file = self.sources.add(origin, name.as_str());
        if let Some(at) = whole(self.sources, file) {
            self.given.diagnostics.push(Problem::UnknownParam { name, nearest }.diagnostic(at));
        }
    }

    fn wrong(&mut self, name: &SmolStr, diagnostic: &Diagnostic) {
        self.given.diagnostics.push(diagnostic.clone());
        self.given.params.insert(name.clone(), GivenParam::Wrong);
    }

    fn protected(&mut self, name: &SmolStr, global: &Global, text: &Protected, origin: &str) {
        if !is_secret(&global.ty) {
            return self.text(name, global, text.reveal(), origin);
        }
        let secret = Arc::new(Secret::Given { param: name.clone(), text: text.clone() });
        self.given.params.insert(name.clone(), GivenParam::Secret(secret));
    }

    /// Reads a text as the spec would write it.
    fn text(&mut self, name: &SmolStr, global: &Global, text: &str, origin: &str) {
        let written = match is_text(&global.ty) {
            true => show::show(&self.program.units, &Value::text(text)),
            false => text.to_owned(),
        };
        let file = self.sources.add(origin, format!("let {name} = {written}"));
        let Some(value) = self.expression(file) else {
            let at = whole(self.sources, file).unwrap_or(global.span);
            return self.wrong(name, &Problem::NoLiteral { name }.diagnostic(at));
        };
        let (term, diagnostics) = literal(self.sources, self.program, &value, &global.ty);
        self.given.params.insert(
            name.clone(),
            if diagnostics.is_empty() { GivenParam::Term(term) } else { GivenParam::Wrong },
        );
        self.given.diagnostics.extend(diagnostics);
    }

    /// Reads the value of a file that is one let and nothing else.
    fn expression(&self, file: FileId) -> Option<Expr> {
        let mut pieces = self.sources.pieces(file);
        let (piece, None) = (pieces.next()?, pieces.next()) else { return None };
        let parsed = parse(piece, self.sources.piece_text(piece));
        let DeclarationKind::Let(binding) = parsed.declaration?.kind else { return None };
        binding.value.filter(|_| parsed.diagnostics.is_empty())
    }
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
