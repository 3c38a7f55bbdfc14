//! The index beside a body: where its large arrays and objects are, and nothing about anything else.
//!
//! A value is named by the offset of its first byte ([`NodeId`]), an array or object by where its bracket opens. Scalars,
//! and arrays and objects of less than a kilobyte, have no entry: they are found again by scanning what is around them
//! from the nearest mark. So the index takes 20 bytes for each large array and object, 12 for each kilobyte between them
//! and 8 for each scalar of 4 kB or more: little more than a hundredth of a body, of whatever shape.

use memchr::memrchr;

use super::{
    scan::{self, LONG},
    skip,
};

/// A value in a document: the byte offset of its first character, so that ids sort in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// No container: what encloses the root.
pub(super) const NONE: u32 = u32::MAX;

/// The `count` of a container that is nested too deep for its children to be known.
pub(super) const DEEP: u32 = u32::MAX;

/// An array or object of fewer bytes has no entry.
pub(super) const SMALL: u32 = 1024;

/// After how many bytes the next child of a long container is marked.
pub(super) const STRIDE: u32 = 1024;

/// An array or object that is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Container {
    /// Where its bracket opens.
    pub(super) start: u32,
    /// Just after its closing bracket; where the document broke, if that never came.
    pub(super) end: u32,
    /// Where the container around it opens, or [`NONE`].
    pub(super) parent: u32,
    /// Which child of its parent it is.
    pub(super) ordinal: u32,
    /// How many children it has, or [`DEEP`].
    pub(super) count: u32,
}

/// Where a child of a long container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// Where the container opens.
    pub(super) container: u32,
    pub(super) ordinal: u32,
    pub(super) offset: u32,
}

/// What is around a value.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// The containers it is in, the innermost first.
    pub(super) containers: Vec<Container>,
    /// Which child of the innermost it is.
    pub(super) ordinal: u32,
}

/// Where and why reading ended before the text did, or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    pub(super) at: u32,
    pub(super) expected: &'static str,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The root value's offset, if the body is JSON at all.
    pub(super) root: Option<u32>,
    /// The containers of at least [`SMALL`] bytes, those that were never closed, those too deep and all around these;
    /// sorted by `start`, so parents come before their children.
    pub(super) containers: Vec<Container>,
    /// Sorted.
    pub(super) marks: Vec<Mark>,
    /// Start and end of every scalar of at least [`LONG`] bytes, sorted.
    pub(super) long: Vec<(u32, u32)>,
    /// Whether there are containers nested too deep.
    pub(super) deep: bool,
    /// The innermost container that was never closed, or [`NONE`].
    pub(super) unclosed: u32,
    /// Where the document broke, if it did.
    pub(super) broke: Option<Break>,
}

impl Index {
    /// The entry of the container that opens at `start`, if it has one.
    pub(super) fn large(&self, start: u32) -> Option<&Container> {
        self.containers.binary_search_by_key(&start, |c| c.start).ok().map(|at| &self.containers[at])
    }

    /// How many children the container that opens at `start` has, or [`DEEP`]; nothing for scalars and for empty arrays
    /// and objects.
    pub(super) fn count(&self, text: &[u8], start: u32) -> Option<u32> {
        if !is_opening(text, start) {
            return None;
        }
        if let Some(large) = self.large(start) {
            return Some(large.count);
        }
        let mut children =
            std::iter::successors(self.first(text, start), |&child| self.next(text, start, self.end(text, child)));
        children.next().map(|_| 1 + to_u32(children.count()))
    }

    /// Everything about the container that opens at `start`; nothing for scalars and for empty arrays and objects.
    pub(super) fn container(&self, text: &[u8], start: u32) -> Option<Container> {
        if let Some(large) = self.large(start) {
            return Some(*large);
        }
        let count = self.count(text, start)?;
        let Around { containers, ordinal } = self.around(text, start);
        let parent = containers.first().map_or(NONE, |c| c.start);
        Some(Container { start, end: self.end(text, start), parent, ordinal, count })
    }

    /// The innermost container with an entry that the value at `offset` is in.
    pub(super) fn large_around(&self, offset: u32) -> Option<&Container> {
        let before = self.containers.partition_point(|c| c.start < offset);
        let mut at = before.checked_sub(1).map(|last| &self.containers[last]);
        while let Some(c) = at.filter(|c| c.end <= offset) {
            at = self.large(c.parent);
        }
        at
    }

