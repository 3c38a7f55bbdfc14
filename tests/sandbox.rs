//! The sandbox over real HTTP: what a client sees of it, in both dialects.
#![expect(clippy::expect_used, clippy::panic, reason = "the helpers of these tests fail as the tests do")]

use std::time::Duration;

use akx::{
    domain::{action::Action, catalogue::Catalogue, wire::Wire},
    sandbox::{self, Config, PROJECT, Running},
};
#[path = "sandbox/accounts.rs"]
mod accounts;
#[path = "sandbox/clients.rs"]
mod clients;
#[path = "sandbox/everything.rs"]
mod everything;
#[path = "sandbox/proxy.rs"]
mod proxy;
#[path = "sandbox/running.rs"]
mod running;
#[path = "sandbox/triggers.rs"]
mod triggers;

use reqwest::{Method, StatusCode, header};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const MARIA: &str = "maria@acme.example.com";
const JONAS: &str = "jonas@acme.example.com";
const PRIYA: &str = "priya@acme.example.com";

/// Far enough ahead of any clock for a token to be valid.
const LATER: i64 = 4_000_000_000;

struct Sandbox {
    running: Running,
    client: reqwest::Client,
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text))
    }

    /// Checks that this is an error in the live API's shape, and gives its message.
    fn error(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["status"], json!(status));
        assert!(body["code"].as_str().is_some_and(|c| c.bytes().all(|b| b.is_ascii_digit())), "{body}");
        let id = body["meta"]["requestId"].as_str().unwrap_or_default();
        assert_eq!(self.headers.get("x-request-id").and_then(|h| h.to_str().ok()), Some(id));
        assert_eq!(id.len(), 36, "{body}");
        match &body["message"] {
            Value::String(message) => message.clone(),
            other => other.to_string(),
        }
    }
}

impl Sandbox {
    async fn start(config: Config) -> Self {
        Self::around(sandbox::start(Config { rate: None, ..config }).await.expect("starts"))
    }

    fn around(running: Running) -> Self {
        // A second call finds a provider in place, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
        Self { running, client }
    }

    async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<&str>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.running.base_url()));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned());
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("a whole body") }
    }

    /// A request of Maria's with one header more.
    async fn with(&self, (method, path): (Method, &str), header: (&str, &str), body: Option<Value>) -> Answer {
        let url = format!("{}/projects/{PROJECT}{path}", self.running.base_url());
        let mut request =
            self.client.request(method, url).header(header::AUTHORIZATION, format!("Bearer {}", token(MARIA)));
        request = request.header(header.0, header.1);
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("a whole body") }
    }

    async fn get(&self, user: &str, path: &str) -> Answer {
        self.send(Method::GET, &format!("/projects/{PROJECT}{path}"), Some(&token(user)), None).await
    }

    async fn post(&self, user: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/projects/{PROJECT}{path}");
        self.send(Method::POST, &path, Some(&token(user)), Some(&body.to_string())).await
    }

    async fn run(&self, user: &str, action: &str, parameters: Value) -> Answer {
        self.post(user, "/actions", &json!({"action": action, "parameters": parameters})).await
    }

    async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|b| b.to_string());
        self.send(method, path, None, body.as_deref()).await
    }
}

fn token(user: &str) -> String {
    minted(user, PROJECT, LATER)
}

fn minted(user: &str, project: &str, at: i64) -> String {
    let token = sandbox::token(user, project, Duration::from_secs(3600), at);
    token.expect("a token").expose_secret().to_owned()
}

fn message(text: &str) -> Value {
    json!({"channel": "C0123456789", "message": text, "botName": "release bot", "botIcon": ":rocket:"})
}

