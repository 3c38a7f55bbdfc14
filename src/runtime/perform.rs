//! Doing what `App::update` asks for: each effect becomes a task, its result a message.

mod asking;
mod chance;
mod identity;
mod keeping;
mod preparing;
mod running;
mod saving;

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use futures_util::FutureExt as _;
use secrecy::{SecretString, zeroize::Zeroize as _};
use tokio::{
    sync::{mpsc::UnboundedSender, oneshot},
    task::AbortHandle,
};

use self::{
    asking::nothing_connected,
    running::{Sending, SharedJournal},
};
use super::{
    clipboard,
    files::found as files_at,
    history::{self, Notes},
    host::{Connection, Host, Source},
    lists, opening,
    programs::{self, Programs},
    queries::Queries,
    rank::Ranks,
    teller::Teller,
    writer::Writer,
};
use crate::{
    app::{
        Effect, Message,
        listing::Listing,
        remote::{Dated, LoadId, Stamp},
        viewer::{Done, Work, WorkId},
    },
    domain::{
        budget,
        choices::Ask,
        export::Shape,
        failure::{Failure, FailureKind},
        form::FieldId,
        history::{About, Whose},
        now::Now,
        run::RunId,
        shared::Shared,
    },
    paths::files,
    store::{history::History, usage::Usages},
};

/// What the loop itself must do, since it concerns the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// Go on.
    Continue,
    /// Let somebody else have the terminal.
    Lend(Borrower),
    /// Leave.
    Quit,
}

/// Who is to have the terminal for a while.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Borrower {
    /// An editor, to change a text.
    Editor { text: String, suffix: &'static str },
    /// A pager, to show one.
    Pager { text: String },
    /// The shell, until it says go on.
    Shell,
}

/// What is noted of a run before it is sent: of its action, and for whom.
type Note = (About, Box<Whose>);

/// A connection that is being made, or waits to be adopted.
struct Pending {
    made: oneshot::Receiver<Connection>,
    task: AbortHandle,
}

/// The secret typed on the welcome screen; the app knows only its length.
#[derive(Default)]
struct Vault(String);

/// Performs effects.
pub(super) struct Performer {
    host: Arc<dyn Host>,
    teller: Teller,
    connection: Option<Connection>,
    /// The connections that are being made or wait to be adopted.
    pending: HashMap<LoadId, Pending>,
    running: HashMap<RunId, oneshot::Sender<()>>,
    /// The question for choices that is under way.
    choosing: Option<(LoadId, AbortHandle)>,
    to_note: HashMap<RunId, Note>,
    /// The opening that the journal of the runs comes from that are sent one after the other, where one is kept.
    journal: Option<LoadId>,
    journals: SharedJournal,
    /// The file of rows that is being read, and what stops that.
    preparing: Option<(LoadId, Arc<AtomicBool>)>,
    notes: Notes,
    writer: Writer,
    ranks: Ranks,
    vault: Vault,
    data: PathBuf,
    queries: Queries,
    programs: Programs,
}

impl Performer {
    pub(super) fn new(
        host: Arc<dyn Host>,
        messages: UnboundedSender<Message>,
        data: PathBuf,
        programs: Programs,
    ) -> Self {
        Self {
            host,
            teller: Teller::new(messages),
            connection: None,
            pending: HashMap::new(),
            running: HashMap::new(),
            choosing: None,
            to_note: HashMap::new(),
            journal: None,
            journals: SharedJournal::default(),
            preparing: None,
            notes: Notes::default(),
            writer: Writer::start(),
            ranks: Ranks::default(),
            vault: Vault::default(),
            queries: Queries::new(programs.akx.clone()),
            data,
            programs,
        }
    }

    /// Takes a key or paste meant for the secret; returns its length now.
    pub(super) fn edit_secret(&mut self, message: &Message) -> Option<usize> {
        use crate::app::key::Code;
        let secret = &mut self.vault.0;
        match message {
            Message::Paste(text) => secret.push_str(text.trim()),
            Message::Key(key) => match (key.typed(), key.code, key.ctrl) {
                (Some(c), _, _) if !c.is_whitespace() => secret.push(c),
                (None, Code::Backspace, false) => {
                    secret.pop();
                }
                (None, Code::Char('u' | 'w'), true) => secret.clear(),
                _ => return None,
            },
            _ => return None,
        }
        Some(secret.chars().count())
    }

    /// A run that has ended cannot be cancelled any more.
    pub(super) fn arrived(&mut self, message: &Message) {
        if let Message::RunFinished { id, .. } = message.told() {
            self.running.remove(id);
        }
    }

    /// From here on everything goes through the connection that `load` has made, for session `of`.
    fn adopt(&mut self, load: LoadId, of: Stamp) {
        if let Some(mut pending) = self.pending.remove(&load)
            && let Ok(made) = pending.made.try_recv()
        {
            self.connection = Some(made);
            self.teller = self.teller.for_session(of);
        }
    }

