//! What all describes of EC2 have in common: ids, filters, pages, and things not seen yet.

use serde_json::{Value, json};

use super::State;
use super::filter::Filters;
use crate::call::{Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::input::Input;
use crate::page::{BadToken, page};
use crate::table::Table;

/// A kind of resource that can be described.
pub(super) trait Resource: Clone + Sized {
    /// What ids begin with.
    const PREFIX: &'static str;
    /// The kind as error codes name it: `Invalid{NAME}.NotFound`.
    const NAME: &'static str;
    /// The input's list of ids.
    const IDS: &'static str;
    /// The answer's list.
    const SET: &'static str;

    fn table(state: &State) -> &Table<Self>;
    fn id(&self) -> &str;
    /// AWS's words for an id that names nothing.
    fn missing(id: &str) -> String;
    /// The values that a filter compares; `None` if there is no such filter.
    fn field(&self, state: &State, clock: Clock, filter: &str) -> Option<Vec<String>>;
    /// One read passes by: lets time do its work on the resource. Whether it is still there.
    fn pass(state: &mut State, id: &str, clock: Clock) -> bool;
    /// The resource as answers show it, as the read found it.
    fn describe(&self, state: &State, clock: Clock, region: &str) -> Value;
}

/// The resource of that id, for other operations than describes: they see what was just created.
pub(super) fn find<'a, R: Resource + 'a>(state: &'a State, id: &str) -> Result<&'a R, Refusal> {
    R::table(state).get(id).ok_or_else(|| not_found::<R>(id))
}

/// Refuses an id that has the wrong form or names nothing.
pub(super) fn not_found<R: Resource>(id: &str) -> Refusal {
    let digits = id.strip_prefix(R::PREFIX).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
    let is_formed = matches!(digits.len(), 8 | 17) && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    match is_formed {
        true => Refusal::new(format!("Invalid{}.NotFound", R::NAME), R::missing(id)),
        false => Refusal::new(
            format!("Invalid{}.Malformed", R::NAME),
            format!("Invalid id: \"{id}\" (expecting \"{}-...\")", R::PREFIX),
        ),
    }
}

/// Describes the resources that a request asks for.
pub(super) fn describe<R: Resource>(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let ids = input.texts(R::IDS);
    let size = input.size("MaxResults");
    if size.is_some() && !ids.is_empty() {
        let words = format!("The parameter {} cannot be used with the parameter MaxResults", R::IDS);
        return Err(Refusal::new("InvalidParameterCombination", words));
    }
    let rows = select::<R>(cx, &ids, &Filters::of(input))?;
    let shown = rows.into_iter().map(|row| {
        let described = row.describe(&cx.here.ec2, cx.clock, cx.region);
        (row.id().to_owned(), described)
    });
    let page =
        page(shown.collect::<Vec<_>>(), input.text("NextToken"), size.unwrap_or(1000)).map_err(bad_token)?;
    Ok(json!({ R::SET: page.rows, "NextToken": page.next }))
}

/// The resources that one read finds, as it found them; it passes their transitional states.
fn select<R: Resource>(cx: &mut Cx<'_>, ids: &[String], filters: &Filters) -> Result<Vec<R>, Refusal> {
    let (clock, state) = (cx.clock, &mut cx.here.ec2);
    let all = if ids.is_empty() { R::table(state).keys() } else { ids.to_vec() };
    let mut found = Vec::new();
    for id in all {
        let row = R::table(state).get(&id).cloned().ok_or_else(|| not_found::<R>(&id))?;
        let is_wanted = filters.accept(state.tags_of(&id), |name| row.field(state, clock, name))?;
        if is_wanted && state.is_unseen(&id, clock) {
            match ids.is_empty() {
                true => continue,
                false => return Err(not_found::<R>(&id)),
            }
        }
        // A listing of what is available looks at what is not yet.
        let is_there = (is_wanted || filters.name_state()) && R::pass(state, &id, clock);
        if is_wanted && is_there {
            found.push(row);
        }
    }
    found.sort_by(|one, other| one.id().cmp(other.id()));
    Ok(found)
}

/// A resource's tags as answers list them.
pub(super) fn tags(state: &State, id: &str) -> Value {
    state.tags_of(id).map_or_else(|| json!([]), |tags| super::TAGS.list(tags))
}

/// EC2's words for a token that no listing gave.
pub(super) fn bad_token(BadToken: BadToken) -> Refusal {
    Refusal::new("InvalidNextToken", "The nextToken is not valid.")
}
