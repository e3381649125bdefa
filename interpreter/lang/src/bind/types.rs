//! Types as written → types.

use std::sync::Arc;

use rsx_syntax::ast::{
    Attribute, DeclarationKind, Expr, Name, SchemaField, TypeDeclaration, TypeExpr, TypeExprKind, Word,
};
use rsx_syntax::{Span, Spanned};
use smol_str::SmolStr;

use super::kinds::FieldForm;
use super::{Binder, TypeSlot};
use crate::dimension::{Base, Dimension};
use crate::infer::{Home, Local, Scope, list_of};
use crate::problems::names::{Problem, Sought};
use crate::problems::shapes::Problem as ShapeProblem;
use crate::problems::types::Problem as TypeProblem;
use crate::program::KindId;
use crate::term::{Term, TermKind};
use crate::types::{Case, RecordField, RecordType, Refined, RefinementRule, Type, VariantsType};
use crate::value::Value;

/// A field of this type takes what a question to a running target answers.
const ANSWER: &str = "Answer";
/// A field of this type is one that nobody should write, and a rule says why.
const ABSENT: &str = "Absent";

/// Types with parameters, and how they are written.
const GENERIC: [(&str, &str); 5] = [
    ("List", "List<T>"),
    ("Range", "Range<T>"),
    ("Secret", "Secret<T>"),
    ("Map", "Map<T>"),
    ("Per", "Per<Quantity, Quantity, …>"),
];
/// Types without parameters.
const PLAIN: [&str; 9] = ["Bool", "Int", "Number", "Percent", "Text", "Char", "Cidr", "Ip", "Declaration"];

/// Whether a type's name is one of the language.
pub(super) fn is_of_language(name: &str) -> bool {
    PLAIN.contains(&name)
        || GENERIC.iter().any(|(generic, _)| *generic == name)
        || matches!(name, ANSWER | ABSENT)
}

impl<'a> Binder<'a> {
    /// Reads the type of a schema's field, and how the field takes its value.
    pub(super) fn field_type(&mut self, home: Home, ty: &TypeExpr) -> (Type, FieldForm) {
        match &ty.kind {
            TypeExprKind::Optional(inner) => {
                let (ty, form) = self.field_type(home, inner);
                (ty.or_none(), form)
            }
            TypeExprKind::Named { name, arguments, range: None } => {
                match (name.node.as_str(), arguments.as_slice()) {
                    (ABSENT, []) => (Type::None, FieldForm::Absent),
                    (ANSWER, [inner]) => (self.resolve(home, inner), FieldForm::Answer),
                    _ => (self.resolve(home, ty), FieldForm::Plain),
                }
            }
            TypeExprKind::Named { .. } | TypeExprKind::Words(_) | TypeExprKind::Record(_) => {
                (self.resolve(home, ty), FieldForm::Plain)
            }
        }
    }

    /// Reads a type.
    pub(crate) fn resolve(&mut self, home: Home, ty: &TypeExpr) -> Type {
        self.resolve_as(home, ty, None)
    }

    /// Reads a type that is declared under a name.
    fn resolve_as(&mut self, home: Home, ty: &TypeExpr, name: Option<&SmolStr>) -> Type {
        match &ty.kind {
            TypeExprKind::Named { name: named, arguments, range } => {
                let base = self.named_type(home, named, arguments);
                match range {
                    Some(range) => self.ranged(home, base, range, ty.span, name),
                    None => base,
                }
            }
            TypeExprKind::Words(words) => self.words_type(home, words, name),
            TypeExprKind::Record(fields) => {
                Type::Record(Arc::new(self.record_type(home, fields, name.cloned())))
            }
            TypeExprKind::Optional(inner) => self.resolve(home, inner).or_none(),
        }
    }

