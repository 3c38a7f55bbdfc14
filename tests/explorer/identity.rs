//! Whom akx speaks for: connections, accounts, users, profiles and the token, by keys and messages.

use akx::{
    app::{Effect, Message, geometry::Position, message::MouseKind},
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
    },
};

use crate::{
    picture::{picture, screen},
    story::{Story, session},
};

/// What a user with a bit of everything has connected; stories begin on 2027-01-15 at 8:00.
const ME: &str = r#"{"authenticated":true,"userId":"maria@acme.example.com","integrations":{
  "slack":{"enabled":true,"allCredentials":[
    {"id":"cred-acme","status":"VALID","externalId":"main","providerData":{"teamName":"Acme"},
     "dateRefreshed":"2027-01-15T07:50:00.000Z","dateValidUntil":"2027-01-15T09:00:00.000Z","refreshFailureCount":0},
    {"id":"cred-labs","status":"VALID","providerData":{"teamName":"Acme Labs"},"dateRefreshed":"2027-01-13T08:00:00.000Z"}]},
  "gmail":{"enabled":false},
  "hubspot":{"enabled":false,"allCredentials":[{"id":"cred-hub","status":"INVALID",
    "providerData":{"email":"maria@acme.example.com","accessToken":"canary-token"},
    "dateRefreshed":"2026-12-01T00:00:00.000Z","refreshFailureCount":3}]},
  "notion":{"enabled":false,"credentialId":"cred-notion","credentialStatus":"PENDING"}}}"#;

const SIZES: [(u16, u16); 3] = [(80, 24), (160, 48), (40, 12)];

fn board(width: u16, height: u16) -> Story {
    let mut s = Story::begin_with(width, height, session(Place::Ordinary));
    s.keys("<^p>connections<Enter><^r>").connections(ME);
    s
}

#[test]
fn connections_as_a_board() {
    for (width, height) in SIZES {
        let mut s = board(width, height);
        s.keys("<Down>");
        insta::assert_snapshot!(format!("connections_{width}x{height}"), picture(&s.app));
        assert!(!screen(&s.app).contains("canary"));
    }
}

