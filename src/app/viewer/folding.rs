//! Folding and unfolding a tree: at once where that is quick, else as [`Work`], for what is unfolded of a large document
//! takes a pass over all of it.

use super::{Viewer, Work};
use crate::domain::document::{self, Document, NodeId, Tree};

/// Fewer steps are taken before anybody notices.
const QUICK: usize = 1 << 17;

/// Documents of no more bytes are gone through before anybody notices.
const SHORT: usize = 1 << 19;

/// A change of what is unfolded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// Fold a value that is unfolded, or the other way round.
    Toggle(NodeId),
    /// Fold a value.
    Fold(NodeId),
    /// Unfold a value.
    Unfold(NodeId),
    /// Unfold what encloses a value, and go there.
    Reveal(NodeId),
    /// Unfold so many levels, and nothing below.
    Levels(usize),
}

impl Folding {
    /// Makes the change.
    pub(super) fn perform(self, tree: &mut Tree, document: &Document) {
        let row = |tree: &Tree, node| tree.row_of(document, node).unwrap_or(usize::MAX);
        match self {
            Self::Toggle(node) => _ = tree.toggle(document, row(tree, node)),
            Self::Fold(node) => _ = tree.fold(document, row(tree, node)),
            Self::Unfold(node) => _ = tree.unfold(document, row(tree, node)),
            Self::Reveal(node) => _ = tree.reveal(document, node),
            Self::Levels(levels) => tree.unfold_to(document, levels),
        }
    }

    /// Whether it is made before anybody notices.
    fn is_quick(self, tree: &Tree, document: &Document) -> bool {
        match self {
            Self::Toggle(_) | Self::Fold(_) | Self::Unfold(_) => tree.steps() <= QUICK,
            Self::Reveal(node) => tree.steps() <= QUICK || tree.row_of(document, node).is_some(),
            Self::Levels(levels) => levels <= 1 || document.size() <= SHORT,
        }
    }
}

impl Viewer {
    /// Changes what is unfolded. Where that takes its time the tree stays as it is until then, and further changes come
    /// on top.
    pub(in crate::app) fn refold(&mut self, changes: &[Folding]) {
        let Some(opened) = self.opened.clone() else { return };
        let document = &opened.document;
        self.folding.extend_from_slice(changes);
        if self.folding.len() == changes.len() && changes.iter().all(|c| c.is_quick(&self.tree, document)) {
            let mut tree = self.tree.clone();
            for change in changes {
                change.perform(&mut tree, document);
            }
            self.refolded(tree);
        } else {
            let (tree, changes) = (self.tree.clone(), self.folding.clone());
            self.jobs.want(Work::Fold { opened, tree, changes });
        }
    }

    /// Puts the changed tree in place. The cursor stays on its value, or goes to what that is folded away in, unless
    /// another value was to be shown.
    pub(super) fn refolded(&mut self, tree: Tree) {
        let Some(opened) = self.opened.clone() else { return };
        let document = &opened.document;
        let shown = std::mem::take(&mut self.folding).into_iter().rev().find_map(|change| match change {
            Folding::Reveal(node) => Some(node),
            Folding::Toggle(_) | Folding::Fold(_) | Folding::Unfold(_) | Folding::Levels(_) => None,
        });
        let here = self.tree.node_at(document, self.cursor).map(|(node, _)| node);
        self.tree = tree;
        let mut outwards = std::iter::successors(shown.or(here), |node| document::parent(document, *node));
        self.cursor = outwards.find_map(|node| self.tree.row_of(document, node)).unwrap_or(0);
    }

    /// Unfolds (or, where negative, folds) one level more; returns whether there is a tree.
    pub fn level(&mut self, by: isize) -> bool {
        let Some(opened) = self.opened.clone().filter(|_| self.view == super::View::Tree) else { return false };
        self.unfolded = self.unfolded.saturating_add_signed(by).clamp(1, 64);
        let here = self.tree.node_at(&opened.document, self.cursor).map(|(node, _)| Folding::Reveal(node));
        let levels = Folding::Levels(self.unfolded);
        match here.filter(|_| by > 0) {
            Some(here) => self.refold(&[levels, here]),
            None => self.refold(&[levels]),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::viewer::{Done, Kind, Opened, View, WorkId},
        domain::shared::Shared,
    };

    fn viewer(json: String) -> Viewer {
        let viewer = Viewer::of_document(Shared::new(Opened::new(json.into(), None)));
        assert_eq!(viewer.view, View::Tree);
        viewer
    }

    /// Ends what is under way, as the runtime does.
    fn work_off(viewer: &mut Viewer, next: &mut u64) -> Vec<(WorkId, Done)> {
        let begun = viewer.jobs.start(|| {
            *next += 1;
            WorkId(*next)
        });
        begun.into_iter().map(|(id, work)| (id, work.perform())).collect()
    }

    fn path(viewer: &Viewer) -> String {
        viewer.path().unwrap_or_default()
    }

    #[test]
    fn a_small_tree_is_folded_at_once_and_the_cursor_keeps_its_value() {
        let mut viewer = viewer(r#"{"a":[1,{"b":[2]}],"c":3}"#.to_owned());
        viewer.cursor = viewer.tree.row_count() - 2;
        assert_eq!(path(&viewer), ".c");
        viewer.level(-1);
        assert_eq!((path(&viewer).as_str(), viewer.cursor), (".c", 2));
        viewer.cursor = 1;
        viewer.level(1);
        viewer.level(1);
        viewer.level(1);
        viewer.cursor = 5;
        assert_eq!(path(&viewer), ".a[1].b[0]");
        viewer.level(-1);
        assert_eq!(path(&viewer), ".a[1].b", "what it is folded away in");
        assert!(!viewer.jobs.is_busy(Kind::Fold));
    }

    #[test]
    fn a_large_tree_is_folded_elsewhere_and_changes_come_on_top() {
        let mut viewer = viewer(format!("[{}[[0]]]", "[[0]],".repeat(100_000)));
        let (mut next, rows) = (0, viewer.tree.row_count());
        viewer.cursor = 7;
        viewer.level(1);
        assert_eq!((viewer.tree.row_count(), viewer.jobs.is_busy(Kind::Fold)), (rows, true));
        let first = work_off(&mut viewer, &mut next);
        let second = document::lookup(viewer.document().unwrap(), &"/6".parse().unwrap()).unwrap();
        viewer.refold(&[Folding::Fold(second)]);
        for (id, done) in first {
            viewer.done(id, done);
        }
        assert_eq!(viewer.tree.row_count(), rows, "one of two changes is not what anybody wants to see");
        for (id, done) in work_off(&mut viewer, &mut next) {
            viewer.done(id, done);
        }
        assert_eq!((viewer.tree.row_count(), path(&viewer).as_str()), (1 + 3 * 100_001 - 2 + 1, ".[6]"));
        assert!(!viewer.jobs.is_busy(Kind::Fold));
    }
}
