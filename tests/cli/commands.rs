//! What each command prints.

use akx::domain::{document::Value, wire::Wire};

use crate::support::{Akx, LIST, Sandbox, Server, USER, binary, keys, text, token};

#[test]
fn list_is_one_line_an_action_in_a_pipe() {
    let server = Server::answering(200, "{}");
    let ended = Akx::at(&server.base_url()).run(&["list"]).ended(0);
    assert_eq!(
        ended.data(),
        "SLACK_LIST_CHANNELS\tslack\tread\tList channels.\nSLACK_SEND_MESSAGE\tslack\tsend\tSend a message.\n\
         SLACK_DELETE_MESSAGE\tslack\tdelete\t\n"
    );
    assert_eq!(ended.words(), "", "remarks are for people");
    assert_eq!(server.asked(), ["GET /projects/p-1/actions"]);
}

#[test]
fn list_as_json_is_an_array_in_rank_order() {
    let server = Server::answering(200, "{}");
    let json = Akx::at(&server.base_url()).run(&["search", "send", "message", "--json"]).ended(0).json();
    let actions = json.as_array().unwrap();
    assert_eq!(text(&actions[0], "name"), "SLACK_SEND_MESSAGE");
    assert_eq!(
        actions[0].to_json(),
        r#"{"name":"SLACK_SEND_MESSAGE","integration":"slack","description":"Send a message.","side_effect":"send"}"#
    );
    let akx = Akx::at(&server.base_url());
    akx.run(&["list", "--limit", "0"]).ended(2).says("expected a number above 0");
    assert_eq!(akx.run(&["list", "--json", "--limit", "1"]).json().as_array().map(<[Value]>::len), Some(1));
    assert_eq!(akx.run(&["list", "kind:read", "--json"]).json().as_array().map(<[Value]>::len), Some(1));
    let none = akx.run(&["list", "zzzzqqqq", "--json"]).ended(0).says("None of the 3 actions matches.");
    assert_eq!(none.data(), "[]\n");
}

#[test]
fn list_can_ask_for_one_integration() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = Akx::at(&sandbox.base_url());
    let slack = akx.run(&["list", "--integration", "slack"]).ended(0).data();
    assert!(slack.lines().count() > 3 && slack.lines().all(|line| line.starts_with("SLACK_")), "{slack}");
}

#[test]
fn show_tells_what_an_action_takes() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let page = akx.run(&["show", "slack_send_message"]).ended(0).data();
    for words in [
        "SLACK_SEND_MESSAGE\n",
        "slack · send",
        "Send a message.",
        "channel*",
        "akx run SLACK_SEND_MESSAGE -p channel=…",
    ] {
        assert!(page.contains(words), "{words:?} is missing in {page}");
    }
    let json = akx.run(&["show", "SLACK_LIST_CHANNELS", "--json"]).ended(0);
    assert!(json.data().contains(r#""integer", "maximum""#), "the schema is the server's own text: {}", json.data());
    assert_eq!(keys(&json.json()), ["name", "integration", "description", "side_effect", "parameters"]);
}

#[test]
fn a_template_filled_in_is_valid() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let template = akx.run(&["template", "SLACK_SEND_MESSAGE"]).ended(0).data();
    assert_eq!(template, "{\n  \"channel\": \"\"\n}\n");
    let all = akx.run(&["template", "SLACK_SEND_MESSAGE", "--all"]).ended(0).json();
    assert_eq!(keys(&all), ["channel", "text"]);
    let checked = akx.run_with(&["validate", "SLACK_SEND_MESSAGE", "--params", "-", "-p", "text=7"], &template);
    checked.ended(0).says("SLACK_SEND_MESSAGE takes these parameters.");
}

#[test]
fn validate_lists_what_does_not_fit() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let ended = akx.run(&["validate", "SLACK_SEND_MESSAGE", "-p", "chanel=C1"]).ended(5);
    assert_eq!(ended.data(), "/chanel is not a parameter of this action\n/channel is required\n");
    let json = akx.run(&["validate", "SLACK_SEND_MESSAGE", "--json"]).ended(5).json();
    assert_eq!(
        json.to_json(),
        concat!(
            r#"{"valid":false,"checked":true,"#,
            r#""violations":[{"at":"/channel","keyword":"required","message":"is required"}]}"#
        )
    );
    let json = akx.run(&["validate", "SLACK_LIST_CHANNELS", "--json", "-p", "limit=3"]).ended(0).json();
    assert_eq!(json.to_json(), r#"{"valid":true,"checked":true,"violations":[]}"#);
    assert!(server.asked().iter().all(|asked| asked.starts_with("GET")), "nothing is run");
}

