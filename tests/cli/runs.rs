//! `akx run`: what is sent, what is printed, and what stands in the way.

use akx::domain::{document::Value, wire::Wire};
use wiremock::ResponseTemplate;

use crate::support::{Akx, Sandbox, Server, Silent, USER, binary, keys, text};

const RUN: &str = "POST /projects/p-1/actions ";

#[test]
fn a_run_reaches_the_sandbox_in_both_dialects_without_being_asked_about() {
    for wire in [Wire::Live, Wire::Seed] {
        let sandbox = Sandbox::start(wire);
        let send = [
            "run",
            "SLACK_SEND_MESSAGE",
            "-p",
            "channel=C0123456789",
            "-p",
            "message=Hello",
            "-p",
            "botName=akx",
            "-p",
            "botIcon=:wave:",
            "--json",
        ];
        let sent = sandbox.akx(USER).run(&send).ended(0).json();
        assert_eq!(keys(&sent), ["output", "status", "took_ms", "request_id", "dialect"]);
        assert_eq!(text(&sent, "dialect"), wire.name());
        assert_eq!(sent.get("output").and_then(|o| o.get("ok")), Some(&Value::Bool(true)), "{sent}");
    }
}

#[test]
fn in_a_pipe_the_answer_is_exact_to_the_byte() {
    let body = "{\"n\" : 0.10,\r\n \"n\":9007199254740993, \"t\":\"\\u001b\"}";
    let server = Server::answering(201, body);
    let akx = Akx::at(&server.base_url());
    let ended = akx.run(&["run", "SLACK_LIST_CHANNELS"]).ended(0);
    assert_eq!((ended.data(), ended.words()), (body.to_owned(), String::new()));
    let json = akx.run(&["run", "SLACK_LIST_CHANNELS", "--json"]).ended(0);
    assert!(json.data().starts_with(&format!("{{\"output\":{body},\"status\":201,\"took_ms\":")), "{}", json.data());
    assert_eq!(text(&json.json(), "dialect"), "live");
}

#[test]
fn an_answer_too_large_for_memory_is_passed_on_or_read_from_its_file() {
    let body = format!("[{}1]", "1,".repeat(100_000));
    let server = Server::answering(200, &body);
    let akx = Akx::at(&server.base_url()).with("AKX_BODY_LIMIT", "100kB");
    assert_eq!(akx.run(&["run", "SLACK_LIST_CHANNELS"]).ended(0).data(), body);
    assert!(!akx.path("answers").exists(), "nobody needs a file where it goes straight on");
    let json = akx.run(&["run", "SLACK_LIST_CHANNELS", "--json"]).ended(0);
    assert!(json.data().contains(&body));
    let files: Vec<_> = std::fs::read_dir(akx.path("answers")).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::read_to_string(files[0].path()).unwrap(), body);
    akx.run(&["list", "--body-limit", "none"]).ended(2).says("a size such as 64MB, 1GB or 500kB");
}

#[test]
fn the_first_run_lists_and_the_next_only_runs() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let run = r#"POST /projects/p-1/actions {"action":"SLACK_LIST_CHANNELS","parameters":{"limit":10}}"#;
    akx.run(&["run", "SLACK_LIST_CHANNELS", "-p", "limit=10"]).ended(0);
    assert_eq!(server.asked(), ["GET /projects/p-1/actions", run]);
    akx.run(&["run", "SLACK_LIST_CHANNELS", "-p", "limit=10"]).ended(0);
    assert_eq!(server.asked(), ["GET /projects/p-1/actions", run, run]);
    // Typed by the list on disk, though nothing is validated.
    akx.run(&["run", "SLACK_LIST_CHANNELS", "-p", "limit=10", "--no-validate"]).ended(0);
    assert_eq!(server.asked()[3..], [run]);
}

