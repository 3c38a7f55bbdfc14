//! The one pass over a body that finds its arrays and objects: a loop over a state, never a call inside a call, so that
//! no nesting exhausts the stack.

use memchr::memchr2;

use super::index::{Break, Container, DEEP, Index, Mark, NONE, SMALL, STRIDE, to_u32};

/// What is expected after a whole value.
pub const END: &str = "the end of the text";

/// Scalars from this many bytes on are noted in the index, so that nobody scans them twice.
pub(super) const LONG: usize = 4096;

/// How many levels the index goes down. What is deeper is checked, and skipped as one piece.
pub(super) const TREE_DEPTH: usize = 65_536;

/// The first byte at or after `at` that is not JSON's white space.
#[inline]
pub(super) fn space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = text.get(at) {
        at += 1;
    }
    at
}

/// Just after the string that opens at `open`, unless it does not end.
#[inline]
fn string_end(text: &[u8], open: usize) -> Option<usize> {
    const LANES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero_lanes = |x: u64| x.wrapping_sub(LANES) & !x & HIGH;
    let mut at = open + 1;
    loop {
        // Most strings are short: eight bytes at a time for the first 64, then what is made for long ones.
        let mut found = None;
        for _ in 0..8 {
            let Some(bytes) = text.get(at..).and_then(|t| t.first_chunk::<8>()) else { break };
            let word = u64::from_le_bytes(*bytes);
            let hit = zero_lanes(word ^ (LANES * u64::from(b'"'))) | zero_lanes(word ^ (LANES * u64::from(b'\\')));
            if hit != 0 {
                found = Some(at + (hit.trailing_zeros() / 8) as usize);
                break;
            }
            at += 8;
        }
        let hit = match found {
            Some(hit) => hit,
            None => at + memchr2(b'"', b'\\', text.get(at..)?)?,
        };
        if text[hit] == b'"' {
            return Some(hit + 1);
        }
        at = hit + 2;
    }
}

/// Just after the number at `at`, if there is one.
#[inline]
fn number_end(text: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        while let Some(b'0'..=b'9') = text.get(at) {
            at += 1;
        }
        at
    };
    let whole = start + usize::from(text.get(start) == Some(&b'-'));
    let mut at = digits(whole);
    if at == whole || (text[whole] == b'0' && at > whole + 1) {
        return None;
    }
    if text.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = digits(fraction);
        if at == fraction {
            return None;
        }
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let exponent = at + 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        at = digits(exponent);
        if at == exponent {
            return None;
        }
    }
    Some(at)
}

/// Just after the scalar at `at`; nothing where there is none, or where a string does not end.
#[inline]
pub(super) fn scalar_end(text: &[u8], at: usize) -> Option<usize> {
    let word = |word: &[u8]| text[at..].starts_with(word).then_some(at + word.len());
    match text.get(at)? {
        b'"' => string_end(text, at),
        b'-' | b'0'..=b'9' => number_end(text, at),
        b't' => word(b"true"),
        b'f' => word(b"false"),
        b'n' => word(b"null"),
        _ => None,
    }
}

/// How many brackets `text` opens, texts in it or not.
pub(super) fn opened(text: &[u8]) -> usize {
    memchr::memchr2_iter(b'[', b'{', text).count()
}

/// Indexes the JSON value in `text`, as much of it as there is.
pub(super) fn scan(text: &[u8]) -> Index {
    Scanner::new(text, None).index()
}

/// Every array and object of the outermost `levels` that has anything in it, in document order; those nested too deep
/// are left out.
pub(super) fn containers(text: &[u8], levels: usize) -> Vec<Container> {
    Scanner::new(text, Some(levels)).index().containers
}

/// The container being read, or what is around the root.
#[derive(Clone, Copy)]
struct Frame {
    start: u32,
    /// Its place among the entries, or [`NONE`].
    entry: u32,
    count: u32,
    /// Where the last marked child is, or the first one.
    marked: u32,
    close: u8,
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    index: Index,
    current: Frame,
    /// What is around `current`.
    outer: Vec<Frame>,
    /// The kinds of the containers below [`TREE_DEPTH`], which are not in the index.
    deep: Kinds,
    /// Where the last container opened that is nested too deep.
    deep_at: u32,
    /// How many levels are listed whole, rather than what is large.
    levels: Option<usize>,
}

type Step<T = ()> = Result<T, &'static str>;

