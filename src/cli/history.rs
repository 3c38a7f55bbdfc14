//! `akx history`.

use std::fmt::Write as _;

use super::{
    answer,
    options::{Find, History as Options, HistoryCommand, HistoryShow, Purge},
    output::{Output, Style},
    session::Session,
};
use crate::{
    domain::{
        civil::{self, Civil},
        document::{Object, Value},
        failure::{Failure, FailureKind},
        history::{Ask, Ending, Record, RecordId},
        text,
    },
    settings::Source,
    store::history::History,
};

/// Lists what was run, or does something with it.
pub(crate) fn history(session: &Session, options: &Options, output: &mut Output) -> Result<(), Failure> {
    let history = session.kept_history();
    match &options.command {
        None => list(session, &history, &options.find, output),
        Some(HistoryCommand::Show(show)) => self::show(&history, show, output),
        Some(HistoryCommand::Pin { ids }) => each(&history, ids, output, "pinned", |h, id| h.pin(id, true)),
        Some(HistoryCommand::Unpin { ids }) => {
            each(&history, ids, output, "no longer pinned", |h, id| h.pin(id, false))
        }
        Some(HistoryCommand::Delete { ids }) => each(&history, ids, output, "deleted", History::delete),
        Some(HistoryCommand::Purge(purge)) => self::purge(session, &history, purge, output),
    }
}

/// The record of that number.
///
/// # Errors
/// When there is none.
pub(crate) fn record(history: &History, id: i64) -> Result<Record, Failure> {
    history.get(RecordId(id))?.ok_or_else(|| no_record(id))
}

fn no_record(id: i64) -> Failure {
    Failure::new(
        FailureKind::Usage,
        format!("There is no run {id} in the history."),
        "akx history lists what is there.",
    )
}

/// What `find` asks for.
pub(crate) fn ask(session: &Session, find: &Find) -> Ask {
    let flag = |given: &Option<crate::settings::Given<String>>| {
        given.as_ref().filter(|given| matches!(given.source, Source::Flag(_))).map(|given| given.value.clone())
    };
    Ask {
        words: find.query.join(" "),
        project: flag(&session.settings.project),
        user: flag(&session.settings.user),
        action: find.action.clone(),
        wanted: find.status,
        since: find.since.map(|since| since.at(session.now.unix)),
        before: find.before.map(|before| before.at(session.now.unix)),
        limit: find.limit.unwrap_or(0),
    }
}

fn list(session: &Session, history: &History, find: &Find, output: &mut Output) -> Result<(), Failure> {
    let mut ask = ask(session, find);
    if find.limit.is_none() && output.is_terminal() {
        ask.limit = 50;
    }
    let records = history.find(&ask)?;
    if output.json() {
        return output.value(&Value::Array(records.iter().map(to_value).collect()));
    }
    if records.is_empty() {
        output.say(if ask == (Ask { limit: ask.limit, ..Ask::default() }) {
            "Nothing has been run yet."
        } else {
            "No run in the history matches."
        });
        return Ok(());
    }
    output.bytes(lines(&records, session.now.offset, output).as_bytes())?;
    if records.len() == ask.limit && find.limit.is_none() {
        output.remark("The 50 newest; --limit shows more.");
    }
    Ok(())
}

fn lines(records: &[Record], offset: i32, output: &Output) -> String {
    let mut lines = String::new();
    if !output.is_terminal() {
        for record in records {
            let whose = &record.begun.whose;
            let fields = [
                record.id.0.to_string(),
                Civil::at(record.begun.at).to_string(),
                record.begun.request.action.to_string(),
                record.end.words(),
                record.end.took.map(|took| took.as_millis().to_string()).unwrap_or_default(),
                whose.user.clone().unwrap_or_default(),
                whose.profile.clone().unwrap_or_default(),
            ];
            let fields: Vec<String> = fields.iter().map(|field| text::clean(field).into_owned()).collect();
            let _ = writeln!(lines, "{}", fields.join("\t"));
        }
        return lines;
    }
    let widest = |of: &dyn Fn(&Record) -> usize, most: usize| records.iter().map(of).max().unwrap_or(0).min(most);
    let ids = widest(&|r| r.id.0.to_string().len(), 12);
    let actions = widest(&|r| text::width(&r.begun.request.action), 48);
    let ends = widest(&|r| text::width(&r.end.words()), 26);
    for record in records {
        let end = text::cut_end(&text::clean(&record.end.words()), ends).into_owned();
        let end = format!("{end}{}", " ".repeat(ends.saturating_sub(text::width(&end))));
        let action = text::cut_middle(&text::clean(&record.begun.request.action), actions).into_owned();
        let took = record.end.took.map(text::human_duration).unwrap_or_default();
        let line = format!(
            "{:>ids$}  {}  {action}{}  {}  {took:>10}  {}{}",
            record.id.0,
            civil::to_the_minute(record.begun.at, offset),
            " ".repeat(actions.saturating_sub(text::width(&action))),
            match record.end.ending {
                Ending::Answered => end,
                Ending::Failed => output.styled(Style::Bad, &end),
                Ending::Unknown | Ending::Cancelled | Ending::TimedOut => output.styled(Style::Careful, &end),
            },
            text::clean(record.begun.whose.user.as_deref().unwrap_or("")),
            if record.pinned { "  pinned" } else { "" },
        );
        let _ = writeln!(lines, "{}", line.trim_end());
    }
    lines
}

