//! One action for several users, and many runs that go on where they were interrupted: as journeys, and over the real loop
//! against the sandbox.

use akx::{
    app::{
        Effect, Message,
        batch::OneOfMany,
        effect::{Destination, JournalAsk},
        session::{Origin, Session},
        state::Start,
    },
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        rows::{Journal, Line, State},
        run::Outcome,
        users::User,
    },
    sandbox,
};

use crate::{
    history::{ROWS, read, sending},
    picture::{picture, screen},
    session::{idle, keys, loaded, open_in, until},
    story::{Story, session},
};

const MARIA: &str = "maria@acme.example.com";
const JONAS: &str = "jonas@acme.example.com";

fn minting(place: Place) -> Session {
    Session { origin: Origin { mints: true, renews: true, ..Origin::default() }, ..session(place) }
}

/// A form filled in, and the users' board over it.
fn choosing(place: Place, width: u16, height: u16) -> Story {
    let mut s = Story::begin_with(width, height, minting(place));
    s.keys("send mess<Enter>C1<Tab>hi<Tab>bot<Tab>:x:<^p>several users<Enter>");
    let user = |id: &str, label: &str| User { id: id.into(), label: label.into(), note: String::new() };
    s.take(Message::UsersRecalled(vec![user(JONAS, "Jonas"), user(MARIA, "Maria"), user("u-3", "the third")]));
    s
}

/// Marks all three, Maria's row being the first the cursor is on.
fn marked(place: Place, width: u16, height: u16) -> Story {
    let mut s = choosing(place, width, height);
    s.keys("<PgUp><PgUp><^t><^t><^t>");
    s.effects();
    s
}

/// For whom each of the runs was that were sent since.
fn users(s: &mut Story) -> Vec<(usize, String)> {
    let of =
        |e| if let Effect::Run { of: Some(OneOfMany { index, user }), .. } = e { Some((index, user)) } else { None };
    s.effects().into_iter().filter_map(of).map(|(i, user)| (i, user.expect("a user").to_string())).collect()
}

fn last(s: &Story) -> akx::domain::run::RunId {
    s.app.runs.list().last().expect("a run").id
}

