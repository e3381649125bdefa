//! Secrets that another service of this cloud makes, rotates and takes away.

use serde_json::{Map, Value, json};

use super::password::password;
use super::secret::blank;
use super::version::{content_of, current_value, put};
use super::{CURRENT, Secret, live};
use crate::call::{Answer, Cx, Refusal};
use crate::input::{Input, refuse_unsupported};
use crate::services::redshift_serverless;

/// A secret that a service makes for its caller; its JSON value must have a member `password`.
#[derive(Debug)]
pub(crate) struct NewManaged<'a> {
    pub(crate) name: &'a str,
    /// The service, as `OwningService` names it.
    pub(crate) owner: &'a str,
    pub(crate) key: Option<String>,
    pub(crate) value: Map<String, Value>,
}

/// Makes a managed secret; its ARN.
pub(crate) fn create_managed(cx: &mut Cx<'_>, wanted: NewManaged<'_>) -> Result<String, Refusal> {
    let NewManaged { name, owner, key, value } = wanted;
    let secret = Secret { owner: Some(owner.to_owned()), key, ..blank(cx, name) };
    let arn = secret.arn.clone();
    cx.here.secretsmanager.secrets.insert(name, secret);
    add_version(cx, name, &json!({}), value)?;
    Ok(arn)
}

/// Takes a managed secret away at once.
pub(crate) fn delete_managed(cx: &mut Cx<'_>, id: &str) {
    if let Some(name) = cx.here.secretsmanager.resolve(id) {
        cx.here.secretsmanager.secrets.remove(&name);
    }
}

/// A password as services make them for users: 32 letters and digits, some of each kind.
pub(crate) fn new_password() -> String {
    let kinds = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"].map(str::to_owned);
    password(32, &kinds, kinds.len())
}

/// A managed secret rotates by its service; others would need a Lambda function, which this cloud hasn't.
pub(super) fn rotate(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(
        input,
        &["RotationLambdaARN", "ExternalSecretRotationMetadata", "ExternalSecretRotationRoleArn"],
    )?;
    let Secret { name, arn, owner, .. } = live(cx, input)?.clone();
    if owner.is_none() {
        let words = "No Lambda rotation function ARN is associated with this secret.";
        return Err(Refusal::new("InvalidRequestException", words));
    }
    let version = match input.flag("RotateImmediately") {
        Some(false) => None,
        Some(true) | None => {
            let broken = |_| Refusal::internal("a managed secret is not JSON");
            let mut value: Map<_, _> = serde_json::from_str(&current_value(cx, &name)?).map_err(broken)?;
            let password = new_password();
            redshift_serverless::adopt_password(cx, &arn, &password)?;
            value.insert("password".to_owned(), Value::String(password));
            Some(add_version(cx, &name, input, value)?)
        }
    };
    Ok(json!({ "ARN": arn, "Name": name, "VersionId": version }))
}

fn add_version(
    cx: &mut Cx<'_>,
    name: &str,
    input: &Value,
    value: Map<String, Value>,
) -> Result<String, Refusal> {
    let request = json!({ "SecretString": Value::Object(value).to_string() });
    let missing = || Refusal::internal("a managed secret has no value");
    let content = content_of(cx, &request)?.ok_or_else(missing)?;
    put(cx, name, input, content, &[CURRENT.to_owned()])
}
