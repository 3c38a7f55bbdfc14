//! The welcome screen.

use super::{header::spinner, paint::Paint, theme::Role};
use crate::app::{
    answer::failure_lines,
    geometry::{Rect, centred, inside},
    page::Page,
    state::App,
    welcome::{Spot, Welcome, welcome_rows},
};

pub(super) fn draw(app: &App, state: &Welcome, paint: &mut Paint<'_, '_>) {
    let whole = Rect::new(0, 1, app.size.width, app.size.height.saturating_sub(2));
    let area = centred(Rect::new(0, 0, app.size.width, app.size.height), 76, 22).intersection(whole);
    paint.pane(area, app.overlays.is_empty(), "Welcome to akx", &[]);
    let inner = inside(area);
    paint.text(
        inner,
        (inner.x + 1, inner.y + 1),
        Role::Text,
        "Find an action of ActionKit, fill in its form, run it, read the answer.",
    );
    for (spot, row) in state.spots().into_iter().zip(welcome_rows(app.size)) {
        let row = row.intersection(inner);
        if row.is_empty() {
            continue;
        }
        spot_row(state, spot, paint, row);
    }
    let below = u16::try_from(4 + state.spots().len() * 2).unwrap_or(u16::MAX);
    let rest = Rect {
        x: inner.x + 1,
        y: inner.y.saturating_add(below),
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(below),
    };
    if state.going.is_some() {
        paint.text(
            inner,
            (inner.x + 1, inner.y + 2),
            Role::Hint,
            &format!("{} Connecting … Esc leaves it.", spinner(app)),
        );
    } else if let Some(failure) = &state.failure {
        let mut page = Page::default();
        failure_lines(&mut page, failure, usize::from(rest.width));
        // Where the screen is too low for words below, they stand above.
        let place = if rest.height >= 2 { rest } else { Rect { y: inner.y + 2, height: 2.min(inner.height), ..rest } };
        paint.page(place.intersection(inner), &page);
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
        paint.text(row, (row.x, y), Role::Key, "▸");
    }
    let cell = Rect { x: row.x + 20, width: row.width.saturating_sub(21), ..row };
    match spot {
        Spot::Sandbox | Spot::Configured | Spot::Connect => {
            let role = if here { Role::ButtonFocus } else { Role::Button };
            let x = paint.text(row, (row.x + 2, y), role, &format!("[ {label} ]"));
            let words = match spot {
                Spot::Sandbox => "no account needed: made-up people, a world that reacts",
                Spot::Configured => state.configured.as_deref().unwrap_or_default(),
                _ => "",
            };
            paint.text(row, (x + 2, y), Role::Hint, words);
        }
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
        Spot::Project | Spot::BaseUrl | Spot::Profile => {
            paint.text(row, (row.x + 2, y), Role::Name, label);
            let (field, hint) = match spot {
                Spot::BaseUrl => (&state.base_url, "ActionKit's cloud"),
                Spot::Profile => (&state.profile, "not kept; a name keeps it for the next time"),
                _ => (&state.project, "as the Paragon dashboard shows it"),
            };
            paint.field(cell, field, here);
            if field.is_empty() {
                paint.text(cell, (cell.x + u16::from(here), y), Role::Hint, hint);
            }
        }
    }
}
