use super::*;
use crate::domain::{
    document::Value,
    side_effect::SideEffect,
    usage::{Usage, UsageChange},
};

const ME: &str = r#"{"authenticated":true,"userId":"u","integrations":{
    "slack":{"enabled":true,"credentialId":"c","credentialStatus":"VALID"},
    "hubspot":{"enabled":false,"credentialId":"d","credentialStatus":"INVALID"},
    "gmail":{"enabled":false}}}"#;

fn good() -> Facts {
    let me = r#"{"authenticated":true,"userId":"u","integrations":{"slack":{"enabled":true,"credentialId":"c",
        "credentialStatus":"VALID"},"gmail":{"enabled":false}}}"#;
    Facts {
        unix: 1_000,
        project: "p".into(),
        base_url: "https://actionkit.example.com".into(),
        way: Way::default(),
        source: "profile staging".into(),
        claims: Ok(Claims {
            algorithm: Some("RS256".into()),
            subject: Some("u".into()),
            audience: Some("useparagon.com/p".into()),
            issued_at: Some(900),
            not_before: None,
            expires_at: Some(5_000),
        }),
        reached: Ok(Reached { status: 200, ahead: Some(-3), took: Duration::from_millis(120) }),
        list: Ok(Listed { actions: [("slack".to_owned(), 3)].into(), problems: Vec::new() }),
        connections: Ok(Connections::default()),
        reads: Vec::new(),
    }
    .with_connections(me)
}

impl Facts {
    fn with_connections(self, me: &str) -> Self {
        Self { connections: Ok(Connections::read(me.as_bytes()).unwrap()), ..self }
    }
}

fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, "It went wrong.", "Do this.")
}

/// The checks that are not ok, with their verdicts.
fn odd(facts: &Facts) -> Vec<(String, Verdict)> {
    let lines = examine(facts).lines.into_iter();
    lines.filter(|line| line.verdict != Verdict::Ok).map(|line| (line.check, line.verdict)).collect()
}

#[test]
fn where_all_is_well_nothing_is_odd() {
    let report = examine(&good());
    assert_eq!(odd(&good()), []);
    assert_eq!((report.kind(), report.counts()), (None, (0, 0)));
    let checks: Vec<&str> = report.lines.iter().map(|line| line.check.as_str()).collect();
    assert_eq!(
        checks,
        [
            "Token",
            "Signature",
            "Project",
            "Time",
            "Host",
            "TLS",
            "Proxy",
            "Clock",
            "Access",
            "Actions",
            "slack",
            "Connections"
        ]
    );
    assert!(report.for_customer[0].contains("all your connections work"));
}

#[test]
fn the_way_names_the_proxy_and_the_certificates() {
    let told = |proxy, ca_file: Option<&str>| {
        let way = Way { proxy, ca_file: ca_file.map(str::to_owned) };
        let lines = examine(&Facts { way, ..good() }).lines.into_iter();
        let of = lines.filter(|l| ["Proxy", "TLS"].contains(&l.check.as_str()));
        of.map(|l| l.sentence).collect::<Vec<_>>().join(" ")
    };
    let named = told(Via::Named("p.example.com:3128 (profile a)".into()), Some("/c/ca.pem (profile a)"));
    assert!(named.contains("through the proxy p.example.com:3128 (profile a)."), "{named}");
    assert!(named.contains("the host's own; /c/ca.pem (profile a) is trusted as well."), "{named}");
    assert!(told(Via::System("p:1 (HTTPS_PROXY)".into()), None).contains("unless NO_PROXY exempts"));
    assert!(told(Via::Straight, None).contains("straight") && told(Via::Loopback, None).contains("this machine"));
}

#[test]
fn each_fault_of_the_token_is_a_check_of_its_own() {
    let claims = |change: fn(&mut Claims)| {
        let mut facts = good();
        if let Ok(claims) = &mut facts.claims {
            change(claims);
        }
        odd(&facts)
    };
    let failed = |check: &str| vec![(check.to_owned(), Verdict::Failed)];
    assert_eq!(claims(|c| c.algorithm = Some("HS256".into())), failed("Signature"));
    assert_eq!(claims(|c| c.audience = Some("useparagon.com/q".into())), failed("Project"));
    assert_eq!(claims(|c| c.expires_at = Some(1_000)), failed("Time"));
    assert_eq!(claims(|c| c.not_before = Some(4_000)), failed("Time"));
    assert_eq!(claims(|c| c.expires_at = Some(1_200)), [("Time".to_owned(), Verdict::Warning)]);
    assert_eq!(claims(|c| c.expires_at = None), [("Time".to_owned(), Verdict::Warning)]);
    assert_eq!(odd(&Facts { claims: Err(TokenError::Shape), ..good() }), failed("Token"));
}

