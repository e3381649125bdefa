//! Lowers expressions: pest gives operands and operators flat, precedence is found here.

use std::iter::Peekable;

use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

use super::{Lower, Rule, Written, next};
use crate::ast::{Argument, BinaryOperator, Expr, ExprKind, Quantifier, UnaryOperator};
use crate::precedence::Level;
use crate::problem::{Operator, Problem, Syntax};
use crate::words::is_reserved;
use crate::{Span, Spanned};

/// What stands between two operands.
#[derive(Clone, Copy, Debug)]
enum Infix {
    Operator(BinaryOperator),
    Range,
}

type Terms<'i> = Peekable<Pairs<'i, Rule>>;

impl Lower {
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        self.climb(&mut pair.into_inner().peekable(), Level::Else)
    }

    /// Lowers the one expression that a pair holds.
    pub(super) fn inner_expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let inner = pair.into_inner().find(|part| matches!(part.as_rule(), Rule::expr | Rule::bare_expr))?;
        self.expr(inner)
    }

    /// Reads operands joined by operators that bind at least as strongly as `least`.
    fn climb(&mut self, terms: &mut Terms<'_>, least: Level) -> Option<Expr> {
        let mut left = self.operand(terms, least)?;
        let mut chained = None;
        while let Some(infix) = terms.peek().map(infix) {
            let level = infix.level();
            if level < least {
                break;
            }
            let sign = self.span(&terms.next()?);
            if chained == Some(Level::Range) && level > Level::Range {
                return self.report(Problem::Operator(Operator::OpenRange, left.span));
            }
            if chained == Some(level) {
                let problem = match infix {
                    Infix::Operator(_) => Operator::ChainedComparison,
                    Infix::Range => Operator::ChainedRange,
                };
                return self.report(Problem::Operator(problem, sign));
            }
            left = match infix {
                Infix::Operator(operator) => self.binary(left, Spanned::new(operator, sign), terms)?,
                Infix::Range => self.range(left, sign, terms)?,
            };
            chained = matches!(level, Level::Comparison | Level::Range).then_some(level);
        }
        Some(left)
    }

    fn binary(
        &mut self,
        left: Expr,
        operator: Spanned<BinaryOperator>,
        terms: &mut Terms<'_>,
    ) -> Option<Expr> {
        let right = self.climb(terms, operator.node.level().above())?;
        let span = left.span.to(right.span);
        let kind = ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) };
        Some(Expr { kind, span })
    }

    fn range(&mut self, start: Expr, sign: Span, terms: &mut Terms<'_>) -> Option<Expr> {
        let open =
            terms.peek().is_none_or(|next| matches!(next.as_rule(), Rule::operator | Rule::range_operator));
        let end = if open { None } else { Some(self.climb(terms, Level::Sum)?) };
        let span = start.span.to(end.as_ref().map_or(sign, |end| end.span));
        Some(Expr { kind: ExprKind::Range { start: Box::new(start), end: end.map(Box::new) }, span })
    }

    fn operand(&mut self, terms: &mut Terms<'_>, least: Level) -> Option<Expr> {
        let pair = terms.next()?;
        if pair.as_rule() == Rule::prefix {
            return self.unary(&pair, terms, least);
        }
        let mut expr = self.primary(pair)?;
        while let Some(pair) = terms.next_if(|next| is_postfix(next.as_rule())) {
            expr = self.postfix(expr, pair)?;
        }
        Some(expr)
    }

    fn unary(&mut self, sign: &Pair<'_, Rule>, terms: &mut Terms<'_>, least: Level) -> Option<Expr> {
        let at = self.span(sign);
        let (operator, level) = match sign.as_str() {
            "-" => (UnaryOperator::Negate, Level::Negation),
            _ => (UnaryOperator::Not, Level::Not),
        };
        if level < least {
            return self.report(Problem::Operator(Operator::Not, at));
        }
        let operand = self.climb(terms, level)?;
        let span = at.to(operand.span);
        let kind = ExprKind::Unary { operator: Spanned::new(operator, at), operand: Box::new(operand) };
        Some(Expr { kind, span })
    }

    fn postfix(&mut self, of: Expr, pair: Pair<'_, Rule>) -> Option<Expr> {
        let (at, span) = (self.span(&pair), of.span.to(self.span(&pair)));
        let kind = match pair.as_rule() {
            Rule::member => {
                let name = self.word(&next(&mut pair.into_inner(), Rule::field_name)?);
                ExprKind::Field { of: Box::new(of), name }
            }
            Rule::index => ExprKind::Index { of: Box::new(of), index: Box::new(self.inner_expr(pair)?) },
            Rule::arguments => {
                let ExprKind::Name(name) = of.kind else {
                    return self.report(Problem::Operator(Operator::Call, at));
                };
                ExprKind::Call { name: Spanned::new(name, of.span), arguments: self.arguments(pair)? }
            }
            _ => {
                let ExprKind::Name(name) = of.kind else {
                    return self.report(Problem::Operator(Operator::Fields, at));
                };
                ExprKind::Variant { name: Spanned::new(name, of.span), fields: self.fields(pair)? }
            }
        };
        Some(Expr { kind, span })
    }

    fn arguments(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Argument>> {
        let mut arguments = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::field => {
                    let field = self.field(part.into_inner())?;
                    arguments.push(Argument { name: Some(field.name), value: field.value });
                }
                Rule::expr => arguments.push(Argument { name: None, value: self.expr(part)? }),
                _ => {}
            }
        }
        Some(arguments)
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::reference => self.reference(&pair)?,
            Rule::number => self.number(Written::of(&pair))?,
            Rule::plain_text | Rule::text | Rule::block_text => ExprKind::Text(self.text(pair)?),
            Rule::char => ExprKind::Char(self.char(&pair)?),
            Rule::list => self.list(pair)?,
            Rule::fields => ExprKind::Record(self.fields(pair)?),
            Rule::parenthesized => ExprKind::Parenthesized(Box::new(self.inner_expr(pair)?)),
            Rule::conditional | Rule::bare_conditional => self.conditional(pair)?,
            _ => self.quantified(pair)?,
        };
        Some(Expr { kind, span })
    }

    fn reference(&mut self, pair: &Pair<'_, Rule>) -> Option<ExprKind> {
        match pair.as_str() {
            "true" => Some(ExprKind::Bool(true)),
            "false" => Some(ExprKind::Bool(false)),
            "none" => Some(ExprKind::None),
            "self" => Some(ExprKind::Name(SmolStr::new_static("self"))),
            word if is_reserved(word) => self.report(Problem::Syntax(
                Syntax::ValueExpected { found: SmolStr::new(word) },
                self.span(pair),
            )),
            // Whether it is spelled as a name is said by whoever knows what is declared.
            word => Some(ExprKind::Name(SmolStr::new(word))),
        }
    }

    fn list(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut elements = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::comprehension => return self.comprehension(part),
                Rule::expr => elements.push(self.expr(part)?),
                _ => {}
            }
        }
        Some(ExprKind::List(elements))
    }

    fn comprehension(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = pair.into_inner();
        let (variable, over) = self.each(parts.next()?)?;
        let (mut only_if, mut body) = (None, None);
        for part in parts {
            match part.as_rule() {
                Rule::condition => only_if = Some(Box::new(self.inner_expr(part)?)),
                Rule::expr => body = Some(Box::new(self.expr(part)?)),
                _ => {}
            }
        }
        Some(ExprKind::Comprehension { variable, over: Box::new(over), only_if, body: body? })
    }

    fn quantified(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = pair.into_inner();
        let quantifier = match parts.next()?.as_str() {
            "all" => Quantifier::All,
            _ => Quantifier::Any,
        };
        let variable = self.name(&next(&mut parts, Rule::word)?)?;
        let over = self.next_expr(&mut parts)?;
        let body = self.next_expr(&mut parts)?;
        Some(ExprKind::Quantified { quantifier, variable, over, body })
    }

    fn conditional(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = pair.into_inner();
        let condition = self.next_expr(&mut parts)?;
        let then = self.next_expr(&mut parts)?;
        let otherwise = self.next_expr(&mut parts)?;
        Some(ExprKind::If { condition, then, otherwise })
    }

    fn next_expr(&mut self, parts: &mut Pairs<'_, Rule>) -> Option<Box<Expr>> {
        let part = parts.find(|part| matches!(part.as_rule(), Rule::expr | Rule::bare_expr))?;
        self.expr(part).map(Box::new)
    }
}

impl Infix {
    fn level(self) -> Level {
        match self {
            Self::Operator(operator) => operator.level(),
            Self::Range => Level::Range,
        }
    }
}

fn infix(pair: &Pair<'_, Rule>) -> Infix {
    Infix::Operator(match pair.as_str() {
        "??" => BinaryOperator::Else,
        "or" => BinaryOperator::Or,
        "and" => BinaryOperator::And,
        "==" => BinaryOperator::Equal,
        "!=" => BinaryOperator::NotEqual,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessOrEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterOrEqual,
        "in" => BinaryOperator::In,
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        _ => return Infix::Range,
    })
}

fn is_postfix(rule: Rule) -> bool {
    matches!(rule, Rule::member | Rule::index | Rule::arguments | Rule::fields)
}
