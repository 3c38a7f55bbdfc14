//! Putting text on the screen: everything passes here, so that nothing unclean or too wide gets there.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Block, BorderType, Clear},
};

use super::theme::{Role, Theme};
use crate::{
    app::{geometry, page::Page, text_field::TextField},
    domain::text::{clean, cut_middle, width},
};

/// A frame with a theme.
pub(super) struct Paint<'a, 'f> {
    frame: &'a mut Frame<'f>,
    theme: Theme,
}

impl<'a, 'f> Paint<'a, 'f> {
    pub(super) const fn new(frame: &'a mut Frame<'f>, theme: Theme) -> Self {
        Self { frame, theme }
    }

    pub(super) fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Writes `text` from `x` on row `y`, no further than the right edge of `area`; returns where it ended.
    ///
    /// A row below `area` takes nothing, so callers need not count.
    pub(super) fn text(&mut self, area: Rect, at: (u16, u16), role: Role, text: &str) -> u16 {
        let (x, y) = at;
        // The terminal may have shrunk since the app last heard of its size.
        let area = area.intersection(self.frame.area());
        if y < area.top() || y >= area.bottom() || x >= area.right() {
            return x;
        }
        let style = self.style(role);
        let (end, _) = self.frame.buffer_mut().set_stringn(x, y, clean(text), usize::from(area.right() - x), style);
        end
    }

