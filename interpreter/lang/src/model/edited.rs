//! A program that is edited within its declarations: what depends on nothing that the edit has changed is not worked out again.

use std::ops::Range;
use std::sync::Arc;

use rsx_syntax::{Diagnostic, PieceId, Sources};

use super::Model;
use super::check::Walk;
use crate::eval::{Setting, Slot, Work};
use crate::instance::InstanceId;
use crate::maps::HashSet;
use crate::program::{DeclaredId, Program};
use crate::wanted::Wanted;

/// What an edit changes in one declaration.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Which.
    pub(crate) declared: DeclaredId,
    /// The places of the fields that say something else now.
    pub(crate) fields: Vec<usize>,
    /// Whether other fields are given than before.
    pub(crate) gives_others: bool,
    /// Whether it allows anything, or did.
    pub(crate) allows: bool,
}

/// Which part of what was kept at first may come to it, and how much besides, before all is worked out anew: values that
/// an edit replaces stay where they are.
const WORN: usize = 4;
const SLACK: usize = 4_000;

/// What an edit needs of the walk before.
#[derive(Debug)]
pub(super) struct Kept {
    walk: Walk,
    /// How much was kept after the first.
    size: usize,
}

impl Model {
    /// Works out a program that may be edited.
    pub(crate) fn editable(program: Arc<Program>, sources: Arc<Sources>, setting: Setting) -> Self {
        let mut model = Self::unread(program, sources, setting);
        model.state.get_mut().keep_ledger();
        let roots: Vec<_> = model.program.each_declared().collect();
        let walk = model.eval(false, |eval| {
            let mut walk = Walk::to(Arc::new(Wanted::all(eval)));
            walk.begin(eval, &roots);
            walk
        });
        model.take_in(&walk, false);
        let size = model.size(&walk);
        model.kept = Some(Kept { walk, size });
        model
    }

    /// Returns whether an edit can be taken in.
    pub(crate) fn is_editable(&self) -> bool {
        let fresh = |kept: &Kept| self.size(&kept.walk) <= kept.size + kept.size / WORN + SLACK;
        !self.state.borrow().tangled && self.kept.as_ref().is_some_and(fresh)
    }

    /// Lets the program go, so that it can be changed.
    pub(crate) fn let_go(&mut self) {
        self.program = Arc::default();
    }

    /// Takes in an edit, which has changed some declarations in these pieces, and nothing else.
    pub(crate) fn edit(
        &mut self,
        program: Arc<Program>,
        sources: Arc<Sources>,
        changes: &[Change],
        pieces: &HashSet<PieceId>,
    ) {
        (self.program, self.sources) = (program, sources);
        let Some(Kept { mut walk, size }) = self.kept.take() else { return };
        let state = self.state.get_mut();
        let mut seeds = state.uneasy(pieces);
        seeds.extend(walk.uneasy(|one| speaks_of(one, pieces)).map(Work::Task));
        for change in changes {
            let id = InstanceId(change.declared.0);
            seeds.extend(change.fields.iter().map(|at| Work::Place(state.place(Slot::Member(id, *at)))));
            seeds.push(Work::Leg(id));
            if let Some(kind) =
                state.instance(id).map(|instance| instance.kind).filter(|_| change.gives_others)
            {
                seeds.push(Work::Place(state.place(Slot::References(kind))));
            }
            if change.allows {
                seeds.extend(walk.tasks_of(change.declared).map(Work::Task));
            }
            state.give_again(&self.program, change.declared);
        }
        let (instances, extents): (&[_], &[_]) =
            self.layout.get().map_or((&[], &[]), |layout| (&layout.instances, &layout.extents));
        let within = |id: InstanceId| -> Vec<(InstanceId, Range<u32>)> {
            let extent = extents.get(id.0 as usize).copied().unwrap_or_default();
            let all = instances.get(extent.start..extent.end).unwrap_or_default();
            all.iter().map(|id| (*id, walk.tasks_about(*id))).collect()
        };
        let spoilt = state.spoil(&self.program, seeds, within);
        walk.forget(&spoilt.tasks);
        self.eval(false, |eval| walk.again(eval, &spoilt));
        self.take_in(&walk, spoilt.roots.is_empty());
        self.kept = Some(Kept { walk, size });
    }

    fn size(&self, walk: &Walk) -> usize {
        self.state.borrow().size() + walk.size()
    }
}

/// Returns whether a diagnostic has a place in one of these pieces.
pub(crate) fn speaks_of(diagnostic: &Diagnostic, pieces: &HashSet<PieceId>) -> bool {
    let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    diagnostic.labels.iter().map(|label| label.span).chain(edits).any(|span| pieces.contains(&span.piece))
}