impl<'t> Scanner<'t> {
    fn new(text: &'t [u8], levels: Option<usize>) -> Self {
        Scanner {
            text,
            at: if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 },
            index: Index { unclosed: NONE, ..Index::default() },
            current: Frame { start: NONE, entry: NONE, count: 0, marked: 0, close: 0 },
            outer: Vec::new(),
            deep: Kinds::default(),
            deep_at: 0,
            levels,
        }
    }

    fn index(mut self) -> Index {
        let result = self.document();
        self.finish(result)
    }

    fn document(&mut self) -> Step {
        self.at = space(self.text, self.at);
        loop {
            self.value()?;
            while !self.follows()? {
                if self.outer.is_empty() {
                    self.at = space(self.text, self.at);
                    return if self.at < self.text.len() { Err(END) } else { Ok(()) };
                }
            }
        }
    }

    /// Reads a scalar, an empty container, or the way to the first scalar inside.
    fn value(&mut self) -> Step {
        loop {
            let opening = match self.text.get(self.at) {
                Some(b'{') => true,
                Some(b'[') => false,
                _ => return self.scalar(),
            };
            let start = self.at;
            self.child();
            self.at = space(self.text, start + 1);
            let close = if opening { b'}' } else { b']' };
            if self.text.get(self.at) == Some(&close) {
                self.at += 1;
                return Ok(());
            }
            self.open(start, close);
            if opening {
                self.key()?;
            }
        }
    }

    /// After a value: whether another one follows. Closes the containers that end here, one a call.
    fn follows(&mut self) -> Step<bool> {
        if self.outer.is_empty() {
            return Ok(false);
        }
        self.at = space(self.text, self.at);
        match self.text.get(self.at) {
            Some(b',') => {
                self.at = space(self.text, self.at + 1);
                if self.current.close == b'}' {
                    self.key()?;
                }
                Ok(true)
            }
            Some(&b) if b == self.current.close => {
                self.at += 1;
                self.close();
                Ok(false)
            }
            _ if self.current.close == b'}' => Err("`,` or `}`"),
            _ => Err("`,` or `]`"),
        }
    }

    fn key(&mut self) -> Step {
        if self.text.get(self.at) != Some(&b'"') {
            return Err("a key in double quotes");
        }
        let start = self.at;
        self.string(start)?;
        self.at = space(self.text, self.at);
        if self.text.get(self.at) != Some(&b':') {
            return Err("`:` after the key");
        }
        self.at = space(self.text, self.at + 1);
        Ok(())
    }

    fn string(&mut self, start: usize) -> Step {
        match string_end(self.text, start) {
            Some(end) => {
                self.at = end;
                self.long(start);
                Ok(())
            }
            None => {
                self.at = self.text.len();
                self.long(start);
                Err("the rest of this text and a closing `\"`")
            }
        }
    }

    fn long(&mut self, start: usize) {
        if self.at - start >= LONG {
            self.index.long.push((to_u32(start), to_u32(self.at)));
        }
    }

    fn scalar(&mut self) -> Step {
        let start = self.at;
        match self.text.get(start) {
            Some(b'"') => {
                // A string that is cut short is still shown.
                self.child();
                self.string(start)
            }
            Some(b'-' | b'0'..=b'9') => {
                let Some(end) = number_end(self.text, start) else {
                    return Err("a number such as 12, -0.5 or 1e3");
                };
                self.child();
                self.at = end;
                self.long(start);
                Ok(())
            }
            _ => {
                let Some(end) = scalar_end(self.text, start) else { return Err("a JSON value") };
                self.child();
                self.at = end;
                Ok(())
            }
        }
    }

    /// Notes that a child of the current container starts here.
    #[inline]
    fn child(&mut self) {
        if self.deep.len > 0 {
            return;
        }
        let offset = to_u32(self.at);
        let Frame { start: container, count: ordinal, marked, .. } = self.current;
        if ordinal == 0 {
            self.current.marked = offset;
        } else if offset - marked >= STRIDE {
            self.index.marks.push(Mark { container, ordinal, offset });
            self.current.marked = offset;
        }
        self.current.count += 1;
    }

    fn open(&mut self, start: usize, close: u8) {
        let start = to_u32(start);
        if self.outer.len() >= TREE_DEPTH {
            if self.deep.len == 0 {
                self.index.deep = true;
                self.deep_at = start;
                if self.levels.is_none() {
                    self.push(start, DEEP);
                }
            }
            self.deep.push(close == b'}');
            self.current.close = close;
            return;
        }
        let listed = self.levels.is_none_or(|levels| self.outer.len() < levels);
        let entry = if listed { self.push(start, 0) } else { NONE };
        let frame = Frame { start, entry, count: 0, marked: 0, close };
        self.outer.push(std::mem::replace(&mut self.current, frame));
    }

    fn push(&mut self, start: u32, count: u32) -> u32 {
        let entry = to_u32(self.index.containers.len());
        self.index.containers.push(Container {
            start,
            end: 0,
            parent: self.current.start,
            ordinal: self.current.count.saturating_sub(1),
            count,
        });
        entry
    }

    fn close(&mut self) {
        let end = to_u32(self.at);
        if self.deep.len > 0 {
            self.deep.pop();
            self.current.close = match self.deep.last() {
                Some(true) => b'}',
                Some(false) => b']',
                None => {
                    self.end_deep(end);
                    if self.text[self.current.start as usize] == b'{' { b'}' } else { b']' }
                }
            };
            return;
        }
        let Some(outer) = self.outer.pop() else { return };
        let Frame { start, entry, count, .. } = std::mem::replace(&mut self.current, outer);
        // What is in it has gone before.
        if self.levels.is_none() && end - start < SMALL && self.deep_at <= start {
            self.index.containers.truncate(entry as usize);
        } else if let Some(c) = self.index.containers.get_mut(entry as usize) {
            (c.end, c.count) = (end, count);
        }
    }

    /// The container that is too deep ends at `end`; nothing has come after it.
    fn end_deep(&mut self, end: u32) {
        if let Some(deep) = self.index.containers.last_mut().filter(|c| c.count == DEEP && c.start == self.deep_at) {
            deep.end = end;
        }
    }

    fn finish(mut self, result: Step) -> Index {
        let whole = self.outer.first().unwrap_or(&self.current);
        self.index.root = (whole.count > 0).then_some(whole.marked);
        if let Err(expected) = result {
            let at = to_u32(self.at.min(self.text.len()));
            self.index.broke = Some(Break { at, expected });
            if self.deep.len > 0 {
                self.end_deep(at);
            }
            self.index.unclosed = self.current.start;
            for Frame { entry, count, .. } in self.outer.iter().chain([&self.current]) {
                if let Some(c) = self.index.containers.get_mut(*entry as usize) {
                    (c.end, c.count) = (at, *count);
                }
            }
        }
        self.index.marks.sort_unstable();
        self.index.containers.shrink_to_fit();
        self.index.marks.shrink_to_fit();
        self.index
    }
}

