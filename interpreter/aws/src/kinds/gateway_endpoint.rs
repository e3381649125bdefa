//! `gateway_endpoint`: a gateway endpoint of a VPC, in route tables.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, ResourceType, VpcEndpointType};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Status};
use rsx_lang::value::Record;

use crate::ec2::{lagging, owned, read_tags};
use crate::fault::{Answered, incomplete};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::tags::{NAME, Tags};

pub(crate) struct GatewayEndpoint(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for GatewayEndpoint {
    fn name(&self) -> &'static str {
        "gateway_endpoint"
    }

    /// What a listing does not show yet, the client token keeps from being made twice.
    async fn find(&self, cx: &Context, _: &Known) -> Result<Option<Id>, Fault> {
        let call = self.0.clients.ec2().describe_vpc_endpoints().set_filters(Some(owned(cx)));
        let answer = call.send().await.or_fault("look for the gateway endpoint")?;
        let there = answer.vpc_endpoints().iter().filter(|endpoint| state(endpoint) != "deleted");
        Ok(there.filter_map(|endpoint| endpoint.vpc_endpoint_id()).map(|id| Id(id.into())).next())
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.ec2().describe_vpc_endpoints().vpc_endpoint_ids(id.0.as_str());
        let answer = call.send().await.or_absent("read the gateway endpoint")?;
        Ok(answer.and_then(|answer| answer.vpc_endpoints().first().and_then(observe)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let tags = Tags::wanted(cx, want)?.named(want.text("name")?);
        let service = format!("com.amazonaws.{}.{}", cx.identity.region, want.text("service")?);
        let call = self
            .0
            .clients
            .ec2()
            .create_vpc_endpoint()
            .vpc_endpoint_type(VpcEndpointType::Gateway)
            .vpc_id(want.text("vpc")?)
            .service_name(service)
            .set_route_table_ids(Some(want.texts("tables")?))
            .client_token(cx.token.as_str())
            .tag_specifications(tags.ec2_on(ResourceType::VpcEndpoint));
        let answer = call.send().await.or_fault("create the gateway endpoint").map_err(lagging)?;
        let id = answer.vpc_endpoint().and_then(types::VpcEndpoint::vpc_endpoint_id);
        id.map(|id| Id(id.into())).ok_or_else(|| incomplete("id of the gateway endpoint"))
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        if change.fields.iter().any(|field| field == "tables") {
            self.route(id, change).await.map_err(|fault| blame(fault, "tables"))?;
        }
        self.0.retag_ec2(&id.0, change).await
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let doing = "delete the gateway endpoint";
        let call = self.0.clients.ec2().delete_vpc_endpoints().vpc_endpoint_ids(id.0.as_str());
        let Some(answer) = call.send().await.or_absent(doing)? else { return Ok(()) };
        // This call answers well even if it did nothing, and lists what it did not do.
        let errors = answer.unsuccessful().iter().filter_map(|item| item.error());
        let mut failed = errors.filter(|error| !error.code().unwrap_or_default().ends_with("NotFound"));
        match failed.next() {
            Some(error) => Err(Fault::Busy(format!(
                "AWS did not {doing} ({}: {})",
                error.code().unwrap_or("no code"),
                error.message().unwrap_or("no message")
            ))),
            None => Ok(()),
        }
    }
}

impl GatewayEndpoint {
    async fn route(&self, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let before = Fields(change.before).texts("tables")?;
        let want = Fields::of(change.want).texts("tables")?;
        let more: Vec<_> = want.iter().filter(|table| !before.contains(table)).cloned().collect();
        let less: Vec<_> = before.iter().filter(|table| !want.contains(table)).cloned().collect();
        let some = |tables: Vec<String>| Some(tables).filter(|tables| !tables.is_empty());
        let call = self
            .0
            .clients
            .ec2()
            .modify_vpc_endpoint()
            .vpc_endpoint_id(id.0.as_str())
            .set_add_route_table_ids(some(more))
            .set_remove_route_table_ids(some(less));
        call.send().await.or_fault("change the route tables of the gateway endpoint").map(drop)
    }
}

/// Returns the state in lower case: EC2 writes it both ways.
fn state(endpoint: &types::VpcEndpoint) -> String {
    endpoint.state().map(|state| state.as_str().to_lowercase()).unwrap_or_default()
}

fn observe(endpoint: &types::VpcEndpoint) -> Option<Observed> {
    let tags = read_tags(endpoint.tags());
    let state = state(endpoint);
    let status = match state.as_str() {
        "deleted" => return None,
        "available" => Status::Ready,
        "deleting" => Status::Leaving(state.into()),
        "failed" | "rejected" | "expired" => {
            let why = endpoint.last_error().and_then(|error| error.message());
            Status::Failed(why.unwrap_or(&state).to_owned())
        }
        _ => Status::Changing(state.into()),
    };
    let service = endpoint.service_name().and_then(|name| name.rsplit('.').next());
    let seen = Seen::new()
        .told_text("id", endpoint.vpc_endpoint_id())
        .told_text("vpc", endpoint.vpc_id())
        .told_text("service", service)
        .set("tables", endpoint.route_table_ids().to_vec())
        .text("name", tags.get(NAME).unwrap_or_default())
        .map("tags", tags.of_user(&[NAME]));
    Some(seen.status(status))
}
