//! `namespace`: databases, users and shares of one warehouse.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_redshiftserverless::types::{self, NamespaceStatus};
use futures::future::BoxFuture;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reader, Status};
use rsx_lang::secret::Secret;
use rsx_lang::value::Record;
use smol_str::SmolStr;

use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::{self, Outside};
use crate::refusal::{Worded, blame, blame_member, refusal};
use crate::restoring;
use crate::tags::Tags;

pub(crate) struct Namespace(pub(crate) Arc<Outside>);

/// Members of the API, and the fields that they are.
const MEMBERS: &[(&str, &str)] = &[
    ("adminUserPassword", "admin_password"),
    ("adminUsername", "admin_user"),
    ("user name and password", "admin_user"),
    ("dbName", "database"),
    ("kmsKeyId", "key"),
    ("namespaceName", "name"),
];

/// What a namespace without a key of its own shows (observed; see the notes on echoes of Redshift Serverless).
const OWNED_BY_AWS: &str = "AWS_OWNED_KMS_KEY";

#[async_trait]
impl Kind for Namespace {
    fn name(&self) -> &'static str {
        "namespace"
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let name = Fields::of(want).text("name")?;
        let Some(found) = self.0.namespace(name).await? else { return Ok(None) };
        let arn = found.namespace_arn().ok_or_else(|| incomplete("ARN of the namespace"))?;
        self.0.serverless_tags(arn).await?.prove(cx, &format!("the namespace `{name}`"))?;
        match found.status() {
            Some(NamespaceStatus::Deleting) => {
                Err(Fault::Busy(format!("the namespace `{name}` is being deleted")))
            }
            Some(_) | None => Ok(Some(Id(name.into()))),
        }
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        match self.0.namespace(&id.0).await? {
            Some(found) => self.observe(&found).await.map(Some),
            None => Ok(None),
        }
    }

    async fn read_all(&self, many: &[Reader<'_>]) -> Vec<Result<Option<Observed>, Fault>> {
        let all = match self.list().await {
            Ok(all) => all,
            Err(fault) => return many.iter().map(|_| Err(fault.clone())).collect(),
        };
        let mut answers: Vec<BoxFuture<'_, _>> = Vec::with_capacity(many.len());
        for one in many {
            let found = all.iter().find(|found| found.namespace_name() == Some(one.id.0.as_str()));
            answers.push(Box::pin(async move {
                match found {
                    Some(found) => self.observe(found).await.map(Some),
                    None => Ok(None),
                }
            }));
        }
        outside::all(answers).await
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        or_found(self.make(cx, Fields::of(want)).await, self.find(cx, want)).await
    }

    /// One group of settings in a call: the administrator, the key, the tags (Redshift Serverless UpdateNamespace).
    fn order(&self, _: &Record, _: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        let (admin, rest): (Vec<_>, Vec<_>) = changed.into_iter().partition(is_of_admin);
        let groups = rest.into_iter().map(|field| vec![field]);
        std::iter::once(admin).filter(|group| !group.is_empty()).chain(groups).collect()
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let has = |name: &str| change.fields.iter().any(|field| field == name);
        if change.fields.iter().any(is_of_admin) {
            return self.set_admin(&id.0, Fields::of(change.want)).await;
        }
        if has("key") {
            return self.set_key(&id.0, change).await;
        }
        if has("tags") {
            let found = self.0.namespace(&id.0).await?;
            let arn = found.as_ref().and_then(types::Namespace::namespace_arn);
            return self
                .0
                .retag_serverless(arn.ok_or_else(|| incomplete("ARN of the namespace"))?, change)
                .await;
        }
        Ok(())
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.serverless().delete_namespace().namespace_name(id.0.as_str());
        call.send().await.or_absent("delete the namespace").map(drop)
    }
}

