//! What must hold: rules on kinds, checks and expectations, and what is said when they don't.

mod alike;
mod reason;

use std::sync::Arc;

use rsx_syntax::{Code, Diagnostic, Label, Severity, Span};
use smol_str::SmolStr;

pub(crate) use alike::Held;

use crate::eval::{Binding, Eval, Scope};
use crate::instance::InstanceId;
use crate::problems::rules::Problem;
use crate::program::{Allow, Check, Place, Require, Rule, Strength};
use crate::term::Term;
use crate::value::{Pending, Value};

/// What came of a rule.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What does not hold.
    pub(crate) broken: Vec<Diagnostic>,
    /// What something of it waits for.
    pub(crate) waits: Vec<Arc<Pending>>,
    /// Whether something of it depends on what is in error.
    pub(crate) unknown: bool,
}

/// Whether a block is a `check` or an `expect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Decided as early as it can be.
    Check,
    /// Decided after a run.
    Expect,
}

/// Who speaks when something does not hold.
#[derive(Clone, Copy)]
enum Speaker<'p> {
    Rule(&'p Rule, InstanceId, Strength),
    Block(&'p Check, Block),
}

impl Block {
    /// Returns the code of one that does not hold.
    pub(crate) fn code(self) -> Code {
        match self {
            Self::Check => Code::of("rsx::check::failed"),
            Self::Expect => Code::of("rsx::expect::failed"),
        }
    }
}

/// What came of an `allow`, where anything did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// It silences something, or may do so once more is known.
    Used,
    /// What it names is a law, which nothing silences.
    Law,
}

