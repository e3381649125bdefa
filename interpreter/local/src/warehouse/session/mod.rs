//! One connection's conversation with a namespace: who, where, in which transaction.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rusqlite::Connection;
use tokio_util::sync::CancellationToken;

use super::Warehouse;
use super::error::SqlError;
use super::meta::Catalog;
use super::meta::database::Database;
use super::meta::login::User;
use super::meta::receipt::Receipt;
use super::namespace::Namespace;
use super::types::SqlType;
use super::value::Value;
use super::verifier::Verifier;
use super::{sqlite, store};

mod attach;
mod cursors;
mod execute;
mod prepared;
mod settings;
pub(super) mod temporary;
mod transaction;

pub(crate) use prepared::Prepared;
pub(crate) use settings::Settings;
pub(crate) use transaction::TransactionState;

/// Who opens a session.
#[derive(Debug, Clone)]
pub(crate) enum Principal {
    /// A user of the database; it must exist.
    User(String),
    /// `IAM:…` or `IAMR:…`: made when first seen, without any right.
    Iam(String),
}

/// A conversation; dropping it rolls back what is open.
#[derive(Debug)]
pub(crate) struct Session {
    warehouse: Arc<Warehouse>,
    namespace: Arc<Namespace>,
    life: CancellationToken,
    connection: Connection,
    user: String,
    database: String,
    process: i32,
    settings: Settings,
    transaction: TransactionState,
    /// Producers' namespaces and the names under which their files are attached.
    attached: RefCell<IndexMap<String, String>>,
    attachments: Cell<u32>,
    prepared: BTreeMap<String, Prepared>,
    cursor: Option<cursors::Cursor>,
    may_have_temporaries: Cell<bool>,
    /// What is noted with the changes of the statement that runs.
    receipt: Option<Receipt>,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
}

/// What a statement gives back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Rows {
        columns: Vec<Column>,
        rows: Vec<Vec<Value>>,
        /// The command tag, as PostgreSQL's protocol has it.
        tag: String,
    },
    Command {
        tag: String,
        /// How many rows were written.
        rows: usize,
    },
    /// The text held no statement.
    Empty,
}

/// What can be said of a statement before it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) parameters: Vec<SqlType>,
    /// `None` for a statement without rows.
    pub(crate) columns: Option<Vec<Column>>,
}

/// The values of a statement's parameters.
#[derive(Debug, Clone, Default)]
pub(crate) enum Parameters {
    #[default]
    None,
    /// `$1`, `$2`, …, each of the type that [`Session::describe`] gave.
    Positional(Vec<Value>),
    /// The Data API's `:name`, as text.
    Named(Vec<(String, String)>),
}

impl Session {
    pub(super) fn open(
        warehouse: Arc<Warehouse>,
        namespace: Arc<Namespace>,
        database: &str,
        principal: &Principal,
    ) -> Result<Self, SqlError> {
        let generation = namespace.generation();
        if generation.life.is_cancelled() {
            return Err(SqlError::shut_down());
        }
        let connection = store::connect(&generation.path)?;
        sqlite::register(&connection)?;
        let user = admit(Catalog::own(&connection), principal)?;
        let session = Self {
            process: i32::try_from(1_073_741_824 + namespace.next_number()).unwrap_or(1),
            warehouse,
            namespace,
            life: generation.life,
            connection,
            user,
            database: database.to_lowercase(),
            settings: Settings::default(),
            transaction: TransactionState::Idle,
            attached: RefCell::default(),
            attachments: Cell::new(0),
            prepared: BTreeMap::new(),
            cursor: None,
            may_have_temporaries: Cell::new(false),
            receipt: None,
        };
        session.check_database()?;
        Ok(session)
    }

    /// Cancelled when the session's namespace is restored or dropped.
    pub(crate) fn life(&self) -> CancellationToken {
        self.life.clone()
    }

    /// Lets another thread stop the running statement.
    pub(crate) fn interrupt(&self) -> rusqlite::InterruptHandle {
        self.connection.get_interrupt_handle()
    }

    /// Says whether the session's user was a superuser when asked.
    pub(crate) fn is_superuser(&self) -> bool {
        self.user().is_ok_and(|user| user.superuser)
    }

    pub(crate) fn user_name(&self) -> &str {
        &self.user
    }

    pub(crate) fn database_name(&self) -> &str {
        &self.database
    }

    pub(crate) fn process(&self) -> i32 {
        self.process
    }

    pub(crate) fn transaction(&self) -> TransactionState {
        self.transaction
    }

    pub(crate) fn namespace_id(&self) -> &str {
        &self.namespace.id
    }

    /// Sets what a client names at its start.
    pub(crate) fn start_with(&mut self, name: &str, value: &str) -> Result<(), SqlError> {
        self.settings.set(name, value.split(',').map(|part| part.trim().to_owned()).collect())
    }

    pub(super) fn warehouse(&self) -> &Warehouse {
        &self.warehouse
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The catalog of the session's own namespace.
    pub(super) fn catalog(&self) -> Catalog<'_> {
        Catalog::own(&self.connection)
    }

    /// The session's user as it is now.
    pub(super) fn user(&self) -> Result<User, SqlError> {
        self.catalog().user(&self.user)?.ok_or_else(|| SqlError::no_user(&self.user))
    }

    /// The database that the session is connected to.
    pub(super) fn database(&self) -> Result<Database, SqlError> {
        self.catalog().database(&self.database)?.ok_or_else(|| SqlError::no_database(&self.database))
    }

    fn check_database(&self) -> Result<(), SqlError> {
        let database = self.database()?;
        if database.source.is_some() {
            self.may_use(&database, &self.user()?)?;
        }
        Ok(())
    }
}

fn admit(catalog: Catalog<'_>, principal: &Principal) -> Result<String, SqlError> {
    match principal {
        Principal::User(name) => {
            let name = name.to_lowercase();
            if catalog.user(&name)?.is_none() {
                return Err(super::refused(&name));
            }
            Ok(name)
        }
        Principal::Iam(name) => {
            if catalog.user(name)?.is_none() {
                catalog.add_user(name, &Verifier::Disabled)?;
            }
            Ok(name.clone())
        }
    }
}