#[test]
fn odd_schemas_are_no_odder_on_the_command_line() {
    const ODD: &str = r##"{"actions":[
        {"name":"ODD_LIST","description":"","integration":"odd","parameters":{"type":"array","minItems":1,
            "items":{"type":"object","required":["id"],"properties":{"id":{"type":"int"}}}}},
        {"name":"ODD_NONE","description":"","integration":"odd","parameters":null},
        {"name":"ODD_REST","description":"","integration":"odd","parameters":{"required":["count"],"properties":{
            "count":{"$ref":"#n"},"on":{"type":"bool"},"next":{"$ref":"#"},"note":{"nullable":true,"$ref":"#n"}},
            "$defs":{"n":{"$anchor":"n","type":"int"}}}}]}"##;
    let akx = Akx::new();
    let file = akx.file("odd.json", ODD);
    let with = |arguments: &[&str]| akx.run(&[arguments, &["--catalogue", &file]].concat());
    let template = with(&["template", "ODD_LIST"]).ended(0).json();
    assert_eq!(template.to_json(), r#"[{"id":0}]"#);
    let filled = format!("@{}", akx.file("filled.json", &template.to_json()));
    with(&["validate", "ODD_LIST", "--params", &filled]).ended(0).says("takes these parameters");
    with(&["validate", "ODD_LIST", "--params", &filled, "-p", "/0/id=seven"]).ended(5).says("must be a whole number");
    with(&["validate", "ODD_LIST", "--params", r#"[{"id":7}]"#]).ended(0).says("takes these parameters");
    with(&["validate", "ODD_LIST", "--params", "{}"]).ended(5);
    with(&["validate", "ODD_REST", "--params", "[1]"]).ended(2).says("are a list: expected an object");
    with(&["validate", "ODD_REST", "--params", "gone.json"]).ended(2).says("--params @gone.json");
    assert_eq!(with(&["template", "ODD_NONE", "--all"]).ended(0).data(), "{}\n");
    assert_eq!(with(&["template", "ODD_REST"]).ended(0).json().to_json(), r#"{"count":0}"#);
    assert_eq!(
        with(&["template", "ODD_REST", "--all"]).ended(0).json().to_json(),
        r#"{"count":0,"on":false,"next":{"count":0,"on":false,"note":0},"note":0}"#
    );
    let set = ["-p", "count=7", "-p", "on=true", "-p", "next.count=1", "-p", "note=null"];
    with(&[&["validate", "ODD_REST"][..], &set].concat()).ended(0);
    let ended = with(&["validate", "ODD_REST", "-p", "next.next.on:=1", "--json"]).ended(5).json();
    let found = ended.get("violations").and_then(Value::as_array).unwrap_or_default();
    let places: Vec<_> = found.iter().filter_map(|v| v.get("at")?.as_str()).collect();
    assert_eq!(places, ["/count", "/next/count", "/next/next/count", "/next/next/on"]);
}

#[test]
fn a_file_goes_along_where_the_schema_asks_for_one_and_else_it_is_said() {
    const LIST: &str = r#"{"actions":[{"name":"UP","description":"","integration":"a","parameters":{"properties":{
        "file":{"type":"string","format":"binary"},"told":{"type":"string","description":"The file object"},
        "name":{"type":"string"}}}}]}"#;
    let akx = Akx::new();
    let (list, content) = (akx.file("list.json", LIST), akx.file("up.bin", "x"));
    let set = |name: &str| format!("{name}=@{content}");
    let validate = |set: &str| akx.run(&["validate", "UP", "-p", set, "--catalogue", &list]);
    validate(&set("file")).ended(0);
    validate(&set("told")).ended(0);
    validate(&set("name")).ended(0).says("name is sent as the text @");
    assert_eq!(validate(&set("name:")).ended(5).data(), "/name must be text\n");
    validate("name=@maria").ended(0).says("UP takes these parameters.");
    validate("file=@/nowhere/up.bin").ended(2).says("/nowhere/up.bin cannot be read");
}

#[test]
fn every_violation_is_listed() {
    let akx = Akx::new();
    let many: Vec<String> = (0..250).map(|i| format!("\"{i}\":1")).collect();
    let many = akx.file("many.json", &format!("{{\"channel\":1,{}}}", many.join(",")));
    let list = r#"{"actions":[{"name":"A","description":"","integration":"a","parameters":{"additionalProperties":{"type":"string"}}}]}"#;
    let list = akx.file("list.json", list);
    let ended = akx.run(&["validate", "A", "--params", &format!("@{many}"), "--catalogue", &list]).ended(5);
    assert_eq!(ended.data().lines().count(), 251);
}