fn show(history: &History, options: &HistoryShow, output: &mut Output) -> Result<(), Failure> {
    let record = record(history, options.id)?;
    let body = history.body(record.id)?;
    if options.response {
        let body = body.ok_or_else(|| {
            let why = if record.end.size.is_some() {
                "it was too large to be kept, or is older than what is"
            } else {
                "there was none"
            };
            Failure::new(
                FailureKind::Usage,
                format!("The answer of run {} is not there: {why}.", options.id),
                "history.answer_kilobytes in config.toml says how large a kept answer may be.",
            )
        })?;
        return answer::print_kept(&record, &body.into(), output);
    }
    if output.json() {
        return output.value(&to_value(&record));
    }
    output.bytes(page(&record, output).as_bytes())
}

fn page(record: &Record, output: &Output) -> String {
    let begun = &record.begun;
    let mut page = format!("{}\n", output.styled(Style::Strong, &text::clean(&begun.request.action)));
    let mut fact = |name: &str, value: &str| {
        let _ = writeln!(page, "{name:<12}{}", text::clean(value));
    };
    fact("run", &format!("{}{}", record.id.0, if record.pinned { ", pinned" } else { "" }));
    fact("when", &Civil::at(begun.at).to_string());
    fact("ended", &record.end.words());
    if let Some(took) = record.end.took {
        fact("took", &text::human_duration(took));
    }
    if let Some(id) = &record.end.request_id {
        fact("request id", id);
    }
    fact("user", begun.whose.user.as_deref().unwrap_or("not known"));
    if let Some(profile) = &begun.whose.profile {
        fact("profile", profile);
    }
    fact("project", &begun.whose.project);
    fact("server", &format!("{} ({})", begun.whose.base_url, begun.request.wire));
    if let Some(size) = record.end.size {
        let kept = if record.has_body { "--response prints it" } else { "not kept" };
        fact("answer", &format!("{}; {kept}", text::human_size(size)));
    }
    for (at, why) in &begun.hidden {
        fact("masked", &format!("{at}: {why}"));
    }
    for masked in &record.end.masked {
        fact("masked", masked);
    }
    if let Some(said) = &record.end.failure {
        let _ = writeln!(page, "\n{}", text::clean_block(&said.message));
        for detail in &said.details {
            let _ = writeln!(page, "  - {}", text::clean(detail));
        }
    }
    let _ = writeln!(page, "\n{}", text::clean_block(&begun.request.parameters.to_json_pretty()));
    page
}

/// A record as `--json` prints it.
pub(crate) fn to_value(record: &Record) -> Value {
    let begun = &record.begun;
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let mut object = Object::new();
    object.insert("id", record.id.0);
    object.insert("at", Civil::at(begun.at).to_string());
    object.insert("action", &*begun.request.action);
    object.insert("integration", &*begun.integration);
    object.insert("side_effect", begun.effect.name());
    object.insert("user", text(&begun.whose.user));
    object.insert("profile", text(&begun.whose.profile));
    object.insert("project", begun.whose.project.as_str());
    object.insert("base_url", begun.whose.base_url.as_str());
    object.insert("dialect", begun.request.wire.name());
    object.insert("parameters", begun.request.parameters.clone());
    object.insert("masked", begun.hidden.iter().map(|(at, _)| at.to_string()).collect::<Vec<_>>());
    for (key, value) in record.end.to_object() {
        object.insert(key, value);
    }
    object.insert("has_response", record.has_body);
    object.insert("pinned", record.pinned);
    Value::Object(object)
}

fn each(
    history: &History,
    ids: &[i64],
    output: &mut Output,
    done: &str,
    what: impl Fn(&History, RecordId) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    for &id in ids {
        if !what(history, RecordId(id))? {
            return Err(no_record(id));
        }
    }
    let runs: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let words = if ids.len() == 1 {
        format!("Run {} is {done}.", runs.join(", "))
    } else {
        format!("Runs {} are {done}.", runs.join(", "))
    };
    changed(ids.len(), &words, output)
}

fn changed(count: usize, words: &str, output: &mut Output) -> Result<(), Failure> {
    if output.json() {
        return output.value(&Value::Object([("changed", Value::from(count))].into_iter().collect()));
    }
    output.say(words);
    Ok(())
}

fn purge(session: &Session, history: &History, options: &Purge, output: &mut Output) -> Result<(), Failure> {
    let ask = ask(session, &options.find);
    if ask == Ask::default() && !options.all {
        return Err(Failure::new(
            FailureKind::Usage,
            "It is not said what to delete.",
            "Say which runs, such as --before 30d or a word, or --all.",
        ));
    }
    let found = history.find(&ask)?;
    let count = found.iter().filter(|record| options.pinned || !record.pinned).count();
    let kept = found.len() - count;
    if count == 0 {
        return changed(0, "Nothing in the history matches; nothing was deleted.", output);
    }
    if !options.yes {
        let runs = if count == 1 { "1 run".to_owned() } else { format!("{count} runs") };
        let question = format!("Delete {runs} from the history for good?");
        let answer = output.ask(&question, "[y/N] ")?;
        let Some(answer) = answer else {
            return Err(Failure::new(
                FailureKind::Refused,
                format!("{question} Nobody is there to answer."),
                "Add --yes to delete without a question.",
            ));
        };
        if !matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            return Err(Failure::new(FailureKind::Refused, "Nothing was deleted.", ""));
        }
    }
    let gone = history.purge(&ask, options.pinned)?;
    let mut words = format!("{gone} deleted.");
    if kept > 0 {
        let _ = write!(words, " {kept} pinned stay; --pinned deletes them too.");
    }
    changed(gone, &words, output)
}
