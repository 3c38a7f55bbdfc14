//! Journeys: what a person does, and what comes of it.

use std::time::Duration;

use akx::{
    app::{
        Effect, Message, effect::Savable, geometry::Pane, message::SaveError, remote::Dated, runs::RunState,
        session::Session, state::Stage, viewer::View,
    },
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        run::{Outcome, RunId},
        usage::{Usage, UsageChange},
        wire::Wire,
    },
};

use crate::{
    picture::screen,
    story::{ACTIONS, Story, session},
};

// Finding an action.

#[test]
fn typing_finds_and_enter_opens_the_form_in_its_first_field() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>");
    assert_eq!(s.app.form.as_ref().map(|f| &*f.action), Some("SLACK_SEND_MESSAGE"));
    assert_eq!((s.app.focus, s.field()), (Pane::Action, "channel"));
    assert_eq!(s.effects(), [Effect::Recall { action: "SLACK_SEND_MESSAGE".into() }]);
}

#[test]
fn escape_clears_the_search_and_a_second_one_does_nothing() {
    let mut s = Story::begin(120, 40);
    s.keys("email<Esc>");
    assert!(s.app.browse.query.is_empty());
    let here = s.app.browse.action();
    assert!(here.is_some(), "the cursor stays on what was found");
    s.keys("<Esc>");
    assert_eq!(s.app.browse.action(), here);
    assert_eq!(s.app.focus, Pane::Catalogue);
}

#[test]
fn integrations_fold_with_the_arrows_only_while_nothing_is_typed() {
    let mut s = Story::begin(120, 40);
    let all = s.app.browse.rows().len();
    s.keys("<Down><Left>");
    assert!(s.app.browse.rows().len() < all);
    s.keys("<Enter>");
    assert_eq!(s.app.browse.rows().len(), all);
    s.keys("slack<Left><Left>X");
    assert_eq!(s.app.browse.query.text(), "slaXck", "the arrows edit the query");
}

#[test]
fn the_definition_is_copied_from_the_description() {
    let mut s = Story::begin(120, 40);
    s.keys("team<F6>y");
    let effects = s.effects();
    let [Effect::Copy { what, text }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(what, "the definition of SLACK_GET_TEAM");
    assert!(text.contains("\"parameters\": {"), "{text}");
}

#[test]
fn an_old_list_stays_while_it_is_asked_for_again_and_when_that_fails() {
    let mut s = Story::begin(120, 40);
    s.keys("<^p>load the actions<Enter>");
    assert!(matches!(s.effects.as_slice(), [Effect::LoadCatalogue { .. }, Effect::LoadConnections { .. }]));
    let Effect::LoadCatalogue { load } = s.effects[0].clone() else { unreachable!() };
    assert!(s.app.listing().is_some());
    let failure = Failure::new(FailureKind::Unreachable, "The host could not be reached.", "Check the network.");
    s.take(Message::CatalogueLoaded { load, result: Err(failure) });
    assert!(s.app.listing().is_some());
    assert!(s.notice().contains("could not be reached") && s.notice().contains("from before"), "{}", s.notice());
}

#[test]
fn a_late_list_is_dropped() {
    let mut s = Story::begin(120, 40);
    s.keys("<^p>load the actions<Enter>");
    let Effect::LoadCatalogue { load } = s.effects[0].clone() else { unreachable!() };
    s.effects.clear();
    s.keys("<^p>load the actions<Enter>");
    let empty = akx::app::listing::Listing::new(akx::domain::catalogue::Catalogue::default());
    let late = Dated { value: akx::domain::shared::Shared::new(empty), at: 0 };
    s.take(Message::CatalogueLoaded { load, result: Ok(late) });
    assert!(s.app.listing().is_some_and(|l| !l.catalogue.is_empty()));
}

// Filling the form.

#[test]
fn only_what_was_chosen_is_sent() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send mess<Enter>#general<Tab>Hello<^r>");
    assert_eq!(s.sent_parameters(), r##"{"channel":"#general","message":"Hello"}"##);
}

#[test]
fn colon_and_question_mark_are_text_in_a_cell() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>:?");
    assert!(s.app.overlays.is_empty());
    assert_eq!(s.value().to_json(), r#"{"channel":":?"}"#);
    s.keys("<Tab><Tab>?");
    assert_eq!(s.app.overlays.len(), 1, "outside text, ? is help");
}

#[test]
fn absent_empty_and_null_are_three_things() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>x<Backspace>");
    assert_eq!(s.value().to_json(), r#"{"channel":""}"#);
    s.keys("<Backspace>");
    assert_eq!(s.value().to_json(), "{}");
}

#[test]
fn a_switch_is_switched_and_taken_away() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter><Tab><Tab><Space>");
    let first = s.value().to_json();
    s.keys("<Space>");
    let second = s.value().to_json();
    assert!(first.contains("asBot") && second.contains("asBot") && first != second, "{first} {second}");
    s.keys("<Backspace>");
    assert_eq!(s.value().to_json(), "{}");
}

