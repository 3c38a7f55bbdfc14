//! Checking the rows of a file against an action, all of them before any is sent, and making their parameters one by one.

use std::{fmt, sync::Arc};

use super::{Keys, Row, Rows, RowsError, RunKey};
use crate::domain::{
    arguments::{Signature, Typing},
    document::Value,
    schema::validate::{Checker, Verdict},
};

/// How many complaints are kept; the rest are counted.
const TOLD: usize = 40;
/// After how many rows it is asked whether to go on.
const STEP: usize = 256;

/// What the runs of all rows share.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Whom the runs are for.
    pub user: String,
    /// The parameters, which each row's stand over.
    pub base: Value,
    /// The schema of the action's parameters, where it is known.
    pub schema: Option<Value>,
    /// What becomes of a cell that is not of its parameter's type.
    pub typing: Typing,
    /// Whether rows are checked against the schema.
    pub checks: bool,
}

/// Rows that were checked, and what makes runs of them.
#[derive(Debug)]
pub struct Prepared {
    rows: Rows,
    template: Template,
    keys: Arc<[RunKey]>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Which row, from 1.
    pub row: usize,
    /// The line of the file it begins in, from 1.
    pub line: usize,
    /// The column of a CSV file, from 1, where one is to blame.
    pub column: Option<usize>,
    /// What was expected, beginning with the parameter: `limit is not of type "integer"`.
    pub what: String,
}

/// `row 2 (line 3, column 1): channel must have at least 1 character`.
impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, line, column, what } = self;
        match column {
            Some(column) => write!(f, "row {row} (line {line}, column {column}): {what}"),
            None => write!(f, "row {row} (line {line}): {what}"),
        }
    }
}

/// Why rows are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The file cannot be read as rows, in words.
    File(String),
    /// Rows do not fit the action: the first of them, and how many complaints there are more.
    Rows {
        /// The first complaints.
        complaints: Vec<Complaint>,
        /// How many more there are.
        more: usize,
    },
    /// Nobody waits for it any more.
    Stopped,
}

impl From<RowsError> for Unfit {
    fn from(error: RowsError) -> Self {
        Self::File(error.to_string())
    }
}

impl Template {
    /// The parameters of a row: what is shared, with what the row says over it.
    ///
    /// # Errors
    /// With what is wrong with a cell, and the column it stands in.
    pub fn parameters(&self, row: &Row) -> Result<Value, (Option<usize>, String)> {
        self.parameters_by(&mut Signature::of(self.schema.as_ref()), row)
    }

    /// The same, by what was read of the schema before.
    fn parameters_by(&self, signature: &mut Signature, row: &Row) -> Result<Value, (Option<usize>, String)> {
        match row {
            Row::Cells(cells) => {
                let arguments: Vec<&str> = cells.iter().map(|(_, cell)| cell.as_str()).collect();
                signature.apply(&arguments, self.base.clone(), self.typing).map_err(|e| {
                    let is_of =
                        |cell: &str| cell.strip_prefix(e.about()).is_some_and(|rest| rest.starts_with([':', '=']));
                    let column = cells.iter().find(|(_, cell)| is_of(cell)).map(|(column, _)| *column);
                    (column, e.to_string())
                })
            }
            Row::Members(members) => {
                let mut whole = self.base.as_object().cloned().unwrap_or_default();
                for (key, value) in members.iter() {
                    whole.insert(key, value.clone());
                }
                Ok(Value::Object(whole))
            }
        }
    }

    /// Checks every row with one checker, and makes the keys of their runs. `goes_on` hears now and then how many rows
    /// have been checked, and says whether to go on.
    ///
    /// # Errors
    /// [`Unfit`] with the first rows that do not fit, or where the file cannot be read.
    pub fn check(&self, rows: &Rows, mut goes_on: impl FnMut(usize) -> bool) -> Result<Arc<[RunKey]>, Unfit> {
        let checker = self.schema.as_ref().filter(|_| self.checks).map(Checker::new);
        let mut signature = Signature::of(self.schema.as_ref());
        let (mut complaints, mut more, mut keys) = (Vec::new(), 0, Keys::default());
        for i in 0..rows.count() {
            if i % STEP == 0 && !goes_on(i) {
                return Err(Unfit::Stopped);
            }
            let objections_to_it = match self.parameters_by(&mut signature, &rows.row(i)?) {
                Ok(parameters) => {
                    keys.add(&self.user, &parameters);
                    objections(rows, &parameters, checker.as_ref())
                }
                Err(complaint) => vec![complaint],
            };
            for (column, what) in objections_to_it {
                if complaints.len() < TOLD {
                    complaints.push(Complaint { row: i + 1, line: rows.line(i), column, what });
                } else {
                    more += 1;
                }
            }
        }
        if complaints.is_empty() { Ok(keys.finish()) } else { Err(Unfit::Rows { complaints, more }) }
    }

