//! A document as a tree of rows: which parts are folded, and the rows of any window without making the others.

use std::ops::Range;

use super::{
    Document, NodeId,
    index::{Container, DEEP, NONE, to_u32},
    scan,
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
/// It knows what is unfolded, 32 bytes for each array and object; a row costs nothing until it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The unfolded containers, in document order.
    unfolded: Vec<Container>,
    /// Those that are not inside a folded one, in document order.
    open: Vec<Open>,
    rows: u32,
}

/// An unfolded container and the rows of its two brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    /// Its place among the unfolded ones.
    at: u32,
    first: u32,
    last: u32,
}

/// About as many rows as a screen has: what a tree unfolds by itself.
const SCREENFUL: u32 = 30;

impl Tree {
    /// The tree of `document` as it opens: the first level unfolded, deeper ones as far as a screenful goes.
    pub fn new(document: &Document) -> Self {
        let mut tree = Self::default();
        let root = document.root().and_then(|root| unfoldable(document, root.0));
        let (mut level, mut largest) = (Vec::from_iter(root), None::<Container>);
        let mut rows = level.iter().fold(1, |rows: u32, c| rows.saturating_add(c.count).saturating_add(1));
        tree.unfolded.clone_from(&level);
        while rows <= SCREENFUL && !level.is_empty() {
            let mut deeper = Vec::new();
            for parent in level {
                for (ordinal, child) in document.children(NodeId(parent.start)).enumerate() {
                    let place = (parent.start, to_u32(ordinal));
                    let Some(child) = child_at(document, child.0, place) else { continue };
                    if rows.saturating_add(child.count) < SCREENFUL {
                        rows += child.count + 1;
                        deeper.push(child);
                    } else if parent.parent == NONE && largest.is_none_or(|l| child.count > l.count) {
                        largest = Some(child);
                    }
                }
            }
            tree.unfolded.extend_from_slice(&deeper);
            level = deeper;
        }
        // The longest list inside a short envelope is what people came for.
        tree.unfolded.extend(largest);
        tree.unfolded.sort_unstable_by_key(|c| c.start);
        tree.lay_out(document);
        tree
    }

    /// The same fold state for `to`, which has the values of `from` (the tree's own document) where `place` says.
    #[must_use]
    pub fn carried(&self, to: &Document, place: impl Fn(NodeId) -> NodeId) -> Self {
        let mut starts: Vec<u32> = self.unfolded.iter().map(|c| place(NodeId(c.start)).0).collect();
        starts.sort_unstable();
        let unfolded = if starts.len() > FEW {
            let mut all = scan::containers(&to.body, usize::MAX);
            all.retain(|c| starts.binary_search(&c.start).is_ok());
            all
        } else {
            starts.iter().filter_map(|&start| unfoldable(to, start)).collect()
        };
        let mut tree = Self { unfolded, ..Self::default() };
        tree.lay_out(to);
        tree
    }

    /// How many rows there are.
    pub const fn row_count(&self) -> usize {
        self.rows as usize
    }