    fn named_type(&mut self, home: Home, name: &Name, arguments: &[TypeExpr]) -> Type {
        if let Some((_, usage)) = GENERIC.iter().find(|(generic, _)| name.node == *generic) {
            return self.generic(home, name, arguments, usage);
        }
        if let Some(first) = arguments.first() {
            let problem = TypeProblem::Arguments { function: &name.node, usage: &name.node, at: first.span };
            self.report(problem.diagnostic());
        }
        match name.node.as_str() {
            "Bool" => Type::Bool,
            "Int" => Type::Int,
            "Number" | "Percent" => Type::Quantity(Dimension::NONE),
            "Text" => Type::Text,
            "Char" => Type::Char,
            "Cidr" => Type::Cidr,
            "Ip" => Type::Ip,
            "Declaration" => Type::AnyKind,
            ANSWER | ABSENT => {
                let belongs = "it is the type of a field of a resource or pattern";
                self.report(
                    ShapeProblem::Misplaced { what: "this type", belongs, at: name.span }.diagnostic(),
                );
                Type::Unknown
            }
            _ => match self.dimension_named(&name.node) {
                Some(dimension) => Type::Quantity(dimension),
                None => self.type_named(home, &name.node).unwrap_or_else(|| self.unknown_type(home, name)),
            },
        }
    }

    fn generic(&mut self, home: Home, name: &Name, arguments: &[TypeExpr], usage: &str) -> Type {
        let resolved: Vec<Type> = arguments.iter().map(|argument| self.resolve(home, argument)).collect();
        match (name.node.as_str(), resolved.as_slice()) {
            ("List", [inner]) => list_of(inner.clone()),
            ("Map", [inner]) => Type::Map(Arc::new(inner.clone())),
            ("Secret", [inner]) => Type::Secret(Arc::new(inner.clone())),
            ("Range", [inner]) if inner.is_ordered() => Type::Range(Arc::new(inner.clone())),
            ("Per", [of, by @ ..]) if !by.is_empty() => {
                let powers = resolved.iter().map(Type::dimension);
                match powers
                    .collect::<Option<Vec<_>>>()
                    .and_then(|all| all.into_iter().reduce(Dimension::per))
                {
                    Some(dimension) => Type::Quantity(dimension),
                    None => self.misused_type(name, usage, matches!(of, Type::Unknown)),
                }
            }
            _ => self.misused_type(name, usage, resolved.contains(&Type::Unknown)),
        }
    }

    fn misused_type(&mut self, name: &Name, usage: &str, told: bool) -> Type {
        if !told {
            self.report(TypeProblem::Arguments { function: &name.node, usage, at: name.span }.diagnostic());
        }
        Type::Unknown
    }

    fn dimension_named(&self, name: &str) -> Option<Dimension> {
        let base = self.units.bases.iter().position(|base| base == name)?;
        Some(Dimension::of(Base(u8::try_from(base).ok()?)))
    }

    fn unknown_type(&mut self, home: Home, name: &Name) -> Type {
        let mut names: Vec<SmolStr> = PLAIN
            .iter()
            .chain(GENERIC.iter().map(|(name, _)| name))
            .map(|name| SmolStr::new_static(name))
            .collect();
        names.extend(self.units.bases.iter().cloned());
        names.extend(self.names.types.keys().filter(|_| home == Home::User).cloned());
        names.extend(self.library.types().cloned());
        let nearest = self.suggestions.nearest(&name.node, names.iter().map(SmolStr::as_str));
        self.report(
            Problem::Unknown { name: &name.node, sought: Sought::Type, nearest, at: name.span }.diagnostic(),
        );
        Type::Unknown
    }

    /// Reads the user's types, those too that nobody uses.
    pub(super) fn user_types(&mut self) {
        for index in 0..self.names.types.len() {
            let name = self.names.types.get_index(index).map(|(name, _)| name.clone());
            if let Some(name) = name {
                self.type_named(Home::User, &name);
            }
        }
    }

    /// A declared type by its name.
    pub(super) fn type_named(&mut self, home: Home, name: &str) -> Option<Type> {
        let own = self.names.types.get(name).copied().filter(|_| home == Home::User);
        let Some(own) = own else { return self.library_type(name) };
        let known = own.declaration.map(|declaration| self.declared_type(Home::User, declaration, own.span));
        Some(known.unwrap_or(Type::Unknown))
    }

    fn library_type(&mut self, name: &str) -> Option<Type> {
        let library = self.library;
        let tree = library.tree(library.ty(name)?)?;
        let Some(DeclarationKind::Type(declaration)) = tree.declaration.as_ref().map(|d| &d.kind) else {
            return Some(Type::Unknown);
        };
        Some(self.declared_type(Home::Library, declaration, declaration.name.span))
    }

