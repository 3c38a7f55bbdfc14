//! The response pane.

mod changes;
mod query;
mod table;

use super::{
    has_focus,
    header::spinner,
    paint::{Paint, skip_columns},
    theme::Role,
};
use crate::{
    app::{
        answer::{arriving, summary},
        geometry::{Pane, Rect, ResponseParts},
        page::{Page, Tone, Wrap},
        runs::{Received, Run, RunState},
        state::App,
        text_field::TextField,
        viewer::{Kind, View, Viewer, is_long, marked},
    },
    domain::{
        document::{self, Content, Document, END, Label, Part, Shown, Token, TreeRow},
        now::Now,
        run::Outcome,
        text::{counted, cut_end, cut_middle, human_duration, human_size, width},
    },
};

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    let focus = has_focus(app, Pane::Response);
    let Some(run) = app.runs.shown() else {
        let inner = paint.pane(area, focus, "Response", &[]);
        let mut page = Page::default();
        page.wrapped(
            Tone::Hint,
            "The answer will stand here. Open an action with Enter, fill in its form, run it with ^R.",
            Wrap::at(usize::from(inner.width)),
        );
        paint.page(inner, &page);
        return;
    };
    match &run.state {
        RunState::Going { sent, received } => going(app, run, (*sent, *received), paint, (area, focus)),
        RunState::Ended { outcome, viewer, .. } => {
            let role = match outcome {
                Outcome::Answered(_) => Role::Good,
                Outcome::Failed(_) | Outcome::TimedOut { .. } => Role::Error,
                Outcome::Cancelled { .. } => Role::Warning,
            };
            paint.pane(area, focus, &title(app, run), &[(role, summary(run, app.now))]);
            draw_viewer(viewer, app.now, paint, (&app.response_parts(area), focus));
        }
        RunState::Given(viewer) => {
            paint.pane(area, focus, &run.request.action, &[(Role::Hint, summary(run, app.now))]);
            draw_viewer(viewer, app.now, paint, (&app.response_parts(area), focus));
        }
    }
}

fn draw_viewer(viewer: &Viewer, now: Now, paint: &mut Paint<'_, '_>, at: (&ResponseParts, bool)) {
    let (parts, focus) = at;
    if let Some(filter) = viewer.query.as_ref().filter(|q| q.typing) {
        query::draw(filter, paint, parts.filter, focus);
    }
    body(viewer, now, paint, (parts.body, focus));
    below(viewer, now, paint, (parts.path, focus));
    let labels: Vec<&str> = viewer.views.iter().map(|v| v.label()).collect();
    let chosen = viewer.views.iter().position(|v| *v == viewer.view);
    paint.buttons(parts.tabs, &labels, chosen);
}

/// The pane's title: with several runs, whose answer it is; for another user, for whom.
fn title(app: &App, run: &Run) -> String {
    let form = app.form.as_ref().filter(|_| app.showing_form);
    let title = if form.is_some_and(|f| f.action == run.request.action) { "Response" } else { &run.request.action };
    match run.whose.user.as_deref().filter(|user| Some(*user) != app.session.user()) {
        Some(user) => format!("{title} for {user}"),
        None => title.to_owned(),
    }
}

fn going(app: &App, run: &Run, progress: (bool, Received), paint: &mut Paint<'_, '_>, at: (Rect, bool)) {
    let ((sent, received), (area, focus)) = (progress, at);
    let elapsed = human_duration(app.now.since(run.started));
    let inner = paint.pane(area, focus, &title(app, run), &[(Role::Hint, elapsed.clone())]);
    let mut page = Page::default();
    let columns = usize::from(inner.width);
    page.wrapped(Tone::Text, &format!("{} Running {} …", spinner(app), run.request.action), Wrap::at(columns));
    page.gap();
    let words = match (sent, received.since) {
        (false, _) => format!("{elapsed}, connecting"),
        (true, None) => format!("{elapsed}, sent, waiting for the answer"),
        (true, Some(_)) => format!("{elapsed}, {}", arriving("received", received, app.now)),
    };
    page.wrapped(Tone::Hint, &words, Wrap::at(columns));
    let stops = match &run.pages {
        Some(merged) => {
            page.wrapped(Tone::Text, &format!("{} so far.", merged.words()), Wrap::at(columns));
            "^C stops and keeps them."
        }
        None => "^C cancels.",
    };
    page.wrapped(Tone::Hint, &format!("{stops} You can go on meanwhile; ^N lists the runs."), Wrap::at(columns));
    paint.page(inner, &page);
}

