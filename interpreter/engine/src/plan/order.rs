//! Steps to operations in their order: what is taken away, changed and made, and what each waits for.
//!
//! Some of the order must be, some is only better: where what is better would close a ring, it gives way.

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::event::Action;
use crate::graph::{reached, sort};

/// A resource with a step, or one that only passes on the order between others.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its kind.
    pub(crate) kind: SmolStr,
    /// Its step and what that does.
    pub(crate) step: Option<(usize, Action)>,
    /// Those that it refers to, by their places.
    pub(crate) needs: Vec<usize>,
    /// Those that what is there refers to.
    pub(crate) held: Vec<usize>,
    /// Those that leave before it changes and return after.
    pub(crate) sends_away: Vec<usize>,
    /// Those that are the same to the service, and go before it comes.
    pub(crate) room_of: Vec<usize>,
    /// How it goes, if it does.
    pub(crate) going: Going,
    /// Whether making it is running what the user wrote.
    pub(crate) runs: bool,
    /// Whether taking it away is.
    pub(crate) undoes: bool,
}

/// How something goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Going {
    /// By a call.
    #[default]
    Called,
    /// With that in which it lies, which has a place if it is still there.
    Within(Option<usize>),
}

impl Member {
    /// Returns whether what is there goes, for good or to come again.
    pub(crate) fn leaves(&self) -> bool {
        matches!(self.step, Some((_, Action::Delete | Action::Replace)))
    }

    /// Returns whether it goes for good, by what the user has written for that.
    fn is_only_undone(&self) -> bool {
        self.undoes && matches!(self.step, Some((_, Action::Delete)))
    }

    /// Returns how a step of it takes it away.
    fn goes(&self, step: usize) -> Work {
        match self.going {
            Going::Called => Work::Remove(step),
            Going::Within(_) => Work::Forget(step),
        }
    }
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Operation {
    /// What is done.
    pub(crate) work: Work,
    /// The operations that it waits for, by their places.
    pub(crate) after: Vec<usize>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Takes the resource of a step away.
    Remove(usize),
    /// Notes that the resource of a step has gone with that in which it lay.
    Forget(usize),
    /// Makes the resource of a step.
    Make(usize),
    /// Changes the resource of a step, or waits for it.
    Change(usize),
    /// Looks.
    Look(usize),
    /// Nothing: it only gathers those that it waits for.
    Pass,
}

impl Work {
    /// Returns the step of which it is a part, by its place.
    pub(crate) fn step(mut self) -> Option<usize> {
        self.step_mut().copied()
    }

    /// Returns the place of the step of which it is a part, to be set anew.
    pub(super) fn step_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Remove(step)
            | Self::Forget(step)
            | Self::Make(step)
            | Self::Change(step)
            | Self::Look(step) => Some(step),
            Self::Pass => None,
        }
    }
}

/// How much an order matters: what has a higher rank gives way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Calls would fail or work with holes.
    Must,
    /// What the journal says of who refers to whom; a damaged one could say anything.
    Recorded,
    /// What is there makes room for what comes and is the same to its service.
    MakeRoom,
    /// What is undone is so before anything new is run: that may be the same under another name.
    UndoFirst,
    /// What is new stands before what is old goes.
    MakeFirst,
    /// One at a time, so that the others stay in service.
    OneByOne,
    /// What is replaced goes only when all is there to make it again.
    LeaveLate,
}

#[derive(Default)]
struct Builder {
    works: Vec<Work>,
    edges: Vec<(usize, usize, Rank)>,
    leave: Vec<Option<usize>>,
    arrive: Vec<Option<usize>>,
}

/// Orders the operations of all members; those with needs come after them in the list.
pub(crate) fn order(members: &[&Member]) -> Vec<Operation> {
    let mut builder = Builder::default();
    builder.operations(members);
    builder.follow(members);
    if builder.leave.iter().any(Option::is_some) {
        builder.send_away(members);
        builder.undo_first(members);
        builder.make_first(members);
        builder.leave_late(members);
    }
    builder.sorted()
}

impl Builder {
    fn push(&mut self, work: Work) -> usize {
        self.works.push(work);
        self.works.len() - 1
    }

    fn edge(&mut self, before: usize, after: usize, rank: Rank) {
        self.edges.push((before, after, rank));
    }

    fn left(&self, member: usize) -> Option<usize> {
        self.leave.get(member).copied().flatten()
    }

    fn arrived(&self, member: usize) -> Option<usize> {
        self.arrive.get(member).copied().flatten()
    }

