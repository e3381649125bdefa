//! `rsx sql`: statements on a workgroup, or through a balancer.

use std::io::{BufRead, Read, stdin};
use std::sync::Arc;

use rsx_aws::sql::{Answer, Failure as NoAnswer, Session, SqlError, split};
use rsx_engine::design::{Design, Spec};
use rsx_engine::provider::{Context, Fault, Identity, Owner};
use rsx_engine::scene::no_account;
use rsx_engine::state::State;
use rsx_engine::status::recall;
use rsx_lang::suggest::nearest;

use crate::args::stack::{RowFormat, Sql};
use crate::doors::{Door, doors};
use crate::exit::{Ending, Failure, Outcome};
use crate::place::Place;
use crate::planning;
use crate::report::audience::Audience;
use crate::report::rows;
use crate::signals::Stopping;
use crate::stack::Stack;
use crate::{runtime, terminal};

/// Runs statements.
pub(crate) fn sql(options: &Sql) -> Outcome {
    runtime::block_on(async { Stopping::listen()?.unless(asked(options)).await? })
}

async fn asked(options: &Sql) -> Outcome {
    let audience = Audience::People;
    let (stack, mut design) = Stack::open_without_secrets(&options.file, &options.stack.inputs, audience)?;
    stack.refuse_backend(&design, audience)?;
    let place = Place::open(&stack, &design, options.stack.local, audience).await?;
    let state = planning::load(&place.whose.store(&stack)).await?;
    recall(&mut design, &state);
    let door = door(&design, &options.address)?;
    if !door.is_open() {
        return Err(not_there(&stack, &design, place.unknown, &options.address));
    }
    let cx = context(&stack, &place, &state, &door)?;
    let (login, database) = (options.login.as_deref(), options.database.as_deref());
    let session = place.aws.session(&cx, &door.value, login, database).await;
    let asking = Asking { stack: &stack, design: &design, door: &door, format: format(options) };
    let session = session.map_err(|fault| asking.tell_fault(fault))?;
    match &options.command {
        Some(text) => asking.all(&*session, text).await?,
        None if terminal::is_asking() => asking.converse(&*session).await?,
        None => asking.all(&*session, &standard_input()?).await?,
    }
    drop(session);
    place.close()?;
    Ok(Ending::Done)
}

fn format(options: &Sql) -> RowFormat {
    let usual = if terminal::is_output() { RowFormat::Table } else { RowFormat::Csv };
    if options.json { RowFormat::Json } else { options.format.unwrap_or(usual) }
}

/// Finds the way in that an address names.
fn door(design: &Spec, address: &str) -> Result<Door, Failure> {
    let all = doors(design);
    let Some(door) = all.iter().find(|door| door.address == address) else {
        return Err(Failure::Wrong(no_door(design, &all, address)));
    };
    Ok(door.clone())
}

/// Says that nothing has been made where the credentials lead, or that nobody knows where that is.
fn not_there(stack: &Stack, design: &Spec, unknown: Option<Fault>, address: &str) -> Failure {
    match unknown {
        Some(fault) => {
            let diagnostic = no_account(&stack.name, fault, design.home());
            Audience::People.tell(&[diagnostic], &stack.sources);
            Failure::Told
        }
        None => Failure::Wrong(format!("`{address}` is not there yet: `rsx run` makes it")),
    }
}

fn no_door(design: &Spec, all: &[Door], address: &str) -> String {
    let names = || all.iter().map(|door| door.address.as_str());
    if names().any(|name| name.starts_with(&format!("{address}["))) {
        return format!("`{address}` is a pool: name a member of it, such as '{address}[0]'");
    }
    let what = match design.find(address) {
        Some(_) => format!("`{address}` can't be asked"),
        None => format!("there is no `{address}` in this spec"),
    };
    match nearest(address, names()) {
        Some(near) => format!("{what}; did you mean `{near}`?"),
        None => format!("{what}; what can be asked: {}", names().collect::<Vec<_>>().join(", ")),
    }
}

