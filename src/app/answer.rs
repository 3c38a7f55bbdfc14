//! What is said about a run and its answer: summaries, problems, headers.

use std::time::Duration;

use super::{
    command::{Command, View},
    keymap,
    page::{Page, Tone, Wrap},
    runs::{Received, Run, RunState},
};
use crate::domain::{
    failure::Failure,
    now::Now,
    pages::{Merged, Stop},
    redact,
    run::{Outcome, Response},
    text::{clean, counted, human_duration, human_size, transfer, width},
};

/// What is said of a run that was not answered, wrapped at `columns`.
pub fn problem_page(outcome: &Outcome, columns: usize) -> Page {
    let mut page = Page::default();
    let at = Wrap::at(columns);
    match outcome {
        Outcome::Answered(_) => {}
        Outcome::Failed(failure) => {
            failure_lines(&mut page, failure, columns);
            if failure.body.is_some() {
                let id = if failure.request_id.is_some() { ", i copies the request id" } else { "" };
                page.wrapped(Tone::Hint, &format!("r shows the reply as it came{id}."), at);
            }
        }
        Outcome::Cancelled { may_have_run } => {
            page.wrapped(Tone::Warning, "You cancelled this run.", at);
            page.gap();
            page.wrapped(Tone::Text, may(*may_have_run), at);
        }
        Outcome::TimedOut { may_have_run } => {
            page.wrapped(Tone::Error, "No answer came in time.", at);
            page.gap();
            page.wrapped(Tone::Text, may(*may_have_run), at);
            page.gap();
            page.wrapped(Tone::Hint, "A longer time can be given with --timeout, or as timeout in the profile.", at);
        }
    }
    page
}

const fn may(have_run: bool) -> &'static str {
    if have_run {
        "The request had left already, so the action may still have run. Look before you run it again."
    } else {
        "The request had not left yet, so nothing has happened."
    }
}

/// A failure as lines: what happened, the single reasons, what to do next, and what support asks for.
pub fn failure_lines(page: &mut Page, failure: &Failure, columns: usize) {
    let at = Wrap::at(columns);
    page.wrapped(Tone::Error, &failure.message, at);
    if !failure.details.is_empty() {
        page.gap();
        for detail in &failure.details {
            page.wrapped(Tone::Text, &format!("• {detail}"), at);
        }
    }
    // Most failures say so themselves, and what to do about it.
    let says_so =
        [&failure.message, &failure.hint].iter().any(|said| said.contains("have run") || said.contains("has run"));
    if failure.may_have_run && !says_so {
        page.gap();
        page.wrapped(Tone::Warning, may(true), at);
    }
    if !failure.hint.is_empty() {
        page.gap();
        page.wrapped(Tone::Text, &failure.hint, at);
    }
    page.gap();
    if let Some(status) = failure.status {
        named(page, "HTTP status", &status.to_string(), columns);
    }
    if let Some(id) = &failure.request_id {
        named(page, "Request id", id, columns);
    }
}

/// A name and what bears it: side by side, or below each other where a line would cut it.
fn named(page: &mut Page, name: &str, value: &str, columns: usize) {
    const NAMES: usize = 13;
    let value = clean(value);
    if NAMES + width(&value) <= columns {
        page.pieces(vec![(Tone::Hint, format!("{name:<NAMES$}")), (Tone::Text, value.into_owned())]);
    } else {
        page.line(Tone::Hint, name);
        page.wrapped(Tone::Text, &value, Wrap::at(columns));
    }
}

/// Status, time, size and headers of an ended run.
pub fn headers_page((outcome, took): (&Outcome, Duration), pages: Option<&Merged>, columns: usize) -> Page {
    let mut page = Page::default();
    if let Some(merged) = pages {
        page.wrapped(Tone::Text, &format!("Merged from {}.", merged.words().trim_end_matches('.')), Wrap::at(columns));
        page.gap();
    }
    match outcome {
        Outcome::Answered(Response { status, bytes, file, request_id, wire, .. }) => {
            named(&mut page, "Status", &status.to_string(), columns);
            named(&mut page, "Time", &human_duration(took), columns);
            named(&mut page, "Size", &human_size(*bytes), columns);
            if let Some(file) = file {
                named(&mut page, "File", &file.to_string_lossy(), columns);
            }
            named(&mut page, "Dialect", wire.name(), columns);
            if let Some(id) = request_id {
                named(&mut page, "Request id", id, columns);
            }
        }
        Outcome::Failed(failure) => {
            if let Some(status) = failure.status {
                named(&mut page, "Status", &status.to_string(), columns);
            }
            named(&mut page, "Time", &human_duration(took), columns);
            if let Some(body) = &failure.body {
                named(&mut page, "Size", &human_size(body.len() as u64), columns);
            }
            if let Some(id) = &failure.request_id {
                named(&mut page, "Request id", id, columns);
            }
        }
        Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => {
            named(&mut page, "Time", &human_duration(took), columns);
        }
    }
    page.gap();
    for (name, value) in redact::headers(outcome.headers()).rest {
        header(&mut page, &name, &value, columns);
    }
    if outcome.headers().is_empty() {
        page.line(Tone::Hint, "There was no reply, so there are no headers.");
    }
    page
}