    fn operations(&mut self, members: &[&Member]) {
        for member in members {
            let (leave, arrive) = match member.step {
                Some((step, action)) => match action {
                    Action::Create | Action::Sql | Action::Adopt => (None, Some(self.push(Work::Make(step)))),
                    Action::Update | Action::Verify => (None, Some(self.push(Work::Change(step)))),
                    Action::Read => (None, Some(self.push(Work::Look(step)))),
                    Action::Delete => (Some(self.push(member.goes(step))), None),
                    Action::Replace => {
                        let leave = self.push(member.goes(step));
                        let arrive = self.push(Work::Make(step));
                        self.edge(leave, arrive, Rank::Must);
                        (Some(leave), Some(arrive))
                    }
                },
                None => {
                    let passes = member.needs.iter().any(|need| self.arrived(*need).is_some());
                    (None, passes.then(|| self.push(Work::Pass)))
                }
            };
            self.leave.push(leave);
            self.arrive.push(arrive);
        }
    }

    /// Making follows those that it refers to; taking away follows those that refer to it, but for those that go with
    /// what they lie in: they are there as long as that is.
    fn follow(&mut self, members: &[&Member]) {
        for (at, member) in members.iter().enumerate() {
            if let Some(arrive) = self.arrived(at) {
                for need in &member.needs {
                    if let Some(before) = self.arrived(*need) {
                        self.edge(before, arrive, Rank::Must);
                    }
                }
                for other in &member.room_of {
                    if let Some(before) = self.left(*other) {
                        self.edge(before, arrive, Rank::MakeRoom);
                    }
                }
            }
            let Some(leave) = self.left(at) else { continue };
            match member.going {
                Going::Called => {
                    for after in member.held.iter().filter_map(|held| self.left(*held)).collect::<Vec<_>>() {
                        self.edge(leave, after, Rank::Recorded);
                    }
                }
                Going::Within(outer) => {
                    if let Some(before) = outer.and_then(|outer| self.left(outer)) {
                        self.edge(before, leave, Rank::Recorded);
                    }
                }
            }
        }
    }

    /// Those that are sent away leave before the change; one such change of a kind at a time.
    fn send_away(&mut self, members: &[&Member]) {
        let mut batches: Vec<Batch<'_>> = Vec::new();
        for (at, member) in members.iter().enumerate().filter(|(_, member)| !member.sends_away.is_empty()) {
            let Some(change) = self.arrived(at) else { continue };
            let leaving: Vec<usize> =
                member.sends_away.iter().filter_map(|other| self.left(*other)).collect();
            let back = member.sends_away.iter().filter_map(|other| self.arrived(*other));
            let ends: Vec<usize> = back.chain([change]).collect();
            for &leave in &leaving {
                self.edge(leave, change, Rank::Must);
            }
            let shared = |batch: &&mut Batch<'_>| batch.starts.iter().any(|start| leaving.contains(start));
            match batches.iter_mut().rev().take(1).find(shared) {
                Some(batch) => {
                    batch.starts.extend(leaving);
                    batch.ends.extend(ends);
                }
                None => batches.push(Batch { kind: &member.kind, starts: leaving, ends }),
            }
        }
        self.one_by_one(&batches);
    }