fn body(viewer: &Viewer, now: Now, paint: &mut Paint<'_, '_>, at: (Rect, bool)) {
    let (area, focus) = at;
    match viewer.view {
        View::Tree => tree(viewer, now, paint, (area, focus)),
        View::Table => table::draw(viewer, paint, area, focus),
        View::Changes => changes::draw(viewer, paint, area, focus),
        View::Raw => raw(viewer, paint, area, focus),
        View::Problem | View::Headers | View::Request => paint.page(area, &viewer.page),
    }
}

fn tree(viewer: &Viewer, now: Now, paint: &mut Paint<'_, '_>, at: (Rect, bool)) {
    let (area, focus) = at;
    let Some(document) = viewer.document() else { return };
    let rows = viewer.tree.rows(document, viewer.scroll..viewer.scroll + usize::from(area.height));
    let needle = viewer.finding.as_ref().map(|f| f.needle.text()).unwrap_or_default();
    for ((i, row), y) in rows.iter().enumerate().zip(area.top()..area.bottom()) {
        let x = tree_row(row, &needle, paint, (area, y));
        if x >= area.right() && area.width > 0 {
            paint.text(area, (area.right() - 1, y), Role::Hint, "…");
        }
        about(document, row, now, paint, (area, y, x));
        if viewer.selected().is_some_and(|rows| rows.contains(&(viewer.scroll + i))) {
            paint.row(area, y, Role::CursorAway);
        }
        if viewer.scroll + i == viewer.cursor {
            paint.row(area, y, if focus { Role::Cursor } else { Role::CursorAway });
            if focus {
                paint.mark(area, y);
            }
        }
    }
    paint.scrollbar(area, viewer.tree.row_count(), viewer.scroll);
}

/// Draws a row, and returns where what it shows ends.
fn tree_row(row: &TreeRow, needle: &str, paint: &mut Paint<'_, '_>, at: (Rect, u16)) -> u16 {
    let (area, y) = at;
    let punctuation = Role::Json(Token::Punctuation);
    let indent = u16::try_from(row.depth.min(60) * 2).unwrap_or(120);
    let sign = match row.part {
        Part::Folded => "▸ ",
        Part::Open => "▾ ",
        Part::Whole | Part::Close | Part::Broken => "  ",
    };
    let mut x = paint.text(area, (area.x + 1 + indent, y), Role::Hint, sign);
    if matches!(row.part, Part::Close) {
        let bracket = if matches!(row.shown, Shown::Array { .. }) { "]" } else { "}" };
        return paint.text(area, (x, y), punctuation, bracket);
    }
    if matches!((row.part, &row.shown), (Part::Broken, Shown::Array { .. } | Shown::Object { .. })) {
        return paint.text(area, (x, y), Role::Hint, "…");
    }
    match &row.label {
        Label::Root => {}
        _ if row.part == Part::Broken => {}
        Label::Key(key) => {
            x = found(paint, (area, y, x), Role::Json(Token::Key), key, needle);
            x = paint.text(area, (x, y), punctuation, ": ");
        }
        Label::Index(i) => {
            x = paint.text(area, (x, y), Role::Hint, &i.to_string());
            x = paint.text(area, (x, y), punctuation, ": ");
        }
    }
    let folded = row.part == Part::Folded;
    match &row.shown {
        Shown::Null => paint.text(area, (x, y), Role::Json(Token::Null), "null"),
        Shown::Bool(b) => paint.text(area, (x, y), Role::Json(Token::Bool), if *b { "true" } else { "false" }),
        Shown::Number(text) => found(paint, (area, y, x), Role::Json(Token::Number), text, needle),
        Shown::Text { text, cut, .. } => {
            x = paint.text(area, (x, y), Role::Json(Token::String), "\"");
            x = found(paint, (area, y, x), Role::Json(Token::String), text, needle);
            paint.text(area, (x, y), Role::Json(Token::String), if *cut { "…\"" } else { "\"" })
        }
        Shown::Object { members } if folded => paint.text(area, (x, y), punctuation, &format!("{{ {members} }}")),
        Shown::Array { items } if folded => paint.text(area, (x, y), punctuation, &format!("[ {items} ]")),
        Shown::Object { members: 0 } => paint.text(area, (x, y), punctuation, "{}"),
        Shown::Array { items: 0 } => paint.text(area, (x, y), punctuation, "[]"),
        Shown::Object { .. } => paint.text(area, (x, y), punctuation, "{"),
        Shown::Array { .. } => paint.text(area, (x, y), punctuation, "["),
        Shown::Deep { bytes } => {
            let size = human_size(u64::try_from(*bytes).unwrap_or(u64::MAX));
            paint.text(area, (x, y), Role::Hint, &format!("nested deeper than shown here, {size}"))
        }
        Shown::GoesOn(why) => paint.text(area, (x, y), Role::Warning, &format!("… {why}")),
        Shown::Break { rest, expected } => {
            let words = match (rest.is_empty(), *expected) {
                (true, _) => format!("cut short here: expected {expected}"),
                (false, END) => "the JSON ends here, and more follows:".to_owned(),
                (false, _) => format!("broken here: expected {expected}, found"),
            };
            x = paint.text(area, (x, y), Role::Error, &words);
            if rest.is_empty() { x } else { paint.text(area, (x + 1, y), Role::Hint, rest) }
        }
    }
}

