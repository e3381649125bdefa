//! What a walk comes to: the instances that a declaration makes, and those of their members that it works out.

use crate::eval::{Eval, Maker, instances};
use crate::instance::InstanceId;
use crate::maps::HashMap;
use crate::program::{Member, MemberKind};
use crate::quiet::Quiet;

/// Adds an instance and all that it makes but what may be left out, and for each where what it made ends.
pub(super) fn expand(
    eval: &mut Eval<'_, '_>,
    quiet: Option<&Quiet>,
    id: InstanceId,
    found: &mut Vec<InstanceId>,
    ends: &mut Vec<usize>,
) {
    let place = found.len();
    found.push(id);
    ends.push(place + 1);
    let kind = eval.state.instance(id).map(|instance| instance.kind);
    let wanted = |place| kind.zip(quiet).is_none_or(|(kind, quiet)| quiet.part(kind, place).is_some());
    for parts in eval.settled_parts(id, wanted) {
        for part in instances(&parts) {
            expand(eval, quiet, part, found, ends);
        }
    }
    if let Some(end) = ends.get_mut(place) {
        *end = found.len();
    }
}

/// Works out the fields of an instance, and the lets that the user wrote; those of the library when somebody asks.
/// Which they are is the same for all parts of one make.
pub(super) fn members(
    eval: &mut Eval<'_, '_>,
    quiet: Option<&Quiet>,
    id: InstanceId,
    known: &mut HashMap<Option<u32>, Vec<usize>>,
) {
    let Some(instance) = eval.state.instance(id) else { return };
    let of_declared;
    let places: &[usize] = match (instance.maker, quiet) {
        (Maker::Part { of, place, .. }, Some(quiet)) => {
            let maker = eval.state.instance(of).map(|maker| maker.kind);
            maker.and_then(|maker| quiet.part(maker, place as usize)).unwrap_or_default()
        }
        (Maker::Part { .. }, None) => known.entry(instance.make()).or_insert_with(|| wanted(eval, None, id)),
        (Maker::Declared(_), _) => {
            of_declared = wanted(eval, quiet, id);
            &of_declared
        }
    };
    places.iter().for_each(|place| drop(eval.settle_member(id, *place)));
}

/// Returns the members of an instance that are worked out, if it is declared or nothing is left out.
pub(super) fn wanted(eval: &Eval<'_, '_>, quiet: Option<&Quiet>, id: InstanceId) -> Vec<usize> {
    let Some(of) = eval.state.instance(id).map(|instance| instance.kind) else { return Vec::new() };
    let Some(kind) = eval.program.kind(of) else { return Vec::new() };
    let with_lets = eval.is_users(kind.span);
    let left_out = |place: usize, wanted: bool| quiet.map_or(wanted, |quiet| quiet.own(of).contains(&place));
    let is_wanted = |place: usize, member: &Member| match &member.kind {
        MemberKind::Field { default, .. } => match eval.given_field(id, place) {
            Some(given) => !given.value.is_handed_on(),
            None => left_out(place, default.is_some()),
        },
        MemberKind::Let(_) => left_out(place, with_lets),
        MemberKind::Make(_) => false,
    };
    let members = kind.members.values().enumerate();
    members.filter(|(place, member)| is_wanted(*place, member)).map(|(place, _)| place).collect()
}
