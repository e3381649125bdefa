//! The tree that the user wrote: in their order, every node with its place, without meaning.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::net::Ipv4Addr;

use crate::{Code, Span, Spanned};

/// An exact number.
pub type Fraction = num_rational::Ratio<i128>;

/// A word and where it was written.
pub type Name = Spanned<SmolStr>;

/// One declaration: what a piece of a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The `///` lines above it, without their marks.
    pub docs: Option<Spanned<String>>,
    /// What it declares.
    pub kind: DeclarationKind,
    /// From its first word to its last bracket.
    pub span: Span,
}

/// The shapes of a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeclarationKind {
    /// `import "network.rsx"`
    Import(Spanned<SmolStr>),
    /// `param reader_count: Int(1..24) = 3`
    Param(Binding),
    /// `let zones = ["a", "b"]`
    Let(Binding),
    /// `type Password = Text where { … }`
    Type(TypeDeclaration),
    /// `output host = reads.host`
    Output(Binding),
    /// `dimension Duration { s = 1, min = 60 }`: a base dimension and its units.
    Dimension(Block),
    /// `env prod { reader_count = 5 }`
    Env(Block),
    /// `check "…" { require … }`
    Check(Block),
    /// `expect "…" { require … }`
    Expect(Block),
    /// `rule rsx::network::too_few_zones on network { … }`
    Rule(Rule),
    /// `resource bucket { … }`: a schema bound to code.
    Resource(Block),
    /// `pattern reader { … }`: a schema that expands to others.
    Pattern(Block),
    /// `kind name { … }`
    Instance(Instance),
    /// Could not be read; kind and name as far as they could.
    Broken(Broken),
}

/// A declaration that could not be read. Its name counts as declared, of unknown type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// The first word.
    pub kind: Option<Name>,
    /// The second word.
    pub name: Option<Name>,
}

/// `name: Type = value`, where type or value may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// What it is called.
    pub name: Name,
    /// The type, if written.
    pub ty: Option<TypeExpr>,
    /// The value, if written.
    pub value: Option<Expr>,
}

/// `type Name = Type where { "label" = predicate }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeDeclaration {
    /// What it is called.
    pub name: Name,
    /// What it stands for.
    pub ty: TypeExpr,
    /// Its refinements, each with the words that say what is needed.
    pub refinements: Vec<Refinement>,
}

/// `"an upper-case letter" = any c in self: c in 'A'..'Z'`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refinement {
    /// What is needed, in words.
    pub label: Spanned<SmolStr>,
    /// What must hold of `self`.
    pub predicate: Expr,
}

/// `word name { … }`, where the name may be a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What is declared: a word or, for `check` and `expect`, a text.
    pub name: Name,
    /// What stands between the braces.
    pub body: Body,
}

/// `kind name { … }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The kind.
    pub kind: Name,
    /// The name.
    pub name: Name,
    /// What stands between the braces.
    pub body: Body,
}

/// `rule CODE on kind { … }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its code.
    pub code: Spanned<Code>,
    /// What it speaks of.
    pub subject: Name,
    /// Its clauses, lets, and the field `strength`.
    pub body: Body,
}

/// What stands between the braces of a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Fields and clauses in their order; broken ones are left out.
    pub items: Vec<Item>,
    /// Names of fields that could not be read: nobody may be blamed for their absence.
    pub broken: Vec<Name>,
    /// Both braces and all between.
    pub span: Span,
}

impl Body {
    /// Returns the fields `name = value` in their order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.items
            .iter()
            .filter_map(|item| if let ItemKind::Field(field) = &item.kind { Some(field) } else { None })
    }
}

/// A field or a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The `///` lines above it.
    pub docs: Option<Spanned<String>>,
    /// Which.
    pub kind: ItemKind,
    /// All of it.
    pub span: Span,
}

