//! Large lists, and lists that come in two parts.

use akx::{
    app::overlay::Overlay,
    app::{
        Effect, Message,
        browse::ranking::rank,
        listing::Listing,
        remote::{Dated, LoadId},
    },
    domain::{
        action::Action,
        catalogue::{Catalogue, Kept},
        failure::{Failure, FailureKind},
        guard::Place,
        history::LastRun,
        search::Searcher,
        shared::Shared,
    },
};

use crate::{
    picture::screen,
    story::{ACTIONS, Story, session},
};

/// A story that is connected and waits for its list.
fn connected() -> (Story, LoadId) {
    let mut s = Story::connecting(120, 40);
    let Some(Effect::Connect { load, .. }) = s.effects().first().cloned() else { panic!("does not connect") };
    s.take(Message::Connected { load, result: Ok(session(Place::Sandbox)) });
    let effects = s.effects();
    assert!(effects.contains(&Effect::RecallUsage) && effects.contains(&Effect::RecallLastRuns), "{effects:?}");
    let load = effects.into_iter().find_map(|e| match e {
        Effect::LoadCatalogue { load } => Some(load),
        _ => None,
    });
    (s, load.expect("a list is asked for"))
}

fn dated(catalogue: Catalogue) -> Dated<Shared<Listing>> {
    Dated { value: Shared::new(Listing::new(catalogue)), at: 0 }
}

fn with_list(catalogue: Catalogue) -> Story {
    let (mut s, load) = connected();
    s.take(Message::CatalogueLoaded { load, result: Ok(dated(catalogue)) });
    s.effects();
    s
}

