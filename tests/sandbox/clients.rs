//! Programs of other people: the very requests they make, as their traffic and their published sources show them.

use akx::domain::token::sign::{Grant, SigningKey};

use super::*;

/// A token as Paragon's MCP server signs it for itself: for seven days, and for no audience.
fn without_audience(user: &str) -> String {
    let pem = include_str!("../../assets/sandbox/sandbox-private-key.pem").to_owned();
    let key = SigningKey::from_pem(&pem.into()).expect("a key");
    let week = Duration::from_secs(7 * 24 * 3600);
    let grant = Grant { user, project: None, issued_at: LATER, lifetime: week };
    key.mint(&grant).expect("a token").expose_secret().to_owned()
}

/// Paragon's MCP server (`github.com/useparagon/paragon-mcp`), pointed here by `ACTIONKIT_BASE_URL`, `ZEUS_BASE_URL` and
/// `PROXY_BASE_URL`: it sends a content type with its GETs as well.
async fn mcp(sandbox: &Sandbox, (method, path): (Method, &str), user: &str, body: Option<Value>) -> Answer {
    let request = sandbox.client.request(method, format!("{}/projects/{PROJECT}{path}", sandbox.running.base_url()));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let mut request = request.header(header::AUTHORIZATION, format!("Bearer {}", without_audience(user)));
    if path.starts_with("/sdk/proxy/") {
        request = request.header("X-Paragon-Proxy-Url", "https://slack.com/api/conversations.list?limit=2");
        request = request.header("X-Paragon-Use-Slack-Token-Type", "user");
    }
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("a whole body") }
}

#[tokio::test]
async fn paragons_mcp_server_lists_every_tool_and_runs_them() {
    let sandbox = Sandbox::start(Config::default()).await;
    // At its start, as a user named like the project.
    let integrations = mcp(&sandbox, (Method::GET, "/sdk/integrations"), PROJECT, None).await.json();
    let integrations = integrations.as_array().expect("an array, which it maps");
    assert!(integrations.len() >= 130 && integrations.iter().all(|i| i["type"].is_string()));

    // Then the tools: it walks `actions[integration][i].function`, and passes each schema on as it is.
    let list = mcp(&sandbox, (Method::GET, "/actions?limit_to_available=false"), PRIYA, None).await;
    assert_eq!(list.status, 200, "{}", list.text);
    let list = list.json();
    let mut names = std::collections::BTreeSet::new();
    for (integration, actions) in list["actions"].as_object().expect("a map") {
        for action in actions.as_array().expect("a list") {
            let function = &action["function"];
            assert!(function["description"].is_string(), "{integration}: {action}");
            assert_eq!(function["parameters"]["type"], json!("object"), "MCP wants an object: {action}");
            assert!(names.insert(function["name"].as_str().expect("a name")), "{function} is there twice");
        }
    }
    assert!(names.len() >= 1000, "{}", names.len());

    // A call, and its answer handed on as JSON because its content type says so.
    let call = json!({"action": "SLACK_SEND_MESSAGE", "parameters": message("a zebra by MCP")});
    let sent = mcp(&sandbox, (Method::POST, "/actions"), MARIA, Some(call.clone())).await;
    let kind = sent.headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or_default();
    assert_eq!(kind.split(';').next(), Some("application/json"));
    assert_eq!(sent.json()["message"]["text"], json!("a zebra by MCP"));

    // Not connected: the sentence it looks for, and what it makes its set-up link of.
    let refused = mcp(&sandbox, (Method::POST, "/actions"), PRIYA, Some(call)).await;
    assert!(refused.error(404).contains("Integration not enabled for user."));
    let meta = refused.json()["meta"].clone();
    for member in ["personaId", "integrationId", "endUserId"] {
        assert!(meta[member].is_string(), "{member}: {meta}");
    }
    assert_eq!(meta["projectId"], json!(PROJECT));

    // Its CALL_API_REQUEST tool goes through the proxy with a whole URL, and takes the reply as text.
    let channels = mcp(&sandbox, (Method::GET, "/sdk/proxy/slack"), MARIA, None).await;
    assert_eq!(channels.json()["output"]["channels"].as_array().map(Vec::len), Some(2), "{}", channels.text);
}

/// The findings of an `OpenAPI` checker driven by the seed's document, which knows neither another method than GET on
/// the list, nor another `format` than three, nor a 5xx.
#[tokio::test]
async fn with_the_seeds_wire_what_the_seeds_document_does_not_know_is_refused() {
    let sandbox = Sandbox::start(Config { wire: Wire::Seed, ..Config::default() }).await;
    for path in ["/actions", "/actions/"] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE] {
            let answer = sandbox.with((method.clone(), path), ("X-Other", "x"), None).await;
            answer.error(405);
            let allow = answer.headers.get(header::ALLOW).and_then(|h| h.to_str().ok());
            assert_eq!(allow, Some("GET,HEAD"), "{method} {path}");
        }
    }
    let refused = sandbox.get(MARIA, "/actions?format=AAA").await;
    assert!(refused.error(401).contains("json-schema"), "the only refusal of a list it knows: {}", refused.text);
    for format in ["openai", "anthropic", "json-schema"] {
        assert_eq!(sandbox.get(MARIA, &format!("/actions?integration=&format={format}")).await.status, 200, "{format}");
    }
    let running =
        sandbox::start(Config { wire: Wire::Seed, rate: Some(1), ..Config::default() }).await.expect("starts");
    let slow = Sandbox::around(running);
    for _ in 0..3 {
        assert_eq!(slow.get(MARIA, "/actions?integration=slack").await.status, 200, "it limits runs only");
    }
    let path = format!("/projects/{PROJECT}/actions/SLACK_LIST_CHANNELS");
    let run = async || slow.send(Method::POST, &path, Some(&token(MARIA)), Some("{}")).await.status.as_u16();
    assert_eq!([run().await, run().await], [200, 429]);
    let live = Sandbox::start(Config::default()).await;
    assert_eq!(live.get(MARIA, "/actions?format=AAA").await.status, 200, "the live API ignores what it does not know");

    let run = async |name: &str, body: Option<&str>| {
        let path = format!("/projects/{PROJECT}/actions/{name}");
        sandbox.send(Method::POST, &path, Some(&token(MARIA)), body).await
    };
    for (name, body, statuses) in [
        ("SLACK_SEND_MESSAGE", None, &[400][..]),
        ("SLACK_LIST_CHANNELS", None, &[400]),
        ("SLACK_SEND_MESSAGE", Some("null"), &[400]),
        ("SLACK_SEND_MESSAGE", Some("[[]]"), &[400]),
        ("SLACK_SEND_MESSAGE", Some("{\"channel\""), &[400]),
        ("SLACK_SEND_MESSAGE", Some("{\"channelId\":\"C0123456789\",\"text\":\"Hello from ActionKit\"}"), &[400]),
        ("%00", Some("{}"), &[404]),
        ("%F0%9F%A6%93", Some("{}"), &[404]),
        ("%ff", Some("{}"), &[400]),
        ("", Some("{}"), &[405]),
        ("SLACK_LIST_CHANNELS", Some("{}"), &[200]),
    ] {
        let answer = run(name, body).await;
        assert!(statuses.contains(&answer.status.as_u16()), "{name} {body:?}: {} {}", answer.status, answer.text);
        if answer.status == 200 {
            let result = answer.json();
            assert!(result["output"].is_object() && result["integration"].is_string() && result["action"] == *name);
        }
    }
}
