//! `akx validate`.

use std::process::ExitCode;

use super::{catalogue, options::Validate, output::Output, parameters, session::Session};
use crate::domain::{
    arguments::Typing,
    document::{Object, Value},
    failure::{Failure, FailureKind},
    schema::validate::{Checker, Verdict, Violation},
    text::clean,
};

/// Checks parameters against the action's schema, sending nothing. Complaints are this command's data; the exit code
/// says that there are some.
pub(crate) fn validate(session: &Session, options: &Validate, output: &mut Output) -> Result<ExitCode, Failure> {
    let base = parameters::base(session, &options.parameters)?;
    let loaded = catalogue::with_action(session, &options.action, output)?;
    let action = &catalogue::action(&loaded, &options.action)?;
    let schema = action.schema();
    let parameters = parameters::set(&options.parameters, base, Some(&schema), Typing::Strict)?;
    for words in parameters::files_as_text(&options.parameters, Some(&schema)) {
        output.warn(&words);
    }
    let (unchecked, violations) = match Checker::new(&schema).check_all(&parameters) {
        Verdict::Checked(violations) => (action.schema_problem().filter(|_| violations.is_empty()), violations),
        Verdict::NotChecked(why) => (Some(action.schema_problem().unwrap_or(why)), Vec::new()),
    };
    if output.json() {
        output.value(&json(unchecked.as_deref(), &violations))?;
    } else if let Some(why) = &unchecked {
        output.say(why);
    } else if violations.is_empty() {
        output.say(&format!("{} takes these parameters.", action.name));
    } else {
        for violation in &violations {
            output.line(&clean(&words(violation)))?;
        }
    }
    let code = if violations.is_empty() { 0 } else { FailureKind::InvalidParameters.exit_code() };
    Ok(ExitCode::from(code))
}

/// The place as a JSON Pointer, which `-p` takes too, and what is wrong there.
fn words(violation: &Violation) -> String {
    match violation.at.tokens() {
        [] => violation.to_string(),
        _ => format!("{} {}", violation.at, violation.message),
    }
}

fn json(unchecked: Option<&str>, violations: &[Violation]) -> Value {
    let listed = violations.iter().map(|violation| {
        let mut object = Object::new();
        object.insert("at", violation.at.to_string());
        object.insert("keyword", violation.keyword.as_str());
        object.insert("message", violation.message.as_str());
        Value::Object(object)
    });
    let mut object = Object::new();
    object.insert("valid", violations.is_empty());
    object.insert("checked", unchecked.is_none());
    if let Some(why) = unchecked {
        object.insert("reason", why);
    }
    object.insert("violations", Value::Array(listed.collect()));
    Value::Object(object)
}
