//! What may lie over the explorer: help, palette, pickers, questions. Popped in the reverse order they came.

use std::sync::Arc;

use super::{
    account::AccountChoices,
    board::{Board, Kind, board_place},
    chooser::Chooser,
    command::Command,
    effect::Savable,
    geometry::{Rect, Size, centred},
    page::Page,
    profiles::Ask,
    text_field::TextField,
};
use crate::domain::{
    export::Shape,
    fault::Fault,
    form::{Edit, FieldId},
    guard,
    history::Change,
    run::{Body, RunId, RunRequest},
    saved::SavedCall,
    side_effect::SideEffect,
    text::wrap,
    users::{User, UsersChange},
};

/// How wide a page over the explorer is, borders included, where there is room.
pub(super) const PAGE_WIDTH: u16 = 92;

/// Something over the explorer that takes the keys.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// Help for where one was.
    Help(Page),
    /// Every command.
    Palette {
        /// The rows.
        chooser: Chooser,
        /// What each row asks for.
        commands: Vec<Command>,
    },
    /// The values or shapes of a field.
    Picker {
        /// The field.
        field: FieldId,
        /// Its name.
        title: String,
        /// The rows.
        chooser: Chooser,
        /// Whether the choice is a shape rather than a value.
        variants: bool,
    },
    /// What else can be done with a field.
    FieldMenu {
        /// The field.
        field: FieldId,
        /// Its name.
        title: String,
        /// The rows.
        chooser: Chooser,
        /// What each row does.
        choices: Vec<FieldChoice>,
    },
    /// What the user's account has for a field.
    Account(Box<AccountChoices>),
    /// Ways to go on, such as what to copy a call as.
    Menu {
        /// What is chosen.
        title: &'static str,
        /// The rows.
        chooser: Chooser,
        /// What each row does.
        choices: Vec<MenuChoice>,
    },
    /// A question with answers; it opens on the harmless one.
    Question(Question),
    /// A line to fill in.
    Prompt(Prompt),
    /// The runs of the session, newest first.
    RunList(Chooser),
    /// The runs a response can be compared with, newest first.
    CompareWith {
        /// The rows.
        chooser: Chooser,
        /// The run of each row.
        runs: Vec<RunId>,
    },
    /// The files of a directory, one of which is for a field.
    Files {
        /// The field.
        field: FieldId,
        /// The directory's whole path.
        directory: String,
        /// The rows.
        chooser: Chooser,
        /// The name of each row's file; directories end in `/`.
        names: Vec<String>,
    },
    /// The calls that are kept.
    SavedCalls {
        /// The rows.
        chooser: Chooser,
        /// The name of each row's call.
        names: Vec<String>,
    },
    /// The faults of the sandbox, to be switched.
    Faults {
        /// The rows.
        chooser: Chooser,
        /// What each row does.
        rows: Vec<FaultRow>,
    },
    /// The request as it will be sent.
    Request(Page),
    /// A list over the whole screen.
    Board(Board),
    /// Something else to read.
    Page {
        /// What it is.
        title: &'static str,
        /// The text.
        page: Page,
    },
}

