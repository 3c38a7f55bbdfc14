//! The boards of profiles: choosing one, and editing one key by key.

use super::super::{
    board::{Board, Cell, Column, Filling, Kind, Row},
    effect::{Destination, Effect},
    overlay::{AboutProfile, Answer, Overlay, Prompt, Purpose, Question},
    page::Tone,
    profiles::{Ask, Listed, Profile},
    state::{App, Stage},
    text_field::TextField,
};
use crate::domain::{failure::Failure, profile::is_name};

const COLUMNS: [Column; 6] = [
    Column::new("Profile", 0, (10, 24)),
    Column::new("", 0, (4, 4)),
    Column::new("Project", 1, (12, 38)),
    Column::new("User", 2, (12, 34)),
    Column::new("Marks", 1, (10, 22)),
    Column::new("Token from", 3, (14, 40)),
];
const KEY_COLUMNS: [Column; 3] =
    [Column::new("Key", 0, (16, 18)), Column::new("Value", 0, (16, 60)), Column::new("What it is for", 1, (20, 90))];

impl App {
    /// Shows the profiles of the config file.
    pub(super) fn open_profiles(&mut self) -> Vec<Effect> {
        self.overlays.clear();
        let empty =
            "There are no profiles yet. ^N makes one; the welcome screen (^P, Connect elsewhere) can keep one too.";
        self.overlays.push(Overlay::Board(Board::new(Kind::Profiles, "Profiles", &COLUMNS, empty)));
        self.fill_profiles();
        vec![Effect::Profiles(Ask::List)]
    }

    pub(super) fn profiles_listed(&mut self, result: Result<Listed, Failure>) -> Vec<Effect> {
        match result {
            Ok(listed) => {
                if let Stage::Welcome(welcome) = &mut self.stage {
                    welcome.offered.clone_from(&listed.offers.project);
                }
                self.profiles = Some(listed);
                self.fill_profiles();
                if let Some(Overlay::Prompt(Prompt { purpose: Purpose::Profile(AboutProfile::Key(_)), .. })) =
                    self.overlays.last()
                {
                    self.overlays.pop();
                }
                if std::mem::take(&mut self.makes_profile) {
                    return self.profile_made();
                }
                self.fill_profile();
            }
            Err(failure) => {
                // What was typed stays, to be corrected.
                if let Some(Overlay::Prompt(prompt)) = self.overlays.last_mut()
                    && matches!(prompt.purpose, Purpose::Profile(_))
                {
                    prompt.problem = Some(failure.message);
                    return Vec::new();
                }
                if self.profiles.is_none()
                    && let Some(board) = self.board_of(Kind::Profiles)
                {
                    board.filling = Filling::Failed(Box::new(failure));
                } else {
                    self.say(Tone::Error, failure.message);
                }
            }
        }
        Vec::new()
    }

    /// A new profile is in the file: it is gone on with key by key, and a key that could sign its tokens is offered.
    fn profile_made(&mut self) -> Vec<Effect> {
        let name = self.edited_profile.clone();
        let Some(listed) = self.profiles.as_ref().filter(|listed| listed.get(&name).is_some()) else {
            return Vec::new();
        };
        let key = listed.offers.signing_key.clone();
        if let Some(board) = self.board_of(Kind::Profiles) {
            board.filter.set("");
            board.refilter();
            board.go_to(&name);
        }
        let effects = self.edit_profile(&name);
        if let Some(key) = key {
            self.overlays.push(Overlay::Question(Question {
                text: format!(
                    "There is {key}. May {name} sign its tokens with it? It signs for every customer of the project."
                ),
                answers: vec![
                    ("Not with that".to_owned(), Answer::Nothing),
                    ("Let it sign".to_owned(), Answer::Profiles(Ask::Sign(name))),
                ],
                chosen: 0,
            }));
        }
        effects
    }

