//! A statement as Redshift understands it, before it meets a database.

use sqlparser::ast;

use super::meta::privilege::Privilege;
use super::types::SqlType;

mod relation;

pub(crate) use relation::{Binding, ColumnSpec, ConstraintSpec, Lay, Lifetime, RelationStatement};

/// One parsed statement.
#[derive(Debug, Clone)]
pub(crate) enum Statement {
    Query(Box<ast::Query>),
    Insert(Box<ast::Insert>),
    Update(Box<ast::Update>),
    Delete(Box<ast::Delete>),
    Merge(Box<ast::Merge>),
    Explain(Box<Statement>),
    Truncate(Name),
    Relation(RelationStatement),
    Schema(SchemaStatement),
    Database(DatabaseStatement),
    User(UserStatement),
    Share(ShareStatement),
    Grant(Grant),
    Transaction(TransactionStatement),
    Setting(SettingStatement),
    Show(Show),
    Cursor(CursorStatement),
    Prepared(PreparedStatement),
    Maintain(Maintenance),
}

/// A name of one to three parts, folded to lower case, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) parts: Vec<String>,
    pub(crate) position: Option<usize>,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.parts.join("."))
    }
}

/// Whether a missing or present object is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The object must not (create) or must (drop) be there.
    Strict,
    /// IF NOT EXISTS or IF EXISTS.
    Lenient,
}

/// What becomes of an object's dependents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drop {
    Restrict,
    Cascade,
}

/// DDL on schemas.
#[derive(Debug, Clone)]
pub(crate) enum SchemaStatement {
    Create { name: String, guard: Guard, owner: Option<String> },
    SetOwner { name: String, owner: String },
    Drop { names: Vec<Name>, guard: Guard, drop: Drop },
}

/// DDL on databases.
#[derive(Debug, Clone)]
pub(crate) enum DatabaseStatement {
    Create {
        name: String,
        owner: Option<String>,
    },
    CreateFromShare {
        name: String,
        share: String,
        account: Option<String>,
        namespace: String,
        with_permissions: bool,
    },
    SetOwner {
        name: String,
        owner: String,
    },
    Drop {
        name: String,
        guard: Guard,
    },
}

/// DDL on users.
#[derive(Debug, Clone)]
pub(crate) enum UserStatement {
    Create { name: String, options: UserOptions },
    Alter { name: String, options: UserOptions },
    Rename { name: String, to: String },
    Drop { names: Vec<String>, guard: Guard },
}

/// What CREATE USER and ALTER USER may set.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserOptions {
    pub(crate) password: Option<Password>,
    pub(crate) superuser: Option<bool>,
    pub(crate) createdb: Option<bool>,
    pub(crate) valid_until: Option<String>,
    pub(crate) conn_limit: Option<String>,
}

/// The word after PASSWORD.
#[derive(Clone)]
pub(crate) enum Password {
    Disable,
    /// Cleartext or a verifier.
    Text(String),
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// DDL on datashares.
#[derive(Debug, Clone)]
pub(crate) enum ShareStatement {
    Create {
        name: String,
        public: bool,
    },
    Alter {
        name: String,
        change: ShareChange,
    },
    Drop {
        name: String,
    },
    Grant {
        name: String,
        consumer: Grantee,
    },
    Revoke {
        name: String,
        consumer: Grantee,
    },
    Describe {
        name: String,
        /// The producer's account and namespace, for an inbound share.
        producer: Option<String>,
    },
}

/// What ALTER DATASHARE does.
#[derive(Debug, Clone)]
pub(crate) enum ShareChange {
    SetPublic(bool),
    SetIncludeNew { schema: Name, include: bool },
    AddSchemas(Vec<Name>),
    RemoveSchemas(Vec<Name>),
    AddRelations(Vec<Name>),
    RemoveRelations(Vec<Name>),
    AddAllTables(Name),
    RemoveAllTables(Name),
}

/// Who gets a datashare.
#[derive(Debug, Clone)]
pub(crate) enum Grantee {
    Namespace(String),
    Account(String),
    /// A user, a group or an unquoted word: never allowed.
    Other,
}

/// GRANT and REVOKE on databases, schemas and relations.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) revoke: bool,
    /// Empty for ALL.
    pub(crate) privileges: Vec<Privilege>,
    pub(crate) on: GrantOn,
    /// `None` is PUBLIC.
    pub(crate) grantees: Vec<Option<String>>,
}

