//! A file of rows: where each row is in it. What a row says is read when it is needed, so that a file of a hundred thousand
//! rows takes its own size in memory and little more.

use std::{fmt, ops::Range};

use super::MOST;
use crate::domain::{
    document::{Object, Value},
    text::counted,
};

/// What one row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Cells of a CSV row that are not empty, as they would be typed (`name=value`, `name:=json`), each with its column,
    /// from 1.
    Cells(Vec<(usize, String)>),
    /// Parameters of a JSON row, which stand over those all rows share.
    Members(Object),
}

/// A file of rows.
#[derive(PartialEq)]
pub struct Rows {
    bytes: Vec<u8>,
    shape: Shape,
    places: Vec<Place>,
}

#[derive(Debug, PartialEq)]
enum Shape {
    /// CSV, with the names of its columns.
    Cells(Vec<String>),
    /// JSON objects.
    Members,
}

/// Where a row is.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    bytes: Range<usize>,
    /// The line it begins in, from 1.
    line: usize,
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
        line: usize,
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

impl Rows {
    /// Finds the rows of a file: JSON Lines, or one JSON array of objects, where the text begins like that; CSV with a
    /// line of names otherwise.
    ///
    /// An empty cell sends nothing. A column called `name:` holds JSON.
    ///
    /// # Errors
    /// [`RowsError`] for the first thing that cannot be read.
    pub fn read(bytes: Vec<u8>) -> Result<Self, RowsError> {
        let text = std::str::from_utf8(&bytes).map_err(|_| RowsError::NotText)?;
        let from = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
        let first = text.get(from..).unwrap_or_default().trim_start().as_bytes().first();
        let (shape, places) = match first {
            Some(b'{') => (Shape::Members, lines(text, from)?),
            Some(b'[') => (Shape::Members, elements(text, from)?),
            _ => csv_rows(text, from)?,
        };
        if places.is_empty() {
            return Err(RowsError::None);
        }
        Ok(Self { bytes, shape, places })
    }

    /// One row that says nothing: what all rows share is all there is.
    pub fn one() -> Self {
        let place = Place { bytes: 0..2, line: 1 };
        Self { bytes: b"{}".to_vec(), shape: Shape::Members, places: vec![place] }
    }

    /// How many rows there are; at least one.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The line that row `i` (from 0) begins in, from 1.
    pub fn line(&self, i: usize) -> usize {
        self.places.get(i).map_or(0, |place| place.line)
    }

    /// The column, from 1, whose cells are for the parameter of this name; `None` where it is JSON, or has no such.
    pub fn column(&self, name: &str) -> Option<usize> {
        match &self.shape {
            Shape::Cells(names) => names.iter().position(|n| n.trim_end_matches(':') == name).map(|at| at + 1),
            Shape::Members => None,
        }
    }

    /// What row `i` (from 0) says.
    ///
    /// # Errors
    /// Where it is no JSON object, or there is no such row.
    pub fn row(&self, i: usize) -> Result<Row, RowsError> {
        let place = self.places.get(i).ok_or(RowsError::None)?;
        let text = self.bytes.get(place.bytes.clone()).unwrap_or_default();
        match &self.shape {
            Shape::Members => object(text, place.line).map(Row::Members),
            Shape::Cells(names) => {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
                let record = reader.records().next().transpose().map_err(|e| not_csv(&e, place.line))?;
                let record = record.unwrap_or_default();
                let cells = names.iter().zip(record.iter()).enumerate().filter(|(_, (_, cell))| !cell.is_empty());
                Ok(Row::Cells(cells.map(|(at, (name, cell))| (at + 1, format!("{name}={cell}"))).collect()))
            }
        }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What rows say may be secret, and is long.
        f.debug_struct("Rows").field("count", &self.count()).finish_non_exhaustive()
    }
}

fn object(text: &[u8], line: usize) -> Result<Object, RowsError> {
    match Value::parse(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(other) => Err(RowsError::NotJson { line, why: format!("it is {}", other.type_name()) }),
        Err(e) => Err(RowsError::NotJson {
            line: line + e.line.saturating_sub(1),
            why: format!("expected {}, found {} (column {})", e.expected, e.found, e.column),
        }),
    }
}

/// The lines of JSON Lines that are not empty.
fn lines(text: &str, from: usize) -> Result<Vec<Place>, RowsError> {
    let (mut places, mut at) = (Vec::new(), from);
    for (i, line) in text.get(from..).unwrap_or_default().split_inclusive('\n').enumerate() {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        if end > start {
            add(&mut places, Place { bytes: start..end, line: i + 1 })?;
        }
    }
    Ok(places)
}

fn add(places: &mut Vec<Place>, place: Place) -> Result<(), RowsError> {
    if places.len() >= MOST {
        return Err(RowsError::TooMany);
    }
    places.push(place);
    Ok(())
}

