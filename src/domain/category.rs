//! What kind of product an integration is, in the words that ActionKit's `categories` parameter takes (`crm`,
//! `project_management`).
//!
//! No reply tells the category of an integration; a server only selects by it. So this is akx's own table for the
//! integrations ActionKit lists today; what a server has selected stands above it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Integrations by category; keys without what is neither letter nor digit, in lower case.
const TABLE: [(&str, &[&str]); 22] = [
    ("accounting", &["quickbooks", "xero", "sageintacct", "netsuite", "dynamicsfinance", "dynamicsbusinesscentral"]),
    ("advertising", &["facebookads", "googleads", "linkedinads"]),
    ("calendar", &["googlecalendar", "outlook", "calendly"]),
    ("content", &["adobeexperiencemanager", "wordpresscom", "contentful"]),
    (
        "crm",
        &["salesforce", "hubspot", "pipedrive", "close", "microsoftdynamics", "outreach", "zohocrm", "zendesksell"],
    ),
    ("design", &["figma"]),
    ("developer_tools", &["github", "gitlab", "azuredevops", "amazons3"]),
    ("e_signature", &["docusign", "dropboxsign", "pandadoc"]),
    ("ecommerce", &["shopify", "woocommerce"]),
    ("email", &["gmail", "outlook"]),
    ("erp", &["netsuite", "dynamicsfinance", "dynamicsbusinesscentral", "saps4hana"]),
    ("file_storage", &["googledrive", "dropbox", "box", "onedrive", "sharepoint", "amazons3"]),
    ("hr", &["bamboohr", "gusto", "greenhouse", "lever", "workday"]),
    ("knowledge_management", &["notion", "confluence", "coda", "onenote", "googledocs"]),
    ("marketing", &["mailchimp", "klaviyo", "marketo", "pardot", "hubspot", "eloqua", "facebookads"]),
    ("messaging", &["slack", "microsoftteams", "intercom", "front"]),
    ("payments", &["stripe"]),
    (
        "project_management",
        &["jira", "asana", "linear", "clickup", "mondaycom", "trello", "productboard", "azuredevops", "todoist"],
    ),
    ("sales", &["outreach", "gong", "salesloft", "apolloio"]),
    ("social", &["linkedin", "facebookpages"]),
    ("spreadsheets", &["googlesheets", "airtable", "excel"]),
    ("ticketing", &["zendesk", "freshdesk", "intercom", "front", "servicenow"]),
];

/// The categories of each integration, by its key.
pub type Categories = BTreeMap<Arc<str>, Vec<String>>;

/// The categories of these integrations as far as they are known here.
pub fn known<'k>(keys: impl Iterator<Item = &'k Arc<str>>) -> Categories {
    keys.filter_map(|key| {
        let squeezed = super::words::squeeze(key);
        let of_key = TABLE.iter().filter(|(_, keys)| keys.contains(&squeezed.as_str()));
        let names: Vec<String> = of_key.map(|(name, _)| (*name).to_owned()).collect();
        (!names.is_empty()).then(|| (Arc::clone(key), names))
    })
    .collect()
}

/// Takes in that a server selects exactly `keys` by `category`.
pub fn selected(categories: &mut Categories, category: &str, keys: &BTreeSet<Arc<str>>) {
    for names in categories.values_mut() {
        names.retain(|name| name != category);
    }
    for key in keys {
        categories.entry(Arc::clone(key)).or_default().push(category.to_owned());
    }
    categories.retain(|_, names| !names.is_empty());
}

/// Whether a category goes by exactly that name here.
pub fn is_known(category: &str) -> bool {
    TABLE.iter().any(|(name, _)| *name == category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integration_of_the_reference_has_a_category() {
        let names = include_str!("../../tests/fixtures/action-names.txt");
        let lines = names.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(' '));
        let keys: BTreeSet<Arc<str>> = lines.map(|(key, _)| key.into()).collect();
        let known = known(keys.iter());
        let without: Vec<_> = keys.iter().filter(|key| !known.contains_key(*key)).collect();
        assert!(without.is_empty(), "{without:?}");
        assert_eq!(known.get("monday.com"), Some(&vec!["project_management".to_owned()]));
    }

    #[test]
    fn what_a_server_selects_stands_above_the_table() {
        let keys: [Arc<str>; 3] = ["slack".into(), "salesforce".into(), "custom.acme".into()];
        let mut categories = known(keys.iter());
        selected(&mut categories, "crm", &[keys[2].clone()].into());
        assert_eq!(categories.get("salesforce"), None);
        assert_eq!(categories.get("custom.acme"), Some(&vec!["crm".to_owned()]));
        assert_eq!(categories.get("slack"), Some(&vec!["messaging".to_owned()]));
        assert!(is_known("crm") && !is_known("cr"));
    }
}
