//! What lies over the explorer: help, palette, pickers, menus, questions, prompts.

use super::super::{
    answer::state_words,
    board::BoardParts,
    chooser::{Chooser, Item},
    command::{Command, Move},
    effect::{Effect, Savable},
    geometry::{Rect, inside},
    keymap,
    message::SaveError,
    overlay::{Answer, Overlay, PAGE_WIDTH, Part, Prompt, Purpose, Question},
    page::{Page, Tone, Wrap},
    state::{App, Stage},
    text_field::TextField,
};
use crate::domain::{form::Edit, run::RunId, text::human_size};

impl App {
    /// Where the overlay on top stands.
    pub(super) fn overlay_place(&self) -> Rect {
        self.overlays.last().map_or(Rect::ZERO, |o| o.place(self.size))
    }

    /// How wide the text of a page over the explorer may be.
    pub(super) fn page_columns(&self) -> usize {
        // Its borders and the scroll bar are not for text.
        usize::from(self.size.width.min(PAGE_WIDTH).saturating_sub(3)).max(8)
    }

    /// How many rows of the overlay's list or page are in sight.
    fn overlay_height(&mut self) -> u16 {
        let inner = inside(self.overlay_place()).height;
        match self.overlays.last_mut().map(Overlay::part) {
            Some(Part::Page(_)) | None => inner,
            Some(Part::Board(_)) => BoardParts::new(self.overlay_place()).rows.height,
            Some(Part::List(_) | Part::Question(_) | Part::Prompt(_)) => inner.saturating_sub(1),
        }
    }

    /// Cursors and pages fit the overlay's size.
    pub(super) fn settle_overlay(&mut self) {
        let height = self.overlay_height();
        match self.overlays.last_mut().map(Overlay::part) {
            Some(Part::List(chooser)) => chooser.keep_in_sight(height),
            Some(Part::Board(board)) => board.keep_in_sight(height),
            Some(Part::Page(page)) => page.scroll_by(0, height),
            Some(Part::Question(_) | Part::Prompt(_)) | None => {}
        }
    }

    pub(super) fn overlay_text_changed(&mut self) {
        if matches!(self.overlays.last(), Some(Overlay::Account(_))) {
            self.account_typed();
            return;
        }
        self.offer_to_compare();
        match self.overlays.last_mut().map(Overlay::part) {
            Some(Part::List(chooser)) => chooser.refilter(),
            Some(Part::Board(board)) => board.refilter(),
            Some(Part::Prompt(prompt)) => prompt.problem = None,
            Some(Part::Page(_) | Part::Question(_)) | None => {}
        }
    }

    pub(super) fn overlay_move(&mut self, motion: Move) -> Vec<Effect> {
        let height = self.overlay_height();
        let page = isize::try_from(height.max(2) - 1).unwrap_or(1);
        let by = match motion {
            Move::Up => -1,
            Move::Down => 1,
            Move::PageUp => -page,
            Move::PageDown => page,
            Move::Top => isize::MIN,
            Move::Bottom => isize::MAX,
            Move::Back => {
                if self.clear_board_filter() {
                    return self.board_text_changed();
                }
                let was_token = self.asks_for_token();
                let mut effects = self.leave_overlay();
                if was_token {
                    effects.push(Effect::ForgetSecret);
                }
                return effects;
            }
            Move::Enter | Move::Toggle => return self.overlay_enter(),
            Move::Fold | Move::Unfold => return Vec::new(),
        };
        match self.overlays.last_mut().map(Overlay::part) {
            Some(Part::List(chooser)) => {
                chooser.move_by(by, height);
                if matches!(self.overlays.last(), Some(Overlay::Account(_))) {
                    return self.account_moved(by > 0);
                }
            }
            Some(Part::Board(board)) => board.move_by(by, height),
            Some(Part::Page(page)) => page.scroll_by(by, height),
            Some(Part::Question(question)) => {
                let last = question.answers.len().saturating_sub(1);
                question.chosen = match by {
                    1 if question.chosen == last => 0,
                    -1 if question.chosen == 0 => last,
                    by => question.chosen.saturating_add_signed(by).min(last),
                };
            }
            Some(Part::Prompt(_)) | None => {}
        }
        Vec::new()
    }

