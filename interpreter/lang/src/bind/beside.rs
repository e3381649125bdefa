//! Declarations alike, which come in thousands: most of them bound on a second thread, if all is well with them.

use rsx_syntax::PieceId;
use rsx_syntax::ast::{DeclarationKind, Instance};
use smol_str::SmolStr;

use super::Binder;
use super::names::Declarations;
use crate::library::Library;
use crate::load::Loaded;
use crate::maps::{HashSet, IndexMap};
use crate::program::Declared;
use crate::threads::both;

/// From how many declarations of one kind on two threads share them.
const MANY: usize = 400;

/// What was bound elsewhere, and what it rests on.
struct Elsewhere {
    declared: Vec<Declared>,
    /// The kinds that were met, in their order, and whether they live.
    kinds: Vec<(SmolStr, bool)>,
    /// The params and lets that were met, in their order.
    globals: Vec<SmolStr>,
}

/// Begins a program and binds its instances on two threads. Nothing where they are too few, where something is to be told of
/// those elsewhere, or where they need what those here do not: then they are bound one after the other, so that all is as ever.
pub(super) fn bound<'a>(library: &'a Library, loaded: &'a Loaded) -> Option<(Binder<'a>, Declarations<'a>)> {
    let there = share(loaded)?;
    let is_there = |instance: &Instance| there.contains(&instance.name.span.piece);
    let here = || {
        let (mut binder, declarations) = Binder::with_names(library, loaded);
        let own = declarations.instances.iter().filter(|one| !is_there(one.2));
        let mut bound = Vec::with_capacity(own.clone().count());
        bound.extend(own.map(|one| binder.instance(*one)));
        (binder, declarations, bound)
    };
    let ((mut binder, declarations, own), found) = both(here, || elsewhere(library, loaded, &is_there));
    let found = found.flatten().filter(|found| found.fits(&binder))?;
    binder.program.declared.reserve_exact(declarations.instances.len());
    let (mut own, mut others) = (own.into_iter(), found.declared.into_iter());
    for (_, _, instance, _) in &declarations.instances {
        let declared = if is_there(instance) { others.next() } else { own.next() };
        binder.declare(instance.name.node.clone(), declared?);
    }
    Some((binder, declarations))
}

/// Returns the pieces of the instances that are bound elsewhere: of the kind that has most, the greater part, since all else
/// is bound here.
fn share(loaded: &Loaded) -> Option<HashSet<PieceId>> {
    let mut of_kinds: IndexMap<&SmolStr, Vec<PieceId>> = IndexMap::default();
    for declaration in loaded.trees.values().filter_map(|tree| tree.declaration.as_ref()) {
        if let DeclarationKind::Instance(instance) = &declaration.kind {
            of_kinds.entry(&instance.kind.node).or_default().push(instance.name.span.piece);
        }
    }
    let most = of_kinds.into_values().max_by_key(Vec::len).filter(|most| most.len() >= MANY)?;
    Some(most.get(most.len() * 4 / 10..)?.iter().copied().collect())
}

/// Binds instances with a binder of their own; nothing if anything is to be told of them.
fn elsewhere(library: &Library, loaded: &Loaded, is_there: &dyn Fn(&Instance) -> bool) -> Option<Elsewhere> {
    let (mut binder, declarations) = Binder::with_names(library, loaded);
    let mut met = HashSet::default();
    let count = declarations.instances.iter().filter(|one| is_there(one.2)).count();
    let mut declared = Vec::with_capacity(count);
    for &one in &declarations.instances {
        let told = binder.diagnostics.len();
        if is_there(one.2) {
            declared.push(binder.instance(one));
            if binder.diagnostics.len() > told {
                return None;
            }
        } else if met.insert(one.1) {
            // What the first of a kind needs is met in the order in which it is met by the other binder.
            binder.instance(one);
        }
    }
    let kinds = binder.kinds.iter().map(|(name, slot)| (name.clone(), slot.lives())).collect();
    Some(Elsewhere { declared, kinds, globals: binder.globals.into_keys().collect() })
}

impl Elsewhere {
    /// Returns whether another binder calls all by the same ids, and has brought to life what lives.
    fn fits(&self, binder: &Binder<'_>) -> bool {
        let mut kinds = self.kinds.iter().zip(&binder.kinds);
        self.kinds.len() <= binder.kinds.len()
            && kinds.all(|((name, lives), (other, slot))| name == other && (slot.lives() || !lives))
            && self.globals.len() <= binder.globals.len()
            && self.globals.iter().eq(binder.globals.keys().take(self.globals.len()))
    }
}
