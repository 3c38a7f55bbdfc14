//! What is told of many runs: of each as it ends where a program reads, all in one table at the end where a person does.

use super::super::output::{Output, Style};
use crate::domain::{
    document::{Object, Value},
    failure::Failure,
    rows::{Came, State},
    run::{Outcome, RunRequest, provider_answer},
    text,
};

/// Of more runs than this a person is told only of those that did not go well.
const MOST: usize = 200;

/// How it is told, and whether anything was.
pub(super) struct Telling {
    how: How,
    /// Whether users vary.
    users: bool,
}

enum How {
    /// As the items of one JSON array.
    Json { begun: bool },
    /// A line each, with tabs between.
    Lines,
    /// A table at the end.
    Table,
}

impl Telling {
    pub(super) fn new(output: &Output, users: bool) -> Self {
        let how = match (output.json(), output.is_terminal()) {
            (true, _) => How::Json { begun: false },
            (false, false) => How::Lines,
            (false, true) => How::Table,
        };
        Self { how, users }
    }

    /// Tells of one that has ended. Its answer is not needed any more.
    pub(super) fn ended(
        &mut self,
        came: &Came,
        (request, outcome): (&RunRequest, &Outcome),
        output: &mut Output,
    ) -> Result<(), Failure> {
        match self.how {
            How::Json { .. } => self.item(&to_value(came, request, outcome), output),
            How::Lines => output.line(&line(came)),
            How::Table => Ok(()),
        }
    }

    /// Tells of those that an earlier time left, and what is left to tell of all.
    pub(super) fn end(mut self, done: &[Came], unsure: &[Came], output: &mut Output) -> Result<(), Failure> {
        match self.how {
            How::Json { .. } => {
                for came in unsure {
                    self.item(&earlier(came), output)?;
                }
                let begun = matches!(self.how, How::Json { begun: true });
                output.bytes(if begun { b"\n]\n" } else { b"[]\n" })
            }
            How::Lines => unsure.iter().try_for_each(|came| output.line(&line(came))),
            How::Table => self.table(&done.iter().chain(unsure).collect::<Vec<_>>(), output),
        }
    }

    fn item(&mut self, value: &Value, output: &mut Output) -> Result<(), Failure> {
        let before = match &mut self.how {
            How::Json { begun } => {
                if std::mem::replace(begun, true) {
                    ",\n"
                } else {
                    "[\n"
                }
            }
            How::Lines | How::Table => "",
        };
        output.bytes(format!("{before}{}", value.to_json()).as_bytes())
    }

    fn table(&self, all: &[&Came], output: &mut Output) -> Result<(), Failure> {
        let is_told = |came: &&&Came| all.len() <= MOST || came.state != State::Ok;
        let widest = all.iter().filter_map(|c| c.user.as_deref()).map(text::width).max().unwrap_or(0);
        let mut lines = String::new();
        for came in all.iter().filter(is_told) {
            let took = came.took.map(text::human_duration).unwrap_or_default();
            let words = text::clean(&came.words);
            let state = format!("{:<12}", came.state.name().replace('_', " "));
            let state = match came.state {
                State::Ok => state,
                State::Failed => output.styled(Style::Bad, &state),
                State::Unsure | State::Sent | State::Waiting => output.styled(Style::Careful, &state),
            };
            let user = came.user.as_deref().unwrap_or_default();
            let user = if self.users { format!("{}  ", pad(&text::clean(user), widest)) } else { String::new() };
            let line = format!("{:>6}  {user}{state}  {took:>9}  {words}", came.row);
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        output.bytes(lines.as_bytes())?;
        let well = all.iter().filter(|came| came.state == State::Ok).count();
        if all.len() > MOST && well > 0 {
            output.say(&format!(
                "The {} that went well are not listed; a pipe or --json gets them all.",
                text::thousands(well)
            ));
        }
        Ok(())
    }
}

fn line(came: &Came) -> String {
    let fields = [
        came.row.to_string(),
        came.user.clone().unwrap_or_default(),
        came.state.name().to_owned(),
        came.took.map(text::human_duration).unwrap_or_default(),
        came.request_id.clone().unwrap_or_default(),
        came.words.clone(),
    ];
    fields.map(|field| text::clean(&field).into_owned()).join("\t")
}

fn to_value(came: &Came, request: &RunRequest, outcome: &Outcome) -> Value {
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let mut object = Object::new();
    object.insert("row", came.row);
    object.insert("user", text(&came.user));
    object.insert("state", came.state.name());
    match outcome {
        Outcome::Answered(response) => {
            object.insert("status", response.status);
            let answer = provider_answer(request, &response.body);
            object.insert(
                "output",
                Value::parse(&answer).unwrap_or_else(|_| String::from_utf8_lossy(&answer).into_owned().into()),
            );
        }
        Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => {
            object.insert("error", came.words.as_str());
        }
    }
    object.insert(
        "took_ms",
        came.took.map_or(Value::Null, |took| Value::from(u64::try_from(took.as_millis()).unwrap_or(0))),
    );
    object.insert("request_id", text(&came.request_id));
    Value::Object(object)
}

fn earlier(came: &Came) -> Value {
    let mut object = Object::new();
    object.insert("row", came.row);
    object.insert("user", came.user.as_deref().map_or(Value::Null, Value::from));
    object.insert("state", came.state.name());
    Value::Object(object)
}

/// `words` with blanks to `columns`.
fn pad(words: &str, columns: usize) -> String {
    format!("{words}{}", " ".repeat(columns.saturating_sub(text::width(words))))
}