    /// Whether what is typed leaves no row of the list on top; where the text alone may be meant, that is another thing.
    fn has_nothing_to_choose(&mut self) -> bool {
        match self.overlays.last_mut() {
            Some(Overlay::Files { .. } | Overlay::Account(_)) | None => false,
            Some(overlay) => matches!(overlay.part(), Part::List(chooser) if chooser.is_empty()),
        }
    }

    /// Chooses what the overlay's cursor is on.
    pub(super) fn overlay_enter(&mut self) -> Vec<Effect> {
        if matches!(self.overlays.last(), Some(Overlay::Board(_))) {
            return self.board_enter();
        }
        if self.has_nothing_to_choose() {
            return Vec::new();
        }
        let Some(overlay) = self.overlays.pop() else { return Vec::new() };
        match overlay {
            Overlay::Board(_) | Overlay::Help(_) | Overlay::Request(_) | Overlay::Page { .. } => Vec::new(),
            Overlay::Palette { chooser, commands } => {
                chooser.chosen().and_then(|i| commands.get(i).copied()).map_or_else(Vec::new, |c| self.command(c))
            }
            Overlay::Picker { field, chooser, variants, .. } => {
                if let Some(i) = chooser.chosen() {
                    self.edit(field, if variants { Edit::Variant(i) } else { Edit::Choose(i) });
                }
                Vec::new()
            }
            Overlay::FieldMenu { field, chooser, choices, .. } => {
                let chosen = chooser.chosen().and_then(|i| choices.into_iter().nth(i));
                chosen.map_or_else(Vec::new, |choice| self.field_choice(field, choice))
            }
            Overlay::Files { field, directory, chooser, names } => {
                let name = chooser.chosen().and_then(|i| names.get(i)).map(String::as_str);
                super::files::file_chosen(field, directory, &chooser.filter.text(), name)
            }
            Overlay::SavedCalls { chooser, names } => {
                let name = chooser.chosen().and_then(|i| names.into_iter().nth(i));
                name.map_or_else(Vec::new, |name| vec![Effect::RecallCall { name }])
            }
            Overlay::Account(choices) => self.account_enter(choices),
            Overlay::CompareWith { chooser, runs } => {
                if let Some(id) = chooser.chosen().and_then(|i| runs.get(i).copied()) {
                    self.compare_with(id);
                }
                Vec::new()
            }
            Overlay::Menu { chooser, choices, .. } => {
                let chosen = chooser.chosen().and_then(|i| choices.into_iter().nth(i));
                chosen.map_or_else(Vec::new, |choice| self.menu_choice(choice))
            }
            Overlay::Faults { chooser, rows } => {
                let row = chooser.chosen().and_then(|i| rows.get(i).copied());
                self.overlays.push(Overlay::Faults { chooser, rows });
                row.map_or_else(Vec::new, |row| self.switch(row))
            }
            Overlay::Question(question) => {
                let chosen = question.answers.into_iter().nth(question.chosen).map_or(Answer::Nothing, |(_, a)| a);
                self.answer(chosen)
            }
            Overlay::Prompt(prompt) => self.prompted(prompt),
            Overlay::RunList(chooser) => {
                if let Some(id) = chooser.chosen().and_then(|i| self.run_at(i)) {
                    self.runs.show(id);
                    return self.focus_on(super::super::geometry::Pane::Response);
                }
                Vec::new()
            }
        }
    }

    fn answer(&mut self, answer: Answer) -> Vec<Effect> {
        match answer {
            Answer::Nothing => Vec::new(),
            Answer::Run(request) => self.send(request),
            Answer::RunPages(request, limit) => self.send_pages(request, limit),
            Answer::Replace { path, what } => vec![Effect::Save { path, what, replace: true }],
            Answer::ReplaceCall(call) => vec![Effect::SaveCall { call, replace: true }],
            Answer::ForgetCall(name) => vec![Effect::ForgetCall { name }],
            Answer::ResetWorld => vec![Effect::ResetWorld],
            Answer::Examine { reads } => self.examine(reads, self.doctor.with.clone()),
            Answer::Profiles(ask) => vec![Effect::Profiles(ask)],
            Answer::Switch => self.take_made(),
            Answer::ChangeUsers(change) => self.change_users(change),
            Answer::ChangeHistory(change) => vec![Effect::ChangeHistory(change)],
            Answer::RunRows => self.start_batch(),
            Answer::RunRowsAnew => self.ask_about_all_of_batch(),
            Answer::Quit => self.quit(),
        }
    }