/// What an overlay consists of, whatever it is for.
#[derive(Debug)]
pub(super) enum Part<'a> {
    /// Rows to choose from.
    List(&'a mut Chooser),
    /// Text to read.
    Page(&'a mut Page),
    /// A question and its answers.
    Question(&'a mut Question),
    /// A line to fill in.
    Prompt(&'a mut Prompt),
    /// A list over the whole screen.
    Board(&'a mut Board),
}

impl Overlay {
    /// What it consists of.
    pub(super) const fn part(&mut self) -> Part<'_> {
        match self {
            Self::Palette { chooser, .. }
            | Self::Picker { chooser, .. }
            | Self::FieldMenu { chooser, .. }
            | Self::CompareWith { chooser, .. }
            | Self::SavedCalls { chooser, .. }
            | Self::Files { chooser, .. }
            | Self::Menu { chooser, .. }
            | Self::Faults { chooser, .. }
            | Self::RunList(chooser) => Part::List(chooser),
            Self::Account(choices) => Part::List(&mut choices.chooser),
            Self::Help(page) | Self::Request(page) | Self::Page { page, .. } => Part::Page(page),
            Self::Question(question) => Part::Question(question),
            Self::Prompt(prompt) => Part::Prompt(prompt),
            Self::Board(board) => Part::Board(board),
        }
    }

    /// Whether it says and does the same for another user: what would send, or shows what is somebody's own, does not.
    pub(super) fn outlives_session(&self) -> bool {
        match self {
            Self::Help(_)
            | Self::Palette { .. }
            | Self::RunList(_)
            | Self::CompareWith { .. }
            | Self::Files { .. }
            | Self::SavedCalls { .. }
            | Self::Page { .. } => true,
            Self::Board(board) => matches!(board.kind, Kind::Profiles | Kind::Profile),
            Self::Question(question) => question.answers.iter().all(|(_, answer)| answer.outlives_session()),
            Self::Prompt(prompt) => prompt.purpose.outlives_session(),
            Self::Menu { choices, .. } => {
                let is_own = |choice: &MenuChoice| match choice {
                    MenuChoice::Copy { .. } | MenuChoice::Save { .. } | MenuChoice::Masked(_) => false,
                    MenuChoice::CompareWithUser(_)
                    | MenuChoice::Export(_)
                    | MenuChoice::CompareDefinitions(_)
                    | MenuChoice::SideEffect(..) => true,
                };
                !choices.iter().any(is_own)
            }
            // The form stays, but what it takes may not.
            Self::Picker { .. }
            | Self::FieldMenu { .. }
            | Self::Account(_)
            | Self::Request(_)
            | Self::Faults { .. } => false,
        }
    }

    /// Where it stands on a screen of `size`, borders included.
    pub fn place(&self, size: Size) -> Rect {
        // Header and footer stay in sight, where there is room for more than that.
        let frame = u16::from(size.height > 8);
        let area = Rect::new(0, frame, size.width, size.height - 2 * frame);
        let rows = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        match self {
            Self::Help(page) | Self::Request(page) | Self::Page { page, .. } => {
                centred(area, PAGE_WIDTH, rows(page.lines.len()).saturating_add(2))
            }
            Self::Palette { chooser, .. } | Self::Faults { chooser, .. } => {
                centred(area, 76, rows(chooser.len()).clamp(6, 22) + 3)
            }
            Self::RunList(chooser)
            | Self::CompareWith { chooser, .. }
            | Self::SavedCalls { chooser, .. }
            | Self::Files { chooser, .. } => centred(area, 100, rows(chooser.len()).clamp(3, 22) + 3),
            Self::Picker { chooser, .. } | Self::FieldMenu { chooser, .. } | Self::Menu { chooser, .. } => {
                centred(area, 64, rows(chooser.len()).clamp(3, 16) + 3)
            }
            // It does not grow under the hands while rows come.
            Self::Account(_) => centred(area, 76, 21),
            Self::Board(_) => board_place(size),
            Self::Question(question) => {
                let width = 64.min(area.width);
                let text = wrap(&question.text, usize::from(width.saturating_sub(4)).max(8), 12);
                centred(area, width, rows(text.len()) + 4)
            }
            Self::Prompt(prompt) => {
                let width = 72.min(area.width);
                let lines = |text: &str| wrap(text, usize::from(width.saturating_sub(4)).max(8), 6).len();
                let text = lines(&prompt.title).max(prompt.problem.as_deref().map_or(0, lines));
                centred(area, width, rows(text) + 4)
            }
        }
    }
}

/// What a row of the field menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldChoice {
    /// Changes the field.
    Edit(Edit),
    /// Opens the editor of many lines.
    ManyLines,
    /// Opens the picker.
    Pick,
    /// Chooses a file.
    File,
    /// Fills in a new UUID.
    NewUuid,
    /// Lets it be of any type, and asks which.
    AnotherType,
    /// Shows all that the schema says of it.
    Describe,
    /// Asks the user's account, this source first.
    FromAccount(usize),
    /// Asks for a new key.
    NewEntry,
    /// Adds an item or entry beside this one.
    Another,
    /// Asks for another key.
    Rename,
}

/// What a row of a menu does.
#[derive(Debug, Clone, PartialEq)]
pub enum MenuChoice {
    /// Has the doctor compare with this user.
    CompareWithUser(String),
    /// Copies a text.
    Copy {
        /// What it is, in words.
        what: String,
        /// The text.
        text: String,
    },
    /// Asks where to save a text.
    Save {
        /// The name it is offered under.
        name: String,
        /// What is saved.
        body: Body,
    },
    /// Tells what is masked in a ticket.
    Masked(Vec<String>),
    /// Asks for a file to write the definitions of the listed actions to.
    Export(Shape),
    /// Compares the definitions of the listed actions with the server's in this format.
    CompareDefinitions(Shape),
    /// Says what an action does; `None` leaves it to its name.
    SideEffect(Arc<str>, Option<SideEffect>),
}

/// What a row of the sandbox's faults does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultRow {
    /// Switches a fault.
    Fault(Fault),
    /// Switches all off.
    AllOff,
    /// Lets the world begin again.
    Reset,
}

/// A question and its answers.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is asked, in sentences.
    pub text: String,
    /// The answers, from left to right; the first is the harmless one and chosen to begin with.
    pub answers: Vec<(String, Answer)>,
    /// Which answer is chosen.
    pub chosen: usize,
}

