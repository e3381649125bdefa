//! Values as text, and text as the answer to a question.

use rsx_syntax::ast::Fraction;

use super::call::measure;
use super::{Eval, Scope};
use crate::problems::evaluation::Problem;
use crate::show;
use crate::term::Term;
use crate::types::Type;
use crate::value::Value;

impl<'p> Eval<'p, '_> {
    /// Writes a value as a text takes it in.
    pub(crate) fn in_text(&self, value: &Value) -> String {
        show::show_in_text(&self.program.units, &|id| self.address(id).to_string(), value)
    }

    /// Takes an answer, which databases give as text, as its place needs it.
    pub(super) fn typed_answer(&mut self, answer: Value, term: &'p Term, scope: Scope) -> Value {
        let Value::Text(text) = &answer else { return answer };
        match read(text, &term.ty) {
            Ok(value) => value,
            Err(needed) => {
                let found = self.show(&answer);
                self.fail(term, scope, &Problem::Answer { found: &found, needed })
            }
        }
    }
}

/// Reads an answer as a type, or says what is needed.
fn read(text: &str, ty: &Type) -> Result<Value, &'static str> {
    let ty = ty.present();
    if let Some(dimension) = measure(ty) {
        return decimal(text).map(|number| Value::Number(number, dimension)).ok_or("a number");
    }
    if !matches!(ty, Type::Bool) {
        return Ok(Value::text(text));
    }
    match text {
        "t" | "true" => Ok(Value::Bool(true)),
        "f" | "false" => Ok(Value::Bool(false)),
        _ => Err("a truth value"),
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
        assert_eq!(read("t", &Type::Bool), Ok(Value::Bool(true)));
        assert_eq!(read("x", &Type::Int), Err("a number"));
        assert_eq!(read("x", &Type::Any), Ok(Value::text("x")));
    }
}
