//! Where things stand in a tree: what a row shows, which row shows a value, and the way from one row to another.

use std::ops::Range;

use super::{Open, Part, Tree};
use crate::domain::document::{
    Document, NodeId,
    index::{self, DEEP, NONE},
};

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The value at `offset`, child `ordinal` of the container that opens at `parent`.
    Value { offset: u32, parent: u32, ordinal: u32 },
    /// The closing bracket of the container that opens at `container`.
    Close { container: u32 },
    /// Where a document that has something behind its value broke.
    Trailing,
}

/// A row before it is put into words.
pub(in crate::domain::document) struct Step {
    pub(in crate::domain::document) part: Part,
    pub(in crate::domain::document) depth: usize,
    pub(in crate::domain::document) node: NodeId,
    /// Where the container opens whose child the value is, or [`NONE`].
    pub(super) parent: u32,
    /// Which child it is.
    pub(super) ordinal: u32,
    /// Whether another one follows.
    pub(in crate::domain::document) more: bool,
    /// Just after the value.
    pub(in crate::domain::document) end: u32,
    /// Whether this is the row that says where the document broke.
    pub(in crate::domain::document) breaks: bool,
}

impl Step {
    /// Whether there is a key before the value.
    pub(in crate::domain::document) fn is_member(&self, document: &Document) -> bool {
        index::is_object(&document.body, self.parent)
    }
}

impl Tree {
    /// Steps through the rows in `range`.
    pub(in crate::domain::document) fn walk(
        &self,
        document: &Document,
        range: Range<usize>,
        mut take: impl FnMut(&Step),
    ) {
        let end = range.end.min(self.row_count());
        let Some(mut place) = self.place(document, range.start) else { return };
        let mut level = self.depth(place);
        // Where what broke is folded, the nearest around it that is not says so.
        let mut broken = document.index.unclosed;
        while self.opened(broken).is_none()
            && let Some(c) = document.index.large(broken)
        {
            broken = c.parent;
        }
        for _ in range.start..end {
            let node = node(document, place).unwrap_or(NodeId(0));
            let (parent, ordinal) = match place {
                Place::Value { parent, ordinal, .. } => (parent, ordinal),
                Place::Close { container } => self.unfolded(container).map_or((NONE, 0), |c| (c.parent, c.ordinal)),
                Place::Trailing => (NONE, 0),
            };
            let step = Step {
                part: self.part(document, place),
                depth: level,
                node,
                parent,
                ordinal,
                more: self.unfolded(parent).is_some_and(|c| ordinal + 1 < c.count),
                end: match self.unfolded(node.0) {
                    Some(c) => c.end,
                    None => document.index.end(&document.body, node.0),
                },
                breaks: match place {
                    Place::Close { container } => container == broken,
                    Place::Value { .. } => false,
                    Place::Trailing => true,
                },
            };
            take(&step);
            let Some(next) = following(document, place, &step) else { break };
            level = match (step.part, next) {
                (Part::Open, Place::Value { .. }) => level + 1,
                (Part::Open, _) => level,
                (_, Place::Close { .. }) => level.saturating_sub(1),
                _ => level,
            };
            place = next;
        }
    }

    /// The value that `row` shows a part of, and which part.
    pub fn node_at(&self, document: &Document, row: usize) -> Option<(NodeId, Part)> {
        let place = self.place(document, row)?;
        Some((node(document, place)?, self.part(document, place)))
    }

    /// The row that shows `node` (its opening bracket if unfolded), unless it is inside a folded part.
    pub fn row_of(&self, document: &Document, node: NodeId) -> Option<usize> {
        let index = &document.index;
        if index.root == Some(node.0) {
            return Some(0);
        }
        if let Some(open) = self.opened(node.0) {
            return Some(open.first as usize);
        }
        let (parent, ordinal) = index.place(&document.body, node.0);
        let open = self.opened(parent)?;
        // The nearest unfolded sibling before it says how many rows those before take.
        let at = self.open.partition_point(|o| self.of(*o).start < node.0);
        let mut before = at.checked_sub(1).map(|i| self.of(self.open[i]))?;
        while before.start != parent {
            if before.parent == parent {
                let sibling = self.opened(before.start)?;
                return Some((sibling.last + ordinal - before.ordinal) as usize);
            }
            before = self.unfolded(before.parent)?;
        }
        Some((open.first + 1 + ordinal) as usize)
    }

    /// The row of the value that encloses `row`'s.
    pub fn parent(&self, document: &Document, row: usize) -> Option<usize> {
        let parent = match self.place(document, row)? {
            Place::Value { parent, .. } => parent,
            Place::Close { container } => self.unfolded(container)?.parent,
            Place::Trailing => NONE,
        };
        self.opened(parent).map(|o| o.first as usize)
    }

