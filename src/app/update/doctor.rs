//! The doctor's board: what stands between this user and ActionKit.

use super::super::{
    board::{Board, Cell, Column, Filling, Kind, Row},
    chooser::{Chooser, Item},
    doctor::Doctor,
    effect::Effect,
    overlay::{Answer, MenuChoice, Overlay, Question},
    page::{Page, Tone, Wrap},
    remote::LoadId,
    state::App,
};
use crate::domain::{
    doctor::{Facts, Line, Report, Verdict, examine, markdown},
    failure::Failure,
    guard::Place,
    users::User,
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
        let mut effects = if self.doctor.is_fresh() { Vec::new() } else { self.examine(false, None) };
        self.fill_doctor();
        effects.push(Effect::RecallUsers);
        effects
    }

    /// Looks again, with one harmless read of each connected integration where that was agreed to, and beside it at a
    /// user for whom it works where one was chosen.
    pub(super) fn examine(&mut self, reads: bool, with: Option<String>) -> Vec<Effect> {
        let load = self.next_load();
        self.doctor.going = Some(load);
        self.doctor.with.clone_from(&with);
        self.fill_doctor();
        vec![Effect::Diagnose { load, reads, with }]
    }

    /// Asks which user it works for.
    pub(super) fn ask_whom_to_compare(&mut self) -> Vec<Effect> {
        let own = self.session.user();
        let others: Vec<&User> = self.users.iter().filter(|user| Some(user.id.as_str()) != own).collect();
        if others.is_empty() {
            let words =
                "No other user is kept for this profile: add one to the users first (akx doctor --compare takes any).";
            self.say(Tone::Hint, words);
            return Vec::new();
        }
        if !self.session.origin.mints {
            let words = "Another user's token is needed, and there is no key to sign it with: see akx doctor \
                         --compare-token-file.";
            self.say(Tone::Warning, words);
            return Vec::new();
        }
        let item = |user: &&User| Item { label: user.id.clone(), note: user.label.clone() };
        let items = others.iter().map(item).collect();
        let choices = others.iter().map(|user| MenuChoice::CompareWithUser(user.id.clone())).collect();
        self.overlays.push(Overlay::Menu {
            title: "Compare with which user, for whom it works?",
            chooser: Chooser::new(items, 0),
            choices,
        });
        Vec::new()
    }

    /// Asks whether the reads may be run; in the sandbox nothing is real, so nothing is asked.
    pub(super) fn ask_to_read(&mut self) -> Vec<Effect> {
        if self.session.place == Place::Sandbox {
            return self.examine(true, self.doctor.with.clone());
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

    pub(super) fn diagnosed(
        &mut self,
        load: LoadId,
        result: Result<Box<Facts>, Failure>,
        other: Option<&Result<Facts, Failure>>,
    ) -> Vec<Effect> {
        if self.doctor.going != Some(load) {
            return Vec::new();
        }
        let facts = match result {
            Ok(facts) => facts,
            Err(failure) => {
                self.doctor.going = None;
                self.say(Tone::Error, format!("The doctor could not look: {} {}", failure.message, failure.hint));
                self.fill_doctor();
                return Vec::new();
            }
        };
        let mut report = examine(&facts);
        let mut with = self.doctor.with.take();
        match other {
            Some(Ok(other)) => report = report.compared(&facts, other),
            Some(Err(failure)) => {
                self.say(Tone::Error, format!("Nothing was compared: {} {}", failure.message, failure.hint));
                with = None;
            }
            None => with = None,
        }
        self.doctor = Doctor { going: None, report: Some(report), with };
        self.fill_doctor();
        Vec::new()
    }

    fn fill_doctor(&mut self) {
        let with = self.doctor.with.clone().unwrap_or_default();
        let differences = self.doctor.report.iter().flat_map(|report| &report.differences).enumerate();
        let mut rows: Vec<Row> = differences.map(|(i, words)| difference(i, words, &with)).collect();
        let differs = !rows.is_empty();
        rows.extend(self.doctor.report.iter().flat_map(|report| &report.lines).enumerate().map(row));
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
            match (is_new, differs, worst) {
                (true, true, _) => board.go_to(&key_of_difference(0)),
                (true, false, Some(worst)) => board.go_to(&worst.to_string()),
                (true, false, None) | (false, ..) => {}
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
        if !report.differences.is_empty() {
            page.gap();
            let with = self.doctor.with.as_deref().unwrap_or("another user");
            page.wrapped(Tone::Heading, &format!("Compared with {with}, for whom it works"), at);
            for words in &report.differences {
                page.wrapped(Tone::Text, words, at.indented(2));
            }
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

/// The key of the row of difference number `i`.
fn key_of_difference(i: usize) -> String {
    format!("difference {i}")
}

/// What is different for the user it is compared with.
fn difference(i: usize, words: &str, with: &str) -> Row {
    Row {
        key: key_of_difference(i),
        cells: vec![Cell::new(Tone::Warning, "compared"), Cell::new(Tone::Name, with), Cell::text(words)],
        details: vec![(Tone::Name, format!("Compared with {with}:")), (Tone::Text, words.to_owned())],
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