fn context(stack: &Stack, place: &Place, state: &State, door: &Door) -> Result<Context, Failure> {
    let deployment = state.deployment.as_ref();
    let deployment =
        deployment.ok_or_else(|| Failure::Wrong("nothing is there yet: `rsx run` makes it".into()))?;
    let owner = Owner {
        stack: deployment.stack.clone(),
        env: deployment.env.clone(),
        id: deployment.id.clone(),
        tags: stack.tags.clone(),
    };
    let (account, region) = (deployment.account.clone(), deployment.region.clone());
    let token = hex::encode(rand::random::<[u8; 16]>());
    let (address, clock) = (door.address.clone(), place.clock());
    let identity = Identity { account, region };
    Ok(Context { owner, identity, address, token: token.into(), clock, progress: Arc::new(|_| {}) })
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    let read = stdin().lock().read_to_string(&mut text);
    read.map_err(|error| Failure::Wrong(format!("standard input can't be read: {error}")))?;
    Ok(text)
}

/// Who asks, and how answers are shown.
struct Asking<'a> {
    stack: &'a Stack,
    design: &'a Spec,
    door: &'a Door,
    format: RowFormat,
}

impl Asking<'_> {
    /// Runs the statements of a text in order, up to the first that is refused.
    async fn all(&self, session: &dyn Session, text: &str) -> Result<(), Failure> {
        let statements = split(text);
        let mut has_rows = false;
        for (number, statement) in statements.iter().enumerate() {
            match session.run(statement).await {
                Ok(answer) => {
                    let had_rows = std::mem::replace(&mut has_rows, !answer.columns.is_empty());
                    terminal::print(&self.rendered(&answer, had_rows && has_rows));
                }
                Err(NoAnswer::Sql(error)) => {
                    let which = (statements.len() > 1).then_some(number + 1);
                    terminal::tell(&refused(&error, which));
                    return Err(Failure::Told);
                }
                Err(NoAnswer::Fault(fault)) => return Err(self.tell_fault(fault)),
            }
        }
        Ok(())
    }

    /// Reads statements from a terminal, each up to a line that ends in a semicolon.
    async fn converse(&self, session: &dyn Session) -> Result<(), Failure> {
        let mut text = String::new();
        loop {
            let prompt = if text.is_empty() { format!("{}=> ", self.door.address) } else { "-> ".to_owned() };
            terminal::tell(&prompt);
            let line = tokio::task::spawn_blocking(|| {
                let mut line = String::new();
                stdin().lock().read_line(&mut line).map(|length| (length > 0).then_some(line))
            });
            let Ok(Ok(Some(line))) = line.await else { break };
            if text.is_empty() && matches!(line.trim(), "\\q" | "exit" | "quit") {
                return Ok(());
            }
            text.push_str(&line);
            if line.trim_end().ends_with(';') {
                match self.all(session, &std::mem::take(&mut text)).await {
                    Ok(()) | Err(Failure::Told) => {}
                    Err(failure) => return Err(failure),
                }
            }
        }
        self.all(session, &text).await
    }

    /// Writes an answer; an empty line keeps rows from those of the answer before.
    fn rendered(&self, answer: &Answer, follows_rows: bool) -> String {
        let between = if follows_rows { "\n" } else { "" };
        match self.format {
            RowFormat::Table => format!("{between}{}", rows::table(answer)),
            RowFormat::Csv => format!("{between}{}", rows::csv(answer)),
            RowFormat::Json => rows::json(answer),
        }
    }

    /// Tells why the database was not reached, at the declaration.
    fn tell_fault(&self, fault: Fault) -> Failure {
        let id = self.design.find(&self.door.address);
        let at = id.map_or_else(|| self.design.home(), |id| self.design.origin(id, None));
        let diagnostic = fault.diagnostic(&self.door.address, "asking", at);
        Audience::People.tell(&[diagnostic], &self.stack.sources);
        Failure::Told
    }
}

/// `ERROR: relation "x" does not exist`, and below it what is known of state and position.
fn refused(error: &SqlError, statement: Option<usize>) -> String {
    let mut out = format!("ERROR: {}\n", error.message);
    let state = error.sqlstate.as_ref().map(|state| format!("SQLSTATE: {state}\n"));
    let position = error.position.map(|position| match statement {
        Some(number) => format!("position: {position} of statement {number}\n"),
        None => format!("position: {position}\n"),
    });
    let number =
        statement.filter(|_| error.position.is_none()).map(|number| format!("statement: {number}\n"));
    out.extend([state, position, number].into_iter().flatten());
    out
}
