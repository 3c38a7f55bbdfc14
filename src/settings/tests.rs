use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;

const KEY: &str = include_str!("../../assets/sandbox/sandbox-private-key.pem");

/// A config directory of its own, with `config` as its file.
struct Home {
    dir: TempDir,
    paths: Paths,
}

impl Home {
    fn new(config: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), dir.path(), dir.path());
        std::fs::write(paths.config_file(), config).unwrap();
        Self { dir, paths }
    }

    fn resolve(&self, flags: &Flags, environment: &[(&str, &str)]) -> Result<Settings, Failure> {
        Settings::resolve(flags, &Environment::from_pairs(environment.iter().copied()), &self.paths)
    }

    fn with(&self, environment: &[(&str, &str)]) -> Settings {
        self.resolve(&Flags::default(), environment).unwrap()
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

fn words<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.map_or_else(|f| format!("{} {}", f.message, f.hint), |t| panic!("accepted: {t:?}"))
}

#[test]
fn flags_over_environment_over_profile_over_defaults() {
    let home = Home::new(
        "[profiles.a]\nproject = \"of-profile\"\nuser = \"of-profile\"\nbase_url = \"https://profile.example\"\n\
         api_url = \"https://profile.example/api\"\nproxy_url = \"https://profile.example/proxy\"\nwire = \"seed\"\n\
         timeout = 7\n",
    );
    let environment = [
        ("AKX_PROJECT_ID", "of-variable"),
        ("AKX_USER", "of-variable"),
        ("AKX_BASE_URL", "https://variable.example"),
        ("AKX_API_URL", "https://variable.example/api"),
        ("AKX_PROXY_URL", "https://variable.example/proxy"),
        ("AKX_WIRE", "live"),
        ("AKX_TIMEOUT", "8s"),
    ];
    let flags = Flags {
        project: Some("of-flag".into()),
        user: Some("of-flag".into()),
        base_url: Some("https://flag.example".into()),
        api_url: Some("https://flag.example/api".into()),
        proxy_url: Some("https://flag.example/proxy".into()),
        wire: Some(Wire::LiveTools),
        timeout: Some(Duration::from_secs(9)),
        ..Flags::default()
    };
    let shown = |s: Settings| {
        let texts = [s.project.unwrap(), s.user.unwrap(), s.base_url, s.api_url, s.proxy_url];
        let mut shown: Vec<String> = texts.into_iter().map(|g| format!("{} by {}", g.value, g.source)).collect();
        let wire = s.wire.unwrap();
        shown.push(format!("{} by {}", wire.value, wire.source));
        shown.push(format!("{:?} by {}", s.timeout.value, s.timeout.source));
        shown
    };
    assert_eq!(
        shown(home.resolve(&flags, &environment).unwrap()),
        [
            "of-flag by --project",
            "of-flag by --user",
            "https://flag.example by --base-url",
            "https://flag.example/api by --api-url",
            "https://flag.example/proxy by --proxy-url",
            "live-tools by --wire",
            "9s by --timeout",
        ]
    );
    assert_eq!(
        shown(home.with(&environment)),
        [
            "of-variable by AKX_PROJECT_ID",
            "of-variable by AKX_USER",
            "https://variable.example by AKX_BASE_URL",
            "https://variable.example/api by AKX_API_URL",
            "https://variable.example/proxy by AKX_PROXY_URL",
            "live by AKX_WIRE",
            "8s by AKX_TIMEOUT",
        ]
    );
    assert_eq!(
        shown(home.with(&[])),
        [
            "of-profile by profile a",
            "of-profile by profile a",
            "https://profile.example by profile a",
            "https://profile.example/api by profile a",
            "https://profile.example/proxy by profile a",
            "seed by profile a",
            "7s by profile a",
        ]
    );
    let bare = Home::new("").with(&[]);
    assert_eq!((bare.project, bare.user, bare.wire), (None, None, None));
    assert_eq!(bare.base_url, Given::new(BASE_URL.to_owned(), Source::Default));
    assert_eq!(
        (&*bare.api_url.value, &*bare.proxy_url.value),
        (Service::Api.in_the_cloud(), Service::Proxy.in_the_cloud())
    );
    assert_eq!((bare.timeout, bare.max_time), (Given::new(TIMEOUT, Source::Default), None));
    let limited = Home::new("").with(&[("AKX_MAX_TIME", "5m"), ("AKX_BODY_LIMIT", "1MB")]);
    assert_eq!(limited.max_time, Some(Given::new(Duration::from_secs(300), Source::Variable("AKX_MAX_TIME"))));
    assert!(limited.warnings.is_empty(), "{:?}", limited.warnings);
}

