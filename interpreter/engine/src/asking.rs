//! A question to a running target: who is asked, and through which door.

use rsx_lang::value::{Query, Value};
use rsx_syntax::Span;
use smol_str::SmolStr;

use crate::design::Design;
use crate::event::Action;
use crate::problems::Problem;
use crate::provider::Question;
use crate::scene::Scene;
use crate::schema::DOOR;

/// A question that can be asked.
#[derive(Debug)]
pub(crate) struct Asking {
    question: Question,
    address: SmolStr,
    at: Span,
}

impl Asking {
    /// Returns the question, if it is known how its target is reached.
    pub(crate) fn of(design: &dyn Design, query: &Query) -> Option<Self> {
        let known = |door: &Value| door.is_known() && *door != Value::None;
        let question = Question {
            door: design.get(query.target, DOOR).filter(known)?,
            text: query.text.clone(),
            arguments: query.arguments.clone(),
            login: query.login.clone(),
        };
        Some(Self { question, address: design.address(query.target), at: query.at })
    }

    /// Asks.
    pub(crate) async fn answer(&self, scene: &Scene<'_>) -> Result<Value, Problem> {
        let cx = scene.context(&self.address, &scene.token(), Action::Verify);
        let answer = scene.insist(|| scene.provider.ask(&cx, &self.question)).await;
        answer.map_err(|fault| Problem::fault(&self.address, "asking", fault, self.at))
    }
}
