//! What somebody who helps customers leans on: whom akx spoke for stays at hand, a pasted token is judged before it is
//! taken, and what is refused or not is said before it is tried.

use akx::{
    app::{
        Effect, Message,
        remote::LoadId,
        session::{Origin, Session},
    },
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        usage::Usage,
        users::User,
    },
};

use crate::{
    picture::screen,
    story::{BEGIN, Story, session},
};

const MARIA: &str = "maria@acme.example.com";
const JONAS: &str = "jonas@acme.example.com";

fn minting(user: &str) -> Session {
    let mut minting = Session {
        origin: Origin { mints: true, renews: true, ..Origin::default() },
        home: Some(MARIA.into()),
        ..session(Place::Ordinary)
    };
    minting.claims.subject = Some(user.into());
    minting
}

/// A session with a token that was pasted.
fn pasted(user: &str) -> Session {
    Session { origin: Origin::default(), ..minting(user) }
}

fn user(id: &str) -> User {
    User { id: id.into(), ..User::default() }
}

fn connecting(s: &mut Story) -> LoadId {
    let effects = s.effects();
    let load = effects.iter().rev().find_map(|e| if let Effect::Connect { load, .. } = e { Some(*load) } else { None });
    load.unwrap_or_else(|| panic!("no connection is asked for: {effects:?}\n{}", screen(&s.app)))
}

fn adopts(s: &mut Story, load: LoadId) -> bool {
    s.effects().iter().any(|e| matches!(e, Effect::Adopt { load: adopted, .. } if *adopted == load))
}

/// Types a token into the prompt for one; the connection that is made with it.
fn paste_token(s: &mut Story) -> LoadId {
    s.keys("<^p>new token<Enter>");
    s.take(Message::SecretEdited { length: 700 });
    s.keys("<Enter>");
    connecting(s)
}

#[test]
fn whom_akx_spoke_for_and_the_profiles_own_user_are_always_offered() {
    for (width, height) in [(80, 24), (160, 48)] {
        // As `--user jonas` starts it, on the profile of maria.
        let mut s = Story::begin_with(width, height, minting(JONAS));
        s.keys("<^b>priya<Enter>");
        let load = connecting(&mut s);
        s.take(Message::Connected { load, result: Ok(minting("priya")) });
        s.keys("<^b>").take(Message::UsersRecalled(vec![user("u-3")]));
        let shown = screen(&s.app);
        for id in [MARIA, JONAS, "priya", "u-3"] {
            assert!(shown.contains(id), "{id} is not listed:\n{shown}");
        }
        // The doctor offers the same, but for the one it looks at, and whoever is typed.
        s.keys("<Esc><^p>doctor<Enter><^d>");
        let shown = screen(&s.app);
        assert!([MARIA, JONAS, "u-3"].iter().all(|id| shown.contains(id)), "{shown}");
        s.effects();
        s.keys("u-7<Enter>");
        let effects = s.effects();
        let is_it = |e: &Effect| matches!(e, Effect::Diagnose { with: Some(with), .. } if with == "u-7");
        assert!(effects.iter().any(is_it), "{effects:?}");
    }
}

#[test]
fn an_id_that_is_typed_is_offered_where_a_token_can_be_signed_and_only_there() {
    let mut s = Story::begin_with(80, 24, minting(MARIA));
    s.keys("<^b>nobody-9");
    let shown = screen(&s.app);
    assert!(shown.contains("as typed") && shown.contains("whom no list here names"), "{shown}");
    s.keys("<Esc>");
    assert!(!screen(&s.app).contains("nobody-9"));
    let mut s = Story::begin_with(80, 24, pasted(MARIA));
    s.keys("<^b>nobody-9");
    assert!(screen(&s.app).contains("Nothing matches"), "{}", screen(&s.app));
}

#[test]
fn a_list_in_which_nothing_matches_stays_open_on_enter() {
    let mut s = Story::begin(80, 24);
    s.keys("<^p>zzzz<Enter>");
    assert!(screen(&s.app).contains("Nothing matches"), "{}", screen(&s.app));
}

