//! `secret`: a JSON object with a user's name and password that rsx keeps in Secrets Manager.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use zeroize::Zeroizing;

use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{Worded, blame, refusal};
use crate::secrets::{PASSWORD, Password, USERNAME};
use crate::tags::{Retagging, Tags};
use crate::versions;

pub(crate) struct Secret(pub(crate) Arc<Outside>);

/// The tag without which the managed policy AmazonRedshiftDataFullAccess may not read a secret.
const FOR_DATA_API: &str = "RedshiftDataFullAccess";

#[async_trait]
impl Kind for Secret {
    fn name(&self) -> &'static str {
        "secret"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let name = Fields::of(want).text("name")?;
        let Some(found) = self.0.describe_secret(name).await? else { return Ok(None) };
        if found.deleted_date().is_some() {
            return Err(Fault::Busy(format!("the secret `{name}` is being deleted")));
        }
        tags(&found).prove(cx, &format!("the secret `{name}`"))?;
        Ok(found.arn.map(|arn| Id(arn.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let found = self.0.describe_secret(&id.0).await?;
        Ok(found.filter(|found| found.deleted_date().is_none()).as_ref().map(observe))
    }

    /// What is there is used as it is: a password that somebody made can't be made again.
    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        match self.find(cx, want).await? {
            Some(id) => Ok(id),
            None => or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await,
        }
    }

    fn order(&self, _: &Record, _: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        changed.into_iter().map(|field| vec![field]).collect()
    }

    async fn update(&self, cx: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        for field in change.fields {
            match field.as_str() {
                "password" => self.set_password(cx, id, Fields::of(change.want)).await?,
                "tags" => self.retag(id, change).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A generated password is gone at once: kept for recovery, it would block its name for days.
    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.secrets().delete_secret().secret_id(id.0.as_str());
        let call = call.force_delete_without_recovery(true);
        call.send().await.or_absent("delete the secret").map(drop)
    }
}

impl Secret {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let mut object = Map::new();
        object.insert(USERNAME.to_owned(), want.text("user")?.into());
        let password = self.password(want).await?;
        let mut tags = Tags::wanted(cx, want)?;
        tags.set(FOR_DATA_API, "rsx");
        let call = self
            .0
            .clients
            .secrets()
            .create_secret()
            .name(want.text("name")?)
            .client_request_token(versions::with_password(&cx.token, None))
            .secret_string(with(object, &password).as_str())
            .set_tags(Some(tags.secrets()));
        let answer = call.send().await.or_fault("create the secret");
        let answer = answer.map_err(still_leaving)?;
        answer.arn.map(|arn| Id(arn.into())).ok_or_else(|| incomplete("ARN of the secret"))
    }

    /// The same intention makes the same version, so that a repeated call changes nothing; other members stay.
    async fn set_password(&self, cx: &Context, id: &Id, want: Fields<'_>) -> Result<(), Fault> {
        let found = self.0.describe_secret(&id.0).await?.ok_or_else(|| incomplete("secret"))?;
        let version = versions::with_password(&cx.token, versions::current(&found));
        if found.version_ids_to_stages().is_some_and(|versions| versions.contains_key(&version)) {
            return Ok(());
        }
        let mut object = self.0.secret_object(&id.0).await?;
        object.insert(USERNAME.to_owned(), want.text("user")?.into());
        let password = self.password(want).await?;
        self.0
            .put_secret(&id.0, version, with(object, &password))
            .await
            .map_err(|fault| blame(fault, PASSWORD))
    }

    async fn password(&self, want: Fields<'_>) -> Result<Password, Fault> {
        let given = self.0.password(want.secret(PASSWORD)?).await.map_err(|fault| blame(fault, PASSWORD))?;
        match given {
            Some(password) => Ok(password),
            None => self.0.random_password().await,
        }
    }

    async fn retag(&self, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let retagging = Retagging::between(Fields(change.before), Fields::of(change.want))?;
        if let Some(tags) = retagging.set() {
            let call = self.0.clients.secrets().tag_resource().secret_id(id.0.as_str());
            call.set_tags(Some(tags.secrets())).send().await.or_fault("change tags")?;
        }
        if let Some(keys) = retagging.unset() {
            let call = self.0.clients.secrets().untag_resource().secret_id(id.0.as_str());
            call.set_tag_keys(Some(keys)).send().await.or_fault("take tags away")?;
        }
        Ok(())
    }
}

/// Returns the object's text with a password, wiped when it is dropped.
fn with(mut object: Map<String, Json>, password: &Password) -> Zeroizing<String> {
    object.insert(PASSWORD.to_owned(), password.as_str().into());
    Zeroizing::new(Json::Object(object).to_string())
}

/// A name is blocked while its last secret is on its way out (Secrets Manager, `InvalidRequestException`).
fn still_leaving(fault: Fault) -> Fault {
    match fault {
        Fault::Refused(refusal) if refusal.code == "InvalidRequestException" => {
            let theirs = refusal.theirs.unwrap_or_default();
            if theirs.contains("scheduled for deletion") {
                Fault::Busy(theirs)
            } else {
                self::refusal("InvalidRequestException", refusal.message).theirs(theirs).fault()
            }
        }
        Fault::Throttled(_)
        | Fault::Busy(_)
        | Fault::NoCapacity(_)
        | Fault::Lost(_)
        | Fault::Expired(_)
        | Fault::Denied(_)
        | Fault::Refused(_)
        | Fault::Foreign { .. } => fault,
    }
}

fn tags(found: &DescribeSecretOutput) -> Tags {
    Tags::read(found.tags().iter().map(|tag| (tag.key(), tag.value())))
}

fn observe(found: &DescribeSecretOutput) -> Observed {
    let version = versions::current(found).map(versions::of_password);
    let seen = Seen::new()
        .told_text("name", found.name())
        .told_text("arn", found.arn())
        .told_text("version", version)
        .map("tags", tags(found).of_user(&[FOR_DATA_API]));
    match version {
        Some(_) => seen.ready(),
        None => seen.status(Status::Failed("the secret has no version in use".to_owned())),
    }
}

impl Outside {
    pub(crate) async fn describe_secret(&self, secret: &str) -> Result<Option<DescribeSecretOutput>, Fault> {
        let call = self.clients.secrets().describe_secret().secret_id(secret);
        call.send().await.or_absent("read what the secret says of itself")
    }

    pub(crate) async fn put_secret(
        &self,
        secret: &str,
        version: String,
        text: Zeroizing<String>,
    ) -> Result<(), Fault> {
        let call = self.clients.secrets().put_secret_value().secret_id(secret);
        let call = call.client_request_token(version).secret_string(text.as_str());
        call.send().await.or_fault("write the secret").map(drop)
    }
}
