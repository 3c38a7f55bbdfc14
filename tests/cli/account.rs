//! `akx choices`, and the pages of an answer.

use akx::domain::{document::Value, wire::Wire};
use wiremock::{Mock, ResponseTemplate, matchers};

use crate::support::{Akx, Sandbox, Server, USER, keys, text};

#[test]
fn choices_are_listed_by_id_and_label() {
    for wire in [Wire::Live, Wire::Seed] {
        let akx = Sandbox::start(wire);
        let akx = akx.akx(USER);
        let listed = akx.run(&["choices", "SLACK_SEND_MESSAGE", "channel"]).ended(0);
        assert!(listed.data().starts_with("C0123456789\t#general\n"), "{}", listed.data());
        let json = akx.run(&["choices", "SLACK_SEND_MESSAGE", "channel", "GEN", "--json"]).ended(0).json();
        let [one] = json.as_array().unwrap_or_default() else { panic!("{json}") };
        assert_eq!(keys(one), ["id", "label", "note"]);
        assert_eq!((text(one, "id"), text(one, "label")), ("C0123456789".to_owned(), "#general".to_owned()));
        let named = ["choices", "SLACK_SEND_MESSAGE", "channel", "gen", "--source", "SLACK_LIST_CHANNELS"];
        assert_eq!(akx.run(&named).ended(0).data(), "C0123456789\tgeneral\n");
        let none = akx.run(&["choices", "SLACK_SEND_MESSAGE", "channel", "zzz"]).ended(0);
        assert_eq!(none.data(), "");
        assert_eq!(none.words(), "Nothing in channels matches.\n");
        let some = akx.run(&["choices", "SLACK_SEND_MESSAGE", "channel", "--limit", "2"]).ended(0);
        assert_eq!(some.data().lines().count(), 2);
        some.says("--limit shows more");
    }
}

#[test]
fn choices_depend_on_parameters_and_read_only_lets_them_through() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = sandbox.akx(USER);
    let listed = akx.run(&["choices", "GOOGLE_SHEETS_CREATE_ROW", "spreadsheetId", "--read-only"]).ended(0).data();
    let tabs: Vec<String> = listed
        .lines()
        .filter_map(|line| line.split('\t').next())
        .map(|id| {
            let given = format!("spreadsheetId={id}");
            akx.run(&["choices", "GOOGLE_SHEETS_CREATE_ROW", "worksheet", "-p", &given]).ended(0).data()
        })
        .collect();
    assert!(tabs.len() >= 2 && tabs[0] != tabs[1], "{tabs:?}");
}

#[test]
fn what_cannot_be_chosen_is_said() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = sandbox.akx(USER);
    akx.run(&["choices", "SLACK_SEND_MESSAGE", "message"]).ended(2).says("Nothing in the account is known to fit");
    akx.run(&["choices", "SLACK_SEND_MESSAGE", "chanel"]).ended(2).says("no parameter chanel");
    akx.run(&["choices", "SLACK_SEND_MESSAGE", "channel", "--source", "zzz"]).ended(1).says("no source");
    akx.run(&["choices", "SLACK_SEND_MESSAGE", "channel", "--offline"]).ended(2).says("offline");
    let error = akx.run(&["choices", "SLACK_SEND_MESAGE", "channel", "--json"]).json_error(1, "unknown_action");
    assert!(text(&error, "hint").contains("SLACK_SEND_MESSAGE"));
}

#[test]
fn all_pages_are_one_document() {
    for wire in [Wire::Live, Wire::Seed] {
        let sandbox = Sandbox::start(wire);
        let akx = sandbox.akx(USER);
        let run = ["run", "HUBSPOT_GET_RECORDS_CONTACTS", "--all-pages", "--json"];
        let all = akx.run(&run).ended(0).json();
        let told = ["output", "status", "took_ms", "request_id", "dialect", "pages", "records", "complete", "stopped"];
        assert_eq!(keys(&all), told);
        let records = all.get("output").and_then(|o| o.get("results")).and_then(Value::as_array).map_or(0, <[_]>::len);
        assert_eq!((all.get("pages").and_then(Value::as_i64), records), (Some(3), 28), "{wire}");
        assert_eq!(
            (all.get("records").and_then(Value::as_i64), text(&all, "stopped")),
            (Some(28), "that is all".to_owned())
        );
        let two = akx.run(&["run", "HUBSPOT_GET_RECORDS_CONTACTS", "--all-pages", "--limit", "2", "--csv"]).ended(0);
        assert_eq!(two.data().lines().count(), 21, "a heading and two pages of ten");
        two.says("warning: 2 pages, 20 records; stopped at the limit, there is more.");
    }
}

