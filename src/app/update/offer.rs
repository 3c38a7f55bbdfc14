//! What comes late: an answer that would open something goes on waiting where the person has pressed keys since they asked,
//! so that it takes none of theirs; it is told of, and a key shows it.

use super::super::{
    effect::{Effect, JournalAsk},
    message::{Message, SaveError},
    overlay::Overlay,
    page::Tone,
    state::App,
};
use crate::domain::rows::Unfit;

/// How many wait at most; the oldest goes.
const MOST: usize = 9;

/// Something that waits to be shown.
#[derive(Debug, Clone)]
pub enum Offer {
    /// What came of something that was asked.
    Answer(Box<Message>),
    /// Something that was made.
    Overlay(Box<Overlay>),
}

impl App {
    /// Takes what came from outside: what would open something only if it is waited for, else it is offered.
    pub(super) fn take_or_offer(&mut self, message: Message) -> Vec<Effect> {
        match opens(&message) {
            Some(words) if !self.is_waited_for() => {
                self.hold(Offer::Answer(Box::new(message)), words);
                Vec::new()
            }
            Some(_) => {
                // What comes next was not asked for by the same key.
                self.asked_at = None;
                self.told(message)
            }
            None => self.told(message),
        }
    }

    /// Opens something that was not asked for by the key that is being pressed: at once if it is waited for.
    pub(super) fn offer(&mut self, overlay: Overlay, words: &str) {
        if self.is_waited_for() {
            self.asked_at = None;
            self.overlays.push(overlay);
        } else {
            self.hold(Offer::Overlay(Box::new(overlay)), words);
        }
    }

    /// Whether nothing was pressed since something was asked whose answer may open something.
    fn is_waited_for(&self) -> bool {
        self.asked_at == Some(self.strokes)
    }

    fn hold(&mut self, offer: Offer, words: &str) {
        self.offers.push_back(offer);
        if self.offers.len() > MOST {
            self.offers.pop_front();
        }
        self.say(Tone::Good, format!("{words}: F2 shows it (or “Show what waits” in the commands, ^P)."));
    }

    /// A key was pressed, or the like, and these effects came of it.
    pub(super) fn pressed(&mut self, effects: &[Effect]) {
        self.strokes += 1;
        if effects.iter().any(may_open) {
            self.asked_at = Some(self.strokes);
        }
    }

    /// Shows what has waited longest.
    pub(super) fn show_offer(&mut self) -> Vec<Effect> {
        match self.offers.pop_front() {
            None => {
                self.say(Tone::Hint, "Nothing waits to be shown.");
                Vec::new()
            }
            Some(Offer::Answer(message)) => self.told(*message),
            Some(Offer::Overlay(overlay)) => {
                self.overlays.push(*overlay);
                Vec::new()
            }
        }
    }
}

/// What is said of an answer that would open something over whatever is there; `None` for all others.
fn opens(message: &Message) -> Option<&'static str> {
    match message {
        Message::Answer { message, .. } => opens(message),
        Message::ListsCompared { result: Ok(_), .. } => Some("The lists are compared"),
        Message::DefinitionsCompared { result: Ok(_), .. } => Some("The definitions are compared"),
        Message::Weighed(_) => Some("The tokens are counted"),
        Message::RecordOpened { result: Ok(_), .. } => Some("The run of the history is here"),
        Message::RowsPrepared { result: Err(Unfit::Rows { .. }), .. } => Some("Rows do not fit"),
        Message::JournalOpened { result: Ok(_), .. } => Some("The runs are ready"),
        Message::FilesListed { result: Ok(_), .. } => Some("The files are listed"),
        Message::CallSaved { result: Err(SaveError::Exists), .. } => Some("That name is taken already"),
        Message::CallsListed(_) => Some("The saved calls are listed"),
        Message::CallRecalled(Ok(_)) => Some("The saved call is here"),
        Message::Saved { result: Err(SaveError::Exists), .. } => Some("That file exists already"),
        Message::Key(_)
        | Message::Paste(_)
        | Message::Mouse { .. }
        | Message::Resized(_)
        | Message::Tick
        | Message::SecretEdited { .. }
        | Message::Connected { .. }
        | Message::CatalogueLoaded { .. }
        | Message::CatalogueRecalled { .. }
        | Message::KeptListDamaged { .. }
        | Message::Ranked { .. }
        | Message::ListsCompared { result: Err(_), .. }
        | Message::DefinitionsCompared { result: Err(_), .. }
        | Message::CategoryLoaded { .. }
        | Message::ConnectionsLoaded { .. }
        | Message::Diagnosed { .. }
        | Message::RunReceived { .. }
        | Message::RunSent(_)
        | Message::RunNoted { .. }
        | Message::HistoryFound { .. }
        | Message::RecordOpened { result: Err(_), .. }
        | Message::HistoryChanged { .. }
        | Message::RowsChecked { .. }
        | Message::RowsPrepared { .. }
        | Message::JournalOpened { result: Err(_), .. }
        | Message::RunFinished { .. }
        | Message::RunPaged { .. }
        | Message::ChoicesLoaded { .. }
        | Message::DocumentRead { .. }
        | Message::WorkDone { .. }
        | Message::DraftRecalled { .. }
        | Message::FilesListed { result: Err(_), .. }
        | Message::FileRead { .. }
        | Message::UuidMade { .. }
        | Message::CallSaved { .. }
        | Message::CallRecalled(Err(_))
        | Message::UsageRecalled(_)
        | Message::LastRunsRecalled(_)
        | Message::ProfilesListed(_)
        | Message::UsersRecalled(_)
        | Message::NotKept { .. }
        | Message::Copied { .. }
        | Message::Queried { .. }
        | Message::FiltersRecalled(_)
        | Message::LinkOpened(_)
        | Message::Paged(_)
        | Message::Saved { .. }
        | Message::Edited { .. }
        | Message::FaultsTold { .. }
        | Message::WorldReset(_)
        | Message::Resumed
        | Message::Terminate => None,
    }
}

/// Whether the answer to an effect may open something.
const fn may_open(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::CompareList { .. }
            | Effect::CompareDefinitions { .. }
            | Effect::Weigh { .. }
            | Effect::OpenRecord { .. }
            | Effect::PrepareRows { .. }
            | Effect::Journal(JournalAsk::Open { .. })
            | Effect::OpenPath { .. }
            | Effect::SaveCall { .. }
            | Effect::ListCalls
            | Effect::RecallCall { .. }
            | Effect::ForgetCall { .. }
            | Effect::Save { .. }
            | Effect::Connect { .. }
            | Effect::Work { .. }
    )
}
