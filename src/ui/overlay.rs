//! What lies over the explorer.

use super::{header::spinner, paint::Paint, theme::Role};
use crate::{
    app::{
        chooser::Chooser,
        geometry::{Rect, split_bottom, split_y},
        overlay::Overlay,
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
        Overlay::Menu { title, chooser, .. } => list(chooser, title, on_top, paint, area),
        Overlay::RunList(chooser) => {
            let title = if app.runs.going() > 0 { format!("Runs {}", spinner(app)) } else { "Runs".to_owned() };
            list(chooser, &title, on_top, paint, area);
        }
        Overlay::Faults { chooser, .. } => list(chooser, "Faults of the sandbox", on_top, paint, area),
        Overlay::Board(board) => super::board::draw(app, board, on_top, paint, area),
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

fn list(chooser: &Chooser, title: &str, on_top: bool, paint: &mut Paint<'_, '_>, area: Rect) {
    let count = chooser.len().to_string();
    let inner = paint.popup(area, title, &[(Role::Hint, count)]);
    let (filter, rows) = split_y(inner, 1);
    let x = paint.text(filter, (filter.x, filter.y), Role::Key, "› ");
    paint.field(Rect { x, width: filter.right().saturating_sub(x), ..filter }, &chooser.filter, on_top);
    if chooser.is_empty() {
        paint.text(rows, (rows.x + 2, rows.y), Role::Hint, "Nothing matches. Backspace takes letters back.");
    }
    for ((i, (_, item)), y) in chooser.rows().enumerate().skip(chooser.scroll).zip(rows.top()..rows.bottom()) {
        let room = usize::from(rows.width.saturating_sub(3));
        let note = cut_end(&clean(&item.note), room / 2).into_owned();
        let label = clean(&item.label);
        let label = cut_middle(&label, room.saturating_sub(if note.is_empty() { 0 } else { width(&note) + 2 }));
        let x = paint.text(rows, (rows.x + 2, y), Role::Text, &label);
        paint.text_right(rows, y, x, (Role::Hint, &format!("{note} ")));
        if i == chooser.cursor {
            paint.row(rows, y, Role::Cursor);
            paint.text(rows, (rows.x, y), Role::Key, "▸");
        }
    }
    paint.scrollbar(rows, chooser.len(), chooser.scroll);
}
