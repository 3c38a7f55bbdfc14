//! `akx budget`.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    catalogue,
    options::Budget,
    output::{Output, Style},
    select,
    session::Session,
};
use crate::{
    client::ListFilter,
    domain::{
        budget::{Cost, TOKENIZER, costs},
        document::{Object, Value},
        failure::Failure,
        text,
    },
};

/// Says what definitions cost a model, the dearest first.
pub(crate) fn budget(session: &Session, options: &Budget, output: &mut Output) -> Result<ExitCode, Failure> {
    let loaded = catalogue::current(session, &ListFilter::default(), output)?;
    let actions = select::chosen(session, &loaded.catalogue, &options.query)?;
    let costs = costs(&actions, options.format);
    let total: usize = costs.iter().map(|c| c.tokens).sum();
    if output.json() {
        output.value(&json(&costs, total, options))?;
    } else {
        output.bytes(lines(&costs, output).as_bytes())?;
        output.say(&format!(
            "{total} tokens for {} definitions as {}, counted with {TOKENIZER}.",
            costs.len(),
            options.format
        ));
    }
    match options.max.filter(|max| total > *max) {
        Some(max) => {
            if !output.json() {
                output.say(&format!("That is {} more than {max}.", total - max));
            }
            Ok(ExitCode::FAILURE)
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

fn json(costs: &[Cost], total: usize, options: &Budget) -> Value {
    let actions = costs.iter().map(|cost| {
        let mut object = Object::new();
        object.insert("name", cost.action.as_str());
        object.insert("integration", cost.integration.as_str());
        object.insert("tokens", cost.tokens);
        Value::Object(object)
    });
    let mut object = Object::new();
    object.insert("format", options.format.name());
    object.insert("tokenizer", TOKENIZER);
    object.insert("total", total);
    object.insert("actions", Value::Array(actions.collect()));
    Value::Object(object)
}

fn lines(costs: &[Cost], output: &Output) -> String {
    let mut lines = String::new();
    for cost in costs {
        let name = text::clean(&cost.action);
        let _ = if output.is_terminal() {
            writeln!(lines, "{:>7}  {}", cost.tokens, output.styled(Style::Strong, &name))
        } else {
            writeln!(lines, "{}\t{name}", cost.tokens)
        };
    }
    lines
}
