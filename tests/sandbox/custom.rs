//! Custom fields: two users, and two accounts of one user, see different schemas of the same action.

use super::*;

/// The schema an action is listed with for somebody; with a credential for that account.
async fn schema(sandbox: &Sandbox, user: &str, credential: Option<&str>, action: &str) -> Value {
    let path = format!("/projects/{PROJECT}/actions?format=json_schema");
    let mut request = sandbox.client.get(format!("{}{path}", sandbox.running.base_url()));
    request = request.header(header::AUTHORIZATION, format!("Bearer {}", token(user)));
    if let Some(credential) = credential {
        request = request.header("X-Paragon-Credential", credential);
    }
    let text = request.send().await.expect("an answer").text().await.expect("a body");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let actions = list["actions"].as_object().expect("a map").values().flat_map(|l| l.as_array().expect("a list"));
    let found = actions.map(|a| &a["function"]).find(|f| f["name"] == *action);
    found.map(|f| f["parameters"].clone()).unwrap_or_default()
}

fn names(schema: &Value) -> Vec<&str> {
    schema["properties"].as_object().expect("properties").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn one_user_sees_and_may_send_a_field_that_another_lacks() {
    let sandbox = Sandbox::start(Config::default()).await;
    for (action, field) in [
        ("SALESFORCE_CREATE_RECORD_CONTACT", "Renewal_Risk__c"),
        ("SALESFORCE_UPDATE_RECORD_ACCOUNT", "Region__c"),
        ("HUBSPOT_CREATE_RECORD_DEALS", "renewal_quarter"),
        ("JIRA_CREATE_ISSUE", "customfield_10031"),
    ] {
        let hers = schema(&sandbox, MARIA, None, action).await;
        let theirs = schema(&sandbox, "stranger", None, action).await;
        let mut more = names(&hers);
        more.retain(|name| !names(&theirs).contains(name));
        assert_eq!(more, [field], "{action}");
        assert_eq!(hers["required"], theirs["required"], "{action}");
    }
    let create = |who: &'static str| {
        let contact = json!({"LastName": "Zebra", "Name": "Zebra", "Renewal_Risk__c": "High"});
        sandbox.run(who, "SALESFORCE_CREATE_RECORD_CONTACT", contact)
    };
    let made = create(MARIA).await.json();
    let query = "SELECT LastName, Renewal_Risk__c FROM Contact WHERE Renewal_Risk__c = 'High'";
    let found = sandbox.run(MARIA, "SALESFORCE_WRITE_SOQL_QUERY", json!({"query": query})).await.json();
    assert_eq!(found["records"][0]["LastName"], json!("Zebra"), "{made} {found}");
    assert!(create("stranger").await.error(400).contains("Renewal_Risk__c"));
    let wrong = json!({"LastName": "Zebra", "Name": "Zebra", "Renewal_Risk__c": "Huge"});
    sandbox.run(MARIA, "SALESFORCE_CREATE_RECORD_CONTACT", wrong).await.error(400);

    // What was there has it too, and the description of the fields names it.
    let id = json!({"recordId": "001Hs0000qg6qLZIAR"});
    let account = sandbox.run(MARIA, "SALESFORCE_GET_RECORD_BY_ID_ACCOUNT", id.clone()).await.json();
    assert_eq!(account["Region__c"], json!("DACH"), "{account}");
    let account = sandbox.run("stranger", "SALESFORCE_GET_RECORD_BY_ID_ACCOUNT", id).await.json();
    assert_eq!(account.get("Region__c"), None, "{account}");
    let described = async |who: &str| {
        let parameters = json!({"recordType": "contact", "operation": "CREATE_RECORD"});
        sandbox.run(who, "SALESFORCE_DESCRIBE_ACTION_SCHEMA", parameters).await.text
    };
    assert!(described(MARIA).await.contains("Renewal_Risk__c"));
    assert!(!described("stranger").await.contains("Renewal_Risk__c"));
}

