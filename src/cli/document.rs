//! JSON documents from files and standard input, and their records as a table or CSV.

use std::{io::Read as _, path::Path};

use super::{
    options::Records,
    output::{Output, Style},
};
use crate::{
    domain::{
        document::{Content, Document, Format, Table},
        failure::{Failure, FailureKind},
        text::{self, cut_end, width},
    },
    paths::files,
};

/// The widest a column is on a terminal.
const WIDEST: usize = 40;

/// What there is of a document: its first bytes, as far as memory reaches, and how many more there are.
pub(crate) struct Beginning {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rest: u64,
}

/// Reads `path`, or standard input for `-`, as far as memory reaches.
pub(crate) fn beginning(path: &Path) -> Result<Beginning, Failure> {
    if path.as_os_str() != "-" {
        let (bytes, whole) = files::read_beginning(path).map_err(|e| files::unreadable(path, &e))?;
        let rest = whole.saturating_sub(bytes.len() as u64);
        return Ok(Beginning { bytes, rest });
    }
    let limit = files::comfortable();
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().lock();
    let read = stdin.by_ref().take(limit).read_to_end(&mut bytes).and_then(|_| {
        // How much more there is can be known only by reading it.
        if bytes.len() as u64 == limit { std::io::copy(&mut stdin, &mut std::io::sink()) } else { Ok(0) }
    });
    let rest = read.map_err(|e| {
        let message = format!("Standard input could not be read: {e}.");
        Failure::new(FailureKind::File, message, "Check what is piped in.")
    })?;
    Ok(Beginning { bytes, rest })
}

/// The bytes of `path`, or of standard input for `-`; all of them.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let Beginning { bytes, rest } = beginning(path)?;
    if rest == 0 {
        return Ok(bytes);
    }
    Err(Failure::new(
        FailureKind::File,
        format!("{} is {} larger than memory can hold.", name(path), text::human_size(rest)),
        "akx view shows its beginning.",
    ))
}

/// The document in `path`, which must be JSON, or JSON Lines.
pub(crate) fn json(path: &Path) -> Result<Document, Failure> {
    let document = document(bytes(path)?);
    if matches!(document.content(), Content::Json) { Ok(document) } else { Err(broken(&document, &name(path))) }
}

/// A document of bytes that should be JSON; one a line (JSON Lines) are a list.
pub(crate) fn document(bytes: Vec<u8>) -> Document {
    let read = |bytes: &[u8]| Document::read(bytes.into(), Some("application/json"));
    let is_json = |document: &Document| matches!(document.content(), Content::Json);
    let document = Document::read(bytes.into(), Some("application/json"));
    if is_json(&document) {
        return document;
    }
    let lines = document.bytes().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    if lines.clone().nth(1).is_none() || !lines.clone().all(|line| is_json(&read(line))) {
        return document;
    }
    let mut list = vec![b'['];
    for line in lines {
        list.extend_from_slice(line);
        list.push(b',');
    }
    list.pop();
    list.push(b']');
    Document::read(list.into(), Some("application/json"))
}

/// What is said of `document`, called `name`, that is no JSON or not whole.
pub(crate) fn broken(document: &Document, name: &str) -> Failure {
    let message = match document.content() {
        Content::CutJson { broke_at, expected } => {
            let (line, column) = document.line_and_column(*broke_at);
            format!("{name} is cut short or no JSON: line {line}, column {column}: expected {expected}.")
        }
        Content::Empty => format!("{name} is empty."),
        Content::Json | Content::Text | Content::Html | Content::Xml | Content::Binary { .. } => {
            format!("{name} is not JSON.")
        }
    };
    Failure::new(FailureKind::File, message, "akx view shows what it is, and where it breaks.")
}

/// What a file is called in a sentence.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "Standard input".to_owned() } else { path.display().to_string() }
}

/// Prints the records of `document` as `shape` asks for.
pub(crate) fn print_records(document: &Document, shape: &Records, output: &mut Output) -> Result<(), Failure> {
    let mut table = document.root().and_then(|root| Table::nearest(document, root)).ok_or_else(|| {
        Failure::new(
            FailureKind::Usage,
            "There is no list of records in the answer to make a table of.",
            "Leave --table and --csv out to see it as it is.",
        )
    })?;
    let columns = columns(document, &mut table, shape)?;
    if shape.csv {
        let csv = table.write(document, &columns, Format::Csv);
        let csv = if output.is_terminal() { text::clean_block(&csv).into_owned() } else { csv };
        return output.bytes(csv.as_bytes());
    }
    output.bytes(aligned(document, &table, &columns, output).as_bytes())
}

/// The numbers of the columns asked for.
fn columns(document: &Document, table: &mut Table, shape: &Records) -> Result<Vec<usize>, Failure> {
    let names = shape.table.as_deref().unwrap_or_default();
    if names.is_empty() {
        return Ok((0..table.columns().len()).collect());
    }
    let number = |name: &String| {
        table.column(document, name).ok_or_else(|| {
            let there = table.columns().iter().filter(|c| c.within.is_none());
            let there: Vec<&str> = there.take(40).map(|c| c.name.as_str()).collect();
            Failure::new(
                FailureKind::Usage,
                format!("The records have no column {name:?}."),
                format!("There are: {}.", there.join(", ")),
            )
        })
    };
    names.iter().map(number).collect()
}

/// Columns one below the other; on a terminal no wider than it is.
fn aligned(document: &Document, table: &Table, columns: &[usize], output: &Output) -> String {
    let most = if output.is_terminal() { WIDEST } else { usize::MAX };
    let heading: Vec<String> = columns.iter().map(|&c| text::clean(&table.columns()[c].name).into_owned()).collect();
    let rows: Vec<Vec<String>> = table
        .cells(document, 0..table.row_count(), columns)
        .into_iter()
        .map(|row| row.into_iter().map(|cell| cell.map_or_else(String::new, |c| c.text)).collect())
        .collect();
    let mut widths: Vec<usize> = heading.iter().map(|h| width(h).min(most)).collect();
    for row in &rows {
        for (cell, widest) in row.iter().zip(&mut widths) {
            *widest = (*widest).max(width(cell).min(most));
        }
    }
    let right: Vec<bool> = columns.iter().map(|&c| table.columns()[c].is_numeric()).collect();
    let line = |cells: &[String]| {
        let mut line = String::new();
        for ((cell, &columns), &right) in cells.iter().zip(&widths).zip(&right) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let cell = cut_end(cell, columns);
            let gap = " ".repeat(columns.saturating_sub(width(&cell)));
            if right { line.extend([&gap, &*cell]) } else { line.extend([&*cell, &gap]) }
        }
        let line = line.trim_end();
        if output.is_terminal() { cut_end(line, output.columns()).into_owned() } else { line.to_owned() }
    };
    let mut out = output.styled(Style::Strong, &line(&heading));
    for row in &rows {
        out.push('\n');
        out.push_str(&line(row));
    }
    out.push('\n');
    out
}
