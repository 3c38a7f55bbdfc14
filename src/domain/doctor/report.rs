//! The report as Markdown and JSON, and what to tell the customer.

use std::fmt::Write as _;

use super::{Facts, Line, Report, Verdict};
use crate::domain::{
    connection::ConnectionState,
    document::{Object, Value},
    failure::FailureKind,
    text::clean,
};

/// Two sentences for the customer: what is wrong in their words, and what they can do.
pub(super) fn for_customer(facts: &Facts, lines: &[Line]) -> [String; 2] {
    let broken: Vec<&str> = facts
        .connections
        .iter()
        .flat_map(|connections| &connections.integrations)
        .filter(|connection| connection.state == ConnectionState::NeedsReconnecting)
        .map(|connection| connection.integration.as_str())
        .collect();
    let failed = lines.iter().find(|line| line.verdict == Verdict::Failed);
    let is_ours =
        failed.is_some_and(|line| line.kind != Some(FailureKind::NotConnected) && !line.check.ends_with(" read"));
    match failed {
        Some(_) if is_ours => [
            "We found the cause on our side and are working on it.".to_owned(),
            "You need not do anything; your connections are not affected.".to_owned(),
        ],
        Some(_) if !broken.is_empty() => {
            let names = broken.join(" and ");
            [
                format!("Your connection to {names} has stopped working, because {names} no longer accepts it."),
                format!("Please open the integrations page of our app and connect {names} again."),
            ]
        }
        Some(line) if line.kind == Some(FailureKind::NotConnected) => [
            "No integration is connected to your account yet.".to_owned(),
            "Please open the integrations page of our app and connect the one you want to use.".to_owned(),
        ],
        Some(line) => {
            let name = line.check.trim_end_matches(" read");
            [
                format!("Your connection to {name} is in place, but {name} did not answer as it should."),
                format!(
                    "Please check in {name} that your account still has the rights it had, and tell us if nothing has changed there."
                ),
            ]
        }
        None => [
            "Everything on our side and all your connections work at the moment.".to_owned(),
            "If it still fails for you, please tell us what you did and at what time.".to_owned(),
        ],
    }
}

/// What to tell the customer who has not connected these.
pub(super) fn not_connected(integrations: &[&str]) -> [String; 2] {
    const NAMED: usize = 4;
    let (is, them) = if integrations.len() == 1 { ("is", "it") } else { ("are", "them") };
    let names = match integrations {
        [names @ .., last] if !names.is_empty() && integrations.len() <= NAMED => {
            format!("{} and {last}", names.join(", "))
        }
        few if few.len() <= NAMED => few.concat(),
        many => format!("{} and {} more", many[..NAMED - 1].join(", "), many.len() + 1 - NAMED),
    };
    [
        format!("{names} {is} not connected to your account yet."),
        format!("If you want to use {them}, please open the integrations page of our app and connect {them}."),
    ]
}

/// The report as Markdown, for a ticket.
pub fn markdown(report: &Report) -> String {
    let mut out = String::from("# akx doctor\n\n");
    let cell = |text: &str| clean(text).replace('|', "\\|");
    let user = report.user.as_deref().unwrap_or("nobody named");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "- User: {}\n- Project: {}", cell(user), cell(&report.project));
    let _ = writeln!(out, "- ActionKit: {}\n\n{}\n", cell(&report.base_url), report.summary());
    out.push_str("| Check | Verdict | What was found | Next step |\n| --- | --- | --- | --- |\n");
    for line in &report.lines {
        let (check, sentence, next) = (cell(&line.check), cell(&line.sentence), cell(&line.next));
        let _ = writeln!(out, "| {check} | {} | {sentence} | {next} |", line.verdict.word());
    }
    if !report.differences.is_empty() {
        out.push_str("\n## Compared with a user for whom it works\n\n");
        for words in &report.differences {
            let _ = writeln!(out, "- {}", clean(words));
        }
    }
    let _ = writeln!(out, "\n## For the customer\n\n{} {}", report.for_customer[0], report.for_customer[1]);
    out
}

/// The report as JSON: `{user, project, base_url, summary, checks: [{check, verdict, sentence, next, kind}],
/// differences, for_customer}`.
pub fn json(report: &Report) -> Value {
    let line = |line: &Line| {
        let mut object = Object::new();
        object.insert("check", line.check.as_str());
        object.insert("verdict", line.verdict.word());
        object.insert("sentence", line.sentence.as_str());
        object.insert("next", line.next.as_str());
        object.insert("kind", line.kind.map_or(Value::Null, |kind| kind.name().into()));
        Value::Object(object)
    };
    let texts = |texts: &[String]| Value::Array(texts.iter().map(|text| text.as_str().into()).collect());
    let mut object = Object::new();
    object.insert("user", report.user.as_deref().map_or(Value::Null, Value::from));
    object.insert("project", report.project.as_str());
    object.insert("base_url", report.base_url.as_str());
    object.insert("summary", report.summary());
    object.insert("checks", Value::Array(report.lines.iter().map(line).collect()));
    object.insert("differences", texts(&report.differences));
    object.insert("for_customer", texts(&report.for_customer));
    Value::Object(object)
}
