//! What failed calls of AWS mean to the engine: codes of every protocol to one set of faults.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use rsx_engine::provider::{Fault, Id, Refusal};

use crate::refusal::{Worded, refusal};

/// What came of a call, for the engine.
pub(crate) trait Answered<T> {
    /// Turns a failure into a fault; `doing` completes "AWS did not …", such as `create the VPC`.
    fn or_fault(self, doing: &str) -> Result<T, Fault>;

    /// As [`Answered::or_fault`], but what does not exist is `None`.
    fn or_absent(self, doing: &str) -> Result<Option<T>, Fault>;
}

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Absent,
    Throttled,
    Busy,
    NoCapacity,
    Lost,
    Expired,
    Credentials,
    Denied,
    Refused,
}

/// A refusal as the service worded it.
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    meaning: Meaning,
}

impl<T, E> Answered<T> for Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn or_fault(self, doing: &str) -> Result<T, Fault> {
        self.map_err(|error| fault(&error, doing))
    }

    fn or_absent(self, doing: &str) -> Result<Option<T>, Fault> {
        match self {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if told(&error).is_some_and(|told| told.meaning == Meaning::Absent) => Ok(None),
            Err(error) => Err(fault(&error, doing)),
        }
    }
}

/// Returns a fault for an answer that lacks what the service promises.
pub(crate) fn incomplete(what: &str) -> Fault {
    Fault::Lost(format!("AWS's answer has no {what}"))
}

/// Takes what is there if a create failed because its key is taken, and it turns out to be ours.
pub(crate) async fn or_found(
    made: Result<Id, Fault>,
    find: impl Future<Output = Result<Option<Id>, Fault>>,
) -> Result<Id, Fault> {
    match made {
        Err(fault) if may_exist(&fault) => find.await?.ok_or(fault),
        Ok(_) | Err(_) => made,
    }
}

fn may_exist(fault: &Fault) -> bool {
    match fault {
        Fault::Busy(_) => true,
        Fault::Refused(refusal) => TAKEN.contains(&refusal.code.as_str()),
        Fault::Throttled(_)
        | Fault::NoCapacity(_)
        | Fault::Lost(_)
        | Fault::Expired(_)
        | Fault::Denied(_)
        | Fault::Foreign { .. } => false,
    }
}

/// Codes that say that the key of a create is taken (models of the services).
const TAKEN: &[&str] = &[
    "AlreadyExistsException",
    "DuplicateListener",
    "DuplicateLoadBalancerName",
    "DuplicateTargetGroupName",
    "EntityAlreadyExists",
    "InvalidGroup.Duplicate",
    "InvalidPermission.Duplicate",
    "InvalidSubnet.Conflict",
    "Resource.AlreadyAssociated",
    "ResourceExistsException",
    "RouteAlreadyExists",
];

fn fault<E>(error: &SdkError<E, HttpResponse>, doing: &str) -> Fault
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if let Some(credentials) = cause::<CredentialsError>(error) {
        return without_credentials(credentials);
    }
    match told(error) {
        Some(told) => said(&told, doing),
        None if is_local(error) => {
            let unsent = refusal("Unsent", format!("the call to {doing} could not be sent"));
            unsent.theirs(causes(error)).fault()
        }
        None => Fault::Lost(format!("no answer to the call to {doing}: {}", causes(error))),
    }
}

/// Returns whether the call never left this process.
fn is_local<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_user(),
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) | SdkError::ServiceError(_) | _ => false,
    }
}

fn told<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<Told<'_>> {
    let SdkError::ServiceError(service) = error else { return None };
    let status = service.raw().status().as_u16();
    // A good answer that could not be read is an error without a code: the call has taken effect.
    let code = service.err().code().or((status >= 400).then_some("Unknown"))?;
    let message = service.err().message().unwrap_or_default();
    Some(Told { code, message, meaning: meaning(code, status) })
}