/// From which size on a folded part says how large it is.
const LARGE: usize = 1000;

/// What there is to be said of a row besides what it shows: what is inside, how large it is, when a time is.
fn about(document: &Document, row: &TreeRow, now: Now, paint: &mut Paint<'_, '_>, at: (Rect, u16, u16)) {
    let (area, y, x) = at;
    // The scroll bar's column, and one of space before it.
    let area = Rect { width: area.width.saturating_sub(2), ..area };
    let room = usize::from(area.right().saturating_sub(x + 3));
    if room < 8 {
        return;
    }
    let size = || document::exact(document, row.node).len();
    match (&row.shown, row.part) {
        (Shown::Object { .. } | Shown::Array { .. }, Part::Open) if document.is_from_text(row.node) => {
            paint.text(area, (x + 2, y), Role::Hint, "from a text");
        }
        (Shown::Object { .. } | Shown::Array { .. }, Part::Folded) => {
            let bytes = size();
            let size = if bytes < LARGE { String::new() } else { human_size(u64::try_from(bytes).unwrap_or(u64::MAX)) };
            let ends = paint.text_right(area, y, x + 2, (Role::Hint, &size));
            let room = usize::from(ends.saturating_sub(x + 4));
            if room >= 8 {
                paint.text(area, (x + 2, y), Role::Hint, &document::summary(document, row.node, room));
            }
        }
        (Shown::Array { items }, Part::Open) => {
            let records = has_records(document, row);
            let count = counted(*items, if records { "record" } else { "item" });
            let so_far = if is_cut_short(document, row) { " so far" } else { "" };
            let words = format!("{count}{so_far}{}", if records { ", t: table" } else { "" });
            paint.text(area, (x + 2, y), Role::Hint, &cut_end(&words, room));
        }
        (Shown::Text { cut: true, .. }, Part::Whole) => {
            let size = human_size(u64::try_from(size()).unwrap_or(u64::MAX));
            paint.text_right(area, y, x + 2, (Role::Hint, &size));
        }
        (Shown::Text { .. } | Shown::Number(_), Part::Whole) => {
            paint.text(area, (x + 2, y), Role::Hint, &cut_end(&remark(document, row, now), room));
        }
        _ => {}
    }
}

/// Whether there may be more of `row` than there is here.
fn is_cut_short(document: &Document, row: &TreeRow) -> bool {
    let is_cut = matches!(document.content(), Content::CutJson { .. });
    is_cut && document::span(document, row.node).end >= document.size()
}

/// Whether `row` is a list of objects.
fn has_records(document: &Document, row: &TreeRow) -> bool {
    let first = document.children(row.node).next();
    first.is_some_and(|first| document.bytes().get(document::span(document, first).start) == Some(&b'{'))
}