    /// Checks the rows, and keeps them to be sent.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn prepare(self, rows: Rows, goes_on: impl FnMut(usize) -> bool) -> Result<Prepared, Unfit> {
        let keys = self.check(&rows, goes_on)?;
        Ok(Prepared { rows, template: self, keys })
    }
}

/// What the schema does not like about the parameters of a row, and the columns to blame.
fn objections(rows: &Rows, parameters: &Value, checker: Option<&Checker>) -> Vec<(Option<usize>, String)> {
    match checker.map(|checker| checker.check(parameters)) {
        Some(Verdict::Checked(violations)) => violations
            .iter()
            .map(|v| (v.at.tokens().first().and_then(|name| rows.column(name)), v.to_string()))
            .collect(),
        Some(Verdict::NotChecked(_)) | None => Vec::new(),
    }
}

impl Prepared {
    /// How many rows there are; at least one.
    pub fn count(&self) -> usize {
        self.rows.count()
    }

    /// What the run of each row is, in their order.
    pub fn keys(&self) -> &Arc<[RunKey]> {
        &self.keys
    }

    /// The parameters of row `i` (from 0); `None` where there is no such row.
    pub fn parameters(&self, i: usize) -> Option<Value> {
        self.template.parameters(&self.rows.row(i).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(base: &str, schema: &str) -> Template {
        let parse = |text: &str| Value::parse(text.as_bytes()).unwrap();
        Template {
            user: String::new(),
            base: parse(base),
            schema: Some(parse(schema)),
            typing: Typing::Strict,
            checks: true,
        }
    }

    fn parameters(file: &str, base: &str, schema: &str) -> Vec<String> {
        let rows = Rows::read(file.as_bytes().to_vec()).unwrap();
        let prepared = template(base, schema).prepare(rows, |_| true).unwrap();
        (0..prepared.count()).map(|i| prepared.parameters(i).unwrap().to_json()).collect()
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
        assert_eq!(Rows::one().row(0), Ok(Row::Members(crate::domain::document::Object::new())));
    }

    const SCHEMA: &str = r#"{"type":"object","required":["channel"],"properties":{"channel":{"type":"string","minLength":2},
        "limit":{"type":"integer","maximum":9}}}"#;

    #[test]
    fn what_does_not_fit_is_told_by_row_line_and_column() {
        let told = |file: &str| {
            let rows = Rows::read(file.as_bytes().to_vec()).unwrap();
            match template("{}", SCHEMA).check(&rows, |_| true) {
                Err(Unfit::Rows { complaints, more }) => {
                    (complaints.iter().map(ToString::to_string).collect::<Vec<_>>(), more)
                }
                other => panic!("{other:?}"),
            }
        };
        let file = "limit,channel\n1,C1\n\nmany,C2\n12,C\n3,\n";
        assert_eq!(
            told(file),
            (
                vec![
                    "row 2 (line 4, column 1): limit must be a whole number, and \"many\" is not (to send \
                     it all the same, write limit:=JSON)"
                        .to_owned(),
                    "row 3 (line 5, column 2): channel must have at least 2 characters".to_owned(),
                    "row 3 (line 5, column 1): limit must be at most 9".to_owned(),
                    "row 4 (line 6, column 2): channel is required".to_owned(),
                ],
                0
            )
        );
        let (complaints, more) = told("{\"channel\":\"C1\"}\n\n{\"limit\":1}\n");
        assert_eq!((complaints, more), (vec!["row 2 (line 3): channel is required".to_owned()], 0));
        let (complaints, more) = told(&"{}\n".repeat(100));
        assert_eq!((complaints.len(), more), (TOLD, 100 - TOLD));
    }

    #[test]
    fn it_stops_where_nobody_waits_any_more_and_tells_how_far_it_is() {
        let rows = Rows::read("{\"channel\":\"C1\"}\n".repeat(3 * STEP).into_bytes()).unwrap();
        let mut heard = Vec::new();
        let all = template("{}", SCHEMA).check(&rows, |done| {
            heard.push(done);
            true
        });
        assert_eq!((all.map(|keys| keys.len()), heard), (Ok(3 * STEP), vec![0, STEP, 2 * STEP]));
        assert_eq!(template("{}", SCHEMA).check(&rows, |done| done == 0), Err(Unfit::Stopped));
    }

    #[test]
    fn unchecked_rows_are_typed_as_far_as_they_can_be() {
        let loose = Template { typing: Typing::Loose, checks: false, ..template("{}", SCHEMA) };
        let rows = Rows::read(b"limit\nmany\n".to_vec()).unwrap();
        let prepared = loose.prepare(rows, |_| true).unwrap();
        assert_eq!(prepared.parameters(0).map(|p| p.to_json()).as_deref(), Some(r#"{"limit":"many"}"#));
        assert_eq!(prepared.parameters(1), None);
    }
}
