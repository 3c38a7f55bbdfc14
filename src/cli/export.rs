//! `akx export`.

use std::path::Path;

use super::{catalogue, options::Export, output::Output, select, session::Session};
use crate::{
    client::ListFilter,
    domain::{
        action::Action,
        document::{Object, Value},
        export::{Shape, definition, definition::document},
        failure::{Failure, FailureKind},
    },
    paths::files,
};

/// Writes definitions as agents want them: to stdout, to one file, or to a file each.
pub(crate) fn export(session: &Session, options: &Export, output: &mut Output) -> Result<(), Failure> {
    let loaded = catalogue::current(session, &ListFilter::default(), output)?;
    catalogue::warn_of_problems(loaded.catalogue.problems(), output);
    let actions = select::chosen(session, &loaded.catalogue, &options.query, output)?;
    match (&options.directory, &options.output) {
        (Some(directory), _) => many(directory, &actions, options, output),
        (None, Some(path)) => {
            refuse_to_replace(path, options.force)?;
            let text = laid_out(&document(actions.iter().copied(), options.format));
            files::keep(path, text.as_bytes())?;
            told(&[path.display().to_string()], actions.len(), output)
        }
        (None, None) => output.value(&document(actions.iter().copied(), options.format)),
    }
}

fn many(directory: &Path, actions: &[&Action], options: &Export, output: &mut Output) -> Result<(), Failure> {
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
