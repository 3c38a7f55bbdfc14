//! The engine, over a provider made for it and over the files.

use super::*;
use crate::domain::document::Value;

const LIBRARY: &str = r#"{
  "integration": "library",
  "errors": {"not_found": {"gone": "{{error.resource}}/{{error.id}}"}, "invalid": {"bad": "{{error.message}}", "kind": "{{error.kind}}"}},
  "resources": {
    "author": {"records": [
      {"id": "A1", "name": "Ursula", "born": 1929, "agent_id": "G1"},
      {"id": "A2", "name": "Stanislaw", "born": 1921}
    ]},
    "agent": {"records": [{"id": "G1", "city": "Portland"}]},
    "book": {
      "id": "key", "id_style": "B<n:10>", "also_known_as": ["Volume"],
      "fields_in": "properties", "fields": {"writer": "_.author"},
      "relations": {"Author": {"in": "author", "by": "author_id"}},
      "new": {"properties": {"shelf": "new"}, "made": "{{now.iso}}"},
      "text": ["properties.title", "_.notes"],
      "records": [
        {"key": "B1", "attributes": {"type": "Book"}, "properties": {"title": "The Dispossessed", "pages": 341, "author_id": "A1"}, "_": {"author": "Ursula", "notes": "ambiguous utopia"}},
        {"key": "B2", "attributes": {"type": "Book"}, "properties": {"title": "Solaris", "pages": "204", "author_id": "A2"}, "_": {"author": "Stanislaw"}},
        {"key": "B3", "attributes": {"type": "Book"}, "properties": {"title": "The Lathe of Heaven", "pages": 184, "author_id": "A1"}, "_": {"author": "Ursula"}}
      ]
    },
    "loan": {"id_style": "L<n>", "newest_first": true}
  },
  "actions": {
    "ADD": {"do": "create", "resource": "book", "set": {"properties": {"...": "{{param}}"}}},
    "GET": {"do": "get", "resource": "{{param.type || 'book'}}", "id": "{{param.id}}"},
    "BY_TITLE": {"do": "get", "resource": "book", "by": "properties.title", "id": "{{param.title}}"},
    "LIST": {"do": "list", "resource": "book", "formula": "{{param.filter}}", "words": "{{param.words}}",
      "where": {"writer": "{{param.writer}}"}, "like": {"title": "{{param.title}}"},
      "sort": {"by": "{{param.sort}}", "descending": "{{param.direction}}"},
      "page": {"by": "cursor", "at": "{{param.cursor}}", "size": "{{param.size}}"},
      "reply": {"keys": "{{records | each key}}", "next": "{{page.next}}", "total": "{{page.total}}"}},
    "OFFSET": {"do": "list", "resource": "book", "page": {"by": "offset", "at": "{{param.skip}}", "size": 2},
      "reply": {"keys": "{{records | each key}}", "next": "{{page.next}}"}},
    "NUMBER": {"do": "list", "resource": "book", "page": {"by": "number", "at": "{{param.page}}", "size": 2},
      "reply": {"keys": "{{records | each key}}", "next": "{{page.next}}", "pages": "{{page.pages}}"}},
    "QUERY": {"do": "list", "soql": "{{param.q}}", "reply": {"size": "{{page.total}}", "records": "{{records}}"}},
    "CHANGE": {"do": "update", "resource": "book", "id": "{{param.id}}",
      "set": {"properties": {"...": "{{param | without id}}"}, "was": "{{record.properties.title}}"}},
    "BURN": {"do": "delete", "resource": "book", "id": "{{param.id}}",
      "also": [{"do": "delete", "resource": "loan", "where": {"book": "{{record.key}}"}}], "reply": {"burnt": "{{record.key}}"}},
    "BURN_SHELF": {"do": "delete", "resource": "book", "where": {"properties.shelf": "{{param.shelf}}"}},
    "LEND": {"do": "create", "resource": "loan",
      "find": [{"as": "book", "in": "book", "is": "{{param.book}}"},
               {"as": "reader", "in": "author", "by": "name", "is": "{{param.reader}}", "optional": true}],
      "set": {"book": "{{book.key}}", "to": "{{reader.id || user.name}}"},
      "also": [{"do": "update", "resource": "book", "id": "{{book.key}}", "set": {"lent": true}}]},
    "LOANS": {"do": "list", "resource": "loan", "reply": {"$each": "{{records}}", "$as": "{{item.id}}:{{item.book}}:{{item.to}}"}},
    "HALFWAY": {"do": "create", "resource": "author", "set": {"name": "nobody"},
      "also": [{"do": "update", "resource": "nonsense", "id": "x", "set": {}}]},
    "HELLO": {"do": "answer", "reply": {"hello": "{{user.name}}"}}
  }
}"#;

