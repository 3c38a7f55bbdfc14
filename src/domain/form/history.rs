//! Undo and redo: earlier states of the form, which share what did not change.

use std::sync::Arc;

use super::{Form, field::Field, view::FieldId};

type Fields = Vec<Arc<Field>>;

/// How many field references all kept states may hold together: some tens of megabytes at worst.
const WEIGHT: usize = 2_000_000;
/// How many states are kept.
const STATES: usize = 200;
/// How many forms for earlier schemas are kept.
const EARLIER: usize = 8;

/// The states before the present one, and those that were taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The form as it was for the schemas before this one, the latest last; their changes can be taken back too.
    earlier: Vec<Arc<Form>>,
    /// The typing that is going on: more of the same belongs to the same change.
    typing: Option<Typing>,
}

/// A state, and the field that the change between it and its neighbour was made in.
#[derive(Debug, Clone)]
struct Step {
    fields: Fields,
    at: FieldId,
}

/// Typing in one cell, in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Typing {
    field: FieldId,
    stroke: Stroke,
}

/// What one key did to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stroke {
    /// A letter went in, and went on with a word.
    On,
    /// A letter or space went in, and began a word.
    Word,
    /// Something went away.
    Away,
    /// More than one letter went in or was replaced at once.
    Whole,
}

impl Typing {
    /// The typing that turns `old` into `new` in a cell.
    pub(super) fn of(field: FieldId, old: &str, new: &str) -> Self {
        let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
        let mut head = same;
        while !(old.is_char_boundary(head) && new.is_char_boundary(head)) {
            head -= 1;
        }
        let tail = &old[head..];
        let stroke = if tail.ends_with(&new[head..]) || old.len() > new.len() {
            Stroke::Away
        } else {
            let added = new[head..].strip_suffix(tail).unwrap_or(&new[head..]);
            let mut letters = added.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) if new.len() == old.len() + letter.len_utf8() => {
                    // The space goes with the word behind it.
                    let begins = match old[..head].chars().next_back() {
                        Some(before) => letter.is_whitespace() && !before.is_whitespace(),
                        None => true,
                    };
                    if begins { Stroke::Word } else { Stroke::On }
                }
                _ => Stroke::Whole,
            }
        };
        Self { field, stroke }
    }

    fn goes_on_from(self, before: Self) -> bool {
        let same_way = match self.stroke {
            Stroke::On => matches!(before.stroke, Stroke::On | Stroke::Word),
            Stroke::Away => before.stroke == Stroke::Away,
            Stroke::Word | Stroke::Whole => false,
        };
        self.field == before.field && same_way
    }
}

/// Which way through the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Back,
    Forth,
}

impl History {
    /// What goes before the changes of a form that follows another schema than `form` did.
    pub(super) fn after(form: &Form) -> Self {
        let mut last = form.clone();
        let mut earlier = std::mem::take(&mut last.history.earlier);
        earlier.push(Arc::new(last));
        let surplus = earlier.len().saturating_sub(EARLIER);
        earlier.drain(..surplus);
        Self { earlier, ..Self::default() }
    }

    /// Goes one change through the form as it was for the schema before: that form, and the field concerned.
    pub(super) fn step_before(&mut self, way: Way) -> Option<(Arc<Form>, FieldId)> {
        loop {
            let last = self.earlier.last_mut()?;
            let form = Arc::make_mut(last);
            let at = match way {
                Way::Back => form.undo(),
                Way::Forth => form.redo(),
            };
            match at {
                Some(at) => return Some((Arc::clone(last), at)),
                None if way == Way::Forth => return None,
                None => self.earlier.pop(),
            };
        }
    }

    /// Notes that a step through an earlier form led from `before` to what the form is now; it can be gone back.
    pub(super) fn stepped(&mut self, way: Way, before: Fields, at: FieldId) {
        let steps = match way {
            Way::Back => &mut self.undone,
            Way::Forth => &mut self.done,
        };
        steps.push(Step { fields: before, at });
    }

    /// Notes that the form was `before` until now, when a change was made at `at`; `typing` says whether it was typing.
    pub(super) fn note(&mut self, before: Fields, at: FieldId, typing: Option<Typing>) {
        self.undone.clear();
        for form in &mut self.earlier {
            if !form.history.undone.is_empty() {
                Arc::make_mut(form).history.undone.clear();
            }
        }
        let goes_on = matches!((typing, self.typing), (Some(now), Some(then)) if now.goes_on_from(then));
        self.typing = typing;
        if goes_on {
            return;
        }
        self.done.push(Step { fields: before, at });
        let weight = |steps: &[Step]| steps.iter().map(|s| s.fields.len()).sum::<usize>();
        while self.done.len() > STATES || self.done.len() > 1 && weight(&self.done) > WEIGHT {
            self.done.remove(0);
        }
    }

    /// Puts a state before all others.
    pub(super) fn begin_with(&mut self, before: Fields, at: FieldId) {
        self.done.insert(0, Step { fields: before, at });
    }

    /// Ends the typing that is going on: what comes next is another change.
    pub(super) fn pause(&mut self) {
        self.typing = None;
    }

    /// Goes one change back or forth. The field it was made in, if there was one.
    pub(super) fn step(&mut self, way: Way, fields: &mut Fields) -> Option<FieldId> {
        self.pause();
        let (from, to) = match way {
            Way::Back => (&mut self.done, &mut self.undone),
            Way::Forth => (&mut self.undone, &mut self.done),
        };
        let Step { fields: state, at } = from.pop()?;
        to.push(Step { fields: std::mem::replace(fields, state), at });
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(old: &str, new: &str) -> Stroke {
        Typing::of(FieldId(1), old, new).stroke
    }

    #[test]
    fn typing_falls_into_words() {
        assert_eq!(stroke("", "a"), Stroke::Word);
        assert_eq!(stroke("a", "ab"), Stroke::On);
        assert_eq!(stroke("a", "a "), Stroke::Word);
        assert_eq!(stroke("a ", "a b"), Stroke::On);
        assert_eq!(stroke("ac", "abc"), Stroke::On, "in the middle");
        assert_eq!(stroke("aa", "aaa"), Stroke::On, "which of the same letters is not told apart");
        assert_eq!(stroke("ab", "a"), Stroke::Away);
        assert_eq!(stroke("one two", "one "), Stroke::Away);
        assert_eq!(stroke("é", "è"), Stroke::Whole);
        assert_eq!(stroke("a", "a pasted text"), Stroke::Whole);
        assert_eq!(stroke("a", "a"), Stroke::Away);
    }
}
