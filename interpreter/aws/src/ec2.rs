//! What the kinds of EC2 have in common: filters, tags after the fact, and interfaces that outlive their owners.

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, Tag};
use rsx_engine::provider::{Change, Context, Fault};

use crate::fault::Answered;
use crate::fields::Fields;
use crate::outside::Outside;
use crate::tags::{self, NAME, Retagging, Tags};

/// How long a listing may lag behind a create (EC2, eventual consistency).
const LAG: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(3);

pub(crate) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// Returns the filters that find what the caller's deployment made as this resource.
pub(crate) fn owned(cx: &Context) -> Vec<Filter> {
    vec![
        filter(&format!("tag:{}", tags::ID), &cx.owner.id),
        filter(&format!("tag:{}", tags::ADDRESS), &tags::slashed(&cx.address)),
    ]
}

pub(crate) fn read_tags(told: &[Tag]) -> Tags {
    Tags::read(told.iter().map(|tag| (tag.key(), tag.value())))
}

/// Turns the refusal of a create, because something that it names is not there, into one to be tried again: EC2 may not
/// see yet what was just made.
pub(crate) fn lagging(fault: Fault) -> Fault {
    match fault {
        Fault::Refused(refusal) if refusal.code.ends_with(".NotFound") => Fault::Busy(format!(
            "{}: {}",
            refusal.message,
            refusal.theirs.unwrap_or_else(|| refusal.code.to_string())
        )),
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

/// Calls again while what was just made is not seen yet.
pub(crate) async fn once_seen<T, C>(cx: &Context, doing: &str, call: impl Fn() -> C) -> Result<T, Fault>
where
    C: Future<Output = Result<Option<T>, Fault>>,
{
    let mut waited = Duration::ZERO;
    loop {
        if let Some(answer) = call().await? {
            return Ok(answer);
        }
        if waited >= LAG {
            return Err(Fault::Lost(format!("AWS does not see what it made: it did not {doing}")));
        }
        cx.clock.sleep(PAUSE).await;
        waited += PAUSE;
    }
}

impl Outside {
    /// Sends the difference of `tags`, and of `name` where the kind has one.
    pub(crate) async fn retag_ec2(&self, id: &str, change: &Change<'_>) -> Result<(), Fault> {
        let want = Fields::of(change.want);
        let mut retagging = Retagging::between(Fields(change.before), want)?;
        if change.fields.iter().any(|field| field == "name") {
            retagging.set.set(NAME, want.text("name")?);
        }
        if let Some(tags) = retagging.set() {
            let call = self.clients.ec2().create_tags().resources(id).set_tags(Some(tags.ec2()));
            call.send().await.or_fault("change tags")?;
        }
        if let Some(keys) = retagging.unset() {
            let tags = keys.into_iter().map(|key| Tag::builder().key(key).build()).collect();
            let call = self.clients.ec2().delete_tags().resources(id).set_tags(Some(tags));
            call.send().await.or_fault("take tags away")?;
        }
        Ok(())
    }

    /// Says which interfaces keep a subnet or a group from going, if that is what does.
    pub(crate) async fn explain_in_use(&self, fault: Fault, by: &str, id: &str) -> Fault {
        let Fault::Busy(words) = fault else { return fault };
        let call = self.clients.ec2().describe_network_interfaces().filters(filter(by, id));
        let Ok(answer) = call.send().await else { return Fault::Busy(words) };
        let lingering: Vec<_> = answer
            .network_interfaces()
            .iter()
            .map(|interface| {
                let id = interface.network_interface_id().unwrap_or("an interface");
                format!("{id} ({})", interface.description().unwrap_or("of no description"))
            })
            .collect();
        if lingering.is_empty() {
            return Fault::Busy(words);
        }
        Fault::Busy(format!("{words}; still there: {}", lingering.join(", ")))
    }
}
