//! The real session and client against the embedded sandbox over real HTTP, stepped; no terminal, no sleeps.

use std::sync::Arc;

use akx::{
    app::{
        App, Message,
        effect::Destination,
        geometry::Size,
        runs::RunState,
        session::{Origin, Session as AppSession},
        state::{Stage, Start},
    },
    client::{Client, Target},
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        run::Outcome,
        token::Claims,
        wire::Wire,
    },
    runtime::{
        Connection, Host, Options, Programs,
        host::{Others, People, Source, Task},
        session::Session,
    },
    sandbox,
    store::{drafts::Drafts, history::History, rows::Journals},
    ui::Theme,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{picture::screen, story::parse};

/// Connects to a sandbox that is already there.
struct ToSandbox {
    base_url: String,
    wire: Option<Wire>,
    token: SecretString,
    journals: Journals,
    drafts: Drafts,
}

impl Host for ToSandbox {
    fn connect(&self, to: Destination, secret: Option<SecretString>) -> Task<Result<Connection, Failure>> {
        let mut target = Target::new(self.base_url.clone(), sandbox::PROJECT);
        target.wire = self.wire;
        let token = secret.unwrap_or_else(|| self.token.clone());
        let (of_others, journals, drafts) = (target.clone(), self.journals.clone(), self.drafts.clone());
        let session = AppSession {
            profile: "sandbox".to_owned(),
            place: Place::Sandbox,
            base_url: self.base_url.clone(),
            project: sandbox::PROJECT.to_owned(),
            claims: Claims::read(token.expose_secret()).unwrap_or_default(),
            wire: self.wire,
            origin: Origin { mints: true, ..Origin::default() },
            ..AppSession::default()
        };
        Box::pin(async move {
            if to == Destination::Configured {
                return Err(Failure::new(FailureKind::Configuration, "Nothing is configured.", "Open the sandbox."));
            }
            let source = Source::Server { client: Client::new(target, &token)?, cache: None };
            let people = People::Made(Vec::new());
            let others = Others::new(move |user| {
                let target = of_others.clone();
                Box::pin(async move { Client::new(target, &token_of(&user)) })
            });
            Ok(Connection {
                session,
                source,
                drafts: Some(drafts),
                usage: None,
                people,
                history: History::in_memory(),
                others,
                journals: Some(journals),
            })
        })
    }
}

/// A session on its own sandbox.
pub(crate) async fn open(wire: Option<Wire>, start: Start) -> (Session, sandbox::Running, tempfile::TempDir) {
    let config = sandbox::Config { wire: wire.unwrap_or(Wire::Live), rate: None, ..sandbox::Config::default() };
    let running = sandbox::start(config).await.expect("the sandbox starts");
    let (session, data) = open_at(running.base_url(), wire, start);
    (session, running, data)
}

/// A session on the server at `base_url`.
pub(crate) fn open_at(base_url: String, wire: Option<Wire>, start: Start) -> (Session, tempfile::TempDir) {
    let data = tempfile::tempdir().expect("a directory");
    let session = open_in(data.path(), base_url, wire, start);
    (session, data)
}

/// A session on the server at `base_url` that keeps what it keeps in `data`.
pub(crate) fn open_in(data: &std::path::Path, base_url: String, wire: Option<Wire>, start: Start) -> Session {
    let token = token_of(sandbox::USERS[0].id);
    let host = Arc::new(ToSandbox { base_url, wire, token, journals: Journals::new(data), drafts: Drafts::new(data) });
    let programs = Programs { editor: "true".to_owned(), akx: env!("CARGO_BIN_EXE_akx").into(), ..Programs::default() };
    let options = Options { start, theme: Theme::Plain, present: false, host, data: data.to_owned(), programs };
    Session::new(Size { width: 120, height: 40 }, options)
}

fn token_of(user: &str) -> SecretString {
    sandbox::token(user, sandbox::PROJECT, std::time::Duration::from_secs(3600), unix()).expect("a token")
}

#[expect(clippy::disallowed_methods, reason = "the token must be valid by the sandbox's real clock")]
fn unix() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("a near year")
}

pub(crate) fn keys(session: &mut Session, keys: &str) {
    for key in parse(keys) {
        assert!(session.step(Message::Key(key)), "the program goes on");
    }
}

/// Steps until `done` holds.
pub(crate) async fn until(session: &mut Session, done: impl Fn(&App) -> bool) {
    while !done(&session.app) {
        assert!(session.step_next().await, "the program goes on");
    }
}

