//! The welcome screen.

use super::{header::spinner, paint::Paint, theme::Role};
use crate::app::{
    answer::failure_lines,
    geometry::{Rect, inside},
    page::Page,
    state::App,
    text_field::TextField,
    welcome::{Spot, Welcome, welcome_box, welcome_rows},
};

pub(super) fn draw(app: &App, state: &Welcome, paint: &mut Paint<'_, '_>) {
    let area = welcome_box(app.size);
    paint.pane(area, app.overlays.is_empty(), "Welcome to akx", &[]);
    let inner = inside(area);
    let rows = welcome_rows(app.size, state.place());
    let last = rows[..state.spots().len()].iter().map(|r| r.bottom()).max().unwrap_or(inner.y);
    let (above, below) =
        (Rect { height: 3, ..inner }, Rect { y: last + 1, height: inner.bottom().saturating_sub(last + 1), ..inner });
    if rows[0].y > inner.y + 1 {
        paint.text(
            above,
            (inner.x + 1, inner.y),
            Role::Text,
            "Find an action of ActionKit, fill in its form, run it, read the answer.",
        );
    }
    if app.is_connecting() {
        paint.text(
            inner,
            (inner.x + 1, rows[0].y.saturating_sub(1)),
            Role::Hint,
            &format!("{} Connecting … Esc leaves it.", spinner(app)),
        );
    } else if let Some(failure) = &state.failure {
        // Where the screen is too low for words below, they stand above.
        let place = if below.height >= 3 { below } else { above };
        let place = Rect { x: place.x + 1, width: place.width.saturating_sub(2), ..place };
        let mut page = Page::default();
        failure_lines(&mut page, failure, usize::from(place.width));
        paint.fill(place.intersection(inner), Role::Text);
        paint.page(place.intersection(inner), &page);
    }
    for (spot, row) in state.spots().into_iter().zip(rows) {
        if !row.is_empty() {
            spot_row(state, spot, paint, row);
        }
    }
}

fn spot_row(state: &Welcome, spot: Spot, paint: &mut Paint<'_, '_>, row: Rect) {
    let here = state.at == spot;
    let y = row.y;
    let label = match spot {
        Spot::Sandbox => "Open the sandbox",
        Spot::Configured => "Open what is configured",
        Spot::Project => "Project id",
        Spot::Token => "User token",
        Spot::BaseUrl => "Base URL",
        Spot::Profile => "Keep as profile",
        Spot::Connect => "Connect",
    };
    if here {
        paint.mark(row, y);
    }
    // On a narrow screen the labels make room.
    let column = if row.width < 50 { 18 } else { 20 };
    let cell = Rect { x: row.x + column, width: row.width.saturating_sub(column + 1), ..row };
    match spot {
        Spot::Sandbox => button(label, "made-up people, a world that reacts; no account", paint, (row, here)),
        Spot::Configured => button(label, state.configured.as_deref().unwrap_or_default(), paint, (row, here)),
        Spot::Connect => button(label, "", paint, (row, here)),
        Spot::Token => {
            paint.text(row, (row.x + 2, y), Role::Name, label);
            let text = if state.secret_length == 0 {
                "paste it; it is shown nowhere".to_owned()
            } else {
                format!("•••••••• {} characters", state.secret_length)
            };
            let role = if state.secret_length == 0 { Role::Hint } else { Role::Cell };
            paint.text(cell, (cell.x, y), role, &text);
            if here {
                paint.row(cell, y, Role::CellFocus);
            }
        }
        Spot::Project => {
            let offered = state.offered.as_ref().map(|(id, variable)| format!("Enter takes that of {variable}: {id}"));
            let hint = offered.as_deref().unwrap_or("as the Paragon dashboard shows it");
            typed((label, &state.project, hint), paint, row, (cell, here));
        }
        Spot::BaseUrl => typed((label, &state.base_url, "ActionKit's cloud"), paint, row, (cell, here)),
        Spot::Profile => {
            let hint = "not kept; a name keeps it for the next time";
            typed((label, &state.profile, hint), paint, row, (cell, here));
        }
    }
}

/// A button with words beside it.
fn button(label: &str, words: &str, paint: &mut Paint<'_, '_>, (row, here): (Rect, bool)) {
    let role = if here { Role::ButtonFocus } else { Role::Button };
    let x = paint.text(row, (row.x + 2, row.y), role, &format!("[ {label} ]"));
    paint.text(row, (x + 2, row.y), Role::Hint, words);
}

/// A field with its label, and a hint while it is empty.
fn typed(
    (label, field, hint): (&str, &TextField, &str),
    paint: &mut Paint<'_, '_>,
    row: Rect,
    (cell, here): (Rect, bool),
) {
    paint.text(row, (row.x + 2, row.y), Role::Name, label);
    paint.field(cell, field, here);
    if field.is_empty() {
        paint.text(cell, (cell.x, cell.y), Role::Hint, hint);
    }
}
