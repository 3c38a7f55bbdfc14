//! What can happen: keys, pastes, clicks, and answers from outside. Plain data.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    batch::Ready,
    browse::ranking::{RankId, Ranking},
    effect::Savable,
    geometry::{Position, Size},
    key::Key,
    listing::Listing,
    past::{Purpose, Recalled},
    profiles::Listed,
    remote::{Dated, LoadId, Stamp},
    session::Session,
    viewer::{Done, Opened, Queried, WorkId},
};
use crate::domain::{
    budget::Cost,
    choices::Choices,
    connection::Connections,
    doctor::Facts,
    document::{QueryError, Value},
    drift::Drift,
    export::{Shape, compare::Compared},
    failure::Failure,
    fault::SetFault,
    form::FieldId,
    history::{Change, LastRun, Record, RecordId},
    pages::Merged,
    rows::{Journal, Unfit},
    run::{Outcome, RunId},
    saved::{SavedCall, SavedName},
    shared::Shared,
    usage::Usage,
    users::User,
};

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// The pointer moved with the left button down.
    Drag,
    /// The left button came up.
    Release,
    /// The wheel turned up (away from the person).
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something at a cell.
    Mouse {
        /// What.
        kind: MouseKind,
        /// Where.
        at: Position,
    },
    /// The screen has another size.
    Resized(Size),
    /// Time has passed: something visible may read differently now.
    Tick,
    /// The secret being typed outside the app has this many characters now.
    SecretEdited {
        /// How many characters it has.
        length: usize,
    },
    /// What came of an effect.
    Answer {
        /// The session it was asked in.
        of: Stamp,
        /// What came of it.
        message: Box<Message>,
    },
    /// A connection was made, or not.
    Connected {
        /// Which attempt.
        load: LoadId,
        /// The session, or why there is none.
        result: Result<Session, Failure>,
    },
    /// A catalogue has come, from the server or (first) from disk.
    CatalogueLoaded {
        /// Which load.
        load: LoadId,
        /// The catalogue, ready for searching.
        result: Result<Dated<Shared<Listing>>, Failure>,
    },
    /// The catalogue as it was last time, while the server is being asked.
    CatalogueRecalled {
        /// The load it goes before.
        load: LoadId,
        /// The catalogue from disk.
        listing: Dated<Shared<Listing>>,
    },
    /// The list kept on disk cannot be read.
    KeptListDamaged {
        /// The load it would have gone before.
        load: LoadId,
        /// Why, in words.
        failure: Failure,
    },
    /// A search was done elsewhere.
    Ranked {
        /// Which.
        id: RankId,
        /// What it came to.
        ranking: Box<Ranking>,
    },
    /// The list was compared with another.
    ListsCompared {
        /// With which: a user, or a file.
        with: String,
        /// What only one of them has.
        result: Result<Shared<Drift>, Failure>,
    },
    /// Definitions were compared with the server's.
    DefinitionsCompared {
        /// In which format.
        shape: Shape,
        /// What is different; `None` where the server does not know the format.
        result: Result<Option<Compared>, Failure>,
    },
    /// Tokens were counted: the dearest definition first.
    Weighed(Vec<Cost>),
    /// The integrations of a category have come.
    CategoryLoaded {
        /// Which category.
        category: String,
        /// Their keys; `None` where the server has no categories.
        result: Result<Option<BTreeSet<Arc<str>>>, Failure>,
    },
    /// What is connected has come.
    ConnectionsLoaded {
        /// Which load.
        load: LoadId,
        /// The connections.
        result: Result<Dated<Connections>, Failure>,
    },
    /// The doctor has looked.
    Diagnosed {
        /// Which look.
        load: LoadId,
        /// What it found, or why it could not look.
        result: Result<Box<Facts>, Failure>,
        /// What it found of the user it is compared with, where there is one; or why nothing.
        other: Option<Box<Result<Facts, Failure>>>,
    },
    /// More of a run's answer, or of a document, has come in.
    RunReceived {
        /// Which run.
        id: RunId,
        /// Bytes so far.
        bytes: u64,
        /// How many there will be, if the server says.
        of: Option<u64>,
    },
    /// A run has left for the server: from here on it may have run.
    RunSent(RunId),
    /// A run was noted in the history before it was sent, or could not be.
    RunNoted {
        /// Which run.
        id: RunId,
        /// Its record, or why there is none.
        result: Result<RecordId, Failure>,
    },
    /// Records of the history were found, the newest first.
    HistoryFound {
        /// Which question they answer.
        load: LoadId,
        /// The records.
        result: Result<Vec<Record>, Failure>,
    },
    /// A record was opened; `None` where it is gone.
    RecordOpened {
        /// What for.
        purpose: Purpose,
        /// The record with its answer.
        result: Result<Option<Box<Recalled>>, Failure>,
    },
    /// The history was changed, or not.
    HistoryChanged {
        /// How.
        change: Change,
        /// Whether it was.
        result: Result<(), Failure>,
    },
    /// Rows of a file have been checked.
    RowsChecked {
        /// Which reading.
        load: LoadId,
        /// How many.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// All rows of a file were read and checked, or there is a reason why not.
    RowsPrepared {
        /// Which reading.
        load: LoadId,
        /// The rows, or why they are not sent.
        result: Result<Ready, Unfit>,
    },
    /// The journal of many runs is open, or cannot be.
    JournalOpened {
        /// Which opening.
        load: LoadId,
        /// What stands in it.
        result: Result<Journal, Failure>,
    },
    /// A run has ended.
    RunFinished {
        /// Which run.
        id: RunId,
        /// How.
        outcome: Outcome,
        /// The body of its answer (or of its refusal), opened for reading.
        opened: Option<Shared<Opened>>,
    },
    /// One more page of a run of several has come, or the last.
    RunPaged {
        /// Which run.
        id: RunId,
        /// What has been merged.
        merged: Merged,
    },
    /// Choices have come.
    ChoicesLoaded {
        /// Which load.
        load: LoadId,
        /// A page of choices.
        result: Result<Choices, Failure>,
    },
    /// The whole of a document is open, of which the beginning is shown.
    DocumentRead {
        /// Whose document it is.
        id: RunId,
        /// The document, or why it could not be read.
        result: Result<Shared<Opened>, Failure>,
    },
    /// A pass over a response's document has ended.
    WorkDone {
        /// Whose response it is.
        run: RunId,
        /// Which piece of work.
        id: WorkId,
        /// What came of it.
        done: Done,
    },
    /// What was typed into an action's form another day.
    DraftRecalled {
        /// The action.
        action: String,
        /// The draft, if there is one.
        draft: Option<Value>,
    },
    /// A directory was listed, or why it could not be.
    FilesListed {
        /// The field a file is looked for.
        field: FieldId,
        /// What is in it.
        result: Result<Directory, String>,
    },
    /// A file was read into ActionKit's file object, or why it could not be.
    FileRead {
        /// The field it is for.
        field: FieldId,
        /// The file object.
        result: Result<Value, String>,
    },
    /// A UUID was made.
    UuidMade {
        /// The field it is for.
        field: FieldId,
        /// The UUID.
        uuid: Result<String, String>,
    },
    /// A call was kept under a name, or not.
    CallSaved {
        /// The call.
        call: SavedCall,
        /// Why not, if not.
        result: Result<(), SaveError>,
    },
    /// The calls that are kept.
    CallsListed(Vec<SavedName>),
    /// A call that was kept, or why there is none.
    CallRecalled(Result<SavedCall, Failure>),
    /// What the person used another day.
    UsageRecalled(Usage),
    /// How each action was run last, as far as the history tells, by the action's name.
    LastRunsRecalled(BTreeMap<String, LastRun>),
    /// The profiles as they are now, or why what was asked about them was not done.
    ProfilesListed(Result<Listed, Failure>),
    /// The users one works with, as they are kept.
    UsersRecalled(Vec<User>),
    /// Something could not be kept on disk, or not as it was.
    NotKept {
        /// What.
        what: String,
        /// Why.
        failure: Failure,
    },
    /// A copy was made, or not.
    Copied {
        /// What was copied, in words.
        what: String,
        /// Where to.
        copied: Copied,
    },
    /// A jq filter has run.
    Queried {
        /// Which query.
        id: LoadId,
        /// What it gave, or what is wrong.
        result: Result<Queried, QueryError>,
    },
    /// The filters used another day, the latest last.
    FiltersRecalled(Vec<String>),
    /// A link was handed to the program named, or why not.
    LinkOpened(Result<String, String>),
    /// The pager was left, or could not be started.
    Paged(Result<(), String>),
    /// A file was saved, or not.
    Saved {
        /// Where.
        path: String,
        /// How many bytes, or why not.
        /// What.
        what: Savable,
        /// How many bytes it has.
        result: Result<u64, SaveError>,
    },
    /// The editor was left.
    Edited {
        /// The text as it is now; `None` when it was not changed. Or why there was no editor.
        result: Result<Option<String>, String>,
    },
    /// The sandbox has told which faults are on, or why not.
    FaultsTold {
        /// Which load.
        load: LoadId,
        /// The faults.
        result: Result<Dated<Vec<SetFault>>, Failure>,
    },
    /// The sandbox's world has begun again, or why not.
    WorldReset(Result<(), Failure>),
    /// The program is back from the shell.
    Resumed,
    /// The system asks the program to end.
    Terminate,
}