fn library() -> Store {
    let provider = data::read("library", LIBRARY);
    Store::new(Arc::new(provider.unwrap_or_else(|e| panic!("{e}"))))
}

fn json(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{e} in {text}"))
}

fn run(store: &mut Store, action: &str, parameters: &str) -> String {
    let user = json(r#"{"id":"u","name":"Maria","email":"maria@example.com"}"#);
    match store.run(action, &json(parameters), &user) {
        Ok(value) => value.to_json(),
        Err(Refusal::Provider { missing, body }) => format!("refused {missing} {body}"),
        Err(Refusal::Parameters(reasons)) => format!("parameters {}", reasons.join("; ")),
        Err(Refusal::Unknown) => "unknown".to_owned(),
    }
}

#[test]
fn what_is_created_can_be_got_found_changed_and_deleted() {
    let mut store = library();
    assert_eq!(
        run(&mut store, "ADD", r#"{"title":"Kindred","price":0.10}"#),
        r#"{"key":"B11","properties":{"shelf":"new","title":"Kindred","price":0.10},"made":"2026-11-02T09:00:17.000Z"}"#
    );
    assert!(run(&mut store, "GET", r#"{"id":"B11"}"#).contains("Kindred"));
    assert!(run(&mut store, "BY_TITLE", r#"{"title":"Kindred"}"#).contains("B11"));
    assert_eq!(run(&mut store, "LIST", r#"{"words":"kindred"}"#), r#"{"keys":["B11"],"total":1}"#);
    let changed = run(&mut store, "CHANGE", r#"{"id":"B11","price":12.00}"#);
    assert!(
        changed.contains(r#""title":"Kindred","price":12.00}"#) && changed.contains(r#""was":"Kindred""#),
        "{changed}"
    );
    assert_eq!(run(&mut store, "BURN", r#"{"id":"B11"}"#), r#"{"burnt":"B11"}"#);
    assert_eq!(run(&mut store, "GET", r#"{"id":"B11"}"#), r#"refused true {"gone":"book/B11"}"#);
    assert_eq!(run(&mut store, "BURN", r#"{"id":"B11"}"#), r#"refused true {"gone":"book/B11"}"#);
}

#[test]
fn hidden_members_are_searched_but_never_shown() {
    let mut store = library();
    let shown = run(&mut store, "GET", r#"{"id":"B1"}"#);
    assert!(shown.contains("The Dispossessed") && !shown.contains("utopia"), "{shown}");
    assert_eq!(run(&mut store, "LIST", r#"{"words":"utopia"}"#), r#"{"keys":["B1"],"total":1}"#);
    assert_eq!(run(&mut store, "LIST", r#"{"writer":"Ursula"}"#), r#"{"keys":["B1","B3"],"total":2}"#);
}

#[test]
fn lists_filter_sort_and_page() {
    let mut store = library();
    let formula = |field: &str, operator: &str, value: &str| {
        format!(
            r#"{{"filter":{{"operator":"OR","conditions":[{{"operator":"AND","conditions":[{{"field":"{field}","operator":"{operator}","value":{value}}}]}}]}}}}"#
        )
    };
    for (parameters, expected) in [
        ("{}".to_owned(), r#"{"keys":["B1","B2","B3"],"total":3}"#),
        (formula("pages", "$numberGreaterThan", "200"), r#"{"keys":["B1","B2"],"total":2}"#),
        (formula("properties.title", "$stringStartsWith", r#""Sol""#), r#"{"keys":["B2"],"total":1}"#),
        (formula("Author.name", "$stringExactlyMatches", r#""Ursula""#), r#"{"keys":["B1","B3"],"total":2}"#),
        (r#"{"title":"the"}"#.to_owned(), r#"{"keys":["B1","B3"],"total":2}"#),
        (r#"{"sort":"pages","direction":"desc"}"#.to_owned(), r#"{"keys":["B1","B2","B3"],"total":3}"#),
        (r#"{"sort":"title","direction":"asc"}"#.to_owned(), r#"{"keys":["B2","B1","B3"],"total":3}"#),
        (r#"{"size":"2"}"#.to_owned(), r#"{"keys":["B1","B2"],"next":"b2Zmc2V0OjI=","total":3}"#),
        (r#"{"size":2,"cursor":"b2Zmc2V0OjI="}"#.to_owned(), r#"{"keys":["B3"],"total":3}"#),
        (
            r#"{"cursor":"x"}"#.to_owned(),
            r#"refused false {"bad":"The page asked for is not one this list gave.","kind":"cursor"}"#,
        ),
        (
            r#"{"filter":{"operator":"AND","conditions":[]}}"#.to_owned(),
            "parameters The filter must be an OR of ANDs: its outermost operator is AND.",
        ),
    ] {
        assert_eq!(run(&mut store, "LIST", &parameters), expected, "{parameters}");
    }
    assert_eq!(run(&mut store, "OFFSET", "{}"), r#"{"keys":["B1","B2"],"next":2}"#);
    assert_eq!(run(&mut store, "OFFSET", r#"{"skip":2}"#), r#"{"keys":["B3"]}"#);
    assert_eq!(run(&mut store, "NUMBER", "{}"), r#"{"keys":["B1","B2"],"next":2,"pages":2}"#);
    assert_eq!(run(&mut store, "NUMBER", r#"{"page":"2"}"#), r#"{"keys":["B3"],"pages":2}"#);
}

#[test]
fn soql_selects_filters_and_counts() {
    let mut store = library();
    let mut query = |q: &str| run(&mut store, "QUERY", &Value::from(Object::from_iter([("q", q)])).to_json());
    assert_eq!(
        query("SELECT title, Author.name, isbn FROM volume WHERE Author.born < 1925 ORDER BY title LIMIT 1"),
        r#"{"size":1,"records":[{"attributes":{"type":"Book"},"title":"Solaris","Author":{"name":"Stanislaw"},"isbn":null}]}"#
    );
    assert_eq!(
        query("SELECT title FROM book WHERE Author.agent_id = 'G1' ORDER BY pages DESC LIMIT 5 OFFSET 1"),
        r#"{"size":1,"records":[{"attributes":{"type":"Book"},"title":"The Lathe of Heaven"}]}"#
    );
    assert_eq!(query("SELECT COUNT() FROM book WHERE pages > 200"), r#"{"size":2,"records":[]}"#);
    assert!(query("SELECT title FROM saga").contains(r#""kind":"resource""#));
    assert!(query("SELECT title FROM").contains(r#""kind":"query""#));
}

#[test]
fn relations_hold() {
    let mut store = library();
    assert_eq!(run(&mut store, "LEND", r#"{"book":"B2","reader":"Ursula"}"#), r#"{"id":"L1","book":"B2","to":"A1"}"#);
    run(&mut store, "LEND", r#"{"book":"B1"}"#);
    assert_eq!(run(&mut store, "LEND", r#"{"book":"B9"}"#), r#"refused true {"gone":"book/B9"}"#);
    assert_eq!(run(&mut store, "LEND", "{}"), r#"refused true {"gone":"book/"}"#);
    assert_eq!(run(&mut store, "LOANS", "{}"), r#"["L2:B1:Maria","L1:B2:A1"]"#);
    assert!(run(&mut store, "GET", r#"{"id":"B2"}"#).contains(r#""lent":true"#));
    run(&mut store, "BURN", r#"{"id":"B2"}"#);
    assert_eq!(run(&mut store, "LOANS", "{}"), r#"["L2:B1:Maria"]"#);
}

#[test]
fn a_change_for_many_needs_a_condition() {
    let mut store = library();
    run(&mut store, "ADD", r#"{"title":"One"}"#);
    run(&mut store, "ADD", r#"{"title":"Two"}"#);
    assert!(run(&mut store, "BURN_SHELF", "{}").starts_with("refused true"));
    run(&mut store, "BURN_SHELF", r#"{"shelf":"new"}"#);
    assert_eq!(run(&mut store, "LIST", "{}"), r#"{"keys":["B1","B2","B3"],"total":3}"#);
}

#[test]
fn what_fails_halfway_has_changed_nothing() {
    let mut store = library();
    let before = store.dump();
    assert!(run(&mut store, "HALFWAY", "{}").starts_with("refused false"));
    assert_eq!(store.dump(), before);
}

#[test]
fn resources_are_found_by_any_of_their_names() {
    let mut store = library();
    assert!(run(&mut store, "GET", r#"{"type":"AUTHOR","id":"A1"}"#).contains("Ursula"));
    assert!(run(&mut store, "GET", r#"{"type":"volume","id":"B1"}"#).contains("B1"));
    assert!(run(&mut store, "GET", r#"{"type":"film","id":"F1"}"#).contains(r#"no object of the type \"film\""#));
    assert_eq!(run(&mut store, "HELLO", "{}"), r#"{"hello":"Maria"}"#);
    assert_eq!(run(&mut store, "DANCE", "{}"), "unknown");
}

#[test]
fn an_account_holds_so_many_records_and_no_more() {
    let mut store = library();
    for _ in 0..10_100 {
        run(&mut store, "ADD", "{}");
    }
    let list = json(&run(&mut store, "LIST", r#"{"size":1}"#));
    let total = list.get("total").and_then(Value::as_i64).unwrap_or_default();
    assert!((9_900..=10_000).contains(&total), "{list:?}");
    assert!(run(&mut store, "GET", r#"{"id":"B3"}"#).contains("Lathe"), "what was there at the beginning stays");
    assert!(run(&mut store, "GET", r#"{"id":"B11"}"#).starts_with("refused true"), "the oldest is gone");
}

#[test]
fn the_worlds_kept_are_bounded_and_the_latest_used_stay() {
    let mut worlds = Worlds::default();
    let mut hello = |id: usize| {
        let caller = Caller { id: id.to_string() };
        let seat = Seat { caller: &caller, integration: "acme", account: 0 };
        worlds.run(seat, "ACME_HELLO", &json(r#"{"a":0.10}"#)).map(|done| done.answer.to_json()).ok()
    };
    let first = hello(0);
    assert!(first.as_ref().is_some_and(|f| f.contains(r#""received":{"a":0.10}"#)), "{first:?}");
    assert_ne!(hello(0), first, "an echo has an id of its own");
    for id in 1..=WORLDS_AT_MOST {
        hello(id);
    }
    assert_eq!(hello(0), first, "forgotten, so begun again");
}

#[test]
fn a_world_that_was_saved_goes_on_where_it_was() {
    let caller = Caller { id: "u".into() };
    let seat = |account| Seat { caller: &caller, integration: "slack", account };
    let say = |worlds: &mut Worlds, account, text: &str| {
        let parameters = format!(r#"{{"channel":"general","message":"{text}","botName":"b","botIcon":"i"}}"#);
        worlds
            .run(seat(account), "SLACK_SEND_MESSAGE", &json(&parameters))
            .map(|done| (done.changes.len(), done.answer))
            .ok()
    };
    let mut worlds = Worlds::default();
    assert_eq!(say(&mut worlds, 0, "one").map(|(changes, _)| changes), Some(1));
    say(&mut worlds, 1, "two");
    let mut loaded = Worlds::default();
    loaded.load(&worlds.save());
    assert_eq!(loaded.dump(), worlds.dump());
    assert_eq!(say(&mut loaded, 0, "three"), say(&mut worlds, 0, "three"));
}

#[test]
fn every_action_of_the_files_is_in_the_catalogue() {
    let providers = data::providers().unwrap_or_else(|e| panic!("{e}"));
    for (integration, provider) in providers {
        for name in provider.actions.keys() {
            let known = crate::sandbox::catalogue::entry(name).map(|(i, _)| i.key.to_string());
            assert_eq!(known.as_deref(), Some(integration), "{name}");
        }
        let listed = crate::sandbox::catalogue::integration(integration).map(|i| i.entries.as_slice());
        for entry in listed.unwrap_or_default() {
            assert!(provider.actions.contains_key(&*entry.action.name), "{} has no data", entry.action.name);
        }
    }
}
