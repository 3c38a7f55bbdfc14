//! What is told of many runs: of each as it ends where a program reads, all in one table at the end where a person does.

use super::super::{
    options::Run,
    output::{Output, Style},
};
use crate::domain::{
    document::{Format, Object, Value},
    failure::{Failure, FailureKind},
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
    /// As CSV, under a line of names.
    Csv,
    /// A table at the end.
    Table,
}

impl Telling {
    /// Decides how it is told.
    ///
    /// # Errors
    /// Where something is asked for that only one answer can be made into.
    pub(super) fn new(options: &Run, output: &Output) -> Result<Self, Failure> {
        let shape = &options.shape;
        let asked = [
            ("--table", shape.table.is_some()),
            ("--where", !shape.conditions.is_empty()),
            ("--jq", shape.jq.is_some()),
            ("--all-pages", options.pages.all),
        ];
        if let Some((flag, _)) = asked.iter().find(|(_, is_asked)| *is_asked) {
            return Err(Failure::new(
                FailureKind::Usage,
                format!("{flag} is for the answer of one run, and --each and --users run many."),
                "With --json each answer stands in the list; --csv prints how each run came out.",
            ));
        }
        let how = match (shape.csv, output.json(), output.is_terminal()) {
            (true, ..) => How::Csv,
            (false, true, _) => How::Json { begun: false },
            (false, false, false) => How::Lines,
            (false, false, true) => How::Table,
        };
        Ok(Self { how, users: !options.users.is_empty() })
    }

    /// Tells what stands before all of them.
    pub(super) fn begin(&self, output: &mut Output) -> Result<(), Failure> {
        match self.how {
            How::Csv => output.bytes(&record(&FIELDS)),
            How::Json { .. } | How::Lines | How::Table => Ok(()),
        }
    }

    /// Tells of one that has ended, with what was sent and answered, if it was sent. Its answer is not needed any more.
    pub(super) fn ended(
        &mut self,
        came: &Came,
        ended: Option<(&RunRequest, &Outcome)>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match self.how {
            How::Json { .. } => self.item(&to_value(came, ended), output),
            How::Lines => output.line(&line(came)),
            How::Csv => output.bytes(&record(&fields(came))),
            How::Table => Ok(()),
        }
    }

    /// Tells of one that an earlier time left as it is.
    pub(super) fn earlier(&mut self, came: &Came, output: &mut Output) -> Result<(), Failure> {
        match self.how {
            How::Json { .. } => self.item(&earlier(came), output),
            How::Lines | How::Csv | How::Table => self.ended(came, None, output),
        }
    }

    /// Tells what is left to tell of all.
    pub(super) fn end(self, done: &[Came], earlier: &[Came], output: &mut Output) -> Result<(), Failure> {
        match self.how {
            How::Json { .. } => {
                let begun = matches!(self.how, How::Json { begun: true });
                output.bytes(if begun { b"\n]\n" } else { b"[]\n" })
            }
            How::Lines | How::Csv => Ok(()),
            How::Table => {
                let mut all: Vec<&Came> = earlier.iter().chain(done).collect();
                all.sort_by_key(|came| came.row);
                self.table(&all, output)
            }
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
            How::Lines | How::Csv | How::Table => "",
        };
        output.bytes(format!("{before}{}", value.to_json()).as_bytes())
    }

    fn table(&self, all: &[&Came], output: &mut Output) -> Result<(), Failure> {
        let is_told = |came: &&&Came| all.len() <= MOST || came.state != State::Ok;
        let widest = all.iter().filter_map(|c| c.user.as_deref()).map(text::width).max().unwrap_or(0);
        let mut lines = String::new();
        for came in all.iter().filter(is_told) {
            let took = came.took.map(text::human_duration).unwrap_or_default();
            let told = came.told();
            let words = text::clean(&told);
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

/// The names of [`fields`], as the first line of CSV.
const FIELDS: [&str; 6] = ["row", "user", "state", "took_ms", "request_id", "said"];

fn fields(came: &Came) -> [String; 6] {
    [
        came.row.to_string(),
        came.user.clone().unwrap_or_default(),
        came.state.name().to_owned(),
        came.took.map(|took| took.as_millis().to_string()).unwrap_or_default(),
        came.request_id.clone().unwrap_or_default(),
        came.told(),
    ]
}

/// One record of CSV, with the line's end.
fn record(fields: &[impl AsRef<str>]) -> Vec<u8> {
    let mut line = String::new();
    Format::Csv.line(fields, &mut line);
    line.into_bytes()
}

fn line(came: &Came) -> String {
    let mut fields = fields(came);
    fields[3] = came.took.map(text::human_duration).unwrap_or_default();
    fields.map(|field| text::clean(&field).into_owned()).join("\t")
}

fn to_value(came: &Came, ended: Option<(&RunRequest, &Outcome)>) -> Value {
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let mut object = Object::new();
    object.insert("row", came.row);
    object.insert("user", text(&came.user));
    object.insert("state", came.state.name());
    match ended {
        Some((request, Outcome::Answered(response))) => {
            object.insert("status", response.status);
            let answer = provider_answer(request, &response.body);
            object.insert(
                "output",
                Value::parse(&answer).unwrap_or_else(|_| String::from_utf8_lossy(&answer).into_owned().into()),
            );
        }
        Some((_, Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. })) | None => {
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
    object.insert("said", came.words.as_str());
    object.insert("before", true);
    Value::Object(object)
}

/// `words` with blanks to `columns`.
fn pad(words: &str, columns: usize) -> String {
    format!("{words}{}", " ".repeat(columns.saturating_sub(text::width(words))))
}