/// A stack of bits: object or array.
#[derive(Default)]
struct Kinds {
    bits: Vec<u64>,
    len: usize,
}

impl Kinds {
    fn push(&mut self, object: bool) {
        let (word, bit) = (self.len / 64, self.len % 64);
        if word == self.bits.len() {
            self.bits.push(0);
        }
        self.bits[word] = self.bits[word] & !(1 << bit) | u64::from(object) << bit;
        self.len += 1;
    }

    fn pop(&mut self) {
        self.len -= 1;
    }

    fn last(&self) -> Option<bool> {
        let at = self.len.checked_sub(1)?;
        Some(self.bits[at / 64] >> (at % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        Content, Document, NodeId, Value,
        decode::decode,
        index::{is_object, key_before},
        testing::{any_json, document, flat, nearly_json, same},
    };

    /// Every value of the document, in document order, found through the index.
    fn nodes(document: &Document) -> Vec<NodeId> {
        let mut out: Vec<_> = document.root().into_iter().collect();
        let mut at = 0;
        while at < out.len() {
            out.splice(at + 1..=at, document.children(out[at]));
            at += 1;
        }
        out
    }

    #[test]
    fn any_depth() {
        for depth in [10_000, TREE_DEPTH - 1, TREE_DEPTH, TREE_DEPTH + 1, 300_000] {
            let whole = document(&format!("{}1{}", "[{\"a\":".repeat(depth / 2), "}]".repeat(depth / 2)));
            assert_eq!(whole.content(), &Content::Json);
            let cut = document(&"[".repeat(depth));
            assert_eq!(cut.content(), &Content::CutJson { broke_at: depth, expected: "a JSON value" });
            assert!(whole.index.containers.len() <= TREE_DEPTH + 1 && cut.index.containers.len() <= TREE_DEPTH + 1);
            let all = super::containers(whole.bytes(), usize::MAX);
            assert_eq!(all.len(), (depth / 2 * 2).min(TREE_DEPTH));
            assert_eq!(
                whole.index.containers.iter().filter(|c| c.count == DEEP).count(),
                usize::from(depth > TREE_DEPTH + 1)
            );
        }
        let after = document(&format!("[{}1{},2]", "[".repeat(100_000), "]".repeat(100_000)));
        let root = after.root().unwrap();
        assert_eq!(after.children(root).count(), 2);
        let mismatched = document(&format!("{}1{}", "[".repeat(100_000), "}".repeat(100_000)));
        assert_eq!(mismatched.content(), &Content::CutJson { broke_at: 100_001, expected: "`,` or `]`" });
    }

    #[test]
    fn long_scalars_are_scanned_once() {
        let big = "x".repeat(1_000_000);
        let d = document(&format!(r#"{{"{big}":"{big}","n":{},"s":"{}"}}"#, "1".repeat(LONG), "y".repeat(LONG - 2)));
        assert_eq!(d.index.long.len(), 4);
        let ends: Vec<_> = d.children(d.root().unwrap()).map(|n| d.index.end(&d.body, n.0)).collect();
        assert_eq!(ends, d.index.long[1..].iter().map(|l| l.1).collect::<Vec<_>>());
    }

    #[test]
    fn zeros_cost_next_to_nothing() {
        let d = document(&format!("[{}0]", "0,".repeat(100_000)));
        assert_eq!(d.child_count(d.root().unwrap()), 100_001);
        assert!(d.index_memory() < d.size() / 50, "{}", d.index_memory());
    }

    #[test]
    fn small_ones_have_no_entry_and_large_ones_do() {
        let d = document(&format!("[{}[0]]", "{\"id\":[1,[2]],\"o\":{}},".repeat(10_000)));
        assert_eq!(d.index.containers.len(), 1);
        assert!(d.index_memory() < d.size() / 50, "{}", d.index_memory());
        let text = "x".repeat(SMALL as usize);
        let d = document(&format!("[{}[0]]", format!("{{\"id\":[1],\"o\":[\"{text}\"]}},").repeat(10)));
        assert_eq!(d.index.containers.len(), 21);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_index_finds_what_the_reader_reads(text in any_json()) {
            let value = Value::parse(text.as_bytes()).unwrap();
            let d = document(&text);
            prop_assert_eq!(d.content(), &Content::Json);
            let (nodes, values) = (nodes(&d), flat(&value));
            prop_assert_eq!(nodes.len(), values.len());
            prop_assert!(nodes.is_sorted());
            let all = super::containers(&d.body, usize::MAX);
            prop_assert_eq!(all.len(), nodes.iter().filter(|n| d.child_count(**n) > 0).count());
            for (node, (path, value)) in nodes.iter().zip(values) {
                let end = d.index.end(&d.body, node.0);
                prop_assert_eq!(&Value::parse(&d.body[node.0 as usize..end as usize]).unwrap(), value);
                let (enclosing, ordinal) = d.index.place(&d.body, node.0);
                let around = d.index.around(&d.body, node.0);
                prop_assert_eq!(around.ordinal, ordinal);
                prop_assert_eq!(around.containers.len(), path.len());
                prop_assert!(d.index.is_node(&d.body, node.0));
                if enclosing != NONE {
                    prop_assert_eq!(d.index.child(&d.body, enclosing, ordinal), Some(node.0));
                }
                for (inner, outer) in around.containers.iter().zip(around.containers.iter().skip(1)) {
                    prop_assert_eq!(inner.parent, outer.start);
                    prop_assert_eq!(d.index.child(&d.body, outer.start, inner.ordinal), Some(inner.start));
                }
                for c in around.containers {
                    prop_assert_eq!(all.binary_search_by_key(&c.start, |c| c.start).map(|at| all[at]), Ok(c));
                    prop_assert_eq!(d.index.container(&d.body, c.start), Some(c));
                }
                let key = key_before(&d.body, node.0).map(decode);
                match path.last() {
                    Some(last) if is_object(&d.body, enclosing) => prop_assert_eq!(key.as_ref(), Some(last)),
                    Some(last) => prop_assert_eq!(&ordinal.to_string(), last),
                    None => prop_assert_eq!(key, None),
                }
            }
        }

        #[test]
        fn it_holds_what_serde_json_reads(text in any_json()) {
            // It takes no numbers beyond 64 bits.
            let text = text.replace("1e400", "1e40");
            let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
            let d = document(&text);
            prop_assert!(same(&d, d.root().unwrap(), &theirs), "{}", text);
        }

        #[test]
        fn it_is_json_when_the_reader_says_so(bytes in nearly_json()) {
            let d = Document::read(bytes.as_slice().into(), None);
            if Value::parse(&bytes).is_ok() {
                prop_assert_eq!(d.content(), &Content::Json);
            } else if d.content() == &Content::Json {
                // Only inside strings is it more liberal.
                prop_assert!(bytes.contains(&b'"'));
            }
            if let Content::CutJson { broke_at, .. } = d.content() {
                prop_assert!(*broke_at <= bytes.len());
                prop_assert!(d.index.containers.iter().all(|c| c.start < c.end && c.end as usize <= *broke_at));
            }
            for node in nodes(&d) {
                prop_assert!(d.index.end(&d.body, node.0) > node.0);
                prop_assert!(d.index.is_node(&d.body, node.0));
            }
        }
    }
}
