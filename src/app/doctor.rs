//! What the doctor has found so far.

use super::remote::LoadId;
use crate::domain::doctor::Report;

/// The doctor's work: the look that is under way, and the report of the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doctor {
    /// The look under way.
    pub going: Option<LoadId>,
    /// What the last one found.
    pub report: Option<Report>,
    /// The user it is compared with, for whom it works.
    pub with: Option<String>,
}

impl Doctor {
    /// Whether there is something to show, or will be.
    pub const fn is_fresh(&self) -> bool {
        self.going.is_some() || self.report.is_some()
    }
}
