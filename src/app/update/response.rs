//! The response pane: views, moving about, copying, saving.

use super::super::{
    answer::{headers_page, problem_page},
    command::{Move, View as V},
    effect::Effect,
    geometry::{Pane, scrolled},
    overlay::Overlay,
    page::{Page, Tone},
    request,
    runs::RunState,
    state::{App, Front, Stage},
    update::table::table_move,
    viewer::{Done, Folding, Opened, Told, View, Viewer, WorkId},
};
use crate::domain::{
    document::{self, Format, Part},
    failure::Failure,
    redact::secret_parameters,
    run::RunId,
    shared::Shared,
};

/// What is said where a response has no such view.
const NO_VIEW: &str = "This response has no such view.";
/// What is said at the end of a level.
const NO_SIBLING: &str = "There is nothing more on this level.";

impl App {
    /// Cursor in sight, pages made for the view and the width.
    pub(super) fn settle_response(&mut self) -> Vec<Effect> {
        let columns = usize::from(self.response_body().width);
        if let Some(viewer) = self.runs.viewer_mut() {
            viewer.fit(columns);
            viewer.prepare();
        }
        self.settle_views();
        self.settle_work()
    }

    /// Begins the work that viewers want, and says what has come of it.
    fn settle_work(&mut self) -> Vec<Effect> {
        let (mut effects, mut told) = (Vec::new(), Vec::new());
        let Self { runs, works, .. } = self;
        for (run, viewer) in runs.viewers_mut() {
            let next = || {
                *works += 1;
                WorkId(*works)
            };
            effects.extend(viewer.jobs.start(next).into_iter().map(|(id, work)| Effect::Work { run, id, work }));
            told.extend(viewer.told());
        }
        for told in told {
            match told {
                Told::Say(tone, words) => self.say(tone, words),
                Told::Give(to, text) => effects.push(self.give(to, text)),
                Told::Page(title, page) => {
                    let page = Overlay::Page { title, page };
                    // Where it was asked for, and nothing is typed, it is what is waited for.
                    let is_reading =
                        self.front() == Front::Response && !self.runs.viewer().is_some_and(Viewer::is_typing);
                    if is_reading { self.overlays.push(page) } else { self.offer(page, "The chart is drawn") }
                }
            }
        }
        effects
    }

    /// Puts a whole document in place of its beginning.
    pub(super) fn document_read(&mut self, id: RunId, result: Result<Shared<Opened>, Failure>) -> Vec<Effect> {
        let Some((_, viewer)) = self.runs.viewers_mut().find(|(of, _)| *of == id) else { return Vec::new() };
        match result {
            Ok(whole) => {
                viewer.whole(whole.clone());
                self.find_next_page(id, &whole);
            }
            Err(failure) => self.say(Tone::Error, format!("{} {}", failure.message, failure.hint)),
        }
        Vec::new()
    }

    pub(super) fn work_done(&mut self, run: RunId, id: WorkId, done: Done) -> Vec<Effect> {
        if let Some((_, viewer)) = self.runs.viewers_mut().find(|(of, _)| *of == run) {
            viewer.done(id, done);
        }
        Vec::new()
    }

    fn settle_views(&mut self) {
        let body = self.response_body();
        let columns = usize::from(body.width).max(8);
        let Some(run) = self.runs.shown_mut() else { return };
        let (request, state) = (&run.request, &mut run.state);
        let (viewer, ended) = match state {
            RunState::Ended { outcome, took, viewer } => (viewer, Some((outcome, *took))),
            RunState::Given(viewer) => (viewer, None),
            RunState::Going { .. } => return,
        };
        let rows = viewer.tree.row_count();
        viewer.cursor = viewer.cursor.min(rows.saturating_sub(1));
        viewer.scroll = scrolled(viewer.scroll, viewer.cursor, body.height, rows);
        let lines = viewer.lines().map_or(0, document::Lines::count);
        viewer.raw_scroll = viewer.raw_scroll.min(lines.saturating_sub(usize::from(body.height)));
        if let Some(table) = &mut viewer.table {
            table.keep_in_sight(body.width, body.height.saturating_sub(1));
        }
        if let Some(comparison) = &mut viewer.comparison {
            comparison.keep_in_sight(body.height);
        }
        let scroll = viewer.page.scroll;
        match (viewer.view, ended) {
            (View::Tree | View::Table | View::Changes | View::Raw, _) | (_, None) => return,
            (View::Problem, Some((outcome, _))) => viewer.page = problem_page(outcome, columns),
            (View::Headers, Some((outcome, took))) => {
                viewer.page = headers_page((outcome, took), run.pages.as_ref(), columns);
            }
            (View::Request, Some(_)) => {
                let wire = request.wire;
                let schema =
                    self.catalogue.get().and_then(|l| l.catalogue.get(&request.action)).map(|action| action.schema());
                let secret = schema.map_or_else(Vec::new, |schema| secret_parameters(&schema, &request.parameters));
                let sent = request::Sent {
                    session: &self.session,
                    action: &request.action,
                    wire,
                    credential: request.credential.as_deref(),
                    secret: &secret,
                };
                viewer.page = Page { lines: request::lines(&sent, &request.parameters), scroll: 0 };
            }
        }
        viewer.page.scroll = scroll;
        viewer.page.scroll_by(0, body.height);
    }

