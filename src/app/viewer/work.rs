//! What takes a pass over a document, as data: done at once where the document is small, else on a thread of its own,
//! one piece of each kind at a time.

use super::{Folding, Inside, Opened, Piece, Taker, finding::Places, table::Arrangement};
use crate::domain::{
    document::{self, Chart, Column, Differences, Format, Ignore, Lines, NodeId, Table, Tree},
    shared::Shared,
};

/// A document of fewer bytes is gone over before anybody notices.
pub const SMALL: usize = 1 << 20;

/// Identifies one piece of work; a result that nobody waits for any more is dropped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct WorkId(pub u64);

/// A pass over a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Lay the text out in lines.
    Lines {
        /// The document.
        opened: Shared<Opened>,
        /// Laid out, or as received.
        pretty: bool,
        /// How wide the lines may be.
        columns: usize,
    },
    /// Find the records nearest to a value.
    Table {
        /// The document.
        opened: Shared<Opened>,
        /// The value.
        near: NodeId,
    },
    /// Filter and order the records.
    Rows {
        /// The document.
        opened: Shared<Opened>,
        /// Which, and how.
        arrangement: Arrangement,
    },
    /// Look what columns the objects of a column would be.
    Columns {
        /// The document.
        opened: Shared<Opened>,
        /// The records.
        table: Table,
        /// The column.
        column: usize,
    },
    /// Write the records out.
    Write {
        /// The document.
        opened: Shared<Opened>,
        /// The records as they are shown.
        table: Table,
        /// The columns shown, in order.
        columns: Vec<usize>,
        /// How.
        format: Format,
        /// What that is, in words.
        what: String,
    },
    /// Write a piece of the document out.
    Text {
        /// The document.
        opened: Shared<Opened>,
        /// Which piece.
        piece: Piece,
        /// Who gets it.
        to: Taker,
    },
    /// Change what is unfolded.
    Fold {
        /// The document.
        opened: Shared<Opened>,
        /// What is unfolded now.
        tree: Tree,
        /// The changes, one after the other.
        changes: Vec<Folding>,
    },
    /// Find a text.
    Find {
        /// The document.
        opened: Shared<Opened>,
        /// The text.
        needle: String,
        /// In its bytes, rather than in its keys and values.
        in_text: bool,
    },
    /// Compare two documents.
    Compare {
        /// The older one.
        left: Shared<Opened>,
        /// The newer one.
        right: Shared<Opened>,
        /// What is not compared.
        ignored: Vec<String>,
    },
    /// Count the records by a column.
    Chart {
        /// The document.
        opened: Shared<Opened>,
        /// The records.
        table: Table,
        /// The column.
        column: usize,
        /// How far the clock is east of UTC, in seconds.
        offset: i32,
    },
    /// Unfold the JSON inside a text.
    Inside {
        /// The document.
        opened: Shared<Opened>,
        /// The text.
        node: NodeId,
    },
}

/// What a piece of work is for; of each there is one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// [`Work::Lines`]
    Lines,
    /// [`Work::Table`]
    Table,
    /// [`Work::Rows`]
    Rows,
    /// [`Work::Columns`]
    Columns,
    /// [`Work::Write`], and [`Work::Text`] to be copied
    Copy,
    /// [`Work::Text`] to be read in another program
    Open,
    /// [`Work::Fold`]
    Fold,
    /// [`Work::Find`]
    Find,
    /// [`Work::Compare`]
    Compare,
    /// [`Work::Chart`]
    Chart,
    /// [`Work::Inside`]
    Inside,
}

/// What came of a piece of work.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// The text in lines.
    Lines {
        /// The lines.
        lines: Lines,
        /// Laid out, or as received.
        pretty: bool,
        /// What they are the lines of, where it is not the document but what is easier to read.
        readable: Option<Shared<Opened>>,
    },
    /// The records, if there are any.
    Table(Option<Table>),
    /// The records, filtered and ordered.
    Rows(Table),
    /// What is inside a column.
    Columns {
        /// The column.
        column: usize,
        /// What its objects have.
        members: Vec<Column>,
    },
    /// Records, or a piece of the document, as text.
    Written {
        /// Who gets it.
        to: Taker,
        /// The text.
        text: String,
    },
    /// The tree, folded otherwise.
    Folded(Tree),
    /// Where the text is.
    Found(Places),
    /// What differs.
    Differences(Differences),
    /// The chart of a column, called by its key; nothing where no record has a value there.
    Chart(String, Option<Chart>),
    /// The JSON inside a text, if there is any.
    Inside(Option<Inside>),
    /// It failed for no reason a person could do anything about.
    Failed(Kind),
}

