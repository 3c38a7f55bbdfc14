//! The whole state of the full-screen program, and the questions asked of it.

mod front;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

pub use self::front::Front;
use super::{
    account::Names,
    batch::{Batch, Checking},
    board::Filling,
    browse::Browse,
    doctor::Doctor,
    effect::{Destination, Effect},
    geometry::{Border, CatalogueParts, Dragged, Pane, Rect, ResponseParts, Screen, Size, inside},
    key::Key,
    listing::Listing,
    open_form::OpenForm,
    overlay::Overlay,
    page::Tone,
    past::Past,
    profiles::{self, Listed},
    remote::{LoadId, Remote, Stamp},
    runs::Runs,
    session::{ChosenAccount, Session, token_words_change_in},
    update::Offer,
    viewer::{Opened, Viewer},
    welcome::Welcome,
};
use crate::domain::{
    category::Categories,
    connection::Connections,
    document::Value,
    fault::SetFault,
    now::Now,
    run::RunId,
    shared::Shared,
    side_effect::SideEffect,
    usage::{Usage, UsageChange},
    users::User,
};

/// What the program is showing.
#[derive(Debug, Clone)]
pub enum Stage {
    /// The welcome screen.
    Welcome(Box<Welcome>),
    /// The three panes.
    Explorer,
    /// One document over the whole screen.
    Document,
}

/// A sentence in the footer, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// What it is.
    pub tone: Tone,
    /// When it goes, in uptime.
    pub until: Duration,
}

/// The state. It changes in [`App::update`] only.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing by itself that is on or off")]
#[derive(Debug, Clone)]
pub struct App {
    /// The moment of the last message.
    pub now: Now,
    /// The screen's size.
    pub size: Size,
    /// What is shown.
    pub stage: Stage,
    /// Whom it speaks for.
    pub session: Session,
    /// The actions.
    pub catalogue: Remote<Shared<Listing>>,
    /// What is connected.
    pub connections: Remote<Connections>,
    /// Which faults of the sandbox are on; nothing where it is no sandbox.
    pub faults: Remote<Vec<SetFault>>,
    /// What the doctor has found.
    pub doctor: Doctor,
    /// The profiles of the config file, once they were asked for.
    pub profiles: Option<Listed>,
    /// The profile being edited.
    pub(super) edited_profile: String,
    /// Whether that one is being made.
    pub(super) makes_profile: bool,
    /// Whether ids, addresses and tokens are masked on the screen.
    pub present: bool,
    /// The connected users one works with.
    pub users: Vec<User>,
    /// Whom akx has spoken for in this project since it was started, by their ids.
    pub(super) been: BTreeSet<String>,
    /// What users are called while names are masked.
    pub(super) numbers: BTreeMap<String, usize>,
    /// The accounts chosen to run as, by integration.
    pub accounts: BTreeMap<Arc<str>, ChosenAccount>,
    /// The catalogue pane.
    pub browse: Browse,
    /// What the person uses.
    pub usage: Usage,
    /// What was changed of it since it was asked for; `None` once it has come.
    pub(super) usage_since: Option<Vec<UsageChange>>,
    /// What was said last of something that could not be kept.
    pub(super) not_kept: Option<String>,
    /// What the values are called that were chosen from the account.
    pub names: Names,
    /// The categories of the integrations.
    pub categories: Arc<Categories>,
    /// What the server selects by the categories it was asked for; `None` while it is asked.
    pub(super) selected: BTreeMap<String, Option<BTreeSet<Arc<str>>>>,
    /// The action to be opened as soon as its schema is there.
    pub(super) opening: Option<Opening>,
    /// Keys that wait for a search to be done.
    pub(super) typed_ahead: Vec<Key>,
    /// The form that is open.
    pub form: Option<OpenForm>,
    /// Whether the action pane shows the form rather than what the catalogue's cursor is on.
    pub showing_form: bool,
    /// The runs.
    pub runs: Runs,
    /// What is known of the history.
    pub past: Past,
    /// The users that the open form is to be run for, by their ids.
    pub marked: BTreeSet<String>,
    /// The runs of one action that are sent one after the other.
    pub batch: Option<Batch>,
    /// The file of rows that is being read and checked.
    pub checking: Option<Checking>,
    /// The pane that takes the keys.
    pub focus: Pane,
    /// Whether the response, while it takes the keys, has the whole screen.
    pub(super) zoomed: bool,
    /// How far the borders have been dragged.
    pub dragged: Dragged,
    /// The border being dragged, and where it was taken hold of.
    pub(super) dragging: Option<(Border, u16)>,
    /// What was to be connected to last, for trying again.
    pub(super) destination: Option<Destination>,
    /// What lies over the explorer, the top one last.
    pub overlays: Vec<Overlay>,
    /// A sentence in the footer.
    pub notice: Option<Notice>,
    /// The uptime before which the server asked for no further run.
    pub not_before: Option<Duration>,
    /// Drafts of forms that are not open, by action.
    pub(super) drafts: BTreeMap<Arc<str>, Value>,
    /// When the open form's draft is to be kept, in uptime; `None` when it is kept.
    pub(super) keep_draft_at: Option<Duration>,
    /// What the detail page was made for.
    pub(super) detail_of: Option<(DetailOf, usize)>,
    /// The jq filters that were used, the latest last, once they have been asked for.
    pub(super) filters: Option<Vec<String>>,
    pub(super) editing: Option<super::update::Editing>,
    /// The directory that files were chosen from last; empty for the one the program was started in.
    pub(super) files_from: String,
    /// The connection that is being made.
    pub(super) attempt: Option<Attempt>,
    /// A connection that waits for a person's word.
    pub(super) made: Option<Made>,
    /// Whether the person wants nothing run but what reads, until they quit.
    pub(super) stays_read_only: bool,
    /// The uptime before which no token is renewed by itself again.
    pub(super) renew_not_before: Option<Duration>,
    /// What is remembered about a token near its end, or refused.
    pub(super) care: Care,
    /// The run the old token was refused for.
    pub(super) repeat: Option<RunId>,
    /// Whether the list of another user is on its way, whom the form that stayed open is to be fitted to.
    pub(super) refit: bool,
    /// What waits to be shown, the oldest first.
    pub offers: VecDeque<Offer>,
    /// How many keys were pressed, and the like.
    pub(super) strokes: u64,
    /// How many there were when something was asked whose answer may open something.
    pub(super) asked_at: Option<u64>,
    /// Which session this is; answers that bear another's are let go.
    pub(super) stamp: Stamp,
    loads: u64,
    /// How many pieces of work were begun.
    pub(super) works: u64,
}

