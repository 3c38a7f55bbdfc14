//! Definitions taken elsewhere, weighed, looked through and compared.

use akx::domain::{document::Value, wire::Wire};

use crate::support::{Akx, LIST, Sandbox, Server, USER, keys, text, token};

fn names(value: &Value, key: &str) -> Vec<String> {
    value.get(key).and_then(Value::as_array).unwrap().iter().map(|one| text(one, "name")).collect()
}

#[test]
fn definitions_are_written_for_each_kind_of_agent() {
    let akx = Akx::new();
    let akx = {
        let file = akx.file("list.json", LIST);
        akx.with("AKX_CATALOGUE", &file)
    };
    let one = |format: &str| akx.run(&["export", "SLACK_SEND_MESSAGE", "--format", format]).ended(0).json();
    let schema = r#"{"type":"object","properties":{"channel":{"type":"string"},"text":{"type":"string"}},"required":["channel"],"additionalProperties":false}"#;
    let openai = one("openai");
    assert_eq!(
        openai.to_json(),
        format!(
            r#"[{{"type":"function","function":{{"name":"SLACK_SEND_MESSAGE","description":"Send a message.","parameters":{schema}}}}}]"#
        )
    );
    assert_eq!(keys(&one("anthropic").as_array().unwrap()[0]), ["name", "description", "input_schema"]);
    assert_eq!(names(&one("mcp"), "tools"), ["SLACK_SEND_MESSAGE"]);
    assert_eq!(text(&one("json-schema").as_array().unwrap()[0], "title"), "SLACK_SEND_MESSAGE");
    let found = akx.run(&["export", "kind:read"]).ended(0).json();
    assert_eq!(found.as_array().map(<[Value]>::len), Some(1));
    assert_eq!(akx.run(&["export"]).ended(0).json().as_array().map(<[Value]>::len), Some(3));
    akx.run(&["export", "zzzqqq"]).ended(1).says("None of the 3 actions matches.");
    // What is taken away to work with is what was asked for, or nothing.
    let refused = |words: &[&str], code: i32, says: &str| {
        let ended = akx.run(&[&["export"], words].concat()).ended(code).says(says);
        assert_eq!(ended.data(), "", "{words:?}");
    };
    refused(&["SLACK_SEND_MESSAGE", "SLACK_SEND_MESAGE"], 1, "Did you mean SLACK_SEND_MESSAGE?");
    refused(&["in:nope"], 2, "No integration here is called nope.");
    refused(&["in:slak", "in:slack"], 2, "Did you mean in:slack?");
    refused(&["kind:bogus"], 2, "kind:bogus is not known");
    refused(&["mesage"], 1, "Did you mean message?");
    assert_eq!(akx.run(&["list", "in:nope"]).ended(0).says("No integration here is called nope.").data(), "");
    akx.run(&["export", "--format", "yaml"]).ended(2).says("expected openai, anthropic, json-schema or mcp");
}

#[test]
fn an_export_is_a_catalogue_again() {
    let akx = Akx::new();
    let list = akx.file("list.json", LIST);
    let out = akx.path("tools.json").display().to_string();
    for format in ["openai", "anthropic", "mcp"] {
        akx.run(&["export", "--catalogue", &list, "--format", format, "-o", &out, "--force"])
            .ended(0)
            .says("3 definitions");
        let again = akx.run(&["list", "--catalogue", &out]).ended(0).data();
        assert_eq!(again.lines().count(), 3, "{format}");
    }
    akx.run(&["export", "--catalogue", &list, "-o", &out]).ended(2).says("exists already");
}

#[test]
fn a_file_each_stays_in_its_directory() {
    let akx = Akx::new();
    let odd = LIST.replace("SLACK_DELETE_MESSAGE", "../../X");
    let list = akx.file("list.json", &odd);
    let dir = akx.path("schemas").display().to_string();
    let json = akx.run(&["export", "--catalogue", &list, "--directory", &dir, "--json"]).ended(0).json();
    assert_eq!(json.get("actions").and_then(Value::as_i64), Some(3));
    let mut files: Vec<String> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, ["SLACK_LIST_CHANNELS.json", "SLACK_SEND_MESSAGE.json", "______X.json"]);
    akx.run(&["export", "--catalogue", &list, "--directory", &dir]).ended(2).says("exists already");
}

