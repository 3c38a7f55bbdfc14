//! The board of connected users, and becoming another one.

use super::super::{
    board::{Board, Cell, Column, Filling, Kind, Row},
    effect::{Destination, Effect},
    overlay::{AboutUser, Answer, Overlay, Prompt, Purpose, Question},
    page::Tone,
    state::App,
    text_field::TextField,
};
use crate::domain::{
    guard::Place,
    users::{self, User, UsersChange},
};

const COLUMNS: [Column; 4] = [
    Column::new("User", 0, (16, 48)),
    Column::new("Label", 1, (8, 30)),
    Column::new("", 0, (4, 8)),
    Column::new("Note", 2, (12, 60)),
];

impl App {
    /// Shows the connected users one works with.
    pub(super) fn open_users(&mut self) -> Vec<Effect> {
        if self.session.base_url.is_empty() {
            self.say(Tone::Hint, "Nothing is connected yet. Choose “Connect elsewhere” in the commands (^P).");
            return Vec::new();
        }
        self.overlays.clear();
        let title = format!("Users of {}", self.session.profile);
        let empty = "No users are kept for this profile yet. ^N adds one; Enter then becomes that user.";
        self.overlays.push(Overlay::Board(Board::new(Kind::Users, title, &COLUMNS, empty)));
        self.fill_users();
        let user = self.session.user().map(str::to_owned);
        if let (Some(user), Some(board)) = (user, self.board_of(Kind::Users)) {
            board.go_to(&user);
        }
        vec![Effect::RecallUsers]
    }

    pub(super) fn users_recalled(&mut self, users: Vec<User>) -> Vec<Effect> {
        self.users = users;
        self.fill_users();
        Vec::new()
    }

    pub(super) fn fill_users(&mut self) {
        let now = self.session.user().unwrap_or_default().to_owned();
        let mut users = self.people();
        let typed = self.board_of(Kind::Users).map(|board| board.filter.text());
        let typed = typed.and_then(|typed| self.new_person(&typed));
        let is_typed = |user: &User| Some(&user.id) == typed.as_ref();
        users.extend(typed.clone().map(|id| User { id, ..User::default() }));
        let mints = self.session.origin.mints;
        let row = |user: &User| {
            let is_now = user.id == now;
            let is_marked = self.marked.contains(&user.id);
            let way = match (is_now, mints) {
                (true, _) => "This is who akx speaks for now.",
                (false, true) if is_typed(user) => {
                    "Enter becomes the user of this id, whom no list here names: a token is signed for them. ^O keeps them."
                }
                (false, true) => "Enter becomes this user: a token is signed for them. The form that is open stays.",
                (false, false) => "Enter becomes this user: their token is asked for. The form that is open stays.",
            };
            let mut details = vec![(Tone::Name, user.id.clone())];
            details.extend(
                [&user.label, &user.note].into_iter().filter(|t| !t.is_empty()).map(|t| (Tone::Text, t.clone())),
            );
            details.push((Tone::Hint, way.to_owned()));
            Row {
                key: user.id.clone(),
                cells: vec![
                    Cell::new(Tone::Name, &user.id),
                    if is_typed(user) { Cell::new(Tone::Hint, "as typed") } else { Cell::text(&user.label) },
                    Cell::new(
                        Tone::Good,
                        match (is_now, is_marked) {
                            (true, true) => "✓ now",
                            (true, false) => "now",
                            (false, true) => "✓",
                            (false, false) => "",
                        },
                    ),
                    Cell::new(Tone::Hint, &user.note),
                ],
                details,
            }
        };
        let rows = users.iter().map(row).collect();
        let note = match (self.marked.len(), mints) {
            (0, true) => "the signing key signs for every customer".to_owned(),
            (0, false) => String::new(),
            (n, _) => format!("{n} marked"),
        };
        if let Some(board) = self.board_of(Kind::Users) {
            board.filling = Filling::Done;
            board.note = note;
            board.fill(rows);
        }
    }

    /// Shows the users to mark those that the open form is to be run for.
    pub(super) fn choose_users(&mut self) -> Vec<Effect> {
        if self.batch.as_ref().is_some_and(|batch| batch.going) {
            return self.open_batch();
        }
        let Some(action) = self.form.as_ref().filter(|_| self.showing_form).map(|form| form.action.clone()) else {
            self.say(Tone::Hint, "Open an action first: what its form holds is sent for every user.");
            return Vec::new();
        };
        let effects = self.open_users();
        self.say(Tone::Hint, format!("^T marks users; ^R then runs {action} for each of them."));
        effects
    }

    /// Marks the user of a row, or no longer, and goes to the next.
    pub(super) fn mark_user(&mut self, id: &str) -> Vec<Effect> {
        if !self.marked.remove(id) {
            self.marked.insert(id.to_owned());
        }
        self.fill_users();
        if let Some(board) = self.board_of(Kind::Users) {
            board.cursor = (board.cursor + 1).min(board.counts().1.saturating_sub(1));
        }
        Vec::new()
    }

    /// The users that are marked, in the order of the board.
    pub(super) fn marked_in_order(&self) -> Vec<String> {
        let people = self.people();
        let place = |id: &String| people.iter().position(|user| user.id == *id);
        let mut marked: Vec<String> = self.marked.iter().cloned().collect();
        marked.sort_by_key(place);
        marked
    }

