//! CREATE, ALTER and DROP USER.

use super::{done, user_named};
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::login::User;
use crate::warehouse::session::{Outcome, Session};
use crate::warehouse::statement::{Guard, Password, UserOptions, UserStatement};
use crate::warehouse::verifier::Verifier;

pub(super) fn run(session: &Session, statement: &UserStatement) -> Result<Outcome, SqlError> {
    match statement {
        UserStatement::Create { name, options } => create(session, name, options),
        UserStatement::Alter { name, options } => alter(session, name, options),
        UserStatement::Rename { name, to } => {
            must_be_superuser(session, "alter")?;
            let mut user = user_named(session, name)?;
            check_new(session, to)?;
            session.catalog().rename_user(user.id, to)?;
            // An MD5 verifier holds the name, so a renamed user has no password (Redshift guide, ALTER USER).
            if let Verifier::Md5(_) = user.verifier {
                user.verifier = Verifier::Disabled;
                session.catalog().update_user(&user)?;
            }
            Ok(done("ALTER USER"))
        }
        UserStatement::Drop { names, guard } => {
            for name in names {
                remove(session, name, *guard)?;
            }
            Ok(done("DROP USER"))
        }
    }
}

fn must_be_superuser(session: &Session, verb: &str) -> Result<(), SqlError> {
    if session.user()?.superuser {
        return Ok(());
    }
    Err(SqlError::new("42501", format!("permission denied to {verb} user")))
}

fn check_new(session: &Session, name: &str) -> Result<(), SqlError> {
    if session.catalog().user(name)?.is_some() {
        let message = format!("user \"{name}\" already exists");
        return Err(SqlError::new("42710", message));
    }
    let reserved = ["ds:", "iam:", "iamr:", "pg_"];
    if name == "rdsdb" || name == "public" || reserved.iter().any(|r| name.starts_with(r)) {
        let message = format!("user name \"{name}\" is reserved");
        return Err(SqlError::new("42939", message));
    }
    Ok(())
}

fn create(session: &Session, name: &str, options: &UserOptions) -> Result<Outcome, SqlError> {
    must_be_superuser(session, "create")?;
    check_new(session, name)?;
    session.catalog().add_user(name, &Verifier::Disabled)?;
    let mut user = user_named(session, name)?;
    apply(&mut user, options)?;
    session.catalog().update_user(&user)?;
    Ok(done("CREATE USER"))
}

fn alter(session: &Session, name: &str, options: &UserOptions) -> Result<Outcome, SqlError> {
    let only_password = options.superuser.is_none()
        && options.createdb.is_none()
        && options.valid_until.is_none()
        && options.conn_limit.is_none();
    if name != session.user_name() || !only_password {
        must_be_superuser(session, "alter")?;
    }
    let mut user = user_named(session, name)?;
    apply(&mut user, options)?;
    session.catalog().update_user(&user)?;
    Ok(done("ALTER USER"))
}

fn apply(user: &mut User, options: &UserOptions) -> Result<(), SqlError> {
    match &options.password {
        Some(Password::Disable) => user.verifier = Verifier::Disabled,
        Some(Password::Text(text)) => user.verifier = Verifier::from_sql(&user.name, text)?,
        None => {}
    }
    user.superuser = options.superuser.unwrap_or(user.superuser);
    user.createdb = options.createdb.unwrap_or(user.createdb);
    if let Some(until) = &options.valid_until {
        let at = crate::warehouse::instant::parse_timestamp(until)?;
        user.valid_until = Some(crate::warehouse::instant::timestamp_text(at));
    }
    if let Some(limit) = &options.conn_limit {
        user.conn_limit = limit.clone();
    }
    Ok(())
}

fn remove(session: &Session, name: &str, guard: Guard) -> Result<(), SqlError> {
    must_be_superuser(session, "drop")?;
    let catalog = session.catalog();
    let Some(user) = catalog.user(name)? else {
        return match guard {
            Guard::Lenient => Ok(()),
            Guard::Strict => Err(SqlError::no_user(name)),
        };
    };
    let busy =
        |why: &str| Err(SqlError::new("55006", format!("user \"{name}\" cannot be dropped because {why}")));
    if name == session.user_name() {
        return Err(SqlError::new("55006", "current user cannot be dropped"));
    }
    if owns_something(session, user.id)? {
        return busy("the user owns some object");
    }
    if catalog.grants()?.iter().any(|grant| grant.grantee == user.id) {
        return busy("the user has a privilege on some object");
    }
    catalog.drop_user(user.id)
}

fn owns_something(session: &Session, user: i64) -> Result<bool, SqlError> {
    let catalog = session.catalog();
    if catalog.shares()?.iter().any(|share| share.owner == user) {
        return Ok(true);
    }
    for database in catalog.databases()? {
        if database.owner == user {
            return Ok(true);
        }
        for schema in catalog.schemas(database.oid)? {
            let relations = catalog.relations(schema.oid)?;
            if schema.owner == user || relations.iter().any(|r| r.owner == user) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
