//! What is inside a text: JSON is unfolded where it stands, or by itself where the document is too large to be written
//! anew; a long text of another kind is read by itself.

use super::{Opened, Outer, View, Viewer, Work};
use crate::domain::{
    document::{self, Document, Moved, NodeId, Tree, Unfolded},
    shared::Shared,
};

/// A larger document is not written anew for the sake of one text.
const LARGE: usize = 32 << 20;

/// What came of looking inside a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Inside {
    /// The document with the value in the text's place, or the value by itself.
    opened: Shared<Opened>,
    /// Where the values of the document are now, if it is still that document.
    moved: Option<Moved>,
}

impl Inside {
    /// Looks inside the text `node`; nothing where it is no text, or a short one without JSON.
    pub(super) fn of(opened: &Shared<Opened>, node: NodeId) -> Option<Self> {
        Self::unfolded(opened, node).or_else(|| {
            let text = document::string(&opened.document, node).filter(|_| is_long(&opened.document, node))?;
            let alone = Opened::of(Document::read(text.into(), None));
            Some(Self { opened: Shared::new(alone), moved: None })
        })
    }

    /// The JSON inside the text `node`, if there is any.
    fn unfolded(opened: &Shared<Opened>, node: NodeId) -> Option<Self> {
        let document = &opened.document;
        if document.size() > LARGE || opened.is_beginning {
            let alone = Opened::of(document::unwrap_json_string(document, node)?);
            return Some(Self { opened: Shared::new(alone), moved: None });
        }
        let Unfolded { document, moved } = Unfolded::of(document, node)?;
        let came_as = Some(opened.came_as.clone().unwrap_or_else(|| opened.clone()));
        let now = Opened { came_as, rest: opened.rest, ..Opened::of(document) };
        Some(Self { opened: Shared::new(now), moved: Some(moved) })
    }
}

/// Shorter texts of one line are read where they stand.
const SHORT: usize = 60;

/// Whether the text `node` is easier to read by itself: it has several lines, or more than a row has room for.
pub fn is_long(document: &Document, node: NodeId) -> bool {
    let raw = document::exact(document, node);
    raw.starts_with(b"\"") && (raw.len() > SHORT || raw.windows(2).any(|pair| pair == b"\\n"))
}

impl Viewer {
    /// Unfolds the JSON inside the text under the cursor, or shows a long text by itself; returns whether it is such a text.
    pub fn unwrap(&mut self) -> bool {
        let Some((opened, node)) = self.opened.clone().zip(self.node()) else { return false };
        let seems = document::is_json_text(&opened.document, node) || is_long(&opened.document, node);
        if seems {
            self.want(Work::Inside { opened, node });
        }
        seems
    }

    /// Shows what came of it; what was shown before is the way back.
    pub(super) fn look_inside(&mut self, inside: Inside) {
        let Some(opened) = self.opened.clone() else { return };
        let (view, cursor, scroll) = (self.view, self.cursor, self.scroll);
        self.selecting = None;
        let left = inside.moved.map(|moved| {
            let mut tree = self.tree.carried(&inside.opened.document, |node| moved.now_at(node));
            if let Some(row) = tree.row_of(&inside.opened.document, moved.value()) {
                tree.unfold(&inside.opened.document, row);
            }
            (tree, cursor)
        });
        self.outer.push(Outer { opened, tree: std::mem::take::<Tree>(&mut self.tree), view, cursor, scroll });
        let in_place = left.is_some();
        self.show(inside.opened, left);
        if in_place {
            self.scroll = scroll;
            self.turn_to(view);
        } else if !self.turn_to(View::Tree) {
            self.turn_to(View::Raw);
        }
    }

    /// Goes back to the document one came from; returns whether there is one.
    pub fn back_out(&mut self) -> bool {
        let Some(Outer { opened, tree, view, cursor, scroll }) = self.outer.pop() else { return false };
        self.show(opened, Some((tree, cursor)));
        self.scroll = scroll;
        self.turn_to(view);
        true
    }

