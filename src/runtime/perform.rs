//! Doing what `App::update` asks for: each effect becomes a task, its result a message.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use secrecy::{SecretString, zeroize::Zeroize as _};
use tokio::{
    sync::{mpsc::UnboundedSender, oneshot},
    task::AbortHandle,
};

use super::{
    clipboard,
    host::{Connection, Host, Source},
    jq::{self, Limits},
};
use crate::{
    app::{
        Effect, Message,
        listing::Listing,
        message::SaveError,
        remote::{Dated, LoadId},
        viewer::{Opened, Queried},
    },
    client::{Client, ListFilter, Progress},
    domain::{
        catalogue::Catalogue,
        document::{QueryError, Value},
        drift::{self, Drift},
        failure::{Failure, FailureKind},
        now::Now,
        run::{Body, Outcome, RunId, RunRequest, unwrap_envelope},
        shared::Shared,
        usage::UsageChange,
        wire::Wire,
    },
    store::{
        cache::{Cache, CachedList, ListKey, Scope},
        drafts::{DraftKey, Drafts},
        filters::Filters,
        usage::{UsageKey, Usages},
    },
};

/// What the loop itself must do, since it concerns the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// Go on.
    Continue,
    /// Give the terminal to an editor.
    Edit { text: String, suffix: &'static str },
    /// Give the terminal to the shell.
    Suspend,
    /// Leave.
    Quit,
}

/// How long a filter must stand still before it is run.
const STANDS_STILL: Duration = Duration::from_millis(80);

/// The secret typed on the welcome screen; the app knows only its length.
#[derive(Default)]
struct Vault(String);

/// Performs effects.
pub(super) struct Performer {
    host: Arc<dyn Host>,
    messages: UnboundedSender<Message>,
    connection: Option<Connection>,
    pending: HashMap<LoadId, oneshot::Receiver<Connection>>,
    running: HashMap<RunId, oneshot::Sender<()>>,
    vault: Vault,
    data: PathBuf,
    /// akx itself.
    program: PathBuf,
    /// The query that is under way.
    querying: Option<AbortHandle>,
}

impl Performer {
    pub(super) fn new(
        host: Arc<dyn Host>,
        messages: UnboundedSender<Message>,
        (data, program): (PathBuf, PathBuf),
    ) -> Self {
        Self {
            host,
            messages,
            connection: None,
            pending: HashMap::new(),
            running: HashMap::new(),
            vault: Vault::default(),
            data,
            program,
            querying: None,
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

    /// Before the app hears of a connection, it is put in place here.
    pub(super) fn arrived(&mut self, message: &Message) {
        match message {
            Message::Connected { load, result } => {
                if let (Some(mut made), Ok(_)) = (self.pending.remove(load), result) {
                    self.connection = made.try_recv().ok().or(self.connection.take());
                }
            }
            Message::RunFinished { id, .. } => {
                self.running.remove(id);
            }
            _ => {}
        }
    }

    pub(super) fn perform(&mut self, effect: Effect, now: Now) -> Control {
        match effect {
            Effect::Connect { load, to } => self.connect(load, to),
            Effect::ForgetSecret => self.vault.0.zeroize(),
            Effect::LoadCatalogue { load } => self.load_catalogue(load, now),
            Effect::LoadConnections { load } => self.load_connections(load, now),
            Effect::Run { id, request } => self.run(id, request, now),
            Effect::Cancel(id) => {
                // Gone already means ended already: its message is on the way.
                if let Some(cancel) = self.running.remove(&id) {
                    let _ = cancel.send(());
                }
            }
            Effect::Copy { what, text } => {
                let result = clipboard::copy(&text, &self.data);
                self.tell(Message::Copied { what, result });
            }
            Effect::Save { path, body, replace } => self.save(path, body, replace),
            Effect::Edit { text, suffix } => return Control::Edit { text, suffix },
            Effect::Recall { action } => self.recall(action),
            Effect::Remember { action, draft } => self.remember(&action, draft),
            Effect::RecallUsage => {
                if let Some((usages, key)) = self.usage() {
                    let usage = usages.load(&key);
                    self.tell(Message::UsageRecalled(usage));
                }
            }
            Effect::KeepUsage(change) => self.keep_usage(&change),
            Effect::Query { id, filter, of } => self.query(id, filter, of),
            Effect::StopQuery => self.stop_query(),
            Effect::RecallFilters => self.tell(Message::FiltersRecalled(Filters::new(&self.data).load())),
            Effect::KeepFilter(filter) => {
                if let Err(failure) = Filters::new(&self.data).add(&filter) {
                    tracing::warn!(%failure, "a filter is not kept");
                }
            }
            Effect::Suspend => return Control::Suspend,
            Effect::Quit => return Control::Quit,
        }
        Control::Continue
    }

    fn tell(&self, message: Message) {
        // The receiver lives as long as the loop; after it nobody listens, and nothing is lost.
        let _ = self.messages.send(message);
    }

    fn connect(&mut self, load: LoadId, to: crate::app::effect::Destination) {
        let secret = (!self.vault.0.is_empty()).then(|| SecretString::from(self.vault.0.clone()));
        let (made, place) = oneshot::channel();
        self.pending.insert(load, place);
        let connecting = self.host.connect(to, secret);
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let result = unpanicked(connecting, "connecting").await.and_then(|result| result);
            let result = result.map(|connection| {
                let session = connection.session.clone();
                // The loop takes it when the message arrives; if the loop is gone, so is the need.
                let _ = made.send(connection);
                session
            });
            let _ = messages.send(Message::Connected { load, result });
        });
    }

