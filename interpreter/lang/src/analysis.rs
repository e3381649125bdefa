//! The one door: a file and what is given to it → models and everything that is wrong.

use std::sync::Arc;

use rsx_syntax::{Code, Diagnostic, FileId, PieceId, Severity, Sources, Span};
use smol_str::SmolStr;

use crate::bind::bind;
use crate::eval::Setting;
use crate::inputs::{Demand, Inputs, read};
use crate::library::Library;
use crate::load::Loaded;
use crate::maps::{HashSet, IndexMap};
use crate::model::{Merged, Model};
use crate::problems::inputs::Problem;
use crate::problems::rules::Problem as RuleProblem;
use crate::program::{KindBinding, Program};
use crate::rules::Allowance;
use crate::threads::both;

/// Everything that can be known of a program without a look at the outside.
#[derive(Debug)]
pub struct Analysis {
    /// Every file: the library's, the root, imports as first mentioned, then texts that were given for params.
    pub sources: Arc<Sources>,
    /// The file that was named.
    pub root: Option<FileId>,
    /// Whether that file could be read; what could not may declare anything.
    pub is_read: bool,
    /// The program.
    pub program: Arc<Program>,
    /// A model for each env that was asked for; in a program without envs, one.
    pub models: Vec<Model>,
    /// What is wrong, each once: by file, place and code. Those that only some envs show name them.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses a program in the env that is named, or in every one.
pub fn analyze(library: &Library, loaded: Loaded, inputs: &Inputs) -> Analysis {
    analyzed(library, loaded, inputs, Model::new).0
}

/// How a model is made.
type Make = fn(Arc<Program>, Arc<Sources>, Setting) -> Model;

/// Analyses a program, and tells apart what binding has said.
pub(crate) fn analyzed(
    library: &Library,
    mut loaded: Loaded,
    inputs: &Inputs,
    make: Make,
) -> (Analysis, Vec<Diagnostic>) {
    let bound = bind(library, &loaded);
    let (root, is_read) = (loaded.root, is_read(&loaded));
    // What follows reads the program alone, and trees are large.
    drop(loaded.trees);
    let program = Arc::new(bound.program);
    let given = read(&program, &mut loaded.sources, inputs);
    let sources = Arc::new(loaded.sources);
    let mut told = given.diagnostics;
    let envs = match envs(&program, inputs) {
        Ok(envs) => envs,
        Err(problem) => {
            told.extend(start(&sources, root.filter(|_| is_read)).map(|at| problem.diagnostic(at)));
            Vec::new()
        }
    };
    let params = Arc::new(given.params);
    let make = |env: &Option<SmolStr>| {
        let setting = Setting { env: env.clone(), params: Arc::clone(&params), first_file: loaded.root };
        make(Arc::clone(&program), Arc::clone(&sources), setting)
    };
    let models = models(&envs, &make);
    let mut analysis = Analysis { root, is_read, program, models, diagnostics: Vec::new(), sources };
    analysis.conclude([&loaded.diagnostics, &bound.diagnostics, &told]);
    (analysis, bound.diagnostics)
}

fn is_read(loaded: &Loaded) -> bool {
    let is_there = |root| loaded.sources.pieces(root).any(|piece| loaded.trees.contains_key(&piece));
    loaded.root.is_some_and(is_there)
}

impl Analysis {
    /// Binds a program whose values nobody asks for; what is wrong with it is not told.
    pub(crate) fn bound(library: &Library, loaded: Loaded) -> Self {
        let (root, is_read) = (loaded.root, is_read(&loaded));
        let program = Arc::new(bind(library, &loaded).program);
        let sources = Arc::new(loaded.sources);
        Self { sources, root, is_read, program, models: Vec::new(), diagnostics: Vec::new() }
    }

    /// Puts a question to a program, in a text beside its own. Of values only those are worked out that somebody looks at.
    pub fn asked(library: &Library, loaded: Loaded, question: &str, inputs: &Inputs) -> Self {
        analyzed(library, loaded.with_question(question), inputs, Model::unread).0
    }

    /// Joins what was told before there were models with what these say.
    pub(crate) fn conclude(&mut self, told: [&Vec<Diagnostic>; 3]) {
        let mut merged = Merged::default();
        merged.extend(told.into_iter().flatten().cloned());
        let found = across(&self.models);
        // What one env does not need another may.
        if self.models.len() == self.program.envs.len().max(1) {
            merged.extend(unused(&self.program, &self.models, &found));
        }
        merged.extend(found);
        self.diagnostics = merged.sorted(&self.sources);
    }

