//! Functions and words that tell of the session and its rights.

#![expect(clippy::wildcard_enum_match_arm, reason = "only texts between quotes are read here")]

use sqlparser::ast::Expr;

use super::Translator;
use super::expression::text_literal;
use super::scope::Scope;
use super::typed::{Typed, quote};
use crate::warehouse::error::SqlError;
use crate::warehouse::instant::{self, Part};
use crate::warehouse::meta::login::User;
use crate::warehouse::meta::privilege::{Object, Privilege};
use crate::warehouse::types::SqlType;

/// What `version()` says.
pub(crate) const VERSION: &str = "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.131071";

impl Translator<'_> {
    /// Words that are called without parentheses.
    pub(super) fn keyword(&mut self, name: &str) -> Result<Option<Typed>, SqlError> {
        match name {
            "current_user"
            | "user"
            | "session_user"
            | "current_user_id"
            | "current_namespace"
            | "current_aws_account"
            | "current_database"
            | "current_schema" => self.system(name, &[], &Scope::default()),
            "current_date" | "sysdate" | "current_timestamp" | "localtimestamp" => {
                Ok(Some(self.present(name)))
            }
            _ => Ok(None),
        }
    }

    /// The present instant, one for the whole statement, in the form that the word asks for.
    fn present(&self, name: &str) -> Typed {
        let now = self.state.now;
        let (text, sql_type) = match name {
            "current_date" => (instant::date_text(now.date()), SqlType::Date),
            "getdate" => {
                let whole = instant::truncate(Part::Second, now).unwrap_or(now);
                (instant::timestamp_text(whole), SqlType::Timestamp)
            }
            "sysdate" | "localtimestamp" => (instant::timestamp_text(now), SqlType::Timestamp),
            _ => (instant::timestamp_text(now), SqlType::TimestampTz),
        };
        Typed::new(quote(&text), sql_type)
    }

    /// Functions of the system catalog; `None` for a name that isn't one.
    pub(super) fn system(
        &mut self,
        name: &str,
        args: &[&Expr],
        scope: &Scope,
    ) -> Result<Option<Typed>, SqlError> {
        let session = self.session;
        let text = |text: &str| Ok(Some(Typed::new(quote(text), SqlType::Varchar(None))));
        match (name, args) {
            ("current_date" | "sysdate" | "getdate" | "now" | "current_timestamp" | "localtimestamp", []) => {
                Ok(Some(self.present(name)))
            }
            ("version", []) => text(VERSION),
            ("current_user" | "user" | "session_user", []) => text(session.user_name()),
            ("current_user_id", []) => {
                let id = session.user()?.id;
                Ok(Some(Typed::new(id.to_string(), SqlType::Int4)))
            }
            ("current_database", []) => text(session.database_name()),
            ("current_namespace", []) => text(session.namespace_id()),
            ("current_aws_account", []) => text(session.warehouse().account()),
            ("current_schema", []) => self.current_schema(),
            ("pg_backend_pid", []) => Ok(Some(Typed::new(session.process().to_string(), SqlType::Int4))),
            ("current_setting", [name]) => {
                let value = session.settings().show(&constant(name)?)?;
                text(&value)
            }
            ("has_database_privilege" | "has_schema_privilege" | "has_table_privilege", _) => {
                self.has_privilege(name, args).map(Some)
            }
            ("pg_get_userbyid", [oid]) => {
                let oid = self.number(oid, scope)?;
                let sql = format!("(SELECT name FROM main.login WHERE id = {oid})");
                Ok(Some(Typed::new(sql, SqlType::Name)))
            }
            ("pg_table_is_visible", [oid]) => {
                let oid = self.number(oid, scope)?;
                let path: Vec<_> = self.site.search_path.iter().map(|s| quote(s)).collect();
                let sql = format!(
                    "coalesce((SELECT s.name IN ({}) FROM main.relation x JOIN main.scm s \
                     ON s.oid = x.scm WHERE x.oid = {oid}), 1)",
                    path.join(", ")
                );
                Ok(Some(Typed::new(sql, SqlType::Bool)))
            }
            ("obj_description" | "col_description" | "shobj_description", _) => {
                let null = Typed::new("NULL".to_owned(), SqlType::Varchar(None));
                Ok(Some(null))
            }
            ("pg_encoding_to_char", [_]) => text("UTF8"),
            // What stands for an array in the catalog is the text of it, which is shown as it is.
            ("array_to_string" | "pg_get_expr", [first, ..]) => {
                let value = self.expr(first, scope)?;
                self.settle_text(value).map(Some)
            }
            ("pg_get_viewdef", [oid, ..]) => {
                let oid = self.number(oid, scope)?;
                let sql = format!("(SELECT definition FROM main.relation WHERE oid = {oid})");
                Ok(Some(Typed::new(sql, SqlType::Varchar(None))))
            }
            // There are no functions, indexes, rules or tablespaces that could be asked of.
            (
                "pg_get_function_result"
                | "pg_get_function_arguments"
                | "pg_get_functiondef"
                | "pg_get_indexdef"
                | "pg_get_ruledef"
                | "pg_get_triggerdef"
                | "pg_tablespace_location",
                _,
            ) => Ok(Some(Typed::new("NULL".to_owned(), SqlType::Varchar(None)))),
            ("pg_get_constraintdef", [oid, ..]) => {
                let oid = self.number(oid, scope)?;
                self.constraint_definitions(&oid).map(Some)
            }
            ("format_encoding", [number]) => {
                let number = self.number(number, scope)?;
                Ok(Some(Typed::new(crate::warehouse::views::encoding_name(&number), SqlType::Varchar(None))))
            }
            ("pg_function_is_visible" | "pg_type_is_visible" | "pg_opclass_is_visible", [_]) => {
                Ok(Some(Typed::new("1".to_owned(), SqlType::Bool)))
            }
            ("current_schemas", [_]) => text(&format!("{{{}}}", self.site.search_path.join(","))),
            _ => Ok(None),
        }
    }

    /// What the constraint of an identifier says, which is told for all that there are.
    fn constraint_definitions(&self, oid: &str) -> Result<Typed, SqlError> {
        let catalog = self.session.catalog();
        let mut arms = String::new();
        for schema in catalog.schemas(self.site.database.oid)? {
            for relation in catalog.relations(schema.oid)? {
                for constraint in catalog.constraints(relation.oid)? {
                    let text = crate::warehouse::views::constraint_definition(self.session, &constraint)?;
                    arms.push_str(&format!(" WHEN {} THEN {}", constraint.oid, quote(&text)));
                }
            }
        }
        let sql = if arms.is_empty() { "NULL".to_owned() } else { format!("CASE {oid}{arms} END") };
        Ok(Typed::new(sql, SqlType::Varchar(None)))
    }

    /// `x::regclass` and `x::regtype`: the name that an object identifier stands for, or the identifier of a name.
    pub(super) fn registered(&mut self, kind: &str, expr: &Expr, scope: &Scope) -> Result<Typed, SqlError> {
        if let Ok(name) = constant(expr) {
            let oid = match kind {
                "regclass" => self.locate_oid(&name)?,
                _ => SqlType::from_name(&name).map(|t| i64::from(t.oid())).unwrap_or_default(),
            };
            return Ok(Typed::new(oid.to_string(), SqlType::Oid));
        }
        let value = self.expr(expr, scope)?;
        let sql = match kind {
            "regclass" => format!("(SELECT name FROM main.relation WHERE oid = {})", value.sql),
            _ => format!("rs_format_type({}, -1)", value.sql),
        };
        Ok(value.with(sql, SqlType::Name))
    }

    fn locate_oid(&self, name: &str) -> Result<i64, SqlError> {
        let parts = name.to_lowercase().split('.').map(|part| part.trim_matches('"').to_owned()).collect();
        let name = crate::warehouse::statement::Name { parts, position: None };
        match self.locate(&name)? {
            super::Located::Relation(found) => Ok(found.relation.oid),
            super::Located::View(view) => Ok(view.oid()),
        }
    }

    fn number(&mut self, expr: &Expr, scope: &Scope) -> Result<String, SqlError> {
        Ok(self.expr(expr, scope)?.sql)
    }

    fn current_schema(&self) -> Result<Option<Typed>, SqlError> {
        for schema in &self.site.search_path {
            if self.catalog().schema(self.site.database.oid, schema)?.is_some() {
                return Ok(Some(Typed::new(quote(schema), SqlType::Varchar(None))));
            }
        }
        Ok(Some(Typed::new("NULL".to_owned(), SqlType::Varchar(None))))
    }

    /// `has_…_privilege([user,] object, privilege)` with constant arguments.
    fn has_privilege(&self, function: &str, args: &[&Expr]) -> Result<Typed, SqlError> {
        let texts = args.iter().map(|arg| constant(arg)).collect::<Result<Vec<_>, _>>()?;
        let (user, object, words) = match texts.as_slice() {
            [object, words] => (self.session.user()?, object, words),
            [user, object, words] => {
                let name = user.to_lowercase();
                let found = self.session.catalog().user(&name)?;
                let user = found.ok_or_else(|| SqlError::no_user(&name))?;
                (user, object, words)
            }
            _ => return Err(super::function::no_function(function)),
        };
        let mut held = false;
        for word in words.split(',') {
            let privilege = Privilege::from_word(word.trim()).ok_or_else(|| {
                let message = format!("unrecognized privilege type: \"{word}\"");
                SqlError::new("22023", message)
            })?;
            held = held || self.holds_named(function, object, &user, privilege)?;
        }
        let sql = if held { "1" } else { "0" };
        Ok(Typed::new(sql.to_owned(), SqlType::Bool))
    }

    fn holds_named(
        &self,
        function: &str,
        object: &str,
        user: &User,
        privilege: Privilege,
    ) -> Result<bool, SqlError> {
        let catalog = self.session.catalog();
        let parts: Vec<String> = object.to_lowercase().split('.').map(str::to_owned).collect();
        if function == "has_database_privilege" {
            let database = catalog.database(object)?.ok_or_else(|| SqlError::no_database(object))?;
            let owner = database.owner == user.id;
            let object = Object::database(database.oid);
            return Ok(owner || catalog.holds(&object, user, privilege)?);
        }
        let here = &self.site.database;
        if function == "has_schema_privilege" {
            let name = parts.last().cloned().unwrap_or_default();
            let schema = catalog.schema(here.oid, &name)?.ok_or_else(|| SqlError::no_schema(&name))?;
            let object = Object::schema(here.oid, &name);
            return Ok(schema.owner == user.id || catalog.holds(&object, user, privilege)?);
        }
        let name = crate::warehouse::statement::Name { parts, position: None };
        match self.locate(&name)? {
            super::Located::View(_) => Ok(privilege == Privilege::Select),
            super::Located::Relation(found) => Ok(self.check_for(&found, user, privilege).is_ok()),
        }
    }
}

/// The text between quotes that an argument must be.
pub(super) fn constant(expr: &Expr) -> Result<String, SqlError> {
    if let Some(text) = text_literal(expr) {
        return Ok(text.to_owned());
    }
    match expr {
        Expr::Value(_) => Err(SqlError::unsupported(format!("{expr} here"))),
        Expr::Cast { expr, .. } | Expr::Nested(expr) => constant(expr),
        _ => Err(SqlError::unsupported(format!("an argument that is no text between quotes: {expr}"))),
    }
}
