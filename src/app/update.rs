//! `App::update`: the only way the state changes. One match, handed on by subject.

mod account;
mod batch;
mod board;
mod browse;
mod compare;
mod connections;
mod copy;
mod doctor;
mod editors;
mod export;
mod faults;
mod field_menu;
mod files;
mod finding;
mod form;
mod history;
mod keep;
mod lists;
mod load;
mod mouse;
mod offer;
mod overlay;
mod pages;
mod profiles;
mod query;
mod refit;
mod response;
mod rows;
mod run;
mod saved;
mod table;
mod taking;
mod ticket;
mod token;
mod undo;
mod users;
mod welcome;

use std::time::Duration;

use super::{
    command::{Command, Move},
    effect::Effect,
    geometry::Pane,
    key::Key,
    keymap,
    message::{Copied, Message, MouseKind},
    overlay::{Answer, Overlay, Part, Question},
    page::Tone,
    state::{App, Front, Notice, Stage},
    text_field::TextField,
    viewer::Viewer,
};
use crate::domain::now::Now;

pub(super) use form::Editing;
pub use offer::Offer;

/// How long a sentence stays in the footer.
const NOTICE: Duration = Duration::from_secs(6);

impl App {
    /// Takes a message, changes the state, and says what is to be done outside.
    pub fn update(&mut self, now: Now, message: Message) -> Vec<Effect> {
        self.now = now;
        let is_stroke = matches!(
            message,
            Message::Key(_)
                | Message::Paste(_)
                | Message::SecretEdited { .. }
                | Message::Mouse { kind: MouseKind::Press, .. }
        );
        let mut effects = self.told(message);
        effects.extend(self.settle());
        if is_stroke {
            self.pressed(&effects);
        }
        effects
    }

    fn told(&mut self, message: Message) -> Vec<Effect> {
        match message {
            // Somebody else is spoken for by now.
            Message::Answer { of, message } if of != self.stamp && message.is_of_session() => Vec::new(),
            Message::Answer { message, .. } => self.take_or_offer(*message),
            Message::Key(key) => self.key(key),
            Message::Paste(text) => self.paste(&text),
            Message::Mouse { kind, at } => self.mouse(kind, at),
            Message::Resized(size) => {
                self.size = size;
                Vec::new()
            }
            Message::SecretEdited { length } => self.secret_edited(length),
            Message::Connected { load, result } => self.connected(load, result),
            Message::CatalogueRecalled { load, listing } => self.catalogue_recalled(load, listing),
            Message::CatalogueLoaded { load, result } => self.catalogue_loaded(load, result),
            Message::KeptListDamaged { load, failure } => self.kept_list_damaged(load, &failure),
            Message::Ranked { id, ranking } => self.ranked(id, *ranking),
            Message::ListsCompared { with, result } => self.lists_compared(&with, result),
            Message::DefinitionsCompared { shape, result } => self.definitions_compared(shape, result),
            Message::Weighed(costs) => self.weighed(&costs),
            Message::CategoryLoaded { category, result } => self.category_loaded(category, result),
            Message::ConnectionsLoaded { load, result } => self.connections_loaded(load, result),
            Message::Diagnosed { load, result, other } => self.diagnosed(load, result, other.as_deref()),
            Message::RunSent(id) => self.run_sent(id),
            Message::RunReceived { id, bytes, of } => self.run_received(id, bytes, of),
            Message::RunFinished { id, outcome, opened } => self.run_finished(id, outcome, opened),
            Message::RunPaged { id, merged } => self.run_paged(id, merged),
            Message::ChoicesLoaded { load, result } => self.choices_loaded(load, result),
            Message::RunNoted { id, result } => self.run_noted(id, result),
            Message::HistoryFound { load, result } => self.history_found(load, result),
            Message::RecordOpened { purpose, result } => self.record_opened(purpose, result),
            Message::HistoryChanged { change, result } => self.history_changed(change, result),
            Message::RowsChecked { load, done, of } => self.rows_checked(load, (done, of)),
            Message::RowsPrepared { load, result } => self.rows_prepared(load, result),
            Message::JournalOpened { load, result } => self.journal_opened(load, result),
            Message::DocumentRead { id, result } => self.document_read(id, result),
            Message::WorkDone { run, id, done } => self.work_done(run, id, done),
            Message::DraftRecalled { action, draft } => self.draft_recalled(&action, draft),
            Message::ProfilesListed(result) => self.profiles_listed(result),
            Message::UsersRecalled(users) => self.users_recalled(users),
            Message::FilesListed { field, result } => self.files_listed(field, result),
            Message::FileRead { field, result } => self.file_read(field, result),
            Message::UuidMade { field, uuid } => self.uuid_made(field, uuid),
            Message::CallSaved { call, result } => self.call_saved(call, result),
            Message::CallsListed(calls) => self.calls_listed(calls),
            Message::CallRecalled(result) => self.call_recalled(result),
            Message::UsageRecalled(usage) => self.usage_recalled(usage),
            Message::LastRunsRecalled(last) => self.last_runs_recalled(last),
            Message::Queried { id, result } => self.queried(id, result),
            Message::FiltersRecalled(past) => {
                self.filters_recalled(past);
                Vec::new()
            }
            Message::NotKept { what, failure } => self.not_kept(&what, &failure),
            Message::Copied { what, copied } => self.copied(&what, copied),
            Message::LinkOpened(result) => self.link_opened(result),
            Message::Paged(result) => self.paged(result),
            Message::Saved { path, what, result } => self.saved(path, what, result),
            Message::Edited { result } => self.edited(result),
            Message::FaultsTold { load, result } => self.faults_told(load, result),
            Message::WorldReset(result) => self.world_reset(result),
            Message::Tick | Message::Resumed => Vec::new(),
            Message::Terminate => self.quit(),
        }
    }

