//! Where settings come from, and the words for those that cannot work.

use crate::support::{Akx, Server, USER, text, token};

/// Where a dry run would send, which shows the settings without a server.
fn url(akx: &Akx, arguments: &[&str]) -> String {
    let all = [&["run", "X_GET", "--dry-run", "--no-validate", "--json"], arguments].concat();
    text(&akx.run(&all).ended(0).json(), "url")
}

#[test]
fn flags_over_variables_over_the_profile() {
    let akx = Akx::new().config(
        "[profiles.a]\nproject = \"of-profile\"\nbase_url = \"https://profile.example.com\"\nwire = \"seed\"\n",
    );
    assert_eq!(url(&akx, &[]), "https://profile.example.com/projects/of-profile/actions/X_GET");
    let akx = akx
        .with("AKX_PROJECT_ID", "of-variable")
        .with("AKX_BASE_URL", "https://variable.example.com")
        .with("AKX_WIRE", "live-tools");
    assert_eq!(url(&akx, &[]), "https://variable.example.com/projects/of-variable/tools");
    let flags = ["--project", "of-flag", "--base-url", "https://flag.example.com/", "--wire", "live"];
    assert_eq!(url(&akx, &flags), "https://flag.example.com/projects/of-flag/actions");
}

#[test]
fn without_anything_it_is_the_cloud_and_paragons_variables_are_known() {
    let akx = Akx::new().with("AKX_WIRE", "live").with("PARAGON_PROJECT_ID", "p-2");
    assert_eq!(url(&akx, &[]), "https://actionkit.useparagon.com/projects/p-2/actions");
    let akx = akx.with("ACTIONKIT_BASE_URL", "http://localhost:1721").with("AKX_WIRE", "seed");
    assert_eq!(url(&akx, &[]), "http://localhost:1721/projects/p-2/actions/X_GET");
}

#[test]
fn the_profile_is_chosen_by_flag_variable_or_default() {
    let akx = Akx::new()
        .with("AKX_WIRE", "live")
        .config("default_profile = \"a\"\n[profiles.a]\nproject = \"pa\"\n[profiles.b]\nproject = \"pb\"\n");
    assert!(url(&akx, &[]).ends_with("/pa/actions"));
    assert!(url(&akx, &["--profile", "b"]).ends_with("/pb/actions"));
    let akx = akx.with("AKX_PROFILE", "b");
    assert!(url(&akx, &[]).ends_with("/pb/actions"));
    akx.run(&["list", "--profile", "c"]).ended(2).says("There is no profile \"c\", which --profile names.");
}

#[test]
fn a_bad_config_file_stops_everything_with_its_line() {
    for (text, words) in [
        ("[profiles.a\n", "config.toml, line 1: this is not TOML:"),
        (
            "[profiles.a]\nproject = \"p\"\nread_only = \"yes\"\n",
            "config.toml, line 3: profiles.a.read_only is \"yes\": expected true or false, without quotes.\n\
             Correct that line and try again.",
        ),
        ("[profiles.a]\ntoken = \"eyJ\"\n", "config.toml, line 2: profiles.a.token does not belong into a config file"),
    ] {
        let akx = Akx::new().config(text);
        akx.run(&["list"]).ended(2).says(words);
        akx.run(&["list", "--json"]).json_error(2, "configuration");
    }
}

#[test]
fn an_unknown_key_is_a_warning() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url()).config("[profiles.a]\nprojct = \"p\"\n");
    let ended = akx.run(&["list", "--json"]).ended(0);
    ended.says("line 2: profiles.a.projct is not a key akx knows; it is ignored. Did you mean project?").json();
}

#[test]
fn a_mistyped_variable_is_a_warning() {
    let ended = Akx::new().with("AKX_PROJECT", "p").run(&["list"]).ended(3);
    ended.says("warning: AKX_PROJECT is not a variable akx knows; it is ignored. Did you mean AKX_PROJECT_ID?");
}

#[test]
fn the_token_comes_from_a_flag_a_variable_or_the_profile() {
    let server = Server::answering(200, "{}");
    let whose = |akx: &Akx, arguments: &[&str]| {
        let inspected = akx.run(&[&["token", "inspect", "--json"], arguments].concat()).ended(0).json();
        text(&inspected, "user")
    };
    let akx = Akx::new().with("AKX_BASE_URL", &server.base_url()).with("AKX_PROJECT_ID", "p-1");
    akx.file("token", &token("of-profile"));
    let flagged = akx.file("flagged", &token("of-flag"));
    let akx = akx.config("[profiles.a]\ntoken_file = \"token\"\n");
    assert_eq!(whose(&akx, &[]), "of-profile");
    let akx = akx.with("AKX_TOKEN", &token("of-variable"));
    assert_eq!(whose(&akx, &[]), "of-variable");
    assert_eq!(whose(&akx, &["--token-file", &flagged]), "of-flag");
    akx.run(&["list", "--user", USER])
        .ended(2)
        .says("The token from AKX_TOKEN is for the user of-variable, but --user says");
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn a_token_has_no_flag() {
    let akx = Akx::new();
    akx.run(&["list", "--token", "eyJ"]).ended(2).says("unexpected argument '--token'");
}

#[test]
fn a_signing_key_mints_for_whom_it_is_told() {
    let server = Server::answering(200, "{}");
    let key = include_str!("../../assets/sandbox/sandbox-private-key.pem");
    let akx = Akx::new().with("AKX_BASE_URL", &server.base_url()).with("AKX_PROJECT_ID", "p-1");
    akx.file("key.pem", key);
    let akx = akx.config("[profiles.a]\nsigning_key_file = \"key.pem\"\n");
    akx.run(&["list", "--user", "u"]).ended(2).says("Profile a has a signing key, but may not mint tokens with it.");
    let akx = akx.config("[profiles.a]\nsigning_key_file = \"key.pem\"\nmint = true\n");
    akx.run(&["list", "--user", "u"]).ended(0);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn nothing_is_set_up_yet() {
    let akx = Akx::new();
    akx.run(&["list"]).ended(3).says("There is no token to ask ActionKit with.");
    let ended = akx.with("AKX_TOKEN", &token("u")).run(&["list"]).ended(2);
    ended.says("No project is chosen.\nName it with --project, AKX_PROJECT_ID or a profile's project; or try akx demo");
}
