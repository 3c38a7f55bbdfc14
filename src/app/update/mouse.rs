//! The mouse: whatever is shown can be clicked, and the wheel scrolls what is under it.

use super::super::{
    board::BoardParts,
    command::{Command, Move},
    effect::Effect,
    geometry::{self, Border, Pane, Position, Rect, inside},
    message::MouseKind,
    open_form::{At, Button},
    overlay::{Overlay, Part},
    state::{App, Front, Stage},
    viewer::{Place, TableView, View},
    welcome::welcome_rows,
};

/// How many rows a notch of the wheel moves.
const WHEEL: isize = 3;

impl App {
    pub(super) fn mouse(&mut self, kind: MouseKind, at: Position) -> Vec<Effect> {
        match kind {
            MouseKind::Press if !self.overlays.is_empty() => self.click_overlay(at),
            MouseKind::Press => self.click(at),
            MouseKind::WheelUp => self.wheel(-WHEEL, at),
            MouseKind::WheelDown => self.wheel(WHEEL, at),
            MouseKind::Drag => self.drag(at),
            MouseKind::Release => {
                self.dragging = None;
                Vec::new()
            }
        }
    }

    fn click(&mut self, at: Position) -> Vec<Effect> {
        if let Stage::Welcome(welcome) = &mut self.stage {
            if let Some(spot) =
                welcome.spots().into_iter().zip(welcome_rows(self.size, welcome.place())).find(|(_, r)| r.contains(at))
            {
                welcome.at = spot.0;
                return self.welcome_enter_by_click();
            }
            return Vec::new();
        }
        let screen = self.screen();
        if let Some(border) = screen.border_at(at) {
            self.dragging = Some((border, if border == Border::Between { at.y } else { at.x }));
        }
        let Some(pane) = screen.pane_at(at) else { return Vec::new() };
        let Some(area) = screen.pane(pane) else { return Vec::new() };
        self.focus = pane;
        match pane {
            Pane::Catalogue => {
                let rows = self.catalogue_parts(area).rows;
                if let Some(row) = row_at(rows, at, self.browse.scroll).filter(|r| *r < self.browse.rows().len()) {
                    self.browse.cursor = row;
                    self.cursor_moved();
                    return self.browse_move(Move::Enter);
                }
                Vec::new()
            }
            Pane::Action => self.click_form(area, at),
            Pane::Response => self.click_response(area, at),
        }
    }

    /// A border follows the pointer.
    fn drag(&mut self, at: Position) -> Vec<Effect> {
        if let Some((border, from)) = self.dragging {
            let to = if border == Border::Between { at.y } else { at.x };
            let by = i16::try_from(i32::from(to) - i32::from(from)).unwrap_or(0);
            let offset = match border {
                Border::Left => &mut self.dragged.left,
                Border::Middle => &mut self.dragged.middle,
                Border::Between => &mut self.dragged.between,
            };
            *offset = offset.saturating_add(by).clamp(-300, 300);
            self.dragging = Some((border, to));
        }
        Vec::new()
    }

    fn click_form(&mut self, area: Rect, at: Position) -> Vec<Effect> {
        if self.front() == Front::Detail {
            return Vec::new();
        }
        let Some(form) = &mut self.form else { return Vec::new() };
        let parts = form.parts(area);
        if form.lines.is_some() || form.json.is_some() {
            return Vec::new();
        }
        let labels = Button::ALL.map(Button::label);
        let button = geometry::buttons(parts.buttons, &labels).iter().position(|r| r.contains(at));
        if let Some(button) = button.map(|i| Button::ALL[i]) {
            form.go(At::Button(button));
            return self.press(button);
        }
        let row = row_at(parts.fields, at, form.scroll).and_then(|i| form.rows().get(i)).map(|r| r.id);
        if let Some(field) = row {
            if form.at() == At::Field(field) {
                if form.cell.is_none() {
                    return self.form_move(Move::Toggle);
                }
            } else {
                form.go(At::Field(field));
            }
        }
        Vec::new()
    }