    /// What follows from any change: expired sentences go, cursors stay in sight, pages fit their panes.
    pub(super) fn settle(&mut self) -> Vec<Effect> {
        let uptime = self.now.uptime;
        if self.notice.as_ref().is_some_and(|n| n.until <= uptime) {
            self.notice = None;
        }
        if self.not_before.is_some_and(|at| at <= uptime) {
            self.not_before = None;
        }
        self.browse.keep_in_sight(self.catalogue_height());
        self.refresh_detail();
        let height = self.form_height();
        if let Some(form) = &mut self.form {
            form.keep_in_sight(height);
        }
        let mut effects = self.read_files_left();
        effects.extend(self.settle_response());
        self.settle_overlay();
        self.describe_row();
        effects.extend(self.account_due());
        effects.extend(self.look_after_token());
        effects.extend(self.let_go_of_made());
        if self.present {
            self.number_users();
        }
        if self.keep_draft_at.is_some_and(|at| at <= uptime) {
            effects.extend(self.keep_draft());
        }
        effects.extend(self.send_next_row());
        effects.extend(self.browse.take_asked().map(|(id, asked)| Effect::Rank { id, asked }));
        effects
    }

    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        if self.waits_for_search(key) {
            self.typed_ahead.push(key);
            return Vec::new();
        }
        if let Some(command) = keymap::resolve(&self.contexts(), key) {
            return self.command(command);
        }
        if let Some(field) = self.text_in_front() {
            if field.input(key) {
                return self.text_changed();
            }
        } else if let Some(c) = key.typed() {
            return self.typed_on_field(c);
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        if self.front() == Front::Form
            && let Some(effects) = self.paste_into_form(text)
        {
            return effects;
        }
        match self.text_in_front() {
            Some(field) => {
                field.paste(text);
                self.text_changed()
            }
            None => Vec::new(),
        }
    }

