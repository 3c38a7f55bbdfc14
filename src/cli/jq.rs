//! `--jq FILTER`, and the hidden command that runs a filter in a process of its own.

use std::{
    io::{BufWriter, Read as _, Write as _},
    path::Path,
    process::{ExitCode, Stdio},
};

use super::{
    document,
    options::{Jq, Records},
    output::Output,
    session::{block_on, cancelled},
};
use crate::{
    domain::{
        charset::Charset,
        document::{Document, Form, QueryError, is_tame, query},
        failure::{Failure, FailureKind},
        run::Body,
        text,
    },
    paths::files,
    runtime::jq::{self, Input, Limits},
};

/// How much room a filter has to call itself in: enough for JSON of any sane depth, not for a call without end.
const STACK: usize = 64 << 20;

/// Runs a filter over standard input, one result a line; what goes wrong is told on stderr as one JSON object.
pub(crate) fn child(options: &Jq) -> ExitCode {
    let form = if options.plain { Form::Plain } else { Form::Json };
    let mut input = Vec::new();
    let done = match std::io::stdin().lock().read_to_end(&mut input) {
        Ok(_) => run((&options.filter, form), &input),
        Err(e) => Err(fault(format!("The input could not be read: {e}."))),
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    // Where even that cannot be said there is nobody to hear it.
    let _ = writeln!(std::io::stderr(), "{}", jq::told(&error));
    ExitCode::FAILURE
}

/// Runs a filter over `input` in this process, which is to end soon after, and writes its results to standard output.
fn run((filter, form): (&str, Form), input: &[u8]) -> Result<(), QueryError> {
    jq::limit_memory(input.len());
    let work = || {
        let mut out = BufWriter::with_capacity(64 << 10, std::io::stdout().lock());
        let mut written = Ok(());
        query(filter, input, form, &mut |result| {
            written = out.write_all(result).and_then(|()| out.write_all(b"\n"));
            written.is_ok()
        })
        .and_then(|()| match written.and_then(|()| out.flush()) {
            // Whoever read us has seen enough, as `head` does.
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(fault(format!("The results could not be written: {e}.")))
            }
            _ => Ok(()),
        })
    };
    std::thread::scope(|scope| {
        let running = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let done = running.map(std::thread::ScopedJoinHandle::join);
        done.ok().and_then(Result::ok).unwrap_or_else(|| Err(fault("The filter could not be run.".to_owned())))
    })
}

fn fault(words: String) -> QueryError {
    QueryError { words, at: None }
}

/// Prints what the filter makes of `path`, or of standard input for `-`.
pub(crate) fn of_file(path: &Path, filter: &str, shape: &Records, output: &mut Output) -> Result<(), Failure> {
    if is_collected(shape, output) {
        return of_bytes(&document::bytes(path)?, filter, shape, output);
    }
    if is_tame(filter) {
        return of_bytes(&document::bytes(path)?, filter, shape, output);
    }
    let input = if path.as_os_str() == "-" {
        Input::Stream(Stdio::inherit())
    } else {
        Input::Stream(files::open(path).map_err(|e| files::unreadable(path, &e))?.0.into())
    };
    print(input, filter, shape)
}

/// Prints what the filter makes of `json`.
pub(crate) fn of_bytes(json: &[u8], filter: &str, shape: &Records, output: &mut Output) -> Result<(), Failure> {
    if let Some(charset) = Charset::of(json, None) {
        return of_bytes(charset.decode(json).as_bytes(), filter, shape, output);
    }
    if !is_collected(shape, output) {
        return print(Input::Bytes(json), filter, shape);
    }
    let program = super::program()?;
    let results = block_on(jq::query(&program, filter, json, Limits::NONE))?.ok_or_else(cancelled)?;
    let results = results.map_err(|e| failure(filter, &e))?;
    if shape.csv || shape.table.is_some() {
        let document = Document::read(results.document().0.into(), Some("application/json"));
        return document::print_records(&document, shape, output);
    }
    results.lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()).try_for_each(|result| {
        let page = match (shape.raw, super::answer::text_of(result)) {
            (true, Some(text)) => text::clean_block(&text).into_owned() + "\n",
            _ => super::answer::laid_out(&Body::from(result.to_vec()), output),
        };
        output.bytes(page.as_bytes())
    })
}

/// Whether the results are needed here, to be laid out: otherwise they go straight out.
fn is_collected(shape: &Records, output: &Output) -> bool {
    shape.csv || shape.table.is_some() || output.is_terminal()
}

fn print(input: Input<'_>, filter: &str, shape: &Records) -> Result<(), Failure> {
    let form = if shape.raw { Form::Plain } else { Form::Json };
    let printed = match input {
        // Starting another process takes longer than most filters, and this one needs none.
        Input::Bytes(bytes) if is_tame(filter) => run((filter, form), bytes),
        input => block_on(jq::print(&super::program()?, (filter, form), input))?.ok_or_else(cancelled)?,
    };
    printed.map_err(|e| failure(filter, &e))
}

/// A filter's complaint; where it is known where, with the filter and a mark below it.
fn failure(filter: &str, error: &QueryError) -> Failure {
    let Some(at) = error.at else {
        let hint = "The filter is understood; what it was given does not fit it.";
        return Failure::new(FailureKind::Usage, format!("jq: {}", error.words), hint);
    };
    let line = filter.lines().scan(0, |before, line| {
        let begins = *before;
        *before += line.chars().count() + 1;
        Some((begins, line))
    });
    let (begins, line) = line.take_while(|(begins, _)| *begins <= at).last().unwrap_or((0, filter));
    let before: String = line.chars().take(at - begins.min(at)).collect();
    let mark = format!("{}^", " ".repeat(text::width(&text::clean(&before))));
    Failure::new(FailureKind::Usage, format!("jq: {}", error.words), format!("  {line}\n  {mark}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_below_the_place() {
        let hint = |filter: &str, at| failure(filter, &QueryError { words: "No.".into(), at: Some(at) }).hint;
        assert_eq!(hint(".a b", 3), "  .a b\n     ^");
        assert_eq!(hint(".a |", 4), "  .a |\n      ^");
        assert_eq!(hint(".a\n| nope", 5), "  | nope\n    ^");
        assert_eq!(hint(".\"日本\" x", 6), "  .\"日本\" x\n          ^");
        assert_eq!(hint("", 0), "  \n  ^");
    }
}
