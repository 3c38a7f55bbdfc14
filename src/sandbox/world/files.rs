//! The data files of the world, one a line; each is read on first use.

/// Every data file, by integration.
pub const FILES: &[(&str, &str)] = &[("slack", include_str!("../../../assets/sandbox/world/slack.json"))];