    /// The text that letters go to.
    fn text_in_front(&mut self) -> Option<&mut TextField> {
        match self.front() {
            Front::Overlay => match self.overlays.last_mut()?.part() {
                Part::List(chooser) => Some(&mut chooser.filter),
                Part::Board(board) => Some(&mut board.filter),
                Part::Prompt(prompt) => Some(&mut prompt.field),
                Part::Page(_) | Part::Question(_) => None,
            },
            Front::Welcome => match &mut self.stage {
                Stage::Welcome(welcome) => welcome.field_mut(),
                Stage::Explorer | Stage::Document => None,
            },
            Front::Catalogue => Some(&mut self.browse.query),
            Front::Detail => None,
            Front::Form => {
                let form = self.form.as_mut()?;
                if form.is_filtering() && form.json.is_none() {
                    return form.filter.as_mut().map(|f| &mut f.text);
                }
                let lines = form.lines.as_mut().map(|l| &mut l.text);
                lines.or(form.json.as_mut().map(|j| &mut j.text)).or(form.cell.as_mut())
            }
            Front::Response => self.runs.viewer_mut()?.typed_mut(),
        }
    }

    /// What follows from a change of the text in front.
    fn text_changed(&mut self) -> Vec<Effect> {
        match self.front() {
            Front::Overlay => {
                self.overlay_text_changed();
                return self.board_text_changed();
            }
            Front::Catalogue => return self.query_changed(),
            Front::Form => self.form_text_changed(),
            Front::Response if self.runs.viewer().is_some_and(Viewer::is_querying) => return self.filter_typed(),
            Front::Response => self.needle_changed(),
            Front::Welcome | Front::Detail => {}
        }
        Vec::new()
    }

    /// Does what a person asked for, whatever way they asked.
    pub(super) fn command(&mut self, command: Command) -> Vec<Effect> {
        if matches!(self.stage, Stage::Document)
            && matches!(command, Command::History | Command::Ticket | Command::CopyAs | Command::Past(_))
        {
            self.say(Tone::Hint, "This is a document by itself: no action was run.");
            return Vec::new();
        }
        match command {
            Command::Move(motion) => self.here(motion),
            Command::NextPane => self.focus_on(self.focus.next()),
            Command::ShowCatalogue => self.focus_on(Pane::Catalogue),
            Command::ShowAction => self.focus_on(Pane::Action),
            Command::ShowResponse => self.focus_on(Pane::Response),
            Command::Palette => self.open_palette(),
            Command::Help => self.open_help(),
            Command::Runs => self.open_runs(),
            Command::History => self.open_history(),
            Command::Past(command) => self.history_command(command),
            Command::StopRows => self.stop_batch(),
            Command::PauseHistory => self.pause_history(),
            Command::PurgeHistory => self.ask_to_purge(),
            Command::Rows => self.ask_for_rows(),
            Command::RunForUsers => self.choose_users(),
            Command::Ticket => self.ticket_of_run(),
            Command::FoldAll => self.fold_all(true),
            Command::UnfoldAll => self.fold_all(false),
            Command::Reload => self.reload(),
            Command::CopyDefinition => self.copy_definition(),
            Command::Favourite => self.turn_favourite(),
            Command::SideEffect => self.open_side_effects(),
            Command::Sort => self.next_sort(),
            Command::Complete if self.front() == Front::Response => self.complete_filter(),
            Command::Complete => self.complete(),
            Command::News => self.show_news(),
            Command::CompareLists => self.ask_for_other_list(),
            Command::CompareDefinitions => self.open_formats(),
            Command::Export => self.open_export(),
            Command::Budget => self.show_budget(),
            Command::CopyAs => self.open_copy_as(),
            Command::CopyCommand => self.copy_command(),
            Command::Form(command) => self.form_command(command),
            Command::SavedCalls => vec![Effect::ListCalls],
            Command::ForgetCall => self.ask_to_forget_call(),
            Command::Editor => self.open_editor(),
            Command::Run => self.run(),
            Command::CancelRun => self.cancel_run(),
            Command::View(command) => self.response_command(command),
            Command::CopyAll => self.copy_all(),
            Command::Doctor => self.open_doctor(),
            Command::Profiles => self.open_profiles(),
            Command::Users => self.open_users(),
            Command::NewToken => self.new_token(),
            Command::Connections => self.open_connections(),
            Command::Row(command) => self.row_command(command),
            Command::Present => self.turn_present(),
            Command::ReadOnly => self.turn_read_only(),
            Command::Faults => self.open_faults(),
            Command::ResetWorld => self.ask_to_reset(),
            Command::Connect => self.open_welcome(),
            Command::ShowOffer => self.show_offer(),
            Command::Suspend => vec![Effect::Suspend],
            Command::Quit => self.ask_to_quit(),
        }
    }

