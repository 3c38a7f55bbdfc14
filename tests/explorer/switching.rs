//! Connections that are overtaken or left, and what of one user does not go on for another.

use akx::{
    app::{
        Effect, Message,
        effect::Destination,
        remote::{LoadId, Stamp},
        session::{Origin, Session},
        state::Stage,
    },
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        users::User,
    },
};

use crate::{
    history::{ROWS, read, sending},
    picture::screen,
    story::{BEGIN, Story, session},
};

const JONAS: &str = "jonas@acme.example.com";

fn minting(place: Place) -> Session {
    Session { origin: Origin { mints: true, renews: true, ..Origin::default() }, ..session(place) }
}

fn of(user: &str, place: Place) -> Session {
    let mut session = minting(place);
    session.claims.subject = Some(user.into());
    session
}

fn user(id: &str) -> User {
    User { id: id.into(), ..User::default() }
}

/// Asks to become `id`; the connection that is made for it.
fn become_user(s: &mut Story, id: &str) -> LoadId {
    s.keys("<^b>");
    s.take(Message::UsersRecalled(vec![user(JONAS), user("u-3")]));
    s.effects();
    s.keys(id).keys("<Enter>");
    connecting(s)
}

fn connecting(s: &mut Story) -> LoadId {
    let effects = s.effects();
    let load = effects.iter().rev().find_map(|e| if let Effect::Connect { load, .. } = e { Some(*load) } else { None });
    load.unwrap_or_else(|| panic!("no connection is asked for: {effects:?}\n{}", screen(&s.app)))
}

/// Whether everything goes through connection `load` from this on.
fn adopts(effect: &Effect, load: LoadId) -> bool {
    matches!(effect, Effect::Adopt { load: adopted, .. } if *adopted == load)
}

fn refused() -> Failure {
    Failure::new(FailureKind::NotAuthorised, "ActionKit refused the token.", "Use a new token.")
}

#[test]
fn a_connection_that_was_left_is_not_taken() {
    let mut s = Story::in_sandbox(100, 30);
    s.keys("<^p>connect elsewhere<Enter>");
    s.keys("<Tab><Tab>p-1<Tab>");
    s.take(Message::SecretEdited { length: 700 });
    s.keys("<Tab><Tab><Tab><Enter>");
    let load = connecting(&mut s);
    s.keys("<Esc>");
    assert_eq!(s.effects(), [Effect::Abandon(load)]);
    s.keys("<Esc>");
    assert!(matches!(s.app.stage, Stage::Explorer));
    s.effects();
    s.take(Message::Connected { load, result: Ok(session(Place::Ordinary)) });
    assert_eq!(s.effects(), [Effect::Abandon(load)], "it is never adopted");
    assert_eq!(s.app.session.place, Place::Sandbox);
}

#[test]
fn of_two_switches_the_later_one_counts_whichever_answers_last() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    let first = become_user(&mut s, "jonas");
    let second = become_user(&mut s, "u-3");
    s.take(Message::Connected { load: second, result: Ok(of("u-3", Place::Ordinary)) });
    assert!(s.effects().contains(&Effect::Adopt { load: second, of: Stamp::of(second) }));
    s.take(Message::Connected { load: first, result: Ok(of(JONAS, Place::Ordinary)) });
    assert_eq!(s.effects(), [Effect::Abandon(first)]);
    assert_eq!(s.app.session.user(), Some("u-3"));
}

#[test]
fn a_renewal_that_a_switch_overtakes_is_not_taken_for_the_new_user() {
    let mut renewing = minting(Place::Ordinary);
    renewing.claims.issued_at = Some(BEGIN - 3500);
    renewing.claims.expires_at = Some(BEGIN + 61);
    let mut s = Story::begin_with(100, 30, renewing);
    s.wait(std::time::Duration::from_secs(2));
    let renewal = connecting(&mut s);
    s.keys("<^b>");
    s.take(Message::UsersRecalled(vec![user(JONAS)]));
    s.keys("jonas<Enter>");
    let effects = s.effects();
    assert!(effects.contains(&Effect::Abandon(renewal)), "{effects:?}");
    let switch = effects.iter().find_map(|e| if let Effect::Connect { load, .. } = e { Some(*load) } else { None });
    let switch = switch.expect("a switch");
    s.take(Message::Connected { load: switch, result: Ok(of(JONAS, Place::Ordinary)) });
    s.effects();
    s.take(Message::Connected { load: renewal, result: Ok(minting(Place::Ordinary)) });
    assert_eq!(s.effects(), [Effect::Abandon(renewal)]);
    assert_eq!(s.app.session.user(), Some(JONAS));
}