impl Message {
    /// What happened, whoever asked.
    pub fn told(&self) -> &Self {
        match self {
            Self::Answer { message, .. } => message.told(),
            told => told,
        }
    }

    /// Whether it is of one session alone, so that it says nothing, or something wrong, in another. What a person did,
    /// runs (which tell for whom they are), and what is kept on this machine for whoever is spoken for, are not.
    pub fn is_of_session(&self) -> bool {
        match self {
            Self::Answer { message, .. } => message.is_of_session(),
            Self::CatalogueLoaded { .. }
            | Self::CatalogueRecalled { .. }
            | Self::KeptListDamaged { .. }
            | Self::Ranked { .. }
            | Self::ListsCompared { .. }
            | Self::DefinitionsCompared { .. }
            | Self::Weighed(_)
            | Self::CategoryLoaded { .. }
            | Self::ConnectionsLoaded { .. }
            | Self::Diagnosed { .. }
            | Self::HistoryFound { .. }
            | Self::RecordOpened { .. }
            | Self::RowsChecked { .. }
            | Self::RowsPrepared { .. }
            | Self::JournalOpened { .. }
            | Self::ChoicesLoaded { .. }
            | Self::DraftRecalled { .. }
            | Self::UsageRecalled(_)
            | Self::LastRunsRecalled(_)
            | Self::UsersRecalled(_)
            | Self::FaultsTold { .. }
            | Self::WorldReset(_) => true,
            Self::Key(_)
            | Self::Paste(_)
            | Self::Mouse { .. }
            | Self::Resized(_)
            | Self::Tick
            | Self::SecretEdited { .. }
            | Self::Connected { .. }
            | Self::RunReceived { .. }
            | Self::RunSent(_)
            | Self::RunNoted { .. }
            | Self::HistoryChanged { .. }
            | Self::RunFinished { .. }
            | Self::RunPaged { .. }
            | Self::DocumentRead { .. }
            | Self::WorkDone { .. }
            | Self::FilesListed { .. }
            | Self::FileRead { .. }
            | Self::UuidMade { .. }
            | Self::CallSaved { .. }
            | Self::CallsListed(_)
            | Self::CallRecalled(_)
            | Self::ProfilesListed(_)
            | Self::NotKept { .. }
            | Self::Copied { .. }
            | Self::Queried { .. }
            | Self::FiltersRecalled(_)
            | Self::LinkOpened(_)
            | Self::Paged(_)
            | Self::Saved { .. }
            | Self::Edited { .. }
            | Self::Resumed
            | Self::Terminate => false,
        }
    }
}

/// A directory with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Its whole path.
    pub path: String,
    /// Directories first, then files, each by name.
    pub entries: Vec<DirectoryEntry>,
}

/// What is in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Its name.
    pub name: String,
    /// How many bytes a file has; `None` for a directory.
    pub size: Option<u64>,
}

/// Where a copy went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Whether the terminal was sent it; none says whether it took it.
    pub terminal: bool,
    /// The clipboard program that took it.
    pub program: Option<String>,
    /// The file that holds it as well, or why that failed.
    pub file: Result<String, String>,
}

/// Why a file was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveError {
    /// There is one of that name already.
    Exists,
    /// Something else, in words.
    Other(String),
}
