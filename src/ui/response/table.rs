//! A response as a table.

use super::{
    super::{paint::Paint, theme::Role},
    found,
};
use crate::{
    app::{
        geometry::{Rect, split_y},
        viewer::{TableView, Viewer},
    },
    domain::{
        document::{self, Cell, Shown, Token},
        now::Now,
        text::{counted, cut_end, width},
    },
};

pub(super) fn draw(viewer: &Viewer, paint: &mut Paint<'_, '_>, area: Rect, focus: bool) {
    let (Some(document), Some(view)) = (viewer.document(), &viewer.table) else {
        paint.text(area, (area.x + 2, area.y), Role::Hint, "Collecting the records …");
        return;
    };
    let (heading, body) = split_y(area, 1);
    let places = view.places(area.width);
    let columns: Vec<usize> = places.iter().map(|p| view.shown()[p.position]).collect();
    let cell_of = |place: &crate::app::viewer::Place, y| Rect::new(area.x + place.x, y, place.width, 1);
    for (place, &column) in places.iter().zip(&columns) {
        heading_cell(view, column, paint, cell_of(place, heading.y));
    }
    let needle = view.filter.text();
    let rows = view.table().cells(document, view.scroll..view.scroll + usize::from(body.height), &columns);
    for ((i, row), y) in rows.iter().enumerate().zip(body.top()..body.bottom()) {
        let here = view.scroll + i == view.row;
        for ((place, &column), cell) in places.iter().zip(&columns).zip(row) {
            let at = cell_of(place, y);
            match cell {
                Some(cell) => value(cell, view.table().columns()[column].is_numeric(), &needle, paint, at),
                None => {
                    paint.text(at, (at.x, y), Role::Hint, "·");
                }
            }
        }
        if !here && viewer.selected().is_some_and(|rows| rows.contains(&(view.scroll + i))) {
            paint.row(body, y, Role::CursorAway);
        }
        if here {
            let (row, cell) =
                if focus { (Role::CursorAway, Role::Cursor) } else { (Role::CursorAway, Role::CursorAway) };
            paint.row(body, y, row);
            if let Some(place) = places.iter().find(|p| p.position == view.column) {
                paint.row(cell_of(place, y), y, cell);
            }
            if focus {
                paint.mark(body, y);
            }
        }
    }
    if rows.is_empty() {
        paint.text(body, (body.x + 2, body.y), Role::Hint, "No row has that. Esc shows all again.");
    }
    paint.scrollbar(body, view.table().row_count(), view.scroll);
}

fn heading_cell(view: &TableView, column: usize, paint: &mut Paint<'_, '_>, at: Rect) {
    let about = &view.table().columns()[column];
    let sign = match view.order() {
        Some((by, descending)) if by == column => {
            if descending {
                "▼"
            } else {
                "▲"
            }
        }
        _ if about.objects > 0 => " +",
        _ => "",
    };
    let room = usize::from(at.width).saturating_sub(width(sign));
    let text = format!("{}{sign}", cut_end(&crate::domain::text::clean(&about.short_name()), room));
    aligned(&text, Role::Heading, about.is_numeric(), paint, at);
}

fn value(cell: &Cell, right: bool, needle: &str, paint: &mut Paint<'_, '_>, at: Rect) {
    let role = match &cell.shown {
        Shown::Null => Role::Json(Token::Null),
        Shown::Bool(_) => Role::Json(Token::Bool),
        Shown::Number(_) => Role::Json(Token::Number),
        Shown::Text { .. } => Role::Text,
        Shown::Object { .. } | Shown::Array { .. } | Shown::Deep { .. } => Role::Json(Token::Punctuation),
        Shown::GoesOn(_) | Shown::Break { .. } => Role::Error,
    };
    let text = cut_end(&cell.text, usize::from(at.width));
    if needle.is_empty() {
        aligned(&text, role, right, paint, at);
    } else {
        let x = if right { begins(&text, at) } else { at.x };
        found(paint, (at, at.y, x), role, &text, needle);
    }
}

fn aligned(text: &str, role: Role, right: bool, paint: &mut Paint<'_, '_>, at: Rect) {
    let x = if right { begins(text, at) } else { at.x };
    paint.text(at, (x, at.y), role, text);
}

/// Where `text` begins that is to end at the right edge of `at`.
fn begins(text: &str, at: Rect) -> u16 {
    let columns = u16::try_from(width(text)).unwrap_or(u16::MAX);
    at.right().saturating_sub(columns).max(at.x)
}

/// What there is to say of the cell under the cursor in a table of `columns` columns, in up to `room` of them: what it
/// means, what is inside, or all of it where it is not in sight whole.
pub(super) fn said(viewer: &Viewer, now: Now, (columns, room): (u16, usize)) -> Option<String> {
    let (document, view) = viewer.document().zip(viewer.table.as_ref())?;
    let column = *view.shown().get(view.column)?;
    let cells = view.table().cells(document, view.row..view.row + 1, &[column]);
    let cell = cells.into_iter().flatten().next()??;
    match &cell.shown {
        Shown::Object { members: 1.. } | Shown::Array { items: 1.. } => {
            return Some(document::summary(document, cell.node, room));
        }
        Shown::Object { .. }
        | Shown::Array { .. }
        | Shown::Null
        | Shown::Bool(_)
        | Shown::Number(_)
        | Shown::Text { .. }
        | Shown::Deep { .. }
        | Shown::GoesOn(_)
        | Shown::Break { .. } => {}
    }
    if let Some(moment) = document::moment(document, cell.node) {
        return Some(moment.words(now));
    }
    let place = view.places(columns).into_iter().find(|place| place.position == view.column)?;
    (width(&cell.text) > usize::from(place.width)).then_some(cell.text)
}

/// What the line below says: where the cursor is, and how many rows there are.
pub(super) fn words(view: &TableView) -> String {
    let (rows, all) = (view.table().row_count(), view.table().record_count());
    let hidden = view.left_out();
    let rows = if rows == all { counted(rows, "row") } else { format!("{rows} of {}", counted(all, "row")) };
    let hidden = if hidden > 0 { format!(", {} left out", counted(hidden, "column")) } else { String::new() };
    let more = if view.table().has_more_columns() { ", more columns than shown here" } else { "" };
    format!("{rows}{hidden}{more}")
}