/// The keys of the list's map, sorted.
fn keys(list: &Value) -> Vec<String> {
    let mut keys: Vec<_> = list["actions"].as_object().expect("a map").keys().cloned().collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn a_sent_message_is_answered_as_slack_does_and_found_afterwards() {
    let sandbox = Sandbox::start(Config::default()).await;
    let sent = sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("The zebra has landed")).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let sent = sent.json();
    assert_eq!(sent["ok"], json!(true));
    assert_eq!(sent["channel"], json!("C0123456789"));
    assert_eq!(sent["message"]["text"], json!("The zebra has landed"));
    assert_eq!(sent["message"]["username"], json!("release bot"));
    assert_eq!(sent["message"]["ts"], sent["ts"]);
    let found = sandbox.run(MARIA, "SLACK_SEARCH_MESSAGES", json!({"query": "zebra in:#general"})).await.json();
    assert_eq!(found["messages"]["total"], json!(1), "{found}");
    assert_eq!(found["messages"]["matches"][0]["ts"], sent["ts"]);
    let other = sandbox.run("somebody-else", "SLACK_SEARCH_MESSAGES", json!({"query": "zebra"})).await.json();
    assert_eq!(other["messages"]["total"], json!(0), "every user has a world of their own");
}

#[tokio::test]
async fn the_same_calls_give_the_same_answers_on_every_sandbox() {
    let mut answers = Vec::new();
    for _ in 0..2 {
        let sandbox = Sandbox::start(Config::default()).await;
        let mut texts = Vec::new();
        for text in ["one", "two"] {
            texts.push(sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message(text)).await.text);
        }
        assert_ne!(texts[0], texts[1]);
        answers.push(texts);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn numbers_come_back_as_they_were_written() {
    let sandbox = Sandbox::start(Config::default()).await;
    let body = r#"{"tool":"SLACK_SEND_MESSAGE","parameters":{"channel":"general","message":"n","botName":"b",
        "botIcon":"i","blocks":[{"big":9007199254740993,"price":0.10}]}}"#;
    let path = format!("/projects/{PROJECT}/tools");
    let sent = sandbox.send(Method::POST, &path, Some(&token(MARIA)), Some(body)).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    assert!(sent.text.contains(r#""blocks":[{"big":9007199254740993,"price":0.10}]"#), "{}", sent.text);
}

#[tokio::test]
async fn the_seed_path_takes_bare_parameters_and_wraps_the_answer() {
    let sandbox = Sandbox::start(Config::default()).await;
    let sent = sandbox.post(MARIA, "/actions/SLACK_SEND_MESSAGE", &message("hello")).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let sent = sent.json();
    let keys: Vec<_> = sent.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["output", "integration", "action"]);
    assert_eq!(sent["integration"], json!("slack"));
    assert_eq!(sent["action"], json!("SLACK_SEND_MESSAGE"));
    assert_eq!(sent["output"]["message"]["text"], json!("hello"));
    // The provider's refusals are 500 in the live dialect; the seed's document knows no 5xx.
    let nowhere = json!({"channel": "nowhere", "message": "m", "botName": "b", "botIcon": "i"});
    let refused = sandbox.post(MARIA, "/actions/SLACK_SEND_MESSAGE", &nowhere).await;
    assert!(refused.error(404).contains("channel_not_found"));
    let refused = sandbox.run(MARIA, "SLACK_SEND_MESSAGE", nowhere).await;
    let inner: Value = serde_json::from_str(&refused.error(500)).expect("JSON inside the string");
    assert_eq!(inner, json!({"ok": false, "error": "channel_not_found"}));
    assert_eq!(refused.json()["code"], json!("41070"));
}

