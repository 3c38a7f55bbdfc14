//! The doctor's board: what stands between this user and ActionKit.

use super::super::{
    board::{Board, Cell, Column, Filling, Kind, Row},
    doctor::Doctor,
    effect::Effect,
    overlay::{Answer, Overlay, Question},
    page::{Page, Tone, Wrap},
    remote::LoadId,
    state::App,
};
use crate::domain::{
    doctor::{Facts, Line, Report, Verdict, examine, markdown},
    guard::Place,
};

const COLUMNS: [Column; 3] = [
    Column::new("Verdict", 0, (11, 11)),
    Column::new("Check", 0, (12, 26)),
    Column::new("What was found", 1, (20, 200)),
];

impl App {
    /// Opens the doctor's board, and looks if nobody has yet.
    pub(super) fn open_doctor(&mut self) -> Vec<Effect> {
        if self.session.offline || self.session.base_url.is_empty() {
            self.say(Tone::Hint, "There is no connection to look at. Choose “Connect elsewhere” in the commands (^P).");
            return Vec::new();
        }
        self.overlays.clear();
        let title = self.session.user().map_or_else(|| "Doctor".to_owned(), |user| format!("Doctor for {user}"));
        let board = Board::new(Kind::Doctor, title, &COLUMNS, "Nothing was checked. ^R looks again.");
        self.overlays.push(Overlay::Board(board));
        let effects = if self.doctor.is_fresh() { Vec::new() } else { self.examine(false) };
        self.fill_doctor();
        effects
    }

    /// Looks again, with one harmless read of each connected integration where that was agreed to.
    pub(super) fn examine(&mut self, reads: bool) -> Vec<Effect> {
        let load = self.next_load();
        self.doctor.going = Some(load);
        self.fill_doctor();
        vec![Effect::Diagnose { load, reads }]
    }

    /// Asks whether the reads may be run; in the sandbox nothing is real, so nothing is asked.
    pub(super) fn ask_to_read(&mut self) -> Vec<Effect> {
        if self.session.place == Place::Sandbox {
            return self.examine(true);
        }
        let user = self.session.user().unwrap_or("this user").to_owned();
        self.overlays.push(Overlay::Question(Question {
            text: format!(
                "Run one action of each connected integration as {user}? Only such as read and need no parameter are \
                 chosen; they count against the providers' limits."
            ),
            answers: vec![
                ("Don't run".to_owned(), Answer::Nothing),
                ("Run the reads".to_owned(), Answer::Examine { reads: true }),
            ],
            chosen: 0,
        }));
        Vec::new()
    }

    pub(super) fn diagnosed(&mut self, load: LoadId, facts: &Facts) -> Vec<Effect> {
        if self.doctor.going == Some(load) {
            self.doctor = Doctor { going: None, report: Some(examine(facts)) };
            self.fill_doctor();
        }
        Vec::new()
    }

    fn fill_doctor(&mut self) {
        let rows: Vec<Row> = self.doctor.report.iter().flat_map(|report| &report.lines).enumerate().map(row).collect();
        let filling = if self.doctor.going.is_some() { Filling::Going } else { Filling::Done };
        let note = self.doctor.report.as_ref().map_or_else(String::new, Report::summary);
        let worst = self.doctor.report.as_ref().and_then(|report| {
            let worst = report.lines.iter().map(|line| severity(line.verdict)).max()?;
            report.lines.iter().position(|line| severity(line.verdict) == worst && worst > 0)
        });
        let is_new = self.doctor.going.is_none();
        if let Some(board) = self.board_of(Kind::Doctor) {
            board.filling = filling;
            board.note = note;
            board.fill(rows);
            if let (true, Some(worst)) = (is_new, worst) {
                board.go_to(&worst.to_string());
            }
        }
    }

    /// The whole report as a page.
    pub(super) fn show_report(&mut self) -> Vec<Effect> {
        let Some(report) = &self.doctor.report else { return Vec::new() };
        let mut page = Page::default();
        let at = Wrap::at(self.page_columns());
        page.wrapped(Tone::Heading, &report.summary(), at);
        page.gap();
        page.line(Tone::Heading, "For the customer");
        for sentence in &report.for_customer {
            page.wrapped(Tone::Text, sentence, at.indented(2));
        }
        for line in &report.lines {
            page.gap();
            page.pieces(vec![
                (tone(line.verdict), format!("{:<12}", line.verdict.word())),
                (Tone::Heading, line.check.clone()),
            ]);
            page.wrapped(Tone::Text, &line.sentence, at.indented(12));
            if line.verdict != Verdict::Ok {
                page.wrapped(Tone::Hint, &line.next, at.indented(12));
            }
        }
        self.overlays.push(Overlay::Page { title: "The doctor's report", page });
        Vec::new()
    }

    /// Copies the report as Markdown.
    pub(super) fn copy_report(&mut self) -> Vec<Effect> {
        let Some(report) = &self.doctor.report else { return Vec::new() };
        vec![Effect::Copy { what: "the report as Markdown".to_owned(), text: markdown(report) }]
    }
}

fn row((i, line): (usize, &Line)) -> Row {
    let mut details = vec![(tone(line.verdict), format!("{}: {}.", line.check, line.verdict.word()))];
    details.push((Tone::Text, line.sentence.clone()));
    if !line.next.is_empty() {
        details.push((Tone::Hint, line.next.clone()));
    }
    Row {
        key: i.to_string(),
        cells: vec![
            Cell::new(tone(line.verdict), line.verdict.word()),
            Cell::new(Tone::Name, &line.check),
            Cell::text(&line.sentence),
        ],
        details,
    }
}

const fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Ok => Tone::Good,
        Verdict::Warning => Tone::Warning,
        Verdict::Failed => Tone::Error,
        Verdict::Skipped => Tone::Hint,
    }
}

const fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Ok | Verdict::Skipped => 0,
        Verdict::Warning => 1,
        Verdict::Failed => 2,
    }
}