#[tokio::test]
async fn what_is_required_differs_as_well() {
    let sandbox = Sandbox::start(Config::default()).await;
    let his = schema(&sandbox, JONAS, None, "JIRA_CREATE_ISSUE").await;
    assert_eq!(his["required"], json!(["summary", "customfield_10042"]));
    assert_eq!(schema(&sandbox, MARIA, None, "JIRA_CREATE_ISSUE").await["required"], json!(["summary"]));
    let issue = |severity: Option<&str>| match severity {
        Some(severity) => json!({"summary": "A zebra", "customfield_10042": severity}),
        None => json!({"summary": "A zebra"}),
    };
    assert!(sandbox.run(JONAS, "JIRA_CREATE_ISSUE", issue(None)).await.error(400).contains("customfield_10042"));
    let made = sandbox.run(JONAS, "JIRA_CREATE_ISSUE", issue(Some("S1"))).await.json();
    let read = sandbox.run(JONAS, "JIRA_GET_ISSUE_BY_KEY", json!({"issueKey": made["key"]})).await.json();
    assert_eq!(read["fields"]["customfield_10042"], json!("S1"), "{read}");
    assert_eq!(sandbox.run(MARIA, "JIRA_CREATE_ISSUE", issue(None)).await.status, 200);
}

#[tokio::test]
async fn two_accounts_of_one_user_differ_as_two_users_do() {
    let sandbox = Sandbox::start(Config::default()).await;
    let action = "SALESFORCE_CREATE_RECORD_ACCOUNT";
    let first = schema(&sandbox, MARIA, None, action).await;
    let second = schema(&sandbox, MARIA, Some("partner-team"), action).await;
    assert!(names(&first).contains(&"Region__c") && !names(&first).contains(&"Partner_Tier__c"));
    assert!(names(&second).contains(&"Partner_Tier__c") && !names(&second).contains(&"Region__c"));
    assert_eq!(second["required"], json!(["Name", "Partner_Tier__c"]));
    let body = |parameters: Value| json!({"action": action, "parameters": parameters});
    let run = async |parameters: Value| {
        let credential = ("X-Paragon-Credential", "partner-team");
        sandbox.with((Method::POST, "/actions"), credential, Some(body(parameters))).await
    };
    assert!(run(json!({"Name": "Zebra"})).await.error(400).contains("Partner_Tier__c"));
    assert_eq!(run(json!({"Name": "Zebra", "Partner_Tier__c": "Gold"})).await.status, 200);
    // Other integrations are listed for the account they have.
    let slack = schema(&sandbox, MARIA, Some("partner-team"), "JIRA_CREATE_ISSUE").await;
    assert!(names(&slack).contains(&"customfield_10031"));
}

