//! Finding text in a response.

use super::super::{
    command::Move,
    effect::Effect,
    geometry::Pane,
    page::Tone,
    state::App,
    viewer::{Finding, Kind, View},
};
impl App {
    pub(super) fn open_finding(&mut self) -> Vec<Effect> {
        if let Some(table) = self.table_mut() {
            table.typing = true;
            self.focus = Pane::Response;
            return Vec::new();
        }
        let Some(viewer) = self.runs.viewer_mut().filter(|v| v.views.contains(&View::Raw)) else {
            self.say(Tone::Hint, "There is nothing to search: the response has no body.");
            return Vec::new();
        };
        if !matches!(viewer.view, View::Tree | View::Raw) {
            viewer.turn_to(if viewer.views.contains(&View::Tree) { View::Tree } else { View::Raw });
        }
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
        if let Some(viewer) = self.runs.viewer_mut() {
            viewer.find();
        }
    }

    pub(super) fn finding_move(&mut self, motion: Move) -> Vec<Effect> {
        if self.table_mut().is_some() {
            return self.filter_move(motion);
        }
        let Some(viewer) = self.runs.viewer_mut() else { return Vec::new() };
        let searching = viewer.jobs.is_busy(Kind::Find);
        let Some(finding) = &mut viewer.finding else { return Vec::new() };
        match motion {
            Move::Enter if finding.places.count() > 0 || searching => finding.typing = false,
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
        let count = finding.places.count();
        if count > 0 {
            let len = isize::try_from(count).unwrap_or(isize::MAX);
            let at = (isize::try_from(finding.at).unwrap_or(0) + by).rem_euclid(len);
            finding.at = usize::try_from(at).unwrap_or(0);
            if viewer.view != View::Raw {
                viewer.turn_to(View::Tree);
            }
            viewer.reveal_match();
        }
        Vec::new()
    }
}