/// The shapes of a field or clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// `name = value`
    Field(Field),
    /// `fixed name: Type = default`
    Schema(Box<SchemaField>),
    /// `let name = value`
    Let(Box<Binding>),
    /// `make kind name for i in xs if c { … }`
    Make(Box<Make>),
    /// `require c else "…" at x help "…"`
    Require(Box<Require>),
    /// `allow CODE because "…"`
    Allow(Allow),
}

/// `name = value`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// `fixed name: Type = default`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaField {
    /// The `///` lines above it in a record's type; those of a kind's field are its [`Item`]'s.
    pub docs: Option<Spanned<String>>,
    /// What is said of it.
    pub attributes: Vec<Spanned<Attribute>>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its value when left out.
    pub default: Option<Expr>,
}

/// What may be said of a schema's or a record's field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attribute {
    /// A change means another object.
    Fixed,
    /// Known once the object exists; nobody writes it.
    Computed,
    /// Known by looking, before anything is made; nobody writes it.
    Found,
    /// In a record type: a value of this field's type, written bare, stands for the record.
    Bare,
    /// A change takes the object away from those that depend on it for a while: they leave before and return after.
    Disruptive,
    /// How the object is reached, not what it is: a change of it changes nothing there.
    Through,
    /// Given by patterns of the library alone; users neither see nor write it.
    Internal,
}

impl Attribute {
    /// Returns the attribute that a word says.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "fixed" => Self::Fixed,
            "computed" => Self::Computed,
            "found" => Self::Found,
            "bare" => Self::Bare,
            "disruptive" => Self::Disruptive,
            "through" => Self::Through,
            "internal" => Self::Internal,
            _ => return None,
        })
    }

    /// Returns the word that says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Computed => "computed",
            Self::Found => "found",
            Self::Bare => "bare",
            Self::Disruptive => "disruptive",
            Self::Through => "through",
            Self::Internal => "internal",
        }
    }
}

/// A loop `for i in xs` and a condition `if c`, each if written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guards {
    /// The loop's variable and what it runs over.
    pub each: Option<(Name, Expr)>,
    /// The condition.
    pub only_if: Option<Expr>,
}

/// `make kind name for i in xs if c { … }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Make {
    /// The kind.
    pub kind: Name,
    /// The part's name.
    pub name: Name,
    /// How many, and whether.
    pub guards: Guards,
    /// Its fields.
    pub body: Body,
}

/// `require c for x in xs if d else "…" at x also y "…" help "…" mend ["…"]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Require {
    /// What must hold.
    pub condition: Expr,
    /// For which values, and whether.
    pub guards: Guards,
    /// The message.
    pub otherwise: Option<Expr>,
    /// The place at fault, and the words of its label.
    pub at: Option<Place>,
    /// Further places.
    pub also: Vec<Place>,
    /// What mends it.
    pub help: Option<Expr>,
    /// Texts of which each, in the place of what is at fault, mends it.
    pub mend: Option<Expr>,
}

impl Require {
    /// Says whether anything follows the condition and its guards.
    pub fn has_clauses(&self) -> bool {
        self.otherwise.is_some()
            || self.at.is_some()
            || !self.also.is_empty()
            || self.help.is_some()
            || self.mend.is_some()
    }
}

/// `self.subnets "these three"`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The value whose place is meant.
    pub of: Expr,
    /// The words of the label.
    pub text: Option<Expr>,
}

/// `allow CODE because "…"`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allow {
    /// What is allowed.
    pub code: Spanned<Code>,
    /// Why.
    pub because: Spanned<SmolStr>,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeExpr {
    /// Its shape.
    pub kind: TypeExprKind,
    /// All of it.
    pub span: Span,
}