    /// What is around the value at `offset`.
    pub(super) fn around(&self, text: &[u8], offset: u32) -> Around {
        let large = self.large_around(offset);
        let mut around = self.small_around(text, offset, large);
        around.containers.extend(std::iter::successors(large, |c| self.large(c.parent)));
        around
    }

    /// The containers without an entry around `offset`, which is in `large`.
    fn small_around(&self, text: &[u8], offset: u32, large: Option<&Container>) -> Around {
        let mut containers = Vec::new();
        let mut parent = large.map_or(NONE, |c| c.start);
        let mark = large.and_then(|c| self.mark_before(c.start, offset));
        let first = || if large.is_some() { self.first(text, parent) } else { self.root };
        let (mut ordinal, mut child) = mark.map_or_else(|| (0, first()), |m| (m.ordinal, Some(m.offset)));
        while let Some(start) = child.filter(|&start| start < offset) {
            let end = self.end(text, start);
            if end <= offset {
                child = if parent == NONE { None } else { self.next(text, parent, end) };
                ordinal += 1;
            } else if is_opening(text, start) {
                containers.push(Container { start, end, parent, ordinal, count: 0 });
                (parent, ordinal, child) = (start, 0, self.first(text, start));
            } else {
                break;
            }
        }
        containers.reverse();
        // Their children are counted only here, where nothing is read twice for it.
        for c in &mut containers {
            c.count = self.count(text, c.start).unwrap_or(0);
        }
        Around { containers, ordinal }
    }

    /// Where the container opens whose child the value at `offset` is, or [`NONE`]; and which child it is.
    pub(super) fn place(&self, text: &[u8], offset: u32) -> (u32, u32) {
        if let Some(c) = self.large(offset) {
            return (c.parent, c.ordinal);
        }
        let large = self.large_around(offset);
        let Around { containers, ordinal } = self.small_around(text, offset, large);
        (containers.first().or(large).map_or(NONE, |c| c.start), ordinal)
    }

    /// The first entry after everything inside the one at `at`.
    pub(super) fn after(&self, at: usize) -> usize {
        let Some(c) = self.containers.get(at) else { return self.containers.len() };
        let rest = &self.containers[at + 1..];
        // Most have few descendants: look near before halving the whole table.
        let mut reach = 1;
        while reach < rest.len() && rest[reach].start < c.end {
            reach *= 2;
        }
        let near = &rest[..rest.len().min(reach + 1)];
        at + 1 + near.partition_point(|d| d.start < c.end)
    }

    /// Whether the closing bracket of the container that opens at `start` never came.
    pub(super) fn is_unclosed(&self, start: u32) -> bool {
        let (Some(c), Some(innermost)) = (self.large(start), self.large(self.unclosed)) else { return false };
        c.start == innermost.start || c.start < innermost.start && c.end > innermost.start
    }

    /// Just after the value at `offset`.
    pub(super) fn end(&self, text: &[u8], offset: u32) -> u32 {
        if !is_opening(text, offset) {
            return self.scalar_end(text, offset).min(self.limit(text));
        }
        let end = match self.large(offset) {
            Some(c) => c.end,
            None => small_end(text, offset),
        };
        end.min(self.limit(text))
    }

    /// Just after the scalar at `offset`.
    pub(super) fn scalar_end(&self, text: &[u8], offset: u32) -> u32 {
        let window = &text[..text.len().min(offset as usize + LONG + 1)];
        match scan::scalar_end(window, offset as usize) {
            Some(end) if end < window.len() => to_u32(end),
            _ => match self.long.binary_search_by_key(&offset, |l| l.0) {
                Ok(i) => self.long[i].1,
                Err(_) => to_u32(window.len()),
            },
        }
    }

    /// How far the readable part goes.
    pub(super) fn limit(&self, text: &[u8]) -> u32 {
        self.broke.map_or_else(|| to_u32(text.len()), |b| b.at)
    }