#[tokio::test]
async fn a_list_has_the_dialect_its_query_asks_for() {
    for wire in [Wire::Live, Wire::Seed] {
        let sandbox = Sandbox::start(Config { wire, ..Config::default() }).await;
        let bare = sandbox.get(MARIA, "/actions").await.json();
        assert_eq!(bare["actions"].is_object(), wire == Wire::Live);
        let seed = sandbox.get(MARIA, "/actions?integration=slack").await.json();
        let actions = seed["actions"].as_array().expect("an array");
        assert!(!actions.is_empty() && actions.iter().all(|a| a["integration"] == json!("slack")));
        let send = actions.iter().find(|a| a["name"] == json!("SLACK_SEND_MESSAGE")).expect("it is listed");
        assert_eq!(send["parameters"]["properties"]["blocks"]["type"], json!("object"), "the real oddity is kept");
        let plain = sandbox.get(MARIA, "/actions?format=json-schema").await.json();
        assert!(plain["actions"][0]["parameters"].is_object());
        let openai = sandbox.get(MARIA, "/actions?format=openai").await.json();
        assert_eq!(openai["actions"][0]["type"], json!("function"));
        let anthropic = sandbox.get(MARIA, "/actions?format=anthropic").await.json();
        assert!(anthropic["actions"][0]["input_schema"].is_object());
        for query in ["limit_to_available=false", "format=json_schema", "integrations=slack,gmail", "categories=crm"] {
            let live = sandbox.get(MARIA, &format!("/actions/?{query}")).await.json();
            assert!(live["actions"].is_object() && live["errors"] == json!([]), "{query}");
        }
        let two = sandbox.get(MARIA, "/actions?integrations=slack,gmail").await.json();
        assert_eq!(keys(&two), ["gmail", "slack"]);
        let tools = sandbox.get(MARIA, "/tools?integrations=slack").await.json();
        assert!(tools["tools"]["slack"][0]["function"]["parameters"].is_object(), "{tools}");
        let paragon = sandbox.get(MARIA, "/tools?format=paragon&integrations=slack").await.json();
        assert!(paragon["tools"]["slack"][0]["inputs"].is_array(), "{paragon}");
    }
}

#[tokio::test]
async fn what_is_listed_depends_on_what_is_connected() {
    let sandbox = Sandbox::start(Config::default()).await;
    let all = keys(&sandbox.get(MARIA, "/actions").await.json());
    for expected in ["gmail", "googledrive", "hubspot", "notion", "salesforce", "slack"] {
        assert!(all.iter().any(|k| k == expected), "{expected}");
    }
    assert_eq!(keys(&sandbox.get("stranger", "/actions").await.json()), all);
    let jonas = sandbox.get(JONAS, "/actions").await.json();
    assert_eq!(jonas["errors"][0]["integration"], json!("salesforce"));
    let his: Vec<_> =
        all.iter().filter(|k| !["hubspot", "notion", "salesforce"].contains(&k.as_str())).cloned().collect();
    assert_eq!(keys(&jonas), his);
    assert!(keys(&sandbox.get(PRIYA, "/actions").await.json()).is_empty());
    assert_eq!(keys(&sandbox.get(PRIYA, "/actions?limit_to_available=false").await.json()), all);
}

#[tokio::test]
async fn an_integration_that_is_not_connected_says_so() {
    let sandbox = Sandbox::start(Config::default()).await;
    for (user, action) in
        [(PRIYA, "SLACK_LIST_CHANNELS"), (JONAS, "NOTION_SEARCH_PAGES"), (JONAS, "SALESFORCE_GET_RECORD_BY_ID_LEAD")]
    {
        let answer = sandbox.run(user, action, json!({})).await;
        assert_eq!(answer.error(404), "Integration not enabled for user.");
        assert_eq!(answer.json()["meta"]["endUserId"], json!(user));
    }
}

#[tokio::test]
async fn every_bad_token_is_refused_in_its_own_words() {
    let sandbox = Sandbox::start(Config::default()).await;
    let path = format!("/projects/{PROJECT}/actions");
    let good = token(MARIA);
    let cases = [
        (None, "Missing"),
        (Some("nonsense".to_owned()), "Malformed"),
        (Some(minted(MARIA, PROJECT, 1_700_000_000)), "Expired"),
        (Some(minted(MARIA, "another", LATER)), "another project"),
        (Some(good[..good.len() - 8].to_owned() + "AAAAAAAA"), "signature"),
        (Some("eyJhbGciOiJIUzI1NiJ9.e30.AAAA".to_owned()), "HS256"),
    ];
    for (token, words) in cases {
        let answer = sandbox.send(Method::GET, &path, token.as_deref(), None).await;
        let message = answer.error(401);
        assert!(message.contains(words), "{message:?} should contain {words:?}");
    }
    let another = minted(MARIA, "another", LATER);
    let answer = sandbox.send(Method::GET, "/projects/another/actions", Some(&another), None).await;
    assert_eq!(answer.status, 200, "any project id is served");
}