    /// Stops making a connection, as far as that can be, and lets go of one that is made.
    fn abandon(&mut self, load: LoadId) {
        if let Some(pending) = self.pending.remove(&load) {
            pending.task.abort();
        }
    }

    pub(super) fn perform(&mut self, effect: Effect, now: Now) -> Control {
        match effect {
            Effect::Connect { load, to } => self.connect(load, to),
            Effect::Adopt { load, of } => self.adopt(load, of),
            Effect::Abandon(load) => self.abandon(load),
            Effect::ForgetSecret => self.vault.0.zeroize(),
            Effect::LoadCatalogue { load } => self.load_catalogue(load, now),
            Effect::Rank { id, asked } => self.ranks.ask(id, asked, &self.teller),
            Effect::CompareList { listing, with } => self.compare_list(listing, with),
            Effect::CompareDefinitions { listing, actions, shape } => {
                self.compare_definitions(listing, (actions, shape), now);
            }
            Effect::Weigh { listing, actions } => self.weigh(listing, actions),
            Effect::LoadCategory { category } => self.load_category(category, now),
            Effect::LoadConnections { load } => self.load_connections(load, now),
            Effect::Run { id, request, leave, of } => {
                self.run(id, Sending { request, leave, pages: None, of }, now);
            }
            Effect::RunPages { id, request, leave, pages } => {
                self.run(id, Sending { request, leave, pages: Some(pages), of: None }, now);
            }
            Effect::Journal(ask) => self.journal(ask),
            Effect::LoadChoices { load, ask } => self.load_choices(load, ask, now),
            Effect::DropChoices(load) => self.drop_choices(load),
            Effect::Diagnose { load, reads, with } => self.diagnose(load, (reads, with), now),
            Effect::Note { id, about, whose } => {
                self.to_note.insert(id, (*about, whose));
            }
            Effect::FindHistory { load, ask } => match self.history() {
                Some(history) => history::find(history, load, ask, self.teller.clone()),
                None => self.teller.tell(Message::HistoryFound { load, result: Ok(Vec::new()) }),
            },
            Effect::OpenRecord { id, purpose } => match self.history() {
                Some(history) => history::open(history, id, purpose, self.teller.clone()),
                None => self.teller.tell(Message::RecordOpened { purpose, result: Err(nothing_connected()) }),
            },
            Effect::ChangeHistory(change) => match self.history() {
                Some(history) => history::change(history, change, self.teller.clone()),
                None => self.teller.tell(Message::HistoryChanged { change, result: Err(nothing_connected()) }),
            },
            Effect::PrepareRows { load, path, template, of } => self.prepare_rows(load, path, (*template, *of)),
            Effect::LeaveRows(load) => self.leave_rows(load),
            Effect::Cancel(id) => {
                // Gone already means ended already: its message is on the way.
                if let Some(cancel) = self.running.remove(&id) {
                    let _ = cancel.send(());
                }
            }
            Effect::ReadDocument(id) => {
                tokio::spawn(opening::read_and_tell(id, Arc::clone(&self.host), self.teller.clone()));
            }
            Effect::Work { run, id, work } => self.work(run, id, work),
            Effect::Copy { what, text } => self.copy(what, text),
            Effect::OpenLink(url) => {
                let result = programs::open_link(self.programs.browser.as_deref(), &url);
                self.teller.tell(Message::LinkOpened(result));
            }
            Effect::Page { text } => return Control::Lend(Borrower::Pager { text }),
            Effect::Save { path, what, replace } => self.save(path, what, replace),
            Effect::Edit { text, suffix } => return Control::Lend(Borrower::Editor { text, suffix }),
            Effect::Recall { action } => self.recall(action),
            Effect::Remember { action, draft } => self.remember(&action, draft),
            Effect::Profiles(ask) => self.profiles(ask),
            Effect::RecallUsers => self.recall_users(),
            Effect::KeepUsers(change) => self.keep_users(change),
            Effect::OpenPath { field, path, within } => self.open_path(field, path, within),
            Effect::MakeUuid(field) => self.teller.tell(chance::new_uuid(field)),
            Effect::SaveCall { call, replace } => self.save_call(call, replace),
            Effect::ListCalls => self.list_calls(),
            Effect::RecallCall { name } => self.recall_call(name),
            Effect::ForgetCall { name } => self.forget_call(name),
            Effect::RecallUsage => self.recall_usage(),
            Effect::KeepUsage(change) => self.keep_usage(change),
            Effect::RecallLastRuns => {
                if let Some(connection) = &self.connection {
                    let (project, user) = (connection.session.project.clone(), connection.session.user());
                    let whose = (project, user.map(str::to_owned));
                    history::last_runs(connection.history.clone(), whose, self.teller.clone());
                }
            }
            Effect::Query { id, filter, of } => self.queries.start(id, filter, of, self.teller.clone()),
            Effect::StopQuery => self.queries.stop(),
            Effect::RecallFilters => self.recall_filters(),
            Effect::KeepFilter(filter) => self.keep_filter(filter),
            Effect::Faults { load, ask } => self.faults(load, ask, now),
            Effect::ResetWorld => self.reset_world(),
            Effect::Suspend => return Control::Lend(Borrower::Shell),
            Effect::Quit => return Control::Quit,
        }
        Control::Continue
    }

