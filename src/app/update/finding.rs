//! Finding text in a response.

use super::super::{
    command::Move,
    effect::Effect,
    geometry::Pane,
    page::Tone,
    state::App,
    viewer::{Finding, View},
};
use crate::domain::document;

impl App {
    pub(super) fn open_finding(&mut self) -> Vec<Effect> {
        if let Some(table) = self.table_mut() {
            table.typing = true;
            self.focus = Pane::Response;
            return Vec::new();
        }
        let Some(viewer) = self.runs.viewer_mut().filter(|v| v.views.contains(&View::Tree)) else {
            self.say(Tone::Hint, "There is nothing to search: open a JSON response first.");
            return Vec::new();
        };
        viewer.view = View::Tree;
        match &mut viewer.finding {
            Some(finding) => finding.typing = true,
            None => viewer.finding = Some(Finding::begin()),
        }
        self.focus = Pane::Response;
        Vec::new()
    }

    pub(super) fn needle_changed(&mut self) {
        if self.table_mut().is_some() {
            return self.filter_changed();
        }
        let Some(viewer) = self.runs.viewer_mut() else { return };
        let (Some(opened), Some(finding)) = (viewer.opened.clone(), &mut viewer.finding) else { return };
        let needle = finding.needle.text();
        finding.found =
            if needle.is_empty() { document::Found::default() } else { document::find(&opened.document, &needle) };
        finding.at = 0;
        viewer.reveal_match();
    }

    pub(super) fn finding_move(&mut self, motion: Move) -> Vec<Effect> {
        if self.table_mut().is_some() {
            return self.filter_move(motion);
        }
        let Some(viewer) = self.runs.viewer_mut() else { return Vec::new() };
        let Some(finding) = &mut viewer.finding else { return Vec::new() };
        match motion {
            Move::Enter if !finding.found.matches.is_empty() => finding.typing = false,
            Move::Enter | Move::Back => viewer.finding = None,
            Move::Up
            | Move::Down
            | Move::PageUp
            | Move::PageDown
            | Move::Top
            | Move::Bottom
            | Move::Fold
            | Move::Unfold
            | Move::Toggle => {}
        }
        Vec::new()
    }

    pub(super) fn find_step(&mut self, by: isize) -> Vec<Effect> {
        let Some(viewer) = self.runs.viewer_mut() else { return Vec::new() };
        let Some(finding) = &mut viewer.finding else { return self.open_finding() };
        let count = finding.found.matches.len();
        if count > 0 {
            let len = isize::try_from(count).unwrap_or(isize::MAX);
            let at = (isize::try_from(finding.at).unwrap_or(0) + by).rem_euclid(len);
            finding.at = usize::try_from(at).unwrap_or(0);
            viewer.view = View::Tree;
            viewer.reveal_match();
        }
        Vec::new()
    }
}
