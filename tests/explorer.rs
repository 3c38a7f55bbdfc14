//! The full-screen program without a terminal: journeys, screens, monkeys, and the real loop against the sandbox.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

#[path = "explorer/account.rs"]
mod account;
#[path = "explorer/drafts.rs"]
mod drafts;
#[path = "explorer/faults.rs"]
mod faults;
#[path = "explorer/forms.rs"]
mod forms;
#[path = "explorer/history.rs"]
mod history;
#[path = "explorer/identity.rs"]
mod identity;
#[path = "explorer/journeys.rs"]
mod journeys;
#[path = "explorer/lists.rs"]
mod lists;
#[path = "explorer/many.rs"]
mod many;
#[path = "explorer/misbehaving.rs"]
mod misbehaving;
#[path = "explorer/monkey.rs"]
mod monkey;
#[path = "explorer/odd.rs"]
mod odd;
#[path = "explorer/pages.rs"]
mod pages;
#[path = "explorer/picture.rs"]
mod picture;
#[path = "explorer/query.rs"]
mod query;
#[path = "explorer/reading.rs"]
mod reading;
#[path = "explorer/screens.rs"]
mod screens;
#[path = "explorer/session.rs"]
mod session;
#[path = "explorer/story.rs"]
mod story;
#[path = "explorer/switching.rs"]
mod switching;
#[path = "explorer/workbench.rs"]
mod workbench;
