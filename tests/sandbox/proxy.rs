//! The proxy: a provider's own API, on the same world.

use super::*;

async fn raw(sandbox: &Sandbox, method: Method, path: &str, body: Option<Value>) -> Answer {
    sandbox.with((method, &format!("/sdk/proxy/{path}")), ("X-Paragon-Use-Raw-Response", "true"), body).await
}

#[tokio::test]
async fn what_the_proxy_writes_actions_read_and_the_other_way_round() {
    let sandbox = Sandbox::start(Config::default()).await;
    let body = json!({"channel": "C0123456789", "text": "a zebra by proxy"});
    let sent = raw(&sandbox, Method::POST, "slack/chat.postMessage", Some(body)).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    assert_eq!(sent.json()["ok"], json!(true));
    let found = sandbox.run(MARIA, "SLACK_SEARCH_MESSAGES", json!({"query": "zebra"})).await.json();
    assert_eq!(found["messages"]["matches"][0]["ts"], sent.json()["ts"]);
    sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("a zebra by action")).await;
    let found = raw(&sandbox, Method::GET, "slack/search.messages?query=zebra", None).await.json();
    assert_eq!(found["messages"]["total"], json!(2));
    let query = "salesforce/services/data/v59.0/query?q=SELECT+Name+FROM+Account+LIMIT+2";
    let accounts = raw(&sandbox, Method::GET, query, None).await.json();
    assert_eq!(accounts["records"].as_array().map(Vec::len), Some(2), "{accounts}");
}

#[tokio::test]
async fn records_can_be_reached_by_the_providers_own_paths() {
    let sandbox = Sandbox::start(Config::default()).await;
    let made = raw(
        &sandbox,
        Method::POST,
        "hubspot/crm/v3/objects/companies",
        Some(json!({"properties": {"name": "Zebra & Co"}})),
    );
    let made = made.await.json();
    let path = format!("hubspot/crm/v3/objects/companies/{}", made["id"].as_str().expect("an id"));
    let got = raw(&sandbox, Method::GET, &path, None).await.json();
    assert_eq!(got["properties"]["name"], json!("Zebra & Co"));
    let change = json!({"properties": {"city": "Malmö"}});
    let changed = raw(&sandbox, Method::PATCH, &path, Some(change)).await.json();
    assert_eq!(
        (&changed["properties"]["name"], &changed["properties"]["city"]),
        (&json!("Zebra & Co"), &json!("Malmö"))
    );
    let listed = raw(&sandbox, Method::GET, "hubspot/crm/v3/objects/companies?search=zebra", None).await.json();
    assert_eq!(listed["total"], json!(1), "{listed}");
    assert_eq!(raw(&sandbox, Method::DELETE, &path, None).await.status, 200);
    assert_eq!(raw(&sandbox, Method::GET, &path, None).await.status, 404);
    assert_eq!(raw(&sandbox, Method::DELETE, "hubspot/crm/v3/objects/companies", None).await.status, 404);
    let candidates = raw(&sandbox, Method::GET, "greenhouse/v1/candidates?limit=2", None).await.json();
    assert_eq!(candidates["records"].as_array().map(Vec::len), Some(2), "{candidates}");
}

#[tokio::test]
async fn the_headers_decide_about_path_and_wrapping() {
    let sandbox = Sandbox::start(Config::default()).await;
    let url = "https://slack.com/conversations.list?limit=2";
    let wrapped = sandbox.with((Method::GET, "/sdk/proxy/slack"), ("X-Paragon-Proxy-Url", url), None).await;
    assert_eq!(wrapped.json()["output"]["channels"].as_array().map(Vec::len), Some(2), "{}", wrapped.text);
    let nowhere = json!({"channel": "nowhere", "text": "m"});
    let refused = raw(&sandbox, Method::POST, "slack/chat.postMessage", Some(nowhere.clone())).await;
    assert_eq!(refused.status, 404);
    assert_eq!(refused.json()["error"], json!("channel_not_found"));
    let path = "/sdk/proxy/slack/chat.postMessage";
    let refused = sandbox.with((Method::POST, path), ("X-Other", "x"), Some(nowhere)).await;
    assert!(refused.error(500).contains("channel_not_found"));
    assert_eq!(raw(&sandbox, Method::GET, "slack/unicorns.list", None).await.status, 404);
    sandbox.get(MARIA, "/sdk/proxy/nonsense/x").await.error(404);
    assert_eq!(sandbox.get(JONAS, "/sdk/proxy/notion/v1/pages").await.error(404), "Integration not enabled for user.");
    let form = sandbox.client.post(format!("{}/projects/{PROJECT}{path}", sandbox.running.base_url()));
    let form =
        form.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body("channel=general&text=by+form%21");
    let sent = form.header(header::AUTHORIZATION, format!("Bearer {}", token(MARIA))).send().await.expect("an answer");
    assert!(sent.text().await.expect("a body").contains("by form!"));
}
