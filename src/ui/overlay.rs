//! What lies over the explorer.

use super::{header::spinner, paint::Paint, theme::Role};
use crate::{
    app::{
        account::AccountChoices,
        chooser::Chooser,
        geometry::{Rect, split_bottom, split_y},
        overlay::Overlay,
        remote::Fetch,
        state::App,
    },
    domain::text::{clean, cut_end, cut_middle, width, wrap},
};

pub(super) fn draw(app: &App, over: &Overlay, on_top: bool, paint: &mut Paint<'_, '_>) {
    let area = over.place(app.size);
    match over {
        Overlay::Help(page) => {
            let inner = paint.popup(area, "Help", &[(Role::Hint, "Esc goes back".to_owned())]);
            paint.page(inner, page);
        }
        Overlay::Request(page) => {
            let inner = paint.popup(area, "The request as it will be sent", &[(Role::Hint, "y copies".to_owned())]);
            paint.page(inner, page);
        }
        Overlay::Page { title, page } => {
            let inner = paint.popup(area, title, &[(Role::Hint, "y copies".to_owned())]);
            paint.page(inner, page);
        }
        Overlay::Palette { chooser, .. } => list(chooser, "Commands", on_top, paint, area),
        Overlay::Picker { title, chooser, .. } | Overlay::FieldMenu { title, chooser, .. } => {
            list(chooser, title, on_top, paint, area);
        }
        Overlay::Account(choices) => account(app, choices, on_top, paint, area),
        Overlay::Menu { title, chooser, .. } => list(chooser, title, on_top, paint, area),
        Overlay::RunList(chooser) => {
            let title = if app.runs.going() > 0 { format!("Runs {}", spinner(app)) } else { "Runs".to_owned() };
            list(chooser, &title, on_top, paint, area);
        }
        Overlay::Faults { chooser, .. } => list(chooser, "Faults of the sandbox", on_top, paint, area),
        Overlay::Board(board) => super::board::draw(app, board, on_top, paint, area),
        Overlay::Files { directory, chooser, .. } => {
            let room = usize::from(area.width).saturating_sub(12);
            list(chooser, &cut_middle(&clean(directory), room), on_top, paint, area);
        }
        Overlay::SavedCalls { chooser, .. } => list(chooser, "Saved calls", on_top, paint, area),
        Overlay::CompareWith { chooser, .. } => list(chooser, "Compare with", on_top, paint, area),
        Overlay::Question(question) => {
            let inner = paint.popup(area, "Please decide", &[]);
            let (text, line) = split_bottom(inner, 1);
            words(&question.text, Role::Text, paint, text);
            let labels: Vec<&str> = question.answers.iter().map(|(l, _)| l.as_str()).collect();
            paint.buttons(line, &labels, Some(question.chosen));
        }
        Overlay::Prompt(prompt) => {
            let inner = paint.popup(area, "akx", &[]);
            let (text, line) = split_bottom(inner, 1);
            match &prompt.problem {
                Some(problem) => words(problem, Role::Warning, paint, text),
                None => words(&prompt.title, Role::Text, paint, text),
            }
            let x = paint.text(line, (line.x, line.y), Role::Key, "› ");
            paint.field(Rect { x, width: line.right().saturating_sub(x), ..line }, &prompt.field, on_top);
        }
    }
}

fn words(text: &str, role: Role, paint: &mut Paint<'_, '_>, area: Rect) {
    let columns = usize::from(area.width.saturating_sub(2)).max(8);
    for (line, y) in wrap(text, columns, 12).iter().zip(area.top()..area.bottom()) {
        paint.text(area, (area.x + 1, y), role, line);
    }
}

/// The choices from the user's account: how many have come, whether there are more, and what is being asked.
fn account(app: &App, choices: &AccountChoices, on_top: bool, paint: &mut Paint<'_, '_>, area: Rect) {
    let chooser = &choices.chooser;
    let source = clean(choices.source().name());
    let whose = if choices.source().searches() { "the account's " } else { "" };
    let title = format!("{}, from {whose}{source}", clean(&choices.name));
    let more = if choices.has_more() { "+" } else { "" };
    let going = if choices.is_going() { format!(" {}", spinner(app)) } else { String::new() };
    let inner = paint.popup(area, &title, &[(Role::Hint, format!("{}{more}{going}", chooser.len()))]);
    let rows = filtered(chooser, on_top, paint, inner);
    if !chooser.is_empty() {
        return;
    }
    let typed = !chooser.filter.is_empty();
    let says = match (&choices.fetch, typed) {
        (Fetch::Going { .. }, _) => vec![(Role::Hint, "Asking the user's account …".to_owned())],
        (Fetch::Failed(failure), _) => vec![
            (Role::Error, failure.message.clone()),
            (Role::Text, failure.hint.clone()),
            (Role::Hint, "Enter tries again. Esc goes back to the form.".to_owned()),
        ],
        (Fetch::Idle, _) if choices.search_at.is_some() => vec![(Role::Hint, "Searching the account …".to_owned())],
        (Fetch::Idle, true) if choices.has_more() => {
            vec![(Role::Hint, "Nothing matches so far. ↓ looks further, Backspace takes letters back.".to_owned())]
        }
        (Fetch::Idle, true) => vec![(Role::Hint, "Nothing matches. Backspace takes letters back.".to_owned())],
        (Fetch::Idle, false) => vec![(Role::Hint, "The account has nothing to choose here.".to_owned())],
    };
    let mut y = rows.y;
    for (role, text) in says {
        for line in wrap(&text, usize::from(rows.width.saturating_sub(4)).max(8), 6) {
            if y < rows.bottom() {
                paint.text(rows, (rows.x + 2, y), role, &line);
                y += 1;
            }
        }
    }
}

fn list(chooser: &Chooser, title: &str, on_top: bool, paint: &mut Paint<'_, '_>, area: Rect) {
    let count = chooser.len().to_string();
    let inner = paint.popup(area, title, &[(Role::Hint, count)]);
    let rows = filtered(chooser, on_top, paint, inner);
    if chooser.is_empty() && !chooser.filter.is_empty() {
        paint.text(rows, (rows.x + 2, rows.y), Role::Hint, "Nothing matches. Backspace takes letters back.");
    }
}

/// The filter and the rows that pass it; returns where the rows stand.
fn filtered(chooser: &Chooser, on_top: bool, paint: &mut Paint<'_, '_>, inner: Rect) -> Rect {
    let (filter, rows) = split_y(inner, 1);
    let x = paint.text(filter, (filter.x, filter.y), Role::Key, "› ");
    paint.field(Rect { x, width: filter.right().saturating_sub(x), ..filter }, &chooser.filter, on_top);
    for ((i, (_, item)), y) in chooser.rows().enumerate().skip(chooser.scroll).zip(rows.top()..rows.bottom()) {
        let room = usize::from(rows.width.saturating_sub(3));
        let note = cut_end(&clean(&item.note), room / 2).into_owned();
        let label = clean(&item.label);
        let label = cut_middle(&label, room.saturating_sub(if note.is_empty() { 0 } else { width(&note) + 2 }));
        let x = paint.text(rows, (rows.x + 2, y), Role::Text, &label);
        paint.text_right(rows, y, x, (Role::Hint, &format!("{note} ")));
        if i == chooser.cursor {
            paint.row(rows, y, Role::Cursor);
            paint.mark(rows, y);
        }
    }
    paint.scrollbar(rows, chooser.len(), chooser.scroll);
    rows
}
