//! The accounts the data files describe, used as a caller would: every action of the catalogue answers, and what one
//! action makes the others find, show, change and remove.

mod crm;
mod workspace;

use std::{collections::BTreeSet, sync::Arc};

use super::{
    data::{self, Provider},
    engine::Refusal,
    path,
    store::Store,
};
use crate::{
    domain::{
        document::Value,
        schema::validate::{Verdict, check},
    },
    sandbox::catalogue,
};

/// One connected account, with what tests need around it.
struct Account(Store);

impl Account {
    fn of(integration: &str) -> Self {
        Self(Store::new(provider(integration)))
    }

    /// Runs an action; `@contact` in the parameters is the id of the first record of the resource `contact`.
    fn run(&mut self, action: &str, parameters: &str) -> Result<Value, Refusal> {
        let user = json(r#"{"id":"maria","name":"Maria Santos","email":"maria.santos@example.com"}"#);
        let parameters = self.parameters(parameters);
        self.0.run(action, &parameters, &user)
    }

    fn parameters(&self, parameters: &str) -> Value {
        let dump = self.0.dump();
        let mut text = parameters.to_owned();
        for (name, resource) in &self.0.provider.resources {
            let rows = dump.get(name).and_then(Value::as_array).unwrap_or_default();
            if let Some(id) = rows.first().and_then(|row| path::get(row, &resource.id)).and_then(Value::as_str) {
                text = text.replace(&format!("\"@{name}\""), &format!("\"{id}\""));
            }
        }
        json(&text)
    }

    fn ok(&mut self, action: &str, parameters: &str) -> Value {
        match self.run(action, parameters) {
            Ok(value) => value,
            Err(refusal) => panic!("{action} {parameters}: {refusal:?}"),
        }
    }

    fn missing(&mut self, action: &str, parameters: &str) {
        let answer = self.run(action, parameters);
        assert!(matches!(answer, Err(Refusal::Provider { missing: true, .. })), "{action} {parameters}: {answer:?}");
    }
}

fn provider(integration: &str) -> Arc<Provider> {
    let all = data::providers().expect("the files read");
    Arc::clone(all.get(integration).expect(integration))
}

fn json(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// What stands at a dotted path, as JSON text; empty where there is nothing.
fn at(value: &Value, dotted: &str) -> String {
    let found = path::get(value, &path::parse(dotted));
    found.map(|v| v.as_str().map_or_else(|| v.to_json(), str::to_owned)).unwrap_or_default()
}

fn count(value: &Value, dotted: &str) -> usize {
    path::get(value, &path::parse(dotted)).and_then(Value::as_array).map_or(0, <[_]>::len)
}

/// Parameters for the actions that do not run on `{}`.
const NEEDED: &[(&str, &str)] = &[
    ("GMAIL_CREATE_A_CONTACT", r#"{"givenName":"Ada","familyName":"Kaya","email":"ada@example.com"}"#),
    ("GMAIL_DELETE_CONTACT", r#"{"resourceName":"@contact"}"#),
    ("GMAIL_DELETE_EMAIL", r#"{"userId":"me","messageId":"@message"}"#),
    ("GMAIL_GET_CONTACT_BY_RESOURCE_NAME", r#"{"resourceName":"@contact"}"#),
    ("GMAIL_GET_EMAIL_BY_ID", r#"{"userId":"me","messageId":"@message"}"#),
    ("GMAIL_SEARCH_FOR_CONTACT", r#"{"searchTerm":"mar"}"#),
    (
        "GMAIL_SEND_EMAIL",
        r#"{"toRecipients":["a@example.com"],"from":"me@example.com","subject":"s","messageContent":"m"}"#,
    ),
    ("GOOGLE_DRIVE_CREATE_FOLDER", r#"{"folderName":"Plans"}"#),
    ("GOOGLE_DRIVE_DELETE_FOLDER", r#"{"folderId":"@file"}"#),
    ("GOOGLE_DRIVE_DOWNLOAD_FILE", r#"{"fileId":"@file"}"#),
    ("GOOGLE_DRIVE_EXPORT_DOC", r#"{"fileId":"@file","mimeType":"text/plain"}"#),
    ("GOOGLE_DRIVE_GET_FILE_BY_ID", r#"{"fileId":"@file"}"#),
    ("GOOGLE_DRIVE_GET_FOLDER_BY_ID", r#"{"folderId":"@file"}"#),
    ("GOOGLE_DRIVE_LIST_FILES", r#"{"includeFolders":true}"#),
    ("GOOGLE_DRIVE_MOVE_FOLDER", r#"{"folderId":"@file","destinationFolderId":"@file"}"#),
    ("GOOGLE_DRIVE_SAVE_FILE", r#"{"file":{"name":"a.txt","data":"6869"}}"#),
    ("HUBSPOT_CREATE_RECORD_ANY", r#"{"recordType":"2-3465404","name":"SUB-1"}"#),
    ("HUBSPOT_CREATE_RECORD_COMPANIES", r#"{"name":"Acme"}"#),
    ("HUBSPOT_CREATE_RECORD_CONTACTS", r#"{"email":"ada@example.com"}"#),
    ("HUBSPOT_CREATE_RECORD_DEALS", r#"{"dealname":"Acme"}"#),
    ("HUBSPOT_CREATE_RECORD_ENGAGEMENTS", r#"{"engagementType":"notes"}"#),
    ("HUBSPOT_DELETE_RECORD_ANY", r#"{"recordType":"subscription","recordId":"@subscription"}"#),
    ("HUBSPOT_DELETE_RECORD_COMPANIES", r#"{"recordId":"@company"}"#),
    ("HUBSPOT_DELETE_RECORD_CONTACTS", r#"{"recordId":"@contact"}"#),
    ("HUBSPOT_DELETE_RECORD_DEALS", r#"{"recordId":"@deal"}"#),
    ("HUBSPOT_DELETE_RECORD_ENGAGEMENTS", r#"{"recordId":"@engagement"}"#),
    ("HUBSPOT_DESCRIBE_ACTION_SCHEMA", r#"{"recordType":"companies","operation":"CREATE_RECORD"}"#),
    ("HUBSPOT_GET_CONTACTS_BY_LIST_ID", r#"{"listId":"@list"}"#),
    ("HUBSPOT_GET_RECORDS_ANY", r#"{"recordType":"deals"}"#),
    ("HUBSPOT_GET_RECORDS_ENGAGEMENTS", r#"{"objectName":"notes"}"#),
    ("HUBSPOT_GET_RECORD_BY_ID_ANY", r#"{"recordType":"contacts","recordId":"@contact"}"#),
    ("HUBSPOT_GET_RECORD_BY_ID_COMPANIES", r#"{"recordId":"@company"}"#),
    ("HUBSPOT_GET_RECORD_BY_ID_CONTACTS", r#"{"recordId":"@contact"}"#),
    ("HUBSPOT_GET_RECORD_BY_ID_DEALS", r#"{"recordId":"@deal"}"#),
    ("HUBSPOT_GET_RECORD_BY_ID_ENGAGEMENTS", r#"{"recordId":"@engagement"}"#),
    ("HUBSPOT_SEARCH_RECORDS_ANY", r#"{"recordType":"contacts"}"#),
    ("HUBSPOT_UPDATE_RECORD_ANY", r#"{"recordType":"deals","recordId":"@deal","amount":"5"}"#),
    ("HUBSPOT_UPDATE_RECORD_COMPANIES", r#"{"recordId":"@company"}"#),
    ("HUBSPOT_UPDATE_RECORD_CONTACTS", r#"{"recordId":"@contact"}"#),
    ("HUBSPOT_UPDATE_RECORD_DEALS", r#"{"recordId":"@deal"}"#),
    ("HUBSPOT_UPDATE_RECORD_ENGAGEMENTS", r#"{"recordId":"@engagement"}"#),
    ("NOTION_ARCHIVE_PAGE", r#"{"pageId":"@page"}"#),
    ("NOTION_CREATE_PAGE", r#"{"parent":{"page_id":"@page"},"properties":{},"icon":{"emoji":"🌱"}}"#),
    (
        "NOTION_CREATE_PAGE_WITH_MARKDOWN",
        r#"{"parent":{"type":"page_id","page_id":"@page"},"title":"Goals","markdownContent":"- ship"}"#,
    ),
    ("NOTION_DELETE_BLOCK", r#"{"blockId":"@block"}"#),
    ("NOTION_GET_BLOCK_BY_ID", r#"{"blockId":"@block"}"#),
    ("NOTION_GET_PAGE_AS_MARKDOWN", r#"{"pageId":"@page"}"#),
    ("NOTION_GET_PAGE_BY_ID", r#"{"pageId":"@page"}"#),
    ("NOTION_GET_PAGE_CONTENT", r#"{"blockId":"@page"}"#),
    ("NOTION_UPDATE_BLOCK", r#"{"blockId":"@block"}"#),
    ("NOTION_UPDATE_PAGE", r#"{"pageId":"@page","icon":{"emoji":"🌱"}}"#),
    ("NOTION_UPDATE_PAGE_WITH_MARKDOWN", r##"{"pageId":"@page","markdownContent":"# a"}"##),
    ("SALESFORCE_CREATE_CUSTOM_FIELD_ANY", r#"{"recordType":"Lead","label":"Renewal month","type":"Text"}"#),
    ("SALESFORCE_CREATE_CUSTOM_OBJECT", r#"{"label":"Plan","pluralLabel":"Plans","recordName":"Plan Name"}"#),
    ("SALESFORCE_CREATE_RECORD", r#"{"recordType":"Account","additionalFields":{"Name":"Acme"}}"#),
    ("SALESFORCE_CREATE_RECORD_ACCOUNT", r#"{"Name":"Acme"}"#),
    ("SALESFORCE_CREATE_RECORD_ANY", r#"{"recordType":"Subscription__c","Name":"SUB-1"}"#),
    ("SALESFORCE_CREATE_RECORD_CONTACT", r#"{"LastName":"Kaya","Name":"Ada Kaya"}"#),
    ("SALESFORCE_CREATE_RECORD_LEAD", r#"{"LastName":"Kaya","Company":"Acme"}"#),
    ("SALESFORCE_CREATE_RECORD_OPPORTUNITY", r#"{"Name":"Acme"}"#),
    ("SALESFORCE_CREATE_RECORD_TASK", r#"{"subject":"Call","taskSubtype":"call"}"#),
    ("SALESFORCE_DESCRIBE_ACTION_SCHEMA", r#"{"recordType":"Account","operation":"UPDATE_RECORD"}"#),
    ("SALESFORCE_GET_RECORD_BY_ID_ACCOUNT", r#"{"recordId":"@Account"}"#),
    ("SALESFORCE_GET_RECORD_BY_ID_ANY", r#"{"recordType":"User","recordId":"@User"}"#),
    ("SALESFORCE_GET_RECORD_BY_ID_CONTACT", r#"{"recordId":"@Contact"}"#),
    ("SALESFORCE_GET_RECORD_BY_ID_LEAD", r#"{"recordId":"@Lead"}"#),
    ("SALESFORCE_GET_RECORD_BY_ID_OPPORTUNITY", r#"{"recordId":"@Opportunity"}"#),
    ("SALESFORCE_GET_RECORD_BY_ID_TASK", r#"{"recordId":"@Task"}"#),
    ("SALESFORCE_GET_RECORD_BY_VIEW_ID_ACCOUNT", r#"{"listViewId":"@ListView"}"#),
    ("SALESFORCE_GET_RECORD_BY_VIEW_ID_ANY", r#"{"recordType":"Account","listViewId":"@ListView"}"#),
    ("SALESFORCE_GET_RECORD_BY_VIEW_ID_CONTACT", r#"{"listViewId":"@ListView"}"#),
    ("SALESFORCE_GET_RECORD_BY_VIEW_ID_LEAD", r#"{"listViewId":"@ListView"}"#),
    ("SALESFORCE_GET_RECORD_BY_VIEW_ID_OPPORTUNITY", r#"{"listViewId":"@ListView"}"#),
    ("SALESFORCE_GET_RECORD_BY_VIEW_ID_TASK", r#"{"listViewId":"@ListView"}"#),
    ("SALESFORCE_SEARCH_RECORDS_ANY", r#"{"recordType":"Subscription"}"#),
    ("SALESFORCE_UPDATE_RECORD", r#"{"recordType":"Contact","recordId":"@Contact","additionalFields":{"Fax":"1"}}"#),
    ("SALESFORCE_UPDATE_RECORD_ACCOUNT", r#"{"recordId":"@Account"}"#),
    ("SALESFORCE_UPDATE_RECORD_ANY", r#"{"recordType":"Lead","recordId":"@Lead","Rating":"Hot"}"#),
    ("SALESFORCE_UPDATE_RECORD_CONTACT", r#"{"recordId":"@Contact"}"#),
    ("SALESFORCE_UPDATE_RECORD_LEAD", r#"{"recordId":"@Lead"}"#),
    ("SALESFORCE_UPDATE_RECORD_OPPORTUNITY", r#"{"recordId":"@Opportunity"}"#),
    ("SALESFORCE_UPDATE_RECORD_TASK", r#"{"recordId":"@Task"}"#),
    ("SALESFORCE_WRITE_SOQL_QUERY", r#"{"query":"SELECT Id FROM Contact"}"#),
    ("SLACK_GET_USERS_BY_NAME", r#"{"name":"Maria Santos","displayName":"maria"}"#),
    ("SLACK_GET_USER_BY_EMAIL", r#"{"email":"maria.santos@example.com"}"#),
    ("SLACK_SEARCH_MESSAGES", r#"{"query":"release"}"#),
    ("SLACK_SEND_DIRECT_MESSAGE", r#"{"memberId":"@user","message":"hi","botName":"bot","botIcon":":dog:"}"#),
    ("SLACK_SEND_MESSAGE", r#"{"channel":"C0123456789","message":"hi","botName":"bot","botIcon":":dog:"}"#),
];

/// The parameters of `SALESFORCE_CREATE_CUSTOM_FIELD_…`, which all ask for the same.
const FIELD: &str = r#"{"label":"Renewal month","type":"Text","length":"20","decimalPlace":"0","pickListValues":"",
    "visibleLines":"1"}"#;

#[test]
fn every_action_answers_parameters_that_meet_its_schema() {
    let mut used = BTreeSet::new();
    for integration in catalogue::integrations() {
        let Some(provider) = data::provider(&integration.key).expect("the file reads") else { continue };
        let listed: BTreeSet<_> = integration.entries.iter().map(|e| e.action.name.to_string()).collect();
        let known: BTreeSet<_> = provider.actions.keys().cloned().collect();
        assert_eq!(listed, known, "{}", integration.key);
        for entry in &integration.entries {
            let name = &*entry.action.name;
            let needed = NEEDED.iter().find(|(n, _)| *n == name).map(|(_, p)| *p);
            used.extend(needed.map(|_| name));
            let field = name.starts_with("SALESFORCE_CREATE_CUSTOM_FIELD_").then_some(FIELD);
            let mut account = Account(Store::new(Arc::clone(&provider)));
            let text = needed.or(field).unwrap_or("{}");
            let verdict = check(&entry.action.schema(), &account.parameters(text));
            assert_eq!(verdict, Verdict::Checked(vec![]), "{name}");
            let answer = account.ok(name, text);
            assert!(!answer.is_null(), "{name} answers nothing");
            let written = answer.to_json();
            assert!(!written.contains("{{") && !written.contains("\"_\":"), "{name}: {written}");
        }
    }
    assert_eq!(used.len(), NEEDED.len(), "every row is used");
}

#[test]
fn records_at_the_beginning_have_ids_like_new_ones_and_refer_to_each_other() {
    for (integration, provider) in data::providers().expect("the files read") {
        let mut store = Store::new(Arc::clone(&provider));
        let dump = store.dump();
        for (name, resource) in &provider.resources {
            let rows = dump.get(name).and_then(Value::as_array).unwrap_or_default();
            let ids: Vec<_> = rows.iter().map(|r| at(r, &resource.id.join("."))).collect();
            let distinct: BTreeSet<_> = ids.iter().collect();
            assert!(distinct.len() == ids.len() && !ids.iter().any(String::is_empty), "{integration}/{name}: {ids:?}");
            if let (Some(first), true) = (ids.first(), resource.new.is_some()) {
                let made = store.new_id(name, resource);
                let made = made.as_str().unwrap_or_default();
                let uuid = first.len() == 36;
                assert_eq!(made.len(), first.len(), "{integration}/{name}: {made} {first}");
                assert!(uuid || made[..1] == first[..1], "{integration}/{name}: {made} {first}");
            }
            for (relation, (other, by)) in &resource.relations {
                let target = dump.get(other).and_then(Value::as_array).expect("a resource");
                let key = provider.resources[other].id.join(".");
                for row in rows {
                    let id = at(row, &by.join("."));
                    let found = id.is_empty() || id == "null" || target.iter().any(|t| at(t, &key) == id);
                    assert!(found, "{integration}/{name}: no {relation} {id}");
                }
            }
        }
    }
}
