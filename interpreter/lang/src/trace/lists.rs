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
            Builtin::Distinct | Builtin::Without | Builtin::Present | Builtin::Repeated => {
                let wanted = element(trail)?;
                let result = self.eval(call, scope);
                let result = result.as_list()?.get(wanted)?.clone();
                let skipped = usize::from(builtin == Builtin::Repeated);
                let found = position(&self.eval(list, scope), &result, skipped)?;
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
        let mut left = element(trail)?;
        let value = self.eval(lists, scope);
        for (place, list) in value.as_list()?.iter().enumerate() {
            let length = list.as_list()?.len();
            if left < length {
                trail.path.pop();
                trail.path.extend([Selector::Element(left), Selector::Element(place)]);
                return Some((lists, scope));
            }
            left -= length;
        }
        None
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
        let mut left = *place;
        for item in items {
            let count = self.count_members(item, scope);
            if left < count {
                trail.path.pop();
                if matches!(item.kind, TermKind::List(_) | TermKind::Comprehension { .. }) {
                    trail.path.push(Selector::Element(left));
                }
                return Some((item, scope));
            }
            left -= count;
        }
        None
    }
}

/// Returns the place of the element that is meant, if one is.
fn element(trail: &Trail<'_>) -> Option<usize> {
    match trail.path.last() {
        Some(Selector::Element(place)) => Some(*place),
        Some(Selector::Field(_)) | None => None,
    }
}

/// Returns the place of a value in a list, after so many others of its like.
fn position(list: &Value, value: &Value, skipped: usize) -> Option<usize> {
    let places = list.as_list()?.iter().enumerate().filter(|(_, item)| *item == value);
    places.map(|(place, _)| place).nth(skipped)
}