    /// Returns whether the program is refused.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns what a plan needs and a check does not: a stack, and values for params.
    pub fn missing(&self, demand: Demand) -> Vec<Diagnostic> {
        let no_stack = self.program.stack.is_none().then(|| start(&self.sources, self.root)).flatten();
        let mut merged = Merged::default();
        merged.extend(no_stack.map(|at| Problem::NoStack.diagnostic(at)));
        self.models.iter().for_each(|model| merged.extend(model.missing_params(demand)));
        merged.sorted(&self.sources)
    }
}

/// Returns the envs to look at; `None` stands for a program without any.
fn envs<'p>(program: &'p Program, inputs: &'p Inputs) -> Result<Vec<Option<SmolStr>>, Problem<'p>> {
    match &inputs.env {
        None if program.envs.is_empty() => Ok(vec![None]),
        None => Ok(program.envs.keys().cloned().map(Some).collect()),
        Some(env) if program.envs.contains_key(env) => Ok(vec![Some(env.clone())]),
        Some(env) if program.envs.is_empty() && env == DEFAULT => Ok(vec![None]),
        Some(env) => Err(Problem::UnknownEnv { name: env, declared: program.envs.keys().cloned().collect() }),
    }
}

/// The name of the env of a program that declares none.
pub(crate) const DEFAULT: &str = "default";

fn start(sources: &Sources, root: Option<FileId>) -> Option<Span> {
    sources.span(root?, 0..0)
}

/// Makes the models, two at a time.
fn models(envs: &[Option<SmolStr>], make: &(impl Fn(&Option<SmolStr>) -> Model + Sync)) -> Vec<Model> {
    let mut models = Vec::with_capacity(envs.len());
    for pair in envs.chunks(2) {
        match pair {
            [one, two] => {
                let (first, second) = both(|| make(one), || make(two));
                models.push(first);
                models.push(second.unwrap_or_else(|| make(two)));
            }
            rest => models.extend(rest.iter().map(make)),
        }
    }
    models
}

/// Returns a warning for each `allow` that is of use in no env. A declaration in which values were found wrong is not judged:
/// once they are mended there may be something to silence.
fn unused(program: &Program, models: &[Model], found: &[Diagnostic]) -> Vec<Diagnostic> {
    let errors = found.iter().filter(|one| one.severity == Severity::Error);
    let wrong: HashSet<PieceId> = errors.filter_map(Diagnostic::primary).map(|at| at.piece).collect();
    let declared = program.declared.values().filter(|declared| {
        program.kind(declared.kind).is_some_and(|kind| kind.binding != KindBinding::Broken)
    });
    let blocks = program.checks.iter().chain(&program.expects);
    let allows = declared.flat_map(|d| &d.allows).chain(blocks.flat_map(|block| &block.allows));
    let problems = allows.filter_map(|allow| {
        let found: Vec<_> = models.iter().filter_map(|model| model.allowance(allow.span)).collect();
        let is_law = found.contains(&Allowance::Law);
        let (code, at) = (&allow.code, allow.span);
        let is_judged = is_law || !wrong.contains(&at.piece);
        (is_judged && !found.contains(&Allowance::Used))
            .then(|| RuleProblem::Unused { code, is_law, at }.diagnostic())
    });
    problems.collect()
}

/// Joins what several envs say: one diagnostic for one code and place, with the envs that show it.
fn across(models: &[Model]) -> Vec<Diagnostic> {
    let mut joined: IndexMap<(Code, Option<Span>), Vec<Diagnostic>> = IndexMap::default();
    for model in models {
        let env = model.env().cloned().unwrap_or_default();
        for diagnostic in model.diagnostics() {
            let known = joined.entry((diagnostic.code.clone(), diagnostic.primary())).or_default();
            join(known, diagnostic, &env);
        }
    }
    let mut all: Vec<_> = joined.into_values().flatten().collect();
    for diagnostic in all.iter_mut().filter(|diagnostic| diagnostic.envs.len() == models.len()) {
        diagnostic.envs.clear();
    }
    all
}

/// Adds an env to the diagnostic that says the same, else to one that another env words otherwise.
fn join(known: &mut Vec<Diagnostic>, diagnostic: &Diagnostic, env: &SmolStr) {
    let same = known.iter().position(|other| other.message == diagnostic.message);
    let place = same.or_else(|| known.iter().position(|other| !other.envs.contains(env)));
    match place.and_then(|place| known.get_mut(place)) {
        Some(other) if other.message == diagnostic.message => other.envs.push(env.clone()),
        Some(other) => {
            other.envs.push(env.clone());
            let also = format!("in `{env}`: {}", diagnostic.message);
            other.help =
                Some(other.help.take().map_or_else(|| also.clone(), |help| format!("{help}; {also}")));
        }
        None => known.push(Diagnostic { envs: vec![env.clone()], ..diagnostic.clone() }),
    }
}
