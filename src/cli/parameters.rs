//! `--params` and `-p`: the parameters somebody gave on the command line.

use std::{io::Read as _, path::Path};

use super::{options::Parameters, session::Session};
use crate::{
    domain::{
        arguments::{ArgumentError, Signature, Typing},
        document::Value,
        failure::{Failure, FailureKind},
        schema::{
            node::Node,
            refs::Schema,
            validate::{Verdict, Violation, check},
        },
    },
    paths::files,
    runtime::files::read_file,
};

/// No parameters are longer than this many bytes.
const LIMIT: u64 = 64 << 20;

/// What `--params` holds; an empty object without it.
pub(crate) fn base(session: &Session, options: &Parameters) -> Result<Value, Failure> {
    if let Some(base) = &options.base {
        return Ok(base.clone());
    }
    let Some(params) = options.params.as_deref() else { return Ok(Value::object()) };
    let (bytes, whence) = match params.strip_prefix('@').unwrap_or(params) {
        "-" => (of_stdin(session)?, "standard input".to_owned()),
        // Where the schema is of no object the parameters may be any JSON.
        _ if params.trim_start().starts_with(['{', '[']) || Value::parse(params.as_bytes()).is_ok() => {
            (params.as_bytes().to_vec(), "--params".to_owned())
        }
        path if params.starts_with('@') => (of_file(Path::new(path))?, path.to_owned()),
        _ => {
            return Err(Failure::new(
                FailureKind::Usage,
                format!("--params is {params:?}: expected @FILE, @- for standard input, or JSON."),
                format!("For the file of that name write --params @{params}"),
            ));
        }
    };
    Value::parse(&bytes).map_err(|e| {
        Failure::new(FailureKind::Usage, format!("The parameters in {whence} are not JSON: {e}."), "Correct it there.")
    })
}

/// `base` with each `-p` set in it.
pub(crate) fn set(options: &Parameters, base: Value, schema: Option<&Value>, typing: Typing) -> Result<Value, Failure> {
    if base.as_object().is_none() && !schema.is_some_and(|schema| takes(schema, &base)) {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("The parameters are {}: expected an object.", in_words(&base)),
            "akx template ACTION prints one to fill in.",
        ));
    }
    let mut signature = Signature::of(schema);
    let set = options.set.iter().map(|argument| with_file(argument, &mut signature));
    let set = set.collect::<Result<Vec<String>, _>>()?;
    signature.apply(&set, base, typing).map_err(|e| {
        let kind = match e {
            ArgumentError::NoValue(_)
            | ArgumentError::NoName(_)
            | ArgumentError::NotJson { .. }
            | ArgumentError::Place { .. } => FailureKind::Usage,
            ArgumentError::Type { .. } => FailureKind::InvalidParameters,
        };
        Failure::new(kind, format!("{e}."), "akx show ACTION tells what an action takes.")
    })
}

/// Whether a schema takes parameters that are no object.
fn takes(schema: &Value, parameters: &Value) -> bool {
    let (_, node) = Node::parameters(&Schema::new(schema));
    node.may_be(parameters)
}

/// An argument that names a file, with the file in it; any other as it is.
fn with_file(argument: &str, signature: &mut Signature) -> Result<String, Failure> {
    let Some((name, path)) = signature.file_in(argument) else { return Ok(argument.to_owned()) };
    let file = read_file(Path::new(path))
        .map_err(|why| Failure::new(FailureKind::File, why, format!("Check the path given for {name}.")))?;
    Ok(format!("{name}:={}", file.to_json()))
}

/// What is sent as text though it names a file that is there, in words.
pub(crate) fn files_as_text(options: &Parameters, schema: Option<&Value>) -> Vec<String> {
    let mut signature = Signature::of(schema);
    let taken = options.set.iter().filter(|argument| signature.file_in(argument).is_none());
    let named = taken.filter_map(|argument| {
        let (name, path) = argument.split_once('=')?;
        let path = path.strip_prefix('@').filter(|_| !name.ends_with(':'))?;
        let words = || {
            format!(
                "{name} is sent as the text @{path}, as its schema asks for no file; for the file's content write \
                 {name}:=@{path}"
            )
        };
        Path::new(path).is_file().then(words)
    });
    named.collect()
}

/// What the schema says of `parameters`; an error where it was checked and does not fit.
pub(crate) fn violations(schema: &Value, parameters: &Value) -> Result<Option<String>, Vec<Violation>> {
    match check(schema, parameters) {
        Verdict::Checked(violations) if violations.is_empty() => Ok(None),
        Verdict::Checked(violations) => Err(violations),
        Verdict::NotChecked(why) => Ok(Some(why)),
    }
}

fn of_stdin(session: &Session) -> Result<Vec<u8>, Failure> {
    if session.settings.token.takes_stdin() {
        return Err(Failure::new(
            FailureKind::Usage,
            "Standard input cannot hold both the token and the parameters.",
            "Give one of them as a file.",
        ));
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes);
    let why = match read {
        Err(e) => e.to_string(),
        Ok(_) if bytes.len() as u64 > LIMIT => format!("it is larger than {LIMIT} bytes"),
        Ok(_) => return Ok(bytes),
    };
    Err(Failure::new(FailureKind::File, format!("Standard input could not be read: {why}."), "Check what is piped in."))
}

fn of_file(path: &Path) -> Result<Vec<u8>, Failure> {
    files::read(path, LIMIT)
        .and_then(|bytes| bytes.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
        .map_err(|e| files::unreadable(path, &e))
}

const fn in_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
