//! `akx choices`: what the user's account has for a parameter.

use std::{fmt::Write as _, sync::Arc};

use super::{
    catalogue::{self, effect},
    options::Choices,
    output::{Output, Style},
    parameters, select,
    session::{Session, block_on, cancelled},
};
use crate::{
    client::Client,
    domain::{
        action::Action,
        arguments::{Signature, Typing},
        choices::{Ask, Choice, Source, Wanted, may_be_elsewhere, sources},
        document::{Object, Pointer, Value},
        failure::{Failure, FailureKind},
        text,
        wire::Wire,
    },
};

/// How many pages are asked for at most in search of what matches.
const PAGES: usize = 50;

/// Lists the choices, asking one source after the other until one has them.
pub(crate) fn choices(session: &Session, options: &Choices, output: &mut Output) -> Result<(), Failure> {
    let base = parameters::base(session, &options.parameters)?;
    let loaded = catalogue::with_action(session, &options.action, output)?;
    let action = &catalogue::action(&loaded, &options.action)?;
    let schema = action.schema();
    let filled = parameters::set(&options.parameters, base, Some(&schema), Typing::Loose)?;
    let at = place(&schema, &options.field)?;
    if session.settings.offline {
        return Err(Failure::new(FailureKind::Usage, "The account cannot be asked offline.", "Leave --offline out."));
    }
    let token = session.token()?;
    let wire = session.settings.wire.as_ref().map(|wire| wire.value).or(loaded.wire).unwrap_or(Wire::Live);
    let credential = options.account.as_deref().map(Arc::from);
    let wanted = Wanted { action, at: &at, filled: &filled, wire, credential: credential.as_ref() };
    let effect_of = |a: &Action| select::corrected(session, &a.name, effect(a));
    let mut found = sources(&loaded.catalogue, &wanted, effect_of);
    if let Some(named) = &options.source {
        found.retain(|source| source.name() == named);
        if found.is_empty() {
            found.push(Source::dynamic(named, &wanted));
        }
    }
    let client = session.client(&token)?;
    let query = options.query.join(" ");
    let listed = block_on(list(&client, session, found, (&query, options.limit)))?.ok_or_else(cancelled)??;
    let Some(Listed { choices, source, more }) = listed else {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("Nothing in the account is known to fit {} of {}.", text::clean(&options.field), action.name),
            "If you know what ActionKit calls the list, name it with --source.",
        ));
    };
    if output.json() {
        output.value(&Value::Array(choices.iter().map(json).collect()))?;
    } else if !choices.is_empty() {
        let lines = if output.is_terminal() { columns(&choices, output) } else { tabs(&choices) };
        output.bytes(lines.as_bytes())?;
    }
    match (choices.len(), more) {
        (0, _) if query.is_empty() => output.say(&format!("{source} has nothing to choose from.")),
        (0, _) => output.say(&format!("Nothing in {source} matches.")),
        (some, true) => output.say(&format!("The first {some} from {source}; --limit shows more.")),
        (some, false) => output.remark(&format!("{} from {source}", text::counted(some, "choice"))),
    }
    Ok(())
}

/// Where a parameter stands: its name as it is, or a path.
fn place(schema: &Value, field: &str) -> Result<Pointer, Failure> {
    let mut signature = Signature::of(Some(schema));
    let at = signature
        .place(field)
        .map_err(|e| Failure::new(FailureKind::Usage, format!("{e}."), "Write the parameter's name."))?;
    match at.tokens() {
        [name] if !signature.may_have(name) => Err(Failure::new(
            FailureKind::Usage,
            format!("There is no parameter {}.", text::clean(field)),
            "akx show ACTION tells what an action takes.",
        )),
        _ => Ok(at),
    }
}

/// What one source has.
struct Listed {
    choices: Vec<Choice>,
    source: String,
    /// Whether there may be more.
    more: bool,
}

/// The choices of the first source that has any list; `None` where there is no source.
async fn list(
    client: &Client,
    session: &Session,
    sources: Vec<Source>,
    (query, limit): (&str, usize),
) -> Result<Option<Listed>, Failure> {
    let mut failed = None;
    for source in sources {
        let name = source.name().to_owned();
        let search = if source.searches() { query } else { "" };
        let mut ask = Some(Ask::first(source.clone(), search));
        let mut choices: Vec<Choice> = Vec::new();
        let mut asked = 0;
        while let Some(next) = ask.take().filter(|_| choices.len() < limit && asked < PAGES) {
            match client.choices(&next, session.now).await {
                Ok(page) => {
                    let fits = |choice: &Choice| source.searches() || matches(choice, query);
                    choices.extend(page.list.into_iter().filter(fits));
                    ask = page.next;
                }
                Err(failure) if asked == 0 && may_be_elsewhere(failure.kind) => {
                    failed.get_or_insert(failure);
                    break;
                }
                Err(failure) => return Err(failure),
            }
            asked += 1;
        }
        if asked > 0 {
            let more = choices.len() > limit || ask.is_some();
            choices.truncate(limit);
            return Ok(Some(Listed { choices, source: name, more }));
        }
    }
    failed.map_or(Ok(None), Err)
}

/// Whether every word occurs in what is known of a choice.
fn matches(choice: &Choice, query: &str) -> bool {
    let all = format!("{} {} {}", choice.label, choice.id(), choice.note).to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

fn json(choice: &Choice) -> Value {
    let mut object = Object::new();
    object.insert("id", choice.value.clone());
    object.insert("label", choice.label.as_str());
    object.insert("note", choice.note.as_str());
    Value::Object(object)
}

/// For programs: fields that cut and awk take apart.
fn tabs(choices: &[Choice]) -> String {
    let field = |text: &str| text::clean(&text.replace('\t', " ")).into_owned();
    let mut lines = String::new();
    for choice in choices {
        let line = format!("{}\t{}\t{}", field(&choice.id()), field(&choice.label), field(&choice.note));
        let _ = writeln!(lines, "{}", line.trim_end());
    }
    lines
}

/// For people: columns in the terminal's width.
fn columns(choices: &[Choice], output: &Output) -> String {
    let ids: Vec<String> = choices.iter().map(|choice| text::clean(&choice.id()).into_owned()).collect();
    let id_width = ids.iter().map(|id| text::width(id)).max().unwrap_or(0).min(40);
    let room = output.columns().saturating_sub(id_width + 2);
    let mut lines = String::new();
    for (choice, id) in choices.iter().zip(&ids) {
        let pad = " ".repeat(id_width.saturating_sub(text::width(id)));
        let label = text::cut_end(&text::clean(&choice.label), room).into_owned();
        let left = room.saturating_sub(text::width(&label) + 2);
        let note = if left < 4 { String::new() } else { text::cut_end(&text::clean(&choice.note), left).into_owned() };
        let (id, note) = (output.styled(Style::Strong, id), output.styled(Style::Faint, &note));
        let _ = writeln!(lines, "{}", format!("{id}{pad}  {label}  {note}").trim_end());
    }
    lines
}
