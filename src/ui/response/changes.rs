//! What differs between two responses.

use super::super::{paint::Paint, theme::Role};
use crate::{
    app::{
        geometry::Rect,
        viewer::{Comparison, Line, Viewer, sign},
    },
    domain::{
        document::Change,
        text::{clean, cut_middle},
    },
};

pub(super) fn draw(viewer: &Viewer, paint: &mut Paint<'_, '_>, area: Rect, focus: bool) {
    let Some(comparison) = &viewer.comparison else { return };
    if !comparison.is_ready() {
        paint.text(area, (area.x + 2, area.y), Role::Hint, "Comparing …");
        return;
    }
    if comparison.count() == 0 {
        let words = if comparison.ignored().is_empty() { "Nothing differs." } else { "Nothing else differs." };
        paint.text(area, (area.x + 2, area.y), Role::Good, words);
        return;
    }
    let columns = usize::from(area.width.saturating_sub(6));
    let lines = comparison.lines(comparison.scroll..comparison.scroll + usize::from(area.height), columns);
    for ((i, line), y) in lines.iter().enumerate().zip(area.top()..area.bottom()) {
        draw_line(line, paint, area, y);
        if comparison.difference_on(comparison.scroll + i) == comparison.cursor {
            paint.row(area, y, if focus { Role::Cursor } else { Role::CursorAway });
            if focus && matches!(line, Line::Place { .. }) {
                paint.mark(area, y);
            }
        }
    }
    paint.scrollbar(area, comparison.line_count(), comparison.scroll);
}

fn draw_line(line: &Line, paint: &mut Paint<'_, '_>, area: Rect, y: u16) {
    match line {
        Line::Place { change, path } => {
            let role = match change {
                Change::Added(_) => Role::Good,
                Change::Removed(_) => Role::Error,
                Change::Changed { .. } => Role::Warning,
            };
            let x = paint.text(area, (area.x + 2, y), role, sign(*change));
            let room = usize::from(area.right().saturating_sub(x + 1));
            paint.text(area, (x + 1, y), Role::Name, &cut_middle(&clean(path), room));
        }
        Line::Left(value) => side(paint, area, y, (Role::Error, "- "), value),
        Line::Right(value) => side(paint, area, y, (Role::Good, "+ "), value),
    }
}

fn side(paint: &mut Paint<'_, '_>, area: Rect, y: u16, sign: (Role, &str), value: &str) {
    let x = paint.text(area, (area.x + 4, y), sign.0, sign.1);
    paint.text(area, (x, y), Role::Text, value);
}

/// What the line below says.
pub(super) fn words(comparison: &Comparison) -> String {
    let count = match comparison.count() {
        0 => "no difference".to_owned(),
        n => format!("{} of {n}{}", comparison.cursor + 1, if comparison.has_more() { "+" } else { "" }),
    };
    let ignored = comparison.ignored();
    let left_out = if ignored.is_empty() { String::new() } else { format!(", not compared: {}", ignored.join(" ")) };
    format!("against {}: {count}{left_out}", comparison.with)
}
