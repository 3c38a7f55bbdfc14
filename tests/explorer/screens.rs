//! Whole screens as pictures that show the roles.

use akx::domain::{
    failure::{Failure, FailureKind},
    guard::Place,
};

use crate::{
    picture::picture,
    story::{Story, session},
};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// Takes a picture of one story at every size.
fn pictures(name: &str, tell: impl Fn(&mut Story)) {
    for (width, height) in SIZES {
        let mut story = Story::in_sandbox(width, height);
        tell(&mut story);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), picture(&story.app));
    }
}

#[test]
fn browsing() {
    pictures("browsing", |_| {});
}

#[test]
fn searching() {
    pictures("searching", |s| {
        s.keys("send mess");
    });
}

#[test]
fn starting() {
    pictures("starting", |s| {
        s.keys("send email<^f><^u>list chan<Enter><^r>");
        let id = s.sent()[0].0;
        s.answer(id, "{}").keys("<M1><Esc>");
    });
}

#[test]
fn qualifying() {
    pictures("qualifying", |s| {
        s.keys("in:slak kind:");
    });
}

#[test]
fn changes() {
    for (width, height) in SIZES {
        let mut s = crate::journeys::changed(width, height);
        insta::assert_snapshot!(format!("changes_marked_{width}x{height}"), picture(&s.app));
        s.keys("<^p>what changed<Enter>");
        insta::assert_snapshot!(format!("changes_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn copying() {
    pictures("copying", |s| {
        s.keys("send mess<Enter>C1<^x>");
    });
}

#[test]
fn filling_in() {
    pictures("filling_in", |s| {
        s.keys("send email<Enter><Enter>ada@example.com<^r>");
    });
}

#[test]
fn choosing() {
    pictures("choosing", |s| {
        s.keys("send email<Enter><Tab><Tab><Tab>n");
    });
}

#[test]
fn answered() {
    pictures("answered", |s| {
        s.keys("list chan<Enter><^r>");
        let id = s.sent()[0].0;
        s.answer(id, r#"{"ok":true,"channels":[{"id":"C1","name":"general"},{"id":"C2","topic":null}],"next":"日本\u001b[31m","n":0.10}"#);
        s.keys("jj");
    });
}

#[test]
fn refused() {
    pictures("refused", |s| {
        s.keys("list chan<Enter><^r>");
        let id = s.sent()[0].0;
        let mut failure = Failure::new(
            FailureKind::InvalidParameters,
            "SLACK_LIST_CHANNELS was not run: its parameters were refused.",
            "Correct what is named and run it again.",
        );
        failure.status = Some(400);
        failure.details = vec!["limit must not be greater than 100".into()];
        failure.request_id = Some("4c7445d2".into());
        s.fail(id, failure);
    });
}

#[test]
fn running() {
    pictures("running", |s| {
        s.keys("list chan<Enter><^r>");
        s.wait(std::time::Duration::from_millis(1500));
    });
}

#[test]
fn asking() {
    for (width, height) in SIZES {
        let mut s = Story::begin_with(width, height, session(Place::Ordinary));
        s.keys("send mess<Enter>C1<Tab>hi<^r>");
        insta::assert_snapshot!(format!("asking_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn help_and_palette() {
    pictures("help", |s| {
        s.keys("?");
    });
    pictures("palette", |s| {
        s.keys("<^p>copy");
    });
}

#[test]
fn welcome() {
    for (width, height) in SIZES {
        let mut s = Story::welcome(width, height);
        s.keys("<Down>38b1f170");
        insta::assert_snapshot!(format!("welcome_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn a_list_that_could_not_be_had() {
    for (width, height) in SIZES {
        let mut s = Story::connecting(width, height);
        let Some(akx::app::Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!() };
        let failure = Failure::new(
            FailureKind::Unreachable,
            "actionkit.example.com could not be found.",
            "Check the network, and the base URL.",
        );
        s.take(akx::app::Message::Connected { load, result: Err(failure) });
        insta::assert_snapshot!(format!("no_list_{width}x{height}"), picture(&s.app));
    }
}