    fn click_response(&mut self, area: Rect, at: Position) -> Vec<Effect> {
        let parts = self.response_parts(area);
        let Some(viewer) = self.runs.viewer_mut() else { return Vec::new() };
        let labels: Vec<&str> = viewer.views.iter().map(|v| v.label()).collect();
        if let Some(i) = geometry::buttons(parts.tabs, &labels).iter().position(|r| r.contains(at)) {
            let view = viewer.views[i];
            viewer.turn_to(view);
            return Vec::new();
        }
        if let (View::Table, Some(table)) = (viewer.view, &mut viewer.table)
            && click_table(table, parts.body, at)
        {
            viewer.arrange();
        }
        if let (View::Changes, Some(comparison)) = (viewer.view, &mut viewer.comparison)
            && let Some(line) = row_at(parts.body, at, comparison.scroll).filter(|l| *l < comparison.line_count())
        {
            comparison.cursor = comparison.difference_on(line);
        }
        if viewer.view == View::Tree
            && let Some(row) = row_at(parts.body, at, viewer.scroll).filter(|r| *r < viewer.tree.row_count())
        {
            let again = viewer.cursor == row;
            viewer.cursor = row;
            if again {
                return self.response_move(Move::Toggle);
            }
        }
        Vec::new()
    }

    fn click_overlay(&mut self, at: Position) -> Vec<Effect> {
        let area = self.overlay_place();
        if !area.contains(at) {
            // A click beside a list leaves it; a question wants an answer.
            if !matches!(self.overlays.last(), Some(Overlay::Question(_) | Overlay::Prompt(_))) {
                return self.leave_overlay();
            }
            return Vec::new();
        }
        let inner = inside(area);
        match self.overlays.last_mut().map(Overlay::part) {
            Some(Part::List(chooser)) => {
                let (_, rows) = geometry::split_y(inner, 1);
                if let Some(row) = row_at(rows, at, chooser.scroll).filter(|r| *r < chooser.len()) {
                    chooser.cursor = row;
                    return self.overlay_enter();
                }
            }
            Some(Part::Board(board)) => {
                let rows = BoardParts::new(area).rows;
                if let Some(row) = row_at(rows, at, board.scroll).filter(|r| *r < board.counts().1) {
                    if board.cursor == row {
                        return self.overlay_enter();
                    }
                    board.cursor = row;
                }
            }
            Some(Part::Question(question)) => {
                let labels: Vec<&str> = question.answers.iter().map(|(l, _)| l.as_str()).collect();
                let (_, line) = geometry::split_bottom(inner, 1);
                if let Some(i) = geometry::buttons(line, &labels).iter().position(|r| r.contains(at)) {
                    question.chosen = i;
                    return self.overlay_enter();
                }
            }
            Some(Part::Page(_) | Part::Prompt(_)) | None => {}
        }
        Vec::new()
    }

    fn wheel(&mut self, by: isize, at: Position) -> Vec<Effect> {
        let motion = if by < 0 { Move::Up } else { Move::Down };
        if let Some(overlay) = self.overlays.last_mut() {
            // An answer is chosen, never rolled to.
            if matches!(overlay.part(), Part::Question(_)) {
                return Vec::new();
            }
            return self.repeat(motion, by);
        }
        let Some(pane) = self.screen().pane_at(at) else { return Vec::new() };
        let focus = std::mem::replace(&mut self.focus, pane);
        let effects = self.repeat(motion, by);
        self.focus = focus;
        effects
    }

    fn repeat(&mut self, motion: Move, by: isize) -> Vec<Effect> {
        (0..by.unsigned_abs()).flat_map(|_| self.command(Command::Move(motion))).collect()
    }

    fn welcome_enter_by_click(&mut self) -> Vec<Effect> {
        use super::super::welcome::Spot;
        match &self.stage {
            Stage::Welcome(w) if matches!(w.at, Spot::Sandbox | Spot::Configured | Spot::Connect) => {
                self.welcome_enter()
            }
            Stage::Welcome(_) | Stage::Explorer | Stage::Document => Vec::new(),
        }
    }
}

/// A click on a heading sorts, one on a cell puts the cursor there. Returns whether the order is another.
fn click_table(table: &mut TableView, area: Rect, at: Position) -> bool {
    let (heading, rows) = geometry::split_y(area, 1);
    let reaches = |p: &Place| (p.x..p.x + p.width).contains(&at.x.saturating_sub(area.x));
    if let Some(place) = table.places(area.width).into_iter().find(reaches) {
        table.column = place.position;
        if heading.contains(at) {
            table.turn_order();
            return true;
        }
    }
    if let Some(row) = row_at(rows, at, table.scroll).filter(|r| *r < table.table().row_count()) {
        table.row = row;
    }
    false
}

/// The number of the list's row at a cell.
fn row_at(area: Rect, at: Position, scroll: usize) -> Option<usize> {
    area.contains(at).then(|| scroll + usize::from(at.y - area.y))
}