    fn declared_type(&mut self, home: Home, declaration: &'a TypeDeclaration, span: Span) -> Type {
        let key = (home, declaration.name.node.clone());
        match self.types.get(&key) {
            Some(TypeSlot::Known(ty)) => return ty.clone(),
            Some(TypeSlot::Open(span)) => {
                let span = *span;
                self.ring_of(span);
                return Type::Unknown;
            }
            None => {}
        }
        if self.inferring.len() >= super::DEEPEST {
            self.report(ShapeProblem::TooDeep { at: span }.diagnostic());
            return Type::Unknown;
        }
        self.types.insert(key.clone(), TypeSlot::Open(span));
        self.inferring.push((key.1.clone(), span));
        let base = self.resolve_as(home, &declaration.ty, Some(&key.1));
        self.inferring.pop();
        let ty =
            if self.ringed.contains(&span) { Type::Unknown } else { self.refined(home, declaration, base) };
        self.types.insert(key, TypeSlot::Known(ty.clone()));
        ty
    }

    /// A type with the rules of its `where` block and the code that they report.
    fn refined(&mut self, home: Home, declaration: &'a TypeDeclaration, base: Type) -> Type {
        let name = &declaration.name;
        let code = self.code_of_type(home, &name.node);
        let is_own = |refined: &Refined| {
            refined.name.as_ref() == Some(&name.node) && refined.span == declaration.ty.span
        };
        let range = if let Type::Refined(refined) = &base { Some(refined.clone()) } else { None };
        let range = range.filter(|refined| is_own(refined));
        if declaration.refinements.is_empty() && range.is_none() {
            return base;
        }
        let (base, range) = match range {
            Some(refined) => (refined.base.clone(), refined.range.clone()),
            None => (base, None),
        };
        let mut scope = Scope::global(home);
        scope.locals.push(Local { name: SmolStr::new_static("self"), ty: base.clone(), span: name.span });
        let rules = declaration.refinements.iter().map(|refinement| RefinementRule {
            label: refinement.label.node.clone(),
            predicate: self.demand(&mut scope, &refinement.predicate, &Type::Bool),
            span: refinement.label.span,
        });
        let rules = rules.collect();
        Type::Refined(Arc::new(Refined {
            name: Some(name.node.clone()),
            base,
            range,
            rules,
            code,
            span: name.span,
        }))
    }

    fn code_of_type(&mut self, home: Home, name: &str) -> Option<SmolStr> {
        if home == Home::User {
            return self.names.type_codes.get(name).cloned();
        }
        let library = self.library;
        let first = library.rules(name).first()?;
        let DeclarationKind::Rule(rule) = &library.tree(*first)?.declaration.as_ref()?.kind else {
            return None;
        };
        Some(SmolStr::from(rule.code.node.as_str()))
    }

    /// `Int(1..24)`
    fn ranged(&mut self, home: Home, base: Type, range: &Expr, span: Span, name: Option<&SmolStr>) -> Type {
        if matches!(base, Type::Unknown) {
            return base;
        }
        if !base.is_ordered() {
            let needed = "a type whose values stand in an order";
            let found = self.words(&base);
            self.report(
                TypeProblem::Mismatch { needed, found: &found, at: span, by: None, mend: None }.diagnostic(),
            );
            return Type::Unknown;
        }
        let bounds = Type::Range(Arc::new(base.peel().clone()));
        let term = folded(self.demand(&mut Scope::global(home), range, &bounds));
        if let TermKind::Constant(_) = term.kind {
            let (name, range) = (name.cloned(), Some(term));
            let refined = Refined { name, base, range, rules: Vec::new(), code: None, span };
            return Type::Refined(Arc::new(refined));
        }
        if term.kind != TermKind::Error {
            let problem = ShapeProblem::NotLiteral { needed: "a range of literals", at: range.span };
            self.report(problem.diagnostic());
        }
        Type::Unknown
    }