#[test]
fn what_is_typed_is_kept_for_whom_it_was_typed() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    s.keys("send mess<Enter>C7");
    let load = become_user(&mut s, "jonas");
    s.keys("x");
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Ordinary)) });
    let effects = s.effects();
    let remember = effects.iter().position(|e| matches!(e, Effect::Remember { .. }));
    let adopt = effects.iter().position(|e| adopts(e, load));
    assert!(remember.is_some() && remember < adopt, "{effects:?}");
}

#[test]
fn rows_of_one_user_do_not_go_on_for_another() {
    let mut s = Story::begin_with(100, 30, minting(Place::Sandbox));
    sending(&mut s);
    read(&mut s, ROWS);
    let first = s.sent();
    assert_eq!(first.len(), 1);
    s.keys("<Esc>");
    let load = become_user(&mut s, "jonas");
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Sandbox)) });
    let effects = s.effects();
    let cancel = effects.iter().position(|e| *e == Effect::Cancel(first[0].0));
    assert!(cancel.is_some() && cancel < effects.iter().position(|e| adopts(e, load)), "{effects:?}");
    s.load(crate::story::ACTIONS);
    s.answer(first[0].0, r#"{"ok":true}"#);
    assert_eq!(s.sent(), [], "no row goes through the new connection");
    assert!(s.app.batch.is_none());
}

#[test]
fn a_question_about_a_run_goes_with_the_user_it_names() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    s.keys("send mess<Enter>C1<Tab>hi");
    let load = become_user(&mut s, "jonas");
    s.keys("<^r>");
    assert!(screen(&s.app).contains("maria@acme.example.com"), "{}", screen(&s.app));
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Ordinary)) });
    assert!(s.app.overlays.is_empty());
    s.keys("<Right><Enter>");
    assert_eq!(s.sent(), []);
}

#[test]
fn read_only_stays_until_one_quits() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    s.keys("<^p>read-only from<Enter>");
    let load = become_user(&mut s, "jonas");
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Ordinary)) });
    s.load(crate::story::ACTIONS);
    assert!(screen(&s.app).lines().next().is_some_and(|bar| bar.contains("READ-ONLY")), "{}", screen(&s.app));
    s.effects();
    s.keys("<Esc>send mess<Enter>C1<Tab>hi<^r>");
    assert_eq!(s.sent(), []);
    assert!(s.notice().contains("read-only"), "{}", s.notice());
}

#[test]
fn a_profile_that_forgets_is_kept_to_after_a_switch() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    let load = become_user(&mut s, "jonas");
    s.take(Message::Connected { load, result: Ok(Session { forgets: true, ..of(JONAS, Place::Ordinary) }) });
    s.load(crate::story::ACTIONS);
    s.effects();
    s.keys("<Esc>list chan<Enter><^r>");
    let effects = s.effects();
    assert!(effects.iter().any(|e| matches!(e, Effect::Run { .. })), "{effects:?}");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Note { .. })), "{effects:?}");
    assert!(!s.app.past.paused, "nobody paused it by hand");
}

