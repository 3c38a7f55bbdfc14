//! jq in a process of its own: a filter that calls itself without end, or wants all memory there is, ends that process
//! and nothing else.
//!
//! The process is akx again, with the hidden command [`COMMAND`]: it reads JSON on its standard input, writes results to
//! its standard output, one a line, and at the end what went wrong, as one JSON object, to its standard error.

use std::{
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
};

use crate::domain::document::{Form, Object, QueryError, Value};

/// The hidden command that runs a filter over its standard input.
pub const COMMAND: &str = "__jq";
/// Its option that prints texts as they are.
pub const PLAIN: &str = "--plain";

/// How much memory a filter may have, beside what [`TIMES`] grants.
const MEMORY: u64 = 1 << 30;
/// How many times its input a filter may have in memory, as values take several times their text.
const TIMES: u64 = 24;

/// How much a filter may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long it may take.
    pub time: Duration,
    /// How many bytes of results are taken.
    pub output: usize,
}

impl Limits {
    /// For somebody who waits for it in front of a screen.
    pub const LIVE: Self = Self { time: Duration::from_secs(10), output: 64 << 20 };
    /// For a command, which can be stopped by its own key: everything.
    pub const NONE: Self = Self { time: Duration::MAX, output: usize::MAX };
}

/// What a filter gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    /// The results, one a line.
    pub lines: Vec<u8>,
    /// Whether there were more than were taken.
    pub more: bool,
}

impl Results {
    /// The results as one document, and how many there are: a list of them, unless there is just one.
    pub fn document(&self) -> (Vec<u8>, usize) {
        let lines: Vec<&[u8]> = self.lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()).collect();
        match lines.as_slice() {
            [one] => (one.to_vec(), 1),
            many => ([b"[", many.join(&b",\n"[..]).as_slice(), b"]"].concat(), many.len()),
        }
    }
}

/// What a filter is run over.
#[derive(Debug)]
pub enum Input<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// A file or another stream, read by the process itself.
    Stream(Stdio),
}

/// Runs `filter` over `input` by `program` (akx itself) and gives its results. Dropped half way, it stops.
///
/// # Errors
/// What is wrong with the filter, or how it failed; there are no results then.
pub async fn query(program: &Path, filter: &str, input: &[u8], limits: Limits) -> Result<Results, QueryError> {
    let mut child = start(program, (filter, Form::Json), (Stdio::piped(), Stdio::piped()))?;
    let stdout = child.stdout.take();
    let take = async {
        let mut results = Results::default();
        if let Some(mut stdout) = stdout {
            // What was read before an error counts; how the process ended says more.
            while let Ok(1..) = stdout.read_buf(&mut results.lines).await {
                if results.lines.len() > limits.output {
                    let end = results.lines[..limits.output].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
                    results.lines.truncate(end);
                    results.more = true;
                    break;
                }
            }
        }
        let enough = results.more;
        (results, enough)
    };
    let Ok((results, ended)) = tokio::time::timeout(limits.time, work(&mut child, input, take)).await else {
        return Err(fault(format!("Stopped: the filter took longer than {} seconds.", limits.time.as_secs())));
    };
    ended.map(|()| results)
}

/// Runs `filter` over `input` by `program` (akx itself), which writes its results to this process's standard output.
/// Dropped half way, it stops.
///
/// # Errors
/// What is wrong with the filter, or how it failed; what it gave before has been written.
pub async fn print(program: &Path, filter: (&str, Form), input: Input<'_>) -> Result<(), QueryError> {
    let (stdin, bytes) = match input {
        Input::Bytes(bytes) => (Stdio::piped(), bytes),
        Input::Stream(stream) => (stream, &[][..]),
    };
    let mut child = start(program, filter, (stdin, Stdio::inherit()))?;
    work(&mut child, bytes, async { ((), false) }).await.1
}

