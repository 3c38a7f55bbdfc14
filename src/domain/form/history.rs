//! Undo and redo: earlier states of the form, which share what did not change.

use std::sync::Arc;

use super::{field::Field, view::FieldId};

type Fields = Vec<Arc<Field>>;

/// How many field references all kept states may hold together: some tens of megabytes at worst.
const WEIGHT: usize = 2_000_000;
/// How many states are kept.
const STATES: usize = 200;

/// The states before the present one, and those that were taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: Vec<Fields>,
    undone: Vec<Fields>,
    /// The cell being typed into: further typing belongs to the same change.
    typing: Option<FieldId>,
}

impl History {
    /// Notes that the form was `before` until now; `typing` names the cell if the change was typing.
    pub(super) fn note(&mut self, before: Fields, typing: Option<FieldId>) {
        self.undone.clear();
        if typing.is_some() && typing == self.typing {
            return;
        }
        self.typing = typing;
        self.done.push(before);
        while self.done.len() > STATES || self.done.len() > 1 && self.done.iter().map(Vec::len).sum::<usize>() > WEIGHT
        {
            self.done.remove(0);
        }
    }

    pub(super) fn undo(&mut self, fields: &mut Fields) -> bool {
        Self::step(&mut self.done, &mut self.undone, fields, &mut self.typing)
    }

    pub(super) fn redo(&mut self, fields: &mut Fields) -> bool {
        Self::step(&mut self.undone, &mut self.done, fields, &mut self.typing)
    }

    fn step(from: &mut Vec<Fields>, to: &mut Vec<Fields>, fields: &mut Fields, typing: &mut Option<FieldId>) -> bool {
        *typing = None;
        let Some(state) = from.pop() else { return false };
        to.push(std::mem::replace(fields, state));
        true
    }
}
