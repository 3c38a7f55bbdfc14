//! The work of a viewer: what it wants done, and what it makes of what has come.

use super::{Done, Kind, TableView, Told, View, Viewer, Work, WorkId};
use crate::app::page::Tone;

impl Viewer {
    /// Does `work` at once where it is small; else it waits to be begun.
    pub(super) fn want(&mut self, work: Work) {
        if work.is_small() {
            self.apply(work.perform());
        } else {
            self.jobs.want(work);
        }
    }

    /// Wants what the view in front needs and has not.
    pub(in crate::app) fn prepare(&mut self) {
        let Some(opened) = self.opened.clone() else { return };
        if self.view == View::Raw && self.lines().is_none() && !self.jobs.is_busy(Kind::Lines) {
            let text = if self.pretty { Some(&opened) } else { self.as_it_came() };
            if let Some(opened) = text.cloned() {
                self.want(Work::Lines { opened, pretty: self.pretty, columns: self.columns });
            }
        }
        if self.view == View::Table {
            let first = || opened.document.root().filter(|_| self.table.is_none() && !self.jobs.is_busy(Kind::Table));
            if let Some(near) = self.near.take().or_else(first) {
                self.want(Work::Table { opened, near });
            }
        }
        let in_text = self.searches_text();
        let elsewhere = self.finding.as_ref().is_some_and(|f| f.places.in_text() != in_text);
        if elsewhere && matches!(self.view, View::Raw | View::Tree) && !self.jobs.is_busy(Kind::Find) {
            self.find();
        }
    }

    /// Takes what has come of the work `id`, unless nobody waits for it any more.
    pub(in crate::app) fn done(&mut self, id: WorkId, done: Done) {
        if self.jobs.end(id) {
            self.apply(done);
        }
    }

    /// What is to be said or done about what has come.
    pub(in crate::app) fn told(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    fn apply(&mut self, done: Done) {
        match done {
            Done::Lines { lines, pretty, readable } => {
                if pretty {
                    self.readable = readable;
                }
                *(if pretty { &mut self.laid_out } else { &mut self.received }) = Some(lines);
                self.back_to_place();
                if self.view == View::Raw && self.finding.is_some() {
                    self.reveal_match();
                }
            }
            Done::Table(Some(table)) => {
                let Some(opened) = self.opened.clone() else { return };
                if self.table.as_ref().is_none_or(|t| t.table().node() != table.node()) {
                    self.table = Some(TableView::new(&opened.document, table));
                }
                self.list_views();
            }
            Done::Table(None) => {
                if self.view == View::Table && self.table.is_none() {
                    self.view = View::Tree;
                }
                self.list_views();
                self.told.push(Told::Say(Tone::Hint, "There is no list of records in this response.".to_owned()));
            }
            Done::Rows(rows) => {
                if let Some(table) = &mut self.table {
                    table.arranged(rows);
                }
            }
            Done::Columns { column, members } => {
                if let Some((opened, table)) = self.opened.as_ref().zip(self.table.as_mut())
                    && !table.unfold(&opened.document, column, members)
                {
                    let words = "There is nothing inside the objects of this column.".to_owned();
                    self.told.push(Told::Say(Tone::Hint, words));
                }
            }
            Done::Written { to, text } => self.told.push(Told::Give(to, text)),
            Done::Folded(tree) => self.refolded(tree),
            Done::Found(places) => {
                if let Some(finding) = &mut self.finding {
                    (finding.places, finding.at, finding.line) = (places, 0, None);
                    self.reveal_match();
                }
            }
            Done::Differences(differences) => {
                let Some(comparison) = &mut self.comparison else { return };
                if comparison.differ(differences) {
                    let which = &comparison.with;
                    let words = match comparison.count() {
                        0 => format!("Nothing differs from {which}."),
                        1 => format!("One difference from {which}."),
                        n => format!("{n} differences from {which}."),
                    };
                    self.told.push(Told::Say(Tone::Good, words));
                }
            }
            Done::Chart(key, chart) => self.charted(&key, chart.as_ref()),
            Done::Inside(Some(inside)) => self.look_inside(inside),
            Done::Inside(None) => {
                let words = "There is nothing to unfold or to read inside the text under the cursor.".to_owned();
                self.told.push(Told::Say(Tone::Hint, words));
            }
            Done::Failed(_) => {
                let words = "akx made a mistake in going over the response. Please report it with what you did.";
                self.told.push(Told::Say(Tone::Error, words.to_owned()));
            }
        }
    }
}
