//! The data files of the world, one a line; each is read on first use.

/// Every data file, by integration.
pub const FILES: &[(&str, &str)] = &[
    ("asana", include_str!("../../../assets/sandbox/world/asana.json")),
    ("box", include_str!("../../../assets/sandbox/world/box.json")),
    ("clickup", include_str!("../../../assets/sandbox/world/clickup.json")),
    ("github", include_str!("../../../assets/sandbox/world/github.json")),
    ("gmail", include_str!("../../../assets/sandbox/world/gmail.json")),
    ("googleCalendar", include_str!("../../../assets/sandbox/world/googleCalendar.json")),
    ("googledrive", include_str!("../../../assets/sandbox/world/googledrive.json")),
    ("googlesheets", include_str!("../../../assets/sandbox/world/googlesheets.json")),
    ("hubspot", include_str!("../../../assets/sandbox/world/hubspot.json")),
    ("jira", include_str!("../../../assets/sandbox/world/jira.json")),
    ("linear", include_str!("../../../assets/sandbox/world/linear.json")),
    ("microsoftTeams", include_str!("../../../assets/sandbox/world/microsoftTeams.json")),
    ("notion", include_str!("../../../assets/sandbox/world/notion.json")),
    ("outlook", include_str!("../../../assets/sandbox/world/outlook.json")),
    ("salesforce", include_str!("../../../assets/sandbox/world/salesforce.json")),
    ("shopify", include_str!("../../../assets/sandbox/world/shopify.json")),
    ("slack", include_str!("../../../assets/sandbox/world/slack.json")),
    ("stripe", include_str!("../../../assets/sandbox/world/stripe.json")),
    ("zendesk", include_str!("../../../assets/sandbox/world/zendesk.json")),
];