/// What a text or a number means, or what can be done with it.
fn remark(document: &Document, row: &TreeRow, now: Now) -> String {
    match (&row.shown, row.part) {
        (Shown::Text { holds_json: true, .. }, Part::Whole) => "Enter unfolds the JSON inside".to_owned(),
        (Shown::Text { .. } | Shown::Number(_), Part::Whole) => {
            if let Some(moment) = document::moment(document, row.node) {
                moment.words(now)
            } else if document::link(document, row.node).is_some() {
                "o opens the link".to_owned()
            } else if is_long(document, row.node) {
                let size = document::span(document, row.node).len();
                let size = if size < LARGE { String::new() } else { format!("{}, ", human_size(size as u64)) };
                format!("{size}Enter reads it")
            } else {
                String::new()
            }
        }
        _ => String::new(),
    }
}

/// Text with the places that match `needle` marked.
fn found(paint: &mut Paint<'_, '_>, at: (Rect, u16, u16), role: Role, text: &str, needle: &str) -> u16 {
    let (area, y, mut x) = at;
    if needle.is_empty() {
        return paint.text(area, (x, y), role, text);
    }
    let mut done = 0;
    for range in document::ranges(text, needle) {
        let (Some(plain), Some(marked)) = (text.get(done..range.start), text.get(range.clone())) else { continue };
        x = paint.text(area, (x, y), role, plain);
        x = paint.text(area, (x, y), Role::Match, marked);
        done = range.end;
    }
    paint.text(area, (x, y), role, text.get(done..).unwrap_or_default())
}

fn raw(viewer: &Viewer, paint: &mut Paint<'_, '_>, area: Rect, focus: bool) {
    let Some(document) = viewer.text().map(|text| &text.document) else { return };
    if document.size() == 0 {
        paint.text(area, (area.x, area.y), Role::Hint, "The body is empty.");
        return;
    }
    let Some(lines) = viewer.lines() else {
        paint.text(area, (area.x, area.y), Role::Hint, "Counting the lines …");
        return;
    };
    let needle = viewer.finding.as_ref().map(|f| f.needle.text()).unwrap_or_default();
    let present = viewer.finding.as_ref().and_then(|f| f.line);
    let shown = lines.get(document, viewer.raw_scroll..viewer.raw_scroll + usize::from(area.height));
    for ((i, pieces), y) in marked(&shown, &needle).iter().enumerate().zip(area.top()..area.bottom()) {
        let (mut x, mut skip) = (area.x, viewer.raw_left);
        for (token, found, text) in pieces {
            let columns = width(text);
            let role = if *found { Role::Match } else { Role::Json(*token) };
            x = paint.text(area, (x, y), role, skip_columns(text, skip));
            skip = skip.saturating_sub(columns);
        }
        if present == Some(viewer.raw_scroll + i) {
            paint.row(area, y, if focus { Role::Cursor } else { Role::CursorAway });
        }
    }
    paint.scrollbar(area, lines.count(), viewer.raw_scroll);
}

