//! A board: a list over the whole screen.

use super::{header::spinner, paint::Paint, theme::Role};
use crate::{
    app::{
        answer::failure_lines,
        board::{Board, BoardParts, Cell, Column, Filling, Place},
        geometry::{Rect, split_y},
        page::Page,
        state::App,
    },
    domain::text::{clean, cut_end, width},
};

pub(super) fn draw(app: &App, board: &Board, on_top: bool, paint: &mut Paint<'_, '_>, area: Rect) {
    let inner = paint.popup(area, &board.title, &[(Role::Hint, right_words(app, board))]);
    let parts = BoardParts::new(area);
    let x = paint.text(parts.filter, (parts.filter.x, parts.filter.y), Role::Key, "› ");
    let cell = Rect { x, width: parts.filter.right().saturating_sub(x), ..parts.filter };
    paint.field(cell, &board.filter, on_top);
    if board.filter.is_empty() {
        paint.text(cell, (cell.x + 1, cell.y), Role::Hint, "type to narrow the list");
    }
    let rows = match &board.filling {
        Filling::Failed(failure) => {
            let mut page = Page::default();
            failure_lines(&mut page, failure, usize::from(inner.width.saturating_sub(4)).max(8));
            let most = if board.counts().0 == 0 { parts.rows.height } else { parts.rows.height / 2 };
            let lines = u16::try_from(page.lines.len()).unwrap_or(u16::MAX).min(most);
            let (above, rows) = split_y(parts.rows, lines);
            paint.page(indented(above), &page);
            rows
        }
        Filling::Done | Filling::Going => parts.rows,
    };
    // One column stays free before the border, where the scroll mark stands.
    let places = board.places(parts.rows.width.saturating_sub(1));
    if board.counts().0 > 0 {
        for place in &places {
            heading(&board.columns()[place.column], paint, at(parts.headings, place, parts.headings.y));
        }
    }
    for ((i, row), y) in board.rows().enumerate().skip(board.scroll).zip(rows.top()..rows.bottom()) {
        for place in &places {
            if let Some(cell) = row.cells.get(place.column) {
                value(cell, board.columns()[place.column].right, paint, at(rows, place, y));
            }
        }
        if i == board.cursor {
            paint.row(rows, y, Role::Cursor);
            paint.mark(rows, y);
        }
    }
    match (board.counts(), &board.filling) {
        ((0, _), Filling::Done) => says(board.empty, paint, rows),
        ((0, _), Filling::Going) => says("One moment …", paint, rows),
        ((_, 0), _) => says("Nothing matches. Backspace takes letters back, Esc all of them.", paint, rows),
        _ => {}
    }
    paint.scrollbar(rows, board.counts().1, board.scroll);
    about(board, paint, parts.details);
}

fn right_words(app: &App, board: &Board) -> String {
    let count = match board.counts() {
        (0, _) => String::new(),
        (all, shown) if all == shown => all.to_string(),
        (all, shown) => format!("{shown} of {all}"),
    };
    let going = if board.filling == Filling::Going { spinner(app) } else { "" };
    // The title keeps at least half of a narrow line.
    let note = if width(&board.note) > usize::from(app.size.width) / 2 { "" } else { board.note.as_str() };
    let pieces = [note, count.as_str(), going];
    pieces.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn about(board: &Board, paint: &mut Paint<'_, '_>, area: Rect) {
    if area.height == 0 || board.chosen().is_none() {
        return;
    }
    let (line, words) = split_y(area, 1);
    paint.text(line, (line.x, line.y), Role::Border, &"─".repeat(usize::from(line.width)));
    let words = indented(words);
    paint.page(words, &board.about(usize::from(words.width).max(8)));
}

fn says(text: &str, paint: &mut Paint<'_, '_>, area: Rect) {
    let mut page = Page::default();
    let area = indented(area);
    page.wrapped(crate::app::page::Tone::Hint, text, crate::app::page::Wrap::at(usize::from(area.width).max(8)));
    paint.page(area, &page);
}

/// The area without the columns of the cursor's mark.
const fn indented(area: Rect) -> Rect {
    Rect { x: area.x.saturating_add(2), width: area.width.saturating_sub(3), ..area }
}

const fn at(row: Rect, place: &Place, y: u16) -> Rect {
    let height = if row.height == 0 { 0 } else { 1 };
    Rect { x: row.x.saturating_add(place.x), y, width: place.width, height }
}

fn heading(column: &Column, paint: &mut Paint<'_, '_>, area: Rect) {
    aligned(column.title, Role::Heading, column.right, paint, area);
}

fn value(cell: &Cell, right: bool, paint: &mut Paint<'_, '_>, area: Rect) {
    let text = clean(&cell.text);
    aligned(&text, Role::from(cell.tone), right, paint, area);
}

fn aligned(text: &str, role: Role, right: bool, paint: &mut Paint<'_, '_>, area: Rect) {
    let text = cut_end(text, usize::from(area.width));
    let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX);
    let x = if right { area.right().saturating_sub(columns).max(area.x) } else { area.x };
    paint.text(area, (x, area.y), role, &text);
}
