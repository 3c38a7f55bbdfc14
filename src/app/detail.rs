//! The description of an action or integration, as a page to read.

use std::collections::BTreeMap;

use super::{
    listing::{Listing, News},
    page::{Page, Tone, Wrap},
};
use crate::domain::{
    action::Action,
    budget,
    connection::{ConnectionState, Connections},
    document::Value,
    drift::{Change, Drift},
    export,
    lint::{self, Rule, Severity},
    schema::outline::{Param, outline},
    side_effect::SideEffect,
    text::{self, clean, thousands},
};

/// What the page about an action tells beside the list itself.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// What it does: what the person has said, else what its name or the server says.
    pub effect: SideEffect,
    /// What is connected, where that is known.
    pub connections: Option<&'a Connections>,
    /// How it was run last, and when, in words.
    pub last: Option<&'a str>,
}

/// The page about action number `i`, wrapped at `columns`.
pub fn action(listing: &Listing, i: usize, beside: Beside<'_>, columns: usize) -> Page {
    let mut page = Page::default();
    let Some(action) = &listing.action(i) else { return page };
    let effect = beside.effect;
    page.pieces(vec![(Tone::Heading, clean(&action.name).into_owned())]);
    let mut line = vec![
        (Tone::Name, clean(&action.integration).into_owned()),
        (Tone::Hint, " · ".to_owned()),
        (Tone::Effect(effect), effect.name().to_owned()),
        (Tone::Hint, format!(", {}", does(effect))),
    ];
    if let Some(state) = beside.connections.and_then(|c| c.state(&action.integration)) {
        line.push((Tone::Hint, " · ".to_owned()));
        line.push((tone_of(state), state.words().to_owned()));
    }
    page.pieces(line);
    if effect != listing.effect(i) {
        page.line(Tone::Hint, format!("{effect} is your word; its name says {}.", listing.effect(i)));
    }
    page.gap();
    let (told, returns) = action.told();
    page.markdown(told, Wrap::at(columns));
    if let Some(last) = beside.last {
        page.gap();
        page.pieces(vec![(Tone::Heading, "Last run".to_owned()), (Tone::Hint, format!("  {last}"))]);
    }
    page.gap();
    if !listing.catalogue.has_schemas() {
        page.line(Tone::Hint, "Its parameters are being read …");
        return page;
    }
    parameters(&mut page, action, columns);
    if let Some(returns) = returns {
        page.gap();
        page.line(Tone::Heading, "Returns");
        page.markdown(returns, Wrap::at(columns));
    }
    page.gap();
    for_an_agent(&mut page, action, columns);
    page
}

/// What an agent pays for the definition, and may stumble over.
fn for_an_agent(page: &mut Page, action: &Action, columns: usize) {
    const SHOWN: usize = 5;
    let tokens = budget::estimate(&export::definition(action, export::Shape::OpenAi).to_json());
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
    page.gap();
    let definition = export::definition(action, export::Shape::OpenAi).to_json_pretty();
    for (at, line) in definition.lines().enumerate() {
        if at == DEFINITION {
            page.line(Tone::Hint, "… (“Copy the action's definition” takes all of it)");
            break;
        }
        page.line(Tone::Hint, text::cut_end(&clean(line), columns).into_owned());
    }
}

