//! The board of what the user has connected, and which of several accounts runs are sent as.

use std::sync::Arc;

use super::super::{
    board::{Board, Cell, Column, Filling, Kind, Row},
    detail::tone_of,
    effect::Effect,
    overlay::Overlay,
    page::Tone,
    remote::Fetch,
    session::ChosenAccount,
    state::App,
};
use crate::domain::{
    civil,
    connection::{Account, Connection, unix_of},
    text::ago,
};

const COLUMNS: [Column; 6] = [
    Column::new("Integration", 0, (10, 26)),
    Column::new("State", 0, (19, 20)),
    Column::new("Account", 1, (14, 40)),
    Column::new("Runs as", 2, (10, 10)),
    Column::new("Refreshed", 4, (12, 14)),
    Column::new("Failures", 3, (8, 8)).right(),
];

impl App {
    /// Shows what the user has connected.
    pub(super) fn open_connections(&mut self) -> Vec<Effect> {
        if self.session.offline {
            self.say(Tone::Hint, "This catalogue comes from a file, so there is no user whose connections to show.");
            return Vec::new();
        }
        let title = self.session.user().map_or_else(|| "Connections".to_owned(), |u| format!("Connections of {u}"));
        self.overlays.clear();
        let empty = "The project has no integrations, or the server does not tell of any. ^R asks again.";
        self.overlays.push(Overlay::Board(Board::new(Kind::Connections, title, &COLUMNS, empty)));
        let is_asked = self.connections.value.is_some() || self.connections.going_since().is_some();
        let effects = if is_asked { Vec::new() } else { self.load_connections() };
        self.fill_connections();
        if let Some(integration) = self.integration_in_front()
            && let Some(board) = self.board_of(Kind::Connections)
        {
            board.go_to(&key(&integration, 0));
        }
        effects
    }

    /// Asks anew what is connected.
    pub(super) fn load_connections(&mut self) -> Vec<Effect> {
        if self.session.base_url.is_empty() {
            self.say(Tone::Hint, "Nothing is connected yet. Choose “Connect elsewhere” in the commands (^P).");
            return Vec::new();
        }
        let load = self.next_load();
        self.connections.start(load, self.now);
        self.fill_connections();
        vec![Effect::LoadConnections { load }]
    }

    /// Fills the board, if it lies open, with what is known now.
    pub(super) fn fill_connections(&mut self) {
        let rows: Vec<Row> = self
            .connections
            .get()
            .into_iter()
            .flat_map(|connections| &connections.integrations)
            .flat_map(|connection| self.rows_of(connection))
            .collect();
        let filling = match &self.connections.fetch {
            Fetch::Idle => Filling::Done,
            Fetch::Going { .. } => Filling::Going,
            Fetch::Failed(failure) => Filling::Failed(Box::new(failure.clone())),
        };
        let note = self.connections.value.as_ref().map(|dated| ago(self.now.unix.saturating_sub(dated.at)));
        if let Some(board) = self.board_of(Kind::Connections) {
            board.filling = filling;
            board.note = note.map_or_else(String::new, |ago| format!("asked {ago}"));
            board.fill(rows);
        }
    }

    /// A row for each account, or one for an integration that has none.
    fn rows_of(&self, connection: &Connection) -> Vec<Row> {
        let name = &connection.integration;
        if connection.accounts.is_empty() {
            return vec![Row {
                key: key(name, 0),
                cells: vec![
                    Cell::new(Tone::Name, name),
                    Cell::new(tone_of(connection.state), connection.state.words()),
                    Cell::new(Tone::Hint, if connection.is_usable() { "not told" } else { "none" }),
                ],
                details: vec![
                    (Tone::Text, format!("{name}: {}.", connection.state.words())),
                    (Tone::Text, connection.state.next_step().to_owned()),
                ],
            }];
        }
        let several = connection.accounts.len() > 1;
        let chosen = self.accounts.get(name.as_str()).map(|chosen| &*chosen.credential);
        let rows = connection.accounts.iter().enumerate();
        rows.map(|(i, account)| {
            let is_chosen = chosen.is_some() && account.credential() == chosen;
            let runs = match (several, is_chosen) {
                (true, true) => "this one",
                (true, false) if chosen.is_none() && i == 0 => "by default",
                _ => "",
            };
            let refreshed = account.refreshed.as_deref().map_or_else(String::new, |at| self.told_time(at));
            let failures = match account.refresh_failures {
                0 => Cell::new(Tone::Hint, ""),
                n => Cell::new(Tone::Warning, n.to_string()),
            };
            Row {
                key: key(name, i),
                cells: vec![
                    Cell::new(Tone::Name, name),
                    Cell::new(tone_of(account.state), account.state.words()),
                    Cell::text(account.name()),
                    Cell::new(Tone::Good, runs),
                    Cell::new(Tone::Hint, refreshed),
                    failures,
                ],
                details: self.about_account(name, account, several),
            }
        })
        .collect()
    }

