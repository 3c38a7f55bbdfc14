//! The sandbox's faults and its world's beginning, as journeys and screens; over real HTTP they are in `session`.

use std::time::Duration;

use akx::{
    app::{Effect, Message, overlay::Overlay, remote::Dated},
    domain::{
        failure::{Failure, FailureKind},
        fault::{Fault, FaultAsk, SetFault},
        guard::Place,
    },
};

use crate::{
    picture::{picture, screen},
    story::{Story, session},
};

const TOO_MANY: Fault = Fault::Status(429);

/// What the sandbox was asked, if it was.
fn asked(s: &mut Story) -> Option<FaultAsk> {
    s.effects().into_iter().find_map(|e| if let Effect::Faults { ask, .. } = e { Some(ask) } else { None })
}

/// Answers the last question to the sandbox.
fn told(s: &mut Story, result: Result<Vec<SetFault>, Failure>) {
    let ask = s.effects.iter().rev().find_map(|e| if let Effect::Faults { load, .. } = e { Some(*load) } else { None });
    let (load, at) = (ask.expect("the sandbox was asked"), s.now.unix);
    s.take(Message::FaultsTold { load, result: result.map(|value| Dated { value, at }) });
}

fn opened(width: u16, height: u16, on: Vec<SetFault>) -> Story {
    let mut s = Story::in_sandbox(width, height);
    s.keys("<^d>");
    told(&mut s, Ok(on));
    s.effects.clear();
    s
}

#[test]
fn a_fault_is_switched_on_and_off_and_the_header_says_so() {
    let mut s = opened(120, 40, Vec::new());
    s.keys("429<Enter>");
    // While the answer is awaited a second press does nothing.
    s.keys("<Enter>");
    told(&mut s, Ok(vec![SetFault::always(TOO_MANY)]));
    assert_eq!(asked(&mut s), Some(FaultAsk::On(TOO_MANY)));
    assert!(s.effects.is_empty() && screen(&s.app).contains("FAULT 429"), "{}", screen(&s.app));
    assert!(screen(&s.app).contains("[x] 429"), "{}", screen(&s.app));
    s.keys("<Space>");
    told(&mut s, Ok(Vec::new()));
    assert_eq!(asked(&mut s), Some(FaultAsk::Off(TOO_MANY)));
    assert!(!screen(&s.app).contains("FAULT"), "{}", screen(&s.app));
    s.keys("<Esc>");
    assert!(s.app.overlays.is_empty());
}

#[test]
fn the_palette_leads_there_and_both_are_offered_in_a_sandbox_only() {
    let mut s = Story::in_sandbox(100, 30);
    s.keys("<^p>faults<Enter>");
    assert!(matches!(s.app.overlays.last(), Some(Overlay::Faults { .. })));
    s.keys("<^d>");
    assert!(s.app.overlays.is_empty(), "the same key leaves it");
    s.keys("<^p>reset the<Enter>");
    assert!(matches!(s.app.overlays.last(), Some(Overlay::Question(_))));

    let mut s = Story::begin(100, 30);
    for words in ["faults", "reset the"] {
        s.keys(&format!("<^p>{words}"));
        let text = screen(&s.app);
        assert!(!text.contains("Faults of the sandbox") && !text.contains("Reset the sandbox"), "{text}");
        s.keys("<Esc>");
    }
    s.keys("<^d><^y>");
    assert!(s.app.overlays.is_empty() && s.effects().is_empty(), "the keys mean nothing there");
}

#[test]
fn a_configured_sandbox_is_asked_when_it_is_connected_and_a_project_is_not() {
    for (place, asks) in [(Place::Sandbox, true), (Place::Ordinary, false), (Place::Production, false)] {
        let mut s = Story::connecting(80, 24);
        let Some(Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!("does not connect") };
        s.take(Message::Connected { load, result: Ok(session(place)) });
        assert_eq!(asked(&mut s).is_some(), asks, "{place:?}");
    }
    // A double of somebody else's that has no such controls is not complained about unasked.
    let mut s = Story::connecting(80, 24);
    let Some(Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!("does not connect") };
    s.take(Message::Connected { load, result: Ok(session(Place::Sandbox)) });
    told(&mut s, Err(Failure::new(FailureKind::Unreachable, "It answered 404.", "")));
    assert_eq!(s.notice(), "");
    s.effects.clear();
    s.keys("<^d>");
    told(&mut s, Err(Failure::new(FailureKind::Unreachable, "It answered 404.", "")));
    assert_eq!(s.notice(), "It answered 404.");
}

#[test]
fn what_is_on_otherwise_is_shown_and_can_be_switched_off() {
    let odd =
        SetFault { times: Some(3), action: Some("SLACK_SEND_MESSAGE".into()), ..SetFault::always(Fault::Status(503)) };
    let mut s = opened(120, 40, vec![odd, SetFault::always(Fault::Cut)]);
    let text = screen(&s.app);
    assert!(text.contains("[x] 503") && text.contains("on, 3 more, SLACK_SEND_MESSAGE only"), "{text}");
    assert!(text.contains("2 FAULTS"), "{text}");
    s.keys("503<Enter>");
    assert_eq!(asked(&mut s), Some(FaultAsk::Off(Fault::Status(503))));

    // One that is set for a number of answers is asked for again after each.
    let twice = SetFault { times: Some(2), ..SetFault::always(Fault::Cut) };
    let mut s = opened(120, 40, vec![twice]);
    s.keys("<Esc>list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.answer(id, "{}");
    assert_eq!(asked(&mut s), Some(FaultAsk::Which));
    let mut s = opened(120, 40, vec![SetFault::always(Fault::Cut)]);
    s.keys("every fault<Enter>");
    assert_eq!(asked(&mut s), Some(FaultAsk::AllOff));
}

#[test]
fn the_world_is_reset_after_a_question_that_opens_on_keeping_it() {
    let mut s = Story::in_sandbox(80, 24);
    s.keys("<^y><Enter>");
    assert!(s.effects().is_empty() && s.app.overlays.is_empty(), "Enter keeps it");
    s.keys("<^y><Right><Enter>");
    assert_eq!(s.effects(), [Effect::ResetWorld]);
    s.take(Message::WorldReset(Ok(())));
    assert_eq!(s.notice(), "The world is as at the beginning.");
    assert!(matches!(s.effects().as_slice(), [Effect::LoadConnections { .. }]), "connections begin again as well");
    s.wait(Duration::from_secs(10));
    s.take(Message::WorldReset(Err(Failure::new(FailureKind::Unreachable, "It cannot be reached.", ""))));
    assert_eq!(s.notice(), "It cannot be reached.");
    // From the list of faults too, which is there again afterwards.
    let mut s = opened(80, 24, Vec::new());
    s.keys("reset<Enter><Right><Enter>");
    assert_eq!(s.effects(), [Effect::ResetWorld]);
    assert!(matches!(s.app.overlays.last(), Some(Overlay::Faults { .. })));
}

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        let on = vec![SetFault::always(Fault::Latency(Duration::from_secs(2))), SetFault::always(Fault::Provider(500))];
        let mut s = opened(width, height, on);
        insta::assert_snapshot!(format!("faults_{width}x{height}"), picture(&s.app));
        s.keys("<^y>");
        insta::assert_snapshot!(format!("resetting_{width}x{height}"), picture(&s.app));
    }
}