/// What a grant names.
#[derive(Debug, Clone)]
pub(crate) enum GrantOn {
    Databases(Vec<String>),
    Schemas(Vec<Name>),
    Relations(Vec<Name>),
    AllTablesIn(Vec<Name>),
}

/// BEGIN, COMMIT, ROLLBACK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionStatement {
    Begin,
    Commit,
    Rollback,
}

/// SET and RESET.
#[derive(Debug, Clone)]
pub(crate) enum SettingStatement {
    Set { name: String, values: Vec<String> },
    Reset { name: String },
}

/// SHOW.
#[derive(Debug, Clone)]
pub(crate) enum Show {
    Datashares { like: Option<String> },
    Databases { like: Option<String> },
    Schemas { database: String, like: Option<String> },
    Tables { schema: Name, like: Option<String> },
    Setting(String),
}

/// DECLARE, FETCH, CLOSE.
#[derive(Debug, Clone)]
pub(crate) enum CursorStatement {
    Declare {
        name: String,
        query: Box<ast::Query>,
    },
    /// `None` is ALL.
    Fetch {
        name: String,
        count: Option<usize>,
    },
    /// `None` is ALL.
    Close(Option<String>),
}

/// PREPARE, EXECUTE, DEALLOCATE.
#[derive(Debug, Clone)]
pub(crate) enum PreparedStatement {
    Prepare {
        name: String,
        types: Vec<SqlType>,
        sql: String,
    },
    Execute {
        name: String,
        arguments: Vec<ast::Expr>,
    },
    /// `None` is ALL.
    Deallocate(Option<String>),
}

/// ANALYZE and VACUUM, which have nothing to do here: statistics and free space are kept by the store itself.
#[derive(Debug, Clone)]
pub(crate) struct Maintenance {
    pub(crate) command: &'static str,
    pub(crate) table: Option<Name>,
}

impl Statement {
    /// Says whether the statement may write the namespace's file.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Query(_)
            | Self::Explain(_)
            | Self::Transaction(_)
            | Self::Setting(_)
            | Self::Show(_)
            | Self::Cursor(_)
            | Self::Prepared(_)
            | Self::Maintain(_) => false,
            Self::Share(share) => !matches!(share, ShareStatement::Describe { .. }),
            Self::Insert(_)
            | Self::Update(_)
            | Self::Delete(_)
            | Self::Merge(_)
            | Self::Truncate(_)
            | Self::Relation(_)
            | Self::Schema(_)
            | Self::Database(_)
            | Self::User(_)
            | Self::Grant(_) => true,
        }
    }

    /// The words of `sys_query_history.query_type`.
    pub(crate) fn query_type(&self) -> &'static str {
        match self {
            Self::Query(_) => "SELECT",
            Self::Insert(_) => "INSERT",
            Self::Update(_) => "UPDATE",
            Self::Delete(_) => "DELETE",
            Self::Merge(_) => "MERGE",
            Self::Relation(RelationStatement::CreateTableAs { .. }) => "CTAS",
            Self::Truncate(_)
            | Self::Relation(_)
            | Self::Schema(_)
            | Self::Database(_)
            | Self::User(_)
            | Self::Share(_)
            | Self::Grant(_) => "DDL",
            Self::Transaction(_)
            | Self::Setting(_)
            | Self::Show(_)
            | Self::Cursor(_)
            | Self::Prepared(_)
            | Self::Explain(_)
            | Self::Maintain(_) => "UTILITY",
        }
    }
}
