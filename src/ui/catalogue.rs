//! The catalogue pane.

use std::ops::Range;

use super::{has_focus, header::spinner, paint::Paint, theme::Role};
use crate::{
    app::{
        browse::{BrowseRow, Sort},
        detail,
        geometry::{Pane, Rect},
        listing::Listing,
        page::{Page, Tone, Wrap},
        state::App,
    },
    domain::{
        search::Why,
        text::{ago, clean, cut_middle, thousands, width},
    },
};

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    let focus = has_focus(app, Pane::Catalogue);
    let inner = paint.pane(area, focus, "Actions", &[(Role::Hint, count(app))]);
    let parts = app.catalogue_parts(area);
    let x = paint.text(inner, (inner.x, inner.y), Role::Key, "› ");
    let cell = Rect { x, width: inner.right().saturating_sub(x), height: parts.query.height, ..parts.query };
    paint.field(cell, &app.browse.query, focus);
    if app.browse.query.is_empty() {
        paint.text(inner, (x, inner.y), Role::Hint, if focus { "type to search" } else { "" });
    }
    match app.listing() {
        Some(listing) => {
            qualifier(app, paint, parts.query, x);
            let mut lines = app.browse.notes(usize::from(parts.notes.width));
            lines.truncate(usize::from(parts.notes.height));
            paint.page(parts.notes, &Page { lines, scroll: 0 });
            rows(app, listing, paint, parts.rows);
        }
        None => nothing_yet(app, paint, parts.rows),
    }
}

/// A qualifier whose beginning is typed, at the right of the query where there is room.
fn qualifier(app: &App, paint: &mut Paint<'_, '_>, area: Rect, x: u16) {
    let Some(first) = app.browse.completions().first().filter(|c| c.text.ends_with(':')) else { return };
    let typed = u16::try_from(width(&app.browse.query.text())).unwrap_or(u16::MAX);
    paint.text_right(
        area,
        area.y,
        x.saturating_add(typed).saturating_add(2),
        (Role::Hint, &format!("Tab {}", first.text)),
    );
}

fn count(app: &App) -> String {
    let Some(listing) = app.listing() else { return String::new() };
    let (found, all) = (app.browse.found.hits.len(), listing.catalogue.len());
    // Before the names are there, nothing has been looked for.
    let is_all = found == all || !listing.catalogue.has_names();
    let count = if is_all { thousands(all) } else { format!("{} of {}", thousands(found), thousands(all)) };
    let sort = match app.browse.sort() {
        Sort::Relevance => String::new(),
        sort @ (Sort::Name | Sort::Recent | Sort::Used) => format!("{} · ", sort.words()),
    };
    match age(app) {
        Some(age) => format!("{sort}{count} · {age}"),
        None => format!("{sort}{count}"),
    }
}

/// How old the list is, where it is not of this session: recalled while the server is asked, or when that failed, or
/// offline. As of the last thing that happened: nothing is drawn for the time alone.
fn age(app: &App) -> Option<String> {
    let at = app.catalogue.value.as_ref()?.at;
    let seconds = app.now.unix.saturating_sub(at);
    let is_old = app.session.offline || app.catalogue.failure().is_some() || app.catalogue.going_since().is_some();
    (is_old && seconds >= 60 || seconds >= 3600).then(|| ago(seconds))
}

fn nothing_yet(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    let columns = usize::from(area.width);
    let mut page = Page::default();
    if let Some(failure) = app.catalogue.failure() {
        crate::app::answer::failure_lines(&mut page, failure, columns);
        page.gap();
        page.wrapped(
            Tone::Hint,
            "Enter tries again. ^P, “Connect elsewhere” goes to another project or the sandbox.",
            Wrap::at(columns),
        );
    } else if app.is_connecting() {
        page.line(Tone::Hint, format!("{} Connecting …", spinner(app)));
    } else if app.catalogue.going_since().is_some() {
        page.line(Tone::Hint, format!("{} Loading the actions …", spinner(app)));
    }
    paint.page(area, &page);
}

fn rows(app: &App, listing: &Listing, paint: &mut Paint<'_, '_>, area: Rect) {
    let browse = &app.browse;
    if browse.rows().is_empty() {
        let mut page = Page::default();
        let columns = usize::from(area.width);
        if listing.catalogue.is_empty() {
            page.wrapped(Tone::Text, "This user can call no action.", Wrap::at(columns));
            page.wrapped(
                Tone::Hint,
                "Connect an integration in your app's Connect Portal, then load the actions again (^P).",
                Wrap::at(columns),
            );
        } else {
            page.wrapped(Tone::Text, "No action matches.", Wrap::at(columns));
            page.wrapped(Tone::Hint, "Esc clears the search; F1 shows what can be searched for.", Wrap::at(columns));
        }
        paint.page(area, &page);
        return;
    }
    let focus = has_focus(app, Pane::Catalogue);
    for ((i, row), y) in browse.rows().iter().enumerate().skip(browse.scroll).zip(area.top()..area.bottom()) {
        let here = i == browse.cursor;
        match *row {
            BrowseRow::Group { group, count, folded } => {
                group_row(app, listing, (group, count, folded), paint, (area, y));
            }
            BrowseRow::Start { count } => {
                let x = paint.text(area, (area.x + 3, y), Role::Heading, "start here");
                paint.text_right(area, y, x + 1, (Role::Hint, &format!("{count} ")));
            }
            BrowseRow::Action { hit, start, .. } => action_row(app, listing, (hit, start), paint, (area, y)),
        }
        if here {
            paint.row(area, y, if focus { Role::Cursor } else { Role::CursorAway });
            paint.mark(area, y);
        }
    }
    paint.scrollbar(area, browse.rows().len(), browse.scroll);
}

