//! What a person can ask for: every command, with the words the palette and the help use.

mod view;

pub use view::{Column, View};

/// Moving about, which means something in every place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Forward: open, choose, next field.
    Enter,
    /// One step back, keeping what was typed.
    Back,
    /// Fold, or go to the enclosing row.
    Fold,
    /// Unfold, or go to the first row inside.
    Unfold,
    /// Fold or unfold, switch on or off.
    Toggle,
}

/// Commands about the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The next field.
    Next,
    /// The field before.
    Previous,
    /// Not sent: take the field's value away.
    NotSent,
    /// What else can be done with the field.
    Menu,
    /// Choose from what the user's account has.
    FromAccount,
    /// Form as JSON and back.
    Json,
    /// Leave the editor and keep what is in it.
    LeaveEditor,
    /// Add an item to the list the cursor is in.
    AddItem,
    /// Remove the item the cursor is in.
    RemoveItem,
    /// Move the item the cursor is in up.
    MoveItemUp,
    /// Move the item the cursor is in down.
    MoveItemDown,
    /// Take every value away and start again.
    Clear,
    /// Look for fields by name and description.
    Filter,
    /// Keep the call under a name.
    Save,
    /// The form as it was in the last run of the action.
    LastRun,
    /// Take the last change back.
    Undo,
    /// Make the change again that was taken back.
    Redo,
    /// The request as it will be sent.
    Request,
}

/// Commands about the run under the history's cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Past {
    /// Run it again.
    Again,
    /// Open the form with what was sent.
    Fill,
    /// Compare the answer that is shown with its answer.
    Compare,
    /// Make a ticket of it.
    Ticket,
    /// Keep it whatever its age, or no longer.
    Pin,
    /// Delete it.
    Delete,
}

/// Commands about a board and the row under its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Row {
    /// Fill the board anew.
    Reload,
    /// Try what the board is about.
    Test,
    /// Copy what the board tells.
    Copy,
    /// Add a row.
    Add,
    /// Edit the row.
    Edit,
    /// Remove the row.
    Remove,
    /// Mark the row, or no longer.
    Mark,
    /// Run the open form for the rows that are marked.
    Run,
    /// Compare with another one.
    Compare,
}

/// A person's intent, whatever key, click or palette row it came from. (An *action* is an item of the catalogue.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Moving, opening and going back, wherever one is.
    Move(Move),
    // Panes and pop-ups.
    /// The next pane.
    NextPane,
    /// The list of actions.
    ShowCatalogue,
    /// The action or its form.
    ShowAction,
    /// The response.
    ShowResponse,
    /// The command palette.
    Palette,
    /// Help for where one is.
    Help,
    /// The list of runs.
    Runs,
    /// What was run, today and before.
    History,
    /// Something about a run of the history.
    Past(Past),
    /// Note no run in the history from now on, or do again.
    PauseHistory,
    /// Delete what is in the history.
    PurgeHistory,
    /// Run the form for each row of a file.
    Rows,
    /// Choose users to run the form for.
    RunForUsers,
    /// Send no further row.
    StopRows,
    /// Make a ticket of the run that is shown.
    Ticket,
    // Catalogue.
    /// Fold every integration.
    FoldAll,
    /// Unfold every integration.
    UnfoldAll,
    /// Ask the server for the actions again.
    Reload,
    /// Copy the action's definition.
    CopyDefinition,
    /// Make the action a favourite, or no longer.
    Favourite,
    /// Say what the action does, where its name says it wrongly.
    SideEffect,
    /// The next order of the actions.
    Sort,
    /// Complete the qualifier that is being typed.
    Complete,
    /// What is different from the list of last time.
    News,
    /// What another user's list, or a saved one, has that this one has not.
    CompareLists,
    /// How the server writes the definitions of the listed actions, beside akx.
    CompareDefinitions,
    /// Save the definitions of the listed actions for an agent.
    Export,
    /// What the definitions of the listed actions cost a model.
    Budget,
    /// Copy the call as curl, akx, Python and so on.
    CopyAs,
    /// Copy what is shown as an akx command.
    CopyCommand,
    // Form.
    /// Something about the form.
    Form(Form),
    /// The calls that are kept, to open one.
    SavedCalls,
    /// Remove the saved call under the cursor.
    ForgetCall,
    /// The field, or the whole JSON, in `$EDITOR`.
    Editor,
    /// Run the action.
    Run,
    /// Stop the run that is shown.
    CancelRun,
    // Response.
    /// Something about how a response is looked at.
    View(View),
    /// Copy the whole response.
    CopyAll,
    // Boards.
    /// What the user has connected.
    Connections,
    /// The profiles.
    Profiles,
    /// The connected users one works with.
    Users,
    /// A new token.
    NewToken,
    /// What stands between the user and ActionKit.
    Doctor,
    /// Something about the row of a board.
    Row(Row),
    // Session.
    /// Mask ids, addresses and tokens on the screen, or no longer.
    Present,
    /// Refuse everything but reads, for the rest of the session.
    ReadOnly,
    /// The faults of the sandbox, to be switched.
    Faults,
    /// Let the sandbox's world begin again.
    ResetWorld,
    /// The welcome screen: the sandbox, or another project.
    Connect,
    /// Show what came while keys were pressed.
    ShowOffer,
    /// Leave the program to the shell for a while.
    Suspend,
    /// Leave the program.
    Quit,
}

