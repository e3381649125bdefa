//! How the world's kinds behave: they take their time, lag, and fail as often as the world says.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use rand::RngExt;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reader, Reading, Status};
use rsx_lang::dimension::{Dimension, Units};
use rsx_lang::show::show;
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::world::{Inner, Object};

#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) name: &'static str,
    pub(crate) inner: Arc<Mutex<Inner>>,
    pub(crate) dead: Arc<tokio::sync::Notify>,
}

fn id_of(id: &Id) -> u64 {
    id.0.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap()
}

impl Inner {
    /// Returns what a listing shows of an object.
    fn seen(&mut self, kind: &str, id: &Id) -> Option<Observed> {
        self.reads += 1;
        let (now, hangs) = (self.now(), self.hangs && kind == "server");
        let object = self.alive(id_of(id)).filter(|object| object.listed <= now)?;
        let status = match object.gone {
            Some(_) => Status::Leaving("DELETING".into()),
            None if object.ready > now || hangs => Status::Changing("MODIFYING".into()),
            None => Status::Ready,
        };
        let mut fields = object.fields.clone();
        fields.retain(|name, value| name != "door" && !matches!(value, Value::Secret(_)));
        fields.extend(object.attributes.clone());
        Some(Observed { status, fields })
    }
}

impl Code {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    fn takes(&self) -> f64 {
        match self.name {
            "box" => 3.0,
            "server" => 60.0,
            _ => 0.0,
        }
    }

    /// One call that changes something: it takes time, may fail, and may be the last.
    async fn call<T>(
        &self,
        what: String,
        effect: impl FnOnce(&mut Inner) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (answer, cut, lost) = {
            let mut inner = self.inner();
            inner.calls.push(what.clone());
            let so_far = inner.calls.len() as u64;
            let cut = inner.cut.filter(|(at, _)| so_far >= *at).map(|(_, after_effect)| after_effect);
            if cut == Some(false) {
                (None, true, false)
            } else {
                let faults = inner.faults;
                let words = || "fault".to_owned();
                if inner.strikes(faults.throttled) {
                    return Err(Fault::Throttled(words()));
                }
                if inner.strikes(faults.busy) {
                    return Err(Fault::Busy(words()));
                }
                if inner.strikes(faults.no_capacity) {
                    return Err(Fault::NoCapacity(words()));
                }
                if inner.strikes(faults.lost_before) {
                    return Err(Fault::Lost(words()));
                }
                if let Some(refused) = inner.refuse(&what) {
                    return Err(refused);
                }
                let lost = inner.strikes(faults.lost_after);
                (Some(effect(&mut inner)), cut.is_some(), lost)
            }
        };
        if cut {
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
        match answer {
            Some(Ok(_)) if lost => Err(Fault::Lost("after the effect".into())),
            Some(answer) => answer,
            None => Err(Fault::Lost("never".into())),
        }
    }
}

#[async_trait]
impl Kind for Code {
    fn name(&self) -> &'static str {
        self.name
    }

    fn reading(&self) -> Reading {
        if self.name == "link" { Reading::Wakes } else { Reading::Free }
    }