#[test]
fn a_saved_list_needs_no_server_project_or_token() {
    let akx = Akx::new();
    let file = akx.file("saved.json", LIST);
    let names = akx.run(&["list", "--catalogue", &file]).ended(0).data();
    assert_eq!(names.lines().count(), 3);
    let akx = akx.with("AKX_CATALOGUE", &file);
    akx.run(&["show", "SLACK_SEND_MESSAGE"]).ended(0);
    akx.run(&["template", "SLACK_SEND_MESSAGE"]).ended(0);
    akx.run(&["validate", "SLACK_SEND_MESSAGE", "-p", "channel=C1"]).ended(0);
    let broken = akx.file("broken.json", "[");
    akx.run(&["list", "--catalogue", &broken])
        .ended(2)
        .says("broken.json that --catalogue names cannot be used: it is not");
    akx.run(&["list", "--catalogue", "none.json"]).ended(2).says("The file none.json could not be read");
}

#[test]
fn offline_the_list_on_disk_is_used() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    akx.run(&["list", "--offline"]).ended(2).says("There is no list on disk for project p-1 and this user.");
    akx.run(&["list"]).ended(0);
    drop(server);
    assert_eq!(akx.run(&["list", "--offline"]).ended(0).data().lines().count(), 3);
    akx.run(&["show", "SLACK_SEND_MESSAGE", "--offline"]).ended(0);
    let ended = akx.run(&["run", "SLACK_LIST_CHANNELS", "--offline"]).ended(7);
    ended.says("No server is asked: akx is offline.");
    let other = akx.with("AKX_TOKEN", &token("jonas@acme.example.com"));
    other.run(&["list", "--offline"]).ended(2).says("There is no list on disk");
}

#[test]
fn what_is_known_is_not_asked_again_but_a_new_list_is() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    akx.run(&["show", "SLACK_SEND_MESSAGE"]).ended(0);
    akx.run(&["template", "SLACK_SEND_MESSAGE"]).ended(0);
    assert_eq!(server.asked().len(), 1);
    akx.run(&["list"]).ended(0);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn the_sandbox_prints_what_a_shell_needs_and_stops_when_told() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let akx = Akx::new();
    let mut child = std::process::Command::new(binary())
        .arg("sandbox")
        .env_clear()
        .envs(akx.environment())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut user = Akx::new();
    for name in ["AKX_BASE_URL", "AKX_PROJECT_ID", "AKX_TOKEN"] {
        let line = lines.next().unwrap().unwrap();
        let value = line.strip_prefix(&format!("export {name}=")).unwrap_or_else(|| panic!("{line}"));
        user = user.with(name, value);
    }
    let others: Vec<_> = lines.map_while(Result::ok).take(6).collect();
    let url = user.environment().into_iter().find(|(name, _)| name == "AKX_BASE_URL").unwrap().1;
    assert!(others[0].starts_with("# For Paragon's MCP server"), "{others:?}");
    for (line, name) in others[1..].iter().zip(["ACTIONKIT_BASE_URL", "ZEUS_BASE_URL", "PROXY_BASE_URL"]) {
        assert_eq!(*line, format!("export {name}={url}"));
    }
    assert!(others[4].starts_with("export PROJECT_ID=") && others[5] == "export SIGNING_KEY=\"$(akx sandbox key)\"");
    let key = user.run(&["sandbox", "key"]).ended(0).data();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----") && key.ends_with("-----END PRIVATE KEY-----\n"), "{key}");
    let sent = user.run(&[
        "run",
        "SLACK_SEND_MESSAGE",
        "-p",
        "channel=C0123456789",
        "-p",
        "message=From a test",
        "-p",
        "botName=akx",
        "-p",
        "botIcon=:wave:",
    ]);
    sent.ended(0).json();
    user.run(&["token", "inspect"]).ended(0);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert!(child.wait().unwrap().success());
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert!(words.contains("akx sandbox token USER") && words.ends_with("Stopped.\n"), "{words}");
}

#[test]
fn sandbox_token_is_for_the_user_named() {
    let akx = Akx::new();
    let token = akx.run(&["sandbox", "token", "jonas@acme.example.com"]).ended(0).data();
    assert_eq!(token.lines().count(), 1);
    let inspected = akx.run_with(&["token", "inspect", "--token-file", "-", "--json"], &token).ended(0).json();
    assert_eq!(text(&inspected, "user"), "jonas@acme.example.com");
    let json = akx.run(&["sandbox", "token", "x", "--lifetime", "10m", "--json"]).ended(0).json();
    assert_eq!(keys(&json), ["token", "user", "expires_at"]);
    akx.run(&["sandbox", "--port", "1", "--listen", "192.0.2.1"])
        .ended(2)
        .says("The sandbox was not started: cannot listen");
    akx.run(&["sandbox", "--rate", "none"]).ended(2).says("expected a number above 0, or off");
}