#[test]
fn a_budget_is_sorted_summed_and_kept_to() {
    let akx = Akx::new();
    let akx = {
        let file = akx.file("list.json", LIST);
        akx.with("AKX_CATALOGUE", &file)
    };
    let json = akx.run(&["budget", "--json"]).ended(0).json();
    assert_eq!(keys(&json), ["format", "tokenizer", "total", "actions"]);
    assert_eq!(names(&json, "actions"), ["SLACK_SEND_MESSAGE", "SLACK_LIST_CHANNELS", "SLACK_DELETE_MESSAGE"]);
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_i64).unwrap();
    let sum: i64 = json.get("actions").and_then(Value::as_array).unwrap().iter().map(|a| number(a, "tokens")).sum();
    assert_eq!(number(&json, "total"), sum);
    akx.run(&["budget"])
        .ended(0)
        .says("126 tokens for 3 definitions as openai, counted with o200k_base (tiktoken-rs).");
    akx.run(&["budget", "--max", "10"]).ended(1).says("more than 10");
    akx.run(&["budget", "kind:read", "--max", "1000"]).ended(0);
}

#[test]
fn lint_finds_what_agents_stumble_over() {
    let akx = Akx::new();
    let akx = {
        let file = akx.file("list.json", LIST);
        akx.with("AKX_CATALOGUE", &file)
    };
    let ended = akx.run(&["lint"]).ended(0);
    assert_eq!(
        ended.data(),
        "SLACK_DELETE_MESSAGE: warning: It has no description, so a model chooses it by its name alone. [no-description]\n"
    );
    let strict = akx.run(&["lint", "--strict", "--hints", "--json"]).ended(0).json();
    let rules: Vec<String> = strict.as_array().unwrap().iter().map(|f| text(f, "rule")).collect();
    assert!(rules.iter().any(|r| r == "strict-object") && rules.iter().any(|r| r == "parameter-without-description"));
    assert_eq!(keys(&strict.as_array().unwrap()[0]), ["action", "at", "rule", "severity", "message"]);
    let bad = LIST.replace(r#""text":{"type":"string"}"#, r#""text":{"enum":[]}"#);
    let bad = akx.file("bad.json", &bad);
    let ended = akx.run(&["lint", "SLACK_SEND_MESSAGE", "--catalogue", &bad, "--rule", "empty-enum"]).ended(1);
    assert!(ended.data().starts_with("SLACK_SEND_MESSAGE text: error: Its enum is empty"), "{}", ended.data());
    akx.run(&["lint", "--rule", "nonsense"]).ended(2).says("expected one of name-too-long");
}

#[test]
fn drift_tells_what_is_different_since_a_saved_list() {
    let akx = Akx::new();
    let old = LIST
        .replace("SLACK_LIST_CHANNELS", "SLACK_GONE")
        .replace(r#""required":["channel"]"#, r#""required":[]"#)
        .replace("\"maximum\":1000", "\"maximum\":10");
    let (old, new) = (akx.file("old.json", &old), akx.file("new.json", LIST));
    let ended = akx.run(&["drift", "--since", &old, "--catalogue", &new]).ended(0);
    assert_eq!(
        ended.data(),
        "+ SLACK_LIST_CHANNELS\n- SLACK_GONE\n~ SLACK_SEND_MESSAGE\n  ! channel is required now\n"
    );
    assert!(ended.words().contains("1 added, 1 removed, 1 changed"));
    let json = akx.run(&["drift", "--since", &old, "--catalogue", &new, "--json", "--check"]).ended(1).json();
    assert_eq!(keys(&json), ["added", "removed", "changed"]);
    let changes = json.get("changed").and_then(Value::as_array).unwrap()[0].get("changes").unwrap();
    assert_eq!(
        changes.to_json(),
        r#"[{"kind":"now_required","parameter":"channel","may_break":true,"words":"channel is required now"}]"#
    );
    akx.run(&["drift", "--since", &new, "--catalogue", &new, "--check"]).ended(0).says("Nothing is different");
}

#[test]
fn drift_compares_with_the_list_kept_from_last_time() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    akx.run(&["drift"]).ended(2).says("no list of another time");
    akx.run(&["drift", "--check"])
        .ended(0)
        .says("Nothing is different: the list of a moment ago against the list now.");
    akx.run(&["drift", "--offline"]).ended(2).says("no list of another time");
}

#[test]
fn two_users_see_different_lists() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = sandbox.akx(USER);
    let other = sandbox.akx("jonas@acme.example.com");
    let variables = other.environment();
    let token_of_other = &variables.iter().find(|(name, _)| name == "AKX_TOKEN").unwrap().1;
    let file = akx.file("other.token", token_of_other);
    let json = akx.run(&["drift", "--other-token-file", &file, "--json"]).ended(0).json();
    let mine = akx.run(&["list"]).ended(0).data();
    let theirs = other.run(&["list"]).ended(0).data();
    let only = |a: &str, b: &str| {
        let names = |list: &str| list.lines().map(|l| l.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>();
        let b = names(b);
        let mut only: Vec<String> = names(a).into_iter().filter(|n| !b.contains(n)).collect();
        only.sort();
        only
    };
    assert_eq!(names(&json, "added"), only(&theirs, &mine));
    assert_eq!(names(&json, "removed"), only(&mine, &theirs));
    assert!(json.to_json().len() > 60, "the sandbox's users differ: {json}");
}

#[test]
fn what_was_run_is_recent() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    assert_eq!(akx.run(&["list", "is:recent"]).ended(0).data(), "");
    akx.run(&["run", "SLACK_LIST_CHANNELS"]).ended(0);
    assert!(akx.run(&["list", "is:recent"]).ended(0).data().starts_with("SLACK_LIST_CHANNELS\t"));
    let other = akx.with("AKX_TOKEN", &token("jonas@acme.example.com"));
    // Kept per project: whoever tests it does so for many users.
    assert!(other.run(&["list", "is:recent"]).ended(0).data().starts_with("SLACK_LIST_CHANNELS\t"));
    let elsewhere = other.with("AKX_PROJECT_ID", "11111111-0000-4000-8000-000000000000");
    assert_eq!(elsewhere.run(&["list", "is:recent"]).ended(0).data(), "");
}

