//! What plan, run, destroy and status have in common: the state, the lock, the scene, a look and a plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use rsx_engine::design::Design;
use rsx_engine::event::Sink;
use rsx_engine::foresight::foresee;
use rsx_engine::journal::{self, JournalFault};
use rsx_engine::plan::{Base, Plan, Planning, plan};
use rsx_engine::scene::{Opening, Scene};
use rsx_engine::state::State;
use rsx_engine::store::{Holder, Lock, Store, StoreFault};
use rsx_engine::survey::{Refresh, Survey, survey};
use rsx_lang::inputs::Input;
use rsx_lang::instance::Address;
use rsx_syntax::Span;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::args::stack::Selection;
use crate::exit::Failure;
use crate::place::{Place, Whose};
use crate::report::audience::Audience;
use crate::stack::Stack;
use crate::store_file::FileStore;

/// Adds up the journal.
pub(crate) async fn load(store: &FileStore) -> Result<State, Failure> {
    let loaded = journal::load(store).await;
    loaded.map(|loaded| loaded.state).map_err(|fault| {
        let place = store.folder().display();
        Failure::Wrong(match fault {
            JournalFault::Store(fault) => format!("the state in {place} can't be read: {fault}"),
            JournalFault::Unreadable(..) => format!(
                "the state in {place} can't be read: {fault}; a newer rsx wrote it, or something else did: use that \
                 version, or put a copy of the journal back"
            ),
        })
    })
}

/// Keeps others from changing the state.
pub(crate) async fn lock(store: &FileStore, doing: &str) -> Result<Box<dyn Lock>, Failure> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME")).unwrap_or_else(|| "somebody".into());
    let who = format!("{user}, process {}", std::process::id());
    let holder = Holder { who, doing: doing.to_owned(), since: jiff::Timestamp::now() };
    store.lock(&holder).await.map_err(|fault| match fault {
        StoreFault::Locked(other) => Failure::Refused(format!(
            "the state is locked by {} since {} to {}; wait for its end and try again",
            other.who, other.since, other.doing
        )),
        StoreFault::Overtaken | StoreFault::Unreachable(_) => Failure::Wrong(fault.to_string()),
    })
}

/// Opens the engine's scene.
pub(crate) async fn scene<'a>(
    stack: &'a Stack,
    place: &'a Place,
    home: Span,
    state: &State,
    sink: Sink,
    audience: Audience,
) -> Result<Scene<'a>, Failure> {
    let opening = Opening {
        provider: &place.aws,
        clock: place.clock(),
        sink,
        sources: &stack.sources,
        stack: stack.name.clone(),
        env: stack.env.clone(),
        spec: stack.path.to_string_lossy().into(),
        tags: stack.tags.clone(),
        seed: rand::random(),
        home,
    };
    let scene = Scene::open(opening, state).await.map_err(|diagnostic| {
        audience.tell(&[*diagnostic], &stack.sources);
        Failure::Told
    })?;
    match Whose::of(&scene.deployment.account) == place.whose {
        true => Ok(scene),
        false => {
            Err(Failure::Wrong("the credentials have just become those of another account; try again".into()))
        }
    }
}

/// Looks at what is there.
pub(crate) async fn look(
    scene: &Scene<'_>,
    design: &mut dyn Design,
    state: &State,
    refresh: Refresh,
    audience: Audience,
) -> Result<Survey, Failure> {
    let survey = survey(scene, design, state, refresh).await.map_err(|diagnostics| {
        audience.tell(&diagnostics, scene.sources);
        Failure::Told
    })?;
    audience.tell(&survey.warnings, scene.sources);
    Ok(survey)
}

/// Plans how a design is made true.
pub(crate) fn steps(
    stack: &Stack,
    design: &mut dyn Design,
    state: &State,
    survey: Survey,
    selected: &Selected,
    base: Base,
    audience: Audience,
) -> Result<Plan, Failure> {
    let planning = Planning {
        sources: &stack.sources,
        state,
        seen: survey.facts,
        only: selected.only.clone(),
        except: selected.except.clone(),
        base,
    };
    plan(design, planning).map_err(|diagnostics| {
        audience.tell(&diagnostics, &stack.sources);
        Failure::Told
    })
}

/// Returns a plan if what it makes could be made, as far as that can be asked now.
pub(crate) async fn possible(
    plan: Plan,
    scene: &Scene<'_>,
    design: &dyn Design,
    state: &State,
    audience: Audience,
) -> Result<Plan, Failure> {
    foresee(scene, design, state, &plan).await.map_err(|diagnostics| {
        audience.tell(&diagnostics, scene.sources);
        Failure::Told
    })?;
    Ok(plan)
}

/// Returns what a plan that is to be saved rests on; taken before anything is looked at.
pub(crate) fn base(stack: &Stack, design: &dyn Design, inputs: Inputs) -> Base {
    Base {
        spec: fingerprint(stack),
        model: rsx_engine::plan::digest(design),
        inputs: json!(inputs),
        ..Base::default()
    }
}

/// Returns what the texts of the user come to.
pub(crate) fn fingerprint(stack: &Stack) -> String {
    let library = rsx_lang::library::Library::standard();
    let mut digest = Sha256::new();
    for file in stack.sources.files().filter(|file| !library.holds(*file)) {
        let text = stack.sources.text(file);
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    }
    hex::encode(digest.finalize())
}

/// How the spec of a saved plan was read; secrets are not in it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Inputs {
    /// The spec's path as it was given.
    pub(crate) spec: String,
    /// The same from the root.
    pub(crate) absolute: String,
    /// The env.
    pub(crate) env: Option<String>,
    /// Params.
    pub(crate) params: BTreeMap<String, String>,
    /// Whether it is for the embedded cloud.
    pub(crate) local: bool,
}

impl Inputs {
    /// Writes down how a stack was read.
    pub(crate) fn of(stack: &Stack, local: bool) -> Self {
        let open = |input: &Input| match input {
            Input::Text(text) => Some(text.to_string()),
            Input::Protected(_) => None,
        };
        let params = stack.inputs.params.iter();
        let absolute = std::path::absolute(&stack.path).unwrap_or_else(|_| stack.path.clone());
        Self {
            spec: stack.path.to_string_lossy().into_owned(),
            absolute: absolute.to_string_lossy().into_owned(),
            env: stack.inputs.env.as_ref().map(ToString::to_string),
            params: params.filter_map(|(name, input)| Some((name.to_string(), open(input)?))).collect(),
            local,
        }
    }
}

/// Which part of a stack, as addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selected {
    only: Vec<Address>,
    except: Vec<Address>,
}

impl Selected {
    /// Reads addresses, each of which must be there: declared, or in the state.
    pub(crate) fn read(selection: &Selection, design: &dyn Design, state: &State) -> Result<Self, Failure> {
        let known = |text: &String| {
            let there = |address: &Address| {
                design.find(text).is_some()
                    || state.entries.keys().any(|entry| rsx_engine::plan::lies_within(entry, address))
            };
            let address = Address::parse(text).filter(there);
            address.ok_or_else(|| Failure::Usage(crate::addresses::unknown(text, design)))
        };
        Ok(Self {
            only: selection.only.iter().map(known).collect::<Result<_, _>>()?,
            except: selection.except.iter().map(known).collect::<Result<_, _>>()?,
        })
    }
}

/// A sink for what is told before a plan is there.
pub(crate) fn quiet() -> Sink {
    Arc::new(|_| {})
}
