//! The whole catalogue over HTTP: every integration listed, every action run.

use super::*;

/// A value of the declared kind.
fn value(name: &str, schema: &Value) -> Value {
    if let Some(first) = schema["oneOf"].as_array().and_then(|c| c.first()) {
        return value(name, first);
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    match (schema["enum"].as_array().and_then(|c| c.first()), schema["type"].as_str()) {
        (Some(first), _) => first.clone(),
        (None, Some("number" | "integer")) => json!(3),
        (None, Some("boolean")) => json!(true),
        (None, Some("array")) => json!([]),
        (None, Some("object")) => parameters(schema),
        (None, _) if schema["format"] == json!("date-time") => json!("2026-11-05T10:00:00Z"),
        (None, _) if schema["format"] == json!("date") => json!("2026-11-05"),
        (None, _) if name.to_lowercase().contains("email") => json!("zebra@example.com"),
        (None, _) => json!("zebra"),
    }
}

/// What a schema requires, with made-up values.
fn parameters(schema: &Value) -> Value {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required
        .map(|name| (name.to_owned(), value(name, &schema["properties"][name])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn every_action_of_every_integration_answers_or_refuses_as_a_provider_does() {
    let sandbox = Sandbox::start(Config::default()).await;
    let list = sandbox.get(MARIA, "/actions?limit_to_available=false").await.json();
    let integrations = list["actions"].as_object().expect("a map");
    assert!(integrations.len() >= 130, "{}", integrations.len());
    let (mut runs, mut answered) = (0, 0);
    for (integration, actions) in integrations {
        for action in actions.as_array().expect("a list") {
            let name = action["function"]["name"].as_str().expect("a name");
            let schema = &action["function"]["parameters"];
            let answer = sandbox.run(MARIA, name, parameters(schema)).await;
            runs += 1;
            match answer.status.as_u16() {
                200 => answered += 1,
                500 => assert_eq!(answer.json()["code"], json!("41070"), "{integration} {name}: {}", answer.text),
                other => panic!("{integration} {name}: {other} {}", answer.text),
            }
            assert!(!answer.text.contains("\"received\"") || name.contains("SOAP"), "{name} is only echoed");
        }
    }
    assert!(runs >= 1000 && answered > runs / 3, "{answered} of {runs}");
}

#[tokio::test]
async fn an_integration_made_of_archetypes_reacts_like_the_others() {
    let sandbox = Sandbox::start(Config::default()).await;
    let run = async |name: &str, parameters: Value| {
        let answer = sandbox.run(MARIA, name, parameters).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        answer.json()
    };
    let person =
        json!({"lastName": "Zebra", "firstName": "Zoë", "email": "zoe@example.com", "additionalFields": {"hoofs": 4}});
    let made = run("MICROSOFT_DYNAMICS_CREATE_RECORD_CONTACT", person).await;
    assert_eq!((&made["name"], &made["hoofs"]), (&json!("Zoë Zebra"), &json!(4)));
    let formula = json!({"operator": "OR", "conditions": [{"operator": "AND", "conditions": [
        {"field": "email", "operator": "$stringExactlyMatches", "value": "zoe@example.com"}]}]});
    let found = run("MICROSOFT_DYNAMICS_SEARCH_RECORDS_CONTACT", json!({"filterFormula": formula})).await;
    assert_eq!((&found["value"][0]["id"], &found["total"]), (&made["id"], &json!(1)));
    let any = json!({"recordType": "contact", "recordId": made["id"]});
    assert_eq!(run("MICROSOFT_DYNAMICS_GET_RECORD_BY_ID_ANY", any.clone()).await["email"], json!("zoe@example.com"));
    let change = json!({"contactId": made["id"], "title": "Ranger"});
    assert_eq!(run("MICROSOFT_DYNAMICS_UPDATE_RECORD_CONTACT", change).await["title"], json!("Ranger"));
    run("MICROSOFT_DYNAMICS_DELETE_RECORD_ANY", any.clone()).await;
    sandbox.run(MARIA, "MICROSOFT_DYNAMICS_GET_RECORD_BY_ID_ANY", any).await.error(500);
    let described = run("PIPEDRIVE_DESCRIBE_ACTION_SCHEMA", json!({"recordType": "deal"})).await;
    assert!(described["schema"]["properties"]["amount"].is_object(), "{described}");

    // Uploaded and downloaded again; sent, cancelled, put into a list.
    let file = json!({"name": "zebra.txt", "file": {"data": "7a65627261", "encoding": "hex", "size": 5}});
    let file = run("DROPBOX_SAVE_FILE", file).await;
    let contents = run("DROPBOX_DOWNLOAD_FILE", json!({"fileId": file["id"]})).await;
    assert_eq!((&contents["data"], &contents["name"]), (&json!("7a65627261"), &json!("zebra.txt")));
    let event = run("CALENDLY_SEARCH_EVENTS", json!({"query": "introduction"})).await["collection"][0].clone();
    assert_eq!(run("CALENDLY_CANCEL_EVENT", json!({"eventId": event["id"]})).await["status"], json!("canceled"));
    let lists = run("KLAVIYO_GET_LISTS", json!({})).await;
    let (first, second) = (&lists["data"][0]["id"], &lists["data"][1]["id"]);
    let members =
        async |list: &Value| run("KLAVIYO_GET_LIST_SUBSCRIBER", json!({"listId": list})).await["total"].clone();
    assert_eq!((members(first).await, members(second).await), (json!(6), json!(0)));
    let someone = run("KLAVIYO_GET_LIST_SUBSCRIBER", json!({"listId": first})).await["data"][0]["id"].clone();
    run("KLAVIYO_ADD_SUBSCRIBER_TO_LIST", json!({"subscriberId": someone, "listId": second})).await;
    assert_eq!((members(first).await, members(second).await), (json!(5), json!(1)));
    let upsert = json!({"lastName": "Zebra", "email": "zoe@example.com"});
    let once = run("PARDOT_CREATE_OR_UPDATE_PROSPECT", upsert.clone()).await;
    assert_eq!(run("PARDOT_CREATE_OR_UPDATE_PROSPECT", upsert).await["id"], once["id"]);
}

#[tokio::test]
async fn pages_of_every_style_reach_the_end() {
    let sandbox = Sandbox::start(Config::default()).await;
    for (action, list, next, send, parameters) in [
        ("OUTREACH_GET_PROSPECTS", "data", "nextPageCursor", "pageCursor", json!({})),
        ("MAILCHIMP_GET_CONTACTS_FROM_LIST", "records", "nextOffset", "offset", json!({"listId": ""})),
        ("XERO_SEARCH_CONTACTS", "records", "nextPage", "page", json!({})),
    ] {
        let mut parameters = parameters;
        if parameters.get("listId").is_some() {
            let lists = sandbox.run(MARIA, "MAILCHIMP_SEARCH_LISTS", json!({})).await.json();
            parameters["listId"] = lists["records"][0]["id"].clone();
        }
        parameters["limit"] = json!(2);
        let (mut seen, mut total) = (Vec::new(), 0);
        for _ in 0..10 {
            let page = sandbox.run(MARIA, action, parameters.clone()).await.json();
            seen.extend(page[list].as_array().into_iter().flatten().map(|r| r["id"].to_string()));
            total = page["total"].as_u64().unwrap_or_default();
            if page[next].is_null() {
                break;
            }
            parameters["paginationParameters"] = json!({send: page[next]});
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert!(total > 4 && seen.len() as u64 == total && distinct.len() == seen.len(), "{action}: {total} {seen:?}");
    }
}
