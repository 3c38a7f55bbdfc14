//! `akx export`.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use super::{
    catalogue,
    options::Export,
    output::{Output, Style},
    select,
    session::{Session, block_on, cancelled},
};
use crate::{
    client::ListFilter,
    domain::{
        action::Action,
        document::{Object, Value},
        export::{
            Shape,
            compare::{self, Compared},
            definition,
            definition::document,
        },
        failure::{Failure, FailureKind},
        text,
    },
    paths::files,
};

/// Writes definitions as agents want them: to stdout, to one file, or to a file each.
pub(crate) fn export(session: &Session, options: &Export, output: &mut Output) -> Result<ExitCode, Failure> {
    let loaded = catalogue::current(session, &ListFilter::default(), output)?;
    catalogue::warn_of_problems(loaded.catalogue.problems(), output);
    let actions = select::chosen(session, &loaded.catalogue, &options.query)?;
    if options.compare_server {
        return compare_server(session, &actions, options, output);
    }
    match (&options.directory, &options.output) {
        (Some(directory), _) => many(directory, &actions, options, output)?,
        (None, Some(path)) => {
            refuse_to_replace(path, options.force)?;
            let text = laid_out(&document(&actions, options.format));
            files::keep(path, text.as_bytes())?;
            told(&[path.display().to_string()], actions.len(), output)?;
        }
        (None, None) => output.value(&document(&actions, options.format))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says where what the server writes differs from what akx does.
fn compare_server(
    session: &Session,
    actions: &[Action],
    options: &Export,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let client = session.client(&session.token()?)?;
    let theirs = block_on(client.definitions(options.format, session.now))?.ok_or_else(cancelled)??;
    let theirs = theirs.ok_or_else(|| {
        Failure::new(
            FailureKind::Usage,
            format!("The server does not write definitions as {}: it answered as always.", options.format),
            "The published API knows openai, anthropic and json-schema; the live one writes its own form alone.",
        )
    })?;
    let compared = compare::compare(actions, &theirs, options.format);
    if output.json() {
        output.value(&json(&compared))?;
    } else {
        output.bytes(lines(&compared, output).as_bytes())?;
        let (same, different, missing) = (compared.same, compared.different.len(), compared.missing.len());
        output.say(&format!("{same} the same as the server's, {different} different, {missing} not in its reply."));
    }
    let is_same = compared.different.is_empty() && compared.missing.is_empty();
    Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn json(compared: &Compared) -> Value {
    let side = |value: &Option<Value>| value.clone().unwrap_or_default();
    let different = compared.different.iter().map(|(name, differences)| {
        let list = differences.iter().map(|d| {
            let mut object = Object::new();
            object.insert("at", d.at.as_str());
            object.insert("ours", side(&d.ours));
            object.insert("server", side(&d.theirs));
            Value::Object(object)
        });
        let mut object = Object::new();
        object.insert("name", name.as_str());
        object.insert("differences", Value::Array(list.collect()));
        Value::Object(object)
    });
    let mut object = Object::new();
    object.insert("same", compared.same);
    object.insert("missing", compared.missing.clone());
    object.insert("different", Value::Array(different.collect()));
    Value::Object(object)
}

fn lines(compared: &Compared, output: &Output) -> String {
    let side = |value: &Option<Value>| {
        let text = value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_json);
        text::cut_end(&text::clean(&text), 60).into_owned()
    };
    let mut lines = String::new();
    for (name, differences) in &compared.different {
        let _ = writeln!(lines, "~ {}", output.styled(Style::Strong, &text::clean(name)));
        for d in differences {
            let _ = writeln!(lines, "    {}: {}, the server {}", text::clean(&d.at), side(&d.ours), side(&d.theirs));
        }
    }
    for name in &compared.missing {
        let _ = writeln!(lines, "- {}", output.styled(Style::Strong, &text::clean(name)));
    }
    lines
}

fn many(directory: &Path, actions: &[Action], options: &Export, output: &mut Output) -> Result<(), Failure> {
    let paths: Vec<_> = actions.iter().map(|action| directory.join(file_name(&action.name))).collect();
    for path in &paths {
        refuse_to_replace(path, options.force)?;
    }
    for (path, action) in paths.iter().zip(actions) {
        files::keep(path, laid_out(&definition(action, options.format)).as_bytes())?;
    }
    told(&paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(), actions.len(), output)
}

fn laid_out(value: &Value) -> String {
    value.to_json_pretty() + "\n"
}

/// A name that leads nowhere else, whatever the server calls its actions.
fn file_name(action: &str) -> String {
    let plain: String =
        action.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect();
    format!("{plain}.json")
}

fn refuse_to_replace(path: &Path, force: bool) -> Result<(), Failure> {
    if path.exists() && !force {
        return Err(Failure::new(
            FailureKind::File,
            format!("{} exists already.", path.display()),
            "Name another place, or replace it with --force.",
        ));
    }
    Ok(())
}

fn told(paths: &[String], actions: usize, output: &mut Output) -> Result<(), Failure> {
    if output.json() {
        let mut object = Object::new();
        object.insert("actions", actions);
        object.insert("files", paths.to_vec());
        return output.value(&Value::Object(object));
    }
    let files = if let [one] = paths { one.clone() } else { format!("{} files", paths.len()) };
    output.say(&format!("{actions} definitions in {files}."));
    Ok(())
}

/// The format an export is written in, as clap reads it.
pub(super) fn shape(text: &str) -> Result<Shape, String> {
    text.parse::<Shape>().map_err(|e| e.to_string())
}