    fn load_catalogue(&self, load: LoadId, now: Now) {
        let Some(connection) = self.connection.clone() else { return };
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let loading = async {
                match connection.source {
                    Source::File { listing, fetched_at } => {
                        Ok(Dated { value: listing, at: fetched_at.unwrap_or(now.unix) })
                    }
                    Source::Server { client, cache } => from_server(client, cache, (load, now), &messages).await,
                }
            };
            let result = unpanicked(loading, "reading the list").await.and_then(|result| result);
            let listed = result.as_ref().ok().map(|dated| dated.value.clone());
            let _ = messages.send(Message::CatalogueLoaded { load, result });
            // The list is on the screen by now; the index is there before the first letter.
            if let Some(listing) = listed {
                tokio::task::spawn_blocking(move || listing.index().len());
            }
        });
    }

    fn load_connections(&self, load: LoadId, now: Now) {
        let Some(Source::Server { client, .. }) = self.connection.as_ref().map(|c| c.source.clone()) else { return };
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let result = unpanicked(client.connections(now), "asking what is connected").await.and_then(|r| r);
            let result = result.map(|value| Dated { value, at: now.unix });
            let _ = messages.send(Message::ConnectionsLoaded { load, result });
        });
    }

    /// The one place of the full-screen program that sends a run. What may run was decided before the effect was made.
    fn run(&mut self, id: RunId, request: RunRequest, now: Now) {
        let Some(Source::Server { client, .. }) = self.connection.as_ref().map(|c| c.source.clone()) else { return };
        let (cancel, cancelled) = oneshot::channel();
        self.running.insert(id, cancel);
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let sent = AtomicBool::new(false);
            let mut told = 0;
            let progress = |progress| match progress {
                Progress::Sending => {
                    sent.store(true, Ordering::SeqCst);
                    let _ = messages.send(Message::RunSent(id));
                }
                Progress::Receiving { bytes, .. } => {
                    // Every part of a large answer would be a message; a person sees a quarter megabyte's step.
                    if bytes >= told + (256 << 10) {
                        told = bytes;
                        let _ = messages.send(Message::RunReceived { id, bytes });
                    }
                }
            };
            let running = unpanicked(client.run(&request, now, progress), "running");
            let outcome = tokio::select! {
                outcome = running => outcome.unwrap_or_else(Outcome::Failed),
                Ok(()) = cancelled => Outcome::Cancelled { may_have_run: sent.load(Ordering::SeqCst) },
            };
            let opened = opened(&request, &outcome).await;
            let _ = messages.send(Message::RunFinished { id, outcome, opened });
        });
    }

    fn stop_query(&mut self) {
        if let Some(query) = self.querying.take() {
            query.abort();
        }
    }

    /// Runs a filter in a process of its own; the one before is stopped, as nobody waits for it any more.
    fn query(&mut self, id: LoadId, filter: String, of: Shared<Opened>) {
        self.stop_query();
        let (messages, program) = (self.messages.clone(), self.program.clone());
        let task = tokio::spawn(async move {
            // A filter being typed changes again at once: only one that stands still for a moment is run.
            tokio::time::sleep(STANDS_STILL).await;
            let result = match jq::query(&program, &filter, of.document.bytes(), Limits::LIVE).await {
                Ok(results) => {
                    let opening = tokio::task::spawn_blocking(move || {
                        let (document, count) = results.document();
                        let opened = Shared::new(Opened::new(document.into(), Some("application/json")));
                        Queried { opened, count, more: results.more }
                    });
                    opening.await.map_err(|_| QueryError {
                        words: "akx made a mistake while reading the results.".to_owned(),
                        at: None,
                    })
                }
                Err(why) => Err(why),
            };
            let _ = messages.send(Message::Queried { id, result });
        });
        self.querying = Some(task.abort_handle());
    }

    fn save(&self, path: String, body: Body, replace: bool) {
        let messages = self.messages.clone();
        tokio::task::spawn_blocking(move || {
            let result = write(Path::new(&path), &body, replace).map(|()| body.len());
            let _ = messages.send(Message::Saved { path, result });
        });
    }

    fn recall(&self, action: String) {
        if let Some((drafts, key)) = self.draft(&action) {
            let draft = drafts.load(&key);
            self.tell(Message::DraftRecalled { action, draft });
        }
    }

    fn draft(&self, action: &str) -> Option<(&Drafts, DraftKey)> {
        let Connection { session, drafts, .. } = self.connection.as_ref()?;
        let user = session.user().unwrap_or_default().to_owned();
        Some((drafts.as_ref()?, DraftKey { project: session.project.clone(), user, action: action.to_owned() }))
    }

    fn usage(&self) -> Option<(&Usages, UsageKey)> {
        let Connection { session, usage, .. } = self.connection.as_ref()?;
        let user = session.user().unwrap_or_default().to_owned();
        Some((usage.as_ref()?, UsageKey { project: session.project.clone(), user }))
    }

    fn keep_usage(&self, change: &UsageChange) {
        let Some((usages, key)) = self.usage() else { return };
        if let Err(failure) = usages.change(&key, change) {
            tracing::warn!(%failure, "what is used is not kept");
        }
    }

    /// Keeps a draft; at once and in order, so that the last one written is the last one typed.
    fn remember(&self, action: &str, draft: Option<Value>) {
        let Some((drafts, key)) = self.draft(action) else { return };
        let kept = match draft {
            Some(draft) => drafts.save(&key, &draft),
            None => drafts.remove(&key),
        };
        if let Err(failure) = kept {
            tracing::warn!(%failure, "a draft is not kept");
        }
    }
}

