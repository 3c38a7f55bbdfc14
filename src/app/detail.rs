//! The description of an action or integration, as a page to read.

use super::{
    listing::{Listing, News},
    page::{Page, Tone, Wrap},
};
use crate::domain::{
    action::Action,
    budget,
    connection::{ConnectionState, Connections},
    drift::Drift,
    export,
    lint::{self, Rule, Severity},
    schema::outline::{Param, outline},
    side_effect::SideEffect,
    text::{self, clean},
};

/// The page about action number `i`, which does `effect`, wrapped at `columns`.
pub fn action(
    listing: &Listing,
    (i, effect): (usize, SideEffect),
    connections: Option<&Connections>,
    columns: usize,
) -> Page {
    let mut page = Page::default();
    let Some(action) = listing.action(i) else { return page };
    page.pieces(vec![(Tone::Heading, clean(&action.name).into_owned())]);
    let mut line = vec![
        (Tone::Name, clean(&action.integration).into_owned()),
        (Tone::Hint, " · ".to_owned()),
        (Tone::Effect(effect), effect.name().to_owned()),
        (Tone::Hint, format!(", {}", does(effect))),
    ];

    if let Some(state) = connections.and_then(|c| c.state(&action.integration)) {
        line.push((Tone::Hint, " · ".to_owned()));
        line.push((tone_of(state), state.words().to_owned()));
    }
    page.pieces(line);
    if effect != listing.effect(i) {
        page.line(Tone::Hint, format!("{effect} is your word; its name says {}.", listing.effect(i)));
    }
    page.gap();
    page.wrapped(Tone::Text, &action.description, Wrap::at(columns));
    page.gap();
    if !listing.catalogue.has_schemas() {
        page.line(Tone::Hint, "Its parameters are being read …");
        return page;
    }
    parameters(&mut page, action, columns);
    page.gap();
    for_an_agent(&mut page, action, columns);
    page
}

/// What an agent pays for the definition, and may stumble over.
fn for_an_agent(page: &mut Page, action: &Action, columns: usize) {
    const SHOWN: usize = 5;
    let tokens = budget::tokens(&export::definition(action, export::Shape::OpenAi).to_json());
    page.pieces(vec![(Tone::Heading, "For an agent".to_owned()), (Tone::Hint, format!("  about {tokens} tokens"))]);
    let of_a_mode = |rule| matches!(rule, Rule::StrictKeyword | Rule::StrictObject);
    let mut findings = lint::action(action);
    findings.retain(|f| f.rule.severity() != Severity::Hint && !of_a_mode(f.rule));
    findings.sort_by_key(|f| f.rule.severity());
    for finding in findings.iter().take(SHOWN) {
        let at = if finding.at.is_empty() { String::new() } else { format!("{}: ", finding.at) };
        page.wrapped(Tone::Warning, &format!("{at}{}", finding.message), Wrap::at(columns).most(3));
    }
    if findings.len() > SHOWN {
        page.line(Tone::Hint, format!("and {} more; akx lint lists them", findings.len() - SHOWN));
    }
}

fn parameters(page: &mut Page, action: &Action, columns: usize) {
    if let Some(problem) = action.schema_problem() {
        page.wrapped(Tone::Warning, &problem, Wrap::at(columns));
        return;
    }
    let params = outline(&action.schema());
    if params.is_empty() {
        page.line(Tone::Hint, "It takes no parameters.");
        return;
    }
    let required = params.iter().filter(|p| p.depth == 0 && p.required).count();
    let top = params.iter().filter(|p| p.depth == 0).count();
    page.pieces(vec![
        (Tone::Heading, "Parameters".to_owned()),
        (Tone::Hint, format!("  {top}, {required} required (*)")),
    ]);
    for param in &params {
        parameter(page, param, columns);
    }
}

fn parameter(page: &mut Page, param: &Param, columns: usize) {
    let indent = param.depth * 2;
    let mut line = vec![(Tone::Name, format!("{}{}", " ".repeat(indent), clean(&param.name)))];
    if param.required {
        line.push((Tone::Required, " *".to_owned()));
    }
    line.push((Tone::Hint, format!("  {}", clean(&param.type_words))));
    if let Some(default) = &param.default {
        line.push((Tone::Hint, format!(", default {}", clean(&default.to_json()))));
    }
    page.pieces(line);
    if !param.description.is_empty() {
        page.wrapped(Tone::Text, &param.description, Wrap::at(columns).indented(indent + 2).most(3));
    }
    if param.choice_count > 0 {
        let shown: Vec<String> =
            param.choices.iter().take(6).map(|v| v.as_str().map_or_else(|| v.to_json(), str::to_owned)).collect();
        let more =
            if param.choice_count > shown.len() { format!(" … ({})", param.choice_count) } else { String::new() };
        let text = format!("one of {}{more}", shown.join(", "));
        page.wrapped(Tone::Hint, &text, Wrap::at(columns).indented(indent + 2).most(2));
    }
    if param.more {
        page.line(Tone::Hint, format!("{}…", " ".repeat(indent + 2)));
    }
}

