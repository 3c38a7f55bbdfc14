//! What a person can ask of the response that is shown.

/// Commands about the response that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum View {
    /// The response over the whole screen, and back.
    Zoom,
    /// The next view of the response.
    Next,
    /// The view before.
    Previous,
    /// The response as a tree.
    Tree,
    /// The response as a table of records, and back.
    Table,
    /// The response as text.
    Raw,
    /// The response's headers and timing.
    Headers,
    /// The request that was sent.
    Request,
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
    /// Copy the path of the value under the cursor as a JSON Pointer.
    CopyPointer,
    /// Copy the request id that the server gave.
    CopyRequestId,
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
    /// Run the page after the one that is shown.
    NextPage,
    /// Run all pages from the one that is shown, as one document.
    AllPages,
    /// Unfold the JSON inside a text.
    UnwrapText,
    /// The next value on the same level.
    NextSibling,
    /// The value before on the same level.
    PreviousSibling,
    /// Arrange the columns of the table.
    Column(Column),
    /// Copy the table as CSV.
    CopyCsv,
    /// Copy the table as text with tabs.
    CopyTsv,
    /// Copy the table as Markdown.
    CopyMarkdown,
    /// Copy the key under the cursor.
    CopyKey,
    /// Copy the record under the cursor of the table, as JSON.
    CopyRow,
    /// Select rows, to be copied.
    Select,
    /// Draw a chart of the column under the cursor.
    Chart,
    /// Open the link under the cursor.
    OpenLink,
    /// Read the response in the pager.
    Pager,
    /// Compare with the run before of the same action.
    Compare,
    /// Compare with a run to choose.
    CompareWith,
    /// Filter the response with jq.
    Query,
    /// Leave the place under the cursor out of the comparison.
    IgnorePlace,
    /// Compare every place again.
    IgnoreNothing,
}

/// What a person can ask of the column of a table that is under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// Order the rows by it: rising, falling, not at all.
    Sort,
    /// Leave it out of the table.
    Hide,
    /// Show the members of the objects in it as columns.
    Unfold,
    /// Show the objects that its values lie in as one column again.
    Fold,
    /// Show every column of the table.
    ShowAll,
    /// Move it to the left.
    CarryLeft,
    /// Move it to the right.
    CarryRight,
}

impl Column {
    const fn title(self) -> &'static str {
        match self {
            Self::Sort => "Sort by the column: rising, falling, not",
            Self::Hide => "Leave the column out",
            Self::Unfold => "Unfold the column: what its objects have become columns",
            Self::Fold => "Fold the column back into its objects",
            Self::ShowAll => "Show all columns",
            Self::CarryLeft => "Move the column left",
            Self::CarryRight => "Move the column right",
        }
    }
}

impl View {
    /// What it does, in words that fit a line of the palette or the help.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Zoom => "Response over the whole screen, and back",
            Self::Next => "Next view of the response",
            Self::Previous => "View before",
            Self::Tree => "Response as a tree",
            Self::Table => "Response as a table, and back",
            Self::NextPage => "Next page of the answer",
            Self::AllPages => "All pages of the answer as one document",
            Self::CopyKey => "Copy the key under the cursor",
            Self::CopyRow => "Copy the record under the cursor as JSON",
            Self::Select => "Select rows to copy",
            Self::Chart => "Draw a chart of the column under the cursor",
            Self::OpenLink => "Open the link under the cursor",
            Self::Pager => "Read the response in the pager",
            Self::Raw => "Response as text",
            Self::Headers => "Headers and timing",
            Self::Request => "The request that was sent",
            Self::TogglePretty => "Text laid out, or exactly as received",
            Self::Find => "Find in the response",
            Self::Query => "Filter the response with jq",
            Self::FindNext => "Next place found",
            Self::FindPrevious => "Place found before",
            Self::CopyValue => "Copy the value",
            Self::CopyPath => "Copy the path",
            Self::CopyPointer => "Copy the path as a JSON Pointer",
            Self::CopyRequestId => "Copy the request id",
            Self::Save => "Save the response to a file",
            Self::UnfoldMore => "Unfold one level more",
            Self::FoldMore => "Fold one level more",
            Self::PreviousRun => "Run before",
            Self::NextRun => "Next run",
            Self::UnwrapText => "Unfold the JSON inside a text, or read a long one",
            Self::NextSibling => "Next on the same level",
            Self::PreviousSibling => "Before on the same level",
            Self::Column(column) => column.title(),
            Self::CopyCsv => "Copy the table as CSV",
            Self::CopyTsv => "Copy the table with tabs, for a spreadsheet",
            Self::CopyMarkdown => "Copy the table as Markdown",
            Self::Compare => "Compare with the run before of the same action",
            Self::CompareWith => "Compare with another run",
            Self::IgnorePlace => "Leave this place out of the comparison",
            Self::IgnoreNothing => "Compare every place again",
        }
    }
}