    fn fill_profiles(&mut self) {
        let now = self.session.profile.clone();
        let row = |profile: &Profile| {
            let mark = |key: &str, word: &'static str| (profile.value(key) == "true").then_some(word);
            let marks = [mark("production", "PRODUCTION"), mark("read_only", "read-only"), mark("sandbox", "sandbox")];
            let marks: Vec<&str> = marks.into_iter().flatten().chain(profile.is_default.then_some("default")).collect();
            let tone = if marks.contains(&"PRODUCTION") { Tone::Warning } else { Tone::Hint };
            Row {
                key: profile.name.clone(),
                cells: vec![
                    Cell::new(Tone::Name, &profile.name),
                    Cell::new(Tone::Good, if profile.name == now { "now" } else { "" }),
                    Cell::text(profile.value("project")),
                    Cell::text(profile.value("user")),
                    Cell::new(tone, marks.join(", ")),
                    Cell::new(Tone::Hint, &profile.token),
                ],
                details: vec![
                    (Tone::Text, profile.token_words()),
                    (
                        Tone::Hint,
                        if profile.needs_user {
                            "Enter takes this profile and asks for which user; the form that is open stays. ^O edits it."
                        } else if profile.needs_token {
                            "Enter takes this profile and asks for a token; the form that is open stays. ^O edits it."
                        } else {
                            "Enter takes this profile; the form that is open stays. ^O edits it."
                        }
                        .to_owned(),
                    ),
                ],
            }
        };
        let rows: Option<Vec<Row>> = self.profiles.as_ref().map(|listed| listed.profiles.iter().map(row).collect());
        if let (Some(rows), Some(board)) = (rows, self.board_of(Kind::Profiles)) {
            board.filling = Filling::Done;
            board.fill(rows);
        }
    }

    /// Takes the profile of a row.
    pub(super) fn take_profile(&mut self, name: &str) -> Vec<Effect> {
        let profile = self.profiles.as_ref().and_then(|listed| listed.get(name));
        if profile.is_some_and(|profile| profile.needs_user) {
            self.overlays.push(Overlay::Prompt(Prompt {
                title: format!(
                    "{name} signs its tokens itself. For which connected user? Their id, as in a token (sub)."
                ),
                field: TextField::line(""),
                problem: None,
                purpose: Purpose::Profile(AboutProfile::User(name.to_owned())),
            }));
            return Vec::new();
        }
        if profile.is_some_and(|profile| profile.needs_token) {
            let title = format!("Profile {name} names no token. Paste one, as your app's server signs it.");
            return self.ask_for_token_of(&title, Some(name.to_owned()));
        }
        self.switch_to(Destination::As { profile: Some(name.to_owned()), user: None })
    }

    /// Opens one profile, key by key.
    pub(super) fn edit_profile(&mut self, name: &str) -> Vec<Effect> {
        let board = Board::new(Kind::Profile, format!("Profile {name}"), &KEY_COLUMNS, "");
        name.clone_into(&mut self.edited_profile);
        self.makes_profile = false;
        self.overlays.push(Overlay::Board(board));
        self.fill_profile();
        Vec::new()
    }

    fn fill_profile(&mut self) {
        let name = self.edited_profile.clone();
        let Some(profile) = self.profiles.as_ref().and_then(|listed| listed.get(&name)) else { return };
        let rows = profile
            .keys
            .iter()
            .map(|key| Row {
                key: key.name.clone(),
                cells: vec![
                    Cell::new(Tone::Name, &key.name),
                    if key.value.is_empty() { Cell::new(Tone::Hint, "not set") } else { Cell::text(&key.value) },
                    Cell::new(Tone::Hint, &key.about),
                ],
                details: vec![(Tone::Text, format!("{}: {}.", key.name, key.about))],
            })
            .collect();
        if let Some(board) = self.board_of(Kind::Profile) {
            board.filling = Filling::Done;
            board.fill(rows);
        }
    }

