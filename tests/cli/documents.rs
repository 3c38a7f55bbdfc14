//! Answers as tables, and JSON documents without a server.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use akx::domain::document::Value;

use crate::support::{Akx, Server, binary};

const CHANNELS: &str =
    r#"{"channels":[{"id":"C1","name":"general, all","n":12},{"id":"C22","name":"日本","n":7,"x":null}],"at":1}"#;

#[test]
fn an_answer_is_printed_as_a_table_or_csv() {
    let server = Server::answering(200, CHANNELS);
    let akx = Akx::at(&server.base_url());
    let table = akx.run(&["run", "SLACK_LIST_CHANNELS", "--table"]).ended(0);
    assert_eq!(table.data(), "id   name           n  x\nC1   general, all  12\nC22  日本           7  null\n");
    let table = akx.run(&["run", "SLACK_LIST_CHANNELS", "--table=n,id"]).ended(0);
    assert_eq!(table.data(), " n  id\n12  C1\n 7  C22\n");
    let csv = akx.run(&["run", "SLACK_LIST_CHANNELS", "--csv", "--table=id,name"]).ended(0);
    assert_eq!(csv.data(), "id,name\r\nC1,\"general, all\"\r\nC22,日本\r\n");
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--table=nmae"]).ended(2).says("no column \"nmae\"").says("id, name, n, x");
}

#[test]
fn a_document_needs_no_server_and_no_settings() {
    let akx = Akx::new().config("this is not TOML");
    let file = akx.file("channels.json", CHANNELS);
    akx.run(&["view", &file, "--table=id"]).ended(0);
    let nested = r#"[{"id":1,"by":{"name":"Ann","at":{"city":"Rome"}}},{"id":2,"by":null}]"#;
    let csv = akx.run_with(&["view", "-", "--csv", "--table=by.at.city,id"], nested).ended(0);
    assert_eq!(csv.data(), "by.at.city,id\r\nRome,1\r\n,2\r\n");
    akx.run_with(&["view", "-", "--table=by.age"], nested)
        .ended(2)
        .says("no column \"by.age\"")
        .says("There are: id, by.");
    assert_eq!(akx.run_with(&["view", "-", "--csv", "--table=n"], CHANNELS).ended(0).data(), "n\r\n12\r\n7\r\n");
    akx.run(&["view", &file]).ended(2).says("needs a terminal");
    akx.run_with(&["view", "-", "--csv"], "[1]").ended(2).says("no list of records");
    akx.run_with(&["view", "-", "--csv"], "{\"a\":").ended(2).says("cut short").says("line 1, column 6");
    akx.run_with(&["view", "-", "--csv"], "// no").ended(2).says("Standard input is not JSON.");
    // JSON Lines are the list they are.
    let lines = "{\"id\":1}\n\n{\"id\":2,\"by\":\"Ann\"}\r\n";
    assert_eq!(akx.run_with(&["view", "-", "--csv"], lines).ended(0).data(), "id,by\r\n1,\r\n2,Ann\r\n");
    assert_eq!(akx.run_with(&["view", "-", "--where", "id=2"], lines).ended(0).data(), "{\"id\":2,\"by\":\"Ann\"}\n");
    akx.run_with(&["view", "-", "--csv"], "{\"id\":1}\n{\"id\":").ended(2).says("line 2");
    akx.run(&["view", "nowhere.json", "--csv"]).ended(2).says("nowhere.json");
}