#[test]
fn token_mint_signs_and_inspect_reads() {
    let akx = Akx::new().with("AKX_PROJECT_ID", "p-1");
    akx.run(&["token", "mint", "--user", "u"]).ended(2).says("There is no signing key to mint a token with.");
    let key = include_str!("../../assets/sandbox/sandbox-private-key.pem");
    let file = akx.file("key.pem", key);
    let akx = akx.with("AKX_SIGNING_KEY_PATH", &file);
    akx.run(&["token", "mint"]).ended(2).says("it is not said for which connected user");
    let minted = akx.run(&["token", "mint", "--user", "u", "--lifetime", "15m", "--json"]).ended(0).json();
    let claim = |name: &str| minted.get(name).and_then(Value::as_i64).unwrap();
    assert_eq!(claim("expires_at") - claim("issued_at"), 900);
    let token = akx.run(&["token", "mint", "--user", "u"]).ended(0).data();
    let inspected = akx.run_with(&["token", "inspect", "--token-file", "-"], &token).ended(0).data();
    for line in
        ["user        u\n", "audience    useparagon.com/p-1\n", "algorithm   RS256\n", "taken from  --token-file\n"]
    {
        assert!(inspected.contains(line), "{line:?} in {inspected}");
    }
}

#[test]
fn inspect_says_why_a_token_would_be_refused() {
    let akx = Akx::new();
    let expired = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1IiwiZXhwIjoxMDAwLCJhdWQiOiJ1c2VwYXJhZ29uLmNvbS9wMiJ9.c2ln";
    let json =
        akx.run_with(&["token", "inspect", "--token-file", "-", "--project", "p1", "--json"], expired).ended(3).json();
    let problems = json.get("problems").and_then(Value::as_array).unwrap();
    assert_eq!(problems.len(), 3, "{json}");
    let ended = akx.run_with(&["token", "inspect", "--token-file", "-"], "canary");
    let ended = ended.ended(3).says("is not a Paragon User Token: it is not a JWT");
    assert!(!ended.words().contains("canary"));
    akx.run(&["token", "inspect"]).ended(3).says("There is no token to ask ActionKit with.");
}

#[test]
fn completions_help_and_version() {
    let akx = Akx::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(akx.run(&["completions", shell]).ended(0).data().contains("akx"), "{shell}");
    }
    let page = akx.run(&["man"]).ended(0).data();
    assert!(page.contains(".TH akx 1"), "{page}");
    assert!(page.contains("akx\\-run(1)") && page.contains("AKX_TOKEN"), "{page}");
    assert!(akx.run(&["man", "token", "mint"]).ended(0).data().contains(".TH akx-token-mint 1"));
    akx.run(&["man", "__jq"]).ended(2).says("akx has no command \"__jq\".").says("akx --help lists the commands.");
    assert!(akx.run(&["--version"]).ended(0).data().starts_with("akx "));
    let commands: [&[&str]; 22] = [
        &["--help"],
        &["history", "--help"],
        &["history", "show", "--help"],
        &["history", "purge", "--help"],
        &["replay", "--help"],
        &["ticket", "--help"],
        &["list", "--help"],
        &["search", "--help"],
        &["show", "--help"],
        &["export", "--help"],
        &["budget", "--help"],
        &["lint", "--help"],
        &["drift", "--help"],
        &["template", "--help"],
        &["validate", "--help"],
        &["run", "--help"],
        &["sandbox", "--help"],
        &["sandbox", "token", "--help"],
        &["token", "mint", "--help"],
        &["token", "inspect", "--help"],
        &["completions", "--help"],
        &["man", "--help"],
    ];
    for command in commands {
        let help = akx.run(command).ended(0).data();
        assert!(help.contains("Examples:"), "{command:?} teaches nothing");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{command:?} is too wide");
    }
}

#[test]
fn the_explorer_wants_a_terminal() {
    let akx = Akx::new();
    akx.run::<&str>(&[]).ended(2).says("The explorer needs a terminal, and this is none.");
    akx.run(&["demo"]).ended(2).says("akx --help names them all.");
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url()).with("AKX_USER", USER);
    assert!(!akx.run(&["show", "SLACK_SEND_MESSAGE"]).data().contains('\x1b'));
    assert!(akx.run(&["show", "SLACK_SEND_MESSAGE", "--color", "always"]).data().contains("\x1b[1m"));
}
