//! What a person can ask for: every command, with the words the palette and the help use.

/// A person's intent, whatever key, click or palette row it came from. (An *action* is an item of the catalogue.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    // Moving, wherever a list or a text is in front.
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
    // Catalogue.
    /// Fold every integration.
    FoldAll,
    /// Unfold every integration.
    UnfoldAll,
    /// Ask the server for the actions again.
    Reload,
    /// Copy the action's definition.
    CopyDefinition,
    // Form.
    /// The next field.
    NextField,
    /// The field before.
    PreviousField,
    /// Not sent: take the field's value away.
    NotSent,
    /// What else can be done with the field.
    FieldMenu,
    /// Form as JSON and back.
    JsonView,
    /// The field, or the whole JSON, in `$EDITOR`.
    Editor,
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
    ClearForm,
    /// The request as it will be sent.
    ShowRequest,
    /// Run the action.
    Run,
    /// Stop the run that is shown.
    CancelRun,
    // Response.
    /// The next view of the response.
    NextView,
    /// The view before.
    PreviousView,
    /// The response as a tree.
    ViewTree,
    /// The response as text.
    ViewRaw,
    /// The response's headers and timing.
    ViewHeaders,
    /// The request that was sent.
    ViewRequest,
    /// Pretty text or exactly as received.
    TogglePretty,
    /// Find text in the response.
    Find,
    /// The next place found.
    FindNext,
    /// The place found before.
    FindPrevious,
    /// Copy the value under the cursor.
    CopyValue,
    /// Copy the path of the value under the cursor.
    CopyPath,
    /// Copy the whole response.
    CopyAll,
    /// Save the response to a file.
    Save,
    /// Unfold one level more everywhere.
    UnfoldMore,
    /// Fold one level more everywhere.
    FoldMore,
    /// The run before.
    PreviousRun,
    /// The next run.
    NextRun,
    /// Open the JSON inside a text.
    UnwrapText,
    // Session.
    /// Refuse everything but reads, for the rest of the session.
    ReadOnly,
    /// The welcome screen: the sandbox, or another project.
    Connect,
    /// Leave the program to the shell for a while.
    Suspend,
    /// Leave the program.
    Quit,
}

impl Command {
    /// Every command, in the order the palette shows them.
    pub const ALL: [Self; 60] = [
        Self::Run,
        Self::CancelRun,
        Self::Runs,
        Self::ShowRequest,
        Self::JsonView,
        Self::Editor,
        Self::FieldMenu,
        Self::NotSent,
        Self::AddItem,
        Self::RemoveItem,
        Self::MoveItemUp,
        Self::MoveItemDown,
        Self::ClearForm,
        Self::CopyDefinition,
        Self::CopyValue,
        Self::CopyPath,
        Self::CopyAll,
        Self::Save,
        Self::Find,
        Self::FindNext,
        Self::FindPrevious,
        Self::ViewTree,
        Self::ViewRaw,
        Self::ViewHeaders,
        Self::ViewRequest,
        Self::TogglePretty,
        Self::UnfoldMore,
        Self::FoldMore,
        Self::UnwrapText,
        Self::PreviousRun,
        Self::NextRun,
        Self::NextView,
        Self::PreviousView,
        Self::FoldAll,
        Self::UnfoldAll,
        Self::Reload,
        Self::NextPane,
        Self::ShowCatalogue,
        Self::ShowAction,
        Self::ShowResponse,
        Self::ReadOnly,
        Self::Connect,
        Self::Help,
        Self::Suspend,
        Self::Quit,
        Self::Palette,
        Self::Up,
        Self::Down,
        Self::PageUp,
        Self::PageDown,
        Self::Top,
        Self::Bottom,
        Self::Enter,
        Self::Back,
        Self::Fold,
        Self::Unfold,
        Self::Toggle,
        Self::NextField,
        Self::PreviousField,
        Self::LeaveEditor,
    ];

    /// What it does, in words that fit a line of the palette or the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::Down => "Down",
            Self::PageUp => "Page up",
            Self::PageDown => "Page down",
            Self::Top => "To the first row",
            Self::Bottom => "To the last row",
            Self::Enter => "Open, choose, go on",
            Self::Back => "Back one step (typed text is kept)",
            Self::Fold => "Fold, or go to the enclosing row",
            Self::Unfold => "Unfold, or go inside",
            Self::Toggle => "Switch or unfold",
            Self::NextPane => "Next pane",
            Self::ShowCatalogue => "Go to the actions",
            Self::ShowAction => "Go to the form",
            Self::ShowResponse => "Go to the response",
            Self::Palette => "All commands",
            Self::Help => "Help for where you are",
            Self::Runs => "List of runs",
            Self::FoldAll => "Fold all integrations",
            Self::UnfoldAll => "Unfold all integrations",
            Self::Reload => "Load the actions again",
            Self::CopyDefinition => "Copy the action's definition",
            Self::NextField => "Next field",
            Self::PreviousField => "Field before",
            Self::NotSent => "Do not send this field",
            Self::FieldMenu => "More for this field: null, default, example, JSON",
            Self::JsonView => "Form as JSON, and back",
            Self::Editor => "Open in $EDITOR",
            Self::LeaveEditor => "Done, keep the text",
            Self::AddItem => "Add an item",
            Self::RemoveItem => "Remove the item",
            Self::MoveItemUp => "Move the item up",
            Self::MoveItemDown => "Move the item down",
            Self::ClearForm => "Clear the form",
            Self::ShowRequest => "The request as it will be sent",
            Self::Run => "Run the action",
            Self::CancelRun => "Cancel the run shown",
            Self::NextView => "Next view of the response",
            Self::PreviousView => "View before",
            Self::ViewTree => "Response as a tree",
            Self::ViewRaw => "Response as text",
            Self::ViewHeaders => "Headers and timing",
            Self::ViewRequest => "The request that was sent",
            Self::TogglePretty => "Text laid out, or exactly as received",
            Self::Find => "Find in the response",
            Self::FindNext => "Next place found",
            Self::FindPrevious => "Place found before",
            Self::CopyValue => "Copy the value",
            Self::CopyPath => "Copy the path",
            Self::CopyAll => "Copy the whole response",
            Self::Save => "Save the response to a file",
            Self::UnfoldMore => "Unfold one level more",
            Self::FoldMore => "Fold one level more",
            Self::PreviousRun => "Run before",
            Self::NextRun => "Next run",
            Self::UnwrapText => "Open the JSON inside a text",
            Self::ReadOnly => "Read-only from now on",
            Self::Connect => "Connect elsewhere: sandbox or project",
            Self::Suspend => "To the shell (fg brings akx back)",
            Self::Quit => "Quit",
        }
    }

    /// Whether it makes sense as a row of the palette; moving about does not.
    pub const fn in_palette(self) -> bool {
        !matches!(
            self,
            Self::Up
                | Self::Down
                | Self::PageUp
                | Self::PageDown
                | Self::Top
                | Self::Bottom
                | Self::Enter
                | Self::Back
                | Self::Fold
                | Self::Unfold
                | Self::Toggle
                | Self::Palette
                | Self::NextField
                | Self::PreviousField
                | Self::LeaveEditor
        )
    }
}