#[test]
fn clocks_that_differ_are_told_by_how_much() {
    let at = |ahead| odd(&Facts { reached: Ok(Reached { status: 200, ahead, took: Duration::ZERO }), ..good() });
    assert_eq!(at(Some(59)), []);
    assert_eq!(at(Some(-61)), [("Clock".to_owned(), Verdict::Warning)]);
    // The token is judged by the server's clock, as the server does.
    let by_theirs = [("Time".to_owned(), Verdict::Failed), ("Clock".to_owned(), Verdict::Failed)];
    assert_eq!(at(Some(86_400)), by_theirs);
    assert_eq!(at(None), [("Clock".to_owned(), Verdict::Skipped)]);
    let facts = Facts { reached: Ok(Reached { status: 200, ahead: Some(86_400), took: Duration::ZERO }), ..good() };
    let line = examine(&facts).lines.into_iter().find(|line| line.check == "Clock").unwrap();
    assert_eq!(line.sentence, "This machine's clock is 1 day ahead of the server's.");
}

#[test]
fn what_was_not_reached_leaves_the_rest_unchecked() {
    for (kind, failed) in
        [(FailureKind::Unreachable, "Host"), (FailureKind::Tls, "TLS"), (FailureKind::TimedOut, "Host")]
    {
        let facts =
            Facts { reached: Err(failure(kind)), list: Err(failure(kind)), connections: Err(failure(kind)), ..good() };
        let report = examine(&facts);
        assert_eq!(report.counts().0, 1, "{kind:?} is told once");
        assert_eq!(report.kind(), Some(kind));
        let line = report.lines.iter().find(|line| line.verdict == Verdict::Failed).unwrap();
        assert_eq!((line.check.as_str(), line.next.as_str()), (failed, "Do this."));
        assert!(report.for_customer[0].contains("our side"));
    }
}

#[test]
fn a_refused_token_is_told_once() {
    let facts = Facts {
        reached: Ok(Reached { status: 401, ahead: Some(0), took: Duration::ZERO }),
        list: Err(failure(FailureKind::NotAuthorised)),
        ..good()
    };
    assert_eq!(odd(&facts), [("Access".to_owned(), Verdict::Failed), ("Actions".to_owned(), Verdict::Skipped)]);
    assert_eq!(examine(&facts).kind().map(FailureKind::exit_code), Some(3));
}

#[test]
fn connections_and_the_list_own_errors_are_told() {
    let mut facts = good().with_connections(ME);
    facts.list = Ok(Listed {
        actions: [("gmail".to_owned(), 1)].into(),
        problems: vec![Problem { about: Some("notion".into()), message: "Timed out".into() }],
    });
    let report = examine(&facts);
    let told: Vec<&str> = report.lines.iter().map(|line| line.sentence.as_str()).collect();
    assert!(told.contains(&"hubspot no longer accepts this user's credential."), "{told:#?}");
    assert!(told.contains(&"slack is connected, but the list holds none of its actions."), "{told:#?}");
    assert!(told.contains(&"notion: Timed out."), "{told:#?}");
    assert!(told.contains(&"Not connected, which may be as it should: gmail."), "{told:#?}");
    assert_eq!(report.kind(), Some(FailureKind::NotConnected));
    assert!(report.for_customer[1].ends_with("connect hubspot again."), "{:?}", report.for_customer);
    let nothing = good().with_connections(r#"{"authenticated":true,"integrations":{"gmail":{"enabled":false}}}"#);
    assert_eq!(odd(&nothing), [("Connections".to_owned(), Verdict::Failed)]);
}

#[test]
fn a_read_that_fails_is_the_providers() {
    let read = Read {
        integration: "slack".into(),
        action: "SLACK_LIST_CHANNELS".into(),
        result: Err(failure(FailureKind::Provider)),
    };
    let report = examine(&Facts { reads: vec![read], ..good() });
    assert_eq!(report.kind(), Some(FailureKind::Provider));
    assert!(report.for_customer[0].starts_with("Your connection to slack is in place"), "{:?}", report.for_customer);
}

#[test]
fn what_is_different_for_another_user_is_told() {
    let mut mine = good().with_connections(ME);
    mine.list = Ok(Listed { actions: [("slack".to_owned(), 2)].into(), problems: Vec::new() });
    let mut theirs = good().with_connections(
        &ME.replace("INVALID", "VALID").replace("\"hubspot\":{\"enabled\":false", "\"hubspot\":{\"enabled\":true"),
    );
    if let Ok(claims) = &mut theirs.claims {
        claims.subject = Some("v".into());
    }
    assert_eq!(
        compare(&mine, &theirs),
        [
            "hubspot: connected for v, must be reconnected for u.",
            "slack: 2 actions are listed for u, 3 for v (custom fields or rights may differ).",
        ]
    );
    let one = good().with_connections(&ME.replace("INVALID", "VALID"));
    let others = ME.replace(
        r#""credentialStatus":"VALID""#,
        r#""credentialStatus":"VALID","allCredentials":[{"id":"1"},{"id":"2"}]"#,
    );
    let two = compare(&one, &good().with_connections(&others));
    assert!(two.contains(&"slack: u has 1 account, u 2.".to_owned()), "{two:?}");
    let expired = Facts { unix: 6_000, ..good() };
    assert_eq!(compare(&expired, &good()), ["Time: fails for u, works for u."]);
    assert_eq!(compare(&good(), &good()), ["Nothing that was checked is different between u and u."]);
    let nobody =
        good().with_connections(r#"{"authenticated":true,"userId":"v","integrations":{"slack":{"enabled":false}}}"#);
    assert_eq!(
        compare(&good(), &nobody),
        ["Nothing works for u that does not work for u; for u alone slack is connected."]
    );
}

#[test]
fn what_another_user_has_connected_is_what_the_customer_is_told_of() {
    let mut mine = good();
    mine.list = Ok(Listed { actions: [("slack".to_owned(), 3)].into(), problems: Vec::new() });
    let me = r#"{"authenticated":true,"userId":"v","integrations":{"slack":{"enabled":true,"credentialId":"c",
        "credentialStatus":"VALID"},"gmail":{"enabled":true,"credentialId":"d","credentialStatus":"VALID"}}}"#;
    let mut theirs = good().with_connections(me);
    theirs.list =
        Ok(Listed { actions: [("slack".to_owned(), 3), ("gmail".to_owned(), 9)].into(), problems: Vec::new() });
    let report = examine(&mine).compared(&mine, &theirs);
    assert_eq!(report.differences, ["gmail: connected for u, not connected for u."], "its actions go without saying");
    assert_eq!(
        report.for_customer,
        [
            "gmail is not connected to your account yet.",
            "If you want to use it, please open the integrations page of our app and connect it.",
        ]
    );
    assert_eq!(report::not_connected(&["a", "b", "c"])[0], "a, b and c are not connected to your account yet.");
    assert_eq!(
        report::not_connected(&["a", "b", "c", "d", "e"])[0],
        "a, b, c and 2 more are not connected to your account yet."
    );
    assert!(examine(&good()).compared(&good(), &good()).for_customer[0].starts_with("Everything"));
}