/// A server whose list has as many pages as `answers`, each answered after the one before.
fn pages(answers: Vec<ResponseTemplate>) -> Server {
    let server = Server::answering(200, "{}");
    server.with_answers(answers);
    server
}

fn page(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_owned(), "application/json")
}

const ALL: [&str; 3] = ["run", "SLACK_LIST_CHANNELS", "--all-pages"];

#[test]
fn a_page_refused_as_one_too_many_is_asked_for_again() {
    let too_many = ResponseTemplate::new(429).insert_header("retry-after", "0");
    let server =
        pages(vec![page(r#"{"a":[9007199254740993],"nextPageCursor":"x"}"#), too_many, page(r#"{"a":[ 1.0 ]}"#)]);
    let ended = Akx::at(&server.base_url()).run(&ALL).ended(0);
    assert_eq!(ended.data(), r#"{"a":[9007199254740993,1.0]}"#);
    let second = r#"{"action":"SLACK_LIST_CHANNELS","parameters":{"paginationParameters":{"pageCursor":"x"}}}"#;
    assert_eq!(server.asked().iter().filter(|asked| asked.ends_with(second)).count(), 2);
}

#[test]
fn what_came_before_a_failure_is_printed_with_the_failures_exit_code() {
    let failed =
        || ResponseTemplate::new(500).set_body_raw(r#"{"message":"Away.","code":"41070"}"#, "application/json");
    let first = || page(r#"{"a":[1],"nextPageCursor":"x"}"#);
    let ended = Akx::at(&pages(vec![first(), failed()]).base_url()).run(&ALL).ended(1);
    assert_eq!(ended.data(), r#"{"a":[1],"nextPageCursor":"x"}"#);
    let ended = ended.says("1 page, 1 record; stopped: ").says("Away.");
    drop(ended);
    let mut json = ALL.to_vec();
    json.push("--json");
    let told = Akx::at(&pages(vec![first(), failed()]).base_url()).run(&json).ended(1).json();
    assert_eq!(told.get("complete"), Some(&Value::Bool(false)), "{told}");
    // Without a single page it is a failure like any.
    Akx::at(&pages(vec![failed()]).base_url()).run(&json).json_error(1, "provider");
}

#[test]
fn pages_that_come_again_are_the_end() {
    let again = || page(r#"{"a":[1],"nextPageCursor":"x"}"#);
    let ended = Akx::at(&pages(vec![again(), again(), again()]).base_url()).run(&ALL).ended(0);
    assert_eq!(ended.data(), r#"{"a":[1,1],"nextPageCursor":"x"}"#);
    ended.says("the server named a page again");
}

#[test]
fn what_does_more_than_read_is_not_repeated_unasked() {
    let server = Server::answering(200, "{}");
    let send = ["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1", "--all-pages", "--limit", "5"];
    Akx::at(&server.base_url()).run(&send).ended(7).says("up to 5 times");
    let sandbox = Sandbox::start(Wire::Live);
    sandbox.akx(USER).run(&send).ended(5);
    let run = ["run", "SLACK_SEND_MESSAGE", "--no-validate", "--all-pages"];
    sandbox.akx(USER).run(&run).ended(7).says("up to 100 times");
    assert!(!server.asked().iter().any(|asked| asked.starts_with("POST")), "nothing was sent");
    Akx::at(&server.base_url()).run(&["run", "SLACK_LIST_CHANNELS", "--limit", "5"]).ended(2).says("--all-pages");
}

impl Server {
    /// Answers the runs to come with these, one after the other.
    fn with_answers(&self, answers: Vec<ResponseTemplate>) {
        self.mount_first(
            answers
                .into_iter()
                .map(|answer| Mock::given(matchers::method("POST")).respond_with(answer).up_to_n_times(1)),
        );
    }
}
