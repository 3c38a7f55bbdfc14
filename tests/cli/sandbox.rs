//! `akx sandbox` as a program: what its flags do, seen from outside.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use akx::domain::document::Value;

use crate::support::{Akx, binary, text};

/// A sandbox in a process of its own; dropping it ends it.
struct Running {
    child: Child,
    base_url: String,
    /// One who speaks to it as the user it prints a token for.
    akx: Akx,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(home: &Akx, flags: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .arg("sandbox")
            .args(flags)
            .env_clear()
            .envs(home.environment())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut akx = Akx::new();
        let mut base_url = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..3 {
            let line = lines.next().unwrap().unwrap();
            let Some((name, value)) = line.strip_prefix("export ").and_then(|rest| rest.split_once('=')) else { break };
            if name == "AKX_BASE_URL" {
                value.clone_into(&mut base_url);
            }
            akx = akx.with(name, value);
        }
        Self { child, base_url, akx }
    }

    /// Stops it as ^C does, and gives what it said on stderr.
    fn stop(self) -> String {
        self.stop_by(rustix::process::Signal::INT)
    }

    fn stop_by(mut self, signal: rustix::process::Signal) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
        assert!(self.child.wait().unwrap().success());
        let mut words = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        words
    }

    /// The head and body answered to a request written by hand.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.base_url.trim_start_matches("http://")).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

const SEND: [&str; 10] = [
    "run",
    "SLACK_SEND_MESSAGE",
    "-p",
    "channel=C0123456789",
    "-p",
    "message=A zebra to remember",
    "-p",
    "botName=akx",
    "-p",
    "botIcon=:zebra:",
];

const FIND: [&str; 4] = ["run", "SLACK_SEARCH_MESSAGES", "-p", "query=zebra"];

fn total(akx: &Akx) -> Option<i64> {
    akx.run(&FIND).ended(0).json().get("messages").and_then(|m| m.get("total")).and_then(Value::as_i64)
}

#[test]
fn with_data_the_world_survives_a_restart_and_without_it_does_not() {
    let home = Akx::new();
    let data = home.path("kept").display().to_string();
    let sandbox = Running::start(&home, &["--data", &data]);
    sandbox.akx.run(&SEND).ended(0);
    assert_eq!(total(&sandbox.akx), Some(1));
    sandbox.stop();
    let kept = std::fs::read_to_string(home.path("kept/sandbox.json")).unwrap();
    assert!(kept.contains("A zebra to remember"));

    let sandbox = Running::start(&home, &["--data", &data]);
    assert_eq!(total(&sandbox.akx), Some(1));
    sandbox.stop();
    assert_eq!(total(&Running::start(&home, &[]).akx), Some(0));

    std::fs::write(home.path("kept/sandbox.json"), "nonsense").unwrap();
    home.run(&["sandbox", "--data", &data]).ended(2).says("what was kept cannot be used");
}

#[test]
fn the_same_seed_makes_the_same_ids_and_another_makes_others() {
    let home = Akx::new();
    let made = |flags: &[&str]| {
        let sandbox = Running::start(&home, flags);
        let page = ["run", "JIRA_CREATE_ISSUE", "-p", "summary=Zebra"];
        let jira = sandbox.akx.run(&page).ended(0).json();
        let folder = sandbox.akx.run(&["run", "GOOGLE_DRIVE_CREATE_FOLDER", "-p", "folderName=Zebra"]).ended(0).json();
        let id = |value: &Value| value.get("id").map(Value::to_json).unwrap_or_default();
        (id(&jira), id(&folder))
    };
    let first = made(&["--seed", "7"]);
    assert!(!first.1.is_empty());
    assert_eq!(made(&["--seed", "7"]), first);
    assert_ne!(made(&["--seed", "8"]).1, first.1);
    assert_ne!(made(&[]).1, first.1);
}