/// The elements of one JSON array. Only its own commas and brackets are looked at here: each element is read as what it
/// is when it is needed.
fn elements(text: &str, from: usize) -> Result<Vec<Place>, RowsError> {
    let bytes = text.as_bytes();
    let (mut places, mut line, mut depth) = (Vec::new(), 1, 0_usize);
    let (mut begun, mut in_text, mut escaped) = (None, false, false);
    let mut end = None;
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        if byte == b'\n' {
            line += 1;
        }
        if in_text {
            (in_text, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            continue;
        }
        match byte {
            _ if byte.is_ascii_whitespace() => continue,
            _ if end.is_some() => {
                return Err(RowsError::NotJson { line, why: "something follows the end of the list".to_owned() });
            }
            b'[' if depth == 0 => {
                depth = 1;
                continue;
            }
            b',' | b']' if depth == 1 => {
                match begun.take() {
                    Some((start, line)) => add(&mut places, Place { bytes: start..at, line })?,
                    None if byte == b']' && places.is_empty() => {}
                    None => {
                        return Err(RowsError::NotJson {
                            line,
                            why: format!("nothing stands before {}", byte as char),
                        });
                    }
                }
                end = (byte == b']').then_some(at);
                continue;
            }
            b'"' => in_text = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1).max(1),
            _ => {}
        }
        begun = begun.or(Some((at, line)));
    }
    match end {
        Some(_) => Ok(places),
        None => Err(RowsError::NotJson { line, why: "the list does not end".to_owned() }),
    }
}

fn not_csv(error: &csv::Error, line: usize) -> RowsError {
    let why = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let cells = counted(usize::try_from(*len).unwrap_or(usize::MAX), "cell");
            format!("it has {cells} where the first line names {expected_len}")
        }
        _ => error.to_string(),
    };
    RowsError::NotCsv { line, why }
}

/// Looks whether every quote is where RFC 4180 has it: around a whole cell, doubled inside. The reader takes anything, and
/// would swallow the rest of the file into one cell where a quote is not closed.
fn quotes(bytes: &[u8]) -> Result<(), RowsError> {
    enum At {
        Begin,
        Plain,
        Quoted { since: usize },
        Closed { since: usize },
    }
    let wrong = |line, why: &str| Err(RowsError::NotCsv { line, why: why.to_owned() });
    let (mut at, mut line) = (At::Begin, 1);
    for byte in bytes {
        at = match (at, byte) {
            (At::Begin, b'"') => At::Quoted { since: line },
            (At::Closed { since }, b'"') | (At::Quoted { since }, ..=b'!' | b'#'..) => At::Quoted { since },
            (At::Quoted { since }, b'"') => At::Closed { since },
            (At::Begin | At::Plain | At::Closed { .. }, b',' | b'\r' | b'\n') => At::Begin,
            (At::Plain, b'"') => {
                return wrong(
                    line,
                    "a quote stands inside a cell: put quotes around the whole cell and double those inside",
                );
            }
            (At::Closed { since }, _) => {
                return wrong(line, &format!("text follows the closing quote of the cell that begins in line {since}"));
            }
            (At::Begin | At::Plain, _) => At::Plain,
        };
        line += usize::from(*byte == b'\n');
    }
    match at {
        At::Quoted { since } => wrong(since, "the quote is not closed"),
        At::Begin | At::Plain | At::Closed { .. } => Ok(()),
    }
}

fn csv_rows(text: &str, from: usize) -> Result<(Shape, Vec<Place>), RowsError> {
    let bytes = text.as_bytes().get(from..).unwrap_or_default();
    quotes(bytes)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(bytes);
    let names: Vec<String> = reader.headers().map_err(|e| not_csv(&e, 1))?.iter().map(str::to_owned).collect();
    if let Some(at) = names.iter().position(|name| name.trim_end_matches(':').is_empty() || name.contains('=')) {
        return Err(RowsError::NoName(at + 1));
    }
    let mut places: Vec<Place> = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        // Empty lines before a row are no part of it.
        let (mut start, mut line) = (offset(reader.position()), line_of(reader.position()));
        while let Some(byte @ (b'\r' | b'\n')) = bytes.get(start) {
            line += usize::from(*byte == b'\n');
            start += 1;
        }
        if !reader.read_record(&mut record).map_err(|e| not_csv(&e, line))? {
            break;
        }
        let bytes = from + start..from + offset(reader.position());
        add(&mut places, Place { bytes, line })?;
    }
    Ok((Shape::Cells(names), places))
}