    pub(super) fn response_move(&mut self, motion: Move) -> Vec<Effect> {
        if self.runs.viewer().is_some_and(Viewer::is_querying) {
            return self.query_move(motion);
        }
        if self.runs.viewer().is_some_and(Viewer::is_typing) {
            return self.finding_move(motion);
        }
        let Some(viewer) = self.runs.viewer_mut() else {
            return if motion == Move::Back { self.focus_on(Pane::Action) } else { Vec::new() };
        };
        if motion == Move::Back {
            let stops = viewer.query.is_some();
            return match step_back(viewer) {
                true if stops && self.runs.viewer().is_some_and(|v| v.query.is_none()) => vec![Effect::StopQuery],
                true => Vec::new(),
                false if self.zoomed => self.zoom(),
                false => self.focus_on(Pane::Action),
            };
        }
        self.move_in_view(motion)
    }

    /// Moves about in what is shown.
    pub(super) fn move_in_view(&mut self, motion: Move) -> Vec<Effect> {
        let height = self.response_body().height;
        let Some(viewer) = self.runs.viewer_mut() else { return Vec::new() };
        match viewer.view {
            View::Tree => tree_move(viewer, motion, height),
            View::Table => table_move(viewer, motion, height.saturating_sub(1)),
            View::Changes => {
                if let (Some(by), Some(comparison)) = (steps(motion, height), &mut viewer.comparison) {
                    comparison.move_by(by);
                } else if motion == Move::Enter && !viewer.show_in_tree() {
                    self.say(Tone::Hint, "Only the other response has this place.");
                }
            }
            View::Raw => {
                if let Some(by) = steps(motion, height) {
                    viewer.raw_scroll = viewer.raw_scroll.saturating_add_signed(by);
                } else if matches!(motion, Move::Fold | Move::Unfold) {
                    viewer.to_the_side(motion == Move::Unfold, usize::from(height));
                }
            }
            View::Problem | View::Headers | View::Request => {
                if let Some(by) = steps(motion, height) {
                    viewer.page.scroll_by(by, height);
                }
            }
        }
        Vec::new()
    }

    pub(super) fn response_command(&mut self, command: V) -> Vec<Effect> {
        match command {
            V::PreviousRun | V::NextRun => {
                if !self.runs.show_by(if command == V::NextRun { 1 } else { -1 }) {
                    self.say(Tone::Hint, "There is no other run on that side.");
                }
                Vec::new()
            }
            V::NextPage => self.next_page(),
            V::AllPages => self.ask_for_pages(),
            V::CopyValue => self.copy_value(),
            V::CopyPath => self.copy_path(),
            V::CopyPointer => self.copy_pointer(),
            V::Zoom => self.zoom(),
            V::CopyRequestId => self.copy_request_id(),
            V::CopyCsv => self.copy_table(Format::Csv),
            V::CopyTsv => self.copy_table(Format::Tsv),
            V::CopyMarkdown => self.copy_table(Format::Markdown),
            V::CopyKey => self.copy_key(),
            V::CopyRow => self.copy_row(),
            V::Select => self.select_rows(),
            V::Chart => self.draw_chart(),
            V::OpenLink => self.open_link(),
            V::Pager => self.answer_in_pager(),
            V::Save => self.ask_to_save(),
            V::Find => self.open_finding(),
            V::FindNext => self.find_step(1),
            V::FindPrevious => self.find_step(-1),
            V::Query => self.open_query(),
            V::Compare => self.compare(),
            V::CompareWith => self.choose_comparison(),
            V::IgnorePlace | V::IgnoreNothing => self.ignore(command == V::IgnorePlace),
            V::Column(command) => self.arrange(command),
            V::Next => self.look(|v| v.turn(1), NO_VIEW),
            V::Previous => self.look(|v| v.turn(-1), NO_VIEW),
            V::Tree => self.look(|v| v.turn_to(View::Tree), NO_VIEW),
            V::Table => self.look(Viewer::to_table_or_back, NO_VIEW),
            V::Raw => self.look(|v| v.turn_to(View::Raw), NO_VIEW),
            V::Headers => self.look(|v| v.turn_to(View::Headers), NO_VIEW),
            V::Request => self.look(|v| v.turn_to(View::Request), NO_VIEW),
            V::TogglePretty => self.look(Viewer::toggle_pretty, NO_VIEW),
            V::UnfoldMore => self.look(|v| v.level(1), NO_VIEW),
            V::FoldMore => self.look(|v| v.level(-1), NO_VIEW),
            V::UnwrapText => {
                self.look(Viewer::unwrap, "There is nothing to unfold or to read inside the value under the cursor.")
            }
            V::NextSibling => self.look(|v| v.to_sibling(true), NO_SIBLING),
            V::PreviousSibling => self.look(|v| v.to_sibling(false), NO_SIBLING),
        }
    }