#[tokio::test]
async fn a_public_key_of_ones_own_replaces_the_built_in_one() {
    // Some other public key: nobody holds its private half any more.
    let pem = include_str!("fixtures/other-public-key.pem");
    let sandbox = Sandbox::start(Config { public_key: Some(pem.to_owned()), ..Config::default() }).await;
    let answer = sandbox.get(MARIA, "/actions").await;
    assert!(answer.error(401).contains("signature does not match"));
    let refused = sandbox::start(Config { public_key: Some("nonsense".to_owned()), ..Config::default() }).await;
    assert!(refused.is_err_and(|e| e.to_string().contains("BEGIN PUBLIC KEY")));
}

#[tokio::test]
async fn parameters_are_checked_and_every_reason_named() {
    let sandbox = Sandbox::start(Config::default()).await;
    let wrong = json!({"channel": 1, "message": "m", "botName": "b", "surplus": true});
    for answer in [
        sandbox.run(MARIA, "SLACK_SEND_MESSAGE", wrong.clone()).await,
        sandbox.post(MARIA, "/actions/SLACK_SEND_MESSAGE", &wrong).await,
    ] {
        answer.error(400);
        let reasons = answer.json()["message"].as_array().cloned().unwrap_or_default();
        let reasons: Vec<_> = reasons.iter().filter_map(Value::as_str).collect();
        assert_eq!(reasons.len(), 3, "{reasons:?}");
        assert!(reasons.contains(&"botIcon is required"), "{reasons:?}");
        assert!(reasons.iter().any(|r| r.starts_with("channel ")), "{reasons:?}");
        assert!(reasons.iter().any(|r| r.starts_with("surplus ")), "{reasons:?}");
    }
    sandbox.run(MARIA, "SLACK_LIST_CHANNELS", json!([])).await.error(400);
    sandbox.post(MARIA, "/actions", &json!({"tool": "SLACK_LIST_CHANNELS"})).await.error(400);
    sandbox.post(MARIA, "/actions", &json!([])).await.error(400);
    let path = format!("/projects/{PROJECT}/actions");
    let broken = sandbox.send(Method::POST, &path, Some(&token(MARIA)), Some("{\"action\":")).await;
    assert!(broken.error(400).contains("not JSON"));
}

#[tokio::test]
async fn what_does_not_exist_is_404_and_what_is_too_large_413() {
    let sandbox = Sandbox::start(Config::default()).await;
    assert!(sandbox.run(MARIA, "SLACK_FLY", json!({})).await.error(404).contains("SLACK_FLY"));
    sandbox.post(MARIA, "/actions/SLACK_FLY", &json!({})).await.error(404);
    sandbox.get(MARIA, "/nothing").await.error(404);
    sandbox.get(MARIA, "/actions/SLACK_SEND_MESSAGE").await.error(405);
    sandbox.post(MARIA, "/actions/%FF", &json!({})).await.error(400);
    let large = message(&"x".repeat(sandbox::server::BODY_AT_MOST));
    sandbox.run(MARIA, "SLACK_SEND_MESSAGE", large).await.error(413);
}

#[tokio::test]
async fn beyond_the_rate_it_says_when_to_come_back() {
    let running = sandbox::start(Config { rate: Some(0), ..Config::default() }).await.expect("starts");
    let sandbox = Sandbox::around(running);
    let answer = sandbox.get(MARIA, "/actions").await;
    answer.error(429);
    let seconds = answer.headers.get(header::RETRY_AFTER).and_then(|h| h.to_str().ok()).and_then(|s| s.parse().ok());
    assert!(seconds.is_some_and(|s: u32| s >= 1));
}