#[test]
fn a_fault_given_as_a_flag_strikes_until_it_is_cleared() {
    let home = Akx::new();
    let sandbox = Running::start(&home, &["--fault", "provider=503", "--fault", "latency=1"]);
    let run = ["run", "SLACK_LIST_CHANNELS", "--wire", "live", "--no-validate"];
    sandbox.akx.run(&run).ended(1).says("asked to let the provider refuse");
    let clear = "DELETE /_akx/faults?kind=provider HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    let left = sandbox.ask(clear);
    assert!(
        left.starts_with("HTTP/1.1 200") && left.ends_with(r#"[{"kind":"latency","ms":1,"times":null,"action":null}]"#)
    );
    sandbox.akx.run(&run).ended(0);
    home.run(&["sandbox", "--fault", "fire"]).ended(2).says("expected latency");
}

#[test]
fn a_key_of_ones_own_is_checked_and_no_token_is_printed() {
    let home = Akx::new();
    let key = home.file("public.pem", include_str!("../fixtures/other-public-key.pem"));
    let sandbox = Running::start(&home, &["--public-key", &key]);
    let token = home.run(&["sandbox", "token", "maria@acme.example.com"]).ended(0).data();
    let akx = Akx::at(&sandbox.base_url).with("AKX_PROJECT_ID", "5a4db0c5-0000-4000-8000-00000ac710c1");
    akx.with("AKX_TOKEN", token.trim()).run(&["list"]).ended(3).says("signature");
    assert!(!sandbox.stop().contains("AKX_TOKEN="));

    // The built-in public key, given as a file, takes the tokens of the built-in private one.
    let key = home.file("own.pem", include_str!("../../assets/sandbox/sandbox-public-key.pem"));
    let sandbox = Running::start(&home, &["--public-key", &key]);
    let akx = Akx::at(&sandbox.base_url).with("AKX_PROJECT_ID", "5a4db0c5-0000-4000-8000-00000ac710c1");
    akx.with("AKX_TOKEN", token.trim()).run(&["list", "send message"]).ended(0);
    let private = home.file("private.pem", include_str!("../../assets/sandbox/sandbox-private-key.pem"));
    home.run(&["sandbox", "--public-key", &private]).ended(2).says("it is a private key");
    home.run(&["sandbox", "--public-key", &home.path("none.pem").display().to_string()]).ended(2);
}

#[test]
fn listening_for_other_machines_says_what_that_means_and_the_host_is_checked() {
    let home = Akx::new();
    let sandbox = Running::start(&home, &["--listen", "0.0.0.0"]);
    assert!(sandbox.base_url.starts_with("http://127.0.0.1:"), "an address that can be reached: {}", sandbox.base_url);
    assert!(sandbox.stop().contains("Other machines can reach it"));

    let sandbox = Running::start(&home, &[]);
    let ask = |host: &str| sandbox.ask(&format!("GET /_akx/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    assert!(ask("localhost").starts_with("HTTP/1.1 200"));
    assert!(ask("rebound.example.com").starts_with("HTTP/1.1 403"));
    let words = sandbox.stop();
    assert!(!words.contains("Other machines") && words.contains("403 GET /_akx/"), "{words}");
}

#[test]
fn a_stop_lets_the_answer_under_way_finish() {
    let home = Akx::new();
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        let sandbox = Running::start(&home, &["--fault", "slow=300"]);
        let token = home.run(&["sandbox", "token", "maria@acme.example.com"]).ended(0).data();
        let path = "/projects/5a4db0c5-0000-4000-8000-00000ac710c1/actions?integrations=slack";
        let mut stream = TcpStream::connect(sandbox.base_url.trim_start_matches("http://")).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n", token.trim());
        stream.write_all(request.as_bytes()).unwrap();
        // The head is there: the body is on its way, in pieces.
        let mut answer = vec![0; 16];
        stream.read_exact(&mut answer).unwrap();
        let words = sandbox.stop_by(signal);
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("SLACK_SEND_MESSAGE"), "{answer}");
        assert!(answer.ends_with("\r\n0\r\n\r\n"), "to its last piece");
        assert!(words.ends_with("Stopped.\n"), "{words}");
    }
}

#[test]
fn it_describes_itself_in_openapi() {
    let sandbox = Running::start(&Akx::new(), &[]);
    let answer = sandbox.ask("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let document = Value::parse(body.as_bytes()).unwrap();
    assert!(text(&document, "openapi").starts_with("3."));
    // Every reference leads somewhere, every operation says what it is for and what it answers.
    for reference in body.split("\"$ref\"").skip(1).filter_map(|rest| rest.split('"').nth(1)) {
        let mut path = reference.trim_start_matches("#/").split('/');
        let found = path.try_fold(&document, |at, key| at.get(key));
        assert!(found.is_some(), "{reference}");
    }
    for (path, item) in document.get("paths").and_then(Value::as_object).unwrap().iter() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(m, _)| *m != "parameters") {
            assert!(operation.get("summary").is_some() && operation.get("responses").is_some(), "{method} {path}");
        }
    }
}
