//! Diagnostics for people: the only file that knows miette.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    NarratableReportHandler, Severity as Level, SourceCode, SourceSpan, SpanContents,
};
use rsx_syntax::{Diagnostic, FileId, Label, Severity, Sources};
use textwrap::WordSplitter;

use crate::report::snippet::Snippet;

/// How diagnostics look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Colours and styles.
    pub(crate) colour: bool,
    /// Sentences instead of drawings, for screen readers and terminals that can't draw.
    pub(crate) narrated: bool,
    /// The width in columns.
    pub(crate) width: usize,
}

/// Renders one diagnostic, with an empty line behind it.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &Sources, look: Look) -> String {
    let report = Report::new(diagnostic, sources);
    let mut out = String::new();
    // What lies in other files is drawn by itself: as a related diagnostic it would be headed as if it were another problem.
    let mut all = std::iter::once(&report).chain(&report.elsewhere);
    let done = all.try_for_each(|one| {
        let end = out.trim_end().len();
        out.truncate(end);
        out.push_str(if end > 0 { "\n\n" } else { "" });
        draw(one, look, &mut out)
    });
    match done {
        Ok(()) => format!("{}\n\n", harmless(out.trim_end())),
        // Writing into a String does not fail; a source that can't be read leaves the message.
        Err(fmt::Error) => format!("{}: {}\n\n", diagnostic.code, diagnostic.message),
    }
}

fn draw(report: &Report<'_>, look: Look, out: &mut String) -> fmt::Result {
    if look.narrated {
        return NarratableReportHandler::new().render_report(out, report);
    }
    let theme = if look.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .with_links(false)
        .with_context_lines(1)
        .render_report(out, report)
}

/// Puts a mark in the place of what would move the cursor or worse: a source may hold anything. Styles stay.
fn harmless(text: &str) -> String {
    let is_style = |rest: &str| {
        let end = rest.find(|c: char| !matches!(c, '[' | ';' | '0'..='9')).unwrap_or(rest.len());
        rest.starts_with('[') && rest.get(end..).is_some_and(|rest| rest.starts_with('m'))
    };
    let shown = text.char_indices().map(|(at, c)| match c {
        '\u{1b}' if text.get(at + 1..).is_some_and(is_style) => c,
        '\n' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    });
    shown.collect()
}

/// A diagnostic as miette wants it: the labels of one file, those of others as notes of their own.
struct Report<'s> {
    code: String,
    severity: Level,
    message: String,
    help: Option<String>,
    snippet: Option<Snippet<'s>>,
    labels: Vec<LabeledSpan>,
    elsewhere: Vec<Report<'s>>,
}

impl<'s> Report<'s> {
    fn new(diagnostic: &Diagnostic, sources: &'s Sources) -> Self {
        let file = |label: &Label| sources.file_of(label.span);
        let home = diagnostic.labels.first().map(file);
        let (here, there): (Vec<_>, Vec<_>) =
            diagnostic.labels.iter().partition(|label| Some(file(label)) == home);
        let (severity, help) = (level(diagnostic.severity), help(diagnostic));
        let mut report = Self::of(home, &here, sources);
        report.code = diagnostic.code.to_string();
        report.severity = severity;
        report.message.clone_from(&diagnostic.message);
        report.help = help;
        report.elsewhere = there.into_iter().map(|label| Self::note(label, sources)).collect();
        report
    }

    fn note(label: &Label, sources: &'s Sources) -> Self {
        let mut report = Self::of(Some(sources.file_of(label.span)), &[label], sources);
        report.severity = Level::Advice;
        report.message.clone_from(&label.text);
        // What it says stands above the snippet already.
        report.labels.iter_mut().for_each(|label| label.set_label(None));
        report
    }

    fn of(file: Option<FileId>, labels: &[&Label], sources: &'s Sources) -> Self {
        let ranges: Vec<_> = labels.iter().map(|label| sources.range(label.span)).collect();
        let snippet = file.map(|file| Snippet::new(sources, file, &ranges));
        let labels = labels.iter().zip(&ranges).enumerate().map(|(at, (label, range))| {
            let range = snippet.as_ref().map_or(0..0, |snippet| snippet.shown(range));
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let span = (range.start, range.len());
            if at == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        });
        Self {
            code: String::new(),
            severity: Level::Advice,
            message: String::new(),
            help: None,
            labels: labels.collect(),
            snippet,
            elsewhere: Vec::new(),
        }
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    }
}

/// Help, and the envs when not all of them show the problem.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let envs = (!diagnostic.envs.is_empty()).then(|| format!("in env {}", diagnostic.envs.join(", ")));
    match (&diagnostic.help, envs) {
        (Some(help), Some(envs)) => Some(format!("{help}\n({envs})")),
        (Some(help), None) => Some(help.clone()),
        (None, envs) => envs,
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.code.is_empty()).then(|| Box::new(&self.code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Level> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

impl SourceCode for Snippet<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text();
        let (before, rest) = text.split_at_checked(span.offset()).ok_or(MietteError::OutOfBounds)?;
        let after = rest.get(span.len()..).ok_or(MietteError::OutOfBounds)?;
        // miette asks for no lines before to learn the position, which then begins at the span itself.
        let start = match lines_before {
            0 => before.len(),
            lines => before.rmatch_indices('\n').nth(lines).map_or(0, |(at, _)| at + 1),
        };
        let end = after.match_indices('\n').nth(lines_after).map_or(after.len(), |(at, _)| at);
        // To miette a `\r` with no `\n` behind it ends no line.
        let end = after.get(..end).map_or(end, |shown| shown.trim_end_matches('\r').len());
        let data = text.get(start..text.len() - after.len() + end).ok_or(MietteError::OutOfBounds)?;
        let (line, column) = self.position(start);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name().to_owned(),
            data.as_bytes(),
            SourceSpan::new(start.into(), data.len()),
            line,
            column,
            data.lines().count(),
        )))
    }
}
