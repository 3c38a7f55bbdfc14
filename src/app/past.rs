//! What the interface knows of the history: the records it asked for last, and whether runs are noted at all.

use std::{collections::BTreeMap, sync::Arc};

use super::{remote::LoadId, viewer::Opened};
use crate::domain::{
    failure::Failure,
    history::{LastRun, Record, RecordId},
    run::Outcome,
    shared::Shared,
};

/// How many records are looked at at once; typing looks among all there are.
pub const SHOWN: usize = 500;

/// The history, as far as it is known here.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The records that were asked for, newest first.
    pub records: Vec<Record>,
    /// How each action was run last before this session, by its name.
    pub last: BTreeMap<String, LastRun>,
    /// The question that is under way.
    pub(super) asked: Option<LoadId>,
    /// The question for the last run of an action, whose form is to be filled with it.
    pub(super) last_run: Option<(LoadId, Arc<str>)>,
    /// Why the last question was not answered.
    pub(super) failure: Option<Failure>,
    /// Whether the person wants no run noted from now on.
    pub paused: bool,
    /// Whether it was said that runs cannot be noted: once is enough.
    pub(super) told: bool,
}

impl Past {
    /// The record of that id, if it is shown.
    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }
}

/// What a record is taken out of the history for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To look at its answer.
    Show,
    /// To compare the answer that is shown with it.
    Compare,
    /// To make a ticket of it.
    Ticket,
}

/// A record with its answer, ready to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    /// The record.
    pub record: Record,
    /// How it ended.
    pub outcome: Outcome,
    /// The answer (or refusal), opened for reading.
    pub opened: Option<Shared<Opened>>,
}
