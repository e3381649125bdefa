//! The walk of a check, which nobody edits: past what could tell nothing, and of declarations alike most on a second thread.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::check::Walk;
use crate::eval::{Eval, Setting, State, Waiting};
use crate::maps::{HashMap, IndexSet};
use crate::program::{DeclaredId, KindId, Program};
use crate::threads::both;
use crate::wanted::Wanted;

/// From how many declarations of one kind on two threads share them.
const MANY: usize = 400;

/// What a walk beside another has found where all is well.
struct Beside {
    waiting: IndexSet<Waiting>,
    /// Names on the outside, by the declaration that uses them.
    names: HashMap<SmolStr, Option<DeclaredId>>,
}

/// Walks through a program once.
pub(super) fn walk(eval: &mut Eval<'_, '_>) -> Walk {
    let wanted = Arc::new(Wanted::telling(eval));
    // A walk to everything also says which instances there are, so it is gone by one.
    let (here, there) = match wanted.is_all() {
        true => (eval.program.each_declared().collect(), Vec::new()),
        false => share(eval.program),
    };
    let mut walk = Walk::to(Arc::clone(&wanted));
    if there.is_empty() {
        walk.begin(eval, &here);
        return walk;
    }
    let (program, setting, sources) = (eval.program, eval.setting, eval.sources);
    let ((), found) = both(|| walk.begin(eval, &here), || beside(program, setting, sources, wanted, &there));
    // What is not well there, or went wrong, is walked through again, so that it is told as ever.
    match found.flatten() {
        Some(beside) if beside.agrees(eval.state) => eval.state.waiting.extend(beside.waiting),
        Some(_) | None => walk.go_on(eval, &there),
    }
    walk
}

/// Splits the declarations: of the kind that has most, the greater part goes elsewhere, since all else is done here.
fn share(program: &Program) -> (Vec<DeclaredId>, Vec<DeclaredId>) {
    let mut of_kinds: BTreeMap<KindId, Vec<DeclaredId>> = BTreeMap::new();
    for (id, declared) in program.each_declared().zip(program.declared.values()) {
        of_kinds.entry(declared.kind).or_default().push(id);
    }
    let most = of_kinds.into_values().max_by_key(Vec::len).filter(|most| most.len() >= MANY);
    let most = most.unwrap_or_default();
    let there = most.get(most.len() * 3 / 10..).unwrap_or_default().to_vec();
    let here = program.each_declared().filter(|id| there.binary_search(id).is_err());
    (here.collect(), there)
}

/// Walks through declarations with a state of its own; `None` if anything is to be told of them.
fn beside(
    program: &Program,
    setting: &Setting,
    sources: &rsx_syntax::Sources,
    wanted: Arc<Wanted>,
    roots: &[DeclaredId],
) -> Option<Beside> {
    let mut state = State::new(program);
    let mut walk = Walk::to(wanted);
    walk.go_on(&mut Eval::new(program, setting, sources, &mut state, false), roots);
    let is_well =
        walk.is_clean() && state.problems.is_empty() && state.allowances.is_empty() && !state.tangled;
    is_well.then(|| Beside { names: state.names_by_root().collect(), waiting: state.waiting })
}

impl Beside {
    /// Returns whether no name is used by one declaration here and by another there.
    fn agrees(&self, state: &State) -> bool {
        state.names_by_root().all(|(name, root)| self.names.get(&name).is_none_or(|other| *other == root))
    }
}