#[test]
fn a_token_of_another_project_or_another_day_is_not_taken() {
    let mut other = pasted(MARIA);
    other.claims.audience = Some("useparagon.com/other-project".into());
    let mut expired = pasted(MARIA);
    expired.claims.expires_at = Some(BEGIN - 300);
    for (session, words) in
        [(other, "The token is for project other-project"), (expired, "The token expired 5 min ago")]
    {
        let mut s = Story::begin_with(80, 24, pasted(MARIA));
        let before = s.app.session.clone();
        let load = paste_token(&mut s);
        s.take(Message::Connected { load, result: Ok(session) });
        let shown = screen(&s.app);
        assert!(shown.contains("Not switched") && shown.contains(words), "{shown}");
        assert!(s.effects().contains(&Effect::Abandon(load)));
        assert_eq!(s.app.session, before, "the old token stays");
    }
}

#[test]
fn a_token_of_somebody_else_is_taken_only_after_a_question_that_names_both() {
    let offer = |s: &mut Story| {
        let load = paste_token(s);
        s.take(Message::Connected { load, result: Ok(pasted(MARIA)) });
        let shown = screen(&s.app);
        assert!(shown.contains("Please decide") && shown.contains(MARIA) && shown.contains(JONAS), "{shown}");
        assert_eq!(s.app.session.user(), Some(JONAS));
        load
    };
    let mut s = Story::begin_with(80, 24, pasted(JONAS));
    for no in ["<Enter>", "<Esc>"] {
        let load = offer(&mut s);
        s.keys(no);
        assert!(s.effects().contains(&Effect::Abandon(load)), "it is let go of");
        assert_eq!(s.app.session.user(), Some(JONAS));
    }
    let load = offer(&mut s);
    s.keys("<Right><Enter>");
    assert!(adopts(&mut s, load));
    assert_eq!(s.app.session.user(), Some(MARIA));
}

#[test]
fn the_list_of_runs_is_the_history_where_nothing_was_run_yet() {
    let mut s = Story::begin(80, 24);
    for _ in 0..2 {
        s.keys("<^n>");
        assert!(screen(&s.app).contains("History"), "{}", screen(&s.app));
    }
}

#[test]
fn read_only_refuses_before_anything_else_is_said() {
    let mut s =
        Story::begin_with(80, 24, Session { read_only: Some("--read-only".into()), ..session(Place::Ordinary) });
    s.keys("send mess<Enter><^r>");
    assert!(s.notice().contains("was not run") && s.notice().contains("by --read-only"), "{}", s.notice());
    assert_eq!(s.sent(), []);
}

#[test]
fn the_footer_offers_to_use_an_account_only_where_one_can_be_chosen() {
    let mut s = Story::begin(80, 24);
    s.keys("<^p>connections<Enter>");
    assert!(!screen(&s.app).contains("use this account"), "{}", screen(&s.app));
    let mut s = Story::connecting(80, 24);
    let Some(Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!("does not connect") };
    s.take(Message::Connected { load, result: Ok(session(Place::Ordinary)) });
    s.connections(
        r#"{"authenticated":true,"integrations":{"slack":{"enabled":true,"allCredentials":[
            {"id":"c1","status":"VALID"},{"id":"c2","status":"VALID"}]}}}"#,
    );
    s.keys("<^p>connections<Enter>");
    assert!(screen(&s.app).contains("Enter use this account"), "{}", screen(&s.app));
}