pub(crate) fn loaded(app: &App) -> bool {
    app.listing().is_some() && app.connections.get().is_some()
}

pub(crate) fn idle(app: &App) -> bool {
    app.runs.going() == 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn find_fill_run_read_in_both_dialects() {
    for wire in [None, Some(Wire::Seed), Some(Wire::LiveTools)] {
        let (mut s, _running, _data) = open(wire, Start::Open(Destination::Sandbox)).await;
        until(&mut s, loaded).await;
        keys(&mut s, "send mess<Enter>C0123456789<Tab>Hello from a test<Tab>bot<Tab>:robot_face:<^r>");
        until(&mut s, idle).await;
        let text = screen(&s.app);
        assert!(text.contains("ok: true") && text.contains("Hello from a test"), "{wire:?}\n{text}");
        keys(&mut s, "<M1><Esc>slack search<Enter>Hello from a test<^r>");
        until(&mut s, idle).await;
        assert!(screen(&s.app).contains("Hello from a test"), "what was sent is found\n{}", screen(&s.app));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_told_in_words() {
    let (mut s, _running, _data) = open(None, Start::Open(Destination::Sandbox)).await;
    until(&mut s, loaded).await;
    // Run anyway, without what is required.
    keys(&mut s, "send mess<Enter><^r><^r>");
    until(&mut s, idle).await;
    let outcome = s.app.runs.shown().map(|r| &r.state);
    let Some(RunState::Ended { outcome: Outcome::Failed(failure), .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.kind, failure.status), (FailureKind::InvalidParameters, Some(400)));
    assert!(!failure.details.is_empty() || failure.message.contains("channel"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_cancelled_and_the_program_stays_live() {
    let (mut s, running, _data) = open(None, Start::Open(Destination::Sandbox)).await;
    until(&mut s, loaded).await;
    slow_down(&running).await;
    keys(&mut s, "slack list<Enter><^r>");
    until(&mut s, |app| matches!(app.runs.shown().map(|r| &r.state), Some(RunState::Going { sent: true, .. }))).await;
    keys(&mut s, "<M1><Esc>gmail");
    assert!(screen(&s.app).contains("gmail"), "keys are answered while it runs");
    keys(&mut s, "<^c>");
    until(&mut s, idle).await;
    let state = s.app.runs.shown().map(|r| &r.state);
    assert!(matches!(state, Some(RunState::Ended { outcome: Outcome::Cancelled { may_have_run: true }, .. })));
}

/// Has the sandbox take a minute over every answer.
async fn slow_down(running: &sandbox::Running) {
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let reply = client
        .post(format!("{}/_akx/faults", running.base_url()))
        .header("content-type", "application/json")
        .body(r#"{"kind":"latency","ms":60000}"#)
        .send()
        .await
        .expect("the sandbox answers");
    assert!(reply.status().is_success(), "{}", reply.status());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_token_connects_and_is_nowhere_in_the_app() {
    let (mut s, _running, _data) = open(None, Start::Welcome).await;
    let token =
        sandbox::token("someone", sandbox::PROJECT, std::time::Duration::from_secs(600), unix()).expect("a token");
    keys(&mut s, "<Down>any-project<Tab>");
    assert!(s.step(Message::Paste(token.expose_secret().to_owned())));
    keys(&mut s, "<Tab><Tab><Tab>");
    let secret = token.expose_secret();
    for part in secret.split('.') {
        assert!(!format!("{:?}", s.app).contains(part), "the state holds part of the token");
        assert!(!screen(&s.app).contains(part));
    }
    keys(&mut s, "<Enter>");
    until(&mut s, loaded).await;
    assert!(matches!(s.app.stage, Stage::Explorer));
    assert!(screen(&s.app).contains("someone"));
    for part in secret.split('.') {
        assert!(!format!("{:?}", s.app).contains(part));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_are_kept_in_a_private_file_and_files_are_not_overwritten() {
    let (mut s, _running, data) = open(None, Start::Open(Destination::Sandbox)).await;
    until(&mut s, loaded).await;
    keys(&mut s, "slack list mem<Enter><^r><^r>");
    until(&mut s, idle).await;
    let path = data.path().join("answer.json");
    keys(&mut s, "s<^u>");
    assert!(s.step(Message::Paste(path.display().to_string())));
    keys(&mut s, "<Enter>");
    until(&mut s, |app| app.notice.as_ref().is_some_and(|n| n.text.starts_with("Saved"))).await;
    let first = std::fs::read(&path).expect("saved");
    assert!(!first.is_empty());
    keys(&mut s, "s<^u>");
    assert!(s.step(Message::Paste(path.display().to_string())));
    keys(&mut s, "<Enter>");
    until(&mut s, |app| !app.overlays.is_empty()).await;
    assert!(screen(&s.app).contains("exists already"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_are_switched_at_the_sandbox_and_its_world_is_reset() {
    let (mut s, running, _data) = open(None, Start::Open(Destination::Sandbox)).await;
    let asked = |app: &App| app.faults.get().is_some() && app.faults.going_since().is_none();
    until(&mut s, |app| loaded(app) && asked(app)).await;
    keys(&mut s, "<^d>");
    until(&mut s, asked).await;
    keys(&mut s, "403<Enter>");
    until(&mut s, |app| app.faults.get().is_some_and(|on| on.len() == 1)).await;
    assert!(screen(&s.app).contains("FAULT 403"), "{}", screen(&s.app));
    keys(&mut s, "<Esc>send mess<Enter>C0123456789<Tab>A zebra<Tab>bot<Tab>:zebra:<^r>");
    until(&mut s, idle).await;
    let outcome = s.app.runs.shown().map(|r| &r.state);
    let Some(RunState::Ended { outcome: Outcome::Failed(failure), .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.kind, failure.status), (FailureKind::Forbidden, Some(403)));

    // Another one of the same kind takes its place; off again, runs are answered.
    keys(&mut s, "<^d>");
    until(&mut s, asked).await;
    keys(&mut s, "429<Enter>");
    until(&mut s, |app| asked(app) && screen(app).contains("FAULT 429")).await;
    keys(&mut s, "<Enter>");
    until(&mut s, |app| app.faults.get().is_some_and(Vec::is_empty)).await;
    keys(&mut s, "<Esc>");
    keys(&mut s, "<^r>");
    until(&mut s, idle).await;
    assert!(screen(&s.app).contains("A zebra"), "{}", screen(&s.app));

    keys(&mut s, "<^y><Right><Enter>");
    until(&mut s, |app| app.notice.as_ref().is_some_and(|n| n.text.contains("as at the beginning"))).await;
    until(&mut s, |app| app.connections.going_since().is_none()).await;
    keys(&mut s, "<M1><Esc>slack search<Enter>A zebra<^r>");
    until(&mut s, idle).await;
    assert!(screen(&s.app).contains("total: 0"), "what was sent is gone\n{}", screen(&s.app));

    // A sandbox that is gone is told in words.
    running.shutdown().await;
    keys(&mut s, "<^d>");
    until(&mut s, |app| app.faults.failure().is_some()).await;
    assert!(screen(&s.app).contains("cannot be reached"), "{}", screen(&s.app));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_to_be_kept_is_kept_however_the_program_ends() {
    let (mut s, running, data) = open(None, Start::Open(Destination::Sandbox)).await;
    until(&mut s, loaded).await;
    keys(&mut s, "send mess<Enter>kept in any case<^s>daily<Enter>");
    until(&mut s, |app| app.notice.as_ref().is_some_and(|n| n.text.starts_with("Saved as daily"))).await;
    // Leaving hands the draft over; then the loop is gone, as after a panic, without waiting for anything.
    assert!(!s.step(Message::Terminate));
    drop(s);
    let mut s = open_in(data.path(), running.base_url(), None, Start::Open(Destination::Sandbox));
    until(&mut s, loaded).await;
    keys(&mut s, "send mess<Enter>");
    until(&mut s, |app| app.notice.as_ref().is_some_and(|n| n.text.starts_with("Saved draft restored"))).await;
    assert!(screen(&s.app).contains("kept in any case"), "{}", screen(&s.app));
    keys(&mut s, "<^p>saved calls<Enter>");
    until(&mut s, |app| screen(app).contains("daily")).await;

    // A disk that takes nothing is told of, and nothing waits for it.
    std::fs::remove_dir_all(data.path().join("drafts")).expect("it was there");
    std::fs::write(data.path().join("drafts"), "in the way").expect("written");
    keys(&mut s, "<Esc>!");
    s.step(Message::Terminate);
    until(&mut s, |app| app.notice.as_ref().is_some_and(|n| n.text.starts_with("The draft of SLACK_SEND"))).await;
}
