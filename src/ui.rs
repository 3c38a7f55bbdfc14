//! How an [`App`] looks: read-only over the state, colours by role.

mod action;
mod board;
mod catalogue;
mod footer;
mod header;
mod overlay;
mod paint;
mod present;
mod response;
pub mod theme;
mod welcome;

use ratatui::Frame;

pub use theme::Theme;

use crate::app::{
    geometry::Pane,
    state::{App, Stage},
};
use paint::Paint;

/// Draws the whole screen.
pub fn draw(app: &App, theme: Theme, frame: &mut Frame<'_>) {
    let paint = &mut Paint::new(frame, theme);
    let screen = app.screen();
    header::draw(app, paint, screen.header);
    match &app.stage {
        Stage::Welcome(state) => welcome::draw(app, state, paint),
        Stage::Explorer | Stage::Document => {
            if let Some(area) = screen.catalogue {
                catalogue::draw(app, paint, area);
            }
            if let Some(area) = screen.action {
                action::draw(app, paint, area);
            }
            if let Some(area) = screen.response {
                response::draw(app, paint, area);
            }
        }
    }
    footer::draw(app, paint, screen.footer);
    for (i, over) in app.overlays.iter().enumerate() {
        overlay::draw(app, over, i + 1 == app.overlays.len(), paint);
    }
    footer::draw_notice(app, paint, screen.footer);
    if app.present {
        present::mask(app, frame.buffer_mut());
    }
}

/// Whether a pane takes the keys now.
fn has_focus(app: &App, pane: Pane) -> bool {
    app.overlays.is_empty() && app.focus == pane
}