#[test]
fn a_read_that_failed_warns_of_nothing() {
    let mut s = Story::in_sandbox(160, 48);
    let failure = Failure {
        may_have_run: true,
        ..Failure::new(FailureKind::Provider, "It failed.", "Correct the parameters if they are the reason.")
    };
    s.keys("send mess<Enter>C1<Enter>Hi<^r>");
    let id = s.sent()[0].0;
    s.fail(id, failure);
    assert!(screen(&s.app).contains("the action may still"), "{}", screen(&s.app));
    for (width, height) in [(80, 24), (160, 48)] {
        let mut s = Story::in_sandbox(width, height);
        s.keys("list chan<Enter><^r>");
        let id = s.sent()[0].0;
        s.take(Message::RunFinished {
            id,
            outcome: akx::domain::run::Outcome::TimedOut { may_have_run: true },
            opened: None,
        });
        let shown = screen(&s.app);
        assert!(shown.contains("No answer came in time") && !shown.contains("may still"), "{shown}");
    }
}

#[test]
fn the_cursor_begins_on_no_action_that_changes_something() {
    let mut s = Story::begin(80, 24);
    let ran = |names: &[&str]| {
        let mut usage = Usage::default();
        for name in names {
            usage.change(&akx::domain::usage::UsageChange::Ran((*name).into()));
        }
        usage
    };
    let cursor = |s: &Story| {
        let action = s.app.browse.action()?;
        Some(s.app.listing()?.catalogue.name(action).to_owned())
    };
    s.keys("<^p>actions again<Enter>");
    s.take(Message::UsageRecalled(ran(&["SLACK_SEND_MESSAGE"])));
    assert_eq!(cursor(&s), None, "{}", screen(&s.app));
}

#[test]
fn a_wrong_word_goes_and_is_named() {
    let mut s = Story::begin_with(80, 24, session(Place::Production));
    let catalogue = &s.app.listing().expect("a list").catalogue;
    let names: Vec<String> = (0..catalogue.len()).map(|i| catalogue.name(i).to_owned()).collect();
    let delete = names.iter().find(|name| name.contains("DELETE")).expect("one that deletes").clone();
    s.keys(&format!("{}<Enter><^r><^r>", delete.to_lowercase().replace('_', " ")));
    let word = delete.rsplit('_').next().unwrap_or_default().to_owned();
    s.keys(&format!("{}<Enter>", word.to_lowercase()));
    let shown = screen(&s.app);
    assert!(shown.contains(&format!("“{}” is written otherwise", word.to_lowercase())), "{shown}");
    s.keys(&format!("{word}<Enter>"));
    assert_eq!(s.sent().len(), 1);
}

#[test]
fn safety_marks_stay_on_the_header_and_a_state_in_the_catalogue() {
    let mut read_only = Session { read_only: Some("profile ro".into()), ..session(Place::Sandbox) };
    read_only.claims.expires_at = Some(BEGIN + 200);
    let mut s = Story::begin_with(80, 24, read_only);
    s.app.present = true;
    let shown = screen(&s.app);
    let header = shown.lines().next().unwrap_or_default();
    for mark in ["READ-ONLY", "presenting", "token 4 min"] {
        assert!(header.contains(mark), "{mark}: {header}");
    }
}

#[test]
fn every_group_tells_its_state_however_long_its_name() {
    let list = r#"{"actions":[{"name":"A_ONE","integration":"aratherlongintegrationnamewithoutend","parameters":{}},
        {"name":"B_ONE","integration":"activecampaign","parameters":{}}]}"#;
    let mut s = Story::connecting(80, 24);
    let Some(Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!("does not connect") };
    s.take(Message::Connected { load, result: Ok(session(Place::Ordinary)) });
    s.load(list);
    s.keys("<^p>connections<Enter><^r>");
    s.connections(
        r#"{"authenticated":true,"integrations":{"aratherlongintegrationnamewithoutend":{"enabled":true,
            "credentialStatus":"VALID","allCredentials":[{"id":"c1","status":"VALID"}]},"activecampaign":{"enabled":false}}}"#,
    );
    s.keys("<Esc>");
    let shown = screen(&s.app);
    let row = |part: &str| shown.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{shown}"));
    assert!(row("arather").contains("…") && row("arather").contains("  ✓"), "{shown}");
    assert!(row("▾ activecampaign").contains("✗"), "{shown}");
}