/// Runs `task`; a panic in it becomes a failure in words.
async fn unpanicked<T>(task: impl Future<Output = T>, doing: &str) -> Result<T, Failure> {
    AssertUnwindSafe(task).catch_unwind().await.map_err(|_| {
        Failure::new(
            FailureKind::Internal,
            format!("akx made a mistake while {doing}."),
            "Try again; if it happens again, please report it with what you did.",
        )
    })
}

/// Prepares a catalogue off the task that draws.
async fn listing(
    read: impl FnOnce() -> Result<Listing, Failure> + Send + 'static,
    at: i64,
) -> Result<Dated<Shared<Listing>>, Failure> {
    let made = tokio::task::spawn_blocking(move || read().map(Shared::new)).await;
    let mistake = |_| Failure::new(FailureKind::Internal, "akx made a mistake while reading the list.", "Try again.");
    made.map_err(mistake)?.map(|value| Dated { value, at })
}

/// The list of last time first, where there is one; then the server's.
async fn from_server(
    client: Client,
    cache: Option<(Cache, ListKey)>,
    load: (LoadId, Now),
    messages: &UnboundedSender<Message>,
) -> Result<Dated<Shared<Listing>>, Failure> {
    let (load, now) = load;
    if let Some((cache, key)) = cache.clone() {
        let recalled = tokio::task::spawn_blocking(move || {
            let kept = cache.list(&key, Scope::Everything).or_else(|| cache.list(&key, Scope::Available))?;
            let catalogue = Catalogue::read(&kept.body).ok()?;
            Some(Dated { value: Shared::new(Listing::new(catalogue)), at: kept.fetched_at })
        });
        if let Ok(Some(listing)) = recalled.await {
            let _ = messages.send(Message::CatalogueRecalled { load, listing });
        }
    }
    // Everything the project has, connected or not: what is not connected is shown as such.
    let filter = ListFilter { unconnected: true, ..ListFilter::default() };
    let listed = client.list(&filter, now).await?;
    let (body, wire) = (listed.body.clone(), listed.wire);
    let list = CachedList { body, fetched_at: now.unix, wire, scope: Scope::Everything };
    let read = move || {
        let news = cache.as_ref().and_then(|(cache, key)| news(cache, key, &list, &listed.catalogue));
        if let Some((cache, key)) = &cache {
            keep(cache, key, &list);
        }
        let listing = Listing::new(listed.catalogue);
        Ok(match news {
            Some((drift, since)) => listing.with_news(drift, since),
            None => listing,
        })
    };
    listing(read, now.unix).await
}

