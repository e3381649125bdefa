//! Values from outside, bound like any literal of the language.

use rsx_syntax::ast::Expr;
use rsx_syntax::{Diagnostic, Sources};

use super::Binder;
use crate::infer::{Home, Scope};
use crate::library::Library;
use crate::load::Loaded;
use crate::maps::IndexMap;
use crate::program::Program;
use crate::term::Term;
use crate::types::Type;

/// Binds an expression that sees no declaration, and makes it fit a type of a program.
pub(crate) fn literal(
    sources: &Sources,
    program: &Program,
    value: &Expr,
    needed: &Type,
) -> (Term, Vec<Diagnostic>) {
    let loaded =
        Loaded { sources: sources.clone(), root: None, trees: IndexMap::default(), diagnostics: Vec::new() };
    let nobody = Library::new(&[]);
    let mut binder = Binder::new(&nobody, &loaded);
    binder.units = program.units.clone();
    let term = binder.demand(&mut Scope::global(Home::Library), value, needed);
    (term, binder.diagnostics)
}
