//! What the commands print: data on stdout, words on stderr, and how it is dressed.

use std::{
    fmt::Write as _,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    process::ExitCode,
};

use super::{
    options::When,
    receiving::Meter,
    session::{block_on, cancelled},
};
use crate::{
    domain::{
        document::{Object, Value},
        failure::{Failure, FailureKind},
        text,
    },
    settings::Environment,
};

/// The process's standard streams, and what is known of them.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: io::Stdout,
    stderr: io::Stderr,
    json: bool,
    data: Stream,
    words: Stream,
    asks: bool,
    /// Whoever read stdout has gone.
    unheard: bool,
}

#[derive(Debug, Clone, Copy)]
struct Stream {
    terminal: bool,
    color: bool,
}

/// The styles words are dressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Strong,
    Faint,
    Bad,
    Careful,
    Key,
    Text,
    Number,
    Word,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Bad => "1;31",
            Self::Careful => "1;33",
            Self::Key => "36",
            Self::Text => "32",
            Self::Number => "33",
            Self::Word => "35",
        }
    }
}

impl Output {
    /// The process's streams; `json` says whether data and failures are JSON.
    pub(crate) fn new(json: bool, color: When, environment: &Environment) -> Self {
        let dumb = environment.path("TERM").is_some_and(|term| term.as_os_str() == "dumb");
        let stream = |terminal: bool| Stream {
            terminal,
            color: match color {
                When::Always => true,
                When::Never => false,
                When::Auto => terminal && !dumb && !environment.has("NO_COLOR"),
            },
        };
        let words = stream(io::stderr().is_terminal());
        let asks = io::stdin().is_terminal() && words.terminal;
        let data = stream(io::stdout().is_terminal());
        Self { stdout: io::stdout(), stderr: io::stderr(), json, data, words, asks, unheard: false }
    }

    /// Whether data and failures are to be JSON.
    pub(crate) const fn json(&self) -> bool {
        self.json
    }

    /// Whether a person reads stdout.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.data.terminal
    }

    /// How wide a line on stdout may be.
    pub(crate) fn columns(&self) -> usize {
        let size = if self.data.terminal { crossterm::terminal::size().ok() } else { None };
        size.map(|(columns, _)| usize::from(columns)).filter(|&columns| columns > 0).unwrap_or(80)
    }

    /// `text` for stdout in `style`, where stdout is coloured.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        self.data.dress(style, text)
    }

    /// Writes bytes to stdout as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = self.stdout.lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // Whoever read us has seen enough, as `head` does.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.unheard = true;
                Ok(())
            }
            Err(e) => Err(Failure::new(
                FailureKind::File,
                format!("Standard output could not be written: {e}."),
                "Check that the disk is not full.",
            )),
            Ok(()) => Ok(()),
        }
    }

    /// Whether whoever read stdout has gone, so that nothing more needs to be made for it.
    pub(crate) const fn is_unheard(&self) -> bool {
        self.unheard
    }

    /// Writes `text` and a line's end to stdout.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        let mut bytes = Vec::with_capacity(text.len() + 1);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
        self.bytes(&bytes)
    }

    /// Writes `value` to stdout: laid out for a person, on one line for a program.
    pub(crate) fn value(&mut self, value: &Value) -> Result<(), Failure> {
        self.line(&if self.data.terminal { value.to_json_pretty() } else { value.to_json() })
    }

    /// Says `text` on stderr.
    pub(crate) fn say(&mut self, text: &str) {
        let mut stderr = self.stderr.lock();
        // Where even that fails there is nobody to tell.
        let _ = writeln!(stderr, "{}", text::clean_block(text));
    }

    /// Says `text` on stderr, if a person reads there: a remark that would only be noise in a log.
    pub(crate) fn remark(&mut self, text: &str) {
        if self.words.terminal {
            let dressed = self.words.dress(Style::Faint, &text::clean(text));
            let _ = writeln!(self.stderr.lock(), "{dressed}");
        }
    }

    /// Shows how far something is, in place of what was shown before, if a person reads stderr; empty takes it away.
    pub(crate) fn progress(&mut self, text: &str) {
        if self.words.terminal {
            let mut stderr = self.stderr.lock();
            // To the line's beginning, and nothing right of the text.
            let _ = write!(stderr, "\r{}\x1b[K", text::clean(text)).and_then(|()| stderr.flush());
        }
    }

    /// A line on stderr that says how far something is, if a person reads there.
    pub(crate) fn meter(&self) -> Option<Meter> {
        self.words.terminal.then(|| Meter::on(io::stderr()))
    }

    /// Warns of something on stderr.
    pub(crate) fn warn(&mut self, text: &str) {
        let word = self.words.dress(Style::Careful, "warning:");
        let _ = writeln!(self.stderr.lock(), "{word} {}", text::clean_block(text));
    }

    /// Asks `question` on stderr and reads the answer; `None` when nobody is there.
    ///
    /// # Errors
    /// When `^C` is the answer.
    pub(crate) fn ask(&mut self, question: &str, choices: &str) -> Result<Option<String>, Failure> {
        if !self.asks {
            return Ok(None);
        }
        let question = self.words.dress(Style::Strong, &text::clean(question));
        let mut stderr = self.stderr.lock();
        if write!(stderr, "{question} {choices}").and_then(|()| stderr.flush()).is_err() {
            return Ok(None);
        }
        // Once something has been asked of a server, ^C is told to a runtime and ends nothing by itself: so it is read in
        // one, too. The thread that goes on reading ends with the program.
        let line = || {
            let mut answer = String::new();
            io::stdin().lock().read_line(&mut answer).ok().map(|_| answer)
        };
        let read = block_on(async { tokio::task::spawn_blocking(line).await.ok().flatten() })?;
        let Some(answer) = read else {
            let _ = writeln!(stderr);
            return Err(cancelled());
        };
        if answer.as_ref().is_some_and(|answer| !answer.ends_with('\n')) {
            let _ = writeln!(stderr);
        }
        Ok(answer)
    }

    /// Tells a failure, and gives the exit code it leads to.
    pub(crate) fn fail(&mut self, failure: &Failure) -> ExitCode {
        if self.json {
            // Nothing more can be done where stdout is gone as well.
            let _ = self.value(&json(failure));
        } else {
            let _ = self.stderr.lock().write_all(self.told(failure).as_bytes());
        }
        ExitCode::from(failure.kind.exit_code())
    }

    fn told(&self, failure: &Failure) -> String {
        let mut told = format!("{} {}\n", self.words.dress(Style::Bad, "error:"), text::clean_block(&failure.message));
        for detail in &failure.details {
            let _ = writeln!(told, "  - {}", text::clean(detail));
        }
        if !failure.hint.is_empty() {
            let _ = writeln!(told, "{}", text::clean_block(&failure.hint));
        }
        if let Some(id) = &failure.request_id {
            let _ = writeln!(told, "{}", self.words.dress(Style::Faint, &format!("Request id: {}", text::clean(id))));
        }
        told
    }
}

