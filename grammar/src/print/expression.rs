//! Prints an expression over several lines, where it does not fit on one or holds a comment.

use super::flat::is_block_text;
use super::node::Node;
use super::{Printer, STEP, WIDTH};
use crate::Span;
use crate::ast::{BinaryOperator, Expr, ExprKind, Name};
use crate::lower::dedent;

impl Printer<'_> {
    /// Prints ` = value`, the value on the next line if it only fits there.
    pub(super) fn value(&mut self, value: &Expr, indent: usize) {
        self.out.push_str(" =");
        let flat = if self.has_comment(value.span) { None } else { self.flat(value) };
        let width = flat.as_ref().map(|flat| flat.chars().count());
        let fits_here = width.is_some_and(|width| self.column() + 1 + width < WIDTH);
        let fits_below = width.is_some_and(|width| indent + STEP + width < WIDTH);
        let below = !fits_here && !self.opens(value) && (fits_below || is_spread(value));
        if below {
            self.line(indent + STEP);
        } else {
            self.out.push(' ');
        }
        self.wide(value, if below { indent + STEP } else { indent });
    }

    /// Says whether a value over several lines begins with a bracket, so that it may begin behind a `=`.
    fn opens(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::List(_)
            | ExprKind::Record(_)
            | ExprKind::Variant { .. }
            | ExprKind::Call { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Parenthesized(_) => true,
            ExprKind::Text(_) => is_block_text(self.written(expr.span)),
            ExprKind::Field { of, .. } | ExprKind::Index { of, .. } => self.opens(of),
            ExprKind::Binary { left, .. } => self.opens(left) && self.flat(left).is_none(),
            ExprKind::Unary { operand, .. } => self.opens(operand),
            ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Number { .. }
            | ExprKind::Char(_)
            | ExprKind::Cidr(_)
            | ExprKind::Ip(_)
            | ExprKind::Name(_)
            | ExprKind::Quantified { .. }
            | ExprKind::If { .. }
            | ExprKind::Range { .. } => false,
        }
    }

    pub(super) fn fits(&self, flat: &str) -> bool {
        self.column() + flat.chars().count() < WIDTH
    }

    /// Prints an expression from the place at hand on: on the line, if it fits.
    pub(super) fn wide(&mut self, expr: &Expr, indent: usize) {
        if let Some(flat) = self.flat(expr).filter(|flat| !self.has_comment(expr.span) && self.fits(flat)) {
            return self.out.push_str(&flat);
        }
        match &expr.kind {
            ExprKind::List(elements) => {
                let nodes: Vec<_> = elements.iter().map(Node::Element).collect();
                self.parts(None, "[]", &nodes, expr.span, indent);
            }
            ExprKind::Record(fields) => {
                let nodes: Vec<_> = fields.iter().map(Node::Field).collect();
                self.parts(None, "{}", &nodes, expr.span, indent);
            }
            ExprKind::Variant { name, fields } => {
                let nodes: Vec<_> = fields.iter().map(Node::Field).collect();
                self.parts(Some(name), "{}", &nodes, expr.span, indent);
            }
            ExprKind::Call { name, arguments } => {
                let nodes: Vec<_> = arguments.iter().map(Node::Argument).collect();
                self.parts(Some(name), "()", &nodes, expr.span, indent);
            }
            ExprKind::Field { of, name } => {
                self.wide(of, indent);
                self.out.push('.');
                self.out.push_str(self.written(name.span));
            }
            ExprKind::Index { of, index } => {
                self.wide(of, indent);
                self.enclosed("[]", index, indent);
            }
            ExprKind::Parenthesized(inner) => self.enclosed("()", inner, indent),
            ExprKind::Unary { operator, operand } => {
                let prefix = self.flat_prefix(operator.span);
                self.out.push_str(&prefix);
                self.wide(operand, indent);
            }
            ExprKind::Range { start, end } => self.range_expr(start, end.as_deref(), indent),
            ExprKind::Comprehension { variable, over, only_if, body } => {
                self.comprehension(variable.span, over, only_if.as_deref(), body, indent);
            }
            ExprKind::Quantified { quantifier, variable, over, body } => {
                self.looped(quantifier.word(), variable.span, over, indent);
                self.out.push(':');
                self.line(indent + STEP);
                self.wide(body, indent + STEP);
            }
            ExprKind::If { condition, then, otherwise } => {
                self.conditional(condition, then, otherwise, indent)
            }
            ExprKind::Binary { operator, left, right } if self.opens(left) && self.flat(left).is_none() => {
                self.wide(left, indent);
                self.operation(operator.span, right, indent);
            }
            ExprKind::Binary { .. } => self.operands(expr, indent),
            ExprKind::Text(_) if is_block_text(self.written(expr.span)) => self.block_text(expr.span, indent),
            ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Number { .. }
            | ExprKind::Char(_)
            | ExprKind::Text(_)
            | ExprKind::Cidr(_)
            | ExprKind::Ip(_)
            | ExprKind::Name(_) => self.out.push_str(self.written(expr.span)),
        }
    }

    /// Prints parts in brackets, each on a line, behind the name that they belong to.
    fn parts(&mut self, name: Option<&Name>, pair: &str, nodes: &[Node<'_>], span: Span, indent: usize) {
        let range = self.range(span);
        let mut inside = range.start + 1..range.end - 1;
        if let Some(name) = name {
            inside.start = self.range(name.span).end;
            self.out.push_str(self.written(name.span));
            self.out.push_str(if pair == "{}" { " " } else { "" });
        }
        // Fields are separated by their lines.
        let separator = if pair == "{}" { "" } else { "," };
        self.bracketed(pair, nodes, separator, inside, indent);
    }

    /// Prints a range; its end stays on the line of its `..`.
    fn range_expr(&mut self, start: &Expr, end: Option<&Expr>, indent: usize) {
        self.wide(start, indent);
        self.out.push_str("..");
        if let Some(end) = end {
            self.wide(end, indent);
        }
    }

    fn conditional(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr, indent: usize) {
        self.out.push_str("if ");
        self.wide(condition, indent + STEP);
        for (word, branch) in [("then ", then), ("else ", otherwise)] {
            self.line(indent + STEP);
            self.out.push_str(word);
            self.wide(branch, indent + STEP);
        }
    }

    fn comprehension(
        &mut self,
        variable: Span,
        over: &Expr,
        only_if: Option<&Expr>,
        body: &Expr,
        indent: usize,
    ) {
        self.out.push('[');
        self.line(indent + STEP);
        self.looped("for", variable, over, indent + STEP);
        if let Some(condition) = only_if {
            self.out.push_str(" if ");
            self.wide(condition, indent + STEP);
        }
        self.out.push(':');
        self.loop_body(body, indent + STEP);
        self.line(indent);
        self.out.push(']');
    }

    /// Prints what a comprehension makes: behind its `:` if it fits there or begins with a bracket, else below.
    fn loop_body(&mut self, body: &Expr, indent: usize) {
        let flat = if self.has_comment(body.span) { None } else { self.flat(body) };
        let width = flat.map(|flat| flat.chars().count());
        let fits_here = width.is_some_and(|width| self.column() + 1 + width < WIDTH);
        let fits_below = width.is_some_and(|width| indent + STEP + width < WIDTH);
        if fits_here || (!fits_below && self.opens(body)) {
            self.out.push(' ');
            self.wide(body, indent);
        } else {
            self.line(indent + STEP);
            self.wide(body, indent + STEP);
        }
    }

    fn looped(&mut self, word: &str, variable: Span, over: &Expr, indent: usize) {
        for word in [word, " ", self.written(variable), " in "] {
            self.out.push_str(word);
        }
        self.wide(over, indent);
    }

    /// Prints operands that are joined by operators of one strength, each operator at the beginning of a line.
    fn operands(&mut self, expr: &Expr, indent: usize) {
        let mut chain = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { operator, left, right } = &first.kind {
            if chain
                .last()
                .is_some_and(|(last, _): &(BinaryOperator, _)| last.level() != operator.node.level())
            {
                break;
            }
            chain.push((operator.node, (operator.span, right)));
            first = left;
        }
        self.wide(first, indent);
        for (_, (operator, right)) in chain.into_iter().rev() {
            self.line(indent + STEP);
            self.out.push_str(self.written(operator));
            self.out.push(' ');
            self.wide(right, indent + STEP);
        }
    }

    /// Prints ` + b`.
    fn operation(&mut self, operator: Span, right: &Expr, indent: usize) {
        for word in [" ", self.written(operator), " "] {
            self.out.push_str(word);
        }
        self.wide(right, indent);
    }

    fn enclosed(&mut self, pair: &str, inner: &Expr, indent: usize) {
        let (open, close) = pair.split_at(1);
        self.out.push_str(open);
        self.wide(inner, indent);
        self.out.push_str(close);
    }

    fn block_text(&mut self, span: Span, indent: usize) {
        let written = self.written(span);
        let inner = written.get(3..written.len().saturating_sub(3)).unwrap_or("");
        let indent = if self.column() == indent { indent } else { indent + STEP };
        self.out.push_str("\"\"\"");
        for line in dedent(inner).unwrap_or_default() {
            if line.is_empty() {
                self.out.push('\n');
            } else {
                self.line(indent);
                self.out.push_str(line);
            }
        }
        self.line(indent);
        self.out.push_str("\"\"\"");
    }
}

/// Says whether an expression goes over lines by words or operators.
fn is_spread(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Quantified { .. } | ExprKind::If { .. } | ExprKind::Binary { .. })
}
