//! `akx lint`.

use std::{collections::BTreeSet, fmt::Write as _, process::ExitCode};

use super::{
    catalogue, options,
    output::{Output, Style},
    select,
    session::Session,
};
use crate::{
    client::ListFilter,
    domain::{
        document::{Object, Value},
        failure::Failure,
        lint::{Finding, Rule, Severity, lint as look},
        text,
    },
};

/// Says what of definitions models, and strict modes, stumble over.
pub(crate) fn lint(session: &Session, options: &options::Lint, output: &mut Output) -> Result<ExitCode, Failure> {
    let loaded = catalogue::current(session, &ListFilter::default(), output)?;
    let actions = select::chosen(session, &loaded.catalogue, &options.query)?;
    let names: BTreeSet<&str> = actions.iter().map(|a| &*a.name).collect();
    let is_wanted = |finding: &Finding| {
        let rule = if options.rules.is_empty() {
            let is_strict = matches!(finding.rule, Rule::StrictKeyword | Rule::StrictObject);
            if is_strict { options.strict } else { options.hints || finding.rule.severity() != Severity::Hint }
        } else {
            options.rules.contains(&finding.rule)
        };
        rule && names.contains(finding.action.as_str())
    };
    // All actions are looked at, as a twin may lie outside what was chosen.
    let findings: Vec<Finding> = look(&loaded.catalogue).into_iter().filter(is_wanted).collect();
    if output.json() {
        output.value(&Value::Array(findings.iter().map(json).collect()))?;
    } else {
        output.bytes(lines(&findings, output).as_bytes())?;
        let of = |severity| findings.iter().filter(|f| f.rule.severity() == severity).count();
        let (errors, warnings, hints) = (of(Severity::Error), of(Severity::Warning), of(Severity::Hint));
        output.say(&format!("{errors} errors, {warnings} warnings, {hints} hints in {} definitions.", names.len()));
    }
    let is_bad = findings.iter().any(|f| f.rule.severity() == Severity::Error);
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn json(finding: &Finding) -> Value {
    let mut object = Object::new();
    object.insert("action", finding.action.as_str());
    object.insert("at", finding.at.as_str());
    object.insert("rule", finding.rule.name());
    object.insert("severity", finding.rule.severity().name());
    object.insert("message", finding.message.as_str());
    Value::Object(object)
}

fn lines(findings: &[Finding], output: &Output) -> String {
    let mut lines = String::new();
    for finding in findings {
        let severity = finding.rule.severity();
        let style = match severity {
            Severity::Error => Style::Bad,
            Severity::Warning => Style::Careful,
            Severity::Hint => Style::Faint,
        };
        let at = if finding.at.is_empty() { String::new() } else { format!(" {}", text::clean(&finding.at)) };
        let _ = writeln!(
            lines,
            "{}{at}: {}: {} [{}]",
            output.styled(Style::Strong, &text::clean(&finding.action)),
            output.styled(style, severity.name()),
            text::clean(&finding.message),
            finding.rule.name()
        );
    }
    lines
}

/// A rule by its name, as clap reads it.
pub(super) fn rule(text: &str) -> Result<Rule, String> {
    Rule::ALL.into_iter().find(|rule| rule.name() == text).ok_or_else(|| {
        let names: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
        format!("expected one of {}", names.join(", "))
    })
}