    /// Asks once more, saying what was wrong with the answer; what was typed stays.
    pub(super) fn ask_again(&mut self, prompt: Prompt, problem: impl Into<String>) -> Vec<Effect> {
        self.overlays.push(Overlay::Prompt(Prompt { problem: Some(problem.into()), ..prompt }));
        Vec::new()
    }

    /// Asks once more with an empty line: a word is typed whole or not at all.
    fn ask_anew(&mut self, prompt: Prompt, problem: String) -> Vec<Effect> {
        self.ask_again(Prompt { field: TextField::line(""), ..prompt }, problem)
    }

    fn prompted(&mut self, prompt: Prompt) -> Vec<Effect> {
        let typed = prompt.field.text();
        match &prompt.purpose {
            Purpose::Token { profile, user } => {
                let (profile, user) = (profile.clone(), user.clone());
                self.token_typed(prompt, profile, user)
            }
            Purpose::Profile(about) => self.profile_told(about.clone(), prompt),
            Purpose::User(about) => self.user_told(about.clone(), prompt),
            Purpose::Save(what) => {
                if typed.trim().is_empty() {
                    return self.ask_again(prompt, "Type a file name, or Esc to leave it.");
                }
                vec![Effect::Save { path: typed.trim().to_owned(), what: what.clone(), replace: false }]
            }
            Purpose::SaveCall => self.save_call(prompt),
            Purpose::OtherList => {
                if typed.trim().is_empty() {
                    return self.ask_again(prompt, "Type a user's id or a file name, or Esc to leave it.");
                }
                self.compare_list_with(typed.trim())
            }
            Purpose::Rows => {
                if typed.trim().is_empty() {
                    return self.ask_again(prompt, "Type a file name, or Esc to leave it.");
                }
                self.check_rows(typed.trim().to_owned())
            }
            Purpose::ConfirmRows(question) => {
                if question.accepts(&typed) {
                    return self.start_batch();
                }
                let problem = question.asked_again(&typed);
                self.ask_anew(prompt, problem)
            }
            Purpose::NewEntry(field) => {
                self.edit(*field, Edit::AddEntry(typed));
                Vec::new()
            }
            Purpose::Rename(field) => {
                self.edit(*field, Edit::RenameKey(typed));
                Vec::new()
            }
            Purpose::Pages(request) => match self.pages_prompted(&request.clone(), &typed) {
                Ok(effects) => effects,
                Err(problem) => self.ask_again(prompt, problem),
            },
            Purpose::Confirm { request, question } => {
                if question.accepts(&typed) {
                    return self.send(request.clone());
                }
                let problem = question.asked_again(&typed);
                self.ask_anew(prompt, problem)
            }
        }
    }

    pub(super) fn saved(&mut self, path: String, what: Savable, result: Result<u64, SaveError>) -> Vec<Effect> {
        match result {
            Ok(bytes) => self.say(Tone::Good, format!("Saved {} to {path}.", human_size(bytes))),
            Err(SaveError::Exists) => self.overlays.push(Overlay::Question(Question {
                text: format!("{path} exists already. Replace it?"),
                answers: vec![
                    ("Keep it".to_owned(), Answer::Nothing),
                    ("Replace".to_owned(), Answer::Replace { path, what }),
                ],
                chosen: 0,
            })),
            Err(SaveError::Other(why)) => self.say(Tone::Error, format!("Could not save {path}: {why}")),
        }
        Vec::new()
    }

    pub(super) fn open_palette(&mut self) -> Vec<Effect> {
        if matches!(self.overlays.last(), Some(Overlay::Question(_) | Overlay::Prompt(_))) {
            return Vec::new();
        }
        self.overlays.clear();
        let fits = |c: &Command| {
            let everywhere = matches!(c, Command::Help | Command::Quit | Command::Suspend);
            c.in_palette()
                && match self.stage {
                    Stage::Welcome(_) => everywhere,
                    Stage::Document => everywhere || matches!(c, Command::View(_) | Command::CopyAll | Command::Editor),
                    Stage::Explorer => self.speaks_to_sandbox() || !matches!(c, Command::Faults | Command::ResetWorld),
                }
        };
        let mut commands: Vec<Command> = Command::all().filter(fits).collect();
        // What is done with an answer comes first where the answer is in front, and last elsewhere.
        let is_reading = self.focus == super::super::geometry::Pane::Response;
        commands.sort_by_key(|command| matches!(command, Command::View(_)) != is_reading);
        let items = commands
            .iter()
            .map(|c| Item {
                label: c.title().to_owned(),
                note: keymap::key_of(*c).map_or_else(String::new, |k| k.to_string()),
            })
            .collect();
        self.overlays.push(Overlay::Palette { chooser: Chooser::new(items, 0), commands });
        Vec::new()
    }

