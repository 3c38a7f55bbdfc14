//! Rows: many runs of one action, each with parameters of its own or for a user of its own; which of them are done, and
//! what came of them.

mod journal;

use std::time::Duration;

pub use journal::{Journal, Line, State, Whole};

use super::{
    arguments::{Signature, Typing},
    document::{Object, Value},
    run::Outcome,
};

/// The most rows one file may have: more are a program's work, not a person's.
pub const MOST: usize = 100_000;

/// What one row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Cells of a CSV row as they would be typed: `name=value`, `name:=json`.
    Cells(Vec<String>),
    /// Parameters of a JSON row, which stand over those all rows share.
    Members(Object),
}

/// A file of rows, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// What each row says.
    pub list: Vec<Row>,
    /// The file, to the byte: another file is other work.
    pub bytes: Vec<u8>,
}

impl Rows {
    /// Reads a file, see [`read`].
    ///
    /// # Errors
    /// [`RowsError`] for the first thing that cannot be read.
    pub fn read(bytes: Vec<u8>) -> Result<Self, RowsError> {
        Ok(Self { list: read(&bytes)?, bytes })
    }
}

/// Why a file of rows cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// It is not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// A line is not CSV.
    #[error("line {line} is not CSV: {why}")]
    NotCsv {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// A column has no name, or one that cannot be a parameter's.
    #[error("column {0} has no name: the first line names the parameters, such as channel,message")]
    NoName(usize),
    /// A line is not JSON.
    #[error("line {line} is not a JSON object: {why}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// There are no rows.
    #[error("there are no rows in it")]
    None,
    /// There are too many.
    #[error("it has more than {MOST} rows")]
    TooMany,
}

/// Reads rows: JSON Lines, or one JSON array of objects, where the text begins like that; CSV with a line of names
/// otherwise.
///
/// An empty cell sends nothing. A column called `name:` holds JSON.
///
/// # Errors
/// [`RowsError`] for the first thing that cannot be read.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, RowsError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RowsError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = match text.trim_start().as_bytes().first() {
        Some(b'{') => json_lines(text)?,
        Some(b'[') => json_array(text)?,
        _ => csv_rows(text)?,
    };
    match rows.len() {
        0 => Err(RowsError::None),
        n if n > MOST => Err(RowsError::TooMany),
        _ => Ok(rows),
    }
}

fn json_lines(text: &str) -> Result<Vec<Row>, RowsError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(i, line)| member(Value::parse(line.as_bytes()).map_err(|e| e.to_string()), i + 1)).collect()
}

fn json_array(text: &str) -> Result<Vec<Row>, RowsError> {
    let whole = Value::parse(text.as_bytes()).map_err(|e| RowsError::NotJson { line: 1, why: e.to_string() })?;
    let Value::Array(items) = whole else { return Err(RowsError::None) };
    items.into_iter().enumerate().map(|(i, item)| member(Ok(item), i + 1)).collect()
}

fn member(value: Result<Value, String>, line: usize) -> Result<Row, RowsError> {
    match value {
        Ok(Value::Object(members)) => Ok(Row::Members(members)),
        Ok(other) => Err(RowsError::NotJson { line, why: format!("it is {}", other.type_name()) }),
        Err(why) => Err(RowsError::NotJson { line, why }),
    }
}

fn csv_rows(text: &str) -> Result<Vec<Row>, RowsError> {
    let not_csv = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let why = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("it has {len} cells where the first line names {expected_len}")
            }
            other => format!("{other:?}"),
        };
        RowsError::NotCsv { line, why }
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().map_err(|e| not_csv(&e))?.iter().map(str::to_owned).collect();
    if let Some(at) = names.iter().position(|name| name.trim_end_matches(':').is_empty() || name.contains('=')) {
        return Err(RowsError::NoName(at + 1));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| not_csv(&e))?;
        let cells = names.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        rows.push(Row::Cells(cells.map(|(name, cell)| format!("{name}={cell}")).collect()));
        if rows.len() > MOST {
            return Err(RowsError::TooMany);
        }
    }
    Ok(rows)
}

impl Row {
    /// The parameters of this row: `base` with what the row says, its cells typed by the `signature` of the action.
    ///
    /// # Errors
    /// With what is wrong with a cell.
    pub fn parameters(&self, base: &Value, signature: &mut Signature, typing: Typing) -> Result<Value, String> {
        match self {
            Self::Cells(cells) => signature.apply(cells, base.clone(), typing).map_err(|e| e.to_string()),
            Self::Members(members) => {
                let mut whole = base.as_object().cloned().unwrap_or_default();
                for (key, value) in members.iter() {
                    whole.insert(key, value.clone());
                }
                Ok(Value::Object(whole))
            }
        }
    }
}

