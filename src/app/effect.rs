//! What is to be done outside: plain data that the runtime performs. No effect ever holds a token.

use std::{path::Path, sync::Arc};

use super::{
    batch::OneOfMany,
    browse::ranking::{Asked, RankId},
    listing::Listing,
    past::Purpose,
    profiles,
    remote::{LoadId, Stamp},
    viewer::{self, Opened, WorkId},
};
use crate::domain::{
    choices::Ask,
    document::Value,
    export::Shape,
    fault::FaultAsk,
    form::FieldId,
    guard::Clearance,
    history::{About, Ask as HistoryAsk, Change, RecordId, Whose},
    pages::Pages,
    rows::{RunKey, Template, Work},
    run::{Body, RunId, RunRequest},
    saved::SavedCall,
    shared::Shared,
    usage::UsageChange,
    users::UsersChange,
};

/// What to connect to. A pasted token stays with the runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The embedded sandbox.
    Sandbox,
    /// What flags, environment and profile say.
    Configured,
    /// The embedded sandbox, as another of its users.
    SandboxAs(String),
    /// What the config file says of a profile (or, without one, what flags and environment say), as another user where
    /// one is named.
    As {
        /// The profile.
        profile: Option<String>,
        /// The connected user.
        user: Option<String>,
    },
    /// The same with the token that was typed.
    Pasted {
        /// The profile.
        profile: Option<String>,
    },
    /// A project named on the welcome screen, with the token typed there.
    Project {
        /// The project's id.
        project: String,
        /// The base URL; empty for ActionKit's cloud.
        base_url: String,
        /// The name to keep it under as a profile; empty to keep nothing.
        profile: String,
    },
}

/// What is to be done about the journal of many runs: which of them are done stands in it, whatever happens to akx.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalAsk {
    /// Open the one of this name, in place of another; answered by `JournalOpened`.
    Open {
        /// Which opening.
        load: LoadId,
        /// Its name.
        name: String,
        /// The runs it is opened for.
        keys: Arc<[RunKey]>,
    },
    /// Forget what stands in it of these runs.
    Clear,
    /// Close it: all is done.
    Close,
    /// Remove it: all is done, and may be done again.
    Remove,
}

