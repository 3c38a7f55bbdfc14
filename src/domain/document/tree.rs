//! A document as a tree of rows: which parts are folded, and the rows of any window without making the others.

use std::ops::Range;

use super::{
    Document, NodeId,
    index::{DEEP, Index, NONE, to_u32},
};

mod place;
mod row;

use place::Place;
pub(super) use place::Step;
pub(super) use row::one;
use row::row;
pub use row::{Label, Part, Shown, TreeRow, one_line, summary};

/// The fold state of a document: plain data beside it. Rows are counted from 0; cursor and scrolling are the caller's.
///
/// Every method takes the document the tree was made for; with another one the answers mean nothing (but never panic).
///
/// It costs 1 bit for each array and object and 12 bytes for each unfolded one in sight; a row costs nothing until it is
/// asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// One bit for each container of the index: whether it is unfolded.
    unfolded: Vec<u64>,
    /// The unfolded containers that are not inside a folded one, in document order.
    open: Vec<Open>,
    rows: u32,
}

/// An unfolded container and the rows of its two brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    container: u32,
    first: u32,
    last: u32,
}

/// About as many rows as a screen has: what a tree unfolds by itself.
const SCREENFUL: u32 = 30;

impl Tree {
    /// The tree of `document` as it opens: the first level unfolded, deeper ones as far as a screenful goes.
    pub fn new(document: &Document) -> Self {
        let index = &document.index;
        let mut tree = Self::bare(document);
        if index.containers.is_empty() {
            tree.lay_out(document);
            return tree;
        }
        let mut rows = tree.open_one(document, 0, 1);
        let (mut level, mut largest) = (vec![0], None::<(u32, u32)>);
        while rows <= SCREENFUL && !level.is_empty() {
            let mut deeper = Vec::new();
            for parent in level {
                let end = index.after(parent);
                let mut child = parent + 1;
                while child < end {
                    let count = index.get(child).map_or(DEEP, |c| c.count);
                    if count != DEEP && rows.saturating_add(count) < SCREENFUL {
                        rows = tree.open_one(document, child, rows);
                        deeper.push(child);
                    } else if count != DEEP && parent == 0 && largest.is_none_or(|(_, most)| count > most) {
                        largest = Some((child, count));
                    }
                    child = index.after(child);
                }
            }
            level = deeper;
        }
        // The longest list inside a short envelope is what people came for.
        if let Some((child, _)) = largest {
            tree.set(child, true);
        }
        tree.lay_out(document);
        tree
    }

    /// The same fold state for `to`, which has the values of `from` (the tree's own document) where `place` says.
    #[must_use]
    pub fn carried(&self, from: &Document, to: &Document, place: impl Fn(NodeId) -> NodeId) -> Self {
        let mut tree = Self::bare(to);
        for container in ones(&self.unfolded) {
            let start = from.index.get(container).map(|c| place(NodeId(c.start)).0);
            if let Some(same) = start.and_then(|start| to.index.container_at(start)).filter(|&c| is_foldable(to, c)) {
                tree.set(same, true);
            }
        }
        tree.lay_out(to);
        tree
    }

    fn bare(document: &Document) -> Self {
        Self { unfolded: vec![0; document.index.containers.len().div_ceil(64)], open: Vec::new(), rows: 0 }
    }

    fn open_one(&mut self, document: &Document, container: u32, rows: u32) -> u32 {
        self.set(container, true);
        document.index.get(container).map_or(rows, |c| rows.saturating_add(c.count).saturating_add(1))
    }

    /// How many rows there are.
    pub const fn row_count(&self) -> usize {
        self.rows as usize
    }

    /// About how many steps it takes to fold or unfold one part of it: one for each that is unfolded and in sight.
    pub const fn steps(&self) -> usize {
        self.unfolded.len() + self.open.len()
    }

    /// The rows in `range`, which may reach beyond the end.
    pub fn rows(&self, document: &Document, range: Range<usize>) -> Vec<TreeRow> {
        let mut rows = Vec::with_capacity(range.end.min(self.row_count()).saturating_sub(range.start));
        self.walk(document, range, |step| rows.push(row(document, step)));
        rows
    }

    /// The array or object that `row` shows a part of, if it can be folded.
    pub fn foldable(&self, document: &Document, row: usize) -> Option<NodeId> {
        let container = self.container(document, row)?;
        document.index.get(container).map(|c| NodeId(c.start))
    }

