//! Calls kept under a name.

use crate::support::{Akx, Server, text};

const SENT: &str = r#"POST /projects/p-1/actions {"action":"SLACK_LIST_CHANNELS","parameters":"#;

#[test]
fn a_call_is_saved_listed_run_and_deleted() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    akx.run(&["saved", "list"]).ended(0).says("No call is saved");
    akx.run(&["saved", "add", "ten of them", "SLACK_LIST_CHANNELS", "-p", "limit=10"])
        .ended(0)
        .says("Saved ten of them");
    let listed = akx.run(&["saved", "list"]).ended(0).data();
    assert_eq!(listed, "ten of them\tSLACK_LIST_CHANNELS\tslack\n");
    let shown = akx.run(&["saved", "show", "ten of them", "--json"]).ended(0).json();
    assert_eq!(
        shown.to_json(),
        r#"{"name":"ten of them","action":"SLACK_LIST_CHANNELS","integration":"slack","parameters":{"limit":10}}"#
    );
    akx.run(&["run", "--saved", "ten of them"]).ended(0);
    assert_eq!(server.asked().last().map(String::as_str), Some(&*format!("{SENT}{{\"limit\":10}}}}")));
    akx.run(&["run", "slack_list_channels", "--saved", "ten of them", "-p", "limit=20"]).ended(0);
    assert_eq!(server.asked().last().map(String::as_str), Some(&*format!("{SENT}{{\"limit\":20}}}}")));
    akx.run(&["saved", "delete", "ten of them"]).ended(0);
    akx.run(&["saved", "delete", "ten of them"]).ended(2).says("There is no saved call \"ten of them\"");
    akx.run(&["run", "--saved", "ten of them"]).ended(2).says("There is no saved call");
}

#[test]
fn a_saved_call_is_not_written_over_or_run_as_another() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let add = ["saved", "add", "a", "SLACK_LIST_CHANNELS"];
    akx.run(&add).ended(0);
    akx.run(&add).ended(2).says("already");
    akx.run(&["saved", "add", "a", "SLACK_LIST_CHANNELS", "-p", "limit=1", "--replace"]).ended(0);
    let shown = akx.run(&["saved", "show", "a"]).ended(0).json();
    assert_eq!(shown.get("parameters").map(akx::domain::document::Value::to_json).as_deref(), Some("{\"limit\":1}"));
    assert_eq!(text(&shown, "name"), "a");
    akx.run(&["run", "OTHER", "--saved", "a"]).ended(2).says("a is a call of SLACK_LIST_CHANNELS, not of OTHER");
    akx.run(&["run"]).ended(2).says("<ACTION>");
}

#[test]
fn a_saved_call_holds_no_secret() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let add = ["saved", "add", "s", "SLACK_LIST_CHANNELS", "-p", "limit=1", "-p", "api_key=planted"];
    akx.run(&add).ended(0).says("without its secrets (/api_key): give them with -p");
    assert!(!akx.everything_written().contains("planted"));
    akx.run(&["run", "--saved", "s", "-p", "api_key=planted", "--no-validate"]).ended(0);
    assert_eq!(
        server.asked().last().map(String::as_str),
        Some(&*format!("{SENT}{{\"limit\":1,\"api_key\":\"planted\"}}}}"))
    );
}
