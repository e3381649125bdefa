//! AWS STS: who is calling, and sessions of roles.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Handler, Service};
use crate::call::{ACCOUNT, Answer, Cx, Refusal};
use crate::clock::Clock;
use crate::faults;
use crate::input::Input;
use crate::model::Protocol;
use crate::table::tables;

pub(crate) static SERVICE: Service = Service::new(
    "sts",
    include_str!("../../models/sts.json"),
    &[
        ("AssumeRole", Handler::Sync(assume_role)),
        ("GetCallerIdentity", Handler::Sync(get_caller_identity)),
        ("GetSessionToken", Handler::Sync(get_session_token)),
    ],
);

/// The user behind every access key that STS did not issue.
const USER: &str = "local";

tables! {
    /// Sessions by the access key that stands for them.
    pub(crate) struct State { sessions: Session }
}

/// Temporary credentials.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    identity: Identity,
    expires: Timestamp,
}

/// A caller, as `GetCallerIdentity` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

impl State {
    /// Refuses a session that is over.
    pub(crate) fn admit(&self, access_key: &str, clock: Clock, protocol: Protocol) -> Result<(), Refusal> {
        match self.sessions.get(access_key) {
            Some(session) if session.expires <= clock.now() => Err(faults::expired(protocol)),
            Some(_) | None => Ok(()),
        }
    }

    /// The caller behind an access key.
    pub(crate) fn identity(&self, access_key: &str) -> Identity {
        match self.sessions.get(access_key) {
            Some(session) => session.identity.clone(),
            None => Identity {
                arn: format!("arn:aws:iam::{ACCOUNT}:user/{USER}"),
                user_id: "AIDALOCALCLOUDUSER000".to_owned(),
            },
        }
    }
}

fn get_caller_identity(cx: &mut Cx<'_>, _: &Value) -> Answer {
    let Identity { arn, user_id } = cx.global.sts.identity(cx.access_key);
    Ok(json!({ "Account": ACCOUNT, "Arn": arn, "UserId": user_id }))
}

fn get_session_token(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let identity = cx.global.sts.identity(cx.access_key);
    Ok(json!({ "Credentials": begin_session(cx, input, 43_200, identity) }))
}

fn assume_role(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let (role, session) = (input.required("RoleArn")?, input.required("RoleSessionName")?);
    let caller = cx.global.sts.identity(cx.access_key).arn;
    let denied = || {
        let words =
            format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}");
        Refusal::new("AccessDenied", words).with_status(403)
    };
    let (name, role_id) = cx
        .global
        .iam
        .role_by_arn(role)
        .map(|role| (role.name.clone(), role.id.clone()))
        .ok_or_else(denied)?;
    let identity = Identity {
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}"),
        user_id: format!("{role_id}:{session}"),
    };
    let user = json!({ "Arn": identity.arn, "AssumedRoleId": identity.user_id });
    Ok(json!({ "Credentials": begin_session(cx, input, 3_600, identity), "AssumedRoleUser": user }))
}

/// Makes credentials that last as long as asked, or as usual.
fn begin_session(cx: &mut Cx<'_>, input: &Value, usual_seconds: i64, identity: Identity) -> Value {
    let lasts = SignedDuration::from_secs(input.number("DurationSeconds").unwrap_or(usual_seconds));
    let expires = cx.clock.now().saturating_add(lasts).unwrap_or(Timestamp::MAX);
    let key = cx.ids.iam("ASIA").chars().take(20).collect::<String>();
    let credentials = json!({
        "AccessKeyId": key,
        "SecretAccessKey": cx.ids.hex(40),
        "SessionToken": cx.ids.hex(64),
        "Expiration": Clock::seconds(expires),
    });
    cx.global.sts.sessions.insert(key, Session { identity, expires });
    credentials
}
