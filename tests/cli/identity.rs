//! Whom akx speaks for: `akx connections`, `akx doctor`, accounts, users and profiles.

use akx::domain::{document::Value, wire::Wire};

use crate::support::{Akx, Sandbox, Server, USER, keys, text};

/// The members of an array.
fn items(value: &Value) -> Vec<Value> {
    value.as_array().map(<[Value]>::to_vec).unwrap_or_default()
}

#[test]
fn connections_tell_states_and_accounts_and_never_a_providers_token() {
    let sandbox = Sandbox::start(Wire::Live);
    let told = sandbox.akx(USER).run(&["connections", "--json"]).ended(0).json();
    let slack = items(&told).into_iter().find(|c| text(c, "integration") == "slack").unwrap();
    assert_eq!(keys(&slack), ["integration", "state", "accounts"]);
    assert_eq!(text(&slack, "state"), "connected");
    let lines = sandbox.akx(USER).run(&["connections"]).ended(0).data();
    let slack = lines.lines().find(|l| l.starts_with("slack\t")).unwrap();
    assert!(slack.starts_with("slack\tconnected\t"), "{slack}");
    for secret in ["access_token", "xoxb", "eyJ"] {
        assert!(!lines.contains(secret) && !told.to_json().contains(secret), "{secret}");
    }
    sandbox.akx(USER).run(&["connections", "nowhere"]).ended(2).says("does not speak of an integration nowhere");
}

#[test]
fn what_is_asked_for_by_name_and_not_connected_is_exit_code_4() {
    let sandbox = Sandbox::start(Wire::Live);
    let jonas = sandbox.akx("jonas@acme.example.com");
    jonas.run(&["connections", "hubspot"]).ended(4).says("hubspot: not connected.");
    jonas.run(&["connections", "salesforce"]).ended(4).says("has to connect it again");
    jonas.run(&["connections", "slack"]).ended(0);
    jonas.run(&["connections"]).ended(0);
}

#[test]
fn a_run_names_the_account_it_is_for() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let shown = akx.run(&["run", "SLACK_LIST_CHANNELS", "--account", "cred-1", "--dry-run"]).ended(0).data();
    assert!(shown.contains("x-paragon-credential: cred-1"), "{shown}");
    let code = akx.run(&["run", "SLACK_LIST_CHANNELS", "--account", "cred-1", "--as", "curl"]).ended(0).data();
    assert!(code.contains("X-Paragon-Credential: cred-1"), "{code}");
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--account", "cred-1"]).ended(0);
    assert_eq!(server.header("POST", "x-paragon-credential"), Some("cred-1".to_owned()));
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--account", "a\nb"]).ended(2).says("credential id");
}

#[test]
fn the_doctor_finds_nothing_wrong_in_the_sandbox_and_reads_only_when_told() {
    let sandbox = Sandbox::start(Wire::Live);
    let healthy = sandbox.akx(USER).run(&["doctor", "--json"]).json();
    assert_eq!(keys(&healthy), ["user", "project", "base_url", "summary", "checks", "differences", "for_customer"]);
    let verdict = |report: &Value, check: &str| {
        let line = items(report.get("checks").unwrap()).into_iter().find(|c| text(c, "check") == check);
        line.map(|line| text(&line, "verdict"))
    };
    for check in ["Token", "Signature", "Project", "Time", "Host", "TLS", "Proxy", "Clock", "Access", "Actions"] {
        assert_eq!(verdict(&healthy, check).as_deref(), Some("ok"), "{check}: {healthy}");
    }
    assert_eq!(verdict(&healthy, "slack read"), None);
    let with_reads = sandbox.akx(USER).run(&["doctor", "--run-reads", "--json"]).json();
    assert_eq!(verdict(&with_reads, "slack read").as_deref(), Some("ok"), "{with_reads}");
    let jonas = sandbox.akx("jonas@acme.example.com").run(&["doctor", "--json"]).ended(4).json();
    assert_eq!(verdict(&jonas, "salesforce").as_deref(), Some("failed"));
    assert!(jonas.get("for_customer").unwrap().to_json().contains("connect salesforce again"), "{jonas}");
    let report = sandbox.akx(USER).run(&["doctor", "--markdown"]).data();
    assert!(report.starts_with("# akx doctor\n") && report.contains("## For the customer"), "{report}");
}

#[test]
fn the_doctor_tells_a_refused_token_from_a_server_that_is_not_there() {
    let sandbox = Sandbox::start(Wire::Live);
    // Signed with the sandbox's key, but for another project.
    let other = sandbox.akx(USER).with("AKX_PROJECT_ID", "another");
    other.run(&["doctor"]).ended(3);
    let gone = Akx::at("http://127.0.0.1:9").run(&["doctor"]).ended(6).data();
    assert!(gone.contains("failed       Host"), "{gone}");
    assert!(gone.contains("→ "), "{gone}");
}