    /// Gives the response the whole screen, or the other panes their places back.
    fn zoom(&mut self) -> Vec<Effect> {
        if matches!(self.stage, Stage::Document) {
            self.say(Tone::Hint, "It has the whole screen already.");
            return Vec::new();
        }
        self.zoomed = self.focus != Pane::Response || !self.zoomed;
        self.focus_on(Pane::Response)
    }

    /// Turns to another view, or changes what of it is in sight; says `cannot` where that cannot be.
    fn look(&mut self, turn: impl FnOnce(&mut Viewer) -> bool, cannot: &str) -> Vec<Effect> {
        let shown = self.runs.shown().is_some();
        let Some(viewer) = self.runs.viewer_mut() else {
            let words =
                if shown { "The run is still going." } else { "There is no response yet: run an action first." };
            self.say(Tone::Hint, words);
            return Vec::new();
        };
        if !turn(viewer) {
            self.say(Tone::Hint, cannot);
        }
        self.focus = Pane::Response;
        Vec::new()
    }
}

/// Takes away what was asked for last: a search, a filter, a comparison, a text's inside. Returns whether there was any.
fn step_back(viewer: &mut Viewer) -> bool {
    if viewer.selected().is_some() {
        return viewer.select();
    }
    if viewer.view == View::Changes {
        return viewer.stop_comparing();
    }
    if let (View::Table, Some(table)) = (viewer.view, &mut viewer.table)
        && !table.filter.is_empty()
    {
        table.filter.set("");
        viewer.arrange();
        return true;
    }
    viewer.finding.take().is_some() || viewer.back_out_of_query() || viewer.back_out()
}

/// By how many rows a motion scrolls.
pub(super) fn steps(motion: Move, height: u16) -> Option<isize> {
    let page = isize::try_from(height.max(2) - 1).unwrap_or(1);
    match motion {
        Move::Up => Some(-1),
        Move::Down => Some(1),
        Move::PageUp => Some(-page),
        Move::PageDown => Some(page),
        Move::Top => Some(isize::MIN),
        Move::Bottom => Some(isize::MAX),
        Move::Enter | Move::Back | Move::Fold | Move::Unfold | Move::Toggle => None,
    }
}

fn tree_move(viewer: &mut Viewer, motion: Move, height: u16) {
    let Some(opened) = viewer.opened.clone() else { return };
    let document = &opened.document;
    let last = viewer.tree.row_count().saturating_sub(1);
    if let Some(by) = steps(motion, height) {
        viewer.cursor = viewer.cursor.saturating_add_signed(by).min(last);
        return;
    }
    let part = viewer.tree.node_at(document, viewer.cursor).map(|(_, part)| part);
    let foldable = viewer.tree.foldable(document, viewer.cursor);
    match motion {
        Move::Toggle | Move::Enter => match foldable {
            Some(node) => viewer.refold(&[Folding::Toggle(node)]),
            None => _ = viewer.unwrap(),
        },
        Move::Unfold => match (part, foldable) {
            (Some(Part::Open), _) => viewer.cursor = (viewer.cursor + 1).min(last),
            (Some(Part::Folded), Some(node)) => viewer.refold(&[Folding::Unfold(node)]),
            _ => {}
        },
        Move::Fold => match (part, foldable) {
            (Some(Part::Open | Part::Close), Some(node)) => viewer.refold(&[Folding::Fold(node)]),
            _ => {
                if let Some(outer) = viewer.tree.parent(document, viewer.cursor) {
                    viewer.cursor = outer;
                }
            }
        },
        Move::Up | Move::Down | Move::PageUp | Move::PageDown | Move::Top | Move::Bottom | Move::Back => {}
    }
}
