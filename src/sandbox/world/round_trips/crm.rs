//! Salesforce and HubSpot.

use super::{Account, at, count};
use crate::domain::document::Value;

/// A filter formula of one condition.
fn formula(field: &str, operator: &str, value: &str) -> String {
    let test = format!(r#"{{"field":"{field}","operator":"{operator}","value":"{value}"}}"#);
    format!(r#"{{"operator":"OR","conditions":[{{"operator":"AND","conditions":[{test}]}}]}}"#)
}

#[test]
fn salesforce_keeps_what_it_is_given() {
    let mut sf = Account::of("salesforce");
    for (kind, create, field, value, change) in [
        (
            "ACCOUNT",
            r#"{"Name":"Zephyr","additionalFields":{"Industry":"Wind"}}"#,
            "Industry",
            "Wind",
            r#""Phone":"1""#,
        ),
        (
            "CONTACT",
            r#"{"LastName":"Kaya","FirstName":"Ada","Name":"x","AccountId":"@Account","Level__c":"Primary"}"#,
            "Name",
            "Ada Kaya",
            r#""FirstName":"Ida""#,
        ),
        (
            "LEAD",
            r#"{"LastName":"Kaya","Company":"Zephyr","Email":"ada@example.com"}"#,
            "Email",
            "ada@example.com",
            r#""Status":"Working - Contacted""#,
        ),
        (
            "OPPORTUNITY",
            r#"{"Name":"Zephyr","Amount":"5000","AccountId":"@Account"}"#,
            "Amount",
            "5000",
            r#""StageName":"Closed Won""#,
        ),
        (
            "TASK",
            r#"{"subject":"Zephyr","taskSubtype":"call","whoId":"@Contact"}"#,
            "Subject",
            "Zephyr",
            r#""Status":"Completed""#,
        ),
    ] {
        let made = sf.ok(&format!("SALESFORCE_CREATE_RECORD_{kind}"), create);
        assert_eq!((at(&made, "success"), at(&made, "errors")), ("true".into(), "[]".into()), "{kind}");
        let id = at(&made, "id");
        let filter = formula(field, "$stringExactlyMatches", value);
        let filter = if kind == "CONTACT" { Value::from(filter).to_json() } else { filter };
        let found = sf.ok(&format!("SALESFORCE_SEARCH_RECORDS_{kind}"), &format!(r#"{{"filterFormula":{filter}}}"#));
        assert_eq!((at(&found, "records.0.Id"), at(&found, "totalSize")), (id.clone(), "1".into()), "{kind}");
        let by_id = format!(r#"{{"recordId":"{id}"}}"#);
        let got = sf.ok(&format!("SALESFORCE_GET_RECORD_BY_ID_{kind}"), &by_id);
        assert_eq!((at(&got, field), at(&got, "IsDeleted")), (value.into(), "false".into()), "{kind}");
        assert!(at(&got, "attributes.url").ends_with(&id), "{kind}");
        sf.ok(&format!("SALESFORCE_UPDATE_RECORD_{kind}"), &format!(r#"{{"recordId":"{id}",{change}}}"#));
        let after = sf.ok(&format!("SALESFORCE_GET_RECORD_BY_ID_{kind}"), &by_id);
        assert_ne!(got, after, "{kind}");
        assert_ne!(at(&got, "LastModifiedDate"), at(&after, "LastModifiedDate"), "{kind}");
        match kind {
            "CONTACT" => assert_eq!(at(&after, "Name"), "Ida Kaya"),
            "OPPORTUNITY" => assert_eq!(at(&after, "IsWon"), "true"),
            "TASK" => assert_eq!(at(&after, "IsClosed"), "true"),
            _ => assert_eq!(at(&after, field), value, "{kind}"),
        }
    }
    let query = r#"{"query":"SELECT Name, Account.Name FROM Contact WHERE LastName = 'Kaya'"}"#;
    let rows = sf.ok("SALESFORCE_WRITE_SOQL_QUERY", query);
    assert_eq!(at(&rows, "records.0.Account.Name"), "Globex Manufacturing");
    sf.missing("SALESFORCE_GET_RECORD_BY_ID_CONTACT", r#"{"recordId":"003000000000000AAA"}"#);
}

#[test]
fn salesforce_filters_sorts_views_and_pages() {
    let mut sf = Account::of("salesforce");
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = sf.ok(
            "SALESFORCE_SEARCH_RECORDS_CONTACT",
            &format!(r#"{{"sortBy":"LastName","paginationParameters":{{"pageCursor":"{cursor}"}}}}"#),
        );
        seen.extend((0..count(&page, "records")).map(|i| at(&page, &format!("records.{i}.LastName"))));
        cursor = at(&page, "nextPageCursor");
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 28);
    let sorted = |mut names: Vec<String>| {
        names.sort_by_key(|n| n.to_lowercase());
        names
    };
    assert_eq!(seen, sorted(seen.clone()));

    let short = sf.ok("SALESFORCE_SEARCH_RECORDS_ACCOUNT", r#"{"sortBy":"AnnualRevenue","sortDirection":"DESC"}"#);
    assert_eq!(
        (at(&short, "records.0.Name"), at(&short, "records.0.Description")),
        ("Granite Insurance".into(), String::new())
    );
    let full = sf.ok("SALESFORCE_SEARCH_RECORDS_ACCOUNT", r#"{"includeAllFields":true}"#);
    assert!(!at(&full, "records.0.Description").is_empty());

    let view = at(
        &sf.ok("SALESFORCE_WRITE_SOQL_QUERY", r#"{"query":"SELECT Id FROM ListView WHERE DeveloperName = 'Won'"}"#),
        "records.0.Id",
    );
    let won = sf.ok("SALESFORCE_GET_RECORD_BY_VIEW_ID_OPPORTUNITY", &format!(r#"{{"listViewId":"{view}"}}"#));
    assert_eq!(at(&won, "totalSize"), "2");
    sf.missing("SALESFORCE_GET_RECORD_BY_VIEW_ID_LEAD", &format!(r#"{{"listViewId":"{view}"}}"#));
    let owned = sf.ok(
        "SALESFORCE_WRITE_SOQL_QUERY",
        r#"{"query":"SELECT Id FROM Task WHERE Owner.Email = 'maria.santos@example.com' AND Status != 'Completed'"}"#,
    );
    assert_eq!(at(&owned, "totalSize"), "2");
}

#[test]
fn hubspot_keeps_what_it_is_given() {
    let mut hub = Account::of("hubspot");
    for (kind, filter, create, field, value, change) in [
        (
            "COMPANIES",
            "filterFormula",
            r#"{"name":"Zephyr","numberofemployees":12}"#,
            "numberofemployees",
            "12",
            r#""city":"Kiel""#,
        ),
        (
            "CONTACTS",
            "filterFormula",
            r#"{"email":"ada@example.com","firstname":"Ada"}"#,
            "email",
            "ada@example.com",
            r#""field-hs_lead_status":"CONNECTED","additionalFieldsJSON":"{\"city\":\"Kiel\"}""#,
        ),
        (
            "DEALS",
            "filterFormula",
            r#"{"dealname":"Zephyr","amount":1500.50}"#,
            "amount",
            "1500.50",
            r#""dealstage":"closedwon""#,
        ),
        (
            "ENGAGEMENTS",
            "engagementFilterFormula",
            r#"{"engagementType":"notes","hs_note_body":"Zephyr"}"#,
            "hs_note_body",
            "Zephyr",
            r#""hs_note_body":"Zephyr!""#,
        ),
    ] {
        let made = hub.ok(&format!("HUBSPOT_CREATE_RECORD_{kind}"), create);
        let id = at(&made, "id");
        assert_eq!(
            (at(&made, "properties.hs_object_id"), at(&made, &format!("properties.{field}"))),
            (id.clone(), value.into()),
            "{kind}"
        );
        let test = formula(field, "$stringExactlyMatches", value);
        let test = if kind == "CONTACTS" { Value::from(test).to_json() } else { test };
        let found = hub.ok(&format!("HUBSPOT_SEARCH_RECORDS_{kind}"), &format!(r#"{{"{filter}":{test}}}"#));
        assert_eq!((at(&found, "total"), at(&found, "results.0.id")), ("1".into(), id.clone()), "{kind}");
        hub.ok(&format!("HUBSPOT_UPDATE_RECORD_{kind}"), &format!(r#"{{"recordId":"{id}",{change}}}"#));
        let by_id = format!(r#"{{"recordId":"{id}"}}"#);
        let got = hub.ok(&format!("HUBSPOT_GET_RECORD_BY_ID_{kind}"), &by_id);
        assert_ne!(at(&got, "updatedAt"), at(&made, "updatedAt"), "{kind}");
        match kind {
            "CONTACTS" => {
                assert_eq!(
                    (at(&got, "properties.hs_lead_status"), at(&got, "properties.city")),
                    ("CONNECTED".into(), "Kiel".into())
                );
                assert_eq!(
                    (at(&got, "properties.firstname"), at(&got, "properties.additionalFieldsJSON")),
                    ("Ada".into(), String::new())
                );
            }
            "DEALS" => assert_eq!(
                (at(&got, "properties.dealstage"), at(&got, "properties.amount")),
                ("closedwon".into(), "1500.50".into())
            ),
            _ => {}
        }
        assert_eq!(hub.ok(&format!("HUBSPOT_DELETE_RECORD_{kind}"), &by_id).to_json(), "{}");
        hub.missing(&format!("HUBSPOT_GET_RECORD_BY_ID_{kind}"), &by_id);
    }
    let custom = hub.ok("HUBSPOT_GET_RECORDS_ANY", r#"{"recordType":"2-3465404"}"#);
    assert_eq!(at(&custom, "results.0.properties.plan"), "Premium");
    let first = hub.ok("HUBSPOT_GET_RECORDS_CONTACTS", "{}");
    let second = hub.ok(
        "HUBSPOT_GET_RECORDS_CONTACTS",
        &format!(r#"{{"paginationParameters":{{"pageCursor":"{}"}}}}"#, at(&first, "paging.next.after")),
    );
    assert_eq!((count(&first, "results"), count(&second, "results")), (10, 10));
    assert_ne!(at(&first, "results.0.id"), at(&second, "results.0.id"));
    let members = hub.ok("HUBSPOT_GET_CONTACTS_BY_LIST_ID", r#"{"listId":"27"}"#);
    assert_eq!(
        (at(&members, "total"), at(&members, "results.0.properties.lifecyclestage")),
        ("15".into(), "customer".into())
    );
    hub.missing("HUBSPOT_GET_CONTACTS_BY_LIST_ID", r#"{"listId":"28"}"#);
}