    fn about_account(&self, integration: &str, account: &Account, several: bool) -> Vec<(Tone, String)> {
        let mut about = vec![
            (Tone::Text, format!("{} of {integration}: {}.", account.name(), account.state.words())),
            (Tone::Text, account.state.next_step().to_owned()),
        ];
        if account.refresh_failures > 0 {
            let times = if account.refresh_failures == 1 {
                "once".to_owned()
            } else {
                format!("{} times", account.refresh_failures)
            };
            let words =
                format!("Refreshing its credential has failed {times}: the provider may have taken access away.");
            about.push((Tone::Warning, words));
        }
        let mut facts = Vec::new();
        if let Some(id) = &account.id {
            facts.push(format!("Credential {id}"));
        }
        if let Some(id) = &account.external_id {
            facts.push(format!("external id {id}"));
        }
        if let Some(at) = &account.refreshed {
            facts.push(format!("last refreshed {}", self.told_time(at)));
        }
        if let Some(at) = &account.valid_until {
            let until = unix_of(at).map_or_else(|| at.clone(), |unix| civil::to_the_minute(unix, self.now.offset));
            facts.push(format!("valid until {until}"));
        }
        if !facts.is_empty() {
            about.push((Tone::Hint, format!("{}.", facts.join(", "))));
        }
        if several {
            let words = "Enter runs the actions of this integration as this account; Enter again leaves the choice to the server.";
            about.push((Tone::Hint, words.to_owned()));
        }
        about
    }

    /// A time as the server wrote it, told from now.
    fn told_time(&self, written: &str) -> String {
        unix_of(written).map_or_else(|| written.to_owned(), |at| ago(self.now.unix.saturating_sub(at)))
    }

    /// Has the actions of an integration run as the account of a row, or leaves that to the server again.
    pub(super) fn choose_account(&mut self, row: &str) -> Vec<Effect> {
        let Some((integration, i)) = row.rsplit_once('\n').and_then(|(n, i)| Some((n, i.parse::<usize>().ok()?)))
        else {
            return Vec::new();
        };
        let connection = self.connections.get().and_then(|c| c.get(integration));
        let Some(connection) = connection else { return Vec::new() };
        let several = connection.accounts.len() > 1;
        let account = connection.accounts.get(i).filter(|_| several);
        let Some((account, credential)) = account.and_then(|a| Some((a, a.credential()?))) else {
            let words = if several {
                format!("The server gives no id for this account of {integration}, so it cannot be chosen.")
            } else if connection.is_usable() {
                format!("{integration} has one account, so there is nothing to choose.")
            } else {
                connection.state.next_step().to_owned()
            };
            self.say(Tone::Hint, words);
            return Vec::new();
        };
        let chosen = ChosenAccount { credential: credential.into(), name: account.name().into() };
        let words = if self.accounts.get(integration) == Some(&chosen) {
            self.accounts.remove(integration);
            format!("The server chooses the account of {integration} again.")
        } else {
            let words = format!("Actions of {integration} now run as {}.", chosen.name);
            self.accounts.insert(integration.into(), chosen);
            words
        };
        self.say(Tone::Good, words);
        self.fill_connections();
        Vec::new()
    }

    /// The credential to run an integration's actions as, where somebody chose one.
    pub(super) fn credential_for(&self, integration: &str) -> Option<Arc<str>> {
        self.accounts.get(integration).map(|chosen| chosen.credential.clone())
    }

    /// The integration of the action or group one looks at.
    fn integration_in_front(&self) -> Option<Arc<str>> {
        let listing = self.listing()?;
        if let Some(form) = self.form.as_ref().filter(|_| self.showing_form) {
            return listing.catalogue.integration_of(&form.action).cloned();
        }
        listing.action(self.browse.action()?).map(|a| a.integration.clone())
    }
}

fn key(integration: &str, account: usize) -> String {
    format!("{integration}\n{account}")
}
