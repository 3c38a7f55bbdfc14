//! What was run: kept without its secrets, listed, shown, run again and handed over; also when akx is killed.

use std::process::{Child, Stdio};

use akx::domain::document::Value;

use crate::support::{Akx, Server, Silent, USER, binary, text};

const READ: [&str; 2] = ["run", "SLACK_LIST_CHANNELS"];

/// A list with one action whose parameter is write-only.
const LOGIN: &str = r#"{"actions":{"vault":[{"type":"function","function":{"name":"VAULT_GET_ENTRY","description":"",
"parameters":{"type":"object","properties":{"name":{"type":"string"},"unlock":{"type":"string","writeOnly":true},
"headers":{"type":"object","additionalProperties":{"type":"string"}}}}}}]},"errors":[]}"#;

fn start(akx: &Akx, arguments: &[&str]) -> Child {
    std::process::Command::new(binary())
        .args(arguments)
        .env_clear()
        .envs(akx.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().filter_map(|r| r.get("id")?.as_i64()).collect()
}

#[test]
fn every_run_is_listed_shown_and_its_answer_printed() {
    let server = Server::answering(200, r#"{"ok": true,"n":0.10}"#);
    let akx = Akx::at(&server.base_url());
    akx.run(&["history"]).ended(0).says("Nothing has been run yet.");
    akx.run(&["run", "SLACK_LIST_CHANNELS", "-p", "limit=10"]).ended(0);
    akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1", "--yes"]).ended(0);
    akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1"]).ended(7);
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--dry-run"]).ended(0);

    let listed = akx.run(&["history"]).ended(0).data();
    let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 2, "what was refused or only printed was not run: {listed}");
    assert_eq!(lines[0][0], "2");
    assert_eq!(lines[0][2..4], ["SLACK_SEND_MESSAGE", "200"]);
    assert_eq!(lines[1][5], USER);

    let found = akx.run(&["history", "list_ch", "--status", "ok", "--since", "1h", "--json"]).ended(0).json();
    assert_eq!(ids(&found), [1]);
    assert_eq!(ids(&akx.run(&["history", "--status", "bad", "--json"]).ended(0).json()), [] as [i64; 0]);
    assert_eq!(ids(&akx.run(&["history", "--before", "1h", "--json"]).ended(0).json()), [] as [i64; 0]);
    akx.run(&["history", "nothing-like-it"]).ended(0).says("No run in the history matches.");
    akx.run(&["history", "--since", "soon"]).ended(2).says("a span such as 90m");

    let shown = akx.run(&["history", "show", "1"]).ended(0).data();
    assert!(shown.contains("SLACK_LIST_CHANNELS") && shown.contains("\"limit\": 10"), "{shown}");
    let answer = akx.run(&["history", "show", "1", "--response"]).ended(0).data();
    assert_eq!(answer, r#"{"ok": true,"n":0.10}"#, "byte for byte");
    let object = akx.run(&["history", "show", "2", "--json"]).ended(0).json();
    assert_eq!((text(&object, "ended"), text(&object, "side_effect")), ("answered".into(), "send".into()));
    akx.run(&["history", "show", "9"]).ended(2).says("There is no run 9");
}

#[test]
fn runs_are_pinned_and_deleted_for_good() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    for _ in 0..4 {
        akx.run(&READ).ended(0);
    }
    akx.run(&["history", "pin", "1", "2"]).ended(0).says("Runs 1, 2 are pinned.");
    akx.run(&["history", "unpin", "2"]).ended(0);
    akx.run(&["history", "delete", "4"]).ended(0);
    akx.run(&["history", "purge"]).ended(2).says("It is not said what to delete.");
    akx.run(&["history", "purge", "--all"]).ended(7).says("Delete 2 runs from the history for good?");
    akx.run(&["history", "purge", "--all", "--yes"]).ended(0).says("2 deleted. 1 pinned stay");
    assert_eq!(ids(&akx.run(&["history", "--json"]).ended(0).json()), [1]);
    akx.run(&["history", "purge", "--all", "--pinned", "--yes"]).ended(0).says("1 deleted.");
}

#[test]
fn nothing_is_kept_where_that_was_asked_for() {
    let server = Server::answering(200, "{}");
    let config = "[profiles.quiet]\nproject = \"p-1\"\npersist = false\n";
    for (akx, more) in [
        (Akx::at(&server.base_url()), &["--no-history"][..]),
        (Akx::at(&server.base_url()).with("AKX_NO_HISTORY", "1"), &[]),
        (Akx::at(&server.base_url()).config(config), &["--profile", "quiet"]),
    ] {
        akx.run(&[&READ[..], more].concat()).ended(0);
        assert!(!akx.path("history.sqlite").exists(), "{more:?}");
    }
}

#[test]
fn what_was_cut_off_by_a_kill_may_have_run() {
    let server = Silent::start();
    let akx = Akx::at(&server.base_url());
    let mut child = start(&akx, &["run", "X_GET", "--wire", "live", "--no-validate"]);
    let stream = server.request(&mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stream);
    let list = akx.run(&["history", "--json"]).ended(0).json();
    let record = &list.as_array().unwrap()[0];
    assert_eq!((text(record, "action"), text(record, "ended")), ("X_GET".into(), "unknown".into()));
    assert_eq!(record.get("may_have_run"), Some(&Value::Bool(true)));
    akx.run(&["history", "show", "1"]).ended(0);
    // The next program goes on with the same file.
    let answering = Server::answering(200, "{}");
    akx.with("AKX_BASE_URL", &answering.base_url()).run(&READ).ended(0);
}

#[test]
fn a_run_is_run_again_and_what_was_secret_is_asked_for() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let run = ["run", "X_GET", "--wire", "live", "--no-validate", "-p", "name=a"];
    akx.run(&[&run[..], &["-p", "api_key=planted"]].concat()).ended(0);
    let again = ["replay", "1", "--wire", "live", "--no-validate"];
    let refused = akx.run(&again).ended(5).says("secrets are not kept, here /api_key");
    assert!(refused.words().contains("-p /api_key=…"), "{}", refused.words());
    akx.run(&[&again[..], &["-p", "api_key=planted", "-p", "name=b"]].concat()).ended(0);
    let sent = server.asked();
    assert_eq!(
        sent[sent.len() - 1],
        r#"POST /projects/p-1/actions {"action":"X_GET","parameters":{"name":"b","api_key":"planted"}}"#
    );
    akx.run(&["replay", "7"]).ended(2);
    akx.run(&["replay", "none.json"]).ended(2);
    // The guard rails stand here as well.
    akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1", "--yes"]).ended(0);
    akx.run(&["replay", "3"]).ended(7).says("reaches other people");
    akx.run(&["replay", "3", "--read-only", "--yes"]).ended(7).says("read-only");
}