#[test]
fn what_stands_in_the_way_comes_first_among_the_integrations() {
    let integrations: Vec<String> = ["asana", "box", "jira", "slack"]
        .into_iter()
        .map(|name| {
            let status = if name == "jira" { "INVALID" } else { "VALID" };
            format!(r#""{name}":{{"enabled":true,"credentialId":"{name}","credentialStatus":"{status}"}}"#)
        })
        .collect();
    let mut facts = good().with_connections(&format!(
        r#"{{"authenticated":true,"userId":"u","integrations":{{{}}}}}"#,
        integrations.join(",")
    ));
    facts.list = Ok(Listed {
        actions: ["asana", "jira", "slack"].map(|name| (name.to_owned(), 1)).into(),
        problems: Vec::new(),
    });
    let checks: Vec<String> = examine(&facts).lines.into_iter().map(|line| line.check).collect();
    assert_eq!(checks[checks.len() - 4..], ["jira", "box", "asana", "slack"]);
}

#[test]
fn the_report_is_written_as_markdown_and_json() {
    let mut facts = good();
    facts.project = "p|q\u{1b}".into();
    let report = examine(&facts);
    let text = markdown(&report);
    assert!(text.contains("p\\|q␛") && text.contains("| Token | ok |"), "{text}");
    let value = json(&report);
    assert_eq!(value.get("checks").and_then(Value::as_array).map(<[Value]>::len), Some(report.lines.len()));
}

#[test]
fn the_plainest_read_without_required_parameters_is_tried() {
    let list = br#"{"actions":{
        "slack":[{"type":"function","function":{"name":"SLACK_LIST_CHANNELS_OF_ALL","parameters":{"type":"object","properties":{}}}},
                 {"type":"function","function":{"name":"SLACK_LIST_USERS","parameters":{"type":"object","properties":{}}}},
                 {"type":"function","function":{"name":"SLACK_GET_X","parameters":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}},
                 {"type":"function","function":{"name":"SLACK_SEND_X","parameters":{"type":"object","properties":{}}}}],
        "gmail":[{"type":"function","function":{"name":"GMAIL_LIST","parameters":{"type":"object","properties":{}}}}]}}"#;
    let catalogue = Catalogue::read(list).unwrap();
    let me = Connections::read(ME.as_bytes()).unwrap();
    let tried = |usage: &Usage| harmless_reads(&catalogue, &me, usage).into_iter().map(|(_, a)| a).collect::<Vec<_>>();
    let mut usage = Usage::default();
    assert_eq!(tried(&usage), ["SLACK_LIST_USERS".into()]);
    usage.change(&UsageChange::SideEffect("SLACK_LIST_USERS".into(), Some(SideEffect::Write)));
    usage.change(&UsageChange::SideEffect("SLACK_SEND_X".into(), Some(SideEffect::Read)));
    assert_eq!(tried(&usage), ["SLACK_LIST_CHANNELS_OF_ALL".into()]);
}
