//! Every exit code, as words and as JSON.

use akx::domain::document::Value;
use wiremock::ResponseTemplate;

use crate::support::{Akx, Sandbox, Server, Silent, text};

const READ: [&str; 5] = ["run", "SLACK_LIST_CHANNELS", "--wire", "live", "--no-validate"];

#[test]
fn what_the_api_answers_decides_the_exit_code() {
    let not_enabled = r#"{"message":"Integration not enabled for user.","code":"1","status":500,"meta":{}}"#;
    for (status, body, code, kind) in [
        (400, r#"{"message":"channel is wrong"}"#, 5, "invalid_parameters"),
        (401, "{}", 3, "not_authorised"),
        (403, "{}", 3, "forbidden"),
        (404, "{}", 1, "unknown_action"),
        (429, "{}", 1, "rate_limited"),
        (500, r#"{"message":"no","meta":{"requestId":"r-7"}}"#, 1, "provider"),
        (500, not_enabled, 4, "not_connected"),
        (418, "{}", 1, "unexpected_status"),
    ] {
        let server = Server::answering(status, body);
        let akx = Akx::at(&server.base_url());
        let ended = akx.run(&READ).ended(code).says("error: ");
        assert_eq!(ended.data(), "", "data is for answers only");
        let error = akx.run(&[&READ[..], &["--json"]].concat()).json_error(code, kind);
        assert_eq!(error.get("status").and_then(Value::as_i64), Some(status.into()), "{error}");
        assert!(!text(&error, "message").is_empty());
    }
}

#[test]
fn the_request_id_is_told() {
    let server = Server::answering(500, r#"{"message":"no","meta":{"requestId":"r-7"}}"#);
    let akx = Akx::at(&server.base_url());
    akx.run(&READ).ended(1).says("Request id: r-7");
    let error = akx.run(&[&READ[..], &["--json"]].concat()).json_error(1, "provider");
    assert_eq!(text(&error, "request_id"), "r-7");
}

#[test]
fn a_limit_names_the_seconds() {
    let server = Server::with(ResponseTemplate::new(429).insert_header("retry-after", "7"));
    let akx = Akx::at(&server.base_url());
    akx.run(&READ).ended(1).says("7 s");
    let error = akx.run(&[&READ[..], &["--json"]].concat()).json_error(1, "rate_limited");
    assert_eq!(error.get("retry_after_ms").and_then(Value::as_i64), Some(7000));
}

#[test]
fn no_server_no_answer_and_no_encryption() {
    let akx = Akx::at("http://127.0.0.1:1");
    akx.run(&[&READ[..], &["--json"]].concat()).json_error(6, "unreachable");
    let silent = Silent::start();
    let akx = Akx::at(&silent.base_url());
    let ended = akx.run(&[&READ[..], &["--timeout", "50ms"]].concat()).ended(6);
    ended.says("SLACK_LIST_CHANNELS got no answer within 50 ms. It may still have run.");
    let error = akx.run(&[&READ[..], &["--timeout", "50ms", "--json"]].concat()).json_error(6, "timed_out");
    assert_eq!(error.get("may_have_run"), Some(&Value::Bool(true)));
    let akx = Akx::at("http://actionkit.example.com");
    akx.run(&[&READ[..], &["--json"]].concat()).json_error(7, "refused");
}

#[test]
fn the_sandboxes_people_have_the_troubles_they_are_known_for() {
    use akx::domain::wire::Wire;
    let sandbox = Sandbox::start(Wire::Live);
    let priya = sandbox.akx("priya@acme.example.com");
    priya.run(&["run", "SLACK_LIST_CHANNELS", "--wire", "live", "--no-validate"]).ended(4);
    priya.run(&["run", "SLACK_LIST_MEMBERS"]).ended(4).says("the user has not connected slack");
    // What may not run at all is said before what is wrong with its parameters.
    let maria = sandbox.akx("maria@acme.example.com");
    maria.run(&["run", "SLACK_SEND_MESSAGE", "--read-only"]).ended(7).says("read-only");
    priya.run(&["list", "--json"]).ended(0).says("This user has no actions yet.");
    let stranger = Akx::at(&sandbox.base_url()).with("AKX_TOKEN", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln");
    stranger.run(&["list"]).ended(3);
}

#[test]
fn usage_errors_are_told_in_json_as_well() {
    let akx = Akx::new();
    akx.run(&["run"]).ended(2).says("<ACTION>");
    let error = akx.run(&["list", "--wire", "soap", "--json"]).json_error(2, "usage");
    assert!(text(&error, "message").contains("soap"), "{error}");
    akx.run(&["lst", "--json"]).json_error(2, "usage");
    akx.run(&["list", "--json"]).json_error(3, "not_authorised");
    akx.run(&["list", "--timeout", "soon"]).ended(2).says("a duration such as 30, 30s, 500ms or 2m");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let body = format!("[{}0]", "0,".repeat(2_000_000));
    let server = Server::answering(200, &body);
    let akx = Akx::at(&server.base_url());
    let mut child = std::process::Command::new(crate::support::binary())
        .args(READ)
        .env_clear()
        .envs(akx.environment())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn no_token_is_ever_written_or_said() {
    let canary = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnktdXNlciJ9.canary-signature";
    for status in [200, 401, 500] {
        let server = Server::answering(status, &format!(r#"{{"message":"{status}"}}"#));
        let akx = Akx::at(&server.base_url()).with("AKX_TOKEN", canary);
        let log = akx.path("akx.log").display().to_string();
        let mut all = String::new();
        for arguments in [&["list"][..], &["run", "SLACK_LIST_CHANNELS"], &["run", "SLACK_LIST_CHANNELS", "--dry-run"]]
        {
            for more in [&["--log", &log][..], &["--log", &log, "--json"]] {
                let ended = akx.run(&[arguments, more].concat());
                all += &(ended.data() + &ended.words());
            }
        }
        all += &akx.everything_written();
        assert!(!all.contains("canary-signature"), "{all}");
        let logged = std::fs::read_to_string(&log).unwrap();
        for words in ["settled", "base_url=http://127.0.0.1", "ran action=SLACK_LIST_CHANNELS"] {
            assert!(logged.contains(words), "{words:?} in {logged}");
        }
    }
}