impl<'p> Eval<'p, '_> {
    /// Tries a rule on one of its subjects.
    pub(crate) fn rule(&mut self, rule: &'p Rule, subject: InstanceId) -> Findings {
        let scope = self.scope(Some(subject));
        let mut findings = Findings::default();
        for term in &rule.lets {
            let value = self.settle(term, scope);
            self.bind(value, Binding::Whole(term));
        }
        let strength = rule.strength.as_ref().map_or(Strength::House, |term| self.strength(term, scope));
        let speaker = Speaker::Rule(rule, subject, strength);
        for require in &rule.requires {
            self.require(require, scope, speaker, &mut findings);
        }
        self.leave(scope);
        match self.allowance(subject, &rule.code) {
            Some(allow) if strength == Strength::Law => {
                self.state.allow(allow.span, Allowance::Law);
                findings
            }
            Some(allow) => self.silenced(allow, &findings),
            None => findings,
        }
    }

    /// Keeps that an `allow` was of use; nobody hears of what it silences.
    fn silenced(&mut self, allow: &Allow, findings: &Findings) -> Findings {
        // What can't be decided yet may turn out to need it.
        if !findings.is_clean() {
            self.state.allow(allow.span, Allowance::Used);
        }
        Findings::default()
    }

    /// Tries a `check` or an `expect`.
    pub(crate) fn block(&mut self, check: &'p Check, block: Block) -> Findings {
        let scope = self.scope(None);
        let mut findings = Findings::default();
        for require in &check.requires {
            self.require(require, scope, Speaker::Block(check, block), &mut findings);
        }
        match check.allows.iter().find(|allow| allow.code == block.code()) {
            Some(allow) => self.silenced(allow, &findings),
            None => findings,
        }
    }

    fn strength(&mut self, term: &'p Term, scope: Scope) -> Strength {
        let Value::Variant(word, _) = self.settle(term, scope) else { return Strength::House };
        Strength::named(&word)
    }

    /// Returns whether a rule may be taken to hold for a subject because it held for one alike: where nothing is allowed,
    /// nothing need be noted of what would have been silenced.
    pub(crate) fn may_share(&self, subject: InstanceId) -> bool {
        let root = self.state.root(subject).and_then(|root| self.program.declared(root));
        root.is_some_and(|(_, declared)| declared.allows.is_empty())
    }

    fn allowance(&self, subject: InstanceId, code: &Code) -> Option<&'p Allow> {
        let (_, declared) = self.program.declared(self.state.root(subject)?)?;
        declared.allows.iter().find(|allow| allow.code == *code)
    }

    fn require(&mut self, require: &'p Require, scope: Scope, speaker: Speaker<'p>, findings: &mut Findings) {
        let Some(each) = &require.each else { return self.ask(require, scope, speaker, findings) };
        let over = self.settle(each, scope);
        match self.items(&over, each, scope) {
            Ok(items) => {
                let locals = self.locals();
                for (place, item) in items.iter().enumerate() {
                    self.bind(item.clone(), Binding::Element(each, place));
                    self.ask(require, scope, speaker, findings);
                    self.drop_locals(locals);
                }
            }
            Err(obstacle) => findings.note(&obstacle),
        }
    }

    fn ask(&mut self, require: &'p Require, scope: Scope, speaker: Speaker<'p>, findings: &mut Findings) {
        let asked =
            require.only_if.as_ref().map_or(Value::Bool(true), |condition| self.settle(condition, scope));
        if asked != Value::Bool(true) {
            return findings.note(&asked);
        }
        let holds = self.settle(&require.condition, scope);
        findings.note(&holds);
        if holds == Value::Bool(false) {
            let diagnostic = self.accuse(require, scope, speaker);
            findings.broken.push(diagnostic);
        }
    }

    fn accuse(&mut self, require: &'p Require, scope: Scope, speaker: Speaker<'p>) -> Diagnostic {
        let fault = require.at.as_ref().map(|place| self.fault(&place.of, scope));
        let at = fault.map_or_else(|| self.home(speaker, require), |fault| fault.at);
        let mut diagnostic = self.verdict(require, scope, speaker, at);
        let help = require.help.as_ref().and_then(|term| self.words(term, scope));
        match require.otherwise.as_ref().and_then(|term| self.words(term, scope)) {
            Some(message) => (diagnostic.message, diagnostic.help) = (message, help),
            None => diagnostic.help = help.or(diagnostic.help),
        }
        if let Some(label) = diagnostic.labels.first_mut()
            && let Some(text) = require.at.as_ref().and_then(|place| self.label(place, scope))
        {
            label.text = text;
        }
        if let Some(field) = fault.and_then(|fault| fault.field) {
            add(&mut diagnostic, field, "used here".to_owned());
        }
        for place in &require.also {
            let span = self.fault(&place.of, scope).at;
            let text = self.label(place, scope).unwrap_or_default();
            add(&mut diagnostic, span, text);
        }
        if require.otherwise.is_none() && matches!(speaker, Speaker::Rule(..)) {
            add(&mut diagnostic, require.condition.span, "this must hold".to_owned());
        }
        if let Some(fault) = fault.filter(|fault| fault.is_value) {
            for text in self.mends(require, scope) {
                diagnostic = diagnostic.with_fix(format!("write `{text}`"), fault.at, text);
            }
        }
        diagnostic
    }

    /// What is said without words of the rule's own.
    fn verdict(&mut self, require: &'p Require, scope: Scope, speaker: Speaker<'p>, at: Span) -> Diagnostic {
        let found = self.reason(&require.condition, scope);
        let found = found.as_deref();
        match speaker {
            Speaker::Block(Check { name, .. }, Block::Check) => {
                Problem::Check { name, found, at }.diagnostic()
            }
            Speaker::Block(Check { name, .. }, Block::Expect) => {
                Problem::Expect { name, found, at }.diagnostic()
            }
            Speaker::Rule(rule, subject, strength) => {
                let subject = self.address(subject).to_string();
                let found = found.filter(|_| require.otherwise.is_none());
                let (code, subject) = (&rule.code, subject.as_str());
                let is_law = strength == Strength::Law;
                let mut diagnostic = Problem::Rule { code, subject, found, is_law, at }.diagnostic();
                if require.otherwise.is_some() {
                    diagnostic.labels.iter_mut().for_each(|label| label.text.clear());
                }
                if strength == Strength::Advice {
                    diagnostic.severity = Severity::Warning;
                }
                diagnostic
            }
        }
    }

    /// Where it is said if no place is named: the clause, or the head of the subject's declaration.
    fn home(&self, speaker: Speaker<'p>, require: &Require) -> Span {
        match speaker {
            Speaker::Rule(rule, subject, _) => self.head(subject).unwrap_or(rule.span),
            Speaker::Block(..) => require.span,
        }
    }

    fn mends(&mut self, require: &'p Require, scope: Scope) -> Vec<String> {
        let Some(term) = &require.mend else { return Vec::new() };
        let Value::List(texts) = self.settle(term, scope) else { return Vec::new() };
        texts.iter().filter_map(|text| text.as_text().map(SmolStr::to_string)).collect()
    }

    fn label(&mut self, place: &'p Place, scope: Scope) -> Option<String> {
        place.text.as_ref().and_then(|term| self.words(term, scope))
    }

    fn words(&mut self, term: &'p Term, scope: Scope) -> Option<String> {
        self.settle(term, scope).as_text().map(SmolStr::to_string)
    }
}

impl Findings {
    /// Returns whether all holds, and nothing is open.
    pub(crate) fn is_clean(&self) -> bool {
        self.broken.is_empty() && self.waits.is_empty() && !self.unknown
    }

    fn note(&mut self, value: &Value) {
        if let Value::Pending(pending) = value {
            self.waits.push(Arc::clone(pending));
        }
        self.unknown |= matches!(value, Value::Unknown);
    }
}

/// Adds a further place, unless it is there.
pub(crate) fn add(diagnostic: &mut Diagnostic, span: Span, text: String) {
    if !diagnostic.labels.iter().any(|label| label.span == span) {
        diagnostic.labels.push(Label { span, text });
    }
}
