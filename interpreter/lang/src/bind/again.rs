//! Declarations whose bodies have changed, in a program whose names are as they were → what the program keeps of them.

use rsx_syntax::{Diagnostic, PieceId};
use smol_str::SmolStr;

use super::Binder;
use crate::infer::Home;
use crate::library::Library;
use crate::load::Loaded;
use crate::maps::HashSet;
use crate::program::{Declared, Program};

/// Declarations that are bound again, and what is wrong with them.
pub(crate) struct Again {
    pub(crate) declared: Vec<(SmolStr, Declared)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Binds the declarations in some pieces again; nothing if the program has other names now, or needs more of the library.
pub(crate) fn bind_again(
    library: &Library,
    loaded: &Loaded,
    program: &Program,
    pieces: &HashSet<PieceId>,
) -> Option<Again> {
    let mut binder = Binder::new(library, loaded);
    binder.dimensions(loaded);
    let declarations = binder.declarations(loaded);
    let names = declarations.instances.iter().map(|(_, _, instance, _)| &instance.name.node);
    if !names.eq(program.declared.keys()) || !binder.follow(program) {
        return None;
    }
    let mut declared = Vec::new();
    for &one in &declarations.instances {
        let name = &one.2.name;
        if pieces.contains(&name.span.piece) {
            declared.push((name.node.clone(), binder.instance(one)));
        }
    }
    if binder.kinds.len() > program.kinds.len() || binder.globals.len() > program.globals.len() {
        return None;
    }
    let mine = |one: &Diagnostic| one.primary().is_some_and(|at| pieces.contains(&at.piece));
    let diagnostics = binder.diagnostics.into_iter().filter(mine).collect();
    Some(Again { declared, diagnostics })
}

impl Binder<'_> {
    /// Takes kinds, params and lets in the order in which a program has them; false if that can't be.
    fn follow(&mut self, program: &Program) -> bool {
        for (place, name) in program.kinds.keys().enumerate() {
            let known = self.kind_named(Home::User, name);
            if known.map(|kind| kind.0 as usize) != Some(place) {
                return false;
            }
        }
        for (place, key) in program.globals.keys().enumerate() {
            let taken = self.globals.get_index_of(key).or_else(|| {
                self.entry(Home::Library, key.strip_prefix("std.").unwrap_or(key))?;
                self.globals.get_index_of(key)
            });
            if taken != Some(place) {
                return false;
            }
        }
        true
    }
}
