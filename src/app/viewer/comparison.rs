//! Two responses compared: what differs, place by place, and what is not to be looked at.

use super::{super::geometry::scrolled, Opened, Work};
use crate::domain::{
    document::{self, Change, Difference, Differences, Document, NodeId, Pointer},
    shared::Shared,
};

/// A comparison being looked at. The older of the two responses is the left one.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What it is compared with, in words.
    pub with: String,
    left: Shared<Opened>,
    right: Shared<Opened>,
    /// Whether the response that is shown is the older one.
    shown_is_left: bool,
    ignored: Vec<String>,
    differences: Option<Differences>,
    /// On which line each difference begins, and how many lines there are.
    lines: Vec<usize>,
    /// The difference the cursor is on.
    pub cursor: usize,
    /// The first line in sight.
    pub scroll: usize,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Where something differs.
    Place {
        /// What happened there.
        change: Change,
        /// The jq path.
        path: String,
    },
    /// The older value.
    Left(String),
    /// The newer value.
    Right(String),
}

impl Comparison {
    /// What compares `shown` with `other`, which is `with` in words; to be told the differences.
    pub fn new(shown: Shared<Opened>, other: Shared<Opened>, with: String, shown_is_left: bool) -> Self {
        let (left, right) = if shown_is_left { (shown, other) } else { (other, shown) };
        Self {
            with,
            left,
            right,
            shown_is_left,
            ignored: Vec::new(),
            differences: None,
            lines: Vec::new(),
            cursor: 0,
            scroll: 0,
        }
    }

    /// What finds the differences.
    pub(super) fn work(&self) -> Work {
        Work::Compare { left: self.left.clone(), right: self.right.clone(), ignored: self.ignored.clone() }
    }

    /// Takes the differences; returns whether they are the first.
    pub(super) fn differ(&mut self, differences: Differences) -> bool {
        let mut line = 0;
        self.lines = vec![0];
        for difference in &differences.all {
            line += if matches!(difference.change, Change::Changed { .. }) { 3 } else { 2 };
            self.lines.push(line);
        }
        let is_first = self.differences.replace(differences).is_none();
        self.cursor = self.cursor.min(self.count().saturating_sub(1));
        is_first
    }

    /// The same with the whole of the response that is shown, of which there was a beginning only.
    pub(super) fn whole(&mut self, shown: Shared<Opened>) {
        *(if self.shown_is_left { &mut self.left } else { &mut self.right }) = shown;
    }

    /// Whether the differences are known.
    pub const fn is_ready(&self) -> bool {
        self.differences.is_some()
    }

    fn all(&self) -> &[Difference] {
        self.differences.as_ref().map_or(&[], |d| &d.all)
    }

    /// How many differences there are.
    pub fn count(&self) -> usize {
        self.all().len()
    }

    /// Whether there are more than are listed.
    pub fn has_more(&self) -> bool {
        self.differences.as_ref().is_some_and(|d| d.more)
    }

    /// How many lines they take.
    pub fn line_count(&self) -> usize {
        self.lines.last().copied().unwrap_or(0)
    }