#[test]
fn rows_take_neither_the_keys_nor_what_is_looked_at() {
    let mut s = Story::in_sandbox(100, 30);
    sending(&mut s);
    read(&mut s, ROWS);
    let first = s.sent()[0].0;
    s.keys("<Esc><Esc>");
    let (focus, shown) = (s.app.focus, s.app.runs.shown().map(|run| run.id));
    s.answer(first, r#"{"ok":true}"#);
    assert_eq!(s.sent().len(), 1, "the next one is sent");
    assert_eq!((s.app.focus, s.app.runs.shown().map(|run| run.id)), (focus, shown));
    s.keys("<^p>for each row<Enter><Up><Enter>");
    assert_eq!(s.app.runs.shown().map(|run| run.id), Some(first), "a row shows its answer when it is asked to");
}

#[test]
fn a_server_that_does_not_say_how_long_is_waited_for_longer_each_time() {
    let mut s = Story::in_sandbox(100, 30);
    sending(&mut s);
    read(&mut s, ROWS);
    let mut id = s.sent()[0].0;
    for seconds in [1, 2, 4] {
        s.fail(id, Failure { status: Some(429), ..Failure::new(FailureKind::RateLimited, "Too many.", "") });
        s.wait(std::time::Duration::from_millis(seconds * 1000 - 1));
        assert_eq!(s.sent(), [], "{seconds} s");
        s.wait(std::time::Duration::from_millis(1));
        id = s.sent()[0].0;
    }
}

#[test]
fn running_from_the_editor_of_many_lines_leaves_a_cell_that_is_up_to_date() {
    let mut s = Story::in_sandbox(100, 30);
    s.keys("send mess<Enter>C1<Tab>").paste("old\n!").keys("<Backspace><Backspace> and new");
    assert!(s.app.form.as_ref().is_some_and(|form| form.lines.is_some()), "{}", screen(&s.app));
    s.keys("<^r>");
    assert!(s.sent_parameters().contains("old and new"));
    s.keys("<M2>!");
    assert!(s.value().to_json().contains("old and new!"), "{}", s.value());
}

#[test]
fn a_refusal_that_was_not_asked_to_be_repeated_is_not_repeated_later() {
    let mut s = Story::begin_with(100, 30, session(Place::Ordinary));
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.fail(id, refused());
    s.keys("<Esc><M2><^r>");
    let id = s.sent()[0].0;
    s.answer(id, r#"{"ok":true}"#);
    s.keys("<^p>new token<Enter>");
    s.take(Message::SecretEdited { length: 12 });
    s.keys("<Enter>");
    let load = connecting(&mut s);
    s.take(Message::Connected { load, result: Ok(session(Place::Ordinary)) });
    assert_eq!(s.sent(), [], "another answer is looked at by now");
}

#[test]
fn leaving_the_welcome_screen_goes_on_with_what_was_being_connected_to() {
    let mut s = Story::connecting(100, 30);
    let first = connecting(&mut s);
    s.keys("<^p>connect elsewhere<Enter>");
    assert!(s.effects().contains(&Effect::Abandon(first)));
    s.keys("<Esc>");
    let again = s.effects();
    assert!(again.iter().any(|e| matches!(e, Effect::Connect { to: Destination::Configured, .. })), "{again:?}");
    assert!(matches!(s.app.stage, Stage::Explorer));
}

/// What an answer that came for one user does when it comes for another: everything that is asked in one session.
#[test]
fn what_was_asked_for_one_user_says_nothing_for_another() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    let first = s.app.stamp();
    let load = become_user(&mut s, "jonas");
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Ordinary)) });
    assert_ne!(s.app.stamp(), first);
    assert!(s.effects().contains(&Effect::Adopt { load, of: s.app.stamp() }));
    s.load(crate::story::ACTIONS);
    // It waits for choices, connections, the doctor, the history, rows and their journal, all under the very ids that
    // the late answers bear.
    s.keys("<^p>doctor: why<Enter>");
    let effects = s.effects();
    let load = effects.iter().find_map(|e| if let Effect::Diagnose { load, .. } = e { Some(*load) } else { None });
    let load = load.expect("a look");
    s.keys("<Esc>");
    let failure = || Failure::new(FailureKind::Forbidden, "It was Maria's.", "");
    let late = [
        Message::CatalogueLoaded { load, result: Err(failure()) },
        Message::KeptListDamaged { load, failure: failure() },
        Message::ListsCompared { with: JONAS.into(), result: Err(failure()) },
        Message::DefinitionsCompared { shape: akx::domain::export::Shape::OpenAi, result: Err(failure()) },
        Message::CategoryLoaded { category: "crm".into(), result: Err(failure()) },
        Message::ConnectionsLoaded { load, result: Err(failure()) },
        Message::Diagnosed { load, result: Err(failure()), other: None },
        Message::HistoryFound { load, result: Err(failure()) },
        Message::RecordOpened { purpose: akx::app::past::Purpose::Show, result: Err(failure()) },
        Message::JournalOpened { load, result: Err(failure()) },
        Message::ChoicesLoaded { load, result: Err(failure()) },
        Message::FaultsTold { load, result: Err(failure()) },
        Message::WorldReset(Err(failure())),
        Message::UsersRecalled(vec![user("somebody of Maria's")]),
    ];
    let before = screen(&s.app);
    for message in late {
        assert!(message.is_of_session(), "{message:?}");
        let (stamped, words) = (Box::new(message.clone()), format!("{message:?}"));
        s.take(Message::Answer { of: first, message: stamped });
        assert_eq!(screen(&s.app), before, "{words}");
        assert_eq!(s.effects(), [], "{words}");
        assert!(!format!("{:?}", s.app).contains("Maria's"), "{words}");
    }
    // The same from this session is heard.
    let message = Box::new(Message::Diagnosed { load, result: Err(failure()), other: None });
    s.take(Message::Answer { of: s.app.stamp(), message });
    assert!(s.notice().contains("It was Maria's."), "{}", s.notice());
}