/// How many lines of a definition are shown.
const DEFINITION: usize = 400;

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
        page.markdown(&param.description, Wrap::at(columns).indented(indent + 2).most(3));
    }
    if !param.examples.is_empty() {
        let shown: Vec<String> = param.examples.iter().map(Value::to_json).collect();
        let text = format!("for example {}", shown.join(", "));
        page.wrapped(Tone::Hint, &text, Wrap::at(columns).indented(indent + 2).most(2));
    }
    for remark in &param.remarks {
        page.wrapped(Tone::Warning, remark, Wrap::at(columns).indented(indent + 2).most(2));
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
            let name = clean(account.name());
            page.line(Tone::Text, format!("  {}", text::cut_middle(&name, columns.saturating_sub(2))));
            // One like the integration itself has nothing to add to what stands above.
            if account.state != state {
                page.wrapped(tone_of(account.state), account.state.words(), Wrap::at(columns).indented(4));
            }
        }
    }
    page.gap();
    let count = group.actions.len();
    page.line(Tone::Text, format!("{} {}", thousands(count), if count == 1 { "action" } else { "actions" }));
    let mut counts = BTreeMap::new();
    for action in group.actions.clone().filter(|_| listing.catalogue.has_names()) {
        *counts.entry(listing.effect(action)).or_insert(0) += 1;
    }
    for effect in [SideEffect::Read, SideEffect::Write, SideEffect::Send, SideEffect::Delete, SideEffect::Unknown] {
        if let Some(count) = counts.get(&effect) {
            page.pieces(vec![(Tone::Effect(effect), format!("{:>6} {effect}", thousands(*count)))]);
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
    let age = text::ago(now.saturating_sub(news.since));
    let intro =
        format!("Compared with the list fetched {age}: {}.", counts(&news.drift, ["added", "removed", "changed"]));
    differences(&news.drift, (&intro, ["Added", "Removed", "Changed"]), columns, &Change::words)
}

/// The page about what only one of two users has: the first list is `mine`, the second `other`'s.
pub fn between(drift: &Drift, (mine, other): (&str, &str), columns: usize) -> Page {
    let (mine, other) = (&*clean(mine), &*clean(other));
    let only = [mine, other].map(|user| format!("only {user} has"));
    let intro = format!("{mine} beside {other}: {}.", counts(drift, [&only[1], &only[0], "differ"]));
    let titles = [format!("Only {other} has"), format!("Only {mine} has")];
    differences(drift, (&intro, [&titles[0], &titles[1], "Different"]), columns, &|change| {
        change.words_between(mine, other)
    })
}

fn counts(drift: &Drift, [added, removed, changed]: [&str; 3]) -> String {
    let Drift { added: new, removed: gone, changed: other } = drift;
    format!("{} {added}, {} {removed}, {} {changed}", new.len(), gone.len(), other.len())
}

fn differences(
    drift: &Drift,
    (intro, [added, removed, changed]): (&str, [&str; 3]),
    columns: usize,
    told: &dyn Fn(&Change) -> String,
) -> Page {
    let mut page = Page::default();
    page.wrapped(Tone::Text, intro, Wrap::at(columns));
    for (title, tone, list) in [(added, Tone::Good, &drift.added), (removed, Tone::Error, &drift.removed)] {
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
    if !drift.changed.is_empty() {
        page.gap();
        page.line(Tone::Heading, changed);
    }
    for one in drift.changed.iter().take(LISTED) {
        page.pieces(vec![
            (Tone::Name, format!("  {}", clean(&one.action.name))),
            (Tone::Hint, format!("  {}", clean(&one.action.integration))),
        ]);
        for change in one.changes.iter().take(LISTED) {
            let tone = if change.may_break() { Tone::Warning } else { Tone::Text };
            page.wrapped(tone, &told(change), Wrap::at(columns).indented(4).most(2));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{catalogue::Catalogue, text::width};

    #[test]
    fn an_account_says_how_it_stands_only_where_it_stands_apart_and_never_past_the_edge() {
        let list = br#"{"actions":[{"name":"SLACK_LIST_MEMBERS","integration":"slack","parameters":{}}]}"#;
        let listing = Listing::new(Catalogue::read(list).unwrap());
        let me = br#"{"authenticated":true,"integrations":{"slack":{"enabled":true,"allCredentials":[
            {"id":"6e181919-be8e-4e2b-a66d-4c8f121c22e3","status":"VALID"},
            {"id":"0a91d71c-0f3c-4f7e-9d0c-0d1c5b1d7a44","status":"INVALID"}]}}}"#;
        let connections = Connections::read(me).unwrap();
        for columns in [24, 46, 100] {
            let text = group(&listing, 0, Some(&connections), columns).text();
            assert!(text.lines().all(|line| width(line) <= columns), "{columns}: {text}");
            let below = |id: &str| text.lines().skip_while(|l| !l.trim_start().starts_with(id)).nth(1);
            assert_eq!(below("0a9"), Some("    must be reconnected"), "{text}");
            assert!(below("6e1").is_some_and(|l| l.trim_start().starts_with("0a9")), "{text}");
        }
    }
}
