//! Values held against the rules of their types; what breaks several rules is told once, with all of them.

mod witness;

use rsx_syntax::Span;
use smol_str::SmolStr;

use crate::dimension::{Dimension, Units};
use crate::eval::{Binding, Eval, Scope, Setting, State, Waiting, only_input_missing, within};
use crate::problems::refinement::{Found, Problem};
use crate::program::Program;
use crate::secret::Secret;
use crate::show;
use crate::term::Term;
use crate::types::{Refined, Type};
use crate::value::Value;

/// Returns what a value lacks to be of a type, in words; nothing if it is.
pub fn broken_rules(units: &Units, refined: &Refined, value: &Value) -> Vec<SmolStr> {
    let program = Program { units: units.clone(), ..Program::default() };
    let (setting, sources, mut state) =
        (Setting::default(), rsx_syntax::Sources::default(), State::default());
    let mut eval = Eval::new(&program, &setting, &sources, &mut state, false);
    let chain = chain(refined);
    chain.into_iter().flat_map(|refined| eval.held_against(refined, value).in_words(units)).collect()
}

/// What a value lacks.
#[derive(Debug, Default)]
struct Broken<'p> {
    /// The bounds that it is outside of.
    bounds: Option<Value>,
    /// The rules that it breaks.
    rules: Vec<&'p crate::types::RefinementRule>,
}

impl Broken<'_> {
    fn is_empty(&self) -> bool {
        self.bounds.is_none() && self.rules.is_empty()
    }

    fn labels(&self) -> Vec<SmolStr> {
        self.rules.iter().map(|rule| rule.label.clone()).collect()
    }

    fn in_words(&self, units: &Units) -> Vec<SmolStr> {
        let bounds = self
            .bounds
            .iter()
            .map(|bounds| SmolStr::from(format!("a value in {}", show::show(units, bounds))));
        bounds.chain(self.labels()).collect()
    }
}

/// Returns a type's refinements, the innermost first.
fn chain(refined: &Refined) -> Vec<&Refined> {
    let mut chain = vec![refined];
    let mut base = &refined.base;
    while let Type::Refined(inner) = base {
        chain.push(inner);
        base = &inner.base;
    }
    chain.reverse();
    chain
}

/// Returns what there is to hold against rules, if there is something.
fn plain(value: &Value) -> Option<Value> {
    if let Value::Secret(secret) = value {
        return match secret.as_ref() {
            Secret::Given { text, .. } => Some(Value::text(text.reveal())),
            Secret::Generated | Secret::Stored(_) => None,
        };
    }
    (!matches!(value, Value::None | Value::Unknown | Value::Pending(_))).then(|| value.clone())
}

impl<'p> Eval<'p, '_> {
    /// Holds a value against its type; one that breaks it is reported and becomes unknown.
    pub(crate) fn refine(
        &mut self,
        refined: &'p Refined,
        value: Value,
        term: &'p Term,
        scope: Scope,
    ) -> Value {
        self.hold(refined, value, Some((term, scope)))
    }

    /// Holds the value of a secret param against its type.
    pub(crate) fn refine_secret(&mut self, ty: &'p Type, value: Value) -> Value {
        if let Type::Secret(of) | Type::Optional(of) = ty {
            return self.refine_secret(of, value);
        }
        if let Type::Refined(refined) = ty { self.hold(refined, value, None) } else { value }
    }

    fn hold(&mut self, refined: &'p Refined, value: Value, place: Option<(&'p Term, Scope)>) -> Value {
        if let (Value::Pending(pending), Some((term, _))) = (&value, place)
            && !only_input_missing(pending)
        {
            self.wait(refined, pending.phase, term.span);
        }
        let Some(plain) = plain(&value) else { return value };
        let is_secret = matches!(value, Value::Secret(_));
        for refined in chain(refined) {
            let key = std::ptr::from_ref(refined).addr();
            if self.state.held.get(&key) == Some(&plain) {
                continue;
            }
            let broken = self.held_against(refined, &plain);
            if !broken.is_empty() {
                self.report_broken(refined, &broken, &value, place);
                return Value::Unknown;
            }
            if !is_secret {
                self.state.held.insert(key, plain.clone());
            }
        }
        value
    }

    /// A refinement of what is known later is held against it then.
    fn wait(&mut self, refined: &Refined, phase: crate::value::Phase, span: Span) {
        let span = if self.is_users(span) { Some(span) } else { self.working_on() };
        if let (Some(name), Some(span)) = (&refined.name, span) {
            let name = refined.code.clone().unwrap_or_else(|| name.clone());
            let work = self.work();
            self.state.wait(work, Waiting { name, span, phase });
        }
    }

    fn held_against(&mut self, refined: &'p Refined, value: &Value) -> Broken<'p> {
        let scope = self.scope(None);
        let mut broken = Broken::default();
        if let Some(range) = &refined.range {
            let bounds = self.eval(range, scope);
            if within(value, &bounds) == Value::Bool(false) {
                broken.bounds = Some(bounds);
            }
        }
        self.bind(value.clone(), Binding::Nowhere);
        for rule in &refined.rules {
            if self.eval(&rule.predicate, scope) == Value::Bool(false) {
                broken.rules.push(rule);
            }
        }
        self.leave(scope);
        broken
    }

    /// Writes a whole number as the percentage that its type takes: `50%` for `50`.
    fn in_percent(&mut self, refined: &'p Refined, value: &Value, at: Span) -> Option<String> {
        let Value::Number(number, dimension) = value else { return None };
        let chain = chain(refined);
        let is_ratio = chain.first().is_some_and(|inner| inner.base == Type::Quantity(Dimension::NONE));
        let written = self.sources.snippet(at);
        if !is_ratio || !written.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let percent = Value::Number(*number / 100, *dimension);
        let fits = chain.into_iter().all(|refined| self.held_against(refined, &percent).is_empty());
        fits.then(|| format!("{written}%"))
    }

    fn report_broken(
        &mut self,
        refined: &'p Refined,
        broken: &Broken<'p>,
        value: &Value,
        place: Option<(&'p Term, Scope)>,
    ) {
        let bounds = broken.bounds.as_ref().map(|bounds| self.show(bounds));
        let labels = broken.labels();
        let mut problem = Problem {
            code: refined.code.as_ref(),
            name: refined.name.as_ref(),
            found: Found::Hidden(0),
            bounds: bounds.as_deref(),
            broken: &labels,
            at: refined.span,
            character: None,
            by: None,
            mend: None,
        };
        let demand = self.working_on();
        let shown = self.show(value);
        if let Value::Secret(secret) = value {
            let Secret::Given { param, text } = secret.as_ref() else { return };
            problem.found = Found::Hidden(text.reveal().chars().count());
            let global = self.program.globals.get(param);
            let at = global.map(|global| global.written.unwrap_or(global.span)).or(demand);
            let Some(at) = at else { return };
            problem.at = at;
            problem.by = demand.filter(|_| place.is_some());
            return self.report(problem.diagnostic());
        }
        let Some((term, scope)) = place else { return };
        let fault = self.fault(term, scope);
        problem.found = Found::Shown(&shown);
        problem.by = fault.given.or(demand);
        problem.at = fault.at;
        problem.mend = self.in_percent(refined, value, fault.at);
        if let Some((at, character)) = self.witness(broken, value, fault.at) {
            problem.at = at;
            problem.character = Some(character);
        }
        self.report(problem.diagnostic());
    }
}