fn offset(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

fn line_of(position: &csv::Position) -> usize {
    usize::try_from(position.line()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first_trouble(file: &str) -> Option<RowsError> {
        let rows = match Rows::read(file.as_bytes().to_vec()) {
            Ok(rows) => rows,
            Err(e) => return Some(e),
        };
        (0..rows.count()).find_map(|i| rows.row(i).err())
    }

    #[test]
    fn a_bad_file_says_where() {
        for (file, words) in [
            ("a,b\n1,2\n3\n", "line 3 is not CSV: it has 1 cell where the first line names 2"),
            ("a,b\n\"1\n1\",2\n\n3,4,5\n", "line 5 is not CSV: it has 3 cells where the first line names 2"),
            ("a,b\nC1,\"open\nC2,x\n", "line 2 is not CSV: the quote is not closed"),
            ("a,b\n\"1\n1\",2\n\"", "line 4 is not CSV: the quote is not closed"),
            (
                "a,b\nC1,\"open\nC2,\"x\"\n",
                "line 3 is not CSV: text follows the closing quote of the cell that begins in line 2",
            ),
            ("a,b\n\"1\" ,2\n", "line 2 is not CSV: text follows the closing quote"),
            ("a,b\n1,2\n3\",4\n", "line 3 is not CSV: a quote stands inside a cell"),
            ("a, \"b\"\n1,2\n", "line 1 is not CSV: a quote stands inside a cell"),
            ("a,\n1,2\n", "column 2 has no name"),
            ("{\"a\":1}\n[1]\n", "line 2 is not a JSON object: it is array"),
            ("{\"a\":1}\n{\n", "line 2 is not a JSON object: expected"),
            (
                "\n{\"a\":1}\n\n{\"b\" 1}",
                "line 4 is not a JSON object: expected `:` after the key, found '1' (column 6)",
            ),
            ("[1]", "line 1 is not a JSON object: it is number"),
            ("[{\"a\":1},\n\n{\"b\":\n!}]", "line 4 is not a JSON object: expected"),
            ("[{\"a\":1},]", "line 1 is not a JSON object: nothing stands before ]"),
            ("[{\"a\":1}\n", "line 2 is not a JSON object: the list does not end"),
            ("[{\"a\":1}]\n1", "line 2 is not a JSON object: something follows"),
            ("a,b\n", "no rows"),
            ("", "no rows"),
            ("[]", "no rows"),
        ] {
            let error = first_trouble(file).map(|e| e.to_string()).unwrap_or_default();
            assert!(error.contains(words), "{file:?}: {error}");
        }
        assert_eq!(Rows::read(b"\xff".to_vec()), Err(RowsError::NotText));
        let many = "a\n".to_owned() + &"1\n".repeat(MOST + 1);
        assert_eq!(Rows::read(many.into_bytes()), Err(RowsError::TooMany));
    }

    #[test]
    fn lines_are_those_of_the_file_and_columns_have_numbers() {
        let file = "a, b ,c:\r\n\r\n\"1\n1\",2,3\r\n\r\n4,,6\r\n";
        let rows = Rows::read(file.as_bytes().to_vec()).unwrap();
        assert_eq!((rows.count(), rows.line(0), rows.line(1), rows.line(2)), (2, 3, 6, 0));
        assert_eq!(rows.row(0), Ok(Row::Cells(vec![(1, "a=1\n1".into()), (2, "b=2".into()), (3, "c:=3".into())])));
        assert_eq!(rows.row(1), Ok(Row::Cells(vec![(1, "a=4".into()), (3, "c:=6".into())])));
        assert_eq!((rows.column("b"), rows.column("c"), rows.column("d")), (Some(2), Some(3), None));
        assert!(rows.row(2).is_err());
        let list = Rows::read(b"\xef\xbb\xbf[\n{\"a\":\"],[\\\"\"},\n{\"b\":[{}]}\n]".to_vec()).unwrap();
        assert_eq!((list.line(0), list.line(1), list.count()), (2, 3, 2));
        let json = |i| match list.row(i) {
            Ok(Row::Members(members)) => Value::Object(members).to_json(),
            other => format!("{other:?}"),
        };
        assert_eq!((json(0).as_str(), json(1).as_str()), (r#"{"a":"],[\""}"#, r#"{"b":[{}]}"#));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}|[a-c,\"\n{}\\[\\]:0-9]{0,60}") {
            if let Ok(rows) = Rows::read(text.into_bytes()) {
                for i in 0..=rows.count() {
                    let _ = rows.row(i);
                }
            }
        }

        #[test]
        fn a_quote_too_few_is_always_refused(
            table in prop::collection::vec(prop::collection::vec("[a-z,\"\r\n ]{0,6}", 2), 1..6),
            which in any::<prop::sample::Index>(),
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(["a", "b"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let mut file = writer.into_inner().unwrap();
            let places: Vec<usize> = (0..file.len()).filter(|at| file[*at] == b'"').collect();
            file.remove(*which.get(&places));
            let refused = matches!(Rows::read(file), Err(RowsError::NotCsv { .. }));
            prop_assert!(refused);
        }

        #[test]
        fn a_row_read_alone_is_the_row_of_the_whole(
            table in prop::collection::vec(prop::collection::vec("[a-z,\"\n ]{0,6}", 3), 1..9)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let rows = Rows::read(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(rows.count(), table.len());
            for (i, row) in table.iter().enumerate() {
                let cells = row.iter().zip(["a", "b", "c"]).enumerate().filter(|(_, (cell, _))| !cell.is_empty());
                let cells = cells.map(|(at, (cell, name))| (at + 1, format!("{name}={cell}"))).collect();
                prop_assert_eq!(rows.row(i), Ok(Row::Cells(cells)));
            }
        }
    }
}
