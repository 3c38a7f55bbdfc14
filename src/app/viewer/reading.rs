//! A document of which there is only the beginning yet: what is shown of it, and how the whole takes its place.

use super::{Opened, Outer, Viewer};
use crate::domain::{document::Tree, run::Body, shared::Shared};

/// A body of fewer bytes is opened before anybody notices that it was not there.
const LARGE: usize = 4 << 20;

/// How much of a larger one is shown first: more than a screen has room for.
pub const BEGINNING: usize = 64 << 10;

impl Opened {
    /// The beginning of a large `body`, to be shown until the whole is open; `None` for one that is opened at once.
    pub fn beginning(body: &Body, content_type: Option<&str>) -> Option<Self> {
        let is_large = body.len() > LARGE;
        is_large.then(|| Self::new(body.slice(0..BEGINNING), content_type).with_more_to_come())
    }

    /// The same, of which more is to come.
    #[must_use]
    pub fn with_more_to_come(self) -> Self {
        let document = self.document.going_on("reading on");
        Self { document, is_beginning: true, ..self }
    }
}

impl Viewer {
    /// Puts the whole document in place of its beginning; cursor and folds stay where they are.
    pub fn whole(&mut self, whole: Shared<Opened>) {
        if let Some(outer) = self.outer.first_mut() {
            let Outer { opened, tree, cursor, .. } = outer;
            let node = tree.node_at(&opened.document, *cursor).map(|(node, _)| node);
            *tree = carried(tree, &whole);
            *cursor = node.and_then(|n| tree.row_of(&whole.document, n)).unwrap_or(0);
            *opened = whole;
            return;
        }
        let best = self.best();
        let had = self.opened.take();
        if let Some(beginning) = &had {
            let node = self.tree.node_at(&beginning.document, self.cursor).map(|(node, _)| node);
            self.tree = carried(&self.tree, &whole);
            self.cursor = node.and_then(|n| self.tree.row_of(&whole.document, n)).unwrap_or(0);
        } else {
            self.tree = whole.tree.clone();
        }
        (self.laid_out, self.readable, self.received) = (None, None, None);
        // The beginning's table has the beginning's rows.
        self.near = self.table.take().map(|t| t.table().node());
        self.jobs.clear();
        self.folding.clear();
        self.opened = Some(whole.clone());
        self.list_views();
        if self.view == best {
            self.view = self.best();
        }
        if self.finding.is_some() {
            self.find();
        }
        if let Some(comparison) = &mut self.comparison {
            comparison.whole(whole);
            self.compare_again();
        }
    }
}

/// The fold state of a beginning for the whole, so that nothing moves under somebody's eyes.
fn carried(tree: &Tree, whole: &Opened) -> Tree {
    if tree.row_count() == 0 { whole.tree.clone() } else { tree.carried(&whole.document, |same| same) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::viewer::{Done, View, Work, work::SMALL};

    fn records(count: usize) -> String {
        let record = |i: usize| format!("{{\"id\":{i},\"tags\":[1,2,3],\"note\":\"{}\"}}", "x".repeat(100));
        format!("{{\"ok\":true,\"data\":[{}]}}", (0..count).map(record).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn cursor_and_folds_stay_when_the_whole_is_there() {
        let body = Body::from(records(40_000));
        let beginning = Opened::beginning(&body, None).expect("it is large");
        assert!(beginning.document.size() == BEGINNING && Opened::beginning(&body.slice(0..SMALL), None).is_none());
        let mut viewer = Viewer::of_document(Shared::new(beginning));
        viewer.cursor = 3;
        let opened = viewer.opened.clone().unwrap();
        assert!(viewer.tree.toggle(&opened.document, 3), "the first record is unfolded");
        let path = viewer.path();
        viewer.whole(Shared::new(Opened::new(body, None)));
        assert_eq!((viewer.path(), viewer.view, viewer.cursor), (path, View::Tree, 3));
        let document = viewer.document().unwrap();
        assert_eq!(viewer.tree.row_count(), 40_000 + 9);
        assert!(document.is_json() && !viewer.opened.as_ref().unwrap().is_beginning);
    }

    #[test]
    fn the_whole_may_turn_out_to_be_something_else() {
        let body = Body::from(format!("\"{}\"", "a".repeat(LARGE)));
        let beginning = Opened::beginning(&body, None).unwrap();
        let mut viewer = Viewer::of_document(Shared::new(beginning));
        assert_eq!(viewer.view, View::Raw);
        viewer.whole(Shared::new(Opened::new(body, None)));
        assert_eq!(viewer.view, View::Tree);
    }

    #[test]
    fn what_was_under_way_for_the_beginning_is_dropped() {
        let body = Body::from(records(40_000));
        let whole = Shared::new(Opened::new(body.clone(), None));
        let mut viewer = Viewer::of_document(whole.clone());
        viewer.want(Work::Lines { opened: whole.clone(), pretty: true, columns: 80 });
        let mut id = 0;
        let begun = viewer.jobs.start(|| {
            id += 1;
            crate::app::viewer::WorkId(id)
        });
        assert_eq!(begun.len(), 1);
        viewer.whole(whole);
        for (id, work) in begun {
            let done = work.perform();
            assert!(matches!(done, Done::Lines { .. }));
            viewer.done(id, done);
        }
        assert!(viewer.lines().is_none());
    }
}