#[test]
fn with_the_dialect_named_and_no_validation_there_is_exactly_one_request() {
    for (wire, request) in [
        ("live", r#"POST /projects/p-1/actions {"action":"NEW_GET_THING","parameters":{"a":1,"b":"2"}}"#),
        ("live-tools", r#"POST /projects/p-1/tools {"tool":"NEW_GET_THING","parameters":{"a":1,"b":"2"}}"#),
        ("seed", r#"POST /projects/p-1/actions/NEW_GET_THING {"a":1,"b":"2"}"#),
    ] {
        let server = Server::answering(200, "{}");
        let akx = Akx::at(&server.base_url());
        akx.run(&["run", "NEW_GET_THING", "-p", "a:=1", "-p", "b=2", "--wire", wire, "--no-validate", "--yes"])
            .ended(0);
        assert_eq!(server.asked(), [request]);
        assert!(!akx.path("lists").exists() && !akx.path("wires").exists(), "nothing is kept");
    }
}

#[test]
fn what_a_name_does_not_tell_the_list_on_disk_may() {
    let list =
        crate::support::LIST.replace("SLACK_LIST_CHANNELS", "GOOGLE_DRIVE_LIST_FILES").replace("slack", "googledrive");
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let arguments = ["run", "GOOGLE_DRIVE_LIST_FILES", "--wire", "live", "--no-validate"];
    akx.run(&arguments).ended(7).says("its name does not tell");
    let file = akx.file("list.json", &list);
    akx.run(&[&arguments[..], &["--catalogue", &file]].concat()).ended(0);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn the_seeds_envelope_is_taken_off() {
    let server = Server::answering(200, r#"{"output":{"ok": true},"integration":"x","action":"X_GET"}"#);
    let akx = Akx::at(&server.base_url());
    let arguments = ["run", "X_GET", "--wire", "seed", "--no-validate", "--yes"];
    assert_eq!(akx.run(&arguments).ended(0).data(), r#"{"ok": true}"#);
}

#[test]
fn parameters_come_from_files_stdin_and_arguments() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let file = akx.file("p.json", r#"{"channel":"C1","text":"from file"}"#);
    let send = |arguments: &[&str], stdin: &str| {
        let all = [&["run", "SLACK_SEND_MESSAGE", "--yes"], arguments].concat();
        akx.run_with(&all, stdin).ended(0);
        server.asked().last().cloned().unwrap_or_default()
    };
    let sent = |parameters: &str| format!("{RUN}{{\"action\":\"SLACK_SEND_MESSAGE\",\"parameters\":{parameters}}}");
    let at_file = format!("@{file}");
    assert_eq!(send(&["--params", &at_file, "-p", "text=over"], ""), sent(r#"{"channel":"C1","text":"over"}"#));
    assert_eq!(send(&["--params", "@-"], r#" {"channel":"C2"} "#), sent(r#"{"channel":"C2"}"#));
    assert_eq!(send(&["--params", "-"], r#"{"channel":"C3"}"#), sent(r#"{"channel":"C3"}"#));
    assert_eq!(send(&["--params", r#"{"channel":"C4"}"#], ""), sent(r#"{"channel":"C4"}"#));
}

#[test]
fn parameters_that_cannot_be_read_are_usage_errors() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let run = |arguments: &[&str], stdin: &str| {
        akx.run_with(&[&["run", "SLACK_SEND_MESSAGE"], arguments].concat(), stdin).ended(2)
    };
    run(&["--params", "p.json"], "").says("expected @FILE, @- for standard input, or JSON");
    run(&["--params", "@none.json"], "").says("The file none.json could not be read");
    run(&["--params", "-"], "[1]").says("The parameters are a list: expected an object.");
    run(&["--params", "-"], "{").says("The parameters in standard input are not JSON: line 1, column 2");
    run(&["--params", "-", "--token-file", "-"], "{}").says("cannot hold both the token and the parameters");
    run(&["-p", "channel"], "").says("\"channel\" sets nothing");
    run(&["-p", "channel:=x"], "").says("channel is not JSON: line 1, column 1");
    assert!(server.asked().iter().all(|asked| asked.starts_with("GET")));
}

#[test]
fn a_dry_run_prints_the_request_and_sends_nothing() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let arguments = ["run", "SLACK_DELETE_MESSAGE", "--dry-run", "--wire", "live", "--no-validate", "-p", "a:=0.10"];
    let ended = akx.run(&arguments).ended(0);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        ended.data(),
        format!(
            "POST {}/projects/p-1/actions\naccept: application/json\nauthorization: Bearer ***\n\
             content-type: application/json\nuser-agent: akx/{version}\n\n\
             {{\"action\":\"SLACK_DELETE_MESSAGE\",\"parameters\":{{\"a\":0.10}}}}\n",
            server.base_url()
        )
    );
    let json = akx.run(&[&arguments[..], &["--json"]].concat()).ended(0).json();
    assert_eq!(keys(&json), ["method", "url", "headers", "body"]);
    assert_eq!(server.asked(), Vec::<String>::new());
    let without_token = Akx::new().with("AKX_PROJECT_ID", "p-1");
    without_token.run(&arguments).ended(0);
}

#[test]
fn whatever_does_more_than_read_needs_a_yes() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let ended = akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1"]).ended(7);
    let ended = ended.says(&format!("SLACK_SEND_MESSAGE reaches other people in slack as {USER}. Run it?"));
    let ended = ended.says("Add --yes to run it without being asked");
    assert_eq!(ended.data(), "");
    akx.run(&["run", "NEW_THING", "--wire", "live", "--no-validate"]).ended(7).says("its name does not tell");
    assert!(!server.asked().iter().any(|asked| asked.starts_with("POST")));
    akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1", "--yes"]).ended(0);
    akx.run(&["run", "SLACK_LIST_CHANNELS"]).ended(0);
    assert_eq!(server.asked().iter().filter(|asked| asked.starts_with("POST")).count(), 2);
}

#[test]
fn read_only_refuses_wherever_it_is_said_and_whatever_is_agreed_to() {
    let server = Server::answering(200, "{}");
    let send = ["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1", "--yes"];
    let by_flag = Akx::at(&server.base_url()).run(&[&send[..], &["--read-only"]].concat()).ended(7);
    by_flag.says("and akx is read-only here (by --read-only)");
    let by_variable = Akx::at(&server.base_url()).with("AKX_READ_ONLY", "true").run(&send).ended(7);
    by_variable.says("(by AKX_READ_ONLY)");
    let by_profile = Akx::at(&server.base_url()).config("[profiles.support]\nread_only = true\n");
    by_profile.run(&send).ended(7).says("(by profile support)");
    let json = by_profile.run(&[&send[..], &["--json"]].concat()).json_error(7, "refused");
    assert!(text(&json, "hint").starts_with("Run an action that only reads"));
    by_profile.run(&["run", "SLACK_LIST_CHANNELS"]).ended(0);
    let sandbox = Sandbox::start(Wire::Live);
    sandbox.akx(USER).run(&["run", "SLACK_DELETE_MESSAGE", "--read-only", "--no-validate"]).ended(7);
    assert_eq!(server.asked().iter().filter(|asked| asked.starts_with("POST")).count(), 1);
}

#[test]
fn what_the_schema_does_not_take_is_not_sent_unless_insisted_on() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let ended = akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "chanel=C1", "--yes"]).ended(5);
    let ended = ended.says("SLACK_SEND_MESSAGE does not take these parameters.\n  - chanel is not a parameter");
    ended.says("  - channel is required\nCorrect them, or send them all the same with --no-validate");
    akx.run(&["run", "SLACK_LIST_CHANNELS", "-p", "limit=ten"]).ended(5).says("limit must be a whole number");
    let error = akx.run(&["run", "SLACK_SEND_MESSAGE", "--yes", "--json"]).json_error(5, "invalid_parameters");
    let details = error.get("details").map(Value::to_json);
    assert_eq!(details.as_deref(), Some(r#"["channel is required"]"#));
    akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "chanel=C1", "--yes", "--no-validate"]).ended(0);
    assert_eq!(
        server.asked().last().map(String::as_str),
        Some(r#"POST /projects/p-1/actions {"action":"SLACK_SEND_MESSAGE","parameters":{"chanel":"C1"}}"#)
    );
}

#[test]
fn an_unknown_action_is_not_sent() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let ended = akx.run(&["run", "SLACK_SEND_MESAGE"]).ended(1);
    ended.says("SLACK_SEND_MESAGE is not among the 3 actions listed.\nDid you mean SLACK_SEND_MESSAGE?");
    // Asked once for what the user may call, and once for whether it is only not connected; never run.
    let asked = server.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.iter().all(|a| a.starts_with("GET /projects/p-1/actions")), "{asked:?}");
    // Nor is it believed to be unknown before the list has been asked for anew.
    akx.run(&["run", "SLACK_SEND_MESAGE"]).ended(1);
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_run_is_never_repeated() {
    for status in [429, 500, 502, 503] {
        let server = Server::with(ResponseTemplate::new(status).insert_header("retry-after", "1"));
        let akx = Akx::at(&server.base_url());
        akx.run(&["run", "SLACK_LIST_CHANNELS", "--wire", "live", "--no-validate"]).ended(1);
        assert_eq!(server.asked().len(), 1, "{status}");
    }
}

#[test]
fn interrupting_a_run_says_that_it_may_have_run() {
    for json in [false, true] {
        let silent = Silent::start();
        let akx = Akx::at(&silent.base_url());
        let mut arguments = vec!["run", "X_GET", "--wire", "live", "--no-validate", "--yes"];
        if json {
            arguments.push("--json");
        }
        let mut child = std::process::Command::new(binary())
            .args(&arguments)
            .env_clear()
            .envs(akx.environment())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let connection = silent.request(&mut child);
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let ended = crate::support::Ended::of(child.wait_with_output().unwrap());
        drop(connection);
        if json {
            let error = ended.json_error(130, "cancelled");
            assert_eq!(error.get("may_have_run"), Some(&Value::Bool(true)));
        } else {
            ended.ended(130).says("Cancelled, but X_GET had been sent: it may have run all the same.");
        }
    }
}