/// What an answer leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing.
    Nothing,
    /// Send this run.
    Run(RunRequest),
    /// Send this run page by page, so many at most.
    RunPages(RunRequest, usize),
    /// Save over the file that is there.
    Replace {
        /// Where.
        path: String,
        /// What.
        what: Savable,
    },
    /// Keep this call in place of the one that has its name.
    ReplaceCall(SavedCall),
    /// Remove the saved call of this name.
    ForgetCall(String),
    /// Have the doctor look.
    Examine {
        /// Whether with reads.
        reads: bool,
    },
    /// Do something about the profiles.
    Profiles(Ask),
    /// Change the list of users.
    ChangeUsers(UsersChange),
    /// Change the history.
    ChangeHistory(Change),
    /// Send the runs that were planned, as far as they are left.
    RunRows,
    /// Ask about sending all of them, those as well that an earlier time has sent.
    RunRowsAnew,
    /// Leave although runs are under way.
    Quit,
    /// Let the sandbox's world begin again.
    ResetWorld,
}

impl Answer {
    fn outlives_session(&self) -> bool {
        match self {
            Self::Nothing
            | Self::Replace { .. }
            | Self::ReplaceCall(_)
            | Self::ForgetCall(_)
            | Self::Profiles(_)
            | Self::Quit => true,
            Self::Run(_)
            | Self::RunPages(..)
            | Self::Examine { .. }
            | Self::ChangeUsers(_)
            | Self::ChangeHistory(_)
            | Self::RunRows
            | Self::RunRowsAnew
            | Self::ResetWorld => false,
        }
    }
}

/// A line to fill in.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What is asked for.
    pub title: String,
    /// What is typed.
    pub field: TextField,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a prompted line is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// A file name to save to.
    Save(Savable),
    /// The name to keep the form's call under.
    SaveCall,
    /// Another user, or the file of a saved list, to compare with.
    OtherList,
    /// The key of a new entry.
    NewEntry(FieldId),
    /// Another key for an entry.
    Rename(FieldId),
    /// How many pages of a run to go through.
    Pages(RunRequest),
    /// A token; what is typed stays with the runtime, here stand dots.
    Token {
        /// The profile it is for, where that is not what akx is connected to.
        profile: Option<String>,
    },
    /// Something about a profile.
    Profile(AboutProfile),
    /// Something about a user.
    User(AboutUser),
    /// A file of rows to run.
    Rows,
    /// The word that lets dangerous runs go, many of them.
    ConfirmRows(guard::Question),
    /// The word that lets a dangerous run go.
    Confirm {
        /// The run.
        request: RunRequest,
        /// The question it answers.
        question: guard::Question,
    },
}

/// What is typed about a profile.
#[derive(Debug, Clone, PartialEq)]
pub enum AboutProfile {
    /// The name of a new one.
    Name,
    /// The value of a key of the one that is edited.
    Key(String),
    /// The user that this one, which signs its tokens, is taken for.
    User(String),
}

/// What is typed about a connected user, one thing after the other.
#[derive(Debug, Clone, PartialEq)]
pub enum AboutUser {
    /// The id of one to add.
    Id,
    /// What the user is called.
    Label(User),
    /// What is worth remembering.
    Note(User),
}

impl Purpose {
    fn outlives_session(&self) -> bool {
        match self {
            Self::Save(_) | Self::SaveCall | Self::Profile(_) => true,
            Self::OtherList
            | Self::NewEntry(_)
            | Self::Rename(_)
            | Self::Pages(_)
            | Self::Token { .. }
            | Self::User(_)
            | Self::Rows
            | Self::ConfirmRows(_)
            | Self::Confirm { .. } => false,
        }
    }
}
