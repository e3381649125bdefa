//! What may be written on the command line: types for clap, and nothing else.

pub(crate) mod local;
pub(crate) mod stack;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::exit;

/// Redshift Serverless with one writer, many readers and one address, from one small file.
#[derive(Debug, Parser)]
#[command(name = "rsx", bin_name = "rsx", version, disable_help_subcommand = true, max_term_width = 100, after_help = exit::CODES)]
pub(crate) struct Cli {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a spec that checks and runs
    Init(Init),
    /// Prove what can be proved: no network, no state
    Check(Check),
    /// Lay specs out in the one canonical way
    Fmt(Fmt),
    /// Show the page of a code
    Explain(Explain),
    /// Show what a kind, a field or a word of the language is, or list them
    Doc(Doc),
    /// Show what `run` would do, and why
    Plan(stack::Plan),
    /// Make it true, and prove it by queries
    Run(stack::Run),
    /// Take it away, in the safe order
    Destroy(stack::Destroy),
    /// Show what is there, and what differs from the spec
    Status(stack::Status),
    /// Show what a spec puts out: hosts, ports, where passwords are
    Output(stack::Output),
    /// Ask a workgroup, or whoever answers behind a balancer
    Sql(stack::Sql),
    /// Show what a month costs, and how that is reckoned
    Cost(stack::Cost),
    /// The cloud on loopback, for other programs
    #[command(subcommand)]
    Local(local::Local),
    /// The language server for editors, on standard input and output
    Lsp,
    /// Write completions for a shell
    Completions(Completions),
}

/// Which of a spec's envs, and values for its params.
#[derive(Args, Debug, Default)]
pub(crate) struct InputOptions {
    /// The env, if the spec has `env` blocks
    #[arg(long, value_name = "ENV")]
    pub(crate) env: Option<String>,
    /// A param's value; secrets come by RSX_PARAM_NAME or --param-fd
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// A param's value, read to its end from a file descriptor
    #[arg(long = "param-fd", value_name = "NAME=FD")]
    pub(crate) param_fds: Vec<String>,
}

/// How results are printed.
#[derive(Args, Debug, Default)]
pub(crate) struct ResultOptions {
    /// How to print results
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ResultFormat,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

impl ResultOptions {
    /// Returns whether machines read the results.
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.format == ResultFormat::Json
    }
}

/// Who reads results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// For people
    #[default]
    Human,
    /// One versioned object, or of plan, run and destroy a stream of versioned lines
    Json,
}

/// Options of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Where to write it
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// What to start from
    #[arg(long, value_enum, default_value_t = Template::Airline)]
    pub(crate) template: Template,
}

/// What `init` starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// Identical readers behind a balancer
    Airline,
    /// One writer and two readers of different sizes
    Standard,
    /// One writer and one reader
    Minimal,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Specs; each is a program of its own
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) inputs: InputOptions,
    /// How to print diagnostics
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Exit 1 on warnings too
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// List every check with the phase in which it is decided
    #[arg(long)]
    pub(crate) phases: bool,
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, on standard error
    Human,
    /// One versioned object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub
    Github,
}

/// What may be denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings
    Warnings,
}

/// Options of `fmt`.
#[derive(Args, Debug)]
pub(crate) struct Fmt {
    /// Specs, or `-` for standard input
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Change nothing; exit 1 if something would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    pub(crate) diff: bool,
}

/// Options of `explain`.
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Such as `rsx::network::too_few_zones`
    pub(crate) code: String,
}

/// Options of `doc`.
#[derive(Args, Debug)]
pub(crate) struct Doc {
    /// Such as `consumer_pool`, `done_when` or `param`; a list if left out
    pub(crate) word: Option<String>,
}

/// Options of `completions`.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