impl Move {
    /// What it does, see [`Command::title`].
    const fn title(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::Down => "Down",
            Self::PageUp => "Page up",
            Self::PageDown => "Page down",
            Self::Top => "To the first row",
            Self::Bottom => "To the last row",
            Self::Enter => "Open, choose, go on",
            Self::Back => "Back one step (typed text is kept)",
            Self::Fold => "Fold; to the left, or to what encloses it",
            Self::Unfold => "Unfold; to the right, or inside",
            Self::Toggle => "Switch or unfold",
        }
    }
}

impl Form {
    /// What it does, see [`Command::title`].
    const fn title(self) -> &'static str {
        match self {
            Self::Next => "Next field",
            Self::Previous => "Field before",
            Self::NotSent => "Do not send this field",
            Self::Menu => "More for this field: the account, null, default, example, JSON",
            Self::FromAccount => "Choose the value from the user's account",
            Self::Json => "Form as JSON, and back",
            Self::LeaveEditor => "Done, keep the text",
            Self::AddItem => "Add an item",
            Self::RemoveItem => "Remove the item",
            Self::MoveItemUp => "Move the item up",
            Self::MoveItemDown => "Move the item down",
            Self::Clear => "Clear the form",
            Self::Save => "Save this call under a name",
            Self::Filter => "Find a field by its name or description",
            Self::LastRun => "Form as in the last run of the action",
            Self::Undo => "Undo: take the last change of the form back",
            Self::Redo => "Redo: make the change of the form again",
            Self::Request => "The request as it will be sent",
        }
    }
}

