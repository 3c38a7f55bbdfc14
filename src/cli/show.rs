//! `akx show`.

use std::fmt::Write as _;

use super::{
    catalogue::{self, effect},
    options::Show,
    output::{Output, Style},
    session::Session,
};
use crate::domain::{
    action::Action,
    document::{Object, Value},
    failure::Failure,
    markdown,
    schema::outline::{Param, outline},
    text,
};

/// Shows one action: what it does, what it takes, and how to run it.
pub(crate) fn show(session: &Session, options: &Show, output: &mut Output) -> Result<(), Failure> {
    let loaded = catalogue::with_action(session, &options.action, output)?;
    let action = &catalogue::action(&loaded, &options.action)?;
    if output.json() {
        return output.line(&json(action));
    }
    if let Some(problem) = action.schema_problem() {
        output.warn(&problem);
    }
    let page = page(action, output);
    output.bytes(page.as_bytes())
}

/// The definition as one JSON object, the schema being the server's own text.
fn json(action: &Action) -> String {
    let mut head = Object::new();
    head.insert("name", &*action.name);
    head.insert("integration", &*action.integration);
    head.insert("description", &*action.description);
    head.insert("side_effect", effect(action).name());
    let head = Value::Object(head).to_json();
    let schema = action.parameters.as_deref().filter(|_| action.schema_problem().is_none()).unwrap_or("null");
    format!("{},\"parameters\":{}}}", head.strip_suffix('}').unwrap_or(&head), schema.trim())
}

fn page(action: &Action, output: &Output) -> String {
    let width = output.columns().min(100);
    let mut page = String::new();
    let line = |page: &mut String, text: &str| {
        let _ = writeln!(page, "{text}");
    };
    line(&mut page, &output.styled(Style::Strong, &text::clean(&action.name)));
    line(
        &mut page,
        &output.styled(Style::Faint, &format!("{} · {}", text::clean(&action.integration), effect(action))),
    );
    if !action.description.trim().is_empty() {
        line(&mut page, "");
        for told in laid_out(&action.description, width, 200) {
            line(&mut page, &told);
        }
    }
    line(&mut page, "");
    let parameters = outline(&action.schema());
    if parameters.is_empty() {
        line(&mut page, "It takes no parameters that it tells of.");
    } else {
        line(&mut page, &output.styled(Style::Strong, "Parameters (* must be given)"));
        for parameter in &parameters {
            page.push_str(&described(parameter, width, output));
        }
    }
    line(&mut page, "");
    line(&mut page, &output.styled(Style::Strong, "Run it"));
    line(&mut page, &format!("  {}", example(action, &parameters)));
    page
}

fn described(parameter: &Param, width: usize, output: &Output) -> String {
    let indent = "  ".repeat(parameter.depth + 1);
    let mark = if parameter.required { "*" } else { "" };
    let name = output.styled(Style::Strong, &format!("{}{mark}", text::clean(&parameter.name)));
    let mut lines = format!("{indent}{name}  {}\n", text::clean(&parameter.type_words));
    let mut remarks = laid_out(&parameter.description, width.saturating_sub(indent.len() + 4).max(20), 8);
    if !parameter.choices.is_empty() {
        let shown: Vec<String> = parameter.choices.iter().map(Value::to_json).collect();
        let more = parameter.choice_count.saturating_sub(shown.len());
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let choices = format!("one of {}{more}", shown.join(", "));
        remarks.push(text::cut_end(&text::clean(&choices), width).into_owned());
    }
    if !parameter.examples.is_empty() {
        let shown: Vec<String> = parameter.examples.iter().map(Value::to_json).collect();
        let examples = format!("for example {}", shown.join(", "));
        remarks.push(text::cut_end(&text::clean(&examples), width).into_owned());
    }
    if let Some(default) = &parameter.default {
        remarks.push(text::cut_end(&text::clean(&format!("default {}", default.to_json())), width).into_owned());
    }
    remarks.extend(parameter.remarks.iter().map(|remark| text::clean(remark).into_owned()));
    if parameter.more {
        remarks.push("and more below".to_owned());
    }
    for remark in remarks {
        let _ = writeln!(lines, "{indent}    {}", output.styled(Style::Faint, &remark));
    }
    lines
}

/// A text that may be Markdown, made safe: at most `most` lines of `columns`.
fn laid_out(text: &str, columns: usize, most: usize) -> Vec<String> {
    let lines = markdown::lines(text, columns, most).into_iter();
    lines.map(|line| line.into_iter().map(|(_, piece)| piece).collect()).collect()
}

fn example(action: &Action, parameters: &[Param]) -> String {
    let required = parameters.iter().filter(|p| p.depth == 0 && p.required);
    let mut line = format!("akx run {}", text::clean(&action.name));
    for parameter in required.take(6) {
        let name = text::clean(&parameter.name);
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        let _ = if plain { write!(line, " -p {name}=…") } else { write!(line, " -p '{name}=…'") };
    }
    line
}
