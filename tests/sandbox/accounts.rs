//! Connections: several accounts, disconnecting, and the choices an account gives.

use super::*;

async fn credentials(sandbox: &Sandbox, user: &str, integration: &str) -> Vec<Value> {
    let all = sandbox.get(user, &format!("/sdk/credentials?integration={integration}")).await.json();
    all.as_array().expect("an array").clone()
}

async fn sent_with(sandbox: &Sandbox, credential: &str, text: &str) -> Answer {
    let body = json!({"action": "SLACK_SEND_MESSAGE", "parameters": message(text)});
    sandbox.with((Method::POST, "/actions"), ("X-Paragon-Credential", credential), Some(body)).await
}

#[tokio::test]
async fn two_accounts_of_an_integration_are_two_worlds() {
    let sandbox = Sandbox::start(Config::default()).await;
    let both = credentials(&sandbox, MARIA, "slack").await;
    let [first, second] = both.as_slice() else { panic!("{both:?}") };
    assert_eq!((&first["status"], first.get("externalId")), (&json!("VALID"), None));
    assert_eq!(second["externalId"], json!("partner-team"));
    let me = sandbox.get(MARIA, "/sdk/me").await.json();
    assert_eq!(me["integrations"]["slack"]["allCredentials"], json!(both));
    assert_eq!(me["integrations"]["slack"]["credentialId"], first["id"]);

    // Named by id or by external id it is the same account.
    assert_eq!(sent_with(&sandbox, "partner-team", "a zebra among partners").await.status, 200);
    let id = second["id"].as_str().unwrap_or_default();
    let search = json!({"action": "SLACK_SEARCH_MESSAGES", "parameters": {"query": "zebra"}});
    let found = sandbox.with((Method::POST, "/actions"), ("X-Paragon-Credential", id), Some(search.clone())).await;
    assert_eq!(found.json()["messages"]["total"], json!(1), "{}", found.text);
    let first = first["id"].as_str().unwrap_or_default();
    let elsewhere = sandbox.with((Method::POST, "/actions"), ("X-Paragon-Credential", first), Some(search)).await;
    assert_eq!(elsewhere.json()["messages"]["total"], json!(0), "the first account knows nothing of it");
    assert!(sent_with(&sandbox, "nonsense", "m").await.error(404).contains("no such credential"));
    assert_eq!(credentials(&sandbox, JONAS, "slack").await.len(), 1);
    assert_eq!(credentials(&sandbox, JONAS, "salesforce").await[0]["status"], json!("INVALID"));
    assert!(credentials(&sandbox, PRIYA, "slack").await.is_empty());
}

#[tokio::test]
async fn what_is_disconnected_can_no_longer_be_used_until_the_reset() {
    let sandbox = Sandbox::start(Config::default()).await;
    let all = sandbox.get(MARIA, "/sdk/integrations").await.json();
    let slack = all.as_array().and_then(|l| l.iter().find(|i| i["type"] == json!("slack"))).cloned().expect("slack");
    let path = format!("/sdk/integrations/{}", slack["id"].as_str().expect("an id"));
    let one = sandbox.with((Method::DELETE, &path), ("X-Paragon-Credential", "partner-team"), None).await;
    assert_eq!(one.status, 200, "{}", one.text);
    assert_eq!(credentials(&sandbox, MARIA, "slack").await.len(), 1);
    assert_eq!(sandbox.run(MARIA, "SLACK_LIST_CHANNELS", json!({})).await.status, 200, "the first one is still there");

    let rest = sandbox.with((Method::DELETE, &path), ("X-Other", "x"), None).await;
    assert_eq!(rest.status, 200, "{}", rest.text);
    let refused = sandbox.run(MARIA, "SLACK_LIST_CHANNELS", json!({})).await;
    assert_eq!(refused.error(404), "Integration not enabled for user.");
    let me = sandbox.get(MARIA, "/sdk/me").await.json();
    assert_eq!(me["integrations"]["slack"]["enabled"], json!(false));
    assert!(!keys(&sandbox.get(MARIA, "/actions").await.json()).contains(&"slack".to_owned()));
    sandbox.with((Method::DELETE, &path), ("X-Other", "x"), None).await.error(404);
    sandbox.with((Method::DELETE, "/sdk/integrations/nonsense"), ("X-Other", "x"), None).await.error(404);
    assert_eq!(sandbox.run("stranger", "SLACK_LIST_CHANNELS", json!({})).await.status, 200, "nobody else is concerned");

    sandbox.control(Method::POST, "/_akx/reset", None).await;
    assert_eq!(credentials(&sandbox, MARIA, "slack").await.len(), 2);
}

