//! DDL on tables and views.

use sqlparser::ast;

use super::{Drop, Guard, Name};
use crate::warehouse::meta::constraint::{Layout, Rule, Style};
use crate::warehouse::meta::relation::Kind;
use crate::warehouse::types::SqlType;

/// DDL on tables and views.
#[derive(Debug, Clone)]
pub(crate) enum RelationStatement {
    CreateTable {
        name: Name,
        lifetime: Lifetime,
        guard: Guard,
        columns: Vec<ColumnSpec>,
        constraints: Vec<ConstraintSpec>,
        layout: Layout,
    },
    CreateTableLike {
        name: Name,
        lifetime: Lifetime,
        guard: Guard,
        like: Name,
    },
    CreateTableAs {
        name: Name,
        lifetime: Lifetime,
        guard: Guard,
        query: Box<ast::Query>,
        layout: Layout,
    },
    CreateView {
        name: Name,
        replace: bool,
        columns: Vec<String>,
        query: Box<ast::Query>,
        binding: Binding,
    },
    Drop {
        kind: Kind,
        names: Vec<Name>,
        guard: Guard,
        drop: Drop,
    },
    SetOwner {
        name: Name,
        owner: String,
    },
    AddColumn {
        name: Name,
        column: Box<ColumnSpec>,
    },
    DropColumn {
        name: Name,
        column: String,
    },
    RenameColumn {
        name: Name,
        column: String,
        to: String,
    },
    Rename {
        name: Name,
        to: String,
    },
    AddConstraint {
        name: Name,
        constraint: ConstraintSpec,
    },
    DropConstraint {
        name: Name,
        constraint: String,
    },
    /// ALTER DISTKEY, DISTSTYLE, SORTKEY.
    Lay {
        name: Name,
        changes: Vec<Lay>,
    },
}

/// How the rows of a table are to lie from now on.
#[derive(Debug, Clone)]
pub(crate) enum Lay {
    Dist(Style, Option<String>),
    /// None: AUTO or NONE.
    Sort(Vec<String>),
}

/// How long a table lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Until it is dropped.
    Lasting,
    /// TEMPORARY: until its session ends, and seen by no other.
    Session,
}

/// Whether a view stands and falls with what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    Bound,
    /// WITH NO SCHEMA BINDING.
    Late,
}

/// A column of CREATE TABLE.
#[derive(Debug, Clone)]
pub(crate) struct ColumnSpec {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) required: bool,
    pub(crate) default: Option<ast::Expr>,
    /// `IDENTITY(seed, step)`.
    pub(crate) identity: Option<(i64, i64)>,
}

/// A constraint of CREATE TABLE or ALTER TABLE.
#[derive(Debug, Clone)]
pub(crate) struct ConstraintSpec {
    /// `None` where the service finds a name.
    pub(crate) name: Option<String>,
    pub(crate) rule: Rule,
    pub(crate) columns: Vec<String>,
    /// What a foreign key means; no columns mean the primary key.
    pub(crate) references: Option<(Name, Vec<String>)>,
}