    /// Everybody akx could speak for here: those of the list, and before them whoever is on none: who is spoken for,
    /// the profile's own user, whoever was spoken for before, and who is marked.
    pub(super) fn people(&self) -> Vec<User> {
        let mut people: Vec<User> = Vec::new();
        let own = self.session.user().into_iter().chain(self.session.home.as_deref());
        for id in own.chain(self.been.iter().chain(&self.marked).map(String::as_str)) {
            if !self.users.iter().chain(&people).any(|user| user.id == id) {
                people.push(User { id: id.to_owned(), ..User::default() });
            }
        }
        people.extend(self.users.iter().cloned());
        people
    }

    /// The id that is typed, where it is nobody's of those that are offered and a token can be signed for it.
    pub(super) fn new_person(&self, typed: &str) -> Option<String> {
        let id = typed.trim();
        let may = self.session.origin.mints && !id.is_empty() && !id.contains(char::is_whitespace);
        (may && !self.people().iter().any(|user| user.id == id)).then(|| id.to_owned())
    }

    /// Becomes the user of a row.
    pub(super) fn become_user(&mut self, id: &str) -> Vec<Effect> {
        if self.session.user() == Some(id) {
            self.say(Tone::Hint, format!("akx speaks for {id} already."));
            return Vec::new();
        }
        if !self.session.origin.mints {
            let title = format!("Paste a token for {id}, as your app's server signs it.");
            return self.ask_for_token(&title, Some(id.to_owned()));
        }
        let mut profile = None;
        if let Some(Destination::As { profile: now, .. } | Destination::Pasted { profile: now }) = &self.destination {
            profile.clone_from(now);
        }
        let to = if self.session.place == Place::Sandbox && self.is_in_the_sandbox() {
            Destination::SandboxAs(id.to_owned())
        } else {
            Destination::As { profile, user: Some(id.to_owned()) }
        };
        self.switch_to(to)
    }

    /// Whether the embedded sandbox is what akx is connected to.
    const fn is_in_the_sandbox(&self) -> bool {
        matches!(self.destination, Some(Destination::Sandbox | Destination::SandboxAs(_)))
    }

    /// Asks for the id of a new user.
    pub(super) fn add_user(&mut self) -> Vec<Effect> {
        self.ask_about_user("The user's id, as your app's server names it in a token (sub):", "", AboutUser::Id);
        Vec::new()
    }

    /// Asks for label and note of the user of a row.
    pub(super) fn edit_user(&mut self, id: &str) -> Vec<Effect> {
        let user = self.users.iter().find(|user| user.id == id).cloned();
        let user = user.unwrap_or_else(|| User { id: id.to_owned(), ..User::default() });
        let label = user.label.clone();
        self.ask_about_user(&format!("What do you call {id}? May stay empty."), &label, AboutUser::Label(user));
        Vec::new()
    }

    /// Asks whether the user of a row goes off the list.
    pub(super) fn remove_user(&mut self, id: &str) -> Vec<Effect> {
        if !self.users.iter().any(|user| user.id == id) {
            self.say(
                Tone::Hint,
                format!("{id} is on no list: this is the profile's user, or akx has spoken for them."),
            );
            return Vec::new();
        }
        self.overlays.push(Overlay::Question(Question {
            text: format!("Take {id} off the list? The user itself is not touched."),
            answers: vec![
                ("Keep".to_owned(), Answer::Nothing),
                ("Take off".to_owned(), Answer::ChangeUsers(UsersChange::Remove(id.to_owned()))),
            ],
            chosen: 0,
        }));
        Vec::new()
    }

    fn ask_about_user(&mut self, title: &str, text: &str, about: AboutUser) {
        let (field, purpose) = (TextField::line(text), Purpose::User(about));
        self.overlays.push(Overlay::Prompt(Prompt { title: title.to_owned(), field, problem: None, purpose }));
    }

    /// The next of the three questions about a user, or keeping the answers.
    pub(super) fn user_told(&mut self, about: AboutUser, prompt: Prompt) -> Vec<Effect> {
        let typed = prompt.field.text().trim().to_owned();
        match about {
            AboutUser::Id if typed.is_empty() => self.ask_again(prompt, "Type the user's id, or Esc to leave it."),
            AboutUser::Id => self.edit_user(&typed),
            AboutUser::Label(user) => {
                let note = user.note.clone();
                let title = format!("What is worth remembering about {}? May stay empty.", user.id);
                self.ask_about_user(&title, &note, AboutUser::Note(User { label: typed, ..user }));
                Vec::new()
            }
            AboutUser::Note(user) => self.change_users(UsersChange::Put(User { note: typed, ..user })),
        }
    }

    /// Changes the list, here and where it is kept.
    pub(super) fn change_users(&mut self, change: UsersChange) -> Vec<Effect> {
        users::change(&mut self.users, &change);
        self.fill_users();
        if let (UsersChange::Put(user), Some(board)) = (&change, self.board_of(Kind::Users)) {
            board.go_to(&user.id);
        }
        vec![Effect::KeepUsers(change)]
    }
}