/// A header, its value going on below where the line is too short for it.
fn header(page: &mut Page, name: &str, value: &str, columns: usize) {
    let (name, value) = (format!("{}: ", clean(name)), clean(value));
    if width(&name) + width(&value) <= columns {
        page.pieces(vec![(Tone::Name, name), (Tone::Text, value.into_owned())]);
    } else {
        page.line(Tone::Name, name.trim_end());
        page.wrapped(Tone::Text, &value, Wrap::at(columns).indented(2));
    }
}

/// What the response pane's title says of a run that has ended.
pub fn summary(run: &Run, now: Now) -> String {
    let RunState::Ended { outcome, took, viewer } = &run.state else {
        return match &run.state {
            RunState::Given(viewer) => match &viewer.opened {
                Some(opened) if opened.is_beginning => arriving("read", viewer.arrived, now),
                Some(opened) => opened.size(),
                None => String::new(),
            },
            RunState::Going { .. } | RunState::Ended { .. } => String::new(),
        };
    };
    let took = human_duration(*took);
    let size = viewer.opened.as_ref().map(|o| match outcome {
        Outcome::Answered(r) if o.is_beginning => format!("{}, being opened", human_size(r.bytes)),
        Outcome::Answered(_) | Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => o.size(),
    });
    match outcome {
        Outcome::Answered(r) => {
            let more = if run.next.is_some() { next_page_words() } else { String::new() };
            match &run.pages {
                Some(merged) => format!("{} · {took}{more}", pages_words(merged)),
                None => {
                    let size = size.unwrap_or_else(|| "0 B".to_owned());
                    let place = if r.file.is_some() { " in a file" } else { "" };
                    format!("{} · {took} · {size}{place}{more}", r.status)
                }
            }
        }
        Outcome::Failed(f) => f.status.map_or_else(|| format!("failed · {took}"), |s| format!("{s} · {took}")),
        Outcome::Cancelled { .. } => format!("cancelled · {took}"),
        Outcome::TimedOut { .. } => format!("no answer · {took}"),
    }
}

/// How many pages an answer was merged from; a + says that there are more.
fn pages_words(merged: &Merged) -> String {
    if merged.stop.as_ref().is_some_and(Stop::is_complete) {
        counted(merged.pages, "page")
    } else {
        format!("{}+ pages", merged.pages)
    }
}

/// That there is another page, and the key that runs it.
fn next_page_words() -> String {
    let key = keymap::key_of(Command::View(View::NextPage));
    key.map_or_else(|| " · more".to_owned(), |key| format!(" · {key} more"))
}

/// How far something is, in words; `done` is the one for what comes: `received`, `read`.
pub fn arriving(done: &str, received: Received, now: Now) -> String {
    match received.since {
        Some(_) if received.of == Some(received.bytes) => format!("{}, being opened", human_size(received.bytes)),
        Some(since) => transfer(done, received.bytes, received.of, now.uptime.saturating_sub(since)),
        None => "being opened".to_owned(),
    }
}

/// How a run stands, in a few words.
pub fn state_words(run: &Run, now: Now) -> String {
    match &run.state {
        RunState::Given(_) => "a document".to_owned(),
        RunState::Going { .. } => {
            let pages = run.pages.as_ref().map(|merged| format!(", {} so far", counted(merged.pages, "page")));
            format!("running, {}{}", human_duration(now.since(run.started)), pages.unwrap_or_default())
        }
        RunState::Ended { outcome, took, .. } => {
            let took = human_duration(*took);
            match outcome {
                Outcome::Answered(r) => match &run.pages {
                    Some(merged) => format!("{} · {took}", pages_words(merged)),
                    None => format!("{} · {took}", r.status),
                },
                Outcome::Failed(f) => f.status.map_or_else(
                    || format!("{} · {took}", f.kind.name().replace('_', " ")),
                    |s| format!("{s} {} · {took}", f.kind.name().replace('_', " ")),
                ),
                Outcome::Cancelled { .. } => "cancelled".to_owned(),
                Outcome::TimedOut { .. } => format!("no answer · {took}"),
            }
        }
    }
}