    async fn find(&self, cx: &Context, _want: &Known) -> Result<Option<Id>, Fault> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if self.name == "zones" {
            return Ok(Some(Id("zones".into())));
        }
        let inner = self.inner();
        let now = inner.now();
        let ours = |(id, object): (&u64, &Object)| {
            let there = object.gone.is_none_or(|gone| gone > now) && object.listed <= now;
            let same =
                object.kind == self.name && object.address == cx.address && object.owner == cx.owner.id;
            (there && same).then(|| Id(format!("{}-{id}", self.name).into()))
        };
        Ok(inner.objects.iter().find_map(ours))
    }

    async fn read(&self, _cx: &Context, id: &Id, _last: &Record) -> Result<Option<Observed>, Fault> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if self.name == "zones" {
            let letters = ["a", "b", "c"].into_iter().take(self.inner().zones);
            let names = Value::list(letters.map(Value::text));
            return Ok(Some(Observed {
                status: Status::Ready,
                fields: [("names".into(), names)].into_iter().collect(),
            }));
        }
        Ok(self.inner().seen(self.name, id))
    }

    async fn read_all(&self, many: &[Reader<'_>]) -> Vec<Result<Option<Observed>, Fault>> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut inner = self.inner();
        many.iter().map(|one| Ok(inner.seen(self.name, one.id))).collect()
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let fields = want.fields().clone();
        self.call(format!("create {} {}", self.name, cx.address), |inner| {
            let now = inner.now();
            let name = fields.get("name").cloned();
            let taken = |object: &Object| {
                object.gone.is_none_or(|gone| gone > now)
                    && object.kind == self.name
                    && object.fields.get("name") == name.as_ref()
            };
            if self.name == "server" && inner.objects.values().any(taken) {
                return Err(Fault::Busy(format!("{name:?} is taken")));
            }
            for value in fields.values() {
                if let Value::Text(text) = value {
                    let key = text.split(':').next().unwrap();
                    let names_an_object = key.rsplit_once('-').is_some_and(|(_, n)| n.parse::<u64>().is_ok());
                    if names_an_object && inner.alive(id_of(&Id(key.into()))).is_none() {
                        inner.violations.push(format!("{} refers to {key}, which is not there", cx.address));
                    }
                }
            }
            inner.next += 1;
            let id = inner.next;
            let lag = inner.faults.lag * inner.chance.random::<f64>();
            let key = format!("{}-{id}", self.name);
            let port = fields
                .get("port")
                .map(|port| format!("{key}:{}", show(&Units::default(), port)))
                .unwrap_or_default();
            let attributes = [("id", key.clone()), ("endpoint", port), ("version", "1".into())];
            let attributes =
                attributes.map(|(name, value)| (name.into(), Value::text(value))).into_iter().collect();
            let object = Object {
                kind: self.name,
                address: cx.address.clone(),
                fields,
                attributes,
                owner: cx.owner.id.clone(),
                ready: now + self.takes(),
                listed: now + lag,
                gone: None,
            };
            inner.objects.insert(id, object);
            Ok(Id(key.into()))
        })
        .await
    }

    fn order(&self, _before: &Record, _after: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        // One setting a call.
        changed.into_iter().map(|field| vec![field]).collect()
    }

    /// A box is as large as both its sizes before it is as large as the new one.
    fn passes(&self, before: &Record, after: &Record, changed: &[SmolStr]) -> Option<Record> {
        let size = |record: &Record| record.get("size").and_then(Value::as_number);
        let changes = self.name == "box" && changed.iter().any(|field| field == "size");
        let both = Value::Number(size(before)? + size(after)?, Dimension::NONE);
        changes.then(|| Record::from_iter([("size".into(), both)]))
    }

    async fn update(&self, cx: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let fields: Vec<_> =
            change.fields.iter().map(|f| (f.clone(), change.want.fields()[f].clone())).collect();
        self.call(format!("update {} {}", self.name, cx.address), |inner| {
            let (now, number) = (inner.now(), id_of(id));
            if inner.alive(number).is_some_and(|object| object.ready > now) {
                return Err(Fault::Busy("MODIFYING".into()));
            }
            let port = fields.iter().find(|(name, _)| name == "port").map(|(_, port)| port.clone());
            if port.is_some() && !inner.referrers(self.name, number).is_empty() {
                inner.violations.push(format!("{} changes its port while in use", cx.address));
            }
            let takes = self.takes() / 3.0;
            let Some(object) = inner.objects.get_mut(&number) else {
                inner.violations.push(format!("{} is changed and not there", cx.address));
                return Ok(());
            };
            if let Some(port) = port {
                let endpoint = format!("{}-{number}:{}", self.name, show(&Units::default(), &port));
                object.attributes.insert("endpoint".into(), Value::text(endpoint));
            }
            object.fields.extend(fields);
            object.ready = now + takes;
            Ok(())
        })
        .await
    }

    async fn delete(&self, cx: &Context, id: &Id, _last: &Record) -> Result<(), Fault> {
        self.call(format!("delete {} {}", self.name, cx.address), |inner| {
            let number = id_of(id);
            // Holders let go of their boxes in their own time; all others must be gone before.
            let held: Vec<_> = inner.referrers(self.name, number);
            let held = held.iter().filter(|who| !who.starts_with('h')).cloned().collect::<Vec<_>>();
            if !held.is_empty() {
                inner.violations.push(format!("{} is deleted while {held:?} refer to it", cx.address));
            }
            let gone = inner.now() + self.takes() / 3.0;
            if let Some(object) = inner.objects.get_mut(&number) {
                object.gone.get_or_insert(gone);
            }
            Ok(())
        })
        .await
    }
}
