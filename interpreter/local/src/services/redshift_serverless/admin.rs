//! Administrators of namespaces: credentials of requests, and passwords that the service keeps in Secrets Manager.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::namespaces::Namespace;
use super::{broken, conflict, invalid};
use crate::call::{Cx, Refusal};
use crate::input::Input;
use crate::services::kms;
use crate::services::secretsmanager::{NewManaged, create_managed, delete_managed, new_password};
use crate::warehouse::{Login, is_reserved};

/// The name of an administrator whose password is managed and whose name isn't given.
const USUAL_NAME: &str = "admin";

/// The service as Secrets Manager names the owner of a secret.
const OWNER: &str = "redshift-serverless";

/// Who administers a namespace, and who knows the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Admin {
    pub(super) user: String,
    pub(super) secret: Option<ManagedSecret>,
}

/// The service's own secret with an administrator's password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ManagedSecret {
    pub(super) arn: String,
    /// The ARN of a customer's key, if one was asked for.
    pub(super) key: Option<String>,
}

/// The credentials that a request asks for.
pub(super) enum Asked {
    Given(Login),
    Managed { user: Option<String>, key: Option<String> },
}

/// Reads the credentials of a request; `None` if it has none.
pub(super) fn asked(input: &Value) -> Result<Option<Asked>, Refusal> {
    let user = input.text("adminUsername").map(checked_user).transpose()?;
    let password = input.text("adminUserPassword");
    let key = input.text("adminPasswordSecretKmsKeyId").map(str::to_owned);
    match (input.flag("manageAdminPassword"), user, password) {
        (Some(true), _, Some(_)) => {
            Err(invalid("You can't specify adminUserPassword when manageAdminPassword is true."))
        }
        (Some(true), user, None) => Ok(Some(Asked::Managed { user, key })),
        (_, _, _) if key.is_some() => {
            Err(invalid("You can only specify adminPasswordSecretKmsKeyId when manageAdminPassword is true."))
        }
        (_, Some(user), Some(password)) => {
            check_password(password)?;
            Ok(Some(Asked::Given(Login { user, password: password.to_owned() })))
        }
        (None, None, None) => Ok(None),
        (Some(false), None, None) | (_, Some(_), None) | (_, None, Some(_)) => {
            Err(invalid("Specify both the user name and password, or neither."))
        }
    }
}

/// An administrator with the asked credentials, and the login that the warehouse must know.
///
/// A secret that the request makes unnecessary is gone when this returns.
pub(super) fn appoint(
    cx: &mut Cx<'_>,
    namespace: &str,
    asked: Asked,
    present: Option<&Admin>,
) -> Result<(Admin, Login), Refusal> {
    let old = present.and_then(|admin| admin.secret.as_ref());
    match asked {
        Asked::Given(login) => {
            dismiss(cx, present);
            Ok((Admin { user: login.user.clone(), secret: None }, login))
        }
        Asked::Managed { user, key } => {
            let user = user.or(present.map(|admin| admin.user.clone())).unwrap_or(USUAL_NAME.to_owned());
            let key = key.map(|key| usable(cx, &key)).transpose()?;
            if old.is_some_and(|old| old.key == key) && present.is_some_and(|admin| admin.user == user) {
                return Err(invalid("The admin password of the namespace is already managed."));
            }
            dismiss(cx, present);
            let login = Login { user: user.clone(), password: new_password() };
            let name = format!("redshift!{namespace}-{user}");
            let value = [("username", &login.user), ("password", &login.password)];
            let value = value.map(|(member, text)| (member.to_owned(), Value::String(text.clone())));
            let wanted = NewManaged {
                name: &name,
                owner: OWNER,
                key: key.clone(),
                value: value.into_iter().collect(),
            };
            let arn = create_managed(cx, wanted)?;
            Ok((Admin { user, secret: Some(ManagedSecret { arn, key }) }, login))
        }
    }
}

/// Takes a namespace's managed secret away.
pub(super) fn dismiss(cx: &mut Cx<'_>, admin: Option<&Admin>) {
    if let Some(secret) = admin.and_then(|admin| admin.secret.as_ref()) {
        delete_managed(cx, &secret.arn);
    }
}

/// Makes a rotated password that of the administrator whose secret this is.
pub(crate) fn adopt_password(cx: &mut Cx<'_>, secret: &str, password: &str) -> Result<(), Refusal> {
    let owner = |namespace: &Namespace| {
        let admin = namespace.admin.as_ref()?;
        let is_its = admin.secret.as_ref()?.arn == secret;
        is_its.then(|| (namespace.id.clone(), admin.user.clone()))
    };
    let found = cx.here.redshift_serverless.namespaces.values().find_map(owner);
    let (id, user) = found.ok_or_else(|| conflict(format!("No namespace has the secret {secret}.")))?;
    cx.warehouse.set_admin(&id, &Login { user, password: password.to_owned() }).map_err(broken)
}

/// The ARN of a key that can encrypt now; any other is refused as the service does.
pub(super) fn usable(cx: &mut Cx<'_>, key: &str) -> Result<String, Refusal> {
    kms::usable_key(cx, key).map_err(|refusal| {
        invalid(format!("The KMS key {key} can't be used ({}): {}", refusal.code, refusal.message))
    })
}

fn checked_user(user: &str) -> Result<String, Refusal> {
    let mut letters = user.chars();
    let is_fine = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "_+.@-".contains(letter));
    if is_reserved(user) {
        return Err(invalid(format!("The user name {user} is a reserved word.")));
    }
    match is_fine {
        true => Ok(user.to_owned()),
        false => Err(invalid(
            "The admin user name isn't valid. It must start with a letter and hold only letters, digits and _ + . @ -",
        )),
    }
}

/// The rules of the API reference for administrators' passwords.
fn check_password(password: &str) -> Result<(), Refusal> {
    let violated = |bound: &str| {
        Err(invalid(format!(
            "1 validation error detected: Value at 'adminUserPassword' failed to satisfy constraint: Member must {bound}"
        )))
    };
    match password.chars().count() {
        0..8 => return violated("have length greater than or equal to 8"),
        8..=64 => {}
        _ => return violated("have length less than or equal to 64"),
    }
    let has = |sort: fn(&char) -> bool| password.chars().any(|letter| sort(&letter));
    if !has(char::is_ascii_uppercase) || !has(char::is_ascii_lowercase) || !has(char::is_ascii_digit) {
        return violated("contain at least one uppercase letter, one lowercase letter and one number");
    }
    if password.chars().any(|letter| !letter.is_ascii_graphic() || "'\"/@\\".contains(letter)) {
        return violated("contain only printable ASCII characters except ' \" / @ \\ and space");
    }
    Ok(())
}