#[test]
fn marked_users_are_asked_about_once_and_run_one_after_the_other() {
    let mut s = marked(Place::Ordinary, 160, 48);
    assert!(screen(&s.app).contains("3 marked"), "{}", screen(&s.app));
    s.keys("<^r>");
    s.journal(Journal::default());
    let text = screen(&s.app);
    for words in ["reaches other people in slack as", JONAS, "u-3", "profile staging", "Run it 3 times?"] {
        assert!(text.replace(['\n', '│'], "").contains(words), "{words}: {text}");
    }
    s.keys("<Enter>");
    assert_eq!(users(&mut s), [], "the question opens on not running");
    s.keys("<^p>several users<Enter>");
    s.keys("<^r>");
    s.journal(Journal::default());
    s.keys("<Tab><Enter>");
    assert_eq!(users(&mut s), [(0, JONAS.to_owned())]);
    let id = last(&s);
    s.answer(id, r#"{"ok":true}"#);
    assert_eq!(users(&mut s), [(1, MARIA.to_owned())]);
    let id = last(&s);
    s.fail(id, Failure::new(FailureKind::NotConnected, "The user has not connected slack.", ""));
    assert_eq!(users(&mut s), [(2, "u-3".to_owned())]);
    let id = last(&s);
    s.answer(id, r#"{"ok":true}"#);
    assert_eq!(users(&mut s), []);
    assert!(s.notice().starts_with("SLACK_SEND_MESSAGE: 2 ok, 1 failed."), "{}", s.notice());
    let text = screen(&s.app);
    assert!(text.contains("for 3 users") && text.contains("has not connected slack"), "{text}");
    // What another user was answered says for whom.
    s.keys("<PgUp><Enter>");
    assert!(screen(&s.app).contains("Response for j"), "{}", screen(&s.app));
    s.keys("T");
    assert!(screen(&s.app).contains("Copy as Markdown"));
    s.keys("<Enter>");
    let effects = s.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains(JONAS) && !text.contains(MARIA), "the ticket is of the user it ran for: {text}");
}

#[test]
fn many_users_on_the_screen() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut s = marked(Place::Sandbox, width, height);
        insta::assert_snapshot!(format!("users_marked_{width}x{height}"), picture(&s.app));
        s.keys("<^r>");
        s.journal(Journal::default());
        insta::assert_snapshot!(format!("users_planned_{width}x{height}"), picture(&s.app));
        s.keys("<Tab><Enter>");
        let id = last(&s);
        s.answer(id, r#"{"ok":true}"#);
        insta::assert_snapshot!(format!("users_going_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn without_a_key_or_a_form_or_marks_it_is_said_what_is_missing() {
    let mut s = choosing(Place::Ordinary, 120, 40);
    s.keys("<^r>");
    assert!(s.notice().starts_with("Mark users with ^T first"), "{}", s.notice());
    s.keys("<^t>");
    s.app.session.origin.mints = false;
    s.keys("<^r>");
    assert!(s.notice().contains("signing_key_file and mint = true"), "{}", s.notice());
    let mut s = Story::begin_with(120, 40, minting(Place::Ordinary));
    s.keys("<^p>several users<Enter>");
    assert!(s.notice().starts_with("Open an action first"), "{}", s.notice());
}

#[test]
fn read_only_refuses_all_of_them_at_once() {
    let mut s = marked(Place::Ordinary, 120, 40);
    s.app.session.read_only = Some("profile staging".into());
    s.keys("<^r>");
    s.journal(Journal::default());
    assert!(s.notice().contains("read-only here (by profile staging)"), "{}", s.notice());
    assert_eq!(users(&mut s), []);
}

fn journal(states: &[(usize, State)]) -> Journal {
    let text: String = states.iter().map(|(index, state)| Line { index: *index, state: *state }.text()).collect();
    Journal::read(&text)
}

/// Reads the rows, with what an earlier time has left of them.
fn reading(s: &mut Story, left: Journal) {
    use akx::domain::{rows::Rows, shared::Shared};
    s.keys("<^p>for each row<Enter>rows.csv<Enter>");
    let rows = Shared::new(Rows::read(ROWS.as_bytes().to_vec()).expect("rows"));
    s.take(Message::RowsRead { path: "rows.csv".into(), result: Ok(rows) });
    s.journal(left);
}

#[test]
fn what_an_earlier_time_has_sent_is_not_sent_again() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    reading(&mut s, journal(&[(0, State::Ok), (1, State::Sent)]));
    let text = screen(&s.app);
    assert!(text.contains("Going on where it stopped: 1 ok, 1 may have run."), "{text}");
    s.keys("<Tab><Enter>");
    let sent = s.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].1.parameters.to_json().contains(r#""channel":"C3""#), "{sent:?}");
    s.answer(sent[0].0, r#"{"ok":true}"#);
    assert_eq!(s.notice(), "SLACK_SEND_MESSAGE: 2 ok, 1 may have run.");
    assert_eq!(s.effects(), [], "the journal stays: it knows what may have run");

    // Nothing is left: all of it can be run anew, which is asked about as such.
    reading(&mut s, journal(&[(0, State::Ok), (1, State::Sent), (2, State::Ok)]));
    assert!(screen(&s.app).contains("Nothing is left to run: 2 ok, 1 may have run."), "{}", screen(&s.app));
    s.keys("<Tab><Enter>");
    let effects = s.effects();
    assert_eq!(effects.first(), Some(&Effect::Journal(JournalAsk::Clear)), "{effects:?}");
    assert!(effects.iter().any(|e| matches!(e, Effect::Run { .. })), "{effects:?}");
}

#[test]
fn all_anew_is_asked_about_before_anything_is_forgotten() {
    let mut s = Story::begin(120, 40);
    sending(&mut s);
    reading(&mut s, journal(&[(0, State::Ok)]));
    assert!(screen(&s.app).contains("Run it 2 times?"), "{}", screen(&s.app));
    s.keys("<Tab><Tab><Enter>");
    assert!(screen(&s.app).contains("Run it 3 times?"), "{}", screen(&s.app));
    assert_eq!(s.effects(), []);
    s.keys("<Esc>");
    assert_eq!(s.effects(), [], "declined: the journal stands as it was");
}

#[test]
fn what_failed_goes_on_with_a_key_and_a_finished_journal_goes() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    read(&mut s, ROWS);
    for fails in [false, true, false] {
        let id = s.sent()[0].0;
        if fails {
            s.fail(id, Failure::new(FailureKind::NotConnected, "Not connected.", ""));
        } else {
            s.answer(id, r#"{"ok":true}"#);
        }
    }
    assert!(s.notice().ends_with("^R goes on with what did not run."), "{}", s.notice());
    s.keys("<^r>");
    assert!(screen(&s.app).contains("Going on where it stopped: 2 ok, 1 not run."), "{}", screen(&s.app));
    s.keys("<Tab><Enter>");
    let sent = s.sent();
    assert!(sent.len() == 1 && sent[0].1.parameters.to_json().contains("C2"), "{sent:?}");
    s.answer(sent[0].0, r#"{"ok":true}"#);
    assert_eq!(s.effects(), [Effect::Journal(JournalAsk::Remove)]);
    assert_eq!(s.notice(), "SLACK_SEND_MESSAGE: 3 ok.");
}

#[test]
fn a_line_that_cannot_be_written_stops_everything() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    read(&mut s, ROWS);
    let id = s.sent()[0].0;
    s.fail(id, Failure::new(FailureKind::File, "The disk is full.", "Make room."));
    assert_eq!(s.sent(), []);
    assert!(s.notice().starts_with("SLACK_SEND_MESSAGE: 1 failed, 2 not run."), "{}", s.notice());
    s.keys("<^p>for each row<Enter>rows.csv<Enter>");
    let rows = akx::domain::rows::Rows::read(ROWS.as_bytes().to_vec()).expect("rows");
    s.take(Message::RowsRead { path: "rows.csv".into(), result: Ok(akx::domain::shared::Shared::new(rows)) });
    let load = s.effects().into_iter().find_map(|e| match e {
        Effect::Journal(JournalAsk::Open { load, .. }) => Some(load),
        _ => None,
    });
    let busy = Failure::new(FailureKind::Usage, "Another akx is running these very rows.", "Wait for it to end.");
    s.take(Message::JournalOpened { load: load.expect("it is opened"), result: Err(busy) });
    assert!(s.notice().starts_with("Another akx is running"), "{}", s.notice());
    assert_eq!(s.sent(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_run_with_tokens_of_their_own_and_an_interrupted_batch_goes_on() {
    let config = sandbox::Config { rate: None, ..sandbox::Config::default() };
    let running = sandbox::start(config).await.expect("the sandbox starts");
    let data = tempfile::tempdir().expect("a directory");
    let start = || Start::Open(Destination::Sandbox);
    let mut s = open_in(data.path(), running.base_url(), None, start());
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter><^p>several users<Enter>");
    let user = |id: &str| User { id: id.into(), ..User::default() };
    let all = || sandbox::USERS.iter().map(|u| user(u.id)).collect::<Vec<_>>();
    s.step(Message::UsersRecalled(all()));
    keys(&mut s, "<PgUp><PgUp><^t><^t><^t><^r>");
    until(&mut s, |app| screen(app).contains("Run it 3 times?")).await;
    keys(&mut s, "<Tab><Enter>");
    until(&mut s, |app| idle(app) && app.batch.as_ref().is_some_and(|b| !b.going)).await;
    let states: Vec<(String, State)> = s
        .app
        .batch
        .as_ref()
        .expect("a batch")
        .rows
        .iter()
        .map(|row| (row.user.as_deref().unwrap_or_default().to_owned(), row.state))
        .collect();
    assert_eq!(states.len(), 3, "{states:?}");
    assert!(states.iter().any(|(_, state)| *state == State::Ok), "{states:?}");
    let answered = s
        .app
        .runs
        .list()
        .iter()
        .filter(|r| matches!(&r.state, akx::app::runs::RunState::Ended { outcome: Outcome::Answered(_), .. }))
        .count();
    assert_eq!(answered, states.iter().filter(|(_, state)| *state == State::Ok).count());
    let left: Vec<_> = states.iter().filter(|(_, state)| *state != State::Ok).collect();
    // Another session of the same person finds what ran, and sends only the rest.
    drop(s);
    let mut s = open_in(data.path(), running.base_url(), None, start());
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter><^p>several users<Enter>");
    s.step(Message::UsersRecalled(all()));
    keys(&mut s, "<PgUp><PgUp><^t><^t><^t><^r>");
    until(&mut s, |app| {
        app.batch.as_ref().is_some_and(|b| b.rows.iter().any(|r| r.state == State::Ok)) || left.is_empty()
    })
    .await;
    if !left.is_empty() {
        let text = screen(&s.app);
        assert!(text.contains("Going on where it stopped: "), "{text}");
        assert_eq!(s.app.batch.as_ref().map(akx::app::batch::Batch::due), Some(left.len()), "{text}");
    }
}
