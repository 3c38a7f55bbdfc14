//! How one answer is looked at: which view, where the cursor is, what is being searched for.

use std::sync::Arc;

use super::{page::Page, text_field::TextField};
use crate::domain::{
    document::{self, Content, Document, Found, Lines, NodeId, Tree},
    shared::Shared,
};

/// A body opened for reading, with all that takes a pass over its bytes: made off the task that draws.
#[derive(Debug)]
pub struct Opened {
    /// The body and its index.
    pub document: Document,
    tree: Tree,
    pretty: Lines,
}

impl Opened {
    /// Opens `body`; `content_type` is the reply's header.
    pub fn new(body: Arc<[u8]>, content_type: Option<&str>) -> Self {
        Self::of(Document::read(body, content_type))
    }

    /// The same for a document that is open already.
    pub fn of(document: Document) -> Self {
        let tree = Tree::new(&document);
        let pretty = Lines::pretty(&document);
        Self { document, tree, pretty }
    }

    /// Whether it is JSON, whole or cut short.
    pub const fn is_json(&self) -> bool {
        matches!(self.document.content(), Content::Json | Content::CutJson { .. })
    }
}

/// The ways to look at an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// What went wrong, in words.
    Problem,
    /// JSON as a tree.
    Tree,
    /// Text.
    Raw,
    /// Headers and timing.
    Headers,
    /// What was sent.
    Request,
}

impl View {
    /// The tab's label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Problem => "Problem",
            Self::Tree => "Tree",
            Self::Raw => "Raw",
            Self::Headers => "Headers",
            Self::Request => "Request",
        }
    }
}

/// A search in an answer.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What is searched for.
    pub needle: TextField,
    /// Where it is.
    pub found: Found,
    /// Which of the places is the present one.
    pub at: usize,
    /// Whether it is still being typed.
    pub typing: bool,
}

/// An answer being looked at.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The views there are, in the order of the tabs.
    pub views: Vec<View>,
    /// The view shown.
    pub view: View,
    /// The body, opened; `None` when there is none.
    pub opened: Option<Shared<Opened>>,
    /// What one came from by opening JSON inside a text; the way back.
    pub outer: Vec<Outer>,
    /// The tree's fold state.
    pub tree: Tree,
    /// To which level the tree was last unfolded.
    unfolded: usize,
    /// The tree's cursor, as a row.
    pub cursor: usize,
    /// The first row of the tree in sight.
    pub scroll: usize,
    /// The text's lines as received, once somebody has asked for them.
    received: Option<Lines>,
    /// Whether the text is laid out (or as received).
    pub pretty: bool,
    /// The first line of text in sight.
    pub raw_scroll: usize,
    /// The page behind the problem, headers and request views.
    pub page: Page,
    /// The search, if any.
    pub finding: Option<Finding>,
}

/// A document one came from, as it was left.
#[derive(Debug, Clone)]
pub struct Outer {
    opened: Shared<Opened>,
    tree: Tree,
    cursor: usize,
}

impl Viewer {
    /// A viewer for `opened` that opens on `first`, or on the best view there is.
    pub fn new(opened: Option<Shared<Opened>>, first: Option<View>) -> Self {
        let mut views = Vec::with_capacity(5);
        if first == Some(View::Problem) {
            views.push(View::Problem);
        }
        if opened.as_ref().is_some_and(|o| o.is_json()) {
            views.push(View::Tree);
        }
        if opened.is_some() {
            views.push(View::Raw);
        }
        views.extend([View::Headers, View::Request]);
        let view = first.filter(|v| views.contains(v)).unwrap_or(views[0]);
        let tree = opened.as_ref().map(|o| o.tree.clone()).unwrap_or_default();
        Self {
            views,
            view,
            opened,
            outer: Vec::new(),
            tree,
            unfolded: 1,
            cursor: 0,
            scroll: 0,
            received: None,
            pretty: true,
            raw_scroll: 0,
            page: Page::default(),
            finding: None,
        }
    }

