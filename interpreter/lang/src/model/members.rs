//! The instances that a declaration makes.

use crate::eval::{Eval, instances};
use crate::instance::InstanceId;
use crate::wanted::Wanted;

/// Adds an instance and all that it makes, or what is wanted of that, and for each where what it made ends.
pub(super) fn expand(
    eval: &mut Eval<'_, '_>,
    wanted: Option<&Wanted>,
    id: InstanceId,
    found: &mut Vec<InstanceId>,
    ends: &mut Vec<usize>,
) {
    let place = found.len();
    found.push(id);
    ends.push(place + 1);
    let kind = eval.state.instance(id).map(|instance| instance.kind);
    let is_made = |place| kind.zip(wanted).is_none_or(|(kind, wanted)| wanted.has_part(kind, place));
    for parts in eval.settled_parts(id, is_made) {
        for part in instances(&parts) {
            expand(eval, wanted, part, found, ends);
        }
    }
    if let Some(end) = ends.get_mut(place) {
        *end = found.len();
    }
}