    fn one_by_one(&mut self, batches: &[Batch<'_>]) {
        let mut last: Vec<(&str, usize)> = Vec::new();
        for batch in batches {
            let done = self.push(Work::Pass);
            for &end in &batch.ends {
                self.edge(end, done, Rank::OneByOne);
            }
            match last.iter_mut().find(|(kind, _)| *kind == batch.kind) {
                Some((_, before)) => {
                    let before = std::mem::replace(before, done);
                    for &start in &batch.starts {
                        self.edge(before, start, Rank::OneByOne);
                    }
                }
                None => last.push((batch.kind, done)),
            }
        }
    }

    /// What is run waits for what only goes and is undone.
    fn undo_first(&mut self, members: &[&Member]) {
        let of = |at: usize| members.get(at);
        let undone = |at: &usize| of(*at).is_some_and(|member| member.is_only_undone());
        let before: Vec<usize> = (0..members.len()).filter(undone).filter_map(|at| self.left(at)).collect();
        let run = |at: &usize| of(*at).is_some_and(|member| member.runs);
        let after: Vec<usize> = (0..members.len()).filter(run).filter_map(|at| self.arrived(at)).collect();
        self.all_before(before, after, Rank::UndoFirst);
    }

    /// Lets all of some wait for all of others.
    fn all_before(&mut self, before: Vec<usize>, after: Vec<usize>, rank: Rank) {
        if before.is_empty() || after.is_empty() {
            return;
        }
        let gate = self.push(Work::Pass);
        before.into_iter().for_each(|before| self.edge(before, gate, rank));
        after.into_iter().for_each(|after| self.edge(gate, after, rank));
    }

    /// What only goes, goes after all that is made or changed, unless something waits for it to go.
    fn make_first(&mut self, members: &[&Member]) {
        let deleted = |member: &&Member| matches!(member.step, Some((_, Action::Delete)));
        let awaited = self.awaited(members);
        let going: Vec<usize> = (0..members.len())
            .filter(|at| members.get(*at).is_some_and(deleted) && awaited.get(*at) == Some(&false))
            .filter_map(|at| self.left(at))
            .collect();
        let coming: Vec<usize> = self.arrive.iter().flatten().copied().collect();
        self.all_before(coming, going, Rank::MakeFirst);
    }

    /// Returns for each member whether something that is made or changed waits for it to go.
    fn awaited(&self, members: &[&Member]) -> Vec<bool> {
        let replaced =
            |(at, member): (usize, &&Member)| matches!(member.step, Some((_, Action::Replace))).then_some(at);
        let mut work: Vec<usize> = members.iter().enumerate().filter_map(replaced).collect();
        work.extend(
            members.iter().flat_map(|member| member.sends_away.iter().chain(&member.room_of).copied()),
        );
        if members.iter().zip(&self.arrive).any(|(member, arrive)| member.runs && arrive.is_some()) {
            work.extend(
                (0..members.len())
                    .filter(|at| members.get(*at).is_some_and(|member| member.is_only_undone())),
            );
        }
        reached(work, &holders(members))
    }

    /// What is replaced, or makes room, stays with those that hold it until the new things that are needed are there.
    fn leave_late(&mut self, members: &[&Member]) {
        let holders = holders(members);
        for (at, member) in members.iter().enumerate() {
            let mut leaving: Vec<usize> = self.left(at).into_iter().collect();
            leaving.extend(with_holders(&member.room_of, &holders).iter().filter_map(|at| self.left(*at)));
            if leaving.is_empty() {
                continue;
            }
            let fresh = |need: &&usize| {
                matches!(
                    members.get(**need),
                    Some(Member { step: Some((_, Action::Create | Action::Sql | Action::Read)), .. })
                )
            };
            let fresh = member.needs.iter().filter(fresh).filter_map(|need| self.arrived(*need));
            for before in fresh.collect::<Vec<_>>() {
                leaving.iter().for_each(|leave| self.edge(before, *leave, Rank::LeaveLate));
            }
        }
    }

    /// Lets the least important order go until no ring is left.
    fn sorted(self) -> Vec<Operation> {
        let ranks = [
            Rank::LeaveLate,
            Rank::OneByOne,
            Rank::MakeFirst,
            Rank::UndoFirst,
            Rank::MakeRoom,
            Rank::Recorded,
            Rank::Must,
        ];
        for highest in ranks {
            let edges = self.edges.iter().filter(|(.., rank)| *rank <= highest);
            let mut counts = vec![0; self.works.len()];
            for (_, then, _) in edges.clone() {
                if let Some(count) = counts.get_mut(*then) {
                    *count += 1;
                }
            }
            let mut after: Vec<Vec<usize>> = counts.into_iter().map(Vec::with_capacity).collect();
            for &(before, then, _) in edges {
                if let Some(after) = after.get_mut(then) {
                    after.push(before);
                }
            }
            for list in &mut after {
                list.sort_unstable();
                list.dedup();
            }
            if let Some(order) = sort(&after) {
                return self.renumbered(&order, &after);
            }
        }
        Vec::new()
    }

    fn renumbered(&self, order: &[usize], after: &[Vec<usize>]) -> Vec<Operation> {
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(old) {
                *slot = new;
            }
        }
        let moved = |list: &Vec<usize>| list.iter().filter_map(|old| place.get(*old).copied()).collect();
        let operation = |old: &usize| {
            let work = *self.works.get(*old)?;
            Some(Operation { work, after: after.get(*old).map(moved).unwrap_or_default() })
        };
        order.iter().filter_map(operation).collect()
    }
}

/// Returns for each member those that refer to what is there of it.
fn holders(members: &[&Member]) -> Vec<Vec<usize>> {
    let mut holders = vec![Vec::new(); members.len()];
    for (at, member) in members.iter().enumerate() {
        for &held in &member.held {
            if let Some(holders) = holders.get_mut(held) {
                holders.push(at);
            }
        }
    }
    holders
}

/// Returns some members with all that refer to what is there of them, step by step.
fn with_holders(some: &[usize], holders: &[Vec<usize>]) -> IndexSet<usize> {
    let mut all: IndexSet<usize> = some.iter().copied().collect();
    let mut next = 0;
    while let Some(&at) = all.get_index(next) {
        all.extend(holders.get(at).into_iter().flatten().copied());
        next += 1;
    }
    all
}

/// Disruptive changes that share those that they send away.
struct Batch<'a> {
    kind: &'a str,
    starts: Vec<usize>,
    ends: Vec<usize>,
}
