//! One action run many times: row by row, user by user, and on after an interruption.

use std::{
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use akx::domain::{document::Value, wire::Wire};
use wiremock::{Request, ResponseTemplate};

use crate::support::{Akx, Sandbox, Server, binary, text};

fn sent(server: &Server) -> Vec<String> {
    let prefix = r#"POST /projects/p-1/actions {"action":"SLACK_SEND_MESSAGE","parameters":"#;
    server.asked().iter().filter_map(|asked| asked.strip_prefix(prefix)?.strip_suffix('}')).map(str::to_owned).collect()
}

const FILE: &str = "channel,text\nC1,one\nC2,\n\"C3\",\"a, b\"\n";

#[test]
fn each_row_is_sent_once_and_told() {
    let server = Server::answering(200, r#"{"ok":true}"#);
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", FILE);
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "-p", "text=shared"];
    akx.run(&run).ended(7).says("Run it 3 times?");
    assert_eq!(sent(&server), [] as [&str; 0]);
    let ended = akx.run(&[&run[..], &["--yes"]].concat()).ended(0).says("SLACK_SEND_MESSAGE: 3 ok.");
    assert_eq!(
        sent(&server),
        [
            r#"{"text":"one","channel":"C1"}"#,
            r#"{"text":"shared","channel":"C2"}"#,
            r#"{"text":"a, b","channel":"C3"}"#,
        ]
    );
    let lines: Vec<String> = ended.data().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("2\t\tok\t"), "{lines:?}");
    // Nothing is sent twice without being asked for, nor where the columns stand otherwise and a row is added.
    let again = akx.run(&run).ended(0).says("Nothing is left to run: 3 ok before").says("3 ok; 3 ran before.");
    assert!(again.data().starts_with("1\t\tok\t\t\tbefore: 200\n"), "{}", again.data());
    let longer = akx.file("longer.csv", "text,channel\n,C2\none,C1\n\"a, b\",C3\nnew,C4\n");
    let longer = ["run", "SLACK_SEND_MESSAGE", "--each", &longer, "-p", "text=shared", "--yes"];
    akx.run(&longer).ended(0).says("Going on where it stopped: 3 ok").says("4 ok; 3 ran before.");
    assert_eq!(sent(&server)[3..], [r#"{"text":"new","channel":"C4"}"#]);
    let told = akx.run(&[&run[..], &["--json"]].concat()).ended(0).json();
    assert_eq!(text(&told.as_array().unwrap()[0], "said"), "200");
    let again = akx.run(&[&run[..], &["--yes", "--json", "--fresh"]].concat()).ended(0).json();
    let first = &again.as_array().unwrap()[0];
    assert_eq!(
        (text(first, "state"), first.get("output").map(ToString::to_string)),
        ("ok".into(), Some(r#"{"ok":true}"#.into()))
    );
    assert_eq!(sent(&server).len(), 7);
    assert_eq!(akx.run(&["history", "--json"]).json().as_array().unwrap().len(), 7);
}

#[test]
fn what_is_wrong_with_any_row_is_said_before_the_first_is_sent() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.jsonl", "{\"channel\":\"C1\"}\n{\"text\":\"x\"}\n{\"channel\":7,\"more\":1}\n");
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"];
    let words = akx.run(&run).ended(5).words();
    for there in ["row 2 (line 2): channel is required", "row 3 (line 3): channel ", "nothing was sent"] {
        assert!(words.contains(there), "{there:?} in {words}");
    }
    assert_eq!(sent(&server), [] as [&str; 0]);
    akx.run(&[&run[..], &["--no-validate"]].concat()).ended(0);
    assert_eq!(sent(&server).len(), 3);
    let bad = akx.file("bad.csv", "a,b\n1\n");
    akx.run(&["run", "SLACK_SEND_MESSAGE", "--each", &bad]).ended(2).says("line 2 is not CSV");
    akx.run(&["run", "SLACK_SEND_MESSAGE", "--each", "none.csv"]).ended(2).says("none.csv");
}

/// Answers 200, but as `odd` says where the row's text is the one it names.
fn server(odd: impl Fn(&str, usize) -> Option<ResponseTemplate> + Send + Sync + 'static) -> Server {
    let count = AtomicUsize::new(0);
    Server::responding(move |request: &Request| {
        let count = count.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8_lossy(&request.body);
        odd(&body, count).unwrap_or_else(|| ResponseTemplate::new(200).set_body_raw("{}", "application/json"))
    })
}

#[test]
fn a_killed_command_goes_on_and_repeats_nothing() {
    // The second row is never answered, the first time it comes.
    let server = server(|body, count| {
        (body.contains("C2") && count < 3).then(|| ResponseTemplate::new(200).set_delay(Duration::from_secs(600)))
    });
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", FILE);
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"];
    let mut child = std::process::Command::new(binary())
        .args(run)
        .env_clear()
        .envs(akx.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while sent(&server).len() < 2 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended early");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let ended = akx.run(&run).ended(1);
    ended
        .says("Going on where it stopped: 1 ok, 1 may have run (--fresh begins anew).")
        .says("2 ok, 1 may have run; 1 ran before.");
    let channels = || sent(&server).iter().map(|s| s[12..14].to_owned()).collect::<Vec<_>>();
    assert_eq!(channels(), ["C1", "C2", "C3"], "what may have run is not sent again");
    akx.run(&run).ended(1).says("they are not sent again without --fresh");
    assert_eq!(channels().len(), 3);
    akx.run(&[&run[..], &["--fresh"]].concat()).ended(0).says("3 ok.");
    assert_eq!(channels(), ["C1", "C2", "C3", "C1", "C2", "C3"]);
    let unknown = akx.run(&["history", "--status", "unknown", "--json"]).ended(0).json();
    assert_eq!(unknown.as_array().unwrap().len(), 1);
}

#[test]
fn what_certainly_failed_is_tried_by_the_next_command() {
    let server = server(|body, count| {
        (body.contains("C2") && count == 1).then(|| ResponseTemplate::new(400).set_body_string("{}"))
    });
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", FILE);
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"];
    akx.run(&run).ended(1).says("2 ok, 1 failed.").says("The same command goes on");
    akx.run(&run).ended(0).says("Going on where it stopped: 2 ok, 1 failed").says("3 ok; 2 ran before.");
    assert_eq!(sent(&server).len(), 4);
}

#[test]
fn a_corrected_row_is_all_that_a_corrected_file_sends() {
    let server = server(|body, _| {
        let refusal = r#"{"message":"channel_not_found","code":"41070","status":500}"#;
        body.contains("NONE").then(|| ResponseTemplate::new(500).set_body_raw(refusal, "application/json"))
    });
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", "channel\nC1\nNONE\nC3\n");
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"];
    let ended = akx.run(&run).ended(1).says("2 ok, 1 failed.");
    let row = ended.data().lines().nth(1).unwrap_or_default().to_owned();
    assert!(row.starts_with("2\t\tfailed\t") && row.contains("channel_not_found"), "{row}");
    assert_eq!(sent(&server).len(), 3);
    akx.file("rows.csv", "channel\nC1\nC2\nC3\n");
    akx.run(&run).ended(0).says("3 ok; 2 ran before.");
    assert_eq!(sent(&server)[3..], [r#"{"channel":"C2"}"#]);
}

#[test]
fn what_is_not_csv_sends_nothing() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", "channel,text\nC1,\"open\nC2,x\n");
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"];
    akx.run(&run).ended(2).says("line 2 is not CSV: the quote is not closed");
    assert_eq!(sent(&server), [] as [&str; 0]);
}

#[test]
fn how_runs_came_out_is_printed_as_csv_and_one_answers_shapes_are_refused() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", FILE);
    let run = ["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"];
    akx.run(&[&run[..], &["--jq", "."]].concat()).ended(2).says("--jq is for the answer of one run");
    assert_eq!(sent(&server), [] as [&str; 0]);
    let ended = akx.run(&[&run[..], &["--csv"]].concat()).ended(0);
    let lines: Vec<String> = ended.data().lines().map(str::to_owned).collect();
    assert_eq!((lines.len(), lines[0].as_str()), (4, "row,user,state,took_ms,request_id,said"));
    assert!(lines[3].starts_with("3,,ok,") && lines[3].ends_with(",200"), "{lines:?}");
}

#[test]
fn a_refusal_for_coming_too_soon_is_waited_out() {
    let server = server(|_, count| {
        (count == 1).then(|| ResponseTemplate::new(429).insert_header("retry-after", "0").set_body_string("{}"))
    });
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", FILE);
    akx.run(&["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"]).ended(0).says("3 ok.");
    assert_eq!(sent(&server).len(), 4);
}

#[test]
fn a_token_that_is_refused_stops_everything() {
    let server = Server::answering(401, "{}");
    let akx = Akx::at(&server.base_url());
    let rows = akx.file("rows.csv", FILE);
    akx.run(&["run", "SLACK_SEND_MESSAGE", "--each", &rows, "--yes"]).ended(3).says("1 failed, 2 not run.");
    assert_eq!(sent(&server).len(), 1);
}

#[test]
fn every_user_runs_with_a_token_of_their_own() {
    let sandbox = Sandbox::start(Wire::Live);
    let key = include_str!("../../assets/sandbox/sandbox-private-key.pem");
    let users = "maria@acme.example.com,priya@acme.example.com";
    let run = ["run", "SLACK_LIST_CHANNELS", "--users", users];
    sandbox.akx("maria@acme.example.com").run(&run).ended(2).says("no key to sign one with");
    let akx = Akx::new().with("AKX_BASE_URL", &sandbox.base_url()).with("AKX_PROJECT_ID", akx::sandbox::PROJECT);
    let path = akx.file("key.pem", key);
    let akx = akx.with("AKX_SIGNING_KEY_PATH", &path).config("[profiles.acme]\nproduction = true\n");
    for (users, words) in [
        ("maria@acme.example.com,", "there is no user"),
        (",", "there is no user"),
        ("maria@acme.example.com, maria@acme.example.com", "--users names maria@acme.example.com twice."),
    ] {
        akx.run(&["run", "SLACK_LIST_CHANNELS", "--users", users]).ended(2).says(words);
    }
    let send = ["run", "SLACK_SEND_MESSAGE", "-p", "channel=C0123456789", "-p", "message=m", "-p", "botName=b"];
    let all = format!("jonas@acme.example.com,{users}");
    let send = [&send[..], &["-p", "botIcon=:x:", "--users", &all]].concat();
    // Priya has not connected Slack, which keeps nobody else from it.
    let asked = akx.run(&[&send[..], &["--profile", "acme"]].concat()).ended(7).says("priya@acme.example.com has not");
    asked.says("as jonas@acme.example.com and maria@acme.example.com, production profile acme. Run it 2 times?");
    let told = akx.run(&[&send[..], &["--yes"]].concat()).ended(1).says("2 ok, 1 failed.");
    let last = told.data().lines().last().unwrap_or_default().to_owned();
    assert!(last.contains("failed") && last.contains("priya@acme.example.com has not connected slack"), "{last}");
    akx.run(&[&send[..], &["--yes"]].concat()).ended(1).says("2 ok, 1 failed; 2 ran before.");
    let ended = akx.run(&[&run[..], &["--wire", "live", "--no-validate", "--json"]].concat()).ended(1).json();
    let told: Vec<(String, String)> =
        ended.as_array().unwrap().iter().map(|row: &Value| (text(row, "user"), text(row, "state"))).collect();
    assert_eq!(
        told,
        [("maria@acme.example.com".into(), "ok".into()), ("priya@acme.example.com".into(), "failed".into())]
    );
}
