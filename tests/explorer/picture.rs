//! Pictures of the screen that show the roles as well as the text.

use std::fmt::Write as _;

use akx::{
    app::App,
    ui::{self, Theme, theme::Role},
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer, style::Color};

/// The screen as text, and below it, row by row, what has which role (ordinary text, borders and cells left out).
pub(crate) fn picture(app: &App) -> String {
    let buffer = draw(app, Theme::Roles);
    let mut out = text(&buffer);
    out.push_str("---\n");
    for y in 0..buffer.area.height {
        let mut runs: Vec<(String, String)> = Vec::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let role = match (role(cell.fg), role(cell.bg)) {
                (Some(fg), Some(bg)) => format!("{fg:?}+{bg:?}"),
                (Some(Role::Text | Role::Border | Role::Cell) | None, None) => String::new(),
                (Some(one), None) | (None, Some(one)) => format!("{one:?}"),
            };
            match runs.last_mut() {
                Some((last, text)) if *last == role => text.push_str(cell.symbol()),
                _ => runs.push((role, cell.symbol().to_owned())),
            }
        }
        let named: Vec<String> = runs
            .iter()
            .filter(|(role, text)| {
                !(role.is_empty() || role == "BorderFocus" || text.trim().is_empty() && role == "Bar")
            })
            .map(|(role, text)| format!("{role}:{:?}", text.trim_end()))
            .collect();
        if !named.is_empty() {
            writeln!(out, "{y:>2} {}", named.join(" ")).expect("writing to a string");
        }
    }
    out
}

/// The screen's text alone.
pub(crate) fn screen(app: &App) -> String {
    text(&draw(app, Theme::Plain))
}

pub(crate) fn draw(app: &App, theme: Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(app.size.width, app.size.height)).expect("a test terminal");
    terminal.draw(|frame| ui::draw(app, theme, frame)).expect("drawing to memory");
    terminal.backend().buffer().clone()
}

fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(akx::domain::text::width(symbol)).expect("a cell").max(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn role(color: Color) -> Option<Role> {
    match color {
        Color::Indexed(n) => Role::ALL.get(usize::from(n)).copied(),
        _ => None,
    }
}