impl Command {
    const ALL: &[Self] = &[
        Self::Run,
        Self::CancelRun,
        Self::Runs,
        Self::History,
        Self::Rows,
        Self::RunForUsers,
        Self::Ticket,
        Self::Form(Form::Request),
        Self::Form(Form::Json),
        Self::Editor,
        Self::Form(Form::Menu),
        Self::Form(Form::FromAccount),
        Self::Form(Form::NotSent),
        Self::Form(Form::AddItem),
        Self::Form(Form::RemoveItem),
        Self::Form(Form::MoveItemUp),
        Self::Form(Form::MoveItemDown),
        Self::Form(Form::Filter),
        Self::Form(Form::Save),
        Self::SavedCalls,
        Self::Form(Form::LastRun),
        Self::Form(Form::Undo),
        Self::Form(Form::Redo),
        Self::Form(Form::Clear),
        Self::CopyDefinition,
        Self::CopyAs,
        Self::CopyCommand,
        Self::View(View::CopyValue),
        Self::View(View::CopyPath),
        Self::View(View::CopyPointer),
        Self::View(View::CopyRequestId),
        Self::CopyAll,
        Self::View(View::Save),
        Self::View(View::Find),
        Self::View(View::FindNext),
        Self::View(View::FindPrevious),
        Self::View(View::Zoom),
        Self::View(View::Tree),
        Self::View(View::Table),
        Self::View(View::Query),
        Self::View(View::Compare),
        Self::View(View::CompareWith),
        Self::View(View::Raw),
        Self::View(View::Headers),
        Self::View(View::Request),
        Self::View(View::TogglePretty),
        Self::View(View::UnfoldMore),
        Self::View(View::FoldMore),
        Self::View(View::UnwrapText),
        Self::View(View::NextSibling),
        Self::View(View::PreviousSibling),
        Self::View(View::Column(Column::Sort)),
        Self::View(View::Column(Column::Hide)),
        Self::View(View::Column(Column::Unfold)),
        Self::View(View::Column(Column::Fold)),
        Self::View(View::Column(Column::ShowAll)),
        Self::View(View::Column(Column::CarryLeft)),
        Self::View(View::Column(Column::CarryRight)),
        Self::View(View::CopyCsv),
        Self::View(View::CopyTsv),
        Self::View(View::CopyMarkdown),
        Self::View(View::CopyKey),
        Self::View(View::CopyRow),
        Self::View(View::Select),
        Self::View(View::Chart),
        Self::View(View::OpenLink),
        Self::View(View::Pager),
        Self::View(View::IgnorePlace),
        Self::View(View::IgnoreNothing),
        Self::View(View::NextPage),
        Self::View(View::AllPages),
        Self::View(View::PreviousRun),
        Self::View(View::NextRun),
        Self::View(View::Next),
        Self::View(View::Previous),
        Self::Favourite,
        Self::SideEffect,
        Self::Sort,
        Self::News,
        Self::CompareLists,
        Self::CompareDefinitions,
        Self::Export,
        Self::Budget,
        Self::FoldAll,
        Self::UnfoldAll,
        Self::Reload,
        Self::NextPane,
        Self::ShowCatalogue,
        Self::ShowAction,
        Self::ShowResponse,
        Self::Users,
        Self::Profiles,
        Self::Connections,
        Self::Doctor,
        Self::NewToken,
        Self::Present,
        Self::PauseHistory,
        Self::PurgeHistory,
        Self::ReadOnly,
        Self::Faults,
        Self::ResetWorld,
        Self::Connect,
        Self::Help,
        Self::ShowOffer,
        Self::Suspend,
        Self::Quit,
        Self::Palette,
        Self::Complete,
        Self::ForgetCall,
        Self::Past(Past::Again),
        Self::Past(Past::Fill),
        Self::Past(Past::Compare),
        Self::Past(Past::Ticket),
        Self::Past(Past::Pin),
        Self::Past(Past::Delete),
        Self::StopRows,
        Self::Row(Row::Reload),
        Self::Row(Row::Test),
        Self::Row(Row::Copy),
        Self::Row(Row::Add),
        Self::Row(Row::Edit),
        Self::Row(Row::Remove),
        Self::Row(Row::Mark),
        Self::Row(Row::Run),
        Self::Row(Row::Compare),
        Self::Move(Move::Up),
        Self::Move(Move::Down),
        Self::Move(Move::PageUp),
        Self::Move(Move::PageDown),
        Self::Move(Move::Top),
        Self::Move(Move::Bottom),
        Self::Move(Move::Enter),
        Self::Move(Move::Back),
        Self::Move(Move::Fold),
        Self::Move(Move::Unfold),
        Self::Move(Move::Toggle),
        Self::Form(Form::Next),
        Self::Form(Form::Previous),
        Self::Form(Form::LeaveEditor),
    ];