/// What is saved to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Savable {
    /// These bytes.
    Bytes(Body),
    /// What is in another file, because memory cannot hold it.
    File(Arc<Path>),
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Connect; answered by `Connected`.
    Connect {
        /// Which attempt.
        load: LoadId,
        /// To what.
        to: Destination,
    },
    /// Use the connection that was made: from here on everything goes through it.
    Adopt {
        /// The connection.
        load: LoadId,
        /// The session it is for; every answer to what is asked through it bears this.
        of: Stamp,
    },
    /// Nobody waits for this connection any more: it is not made, or let go of.
    Abandon(LoadId),
    /// Forget the secret typed on the welcome screen.
    ForgetSecret,
    /// Ask for the catalogue; answered by `CatalogueRecalled` (perhaps) and `CatalogueLoaded`.
    LoadCatalogue {
        /// Which load.
        load: LoadId,
    },
    /// Search a large list; answered by `Ranked`, unless another search comes after it.
    Rank {
        /// Which search it is.
        id: RankId,
        /// What is searched for, and in what.
        asked: Box<Asked>,
    },
    /// Compare the list with another user's or a saved one; answered by `ListsCompared`.
    CompareList {
        /// The list.
        listing: Shared<Listing>,
        /// The user, or the file.
        with: String,
    },
    /// Compare these actions' definitions with how the server writes them; answered by `DefinitionsCompared`.
    CompareDefinitions {
        /// The list.
        listing: Shared<Listing>,
        /// Their numbers in it.
        actions: Vec<usize>,
        /// The format.
        shape: Shape,
    },
    /// Count the tokens of these actions' definitions; answered by `Weighed`.
    Weigh {
        /// The list.
        listing: Shared<Listing>,
        /// Their numbers in it.
        actions: Vec<usize>,
    },
    /// Ask which integrations are of a category; answered by `CategoryLoaded`.
    LoadCategory {
        /// The category.
        category: String,
    },
    /// Ask what is connected; answered by `ConnectionsLoaded`.
    LoadConnections {
        /// Which load.
        load: LoadId,
    },
    /// Look at everything between the user and ActionKit; answered by `Diagnosed`.
    Diagnose {
        /// Which look.
        load: LoadId,
        /// Whether one harmless read of each connected integration is run as well.
        reads: bool,
        /// Another user to look at beside, for whom it works.
        with: Option<String>,
    },
    /// Note the run of this id in the history once it is about to be sent; answered by `RunNoted`.
    Note {
        /// Which run.
        id: RunId,
        /// What is known of its action.
        about: Box<About>,
        /// For whom it is sent.
        whose: Box<Whose>,
    },
    /// Look for records in the history; answered by `HistoryFound`.
    FindHistory {
        /// Which question.
        load: LoadId,
        /// What is wanted.
        ask: HistoryAsk,
    },
    /// Take a record out of the history; answered by `RecordOpened`.
    OpenRecord {
        /// Which.
        id: RecordId,
        /// What for.
        purpose: Purpose,
    },
    /// Change the history; answered by `HistoryChanged`.
    ChangeHistory(Change),
    /// Read a file of rows and check each, in place of another; answered by `RowsChecked` and `RowsPrepared`.
    PrepareRows {
        /// Which reading.
        load: LoadId,
        /// The file, as typed.
        path: String,
        /// What the runs of all rows share.
        template: Box<Template>,
        /// What, with the file, makes it the work it is.
        of: Box<Work>,
    },
    /// Nobody waits for these rows any more.
    LeaveRows(LoadId),
    /// Do something about the journal of many runs.
    Journal(JournalAsk),
    /// Send a run; answered by `RunSent`, `RunReceived` and `RunFinished`.
    Run {
        /// Which run.
        id: RunId,
        /// What to run.
        request: RunRequest,
        /// The guard rails' leave.
        leave: Clearance,
        /// Where it is one of many: which, so that the journal tells of it, and for whom.
        of: Option<OneOfMany>,
    },
    /// Send a run page by page; answered as `Run` is, with `RunPaged` after every page.
    RunPages {
        /// Which run.
        id: RunId,
        /// What to ask the first page with.
        request: RunRequest,
        /// The guard rails' leave.
        leave: Clearance,
        /// How far to go.
        pages: Pages,
    },
    /// Ask what there is to choose from; answered by `ChoicesLoaded`.
    LoadChoices {
        /// Which load.
        load: LoadId,
        /// The question.
        ask: Ask,
    },
    /// Nobody waits for these choices any more.
    DropChoices(LoadId),
    /// Stop a run; it still ends with `RunFinished`.
    Cancel(RunId),
    /// Read the rest of the document the program was started with; answered by `RunReceived` and `DocumentRead`.
    ReadDocument(RunId),
    /// Go over a response's document; answered by `WorkDone`.
    Work {
        /// Whose response it is.
        run: RunId,
        /// Which piece of work.
        id: WorkId,
        /// What is to be done.
        work: viewer::Work,
    },
    /// Copy text to the terminal's clipboard, a clipboard program and a file; answered by `Copied`.
    Copy {
        /// What it is, in words.
        what: String,
        /// The text.
        text: String,
    },
    /// Hand a web address to the person's browser; answered by `LinkOpened`.
    OpenLink(String),
    /// Let a person read text in their pager; answered by `Paged`.
    Page {
        /// The text.
        text: String,
    },
    /// Save something to a file; answered by `Saved`.
    Save {
        /// Where, as typed.
        path: String,
        /// What.
        what: Savable,
        /// Whether a file that is there may be replaced.
        replace: bool,
    },
    /// Let a person edit text in their editor; answered by `Edited`.
    Edit {
        /// The text.
        text: String,
        /// The ending of the file's name, which editors choose their colours by.
        suffix: &'static str,
    },
    /// Look for a draft of a form; answered by `DraftRecalled`.
    Recall {
        /// The action.
        action: String,
    },
    /// Keep a form's draft; `None` forgets it.
    Remember {
        /// The action.
        action: String,
        /// What is typed.
        draft: Option<Value>,
    },
    /// Look at a path: a directory is listed, a file becomes the field's value; answered by `FilesListed` or `FileRead`.
    OpenPath {
        /// The field the file is for.
        field: FieldId,
        /// The path as typed, in a directory; `~` is the home directory.
        path: String,
        /// The directory that a relative path begins in; empty for the one the program was started in.
        within: String,
    },
    /// Make a new UUID for a field; answered by `UuidMade`.
    MakeUuid(FieldId),
    /// Keep a call under a name; answered by `CallSaved`.
    SaveCall {
        /// The call.
        call: SavedCall,
        /// Whether one of that name may be replaced.
        replace: bool,
    },
    /// List the calls that are kept; answered by `CallsListed`.
    ListCalls,
    /// Look for a call that is kept; answered by `CallRecalled`.
    RecallCall {
        /// What it is called.
        name: String,
    },
    /// Remove a call that is kept; answered by `CallsListed`.
    ForgetCall {
        /// What it is called.
        name: String,
    },
    /// Look for what the person uses; answered by `UsageRecalled`.
    RecallUsage,
    /// Look up how each action was run last; answered by `LastRunsRecalled`, unless nothing is kept.
    RecallLastRuns,
    /// Keep a change of what the person uses.
    KeepUsage(UsageChange),
    /// Do something about the profiles; answered by `ProfilesListed`.
    Profiles(profiles::Ask),
    /// Look for the users one works with; answered by `UsersRecalled`.
    RecallUsers,
    /// Keep a change of the users one works with.
    KeepUsers(UsersChange),
    /// Run a jq filter over a document, in place of one under way; answered by `Queried`.
    Query {
        /// Which query.
        id: LoadId,
        /// The filter.
        filter: String,
        /// The document.
        of: Shared<Opened>,
    },
    /// Stop the query that is under way.
    StopQuery,
    /// Look for the filters used another day; answered by `FiltersRecalled`.
    RecallFilters,
    /// Keep a filter that was used.
    KeepFilter(String),
    /// Ask the sandbox about its faults, or switch them; answered by `FaultsTold`.
    Faults {
        /// Which load.
        load: LoadId,
        /// What is asked.
        ask: FaultAsk,
    },
    /// Let the sandbox's world begin again; answered by `WorldReset`.
    ResetWorld,
    /// Give the terminal back to the shell until `fg`; answered by `Resumed`.
    Suspend,
    /// Leave.
    Quit,
}