    /// What is not compared.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Moves the cursor by `by` differences.
    pub fn move_by(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.count().saturating_sub(1));
    }

    /// Keeps the difference under the cursor in sight of `height` lines.
    pub fn keep_in_sight(&mut self, height: u16) {
        let (first, end) = (self.line_of(self.cursor), self.line_of(self.cursor + 1));
        let lines = self.line_count();
        self.scroll = scrolled(self.scroll, end.saturating_sub(1), height, lines);
        self.scroll = scrolled(self.scroll, first, height, lines);
    }

    /// The line difference `at` begins on.
    fn line_of(&self, at: usize) -> usize {
        self.lines.get(at).copied().unwrap_or_else(|| self.line_count())
    }

    /// The difference on `line`.
    pub fn difference_on(&self, line: usize) -> usize {
        self.lines.partition_point(|&first| first <= line).saturating_sub(1)
    }

    /// The lines in `range`, values cut at `columns`.
    pub fn lines(&self, range: std::ops::Range<usize>, columns: usize) -> Vec<Line> {
        let end = range.end.min(self.line_count());
        (range.start..end).filter_map(|line| self.line(line, columns)).collect()
    }

    fn line(&self, line: usize, columns: usize) -> Option<Line> {
        let at = self.difference_on(line);
        let change = self.all().get(at)?.change;
        let (left, right) = (&self.left.document, &self.right.document);
        let value = |document: &Document, node| document::one_line(document, node, columns);
        Some(match (line - self.line_of(at), change) {
            (0, _) => {
                let (document, node) = self.place(change);
                Line::Place { change, path: document::jq_path(document, node) }
            }
            (_, Change::Removed(node)) | (1, Change::Changed { left: node, .. }) => Line::Left(value(left, node)),
            (_, Change::Added(node) | Change::Changed { right: node, .. }) => Line::Right(value(right, node)),
        })
    }

    /// The document and value a difference is told by.
    fn place(&self, change: Change) -> (&Document, NodeId) {
        match change {
            Change::Added(node) => (&self.right.document, node),
            Change::Removed(node) => (&self.left.document, node),
            Change::Changed { right, .. } => (&self.right.document, right),
        }
    }

    /// The difference under the cursor as a value of the response that is shown, if it has one there.
    pub fn node(&self) -> Option<NodeId> {
        match (self.all().get(self.cursor)?.change, self.shown_is_left) {
            (Change::Removed(node) | Change::Changed { left: node, .. }, true)
            | (Change::Added(node) | Change::Changed { right: node, .. }, false) => Some(node),
            (Change::Added(_), true) | (Change::Removed(_), false) => None,
        }
    }

    /// The jq path of the difference under the cursor.
    pub fn path(&self) -> Option<String> {
        let (document, node) = self.place(self.all().get(self.cursor)?.change);
        Some(document::jq_path(document, node))
    }

    /// No longer compares the place under the cursor, nor the same place in other items of the arrays around it;
    /// returns what is ignored.
    pub fn ignore(&mut self) -> Option<String> {
        let (document, node) = self.place(self.all().get(self.cursor)?.change);
        let pattern = pattern(document, node)?;
        self.ignored.push(pattern.clone());
        Some(pattern)
    }

    /// Compares everything again; returns whether anything was ignored.
    pub fn ignore_nothing(&mut self) -> bool {
        let some = !self.ignored.is_empty();
        self.ignored.clear();
        some
    }

    /// All differences as text, as a person would send them to another.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in self.lines(0..self.line_count(), 2000) {
            match line {
                Line::Place { change, path } => out.extend([sign(change), " ", &path, "\n"]),
                Line::Left(value) => out.extend(["  - ", &value, "\n"]),
                Line::Right(value) => out.extend(["  + ", &value, "\n"]),
            }
        }
        out
    }
}

/// What stands before a difference's path.
pub const fn sign(change: Change) -> &'static str {
    match change {
        Change::Added(_) => "+",
        Change::Removed(_) => "-",
        Change::Changed { .. } => "~",
    }
}

/// The place of `node` with `*` for every index; nothing for the whole document.
fn pattern(document: &Document, node: NodeId) -> Option<String> {
    let mut tokens = Vec::new();
    let mut at = node;
    while let Some(outer) = document::parent(document, at) {
        tokens.push(document::key(document, at).unwrap_or_else(|| "*".to_owned()));
        at = outer;
    }
    let pointer = tokens.iter().rev().fold(Pointer::root(), |pointer, token| pointer.child(token.as_str()));
    (!tokens.is_empty()).then(|| pointer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::viewer::Done;

    fn opened(json: &str) -> Shared<Opened> {
        Shared::new(Opened::new(json.as_bytes().into(), Some("application/json")))
    }

    fn compare(comparison: &mut Comparison) {
        let Done::Differences(differences) = comparison.work().perform() else { panic!("it compares") };
        comparison.differ(differences);
    }

    fn compared(shown: Shared<Opened>, other: Shared<Opened>, shown_is_left: bool) -> Comparison {
        let mut comparison = Comparison::new(shown, other, "x".into(), shown_is_left);
        compare(&mut comparison);
        comparison
    }

    #[test]
    fn each_difference_has_its_lines() {
        let c = compared(opened(r#"{"a":1,"b":{"c":[1,2]}}"#), opened(r#"{"a":2,"d":null}"#), true);
        assert_eq!(c.text(), "~ .a\n  - 1\n  + 2\n- .b\n  - { c: [ 2 ] }\n+ .d\n  + null\n");
        let on: Vec<usize> = (0..c.line_count()).map(|l| c.difference_on(l)).collect();
        assert_eq!(on, [0, 0, 0, 1, 1, 2, 2]);
    }

    #[test]
    fn ignoring_one_item_ignores_its_like() {
        let old = opened(r#"{"items":[{"id":1,"at":1},{"id":2,"at":2}],"n":1}"#);
        let new = opened(r#"{"items":[{"id":1,"at":3},{"id":2,"at":4}],"n":2}"#);
        let mut c = compared(new, old, false);
        assert_eq!(c.count(), 3);
        assert_eq!(c.ignore().as_deref(), Some("/items/*/at"));
        compare(&mut c);
        assert_eq!(c.text(), "~ .n\n  - 1\n  + 2\n");
        assert!(c.ignore_nothing() && !c.ignore_nothing());
        compare(&mut c);
        assert_eq!(c.count(), 3);
    }

    #[test]
    fn a_place_only_the_other_has_is_not_in_the_one_shown() {
        let mut c = compared(opened(r#"{"a":1}"#), opened(r#"{"b":1}"#), true);
        assert!(c.node().is_some());
        c.move_by(1);
        assert_eq!((c.node(), c.path().as_deref()), (None, Some(".b")));
    }
}