    /// The offset of child `ordinal` of the container that opens at `container`.
    pub(super) fn child(&self, text: &[u8], container: u32, ordinal: u32) -> Option<u32> {
        if self.large(container).is_some_and(|c| c.count == DEEP || ordinal >= c.count) {
            return None;
        }
        let after = self.marks.partition_point(|m| (m.container, m.ordinal) <= (container, ordinal));
        let mark = after.checked_sub(1).map(|i| self.marks[i]).filter(|m| m.container == container);
        let (mut at, mut offset) = match mark {
            Some(m) => (m.ordinal, m.offset),
            None => (0, self.first(text, container)?),
        };
        while at < ordinal {
            offset = self.next(text, container, self.end(text, offset))?;
            at += 1;
        }
        Some(offset)
    }

    /// The last marked child of `container` that does not start after `offset`.
    pub(super) fn mark_before(&self, container: u32, offset: u32) -> Option<Mark> {
        let after = self.marks.partition_point(|m| (m.container, m.offset) <= (container, offset));
        after.checked_sub(1).map(|i| self.marks[i]).filter(|m| m.container == container)
    }

    /// The first child of the container that opens at `container`.
    pub(super) fn first(&self, text: &[u8], container: u32) -> Option<u32> {
        if !is_opening(text, container) || self.large(container).is_some_and(|c| matches!(c.count, 0 | DEEP)) {
            return None;
        }
        let at = scan::space(text, container as usize + 1);
        if matches!(text.get(at), Some(b']' | b'}')) { None } else { self.member(text, container, at) }
    }

    /// The child of `container` that comes after the one that ends at `end`.
    pub(super) fn next(&self, text: &[u8], container: u32, end: u32) -> Option<u32> {
        let at = scan::space(text, end as usize);
        if text.get(at) != Some(&b',') {
            return None;
        }
        self.member(text, container, scan::space(text, at + 1))
    }

    /// The value at `at`, or behind the key there.
    fn member(&self, text: &[u8], container: u32, mut at: usize) -> Option<u32> {
        if is_object(text, container) {
            if text.get(at) != Some(&b'"') {
                return None;
            }
            at = self.scalar_end(text, u32::try_from(at).ok()?) as usize;
            at = scan::space(text, at);
            if text.get(at) != Some(&b':') {
                return None;
            }
            at = scan::space(text, at + 1);
        }
        u32::try_from(at).ok().filter(|&at| at < self.limit(text))
    }

    /// Whether a child of a container starts at `offset`, as far as the document could be read.
    pub(super) fn is_node(&self, text: &[u8], offset: u32) -> bool {
        let (container, ordinal) = self.place(text, offset);
        if container == NONE {
            return self.root == Some(offset);
        }
        self.child(text, container, ordinal) == Some(offset)
    }

    /// The memory it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.containers.capacity() * size_of::<Container>()
            + self.marks.capacity() * size_of::<Mark>()
            + self.long.capacity() * size_of::<(u32, u32)>()
    }
}

/// Just after the array or object at `offset`, which has no entry.
pub(super) fn small_end(text: &[u8], offset: u32) -> u32 {
    let inside = scan::space(text, offset as usize + 1);
    if let Some(b']' | b'}') = text.get(inside) {
        return to_u32(inside) + 1;
    }
    let window = &text[..text.len().min(offset as usize + SMALL as usize)];
    to_u32(skip::value_end(window, offset as usize).unwrap_or(window.len()))
}

/// Whether an array or object opens at `offset`.
pub(super) fn is_opening(text: &[u8], offset: u32) -> bool {
    matches!(text.get(offset as usize), Some(b'{' | b'['))
}

/// Whether the container that opens at `container` is an object rather than an array.
pub(super) fn is_object(text: &[u8], container: u32) -> bool {
    text.get(container as usize) == Some(&b'{')
}

/// The bytes between the quotes of the key before the value at `offset`, which must be a member.
pub(super) fn key_before(text: &[u8], offset: u32) -> Option<&[u8]> {
    let before = text.get(..offset as usize)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    let inside = before.strip_suffix(b"\"")?;
    let mut open = memrchr(b'"', inside)?;
    // A quote inside the key has an odd number of backslashes before it; the opening one has none.
    while inside[..open].iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1 {
        open = memrchr(b'"', &inside[..open])?;
    }
    Some(&inside[open + 1..])
}

/// Offsets and counts fit 32 bits: bodies are at most 4 GB.
pub(super) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