    /// Folds the array or object that `row` shows a part of, or unfolds it. Returns whether anything changed.
    pub fn toggle(&mut self, document: &Document, row: usize) -> bool {
        self.change(document, row, |unfolded| !unfolded)
    }

    /// Folds what `row` shows a part of. Returns whether anything changed.
    pub fn fold(&mut self, document: &Document, row: usize) -> bool {
        self.change(document, row, |_| false)
    }

    /// Unfolds what `row` shows a part of. Returns whether anything changed.
    pub fn unfold(&mut self, document: &Document, row: usize) -> bool {
        self.change(document, row, |_| true)
    }

    fn change(&mut self, document: &Document, row: usize, to: impl Fn(bool) -> bool) -> bool {
        let Some(container) = self.container(document, row) else { return false };
        let before = self.is_unfolded(container);
        self.set(container, to(before));
        let changed = before != self.is_unfolded(container);
        if changed {
            self.lay_out(document);
        }
        changed
    }

    /// The container that `row` shows a part of, if it can be folded.
    fn container(&self, document: &Document, row: usize) -> Option<u32> {
        let container = match self.place(document, row)? {
            Place::Value { offset, .. } => document.index.container_at(offset),
            Place::Close { container } => Some(container),
            Place::Trailing => None,
        };
        container.filter(|&c| is_foldable(document, c))
    }

    /// Folds everything but the first level.
    pub fn fold_all(&mut self, document: &Document) {
        self.unfold_to(document, 1);
    }

    /// Unfolds everything.
    pub fn unfold_all(&mut self, document: &Document) {
        self.unfold_to(document, usize::MAX);
    }

    /// Unfolds the first `level` levels and folds those below (0 folds the root).
    pub fn unfold_to(&mut self, document: &Document, level: usize) {
        *self = Self::bare(document);
        let mut around = Vec::new();
        for (i, c) in document.index.containers.iter().enumerate() {
            while around.last().is_some_and(|&end| end <= c.start) {
                around.pop();
            }
            if around.len() < level && c.count != DEEP {
                self.set(to_u32(i), true);
            }
            around.push(c.end);
        }
        self.lay_out(document);
    }

    /// Unfolds what encloses `node`, and returns its row.
    pub fn reveal(&mut self, document: &Document, node: NodeId) -> Option<usize> {
        let mut around = document.index.enclosing(node.0);
        let mut changed = false;
        while let Some(c) = document.index.get(around) {
            if c.count == DEEP {
                return None;
            }
            changed |= !self.is_unfolded(around);
            self.set(around, true);
            around = c.parent;
        }
        if changed {
            self.lay_out(document);
        }
        self.row_of(document, node)
    }

