//! Monkeys at the keyboard: whatever is pressed, pasted, clicked, resized or answered, nothing breaks.

use std::time::Duration;

use akx::{
    app::{
        Effect, Message,
        geometry::{Position, Size},
        key::{Code, Key},
        message::MouseKind,
        viewer::{Opened, Queried},
    },
    domain::{
        document::QueryError,
        failure::{Failure, FailureKind},
        run::Outcome,
        shared::Shared,
        side_effect::SideEffect,
    },
    ui::Theme,
};
use proptest::prelude::*;

use crate::{picture::draw, story::Story};

/// Something a monkey does.
#[derive(Debug, Clone)]
enum Deed {
    Press(Key),
    Paste(String),
    Mouse(MouseKind, u16, u16),
    Resize(u16, u16),
    Wait(u64),
    /// Answers whatever runs with this.
    Answer(String),
    Fail,
}

fn key() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        8 => "[a-z ./?:\\[\\]{}\"0-9+-]".prop_map(|s| Code::Char(s.chars().next().unwrap_or(' '))),
        1 => any::<char>().prop_map(Code::Char),
        4 => Just(Code::Enter),
        2 => Just(Code::Esc),
        3 => Just(Code::Tab),
        1 => Just(Code::BackTab),
        2 => Just(Code::Backspace),
        1 => Just(Code::Delete),
        2 => Just(Code::Up),
        3 => Just(Code::Down),
        2 => Just(Code::Left),
        2 => Just(Code::Right),
        1 => Just(Code::Home),
        1 => Just(Code::End),
        1 => Just(Code::PageUp),
        1 => Just(Code::PageDown),
        1 => (1u8..13).prop_map(Code::F),
    ];
    (code, prop::bool::weighted(0.25), prop::bool::weighted(0.05)).prop_map(|(code, ctrl, alt)| Key { code, ctrl, alt })
}

fn deed() -> impl Strategy<Value = Deed> {
    let kind = prop_oneof![
        Just(MouseKind::Press),
        Just(MouseKind::Drag),
        Just(MouseKind::Release),
        Just(MouseKind::WheelUp),
        Just(MouseKind::WheelDown)
    ];
    let body = prop_oneof![
        Just(r#"{"a":[{"b":"{\"c\":1}"},null,true],"d":{}}"#.to_owned()),
        Just(String::new()),
        Just("[1,2".to_owned()),
        ".{0,40}"
    ];
    prop_oneof![
        20 => key().prop_map(Deed::Press),
        1 => "(\\{\"channel\":\"x\"\\}|\\PC{0,20}|a\nb)".prop_map(Deed::Paste),
        3 => (kind, 0u16..140, 0u16..50).prop_map(|(k, x, y)| Deed::Mouse(k, x, y)),
        1 => (0u16..200, 0u16..60).prop_map(|(w, h)| Deed::Resize(w, h)),
        1 => (0u64..4000).prop_map(Deed::Wait),
        2 => body.prop_map(Deed::Answer),
        1 => Just(Deed::Fail),
    ]
}

/// What a filter might give: records, nothing, or a complaint at any place.
fn queried(filter: &str) -> Result<Queried, QueryError> {
    let body = match filter.len() % 3 {
        0 => return Err(QueryError { words: filter.to_owned(), at: Some(filter.len() / 2) }),
        1 => r#"[{"a":1},{"b":"{\"c\":1}"}]"#,
        _ => "[]",
    };
    let opened = Shared::new(Opened::new(body.as_bytes().into(), None));
    Ok(Queried { opened, count: filter.len(), more: filter.len().is_multiple_of(2) })
}

fn perform(story: &mut Story, deed: &Deed) {
    match deed {
        Deed::Press(key) => {
            story.take(Message::Key(*key));
        }
        Deed::Paste(text) => {
            story.paste(text);
        }
        Deed::Mouse(kind, x, y) => {
            story.take(Message::Mouse { kind: *kind, at: Position::new(*x, *y) });
        }
        Deed::Resize(width, height) => {
            story.take(Message::Resized(Size { width: *width, height: *height }));
        }
        Deed::Wait(ms) => {
            story.wait(Duration::from_millis(*ms));
        }
        Deed::Answer(body) => {
            if let Some(id) = story.app.runs.list().iter().rev().find(|r| r.is_going()).map(|r| r.id) {
                story.answer(id, body);
            }
        }
        Deed::Fail => {
            if let Some(id) = story.app.runs.list().iter().find(|r| r.is_going()).map(|r| r.id) {
                let mut failure = Failure::new(FailureKind::RateLimited, "Too many.", "Wait.");
                failure.retry_after = Some(Duration::from_secs(2));
                story.take(Message::RunFinished { id, outcome: Outcome::Failed(failure), opened: None });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks(deeds in prop::collection::vec(deed(), 1..120), sandbox in any::<bool>()) {
        let mut story = if sandbox { Story::in_sandbox(100, 30) } else { Story::begin(100, 30) };
        for deed in &deeds {
            perform(&mut story, deed);
            // A loaded list is asked for again whenever somebody wants it.
            if story.effects.iter().any(|e| matches!(e, Effect::LoadCatalogue { .. })) {
                story.load(crate::story::ACTIONS);
            }
            if let Some(Effect::Query { id, filter, .. }) = story.effects.iter().rfind(|e| matches!(e, Effect::Query { .. })).cloned() {
                story.take(Message::Queried { id, result: queried(&filter) });
            }
            story.effects.clear();
            let app = &story.app;
            prop_assert!(app.browse.rows().is_empty() || app.browse.cursor < app.browse.rows().len());
            if let Some(form) = &app.form {
                prop_assert!(form.field().is_none() || form.row().is_some(), "the cursor is on a row");
            }
            if let Some(viewer) = app.runs.viewer() {
                prop_assert!(viewer.cursor < viewer.tree.row_count().max(1));
            }
            draw(app, Theme::Dark);
        }
    }

    #[test]
    fn read_only_sends_reads_alone_whatever_is_pressed(deeds in prop::collection::vec(deed(), 1..150)) {
        let mut story = Story::begin(100, 30);
        story.keys("<^p>read-only<Enter>");
        for deed in &deeds {
            perform(&mut story, deed);
            for (id, _) in story.sent() {
                prop_assert_eq!(story.app.runs.get(id).map(|r| r.effect), Some(SideEffect::Read));
            }
        }
    }

    #[test]
    fn on_a_real_project_enter_alone_never_changes_anything(keys in prop::collection::vec(
        prop_oneof![3 => Just("<Enter>"), 2 => Just("<^r>"), 1 => Just("<Down>"), 1 => Just("<Esc>"), 1 => Just("x")], 1..60)) {
        // Left, right and Tab are what moves to "Run"; without them no question is ever answered with it.
        let mut story = Story::begin(100, 30);
        for key in keys {
            if key == "<Down>" && matches!(story.app.overlays.last(), Some(akx::app::overlay::Overlay::Question(_))) {
                continue;
            }
            story.keys(key);
            for (id, _) in story.sent() {
                prop_assert_eq!(story.app.runs.get(id).map(|r| r.effect), Some(SideEffect::Read));
            }
        }
    }
}
