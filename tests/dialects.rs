//! The client against a server that speaks HTTP properly: what it sends in each dialect, and what it makes of replies.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, where a panic is the verdict")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use akx::{
    client::{Client, ListFilter, Progress, Target},
    domain::{
        connection::ConnectionState,
        document::Value,
        failure::{Failure, FailureKind},
        guard::Clearance,
        now::Now,
        run::{Outcome, RunRequest, unwrap_envelope},
        wire::Wire,
    },
};
use secrecy::SecretString;
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{any, method, path, query_param},
};

#[path = "support/leave.rs"]
mod leave;

const NOW: Now = Now::new(Duration::ZERO, 1_700_000_000);
const LIVE: &str = r#"{"actions":{"slack":[{"type":"function","function":{"name":"SLACK_SEND_MESSAGE","parameters":{}}}],
    "gmail":[{"type":"function","function":{"name":"GMAIL_SEND_EMAIL","parameters":{}}}]},"errors":[]}"#;
const SEED: &str = r#"{"actions":[{"name":"SLACK_SEND_MESSAGE","integration":"slack","description":"","parameters":{}},
    {"name":"GMAIL_SEND_EMAIL","integration":"gmail","description":"","parameters":{}}]}"#;

fn client(server: &MockServer, wire: Option<Wire>) -> Client {
    let target = Target {
        wire,
        backoff: Duration::from_millis(1),
        credential: Some("c7".into()),
        ..Target::new(server.uri(), "p")
    };
    Client::new(target, &SecretString::from("the.token.x")).unwrap()
}

fn request(wire: Wire) -> RunRequest {
    let parameters = Value::parse(br#"{"channel":"C0123456789","n":0.10}"#).unwrap();
    RunRequest { action: "SLACK_SEND_MESSAGE".into(), parameters, wire, credential: None }
}

/// The guard rails' leave to run it.
fn leave() -> Clearance {
    leave::leave("SLACK_SEND_MESSAGE")
}

async fn serve(reply: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(reply).mount(&server).await;
    server
}

fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.as_bytes(), "application/json")
}

async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap_or_default()
}