    fn open_path(&self, field: FieldId, path: String, within: String) {
        let teller = self.teller.clone();
        tokio::task::spawn_blocking(move || {
            teller.tell(files_at(field, &path, &within));
        });
    }

    fn connect(&mut self, load: LoadId, to: crate::app::effect::Destination) {
        let secret = (!self.vault.0.is_empty()).then(|| SecretString::from(self.vault.0.clone()));
        let (made, place) = oneshot::channel();
        let connecting = self.host.connect(to, secret);
        let teller = self.teller.clone();
        let task = tokio::spawn(async move {
            let result = unpanicked(connecting, "connecting").await.and_then(|result| result);
            let result = result.map(|connection| {
                let session = connection.session.clone();
                // It waits there until the app adopts or abandons it; if the loop is gone, so is the need.
                let _ = made.send(connection);
                session
            });
            teller.tell(Message::Connected { load, result });
        });
        self.pending.insert(load, Pending { made: place, task: task.abort_handle() });
    }

    fn load_catalogue(&self, load: LoadId, now: Now) {
        let Some(connection) = self.connection.clone() else {
            return self.teller.tell(Message::CatalogueLoaded { load, result: Err(nothing_connected()) });
        };
        let teller = self.teller.clone();
        tokio::spawn(async move {
            let (loading, cache) = match connection.source {
                Source::File { listing, fetched_at } => {
                    (Ok(Dated { value: listing, at: fetched_at.unwrap_or(now.unix) }), None)
                }
                Source::Kept { cache, key } => {
                    let loading = lists::kept(cache, key, load, &teller);
                    (unpanicked(loading, "reading the list").await.and_then(|result| result), None)
                }
                Source::Server { client, cache } => {
                    let loading = lists::from_server(client, cache.clone(), (load, now), &teller);
                    match unpanicked(loading, "reading the list").await.and_then(|result| result) {
                        Ok((listing, wire)) => (Ok(listing), cache.map(|(cache, key)| (cache, key, wire))),
                        Err(failure) => (Err(failure), None),
                    }
                }
            };
            let listed = loading.as_ref().ok().map(|dated| dated.value.clone());
            teller.tell(Message::CatalogueLoaded { load, result: loading });
            // The list is on the screen by now; the index is there before the first letter.
            if let Some(listing) = listed {
                tokio::task::spawn_blocking(move || {
                    listing.index().len();
                    if let Some((cache, key, wire)) = cache {
                        lists::keep(&cache, &key, &listing.catalogue, (wire, now.unix));
                    }
                });
            }
        });
    }

    fn weigh(&self, listing: Shared<Listing>, actions: Vec<usize>) {
        let teller = self.teller.clone();
        tokio::task::spawn_blocking(move || {
            let actions: Vec<_> = actions.iter().filter_map(|at| listing.action(*at)).collect();
            teller.tell(Message::Weighed(budget::costs(&actions, Shape::OpenAi)));
        });
    }

    fn copy(&self, what: String, text: String) {
        // Between two frames, so that it stands in the middle of neither.
        let terminal = clipboard::to_terminal(&text);
        let (teller, data, program) = (self.teller.clone(), self.data.clone(), self.programs.clipboard.clone());
        let known = self.connection.as_ref().map(|connection| connection.session.known.clone()).unwrap_or_default();
        tokio::task::spawn_blocking(move || {
            let copied = clipboard::copy(&text, terminal, program.as_deref(), (&data, &known));
            teller.tell(Message::Copied { what, copied });
        });
    }

    fn history(&self) -> Option<History> {
        self.connection.as_ref().map(|connection| connection.history.clone())
    }

    /// Waits for what is being kept on disk, but not for ever.
    pub(super) async fn settle(&self) {
        self.writer.settle().await;
        self.notes.settle().await;
    }

    fn work(&self, run: RunId, id: WorkId, work: Work) {
        let teller = self.teller.clone();
        tokio::task::spawn_blocking(move || {
            let kind = work.kind();
            let done = std::panic::catch_unwind(AssertUnwindSafe(|| work.perform())).unwrap_or(Done::Failed(kind));
            teller.tell(Message::WorkDone { run, id, done });
        });
    }
}

/// Runs `task`; a panic in it becomes a failure in words.
pub(super) async fn unpanicked<T>(task: impl Future<Output = T>, doing: &str) -> Result<T, Failure> {
    AssertUnwindSafe(task).catch_unwind().await.map_err(|_| mistake(doing))
}

pub(super) fn mistake(doing: &str) -> Failure {
    Failure::new(
        FailureKind::Internal,
        format!("akx made a mistake while {doing}."),
        "Try again; if it happens again, please report it with what you did.",
    )
}

impl Drop for Performer {
    /// However the program is left, what was to be kept is.
    fn drop(&mut self) {
        self.writer.close();
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