#[tokio::test]
async fn a_custom_field_made_is_a_parameter_from_then_on() {
    let memory = std::sync::Arc::new(super::running::Memory::default());
    let config = || Config { data: Some(memory.clone()), ..Config::default() };
    let sandbox = Sandbox::start(config()).await;
    let action = "SALESFORCE_CREATE_RECORD_CONTACT";
    let before = schema(&sandbox, MARIA, None, action).await;
    let contact = json!({"LastName": "Zebra", "Name": "Zebra", "Stripes_seen__c": "Many"});
    sandbox.run(MARIA, action, contact.clone()).await.error(400);
    let field = |label: &str, kind: &str, choices: &str| {
        json!({"label": label, "type": kind, "length": "20", "decimalPlace": "0", "pickListValues": choices,
            "visibleLines": "1"})
    };
    let make = async |action: &str, field: Value| {
        let made = sandbox.run(MARIA, action, field).await;
        assert_eq!(made.status, 200, "{}", made.text);
        made.json()["fullName"].clone()
    };
    let picklist = field("Stripes seen", "Picklist", "Few\nMany");
    let made = make("SALESFORCE_CREATE_CUSTOM_FIELD_CONTACT", picklist).await;
    assert_eq!(made, json!("Contact.Stripes_seen__c"));
    make("SALESFORCE_CREATE_CUSTOM_FIELD_ACCOUNT", field("Zebras", "Number", "")).await;
    let after = schema(&sandbox, MARIA, None, action).await;
    let mut more = names(&after);
    more.retain(|name| !names(&before).contains(name));
    assert_eq!(more, ["Stripes_seen__c"], "what she had at the beginning stays");
    assert_eq!(after["properties"]["Stripes_seen__c"]["enum"], json!(["Few", "Many"]));
    let update = schema(&sandbox, MARIA, None, "SALESFORCE_UPDATE_RECORD_ACCOUNT").await;
    assert_eq!(update["properties"]["Zebras__c"]["type"], json!("number"));
    assert!(names(&update).contains(&"Region__c"), "{update}");
    assert_eq!(sandbox.run(MARIA, action, contact.clone()).await.status, 200);
    let wrong = json!({"LastName": "Zebra", "Name": "Zebra", "Stripes_seen__c": "None"});
    sandbox.run(MARIA, action, wrong).await.error(400);
    let described = json!({"recordType": "Contact", "operation": "CREATE_RECORD"});
    let described = sandbox.run(MARIA, "SALESFORCE_DESCRIBE_ACTION_SCHEMA", described).await;
    assert!(described.text.contains("Stripes_seen__c") && !described.text.contains("Zebras__c"), "{}", described.text);

    // Nobody else has it, nor she in her other account; what is kept has it again, and a reset takes it away.
    assert_eq!(schema(&sandbox, "stranger", None, action).await.get("Stripes_seen__c"), None);
    assert!(!names(&schema(&sandbox, MARIA, Some("partner-team"), action).await).contains(&"Stripes_seen__c"));
    sandbox.running.shutdown().await;
    let sandbox = Sandbox::start(config()).await;
    assert_eq!(schema(&sandbox, MARIA, None, action).await, after);
    sandbox.control(Method::POST, "/_akx/reset?user=stranger", None).await;
    assert_eq!(schema(&sandbox, MARIA, None, action).await, after);
    sandbox.control(Method::POST, &format!("/_akx/reset?user={MARIA}"), None).await;
    assert_eq!(schema(&sandbox, MARIA, None, action).await, before);
    sandbox.run(MARIA, action, contact).await.error(400);
}

#[tokio::test]
async fn a_list_is_told_anew_when_a_connection_changes() {
    let sandbox = Sandbox::start(Config::default()).await;
    let listed = async || keys(&sandbox.get(MARIA, "/actions").await.json()).contains(&"slack".to_owned());
    let stand = async |standing: &str| {
        for account in [0, 1] {
            let body = json!({"user": MARIA, "integration": "slack", "account": account, "standing": standing});
            sandbox.control(Method::POST, "/_akx/connections", Some(body)).await;
        }
    };
    assert!(listed().await && listed().await);
    stand("missing").await;
    assert!(!listed().await);
    stand("expired").await;
    let expired = sandbox.get(MARIA, "/actions").await.json();
    assert_eq!(expired["errors"][0]["integration"], json!("slack"), "{}", expired["errors"]);
    stand("connected").await;
    assert!(listed().await);
    let first = sandbox.get(MARIA, "/actions").await.json();
    let partner = sandbox.with((Method::GET, "/actions"), ("X-Paragon-Credential", "partner-team"), None).await.json();
    assert_ne!(first, partner, "each account has its own");
    sandbox.with((Method::DELETE, "/sdk/integrations/slack"), ("X-Other", "x"), None).await;
    assert!(!listed().await);
    sandbox.control(Method::POST, "/_akx/reset", None).await;
    assert!(listed().await);
}

#[tokio::test]
async fn a_catalogue_of_somebody_elses_is_served_as_it_is() {
    let parameters = r#"{"type":"object","properties":{"LastName":{"type":"string"}}}"#;
    let action = Action {
        name: "SALESFORCE_CREATE_RECORD_CONTACT".into(),
        integration: "salesforce".into(),
        description: "Theirs".into(),
        parameters: Some(parameters.into()),
        declared: None,
    };
    let catalogue = Some(Catalogue::new(vec![action], Vec::new(), None));
    let sandbox = Sandbox::start(Config { catalogue, ..Config::default() }).await;
    let listed = schema(&sandbox, MARIA, None, "SALESFORCE_CREATE_RECORD_CONTACT").await;
    assert_eq!(names(&listed), ["LastName"]);
}