    /// Asks for the value of the key of a row.
    pub(super) fn edit_key(&mut self, key: &str) -> Vec<Effect> {
        let name = self.edited_profile.clone();
        let profile = self.profiles.as_ref().and_then(|listed| listed.get(&name));
        let Some(about) = profile.and_then(|profile| profile.keys.iter().find(|k| k.name == key)).cloned() else {
            return Vec::new();
        };
        self.overlays.push(Overlay::Prompt(Prompt {
            title: format!("{key}: {}. Leave it empty to take it out.", about.about),
            field: TextField::line(&about.value),
            problem: None,
            purpose: Purpose::Profile(AboutProfile::Key(key.to_owned())),
        }));
        Vec::new()
    }

    /// Asks for the name of a new profile.
    pub(super) fn add_profile(&mut self) -> Vec<Effect> {
        self.overlays.push(Overlay::Prompt(Prompt {
            title: "The new profile's name: letters, digits, - and _.".to_owned(),
            field: TextField::line(""),
            problem: None,
            purpose: Purpose::Profile(AboutProfile::Name),
        }));
        Vec::new()
    }

    /// Asks whether the profile of a row is taken out.
    pub(super) fn remove_profile(&mut self, name: &str) -> Vec<Effect> {
        self.overlays.push(Overlay::Question(Question {
            text: format!("Take the profile {name} out of the config file? Its token's file stays where it is."),
            answers: vec![
                ("Keep".to_owned(), Answer::Nothing),
                ("Take out".to_owned(), Answer::Profiles(Ask::Remove(name.to_owned()))),
            ],
            chosen: 0,
        }));
        Vec::new()
    }

    /// Takes what was typed about a profile.
    pub(super) fn profile_told(&mut self, about: AboutProfile, mut prompt: Prompt) -> Vec<Effect> {
        let typed = prompt.field.text().trim().to_owned();
        match about {
            AboutProfile::Name if typed.is_empty() => self.ask_again(prompt, "Type a name, or Esc to leave it."),
            AboutProfile::Name if !is_name(&typed) => {
                self.ask_again(prompt, format!("{typed} is no name for a profile: use letters, digits, - and _."))
            }
            AboutProfile::Name if self.profiles.as_ref().is_some_and(|listed| listed.get(&typed).is_some()) => {
                self.ask_again(prompt, format!("There is a profile {typed} already; Esc, and ^O on it edits it."))
            }
            AboutProfile::Name => {
                let offered = self.profiles.as_ref().and_then(|listed| listed.offers.project.clone());
                let asks = format!("The project of {typed}: its id, as the Paragon dashboard shows it.");
                (prompt.title, prompt.field) = match offered {
                    Some((project, variable)) => {
                        (format!("{asks} {variable} says this one; Enter takes it."), TextField::line(&project))
                    }
                    None => (asks, TextField::line("")),
                };
                prompt.purpose = Purpose::Profile(AboutProfile::Key("project".to_owned()));
                (self.edited_profile, self.makes_profile) = (typed, true);
                self.overlays.push(Overlay::Prompt(prompt));
                Vec::new()
            }
            AboutProfile::User(_) if typed.is_empty() => {
                self.ask_again(prompt, "Type the user's id, or Esc to leave it.")
            }
            AboutProfile::User(profile) => {
                self.switch_to(Destination::As { profile: Some(profile), user: Some(typed) })
            }
            AboutProfile::Key(_) if self.makes_profile && typed.is_empty() => {
                self.ask_again(prompt, "Type the project's id, or Esc to leave it.")
            }
            AboutProfile::Key(key) => {
                // It stays until what was typed is in the file.
                prompt.problem = None;
                self.overlays.push(Overlay::Prompt(prompt));
                let ask = Ask::Set { profile: self.edited_profile.clone(), key, value: typed };
                vec![Effect::Profiles(ask)]
            }
        }
    }
}