/// What came of one run of many.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// Which row, from 1.
    pub row: usize,
    /// For which user, where that varies.
    pub user: Option<String>,
    /// What it says of itself: `ok`, `failed`, …
    pub state: State,
    /// The outcome in a few words.
    pub words: String,
    /// How long it took.
    pub took: Option<Duration>,
    /// The server's request id.
    pub request_id: Option<String>,
}

impl State {
    /// The state that an outcome leaves a row in.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered(_) => Self::Ok,
            Outcome::Failed(failure) if failure.may_have_run => Self::Unsure,
            Outcome::Cancelled { may_have_run: true } | Outcome::TimedOut { may_have_run: true } => Self::Unsure,
            Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => Self::Failed,
        }
    }
}

/// How many came out how: `38 ok, 1 failed, 1 may have run`.
pub fn summary(states: impl IntoIterator<Item = State>) -> String {
    let mut counts = [0_usize; 4];
    for state in states {
        counts[match state {
            State::Ok => 0,
            State::Failed => 1,
            State::Unsure | State::Sent => 2,
            State::Waiting => 3,
        }] += 1;
    }
    let words = ["ok", "failed", "may have run", "not run"];
    let parts: Vec<String> = counts
        .iter()
        .zip(words)
        .filter(|(count, _)| **count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if parts.is_empty() { "nothing to run".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parameters(file: &str, base: &str, schema: &str) -> Vec<String> {
        let (base, schema) = (Value::parse(base.as_bytes()).unwrap(), Value::parse(schema.as_bytes()).unwrap());
        let rows = read(file.as_bytes()).unwrap();
        let mut signature = Signature::of(Some(&schema));
        rows.iter().map(|r| r.parameters(&base, &mut signature, Typing::Strict).unwrap().to_json()).collect()
    }

    #[test]
    fn cells_are_typed_by_the_schema_and_empty_ones_not_sent() {
        let schema = r#"{"properties":{"limit":{"type":"integer"},"q":{"type":"string"},"tags":{"type":"array"}}}"#;
        let file = "limit, q ,tags:\n10,\"a, b\nc\",\"[1]\"\n,007,\n";
        assert_eq!(
            parameters(file, r#"{"x":1}"#, schema),
            [r#"{"x":1,"limit":10,"q":"a, b\nc","tags":[1]}"#, r#"{"x":1,"q":"007"}"#]
        );
    }

    #[test]
    fn json_rows_stand_over_what_is_shared() {
        let lines = "{\"a\":0.10}\n\n {\"b\":null}\n";
        assert_eq!(parameters(lines, r#"{"a":1,"c":2}"#, "{}"), [r#"{"a":0.10,"c":2}"#, r#"{"a":1,"c":2,"b":null}"#]);
        assert_eq!(parameters("\u{feff}[{\"a\":1},{\"a\":2}]", "{}", "{}"), [r#"{"a":1}"#, r#"{"a":2}"#]);
    }

    #[test]
    fn a_bad_file_says_where() {
        for (file, words) in [
            ("a,b\n1,2\n3\n", "line 3 is not CSV: it has 1 cells where the first line names 2"),
            ("a,\n1,2\n", "column 2 has no name"),
            ("{\"a\":1}\n[1]\n", "line 2 is not a JSON object: it is array"),
            ("{\"a\":1}\n{\n", "line 2 is not a JSON object"),
            ("[1]", "line 1 is not a JSON object: it is number"),
            ("a,b\n", "no rows"),
            ("", "no rows"),
            ("[]", "no rows"),
        ] {
            let error = read(file.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{file:?}: {error}");
        }
        assert_eq!(read(b"\xff"), Err(RowsError::NotText));
    }

    #[test]
    fn a_summary_counts() {
        assert_eq!(summary([State::Ok, State::Failed, State::Ok, State::Unsure]), "2 ok, 1 failed, 1 may have run");
        assert_eq!(summary([]), "nothing to run");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}|[a-c,\"\n{}\\[\\]:0-9]{0,60}") {
            if let Ok(rows) = read(text.as_bytes()) {
                for row in rows {
                    let _ = row.parameters(&Value::object(), &mut Signature::of(None), Typing::Loose);
                }
            }
        }
    }
}
