//! Which element of which list an element of another list is.

use crate::builtin::Builtin;
use crate::eval::{Eval, Scope};
use crate::term::{Term, TermKind};
use crate::value::Value;

use super::{Selector, Trail};

impl<'p> Eval<'p, '_> {
    /// Of a function's arguments, the one that the part of its result that is meant comes from.
    pub(super) fn argument(
        &mut self,
        builtin: Builtin,
        call: &'p Term,
        arguments: &'p [Term],
        scope: Scope,
        trail: &mut Trail<'p>,
    ) -> Option<(&'p Term, Scope)> {
        let list = arguments.first()?;
        match builtin {
            Builtin::First => {
                trail.path.push(Selector::Element(0));
                Some((list, scope))
            }
            Builtin::Max | Builtin::Min => self.equal_to(call, arguments, scope, trail),
            Builtin::Flatten => self.element_of_lists(list, scope, trail),
            Builtin::Distinct | Builtin::Without | Builtin::Present => {
                let wanted = element(trail)?;
                let chosen = self.table(call, scope, |eval| {
                    let (result, list) = (eval.eval(call, scope), eval.eval(list, scope));
                    Some(places(list.as_list()?, result.as_list()?))
                });
                let found = *chosen?.get(wanted)?;
                trail.path.pop();
                trail.path.push(Selector::Element(found));
                Some((list, scope))
            }
            Builtin::Repeated => {
                let wanted = element(trail)?;
                let result = self.eval(call, scope);
                let result = result.as_list()?.get(wanted)?.clone();
                // The first of them is none too many.
                let found = position(&self.eval(list, scope), &result, 1)?;
                trail.path.pop();
                trail.path.push(Selector::Element(found));
                Some((list, scope))
            }
            Builtin::Length
            | Builtin::Sum
            | Builtin::Floor
            | Builtin::Ceil
            | Builtin::Log2
            | Builtin::Join
            | Builtin::Text
            | Builtin::Lower
            | Builtin::StartsWith
            | Builtin::EndsWith
            | Builtin::Nearest
            | Builtin::Addresses
            | Builtin::Prefix
            | Builtin::Overlaps
            | Builtin::Blocks
            | Builtin::NameOf
            | Builtin::Address
            | Builtin::KindOf
            | Builtin::PhysicalName
            | Builtin::IndexOf
            | Builtin::IsGenerated
            | Builtin::StoredName
            | Builtin::PoolOf => None,
        }
    }

    /// Of several values, or of the elements of one list, the one that is the result.
    fn equal_to(
        &mut self,
        call: &'p Term,
        arguments: &'p [Term],
        scope: Scope,
        trail: &mut Trail<'p>,
    ) -> Option<(&'p Term, Scope)> {
        let result = self.eval(call, scope);
        if let [list] = arguments {
            let found = position(&self.eval(list, scope), &result, 0)?;
            trail.path.push(Selector::Element(found));
            return Some((list, scope));
        }
        let found = arguments.iter().find(|argument| self.eval(argument, scope) == result)?;
        Some((found, scope))
    }

    /// Of a list of lists that was joined to one, the element of the element that is meant.
    fn element_of_lists(
        &mut self,
        lists: &'p Term,
        scope: Scope,
        trail: &mut Trail<'p>,
    ) -> Option<(&'p Term, Scope)> {
        let wanted = element(trail)?;
        let ends = self.table(lists, scope, |eval| {
            let value = eval.eval(lists, scope);
            let lengths = value.as_list()?.iter().map(|list| Some(list.as_list()?.len()));
            lengths.collect::<Option<Vec<_>>>().map(ends)
        });
        let (place, left) = among(&ends?, wanted)?;
        trail.path.pop();
        trail.path.extend([Selector::Element(left), Selector::Element(place)]);
        Some((lists, scope))
    }

    /// Of two joined lists, the one that the element that is meant comes from.
    pub(super) fn side_of_join(
        &mut self,
        left: &'p Term,
        right: &'p Term,
        scope: Scope,
        trail: &mut Trail<'p>,
    ) -> Option<(&'p Term, Scope)> {
        let Some(Selector::Element(place)) = trail.path.last_mut() else { return None };
        let wanted = *place;
        let length = self.length_of(left, scope)?;
        if wanted < length {
            return Some((left, scope));
        }
        if let Some(Selector::Element(place)) = trail.path.last_mut() {
            *place = wanted - length;
        }
        Some((right, scope))
    }

    /// Of a list that was flattened, the element that holds the one that is meant.
    pub(super) fn member_of_list(
        &mut self,
        of: &'p Term,
        scope: Scope,
        trail: &mut Trail<'p>,
    ) -> Option<(&'p Term, Scope)> {
        let TermKind::List(items) = &of.kind else {
            // A pool or one reference: all elements come from it as a whole.
            if !matches!(self.eval(of, scope), Value::List(_)) {
                trail.path.pop();
            }
            return Some((of, scope));
        };
        let Some(Selector::Element(place)) = trail.path.last() else { return Some((of, scope)) };
        let wanted = *place;
        let ends = self.table(of, scope, |eval| {
            Some(ends(items.iter().map(|item| eval.count_members(item, scope)).collect()))
        });
        let (place, left) = among(&ends?, wanted)?;
        let item = items.get(place)?;
        trail.path.pop();
        if matches!(item.kind, TermKind::List(_) | TermKind::Comprehension { .. }) {
            trail.path.push(Selector::Element(left));
        }
        Some((item, scope))
    }
}

/// Returns the place of the element that is meant, if one is.
fn element(trail: &Trail<'_>) -> Option<usize> {
    match trail.path.last() {
        Some(Selector::Element(place)) => Some(*place),
        Some(Selector::Field(_)) | None => None,
    }
}

/// Returns where each of some elements of a list stands in it, all in its order.
fn places(list: &[Value], chosen: &[Value]) -> Vec<usize> {
    let mut left = list.iter().enumerate();
    chosen.iter().map_while(|item| Some(left.find(|(_, other)| *other == item)?.0)).collect()
}

/// Puts where each of several lists ends, laid end to end, in place of its length.
fn ends(mut lengths: Vec<usize>) -> Vec<usize> {
    let mut end = 0;
    for length in &mut lengths {
        end += *length;
        *length = end;
    }
    lengths
}

/// Returns in which of several lists, laid end to end, an element lies, and at which place there.
fn among(ends: &[usize], wanted: usize) -> Option<(usize, usize)> {
    let place = ends.partition_point(|end| *end <= wanted);
    let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    (place < ends.len()).then_some((place, wanted - start))
}

/// Returns the place of a value in a list, after so many others of its like.
fn position(list: &Value, value: &Value, skipped: usize) -> Option<usize> {
    let places = list.as_list()?.iter().enumerate().filter(|(_, item)| *item == value);
    places.map(|(place, _)| place).nth(skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_lies_in_the_list_that_ends_behind_it() {
        let ends = ends(vec![2, 0, 3]);
        let found: Vec<_> = (0..6).map(|wanted| among(&ends, wanted)).collect();
        assert_eq!(found, [Some((0, 0)), Some((0, 1)), Some((2, 0)), Some((2, 1)), Some((2, 2)), None]);
    }

    #[test]
    fn what_was_chosen_stands_where_it_was_found_first() {
        let list: Vec<_> = [3, 1, 3, 2].into_iter().map(Value::int).collect();
        let chosen: Vec<_> = [3, 1, 2].into_iter().map(Value::int).collect();
        assert_eq!(places(&list, &chosen), [0, 1, 3]);
    }
}
