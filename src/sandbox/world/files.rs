//! The data files of the world, one a line; each is read on first use.

/// Every data file, by integration.
pub const FILES: &[(&str, &str)] = &[
    ("asana", include_str!("../../../assets/sandbox/world/asana.json")),
    ("github", include_str!("../../../assets/sandbox/world/github.json")),
    ("gmail", include_str!("../../../assets/sandbox/world/gmail.json")),
    ("googleCalendar", include_str!("../../../assets/sandbox/world/googleCalendar.json")),
    ("googledrive", include_str!("../../../assets/sandbox/world/googledrive.json")),
    ("hubspot", include_str!("../../../assets/sandbox/world/hubspot.json")),
    ("jira", include_str!("../../../assets/sandbox/world/jira.json")),
    ("linear", include_str!("../../../assets/sandbox/world/linear.json")),
    ("notion", include_str!("../../../assets/sandbox/world/notion.json")),
    ("salesforce", include_str!("../../../assets/sandbox/world/salesforce.json")),
    ("slack", include_str!("../../../assets/sandbox/world/slack.json")),
    ("stripe", include_str!("../../../assets/sandbox/world/stripe.json")),
    ("zendesk", include_str!("../../../assets/sandbox/world/zendesk.json")),
];