#[tokio::test]
async fn me_and_the_integrations_tell_every_connection() {
    let sandbox = Sandbox::start(Config::default()).await;
    let me = sandbox.get(JONAS, "/sdk/me").await.json();
    assert_eq!(me["authenticated"], json!(true));
    assert_eq!(me["userId"], json!(JONAS));
    let of = |key: &str| me["integrations"][key].clone();
    assert_eq!((&of("slack")["enabled"], &of("slack")["credentialStatus"]), (&json!(true), &json!("VALID")));
    let salesforce = of("salesforce");
    assert_eq!((&salesforce["enabled"], &salesforce["credentialStatus"]), (&json!(false), &json!("INVALID")));
    assert_eq!(salesforce["allCredentials"][0]["refreshFailureCount"], json!(3));
    assert_eq!(of("notion")["enabled"], json!(false));
    assert!(of("notion").get("credentialId").is_none());
    let all = sandbox.get(JONAS, "/sdk/integrations").await.json();
    let find = |key: &str| all.as_array().and_then(|l| l.iter().find(|i| i["type"] == json!(key))).cloned();
    let slack = find("slack").unwrap_or_default();
    assert_eq!((&slack["name"], &slack["hasCredential"]), (&json!("Slack"), &json!(true)));
    assert_eq!(find("notion").unwrap_or_default()["hasCredential"], json!(false));
    let metadata = sandbox.get(JONAS, "/sdk/metadata").await.json();
    assert_eq!(metadata.as_array().map(Vec::len), all.as_array().map(Vec::len));
    sandbox.send(Method::GET, &format!("/projects/{PROJECT}/sdk/me"), None, None).await.error(401);
}

#[tokio::test]
async fn a_foreign_catalogue_is_served_and_answered_by_echo() {
    let action = |integration: &str, name: &str, schema: Option<&str>| Action {
        name: name.into(),
        integration: integration.into(),
        description: "d".into(),
        parameters: schema.map(Into::into),
        declared: None,
    };
    let schema = r#"{"type":"object","properties":{"x":{"type":"number"}},"required":["x"]}"#;
    let actions = vec![action("acme", "ACME_LAUNCH", Some(schema)), action("acme", "ACME_LAND", None)];
    let catalogue = Some(Catalogue::new(actions, vec![], None));
    let sandbox = Sandbox::start(Config { catalogue, scale: 2, ..Config::default() }).await;
    let list = sandbox.get(MARIA, "/actions").await.json();
    assert_eq!(list["actions"]["acme"][0]["function"]["name"], json!("ACME_LAUNCH"));
    assert_eq!(list["actions"]["acme_2"][1]["function"]["name"], json!("ACME_LAND_2"));
    sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("m")).await.error(404);
    sandbox.run(MARIA, "ACME_LAUNCH", json!({})).await.error(400);
    let answer = sandbox.run(MARIA, "ACME_LAUNCH", json!({"x": 1.5})).await.json();
    assert_eq!((&answer["action"], &answer["received"]), (&json!("ACME_LAUNCH"), &json!({"x": 1.5})));
    let again = sandbox.run(MARIA, "ACME_LAUNCH", json!({"x": 1.5})).await.json();
    assert_ne!(answer["id"], again["id"]);
    assert_eq!(sandbox.run(MARIA, "ACME_LAND_2", json!({"any": []})).await.status, 200);
}

#[tokio::test]
async fn the_world_can_be_seen_and_reset() {
    let sandbox = Sandbox::start(Config::default()).await;
    let first = sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("remember the zebra")).await.text;
    sandbox.run(JONAS, "SLACK_SEND_MESSAGE", message("another zebra")).await;
    let state = sandbox.control(Method::GET, "/_akx/state", None).await.text;
    assert!(state.contains("remember the zebra") && state.contains("another zebra"));
    let answer = sandbox.control(Method::POST, &format!("/_akx/reset?user={MARIA}"), None).await;
    assert_eq!(answer.status, 200);
    let state = sandbox.control(Method::GET, "/_akx/state", None).await.text;
    assert!(!state.contains("remember the zebra") && state.contains("another zebra"));
    assert_eq!(sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("remember the zebra")).await.text, first);
    sandbox.control(Method::POST, "/_akx/reset", None).await;
    assert_eq!(sandbox.control(Method::GET, "/_akx/state", None).await.text, "{}");
    let about = sandbox.control(Method::GET, "/_akx/", None).await.json();
    assert_eq!(about["users"][0]["id"], json!(MARIA));
}