fn failed(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_dialect_is_found_out_with_a_plain_question() {
    for (body, wire) in [(LIVE, Wire::Live), (SEED, Wire::Seed)] {
        let server = serve(json(200, body)).await;
        let listed = client(&server, None).list(&ListFilter::default(), NOW).await.unwrap();
        assert_eq!(listed.wire, Some(wire));
        assert_eq!(listed.bytes, body.len());
        assert_eq!(listed.catalogue.len(), 2);
        let asked = requests(&server).await;
        assert_eq!(asked.len(), 1);
        assert_eq!(
            (asked[0].method.as_str(), asked[0].url.path(), asked[0].url.query()),
            ("GET", "/projects/p/actions", None)
        );
        let header = |name: &str| asked[0].headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("-").to_owned();
        assert_eq!(header("authorization"), "Bearer the.token.x");
        assert_eq!(header("accept"), "application/json");
        assert_eq!(header("user-agent"), concat!("akx/", env!("CARGO_PKG_VERSION")));
        assert_eq!(header("x-paragon-credential"), "c7");
    }
}

#[tokio::test]
async fn a_filter_holds_in_every_dialect_even_where_the_server_ignores_it() {
    let filter = ListFilter { integrations: vec!["slack".into()], ..ListFilter::default() };
    for (body, wire, query) in [
        (LIVE, None, None),
        (SEED, None, None),
        (SEED, Some(Wire::Seed), Some("integration=slack")),
        (LIVE, Some(Wire::Live), Some("integrations=slack")),
    ] {
        let server = serve(json(200, body)).await;
        let listed = client(&server, wire).list(&filter, NOW).await.unwrap();
        let names: Vec<_> = listed.catalogue.actions().map(|a| a.name.to_string()).collect();
        assert_eq!(names, ["SLACK_SEND_MESSAGE"], "{wire:?}");
        let asked = requests(&server).await;
        assert_eq!(asked.iter().map(|r| r.url.query()).collect::<Vec<_>>(), [query]);
    }
}

#[tokio::test]
async fn what_only_the_live_dialect_can_say_is_asked_once_it_is_known() {
    let filter = ListFilter { unconnected: true, ..ListFilter::default() };
    let server = serve(json(200, LIVE)).await;
    client(&server, None).list(&filter, NOW).await.unwrap();
    let queries: Vec<_> = requests(&server).await.iter().map(|r| r.url.query().map(str::to_owned)).collect();
    assert_eq!(queries, [None, Some("limit_to_available=false".to_owned())]);

    let server = serve(json(200, SEED)).await;
    client(&server, None).list(&filter, NOW).await.unwrap();
    assert_eq!(requests(&server).await.len(), 1);
}

#[tokio::test]
async fn the_newer_path_keeps_its_dialect_whatever_it_calls_its_list() {
    for body in [LIVE.to_owned(), LIVE.replacen("actions", "tools", 1)] {
        let server = serve(json(200, &body)).await;
        let listed = client(&server, Some(Wire::LiveTools)).list(&ListFilter::default(), NOW).await.unwrap();
        assert_eq!((listed.wire, listed.catalogue.wire()), (Some(Wire::LiveTools), Some(Wire::LiveTools)));
        assert_eq!(requests(&server).await[0].url.path(), "/projects/p/tools");
    }
}

#[tokio::test]
async fn a_run_is_written_exactly_and_answered_to_the_byte() {
    let answer = r#"{"ok":true, "ts":1739896301.418839, "ok":true}"#;
    let parameters = r#"{"channel":"C0123456789","n":0.10}"#;
    for (wire, at, sent) in [
        (Wire::Seed, "/projects/p/actions/SLACK_SEND_MESSAGE", parameters.to_owned()),
        (Wire::Live, "/projects/p/actions", format!(r#"{{"action":"SLACK_SEND_MESSAGE","parameters":{parameters}}}"#)),
        (Wire::LiveTools, "/projects/p/tools", format!(r#"{{"tool":"SLACK_SEND_MESSAGE","parameters":{parameters}}}"#)),
    ] {
        let body = match wire {
            Wire::Seed => format!(r#"{{"output":{answer},"integration":"slack","action":"SLACK_SEND_MESSAGE"}}"#),
            Wire::Live | Wire::LiveTools => answer.to_owned(),
        };
        let server = serve(json(200, &body).insert_header("X-Request-Id", "r-1")).await;
        let events = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&events);
        let outcome =
            client(&server, Some(wire)).run(&leave(), &request(wire), NOW, move |p| seen.lock().unwrap().push(p)).await;
        let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
        assert_eq!((response.status, response.wire, response.request_id.as_deref()), (200, wire, Some("r-1")));
        let range = unwrap_envelope(&response.body, "SLACK_SEND_MESSAGE").unwrap_or(0..response.body.len());
        assert_eq!(std::str::from_utf8(&response.body[range]), Ok(answer));
        let asked = requests(&server).await;
        assert_eq!(asked.len(), 1);
        assert_eq!((asked[0].method.as_str(), asked[0].url.path()), ("POST", at));
        assert_eq!(std::str::from_utf8(&asked[0].body), Ok(sent.as_str()));
        assert_eq!(asked[0].headers.get("content-type").unwrap(), "application/json");
        let length = u64::try_from(body.len()).unwrap();
        let events = events.lock().unwrap();
        assert_eq!(events.first(), Some(&Progress::Sending));
        assert_eq!(events.last(), Some(&Progress::Receiving { bytes: length, of: Some(length) }));
    }
}

#[tokio::test]
async fn an_answer_need_not_be_json() {
    let server = serve(ResponseTemplate::new(200).set_body_bytes(b"\xff\xfenot json".to_vec())).await;
    let outcome = client(&server, None).run(&leave(), &request(Wire::Live), NOW, |_| {}).await;
    assert!(matches!(&outcome, Outcome::Answered(r) if &*r.body == b"\xff\xfenot json"), "{outcome:?}");
    let server = serve(ResponseTemplate::new(204)).await;
    let outcome = client(&server, None).run(&leave(), &request(Wire::Live), NOW, |_| {}).await;
    assert!(matches!(&outcome, Outcome::Answered(r) if r.body.is_empty()), "{outcome:?}");
}

#[tokio::test]
async fn a_run_is_sent_once_whatever_the_status() {
    for (status, kind, may_have_run) in [
        (400, FailureKind::InvalidParameters, false),
        (401, FailureKind::NotAuthorised, false),
        (403, FailureKind::Forbidden, false),
        (404, FailureKind::UnknownAction, false),
        (405, FailureKind::UnexpectedStatus, false),
        (429, FailureKind::RateLimited, false),
        (500, FailureKind::Provider, true),
        (502, FailureKind::Provider, true),
        (503, FailureKind::Provider, true),
        (504, FailureKind::TimedOut, true),
    ] {
        let server = serve(ResponseTemplate::new(status).insert_header("Retry-After", "0")).await;
        for wire in Wire::ALL {
            let failure = failed(client(&server, Some(wire)).run(&leave(), &request(wire), NOW, |_| {}).await);
            assert_eq!((failure.kind, failure.may_have_run), (kind, may_have_run), "{status}");
        }
        assert_eq!(requests(&server).await.len(), Wire::ALL.len(), "{status}");
    }
}

#[tokio::test]
async fn the_words_of_a_refusal_reach_the_person() {
    let server = serve(json(
        400,
        r#"{"message":[{"property":"channel","constraints":{"isString":"channel must be a string"}}],"meta":{"requestId":"r-9"}}"#,
    ))
    .await;
    let failure = failed(client(&server, None).run(&leave(), &request(Wire::Live), NOW, |_| {}).await);
    assert_eq!(failure.details, ["channel must be a string"]);
    assert_eq!(failure.request_id.as_deref(), Some("r-9"));
    assert!(failure.body.is_some());

    for status in [400, 404, 500] {
        let server = serve(ResponseTemplate::new(status).set_body_string("Integration not enabled for user.")).await;
        let failure = failed(client(&server, None).run(&leave(), &request(Wire::Live), NOW, |_| {}).await);
        assert_eq!(failure.kind, FailureKind::NotConnected, "{status}");
    }
}

#[tokio::test]
async fn a_list_is_asked_for_again_after_a_passing_failure() {
    for (status, header) in [(500, "x-none"), (502, "x-none"), (503, "retry-after"), (429, "retry-after")] {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(status).insert_header(header, "0"))
            .up_to_n_times(2)
            .mount(&server)
            .await;
        Mock::given(method("GET")).respond_with(json(200, LIVE)).mount(&server).await;
        let listed = client(&server, None).list(&ListFilter::default(), NOW).await;
        assert!(listed.is_ok(), "{status}: {listed:?}");
        assert_eq!(requests(&server).await.len(), 3, "{status}");
    }
}

#[tokio::test]
async fn a_list_gives_up_after_three_times_or_at_once() {
    for (reply, kind, times) in [
        (ResponseTemplate::new(503), FailureKind::Provider, 3),
        (ResponseTemplate::new(429).insert_header("Retry-After", "3600"), FailureKind::RateLimited, 1),
        (ResponseTemplate::new(401), FailureKind::NotAuthorised, 1),
        (ResponseTemplate::new(404), FailureKind::UnexpectedStatus, 1),
        (ResponseTemplate::new(500).set_body_string("Integration not enabled for user."), FailureKind::NotConnected, 1),
        (ResponseTemplate::new(200).set_body_string("<html><title>Sign in</title>"), FailureKind::NotJson, 1),
        (json(200, r#"{"hello":"world"}"#), FailureKind::NotJson, 1),
    ] {
        let server = serve(reply).await;
        let failure = client(&server, None).list(&ListFilter::default(), NOW).await.unwrap_err();
        assert_eq!((failure.kind, requests(&server).await.len()), (kind, times), "{failure}");
        assert!(!failure.may_have_run);
    }
}

#[tokio::test]
async fn a_page_instead_of_a_list_is_named() {
    let server = serve(ResponseTemplate::new(200).set_body_string("<html><title>Sign in</title>")).await;
    let failure = client(&server, None).list(&ListFilter::default(), NOW).await.unwrap_err();
    let host = server.address();
    assert_eq!(
        failure.message,
        format!("{host} answered, but not with the list of actions: it is an HTML page (Sign in).")
    );
}

#[tokio::test]
async fn a_list_follows_a_redirect_within_its_server_a_few_times_and_a_run_never() {
    let server = MockServer::start().await;
    Mock::given(path("/projects/p/actions"))
        .respond_with(ResponseTemplate::new(308).insert_header("Location", "/moved?x=1"))
        .mount(&server)
        .await;
    Mock::given(path("/moved")).and(query_param("x", "1")).respond_with(json(200, LIVE)).mount(&server).await;
    assert!(client(&server, None).list(&ListFilter::default(), NOW).await.is_ok());
    assert!(requests(&server).await.iter().all(|r| r.headers.contains_key("authorization")));
    let failure = failed(client(&server, None).run(&leave(), &request(Wire::Live), NOW, |_| {}).await);
    assert_eq!(failure.kind, FailureKind::UnexpectedStatus);
    assert_eq!(requests(&server).await.len(), 3);

    let circle = serve(ResponseTemplate::new(302).insert_header("Location", "/again")).await;
    assert!(client(&circle, None).list(&ListFilter::default(), NOW).await.is_err());
    assert_eq!(requests(&circle).await.len(), 4);
}

#[tokio::test]
async fn another_server_is_never_asked_with_the_token() {
    let other = serve(json(200, LIVE)).await;
    for status in [301, 302, 303, 307, 308] {
        let server = serve(
            ResponseTemplate::new(status).insert_header("Location", format!("{}/projects/p/actions", other.uri())),
        )
        .await;
        let failure = client(&server, None).list(&ListFilter::default(), NOW).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused);
        assert!(failure.message.contains(&other.uri()), "{failure}");
        assert_eq!(
            failed(client(&server, None).run(&leave(), &request(Wire::Live), NOW, |_| {}).await).kind,
            FailureKind::Refused
        );
        assert_eq!(client(&server, None).connections(NOW).await.unwrap_err().kind, FailureKind::Refused);
    }
    assert_eq!(requests(&other).await.len(), 0);
}

#[tokio::test]
async fn what_is_connected_is_asked_of_the_api() {
    let server = MockServer::start().await;
    Mock::given(path("/projects/p/sdk/me"))
        .respond_with(json(200, r#"{"authenticated":true,"userId":"u","integrations":{"slack":{"enabled":true}}}"#))
        .mount(&server)
        .await;
    let connections = client(&server, None).connections(NOW).await.unwrap();
    assert_eq!(connections.state("slack"), Some(ConnectionState::Connected));
    for (body, kind) in [("[]", FailureKind::NotJson), (r#"{"authenticated":false}"#, FailureKind::NotAuthorised)] {
        let server = serve(json(200, body)).await;
        assert_eq!(client(&server, None).connections(NOW).await.unwrap_err().kind, kind, "{body}");
    }
}

#[tokio::test]
async fn a_wrong_api_address_matters_only_to_who_asks_there() {
    let server = serve(json(200, LIVE)).await;
    let target = Target { api_url: "http://zeus.example.com".into(), ..Target::new(server.uri(), "p") };
    let client = Client::new(target, &SecretString::from("t")).unwrap();
    assert!(client.list(&ListFilter::default(), NOW).await.is_ok());
    assert_eq!(client.connections(NOW).await.unwrap_err().kind, FailureKind::Refused);
}