#[test]
fn text_in_another_charset_is_read_and_passed_on_as_it_came() {
    let said = r#"[{"id":1,"name":"日本"}]"#;
    let sixteen: Vec<u8> = "\u{feff}".encode_utf16().chain(said.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let server = Server::with(wiremock::ResponseTemplate::new(200).set_body_raw(sixteen.clone(), "application/json"));
    let akx = Akx::at(&server.base_url());
    assert_eq!(akx.run(&["run", "SLACK_LIST_CHANNELS"]).ended(0).bytes(), sixteen.as_slice(), "in a pipe");
    assert_eq!(akx.run(&["run", "SLACK_LIST_CHANNELS", "--jq", ".[0].name"]).ended(0).data(), "\"日本\"\n");
    assert_eq!(akx.run(&["run", "SLACK_LIST_CHANNELS", "--csv"]).ended(0).data(), "id,name\r\n1,日本\r\n");
    let file = akx.path("sixteen.json");
    std::fs::write(&file, &sixteen).unwrap();
    let file = file.to_string_lossy().into_owned();
    assert_eq!(akx.run(&["view", &file, "--jq", ".[].id"]).ended(0).data(), "1\n");
    assert_eq!(akx.run(&["view", &file, "--table"]).ended(0).data(), "id  name\n 1  日本\n");
    akx.run(&["diff", &file, &file, "--exit-code"]).ended(0);
}

#[test]
fn a_filter_is_printed_one_result_a_line() {
    let server = Server::answering(200, CHANNELS);
    let akx = Akx::at(&server.base_url());
    let jq = akx.run(&["run", "SLACK_LIST_CHANNELS", "--jq", ".channels[] | {name, n}"]).ended(0);
    assert_eq!(jq.data(), "{\"name\":\"general, all\",\"n\":12}\n{\"name\":\"日本\",\"n\":7}\n");
    let file = akx.file("channels.json", CHANNELS);
    let plain = akx.run(&["view", &file, "--jq", ".channels[].name", "-r"]).ended(0);
    assert_eq!(plain.data(), "general, all\n日本\n");
    assert_eq!(akx.run_with(&["view", "-", "--jq", ".at"], CHANNELS).ended(0).data(), "1\n");
    assert_eq!(akx.run_with(&["view", "-", "--jq", ".n"], "{\"n\":1.50}\n{\"n\":2}").ended(0).data(), "1.50\n2\n");
    let table = akx.run(&["view", &file, "--jq", ".channels | map(select(.n > 7))", "--table=id"]).ended(0);
    assert_eq!(table.data(), "id\nC1\n");
    assert_eq!(akx.run(&["view", &file, "--jq", "empty"]).ended(0).data(), "");
    let half = r#"[{"a":"\ud800x\ud83d\ude00"}]"#;
    assert_eq!(akx.run_with(&["view", "-", "--jq", ".[].a", "-r"], half).ended(0).data(), "\u{fffd}x😀\n");
}

#[test]
fn records_are_chosen_by_what_is_in_their_fields() {
    let akx = Akx::new();
    let list = "[{\"id\":1,\"o\":{\"n\":\"Ann\"}},\n {\"id\" : 2,\n  \"o\":{\"n\":\"Bob\"}},{\"id\":\"1\"}]";
    let chosen = |more: &[&str]| {
        let arguments = [&["view", "-"], more].concat();
        akx.run_with(&arguments, list).ended(0).data()
    };
    assert_eq!(chosen(&["--where", "id=1"]), "{\"id\":1,\"o\":{\"n\":\"Ann\"}}\n{\"id\":\"1\"}\n");
    assert_eq!(chosen(&["--where", "o.n~bo"]), "{\"id\":2,\"o\":{\"n\":\"Bob\"}}\n", "on one line");
    assert_eq!(chosen(&["--where", "id=1", "--where", "!o", "--csv"]), "id\r\n1\r\n");
    assert_eq!(chosen(&["--where", "id>1", "--jq", ".[].o.n", "-r"]), "Bob\n");
    assert_eq!(chosen(&["--where", "id=9"]), "");
    assert_eq!(chosen(&["--where", "id=9", "--jq", "length"]), "0\n");
    let file = akx.file("channels.json", CHANNELS);
    let table = akx.run(&["view", &file, "--where", "n<10", "--table=id"]).ended(0);
    assert_eq!(table.data(), "id\nC22\n", "the records of an object are found");
    akx.run(&["view", &file, "--where", "=1"]).ended(2).says("names no field");
    akx.run_with(&["view", "-", "--where", "a=1"], "[{\"a\":1},").ended(2).says("not JSON");
    akx.run_with(&["view", "-", "--where", "a=1"], "{\"a\":1}").ended(2).says("no list of records");
    akx.run_with(&["view", "-", "--where", "a=1"], "oops").ended(2).says("not JSON");
    let server = Server::answering(200, CHANNELS);
    let akx = Akx::at(&server.base_url());
    let run = akx.run(&["run", "SLACK_LIST_CHANNELS", "--where", "name=日本"]).ended(0);
    assert_eq!(run.data(), "{\"id\":\"C22\",\"name\":\"日本\",\"n\":7,\"x\":null}\n");
}

#[test]
fn what_is_wrong_with_a_filter_is_told_with_its_place() {
    let akx = Akx::new();
    let said = |filter: &str| akx.run_with(&["view", "-", "--jq", filter], CHANNELS).ended(2).words();
    assert_eq!(
        said(".channels | mapp(.id)"),
        "error: jq: There is no function mapp; is it map?\n  .channels | mapp(.id)\n              ^\n"
    );
    assert!(said(".at.x").contains("jq: cannot index 1"), "{}", said(".at.x"));
    akx.run_with(&["view", "-", "--jq", "."], "{\"a\":").ended(2).says("not JSON");
    akx.run_with(&["view", "-", "--raw"], "1").ended(2).says("--jq");
    akx.run(&["view", "nowhere.json", "--jq", "."]).ended(2).says("nowhere.json");
}

#[test]
fn a_filter_that_runs_away_ends_nothing_but_itself() {
    let akx = Akx::new();
    let said = |filter: &str| akx.run_with(&["view", "-", "--jq", filter], "1").ended(2).words();
    assert!(said("def f: [f]; f").contains("calls itself too often"), "{}", said("def f: [f]; f"));
    let deep = |levels: usize, filter: &str| {
        akx.run_with(&["view", "-", "--jq", filter], &format!("{}{}", "[".repeat(levels), "]".repeat(levels)))
    };
    for filter in [".[] | length", "length", "[limit(1; .)] | length"] {
        assert!(!deep(10_000, filter).ended(0).data().is_empty(), "{filter}");
        deep(100_000, filter).ended(2).says("nested more than 10000 levels deep");
    }
    #[cfg(target_os = "linux")]
    assert!(said("\"x\" * 100000000000").contains("memory"), "{}", said("\"x\" * 100000000000"));
}

#[test]
fn two_documents_are_compared() {
    let akx = Akx::new();
    let before = akx.file("before.json", CHANNELS);
    let after = CHANNELS.replace("12", "13").replace("\"at\":1", "\"at\":2");
    let said = akx.run_with(&["diff", &before, "-"], &after).ended(0);
    assert_eq!(said.data(), "~ /channels/0/n\n  - 12\n  + 13\n~ /at\n  - 1\n  + 2\n");
    let exit = ["diff", &before, "-", "--exit-code"];
    akx.run_with(&exit, &after).ended(1);
    akx.run_with(&exit, CHANNELS).ended(0);
    let ignoring = ["diff", &before, "-", "--exit-code", "--ignore", "at", "--ignore", "/channels/*/n"];
    assert_eq!(akx.run_with(&ignoring, &after).ended(0).data(), "");
    let json = akx.run_with(&["diff", &before, "-", "--json"], &after).ended(0).json();
    let first = json.get("differences").and_then(Value::as_array).and_then(|d| d.first()).unwrap().to_json();
    assert_eq!(first, r#"{"at":"/channels/0/n","change":"changed","left":12,"right":13}"#);
    akx.run(&["diff", "-", "-"]).ended(2).says("cannot be both");
    akx.run_with(&["diff", &before, "-"], "nope").ended(2).says("Standard input is not JSON");
}

#[test]
fn nothing_more_is_read_once_nobody_listens() {
    let akx = Akx::new();
    for options in [["--where", "a=1"], ["--jq", ".[] | {a}"], ["--jq", ".[] | def f: .; f"]] {
        let mut child = std::process::Command::new(binary())
            .args(["view", "-"])
            .args(options)
            .env_clear()
            .envs(akx.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut listener = BufReader::new(child.stdout.take().unwrap());
        let mut list = child.stdin.take().unwrap();
        list.write_all(b"[").unwrap();
        let records = b"{\"a\":1},\n".repeat(10_000);
        list.write_all(&records).unwrap();
        let mut line = String::new();
        listener.read_line(&mut line).unwrap();
        drop(listener);
        // There is no end to the list: only that nobody reads it any more ends this.
        let gone = std::iter::repeat_with(|| list.write_all(&records)).find_map(Result::err).unwrap();
        assert_eq!(gone.kind(), std::io::ErrorKind::BrokenPipe);
        let done = child.wait_with_output().unwrap();
        assert_eq!((done.status.code(), done.stderr.as_slice()), (Some(0), &b""[..]), "{options:?}");
        assert_eq!(line, "{\"a\":1}\n");
    }
}