#[test]
fn what_belongs_to_nobody_in_particular_is_heard_whenever_it_comes() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    s.keys("list chan<Enter><^r>");
    let (first, id) = (s.app.stamp(), s.sent()[0].0);
    let load = become_user(&mut s, "jonas");
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Ordinary)) });
    let outcome = akx::domain::run::Outcome::Failed(refused());
    let message = Box::new(Message::RunFinished { id, outcome, opened: None });
    s.take(Message::Answer { of: first, message });
    assert_eq!(s.app.runs.going(), 0, "the run of the user before has ended all the same");
    let message = Box::new(Message::LinkOpened(Err("no browser".into())));
    s.take(Message::Answer { of: first, message });
    assert!(s.notice().contains("no browser"), "{}", s.notice());
}

/// A list to compare with was asked for, and the person types on in a form.
fn comparing() -> Story {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter><^p>compare this list<Enter>jonas<Enter>");
    assert!(s.effects().iter().any(|e| matches!(e, Effect::CompareList { .. })), "{}", screen(&s.app));
    s
}

fn compared(s: &mut Story) {
    use akx::domain::{catalogue::Catalogue, drift, shared::Shared};
    let (mine, none) = (s.app.listing().expect("a list").clone(), br#"{"actions":{"x":[]},"errors":[]}"#);
    let none = Catalogue::read(none).expect("a list");
    let result = Ok(Shared::new(drift::compare(&mine.catalogue, &none)));
    let message = Box::new(Message::ListsCompared { with: "jonas".into(), result });
    let of = s.app.stamp();
    s.take(Message::Answer { of, message });
}

#[test]
fn an_answer_that_is_waited_for_opens_at_once() {
    let mut s = comparing();
    compared(&mut s);
    assert_eq!(s.app.overlays.len(), 1, "{}", screen(&s.app));
    // A second one was not asked for by that key.
    compared(&mut s);
    assert_eq!((s.app.overlays.len(), s.app.offers.len()), (1, 1));
}

#[test]
fn an_answer_that_comes_while_one_types_takes_no_key() {
    for over in ["", "<^p>", "<^p>for each row<Enter>"] {
        let mut s = comparing();
        s.keys(over).keys("ab");
        let depth = s.app.overlays.len();
        compared(&mut s);
        assert!(s.notice().starts_with("The lists are compared: F2 shows it"), "{}", s.notice());
        s.keys("c");
        assert_eq!(s.app.overlays.len(), depth, "{over}: {}", screen(&s.app));
        let text = screen(&s.app);
        assert!(text.contains("abc"), "{over}: {text}");
        assert!(text.lines().next().is_some_and(|bar| bar.contains("1 waiting: F2")), "{text}");
        s.keys("<F2>");
        assert!(screen(&s.app).contains("Two lists"), "{}", screen(&s.app));
        s.keys("<Esc>d");
        assert!(screen(&s.app).contains("abcd"), "back where one was: {}", screen(&s.app));
        s.keys("<F2>");
        assert_eq!(s.notice(), "Nothing waits to be shown.");
    }
}

#[test]
fn what_waits_for_one_user_is_not_shown_to_another() {
    let mut s = Story::begin_with(100, 30, minting(Place::Ordinary));
    s.keys("<^p>compare this list<Enter>jonas<Enter><Esc>x");
    compared(&mut s);
    assert_eq!(s.app.offers.len(), 1);
    let load = become_user(&mut s, "jonas");
    s.take(Message::Connected { load, result: Ok(of(JONAS, Place::Ordinary)) });
    assert!(s.app.offers.is_empty());
}