    /// Moving, opening and going back, wherever one is.
    fn here(&mut self, motion: Move) -> Vec<Effect> {
        match self.front() {
            Front::Overlay => self.overlay_move(motion),
            Front::Welcome => self.welcome_move(motion),
            Front::Catalogue => self.browse_move(motion),
            Front::Detail => self.detail_move(motion),
            Front::Form => self.form_move(motion),
            Front::Response => self.response_move(motion),
        }
    }

    pub(super) fn focus_on(&mut self, pane: Pane) -> Vec<Effect> {
        if matches!(self.stage, Stage::Explorer) {
            self.overlays.clear();
            self.focus = pane;
        }
        Vec::new()
    }

    pub(super) fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), tone, until: self.now.uptime + NOTICE });
    }

    fn ask_to_quit(&mut self) -> Vec<Effect> {
        let going = self.runs.going();
        if going == 0 {
            return self.quit();
        }
        let runs = if going == 1 { "One run is".to_owned() } else { format!("{going} runs are") };
        self.overlays.push(Overlay::Question(Question {
            text: format!("{runs} still going. Quitting cancels them, but what has been sent may run all the same."),
            answers: vec![("Stay".to_owned(), Answer::Nothing), ("Quit".to_owned(), Answer::Quit)],
            chosen: 0,
        }));
        Vec::new()
    }

    pub(super) fn quit(&mut self) -> Vec<Effect> {
        let mut effects = self.keep_draft();
        effects.push(Effect::Quit);
        effects
    }

    fn turn_present(&mut self) -> Vec<Effect> {
        self.present = !self.present;
        let words = if self.present {
            "Users, accounts, e-mail addresses and tokens are masked on the screen. Copies and files are not."
        } else {
            "Everything is shown again."
        };
        self.say(Tone::Hint, words);
        Vec::new()
    }

    fn turn_read_only(&mut self) -> Vec<Effect> {
        match self.read_only().map(|origin| format!("Already read-only (by {origin}).")) {
            Some(text) => self.say(Tone::Hint, text),
            None => {
                self.stays_read_only = true;
                self.say(Tone::Good, "Read-only until you quit: only actions that read will be run.");
            }
        }
        Vec::new()
    }

    fn copied(&mut self, what: &str, copied: Copied) -> Vec<Effect> {
        let Copied { terminal, program, file } = copied;
        let places = match (terminal, program) {
            (true, None) => "to the terminal".to_owned(),
            (true, Some(program)) => format!("to the terminal and {program}"),
            (false, Some(program)) => format!("to {program}"),
            (false, None) => String::new(),
        };
        let (tone, words) = match (places.as_str(), file) {
            ("", Ok(file)) => (Tone::Warning, format!("Too much for the terminal's clipboard: {what} is in {file}.")),
            ("", Err(why)) => (Tone::Error, format!("{what} was not copied: {why}")),
            (_, Ok(file)) => (Tone::Good, format!("Copied {what} {places} (also kept in {file}).")),
            (_, Err(why)) => (Tone::Warning, format!("Copied {what} {places}; no file: {why}")),
        };
        self.say(tone, words);
        Vec::new()
    }
}
