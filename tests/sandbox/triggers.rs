//! Triggers: subscribing, and signed deliveries to a listener of the test's own.

use akx::sandbox::webhook;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// Takes one delivery and answers it: the head, in small letters, and the body.
async fn delivery(listener: &TcpListener, status: &str) -> (String, String) {
    let (mut stream, _) = listener.accept().await.expect("a delivery");
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.expect("a request");
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|r| r.lines().next()).and_then(|l| l.parse().ok());
        if length == Some(body.len()) {
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("answered");
            return (head, body.to_owned());
        }
    }
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hooks/akx?x=1", listener.local_addr().expect("an address"));
    (listener, url)
}

#[tokio::test]
async fn a_message_posted_is_delivered_signed_to_whoever_subscribed() {
    let sandbox = Sandbox::start(Config::default()).await;
    let (listener, url) = listener().await;
    let subscription = json!({
        "integration": "slack", "type": "SLACK_TRIGGER_CHANNEL_MESSAGE_POSTED", "parameters": {"channel": "C0123456789"},
        "webhookOverride": {"url": url, "headers": {"X-Team": "release"}, "metadata": {"ticket": 7}}
    });
    let made = sandbox.post(MARIA, "/trigger-subscriptions", &subscription).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["status"], &made["dateLastReceivedEvent"]), (&json!("ACTIVE"), &Value::Null));

    // Neither another channel nor another person's world concerns it.
    let elsewhere = json!({"channel": "random", "message": "elsewhere", "botName": "b", "botIcon": "i"});
    sandbox.run(MARIA, "SLACK_SEND_MESSAGE", elsewhere).await;
    sandbox.run(JONAS, "SLACK_SEND_MESSAGE", message("another world")).await;
    let sent = sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("the zebra has landed")).await.json();
    let (head, body) = delivery(&listener, "200 OK").await;
    assert!(head.starts_with("post /hooks/akx?x=1 http/1.1"), "{head}");
    assert!(head.contains("x-team: release"), "{head}");
    let signature = webhook::signature(body.as_bytes());
    assert!(head.contains(&format!("x-paragon-signature: {signature}")), "{head}");
    let event: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(event["payload"]["text"], json!("the zebra has landed"));
    assert_eq!(event["payload"]["ts"], sent["ts"]);
    for (key, expected) in [
        ("userId", json!(MARIA)),
        ("integration", json!("slack")),
        ("triggerType", json!("SLACK_TRIGGER_CHANNEL_MESSAGE_POSTED")),
        ("triggerSubscriptionId", made["id"].clone()),
        ("credentialId", made["credentialId"].clone()),
        ("projectId", json!(PROJECT)),
        ("triggerSubscriptionMetadata", json!({"ticket": 7})),
    ] {
        assert_eq!(event[key], expected, "{key}");
    }

    // An answer that is no success shows in the subscription; changing it makes it active again.
    sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("again")).await;
    let (_, second) = delivery(&listener, "500 Internal Server Error").await;
    let second: Value = serde_json::from_str(&second).expect("JSON");
    assert_ne!(second["eventId"], event["eventId"]);
    let listed = async |query: &str| {
        let all = sandbox.get(MARIA, &format!("/trigger-subscriptions{query}")).await.json();
        all["triggers"]["slack"].as_array().cloned().unwrap_or_default()
    };
    while listed("?status=ERRORED").await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(listed("").await[0]["error"].as_str().is_some_and(|e| e.contains("500")));
    let path = format!("/trigger-subscriptions/{}", made["id"].as_str().expect("an id"));
    let change = json!({"parameters": {"channel": null}, "webhookOverride": {"metadata": null}});
    let changed = sandbox.with((Method::PATCH, &path), ("X-Other", "x"), Some(change)).await.json();
    assert_eq!((&changed["status"], &changed["parameters"]), (&json!("ACTIVE"), &json!({})));
    assert_eq!(changed["webhookOverride"]["metadata"], Value::Null);
    assert_eq!(changed["webhookOverride"]["url"], json!(url));

    assert_eq!(sandbox.with((Method::DELETE, &path), ("X-Other", "x"), None).await.status, 200);
    sandbox.with((Method::DELETE, &path), ("X-Other", "x"), None).await.error(404);
    assert!(listed("").await.is_empty());
    let deliveries = sandbox.control(Method::GET, "/_akx/deliveries", None).await.json();
    assert_eq!(deliveries.as_array().map(Vec::len), Some(2), "{deliveries}");
    assert_eq!((&deliveries[0]["delivered"], &deliveries[1]["delivered"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn record_triggers_concern_the_kind_of_record_asked_for() {
    let sandbox = Sandbox::start(Config::default()).await;
    let subscribe = async |kind: Option<&str>| {
        let parameters = kind.map_or(json!({}), |k| json!({"recordType": k}));
        let body =
            json!({"integration": "salesforce", "type": "SALESFORCE_TRIGGER_RECORD_CREATED", "parameters": parameters});
        assert_eq!(sandbox.post(MARIA, "/trigger-subscriptions", &body).await.status, 200);
    };
    subscribe(Some("Lead")).await;
    subscribe(Some("Contact")).await;
    subscribe(None).await;
    let lead = json!({"LastName": "Zebra", "Company": "Zebra & Co"});
    sandbox.run(MARIA, "SALESFORCE_CREATE_RECORD_LEAD", lead).await;
    // Nobody said where to deliver: the events are noted all the same.
    let noted = loop {
        let noted = sandbox.control(Method::GET, "/_akx/deliveries", None).await.json();
        if noted.as_array().is_some_and(|n| n.len() >= 2) {
            break noted;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(noted.as_array().map(Vec::len), Some(2), "the lead's and everything's: {noted}");
    assert!(noted[0]["body"].as_str().is_some_and(|b| b.contains("Zebra & Co")));
}

#[tokio::test]
async fn every_known_trigger_is_listed_and_gives_examples() {
    let sandbox = Sandbox::start(Config::default()).await;
    let all = sandbox.get(MARIA, "/triggers").await.json();
    let mut count = 0;
    for (integration, rows) in all["triggers"].as_object().expect("a map") {
        for row in rows.as_array().expect("a list") {
            count += 1;
            assert!(matches!(row["triggerModel"].as_str(), Some("WEBHOOK" | "POLLING")), "{row}");
            assert!(row["title"].as_str().is_some_and(|t| t.len() > 3) && row["parameters"].is_array(), "{row}");
            let body = json!({"integration": integration, "type": row["type"], "parameters": {}});
            let examples = sandbox.post(MARIA, "/triggers/examples", &body).await;
            let there = examples.json().as_array().is_some_and(|e| !e.is_empty() && e.iter().all(Value::is_object));
            assert!(there, "{integration} {row}: {}", examples.text);
        }
    }
    assert_eq!(count, 93);
    let two = sandbox.get(MARIA, "/triggers?integrations=slack,github").await.json();
    assert_eq!(two["triggers"].as_object().map(serde_json::Map::len), Some(2));
    let jonas = sandbox.get(JONAS, "/triggers").await.json();
    assert!(jonas["triggers"].get("salesforce").is_none() && jonas["triggers"].get("slack").is_some());
    let body = json!({"integration": "github", "type": "GITHUB_TRIGGER_ISSUE_CREATED", "parameters": {}});
    let examples = sandbox.post(MARIA, "/triggers/examples", &body).await.json();
    assert!(examples.as_array().is_some_and(|e| e.len() == 3 && e[0]["title"].is_string()), "{examples}");
}

#[tokio::test]
async fn every_trigger_fires_on_demand_and_is_delivered_signed() {
    let sandbox = Sandbox::start(Config::default()).await;
    let (listener, url) = listener().await;
    let all = sandbox.get(MARIA, "/triggers").await.json();
    let mut fired = 0;
    for (integration, rows) in all["triggers"].as_object().expect("a map") {
        for row in rows.as_array().expect("a list") {
            let subscription =
                json!({"integration": integration, "type": row["type"], "webhookOverride": {"url": url}});
            let made = sandbox.post(MARIA, "/trigger-subscriptions", &subscription).await.json();
            let body = json!({"user": MARIA, "type": row["type"]});
            let told = sandbox.control(Method::POST, "/_akx/triggers", Some(body)).await.json();
            let (head, body) = delivery(&listener, "200 OK").await;
            let signature = webhook::signature(body.as_bytes());
            assert!(head.contains(&format!("x-paragon-signature: {signature}")), "{head}");
            let event: Value = serde_json::from_str(&body).expect("JSON");
            assert_eq!((&event["triggerType"], &event["triggerSubscriptionId"]), (&row["type"], &made["id"]));
            assert_eq!(told["events"], json!([event["eventId"]]));
            assert!(event["payload"].as_object().is_some_and(|p| !p.is_empty()), "{row}: {body}");
            fired += 1;
        }
    }
    assert_eq!(fired, 93);

    // A payload of one's own; and whom nobody has subscribed for.
    let body = json!({"user": MARIA, "type": "JIRA_TRIGGER_COMMENT_CREATED", "payload": {"zebra": 1}});
    sandbox.control(Method::POST, "/_akx/triggers", Some(body)).await;
    let (_, body) = delivery(&listener, "200 OK").await;
    let event: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(event["payload"], json!({"zebra": 1}));
    let nobody = json!({"user": JONAS, "type": "JIRA_TRIGGER_COMMENT_CREATED"});
    sandbox.control(Method::POST, "/_akx/triggers", Some(nobody)).await.error(404);
    sandbox.control(Method::POST, "/_akx/triggers", Some(json!({"user": MARIA}))).await.error(400);
}

/// The events noted of subscriptions that name no webhook, by type, once there are `count` of them.
async fn noted(sandbox: &Sandbox, count: usize) -> Vec<(String, Value)> {
    let all = loop {
        let noted = sandbox.control(Method::GET, "/_akx/deliveries", None).await.json();
        match noted.as_array() {
            Some(all) if all.len() >= count => break all.clone(),
            _ => tokio::task::yield_now().await,
        }
    };
    let event = |row: &Value| serde_json::from_str::<Value>(row["body"].as_str().expect("a body")).expect("JSON");
    let told = |event: Value| (event["triggerType"].as_str().expect("a type").to_owned(), event["payload"].clone());
    all.iter().map(event).map(told).collect()
}

/// What changes by an action, by a provider's own API, or because the world's time goes on.
#[tokio::test]
async fn what_concerns_a_trigger_fires_it_and_nothing_else_does() {
    let sandbox = Sandbox::start(Config::default()).await;
    for (integration, kinds) in [
        ("asana", &["TAG_ADDED", "TASK_COMPLETED"][..]),
        ("linear", &["LABEL_ADDED", "STATUS_UPDATED"]),
        ("clickup", &["TASK_NEW_COMMENT_ADDED"]),
        ("jira", &["COMMENT_CREATED"]),
        ("intercom", &["COMPANY_CREATED", "COMPANY_UPDATED"]),
        ("monday.com", &["COMMENT_CREATED"]),
        ("hubspot", &["RECORD_DELETED_FOR_PRIVACY"]),
        ("googleCalendar", &["EVENT_STARTED", "EVENT_ENDED"]),
        ("github", &["PROJECT_CREATED", "PROJECT_UPDATED", "CLASSIC_PROJECT_CREATED", "CLASSIC_PROJECT_UPDATED"]),
        ("github", &["PROJECT_ITEM_CREATED", "PROJECT_ITEM_UPDATED"]),
    ] {
        let prefix = match integration {
            "monday.com" => "MONDAY".to_owned(),
            "googleCalendar" => "GOOGLE_CALENDAR".to_owned(),
            other => other.to_uppercase(),
        };
        for kind in kinds {
            let body = json!({"integration": integration, "type": format!("{prefix}_TRIGGER_{kind}")});
            let made = sandbox.post(MARIA, "/trigger-subscriptions", &body).await;
            assert_eq!(made.status, 200, "{}", made.text);
        }
    }
    let ok = async |action: &str, parameters: Value| {
        let answer = sandbox.run(MARIA, action, parameters).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.text);
        answer.json()
    };
    let proxy = async |method: Method, path: &str, body: Value| {
        let path = format!("/sdk/proxy/{path}");
        let answer = sandbox.with((method, &path), ("X-Paragon-Use-Raw-Response", "true"), Some(body)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    };
    let mut expected = Vec::new();
    let mut check = async |kinds: &[&str]| {
        expected.extend(kinds.iter().map(|k| (*k).to_owned()));
        let noted = noted(&sandbox, expected.len()).await;
        assert_eq!(noted.iter().map(|(kind, _)| kind.clone()).collect::<Vec<_>>(), expected);
        noted.last().map(|(_, payload)| payload.clone()).unwrap_or_default()
    };

    let task = ok("ASANA_CREATE_TASK", json!({"name": "Feed the zebra"})).await["data"]["gid"].clone();
    let change = |more: Value| {
        let mut all = json!({"taskId": task});
        all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        all
    };
    ok("ASANA_UPDATE_TASK", change(json!({"notes": "twice a day"}))).await;
    ok("ASANA_UPDATE_TASK", change(json!({"completeStatus": "true"}))).await;
    ok("ASANA_UPDATE_TASK", change(json!({"notes": "done"}))).await;
    check(&["ASANA_TRIGGER_TASK_COMPLETED"]).await;
    let path = format!("asana/tasks/{}", task.as_str().expect("an id"));
    proxy(Method::PUT, &path, json!({"tags": [{"gid": "1", "name": "striped"}]})).await;
    proxy(Method::PUT, &path, json!({"tags": [], "notes": "no tag any more"})).await;
    let tagged = check(&["ASANA_TRIGGER_TAG_ADDED"]).await;
    assert_eq!(tagged["tags"][0]["name"], json!("striped"));

    ok("LINEAR_UPDATE_ISSUE", json!({"issueId": "ENG-121", "title": "Zebra"})).await;
    ok("LINEAR_UPDATE_ISSUE", json!({"issueId": "ENG-121", "statusId": "Done"})).await;
    let labels = json!({"labels": {"nodes": [{"id": "l1", "name": "bug"}]}});
    ok("LINEAR_UPDATE_ISSUE", json!({"issueId": "ENG-121", "additionalFields": labels})).await;
    check(&["LINEAR_TRIGGER_STATUS_UPDATED", "LINEAR_TRIGGER_LABEL_ADDED"]).await;

    let told = proxy(Method::POST, "clickup/api/v2/task/86haaf8q8/comment", json!({"comment_text": "Zebra?"})).await;
    assert!(told["id"].is_number(), "{told}");
    let comment = check(&["CLICKUP_TRIGGER_TASK_NEW_COMMENT_ADDED"]).await;
    assert_eq!((&comment["comment_text"], &comment["task"]["id"]), (&json!("Zebra?"), &json!("86haaf8q8")));
    proxy(Method::POST, "jira/rest/api/3/issue/OPS-41/comment", json!({"body": "Zebra!"})).await;
    let comment = check(&["JIRA_TRIGGER_COMMENT_CREATED"]).await;
    assert_eq!((&comment["body"], &comment["issue"]["key"]), (&json!("Zebra!"), &json!("OPS-41")));

    let company = proxy(Method::POST, "intercom/companies", json!({"name": "Zebra & Co"})).await;
    let path = format!("intercom/companies/{}", company["id"].as_str().expect("an id"));
    proxy(Method::PUT, &path, json!({"name": "Zebra and Sons"})).await;
    check(&["INTERCOM_TRIGGER_COMPANY_CREATED", "INTERCOM_TRIGGER_COMPANY_UPDATED"]).await;
    proxy(Method::POST, "monday.com/updates", json!({"text": "Zebra"})).await;
    check(&["MONDAY_TRIGGER_COMMENT_CREATED"]).await;

    let contact = ok("HUBSPOT_CREATE_RECORD_CONTACTS", json!({"email": "zebra@example.com"})).await["id"].clone();
    let other = ok("HUBSPOT_CREATE_RECORD_CONTACTS", json!({"email": "gnu@example.com"})).await["id"].clone();
    ok("HUBSPOT_DELETE_RECORD_CONTACTS", json!({"recordId": other})).await;
    proxy(Method::POST, "hubspot/crm/v3/objects/contacts/gdpr-delete", json!({"objectId": contact})).await;
    let gone = check(&["HUBSPOT_TRIGGER_RECORD_DELETED_FOR_PRIVACY"]).await;
    assert_eq!(gone["properties"]["email"], json!("zebra@example.com"));

    for (path, kind) in [("projectsV2", "PROJECT"), ("projects", "CLASSIC_PROJECT"), ("items", "PROJECT_ITEM")] {
        let made = proxy(Method::POST, &format!("github/{path}"), json!({"title": "Zebra"})).await;
        let id = ["number", "id"].into_iter().find_map(|key| made[key].as_str()).expect("an id").to_owned();
        proxy(Method::PATCH, &format!("github/{path}/{id}"), json!({"title": "Zebras"})).await;
        let kinds = ["CREATED", "UPDATED"].map(|done| format!("GITHUB_TRIGGER_{kind}_{done}"));
        check(&kinds.each_ref().map(String::as_str)).await;
    }

    // The world began on 2 November at nine; each change moves its clock by seventeen seconds.
    let event = json!({"eventName": "Zebra", "startTime": "2026-11-02T09:00:20Z", "endTime": "2026-11-02T09:00:40Z"});
    let event = ok("GOOGLE_CALENDAR_CREATE_EVENT", event).await["id"].clone();
    for location in ["Room Elbe", "Room Alster"] {
        ok("GOOGLE_CALENDAR_UPDATE_EVENT", json!({"eventId": event, "eventLocation": location})).await;
    }
    let kinds = ["GOOGLE_CALENDAR_TRIGGER_EVENT_STARTED", "GOOGLE_CALENDAR_TRIGGER_EVENT_ENDED"];
    assert_eq!(check(&kinds).await["id"], event);
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_says_why() {
    let sandbox = Sandbox::start(Config::default()).await;
    let subscribe = async |user: &str, body: Value| sandbox.post(user, "/trigger-subscriptions", &body).await;
    let slack = |webhook: Value| json!({"integration": "slack", "type": "SLACK_TRIGGER_CHANNEL_CREATED", "webhookOverride": webhook});
    assert!(
        subscribe(MARIA, slack(json!({"url": "https://example.com/hook"}))).await.error(400).contains("this machine")
    );
    let smuggled = json!({"url": "http://127.0.0.1:1/", "headers": {"X": "a\r\nY: b"}});
    assert!(subscribe(MARIA, slack(smuggled)).await.error(400).contains("control character"));
    subscribe(MARIA, slack(json!({}))).await.error(400);
    subscribe(MARIA, json!([])).await.error(400);
    subscribe(MARIA, json!({"integration": "slack"})).await.error(400);
    subscribe(MARIA, json!({"integration": "slack", "type": "SLACK_TRIGGER_EARTHQUAKE"})).await.error(404);
    let unconnected = subscribe(PRIYA, slack(Value::Null)).await;
    assert_eq!(unconnected.error(404), "Integration not enabled for user.");
    sandbox
        .with((Method::PATCH, "/trigger-subscriptions/nonsense"), ("X-Other", "x"), Some(json!({})))
        .await
        .error(404);
}