#[test]
fn a_default_is_offered_and_sent_only_when_chosen() {
    let mut s = Story::begin(120, 40);
    s.keys("list chan<Enter>");
    assert_eq!(s.value().to_json(), "{}");
    s.keys("<^g>default<Enter>");
    assert_eq!(s.value().to_json(), r#"{"limit":20}"#);
}

#[test]
fn a_choice_is_picked_by_typing() {
    let mut s = Story::begin(120, 40);
    s.keys("send email<Enter>");
    while s.field() != "importance" {
        s.keys("<Tab>");
    }
    s.keys("hi<Enter>");
    assert_eq!(s.value().to_json(), r#"{"importance":"high"}"#);
}

#[test]
fn lists_grow_and_shrink_and_items_move() {
    let mut s = Story::begin(120, 40);
    s.keys("send email<Enter>");
    assert_eq!(s.field(), "to");
    s.keys("<Enter>a@example.com<^p>add an item<Enter>b@example.com");
    assert_eq!(s.value().to_json(), r#"{"to":["a@example.com","b@example.com"]}"#);
    s.keys("<^p>move the item up<Enter>");
    assert_eq!(s.value().to_json(), r#"{"to":["b@example.com","a@example.com"]}"#);
    s.keys("<^p>remove the item<Enter>");
    assert_eq!(s.value().to_json(), r#"{"to":["a@example.com"]}"#);
}

#[test]
fn an_optional_object_asks_for_its_own_fields_once_it_is_there() {
    let mut s = Story::begin(120, 40);
    s.keys("create contact<Enter>Doe");
    while s.field() != "Address" {
        s.keys("<Tab>");
    }
    assert_eq!(s.value().to_json(), r#"{"LastName":"Doe"}"#);
    s.keys("<Enter>");
    assert_eq!(s.field(), "City");
    s.keys("Bern");
    assert_eq!(s.value().to_json(), r#"{"LastName":"Doe","Address":{"City":"Bern"}}"#);
}

#[test]
fn free_keys_are_asked_for() {
    let mut s = Story::begin(120, 40);
    s.keys("send email<Enter>");
    while s.field() != "headers" {
        s.keys("<Tab>");
    }
    s.keys("<Enter>X-Mailer<Enter>akx");
    assert_eq!(s.value().to_json(), r#"{"headers":{"X-Mailer":"akx"}}"#);
}

#[test]
fn text_of_many_lines_has_its_own_editor_where_enter_is_text() {
    let mut s = Story::begin(120, 40);
    s.keys("send email<Enter>");
    while s.field() != "body" {
        s.keys("<Tab>");
    }
    s.keys("<Enter>one<Enter>two<Esc>");
    assert_eq!(s.value().to_json(), r#"{"body":"one\ntwo"}"#);
    assert_eq!(s.field(), "body");
    assert_eq!(s.app.focus, Pane::Action);
}

#[test]
fn pasted_lines_are_kept_as_lines() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>").paste("one\ntwo\n");
    assert_eq!(s.value().to_json(), r#"{"channel":"one\ntwo\n"}"#);
}

#[test]
fn a_pasted_object_fills_the_form_and_keeps_what_no_field_fits() {
    let mut s = Story::begin(120, 40);
    let pasted = r#"{"channel":"C1","message":"hi","extra":[1.50]}"#;
    s.keys("send mess<Enter>").paste(pasted);
    assert_eq!(s.value().to_json(), pasted);
}

#[test]
fn a_pasted_curl_command_fills_the_form_with_what_it_sends() {
    let mut s = Story::begin(120, 40);
    let pasted = r#"curl -X POST https://actionkit.example.com/projects/p/actions -H 'Authorization: Bearer x' \
        -d '{"action":"SLACK_SEND_MESSAGE","parameters":{"channel":"C1","message":"hi"}}'"#;
    s.keys("send mess<Enter>").paste(pasted);
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"hi"}"#);
    assert!(s.notice().contains("curl command"), "{}", s.notice());
}

#[test]
fn form_and_json_are_two_views_of_one_value() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1<^t>");
    let json = s.app.form.as_ref().and_then(|f| f.json.as_ref()).map(|j| j.text.text());
    assert_eq!(json.as_deref(), Some("{\n  \"channel\": \"C1\"\n}"));
    s.keys("<Down><End>,<Enter>\"message\": 9007199254740993<^t>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":9007199254740993}"#);
}

#[test]
fn json_that_is_none_is_said_with_its_place_and_never_lost() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1<^t><End>nonsense<^t>");
    assert!(s.notice().contains("line 1, column 2"), "{}", s.notice());
    assert!(s.app.form.as_ref().is_some_and(|f| f.json.is_some()), "the view stays");
    s.keys("<Esc>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#, "the form is as it was");
    s.keys("<^t>");
    let json = s.app.form.as_ref().and_then(|f| f.json.as_ref()).map(|j| j.text.text());
    assert!(json.is_some_and(|j| j.contains("nonsense")), "what was typed comes back");
}

#[test]
fn what_was_typed_outlives_leaving_the_form() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1<Esc><Esc>list chan<Enter>");
    assert_eq!(s.app.form.as_ref().map(|f| &*f.action), Some("SLACK_LIST_CHANNELS"));
    let kept = s.effects();
    assert!(
        kept.iter().any(|e| matches!(e, Effect::Remember { action, draft: Some(_) } if action == "SLACK_SEND_MESSAGE")),
        "{kept:?}"
    );
    s.keys("<Esc><Esc>send mess<Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
}

#[test]
fn a_draft_is_kept_when_the_fingers_rest() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1");
    assert!(!s.effects().iter().any(|e| matches!(e, Effect::Remember { .. })));
    s.wait(Duration::from_secs(1));
    assert!(matches!(s.effects().as_slice(), [Effect::Remember { draft: Some(_), .. }]));
    s.wait(Duration::from_secs(1));
    assert_eq!(s.effects(), [], "once is enough");
}

#[test]
fn a_draft_of_another_day_comes_back_unless_something_was_typed_already() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>Cold");
    let draft = s.app.form.as_ref().expect("open").form.to_draft();
    for (typed, value) in [("", r#"{"channel":"Cold"}"#), ("n", r#"{"channel":"n"}"#)] {
        let mut s = Story::begin(120, 40);
        s.keys("send mess<Enter>").keys(typed);
        s.take(Message::DraftRecalled { action: "SLACK_SEND_MESSAGE".into(), draft: Some(draft.clone()) });
        assert_eq!(s.value().to_json(), value);
    }
}

#[test]
fn the_editor_gets_the_field_and_gives_it_back() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1");
    s.effects.clear();
    s.keys("<^o>");
    assert_eq!(s.effects(), [Effect::Edit { text: "C1".into(), suffix: ".txt" }]);
    s.take(Message::Edited { result: Ok(Some("C2\n".into())) });
    assert_eq!(s.value().to_json(), r#"{"channel":"C2"}"#);
    s.keys("!");
    assert_eq!(s.value().to_json(), r#"{"channel":"C2!"}"#, "typing goes on from what the editor left");
    s.keys("<^o>").take(Message::Edited { result: Err("vi could not be started.".into()) });
    assert_eq!(s.notice(), "vi could not be started.");
}

// Running.

#[test]
fn what_is_wrong_is_said_once_and_run_again_runs_it_anyway() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send mess<Enter><^r>");
    assert_eq!(s.sent(), []);
    assert_eq!(s.field(), "channel");
    assert!(
        s.notice().contains("channel is required") && s.notice().contains("again runs it anyway"),
        "{}",
        s.notice()
    );
    s.keys("<^r>");
    assert_eq!(s.sent_parameters(), "{}");
}

#[test]
fn a_change_after_the_warning_is_checked_anew() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send mess<Enter><^r>C1<^r>");
    assert_eq!(s.sent(), [], "the message is still missing, and that has not been accepted");
}

#[test]
fn on_a_real_project_a_send_asks_first_and_typed_ahead_enters_send_nothing() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1<Tab>hi<^r><Enter><Enter>");
    assert_eq!(s.sent(), []);
    s.keys("<^r>");
    let text = screen(&s.app);
    for word in ["SLACK_SEND_MESSAGE", "slack", "maria@acme.example.com", "staging", "[ Don't run ]"] {
        assert!(text.contains(word), "{word} is not named in\n{text}");
    }
    s.keys("<Right><Enter>");
    assert_eq!(s.sent_parameters(), r#"{"channel":"C1","message":"hi"}"#);
}

#[test]
fn a_read_is_not_asked_about() {
    let mut s = Story::begin(120, 40);
    s.keys("list chan<Enter><^r>");
    let sent = s.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].1.wire, Wire::Live, "the dialect the list was written in");
}

#[test]
fn read_only_refuses_everything_else_even_while_a_question_stands() {
    let mut s = Story::begin(120, 40);
    s.keys("<^p>read-only<Enter>send mess<Enter>C1<Tab>hi<^r>");
    assert_eq!(s.sent(), []);
    assert!(s.notice().contains("read-only"), "{}", s.notice());
    s.keys("<Esc><Esc>list chan<Enter><^r>");
    assert_eq!(s.sent().len(), 1);
}

#[test]
fn a_person_can_say_what_an_action_does() {
    let mut s = Story::begin(120, 40);
    s.keys("delete mess<M2>eread<Enter>");
    let kept = s.effects();
    assert!(
        kept.iter().any(|e| matches!(e, Effect::KeepUsage(c) if format!("{c:?}").contains("SLACK_DELETE_MESSAGE"))),
        "{kept:?}"
    );
    assert!(screen(&s.app).contains("read is your word; its name says delete"));
    s.keys("<Enter>1.2<^r>");
    assert_eq!(s.sent_parameters(), r#"{"ts":"1.2"}"#, "a read is not asked about");
    s.keys("<M1><M2><Esc><Esc><M2>");
    s.keys("<M1><^p>correct what<Enter>as its name<Enter><Enter><^r>");
    assert_eq!(s.sent(), [], "and is again");
}

#[test]
fn deleting_in_production_wants_its_last_word() {
    let mut s = Story::begin_with(120, 40, session(Place::Production));
    s.keys("delete mess<Enter>1.2<^r>yes<Enter>");
    assert_eq!(s.sent(), []);
    assert!(screen(&s.app).contains("another word: type MESSAGE to run it"), "{}", screen(&s.app));
    s.keys("<^u>MESSAGE<Enter>");
    assert_eq!(s.sent_parameters(), r#"{"ts":"1.2"}"#);
}

#[test]
fn nothing_runs_on_a_catalogue_from_a_file() {
    let mut s = Story::begin_with(120, 40, Session { offline: true, ..session(Place::Ordinary) });
    s.keys("list chan<Enter><^r>");
    assert_eq!(s.sent(), []);
    assert!(s.notice().contains("from a file"), "{}", s.notice());
}

#[test]
fn several_runs_go_at_once_and_each_keeps_its_own_answer() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan<Enter><^r><^r>");
    let ids: Vec<RunId> = s.sent().into_iter().map(|(id, _)| id).collect();
    assert_eq!((ids.len(), s.app.runs.going()), (2, 2));
    s.answer(ids[0], r#"{"first":1}"#);
    assert!(s.notice().contains("answered 200"), "{}", s.notice());
    s.answer(ids[1], r#"{"second":2}"#);
    assert!(screen(&s.app).contains("second: 2"));
    s.keys("[");
    assert!(screen(&s.app).contains("first: 1"));
    s.keys("<^n><Up><Enter>");
    assert!(screen(&s.app).contains("second: 2"));
}

#[test]
fn cancelling_is_an_effect_and_a_late_answer_is_dropped() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.take(Message::RunSent(id)).keys("<^c>");
    assert_eq!(s.effects(), [Effect::Cancel(id)]);
    s.take(Message::RunFinished { id, outcome: Outcome::Cancelled { may_have_run: true }, opened: None });
    assert!(screen(&s.app).contains("may still have run"));
    s.answer(id, "{}");
    let state = &s.app.runs.get(id).expect("kept").state;
    assert!(matches!(state, RunState::Ended { outcome: Outcome::Cancelled { .. }, .. }));
    s.keys("<^c>");
    assert!(s.notice().contains("Nothing is running"));
}

#[test]
fn a_rate_limit_counts_down_and_then_lets_go() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    let mut failure = Failure::new(FailureKind::RateLimited, "Too many requests.", "Wait.");
    failure.retry_after = Some(Duration::from_secs(3));
    s.fail(id, failure).keys("<^l><^l><^r>");
    assert_eq!(s.sent(), [], "a run is never repeated by itself, nor early");
    assert!(screen(&s.app).contains("Run in 3 s"));
    s.wait(Duration::from_secs(2));
    assert!(screen(&s.app).contains("Run in 1 s"));
    assert!(s.app.next_wake(s.now).is_some_and(|w| w <= Duration::from_secs(1)));
    s.wait(Duration::from_secs(2)).keys("<^r>");
    assert_eq!(s.sent().len(), 1);
}

#[test]
fn a_failure_says_what_why_and_what_next_with_the_reply_one_key_away() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    let mut failure = Failure::new(FailureKind::Provider, "slack refused: channel_not_found.", "Check the channel.");
    failure.status = Some(500);
    failure.request_id = Some("req-9".into());
    failure.body = Some(r#"{"message":"{\"error\":\"channel_not_found\"}"}"#.into());
    s.fail(id, failure);
    let text = screen(&s.app);
    for word in ["channel_not_found", "Check the channel.", "500", "req-9"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
    s.keys("r");
    assert!(screen(&s.app).contains("\"message\""));
}

#[test]
fn json_inside_a_text_opens_in_place_and_escape_leads_back() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.answer(id, r#"{"message":"{\"inner\":{\"deep\":7}}"}"#).keys("<Down><Enter>");
    assert!(screen(&s.app).contains("deep: 7"));
    s.keys("<Esc>");
    assert!(screen(&s.app).contains("message: "));
    assert_eq!(s.app.focus, Pane::Response);
}

// Reading the answer.

fn answered(body: &str) -> Story {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.answer(id, body);
    s
}

#[test]
fn what_is_shown_for_a_mistyped_search_never_covers_what_was_typed() {
    for (width, height) in [(40, 12), (80, 24), (160, 48)] {
        let mut s = Story::in_sandbox(width, height);
        s.keys("slakc send message");
        let text = screen(&s.app);
        assert!(text.contains("› slakc send message "), "{text}");
        assert!(text.contains("Showing results for slack"), "{text}");
        s.keys("<^u>slack");
        assert!(!screen(&s.app).contains("Showing"), "{}", screen(&s.app));
    }
}

#[test]
fn a_tree_folds_and_its_paths_are_copied() {
    let mut s = answered(r#"{"ok":true,"message":{"text":"hi","tags":["a b",2]},"last":1.50}"#);
    s.keys("jj<Left>");
    assert!(screen(&s.app).contains("{ 2 }"));
    s.keys("<Right>jY");
    s.keys("y");
    assert_eq!(
        s.effects(),
        [
            Effect::Copy { what: "the path".into(), text: ".message.text".into() },
            Effect::Copy { what: ".message.text".into(), text: "hi".into() },
        ]
    );
    s.keys("Gky");
    assert!(matches!(s.effects().as_slice(), [Effect::Copy { text, .. }] if text == "1.50"));
}

#[test]
fn finding_unfolds_counts_and_goes_round() {
    let mut s = answered(r#"{"a":{"needle":1},"b":[{"x":"a needle"}],"c":2}"#);
    s.keys("-/needle");
    assert!(screen(&s.app).contains("1 of 2"));
    s.keys("<Enter>nY");
    assert!(matches!(s.effects().as_slice(), [Effect::Copy { text, .. }] if text == ".b[0].x"));
    s.keys("nY");
    assert!(matches!(s.effects().as_slice(), [Effect::Copy { text, .. }] if text == ".a.needle"));
    s.keys("<Esc>");
    assert_eq!(s.app.focus, Pane::Response, "the first Esc ends the search");
}

#[test]
fn saving_asks_for_a_name_and_before_replacing() {
    let mut s = answered(r#"{"n":1}"#);
    s.keys("s<Enter>");
    let effects = s.effects();
    let [Effect::Save { path, what: Savable::Bytes(body), replace: false }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((path.as_str(), &body[..]), ("slack_list_channels.json", &br#"{"n":1}"#[..]));
    let what = Savable::Bytes("a ticket, say".into());
    let exists = Message::Saved { path: path.clone(), what: what.clone(), result: Err(SaveError::Exists) };
    s.take(exists.clone()).keys("<Enter>");
    assert_eq!(s.effects(), [], "the harmless answer comes first");
    s.take(exists).keys("<Right><Enter>");
    assert_eq!(
        s.effects(),
        [Effect::Save { path: path.clone(), what, replace: true }],
        "the very thing that was saved"
    );
}

#[test]
fn views_turn_and_the_request_is_shown_with_the_token_masked() {
    let mut s = answered(r#"{"n":1}"#);
    let view = |s: &Story| s.app.runs.viewer().map(|v| v.view);
    for expected in [View::Raw, View::Headers, View::Request, View::Tree] {
        s.keys("<Tab>");
        assert_eq!(view(&s), Some(expected));
    }
    s.keys("<BackTab>");
    let text = screen(&s.app);
    assert!(text.contains("Bearer ••••") && text.contains("\"action\": \"SLACK_LIST_CHANNELS\""), "{text}");
}

#[test]
fn an_answer_that_is_no_json_is_shown_as_text() {
    let s = answered("<html>oops</html>");
    assert_eq!(s.app.runs.viewer().map(|v| v.view), Some(View::Raw));
    assert!(screen(&s.app).contains("oops"));
}

// Everywhere.

#[test]
fn quitting_asks_only_while_something_runs() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("<^q>");
    assert_eq!(s.effects(), [Effect::Quit]);
    s.keys("list chan<Enter><^r>");
    s.effects.clear();
    s.keys("<^q><Enter>");
    assert_eq!(s.effects(), [], "the harmless answer comes first");
    s.keys("<^q><Right><Enter>");
    assert_eq!(s.effects(), [Effect::Quit]);
}

#[test]
fn the_system_ending_the_program_keeps_what_was_typed() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1");
    s.effects.clear();
    s.take(Message::Terminate);
    assert!(matches!(s.effects().as_slice(), [Effect::Remember { draft: Some(_), .. }, Effect::Quit]));
}

#[test]
fn nothing_moves_when_nothing_happens() {
    let mut s = Story::begin_with(
        120,
        40,
        Session { claims: akx::domain::token::Claims::default(), ..session(Place::Sandbox) },
    );
    s.wait(Duration::from_secs(60));
    assert_eq!(s.app.next_wake(s.now), None);
    s.keys("list chan<Enter><^r>");
    assert!(s.app.next_wake(s.now).is_some_and(|w| w <= Duration::from_millis(100)), "a spinner turns");
}

#[test]
fn panes_are_reached_by_every_route() {
    let mut s = Story::begin(120, 40);
    s.keys("<F6>");
    assert_eq!(s.app.focus, Pane::Action);
    s.keys("<^l>");
    assert_eq!(s.app.focus, Pane::Response);
    s.keys("<M1>");
    assert_eq!(s.app.focus, Pane::Catalogue);
    s.keys("<^p>go to the response<Enter>");
    assert_eq!(s.app.focus, Pane::Response);
}

#[test]
fn a_connection_that_failed_is_tried_again_with_enter() {
    let mut s = Story::connecting(120, 40);
    let first = s.effects();
    let [Effect::Connect { load, to }] = first.as_slice() else { panic!("{first:?}") };
    let failure = Failure::new(FailureKind::Configuration, "The token file is missing.", "Make it.");
    s.take(Message::Connected { load: *load, result: Err(failure) });
    assert!(screen(&s.app).contains("The token file is missing."));
    s.keys("<Enter>");
    let again = s.effects();
    assert!(matches!(again.as_slice(), [Effect::Connect { load: l, to: t }] if l != load && t == to), "{again:?}");
}

#[test]
fn borders_follow_the_mouse() {
    let mut s = Story::begin(160, 48);
    let before = s.app.screen();
    let border = before.catalogue.expect("wide").right();
    let mouse = |s: &mut Story, kind, x| {
        s.take(Message::Mouse { kind, at: akx::app::geometry::Position::new(x, 20) });
    };
    mouse(&mut s, akx::app::message::MouseKind::Press, border);
    mouse(&mut s, akx::app::message::MouseKind::Drag, border + 7);
    mouse(&mut s, akx::app::message::MouseKind::Release, border + 7);
    mouse(&mut s, akx::app::message::MouseKind::Drag, border + 20);
    assert_eq!(s.app.screen().catalogue.map(ratatui::prelude::Rect::right), Some(border + 7));
}

#[test]
fn the_mouse_opens_fills_and_runs() {
    let mut s = Story::in_sandbox(160, 48);
    let click = |s: &mut Story, what: &str| {
        let text = screen(&s.app);
        let (y, line) =
            text.lines().enumerate().find(|(_, l)| l.contains(what)).unwrap_or_else(|| panic!("no {what} in\n{text}"));
        let x = line[..line.find(what).expect(what)].chars().count();
        let at = akx::app::geometry::Position::new(u16::try_from(x).expect("near"), u16::try_from(y).expect("near"));
        s.take(Message::Mouse { kind: akx::app::message::MouseKind::Press, at });
    };
    click(&mut s, "SEND_MESSAGE");
    assert_eq!(s.app.focus, Pane::Action);
    s.keys("C1");
    click(&mut s, "message *");
    s.keys("hi");
    click(&mut s, "[ Run ]");
    let sent = s.sent();
    assert_eq!(sent[0].1.parameters.to_json(), r#"{"channel":"C1","message":"hi"}"#);
    s.answer(sent[0].0, r#"{"ok":true}"#);
    click(&mut s, "[ Headers ]");
    assert_eq!(s.app.runs.viewer().map(|v| v.view), Some(View::Headers));
}

#[test]
fn the_welcome_screen_offers_the_sandbox_and_connecting() {
    let mut s = Story::welcome(80, 24);
    s.effects();
    s.keys("<Enter>");
    assert!(matches!(s.effects().as_slice(), [Effect::Connect { to: akx::app::effect::Destination::Sandbox, .. }]));
    let mut s = Story::welcome(80, 24);
    s.effects();
    s.keys("<Down>p-1<Tab>");
    assert!(s.app.wants_secret(), "the token is typed outside the app");
    s.take(Message::SecretEdited { length: 700 }).keys("<Tab><Tab><Tab><Enter>");
    let effects = s.effects();
    let [Effect::Connect { load, to: akx::app::effect::Destination::Project { project, .. } }] = effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(project, "p-1");
    let failure = Failure::new(FailureKind::NotAuthorised, "The token has expired.", "Paste a new one.");
    s.take(Message::Connected { load: *load, result: Err(failure) });
    assert!(matches!(&s.app.stage, Stage::Welcome(w) if w.failure.is_some() && w.project.text() == "p-1"));
    assert!(screen(&s.app).contains("The token has expired."));
}

#[test]
fn a_list_from_last_time_is_there_at_once_and_the_new_one_takes_its_place() {
    let mut s = Story::connecting(120, 40);
    let Some(Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!() };
    s.take(Message::Connected { load, result: Ok(session(Place::Ordinary)) });
    let catalogue = akx::domain::catalogue::Catalogue::read(ACTIONS.as_bytes()).expect("a list");
    let listing = akx::domain::shared::Shared::new(akx::app::listing::Listing::new(catalogue));
    let load = s.effects.iter().find_map(|e| if let Effect::LoadCatalogue { load } = e { Some(*load) } else { None });
    s.take(Message::CatalogueRecalled { load: load.expect("asked"), listing: Dated { value: listing, at: 5 } });
    s.keys("send mess");
    s.load(ACTIONS);
    assert_eq!(s.app.browse.query.text(), "send mess");
    assert!(s.app.browse.action().is_some());
    assert_eq!(s.app.catalogue.value.as_ref().map(|d| d.at), Some(s.now.unix));
}

// Copying.

#[test]
fn a_call_is_copied_as_code_with_the_values_it_has_and_without_the_token() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter>C1<Tab>it's<^x>");
    assert!(screen(&s.app).contains("Anthropic tool call"), "{}", screen(&s.app));
    s.effects.clear();
    s.keys("curl<Enter>");
    let effects = s.effects();
    let [Effect::Copy { what, text }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(what, "SLACK_SEND_MESSAGE as curl");
    assert!(text.contains("Bearer $AKX_TOKEN") && text.contains(r"it'\''s"), "{text}");
    s.keys("<^x>tool call anth<Enter>");
    let effects = s.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains("\"input\": {\n    \"channel\": \"C1\""), "{text}");
}

#[test]
fn what_is_shown_is_copied_as_an_akx_command() {
    let copied = |s: &mut Story| {
        s.effects.clear();
        s.keys("<^p>copy what is shown<Enter>");
        match s.effects().as_slice() {
            [Effect::Copy { text, .. }] => text.clone(),
            other => panic!("{other:?}"),
        }
    };
    let place = "--base-url https://actionkit.example.com --project 38b1f170-0c43-4eae-9a04-ab85325d99f7";
    let mut s = Story::in_sandbox(120, 40);
    s.keys("list chan");
    assert_eq!(copied(&mut s), format!("akx list {place} 'list chan'"));
    s.keys("<F6>");
    assert_eq!(copied(&mut s), format!("akx show SLACK_LIST_CHANNELS {place}"));
    s.keys("<Enter>7");
    let run = format!(
        "akx run SLACK_LIST_CHANNELS \\\n  {} \\\n  -p limit:=7",
        place.replace(" --project", " \\\n  --project")
    );
    assert_eq!(copied(&mut s), run);
    s.keys("<^r>");
    assert_eq!(copied(&mut s), run, "of the run that is shown");
    let session = Session { named: Some("staging".into()), ..session(Place::Ordinary) };
    let mut s = Story::begin_with(120, 40, session);
    s.keys("list chan<Enter>");
    assert_eq!(copied(&mut s), "akx run SLACK_LIST_CHANNELS --profile staging");
}

#[test]
fn the_form_has_a_button_for_copying() {
    let mut s = Story::begin(80, 24);
    s.keys("list chan<Enter><Down><Right><Right><Right><Enter>");
    let text = screen(&s.app);
    assert!(text.contains("Copy as") && text.contains("OpenAI tool call"), "{text}");
}

// What a person uses.

#[test]
fn favourites_stand_on_top_are_found_and_go_again() {
    let mut s = Story::begin(120, 40);
    s.keys("send email<^f>");
    assert_eq!(s.effects(), [Effect::KeepUsage(UsageChange::Favourite("GMAIL_SEND_EMAIL".into(), true))]);
    assert!(s.notice().contains("is a favourite now"), "{}", s.notice());
    s.keys("<Esc><^u>");
    let text = screen(&s.app);
    assert!(text.contains("start here") && text.contains("★ GMAIL_SEND_EMAIL"), "{text}");
    s.keys("is:fav");
    assert_eq!(s.app.browse.found.hits.len(), 1);
    s.keys("<Enter><^p>favourite, or<Enter>");
    let turned = Effect::KeepUsage(UsageChange::Favourite("GMAIL_SEND_EMAIL".into(), false));
    assert!(s.effects().contains(&turned));
    s.keys("<Esc>");
    assert!(s.app.browse.found.hits.is_empty(), "the search follows");
}

#[test]
fn what_was_run_is_recent_and_wins_ties() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("team<Enter><^r>");
    assert!(s.effects().contains(&Effect::KeepUsage(UsageChange::Ran("SLACK_GET_TEAM".into()))));
    s.keys("<M1><Esc>");
    assert!(screen(&s.app).contains("start here"));
    s.keys("is:recent");
    assert_eq!(s.app.browse.found.hits.len(), 1);
    assert_eq!(s.app.browse.action(), s.app.listing().and_then(|l| l.catalogue.position("SLACK_GET_TEAM")));
}

#[test]
fn what_was_used_another_day_comes_back_together_with_what_was_used_since() {
    let mut s = Story::begin(120, 40);
    let mut usage = Usage::default();
    usage.change(&UsageChange::Ran("SLACK_LIST_CHANNELS".into()));
    s.take(Message::UsageRecalled(usage.clone()));
    assert!(screen(&s.app).contains("SLACK_LIST_CHANNELS"), "{}", screen(&s.app));
    let mut s = Story::begin(120, 40);
    s.keys("team<^f>").take(Message::UsageRecalled(usage));
    assert!(s.app.usage.is_favourite("SLACK_GET_TEAM"));
    assert_eq!(s.app.usage.uses_of("SLACK_LIST_CHANNELS"), 1);
}

#[test]
fn the_order_turns_and_is_said() {
    let mut s = Story::begin(120, 40);
    s.keys("<^o>");
    assert_eq!(s.notice(), "Sorted by name.");
    let text = screen(&s.app);
    let at = |name: &str| text.find(name).unwrap_or_else(|| panic!("{name} in {text}"));
    assert!(at(" DELETE_MESSAGE") < at(" GET_TEAM") && at(" GET_TEAM") < at(" SEND_MESSAGE"));
    s.keys("<^o><^o><^o>");
    let text = screen(&s.app);
    assert!(text.find(" SEND_MESSAGE") < text.find(" DELETE_MESSAGE"), "as the server lists them");
}

#[test]
fn a_qualifier_is_completed_with_tab() {
    let mut s = Story::begin(120, 40);
    s.keys("ki");
    assert!(screen(&s.app).contains("Tab kind:"), "{}", screen(&s.app));
    s.keys("<Tab>");
    assert_eq!(s.app.browse.query.text(), "kind:");
    assert!(screen(&s.app).contains("Tab read  write  send"), "{}", screen(&s.app));
    s.keys("d<Tab>");
    assert_eq!(s.app.browse.query.text(), "kind:delete ");
    assert_eq!(s.app.browse.found.hits.len(), 1);
    s.keys("<Tab>");
    assert_eq!(s.app.focus, Pane::Action, "with nothing to complete it is the next pane");
}

#[test]
fn a_wrong_qualifier_is_said_and_what_it_names_is_not_found() {
    let mut s = Story::begin(120, 40);
    s.keys("colour:red send");
    let text = screen(&s.app);
    assert!(text.contains("There is no qualifier colour:"), "{text}");
    s.keys("<^u>in:slak send");
    let text = screen(&s.app);
    assert!(text.contains("Did you mean in:slack?") && !text.contains("SEND_MESSAGE"), "{text}");
    assert!(text.contains("No action matches."), "{text}");
}

#[test]
fn what_changed_is_marked_found_and_listed() {
    let mut s = changed(120, 40);
    let text = screen(&s.app);
    assert!(text.contains("GET_TEAM  new") && text.contains("SEND_MESSAGE  changed"), "{text}");
    s.keys("is:new");
    assert_eq!(s.app.browse.found.hits.len(), 1);
    s.keys("<^p>what changed<Enter>");
    let text = screen(&s.app);
    for words in ["3 h ago: 1 added, 1 removed, 1 changed.", "SLACK_GET_TEAM", "message is new, and required"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let mut s = Story::begin(120, 40);
    s.keys("<^p>what changed<Enter>");
    assert!(s.notice().contains("no list of another time"), "{}", s.notice());
}

/// A story whose list differs from the one of three hours ago.
pub(crate) fn changed(width: u16, height: u16) -> Story {
    let mut s = Story::begin(width, height);
    let read = |list: &str| akx::domain::catalogue::Catalogue::read(list.as_bytes()).expect("a list");
    let old = ACTIONS
        .replace("SLACK_GET_TEAM", "SLACK_GET_WORKSPACE")
        .replacen(r#""message": {"type": "string", "description": "What to say.", "minLength": 1},"#, "", 1)
        .replacen(r#"["channel", "message"]"#, r#"["channel"]"#, 1);
    let (old, new) = (read(&old), read(ACTIONS));
    let drift = akx::domain::drift::compare(&old, &new);
    let listing = akx::app::listing::Listing::new(new).with_news(drift, s.now.unix - 3 * 3600);
    s.keys("<^p>load the actions<Enter>");
    let load = s.effects().iter().find_map(|e| if let Effect::LoadCatalogue { load } = e { Some(*load) } else { None });
    let value = akx::domain::shared::Shared::new(listing);
    let at = s.now.unix;
    s.take(Message::CatalogueLoaded { load: load.expect("asked"), result: Ok(Dated { value, at }) });
    s
}

#[test]
fn an_old_list_says_how_old_it_is() {
    let mut s = Story::begin(120, 40);
    assert!(!screen(&s.app).contains("ago"));
    s.wait(Duration::from_secs(3 * 3600));
    assert!(screen(&s.app).contains("6 · 3 h ago"), "{}", screen(&s.app));
    s.keys("<^p>load the actions<Enter>");
    s.load(ACTIONS);
    assert!(!screen(&s.app).contains("ago"));
}

// Definitions for agents.

#[test]
fn what_is_listed_is_exported_to_a_file() {
    let mut s = Story::begin(120, 40);
    s.keys("in:slack kind:read<^p>export the actions<Enter>");
    s.effects.clear();
    s.keys("anthropic<Enter>");
    assert!(screen(&s.app).contains("Save 2 definitions (Anthropic) to"), "{}", screen(&s.app));
    s.keys("<Enter>");
    let effects = s.effects();
    let [Effect::Save { path, what: Savable::Bytes(body), replace: false }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(path, "actions.anthropic.json");
    let written = akx::domain::document::Value::parse(body).expect("JSON");
    let name = |i: usize| written.as_array().and_then(|a| a.get(i)?.get("name")?.as_str().map(str::to_owned));
    assert_eq!((name(0).as_deref(), name(1).as_deref()), (Some("SLACK_LIST_CHANNELS"), Some("SLACK_GET_TEAM")));
}

#[test]
fn what_is_listed_is_weighed_and_each_description_says_its_own() {
    let mut s = Story::begin(120, 40);
    s.keys("in:slack<^p>tokens<Enter>");
    let effects = s.effects();
    let Some(Effect::Weigh { listing, actions }) = effects.last() else { panic!("{effects:?}") };
    let actions: Vec<_> = actions.iter().filter_map(|at| listing.action(*at)).collect();
    let costs = akx::domain::budget::costs(&actions, akx::domain::export::Shape::OpenAi);
    s.take(Message::Weighed(costs));
    let text = screen(&s.app);
    assert!(text.contains("for 4 definitions") && text.contains("SLACK_GET_TEAM"), "{text}");
    s.keys("<Esc>");
    assert!(screen(&s.app).contains("For an agent  about"), "{}", screen(&s.app));
}