/// The shapes of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeExprKind {
    /// `Text`, `List<T>`, `Int(1..24)`
    Named {
        /// The type's name.
        name: Name,
        /// What stands in `<…>`.
        arguments: Vec<TypeExpr>,
        /// What stands in `(…)`: a range.
        range: Option<Box<Expr>>,
    },
    /// `network`, `network | subnet`, `managed | key { alias: Text }`: kinds or variants, which the names decide.
    Words(Vec<Word>),
    /// `{ user: Text, password: Secret<Password> }`
    Record(Vec<SchemaField>),
    /// `T?`
    Optional(Box<TypeExpr>),
}

/// One word of [`TypeExprKind::Words`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// The kind or variant.
    pub name: Name,
    /// The variant's fields, if braces were written.
    pub fields: Option<Vec<SchemaField>>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// Its shape.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// The shapes of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExprKind {
    /// `true`
    Bool(bool),
    /// `none`
    None,
    /// `25`, `0.36usd`, `80%`
    Number {
        /// The number before its unit.
        value: Fraction,
        /// The unit; `%` for percent.
        unit: Option<Name>,
    },
    /// `'A'`
    Char(char),
    /// `"…"` or `"""…"""`
    Text(Vec<TextPart>),
    /// `10.0.0.0/16`, without host bits
    Cidr(Ipv4Net),
    /// `10.0.0.7`
    Ip(Ipv4Addr),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a = 1 }`
    Record(Vec<Field>),
    /// `snapshot { name = "x" }`
    Variant {
        /// Which.
        name: Name,
        /// Its fields.
        fields: Vec<Field>,
    },
    /// `writer`, `managed`, `self`
    Name(SmolStr),
    /// `writer.endpoint`
    Field {
        /// Of what.
        of: Box<Expr>,
        /// Which.
        name: Name,
    },
    /// `readers[0]`
    Index {
        /// Of what.
        of: Box<Expr>,
        /// Which.
        index: Box<Expr>,
    },
    /// `length(xs)`, `sql(m, "…", as = "bi")`
    Call {
        /// What is called.
        name: Name,
        /// In their order.
        arguments: Vec<Argument>,
    },
    /// `[for x in xs if c: e]`
    Comprehension {
        /// The loop's variable.
        variable: Name,
        /// What it runs over.
        over: Box<Expr>,
        /// Which are taken.
        only_if: Option<Box<Expr>>,
        /// What each becomes.
        body: Box<Expr>,
    },
    /// `all x in xs: c`
    Quantified {
        /// Whether all or any.
        quantifier: Quantifier,
        /// The loop's variable.
        variable: Name,
        /// What it runs over.
        over: Box<Expr>,
        /// What must hold.
        body: Box<Expr>,
    },
    /// `if c then a else b`
    If {
        /// What decides.
        condition: Box<Expr>,
        /// The value if it holds.
        then: Box<Expr>,
        /// The value if not.
        otherwise: Box<Expr>,
    },
    /// `not a`, `-a`
    Unary {
        /// Which.
        operator: Spanned<UnaryOperator>,
        /// Of what.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// Which.
        operator: Spanned<BinaryOperator>,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `32rpu..256rpu`, `32rpu..`
    Range {
        /// The first.
        start: Box<Expr>,
        /// The last; none when open.
        end: Option<Box<Expr>>,
    },
    /// `( e )`, kept for the formatter
    Parenthesized(Box<Expr>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextPart {
    /// Characters as they stand for themselves, escapes resolved; the span covers them as written.
    Literal(Spanned<SmolStr>),
    /// `${expr}`
    Interpolation(Expr),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// `as` in `as = "bi"`.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expr,
}

/// Whether all or any must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quantifier {
    /// `all`
    All,
    /// `any`
    Any,
}

impl Quantifier {
    /// Returns the word that says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnaryOperator {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BinaryOperator {
    /// `??`
    Else,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl BinaryOperator {
    /// Returns whether it calculates; `+` joins lists as well.
    pub fn is_arithmetic(self) -> bool {
        matches!(self, Self::Add | Self::Subtract | Self::Multiply | Self::Divide)
    }
}