/// A list of so many actions in ten integrations, the last of them with a schema.
fn large(count: usize) -> Catalogue {
    let action = |n: usize| Action {
        name: format!("TOOL{}_DO_NUMBER_{n}", n % 10).as_str().into(),
        integration: format!("tool{}", n % 10).as_str().into(),
        description: "".into(),
        parameters: (n + 1 == count).then(|| r#"{"properties":{"channel":{"type":"string"}}}"#.into()),
        declared: None,
    };
    Catalogue::new((0..count).map(action).collect(), Vec::new(), None)
}

fn ranks(s: &mut Story) -> Vec<Effect> {
    s.effects().into_iter().filter(|e| matches!(e, Effect::Rank { .. })).collect()
}

fn answer(s: &mut Story, effect: &Effect) {
    let Effect::Rank { id, asked } = effect else { panic!("no search: {effect:?}") };
    let mut searcher = Searcher::new();
    let ranking = Box::new(rank(asked, &mut searcher));
    s.take(Message::Ranked { id: *id, ranking });
}

#[test]
fn a_large_list_is_searched_elsewhere_and_the_last_search_counts() {
    let mut s = with_list(large(12_000));
    s.keys("number");
    let asked = ranks(&mut s);
    assert_eq!(asked.len(), 6, "a search for every letter");
    assert!(s.app.browse.is_searching());
    // An answer to a shorter query is dropped.
    answer(&mut s, &asked[2]);
    assert!(s.app.browse.is_searching());
    answer(&mut s, &asked[5]);
    assert!(!s.app.browse.is_searching());
    assert_eq!(s.app.browse.found.hits.len(), 12_000);
}

#[test]
fn keys_that_depend_on_a_search_wait_for_it() {
    let mut s = with_list(large(12_000));
    s.keys("11999<Enter>hello");
    let asked = ranks(&mut s);
    assert!(s.app.form.is_none() && asked.len() == 5);
    answer(&mut s, &asked[4]);
    let form = s.app.form.as_ref().unwrap();
    assert_eq!(&*form.action, "TOOL9_DO_NUMBER_11999");
    assert_eq!(s.app.form.as_ref().unwrap().form.value().to_json(), r#"{"channel":"hello"}"#);
    assert_eq!(s.app.browse.query.text(), "11999");
}

#[test]
fn names_are_shown_before_schemas_and_an_action_opens_once_they_are_there() {
    let catalogue = Catalogue::read(ACTIONS.as_bytes()).unwrap();
    let kept = Kept::new(&catalogue);
    let names = Catalogue::of_names(&kept.names.into(), 0).unwrap();
    let (mut s, load) = connected();
    let recalled = |catalogue| Message::CatalogueRecalled { load, listing: dated(catalogue) };
    s.take(recalled(names.clone()));
    s.keys("send mess");
    assert!(screen(&s.app).contains("SEND_MESSAGE") && screen(&s.app).contains("Its parameters are being read"));
    s.keys("<Enter>");
    assert!(s.app.form.is_none());
    s.take(recalled(names.with_schemas(&kept.schemas, 0).unwrap()));
    assert_eq!(s.app.form.as_ref().map(|f| &*f.action), Some("SLACK_SEND_MESSAGE"));
    assert!(!screen(&s.app).contains("being read"));
}

#[test]
fn integrations_are_shown_before_names_and_what_is_typed_waits_for_these() {
    let catalogue = large(2_000);
    let kept = Kept::new(&catalogue);
    let bytes = kept.names.into();
    let names = Catalogue::of_names(&bytes, 0).unwrap();
    let (mut s, load) = connected();
    let recalled = |catalogue| Message::CatalogueRecalled { load, listing: dated(catalogue) };
    s.take(recalled(Catalogue::outline(&bytes, 0).unwrap()));
    let picture = screen(&s.app);
    assert!(picture.contains("tool0") && picture.contains(" 2,000") && !picture.contains("of 2,000"), "{picture}");
    s.keys("1999<Enter>hello");
    assert!(s.app.form.is_none() && ranks(&mut s).is_empty());
    s.take(recalled(names.clone()));
    assert_eq!(s.app.browse.found.hits.len(), 1);
    s.take(recalled(names.with_schemas(&kept.schemas, 0).unwrap()));
    let form = s.app.form.as_ref().unwrap();
    assert_eq!(&*form.action, "TOOL9_DO_NUMBER_1999");
    assert_eq!(form.form.value().to_json(), r#"{"channel":"hello"}"#);
    assert_eq!(s.app.browse.query.text(), "1999");
}

#[test]
fn a_damaged_list_is_said_and_the_server_is_asked_all_the_same() {
    let (mut s, load) = connected();
    let failure = Failure::new(FailureKind::File, "The list kept on disk cannot be read.", "");
    s.take(Message::KeptListDamaged { load, failure });
    assert!(screen(&s.app).contains("The list kept on disk cannot be read."));
    assert!(s.app.catalogue.is_going(load));
}

#[test]
fn the_list_is_compared_with_another_users() {
    let list = |schema: &str| {
        let text =
            format!(r#"{{"actions":[{{"name":"A_GET","integration":"a","description":"","parameters":{schema}}}]}}"#);
        Catalogue::read(text.as_bytes()).unwrap()
    };
    let mine = list(r#"{"properties":{"tier":{"type":"string"},"name":{}},"required":["name"]}"#);
    let theirs = list(r#"{"properties":{"name":{}}}"#);
    let drift = akx::domain::drift::compare(&mine, &theirs);
    let mut s = with_list(mine);
    s.keys("<^p>compare the list<Enter>jonas<Enter>");
    let asked = s.effects();
    assert!(matches!(&asked[..], [Effect::CompareList { with, .. }] if with == "jonas"), "{asked:?}");
    s.take(Message::ListsCompared { with: "jonas".into(), result: Ok(Shared::new(drift)) });
    let picture = screen(&s.app);
    assert!(picture.contains("only maria@acme.example.com must give name"), "{picture}");
    assert!(picture.contains("only maria@acme.example.com has tier"), "{picture}");
    s.keys("<Esc>");
    let none = Shared::new(akx::domain::drift::Drift::default());
    s.take(Message::ListsCompared { with: "jonas".into(), result: Ok(none) });
    assert_eq!(s.notice(), "The list of jonas is the same.");
}

#[test]
fn a_page_over_a_narrow_screen_is_as_narrow() {
    let list = |name: &str| {
        let text =
            format!(r#"{{"actions":[{{"name":"{name}","integration":"a","description":"","parameters":{{}}}}]}}"#);
        Catalogue::read(text.as_bytes()).unwrap()
    };
    let drift = akx::domain::drift::compare(&list("A_GET"), &list("A_SET"));
    for (width, room) in [(80, 77), (160, 89)] {
        let mut s = with_list(list("A_GET"));
        s.take(Message::Resized(akx::app::geometry::Size { width, height: 24 }));
        let with = "somebody-with-a-long-name@customer.example.com";
        s.take(Message::ListsCompared { with: with.into(), result: Ok(Shared::new(drift.clone())) });
        let Some(Overlay::Page { page, .. }) = s.app.overlays.last() else { panic!("no page") };
        let widths = page.lines.iter().map(|l| l.iter().map(|(_, t)| akx::domain::text::width(t)).sum::<usize>());
        let widest = widths.max().unwrap_or(0);
        assert!((60..=room).contains(&widest), "{widest} of {room}");
    }
}

#[test]
fn definitions_are_compared_with_the_servers() {
    use akx::domain::export::{
        Shape,
        compare::{Compared, Difference},
    };
    let mut s = with_list(large(3));
    s.keys("<^p>compare definitions<Enter>anthropic<Enter>");
    let asked = s.effects();
    assert!(
        matches!(&asked[..], [Effect::CompareDefinitions { actions, shape: Shape::Anthropic, .. }] if actions.len() == 3),
        "{asked:?}"
    );
    let difference = Difference { at: "/strict".into(), ours: None, theirs: Some(true.into()) };
    let compared =
        Compared { same: 2, different: vec![("TOOL0_DO_NUMBER_0".into(), vec![difference])], missing: Vec::new() };
    s.take(Message::DefinitionsCompared { shape: Shape::Anthropic, result: Ok(Some(compared)) });
    let picture = screen(&s.app);
    for words in ["2 the same, 1 different", "TOOL0_DO_NUMBER_0", "/strict", "akx     nothing", "server  true"] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    s.keys("<Esc>");
    s.take(Message::DefinitionsCompared { shape: Shape::OpenAi, result: Ok(None) });
    assert_eq!(s.notice(), "The server does not write OpenAI: it answered as always.");
}

#[test]
fn tokens_are_counted_elsewhere_and_summed() {
    use akx::domain::budget::Cost;
    let mut s = with_list(large(3));
    s.keys("<^p>tokens<Enter>");
    assert!(matches!(&s.effects()[..], [Effect::Weigh { actions, .. }] if actions.len() == 3));
    let cost = |name: &str, tokens| Cost { action: name.into(), integration: "x".into(), tokens };
    s.take(Message::Weighed(vec![cost("B", 70), cost("A", 30)]));
    let picture = screen(&s.app);
    assert!(picture.contains("100 tokens for 2 definitions as OpenAI tools, counted with o200k_base"), "{picture}");
    assert!(picture.contains("30") && picture.contains("\u{3a3} 100  A"), "{picture}");
}

#[test]
fn a_category_is_asked_for_once_and_its_answer_counts() {
    let mut s = with_list(large(30));
    s.keys("category:crm");
    let asked: Vec<Effect> = s.effects().into_iter().filter(|e| matches!(e, Effect::LoadCategory { .. })).collect();
    assert_eq!(asked, [Effect::LoadCategory { category: "crm".into() }]);
    assert_eq!(s.app.browse.found.problems.len(), 1, "no integration here is of that category");
    let keys = std::collections::BTreeSet::from(["tool3".into()]);
    s.take(Message::CategoryLoaded { category: "crm".into(), result: Ok(Some(keys)) });
    assert_eq!(s.app.browse.found.hits.len(), 3);
    s.keys("<Esc>category:crm");
    assert!(s.effects().iter().all(|e| !matches!(e, Effect::LoadCategory { .. })));
}

#[test]
fn the_description_tells_the_last_run() {
    let mut s = Story::in_sandbox(160, 48);
    s.keys("list channels");
    assert!(!screen(&s.app).contains("Last run"));
    s.keys("<Enter><^r>");
    let id = s.sent()[0].0;
    s.answer(id, "{}");
    s.keys("<Esc>");
    s.app.showing_form = false;
    s.wait(std::time::Duration::from_secs(1));
    let picture = screen(&s.app);
    assert!(picture.contains("Last run  200 · 312 ms"), "{picture}");
}

#[test]
fn the_description_tells_the_last_run_of_another_day() {
    let mut s = Story::in_sandbox(160, 48);
    s.keys("list channels");
    assert!(!screen(&s.app).contains("Last run"));
    let at = s.now.unix - 7_200;
    let last = |words: &str, took| LastRun { at, words: words.to_owned(), took };
    let runs = [
        ("SLACK_LIST_CHANNELS", last("429 rate limited", Some(std::time::Duration::from_millis(90)))),
        ("SLACK_GET_TEAM", last("not known: may have run", None)),
    ];
    s.take(Message::LastRunsRecalled(runs.into_iter().map(|(name, last)| (name.to_owned(), last)).collect()));
    let picture = screen(&s.app);
    assert!(picture.contains("Last run  429 rate limited · 90 ms, 2 h ago"), "{picture}");
    s.keys("<Esc>get team");
    let picture = screen(&s.app);
    assert!(picture.contains("Last run  not known: may have run, 2 h ago"), "{picture}");
}
