//! `akx list` and `akx search`.

use std::fmt::Write as _;

use super::{
    catalogue::{self, effect},
    options::List,
    output::{Output, Style},
    select,
    session::Session,
};
use crate::{
    client::ListFilter,
    domain::{
        action::Action,
        document::{Object, Value},
        failure::Failure,
        text,
    },
};

/// Lists what the query finds, best first; everything in catalogue order without one.
pub(crate) fn list(session: &Session, options: &List, output: &mut Output) -> Result<(), Failure> {
    let query = select::query(&options.query, output);
    let offline = session.settings.offline && session.settings.catalogue.is_none();
    let catalogue = if offline {
        catalogue::names(session, output)?.catalogue
    } else {
        let (integrations, unconnected) = (options.integrations.clone(), options.all);
        let filter = ListFilter { integrations, unconnected, ..ListFilter::default() };
        catalogue::current(session, &filter, output)?.catalogue
    };
    catalogue::warn_of_problems(catalogue.problems(), output);
    let total = catalogue.len();
    let found = select::search(session, &catalogue, &query);
    select::tell(&found, output);
    let of_integrations = |action: &Action| {
        options.integrations.is_empty()
            || options.integrations.iter().any(|i| i.eq_ignore_ascii_case(&action.integration))
    };
    let hits = found.hits.iter().filter_map(|hit| catalogue.action(hit.action));
    let found: Vec<Action> = hits.filter(of_integrations).take(options.limit.unwrap_or(usize::MAX)).collect();
    if output.json() {
        output.value(&Value::Array(found.iter().map(json).collect()))?;
    } else if !found.is_empty() {
        let lines = if output.is_terminal() { columns(&found, output) } else { tabs(&found) };
        output.bytes(lines.as_bytes())?;
    }
    match (found.len(), total) {
        (_, 0) => output.say("This user has no actions yet. akx list --all shows those of integrations not connected."),
        (0, _) => output.say(&format!("None of the {} actions matches.", text::thousands(total))),
        (some, _) => output.remark(&format!("{} of {} actions", text::thousands(some), text::thousands(total))),
    }
    Ok(())
}

fn json(action: &Action) -> Value {
    let mut object = Object::new();
    object.insert("name", &*action.name);
    object.insert("integration", &*action.integration);
    object.insert("description", &*action.description);
    object.insert("side_effect", effect(action).name());
    Value::Object(object)
}

/// For programs: fields that cut and awk take apart.
fn tabs(actions: &[Action]) -> String {
    let field = |text: &str| text::clean(&text.replace('\t', " ")).into_owned();
    let mut lines = String::new();
    for action in actions {
        let (name, integration) = (field(&action.name), field(&action.integration));
        let description = field(first_line(&action.description));
        let _ = writeln!(lines, "{name}\t{integration}\t{}\t{description}", effect(action));
    }
    lines
}

/// For people: columns in the terminal's width.
fn columns(actions: &[Action], output: &Output) -> String {
    const EFFECT: usize = 7;
    const NAME: usize = 62;
    let width = output.columns();
    let name_width = actions.iter().map(|a| text::width(&text::clean(&a.name))).max().unwrap_or(0).min(NAME);
    let name_width = name_width.min(width.saturating_sub(EFFECT + 2));
    let description_width = width.saturating_sub(name_width + EFFECT + 4);
    actions
        .iter()
        .map(|action| {
            let name = text::clean(&action.name).into_owned();
            let name = text::cut_middle(&name, name_width).into_owned();
            let pad = " ".repeat(name_width.saturating_sub(text::width(&name)));
            let description = text::clean(first_line(&action.description)).into_owned();
            let description = text::cut_end(&description, description_width);
            let name = output.styled(Style::Strong, &name);
            let effect = output.styled(Style::Faint, &format!("{:EFFECT$}", effect(action).name()));
            format!("{name}{pad}  {effect}  {description}").trim_end().to_owned() + "\n"
        })
        .collect()
}

fn first_line(description: &str) -> &str {
    description.trim().lines().next().unwrap_or_default()
}