fn group_row(app: &App, listing: &Listing, row: (usize, usize, bool), paint: &mut Paint<'_, '_>, at: (Rect, u16)) {
    let ((group, count, folded), (area, y)) = (row, at);
    let Some(group) = listing.catalogue.groups().get(group) else { return };
    // The cursor's own mark stands before it.
    let x = paint.text(area, (area.x + 1, y), Role::Hint, if folded { "▸ " } else { "▾ " });
    let state = app.connections.get().and_then(|c| c.state(&group.integration));
    let right = paint.text_right(area, y, x + 1, (Role::Hint, &format!("{} ", thousands(count))));
    // The name gives way before the state does: no state is told where none is known.
    let kept = state.map_or(1, |state| width(state.sign()) + 3);
    let name = clean(&group.integration);
    let name = cut_middle(&name, usize::from(right.saturating_sub(x)).saturating_sub(kept));
    let x = paint.text(area, (x, y), Role::Heading, &name);
    if let Some(state) = state {
        let has_room = usize::from(right.saturating_sub(x)) > width(state.words()) + 3;
        let told = if has_room { state.words() } else { state.sign() };
        paint.text(area, (x + 2, y), Role::from(detail::tone_of(state)), told);
    }
}

fn action_row(app: &App, listing: &Listing, row: (usize, bool), paint: &mut Paint<'_, '_>, at: (Rect, u16)) {
    let ((hit, start), (area, y)) = (row, at);
    let Some(hit) = app.browse.found.hits.get(hit) else { return };
    let whole = listing.catalogue.name(hit.action);
    let effect = app.side_effect(hit.action);
    let begin = area.x + 4;
    let right = paint.text_right(area, y, begin + 8, (Role::Effect(effect), &format!("{} ", effect.name())));
    let is_favourite = app.usage.is_favourite(whole);
    if is_favourite {
        paint.text(area, (area.x + 2, y), Role::Match, "★");
    }
    let name = if start { whole } else { listing.short_name(hit.action) };
    let dropped = whole.len() - name.len();
    let room = usize::from(right.saturating_sub(begin + 1));
    let name_area = Rect { width: right.saturating_sub(area.x), ..area };
    let news = listing.news().and_then(|news| match () {
        () if news.new.contains(whole) => Some(("new", "+")),
        () if news.changed.contains(whole) => Some(("changed", "~")),
        () => None,
    });
    // A mark says it where the word has no room.
    let (word, mark) = news.unzip();
    let word = word.filter(|word| width(name) + width(word) + 3 < room);
    if let Some(mark) = mark.filter(|_| word.is_none() && !is_favourite) {
        paint.text(area, (area.x + 2, y), Role::Good, mark);
    }
    let searching = !app.browse.query.is_empty();
    let marks: Vec<Range<usize>> = if searching { app.browse.found.marks(listing.index(), hit) } else { Vec::new() };
    let shown = cut_middle(name, room);
    let mut x = marked(paint, (name_area, y, begin), (&shown, name.len()), &marks, dropped);
    if shown.len() != name.len() {
        return;
    }
    if let Some(word) = word {
        x = paint.text(area, (x + 2, y), Role::Good, word);
    }
    if !searching {
        return;
    }
    let why = match app.browse.found.why(listing.index(), hit) {
        Why::Parameter(name) => format!("has {name}"),
        Why::Description => "in its description".to_owned(),
        Why::All | Why::Name | Why::Integration => return,
    };
    if usize::from(right.saturating_sub(x)) > width(&why) + 3 {
        paint.text(area, (x + 2, y), Role::Hint, &why);
    }
}

/// Writes a name, perhaps cut in the middle, with the parts of the whole one that matched marked.
fn marked(
    paint: &mut Paint<'_, '_>,
    (area, y, mut x): (Rect, u16, u16),
    (shown, whole): (&str, usize),
    marks: &[Range<usize>],
    dropped: usize,
) -> u16 {
    // Left of the cut a byte stands where it stood; right of it, as far from the end as before.
    let cut = if shown.len() == whole { shown.len() } else { shown.find('…').unwrap_or(shown.len()) };
    let right = cut + if cut < shown.len() { '…'.len_utf8() } else { 0 };
    let behind = whole.saturating_sub(shown.len() - right);
    let is_marked = |at: usize| {
        let original = if at < cut {
            at
        } else if at < right {
            return false;
        } else {
            at - right + behind
        };
        marks.iter().any(|m| m.contains(&(original + dropped)))
    };
    let mut run = String::new();
    let mut of_run = false;
    for (at, c) in shown.char_indices() {
        let marked = is_marked(at);
        if marked != of_run && !run.is_empty() {
            x = paint.text(area, (x, y), if of_run { Role::Match } else { Role::Text }, &run);
            run.clear();
        }
        of_run = marked;
        run.push(c);
    }
    paint.text(area, (x, y), if of_run { Role::Match } else { Role::Text }, &run)
}