#[test]
fn paragons_own_variables_stand_below_a_profile() {
    let environment = [
        ("ACTIONKIT_BASE_URL", "https://ak.example"),
        ("ZEUS_BASE_URL", "https://zeus.example"),
        ("PROXY_BASE_URL", "https://proxy.example"),
        ("PARAGON_PROJECT_ID", "p"),
    ];
    let bare = Home::new("").with(&environment);
    assert_eq!(bare.base_url.source, Source::Variable("ACTIONKIT_BASE_URL"));
    assert_eq!((&*bare.api_url.value, &*bare.proxy_url.value), ("https://zeus.example", "https://proxy.example"));
    assert_eq!(bare.project.map(|p| p.value), Some("p".to_owned()));
    let with_profile =
        Home::new("[profiles.a]\nproject = \"mine\"\nbase_url = \"https://mine.example\"").with(&environment);
    assert_eq!(with_profile.base_url.value, "https://mine.example");
    assert_eq!(
        (&*with_profile.api_url.value, &*with_profile.proxy_url.value),
        ("https://mine.example", "https://mine.example"),
        "what is left over says nothing of the profile's server"
    );
    let named = [("AKX_BASE_URL", "http://127.0.0.1:9"), ("ZEUS_BASE_URL", "https://zeus.example")];
    assert_eq!(Home::new("").with(&named).api_url.value, "http://127.0.0.1:9");
    let cloud = Home::new("[profiles.a]\nproject = \"mine\"").with(&environment);
    assert_eq!(cloud.api_url.value, "https://zeus.example", "a profile that does not say where ActionKit is");
    assert_eq!(with_profile.project.map(|p| p.value), Some("mine".to_owned()));
}

