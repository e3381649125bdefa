//! What a spec has made as another stack or env than it says now, and so reaches no longer.

use std::fs;
use std::path::{Path, PathBuf};

use rsx_engine::design::Design;
use rsx_engine::event::Deployment;
use rsx_engine::state::State;
use rsx_syntax::{Code, Diagnostic};

use crate::exit::Failure;
use crate::place::Whose;
use crate::planning;
use crate::report::audience::Audience;
use crate::report::counts::counted;
use crate::stack::Stack;
use crate::store_file::FileStore;

/// Adds up the journal of a stack, and warns of every other deployment of its spec that stands under a name which the
/// spec no longer has.
pub(crate) async fn state(
    stack: &Stack,
    design: &dyn Design,
    whose: Whose,
    audience: Audience,
) -> Result<State, Failure> {
    let (mut warnings, own) = (Vec::new(), whose.store(stack));
    let others = folders(&stack.home()).into_iter().flat_map(|name| folders(&name));
    for other in others.map(|folder| whose.store_in(&folder)).filter(|other| other.folder() != own.folder()) {
        if let Some((deployment, state)) = deployed(&other).await
            && is_of(&deployment, stack)
            && !is_named(&deployment, stack)
        {
            warnings.push(warning(&deployment, state.entries.len(), stack, design));
        }
    }
    audience.tell(&warnings, &stack.sources);
    planning::load(&own).await
}

/// Returns what a journal says was deployed, if any of it stands. One that can't be read is the trouble of its own stack.
async fn deployed(store: &FileStore) -> Option<(Deployment, State)> {
    let state = planning::load(store).await.ok()?;
    let deployment = state.deployment.clone().filter(|_| !state.entries.is_empty())?;
    Some((deployment, state))
}

/// Returns whether a deployment was made of this very file: paths are as they were given, from wherever.
fn is_of(deployment: &Deployment, stack: &Stack) -> bool {
    Path::new(deployment.spec.as_str()).file_name() == stack.path.file_name()
}

/// Returns whether the spec still says this stack and env.
fn is_named(deployment: &Deployment, stack: &Stack) -> bool {
    let is_env = match stack.envs.is_empty() {
        true => deployment.env == stack.env,
        false => stack.envs.contains(&deployment.env),
    };
    deployment.stack == stack.name && is_env
}

fn warning(deployment: &Deployment, standing: usize, stack: &Stack, design: &dyn Design) -> Diagnostic {
    let Deployment { stack: name, env, .. } = deployment;
    let (of, label) = match *name == stack.name {
        true => (format!("the env `{env}` of `{name}`"), "it has no such env now"),
        false => (format!("the stack `{name}` in the env `{env}`"), "it is called otherwise now"),
    };
    let message = format!("{of} was made of this file and stands: {}", counted(standing, "resource"));
    Diagnostic::warning(Code::of("rsx::plan::left_behind"), message, design.home(), label)
        .with_help("call it so again to go on with it, or to `rsx destroy` it first; what is planned here stands beside it")
}

/// Returns the folders in a folder, by name; none if it can't be read.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort_unstable();
    folders
}