    /// Whether texts are unfolded in what is shown.
    pub fn is_unfolded(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.came_as.is_some())
    }

    /// Whether what is shown is what a text holds, by itself.
    pub fn is_inside(&self) -> bool {
        !self.outer.is_empty() && !self.is_unfolded() && self.query.is_none()
    }

    /// The document as it came, whatever has been unfolded in it.
    pub(in crate::app) fn as_it_came(&self) -> Option<&Shared<Opened>> {
        self.opened.as_ref().map(|opened| opened.came_as.as_ref().unwrap_or(opened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::viewer::{Piece, Taker, Told};

    const JSON: &str = r#"{"a":1,"message":"{\"id\":7,\"why\":\"[\\\"x\\\"]\"}","z":{"y":2}}"#;

    fn viewer(json: &str) -> Viewer {
        Viewer::of_document(Shared::new(Opened::new(json.into(), None)))
    }

    fn path(viewer: &Viewer) -> String {
        viewer.path().unwrap_or_default()
    }

    #[test]
    fn a_text_unfolds_where_it_stands_and_folds_again() {
        let mut viewer = viewer(JSON);
        viewer.cursor = 2;
        let rows = viewer.tree.row_count();
        assert!(viewer.unwrap());
        assert_eq!((viewer.tree.row_count(), viewer.cursor), (rows + 3, 2), "its members and a bracket more");
        assert_eq!(path(&viewer), ".message | fromjson");
        viewer.cursor = 4;
        assert_eq!(path(&viewer), ".message | fromjson | .why");
        assert!(viewer.unwrap());
        assert_eq!(
            (viewer.tree.row_count(), path(&viewer).as_str()),
            (rows + 5, ".message | fromjson | .why | fromjson")
        );
        viewer.cursor = viewer.tree.row_count() - 3;
        assert_eq!(path(&viewer), ".z.y", "what stood open stays open");
        assert!(viewer.back_out() && viewer.back_out() && !viewer.back_out());
        assert_eq!((viewer.tree.row_count(), viewer.cursor), (rows, 2));
    }

    #[test]
    fn what_is_taken_whole_is_the_document_as_it_came() {
        let mut viewer = viewer(JSON);
        viewer.cursor = 2;
        viewer.unwrap();
        let whole = Taker::Clipboard("whole".to_owned());
        viewer.write_out(Piece::Whole, whole.clone());
        assert_eq!(viewer.told(), [Told::Give(whole, JSON.to_owned())]);
        viewer.turn_to(View::Raw);
        assert!(viewer.toggle_pretty());
        viewer.prepare();
        let (lines, text) = (viewer.lines().unwrap(), viewer.text().unwrap());
        let line: String = lines.get(&text.document, 0..1)[0].spans.iter().map(|(_, text)| text.as_str()).collect();
        assert!(line.contains(r#"{\"id\""#), "{line}");
    }

    #[test]
    fn a_long_text_is_read_by_itself() {
        let mut viewer = viewer(r#"{"ok":"yes","body":"Dear Ada,\nit works.","page":"<html><p>a</p><p>b</p></html>"}"#);
        viewer.cursor = 1;
        assert!(!viewer.unwrap(), "a short one is read where it stands");
        viewer.cursor = 2;
        assert!(viewer.unwrap());
        viewer.prepare();
        let shown = |viewer: &Viewer| {
            let (text, lines) = viewer.text().zip(viewer.lines()).unwrap();
            let lines = lines.get(&text.document, 0..9);
            lines.iter().flat_map(|l| &l.spans).map(|(_, text)| text.clone()).collect::<Vec<_>>()
        };
        assert_eq!((viewer.view, shown(&viewer)), (View::Raw, vec!["Dear Ada,".to_owned(), "it works.".to_owned()]));
        assert!(viewer.back_out());
        assert_eq!((viewer.view, viewer.cursor), (View::Tree, 2));
        let opened = viewer.opened.clone().unwrap();
        let page = opened.document.children(opened.document.root().unwrap()).last().unwrap();
        assert!(!is_long(&opened.document, page), "it has room in a row");
    }

    #[test]
    fn in_a_large_document_it_is_shown_by_itself() {
        let mut viewer = viewer(&format!(r#"["[7]","{}"]"#, "x".repeat(LARGE)));
        viewer.cursor = 1;
        viewer.unwrap();
        let begun = viewer.jobs.start(|| crate::app::viewer::WorkId(1));
        for (id, work) in begun {
            let done = work.perform();
            viewer.done(id, done);
        }
        assert_eq!(viewer.document().map(crate::domain::document::Document::size), Some(3));
    }
}
