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
        doctor::{Facts, Listed, Reached},
        token::Claims,
    };
    Facts {
        unix: crate::story::BEGIN,
        project: "38b1f170-0c43-4eae-9a04-ab85325d99f7".into(),
        base_url: "https://actionkit.example.com".into(),
        proxied: false,
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
        Effect::Diagnose { load, reads } => Some((load, reads)),
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
        s.take(Message::Diagnosed { load, facts: Box::new(facts()) });
        insta::assert_snapshot!(format!("doctor_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn the_doctor_reads_only_after_a_yes_and_copies_its_report() {
    let mut s = Story::begin_with(120, 40, session(Place::Ordinary));
    s.keys("<^p>doctor<Enter>");
    let (load, reads) = look(&mut s);
    assert!(!reads);
    s.take(Message::Diagnosed { load, facts: Box::new(facts()) });
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
    s.take(Message::Diagnosed { load, facts: Box::new(facts()) });
    assert!(s.app.doctor.going.is_some(), "a look nobody waits for any more is dropped");
    s.keys("<Enter>");
    assert!(screen(&s.app).contains("For the customer"), "{}", screen(&s.app));
}
