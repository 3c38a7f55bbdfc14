//! `akx drift`.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    catalogue::{self, Loaded},
    options,
    output::{Output, Style},
    session::Session,
};
use crate::{
    client::ListFilter,
    domain::{
        catalogue::Catalogue,
        document::{Object, Value},
        drift::{Change, Drift, Named, compare},
        failure::{Failure, FailureKind},
        text,
    },
    paths::files,
    store::cache::Scope,
};

/// No saved list is longer than this many bytes.
const LIMIT: u64 = 512 << 20;

/// Says what is different between two lists: of two times, of a file and now, or of two users.
pub(crate) fn drift(session: &Session, options: &options::Drift, output: &mut Output) -> Result<ExitCode, Failure> {
    let (before, after, words) = both(session, options, output)?;
    let drift = compare(&before.catalogue, &after.catalogue);
    let other = options.other_user.as_deref().or(options.other_token_file.as_ref().map(|_| "the other user"));
    let told = |change: &Change| match other {
        Some(other) => change.words_between("this user", other),
        None => change.words(),
    };
    if output.json() {
        output.value(&json(&drift, &told))?;
    } else {
        output.bytes(lines(&drift, output, &told).as_bytes())?;
        let what = if drift.is_empty() {
            "Nothing is different".to_owned()
        } else {
            let (added, removed) = (drift.added.len(), drift.removed.len());
            format!("{added} added, {removed} removed, {} changed", drift.changed.len())
        };
        output.say(&format!("{what}: {words}."));
    }
    Ok(if options.check && !drift.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The two lists, and in words which they are.
fn both(session: &Session, options: &options::Drift, output: &mut Output) -> Result<(Loaded, Loaded, String), Failure> {
    if let Some(path) = &options.since {
        let before = file(path)?;
        let after = catalogue::current(session, &ListFilter::default(), output)?;
        return Ok((before, after, format!("{} against the list now", path.display())));
    }
    let user = (options.other_user.as_deref(), "--other-user");
    let file = (options.other_token_file.as_deref(), "--other-token-file");
    if let Some(other) = session.for_other(user, file) {
        let mine = catalogue::current(session, &ListFilter::default(), output)?;
        let theirs = catalogue::current(&other, &ListFilter::default(), output)?;
        return Ok((mine, theirs, "this user's list (-) against the other's (+)".to_owned()));
    }
    between_times(session, output)
}

fn between_times(session: &Session, output: &mut Output) -> Result<(Loaded, Loaded, String), Failure> {
    let token = session.token().ok();
    let key = session.list_key(token.as_ref())?;
    let kept = session.cache.list(&key, Scope::Available)?.map(catalogue::loaded);
    if session.settings.offline {
        let before = session.cache.list_before(&key, Scope::Available)?.map(catalogue::loaded);
        return match (before, kept) {
            (Some((before, from)), Some((now, to))) => {
                let words = format!(
                    "the list of {} against that of {}",
                    catalogue::age(session, from),
                    catalogue::age(session, to)
                );
                Ok((before, now, words))
            }
            _ => Err(nothing_yet(&key.project)),
        };
    }
    let Some((before, from)) = kept else {
        // So that there is one next time.
        catalogue::current(session, &ListFilter::default(), output)?;
        return Err(nothing_yet(&key.project));
    };
    let after = catalogue::current(session, &ListFilter::default(), output)?;
    let words = format!("the list of {} against the list now", catalogue::age(session, from));
    Ok((before, after, words))
}

fn nothing_yet(project: &str) -> Failure {
    Failure::new(
        FailureKind::Usage,
        format!("There is no list of another time for project {project} and this user yet."),
        "From now on there is one to compare with; or name a saved list with --since.",
    )
}

pub(super) fn file(path: &std::path::Path) -> Result<Loaded, Failure> {
    let bytes = files::read(path, LIMIT)
        .and_then(|bytes| bytes.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
        .map_err(|e| files::unreadable(path, &e))?;
    let catalogue = Catalogue::read(&bytes).map_err(|e| {
        Failure::new(
            FailureKind::File,
            format!("The list {} cannot be used: {e}.", path.display()),
            "Save a list reply of ActionKit, or an MCP tools/list result, as it came.",
        )
    })?;
    let wire = catalogue.wire();
    Ok(Loaded { catalogue, wire, fetched_at: None })
}

fn json(drift: &Drift, told: &dyn Fn(&Change) -> String) -> Value {
    let named = |one: &Named| {
        let mut object = Object::new();
        object.insert("name", one.name.as_str());
        object.insert("integration", one.integration.as_str());
        object
    };
    let list = |all: &[Named]| Value::Array(all.iter().map(|one| Value::Object(named(one))).collect());
    let changed = drift.changed.iter().map(|one| {
        let mut object = named(&one.action);
        object.insert("changes", Value::Array(one.changes.iter().map(|c| change(c, told)).collect()));
        Value::Object(object)
    });
    let mut object = Object::new();
    object.insert("added", list(&drift.added));
    object.insert("removed", list(&drift.removed));
    object.insert("changed", Value::Array(changed.collect()));
    Value::Object(object)
}

fn change(change: &Change, told: &dyn Fn(&Change) -> String) -> Value {
    let mut object = Object::new();
    object.insert("kind", change.kind());
    object.insert("parameter", change.parameter().map_or(Value::Null, Value::from));
    if let Change::Keyword { keyword, from, to, .. } = change {
        object.insert("keyword", keyword.as_str());
        object.insert("from", from.clone().unwrap_or_default());
        object.insert("to", to.clone().unwrap_or_default());
    }
    object.insert("may_break", change.may_break());
    object.insert("words", told(change));
    Value::Object(object)
}

/// `+` added, `-` removed, `~` changed with a line for each change; `!` what may break a caller.
fn lines(drift: &Drift, output: &Output, told: &dyn Fn(&Change) -> String) -> String {
    let mut lines = String::new();
    let name = |one: &Named| output.styled(Style::Strong, &text::clean(&one.name));
    for one in &drift.added {
        let _ = writeln!(lines, "+ {}", name(one));
    }
    for one in &drift.removed {
        let _ = writeln!(lines, "- {}", name(one));
    }
    for one in &drift.changed {
        let _ = writeln!(lines, "~ {}", name(&one.action));
        for change in &one.changes {
            let mark = if change.may_break() { output.styled(Style::Careful, "!") } else { " ".to_owned() };
            let _ = writeln!(lines, "  {mark} {}", text::clean(&told(change)));
        }
    }
    lines
}