    /// The row of the next value in the same array or object.
    pub fn next_sibling(&self, document: &Document, row: usize) -> Option<usize> {
        let next = match self.place(document, row)? {
            Place::Value { offset, .. } => {
                let opened = self.opened(offset);
                opened.map_or(row, |o| o.last as usize) + 1
            }
            Place::Close { .. } => row + 1,
            Place::Trailing => return None,
        };
        matches!(self.place(document, next)?, Place::Value { .. }).then_some(next)
    }

    /// The row of the value before in the same array or object.
    pub fn previous_sibling(&self, document: &Document, row: usize) -> Option<usize> {
        let first = match self.place(document, row)? {
            Place::Value { .. } => row,
            Place::Close { container } => self.opened(container)?.first as usize,
            Place::Trailing => return None,
        };
        let before = first.checked_sub(1)?;
        match self.place(document, before)? {
            // An opening bracket before it is its parent's.
            Place::Value { offset, .. } => self.opened(offset).is_none().then_some(before),
            Place::Close { container } => self.opened(container).map(|o| o.first as usize),
            Place::Trailing => None,
        }
    }

    /// What `row` shows.
    pub(super) fn place(&self, document: &Document, row: usize) -> Option<Place> {
        let index = &document.index;
        let row = u32::try_from(row).ok().filter(|&row| row < self.rows)?;
        let root = index.root?;
        if row == 0 {
            return Some(Place::Value { offset: root, parent: NONE, ordinal: 0 });
        }
        let mut at = self.open.partition_point(|o| o.first <= row).checked_sub(1);
        // The last one that opened before `row` may have closed before it too: then so far up as encloses it.
        let mut closed: Option<Open> = None;
        while let Some(open) = at.map(|i| self.open[i]) {
            let c = self.of(open);
            if row == open.last {
                return Some(Place::Close { container: c.start });
            }
            if row < open.last {
                break;
            }
            closed = Some(open);
            at = self.open.binary_search_by_key(&c.parent, |o| self.of(*o).start).ok();
        }
        let Some(open) = at.map(|i| self.open[i]) else { return Some(Place::Trailing) };
        let c = self.of(open);
        if row == open.first {
            return Some(Place::Value { offset: c.start, parent: c.parent, ordinal: c.ordinal });
        }
        let ordinal = match closed {
            Some(sibling) => self.of(sibling).ordinal + (row - sibling.last),
            None => row - open.first - 1,
        };
        let offset = index.child(&document.body, c.start, ordinal)?;
        Some(Place::Value { offset, parent: c.start, ordinal })
    }

    fn part(&self, document: &Document, place: Place) -> Part {
        match place {
            Place::Value { offset, .. } if self.unfolded(offset).is_some() => Part::Open,
            Place::Value { offset, .. } => match document.index.first(&document.body, offset) {
                Some(_) => Part::Folded,
                None if document.index.large(offset).is_some_and(|c| c.count != DEEP) => Part::Folded,
                None => Part::Whole,
            },
            Place::Close { container } if document.index.is_unclosed(container) => Part::Broken,
            Place::Close { .. } => Part::Close,
            Place::Trailing => Part::Broken,
        }
    }

    /// How many containers are around what is in sight at `place`.
    fn depth(&self, place: Place) -> usize {
        let parent = match place {
            Place::Value { parent, .. } => parent,
            Place::Close { container } => self.unfolded(container).map_or(NONE, |c| c.parent),
            Place::Trailing => NONE,
        };
        std::iter::successors(self.unfolded(parent), |c| self.unfolded(c.parent)).count()
    }
}

/// What the row after `place` shows, which is `step`.
fn following(document: &Document, place: Place, step: &Step) -> Option<Place> {
    let index = &document.index;
    match place {
        Place::Value { offset, .. } if step.part == Part::Open => {
            return Some(match index.first(&document.body, offset) {
                Some(first) => Place::Value { offset: first, parent: offset, ordinal: 0 },
                None => Place::Close { container: offset },
            });
        }
        Place::Value { .. } | Place::Close { .. } => {}
        Place::Trailing => return None,
    }
    let &Step { parent, ordinal, end, more, .. } = step;
    if parent == NONE {
        return Some(Place::Trailing);
    }
    if !more {
        return Some(Place::Close { container: parent });
    }
    let offset = index.next(&document.body, parent, end)?;
    Some(Place::Value { offset, parent, ordinal: ordinal + 1 })
}

fn node(document: &Document, place: Place) -> Option<NodeId> {
    match place {
        Place::Value { offset, .. } => Some(NodeId(offset)),
        Place::Close { container } => Some(NodeId(container)),
        Place::Trailing => document.root(),
    }
}
