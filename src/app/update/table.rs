//! A response as a table: moving about, ordering, filtering, and taking it out.

use super::{
    super::{
        command::{Move, View as V},
        effect::Effect,
        geometry::Pane,
        page::Tone,
        state::App,
        viewer::{TableView, View, Viewer},
    },
    response::steps,
};
use crate::domain::document::Format;

impl App {
    /// The table in front, if there is one.
    pub(super) fn table_mut(&mut self) -> Option<&mut TableView> {
        let viewer = self.runs.viewer_mut().filter(|v| v.view == View::Table)?;
        viewer.table.as_mut()
    }

    /// Orders, hides and moves columns.
    pub(super) fn arrange(&mut self, command: V) -> Vec<Effect> {
        let Some(table) = self.table_mut() else {
            self.say(Tone::Hint, "There is no table in front; t shows one where a response has records.");
            return Vec::new();
        };
        let mut words = None;
        match command {
            V::SortColumn => table.turn_order(),
            V::HideColumn if !table.hide() => words = Some("One column stays."),
            V::HideColumn => words = Some("X shows all columns again."),
            V::AllColumns => table.show_all(),
            V::CarryLeft => table.carry(-1),
            V::CarryRight => table.carry(1),
            _ => {}
        }
        if command == V::SortColumn
            && let Some(viewer) = self.runs.viewer_mut()
        {
            viewer.arrange();
        }
        if let Some(words) = words {
            self.say(Tone::Hint, words);
        }
        self.focus = Pane::Response;
        Vec::new()
    }

    pub(super) fn filter_changed(&mut self) {
        if let Some(viewer) = self.runs.viewer_mut() {
            viewer.arrange();
        }
    }

    pub(super) fn filter_move(&mut self, motion: Move) -> Vec<Effect> {
        let Some(table) = self.table_mut() else { return Vec::new() };
        match motion {
            Move::Enter => table.typing = false,
            Move::Back => {
                table.typing = false;
                table.filter.set("");
                self.filter_changed();
            }
            Move::Up
            | Move::Down
            | Move::PageUp
            | Move::PageDown
            | Move::Top
            | Move::Bottom
            | Move::Fold
            | Move::Unfold
            | Move::Toggle => {}
        }
        Vec::new()
    }

    pub(super) fn copy_table(&mut self, format: Format) -> Vec<Effect> {
        let viewer = self.runs.viewer_mut().filter(|v| v.view == View::Table);
        let Some((viewer, rows)) = viewer.and_then(|v| v.table.as_ref().map(|t| t.table().row_count()).map(|n| (v, n)))
        else {
            self.say(Tone::Hint, "There is no table in front; t shows one where a response has records.");
            return Vec::new();
        };
        let how = match format {
            Format::Csv => "CSV",
            Format::Tsv => "text with tabs",
            Format::Markdown => "Markdown",
        };
        let rows = if rows == 1 { "one row".to_owned() } else { format!("{rows} rows") };
        viewer.write_table(format, format!("{rows} as {how}"));
        Vec::new()
    }
}

pub(super) fn table_move(viewer: &mut Viewer, motion: Move, height: u16) {
    let Some(table) = &mut viewer.table else { return };
    if let Some(by) = steps(motion, height) {
        return table.move_by(by, 0);
    }
    match motion {
        Move::Fold => table.move_by(0, -1),
        Move::Unfold => table.move_by(0, 1),
        Move::Enter | Move::Toggle => {
            viewer.show_in_tree();
        }
        Move::Up | Move::Down | Move::PageUp | Move::PageDown | Move::Top | Move::Bottom | Move::Back => {}
    }
}
