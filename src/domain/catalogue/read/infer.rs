//! Which integration an action belongs to when its list does not say.

use std::borrow::Cow;

/// Prefixes of real action names whose integration key is not simply the first word (fact sheet §1.2), longest first
/// where one begins another.
const PREFIXES: [(&str, &str); 28] = [
    ("ADOBE_EXPERIENCE_MANAGER_", "adobeexperiencemanager"),
    ("AMAZON_S3_", "amazons3"),
    ("AZURE_DEVOPS_", "azuredevops"),
    ("BAMBOO_HR_", "bamboohr"),
    ("DROPBOX_SIGN_", "dropboxsign"),
    ("DYNAMICS_365_FINANCE_", "dynamicsfinance"),
    ("DYNAMICS_365_", "dynamicsfinance"),
    ("DYNAMICS_BUSINESS_CENTRAL_", "dynamicsbusinesscentral"),
    ("FACEBOOK_ADS_", "facebookAds"),
    ("GOOGLE_AD_MANAGER_", "googleadmanager"),
    ("GOOGLE_ADS_", "googleads"),
    ("GOOGLE_ANALYTICS_", "googleanalytics"),
    ("GOOGLE_CALENDAR_", "googleCalendar"),
    ("GOOGLE_DOCS_", "googledocs"),
    ("GOOGLE_DRIVE_", "googledrive"),
    ("GOOGLE_SEARCH_CONSOLE_", "googlesearchconsole"),
    ("GOOGLE_SHEETS_", "googlesheets"),
    ("MICROSOFT_DYNAMICS_", "microsoftDynamics"),
    ("MICROSOFT_TEAMS_", "microsoftTeams"),
    ("MONDAY_", "monday.com"),
    ("PANDA_DOC_", "pandadoc"),
    ("SAGE_INTACCT_", "sageintacct"),
    ("SAP_S4_HANA_", "saps4hana"),
    ("SAP_S4HANA_", "saps4hana"),
    ("TEAMS_", "microsoftTeams"),
    ("WORDPRESS_", "wordpress.com"),
    ("ZENDESK_SELL_", "zendesksell"),
    ("ZOHO_CRM_", "zohocrm"),
];

/// The key of the integration an action called `name` most likely belongs to; `other` for names that are not written as
/// ActionKit writes them.
pub(super) fn integration(name: &str) -> Cow<'static, str> {
    if let Some((_, key)) = PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix)) {
        return Cow::Borrowed(key);
    }
    let is_actionkits = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    match name.split_once('_') {
        Some((first, _)) if is_actionkits && !first.is_empty() => Cow::Owned(first.to_ascii_lowercase()),
        _ => Cow::Borrowed("other"),
    }
}

#[cfg(test)]
mod tests {
    use super::integration;

    #[test]
    fn keys_follow_the_real_prefixes() {
        for (name, key) in [
            ("SLACK_SEND_MESSAGE", "slack"),
            ("TEAMS_GET_USER_BY_EMAIL", "microsoftTeams"),
            ("MONDAY_CREATE_ITEM", "monday.com"),
            ("DYNAMICS_365_FINANCE_CREATE_BILL", "dynamicsfinance"),
            ("DROPBOX_LIST_FILES", "dropbox"),
            ("DROPBOX_SIGN_LIST_TEMPLATES", "dropboxsign"),
            ("get-sum", "other"),
            ("echo", "other"),
            ("_X", "other"),
            ("Slack_Send", "other"),
        ] {
            assert_eq!(integration(name), key, "{name}");
        }
    }
}