#[tokio::test]
async fn faults_spoil_the_answers_they_are_set_for() {
    let sandbox = Sandbox::start(Config::default()).await;
    let fault = async |body: Value| {
        let answer = sandbox.control(Method::POST, "/_akx/faults", Some(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    };
    fault(json!({"kind": "status", "status": 503, "times": 1})).await;
    assert!(sandbox.get(MARIA, "/actions").await.error(503).contains("503"));
    assert_eq!(sandbox.get(MARIA, "/actions").await.status, 200, "once only");

    fault(json!({"kind": "status", "status": 429, "times": 1, "action": "SLACK_LIST_MEMBERS"})).await;
    assert_eq!(sandbox.run(MARIA, "SLACK_LIST_CHANNELS", json!({})).await.status, 200);
    let limited = sandbox.run(MARIA, "SLACK_LIST_MEMBERS", json!({})).await;
    limited.error(429);
    assert!(limited.headers.contains_key(header::RETRY_AFTER));

    fault(json!({"kind": "not_json", "times": 1})).await;
    assert!(sandbox.get(MARIA, "/actions").await.text.starts_with("<html>"));

    fault(json!({"kind": "expired_token", "times": 1})).await;
    assert!(sandbox.get(MARIA, "/actions").await.error(401).contains("Expired"));

    fault(json!({"kind": "not_connected", "times": 1})).await;
    let answer = sandbox.run(MARIA, "SLACK_LIST_MEMBERS", json!({})).await;
    assert_eq!(answer.error(404), "Integration not enabled for user.");

    fault(json!({"kind": "cut", "times": 1})).await;
    let url = format!("{}/projects/{PROJECT}/actions", sandbox.running.base_url());
    let cut = sandbox.client.get(url).header(header::AUTHORIZATION, format!("Bearer {}", token(MARIA))).send().await;
    assert!(cut.expect("the head arrives").bytes().await.is_err(), "the body ends in the middle");

    fault(json!({"kind": "latency", "ms": 600_000})).await;
    let others = async {
        for _ in 0..20 {
            sandbox.control(Method::GET, "/_akx/", None).await;
        }
    };
    tokio::select! {
        answer = sandbox.get(MARIA, "/actions") => panic!("the answer should be held back: {}", answer.text),
        () = others => {}
    }
    let cleared = sandbox.control(Method::DELETE, "/_akx/faults", None).await;
    assert_eq!(cleared.text, "[]");
    assert_eq!(sandbox.get(MARIA, "/actions").await.status, 200);
    sandbox.control(Method::POST, "/_akx/faults", Some(json!({"kind": "fire"}))).await.error(400);
}

#[tokio::test]
async fn other_hosts_and_pages_are_kept_out() {
    let sandbox = Sandbox::start(Config::default()).await;
    let url = format!("{}/_akx/reset", sandbox.running.base_url());
    for (name, value) in [(header::HOST, "rebound.example.com"), (header::ORIGIN, "http://127.0.0.1:1")] {
        let response = sandbox.client.post(&url).header(name, value).send().await.expect("an answer");
        assert_eq!(response.status(), 403);
    }
    let response = sandbox.client.post(&url).header(header::HOST, "localhost:1234").send().await.expect("an answer");
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let sandbox = Sandbox::start(Config::default()).await;
    let names = |page: &Value| -> Vec<String> {
        page["channels"].as_array().into_iter().flatten().map(|c| c["name"].to_string()).collect()
    };
    let mut seen = Vec::new();
    let mut pagination = json!({"limit": 2});
    for _ in 0..10 {
        let page = sandbox.run(MARIA, "SLACK_LIST_CHANNELS", json!({"paginationParameters": pagination})).await.json();
        seen.extend(names(&page));
        let next = page["response_metadata"]["next_cursor"].as_str().unwrap_or_default().to_owned();
        if next.is_empty() {
            break;
        }
        pagination = json!({"limit": 2, "pageCursor": next});
    }
    let whole = names(&sandbox.run(MARIA, "SLACK_LIST_CHANNELS", json!({})).await.json());
    assert!(whole.len() > 4 && seen == whole, "{seen:?}");
    let bad = json!({"paginationParameters": {"pageCursor": "nonsense"}});
    sandbox.run(MARIA, "SLACK_LIST_CHANNELS", bad).await.error(500);
}

#[tokio::test]
async fn stopping_frees_the_port() {
    let sandbox = Sandbox::start(Config::default()).await;
    let addr = sandbox.running.addr;
    assert_eq!(sandbox.get(MARIA, "/actions").await.status, 200);
    sandbox.running.shutdown().await;
    let again = sandbox::start(Config { port: addr.port(), ..Config::default() }).await.expect("the port is free");
    assert_eq!(again.addr, addr);
    let taken = sandbox::start(Config { port: addr.port(), ..Config::default() }).await;
    assert!(taken.is_err_and(|e| e.to_string().starts_with(&format!("cannot listen on {addr}"))));
}

#[tokio::test]
async fn dropping_it_stops_it() {
    let sandbox = Sandbox::start(Config::default()).await;
    let addr = sandbox.running.addr;
    drop(sandbox);
    let freed = async {
        while tokio::net::TcpListener::bind(addr).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), freed).await.is_ok());
}

