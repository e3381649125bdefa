//! `zones`: the availability zones of the account, looked up.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::Filter;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed};
use rsx_lang::value::{Record, Value};

use crate::fault::Answered;
use crate::fields::Seen;
use crate::outside::Outside;
use crate::refusal::{Worded, refusal};

pub(crate) struct Zones(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Zones {
    fn name(&self) -> &'static str {
        "zones"
    }

    async fn find(&self, cx: &Context, _: &Known) -> Result<Option<Id>, Fault> {
        Ok(Some(Id(cx.identity.region.clone())))
    }

    async fn read(&self, _: &Context, _: &Id, _: &Record) -> Result<Option<Observed>, Fault> {
        let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
        let answer = self
            .0
            .clients
            .ec2()
            .describe_availability_zones()
            .filters(filter("zone-type", "availability-zone"))
            .filters(filter("state", "available"))
            .send()
            .await
            .or_fault("list the availability zones")?;
        let mut names: Vec<_> =
            answer.availability_zones().iter().filter_map(|zone| zone.zone_name()).collect();
        names.sort_unstable();
        let names = Value::list(names.into_iter().map(Value::text));
        Ok(Some(Seen::new().value("names", names).ready()))
    }

    async fn create(&self, _: &Context, _: &Known) -> Result<Id, Fault> {
        Err(refusal("Found", "zones are found, never made").fault())
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context, _: &Id, _: &Record) -> Result<(), Fault> {
        Ok(())
    }
}