impl Work {
    /// What it is for.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Lines { .. } => Kind::Lines,
            Self::Table { .. } => Kind::Table,
            Self::Rows { .. } => Kind::Rows,
            Self::Columns { .. } => Kind::Columns,
            Self::Write { .. } => Kind::Copy,
            Self::Text { to, .. } => to.kind(),
            Self::Fold { .. } => Kind::Fold,
            Self::Find { .. } => Kind::Find,
            Self::Compare { .. } => Kind::Compare,
            Self::Chart { .. } => Kind::Chart,
            Self::Inside { .. } => Kind::Inside,
        }
    }

    /// Whether it is done before anybody notices.
    pub fn is_small(&self) -> bool {
        let bytes = match self {
            Self::Lines { opened, .. }
            | Self::Table { opened, .. }
            | Self::Rows { opened, .. }
            | Self::Columns { opened, .. }
            | Self::Write { opened, .. }
            | Self::Find { opened, .. }
            | Self::Chart { opened, .. }
            | Self::Inside { opened, .. } => opened.document.size(),
            Self::Compare { left, right, .. } => left.document.size() + right.document.size(),
            Self::Text { opened, piece, .. } => piece.size(&opened.document),
            // Whoever wants it has looked whether it can be done at once.
            Self::Fold { .. } => return false,
        };
        bytes <= SMALL
    }

    /// Does it.
    pub fn perform(self) -> Done {
        match self {
            Self::Lines { opened, pretty, columns } => {
                let readable = if pretty { opened.document.readable() } else { None };
                let readable = readable.map(|document| Shared::new(Opened::of(document)));
                let document = readable.as_ref().map_or(&opened.document, |r| &r.document);
                let lines = if pretty { Lines::pretty(document, columns) } else { Lines::received(document, columns) };
                Done::Lines { lines, pretty, readable }
            }
            Self::Table { opened, near } => Done::Table(Table::nearest(&opened.document, near)),
            Self::Rows { opened, arrangement } => Done::Rows(arrangement.perform(&opened.document)),
            Self::Columns { opened, table, column } => {
                Done::Columns { column, members: table.members(&opened.document, column) }
            }
            Self::Write { opened, table, columns, format, what } => {
                Done::Written { to: Taker::Clipboard(what), text: table.write(&opened.document, &columns, format) }
            }
            Self::Text { opened, piece, to } => Done::Written { text: piece.text(&opened.document), to },
            Self::Fold { opened, mut tree, changes } => {
                for change in changes {
                    change.perform(&mut tree, &opened.document);
                }
                Done::Folded(tree)
            }
            Self::Find { opened, needle, in_text } => Done::Found(Places::of(&opened.document, &needle, in_text)),
            Self::Compare { left, right, ignored } => {
                let mut ignore = Ignore::default();
                for pattern in &ignored {
                    // They are made from pointers, so each is one.
                    let _ = ignore.add(pattern);
                }
                Done::Differences(document::diff(&left.document, &right.document, &ignore))
            }
            Self::Chart { opened, table, column, offset } => {
                let key = table.columns().get(column).map(|c| c.name.clone()).unwrap_or_default();
                Done::Chart(key, Chart::of(&opened.document, &table, column, offset))
            }
            Self::Inside { opened, node } => Done::Inside(Inside::of(&opened, node)),
        }
    }
}

impl Done {
    /// What it was for.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Lines { .. } => Kind::Lines,
            Self::Table(_) => Kind::Table,
            Self::Rows(_) => Kind::Rows,
            Self::Columns { .. } => Kind::Columns,
            Self::Written { to, .. } => to.kind(),
            Self::Folded(_) => Kind::Fold,
            Self::Found(_) => Kind::Find,
            Self::Differences(_) => Kind::Compare,
            Self::Chart(..) => Kind::Chart,
            Self::Inside(_) => Kind::Inside,
            Self::Failed(kind) => *kind,
        }
    }
}

/// The work of one viewer. Of each kind the newest waits while an older one is under way, whose result is then dropped.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    going: Vec<(Kind, WorkId)>,
    waiting: Vec<Work>,
}

impl Jobs {
    /// Wants `work` done, in place of what waits and is for the same.
    pub(super) fn want(&mut self, work: Work) {
        self.waiting.retain(|w| w.kind() != work.kind());
        self.waiting.push(work);
    }

    /// Whether something of `kind` is under way or waits.
    pub fn is_busy(&self, kind: Kind) -> bool {
        self.going.iter().any(|g| g.0 == kind) || self.waiting.iter().any(|w| w.kind() == kind)
    }

    /// What is to begin now.
    pub(in crate::app) fn start(&mut self, mut next: impl FnMut() -> WorkId) -> Vec<(WorkId, Work)> {
        let going = &self.going;
        let (held, begin) =
            std::mem::take(&mut self.waiting).into_iter().partition(|w: &Work| going.iter().any(|g| g.0 == w.kind()));
        self.waiting = held;
        let begin: Vec<(WorkId, Work)> = begin.into_iter().map(|work| (next(), work)).collect();
        self.going.extend(begin.iter().map(|(id, work)| (work.kind(), *id)));
        begin
    }

    /// Takes note that `id` has ended; returns whether its result is still wanted.
    pub(super) fn end(&mut self, id: WorkId) -> bool {
        let Some(at) = self.going.iter().position(|g| g.1 == id) else { return false };
        let (kind, _) = self.going.remove(at);
        !self.waiting.iter().any(|w| w.kind() == kind)
    }

    /// Forgets everything: the document is another one.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_kind_one_at_a_time_and_the_newest_next() {
        let opened = Shared::new(Opened::new("[1]".into(), None));
        let find = |needle: &str| Work::Find { opened: opened.clone(), needle: needle.into(), in_text: false };
        let mut jobs = Jobs::default();
        let mut ids = 0;
        let mut start = |jobs: &mut Jobs| {
            jobs.start(|| {
                ids += 1;
                WorkId(ids)
            })
        };
        jobs.want(find("a"));
        jobs.want(find("ab"));
        jobs.want(Work::Lines { opened: opened.clone(), pretty: true, columns: 80 });
        let begun = start(&mut jobs);
        assert_eq!(begun[0], (WorkId(1), find("ab")));
        assert_eq!(begun.len(), 2);
        jobs.want(find("abc"));
        jobs.want(find("abcd"));
        assert_eq!(start(&mut jobs), []);
        assert!(!jobs.end(WorkId(1)), "what was found for the shorter text is of no use");
        assert_eq!(start(&mut jobs), [(WorkId(3), find("abcd"))]);
        assert!(jobs.end(WorkId(2)) && jobs.end(WorkId(3)));
        assert!(!jobs.end(WorkId(3)) && !jobs.is_busy(Kind::Find));
    }
}
