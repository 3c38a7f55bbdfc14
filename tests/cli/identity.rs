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

#[test]
fn users_are_kept_per_profile() {
    let akx = Akx::new().config("[profiles.a]\nproject = \"p\"\n[profiles.b]\nproject = \"p\"\n");
    akx.run(&["users", "list", "--profile", "a"]).ended(0).says("No users are kept yet");
    akx.run(&["users", "add", "maria", "--label", "Maria", "--note", "pilot", "--profile", "a"]).ended(0);
    akx.run(&["users", "add", "maria", "--note", "no longer", "--profile", "a"]).ended(0);
    assert_eq!(akx.run(&["users", "list", "--profile", "a"]).ended(0).data(), "maria\tMaria\tno longer\n");
    let told = akx.run(&["users", "list", "--profile", "a", "--json"]).ended(0).json();
    assert_eq!(keys(&items(&told)[0]), ["id", "label", "note"]);
    assert_eq!(akx.run(&["users", "list", "--profile", "b"]).ended(0).data(), "");
    akx.run(&["users", "remove", "maria", "--profile", "a"]).ended(0);
    akx.run(&["users", "remove", "maria", "--profile", "a"]).ended(2).says("There is no user maria");
}

const CONFIG: &str = "# mine\n[profiles.a] # first\nproject = \"p\"\ntoken_env = \"T\"\nread-only = true\n";

#[test]
fn profiles_are_listed_shown_and_changed_with_comments_kept() {
    let akx = Akx::new().config(CONFIG);
    let listed = akx.run(&["profile", "list"]).ended(0).says("read-only is not a key akx knows");
    assert_eq!(listed.data(), "a\tp\t\t\tthe variable T\n");
    assert!(akx.run(&["profile", "show"]).ended(0).data().contains("The token comes from the variable T."));
    akx.run(&["profile", "set", "a", "timeout", "2m"]).ended(0);
    akx.run(&["profile", "set", "a", "timeout", "soon"])
        .ended(2)
        .says("error: profiles.a.timeout is \"soon\": expected");
    akx.run(&["profile", "set", "b", "project", "q"]).ended(0);
    let written = std::fs::read_to_string(akx.path("config.toml")).unwrap();
    assert!(written.starts_with("# mine\n[profiles.a] # first\n") && written.contains("timeout = \"2m\""), "{written}");
    akx.run(&["profile", "remove", "b"]).ended(0);
    akx.run(&["profile", "show", "b"]).ended(2).says("There are: a.");
    let json = akx.run(&["profile", "list", "--json"]).ended(0).json();
    assert_eq!(text(&items(&json)[0], "timeout"), "2m");
}

#[test]
fn a_profile_is_made_of_what_is_offered_only_where_that_is_said() {
    let key = include_str!("../../assets/sandbox/sandbox-private-key.pem").trim().replace('\n', "\\n");
    let akx = Akx::new().with("PROJECT_ID", "p-9").with("SIGNING_KEY", &key).with("USER", "me").with("PORT", "1");
    akx.run(&["profile", "add", "a"]).ended(2).says("PROJECT_ID says a project, but nobody said to take it.");
    let ended = akx.run(&["profile", "add", "a", "--from-env", "--user", "maria"]).ended(0);
    ended.says("there is the signing key that SIGNING_KEY holds: --mint lets a profile use it.");
    akx.run(&["token", "mint"]).ended(2).says("There is no signing key");
    akx.run(&["profile", "add", "a", "--from-env"]).ended(2).says("There is a profile a already.");
    akx.run(&["profile", "add", "b", "--project", "p-8", "--user", "maria", "--mint"]).ended(0);
    akx.run(&["profile", "set", "b", "token_lifetime", "15m"]).ended(0);
    let told = akx.run(&["--profile", "b", "token", "mint", "--json"]).ended(0).json();
    assert_eq!([text(&told, "user"), text(&told, "audience")], ["maria", "useparagon.com/p-8"]);
    assert_eq!(told.get("expires_in").map(ToString::to_string).as_deref(), Some("900"));
    let file = akx.file(".env", &format!("PROJECT_ID=p-7\nSIGNING_KEY=\"{key}\"\n"));
    akx.run(&["profile", "add", "c", "--env-file", &file, "--from-env", "--mint", "--read-only"]).ended(0);
    let shown = akx.run(&["profile", "show", "c", "--json"]).ended(0).json();
    assert_eq!([text(&shown, "project"), text(&shown, "read_only")], ["p-7", "true"]);
    assert_eq!(text(&shown, "signing_key_file"), "keys/c.pem");
    let written = std::fs::read_to_string(akx.path("config.toml")).unwrap();
    assert!(!written.contains("PRIVATE"), "{written}");
    Akx::new().run(&["profile", "add", "a"]).ended(2).says("it is not said for which project");
}

