//! What all boards share: the filter that Esc clears, what Enter leads to, and finding the board to fill.

use super::super::{
    board::{Board, Kind},
    command::Row,
    effect::Effect,
    overlay::Overlay,
    state::App,
};

impl App {
    /// The board on top, if one is.
    pub(super) fn board(&self) -> Option<&Board> {
        if let Some(Overlay::Board(board)) = self.overlays.last() { Some(board) } else { None }
    }

    /// The board of a kind, wherever it lies.
    pub(super) fn board_of(&mut self, kind: Kind) -> Option<&mut Board> {
        let boards = self.overlays.iter_mut().rev();
        let mut boards = boards.filter_map(|over| if let Overlay::Board(board) = over { Some(board) } else { None });
        boards.find(|board| board.kind == kind)
    }

    /// Esc in a board takes the filter back first.
    pub(super) fn clear_board_filter(&mut self) -> bool {
        let Some(Overlay::Board(board)) = self.overlays.last_mut() else { return false };
        if board.filter.is_empty() {
            return false;
        }
        let at = board.chosen().map(|row| row.key.clone());
        board.filter.set("");
        board.refilter();
        if let Some(key) = at {
            board.go_to(&key);
        }
        true
    }

    /// What follows from another text of a board's filter: the history is looked through to its end, and an id that is
    /// typed is offered as a user.
    pub(super) fn board_text_changed(&mut self) -> Vec<Effect> {
        match self.board().map(|board| board.kind) {
            Some(Kind::History) => self.ask_history(),
            Some(Kind::Users) => {
                self.fill_users();
                Vec::new()
            }
            Some(Kind::Connections | Kind::Doctor | Kind::Profiles | Kind::Profile | Kind::Rows) | None => Vec::new(),
        }
    }

    /// Chooses what the board's cursor is on.
    pub(super) fn board_enter(&mut self) -> Vec<Effect> {
        let Some((kind, Some(key))) = self.board().map(|b| (b.kind, b.chosen().map(|row| row.key.clone()))) else {
            return Vec::new();
        };
        match kind {
            Kind::Connections => self.choose_account(&key),
            Kind::History => Self::open_record(&key),
            Kind::Rows => self.open_row(&key),
            Kind::Doctor => self.show_report(),
            Kind::Users => self.become_user(&key),
            Kind::Profiles => self.take_profile(&key),
            Kind::Profile => self.edit_key(&key),
        }
    }

    /// Does what was asked about the board's row.
    pub(super) fn row_command(&mut self, command: Row) -> Vec<Effect> {
        let Some(kind) = self.board().map(|b| b.kind) else { return Vec::new() };
        let key = self.board().and_then(|b| b.chosen()).map(|row| row.key.clone()).unwrap_or_default();
        match (kind, command) {
            (Kind::Connections, Row::Reload) => self.load_connections(),
            (Kind::History, Row::Reload) => self.ask_history(),
            (Kind::Doctor, Row::Reload) => self.examine(false, self.doctor.with.clone()),
            (Kind::Doctor, Row::Compare) => self.ask_whom_to_compare(),
            (Kind::Doctor, Row::Test) => self.ask_to_read(),
            (Kind::Doctor, Row::Copy) => self.copy_report(),
            (Kind::Users, Row::Add) => self.add_user(),
            (Kind::Users, Row::Mark) if !key.is_empty() => self.mark_user(&key),
            (Kind::Users, Row::Run) => self.run_for_users(&self.marked_in_order()),
            (Kind::Rows, Row::Run) => self.go_on_with_batch(),
            (Kind::Users, Row::Edit) if !key.is_empty() => self.edit_user(&key),
            (Kind::Users, Row::Remove) if !key.is_empty() => self.remove_user(&key),
            (Kind::Profiles, Row::Add) => self.add_profile(),
            (Kind::Profiles, Row::Edit) if !key.is_empty() => self.edit_profile(&key),
            (Kind::Profiles, Row::Remove) if !key.is_empty() => self.remove_profile(&key),
            (
                Kind::Connections
                | Kind::Doctor
                | Kind::Users
                | Kind::Profiles
                | Kind::Profile
                | Kind::History
                | Kind::Rows,
                _,
            ) => Vec::new(),
        }
    }
}