    fn is_unfolded(&self, container: u32) -> bool {
        let at = container as usize;
        self.unfolded.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn set(&mut self, container: u32, unfolded: bool) {
        let at = container as usize;
        if let Some(word) = self.unfolded.get_mut(at / 64) {
            *word = *word & !(1 << (at % 64)) | u64::from(unfolded) << (at % 64);
        }
    }

    /// `container`'s rows, if it is unfolded and in sight.
    fn opened(&self, container: u32) -> Option<&Open> {
        self.open.binary_search_by_key(&container, |o| o.container).ok().map(|i| &self.open[i])
    }

    /// Finds the rows of everything unfolded again: one step for each of them.
    fn lay_out(&mut self, document: &Document) {
        let index = &document.index;
        self.open.clear();
        // The unfolded containers around the place, and how many rows their unfolded children add so far.
        let mut around: Vec<(usize, u32)> = Vec::new();
        let unfolded = std::mem::take(&mut self.unfolded);
        for container in ones(&unfolded) {
            let Some(c) = index.get(container) else { break };
            while around
                .last()
                .is_some_and(|&(i, _)| index.get(self.open[i].container).is_none_or(|o| o.end <= c.start))
            {
                self.shut(&mut around, index);
            }
            let first = match around.last() {
                None if c.parent == NONE => 0,
                Some(&(i, extra)) if self.open[i].container == c.parent => self.open[i].first + 1 + c.ordinal + extra,
                // Inside something folded.
                _ => continue,
            };
            around.push((self.open.len(), 0));
            self.open.push(Open { container, first, last: first });
        }
        while !around.is_empty() {
            self.shut(&mut around, index);
        }
        self.unfolded = unfolded;
        let trailing = index.broke.is_some() && index.unclosed == NONE;
        self.rows = match index.root {
            None => 0,
            Some(_) => self.open.first().map_or(1, |root| root.last + 1) + u32::from(trailing),
        };
    }

    /// Takes the innermost open container off `around`: its last row is known now.
    fn shut(&mut self, around: &mut Vec<(usize, u32)>, index: &Index) {
        let Some((at, extra)) = around.pop() else { return };
        let open = &mut self.open[at];
        open.last = open.first + 1 + index.get(open.container).map_or(0, |c| c.count) + extra;
        if let Some((_, around)) = around.last_mut() {
            *around += open.last - open.first;
        }
    }
}

fn is_foldable(document: &Document, container: u32) -> bool {
    document.index.get(container).is_some_and(|c| c.count != DEEP)
}

/// The set bits, in order.
fn ones(bits: &[u64]) -> impl Iterator<Item = u32> {
    bits.iter().enumerate().flat_map(|(i, &word)| {
        let mut left = word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            (bit < 64).then(|| to_u32(i * 64) + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        Content, Pointer, Value, exact,
        index::key_before,
        lookup, pointer,
        testing::{any_json, distinct_json, document, nearly_json},
    };

    fn picture(tree: &Tree, document: &Document) -> Vec<String> {
        let rows = tree.rows(document, 0..usize::MAX);
        let line = |row: &TreeRow| {
            let label = match (&row.label, row.part) {
                (_, Part::Close | Part::Broken) | (Label::Root, _) => String::new(),
                (Label::Key(key), _) => format!("{key}: "),
                (Label::Index(i), _) => format!("{i}: "),
            };
            let fold = match row.part {
                Part::Folded => "▸ ",
                Part::Open => "▾ ",
                Part::Whole | Part::Close => "",
                Part::Broken => "⚡",
            };
            format!("{}{fold}{label}{}", "  ".repeat(row.depth), row.value_text())
        };
        rows.iter().map(line).collect()
    }

    #[test]
    fn the_first_look() {
        let message = (0..40).map(|i| format!("\"k{i}\":{i}")).collect::<Vec<_>>().join(",");
        let d =
            document(&format!(r#"{{"ok":true,"message":{{{message}}},"ids":[1,2],"ts":"17","none":[],"no":{{}}}}"#));
        assert_eq!(picture(&Tree::new(&d), &d)[..4], ["▾ {", "  ok: true", "  ▾ message: {", "    k0: 0"]);
        let mut tree = Tree::new(&d);
        tree.toggle(&d, 2);
        assert_eq!(
            picture(&tree, &d),
            [
                "▾ {",
                "  ok: true",
                "  ▸ message: { 40 }",
                "  ▾ ids: [",
                "    0: 1",
                "    1: 2",
                "  ]",
                "  ts: \"17\"",
                "  none: []",
                "  no: {}",
                "}"
            ]
        );
        let records = format!("[{}{{\"id\":1}}]", "{\"id\":1},".repeat(500));
        let d = document(&records);
        assert_eq!(Tree::new(&d).row_count(), 503, "the first level only");
    }

    #[test]
    fn scalars_and_nothing() {
        assert_eq!(picture(&Tree::new(&document("12.50")), &document("12.50")), ["12.50"]);
        assert_eq!(picture(&Tree::new(&document("[]")), &document("[]")), ["[]"]);
        let text = document("no json");
        assert_eq!(Tree::new(&text).row_count(), 0);
        assert_eq!(Tree::new(&text).rows(&text, 0..5), []);
    }

    #[test]
    fn cut_short_shows_what_arrived_and_where_it_broke() {
        for (json, rows) in [
            (r#"{"a":[1,"tw"#, &["▾ {", "  ▾ a: [", "    0: 1", "    1: \"tw\"", "  ⚡", "⚡{ 1 }"][..]),
            (r#"{"a":1,"b":oops}"#, &["▾ {", "  a: 1", "⚡oops}"]),
            (r#"{"a":1} {"b":2}"#, &["▾ {", "  a: 1", "}", "⚡{\"b\":2}"]),
            (r#"{"a":{"#, &["▾ {", "  ▾ a: {", "  ⚡", "⚡{ 1 }"]),
        ] {
            let d = document(json);
            assert_eq!(picture(&Tree::new(&d), &d), rows, "{json}");
        }
        let d = document("[1, 2");
        let rows = Tree::new(&d).rows(&d, 3..4);
        assert_eq!(rows[0].shown, Shown::Break { rest: String::new(), expected: "`,` or `]`" });
    }

    #[test]
    fn deep_ones() {
        let depth = 100_000;
        let d = document(&format!("{}1{}", "[".repeat(depth), "]".repeat(depth)));
        let mut tree = Tree::new(&d);
        tree.unfold_all(&d);
        let levels = crate::domain::document::scan::TREE_DEPTH;
        assert_eq!(tree.row_count(), 2 * levels + 1);
        let rows = tree.rows(&d, levels - 1..levels + 2);
        assert_eq!(rows[1].shown, Shown::Deep { bytes: 2 * (depth - levels) + 1 });
        assert!(!rows[1].foldable());
        assert_eq!((rows[0].depth, rows[1].depth, rows[2].depth), (levels - 1, levels, levels - 1));
        assert_eq!(rows[2].part, Part::Close);
    }

    #[test]
    fn one_huge_text_is_a_short_row() {
        let d = document(&format!("[\"{}\",2]", "\u{1b}x".repeat(5_000_000)));
        let rows = Tree::new(&d).rows(&d, 0..4);
        assert!(matches!(&rows[1].shown, Shown::Text { text, cut: true, .. } if text.len() < 2048));
        assert_eq!(rows[2].value_text(), "2");
    }

    #[test]
    fn what_is_in_a_folded_part() {
        let d = document(r#"[{"id":7,"na\u006de":"Ann","tags":[1,2],"x":{}},[1,[2]],[],3]"#);
        let texts: Vec<_> = d.children(d.root().unwrap()).map(|n| summary(&d, n, 40)).collect();
        assert_eq!(texts, [r#"id: 7, name: "Ann", tags: [ 2 ], x: {}"#, "1, [ 1 ]", "", ""]);
        assert_eq!(summary(&d, d.root().unwrap(), 12), "{ 4 }, [ 2 …");
        let zeros = document(&format!("[{}0]", "0,".repeat(1000)));
        assert!(summary(&zeros, zeros.root().unwrap(), 200).ends_with("0, 0, …"));
    }

    /// The rows by the plainest of means: where each row points, and which part it is.
    fn expected(value: &Value, at: &Pointer, unfolded: &BTreeSet<Pointer>, out: &mut Vec<(Pointer, Part)>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Array(items) => items.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
            Value::Object(o) => o.iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        if children.is_empty() {
            out.push((at.clone(), Part::Whole));
        } else if unfolded.contains(at) {
            out.push((at.clone(), Part::Open));
            for (token, child) in children {
                expected(child, &at.child(token), unfolded, out);
            }
            out.push((at.clone(), Part::Close));
        } else {
            out.push((at.clone(), Part::Folded));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn rows_are_those_of_a_plain_walk(
            json in distinct_json(), toggles in prop::collection::vec((any::<prop::sample::Index>(), 0..4), 0..12),
        ) {
            let value = Value::parse(json.as_bytes()).unwrap();
            let d = document(&json);
            let mut tree = Tree::bare(&d);
            tree.lay_out(&d);
            let mut unfolded = BTreeSet::new();
            for (row, what) in toggles {
                let row = row.index(tree.row_count());
                let (node, part) = tree.node_at(&d, row).unwrap();
                match what {
                    0 if part == Part::Whole => prop_assert!(!tree.toggle(&d, row)),
                    0..2 if part == Part::Folded => {
                        prop_assert!(tree.toggle(&d, row));
                        unfolded.insert(pointer(&d, node));
                    }
                    0..2 if part != Part::Whole => {
                        prop_assert!(tree.fold(&d, row));
                        unfolded.remove(&pointer(&d, node));
                    }
                    2 => {
                        // Somewhere inside, folded or not.
                        let inside = d.children(node).last().unwrap_or(node);
                        let inside = d.children(inside).last().unwrap_or(inside);
                        let mut around = pointer(&d, inside).parent();
                        while let Some(p) = around {
                            around = p.parent();
                            unfolded.insert(p);
                        }
                        let found = tree.reveal(&d, inside).unwrap();
                        prop_assert_eq!(tree.node_at(&d, found).map(|n| n.0), Some(inside));
                    }
                    _ => {
                        tree.unfold_all(&d);
                        unfolded = super::super::testing::flat(&value).into_iter().map(|(p, _)| p.into_iter().collect()).collect();
                    }
                }
            }
            let mut plain = Vec::new();
            expected(&value, &Pointer::root(), &unfolded, &mut plain);
            let rows = tree.rows(&d, 0..usize::MAX);
            let ours: Vec<_> = rows.iter().map(|r| (pointer(&d, r.node), r.part)).collect();
            prop_assert_eq!(&ours, &plain);
            prop_assert_eq!(tree.row_count(), plain.len());

            for (i, row) in rows.iter().enumerate() {
                prop_assert_eq!(row.depth, plain[i].0.tokens().len());
                prop_assert_eq!(tree.node_at(&d, i), Some((row.node, row.part)));
                let opened = plain.iter().position(|p| p.0 == plain[i].0);
                prop_assert_eq!(tree.row_of(&d, row.node), opened);
                let up = plain[i].0.parent().and_then(|up| plain.iter().position(|p| p.0 == up));
                prop_assert_eq!(tree.parent(&d, i), up);
                let siblings = |p: &(Pointer, Part)| p.0.parent() == plain[i].0.parent() && p.0 != plain[i].0 && p.1 != Part::Close;
                if up.is_some() {
                    let next = (i..plain.len()).find(|&j| siblings(&plain[j]));
                    prop_assert_eq!(tree.next_sibling(&d, i), next);
                    let previous = (0..opened.unwrap()).rev().find(|&j| siblings(&plain[j]));
                    prop_assert_eq!(tree.previous_sibling(&d, i), previous);
                }
            }
            let from = rows.len() / 3;
            prop_assert_eq!(tree.rows(&d, from..from + 7), &rows[from..rows.len().min(from + 7)]);
            for (path, _) in super::super::testing::flat(&value) {
                let to: Pointer = path.into_iter().collect();
                let node = lookup(&d, &to).unwrap();
                prop_assert_eq!(tree.row_of(&d, node).is_some(), plain.iter().any(|p| p.0 == to));
            }
        }

        #[test]
        fn put_together_again_the_rows_are_the_document(json in any_json()) {
            let d = document(&json);
            let mut tree = Tree::new(&d);
            tree.unfold_all(&d);
            let mut text = String::new();
            for row in tree.rows(&d, 0..usize::MAX) {
                if row.part != Part::Close && !text.is_empty() && !text.ends_with(['[', '{']) {
                    text.push(',');
                }
                if let (Label::Key(_), Part::Whole | Part::Open) = (&row.label, row.part) {
                    let key = String::from_utf8_lossy(key_before(&d.body, row.node.0).unwrap());
                    text.extend(["\"", &key, "\":"]);
                }
                match row.part {
                    Part::Whole => text.push_str(&String::from_utf8_lossy(exact(&d, row.node))),
                    Part::Folded | Part::Open | Part::Close | Part::Broken => text.push_str(&row.value_text()),
                }
            }
            prop_assert_eq!(Value::parse(text.as_bytes()), Value::parse(json.as_bytes()));
        }

        #[test]
        fn any_bytes_can_be_walked(bytes in nearly_json(), row in 0_usize..20) {
            let d = Document::read(bytes.as_slice().into(), Some("application/json"));
            let mut tree = Tree::new(&d);
            tree.unfold_all(&d);
            prop_assert_eq!(tree.rows(&d, 0..usize::MAX).len(), tree.row_count());
            prop_assert_eq!(tree.row_count() > 0, d.is_json());
            let all = tree.rows(&d, 0..usize::MAX);
            for (i, one) in all.iter().enumerate() {
                prop_assert_eq!(&tree.rows(&d, i..i + 1)[0], one);
                prop_assert!(!one.value_text().chars().any(char::is_control));
            }
            if matches!(d.content(), Content::CutJson { .. }) {
                prop_assert_eq!(all.iter().filter(|r| matches!(r.shown, Shown::Break { .. })).count(), 1);
            }
            tree.toggle(&d, row);
            tree.fold_all(&d);
            let _ = (tree.parent(&d, row), tree.next_sibling(&d, row), tree.previous_sibling(&d, row));
            prop_assert_eq!(tree.rows(&d, 0..usize::MAX).len(), tree.row_count());
        }
    }
}