impl Namespace {
    async fn make(&self, cx: &Context, want: Fields<'_>) -> Result<Id, Fault> {
        let name = want.text("name")?;
        let secret = want.secret("admin_password")?;
        let password = self.0.password(secret).await.map_err(|fault| blame(fault, "admin_password"))?;
        let call = self
            .0
            .clients
            .serverless()
            .create_namespace()
            .namespace_name(name)
            .db_name(want.text("database")?)
            .admin_username(want.text("admin_user")?)
            .set_manage_admin_password((*secret == Secret::Generated).then_some(true))
            .set_admin_user_password(password.map(|password| password.to_string()))
            .set_kms_key_id(want.maybe_text("key")?.map(str::to_owned))
            .set_tags(Some(Tags::wanted(cx, want)?.serverless()));
        let answer = call.send().await.or_fault("create the namespace");
        answer.map_err(|fault| blame_member(fault, MEMBERS))?;
        Ok(Id(name.into()))
    }

    /// The administrator's name and password are one group; a managed password is changed by being managed anew.
    async fn set_admin(&self, name: &str, want: Fields<'_>) -> Result<(), Fault> {
        let secret = want.secret("admin_password")?;
        let password = self.0.password(secret).await.map_err(|fault| blame(fault, "admin_password"))?;
        self.0.set_admin(name, want.text("admin_user")?, password).await
    }

    async fn set_key(&self, name: &str, change: &Change<'_>) -> Result<(), Fault> {
        let Some(key) = Fields::of(change.want).maybe_text("key")? else {
            let back = refusal("ValidationException", "a namespace can't go back to the key that AWS owns");
            return Err(back.at("key").help("keep the key, or replace the namespace").fault());
        };
        if Fields(change.before).maybe_text("key")? == Some(key) {
            return Ok(());
        }
        let call = self.0.clients.serverless().update_namespace().namespace_name(name).kms_key_id(key);
        let answer = call.send().await.or_fault("change the namespace's key");
        answer.map(drop).map_err(|fault| blame(fault, "key"))
    }

    async fn list(&self) -> Result<Vec<types::Namespace>, Fault> {
        let pages = self.0.clients.serverless().list_namespaces().into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.or_fault("list the namespaces")
    }

    /// Tags cost a call of their own, so they are read of a settled namespace only.
    async fn observe(&self, found: &types::Namespace) -> Result<Observed, Fault> {
        let status = match found.status() {
            Some(NamespaceStatus::Available) => Status::Ready,
            Some(NamespaceStatus::Deleting) => Status::Leaving("DELETING".into()),
            Some(other) => Status::Changing(other.as_str().into()),
            None => Status::Changing("in no state".into()),
        };
        let mut seen = Seen::new()
            .told_text("name", found.namespace_name())
            .told_text("database", found.db_name())
            .told_text("admin_user", found.admin_username())
            .maybe_text("key", found.kms_key_id().filter(|key| *key != OWNED_BY_AWS))
            .told_text("id", found.namespace_id())
            .told_text("arn", found.namespace_arn())
            .maybe_text("admin_secret", found.admin_password_secret_arn());
        if let (Status::Ready, Some(arn)) = (&status, found.namespace_arn()) {
            let tags = self.0.serverless_tags(arn).await?;
            seen = seen.map("tags", tags.of_user(&[])).maybe_text("restored", restoring::which(&tags));
        }
        Ok(seen.status(status))
    }
}

fn is_of_admin(field: &SmolStr) -> bool {
    field == "admin_user" || field == "admin_password"
}

impl Outside {
    /// Makes somebody the administrator: with a password, or with one that Redshift makes and keeps.
    pub(crate) async fn set_admin(
        &self,
        namespace: &str,
        user: &str,
        password: Option<crate::secrets::Password>,
    ) -> Result<(), Fault> {
        let call = self
            .clients
            .serverless()
            .update_namespace()
            .namespace_name(namespace)
            .admin_username(user)
            .set_manage_admin_password(password.is_none().then_some(true))
            .set_admin_user_password(password.map(|password| password.to_string()));
        let answer = call.send().await.or_fault("change the namespace's administrator");
        answer.map(drop).map_err(|fault| blame(blame_member(fault, MEMBERS), "admin_user"))
    }
}