#[test]
fn a_call_is_printed_as_code_and_nothing_is_sent() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    let call = |code: &str| akx.run(&["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1", "--as", code]).ended(0).data();
    for code in ["curl", "akx", "python", "typescript", "rust", "openai", "anthropic"] {
        let text = call(code);
        assert!(text.contains("SLACK_SEND_MESSAGE") && text.contains("C1"), "{code}: {text}");
        assert!(!text.contains(&token(USER)), "{code} holds the token");
    }
    assert!(call("curl").contains("Bearer $AKX_TOKEN"));
    assert!(server.asked().iter().all(|asked| asked.starts_with("GET")));
    let json = akx.run(&["run", "SLACK_LIST_CHANNELS", "--as", "akx", "--json"]).ended(0).json();
    assert_eq!(keys(&json), ["code", "text"]);
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--as", "cobol"]).ended(2).says("expected one of curl, akx, python");
}

/// A server whose list can be changed.
fn two_lists() -> (Server, Akx) {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    (server, akx)
}

fn kept(akx: &Akx, extension: &str) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(akx.path("lists")).unwrap().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

#[test]
fn a_search_offline_reads_names_alone() {
    let (_server, akx) = two_lists();
    akx.run(&["list"]).ended(0);
    let [schemas] = kept(&akx, "schemas").try_into().unwrap();
    std::fs::remove_file(&schemas).unwrap();
    let found = akx.run(&["list", "send", "--offline"]).ended(0).data();
    assert_eq!(found, "SLACK_SEND_MESSAGE\tslack\tsend\tSend a message.\n");
    assert_eq!(akx.run(&["list", "--offline"]).ended(0).data().lines().count(), 3);
    // What parameters are called is known without the schemas.
    assert_eq!(akx.run(&["list", "needs:channel", "--offline"]).ended(0).data(), found);
    assert!(
        akx.run(&["search", "slakc delte", "--offline"])
            .ended(0)
            .says("slack delete")
            .data()
            .starts_with("SLACK_DELETE")
    );
    akx.run(&["show", "SLACK_SEND_MESSAGE", "--offline"]).ended(2).says("it is damaged, or of another version");
}

#[test]
fn a_damaged_list_is_told_and_fetched_anew() {
    let (_server, akx) = two_lists();
    akx.run(&["list"]).ended(0);
    let [names] = kept(&akx, "names").try_into().unwrap();
    let whole = std::fs::read(&names).unwrap();
    std::fs::write(&names, &whole[..whole.len() / 2]).unwrap();
    akx.run(&["list", "--offline"]).ended(2).says("cannot be read");
    let shown = akx.run(&["show", "SLACK_SEND_MESSAGE"]).ended(0).says("It is fetched anew.").data();
    assert!(shown.contains("channel"), "{shown}");
    assert_eq!(akx.run(&["list", "--offline"]).ended(0).data().lines().count(), 3);
}