/// An action to be opened as soon as its schema is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opening {
    /// The action.
    pub(super) action: Arc<str>,
    /// What it is to be filled with.
    pub(super) filled: Option<Filled>,
}

/// What a form is filled with as it opens, in place of the draft it was left with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filled {
    /// The parameters.
    pub(super) parameters: Value,
    /// The name of the saved call they are of.
    pub(super) saved_as: Option<String>,
}

/// A connection being made: there is one at most, and a later one takes an earlier one's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Which it is.
    pub(super) load: LoadId,
    /// To what.
    pub(super) to: Destination,
    /// What for.
    pub(super) why: Why,
    /// Whose token was asked for, where one was typed for somebody.
    pub(super) whose: Option<String>,
}

/// A connection that was made and is not spoken through yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// The attempt that made it.
    pub(super) load: LoadId,
    /// To what.
    pub(super) to: Destination,
    /// Whom it is for.
    pub(super) session: Session,
}

/// What a connection is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The explorer is up and has none.
    Start,
    /// The welcome screen asked for it.
    Welcome,
    /// As somebody else, while everything stays as it is.
    Switch,
    /// For a new token.
    Renew,
}

/// What is remembered about a token near its end, or refused.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Care {
    /// Whether its end has been warned of.
    pub(super) warned: bool,
    /// Whether it was refused for the list.
    pub(super) list_refused: bool,
    /// Whether the same was so for what is connected.
    pub(super) connections_refused: bool,
}

impl App {
    /// Forgets everything that belongs to one user of one project, so that nothing of it shows or goes on for another.
    pub(super) fn forget_session(&mut self) {
        // Every field is named, so that a new one cannot be forgotten.
        let Self {
            // The screen, and what was asked for by hand.
            now: _,
            size: _,
            stage: _,
            present: _,
            focus: _,
            zoomed: _,
            dragged: _,
            dragging: _,
            notice: _,
            stays_read_only: _,
            // What is kept on this machine, whoever is spoken for.
            profiles: _,
            edited_profile: _,
            makes_profile: _,
            filters: _,
            files_from: _,
            not_kept: _,
            categories: _,
            // The runs tell for whom they were sent.
            runs: _,
            // What the caller decides.
            been: _,
            numbers: _,
            made: _,
            session: _,
            stamp: _,
            strokes: _,
            asked_at: _,
            destination: _,
            attempt: _,
            form: _,
            showing_form: _,
            keep_draft_at: _,
            editing: _,
            loads: _,
            works: _,
            // All the rest belongs to the user.
            catalogue,
            connections,
            faults,
            doctor,
            users,
            accounts,
            browse,
            usage,
            usage_since,
            names,
            selected,
            opening,
            typed_ahead,
            past,
            marked,
            batch,
            checking,
            overlays,
            offers,
            not_before,
            drafts,
            detail_of,
            renew_not_before,
            care,
            repeat,
            refit,
        } = self;
        (*catalogue, *connections, *faults, *doctor) = Default::default();
        (*browse, *usage, *names, *care) = Default::default();
        *usage_since = None;
        (*users, *accounts, *selected, *marked) = Default::default();
        (*opening, *typed_ahead, *drafts, *detail_of) = Default::default();
        // What was going on for somebody else does not go on; its journal tells how far it came.
        (*batch, *checking, *repeat, *refit) = Default::default();
        (*not_before, *renew_not_before) = Default::default();
        *past = Past { paused: past.paused, ..Past::default() };
        overlays.retain(Overlay::outlives_session);
        offers.retain(|offer| match offer {
            Offer::Answer(message) => !message.is_of_session(),
            Offer::Overlay(overlay) => overlay.outlives_session(),
        });
    }
}

