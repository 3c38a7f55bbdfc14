//! How one answer is looked at: which view, where the cursor is, what is being searched for.

mod comparison;
mod finding;
mod folding;
mod inside;
mod piece;
mod query;
mod reading;
mod selection;
mod table;
mod text;
mod work;
mod working;

pub use self::{
    comparison::{Comparison, Line, sign},
    finding::{Finding, Places},
    folding::Folding,
    inside::{Inside, is_long},
    piece::{Piece, Taker},
    query::{Queried, Query},
    reading::BEGINNING,
    table::{Place, TableView},
    text::marked,
    work::{Done, Jobs, Kind, SMALL, Work, WorkId},
};
use super::{
    page::{Page, Tone},
    runs::Received,
    text_field::TextField,
};
use crate::domain::{
    body::Body,
    document::{self, Content, Document, Format, Lines, NodeId, Table, Tree},
    shared::Shared,
    text::human_size,
};

/// A body opened for reading: made off the task that draws. What takes further passes is [`Work`].
#[derive(Debug)]
pub struct Opened {
    /// The body and its index.
    pub document: Document,
    tree: Tree,
    /// Whether it seems to have records.
    has_records: bool,
    /// How many bytes more there are than memory can hold.
    rest: u64,
    /// Whether this is only the beginning, and the whole is on its way.
    pub is_beginning: bool,
    /// The document as it came, where texts in it were unfolded.
    came_as: Option<Shared<Self>>,
}

impl Opened {
    /// Opens `body`; `content_type` is the reply's header.
    pub fn new(body: Body, content_type: Option<&str>) -> Self {
        Self::of(Document::read(body, content_type))
    }

    /// The same for a document that is open already.
    pub fn of(document: Document) -> Self {
        let tree = Tree::new(&document);
        let has_records = Table::is_likely(&document);
        Self { document, tree, has_records, rest: 0, is_beginning: false, came_as: None }
    }

    /// The same, where `rest` bytes more are in a file only.
    #[must_use]
    pub fn with_rest(self, rest: u64) -> Self {
        if rest == 0 {
            return self;
        }
        let document = self.document.going_on("the rest is larger than memory; its file has it");
        Self { document, rest, ..self }
    }

    /// How many bytes more there are than memory can hold.
    pub const fn rest(&self) -> u64 {
        self.rest
    }

    /// Its size in words: `34 MB`, or `the first 34 MB of 120 GB`.
    pub fn size(&self) -> String {
        let came_as = self.came_as.as_ref().map_or(&self.document, |opened| &opened.document);
        let here = u64::try_from(came_as.received().len()).unwrap_or(u64::MAX);
        match self.rest {
            0 => human_size(here),
            rest => format!("the first {} of {}", human_size(here), human_size(here.saturating_add(rest))),
        }
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
    /// An array of records as a table.
    Table,
    /// What differs from another response.
    Changes,
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
            Self::Table => "Table",
            Self::Changes => "Changes",
            Self::Raw => "Raw",
            Self::Headers => "Headers",
            Self::Request => "Request",
        }
    }
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
    /// Changes of what is unfolded that are under way.
    folding: Vec<Folding>,
    /// The tree's cursor, as a row.
    pub cursor: usize,
    /// The first row of the tree in sight.
    pub scroll: usize,
    /// The table, once somebody has asked for it.
    pub table: Option<TableView>,
    /// What differs from another response, once somebody has asked for it.
    pub comparison: Option<Comparison>,
    /// The text's lines, laid out, once somebody has asked for them.
    laid_out: Option<Lines>,
    /// What those lines are of, where it is not the document but what is easier to read.
    readable: Option<Shared<Opened>>,
    /// The text's lines as received, once somebody has asked for them.
    received: Option<Lines>,
    /// Whether the text is laid out (or as received).
    pub pretty: bool,
    /// The first line of text in sight.
    pub raw_scroll: usize,
    /// How many columns of the text are out of sight at the left.
    pub raw_left: usize,
    /// How wide the text's lines may be.
    columns: usize,
    /// The byte of the text that is to be in sight again once its lines are there.
    place: Option<usize>,
    /// The page behind the problem, headers and request views.
    pub page: Page,
    /// The search, if any.
    pub finding: Option<Finding>,
    /// The filter whose results are shown, if any.
    pub query: Option<Query>,
    /// In which view and at which row somebody began to select rows.
    selecting: Option<(View, usize)>,
    /// Whose table was asked for.
    near: Option<NodeId>,
    /// What takes a pass over the document.
    pub jobs: Jobs,
    /// How far a document is of which there is only the beginning.
    pub arrived: Received,
    /// What is to be said or done about what has come of it.
    told: Vec<Told>,
}