    pub(super) fn open_help(&mut self) -> Vec<Effect> {
        if matches!(self.overlays.last(), Some(Overlay::Help(_))) {
            self.overlays.pop();
            return Vec::new();
        }
        let mut page = Page::default();
        let contexts = self.contexts();
        let columns = self.page_columns();
        if let Some(about) = contexts.iter().map(|c| c.about()).find(|about| !about.is_empty()) {
            page.wrapped(Tone::Text, about, Wrap::at(columns));
        }
        let mut context = None;
        for binding in keymap::holding(&contexts) {
            if context != Some(binding.context) {
                page.gap();
                page.line(Tone::Heading, binding.context.title());
                context = Some(binding.context);
            }
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            page.beside(&keys.join(" "), binding.command.title(), columns);
        }
        self.help_about_text(&mut page);
        let problems = self.listing().map_or(&[][..], |l| l.catalogue.problems());
        if !problems.is_empty() {
            page.gap();
            page.line(Tone::Heading, "What in the list could not be used");
            for problem in problems.iter().take(100) {
                let about = problem.about.as_deref().map_or_else(String::new, |a| format!("{a} "));
                page.wrapped(
                    Tone::Warning,
                    &format!("{about}{}", problem.message),
                    Wrap::at(self.page_columns()).indented(2),
                );
            }
        }
        self.overlays.push(Overlay::Help(page));
        Vec::new()
    }

    fn help_about_text(&mut self, page: &mut Page) {
        if self.text_in_front().is_none() {
            return;
        }
        page.gap();
        page.line(Tone::Heading, "While typing");
        for (keys, what) in [
            ("← → Home End", "Move; with ^ by words"),
            ("^A ^E", "To the beginning, to the end"),
            ("^U ^K ^W", "Delete to the beginning, to the end, the word before"),
        ] {
            page.beside(keys, what, self.page_columns());
        }
        if self.front() == super::super::state::Front::Catalogue {
            page.gap();
            page.line(Tone::Heading, "Searching");
            let examples: Vec<&str> = crate::domain::search::QUALIFIERS.iter().map(|(_, example)| *example).collect();
            page.wrapped(
                Tone::Text,
                "Words in any order; a typing mistake is forgiven.",
                Wrap::at(self.page_columns()).indented(2),
            );
            page.wrapped(Tone::Key, &examples.join("  "), Wrap::at(self.page_columns()).indented(2));
            page.wrapped(
                Tone::Text,
                "A - in front turns one round, quotes mean exactly.",
                Wrap::at(self.page_columns()).indented(2),
            );
        }
    }

    // The list of runs, newest first.

    pub(super) fn open_runs(&mut self) -> Vec<Effect> {
        if self.runs.list().is_empty() {
            // What was run on other days is what there is to see.
            return self.open_history();
        }
        let (now, own) = (self.now, self.session.user());
        let items: Vec<Item> = self
            .runs
            .list()
            .iter()
            .rev()
            .map(|run| {
                let other = run.whose.user.as_deref().filter(|user| Some(*user) != own);
                let whose = other.map_or_else(String::new, |user| format!("  for {user}"));
                Item { label: format!("{}{whose}", run.request.action), note: state_words(run, now) }
            })
            .collect();
        let shown = self.runs.shown().map(|r| r.id);
        let at = self.runs.list().iter().rev().position(|r| Some(r.id) == shown).unwrap_or(0);
        self.overlays.push(Overlay::RunList(Chooser::new(items, at)));
        Vec::new()
    }

    /// The run at a row of the list of runs.
    pub(super) fn run_at(&self, row: usize) -> Option<RunId> {
        self.runs.list().iter().rev().nth(row).map(|r| r.id)
    }
}