#[test]
fn connections_that_could_not_be_had_or_are_none() {
    let mut s = Story::begin_with(80, 24, session(Place::Ordinary));
    s.keys("<^p>connections<Enter><^r>");
    assert!(matches!(s.effects().as_slice(), [.., Effect::LoadConnections { .. }]));
    assert!(s.app.next_wake(s.now).is_some(), "the spinner turns");
    s.keys("<^r>").no_connections(Failure::new(
        FailureKind::Unreachable,
        "zeus.example.com could not be found.",
        "Check the API URL.",
    ));
    insta::assert_snapshot!("connections_failed_80x24", picture(&s.app));
    s.keys("<^r>").connections(r#"{"authenticated":true,"integrations":{}}"#);
    assert!(screen(&s.app).contains("The project has no integrations"), "{}", screen(&s.app));
}

#[test]
fn a_board_narrows_as_one_types_and_esc_goes_back_step_by_step() {
    let mut s = board(80, 24);
    s.keys("acme");
    let text = screen(&s.app);
    assert!(text.contains("3 of 5") && !text.contains("gmail"), "{text}");
    s.keys("zz");
    assert!(screen(&s.app).contains("Nothing matches"));
    s.keys("<Esc>");
    assert!(screen(&s.app).contains("gmail"));
    s.keys("<Esc>");
    assert!(s.app.overlays.is_empty());
}

#[test]
fn a_chosen_account_is_sent_along_and_can_be_left_to_the_server_again() {
    let mut s = board(120, 40);
    s.keys("labs<Enter>");
    assert_eq!(s.notice(), "Actions of slack now run as Acme Labs.");
    s.keys("<Esc><Esc>send mess<Enter>C1<Tab>hi<^r><Right><Enter>");
    assert_eq!(s.sent()[0].1.credential.as_deref(), Some("cred-labs"));
    s.keys("<M2>");
    assert!(screen(&s.app).contains("as Acme Labs"), "{}", screen(&s.app));
    s.keys("<^v>");
    assert!(screen(&s.app).contains("X-Paragon-Credential: cred-labs"), "{}", screen(&s.app));
    s.keys("<Esc><^p>connections<Enter>labs<Enter>");
    assert_eq!(s.notice(), "The server chooses the account of slack again.");
    s.keys("<Esc><Esc><M2><^r><Right><Enter>");
    assert_eq!(s.sent()[0].1.credential, None);
}

#[test]
fn where_there_is_nothing_to_choose_it_is_said_what_to_do() {
    let mut s = board(80, 24);
    s.keys("gmail<Enter>");
    assert!(s.notice().contains("until the user connects it"), "{}", s.notice());
    s.keys("<Esc>notion<Enter>");
    assert!(s.notice().contains("has to finish"), "{}", s.notice());
}

#[test]
fn a_board_can_be_clicked_and_wheeled() {
    let mut s = board(80, 24);
    let row = |s: &Story, words: &str| {
        let y = screen(&s.app).lines().position(|l| l.contains(words)).expect("a row");
        Position::new(10, u16::try_from(y).expect("a small screen"))
    };
    let at = row(&s, "Acme Labs");
    s.take(Message::Mouse { kind: MouseKind::Press, at });
    s.take(Message::Mouse { kind: MouseKind::Press, at });
    assert_eq!(s.notice(), "Actions of slack now run as Acme Labs.");
    s.take(Message::Mouse { kind: MouseKind::WheelUp, at });
    s.keys("<Enter>");
    assert!(s.notice().contains("hubspot") || s.notice().contains("no longer accepts"), "{}", s.notice());
}

/// What the doctor finds where a token is about to end and a connection is broken.
fn facts() -> akx::domain::doctor::Facts {
    use akx::domain::{
        connection::Connections,
        doctor::{Facts, Listed, Reached, Way},
        token::Claims,
    };
    Facts {
        unix: crate::story::BEGIN,
        project: "38b1f170-0c43-4eae-9a04-ab85325d99f7".into(),
        base_url: "https://actionkit.example.com".into(),
        way: Way::default(),
        source: "profile staging".into(),
        claims: Ok(Claims {
            algorithm: Some("RS256".into()),
            subject: Some("maria@acme.example.com".into()),
            expires_at: Some(crate::story::BEGIN + 120),
            ..Claims::default()
        }),
        reached: Ok(Reached { status: 200, ahead: Some(0), took: std::time::Duration::from_millis(120) }),
        list: Ok(Listed { actions: [("slack".to_owned(), 3), ("hubspot".to_owned(), 2)].into(), problems: Vec::new() }),
        connections: Ok(Connections::read(ME.as_bytes()).expect("an sdk/me reply")),
        reads: Vec::new(),
    }
}

/// The look that is waited for.
fn look(s: &mut Story) -> (akx::app::remote::LoadId, bool) {
    let found = s.effects().into_iter().find_map(|e| match e {
        Effect::Diagnose { load, reads, .. } => Some((load, reads)),
        _ => None,
    });
    found.expect("the doctor looks")
}

#[test]
fn the_doctor_on_the_screen() {
    for (width, height) in SIZES {
        let mut s = Story::begin_with(width, height, session(Place::Ordinary));
        s.keys("<^p>doctor<Enter>");
        assert!(s.app.next_wake(s.now).is_some(), "the spinner turns");
        let (load, _) = look(&mut s);
        s.take(Message::Diagnosed { load, result: Ok(Box::new(facts())), other: None });
        insta::assert_snapshot!(format!("doctor_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn the_doctor_reads_only_after_a_yes_and_copies_its_report() {
    let mut s = Story::begin_with(120, 40, session(Place::Ordinary));
    s.keys("<^p>doctor<Enter>");
    let (load, reads) = look(&mut s);
    assert!(!reads);
    s.take(Message::Diagnosed { load, result: Ok(Box::new(facts())), other: None });
    s.keys("<^t>");
    assert!(screen(&s.app).contains("Run one action of each connected integration as"));
    s.keys("<Enter>");
    assert_eq!(s.effects(), []);
    s.keys("<^t><Right><Enter>");
    assert!(look(&mut s).1);
    s.keys("<^y>");
    let effects = s.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.starts_with("# akx doctor") && text.contains("connect hubspot again"), "{text}");
    s.take(Message::Diagnosed { load, result: Ok(Box::new(facts())), other: None });
    assert!(s.app.doctor.going.is_some(), "a look nobody waits for any more is dropped");
    s.keys("<Enter>");
    assert!(screen(&s.app).contains("For the customer"), "{}", screen(&s.app));
}

#[test]
fn the_doctor_compares_with_a_user_for_whom_it_works() {
    use akx::domain::{connection::Connections, users::User};
    for (width, height) in SIZES {
        let mut s = Story::begin_with(width, height, minting(3000));
        s.keys("<^p>doctor<Enter>");
        let (load, _) = look(&mut s);
        s.take(Message::Diagnosed { load, result: Ok(Box::new(facts())), other: None });
        s.keys("<^d>");
        assert!(s.notice().starts_with("No other user is kept for this profile"), "{}", s.notice());
        let user = |id: &str, label: &str| User { id: id.into(), label: label.into(), note: String::new() };
        s.take(Message::UsersRecalled(vec![
            user("maria@acme.example.com", "Maria"),
            user("jonas@acme.example.com", "works for him"),
        ]));
        s.app.notice = None;
        s.keys("<^d>");
        assert!(screen(&s.app).contains("works for him"), "{}", screen(&s.app));
        s.effects();
        s.keys("<Enter>");
        let effects = s.effects();
        let [Effect::Diagnose { load, reads: false, with: Some(with) }] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!(with, "jonas@acme.example.com");
        let mut theirs = facts();
        if let Ok(claims) = &mut theirs.claims {
            claims.subject = Some(with.clone());
        }
        let all =
            ME.replace("INVALID", "VALID").replace(r#""hubspot":{"enabled":false"#, r#""hubspot":{"enabled":true"#);
        theirs.connections = Ok(Connections::read(all.as_bytes()).expect("an sdk/me reply"));
        let (load, other) = (*load, Some(Box::new(Ok(theirs))));
        s.take(Message::Diagnosed { load, result: Ok(Box::new(facts())), other });
        insta::assert_snapshot!(format!("doctor_compared_{width}x{height}"), picture(&s.app));
        s.keys("<Enter>");
        let text = screen(&s.app);
        assert!(text.contains("For the customer") || height < 24, "{text}");
        s.keys("<Esc><^r>");
        let effects = s.effects();
        assert!(matches!(&effects[..], [Effect::Diagnose { with: Some(_), .. }]), "it stays compared: {effects:?}");
    }
}

/// A session whose token is signed here, good for `left` seconds more.
fn minting(left: i64) -> akx::app::session::Session {
    use akx::{app::session::Origin, domain::token::Claims};
    let now = crate::story::BEGIN;
    akx::app::session::Session {
        origin: Origin { source: "profile staging".into(), renews: true, mints: true, ..Origin::default() },
        claims: Claims {
            subject: Some("maria@acme.example.com".into()),
            issued_at: Some(now + left - 3600),
            expires_at: Some(now + left),
            ..Claims::default()
        },
        ..session(Place::Ordinary)
    }
}

/// A session whose token was pasted.
fn pasted(left: i64) -> akx::app::session::Session {
    akx::app::session::Session { origin: akx::app::session::Origin::default(), ..minting(left) }
}

/// The connection that is asked for.
fn connecting(s: &mut Story) -> (akx::app::remote::LoadId, akx::app::effect::Destination) {
    let found = s.effects().into_iter().rev().find_map(|e| match e {
        Effect::Connect { load, to } => Some((load, to)),
        _ => None,
    });
    found.expect("a connection is asked for")
}

fn refused() -> Failure {
    Failure::new(FailureKind::NotAuthorised, "ActionKit refused the token.", "Use a new token.")
}

#[test]
fn a_token_that_can_be_had_again_is_renewed_before_it_ends() {
    let mut s = Story::begin_with(120, 40, minting(120));
    s.wait(std::time::Duration::from_secs(59));
    assert_eq!(s.effects(), []);
    s.wait(std::time::Duration::from_secs(1));
    let (load, _) = connecting(&mut s);
    s.wait(std::time::Duration::from_secs(1));
    assert_eq!(s.effects(), [], "one at a time");
    s.take(Message::Connected { load, result: Ok(minting(3661)) });
    assert_eq!(s.notice(), "The token is new, good for 1 h.");
    let effects = s.effects();
    assert!(
        matches!(effects.as_slice(), [Effect::Adopt { load: adopted, .. }] if *adopted == load),
        "nothing is loaded again for it: {effects:?}"
    );
}

#[test]
fn where_renewing_fails_it_is_said_and_tried_again_later() {
    let mut s = Story::begin_with(120, 40, minting(61));
    s.wait(std::time::Duration::from_secs(1));
    let (load, _) = connecting(&mut s);
    s.take(Message::Connected { load, result: Err(refused()) });
    assert!(s.notice().starts_with("No new token could be had: "), "{}", s.notice());
    s.wait(std::time::Duration::from_secs(10));
    assert_eq!(s.effects(), []);
    assert!(s.app.next_wake(s.now).is_some());
    s.wait(std::time::Duration::from_secs(21));
    connecting(&mut s);
}

#[test]
fn a_pasted_token_is_warned_of_once_before_it_ends() {
    let mut s = Story::begin_with(120, 40, pasted(302));
    s.wait(std::time::Duration::from_secs(2));
    assert!(s.notice().starts_with("The token ends in 5 min."), "{}", s.notice());
    s.wait(std::time::Duration::from_secs(60)).wait(std::time::Duration::from_secs(1));
    assert_eq!(s.notice(), "");
    assert_eq!(s.effects(), []);
}

#[test]
fn a_refused_read_is_repeated_with_the_new_token() {
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.fail(id, refused());
    let (load, _) = connecting(&mut s);
    s.take(Message::Connected { load, result: Ok(minting(3600)) });
    assert_eq!(&*s.sent()[0].1.action, "SLACK_LIST_CHANNELS");
    let id = s.app.runs.list().last().expect("a run").id;
    s.fail(id, refused());
    assert_eq!(s.sent(), [], "a new token that is refused as well is not renewed for ever");
}

#[test]
fn what_does_more_than_read_is_never_repeated() {
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("send mess<Enter>C1<Tab>hi<^r><Right><Enter>");
    let id = s.sent()[0].0;
    s.fail(id, refused());
    let (load, _) = connecting(&mut s);
    s.take(Message::Connected { load, result: Ok(minting(3600)) });
    assert_eq!(s.sent(), []);
}

#[test]
fn a_refused_token_is_told_of_and_its_successor_stays_out_of_the_app() {
    let mut s = Story::begin_with(80, 24, pasted(3000));
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.fail(id, refused());
    assert!(s.app.wants_secret(), "it is asked for in place");
    assert!(screen(&s.app).contains("which only reads, is then run again"), "{}", screen(&s.app));
    s.keys("<Enter>");
    assert!(screen(&s.app).contains("Paste a Paragon User Token"), "{}", screen(&s.app));
    s.take(Message::SecretEdited { length: 12 });
    insta::assert_snapshot!("asking_for_a_token_80x24", picture(&s.app));
    s.effects();
    s.keys("<Enter>");
    let (load, to) = connecting(&mut s);
    assert_eq!(to, akx::app::effect::Destination::Pasted { profile: None });
    s.take(Message::Connected { load, result: Ok(pasted(3600)) });
    assert_eq!(&*s.sent()[0].1.action, "SLACK_LIST_CHANNELS");
    s.keys("<^p>new token<Enter><Esc>");
    assert!(s.effects().contains(&Effect::ForgetSecret));
    assert!(s.app.overlays.is_empty());
}

#[test]
fn a_refused_token_is_not_asked_for_where_something_else_is_typed() {
    let mut s = Story::begin_with(80, 24, pasted(3000));
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.keys("<Esc>");
    s.fail(id, refused());
    assert!(!s.app.wants_secret(), "what is being typed goes on");
    assert!(s.notice().contains("was refused. “New token” in the commands (^P)"), "{}", s.notice());
    let mut s = Story::begin_with(80, 24, pasted(3000));
    s.keys("send mess<Enter>C1<Tab>hi<^r><Right><Enter>");
    let id = s.sent()[0].0;
    s.fail(id, refused());
    assert!(screen(&s.app).contains("is not sent again by itself"), "{}", screen(&s.app));
}

#[test]
fn connections_that_a_token_was_refused_for_are_asked_again_with_the_new_one() {
    let mut s = Story::begin_with(120, 40, pasted(3000));
    s.keys("<^p>connections<Enter><^r>");
    let load = s.effects().into_iter().rev().find_map(|e| match e {
        Effect::LoadConnections { load } => Some(load),
        _ => None,
    });
    s.take(Message::ConnectionsLoaded { load: load.expect("they are asked for"), result: Err(refused()) });
    assert!(s.app.wants_secret(), "{}", screen(&s.app));
    s.take(Message::SecretEdited { length: 12 });
    s.keys("<Enter>");
    let (load, _) = connecting(&mut s);
    s.take(Message::Connected { load, result: Ok(pasted(3600)) });
    assert!(s.effects().iter().any(|e| matches!(e, Effect::LoadConnections { .. })));
}

#[test]
fn becoming_another_user_keeps_the_form_and_loads_anew() {
    use akx::domain::users::User;
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("send mess<Enter>C7<Tab>typed<^b>");
    assert!(s.effects().contains(&Effect::RecallUsers));
    let jonas = User { id: "jonas@acme.example.com".into(), label: "Jonas".into(), note: "pilot".into() };
    s.take(Message::UsersRecalled(vec![jonas]));
    for (width, height) in SIZES {
        s.take(Message::Resized(akx::app::geometry::Size { width, height }));
        insta::assert_snapshot!(format!("users_{width}x{height}"), picture(&s.app));
    }
    s.take(Message::Resized(akx::app::geometry::Size { width: 120, height: 40 }));
    s.keys("jonas<Enter>");
    let (load, to) = connecting(&mut s);
    assert_eq!(to, akx::app::effect::Destination::As { profile: None, user: Some("jonas@acme.example.com".into()) });
    let mut other = minting(3600);
    other.claims.subject = Some("jonas@acme.example.com".into());
    s.take(Message::Connected { load, result: Ok(other) });
    assert!(s.notice().starts_with("akx now speaks for jonas@acme.example.com"), "{}", s.notice());
    assert!(s.app.listing().is_none(), "the other user's list is not this one's");
    assert_eq!(s.value().to_json(), r#"{"channel":"C7","message":"typed"}"#);
    s.load(crate::story::ACTIONS);
    assert_eq!(s.value().to_json(), r#"{"channel":"C7","message":"typed"}"#);
    s.effects();
    s.keys("<^r><Right><Enter>");
    assert_eq!(s.sent_parameters(), r#"{"channel":"C7","message":"typed"}"#);
}

#[test]
fn the_form_follows_where_the_action_takes_something_else_for_the_new_user() {
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("send mess<Enter>C7<Tab>typed<^b><Esc><^b>");
    s.take(Message::UsersRecalled(vec![akx::domain::users::User { id: "j".into(), ..Default::default() }]));
    s.keys("<Down><Enter>");
    let (load, _) = connecting(&mut s);
    let mut other = minting(3600);
    other.claims.subject = Some("j".into());
    s.take(Message::Connected { load, result: Ok(other) });
    let list = r#"{"actions":{"slack":[{"type":"function","function":{"name":"SLACK_SEND_MESSAGE","description":"",
        "parameters":{"type":"object","properties":{"room":{"type":"string"},"message":{"type":"string"}}}}}]}}"#;
    s.load(list);
    assert!(s.notice().contains("takes other parameters"), "{}", s.notice());
    assert!(screen(&s.app).contains("room"), "{}", screen(&s.app));
    assert_eq!(s.value().get("message").and_then(akx::domain::document::Value::as_str), Some("typed"));
}

#[test]
fn a_switch_that_fails_leaves_everything_as_it_was() {
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("<^b><^n>jonas<Enter>Jonas<Enter>a note<Enter>");
    let kept = s.effects().into_iter().any(|e| matches!(e, Effect::KeepUsers(_)));
    assert!(kept && s.app.users.iter().any(|u| u.id == "jonas" && u.label == "Jonas" && u.note == "a note"));
    s.keys("<Enter>");
    let (load, _) = connecting(&mut s);
    s.take(Message::Connected { load, result: Err(refused()) });
    assert!(screen(&s.app).contains("Everything stays as it was."), "{}", screen(&s.app));
    assert_eq!(s.app.session.user(), Some("maria@acme.example.com"));
    s.keys("<Esc><^b>jonas<Del><Right><Enter>");
    assert!(!s.app.users.iter().any(|u| u.id == "jonas"));
}

/// Every kind of screen that may show who somebody is.
fn screens() -> Vec<(&'static str, Story)> {
    let begin = |keys: &str| {
        let mut s = Story::begin_with(100, 30, minting(3000));
        s.keys(keys);
        s
    };
    let mut all = vec![
        ("catalogue", begin("")),
        (
            "form",
            begin("send mess<Enter>maria@acme.example.com<Tab>to jonas@example.com, eyJhbGciOiJSUzI1NiJ9.e30.sig"),
        ),
        ("request", begin("send mess<Enter>C1<^v>")),
        ("json", begin("send mess<Enter>maria@acme.example.com<^t>")),
        ("question", begin("send mess<Enter>C1<Tab>hi<^r>")),
        ("palette", begin("<^p>maria@acme.example.com")),
        ("help", begin("?")),
    ];
    let mut s = begin("<^p>connections<Enter><^r>");
    s.connections(ME);
    all.push(("connections", s));
    let mut s = begin("<^b>");
    s.take(Message::UsersRecalled(vec![akx::domain::users::User {
        id: "customer-77".into(),
        label: "The important one".into(),
        note: "Asks every Monday".into(),
    }]));
    all.push(("users", s));
    let mut s = begin("<^b><^n>customer-77<Enter>");
    s.take(Message::UsersRecalled(vec![akx::domain::users::User { id: "customer-77".into(), ..Default::default() }]));
    all.push(("prompt", s));
    let mut s = begin("<^p>doctor<Enter>");
    let (load, _) = look(&mut s);
    s.take(Message::Diagnosed { load, result: Ok(Box::new(facts())), other: None });
    all.push(("doctor", s));
    let mut s = begin("");
    crate::history::looking_back(&mut s);
    all.push(("history", s));
    let mut s = begin("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.answer(id, r#"{"owner":"maria@acme.example.com"}"#);
    s.keys("T");
    all.push(("ticket", s));
    let mut s = begin("<^p>connections<Enter><^r>");
    s.connections(ME);
    s.keys("slack<Down><Enter>");
    all.push(("account chosen", s));
    for view in ["", "t", "r", "/maria"] {
        let mut s = begin("list chan<Enter><^r>");
        let id = s.sent()[0].0;
        s.answer(
            id,
            r#"[{"id":1,"owner":"maria@acme.example.com","note":"ask MARIA@acme.example.com or maria.santos@example.com",
              "token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtIn0.c2ln"},{"id":2,"owner":"jonas@acme.example.com"}]"#,
        );
        s.keys(view);
        all.push(("answer", s));
    }
    all
}

#[test]
fn presenting_masks_who_somebody_is_on_every_screen_and_size() {
    let secrets = [
        "maria@",
        "acme.example",
        "maria.santos",
        "jonas@",
        "eyj",
        "customer-77",
        "acme labs",
        "cred-labs",
        "important one",
        "asks every monday",
    ];
    for (name, mut s) in screens() {
        let shown = screen(&s.app).to_lowercase();
        assert!(secrets.iter().any(|secret| shown.contains(secret)) || name == "help", "{name} shows nobody\n{shown}");
        s.app.present = true;
        for (width, height) in [(80, 24), (120, 40), (160, 48), (60, 20), (40, 12), (33, 9)] {
            s.take(Message::Resized(akx::app::geometry::Size { width, height }));
            let shown = screen(&s.app).to_lowercase();
            for secret in secrets {
                assert!(!shown.contains(secret), "{name} at {width}x{height} shows {secret}\n{shown}");
            }
        }
    }
}

#[test]
fn presenting_is_turned_on_and_off_by_a_key_and_said() {
    let mut s = board(80, 24);
    s.keys("<Esc>*");
    assert!(s.app.present && s.notice().contains("masked"), "{}", s.notice());
    s.keys("<^p>connections<Enter>");
    insta::assert_snapshot!("presenting_80x24", picture(&s.app));
    s.keys("<Esc>*");
    assert!(screen(&s.app).contains("maria@acme.example.com"));
}

fn two_profiles() -> akx::app::profiles::Listed {
    use akx::app::profiles::{Key, Profile};
    let profile = |name: &str, values: &[(&str, &str)]| Profile {
        name: name.into(),
        is_default: name == "staging",
        token: format!("the file tokens/{name}"),
        needs_token: false,
        needs_user: false,
        keys: ["project", "user", "production", "read_only", "sandbox"]
            .iter()
            .map(|key| Key {
                name: (*key).into(),
                value: values.iter().find(|(k, _)| k == key).map(|(_, v)| (*v).to_owned()).unwrap_or_default(),
                about: format!("what {key} is for"),
            })
            .collect(),
    };
    let profiles = vec![
        profile("acme", &[("project", "38b1f170-0c43-4eae-9a04-ab85325d99f7"), ("production", "true")]),
        profile("staging", &[("project", "p-2"), ("user", "maria@acme.example.com"), ("read_only", "true")]),
    ];
    akx::app::profiles::Listed { profiles, ..Default::default() }
}

#[test]
fn profiles_are_listed_taken_and_edited_key_by_key() {
    use akx::app::{effect::Destination, profiles::Ask};
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("send mess<Enter>C7<^p>profiles<Enter>");
    assert_eq!(s.effects().last(), Some(&Effect::Profiles(Ask::List)));
    s.take(Message::ProfilesListed(Ok(two_profiles())));
    for (width, height) in SIZES {
        s.take(Message::Resized(akx::app::geometry::Size { width, height }));
        insta::assert_snapshot!(format!("profiles_{width}x{height}"), picture(&s.app));
    }
    s.keys("<^o>");
    s.take(Message::Resized(akx::app::geometry::Size { width: 80, height: 24 }));
    insta::assert_snapshot!("profile_80x24", picture(&s.app));
    s.keys("<Down><Enter>u-9<Enter>");
    let set = Ask::Set { profile: "acme".into(), key: "user".into(), value: "u-9".into() };
    assert_eq!(s.effects(), [Effect::Profiles(set)]);
    s.take(Message::ProfilesListed(Err(Failure::new(FailureKind::Configuration, "user is u-9: expected better.", ""))));
    let text = screen(&s.app);
    assert!(text.contains("user is u-9: expected better.") && text.contains("› u-9"), "{text}");
    s.keys("0<Enter>");
    let set = Ask::Set { profile: "acme".into(), key: "user".into(), value: "u-90".into() };
    assert_eq!(s.effects(), [Effect::Profiles(set)]);
    s.take(Message::ProfilesListed(Ok(two_profiles())));
    s.keys("<Esc><Del><Right><Enter>");
    assert_eq!(s.effects(), [Effect::Profiles(Ask::Remove("acme".into()))]);
    s.take(Message::ProfilesListed(Ok(two_profiles())));
    s.keys("<Enter>");
    let (load, to) = connecting(&mut s);
    assert_eq!(to, Destination::As { profile: Some("acme".into()), user: None });
    let other = akx::app::session::Session { profile: "acme".into(), place: Place::Production, ..minting(3600) };
    s.take(Message::Connected { load, result: Ok(other) });
    assert!(screen(&s.app).contains("acme PRODUCTION"), "{}", screen(&s.app));
    assert_eq!(s.value().to_json(), r#"{"channel":"C7"}"#);
}

/// The two profiles and a third that names no token, with what the environment offers.
fn with_a_new_profile() -> akx::app::profiles::Listed {
    use akx::app::profiles::{Listed, Offers, Profile};
    let mut profiles = two_profiles().profiles;
    let keys = profiles[0].keys.iter().cloned().map(|key| akx::app::profiles::Key { value: String::new(), ..key });
    let new = Profile {
        name: "new".into(),
        needs_token: true,
        token: "none yet".into(),
        keys: keys.collect(),
        ..Profile::default()
    };
    profiles.insert(1, new);
    let offers = Offers {
        project: Some(("p-3".into(), "PROJECT_ID".into())),
        signing_key: Some("the signing key that SIGNING_KEY holds".into()),
    };
    Listed { profiles, offers }
}

#[test]
fn a_profile_is_made_of_what_is_offered_and_gone_on_with() {
    use akx::app::profiles::{Ask, Listed};
    let mut s = Story::begin_with(80, 24, minting(3000));
    s.keys("<^p>profiles<Enter>");
    s.take(Message::ProfilesListed(Ok(Listed { offers: with_a_new_profile().offers, ..two_profiles() })));
    s.effects();
    for (name, problem) in
        [("", "Type a name"), ("a/b", "use letters, digits"), ("acme", "There is a profile acme already")]
    {
        s.keys(&format!("<^n>{name}<Enter>"));
        assert!(screen(&s.app).contains(problem), "{}", screen(&s.app));
        s.keys("<Esc>");
    }
    s.keys("<^n>new<Enter>");
    assert!(screen(&s.app).contains("PROJECT_ID says this one"), "{}", screen(&s.app));
    s.keys("<Enter>");
    let set = Ask::Set { profile: "new".into(), key: "project".into(), value: "p-3".into() };
    assert_eq!(s.effects(), [Effect::Profiles(set)]);
    s.take(Message::ProfilesListed(Ok(with_a_new_profile())));
    insta::assert_snapshot!("profile_made_80x24", picture(&s.app));
    s.keys("<Enter>");
    assert_eq!(s.effects(), [], "the harmless answer is the first");
    let text = screen(&s.app);
    assert!(text.contains("Profile new") && !text.contains("May new sign"), "the new one is edited: {text}");
    s.keys("<Esc>");
    // It names no token: taking it asks for one.
    s.keys("<Enter>");
    assert!(s.app.wants_secret());
    assert!(screen(&s.app).contains("Profile new names no token."), "{}", screen(&s.app));
    s.take(Message::SecretEdited { length: 12 });
    s.keys("<Enter>");
    let (_, to) = connecting(&mut s);
    assert_eq!(to, akx::app::effect::Destination::Pasted { profile: Some("new".into()) });
}

#[test]
fn a_key_that_is_offered_signs_only_after_a_yes() {
    use akx::app::profiles::Ask;
    let mut s = Story::begin_with(120, 40, minting(3000));
    s.keys("<^p>profiles<Enter>");
    s.take(Message::ProfilesListed(Ok(two_profiles())));
    s.keys("<^n>new<Enter>p-3<Enter>");
    s.take(Message::ProfilesListed(Ok(with_a_new_profile())));
    s.effects();
    assert!(screen(&s.app).contains("It signs for every customer"), "{}", screen(&s.app));
    s.keys("<Right><Enter>");
    assert_eq!(s.effects(), [Effect::Profiles(Ask::Sign("new".into()))]);
}

#[test]
fn a_profile_that_signs_for_nobody_yet_asks_for_whom() {
    use akx::app::effect::Destination;
    let mut s = Story::begin_with(80, 24, minting(3000));
    s.keys("<^p>profiles<Enter>");
    let mut listed = two_profiles();
    listed.profiles[0].needs_user = true;
    s.take(Message::ProfilesListed(Ok(listed)));
    s.keys("<Enter><Enter>");
    assert!(screen(&s.app).contains("Type the user's id"), "{}", screen(&s.app));
    s.keys("jonas<Enter>");
    let to = Destination::As { profile: Some("acme".into()), user: Some("jonas".into()) };
    assert_eq!(connecting(&mut s).1, to);
}

#[test]
fn starting_without_a_token_asks_for_one() {
    use akx::app::effect::Destination;
    let mut s = Story::connecting(80, 24);
    let (load, _) = connecting(&mut s);
    let none = Failure::new(FailureKind::NotAuthorised, "Profile a names no source of a token.", "Name one.");
    s.take(Message::Connected { load, result: Err(none) });
    assert!(s.app.wants_secret(), "{}", screen(&s.app));
    s.keys("<Esc>");
    assert!(screen(&s.app).contains("Name one."), "{}", screen(&s.app));
    s.keys("<^p>new token<Enter>");
    assert!(s.app.wants_secret());
    s.take(Message::SecretEdited { length: 12 });
    s.effects();
    s.keys("<Enter>");
    assert_eq!(connecting(&mut s).1, Destination::Pasted { profile: None });
}

#[test]
fn the_welcome_offers_the_project_that_paragons_tools_are_set_up_with() {
    let mut s = Story::welcome(80, 24);
    s.take(Message::ProfilesListed(Ok(with_a_new_profile())));
    s.keys("<Down>");
    assert!(screen(&s.app).contains("Enter takes that of PROJECT_ID: p-3"), "{}", screen(&s.app));
    s.keys("<Enter>");
    assert!(!screen(&s.app).contains("Enter takes") && screen(&s.app).contains("p-3"), "{}", screen(&s.app));
}

#[test]
fn a_profiles_colour_marks_its_name() {
    use akx::domain::profile::Colour;
    let marked = akx::app::session::Session { color: Some(Colour::Purple), ..session(Place::Production) };
    let s = Story::begin_with(80, 24, marked);
    let text = picture(&s.app);
    assert!(text.contains("BarMark(Purple)") && text.contains("staging PRODUCTION"), "{text}");
}

#[test]
fn what_is_odd_about_the_settings_is_said_at_the_start() {
    let odd = |warnings: &[&str]| akx::app::session::Session {
        warnings: warnings.iter().map(|w| (*w).to_owned()).collect(),
        ..session(Place::Ordinary)
    };
    let notice = |warnings: &[&str]| {
        let mut s = Story::connecting(80, 24);
        let (load, _) = connecting(&mut s);
        s.take(Message::Connected { load, result: Ok(odd(warnings)) });
        s.notice().to_owned()
    };
    let mistyped = "config.toml, line 3: projct is not a key akx knows; it is ignored. Did you mean project?";
    assert_eq!(notice(&[mistyped]), mistyped);
    assert_eq!(notice(&["One.", "Two.", "Three."]), "One. 2 more: akx profile list tells.");
    assert_eq!(notice(&[]), "");
}