#[tokio::test]
async fn a_connection_can_be_made_and_spoiled_by_the_controls() {
    let sandbox = Sandbox::start(Config::default()).await;
    let set = async |standing: &str| {
        let body = json!({"user": PRIYA, "integration": "slack", "standing": standing});
        sandbox.control(Method::POST, "/_akx/connections", Some(body)).await
    };
    assert_eq!(set("connected").await.status, 200);
    assert_eq!(sandbox.run(PRIYA, "SLACK_LIST_CHANNELS", json!({})).await.status, 200);
    set("expired").await;
    let refused = sandbox.run(PRIYA, "SLACK_LIST_CHANNELS", json!({})).await;
    refused.error(404);
    assert_eq!(refused.json()["code"], json!("7003"), "a credential that no longer works");
    set("broken").await.error(400);
}

#[tokio::test]
async fn a_source_gives_the_accounts_own_choices() {
    let sandbox = Sandbox::start(Config::default()).await;
    let choices = async |body: Value| {
        let answer = sandbox.post(MARIA, "/sdk/actions", &body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
        answer.json()["output"].clone()
    };
    let channels = choices(json!({"action": "slack", "sourceKey": "channels"})).await;
    let general = channels["records"].as_array().and_then(|r| r.iter().find(|r| r["label"] == json!("#general")));
    assert_eq!(general.map(|g| &g["value"]), Some(&json!("C0123456789")));
    let found =
        choices(json!({"action": "slack", "sourceKey": "channels", "paginationParameters": {"search": "GEN"}})).await;
    assert_eq!(found["records"].as_array().map(Vec::len), Some(1), "{found}");

    // What is created is a choice from then on.
    let team = choices(json!({"action": "microsoftTeams", "sourceKey": "teams"})).await["records"][0]["value"].clone();
    let parameters = json!([{"key": "teamId", "source": {"type": "VALUE", "value": team}}]);
    let of_team = choices(json!({"action": "microsoftTeams", "sourceKey": "channels", "parameters": parameters})).await;
    assert_eq!(of_team["records"].as_array().map(Vec::len), Some(2), "{of_team}");
    let lead = choices(json!({"action": "salesforce", "sourceKey": "leads"})).await;
    assert!(lead["records"].as_array().is_some_and(|r| r.len() > 5), "a resource is a source as well: {lead}");

    let unknown = json!({"action": "slack", "sourceKey": "unicorns"});
    assert!(sandbox.post(MARIA, "/sdk/actions", &unknown).await.error(404).contains("unicorns"));
    sandbox.post(MARIA, "/sdk/actions", &json!({"action": "slack"})).await.error(400);
    sandbox.post(MARIA, "/sdk/actions", &json!({"action": "nonsense", "sourceKey": "x"})).await.error(404);
    let not_his = json!({"action": "notion", "sourceKey": "pages"});
    assert_eq!(sandbox.post(JONAS, "/sdk/actions", &not_his).await.error(404), "Integration not enabled for user.");
}

#[tokio::test]
async fn every_source_of_every_parameter_answers() {
    let sandbox = Sandbox::start(Config::default()).await;
    for integration in sandbox::catalogue::integrations() {
        let keys: std::collections::BTreeSet<_> = integration.entries.iter().flat_map(|e| e.sources.values()).collect();
        for key in keys {
            let answer =
                sandbox.post(MARIA, "/sdk/actions", &json!({"action": &*integration.key, "sourceKey": key})).await;
            assert_eq!(answer.status, 200, "{} {key}: {}", integration.key, answer.text);
            let body = answer.json();
            let records = body["output"]["records"].as_array().expect("records");
            let dependent = matches!((&*integration.key, key.as_str()), (_, "worksheetId" | "channels"));
            assert!(dependent || !records.is_empty(), "{} {key} gives no choice", integration.key);
            assert!(
                records.iter().all(|r| r["label"].is_string() && !r["value"].is_null()),
                "{} {key}: {body}",
                integration.key
            );
        }
    }
}
