//! As whom a target can be asked: what its door says, as far as that is known now.

use smol_str::SmolStr;

use super::{Eval, Scope};
use crate::infer::DOOR;
use crate::instance::InstanceId;
use crate::problems::names::Problem;
use crate::suggest;
use crate::term::Term;
use crate::value::Value;

/// The field of a door that has those who may come in.
const LOGINS: &str = "logins";
/// How one of them is called.
const USER: &str = "user";

impl<'p> Eval<'p, '_> {
    /// Reports a login that a target hasn't, and returns what comes of it.
    pub(super) fn unknown_login(
        &mut self,
        target: InstanceId,
        login: &SmolStr,
        term: &'p Term,
        scope: Scope,
    ) -> Option<Value> {
        let kind = self.state.instance(target)?.kind;
        let door = self.program.kind(kind)?.members.get_index_of(DOOR)?;
        let logins = logins(&self.member(target, door))?;
        if logins.contains(login) {
            return None;
        }
        let at = self.fault(term, scope).at;
        // Members of a pool have the same logins: they are told of once.
        let whose = self.pool_of(target).map_or(target, |(pool, _)| pool);
        let whose = self.address(whose).to_string();
        let nearest = suggest::nearest(login, logins.iter().map(SmolStr::as_str));
        let written = self.sources.snippet(at) == quoted(login);
        let told = Problem::UnknownLogin { login, whose: &whose, logins: &logins, nearest, at }.diagnostic();
        self.report(match nearest.map(quoted).filter(|_| written) {
            Some(nearest) => told.with_fix(format!("write `{nearest}`"), at, nearest),
            None => told,
        });
        Some(Value::Unknown)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Returns the logins of a door, if all of them are known.
fn logins(door: &Value) -> Option<Vec<SmolStr>> {
    let (Value::Record(door) | Value::Variant(_, door)) = door else { return None };
    let user = |login: &Value| {
        let Value::Record(login) = login else { return None };
        login.get(USER)?.as_text().cloned()
    };
    door.get(LOGINS)?.as_list()?.iter().map(user).collect()
}