#[test]
fn a_ticket_is_a_bundle_that_can_be_replayed() {
    let server = Server::answering(404, r#"{"message":"no such channel; token=planted-answer"}"#);
    let akx = Akx::at(&server.base_url());
    akx.run(&["ticket"]).ended(2).says("There is no run in the history");
    akx.run(&["run", "SLACK_LIST_CHANNELS", "-p", "limit=10"]).ended(1);
    let page = akx.run(&["ticket"]).ended(0).data();
    for there in ["# SLACK_LIST_CHANNELS", USER, "404", "akx replay"] {
        assert!(page.contains(there), "{there} in {page}");
    }
    let out = akx.path("handed over");
    let said = akx.run(&["ticket", "1", "--out", &out.display().to_string()]).ended(0);
    let names: Vec<String> = said.words().lines().filter_map(|l| l.strip_prefix("Wrote ")).map(str::to_owned).collect();
    assert_eq!(names.len(), 3, "{}", said.words());
    assert!(!akx.everything_written().contains("planted-answer"));
    let replay = names.iter().find(|n| n.ends_with(".replay.json")).unwrap();
    akx.run(&["replay", replay, "--dry-run"]).ended(0);
    akx.run(&["replay", &replay.replace(".replay", "")]).ended(1);
    let elsewhere = akx.with("AKX_PROJECT_ID", "p-2");
    elsewhere.run(&["replay", replay, "--dry-run"]).says("It was run with project p-1; now it runs with p-2.");
}

#[test]
fn a_ticket_made_at_once_holds_secrets_only_when_told_to() {
    let server = Server::answering(200, r#"{"access_token":"planted-answer"}"#);
    let akx = Akx::at(&server.base_url()).with("AKX_NO_HISTORY", "1");
    let run = ["run", "X_GET", "--wire", "live", "--no-validate", "-p", "secret=planted-sent", "--ticket"];
    let masked = akx.path("masked").display().to_string();
    akx.run(&[&run[..], &[&masked]].concat()).ended(0).says("parameters/secret: named like a secret");
    assert!(!akx.everything_written().contains("planted"));
    let whole = akx.path("whole").display().to_string();
    akx.run(&[&run[..], &[&whole, "--unredacted"]].concat()).ended(0).says("secrets too");
    let written = akx.everything_written();
    assert!(written.contains("planted-answer") && written.contains("planted-sent"));
}

/// Every place a secret can come in by, every file and stream it must not go out by.
#[test]
fn planted_secrets_are_nowhere() {
    use wiremock::ResponseTemplate;
    let answer = r#"{"access_token":"planted-1","note":"xoxb-planted2-1234567890","nested":{"client_secret":"planted-3"},
        "log":"GET /?api_key=planted-4 HTTP/1.1\nAuthorization: Bearer planted-5"}"#;
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnktdXNlciJ9.planted-6";
    for status in [200, 400, 500] {
        let reply = ResponseTemplate::new(status)
            .insert_header("set-cookie", "sid=planted-7")
            .insert_header("x-auth-token", "planted-8")
            .set_body_raw(answer, "application/json");
        let server = Server::with(reply);
        let akx = Akx::at(&server.base_url()).with("AKX_TOKEN", token);
        let list = akx.file("list.json", LOGIN);
        let log = akx.path("akx.log").display().to_string();
        let out = akx.path("out").display().to_string();
        let mut said = String::new();
        let run = [
            "run",
            "VAULT_GET_ENTRY",
            "-p",
            "name=a",
            "-p",
            "unlock=planted-9",
            "-p",
            "headers:={\"Authorization\":\"Basic planted-a\",\"X-Api-Key\":\"planted-b\",\"Cookie\":\"planted-c\"}",
            "--catalogue",
            &list,
            "--wire",
            "live",
            "--log",
            &log,
            "--ticket",
            &out,
        ];
        let ended = akx.run(&run);
        // The answer itself is what was asked for; what is said about it is not.
        said += &ended.words();
        for command in [
            &["history"][..],
            &["history", "show", "1"],
            &["history", "show", "1", "--json"],
            &["history", "show", "1", "--response"],
            &["ticket"],
            &["ticket", "--json"],
            &["ticket", "--out", &out],
            &["replay", "1", "--dry-run"],
        ] {
            let ended = akx.run(command);
            said += &(ended.data() + &ended.words());
        }
        let rows = akx.file("rows.csv", "name,unlock\na,planted-9\n");
        akx.run(&["run", "VAULT_GET_ENTRY", "--each", &rows, "--catalogue", &list, "--wire", "live", "--yes"]);
        std::fs::remove_file(&rows).unwrap();
        assert!(said.contains("VAULT_GET_ENTRY") && said.contains("***"), "{said}");
        let at = said.find("planted");
        assert_eq!(at.map(|at| &said[at.saturating_sub(60)..said.len().min(at + 30)]), None, "status {status}");
        let written = akx.everything_written();
        assert!(written.contains("VAULT_GET_ENTRY"));
        let at = written.find("planted");
        assert_eq!(at.map(|at| written.get(at.saturating_sub(60)..at + 30)), None, "status {status}");
        // What is compressed in the history cannot be searched for as it lies there.
        let kept = akx.run(&["history", "show", "1", "--response"]).ended(0).data();
        assert!(kept.contains("***") && !kept.contains("planted"), "{kept}");
    }
}

/// What has neither a name nor a shape of its own is masked because akx knows it: the token, the key it signs with, the
/// password of the proxy, what the environment holds under a secret's name.
#[test]
fn secrets_that_are_known_are_nowhere_whatever_they_look_like() {
    use wiremock::ResponseTemplate;
    let key = include_str!("../../assets/sandbox/sandbox-private-key.pem");
    let line = key.lines().filter(|line| line.len() == 64).nth(3).unwrap();
    let secrets = ["opaque-token-planted1", "planted2-of-the-environment", "planted3-of-the-proxy", line];
    let echo = secrets.join(" and ");
    for status in [200, 400, 500] {
        let body = format!(r#"{{"message":"you sent {echo}","list":["{}"]}}"#, secrets.join("\",\""));
        let reply =
            ResponseTemplate::new(status).insert_header("x-echo", secrets[0]).set_body_raw(body, "application/json");
        let server = Server::with(reply);
        let akx = Akx::at(&server.base_url())
            .with("AKX_TOKEN", secrets[0])
            .with("MY_API_KEY", secrets[1])
            .with("AKX_PROXY", &format!("http://me:{}@127.0.0.1:9", secrets[2]))
            .with("AKX_SIGNING_KEY", &key.replace('\n', "\\n"));
        let (log, out) = (akx.path("akx.log").display().to_string(), akx.path("out").display().to_string());
        let limit = format!("limit={echo}");
        let run = ["run", "SLACK_LIST_CHANNELS", "-p", &limit, "--no-validate", "--log", &log, "--ticket", &out];
        let ended = akx.run(&run);
        let mut said = ended.words();
        akx.run(&["saved", "add", "mine", "SLACK_LIST_CHANNELS", "-p", &limit]).ended(0);
        for command in [
            &["history"][..],
            &["history", "show", "1", "--json"],
            &["history", "show", "1", "--response"],
            &["ticket"],
            &["ticket", "--json"],
            &["ticket", "--out", &out],
        ] {
            let ended = akx.run(command);
            said += &(ended.data() + &ended.words());
        }
        let rows = akx.file("rows.jsonl", &format!("{{\"limit\":\"{echo}\"}}\n"));
        akx.run(&["run", "SLACK_LIST_CHANNELS", "--each", &rows, "--no-validate", "--yes"]);
        akx.run(&["users", "add", "maria", "--note", "pilot"]).ended(0);
        std::fs::remove_file(&rows).unwrap();
        let written = akx.everything_written();
        for secret in secrets {
            assert!(!said.contains(secret), "status {status}: {secret} in {said}");
            assert!(!written.contains(secret), "status {status}: {secret} in what was written");
        }
        assert!(said.contains("known to be secret"), "{said}");
    }
}

#[cfg(unix)]
fn look(path: &std::path::Path, seen: &mut usize) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in std::fs::read_dir(path).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{:o} {}", mode, entry.path().display());
        *seen += 1;
        if entry.path().is_dir() {
            look(&entry.path(), seen);
        }
    }
}

#[cfg(unix)]
#[test]
fn what_is_written_is_the_owners_alone() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", "limit\n1\n2\n");
    akx.run(&READ).ended(0);
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--each", &rows]).ended(0);
    akx.run(&["ticket", "--out", &akx.path("out").display().to_string()]).ended(0);
    let mut seen = 0;
    look(&akx.path("."), &mut seen);
    assert!(seen > 5, "{seen} entries");
}

#[test]
fn a_history_that_cannot_be_written_does_not_stand_in_the_way() {
    let server = Server::answering(200, r#"{"ok":1}"#);
    let akx = Akx::at(&server.base_url());
    std::fs::create_dir(akx.path("history.sqlite")).unwrap();
    let ended = akx.run(&READ).ended(0).says("This run is not kept.");
    assert_eq!(ended.data(), r#"{"ok":1}"#);
    akx.run(&["history"]).ended(2).says("history.sqlite");
}
