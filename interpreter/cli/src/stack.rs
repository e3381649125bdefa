//! A spec as the commands on a stack see it: one program in one env, without errors, with all that it needs given.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rsx_engine::design::{Design, Spec};
use rsx_lang::analysis::Analysis;
use rsx_lang::inputs::{Demand, Input, Inputs, is_secret};
use rsx_lang::value::Value;
use rsx_syntax::{Code, Diagnostic, Sources};
use smol_str::SmolStr;

use crate::args::InputOptions;
use crate::exit::Failure;
use crate::report::audience::Audience;
use crate::world;

/// A stack in one env.
#[derive(Debug)]
pub(crate) struct Stack {
    /// The spec's path as it was given.
    pub(crate) path: PathBuf,
    /// What was given besides.
    pub(crate) inputs: Inputs,
    /// Every text.
    pub(crate) sources: Arc<Sources>,
    /// The stack's name.
    pub(crate) name: SmolStr,
    /// The env's name; `default` without one.
    pub(crate) env: SmolStr,
    /// The envs that the spec declares.
    pub(crate) envs: Vec<SmolStr>,
    /// The region.
    pub(crate) region: SmolStr,
    /// Tags of the user on everything.
    pub(crate) tags: Vec<(SmolStr, SmolStr)>,
}

impl Stack {
    /// Opens a spec, and returns with it what there should be; what is wrong with it is told.
    pub(crate) fn open(
        path: &Path,
        options: &InputOptions,
        audience: Audience,
    ) -> Result<(Self, Spec), Failure> {
        Self::with_inputs(path, world::inputs(options)?, audience)
    }

    /// The same, with what is given already read.
    pub(crate) fn with_inputs(
        path: &Path,
        inputs: Inputs,
        audience: Audience,
    ) -> Result<(Self, Spec), Failure> {
        Self::opened(path, inputs, Demand::All, audience)
    }

    /// Opens a spec for a command that makes nothing: whoever gives it need not know the secrets.
    pub(crate) fn open_without_secrets(
        path: &Path,
        options: &InputOptions,
        audience: Audience,
    ) -> Result<(Self, Spec), Failure> {
        Self::opened(path, world::inputs(options)?, Demand::AllButSecrets, audience)
    }

    fn opened(
        path: &Path,
        inputs: Inputs,
        demand: Demand,
        audience: Audience,
    ) -> Result<(Self, Spec), Failure> {
        let mut analysis = world::analysis(path, &inputs)?;
        refuse_misuse(path, &analysis, &inputs)?;
        let sources = Arc::clone(&analysis.sources);
        audience.tell(&analysis.diagnostics, &sources);
        if analysis.has_errors() {
            return Err(Failure::Told);
        }
        let missing = analysis.missing(demand);
        audience.tell(&missing, &sources);
        let model = analysis.models.pop().filter(|_| missing.is_empty());
        let design = model.and_then(Spec::new).ok_or(Failure::Told)?;
        let id = design.model().stack().ok_or(Failure::Told)?;
        let text = |member| match design.get(id, member) {
            Some(Value::Text(text)) => text,
            Some(_) | None => SmolStr::default(),
        };
        let tags = match design.get(id, "tags") {
            Some(Value::Record(tags)) => {
                tags.iter().filter_map(|(key, value)| Some((key.clone(), value.as_text()?.clone()))).collect()
            }
            Some(_) | None => Vec::new(),
        };
        let stack = Self {
            path: path.to_owned(),
            inputs,
            name: design.address(id),
            env: design.model().env().cloned().unwrap_or_else(|| "default".into()),
            envs: analysis.program.envs.keys().cloned().collect(),
            region: text("region"),
            tags,
            sources,
        };
        Ok((stack, design))
    }

    /// Returns the folder beside the spec in which rsx keeps what outlasts a command.
    pub(crate) fn home(&self) -> PathBuf {
        home(&self.path)
    }

    /// Refuses a place for the state that this version lacks.
    pub(crate) fn refuse_backend(&self, design: &Spec, audience: Audience) -> Result<(), Failure> {
        let Some(id) = design.model().stack() else { return Ok(()) };
        if matches!(design.get(id, "state"), None | Some(Value::None)) {
            return Ok(());
        }
        let at = design.origin(id, Some("state"));
        let message = "this version of rsx keeps the state beside the spec and nowhere else";
        let one = Diagnostic::error(Code::of("rsx::stack::state"), message, at, "a place that it lacks")
            .with_help("remove `state`: it is kept in `.rsx/` beside the spec");
        audience.tell(&[one], &self.sources);
        Err(Failure::Told)
    }
}

/// Returns the folder `.rsx` beside a spec.
pub(crate) fn home(spec: &Path) -> PathBuf {
    spec.parent().unwrap_or(Path::new("")).join(".rsx")
}

/// Refuses a command line that does not fit the program and names no env where there are several.
pub(crate) fn refuse_misuse(path: &Path, analysis: &Analysis, inputs: &Inputs) -> Result<(), Failure> {
    if inputs.env.is_none() && !analysis.program.envs.is_empty() {
        let (file, envs) = (path.display(), envs(analysis));
        return Err(Failure::Usage(format!("{file} has the envs {envs}: say which one with --env")));
    }
    refuse_misfit(path, analysis, inputs)
}

/// Refuses a command line that does not fit the program: that is the caller's mistake, not the spec's.
pub(crate) fn refuse_misfit(path: &Path, analysis: &Analysis, inputs: &Inputs) -> Result<(), Failure> {
    let (program, file) = (&analysis.program, path.display());
    if let Some(env) = inputs.env.as_ref().filter(|env| !program.envs.contains_key(*env)) {
        if !program.envs.is_empty() {
            return Err(Failure::Usage(format!(
                "{file} has no env `{env}`; its envs are {}",
                envs(analysis)
            )));
        }
        if analysis.is_read && env != "default" {
            return Err(Failure::Usage(format!("{file} declares no env: leave --env out")));
        }
    }
    for name in
        inputs.params.iter().filter_map(|(name, input)| matches!(input, Input::Text(_)).then_some(name))
    {
        if program.globals.get(name).is_some_and(|global| is_secret(&global.ty)) {
            return Err(Failure::Usage(format!(
                "the param `{name}` is a secret, and every user of this machine can read a command line: set RSX_PARAM_{}, or give --param-fd {name}=FD",
                name.to_uppercase()
            )));
        }
    }
    Ok(())
}

fn envs(analysis: &Analysis) -> String {
    analysis.program.envs.keys().map(SmolStr::as_str).collect::<Vec<_>>().join(", ")
}
