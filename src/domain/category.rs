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
const TABLE: [(&str, &[&str]); 32] = [
    (
        "accounting",
        &[
            "chargebee",
            "dynamicsbusinesscentral",
            "dynamicsfinance",
            "netsuite",
            "oraclefinancialscloud",
            "quickbooks",
            "sageaccounting",
            "sageintacct",
            "saps4hana",
            "xero",
        ],
    ),
    ("ai", &["openai"]),
    (
        "analytics",
        &[
            "amplitude",
            "googleanalytics",
            "googleanalyticsga4",
            "googlesearchconsole",
            "heap",
            "mixpanel",
            "powerbi",
            "segment",
            "tableau",
        ],
    ),
    ("calendar", &["calendly", "googlecalendar", "zoom"]),
    ("commerce", &["bigcommerce", "magento", "square", "woocommerce"]),
    ("content", &["adobeexperiencemanager", "webflow", "wordpresscom"]),
    (
        "crm",
        &[
            "close",
            "copper",
            "freshsales",
            "hubspot",
            "insightly",
            "keap",
            "microsoftdynamics",
            "pipedrive",
            "salesforce",
            "zendesksell",
            "zohocrm",
        ],
    ),
    ("database", &["airtable", "bigquery", "snowflake"]),
    ("design", &["figma", "miro"]),
    ("developer_tools", &["github"]),
    ("documents", &["coda", "confluence", "googledocs", "imanage", "onenote", "quip", "stackoverflowteams"]),
    ("e_signature", &["acrobatsign", "docusign", "dropboxsign", "pandadoc"]),
    ("ecommerce", &["shopify"]),
    ("email", &["gmail", "outlook"]),
    ("file_storage", &["amazons3", "box", "dropbox", "googledrive", "onedrive", "sharepoint"]),
    ("forms", &["typeform"]),
    (
        "hr",
        &[
            "adpworkforcenow",
            "bamboohr",
            "greenhouse",
            "gusto",
            "lever",
            "sapsucessfactors",
            "workable",
            "workday",
            "zohopeople",
        ],
    ),
    ("knowledge_management", &["notion"]),
    ("learning", &["intellum"]),
    (
        "marketing",
        &[
            "activecampaign",
            "eloqua",
            "emarsys",
            "facebookads",
            "googleadmanager",
            "googleads",
            "googlecampaignmanager",
            "klaviyo",
            "linkedinmarketing",
            "mailchimp",
            "marketo",
            "pardot",
            "sailthru",
            "tiktokads",
        ],
    ),
    ("media", &["vimeo"]),
    ("messaging", &["discord", "front", "microsoftteams", "slack", "whatsapp"]),
    ("payments", &["stripe"]),
    ("product", &["productboard"]),
    (
        "project_management",
        &[
            "asana",
            "azuredevops",
            "basecamp",
            "clickup",
            "hive",
            "jira",
            "linear",
            "mondaycom",
            "shortcut",
            "smartsheet",
            "todoist",
            "trello",
            "wrike",
        ],
    ),
    ("sales", &["apolloio", "gong", "outreach", "salesloft"]),
    ("security", &["vanta"]),
    ("social", &["facebookpages", "linkedin", "twitter"]),
    ("spreadsheet", &["excel"]),
    ("spreadsheets", &["googlesheets"]),
    ("support", &["freshdesk", "gainsight", "helpscout", "intercom", "pagerduty", "servicenow"]),
    ("ticketing", &["zendesk"]),
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
