//! Checking a run's parameters against the schema its action is listed with.

use crate::domain::{action::Action, schema::validate::Checker};

/// What an action's parameters are checked with.
#[derive(Debug)]
pub struct Check {
    /// Checks them.
    pub checker: Checker,
    /// Whether the schema itself names `paginationParameters`.
    pub names_pagination: bool,
}

impl Check {
    /// What `action` is checked with.
    pub fn of(action: &Action) -> Self {
        let schema = action.schema();
        let names_pagination = schema.get("properties").and_then(|p| p.get("paginationParameters")).is_some();
        Self { checker: Checker::new(&schema), names_pagination }
    }
}