    /// The document that is shown.
    pub fn document(&self) -> Option<&Document> {
        self.opened.as_ref().map(|o| &o.document)
    }

    /// The text's lines, laid out or as received.
    pub fn lines(&self) -> Option<&Lines> {
        if self.pretty { self.opened.as_ref().map(|o| &o.pretty) } else { self.received.as_ref() }
    }

    /// Shows the text laid out or as received.
    pub fn toggle_pretty(&mut self) {
        self.pretty = !self.pretty;
        self.raw_scroll = 0;
        if !self.pretty && self.received.is_none() {
            self.received = self.document().map(Lines::received);
        }
    }

    /// The value under the tree's cursor.
    pub fn node(&self) -> Option<NodeId> {
        self.tree.node_at(self.document()?, self.cursor).map(|(node, _)| node)
    }

    /// The jq path of the value under the tree's cursor.
    pub fn path(&self) -> Option<String> {
        Some(document::jq_path(self.document()?, self.node()?))
    }

    /// Opens the JSON inside the text under the cursor in place of the document; returns whether there is any.
    pub fn unwrap(&mut self) -> bool {
        let Some(inner) = self.document().zip(self.node()).and_then(|(d, n)| document::unwrap_json_string(d, n)) else {
            return false;
        };
        if let Some(opened) = self.opened.take() {
            self.outer.push(Outer { opened, tree: std::mem::take(&mut self.tree), cursor: self.cursor });
        }
        self.show(Shared::new(Opened::of(inner)), None);
        true
    }

    /// Goes back to the document one came from; returns whether there is one.
    pub fn back_out(&mut self) -> bool {
        let Some(Outer { opened, tree, cursor }) = self.outer.pop() else { return false };
        self.show(opened, Some((tree, cursor)));
        true
    }

    /// Turns to the view `by` tabs further, round and round.
    pub fn turn(&mut self, by: isize) -> bool {
        let len = isize::try_from(self.views.len()).unwrap_or(1);
        let now = self.views.iter().position(|v| *v == self.view).unwrap_or(0);
        let next = (isize::try_from(now).unwrap_or(0) + by).rem_euclid(len);
        self.turn_to(self.views[usize::try_from(next).unwrap_or(0)])
    }

    /// Turns to `view`; returns whether the answer has it.
    pub fn turn_to(&mut self, view: View) -> bool {
        let has = self.views.contains(&view);
        if has && self.view != view {
            self.view = view;
            self.page = Page::default();
        }
        has
    }

    /// Unfolds (or, where negative, folds) one level more; returns whether there is a tree.
    pub fn level(&mut self, by: isize) -> bool {
        let Some(opened) = self.opened.clone().filter(|_| self.view == View::Tree) else { return false };
        let node = self.node();
        self.unfolded = self.unfolded.saturating_add_signed(by).clamp(1, 64);
        self.tree.unfold_to(&opened.document, self.unfolded);
        self.cursor = node.and_then(|n| self.tree.reveal(&opened.document, n)).unwrap_or(0);
        if by < 0 {
            self.tree.unfold_to(&opened.document, self.unfolded);
            self.cursor = node.and_then(|n| self.tree.row_of(&opened.document, n)).unwrap_or(0);
        }
        true
    }

    /// Puts the cursor on the present match, unfolding what hides it.
    pub fn reveal_match(&mut self) {
        let Some(opened) = self.opened.clone() else { return };
        let place = self.finding.as_ref().and_then(|f| f.found.matches.get(f.at)).copied();
        if let Some(row) = place.and_then(|m| self.tree.reveal(&opened.document, m.node)) {
            self.cursor = row;
        }
    }

    fn show(&mut self, opened: Shared<Opened>, as_left: Option<(Tree, usize)>) {
        let (tree, cursor) = as_left.unwrap_or_else(|| (opened.tree.clone(), 0));
        (self.tree, self.cursor) = (tree, cursor);
        self.opened = Some(opened);
        (self.scroll, self.raw_scroll) = (0, 0);
        self.finding = None;
        self.pretty = true;
        self.received = None;
    }
}
