//! Pieces of a document as text, for the clipboard, a pager or an editor.

use std::ops::Range;

use super::{Kind, Told, Viewer, Work};
use crate::{
    app::page::Tone,
    domain::{
        document::{self, Document, Label, NodeId, Part, Tree},
        text::clean_block,
    },
};

/// A larger document is given to the pager as it came, not laid out.
const LAID_OUT: usize = 16 << 20;

/// How many bytes of text a row of a tree has at most, about.
const ROW: usize = 1 << 10;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A value: a text without quotes and escapes, anything else laid out.
    Value(NodeId),
    /// Rows of a tree, as they stand there.
    Rows(Tree, Range<usize>),
    /// All of it, as it came.
    Whole,
    /// All of it for a person to read: laid out where it is not too large for that, and safe to print.
    Page,
}

/// Who gets a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taker {
    /// The clipboard; what it is, in words.
    Clipboard(String),
    /// The pager.
    Pager,
    /// The editor.
    Editor,
}

impl Taker {
    /// What is said until it is written out.
    fn waiting(&self) -> String {
        match self {
            Self::Clipboard(what) => format!("Copying {what} …"),
            Self::Pager => "Opening the pager …".to_owned(),
            Self::Editor => "Opening the editor …".to_owned(),
        }
    }

    /// What writing it out is for.
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Clipboard(_) => Kind::Copy,
            Self::Pager | Self::Editor => Kind::Open,
        }
    }
}

impl Piece {
    /// About how many bytes of text it is.
    pub(super) fn size(&self, document: &Document) -> usize {
        match self {
            Self::Value(node) => document::span(document, *node).len(),
            Self::Rows(_, rows) => rows.len() * ROW,
            Self::Whole | Self::Page => document.size(),
        }
    }

    /// The text.
    pub(super) fn text(&self, document: &Document) -> String {
        let whole = || String::from_utf8_lossy(document.bytes()).into_owned();
        match self {
            Self::Value(node) => document::text(document, *node),
            Self::Rows(tree, rows) => rows_as_text(tree, document, rows.clone()),
            Self::Whole => whole(),
            Self::Page => {
                let root = document.root().filter(|_| document.size() <= LAID_OUT);
                let text = root.map_or_else(whole, |root| document::text(document, root));
                // Not every pager keeps escape sequences from the terminal.
                clean_block(&text).into_owned()
            }
        }
    }
}

fn rows_as_text(tree: &Tree, document: &Document, rows: Range<usize>) -> String {
    let mut text = String::new();
    for row in tree.rows(document, rows) {
        text.push_str(&"  ".repeat(row.depth));
        match (&row.label, row.part) {
            (_, Part::Close | Part::Broken) | (Label::Root, _) => {}
            (Label::Key(key), _) => text.extend([key.as_str(), ": "]),
            (Label::Index(i), _) => text.extend([i.to_string().as_str(), ": "]),
        }
        text.extend([row.value_text().as_str(), "\n"]);
    }
    text
}

impl Viewer {
    /// Writes a piece of the document out for somebody; returns whether there is a document.
    pub(in crate::app) fn write_out(&mut self, piece: Piece, to: Taker) -> bool {
        let opened = match piece {
            Piece::Value(_) | Piece::Rows(..) => self.opened.as_ref(),
            Piece::Whole | Piece::Page => self.as_it_came(),
        };
        let Some(opened) = opened.cloned() else { return false };
        let words = to.waiting();
        let work = Work::Text { opened, piece, to };
        if !work.is_small() {
            self.told.push(Told::Say(Tone::Hint, words));
        }
        self.want(work);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::viewer::{Done, Opened, WorkId},
        domain::shared::Shared,
    };

    #[test]
    fn a_large_piece_is_written_elsewhere() {
        let json = format!("[\"a\\u0062\",\"{}\"]", "x".repeat(2 << 20));
        let mut viewer = Viewer::of_document(Shared::new(Opened::new(json.into(), None)));
        let items: Vec<NodeId> = {
            let document = viewer.document().unwrap();
            document.children(document.root().unwrap()).collect()
        };
        let copy = |what: &str| Taker::Clipboard(what.to_owned());
        assert!(viewer.write_out(Piece::Value(items[0]), copy("one")));
        assert_eq!(viewer.told(), [Told::Give(copy("one"), "ab".to_owned())]);
        assert!(viewer.write_out(Piece::Value(items[1]), copy("two")) && viewer.write_out(Piece::Page, Taker::Pager));
        let said = |words: &str| Told::Say(Tone::Hint, words.to_owned());
        assert_eq!(viewer.told(), [said("Copying two …"), said("Opening the pager …")]);
        let mut id = 0;
        let begun = viewer.jobs.start(|| {
            id += 1;
            WorkId(id)
        });
        let done: Vec<(WorkId, Done)> = begun.into_iter().map(|(id, work)| (id, work.perform())).collect();
        for (id, done) in done {
            viewer.done(id, done);
        }
        let told = viewer.told();
        assert!(matches!(&told[0], Told::Give(Taker::Clipboard(_), text) if text.len() == 2 << 20));
        assert!(matches!(&told[1], Told::Give(Taker::Pager, text) if text.starts_with("[\n  \"a")), "laid out");
    }
}
