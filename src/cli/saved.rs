//! `akx saved`, and `akx run --saved`.

use super::{
    catalogue,
    options::{Add, Run, Saved},
    output::Output,
    parameters,
    session::Session,
};
use crate::{
    domain::{
        action::Action,
        arguments::Typing,
        document::{Object, Value},
        failure::{Failure, FailureKind},
        saved::{SavedCall, checked_name},
        text::{clean, width},
    },
    store::saved::SavedCalls,
};

fn calls(session: &Session) -> SavedCalls {
    SavedCalls::new(session.paths.data_dir())
}

/// Lists, prints, writes or removes saved calls.
pub(crate) fn saved(session: &Session, options: &Saved, output: &mut Output) -> Result<(), Failure> {
    match options {
        Saved::List => list(session, output),
        Saved::Show { name } => {
            let call = calls(session).load(name)?.to_value();
            if output.json() { output.value(&call) } else { output.line(&call.to_json_pretty()) }
        }
        Saved::Add(add) => self::add(session, add, output),
        Saved::Delete { name } => {
            if !calls(session).remove(name)? {
                // The same words as for any name that is not there.
                calls(session).load(name)?;
            }
            output.say(&format!("Deleted {name}."));
            Ok(())
        }
    }
}

fn list(session: &Session, output: &mut Output) -> Result<(), Failure> {
    let calls = calls(session).list();
    if output.json() {
        let listed = calls.iter().map(|call| {
            let mut object = Object::new();
            object.insert("name", call.name.as_str());
            object.insert("action", call.action.as_str());
            object.insert("integration", call.integration.as_str());
            Value::Object(object)
        });
        return output.value(&Value::Array(listed.collect()));
    }
    if calls.is_empty() {
        output.say("No call is saved. `akx saved add NAME ACTION -p …`, or ^S in a form of the explorer, saves one.");
        return Ok(());
    }
    let longest = calls.iter().map(|call| width(&clean(&call.name))).max().unwrap_or(0);
    for call in &calls {
        let name = clean(&call.name);
        let line = if output.is_terminal() {
            format!("{name}{}  {}", " ".repeat(longest - width(&name)), clean(&call.action))
        } else {
            format!("{}\t{}\t{}", call.name, call.action, call.integration)
        };
        output.line(&line)?;
    }
    Ok(())
}

fn add(session: &Session, options: &Add, output: &mut Output) -> Result<(), Failure> {
    let name = checked_name(&options.name)
        .map_err(|_| Failure::new(FailureKind::Usage, "That cannot be a name.", "A name is one short line of text."))?;
    let base = parameters::base(session, &options.parameters)?;
    // The definition gives types and integration; a call can be saved without it too.
    let loaded = catalogue::with_action(session, &options.action, output).ok();
    let action = loaded.as_ref().and_then(|loaded| catalogue::find(&loaded.catalogue, &options.action));
    let schema = action.as_ref().map(Action::schema);
    let parameters = parameters::set(&options.parameters, base, schema.as_ref(), Typing::Loose)?;
    let call = SavedCall {
        name,
        action: action.as_ref().map_or_else(|| options.action.clone(), |a| a.name.to_string()),
        integration: action.map(|a| a.integration.to_string()).unwrap_or_default(),
        parameters: Value::object(),
        missing: Vec::new(),
    }
    .with_parameters(&parameters, schema.as_ref(), &session.known(session.token_at_hand().as_ref()));
    if !calls(session).save(&call, options.replace)? {
        return Err(Failure::new(
            FailureKind::File,
            format!("There is a saved call {:?} already.", call.name),
            "Write it over with --replace, or choose another name.",
        ));
    }
    let without = call.left_out().map_or_else(String::new, |words| format!(", {words}: give them with -p"));
    output.say(&format!("Saved {}{without}; `akx run --saved` with that name runs it.", call.name));
    Ok(())
}

/// Takes action and parameters of a run from the saved call it names, if it names one.
pub(crate) fn fill(session: &Session, run: &mut Run) -> Result<(), Failure> {
    let Some(name) = &run.saved else {
        run.action = run.named.clone().unwrap_or_default();
        return Ok(());
    };
    let call = calls(session).load(name)?;
    if let Some(other) = run.named.as_ref().filter(|named| !named.eq_ignore_ascii_case(&call.action)) {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("{name} is a call of {}, not of {other}.", call.action),
            "Leave the action out, or name the right one.",
        ));
    }
    run.action = call.action;
    run.parameters.base = Some(call.parameters);
    Ok(())
}