#[tokio::test]
async fn what_is_created_anywhere_is_found_by_searching() {
    let sandbox = Sandbox::start(Config::default()).await;
    let formula = |field: &str, operator: &str, value: &str| {
        let condition = json!({"field": field, "operator": operator, "value": value});
        json!({"operator": "OR", "conditions": [{"operator": "AND", "conditions": [condition]}]})
    };
    let lead = json!({"LastName": "Zebra", "Company": "Zebra & Co", "Email": "zebra@example.com"});
    let email =
        json!({"toRecipients": ["zebra@example.com"], "from": "me", "subject": "Zebra", "messageContent": "Hi"});
    let page = json!({"parent": {"workspace": true}, "icon": {},
        "properties": {"title": [{"text": {"content": "Zebra crossing"}}]}});
    for (create, parameters, search, sought, needle) in [
        (
            "SALESFORCE_CREATE_RECORD_LEAD",
            lead.clone(),
            "SALESFORCE_SEARCH_RECORDS_LEAD",
            json!({"filterFormula": formula("Email", "$stringExactlyMatches", "zebra@example.com")}),
            "/records/0/LastName",
        ),
        (
            "SALESFORCE_CREATE_RECORD_LEAD",
            lead,
            "SALESFORCE_WRITE_SOQL_QUERY",
            json!({"query": "SELECT LastName FROM Lead WHERE Company = 'Zebra & Co' LIMIT 1"}),
            "/records/0/LastName",
        ),
        (
            "HUBSPOT_CREATE_RECORD_DEALS",
            json!({"dealname": "Zebra"}),
            "HUBSPOT_SEARCH_RECORDS_DEALS",
            json!({"filterFormula": formula("dealname", "$stringContains", "zebra")}),
            "/results/0/properties/dealname",
        ),
        (
            "GMAIL_SEND_EMAIL",
            email,
            "GMAIL_SEARCH_FOR_EMAIL",
            json!({"emailFilterFormula": "subject:zebra"}),
            "/messages/0/id",
        ),
        (
            "GOOGLE_DRIVE_CREATE_FOLDER",
            json!({"folderName": "Zebra"}),
            "GOOGLE_DRIVE_LIST_FILES",
            json!({"includeFolders": true}),
            "/files",
        ),
        (
            "NOTION_CREATE_PAGE",
            page,
            "NOTION_SEARCH_PAGES",
            json!({"searchByTitleFilterSearch": {"query": "zebra"}}),
            "/results/0/id",
        ),
    ] {
        let created = sandbox.run(MARIA, create, parameters).await;
        assert_eq!(created.status, 200, "{create}: {}", created.text);
        let found = sandbox.run(MARIA, search, sought).await;
        assert_eq!(found.status, 200, "{search}: {}", found.text);
        let value = found.json().pointer(needle).map(Value::to_string).unwrap_or_default();
        let id = created.json()["id"].to_string();
        assert!(value.contains("Zebra") || value == id, "{search}: {value:?} in {}", found.text);
    }
}
