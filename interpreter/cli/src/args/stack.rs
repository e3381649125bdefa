//! Options of the commands on a stack.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use rsx_engine::survey::Refresh;

use super::{InputOptions, ResultOptions};

/// What every command on a stack takes.
#[derive(Args, Debug)]
pub(crate) struct StackOptions {
    #[command(flatten)]
    pub(crate) inputs: InputOptions,
    /// Use the embedded cloud, kept in .rsx/local/ beside the spec
    #[arg(long)]
    pub(crate) local: bool,
}

/// Options of `plan`.
#[derive(Args, Debug)]
pub(crate) struct Plan {
    /// The spec
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    /// Write the plan, for `rsx run PLAN`
    #[arg(long, value_name = "PLAN")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) results: ResultOptions,
    /// Exit 2 if there are changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Look at what is there; with `false` no client is made and no credentials are needed
    #[arg(long, default_value_t = true, action = ArgAction::Set, num_args = 0..=1,
          default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    pub(crate) refresh: bool,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// How closely what is there is looked at.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Looking {
    /// Ask by SQL too what is there, which wakes and bills warehouses
    #[arg(long)]
    pub(crate) probe: bool,
}

impl Looking {
    /// Returns what is read.
    pub(crate) fn refresh(self) -> Refresh {
        if self.probe { Refresh::Data } else { Refresh::Control }
    }
}

/// Which part of a stack.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Only this address, what lies within it, and what that can't do without
    #[arg(long, value_name = "ADDR")]
    pub(crate) only: Vec<String>,
    /// Not this address, what lies within it, nor what can't do without that
    #[arg(long, value_name = "ADDR")]
    pub(crate) except: Vec<String>,
}

/// Whether and what may be done.
#[derive(Args, Debug)]
pub(crate) struct Consent {
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Of steps that harm only these classes: `interrupts`, `replace`, `delete`, `destroys-data`. If left out, all; but
    /// `run --yes` never destroys data unless it is named
    #[arg(long, value_delimiter = ',', value_name = "CLASSES")]
    pub(crate) allow: Vec<String>,
}

/// Options of `run`.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// The spec, or a saved plan
    #[arg(value_name = "FILE|PLAN")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    #[command(flatten)]
    pub(crate) consent: Consent,
    #[command(flatten)]
    pub(crate) results: ResultOptions,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// Options of `destroy`.
#[derive(Args, Debug)]
pub(crate) struct Destroy {
    /// The spec
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    #[command(flatten)]
    pub(crate) consent: Consent,
    #[command(flatten)]
    pub(crate) results: ResultOptions,
}

/// Options of `status`.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// The spec
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) results: ResultOptions,
}

/// Options of `output`.
#[derive(Args, Debug)]
pub(crate) struct Output {
    /// The spec
    pub(crate) file: PathBuf,
    /// One output alone
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    #[command(flatten)]
    pub(crate) results: ResultOptions,
    /// Print assignments for a shell
    #[arg(long, conflicts_with_all = ["json", "format"])]
    pub(crate) shell: bool,
}

/// Options of `sql`.
#[derive(Args, Debug)]
pub(crate) struct Sql {
    /// The spec
    pub(crate) file: PathBuf,
    /// A workgroup such as `'readers[0]'`, or a balancer such as `reads`
    #[arg(value_name = "ADDR")]
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    /// Statements; standard input if left out
    #[arg(short = 'c', value_name = "SQL")]
    pub(crate) command: Option<String>,
    /// As this login; as the administrator, or through a balancer the first common login, if left out
    #[arg(long = "as", value_name = "LOGIN")]
    pub(crate) login: Option<String>,
    /// In this database; the declared one if left out
    #[arg(long, value_name = "DB")]
    pub(crate) database: Option<String>,
    /// How to print rows; a table on a terminal, else CSV
    #[arg(long, value_enum)]
    pub(crate) format: Option<RowFormat>,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// Aligned columns
    Table,
    /// RFC 4180
    Csv,
    /// One versioned object for each statement
    Json,
}

/// Options of `cost`.
#[derive(Args, Debug)]
pub(crate) struct Cost {
    /// The spec
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) stack: StackOptions,
    #[command(flatten)]
    pub(crate) results: ResultOptions,
}