    /// Kinds if all words are kinds, else the words of a closed set.
    fn words_type(&mut self, home: Home, words: &[Word], name: Option<&SmolStr>) -> Type {
        let kinds: Vec<Option<KindId>> = words.iter().map(|word| self.kind_word(home, word)).collect();
        if let Some(kinds) = kinds.iter().copied().collect::<Option<Vec<_>>>() {
            return if kinds.iter().any(|&kind| self.is_broken(kind)) {
                Type::Unknown
            } else {
                Type::Kind(kinds.into())
            };
        }
        let plain = words.iter().all(|word| word.fields.is_none());
        let some_are_kinds = kinds.iter().any(Option::is_some);
        if plain && (some_are_kinds || words.len() == 1) && self.has_misspelt_kind(home, words, &kinds) {
            return Type::Unknown;
        }
        let mut cases: Vec<Case> = Vec::with_capacity(words.len());
        for word in words {
            if let Some(first) = words
                .iter()
                .find(|other| other.name.node == word.name.node && other.name.span != word.name.span)
                && cases.iter().any(|case| case.name == word.name.node)
            {
                let problem =
                    Problem::Duplicate { name: &word.name.node, at: word.name.span, first: first.name.span };
                self.report(problem.diagnostic());
                continue;
            }
            let fields = word.fields.as_ref().map(|fields| Arc::new(self.record_type(home, fields, None)));
            cases.push(Case { name: word.name.node.clone(), fields });
        }
        Type::Variants(Arc::new(VariantsType { name: name.cloned(), cases }))
    }

    fn kind_word(&mut self, home: Home, word: &Word) -> Option<KindId> {
        if word.fields.is_some() { None } else { self.kind_named(home, &word.name.node) }
    }

    /// Reports a word that is nearly a kind among kinds, or alone.
    fn has_misspelt_kind(&mut self, home: Home, words: &[Word], kinds: &[Option<KindId>]) -> bool {
        let names = self.kind_names(home);
        let alone = words.len() == 1;
        let mut misspelt = false;
        for (word, _) in words.iter().zip(kinds).filter(|(_, kind)| kind.is_none()) {
            let nearest = self.suggestions.nearest(&word.name.node, names.iter().map(SmolStr::as_str));
            if nearest.is_some() || alone {
                let problem = Problem::Unknown {
                    name: &word.name.node,
                    sought: Sought::Kind,
                    nearest,
                    at: word.name.span,
                };
                self.report(problem.diagnostic());
                misspelt = true;
            }
        }
        misspelt
    }

    fn record_type(&mut self, home: Home, fields: &[SchemaField], name: Option<SmolStr>) -> RecordType {
        let mut typed: Vec<RecordField> = Vec::with_capacity(fields.len());
        for field in fields {
            if let Some(first) =
                typed.iter().find(|known| known.name == field.name.node).map(|known| known.span)
            {
                self.report(
                    Problem::Duplicate { name: &field.name.node, at: field.name.span, first }.diagnostic(),
                );
                continue;
            }
            let ty = self.resolve(home, &field.ty);
            let default = field.default.as_ref().map(|default| {
                let mut scope = Scope::global(home);
                scope.by = Some(field.ty.span);
                self.demand(&mut scope, default, &ty)
            });
            typed.push(RecordField {
                name: field.name.node.clone(),
                ty,
                default,
                bare: self.is_bare(&field.attributes),
                docs: field.docs.as_ref().map(|docs| docs.node.as_str().into()),
                span: field.name.span,
            });
        }
        RecordType { name, fields: typed }
    }

    /// Whether a value of the field's type stands for the record; other attributes have no place in one.
    fn is_bare(&mut self, attributes: &[Spanned<Attribute>]) -> bool {
        for attribute in attributes.iter().filter(|attribute| attribute.node != Attribute::Bare) {
            let belongs = "this belongs to a field of a resource";
            self.report(
                ShapeProblem::Misplaced { what: "this attribute", belongs, at: attribute.span }.diagnostic(),
            );
        }
        attributes.iter().any(|attribute| attribute.node == Attribute::Bare)
    }
}

/// A range whose ends are literals, as one constant.
fn folded(term: Term) -> Term {
    let TermKind::Range(start, end) = &term.kind else { return term };
    let ends = match (&start.kind, end.as_ref().map(|end| &end.kind)) {
        (TermKind::Constant(first), Some(TermKind::Constant(last))) => (first.clone(), Some(last.clone())),
        (TermKind::Constant(first), None) => (first.clone(), None),
        _ => return term,
    };
    Term { kind: TermKind::Constant(Value::Range(Arc::new(ends))), ..term }
}