/// The page about group number `i`, wrapped at `columns`.
pub fn group(listing: &Listing, i: usize, connections: Option<&Connections>, columns: usize) -> Page {
    let mut page = Page::default();
    let Some(group) = listing.catalogue.groups().get(i) else { return page };
    page.pieces(vec![(Tone::Heading, clean(&group.integration).into_owned())]);
    let state = connections.and_then(|c| c.state(&group.integration));
    if let Some(state) = state {
        page.line(tone_of(state), state.words());
        page.wrapped(Tone::Hint, state.next_step(), Wrap::at(columns));
        let accounts = connections.and_then(|c| c.get(&group.integration)).map_or(&[][..], |c| c.accounts.as_slice());
        for account in accounts {
            page.pieces(vec![
                (Tone::Text, format!("  {}  ", clean(account.name()))),
                (tone_of(account.state), account.state.words().to_owned()),
            ]);
        }
    }
    page.gap();
    let count = group.actions.len();
    page.line(Tone::Text, format!("{count} {}", if count == 1 { "action" } else { "actions" }));
    for effect in [SideEffect::Read, SideEffect::Write, SideEffect::Send, SideEffect::Delete, SideEffect::Unknown] {
        let count = group.actions.clone().filter(|a| listing.effect(*a) == effect).count();
        if count > 0 {
            page.pieces(vec![(Tone::Effect(effect), format!("{count:>5} {effect}"))]);
        }
    }
    let about = |p: &&crate::domain::catalogue::Problem| p.about.as_deref() == Some(&*group.integration);
    for problem in listing.catalogue.problems().iter().filter(about) {
        page.gap();
        page.wrapped(Tone::Warning, &problem.message, Wrap::at(columns));
    }
    page
}

/// A connection's state as a tone.
pub const fn tone_of(state: ConnectionState) -> Tone {
    match state {
        ConnectionState::Connected => Tone::Good,
        ConnectionState::NeedsReconnecting => Tone::Error,
        ConnectionState::Pending => Tone::Warning,
        ConnectionState::NotConnected => Tone::Hint,
    }
}

const fn does(effect: SideEffect) -> &'static str {
    match effect {
        SideEffect::Read => "changes nothing",
        SideEffect::Unknown => "the name does not tell what it changes",
        SideEffect::Write => "creates or changes something",
        SideEffect::Send => "reaches other people",
        SideEffect::Delete => "destroys something",
    }
}

/// How many lines of one kind are listed.
const LISTED: usize = 2_000;

/// The page about what is different from the list of another time, wrapped at `columns`. `now` is in Unix seconds.
pub fn news(news: &News, now: i64, columns: usize) -> Page {
    let mut page = Page::default();
    let Drift { added, removed, changed } = &news.drift;
    let count = |n: usize, what: &str| format!("{n} {what}");
    page.wrapped(
        Tone::Text,
        &format!(
            "Compared with the list fetched {}: {}, {}, {}.",
            text::ago(now.saturating_sub(news.since)),
            count(added.len(), "added"),
            count(removed.len(), "removed"),
            count(changed.len(), "changed"),
        ),
        Wrap::at(columns),
    );
    for (title, tone, list) in [("Added", Tone::Good, added), ("Removed", Tone::Error, removed)] {
        if !list.is_empty() {
            page.gap();
            page.line(Tone::Heading, title);
        }
        for named in list.iter().take(LISTED) {
            page.pieces(vec![
                (tone, format!("  {}", clean(&named.name))),
                (Tone::Hint, format!("  {}", clean(&named.integration))),
            ]);
        }
    }
    if !changed.is_empty() {
        page.gap();
        page.line(Tone::Heading, "Changed");
    }
    for one in changed.iter().take(LISTED) {
        page.pieces(vec![
            (Tone::Name, format!("  {}", clean(&one.action.name))),
            (Tone::Hint, format!("  {}", clean(&one.action.integration))),
        ]);
        for change in one.changes.iter().take(LISTED) {
            let tone = if change.may_break() { Tone::Warning } else { Tone::Text };
            page.wrapped(tone, &change.words(), Wrap::at(columns).indented(4).most(2));
        }
    }
    page
}
