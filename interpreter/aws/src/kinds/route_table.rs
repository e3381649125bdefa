//! `route_table`: one route table with the local route alone.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, ResourceType};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::Record;

use crate::ec2::{lagging, owned, read_tags};
use crate::fault::{Answered, incomplete};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::tags::{NAME, Tags};

pub(crate) struct RouteTable(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for RouteTable {
    fn name(&self) -> &'static str {
        "route_table"
    }

    /// What a listing does not show yet, the client token keeps from being made twice.
    async fn find(&self, cx: &Context, _: &Known) -> Result<Option<Id>, Fault> {
        let call = self.0.clients.ec2().describe_route_tables().set_filters(Some(owned(cx)));
        let answer = call.send().await.or_fault("look for the route table")?;
        Ok(answer.route_tables().iter().find_map(|table| table.route_table_id()).map(|id| Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let call = self.0.clients.ec2().describe_route_tables().route_table_ids(id.0.as_str());
        let answer = call.send().await.or_absent("read the route table")?;
        Ok(answer.and_then(|answer| answer.route_tables().first().map(observe)))
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let tags = Tags::wanted(cx, want)?.named(want.text("name")?);
        let call = self
            .0
            .clients
            .ec2()
            .create_route_table()
            .vpc_id(want.text("vpc")?)
            .client_token(cx.token.as_str())
            .tag_specifications(tags.ec2_on(ResourceType::RouteTable));
        let answer = call.send().await.or_fault("create the route table").map_err(lagging)?;
        let id = answer.route_table().and_then(types::RouteTable::route_table_id);
        id.map(|id| Id(id.into())).ok_or_else(|| incomplete("id of the route table"))
    }

    async fn update(&self, _: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.0.retag_ec2(&id.0, change).await
    }

    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        let call = self.0.clients.ec2().delete_route_table().route_table_id(id.0.as_str());
        call.send().await.or_absent("delete the route table").map(drop)
    }
}

fn observe(table: &types::RouteTable) -> Observed {
    let tags = read_tags(table.tags());
    Seen::new()
        .told_text("id", table.route_table_id())
        .told_text("vpc", table.vpc_id())
        .text("name", tags.get(NAME).unwrap_or_default())
        .map("tags", tags.of_user(&[NAME]))
        .ready()
}
