//! Temporary credentials, and the database users behind callers of the API.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{broken, invalid, namespaces, not_found, workgroups};
use crate::call::{Answer, Cx};
use crate::clock::Clock;
use crate::input::{Input, refuse_unsupported};
use crate::warehouse::Login;

/// Seconds for which temporary credentials may be asked.
const SECONDS: std::ops::RangeInclusive<i64> = 900..=3600;

/// The database user for the caller: `IAM:` and the user's name, or `IAMR:` and the role's.
pub(crate) fn database_user(cx: &Cx<'_>) -> String {
    let arn = cx.global.sts.identity(cx.access_key).arn;
    let resource = arn.rsplit(':').next().unwrap_or_default();
    let mut parts = resource.split('/');
    match (parts.next(), parts.next()) {
        (Some("assumed-role"), Some(role)) => format!("IAMR:{role}"),
        (_, Some(user)) => format!("IAM:{user}"),
        (_, None) => "IAM:root".to_owned(),
    }
}

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
    refuse_unsupported(input, &["customDomainName"])?;
    let name = input.text("workgroupName").ok_or_else(|| invalid("You must specify a workgroup name."))?;
    let seconds = input.number("durationSeconds").unwrap_or(900);
    if !SECONDS.contains(&seconds) {
        return Err(invalid(format!("The duration {seconds} isn't valid. It must be 900 to 3600 seconds.")));
    }
    let workgroup = workgroups::workgroup(&cx.here.redshift_serverless, name)?;
    let namespace = namespaces::namespace(&cx.here.redshift_serverless, &workgroup.namespace)?.id.clone();
    if let Some(database) = input.text("dbName") {
        let known = cx.warehouse.databases(&namespace).map_err(broken)?;
        if !known.iter().any(|known| known.eq_ignore_ascii_case(database)) {
            return Err(not_found(format!("Database {database} was not found.")));
        }
    }
    let login = Login { user: database_user(cx), password: cx.ids.hex(48) };
    let lasts = Duration::from_secs(seconds.unsigned_abs());
    cx.warehouse.add_temporary_login(&namespace, &login, SystemTime::now() + lasts).map_err(broken)?;
    let after = |seconds| {
        let at = cx.clock.now().checked_add(SignedDuration::from_secs(seconds));
        Clock::seconds(at.unwrap_or(Timestamp::MAX))
    };
    Ok(json!({
        "dbUser": login.user,
        "dbPassword": login.password,
        "expiration": after(seconds),
        "nextRefreshTime": after(seconds / 2),
    }))
}
