//! The data files of the world, one a line; each is read on first use.

/// Every data file, by integration.
pub const FILES: &[(&str, &str)] = &[
    ("gmail", include_str!("../../../assets/sandbox/world/gmail.json")),
    ("googledrive", include_str!("../../../assets/sandbox/world/googledrive.json")),
    ("hubspot", include_str!("../../../assets/sandbox/world/hubspot.json")),
    ("notion", include_str!("../../../assets/sandbox/world/notion.json")),
    ("salesforce", include_str!("../../../assets/sandbox/world/salesforce.json")),
    ("slack", include_str!("../../../assets/sandbox/world/slack.json")),
];
