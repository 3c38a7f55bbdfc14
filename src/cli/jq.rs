//! `--jq FILTER`, and the hidden command that runs a filter in a process of its own.

use std::{
    io::{BufWriter, Read, Write as _},
    path::Path,
    process::{ExitCode, Stdio},
};

use super::{
    document,
    options::{Jq, Records},
    output::Output,
    pieces::Pieces,
    session::{block_on, cancelled},
};
use crate::{
    domain::{
        charset::Charset,
        document::{Document, Fed, Form, Items, QueryError, is_tame, query},
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
    let Err(error) = run((&options.filter, form), Given::Stream(&mut std::io::stdin())) else {
        return ExitCode::SUCCESS;
    };
    // Where even that cannot be said there is nobody to hear it.
    let _ = writeln!(std::io::stderr(), "{}", jq::told(&error));
    ExitCode::FAILURE
}

/// What a filter is run over in this process.
enum Given<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// What comes from here.
    Stream(&'a mut (dyn Read + Send)),
}

/// Of a list that is read bit by bit, how much one item is reckoned to be at most.
const ITEM: usize = 64 << 20;

/// Runs a filter over `given` in this process, which is to end soon after, and writes its results to standard output.
fn run((filter, form): (&str, Form), given: Given<'_>) -> Result<(), QueryError> {
    let work = || {
        let mut out = BufWriter::with_capacity(64 << 10, std::io::stdout().lock());
        let mut written = Ok(());
        let mut each = |result: &[u8]| {
            written = out.write_all(result).and_then(|()| out.write_all(b"\n"));
            written.is_ok()
        };
        let done = match given {
            Given::Bytes(bytes) => whole((filter, form), bytes, jq::limit_memory, &mut each),
            Given::Stream(from) => stream((filter, form), from, jq::limit_memory, &mut each),
        };
        done.and_then(|()| match written.and_then(|()| out.flush()) {
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

type Each<'e> = &'e mut dyn FnMut(&[u8]) -> bool;

/// Runs a filter over `input`; `limit` is told how many bytes that is.
fn whole((filter, form): (&str, Form), input: &[u8], limit: fn(usize), each: Each<'_>) -> Result<(), QueryError> {
    if let Some(charset) = Charset::of(input, None) {
        return whole((filter, form), charset.decode(input).as_bytes(), limit, each);
    }
    limit(input.len());
    query(filter, input, form, each)
}

/// Runs a filter that takes a list apart while the list is read, so that only the item under way is in memory; any other
/// over the whole.
fn stream(
    (filter, form): (&str, Form),
    from: &mut dyn Read,
    limit: fn(usize),
    each: Each<'_>,
) -> Result<(), QueryError> {
    let unreadable = |e: std::io::Error| fault(format!("The input could not be read: {e}."));
    let mut pieces = Pieces::of(from);
    let Some(mut items) = Items::of(filter, form)? else {
        return whole((filter, form), &pieces.rest().map_err(unreadable)?, limit, each);
    };
    let (mut begun, mut between) = (false, true);
    loop {
        let (text, last) = pieces.here();
        if between {
            let next = if begun { text } else { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) };
            match next.trim_ascii_start().first() {
                Some(b'[') if begun => {}
                Some(b'[') => limit(ITEM),
                Some(_) => return whole((filter, form), &pieces.rest().map_err(unreadable)?, limit, each),
                None if last => return Ok(()),
                None => {
                    pieces.more().map_err(unreadable)?;
                    continue;
                }
            }
            (begun, between) = (true, false);
        }
        match items.feed(text, last, each)? {
            Fed::Up(to) => pieces.done_with(to),
            Fed::Enough => return Ok(()),
        }
        if items.is_over() {
            items.begin_another();
            between = true;
        } else {
            pieces.more().map_err(unreadable)?;
        }
    }
}

fn fault(words: String) -> QueryError {
    QueryError { words, at: None }
}

/// Prints what the filter makes of `path`, or of standard input for `-`.
pub(crate) fn of_file(path: &Path, filter: &str, shape: &Records, output: &mut Output) -> Result<(), Failure> {
    if is_collected(shape, output) {
        return of_bytes(&document::bytes(path)?, filter, shape, output);
    }
    let is_stdin = path.as_os_str() == "-";
    let file = || Ok(files::open(path).map_err(|e| files::unreadable(path, &e))?.0);
    let form = form(shape);
    let printed = match (is_tame(filter), is_stdin) {
        // Starting another process takes longer than most filters, and this one needs none.
        (true, true) => run((filter, form), Given::Stream(&mut std::io::stdin())),
        (true, false) => run((filter, form), Given::Stream(&mut file()?)),
        (false, true) => elsewhere((filter, form), Input::Stream(Stdio::inherit()))?,
        (false, false) => elsewhere((filter, form), Input::Stream(file()?.into()))?,
    };
    printed.map_err(|e| failure(filter, &e))
}

/// Prints what the filter makes of `json`.
pub(crate) fn of_bytes(json: &[u8], filter: &str, shape: &Records, output: &mut Output) -> Result<(), Failure> {
    if let Some(charset) = Charset::of(json, None) {
        return of_bytes(charset.decode(json).as_bytes(), filter, shape, output);
    }
    if !is_collected(shape, output) {
        let filter_and_form = (filter, form(shape));
        let printed = if is_tame(filter) {
            run(filter_and_form, Given::Bytes(json))
        } else {
            elsewhere(filter_and_form, Input::Bytes(json))?
        };
        return printed.map_err(|e| failure(filter, &e));
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

fn form(shape: &Records) -> Form {
    if shape.raw { Form::Plain } else { Form::Json }
}

/// Runs a filter in a process of its own, which writes its results to this one's standard output.
fn elsewhere(filter: (&str, Form), input: Input<'_>) -> Result<Result<(), QueryError>, Failure> {
    block_on(jq::print(&super::program()?, filter, input))?.ok_or_else(cancelled)
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

    /// Gives a few bytes at a time.
    struct Drops<'t>(&'t [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let most = self.1.min(to.len());
            self.0.read(&mut to[..most])
        }
    }

    #[test]
    fn bit_by_bit_it_gives_what_the_whole_gives() {
        let long = format!("[{}{{\"a\":9}}]", r#"{"a":"x, ]\" é","b":[{}]}, "#.repeat(20_000));
        for text in [
            "",
            " ",
            "[]",
            "[1,2]",
            " [ {\"a\":1} , 2 ]\n[3] ",
            "\u{feff}[{\"a\":1}]",
            "{\"a\":[1]}",
            "[{\"a\":1}] 7 [{\"a\":2}]",
            "[{\"a\":1}",
            "[{\"a\":1},",
            "[{\"a\":1}]]",
            "[{\"a\":1} {\"a\":2}]",
            "[{\"a\":1},]",
            "12",
            "[1]x",
            &long,
        ] {
            for filter in [".[] | .a?", ".[] | select(.a)", ".[]", ".", "map(.a?)", ".a[] | .", ".[] | nope"] {
                let collected = |run: &mut dyn FnMut(Each<'_>) -> Result<(), QueryError>| {
                    let mut all = Vec::new();
                    let done = run(&mut |result| {
                        all.push(result.to_vec());
                        true
                    });
                    (all, done.map_err(|e| e.at))
                };
                let expected = collected(&mut |each| query(filter, text.as_bytes(), Form::Json, each));
                for piece in [1, 7, 100_000] {
                    if piece == 1 && text.len() > 1000 {
                        continue;
                    }
                    let mut from = Drops(text.as_bytes(), piece);
                    let given = collected(&mut |each| stream((filter, Form::Json), &mut from, |_| {}, each));
                    assert_eq!(given, expected, "{filter} {:?} by {piece}", text.get(..80).unwrap_or(text));
                }
            }
        }
    }

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
