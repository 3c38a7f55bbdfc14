//! The index beside a body: where its arrays and objects are, and nothing about anything else.
//!
//! A value is named by the offset of its first byte ([`NodeId`]). Scalars have no entry: they are found again by
//! scanning their array or object from the nearest mark. So the index takes 20 bytes for each array and object that
//! has anything in it, 12 for every 256th child of a long one and 8 for each scalar of 4 kB or more: a tenth of a body
//! of records, next to nothing for fifty million zeros.

use memchr::memrchr;

use super::scan::{self, LONG};

/// A value in a document: the byte offset of its first character, so that ids sort in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// No container: what encloses the root.
pub(super) const NONE: u32 = u32::MAX;

/// The `count` of a container that is nested too deep for its children to be known.
pub(super) const DEEP: u32 = u32::MAX;

/// Every how many children there is a mark.
pub(super) const STRIDE: u32 = 256;

/// An array or object that is not empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container {
    /// Where its bracket opens.
    pub(super) start: u32,
    /// Just after its closing bracket; where the document broke, if that never came.
    pub(super) end: u32,
    /// The container around it, by its place in the table, or [`NONE`].
    pub(super) parent: u32,
    /// Which child of its parent it is.
    pub(super) ordinal: u32,
    /// How many children it has, or [`DEEP`].
    pub(super) count: u32,
}

/// Where a child of a long container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) container: u32,
    pub(super) ordinal: u32,
    pub(super) offset: u32,
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
    /// Sorted by `start`, so parents come before their children.
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
    /// The container that starts at `offset`: nothing for scalars and for empty arrays and objects.
    pub(super) fn container_at(&self, offset: u32) -> Option<u32> {
        self.containers.binary_search_by_key(&offset, |c| c.start).ok().map(to_u32)
    }

    pub(super) fn get(&self, container: u32) -> Option<&Container> {
        self.containers.get(container as usize)
    }

    /// The container whose child the value at `offset` is.
    pub(super) fn enclosing(&self, offset: u32) -> u32 {
        let before = self.containers.partition_point(|c| c.start < offset);
        let mut at = to_u32(before).wrapping_sub(1);
        while let Some(c) = self.get(at).filter(|c| c.end <= offset) {
            at = c.parent;
        }
        at
    }

    /// The first container after everything inside `container`.
    pub(super) fn after(&self, container: u32) -> u32 {
        let Some(c) = self.get(container) else { return to_u32(self.containers.len()) };
        let rest = &self.containers[container as usize + 1..];
        // Most have few descendants: look near before halving the whole table.
        let mut reach = 1;
        while reach < rest.len() && rest[reach].start < c.end {
            reach *= 2;
        }
        let near = &rest[..rest.len().min(reach + 1)];
        container + 1 + to_u32(near.partition_point(|d| d.start < c.end))
    }

    /// How many containers enclose the children of `container`, it included.
    pub(super) fn depth(&self, container: u32) -> usize {
        std::iter::successors(self.get(container), |c| self.get(c.parent)).count()
    }

    /// Whether the closing bracket of `container` never came.
    pub(super) fn is_unclosed(&self, container: u32) -> bool {
        let (Some(c), Some(innermost)) = (self.get(container), self.get(self.unclosed)) else { return false };
        container == self.unclosed || container < self.unclosed && c.end > innermost.start
    }

    /// Just after the value at `offset`.
    pub(super) fn end(&self, text: &[u8], offset: u32) -> u32 {
        match text.get(offset as usize) {
            Some(b'{' | b'[') => match self.container_at(offset).and_then(|c| self.get(c)) {
                Some(c) => c.end,
                // An empty one: space and the closing bracket.
                None => to_u32(scan::space(text, offset as usize + 1)) + 1,
            },
            _ => self.scalar_end(text, offset),
        }
        .min(self.limit(text))
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

    /// The offset of child `ordinal` of `container`.
    pub(super) fn child(&self, text: &[u8], container: u32, ordinal: u32) -> Option<u32> {
        let c = self.get(container)?;
        if c.count == DEEP || ordinal >= c.count {
            return None;
        }
        let mark = self.marks.partition_point(|m| (m.container, m.ordinal) <= (container, ordinal));
        let mark = mark.checked_sub(1).map(|i| self.marks[i]).filter(|m| m.container == container);
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
    pub(super) fn mark_before(&self, container: u32, offset: u32) -> Option<u32> {
        let after = self.marks.partition_point(|m| (m.container, m.offset) <= (container, offset));
        let mark = after.checked_sub(1).map(|i| self.marks[i])?;
        (mark.container == container).then_some(mark.offset)
    }

    /// Which child of its container the value at `offset` is.
    pub(super) fn ordinal(&self, text: &[u8], offset: u32) -> u32 {
        let container = self.enclosing(offset);
        if let Some(c) = self.container_at(offset).and_then(|c| self.get(c)) {
            return c.ordinal;
        }
        let mark = self.marks.partition_point(|m| (m.container, m.offset) <= (container, offset));
        let mark = mark.checked_sub(1).map(|i| self.marks[i]).filter(|m| m.container == container);
        let start = mark.map(|m| (m.ordinal, m.offset)).or_else(|| Some((0, self.first(text, container)?)));
        let Some((mut at, mut place)) = start else { return 0 };
        while place < offset {
            let Some(next) = self.next(text, container, self.end(text, place)) else { break };
            place = next;
            at += 1;
        }
        at
    }

    /// The first child of `container`.
    pub(super) fn first(&self, text: &[u8], container: u32) -> Option<u32> {
        let c = self.get(container).filter(|c| c.count != DEEP && c.count > 0)?;
        let at = scan::space(text, c.start as usize + 1);
        self.member(text, container, at)
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
        if self.is_object(text, container) {
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
        let container = self.enclosing(offset);
        if container == NONE {
            return self.root == Some(offset);
        }
        self.child(text, container, self.ordinal(text, offset)) == Some(offset)
    }

    /// Whether `container` is an object rather than an array.
    pub(super) fn is_object(&self, text: &[u8], container: u32) -> bool {
        self.get(container).is_some_and(|c| text.get(c.start as usize) == Some(&b'{'))
    }

    /// The memory it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.containers.capacity() * size_of::<Container>()
            + self.marks.capacity() * size_of::<Mark>()
            + self.long.capacity() * size_of::<(u32, u32)>()
    }
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