fn start(program: &Path, filter: (&str, Form), (input, output): (Stdio, Stdio)) -> Result<Child, QueryError> {
    let mut command = Command::new(program);
    command.arg(COMMAND);
    if filter.1 == Form::Plain {
        command.arg(PLAIN);
    }
    let command = command.arg("--").arg(filter.0).stdin(input).stdout(output).stderr(Stdio::piped()).kill_on_drop(true);
    command.spawn().map_err(|e| fault(format!("The filter could not be started: {e}.")))
}

/// Feeds the process, hears what it says, and waits for its end, unless `take`, which reads its results, says that it has
/// enough.
async fn work<T>(
    child: &mut Child,
    input: &[u8],
    take: impl Future<Output = (T, bool)>,
) -> (T, Result<(), QueryError>) {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let give = async {
        if let Some(mut stdin) = stdin {
            // It may end before it has read everything; how it ended says why.
            let _ = stdin.write_all(input).await;
        }
    };
    let hear = async {
        let mut words = Vec::new();
        if let Some(stderr) = stderr {
            let _ = stderr.take(8192).read_to_end(&mut words).await;
        }
        words
    };
    let wait = async {
        let (words, ended) = tokio::join!(hear, child.wait());
        said(ended, &words)
    };
    let (mut take, mut fed) = (std::pin::pin!(take), std::pin::pin!(async { tokio::join!(give, wait).1 }));
    tokio::select! {
        (taken, enough) = &mut take => {
            let ended = if enough { Ok(()) } else { fed.await };
            (taken, ended)
        }
        ended = &mut fed => (take.await.0, ended),
    }
}

/// How a process ended, in words.
fn said(ended: io::Result<ExitStatus>, words: &[u8]) -> Result<(), QueryError> {
    let ended = ended.map_err(|e| fault(format!("The filter could not be waited for: {e}.")))?;
    if ended.success() {
        return Ok(());
    }
    let told = Value::parse(words.trim_ascii()).ok();
    if let Some(words) = told.as_ref().and_then(|t| t.get("words")).and_then(Value::as_str) {
        let at = told.as_ref().and_then(|t| t.get("at")).and_then(Value::as_i64);
        return Err(QueryError { words: words.to_owned(), at: at.and_then(|at| usize::try_from(at).ok()) });
    }
    // A process that runs out of stack or memory is ended by the system, with its last words on standard error.
    let words = String::from_utf8_lossy(words);
    Err(fault(if words.contains("overflowed its stack") {
        "Stopped: the filter calls itself too often.".to_owned()
    } else if words.contains("memory allocation") {
        "Stopped: the filter needs more memory than it may have.".to_owned()
    } else {
        "Stopped: the filter ended its process; perhaps it needs too much memory.".to_owned()
    }))
}

fn fault(words: String) -> QueryError {
    QueryError { words, at: None }
}

/// What is wrong, as the process says it.
pub fn told(error: &QueryError) -> String {
    let mut object = Object::new();
    object.insert("words", error.words.as_str());
    if let Some(at) = error.at {
        object.insert("at", at);
    }
    Value::Object(object).to_json()
}

/// Limits the memory of this process, which is about to run a filter over `input` bytes, and leaves no dump behind.
pub fn limit_memory(input: usize) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let memory = MEMORY + TIMES * u64::try_from(input).unwrap_or(u64::MAX / (2 * TIMES));
        // Where the system knows no such limit, the filter runs without one. The most that there may be is left
        // alone, since a later input may need more.
        let maximum = getrlimit(Resource::As).maximum;
        let _ = setrlimit(Resource::As, Rlimit { current: Some(memory), maximum });
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(not(unix))]
    let _ = input;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_become_one_document() {
        let document = |lines: &[u8]| Results { lines: lines.to_vec(), more: false }.document();
        assert_eq!(document(b"{\"a\":1}\n"), (b"{\"a\":1}".to_vec(), 1));
        assert_eq!(document(b"1\n2\n"), (b"[1,\n2]".to_vec(), 2));
        assert_eq!(document(b""), (b"[]".to_vec(), 0));
    }
}