    /// Every command, in the order the palette shows them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied()
    }

    /// What it does, in words that fit a line of the palette or the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NextPane => "Next pane",
            Self::ShowCatalogue => "Go to the actions",
            Self::ShowAction => "Go to the form",
            Self::ShowResponse => "Go to the response",
            Self::Palette => "All commands",
            Self::Help => "Help for where you are",
            Self::Runs => "List of runs",
            Self::History => "History: what was run, today and before",
            Self::PauseHistory => "Keep no run in the history from now on, or do again",
            Self::PurgeHistory => "Delete the history",
            Self::Rows => "Rows: run for each row of a file",
            Self::RunForUsers => "Run for several users",
            Self::StopRows => "Rows and users: send no further run",
            Self::Ticket => "Ticket of the run shown, secrets masked",
            Self::Past(Past::Again) => "History: run it again",
            Self::Past(Past::Fill) => "History: open the form with what was sent",
            Self::Past(Past::Compare) => "History: compare the response shown with it",
            Self::Past(Past::Ticket) => "History: ticket of it, secrets masked",
            Self::Past(Past::Pin) => "History: keep it whatever its age, or no longer",
            Self::Past(Past::Delete) => "History: delete it",
            Self::FoldAll => "Fold all integrations",
            Self::UnfoldAll => "Unfold all integrations",
            Self::Reload => "Load the actions again",
            Self::Move(motion) => motion.title(),
            Self::Form(form) => form.title(),
            Self::CopyDefinition => "Copy the action's definition",
            Self::Favourite => "Favourite, or no longer",
            Self::SideEffect => "Correct what the action does: read, write, send, delete",
            Self::Sort => "Sort: by relevance, name, last run, most run",
            Self::Complete => "Complete what is typed, else the next pane",
            Self::News => "What changed in the list since last time",
            Self::CompareLists => "Compare the list with another user's, or a saved one",
            Self::CompareDefinitions => "Compare definitions with how the server writes them",
            Self::Export => "Export the actions listed: OpenAI, Anthropic, JSON Schema, MCP",
            Self::Budget => "Tokens that the actions listed cost a model",
            Self::CopyAs => "Copy as curl, akx, Python, TypeScript, Rust, tool call",
            Self::CopyCommand => "Copy what is shown as an akx command",
            Self::Editor => "Open in $EDITOR",
            Self::SavedCalls => "Saved calls: open or delete one",
            Self::ForgetCall => "Delete the saved call",
            Self::Run => "Run the action",
            Self::CancelRun => "Cancel the run shown",
            Self::View(command) => command.title(),
            Self::CopyAll => "Copy the whole response",
            Self::Connections => "Connections: what this user has connected",
            Self::Doctor => "Doctor: why does it not work for this user",
            Self::Row(command) => command.title(),
            Self::Users => "Users: become another connected user",
            Self::Profiles => "Profiles: take another, edit, add",
            Self::NewToken => "New token: signed, fetched or pasted",
            Self::Present => "Present: mask users, accounts, e-mail addresses, tokens",
            Self::ReadOnly => "Read-only from now on",
            Self::Faults => "Faults of the sandbox: latency, 429, cut body, not connected",
            Self::ResetWorld => "Reset the sandbox's world",
            Self::Connect => "Connect elsewhere: sandbox or project",
            Self::ShowOffer => "Show what waits: what came while you typed",
            Self::Suspend => "To the shell (fg brings akx back)",
            Self::Quit => "Quit",
        }
    }

    /// Whether it makes sense as a row of the palette; moving about does not.
    pub const fn in_palette(self) -> bool {
        !matches!(
            self,
            Self::Move(_)
                | Self::Row(_)
                | Self::Palette
                | Self::Complete
                | Self::ForgetCall
                | Self::Past(_)
                | Self::Form(Form::Next | Form::Previous | Form::LeaveEditor)
        )
    }
}

impl Row {
    /// What it does, in words that fit a line of the palette or the help.
    const fn title(self) -> &'static str {
        match self {
            Self::Reload => "Fill the list anew",
            Self::Test => "Try it, with harmless reads",
            Self::Add => "Add one",
            Self::Edit => "Edit it",
            Self::Remove => "Remove it",
            Self::Copy => "Copy the report",
            Self::Mark => "Mark it, or no longer",
            Self::Run => "Run the open form for those marked; go on with what did not run",
            Self::Compare => "Compare with a user for whom it works",
        }
    }
}