impl Stream {
    fn dress(self, style: Style, text: &str) -> String {
        if self.color { format!("\x1b[{}m{text}\x1b[0m", style.code()) } else { text.to_owned() }
    }
}

/// A failure as `--json` prints it. Members that do not apply are `null`; `details`, `retry_after_ms` and `may_have_run`
/// stand there only where they say something.
fn json(failure: &Failure) -> Value {
    let mut error = Object::new();
    error.insert("kind", failure.kind.name());
    error.insert("message", failure.message.as_str());
    error.insert("hint", failure.hint.as_str());
    error.insert("status", failure.status.map_or(Value::Null, Value::from));
    error.insert("request_id", failure.request_id.as_deref().map_or(Value::Null, Value::from));
    if !failure.details.is_empty() {
        error.insert("details", failure.details.clone());
    }
    if let Some(wait) = failure.retry_after {
        error.insert("retry_after_ms", u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    }
    if failure.may_have_run {
        error.insert("may_have_run", true);
    }
    Value::Object([("error", Value::Object(error))].into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_as_json_always_has_its_five_members() {
        let plain = Failure::new(FailureKind::Unreachable, "No.", "Go on.");
        assert_eq!(
            json(&plain).to_json(),
            r#"{"error":{"kind":"unreachable","message":"No.","hint":"Go on.","status":null,"request_id":null}}"#
        );
        let full = Failure {
            details: vec!["a".into()],
            status: Some(429),
            request_id: Some("r".into()),
            retry_after: Some(std::time::Duration::from_millis(1500)),
            may_have_run: true,
            ..Failure::new(FailureKind::RateLimited, "m", "")
        };
        assert_eq!(
            json(&full).to_json(),
            concat!(
                r#"{"error":{"kind":"rate_limited","message":"m","hint":"","status":429,"request_id":"r","#,
                r#""details":["a"],"retry_after_ms":1500,"may_have_run":true}}"#
            )
        );
    }

    #[test]
    fn a_hostile_message_cannot_drive_the_terminal() {
        let output = Output::new(false, When::Never, &Environment::default());
        let failure = Failure {
            details: vec!["two\nlines".into()],
            request_id: Some("\x1b[2J".into()),
            ..Failure::new(FailureKind::Provider, "bad \x1b]52;c;x\x07 text", "hint")
        };
        let told = output.told(&failure);
        assert!(!told.contains(['\x1b', '\x07']), "{told:?}");
        assert_eq!(told.lines().count(), 4, "{told}");
    }

    #[test]
    fn colour_is_for_terminals_and_can_be_forced() {
        let dressed = |when, variables: &[(&str, &str)]| {
            let environment = Environment::from_pairs(variables.iter().copied());
            Output::new(false, when, &environment).styled(Style::Strong, "x")
        };
        assert_eq!(dressed(When::Always, &[("NO_COLOR", "1")]), "\x1b[1mx\x1b[0m");
        assert_eq!(dressed(When::Never, &[]), "x");
        assert_eq!(dressed(When::Auto, &[("NO_COLOR", "1")]), "x");
    }
}