#[test]
fn what_is_new_is_what_the_list_before_had_not() {
    let (server, akx) = two_lists();
    akx.run(&["list"]).ended(0);
    akx.run(&["list", "is:new"]).ended(0).says("New actions are not known here");
    let more = LIST.replace("SLACK_LIST_CHANNELS", "SLACK_LIST_MEMBERS");
    server.list(&more);
    assert!(akx.run(&["list", "is:new"]).ended(0).data().starts_with("SLACK_LIST_MEMBERS\t"));
    assert_eq!(akx.run(&["list", "is:new", "--offline"]).ended(0).data().lines().count(), 1);
    assert_eq!(akx.run(&["list", "-is:new"]).ended(0).data().lines().count(), 2);
}

#[test]
fn a_category_is_what_the_server_selects() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = sandbox.akx(USER);
    let integrations = |query: &[&str]| {
        let list = akx.run(query).ended(0).data();
        let mut keys: Vec<String> = list.lines().map(|l| l.split('\t').nth(1).unwrap().to_owned()).collect();
        keys.dedup();
        keys
    };
    let crm = integrations(&["list", "--all", "category:crm"]);
    assert!(crm.contains(&"salesforce".to_owned()) && !crm.contains(&"slack".to_owned()), "{crm:?}");
    akx.run(&["list", "category:cmr"]).ended(0).says("Did you mean category:crm?");
    akx.run(&["list", "-category:crm", "-in:slack", "kind:send"]).ended(0);
    // Where no server is asked, akx's own table says the same.
    let all = akx.run(&["export", "--format", "mcp"]).ended(0).data();
    let file = akx.file("all.json", &all);
    let of_table = integrations(&["list", "category:crm", "--catalogue", &file]);
    assert!(!of_table.is_empty() && of_table.iter().all(|key| crm.contains(key)), "{of_table:?}");
}

#[test]
fn the_server_says_what_is_of_a_category() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url());
    // This one selects slack by any category, which akx's own table does not.
    assert_eq!(akx.run(&["list", "category:accounting"]).ended(0).data().lines().count(), 3);
    akx.run(&["list", "category:accounting", "--offline"]).ended(0).says("No integration here is of the category acc");
    assert!(server.queries().iter().any(|query| query.contains("categories=accounting")));
}

#[test]
fn what_is_connected_is_asked_for() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = sandbox.akx("jonas@acme.example.com");
    let all = akx.run(&["list", "--all"]).ended(0).data().lines().count();
    let connected = akx.run(&["list", "--all", "is:connected"]).ended(0).data().lines().count();
    let not = akx.run(&["list", "--all", "-is:connected"]).ended(0).data().lines().count();
    assert!(connected > 0 && not > 0 && connected + not == all, "{connected} and {not} of {all}");
}

#[test]
fn the_servers_own_definitions_are_compared_with_ours() {
    let sandbox = Sandbox::start(Wire::Seed);
    let akx = sandbox.akx(USER);
    for format in ["openai", "anthropic", "json-schema"] {
        let asked = ["export", "in:slack", "--compare-server", "--format", format];
        akx.run(&asked).ended(0).says("7 the same as the server's, 0 different, 0 not in its reply.");
    }
    let server = Server::answering(200, "{}");
    let other = Akx::at(&server.base_url());
    other.run(&["export", "--compare-server"]).ended(2).says("The server does not write definitions as openai");
    // A list that was saved, against a server that has none of it.
    let list = akx.file("list.json", LIST);
    let asked = ["export", "SLACK_SEND_MESSAGE", "--compare-server", "--catalogue", &list, "--json"];
    let json = akx.run(&asked).ended(1).json();
    let different = json.get("different").and_then(Value::as_array).unwrap();
    assert_eq!(text(&different[0], "name"), "SLACK_SEND_MESSAGE");
    let at = different[0].get("differences").and_then(Value::as_array).unwrap()[0].get("at").unwrap().to_json();
    assert!(at.contains("/function/"), "{at}");
}

#[test]
fn another_user_is_not_taken_for_the_one_whose_token_is_at_hand() {
    let sandbox = Sandbox::start(Wire::Live);
    let akx = sandbox.akx(USER);
    akx.run(&["drift", "--other-user", "jonas@acme.example.com"]).ended(2).says("is for the user maria");
}