    /// About how many steps it takes to fold or unfold one part of it: one for each that is unfolded.
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
        self.container(document, row).map(|c| NodeId(c.start))
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
        let place = self.unfolded.binary_search_by_key(&container.start, |c| c.start);
        if to(place.is_ok()) == place.is_ok() {
            return false;
        }
        match place {
            Ok(at) => _ = self.unfolded.remove(at),
            Err(at) => self.unfolded.insert(at, container),
        }
        self.lay_out(document);
        true
    }

    /// The container that `row` shows a part of, if it can be folded.
    fn container(&self, document: &Document, row: usize) -> Option<Container> {
        match self.place(document, row)? {
            Place::Value { offset, parent, ordinal } => match self.unfolded(offset) {
                Some(c) => Some(*c),
                None => child_at(document, offset, (parent, ordinal)),
            },
            Place::Close { container } => self.unfolded(container).copied(),
            Place::Trailing => None,
        }
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
        self.unfolded = match (document.root(), level) {
            (None, _) | (_, 0) => Vec::new(),
            (Some(root), 1) => Vec::from_iter(unfoldable(document, root.0)),
            (Some(_), _) => scan::containers(&document.body, level),
        };
        self.lay_out(document);
    }

    /// Unfolds what encloses `node`, and returns its row.
    pub fn reveal(&mut self, document: &Document, node: NodeId) -> Option<usize> {
        let around = document.index.around(&document.body, node.0).containers;
        if around.iter().any(|c| c.count == DEEP) {
            return None;
        }
        let before = self.unfolded.len();
        for container in around {
            if let Err(at) = self.unfolded.binary_search_by_key(&container.start, |c| c.start) {
                self.unfolded.insert(at, container);
            }
        }
        if self.unfolded.len() > before {
            self.lay_out(document);
        }
        self.row_of(document, node)
    }

    /// The container that opens at `start`, if it is unfolded.
    fn unfolded(&self, start: u32) -> Option<&Container> {
        self.unfolded.binary_search_by_key(&start, |c| c.start).ok().map(|at| &self.unfolded[at])
    }

    /// What is unfolded and in sight, as it is.
    fn of(&self, open: Open) -> &Container {
        &self.unfolded[open.at as usize]
    }

    /// The rows of the container that opens at `start`, if it is unfolded and in sight.
    fn opened(&self, start: u32) -> Option<Open> {
        self.open.binary_search_by_key(&start, |o| self.of(*o).start).ok().map(|i| self.open[i])
    }

    /// Finds the rows of everything unfolded again: one step for each of them.
    fn lay_out(&mut self, document: &Document) {
        let index = &document.index;
        self.open.clear();
        // The unfolded containers around the place, and how many rows their unfolded children add so far.
        let mut around: Vec<(usize, u32)> = Vec::new();
        for at in 0..self.unfolded.len() {
            let c = self.unfolded[at];
            while around.last().is_some_and(|&(i, _)| self.of(self.open[i]).end <= c.start) {
                self.shut(&mut around);
            }
            let first = match around.last() {
                None if c.parent == NONE => 0,
                Some(&(i, extra)) if self.of(self.open[i]).start == c.parent => {
                    self.open[i].first + 1 + c.ordinal + extra
                }
                // Inside something folded.
                _ => continue,
            };
            around.push((self.open.len(), 0));
            self.open.push(Open { at: to_u32(at), first, last: first });
        }
        while !around.is_empty() {
            self.shut(&mut around);
        }
        let trailing = index.broke.is_some() && index.unclosed == NONE;
        self.rows = match index.root {
            None => 0,
            Some(_) => self.open.first().map_or(1, |root| root.last + 1) + u32::from(trailing),
        };
    }

    /// Takes the innermost open container off `around`: its last row is known now.
    fn shut(&mut self, around: &mut Vec<(usize, u32)>) {
        let Some((at, extra)) = around.pop() else { return };
        let Open { at: unfolded, first, .. } = self.open[at];
        let last = first + 1 + self.unfolded[unfolded as usize].count + extra;
        self.open[at].last = last;
        if let Some((_, around)) = around.last_mut() {
            *around += last - first;
        }
    }
}

/// How many containers are looked for one by one; for more it is quicker to go through the whole document.
const FEW: usize = 1000;

/// The container that opens at `start`, if it can be unfolded.
fn unfoldable(document: &Document, start: u32) -> Option<Container> {
    document.index.container(&document.body, start).filter(|c| c.count != DEEP)
}

/// The same, where it is known whose child it is and which.
fn child_at(document: &Document, start: u32, (parent, ordinal): (u32, u32)) -> Option<Container> {
    let count = document.index.count(&document.body, start).filter(|&count| count != DEEP)?;
    Some(Container { start, end: document.index.end(&document.body, start), parent, ordinal, count })
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
            let mut tree = Tree::default();
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