/// What is to be said or done about what has come of a piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A sentence.
    Say(Tone, String),
    /// A text, and who gets it.
    Give(Taker, String),
    /// A page to be read, and its title.
    Page(&'static str, Page),
}

/// A document one came from, as it was left.
#[derive(Debug, Clone)]
pub struct Outer {
    opened: Shared<Opened>,
    tree: Tree,
    view: View,
    cursor: usize,
    scroll: usize,
}

impl Viewer {
    /// A viewer for `opened` that opens on `first`, or on the best view there is.
    pub fn new(opened: Option<Shared<Opened>>, first: Option<View>) -> Self {
        let mut views = Vec::with_capacity(7);
        if first == Some(View::Problem) {
            views.push(View::Problem);
        }
        views.extend([View::Headers, View::Request]);
        let mut viewer = Self::on(opened, views);
        viewer.list_views();
        viewer.view = first.filter(|v| viewer.views.contains(v)).unwrap_or(viewer.views[0]);
        viewer
    }

    /// A viewer for a document that is no answer to anything.
    pub fn of_document(opened: Shared<Opened>) -> Self {
        let mut viewer = Self::on(Some(opened), Vec::new());
        viewer.list_views();
        viewer.view = viewer.views[0];
        viewer
    }

    fn on(opened: Option<Shared<Opened>>, views: Vec<View>) -> Self {
        let tree = opened.as_ref().map(|o| o.tree.clone()).unwrap_or_default();
        Self {
            views,
            view: View::Raw,
            opened,
            outer: Vec::new(),
            tree,
            unfolded: 1,
            folding: Vec::new(),
            cursor: 0,
            scroll: 0,
            table: None,
            comparison: None,
            laid_out: None,
            readable: None,
            received: None,
            pretty: true,
            raw_scroll: 0,
            raw_left: 0,
            columns: document::LONGEST,
            place: None,
            page: Page::default(),
            finding: None,
            query: None,
            selecting: None,
            near: None,
            jobs: Jobs::default(),
            arrived: Received::default(),
            told: Vec::new(),
        }
    }

    /// Lists the views that what is shown has, in the order of the tabs.
    fn list_views(&mut self) {
        let had = std::mem::take(&mut self.views);
        let opened = self.opened.as_ref();
        for (view, is_there) in [
            (View::Problem, had.contains(&View::Problem)),
            (View::Tree, opened.is_some_and(|o| o.is_json())),
            (View::Table, opened.is_some_and(|o| o.has_records) || self.table.is_some() || self.near.is_some()),
            (View::Changes, self.comparison.is_some()),
            (View::Raw, opened.is_some()),
            (View::Headers, had.contains(&View::Headers)),
            (View::Request, had.contains(&View::Request)),
        ] {
            if is_there {
                self.views.push(view);
            }
        }
        if !self.views.contains(&self.view) {
            self.view = self.best();
        }
    }

    /// The view to open on.
    fn best(&self) -> View {
        if self.views.contains(&View::Tree) { View::Tree } else { self.views.first().copied().unwrap_or(View::Raw) }
    }

    /// The text that is being typed: what to find, or to filter by.
    pub fn typed_mut(&mut self) -> Option<&mut TextField> {
        if self.is_querying() {
            return self.query.as_mut().map(|q| &mut q.filter);
        }
        if let (View::Table, Some(table)) = (self.view, &mut self.table) {
            return table.typing.then_some(&mut table.filter);
        }
        self.finding.as_mut().filter(|f| f.typing).map(|f| &mut f.needle)
    }