/// The line below the answer: what is searched for, or where the cursor is.
fn below(viewer: &Viewer, now: Now, paint: &mut Paint<'_, '_>, at: (Rect, bool)) {
    let (area, focus) = at;
    if area.height == 0 {
        return;
    }
    if let Some(words) = viewer.query.as_ref().and_then(query::complaint) {
        paint.text(area, (area.x, area.y), Role::Error, &cut_end(words, usize::from(area.width)));
        return;
    }
    match (viewer.view, &viewer.table, &viewer.comparison, &viewer.finding) {
        (View::Table, Some(view), ..) if view.typing || !view.filter.is_empty() => {
            let role = if view.table().row_count() == 0 { Role::Warning } else { Role::Hint };
            return asking(paint, area, ("/", &view.filter, focus && view.typing), (role, &table::words(view)));
        }
        (View::Table, Some(view), ..) => {
            let begins = paint.text_right(area, area.y, area.x, (Role::Hint, &table::words(view)));
            let room = usize::from(begins.saturating_sub(area.x + 2));
            let path = viewer.path().unwrap_or_default();
            let x = paint.text(area, (area.x, area.y), Role::Hint, &cut_middle(&path, room));
            let room = usize::from(begins.saturating_sub(x + 4));
            if let Some(said) = table::said(viewer, now, (area.width, room)).filter(|_| room > 8) {
                paint.text(area, (x + 2, area.y), Role::Text, &cut_end(&said, room));
            }
            return;
        }
        (View::Changes, _, Some(comparison), _) => {
            paint.text(area, (area.x, area.y), Role::Hint, &changes::words(comparison));
            return;
        }
        (.., Some(finding)) => {
            let total = finding.places.count();
            let count = match total {
                _ if viewer.jobs.is_busy(Kind::Find) => "searching …".to_owned(),
                0 if finding.needle.is_empty() => String::new(),
                0 => "not found".to_owned(),
                _ => format!("{} of {total}{}", finding.at + 1, if finding.places.has_more() { "+" } else { "" }),
            };
            let role = if count == "not found" { Role::Warning } else { Role::Hint };
            return asking(paint, area, ("/", &finding.needle, focus && finding.typing), (role, &count));
        }
        _ => {}
    }
    let words = match viewer.view {
        View::Tree => viewer.path().unwrap_or_default(),
        View::Raw => raw_words(viewer),
        View::Table | View::Changes | View::Problem | View::Headers | View::Request => String::new(),
    };
    let inside = match &viewer.query {
        Some(query) if !query.typing => {
            let filter = query.filter.text();
            let room = usize::from(area.width);
            let filter = format!("jq {}  ", cut_middle(&filter, room / 2));
            let how = "(. edits it, Esc goes back)  ";
            if width(&filter) + width(how) <= room { filter + how } else { filter }
        }
        Some(_) => String::new(),
        None if viewer.outer.is_empty() => String::new(),
        None if viewer.is_unfolded() => "texts unfolded (Esc goes back)  ".to_owned(),
        None => "inside a text (Esc goes back)  ".to_owned(),
    };
    let x = paint.text(area, (area.x, area.y), Role::Warning, &inside);
    let said = if viewer.view == View::Tree { under_cursor(viewer, now) } else { String::new() };
    let room = usize::from(area.right().saturating_sub(x));
    // The path comes first, as far as half the line.
    let least = width(&words).min(room / 2) + 2;
    let begins = paint.text_right(area, area.y, x, (Role::Hint, &cut_end(&said, room.saturating_sub(least))));
    let room = if said.is_empty() { room } else { usize::from(begins.saturating_sub(x + 2)) };
    let cut = if viewer.view == View::Raw { cut_end } else { cut_middle };
    paint.text(area, (x, area.y), Role::Hint, &cut(&words, room));
}

/// What there is to say of the value under the tree's cursor, whether or not its row has room for it.
fn under_cursor(viewer: &Viewer, now: Now) -> String {
    let Some(document) = viewer.document() else { return String::new() };
    let rows = viewer.tree.rows(document, viewer.cursor..viewer.cursor + 1);
    rows.first().map_or_else(String::new, |row| remark(document, row, now))
}

/// A line that is typed in, and what came of it at its right.
fn asking(paint: &mut Paint<'_, '_>, area: Rect, typed: (&str, &TextField, bool), result: (Role, &str)) {
    let (sign, field, typing) = typed;
    let x = paint.text(area, (area.x, area.y), Role::Key, sign);
    let needed = u16::try_from(width(result.1)).unwrap_or(0) + 1;
    let cell = Rect { x, width: area.right().saturating_sub(x + needed), ..area };
    paint.field(cell, field, typing);
    paint.text_right(area, area.y, x, result);
}

fn raw_words(viewer: &Viewer) -> String {
    let what = match viewer.document().map(Document::content) {
        Some(Content::Json) if viewer.pretty => "laid out; p shows it as received",
        Some(Content::Json) => "as received; p lays it out",
        Some(Content::CutJson { .. }) => "cut short: this is what arrived",
        Some(Content::Html) if viewer.pretty => "a web page as text; p shows it as received",
        Some(Content::Html) => "a web page as received; p shows its text",
        Some(Content::Xml) if viewer.pretty => "XML, laid out; p shows it as received",
        Some(Content::Xml) => "XML as received; p lays it out",
        Some(Content::Binary { kind, pixels: Some((w, h)) }) => &format!("{kind}, {w} × {h} pixels"),
        Some(Content::Binary { kind, pixels: None }) => kind,
        Some(Content::Text | Content::Empty) | None => "",
    };
    let charset = viewer.document().and_then(Document::charset).map_or_else(String::new, |c| format!("{}, ", c.name()));
    match viewer.lines().map_or(0, document::Lines::count) {
        0 => String::new(),
        lines => format!("line {} of {lines}  {charset}{what}", (viewer.raw_scroll + 1).min(lines)),
    }
}
