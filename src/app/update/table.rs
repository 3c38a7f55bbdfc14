//! A response as a table: moving about, ordering, filtering, and taking it out.

use super::{
    super::{
        command::{Column, Move},
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

    /// Orders, hides, unfolds and moves columns.
    pub(super) fn arrange(&mut self, command: Column) -> Vec<Effect> {
        self.focus = Pane::Response;
        let Some(viewer) = self.runs.viewer_mut().filter(|v| v.view == View::Table) else { return self.no_table() };
        let Some(table) = &mut viewer.table else { return self.no_table() };
        let words = match command {
            Column::Sort => {
                table.turn_order();
                viewer.arrange();
                None
            }
            Column::Hide => Some(if table.hide() { "X shows all columns again." } else { "One column stays." }),
            Column::ShowAll => {
                table.show_all();
                None
            }
            Column::CarryLeft | Column::CarryRight => {
                table.carry(if command == Column::CarryLeft { -1 } else { 1 });
                None
            }
            Column::Unfold => (!viewer.unfold_column()).then_some("There are no objects in this column to unfold."),
            Column::Fold => (!table.fold()).then_some("Only columns that + has unfolded go back into one."),
        };
        if let Some(words) = words {
            self.say(Tone::Hint, words);
        }
        Vec::new()
    }

    fn no_table(&mut self) -> Vec<Effect> {
        self.say(Tone::Hint, "There is no table in front; t shows one where a response has records.");
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
            return self.no_table();
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