    /// Whether text is being typed.
    pub fn is_typing(&self) -> bool {
        if self.is_querying() {
            return true;
        }
        match (self.view, &self.table) {
            (View::Table, Some(table)) => table.typing,
            _ => self.finding.as_ref().is_some_and(|f| f.typing),
        }
    }

    /// The response as it came, whatever has been opened inside it.
    pub fn outermost(&self) -> Option<&Shared<Opened>> {
        self.outer.first().map(|o| &o.opened).or(self.opened.as_ref())
    }

    /// The document that is shown.
    pub fn document(&self) -> Option<&Document> {
        self.opened.as_ref().map(|o| &o.document)
    }

    /// The text's lines, laid out or as received.
    pub fn lines(&self) -> Option<&Lines> {
        if self.pretty { self.laid_out.as_ref() } else { self.received.as_ref() }
    }

    /// What [`lines`](Self::lines) are the lines of.
    pub fn text(&self) -> Option<&Shared<Opened>> {
        if self.pretty { self.readable.as_ref().or(self.opened.as_ref()) } else { self.as_it_came() }
    }

    /// Shows the text laid out or as received. Returns whether there is text.
    pub fn toggle_pretty(&mut self) -> bool {
        let is_text = self.turn_to(View::Raw);
        if is_text {
            self.pretty = !self.pretty;
            (self.raw_scroll, self.raw_left) = (0, 0);
        }
        is_text
    }

    /// Shows the records as a table, or what the table's cursor is on in the tree. Returns whether that can be.
    pub fn to_table_or_back(&mut self) -> bool {
        if self.view == View::Table {
            return self.show_in_tree() || self.turn_to(View::Tree);
        }
        self.tabulate();
        true
    }

    /// The value under the cursor of the tree, table or comparison.
    pub fn node(&self) -> Option<NodeId> {
        let document = self.document()?;
        match (self.view, &self.table, &self.comparison) {
            (View::Table, Some(table), _) => table.node(document),
            (View::Changes, _, Some(comparison)) => comparison.node(),
            _ => self.tree.node_at(document, self.cursor).map(|(node, _)| node),
        }
    }

    /// The jq path of the value under the cursor.
    pub fn path(&self) -> Option<String> {
        match (self.view, &self.comparison) {
            (View::Changes, Some(comparison)) => comparison.path(),
            _ => Some(document::jq_path(self.document()?, self.node()?)),
        }
    }

    /// The JSON Pointer of the value under the cursor; nothing for the whole document, and inside a text, where none leads.
    pub fn pointer(&self) -> Option<String> {
        let (document, node) = self.document().zip(self.node())?;
        let around = std::iter::successors(Some(node), |node| document::parent(document, *node));
        if around.into_iter().any(|node| document.is_from_text(node)) {
            return None;
        }
        Some(document::pointer(document, node).to_string()).filter(|pointer| !pointer.is_empty())
    }

    /// Asks for the table around the tree's cursor, or the one the document has.
    pub fn tabulate(&mut self) {
        self.near = self.node().or_else(|| self.document().and_then(Document::root));
        self.list_views();
        self.turn_to(View::Table);
    }

    /// Shows what differs from another response.
    pub fn compare(&mut self, comparison: Comparison) {
        self.query = None;
        while self.back_out() {}
        self.comparison = Some(comparison);
        self.list_views();
        self.turn_to(View::Changes);
        self.compare_again();
    }

    /// Compares anew: what is left out is another.
    pub fn compare_again(&mut self) {
        if let Some(work) = self.comparison.as_ref().map(Comparison::work) {
            self.want(work);
        }
    }

    /// Filters and orders the table anew.
    pub fn arrange(&mut self) {
        if let Some((opened, table)) = self.opened.clone().zip(self.table.as_ref()) {
            let arrangement = table.arrangement();
            self.want(Work::Rows { opened, arrangement });
        }
    }

