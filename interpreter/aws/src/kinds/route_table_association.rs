//! `route_table_association`: that a subnet uses a route table.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{RouteTableAssociation as Association, RouteTableAssociationStateCode as State};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;

use crate::ec2::{filter, lagging};
use crate::fault::{Answered, incomplete, or_found};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;

pub(crate) struct RouteTableAssociation(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for RouteTableAssociation {
    fn name(&self) -> &'static str {
        "route_table_association"
    }

    async fn find(&self, _: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let (table, subnet) = (want.text("table")?, want.text("subnet")?);
        let Some(found) = self.look("association.subnet-id", subnet).await? else { return Ok(None) };
        match found.route_table_id() {
            Some(present) if present != table => Err(Fault::Foreign {
                found: format!("the association of {subnet}"),
                owner: format!("the route table {present}"),
            }),
            Some(_) | None => Ok(found.route_table_association_id().map(|id| Id(id.into()))),
        }
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let found = self.look("association.route-table-association-id", &id.0).await?;
        Ok(found.as_ref().and_then(observe))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        or_found(self.make(Fields::of(want)).await, self.find(cx, want)).await
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.ec2().disassociate_route_table().association_id(id.0.as_str());
        call.send().await.or_absent("take the route table from the subnet").map(drop)
    }
}

impl RouteTableAssociation {
    /// Finds the one association of which a filter speaks, among all of its table.
    async fn look(&self, by: &str, value: &str) -> Result<Option<Association>, Fault> {
        let call = self.0.clients.ec2().describe_route_tables().filters(filter(by, value));
        let answer = call.send().await.or_fault("look for the route table of a subnet")?;
        let all = answer.route_tables().iter().flat_map(|table| table.associations());
        let is_it = |one: &&Association| {
            one.subnet_id() == Some(value) || one.route_table_association_id() == Some(value)
        };
        Ok(all.into_iter().find(is_it).cloned())
    }

    async fn make(&self, want: Fields<'_>) -> Result<Id, Fault> {
        let call = self.0.clients.ec2().associate_route_table();
        let call = call.route_table_id(want.text("table")?).subnet_id(want.text("subnet")?);
        let answer = call.send().await.or_fault("give the subnet its route table").map_err(lagging)?;
        answer.association_id().map(|id| Id(id.into())).ok_or_else(|| incomplete("id of the association"))
    }
}

/// Returns nothing for an association that is over: EC2 goes on to show it for a while.
fn observe(found: &Association) -> Option<Observed> {
    let state = found.association_state().and_then(|state| state.state());
    let status = match state {
        Some(State::Disassociated) => return None,
        Some(State::Disassociating) => Status::Leaving("disassociating".into()),
        Some(State::Associating) => Status::Changing("associating".into()),
        Some(State::Failed) => {
            let why = found.association_state().and_then(|state| state.status_message());
            Status::Failed(why.unwrap_or("the association failed").to_owned())
        }
        Some(_) | None => Status::Ready,
    };
    let seen = Seen::new()
        .told_text("id", found.route_table_association_id())
        .told_text("table", found.route_table_id())
        .told_text("subnet", found.subnet_id());
    Some(seen.status(status))
}