/// What is different from the list kept last, or, where that says the same, from the one before; and how old that is.
fn news(cache: &Cache, key: &ListKey, list: &CachedList, catalogue: &Catalogue) -> Option<(Drift, i64)> {
    let kept = cache.list(key, list.scope).filter(|kept| kept.body != list.body);
    let before = kept.or_else(|| cache.list_before(key, list.scope))?;
    let drift = drift::compare(&Catalogue::read(&before.body).ok()?, catalogue);
    Some((drift, before.fetched_at))
}

fn keep(cache: &Cache, key: &ListKey, list: &CachedList) {
    let wire = list.wire;
    let kept = cache.put_list(key, list).and_then(|()| wire.map_or(Ok(()), |w| cache.remember_wire(&key.base_url, w)));
    if let Err(failure) = kept {
        tracing::warn!(%failure, "the list is not kept");
    }
}

/// Opens an outcome's body for reading, off the task that draws. The seed dialect's envelope is taken off.
async fn opened(request: &RunRequest, outcome: &Outcome) -> Option<Shared<Opened>> {
    let (body, content_type) = match outcome {
        Outcome::Answered(response) => {
            let named = response.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone());
            (response.body.clone(), named)
        }
        Outcome::Failed(failure) => (failure.body.clone()?, None),
        Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => return None,
    };
    let (wire, action) = (request.wire, Arc::clone(&request.action));
    let opening = tokio::task::spawn_blocking(move || {
        let inner = (wire == Wire::Seed).then(|| unwrap_envelope(&body, &action)).flatten();
        let bytes = inner.map_or_else(|| body.clone(), |range| body.slice(range));
        Shared::new(Opened::new(bytes, content_type.as_deref()))
    });
    opening.await.ok()
}

fn write(path: &Path, body: &[u8], replace: bool) -> Result<(), SaveError> {
    if replace {
        return std::fs::write(path, body).map_err(|e| SaveError::Other(e.to_string()));
    }
    let file = std::fs::File::create_new(path);
    match file.and_then(|mut file| std::io::Write::write_all(&mut file, body)) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(SaveError::Exists),
        Err(e) => Err(SaveError::Other(e.to_string())),
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