fn said(told: &Told<'_>, doing: &str) -> Fault {
    let theirs = format!("{}: {}", told.code, told.message);
    let line = format!("AWS did not {doing} ({theirs})");
    let refusal = |message: String, help: Option<&str>| {
        Box::new(Refusal {
            code: told.code.into(),
            message,
            theirs: Some(told.message.to_owned()),
            field: None,
            help: help.map(str::to_owned),
        })
    };
    match told.meaning {
        Meaning::Throttled => Fault::Throttled(line),
        Meaning::Busy => Fault::Busy(line),
        Meaning::NoCapacity => Fault::NoCapacity(line),
        Meaning::Lost => Fault::Lost(line),
        Meaning::Expired => Fault::Expired(line),
        Meaning::Credentials => Fault::Denied(refusal(
            "AWS does not know these credentials".to_owned(),
            Some(
                "see which are in use by `aws sts get-caller-identity`, and whether they are of this account",
            ),
        )),
        Meaning::Denied => Fault::Denied(refusal(format!("these credentials may not {doing}"), None)),
        Meaning::Absent | Meaning::Refused => {
            Fault::Refused(refusal(format!("AWS refused to {doing}"), None))
        }
    }
}

/// Sorts codes: the same thing has another code in each protocol (JSON, query, EC2).
fn meaning(code: &str, status: u16) -> Meaning {
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "ActiveStatementsExceededException"
        | "SlowDown" => Meaning::Throttled,
        "ConflictException"
        | "DependencyViolation"
        | "ResourceInUse"
        | "ResourceInUseException"
        | "ConcurrentModification"
        | "ConcurrentModificationException"
        | "IncorrectState"
        | "OperationInProgress"
        | "ConditionalRequestConflict" => Meaning::Busy,
        "InsufficientCapacityException" | "InsufficientCapacity" | "InsufficientResourceCapacity" => {
            Meaning::NoCapacity
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            Meaning::Expired
        }
        "AuthFailure"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "OptInRequired" => Meaning::Credentials,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "UnauthorizedAccess"
        | "NotAuthorized" => Meaning::Denied,
        "InternalError"
        | "InternalFailure"
        | "InternalServerException"
        | "InternalServerError"
        | "InternalServiceError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "Unavailable" => Meaning::Lost,
        absent if is_absence(absent) => Meaning::Absent,
        _ if status >= 500 => Meaning::Lost,
        _ => Meaning::Refused,
    }
}

fn is_absence(code: &str) -> bool {
    // A rule that is not there is told by EC2 as `InvalidPermission.NotFound`, a zone of a load balancer otherwise.
    ["NotFound", "NotFoundException", "NotFoundFault"].iter().any(|end| code.ends_with(end))
}

fn without_credentials(error: &CredentialsError) -> Fault {
    let theirs = causes(error);
    match error {
        CredentialsError::ProviderTimedOut(_) => {
            Fault::Lost(format!("credentials were not found in time: {theirs}"))
        }
        // Only what was once good can be renewed; all else is no credentials at all.
        CredentialsError::ProviderError(_) if theirs.contains("expired") => Fault::Expired(theirs),
        CredentialsError::ProviderError(_)
        | CredentialsError::CredentialsNotLoaded(_)
        | CredentialsError::InvalidConfiguration(_)
        | CredentialsError::Unhandled(_)
        | _ => {
            let none = refusal("NoCredentials", "there are no credentials for AWS").theirs(theirs).help(
                "set AWS_PROFILE, run `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; \
                 without an account, `--local` runs on the embedded cloud",
            );
            Fault::Denied(Box::new(none))
        }
    }
}

/// Writes an error with all its causes, each once.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}

/// Returns the cause of a type, however deep.
fn cause<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_has_its_word_for_the_same_thing() {
        let codes = [
            (["ThrottlingException", "Throttling", "RequestLimitExceeded"], Meaning::Throttled),
            (["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"], Meaning::Denied),
            (["ExpiredTokenException", "ExpiredToken", "RequestExpired"], Meaning::Expired),
            (["ConflictException", "ResourceInUse", "DependencyViolation"], Meaning::Busy),
            (["ResourceNotFoundException", "LoadBalancerNotFound", "InvalidVpcID.NotFound"], Meaning::Absent),
            (["ValidationException", "ValidationError", "InvalidParameterValue"], Meaning::Refused),
            (["InternalServerException", "InternalFailure", "InternalError"], Meaning::Lost),
        ];
        for (words, expected) in codes {
            for word in words {
                assert_eq!(meaning(word, 400), expected, "{word}");
            }
        }
        assert_eq!(meaning("InsufficientCapacityException", 400), Meaning::NoCapacity);
        assert_eq!(meaning("UnrecognizedClientException", 400), Meaning::Credentials);
    }

    #[test]
    fn a_broken_service_may_have_done_it() {
        assert_eq!(meaning("SomethingNew", 503), Meaning::Lost);
        assert_eq!(meaning("SomethingNew", 400), Meaning::Refused);
    }
}
