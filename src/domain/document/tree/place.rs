//! Where things stand in a tree: what a row shows, which row shows a value, and the way from one row to another.

use std::ops::Range;

use super::{Open, Part, Tree, is_foldable};
use crate::domain::document::{Document, NodeId, index::NONE};

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The value at `offset`, child `ordinal` of `parent`.
    Value { offset: u32, parent: u32, ordinal: u32 },
    /// The closing bracket of `container`.
    Close { container: u32 },
    /// Where a document that has something behind its value broke.
    Trailing,
}

/// A row before it is put into words.
pub(in crate::domain::document) struct Step {
    pub(super) place: Place,
    pub(in crate::domain::document) part: Part,
    pub(in crate::domain::document) depth: usize,
    pub(in crate::domain::document) node: NodeId,
    /// Just after the value.
    pub(in crate::domain::document) end: u32,
    /// Whether this is the row that says where the document broke.
    pub(in crate::domain::document) breaks: bool,
}

impl Step {
    /// Whether another child of the same container follows, and whether there is a key before the value.
    pub(in crate::domain::document) fn punctuation(&self, document: &Document) -> (bool, bool) {
        let (parent, ordinal) = match self.place {
            Place::Value { parent, ordinal, .. } => (parent, ordinal),
            Place::Close { container } => match document.index.get(container) {
                Some(c) => (c.parent, c.ordinal),
                None => return (false, false),
            },
            Place::Trailing => return (false, false),
        };
        let more = document.index.get(parent).is_some_and(|c| ordinal + 1 < c.count);
        (more, document.index.is_object(&document.body, parent))
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
        let mut level = depth(document, place);
        // Where what broke is folded, the nearest around it that is not says so.
        let mut broken = document.index.unclosed;
        while self.opened(broken).is_none()
            && let Some(c) = document.index.get(broken)
        {
            broken = c.parent;
        }
        for _ in range.start..end {
            let node = node(document, place).unwrap_or(NodeId(0));
            let step = Step {
                place,
                part: self.part(document, place),
                depth: level,
                node,
                end: document.index.end(&document.body, node.0),
                breaks: match place {
                    Place::Close { container } => container == broken,
                    Place::Value { .. } => false,
                    Place::Trailing => true,
                },
            };
            take(&step);
            let Some(next) = self.following(document, place, step.end) else { break };
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
        if let Some(open) = index.container_at(node.0).and_then(|c| self.opened(c)) {
            return Some(open.first as usize);
        }
        let parent = self.opened(index.enclosing(node.0))?;
        let ordinal = index.ordinal(&document.body, node.0);
        // The nearest unfolded sibling before it says how many rows those before take.
        let at = self.open.partition_point(|o| index.get(o.container).is_some_and(|c| c.start < node.0));
        let mut before = at.checked_sub(1).map(|i| self.open[i].container)?;
        while before != parent.container {
            let c = index.get(before)?;
            if c.parent == parent.container {
                let sibling = self.opened(before)?;
                return Some((sibling.last + ordinal - c.ordinal) as usize);
            }
            before = c.parent;
        }
        Some((parent.first + 1 + ordinal) as usize)
    }

    /// The row of the value that encloses `row`'s.
    pub fn parent(&self, document: &Document, row: usize) -> Option<usize> {
        let parent = match self.place(document, row)? {
            Place::Value { parent, .. } => parent,
            Place::Close { container } => document.index.get(container)?.parent,
            Place::Trailing => NONE,
        };
        self.opened(parent).map(|o| o.first as usize)
    }

    /// The row of the next value in the same array or object.
    pub fn next_sibling(&self, document: &Document, row: usize) -> Option<usize> {
        let next = match self.place(document, row)? {
            Place::Value { offset, .. } => {
                let opened = document.index.container_at(offset).and_then(|c| self.opened(c));
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
            Place::Value { offset, .. } => {
                let opened = document.index.container_at(offset).and_then(|c| self.opened(c));
                opened.is_none().then_some(before)
            }
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
        let mut closed: Option<&Open> = None;
        while let Some(open) = at.map(|i| &self.open[i]) {
            if row == open.last {
                return Some(Place::Close { container: open.container });
            }
            if row < open.last {
                break;
            }
            closed = Some(open);
            let parent = index.get(open.container)?.parent;
            at = self.open.binary_search_by_key(&parent, |o| o.container).ok();
        }
        let Some(open) = at.map(|i| &self.open[i]) else { return Some(Place::Trailing) };
        let parent = open.container;
        if row == open.first {
            let c = index.get(parent)?;
            return Some(Place::Value { offset: c.start, parent: c.parent, ordinal: c.ordinal });
        }
        let ordinal = match closed {
            Some(sibling) => index.get(sibling.container)?.ordinal + (row - sibling.last),
            None => row - open.first - 1,
        };
        let offset = index.child(&document.body, parent, ordinal)?;
        Some(Place::Value { offset, parent, ordinal })
    }

    /// What the row after `place` shows, where the value that `place` shows ends at `end`.
    fn following(&self, document: &Document, place: Place, end: u32) -> Option<Place> {
        let index = &document.index;
        let (parent, ordinal) = match place {
            Place::Value { offset, parent, ordinal } => {
                if let Some(open) = index.container_at(offset).and_then(|c| self.opened(c)) {
                    let first = index.first(&document.body, open.container);
                    return Some(match first {
                        Some(offset) => Place::Value { offset, parent: open.container, ordinal: 0 },
                        None => Place::Close { container: open.container },
                    });
                }
                (parent, ordinal)
            }
            Place::Close { container } => {
                let c = index.get(container)?;
                (c.parent, c.ordinal)
            }
            Place::Trailing => return None,
        };
        let Some(c) = index.get(parent) else { return Some(Place::Trailing) };
        if ordinal + 1 >= c.count {
            return Some(Place::Close { container: parent });
        }
        let offset = index.next(&document.body, parent, end)?;
        Some(Place::Value { offset, parent, ordinal: ordinal + 1 })
    }

    fn part(&self, document: &Document, place: Place) -> Part {
        match place {
            Place::Value { offset, .. } => match document.index.container_at(offset) {
                Some(c) if !is_foldable(document, c) => Part::Whole,
                Some(c) if self.is_unfolded(c) => Part::Open,
                Some(_) => Part::Folded,
                None => Part::Whole,
            },
            Place::Close { container } if document.index.is_unclosed(container) => Part::Broken,
            Place::Close { .. } => Part::Close,
            Place::Trailing => Part::Broken,
        }
    }
}

fn depth(document: &Document, place: Place) -> usize {
    match place {
        Place::Value { parent, .. } => document.index.depth(parent),
        Place::Close { container } => document.index.depth(container).saturating_sub(1),
        Place::Trailing => 0,
    }
}

fn node(document: &Document, place: Place) -> Option<NodeId> {
    match place {
        Place::Value { offset, .. } => Some(NodeId(offset)),
        Place::Close { container } => document.index.get(container).map(|c| NodeId(c.start)),
        Place::Trailing => document.root(),
    }
}
