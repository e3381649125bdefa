//! Values as text, and text as the answer to a question.

use std::sync::Arc;

use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use super::call::measure;
use super::{Eval, Scope, blocked_within, hole};
use crate::problems::evaluation::Problem;
use crate::show;
use crate::statement::places;
use crate::term::{Part, Term};
use crate::types::Type;
use crate::value::{Awaited, Phase, Query, Value};

impl<'p> Eval<'p, '_> {
    /// Writes a value as a text takes it in.
    pub(crate) fn in_text(&self, value: &Value) -> String {
        show::show_in_text(&self.program.units, &|id| self.address(id).to_string(), value)
    }

    /// Asks a target, which answers once it runs.
    pub(super) fn query(
        &mut self,
        term: &'p Term,
        parts: [Option<&'p Term>; 3],
        arguments: &'p [Term],
        scope: Scope,
    ) -> Value {
        let [_, as_text, as_login] = parts;
        let terms = arguments;
        let [target, text, login] = parts.map(|part| part.map_or(Value::None, |part| self.eval(part, scope)));
        let arguments: Vec<_> = arguments.iter().map(|argument| self.eval(argument, scope)).collect();
        if let (Value::Instance(target), Value::Text(login), Some(term)) = (&target, &login, as_login)
            && let Some(unknown) = self.unknown_login(*target, login, term, scope)
        {
            return unknown;
        }
        if let (Value::Text(text), Some(term)) = (&text, as_text)
            && let Some(unfit) = self.unfit_arguments((text, term), (&arguments, terms), scope)
        {
            return unfit;
        }
        self.passing = true;
        if let Some(blocked) = blocked_within(arguments.iter().chain([&target, &text, &login])) {
            return blocked;
        }
        let (Value::Instance(target), Value::Text(text)) = (target, text) else { return Value::Unknown };
        let login = if let Value::Text(login) = login { Some(login) } else { None };
        let query = Query { target, text, arguments, login, at: term.span };
        match self.state.answered(&query).filter(|_| self.live).cloned() {
            Some(answer) => self.typed_answer(&answer, term, scope),
            None => hole(Phase::Run, [Awaited::Query(Arc::new(query))]),
        }
    }

    /// Reports a question whose places and values do not go together.
    fn unfit_arguments(
        &mut self,
        (text, term): (&str, &'p Term),
        (values, terms): (&[Value], &'p [Term]),
        scope: Scope,
    ) -> Option<Value> {
        let count = values.len();
        let named: Vec<usize> = places(text).collect();
        if let Some(&number) = named.iter().find(|&&number| number == 0 || number > count) {
            return Some(self.fail(term, scope, &Problem::NoArgument { number, count }));
        }
        for ((number, value), term) in (1..).zip(values).zip(terms) {
            if !named.contains(&number) {
                return Some(self.fail(term, scope, &Problem::NoPlace { number }));
            }
            if let Some(found) = no_value(value) {
                return Some(self.fail(term, scope, &Problem::NoValue { found }));
            }
        }
        None
    }

    /// Puts values into a text.
    pub(super) fn interpolation(&mut self, parts: &'p [Part], scope: Scope) -> Value {
        let values: Vec<_> = parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Value::Text(text.clone()),
                Part::Value(term) => self.eval(term, scope),
            })
            .collect();
        if let Some(blocked) = blocked_within(&values) {
            return blocked;
        }
        let address = |id| self.address(id).to_string();
        Value::text(
            values
                .iter()
                .map(|value| show::show_in_text(&self.program.units, &address, value))
                .collect::<String>(),
        )
    }

    /// Takes an answer, which many databases give as text, as its place needs it.
    pub(super) fn typed_answer(&mut self, answer: &Value, term: &'p Term, scope: Scope) -> Value {
        match read(answer, &term.ty) {
            Ok(value) => value,
            Err(needed) => {
                let found = self.show(answer);
                self.fail(term, scope, &Problem::Answer { found: &found, needed })
            }
        }
    }
}

/// Says what a value is that can't be written in SQL.
fn no_value(value: &Value) -> Option<&'static str> {
    match value {
        Value::Range(_) => Some("a range"),
        Value::List(_) => Some("a list"),
        Value::Record(_) => Some("a record"),
        Value::Variant(_, fields) => (!fields.is_empty()).then_some("a word with fields"),
        Value::Instance(_) => Some("a declaration"),
        Value::Unknown
        | Value::Pending(_)
        | Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Text(_)
        | Value::Char(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Secret(_) => None,
    }
}

/// Reads an answer as a type, or says what is needed.
fn read(answer: &Value, ty: &Type) -> Result<Value, &'static str> {
    if matches!((answer, ty), (Value::None, Type::Optional(_))) {
        return Ok(Value::None);
    }
    let ty = ty.present();
    if let Some(dimension) = measure(ty) {
        let told = if let Value::Number(number, _) = answer { Some(*number) } else { None };
        let number = told.or_else(|| answer.as_text().and_then(|text| decimal(text)));
        return number.map(|number| Value::Number(number, dimension)).ok_or("a number");
    }
    if !matches!(ty, Type::Bool) {
        return Ok(answer.clone());
    }
    if let Value::Bool(truth) = answer {
        return Ok(Value::Bool(*truth));
    }
    match answer.as_text().map(SmolStr::as_str) {
        Some("t" | "true") => Ok(Value::Bool(true)),
        Some("f" | "false") => Ok(Value::Bool(false)),
        Some(_) | None => Err("a truth value"),
    }
}

/// Reads `-12.50` exactly.
fn decimal(text: &str) -> Option<Fraction> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let scale = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let number: i128 = format!("{whole}{part}").parse().ok()?;
    Some(Fraction::new(sign * number, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_exactly() {
        assert_eq!(decimal("-12.50"), Some(Fraction::new(-25, 2)));
        assert_eq!(decimal("3"), Some(Fraction::from_integer(3)));
        assert_eq!(decimal("1e3"), None);
        assert_eq!(decimal(""), None);
        assert_eq!(read(&Value::text("t"), &Type::Bool), Ok(Value::Bool(true)));
        assert_eq!(read(&Value::int(1), &Type::Bool), Err("a truth value"));
        assert_eq!(read(&Value::text("x"), &Type::Int), Err("a number"));
        assert_eq!(read(&Value::None, &Type::Int), Err("a number"));
        assert_eq!(read(&Value::None, &Type::Optional(Type::Int.into())), Ok(Value::None));
        assert_eq!(read(&Value::text("x"), &Type::Any), Ok(Value::text("x")));
    }
}
