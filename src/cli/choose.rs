//! `--where CONDITION`: the records of a list that fit, without a tree of it.

use std::{io::Read, path::Path};

use super::{answer, document, jq, options::Records, output::Output, pieces::Pieces};
use crate::{
    domain::{
        document::{Document, Reading, Table, exact, on_one_line},
        failure::{Failure, FailureKind},
        run::Body,
    },
    paths::files,
};

/// Prints the records of `path`, or of standard input for `-`, that fit.
pub(crate) fn of_file(path: &Path, shape: &Records, output: &mut Output) -> Result<(), Failure> {
    let name = document::name(path);
    if path.as_os_str() == "-" {
        return print((&mut std::io::stdin().lock(), &name), shape, output);
    }
    let (mut file, _) = files::open(path).map_err(|e| files::unreadable(path, &e))?;
    print((&mut file, &name), shape, output)
}

/// Prints the records of `json` that fit.
pub(crate) fn of_bytes(mut json: &[u8], shape: &Records, output: &mut Output) -> Result<(), Failure> {
    print((&mut json, "The answer"), shape, output)
}

fn print((from, name): (&mut dyn Read, &str), shape: &Records, output: &mut Output) -> Result<(), Failure> {
    let mut chosen = Chosen {
        shape,
        collected: shape.jq.is_some() || shape.csv || shape.table.is_some(),
        out: Vec::new(),
        count: 0,
    };
    let mut reading = Reading::default();
    let mut pieces = Pieces::of(from);
    while !pieces.here().1 && !matches!(reading, Reading::Other | Reading::Broken) {
        pieces.more().map_err(|e| unreadable(name, &e))?;
        let (text, last) = pieces.here();
        let done = reading.read(text, last, &mut |record| chosen.take(record));
        pieces.done_with(done);
        if !chosen.collected {
            chosen.hand_out(output)?;
            if output.is_unheard() {
                return Ok(());
            }
        }
    }
    if reading == Reading::Other {
        chosen.take_table(pieces.rest().map_err(|e| unreadable(name, &e))?, name)?;
    }
    let Chosen { count, out, collected, .. } = &mut chosen;
    if *count == 0 && reading != Reading::Broken {
        output.remark("No record fits.");
        return if shape.jq.is_some() { finish(b"[]", shape, output) } else { Ok(()) };
    }
    if *collected {
        out.push(b']');
        finish(out, shape, output)?;
    } else {
        chosen.hand_out(output)?;
    }
    if reading == Reading::Broken { Err(broken(name)) } else { Ok(()) }
}

/// Prints a list of chosen records as it is asked for.
fn finish(list: &[u8], shape: &Records, output: &mut Output) -> Result<(), Failure> {
    match &shape.jq {
        Some(filter) => jq::of_bytes(list, filter, shape, output),
        None => document::print_records(&Document::read(list.into(), Some("application/json")), shape, output),
    }
}

/// The records that fit, until they are printed.
struct Chosen<'s> {
    shape: &'s Records,
    /// Whether they are needed as one list.
    collected: bool,
    /// They, one a line; or the list as far as it is made.
    out: Vec<u8>,
    count: usize,
}

impl Chosen<'_> {
    fn take(&mut self, record: &[u8]) {
        if !self.shape.conditions.iter().all(|condition| condition.holds(record)) {
            return;
        }
        self.count += 1;
        if self.collected {
            self.out.extend_from_slice(if self.count == 1 { b"[" } else { b",\n" });
            self.out.extend_from_slice(record);
        } else {
            self.out.extend_from_slice(&on_one_line(record));
            self.out.push(b'\n');
        }
    }

    /// What is no list: the records of the table that it holds.
    fn take_table(&mut self, bytes: Vec<u8>, name: &str) -> Result<(), Failure> {
        let document = document::document(bytes);
        if !document.is_json() {
            return Err(document::broken(&document, name));
        }
        let table = document.root().and_then(|root| Table::nearest(&document, root)).ok_or_else(|| {
            let message = format!("{name} holds no list of records to choose from.");
            Failure::new(FailureKind::Usage, message, "Leave --where out to see it as it is.")
        })?;
        (0..table.row_count()).filter_map(|row| table.record(row)).for_each(|row| self.take(exact(&document, row)));
        Ok(())
    }

    fn hand_out(&mut self, output: &mut Output) -> Result<(), Failure> {
        let lines = std::mem::take(&mut self.out);
        if lines.is_empty() {
            return Ok(());
        }
        if !output.is_terminal() {
            return output.bytes(&lines);
        }
        lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()).try_for_each(|line| {
            let page = answer::laid_out(&Body::from(line.to_vec()), output);
            output.bytes(page.as_bytes())
        })
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::File, format!("{name} could not be read: {error}."), "Check what it is.")
}

fn broken(name: &str) -> Failure {
    let message = format!("{name} is not JSON, or it is cut short.");
    Failure::new(FailureKind::File, message, "akx view shows what it is, and where it breaks.")
}
