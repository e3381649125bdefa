//! `secret_connection`: where a secret's password is used, in the secret itself.

use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::{Record, Value};
use serde_json::{Map, Value as Json};
use zeroize::Zeroizing;

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::versions;

pub(crate) struct SecretConnection(pub(crate) Arc<Outside>);

const HOST: &str = "host";
const PORT: &str = "port";
const DATABASE: &str = "dbname";

#[async_trait]
impl Kind for SecretConnection {
    fn name(&self) -> &'static str {
        "secret_connection"
    }

    async fn find(&self, _: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let secret = Fields::of(want).text("secret")?;
        let object = self.object(secret).await?;
        Ok(object.filter(is_connected).map(|_| Id(secret.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let Some(object) = self.object(&id.0).await?.filter(is_connected) else { return Ok(None) };
        let text = |name: &str| object.get(name).and_then(Json::as_str);
        let seen = Seen::new()
            .text("secret", id.0.clone())
            .told_text(HOST, text(HOST))
            .told(PORT, object.get(PORT).and_then(Json::as_i64).map(Value::int))
            .told_text(DATABASE, text(DATABASE));
        Ok(Some(seen.ready()))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let secret = want.text("secret")?;
        self.connect(cx, secret, want).await?;
        Ok(Id(secret.into()))
    }

    async fn update(&self, cx: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.connect(cx, &id.0, Fields::of(change.want)).await
    }

    async fn delete(&self, cx: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let Some(mut object) = self.object(&id.0).await?.filter(is_connected) else { return Ok(()) };
        for name in [HOST, PORT, DATABASE] {
            object.shift_remove(name);
        }
        self.write(&id.0, object, &format!("{}/nowhere", cx.token)).await
    }
}

impl SecretConnection {
    /// Returns the secret's object; nothing if the secret is gone or going.
    async fn object(&self, secret: &str) -> Result<Option<Map<String, Json>>, Fault> {
        match self.0.describe_secret(secret).await? {
            Some(found) if found.deleted_date().is_none() => self.0.secret_object(secret).await.map(Some),
            Some(_) | None => Ok(None),
        }
    }

    async fn connect(&self, cx: &Context, secret: &str, want: Fields<'_>) -> Result<(), Fault> {
        let (host, port, database) = (want.text(HOST)?, want.integer(PORT)?, want.text(DATABASE)?);
        let mut object = self.0.secret_object(secret).await?;
        object.insert(HOST.to_owned(), host.into());
        object.insert(PORT.to_owned(), port.into());
        object.insert(DATABASE.to_owned(), database.into());
        self.write(secret, object, &format!("{}/{host}:{port}/{database}", cx.token)).await
    }

    /// Writes a version that is named after what is meant, so that a repeated call writes the same.
    async fn write(&self, secret: &str, object: Map<String, Json>, meant: &str) -> Result<(), Fault> {
        let found = self.0.describe_secret(secret).await?;
        let present = found.as_ref().and_then(versions::current).unwrap_or_default();
        let version = versions::with_connection(meant, present);
        let text = Zeroizing::new(Json::Object(object).to_string());
        self.0.put_secret(secret, version, text).await
    }
}

fn is_connected(object: &Map<String, Json>) -> bool {
    [HOST, PORT, DATABASE].iter().any(|name| object.contains_key(*name))
}