#[test]
fn a_profile_that_is_edited_wrongly_is_not_saved_and_says_the_line() {
    let akx = Akx::new().config("[profiles.a]\nproject = \"p\"\n");
    let editor = |akx: Akx, program: &str| {
        let script = akx.file("editor.sh", program);
        akx.with("EDITOR", &format!("sh {script}"))
    };
    let akx = editor(akx, "printf '[profiles.a]\\ntimeout = \"soon\"\\n' > \"$1\"\n");
    akx.run(&["profile", "edit"]).ended(2).says("line 2: profiles.a.timeout is \"soon\"");
    assert_eq!(std::fs::read_to_string(akx.path("config.toml")).unwrap(), "[profiles.a]\nproject = \"p\"\n");
    let akx = editor(akx, "printf '[profiles.b]\\nprojct = \"q\"\\n' > \"$1\"\n");
    akx.run(&["profile", "edit"]).ended(0).says("Did you mean project?");
    assert!(akx.run(&["profile", "list"]).ended(0).data().starts_with("b\t"));
    akx.with("EDITOR", "true").run(&["profile", "edit"]).ended(0).says("Nothing was changed.");
}

#[test]
fn a_broken_config_file_can_still_be_edited() {
    let akx = Akx::new().config("oops\n");
    akx.run(&["list"]).ended(2);
    let script = akx.file("editor.sh", "printf '[profiles.a]\\nproject = \"p\"\\n' > \"$1\"\n");
    akx.with("EDITOR", &format!("sh {script}")).run(&["profile", "edit"]).ended(0).says("Saved 1 profile");
}

#[test]
fn an_env_file_of_paragons_tools_is_read_when_it_is_named() {
    let server = Server::answering(200, "{}");
    let akx = Akx::new().with("AKX_TOKEN", "a.b.c").with("PROJECT_ID", "from-the-environment");
    let file = akx.file(".env", &format!("PROJECT_ID=p-7\nACTIONKIT_BASE_URL={}\nUSER=nobody\n", server.base_url()));
    akx.run(&["run", "SLACK_LIST_CHANNELS", "--env-file", &file]).ended(0);
    assert!(server.asked().iter().any(|asked| asked.starts_with("POST /projects/p-7/")), "{:?}", server.asked());
    akx.run(&["list", "--env-file", "/nowhere/.env"]).ended(2).says("/nowhere/.env");
    akx.run(&["list"]).ended(2).says("No project is chosen");
}

#[test]
fn every_source_of_a_token_works_and_none_shows_it() {
    let server = Server::answering(200, "{}");
    let base = server.base_url();
    let run = |config: &str, prepare: &dyn Fn(Akx) -> Akx| {
        let text = format!("[profiles.a]\nproject = \"p\"\nbase_url = \"{base}\"\n{config}\n");
        let akx = prepare(Akx::new().config(&text));
        let ended = akx.run(&["run", "SLACK_LIST_CHANNELS"]);
        assert!(!ended.words().contains("canary"), "{}", ended.words());
        ended
    };
    let sent = || server.header("POST", "authorization").unwrap_or_default();
    run("token_env = \"MY_TOKEN\"", &|akx| akx.with("MY_TOKEN", "canary.env.x")).ended(0);
    assert_eq!(sent(), "Bearer canary.env.x");
    run("token_command = [\"printf\", \"canary.command.x\"]", &|akx| akx).ended(0);
    assert_eq!(sent(), "Bearer canary.command.x");
    run("token_file = \"token\"", &|akx| {
        akx.file("token", "canary.file.x\n");
        akx
    })
    .ended(0);
    assert_eq!(sent(), "Bearer canary.file.x");
    run("token_env = \"MY_TOKEN\"", &|akx| akx).ended(2).says("MY_TOKEN, which is not set");
    run("token_command = [\"false\"]", &|akx| akx).ended(2);
    if cfg!(not(feature = "keyring")) {
        run("token_keyring = \"staging\"", &|akx| akx).ended(2).says("--features keyring");
    }
    #[cfg(unix)]
    run("token_file = \"token\"", &|akx| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = akx.file("token", "canary.open.x\n");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
        akx
    })
    .ended(2);
}
