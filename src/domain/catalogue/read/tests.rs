use super::*;
use crate::domain::side_effect::SideEffect;

fn read(text: &str) -> Catalogue {
    Catalogue::read(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Every action as `integration/NAME schema`, and every problem.
fn told(text: &str) -> (Option<Wire>, Vec<String>, Vec<String>) {
    let catalogue = read(text);
    let actions = catalogue
        .actions()
        .map(|a| format!("{}/{} {}", a.integration, a.name, a.parameters.as_deref().unwrap_or("-")))
        .collect();
    let problems = catalogue
        .problems()
        .iter()
        .map(|p| p.about.as_deref().map_or_else(|| p.message.clone(), |about| format!("{about} {}", p.message)))
        .collect();
    (catalogue.wire(), actions, problems)
}

#[test]
fn every_known_shape_is_read() {
    let slack = vec![r#"slack/SLACK_A {"type":"object"}"#.to_owned()];
    for (shape, wire) in [
        (
            r#"{"actions":[{"name":"SLACK_A","description":"d","integration":"slack","parameters":{"type":"object"}}]}"#,
            Some(Wire::Seed),
        ),
        (
            r#"{"actions":{"slack":[{"type":"function","function":{"name":"SLACK_A","description":"d","parameters":{"type":"object"}}}]},"errors":[]}"#,
            Some(Wire::Live),
        ),
        (
            r#"{"tools":{"slack":[{"type":"function","function":{"name":"SLACK_A","parameters":{"type":"object"}}}]}}"#,
            Some(Wire::LiveTools),
        ),
        (
            r#"{"errors":[],"actions":[{"type":"function","function":{"name":"SLACK_A","parameters":{"type":"object"}}}]}"#,
            Some(Wire::Live),
        ),
        (
            r#"{"slack":[{"type":"function","function":{"name":"SLACK_A","parameters":{"type":"object"}}}]}"#,
            Some(Wire::Live),
        ),
        (
            r#"{"body":{"actions":{"slack":[{"function":{"name":"SLACK_A","parameters":{"type":"object"}},"type":"function"}]}}}"#,
            Some(Wire::Live),
        ),
        (r#"[{"type":"function","function":{"name":"SLACK_A","parameters":{"type":"object"}}}]"#, None),
        (r#"[{"name":"SLACK_A","description":"d","input_schema":{"type":"object"}}]"#, None),
        (r#"{"tools":[{"name":"SLACK_A","description":"d","inputSchema":{"type":"object"}}],"nextCursor":"x"}"#, None),
        (r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"SLACK_A","inputSchema":{"type":"object"}}]}}"#, None),
        ("\u{feff}{\"actions\":[{\"name\":\"SLACK_A\",\"parameters\":{\"type\":\"object\"}}]}", Some(Wire::Seed)),
    ] {
        assert_eq!(told(shape), (wire, slack.clone(), vec![]), "{shape}");
    }
}

#[test]
fn empty_lists_are_lists_and_tell_their_dialect() {
    for flat in [r#"{"actions":[]}"#, r#"{"actions":[],"errors":[]}"#, r#"{"errors":[],"tools":[]}"#] {
        assert_eq!(told(flat), (None, vec![], vec![]), "{flat} could be any dialect's");
    }
    assert_eq!(told(r#"{"actions":{},"errors":[]}"#), (Some(Wire::Live), vec![], vec![]));
    assert_eq!(told(r#"{"tools":{}}"#), (Some(Wire::LiveTools), vec![], vec![]));
    assert_eq!(told("[]"), (None, vec![], vec![]));
    assert_eq!(told(r#"{"slack":[]}"#), (Some(Wire::Live), vec![], vec![]));
}

#[test]
fn what_is_good_is_kept_and_what_is_not_is_reported() {
    let (_, actions, problems) = told(
        r#"{"actions":{"slack":[7,"SLACK_B",null,[],{"function":[]},{"function":{"name":""}},{"type":"function","function":
            {"name":"SLACK_A","description":{"no":1},"parameters":"text","extra":{"deep":[1e999]}}},
            {"function":{"name":"SLACK_C","description":null,"parameters":null}}],
            "gmail":{"not":"an array"},"notion":null}}"#,
    );
    assert_eq!(actions, ["slack/SLACK_A -", "slack/SLACK_C -"]);
    assert_eq!(
        problems,
        [
            "An entry of slack is left out: it is a number, not an action's definition.",
            "An entry of slack is left out: it is text, not an action's definition.",
            "An entry of slack is left out: it is null, not an action's definition.",
            "An entry of slack is left out: it is an array, not an action's definition.",
            "An action of slack is left out: it has no name.",
            "An action of slack is left out: it has no name.",
            "SLACK_A has an object for a description, which is left out.",
            "SLACK_A has text for a schema: its parameters are one free JSON object.",
            "gmail is left out: its actions are an object, not an array.",
            "notion is left out: its actions are null, not an array.",
        ]
    );
}

#[test]
fn schemas_and_texts_are_kept_to_the_character() {
    let c = read(
        r#"{"actions":[{"integration":"a","name":"A\u005fB","description":"line\nnext \ud800",
        "parameters": {"x" : 1e400, "x":[ ] }}]}"#,
    );
    let action = &c.action(0).unwrap();
    assert_eq!(&*action.name, "A_B");
    assert_eq!(&*action.description, "line\nnext \u{fffd}");
    assert_eq!(action.parameters.as_deref(), Some(r#"{"x" : 1e400, "x":[ ] }"#));
}

#[test]
fn what_the_server_reports_is_passed_on_in_any_shape() {
    let errors = r#"[{"integration":"hubspot","type":"AUTH","message":"Token revoked"},"plain",{"odd":true},
        {"type":"X","message":"m"}]"#;
    let (_, _, problems) = told(&format!(r#"{{"actions":{{}},"errors":{errors}}}"#));
    assert_eq!(
        problems,
        [
            "hubspot could not be loaded, says the server: Token revoked (AUTH)",
            "The server reports: plain",
            "The server reports: {\"odd\":true}",
            "The server reports: m (X)",
        ]
    );
    let (_, _, problems) = told(r#"{"errors":{"gmail":"down"},"actions":{}}"#);
    assert_eq!(problems, ["gmail could not be loaded, says the server: down"]);
    let (_, _, problems) = told(r#"{"errors":null,"actions":{}}"#);
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn hints_of_mcp_and_agent_os_are_the_servers_word() {
    let c = read(
        r#"{"tools":[{"name":"a","annotations":{"readOnlyHint":true,"destructiveHint":true}},
        {"name":"b","annotations":{"readOnlyHint":false,"destructiveHint":true}},
        {"name":"c","annotations":{"readOnlyHint":false,"destructiveHint":false}},
        {"name":"d","annotations":{"readOnlyHint":false}},{"name":"e","annotations":7},{"name":"f","sideEffect":"send"}]}"#,
    );
    let declared: Vec<_> = c.actions().map(|a| a.declared).collect();
    assert_eq!(
        declared,
        [Some(SideEffect::Read), Some(SideEffect::Delete), Some(SideEffect::Write), None, None, Some(SideEffect::Send)]
    );
}

#[test]
fn paragons_format_is_read_and_said() {
    let (wire, actions, problems) = told(
        r#"{"actions":{"slack":[{"name":"SLACK_A","title":"Send","inputs":[{"id":"text","type":"TEXT"}]},
        {"name":"SLACK_B","inputs":7}]},"errors":[]}"#,
    );
    assert_eq!(wire, Some(Wire::Live));
    assert_eq!(
        actions,
        [r#"slack/SLACK_A {"type":"object","properties":{"text":{"type":"string"}}}"#, "slack/SLACK_B -"]
    );
    assert_eq!(
        problems,
        [
            "SLACK_B has inputs that are not an array: its parameters are one free JSON object.",
            "1 action listed in Paragon's input format: the schema is derived from the inputs.",
        ]
    );
}

#[test]
fn what_is_no_list_says_what_it_is() {
    for (text, words) in [
        ("<html>", "it is not JSON: line 1, column 1: expected a JSON value, found '<'"),
        (r#"{"actions":["#, "it is not JSON: line 1, column 13: expected a JSON value, found the end of the text"),
        (r#"{"message":"x","code":"7"}"#, "it holds no list of actions: it is an object of message, code"),
        ("{}", "it holds no list of actions: it is an empty object"),
        ("null", "it holds no list of actions: it is null"),
        (r#""text""#, "it holds no list of actions: it is text"),
    ] {
        assert_eq!(Catalogue::read(text.as_bytes()).map(|c| c.len()).map_err(|e| e.to_string()), Err(words.to_owned()));
    }
    let deep = format!("{}{}", r#"{"body":"#.repeat(2000), "}".repeat(2000));
    assert!(Catalogue::read(deep.as_bytes()).is_err());
}

#[test]
fn problems_are_bounded() {
    let text = format!("[{}1]", "1,".repeat(999));
    let c = read(&text);
    assert_eq!(c.problems().len(), PROBLEM_LIMIT + 1);
    assert_eq!(c.problems().last().map(|p| &*p.message), Some("800 more problems are not listed."));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in r#"[\[\]{}":, a-z0-9\\]{0,200}"#) {
        let _ = Catalogue::read(text.as_bytes());
    }

    #[test]
    fn pieces_of_lists_in_any_order_never_panic(parts in proptest::collection::vec(0_usize..12, 0..40)) {
        const PARTS: [&str; 12] = ["{", "}", "[", "]", "\"actions\":", "\"name\":\"A_B\"", ",", "\"function\":",
            "\"parameters\":{}", "\"slack\":", "\"errors\":[]", "null"];
        let text: String = parts.iter().map(|&i| PARTS[i]).collect();
        let _ = Catalogue::read(text.as_bytes());
    }
}
