//! Lowers types as they are written.

use pest::iterators::Pair;

use super::{Lower, Rule, next};
use crate::ast::{SchemaField, TypeExpr, TypeExprKind, Word};
use crate::problem::{Problem, Syntax};
use crate::words::is_reserved;

impl Lower {
    pub(super) fn type_expr(&mut self, pair: Pair<'_, Rule>) -> Option<TypeExpr> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let shape = parts.next()?;
        let inner = self.span(&shape);
        let kind = match shape.as_rule() {
            Rule::named_type => self.named_type(shape)?,
            Rule::words => self.words(shape)?,
            _ => TypeExprKind::Record(self.record_type(shape)?),
        };
        let ty = TypeExpr { kind, span: inner };
        Some(match parts.next() {
            Some(_) => TypeExpr { kind: TypeExprKind::Optional(Box::new(ty)), span },
            None => ty,
        })
    }

    fn named_type(&mut self, pair: Pair<'_, Rule>) -> Option<TypeExprKind> {
        let mut parts = pair.into_inner();
        let name = self.word(&parts.next()?);
        let (mut arguments, mut range) = (Vec::new(), None);
        for part in parts {
            if part.as_rule() == Rule::type_range {
                range = Some(Box::new(self.inner_expr(part)?));
                continue;
            }
            for argument in part.into_inner().filter(|part| part.as_rule() == Rule::type_expr) {
                arguments.push(self.type_expr(argument)?);
            }
        }
        Some(TypeExprKind::Named { name, arguments, range })
    }

    fn words(&mut self, pair: Pair<'_, Rule>) -> Option<TypeExprKind> {
        pair.into_inner().map(|word| self.variant_type(word)).collect::<Option<_>>().map(TypeExprKind::Words)
    }

    fn variant_type(&mut self, pair: Pair<'_, Rule>) -> Option<Word> {
        let mut parts = pair.into_inner();
        let word = next(&mut parts, Rule::word)?;
        if is_reserved(word.as_str()) {
            let (word, at) = (word.as_str().into(), self.span(&word));
            return self.report(Problem::Syntax(Syntax::Untyped { word }, at));
        }
        let name = self.name(&word)?;
        let fields = match parts.next() {
            Some(record) => Some(self.record_type(record)?),
            None => None,
        };
        Some(Word { name, fields })
    }

    fn record_type(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<SchemaField>> {
        let (mut fields, mut docs) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::docs => docs = self.docs(part),
                Rule::schema_field => {
                    let field = self.schema_field(part.into_inner())?;
                    fields.push(SchemaField { docs: docs.take(), ..field });
                }
                _ => {}
            }
        }
        Some(fields)
    }
}