/// What the detail page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DetailOf {
    Action(usize),
    Group(usize),
}

/// How the program starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// With the welcome screen.
    Welcome,
    /// Straight with a connection.
    Open(Destination),
    /// With a document to read, and nothing else.
    View {
        /// What it is called.
        name: Arc<str>,
        /// The document.
        opened: Shared<Opened>,
    },
}

impl App {
    /// The program as it starts, and what is to be done first.
    pub fn start(size: Size, now: Now, start: Start) -> (Self, Vec<Effect>) {
        let mut app = Self {
            now,
            size,
            stage: Stage::Explorer,
            session: Session::default(),
            catalogue: Remote::default(),
            connections: Remote::default(),
            faults: Remote::default(),
            doctor: Doctor::default(),
            profiles: None,
            edited_profile: String::new(),
            makes_profile: false,
            present: false,
            users: Vec::new(),
            accounts: BTreeMap::new(),
            browse: Browse::default(),
            usage: Usage::default(),
            usage_since: None,
            not_kept: None,
            names: Names::default(),
            categories: Arc::default(),
            selected: BTreeMap::new(),
            opening: None,
            typed_ahead: Vec::new(),
            form: None,
            showing_form: false,
            runs: Runs::default(),
            past: Past::default(),
            marked: BTreeSet::new(),
            batch: None,
            checking: None,
            focus: Pane::Catalogue,
            zoomed: false,
            dragged: Dragged::default(),
            dragging: None,
            destination: None,
            overlays: Vec::new(),
            notice: None,
            not_before: None,
            been: BTreeSet::new(),
            numbers: BTreeMap::new(),
            drafts: BTreeMap::new(),
            keep_draft_at: None,
            detail_of: None,
            filters: None,
            editing: None,
            files_from: String::new(),
            attempt: None,
            made: None,
            stays_read_only: false,
            renew_not_before: None,
            care: Care::default(),
            repeat: None,
            refit: false,
            offers: VecDeque::new(),
            strokes: 0,
            asked_at: None,
            stamp: Stamp::default(),
            loads: 0,
            works: 0,
        };
        let effects = match start {
            Start::Welcome => {
                app.stage = Stage::Welcome(Box::new(Welcome::new(None)));
                vec![Effect::Profiles(profiles::Ask::List)]
            }
            Start::View { name, opened } => {
                app.stage = Stage::Document;
                app.focus = Pane::Response;
                let is_beginning = opened.is_beginning;
                let id = app.runs.give(name, Viewer::of_document(opened), now);
                let reading = is_beginning.then_some(Effect::ReadDocument(id));
                // No message need ever come: what is shown first is made ready now.
                reading.into_iter().chain(app.settle()).collect()
            }
            Start::Open(to) => {
                app.destination = Some(to.clone());
                app.connect(to, Why::Start)
            }
        };
        (app, effects)
    }

    pub(super) fn next_load(&mut self) -> LoadId {
        self.loads += 1;
        LoadId(self.loads)
    }