#[test]
fn the_other_services_stand_beside_actionkit_on_loopback_and_on_premises() {
    let home = Home::new("");
    let beside = |base_url| {
        let settings = home.with(&[("AKX_BASE_URL", base_url)]);
        (settings.api_url.value, settings.proxy_url.value)
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(beside("http://127.0.0.1:9/"), pair("http://127.0.0.1:9", "http://127.0.0.1:9"));
    assert_eq!(
        beside("https://worker-actionkit.acme.example"),
        pair("https://zeus.acme.example", "https://worker-proxy.acme.example")
    );
    assert_eq!(beside(BASE_URL), pair("https://zeus.useparagon.com", "https://proxy.useparagon.com"));
    for own in ["https://actionkit.staging.example", "https://gateway.example/kit"] {
        assert_eq!(beside(own), pair(own, own), "nobody chose another host");
    }
}

#[test]
fn the_profile_is_the_named_one_the_default_or_the_only_one() {
    let two = Home::new("default_profile = \"b\"\n[profiles.a]\n[profiles.b]\n");
    assert_eq!(two.with(&[]).profile_name(), Some("b"));
    assert_eq!(two.with(&[("AKX_PROFILE", "a")]).profile_name(), Some("a"));
    let flags = Flags { profile: Some("b".into()), ..Flags::default() };
    assert_eq!(two.resolve(&flags, &[("AKX_PROFILE", "a")]).unwrap().profile_name(), Some("b"));
    assert_eq!(Home::new("[profiles.a]").with(&[]).profile_name(), Some("a"));
    assert_eq!(Home::new("[profiles.a]\n[profiles.b]").with(&[]).profile_name(), None);
}

#[test]
fn a_profile_that_is_not_there() {
    let home = Home::new("[profiles.staging]\n[profiles.acme]");
    let said = words(home.resolve(&Flags::default(), &[("AKX_PROFILE", "stagin")]));
    assert!(said.starts_with("There is no profile \"stagin\", which AKX_PROFILE names. The profiles in "), "{said}");
    assert!(said.ends_with("are: acme, staging. Did you mean staging?"), "{said}");
    let said = words(Home::new("default_profile = \"x\"").resolve(&Flags::default(), &[]));
    assert!(said.contains("which default_profile in "), "{said}");
}

#[test]
fn wrong_values_name_their_source() {
    let home = Home::new("");
    for (variable, value, expected) in [
        ("AKX_WIRE", "soap", "AKX_WIRE is \"soap\": expected seed, live or live-tools."),
        ("AKX_TIMEOUT", "soon", "AKX_TIMEOUT is \"soon\": expected a duration such as 30, 30s, 500ms or 2m."),
        ("AKX_READ_ONLY", "si", "AKX_READ_ONLY is \"si\": expected true or false."),
        ("AKX_BASE_URL", "x", "AKX_BASE_URL is \"x\": expected an address such as https://actionkit.useparagon.com."),
        ("ZEUS_BASE_URL", "x", "ZEUS_BASE_URL is \"x\": expected an address such as"),
        ("AKX_PROJECT_ID", "a/b", "AKX_PROJECT_ID is \"a/b\": expected a project id such as"),
    ] {
        let said = words(home.resolve(&Flags::default(), &[(variable, value)]));
        assert!(said.starts_with(expected), "{said}");
    }
    let flags = Flags { user: Some(" ".into()), ..Flags::default() };
    assert_eq!(words(home.resolve(&flags, &[])), "--user is empty. Give --user a value.");
    assert_eq!(home.with(&[]).project().unwrap_err().message, "No project is chosen.");
}

#[test]
fn read_only_can_be_switched_on_anywhere_and_off_nowhere() {
    let home = Home::new("[profiles.a]\nread_only = true");
    assert_eq!(home.with(&[("AKX_READ_ONLY", "false")]).read_only, Some(Source::Profile("a".into())));
    assert_eq!(home.with(&[("AKX_READ_ONLY", "1")]).read_only, Some(Source::Variable("AKX_READ_ONLY")));
    let flags = Flags { read_only: true, ..Flags::default() };
    assert_eq!(home.resolve(&flags, &[]).unwrap().read_only, Some(Source::Flag("--read-only")));
    assert_eq!(Home::new("").with(&[]).read_only, None);
}

#[test]
fn only_a_profile_on_this_machine_is_believed_to_be_the_sandbox() {
    let home = Home::new("[profiles.a]\nsandbox = true\n");
    assert_eq!(home.with(&[("AKX_BASE_URL", "http://127.0.0.1:1")]).place, Place::Sandbox);
    assert_eq!(home.with(&[]).place, Place::Ordinary);
    let home = Home::new("[profiles.a]\nsandbox = true\nproduction = true\n");
    assert_eq!(home.with(&[("AKX_BASE_URL", "http://127.0.0.1:1")]).place, Place::Production);
}

#[test]
fn the_token_comes_from_the_nearest_source() {
    let home = Home::new("[profiles.a]\ntoken_file = \"t\"");
    home.write("t", "of-profile\n", 0o600);
    home.write("flag", "  Bearer of-flag\n", 0o644);
    let token = |settings: Settings| {
        let token = settings.token(0).unwrap();
        format!("{} by {}", token.secret.expose_secret(), token.source)
    };
    let file = home.dir.path().join("flag");
    let flags = Flags { token_file: Some(file.clone()), ..Flags::default() };
    let variables = [("AKX_TOKEN", "of-variable"), ("AKX_TOKEN_FILE", file.to_str().unwrap())];
    assert_eq!(token(home.resolve(&flags, &variables).unwrap()), "of-flag by --token-file");
    assert_eq!(token(home.with(&variables)), "of-variable by AKX_TOKEN");
    assert_eq!(token(home.with(&variables[1..])), "of-flag by AKX_TOKEN_FILE");
    assert_eq!(token(home.with(&[])), "of-profile by profile a");
    let home = Home::new("[profiles.a]\ntoken_env = \"ACME_TOKEN\"");
    assert_eq!(token(home.with(&[("ACME_TOKEN", "named")])), "named by profile a");
    assert!(
        words(home.with(&[]).token(0))
            .starts_with("There is no token: profile a takes it from the variable ACME_TOKEN, which is not set.")
    );
}

#[test]
fn a_token_is_never_shown() {
    let settings = Home::new("").with(&[("AKX_TOKEN", "sekrit with spaces")]);
    let failure = settings.token(0).unwrap_err();
    assert!(!format!("{failure:?} {settings:?}").contains("sekrit"), "{failure:?}");
    assert!(failure.message.starts_with("What AKX_TOKEN holds is not a token"));
}

#[cfg(unix)]
#[test]
fn a_profiles_file_must_be_private_and_a_command_must_work() {
    let home = Home::new("[profiles.a]\ntoken_file = \"t\"");
    home.write("t", "token", 0o640);
    let said = words(home.with(&[]).token(0));
    assert!(
        said.contains("holds a secret, but others may read it (mode 640). Make it yours alone: chmod 600"),
        "{said}"
    );
    let said = words(Home::new("[profiles.a]\ntoken_file = \"none\"").with(&[]).token(0));
    assert!(said.contains("that profile a names could not be read"), "{said}");
    let printing = Home::new("[profiles.a]\ntoken_command = [\"printf\", \"printed\\n\"]").with(&[]);
    assert!(printing.token.renews());
    assert_eq!(printing.token(0).unwrap().secret.expose_secret(), "printed");
    let failing = Home::new("[profiles.a]\ntoken_command = [\"false\"]").with(&[]);
    assert!(words(failing.token(0)).starts_with("The token command of profile a (false) failed"));
}

#[test]
fn minting_needs_a_key_and_in_a_profile_a_switch() {
    let home = Home::new("[profiles.a]\nproject = \"p\"\nuser = \"u\"\nsigning_key_file = \"key.pem\"\nmint = true");
    home.write("key.pem", KEY, 0o600);
    let token = home.with(&[]).token(1_000).unwrap();
    let claims = token.claims.clone().unwrap();
    assert_eq!((token.user(), claims.audience.as_deref()), (Some("u"), Some("useparagon.com/p")));
    assert_eq!((claims.issued_at, claims.expires_at), (Some(1_000), Some(4_600)));
    let other = home.with(&[("AKX_USER", "v")]).token(0).unwrap();
    assert_eq!(other.user(), Some("v"));

    let unused = Home::new("[profiles.a]\nsigning_key_file = \"key.pem\"");
    let said = words(unused.with(&[]).token(0));
    assert!(said.contains("may not mint tokens with it. A signing key signs for every customer"), "{said}");

    let folded = KEY.replace('\n', "\\n");
    let bare = Home::new("");
    let by_variable = [("AKX_SIGNING_KEY", &*folded), ("AKX_USER", "w"), ("AKX_PROJECT_ID", "p")];
    assert_eq!(bare.with(&by_variable).token(0).unwrap().user(), Some("w"));
    assert!(words(bare.with(&by_variable[..1]).token(0)).starts_with("No token was minted: it is not said for which"));
    let nonsense = [("AKX_SIGNING_KEY", "x"), ("AKX_USER", "w"), ("AKX_PROJECT_ID", "p")];
    assert!(
        words(bare.with(&nonsense).token(0))
            .starts_with("The signing key in AKX_SIGNING_KEY cannot be used: it holds no")
    );
    assert_eq!(bare.with(&[]).token(0).unwrap_err().kind.exit_code(), 3);
}

#[test]
fn a_token_for_somebody_else_is_not_used() {
    let mint = |user: &str| {
        let variables = [("AKX_SIGNING_KEY", KEY), ("AKX_USER", user), ("AKX_PROJECT_ID", "p")];
        Home::new("").with(&variables).token(0).unwrap().secret.expose_secret().to_owned()
    };
    let token = mint("maria");
    let bare = Home::new("");
    let said = words(bare.with(&[("AKX_TOKEN", &token), ("AKX_USER", "jonas")]).token(0));
    assert!(said.starts_with("The token from AKX_TOKEN is for the user maria, but AKX_USER says jonas."), "{said}");
    assert!(bare.with(&[("AKX_TOKEN", &token), ("AKX_USER", "maria")]).token(0).is_ok());
    let profile = Home::new("[profiles.a]\nuser = \"jonas\"");
    let nearer = profile.with(&[("AKX_TOKEN", &token)]).token(0).unwrap();
    assert_eq!(nearer.user(), Some("maria"), "a token given now stands over the profile's user");
}

#[test]
fn a_proxy_and_certificates_are_named_by_variable_or_profile() {
    let home = Home::new(
        "[profiles.a]\nbase_url = \"https://kit.example.com\"\nproxy = \"me:sekrit@p.example.com:3128\"\nca_file = \"ca.pem\"\n",
    );
    let way = |environment: &[(&str, &str)]| {
        let settings = home.with(environment);
        let way = settings.way(&settings.base_url.value, &Environment::from_pairs(environment.iter().copied()));
        assert!(!format!("{settings:?} {way:?}").contains("sekrit"));
        way
    };
    let of_profile = way(&[]);
    assert_eq!(of_profile.proxy, Via::Named("p.example.com:3128 (profile a)".into()));
    let pem = home.dir.path().join("ca.pem").display().to_string();
    assert_eq!(of_profile.ca_file, Some(format!("{pem} (profile a)")));
    let of_variable = way(&[("AKX_PROXY", "http://q:1"), ("AKX_CA_FILE", "/x.pem")]);
    assert_eq!(of_variable.proxy, Via::Named("q:1 (AKX_PROXY)".into()));
    assert_eq!(of_variable.ca_file.as_deref(), Some("/x.pem (AKX_CA_FILE)"));
    let said = words(home.resolve(&Flags::default(), &[("AKX_PROXY", "ftp://me:sekrit@p")]));
    assert!(
        said.starts_with("AKX_PROXY is no proxy: expected a proxy's address that starts") && !said.contains("sekrit")
    );

    let home = Home::new("[profiles.a]\nbase_url = \"https://kit.example.com\"\n");
    let settings = home.with(&[]);
    let system = |base: &str, pairs: &[(&'static str, &str)]| {
        settings.way(base, &Environment::from_pairs(pairs.iter().copied())).proxy
    };
    let base = "https://kit.example.com";
    assert_eq!(system(base, &[]), Via::Straight);
    assert_eq!(system(base, &[("HTTPS_PROXY", "http://me:sekrit@p:1")]), Via::System("p:1 (HTTPS_PROXY)".into()));
    assert_eq!(system(base, &[("HTTP_PROXY", "http://p:1")]), Via::Straight);
    assert_eq!(system("http://127.0.0.1:1", &[("HTTP_PROXY", "http://p:1")]), Via::Loopback);
}
