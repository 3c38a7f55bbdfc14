//! JSON inside a text: unfolded where it stands, or by itself where the document is too large to be written anew.

use super::{Opened, Outer, Viewer, Work};
use crate::domain::{
    document::{self, Moved, NodeId, Tree, Unfolded},
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
    /// Looks inside the text `node`; nothing where that holds no JSON.
    pub(super) fn of(opened: &Shared<Opened>, node: NodeId) -> Option<Self> {
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

impl Viewer {
    /// Unfolds the JSON inside the text under the cursor; returns whether there seems to be any.
    pub fn unwrap(&mut self) -> bool {
        let Some((opened, node)) = self.opened.clone().zip(self.node()) else { return false };
        let seems = document::is_json_text(&opened.document, node);
        if seems {
            self.want(Work::Inside { opened, node });
        }
        seems
    }

    /// Shows what came of it; what was shown before is the way back.
    pub(super) fn look_inside(&mut self, inside: Inside) {
        let Some(opened) = self.opened.clone() else { return };
        let (view, cursor, scroll) = (self.view, self.cursor, self.scroll);
        let left = inside.moved.map(|moved| {
            let mut tree = self.tree.carried(&inside.opened.document, |node| moved.now_at(node));
            if let Some(row) = tree.row_of(&inside.opened.document, moved.value()) {
                tree.unfold(&inside.opened.document, row);
            }
            (tree, cursor)
        });
        self.outer.push(Outer { opened, tree: std::mem::take::<Tree>(&mut self.tree), cursor, scroll });
        let in_place = left.is_some();
        self.show(inside.opened, left);
        if in_place {
            self.scroll = scroll;
            self.turn_to(view);
        }
    }

    /// Goes back to the document one came from; returns whether there is one.
    pub fn back_out(&mut self) -> bool {
        let Some(Outer { opened, tree, cursor, scroll }) = self.outer.pop() else { return false };
        self.show(opened, Some((tree, cursor)));
        self.scroll = scroll;
        true
    }

    /// Whether texts are unfolded in what is shown.
    pub fn is_unfolded(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.came_as.is_some())
    }

    /// The document as it came, whatever has been unfolded in it.
    pub(in crate::app) fn as_it_came(&self) -> Option<&Shared<Opened>> {
        self.opened.as_ref().map(|opened| opened.came_as.as_ref().unwrap_or(opened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::viewer::{Piece, Taker, Told, View};

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