    /// Which session this is: what is asked now is of it.
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Whether a connection is being made that somebody waits for.
    pub fn is_connecting(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.why != Why::Renew)
    }

    /// Where read-only was switched on, in words; `None` where it is off.
    pub fn read_only(&self) -> Option<&str> {
        let here = self.stays_read_only.then_some("the command palette");
        self.session.read_only.as_deref().or(here)
    }

    /// The catalogue, if there is one.
    pub fn listing(&self) -> Option<&Shared<Listing>> {
        self.catalogue.get()
    }

    /// What action number `i` of the catalogue does: what the person has said, else what its name or the server says.
    pub fn side_effect(&self, i: usize) -> SideEffect {
        let listing = self.listing();
        listing.map_or(SideEffect::Unknown, |l| self.usage.side_effect(l.catalogue.name(i), l.effect(i)))
    }

    /// The account that `action` runs as, where somebody chose one of several.
    pub fn account_of(&self, action: &str) -> Option<&ChosenAccount> {
        self.accounts.get(self.listing()?.catalogue.integration_of(action)?)
    }

    /// Where the panes stand.
    pub fn screen(&self) -> Screen {
        let screen = Screen::new(self.size, self.focus, self.dragged);
        let alone = matches!(self.stage, Stage::Document) || self.zoomed && self.focus == Pane::Response;
        if alone { screen.of_response_alone() } else { screen }
    }

    /// How many rows of the catalogue are in sight.
    pub(super) fn catalogue_height(&self) -> u16 {
        self.screen().catalogue.map_or(0, |r| self.catalogue_parts(r).rows.height)
    }

    /// The parts of the catalogue pane at `area`, borders included.
    pub fn catalogue_parts(&self, area: Rect) -> CatalogueParts {
        let notes = self.browse.notes(usize::from(inside(area).width));
        CatalogueParts::new(area, u16::try_from(notes.len()).unwrap_or(0))
    }

    /// The inside of the action pane.
    pub(super) fn action_inside(&self) -> Rect {
        self.screen().action.map_or(Rect::ZERO, inside)
    }

    /// How many rows of the form are in sight.
    pub(super) fn form_height(&self) -> u16 {
        let Some(form) = &self.form else { return 0 };
        self.screen().action.map_or(0, |r| form.parts(r).fields.height)
    }

    /// Where the answer stands.
    pub(super) fn response_body(&self) -> Rect {
        self.screen().response.map_or(Rect::ZERO, |r| self.response_parts(r).body)
    }

    /// The parts of the response pane at `area`, borders included.
    pub fn response_parts(&self, area: Rect) -> ResponseParts {
        let parts = ResponseParts::new(area);
        if self.runs.viewer().is_some_and(Viewer::is_querying) { parts.with_filter() } else { parts }
    }

    /// In how long, at the soonest, something visible reads differently without anybody doing anything.
    ///
    /// `None` = nothing moves: no wake-up is needed, however long nobody touches a key.
    pub fn next_wake(&self, now: Now) -> Option<Duration> {
        let spinning = self.runs.going() > 0
            || self.is_connecting()
            || self.checking.is_some()
            || self.catalogue.going_since().is_some()
            || self.connections.going_since().is_some()
            || self.overlays.iter().any(|o| matches!(o, Overlay::Board(b) if b.filling == Filling::Going))
            || matches!(self.overlays.last(), Some(Overlay::Account(choices)) if choices.is_going());
        let mut search_at = None;
        if let Some(Overlay::Account(choices)) = self.overlays.last() {
            search_at = choices.search_at;
        }
        let until = |at: Duration| at.saturating_sub(now.uptime);
        let waits = [
            spinning.then(|| SPIN.saturating_sub(Duration::from_nanos(remainder(now.uptime, SPIN)))),
            self.notice.as_ref().map(|n| until(n.until)),
            self.keep_draft_at.map(until),
            search_at.map(until),
            self.not_before.map(|at| {
                let left = until(at);
                // Whole seconds are counted down, so it changes when the present second is over.
                Duration::from_nanos(remainder(left, SECOND)).max(Duration::from_millis(1))
            }),
            self.token_wake(now),
            self.renew_not_before.filter(|_| self.session.origin.renews).filter(|at| *at > now.uptime).map(until),
        ];
        waits.into_iter().flatten().min().map(|d| d.max(Duration::from_millis(1)))
    }

    fn token_wake(&self, now: Now) -> Option<Duration> {
        token_words_change_in(self.session.claims.expires_in(now.unix)?).map(Duration::from_secs)
    }

    /// Which picture of the spinner is due.
    pub fn spin(&self) -> usize {
        usize::try_from(self.now.uptime.as_nanos() / SPIN.as_nanos()).unwrap_or(0)
    }

    /// Whole seconds until another run may be sent, if the server asked to wait.
    pub fn seconds_to_wait(&self) -> Option<u64> {
        let left = self.not_before?.checked_sub(self.now.uptime)?;
        (!left.is_zero()).then(|| left.as_secs() + u64::from(left.subsec_nanos() > 0))
    }
}

const SPIN: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);

fn remainder(time: Duration, of: Duration) -> u64 {
    u64::try_from(time.as_nanos() % of.as_nanos()).unwrap_or(0)
}