    /// Shows what is inside the objects of the column under the cursor as columns. Returns whether it has objects.
    pub fn unfold_column(&mut self) -> bool {
        let Some((opened, table)) = self.opened.clone().zip(self.table.as_ref()) else { return false };
        let Some(column) = table.foldable() else { return false };
        let table = table.table().clone();
        self.want(Work::Columns { opened, table, column });
        true
    }

    /// Writes the table out, to be copied as `what`.
    pub fn write_table(&mut self, format: Format, what: String) {
        if let Some((opened, table)) = self.opened.clone().zip(self.table.as_ref()) {
            let (table, columns) = (table.table().clone(), table.shown().to_vec());
            self.want(Work::Write { opened, table, columns, format, what });
        }
    }

    /// Searches for what has been typed.
    pub fn find(&mut self) {
        let in_text = self.searches_text();
        let opened = if in_text { self.text() } else { self.opened.as_ref() };
        if let Some((opened, finding)) = opened.cloned().zip(self.finding.as_ref()) {
            let needle = finding.needle.text();
            self.want(Work::Find { opened, needle, in_text });
        }
    }

    /// Whether a search goes through the text as received, rather than through keys and values.
    fn searches_text(&self) -> bool {
        self.view == View::Raw && !(self.pretty && self.opened.as_ref().is_some_and(|o| o.is_json()))
    }

    /// Takes the comparison away; returns whether there was one.
    pub fn stop_comparing(&mut self) -> bool {
        let had = self.comparison.take().is_some();
        self.list_views();
        had
    }

    /// Goes to the value under the cursor in the tree; returns whether there is one.
    pub fn show_in_tree(&mut self) -> bool {
        let Some(node) = self.node() else { return false };
        self.refold(&[Folding::Reveal(node)]);
        self.turn_to(View::Tree)
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

    /// Goes to the next value (or the one before) on the tree's level; returns whether there is one.
    pub fn to_sibling(&mut self, next: bool) -> bool {
        let Some(opened) = self.opened.clone().filter(|_| self.view == View::Tree) else { return false };
        let row = if next {
            self.tree.next_sibling(&opened.document, self.cursor)
        } else {
            self.tree.previous_sibling(&opened.document, self.cursor)
        };
        self.cursor = row.unwrap_or(self.cursor);
        row.is_some()
    }

    /// Puts the cursor on the present match, unfolding or scrolling to what hides it.
    pub fn reveal_match(&mut self) {
        let in_text = self.finding.as_ref().is_some_and(|f| f.places.in_text());
        let opened = if in_text { self.text() } else { self.opened.as_ref() };
        let Some((opened, finding)) = opened.cloned().zip(self.finding.as_ref()) else { return };
        let document = &opened.document;
        let in_raw = self.view == View::Raw;
        let line = match &finding.places {
            Places::Values(found) => {
                let Some(place) = found.matches.get(finding.at) else { return };
                if !in_raw {
                    let node = place.node;
                    return self.refold(&[Folding::Reveal(node)]);
                }
                self.lines().map(|lines| lines.line_of(document, place.node))
            }
            Places::Text(found) => {
                let Some(&offset) = found.offsets.get(finding.at) else { return };
                self.lines().map(|lines| lines.line_at(document, offset))
            }
        };
        if let Some(finding) = &mut self.finding {
            finding.line = line;
        }
        if let Some(line) = line {
            // A few lines of what stands before it.
            self.raw_scroll = line.saturating_sub(3);
            self.show_found_in(line);
        }
    }

    fn show(&mut self, opened: Shared<Opened>, as_left: Option<(Tree, usize)>) {
        let (tree, cursor) = as_left.unwrap_or_else(|| (opened.tree.clone(), 0));
        (self.tree, self.cursor) = (tree, cursor);
        self.folding.clear();
        self.opened = Some(opened);
        (self.scroll, self.raw_scroll, self.raw_left) = (0, 0, 0);
        self.place = None;
        self.finding = None;
        self.table = None;
        self.pretty = true;
        (self.laid_out, self.readable, self.received) = (None, None, None);
        self.comparison = None;
        (self.near, self.selecting) = (None, None);
        self.jobs.clear();
        self.list_views();
    }
}