    /// Writes `text` so that it ends at the right edge of `area`, if it fits right of `from`; returns where it begins.
    pub(super) fn text_right(&mut self, area: Rect, y: u16, from: u16, piece: (Role, &str)) -> u16 {
        let (role, text) = piece;
        let text = clean(text);
        let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX);
        let begins = area.right().saturating_sub(columns);
        if begins <= from {
            return area.right();
        }
        self.text(area, (begins, y), role, &text);
        begins
    }

    /// Marks the row the cursor is on, at the left edge of `area`: unlike any sign of what is folded, and seen without
    /// colours too.
    pub(super) fn mark(&mut self, area: Rect, y: u16) {
        self.text(area, (area.x, y), Role::Key, "▌");
    }

    /// Lays a look over a row without touching its text.
    pub(super) fn row(&mut self, area: Rect, y: u16, role: Role) {
        let style = self.style(role);
        let row = Rect::new(area.x, y, area.width, 1).intersection(area).intersection(self.frame.area());
        self.frame.buffer_mut().set_style(row, style);
    }

    /// Fills an area with spaces of one look.
    pub(super) fn fill(&mut self, area: Rect, role: Role) {
        let style = self.style(role);
        let area = area.intersection(self.frame.area());
        self.frame.render_widget(Clear, area);
        self.frame.buffer_mut().set_style(area, style);
    }

    /// Draws a pane's border with its title and what stands at the right of it; returns the inside.
    pub(super) fn pane(&mut self, area: Rect, focus: bool, title: &str, right: &[(Role, String)]) -> Rect {
        let border = self.style(if focus { Role::BorderFocus } else { Role::Border });
        let room = usize::from(area.width.saturating_sub(6));
        let right_width: usize = right.iter().map(|(_, t)| width(t)).sum();
        let title = clean(title);
        let title = cut_middle(&title, room.saturating_sub(if right_width > 0 { right_width + 2 } else { 0 }));
        let mut block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(border)
            .title(Span::styled(format!(" {title} "), self.style(Role::Heading)));
        if right_width > 0 && right_width + 4 <= room {
            let mut line = Line::default().right_aligned();
            line.push_span(" ");
            for (role, text) in right {
                line.push_span(Span::styled(clean(text).into_owned(), self.style(*role)));
            }
            line.push_span(" ");
            block = block.title(line);
        }
        self.frame.render_widget(block, area);
        geometry::inside(area)
    }

    /// The same, over what is already there.
    pub(super) fn popup(&mut self, area: Rect, title: &str, right: &[(Role, String)]) -> Rect {
        self.frame.render_widget(Clear, area);
        self.pane(area, true, title, right)
    }

    /// A page's lines that are in sight.
    pub(super) fn page(&mut self, area: Rect, page: &Page) {
        for (line, y) in page.lines.iter().skip(page.scroll).zip(area.top()..area.bottom()) {
            let mut x = area.x;
            for (tone, text) in line {
                x = self.text(area, (x, y), Role::from(*tone), text);
            }
        }
        self.scrollbar(area, page.lines.len(), page.scroll);
    }

    /// A mark at the right border for where in `rows` the area stands, if not all are in sight.
    pub(super) fn scrollbar(&mut self, area: Rect, rows: usize, scroll: usize) {
        let height = usize::from(area.height);
        if rows <= height || height < 2 || area.right() >= self.frame.area().right() {
            return;
        }
        let thumb = (height * height / rows).max(1);
        let top = scroll * (height - thumb) / (rows - height).max(1);
        let (style, x) = (self.style(Role::Hint), area.right());
        for i in top..(top + thumb).min(height) {
            let y = area.y + u16::try_from(i).unwrap_or(0);
            if y >= self.frame.area().bottom() {
                return;
            }
            self.frame.buffer_mut().set_stringn(x, y, "┃", 1, style);
        }
    }

    /// A text being typed, with the terminal's cursor in it where it takes the keys.
    pub(super) fn field(&mut self, area: Rect, field: &TextField, focus: bool) {
        self.masked_field(area, field, focus, false);
    }

    /// The same, every character shown as a dot where it is secret.
    pub(super) fn masked_field(&mut self, area: Rect, field: &TextField, focus: bool, secret: bool) {
        let area = area.intersection(self.frame.area());
        if area.is_empty() {
            return;
        }
        let role = if focus { Role::CellFocus } else { Role::Cell };
        self.fill(area, role);
        let (line, column) = field.cursor();
        let height = usize::from(area.height);
        let first = line.saturating_sub(height - 1);
        let shown = |text: &str| if secret { "•".repeat(text.chars().count()) } else { clean(text).into_owned() };
        let cursor_line = field.lines().get(line).map_or("", String::as_str);
        let before: String = cursor_line.chars().take(column).collect();
        let cursor_x = width(&shown(&before));
        // One column is kept for the cursor behind the last character.
        let shift = (cursor_x + 1).saturating_sub(usize::from(area.width));
        for (text, y) in field.lines().iter().skip(first).zip(area.top()..area.bottom()) {
            let text = shown(text);
            self.text(area, (area.x, y), role, skip_columns(&text, shift));
        }
        if focus {
            let x = area.x + u16::try_from(cursor_x - shift).unwrap_or(0).min(area.width - 1);
            let y = area.y + u16::try_from(line - first).unwrap_or(0).min(area.height - 1);
            self.frame.set_cursor_position(Position::new(x, y));
        }
    }

    /// Buttons on a line, the one with the number `chosen` highlighted.
    pub(super) fn buttons(&mut self, area: Rect, labels: &[&str], chosen: Option<usize>) {
        for (i, (place, label)) in geometry::buttons(area, labels).into_iter().zip(labels).enumerate() {
            let role = if chosen == Some(i) { Role::ButtonFocus } else { Role::Button };
            let text = match usize::from(place.width) - label.chars().count().min(usize::from(place.width)) {
                4.. => format!("[ {label} ]"),
                2..4 => format!("[{label}]"),
                0..2 => (*label).to_owned(),
            };
            self.text(area, (place.x, place.y), role, &text);
        }
    }
}

/// `text` without its first `columns` columns, cut between graphemes.
pub(super) fn skip_columns(text: &str, columns: usize) -> &str {
    use unicode_segmentation::UnicodeSegmentation as _;
    if columns == 0 {
        return text;
    }
    let mut gone = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if gone >= columns {
            return &text[at..];
        }
        gone += width(grapheme);
    }
    ""
}
