//! The one table of keys: it drives dispatch, footer, help, palette and the README.
//!
//! Where a person is gives a list of contexts, from most specific to most general; the first with a binding for the key
//! wins. What no binding takes is typed into the text in front.

mod about;

use super::{
    board::Kind,
    command::{Column, Command as C, Form as F, Move as M, Past as P, Row as R, View as V},
    key::{Code, Key},
};

/// A place with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// A question is asked.
    Question,
    /// A line is asked for, such as a file name.
    Prompt,
    /// Text is being searched for in the response.
    Finding,
    /// A jq filter is being typed.
    Query,
    /// A list to choose from: palette, picker, menu, runs.
    Choosing,
    /// The list of runs.
    RunList,
    /// The faults of the sandbox.
    Faults,
    /// One of several accounts of an integration, which can be chosen.
    Account,
    /// What the user has connected, as a board.
    Connections,
    /// The doctor's board.
    Doctor,
    /// The users one works with, as a board.
    Users,
    /// The profiles, as a board.
    Profiles,
    /// One profile, key by key.
    Profile,
    /// The history, as a board.
    History,
    /// Many runs of one action, as a board.
    Rows,
    /// A list over the whole screen.
    Board,
    /// The list of saved calls.
    SavedCalls,
    /// Something to read: help, the request.
    Reading,
    /// A text of many lines is edited.
    Lines,
    /// The form is edited as JSON.
    Json,
    /// Fields of the form are looked for.
    Filter,
    /// The welcome screen.
    Welcome,
    /// The catalogue with an empty query.
    Browsing,
    /// The catalogue.
    Catalogue,
    /// An action's description.
    Detail,
    /// A field that is sent, with no text in it to delete first.
    Sent,
    /// An item of a list or an entry of a map, or the list itself.
    Items,
    /// A field that is chosen from a list.
    Choice,
    /// A field that is switched on and off.
    Switch,
    /// A field of the form that is not text.
    Field,
    /// The form's buttons.
    Buttons,
    /// The form.
    Form,
    /// A run that is shown before it is answered.
    Going,
    /// The response pane before there is a response.
    Waiting,
    /// A response as a tree.
    Tree,
    /// A response as a table.
    Table,
    /// What differs between two responses.
    Changes,
    /// A response as text.
    Text,
    /// A response in any view.
    Response,
    /// A response that a run brought, in any view.
    Answered,
    /// The three panes.
    Explorer,
    /// What is spoken to is a sandbox.
    Sandbox,
    /// A document that was opened by itself.
    Document,
    /// No text is being typed in.
    Outside,
    /// Everywhere.
    Everywhere,
}

impl Context {
    /// The place a board is.
    pub const fn of_board(kind: Kind) -> Self {
        match kind {
            Kind::Connections => Self::Connections,
            Kind::History => Self::History,
            Kind::Rows => Self::Rows,
            Kind::Doctor => Self::Doctor,
            Kind::Users => Self::Users,
            Kind::Profiles => Self::Profiles,
            Kind::Profile => Self::Profile,
        }
    }

    /// The heading its keys stand under in help and README.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Question => "A question",
            Self::Prompt => "A line to fill in",
            Self::Finding => "Finding",
            Self::Query => "A jq filter",
            Self::Choosing => "A list to choose from",
            Self::RunList => "List of runs",
            Self::Faults => "Faults of the sandbox",
            Self::Account | Self::Connections => "Connections",
            Self::Doctor => "Doctor",
            Self::Users => "Users",
            Self::Profiles => "Profiles",
            Self::Profile => "One profile",
            Self::History => "History",
            Self::Rows => "Many runs",
            Self::Board => "A list over the whole screen",
            Self::SavedCalls => "Saved calls",
            Self::Reading => "Help and request",
            Self::Lines => "Text of many lines",
            Self::Json => "Form as JSON",
            Self::Filter => "Looking for fields",
            Self::Welcome => "Welcome",
            Self::Browsing => "Actions, nothing typed",
            Self::Catalogue => "Actions",
            Self::Detail => "Description of an action",
            Self::Sent => "Field that is sent, without text",
            Self::Items => "List of the form, and in it",
            Self::Choice => "Field that is chosen",
            Self::Switch => "Field that is switched",
            Self::Field => "Field that is not text",
            Self::Buttons => "Buttons",
            Self::Form => "Form",
            Self::Going => "Waiting for a response",
            Self::Waiting => "No response yet",
            Self::Tree => "Response as a tree",
            Self::Table => "Response as a table",
            Self::Changes => "Two responses compared",
            Self::Text => "Response as text",
            Self::Response => "Response",
            Self::Answered => "Response of a run",
            Self::Explorer => "All panes",
            Self::Sandbox => "In a sandbox",
            Self::Document => "A document by itself",
            Self::Outside => "Where no text is typed",
            Self::Everywhere => "Everywhere",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// The keys; the first is the one shown.
    pub keys: &'static [Key],
    /// What they ask for.
    pub command: C,
    /// The footer's word for it; empty where the footer does not show it.
    pub footer: &'static str,
}

const fn b(context: Context, keys: &'static [Key], command: C, footer: &'static str) -> Binding {
    Binding { context, keys, command, footer }
}

const ENTER: Key = Key::plain(Code::Enter);
const ESC: Key = Key::plain(Code::Esc);
const TAB: Key = Key::plain(Code::Tab);
const BACK_TAB: Key = Key::plain(Code::BackTab);
const UP: Key = Key::plain(Code::Up);
const DOWN: Key = Key::plain(Code::Down);
const LEFT: Key = Key::plain(Code::Left);
const RIGHT: Key = Key::plain(Code::Right);
const PAGE_UP: Key = Key::plain(Code::PageUp);
const PAGE_DOWN: Key = Key::plain(Code::PageDown);
const HOME: Key = Key::plain(Code::Home);
const END: Key = Key::plain(Code::End);
const BACKSPACE: Key = Key::plain(Code::Backspace);
const DELETE: Key = Key::plain(Code::Delete);
const SPACE: Key = Key::char(' ');
/// What the shell and Emacs undo with; `^/` sends the same on most keyboards. (`^Z` gives the terminal to the shell.)
const UNDO: Key = Key::ctrl('_');
const REDO: Key = Key::ctrl('y');

/// All bindings. Within a context, the order is the footer's and the help's.
pub const BINDINGS: &[Binding] = &[
    b(Context::Question, &[ENTER], C::Move(M::Enter), "choose"),
    b(Context::Question, &[RIGHT, TAB, DOWN], C::Move(M::Down), "other answer"),
    b(Context::Question, &[LEFT, BACK_TAB, UP], C::Move(M::Up), ""),
    b(Context::Question, &[ESC], C::Move(M::Back), "no"),
    b(Context::Prompt, &[ENTER], C::Move(M::Enter), "done"),
    b(Context::Prompt, &[ESC], C::Move(M::Back), "back"),
    b(Context::Finding, &[ENTER], C::Move(M::Enter), "keep"),
    b(Context::Finding, &[DOWN], C::View(V::FindNext), "next"),
    b(Context::Finding, &[UP], C::View(V::FindPrevious), "before"),
    b(Context::Finding, &[ESC], C::Move(M::Back), "back"),
    b(Context::Query, &[ENTER], C::Move(M::Enter), "keep"),
    b(Context::Query, &[TAB], C::Complete, "complete"),
    b(Context::Query, &[UP], C::Move(M::Up), "earlier filters"),
    b(Context::Query, &[DOWN], C::Move(M::Down), ""),
    b(Context::Query, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Query, &[PAGE_DOWN], C::Move(M::PageDown), "scroll"),
    b(Context::Query, &[ESC], C::Move(M::Back), "back"),
    b(Context::RunList, &[DELETE, Key::ctrl('c')], C::CancelRun, "cancel the run"),
    b(Context::SavedCalls, &[DELETE], C::ForgetCall, "delete"),
    b(Context::Faults, &[ENTER, SPACE], C::Move(M::Enter), "switch"),
    b(Context::Faults, &[Key::ctrl('y')], C::ResetWorld, "reset the world"),
    b(Context::RunList, &[Key::ctrl('n')], C::History, "history"),
    b(Context::Choosing, &[ENTER], C::Move(M::Enter), "choose"),
    b(Context::Choosing, &[UP], C::Move(M::Up), ""),
    b(Context::Choosing, &[DOWN, TAB], C::Move(M::Down), ""),
    b(Context::Choosing, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Choosing, &[PAGE_DOWN], C::Move(M::PageDown), ""),
    b(Context::Choosing, &[ESC], C::Move(M::Back), "back"),
    b(Context::Account, &[ENTER], C::Move(M::Enter), "use this account"),
    b(Context::Connections, &[Key::ctrl('r')], C::Row(R::Reload), "ask again"),
    b(Context::Doctor, &[ENTER], C::Move(M::Enter), "report"),
    b(Context::Doctor, &[Key::ctrl('r')], C::Row(R::Reload), "again"),
    b(Context::Doctor, &[Key::ctrl('t')], C::Row(R::Test), "reads"),
    b(Context::Doctor, &[Key::ctrl('d')], C::Row(R::Compare), "compare"),
    b(Context::Doctor, &[Key::ctrl('y')], C::Row(R::Copy), "copy"),
    b(Context::Users, &[ENTER], C::Move(M::Enter), "become"),
    b(Context::Users, &[Key::ctrl('n')], C::Row(R::Add), "add"),
    b(Context::Users, &[Key::ctrl('o')], C::Row(R::Edit), "edit"),
    b(Context::Users, &[Key::ctrl('t')], C::Row(R::Mark), "mark"),
    b(Context::Users, &[Key::ctrl('r')], C::Row(R::Run), "run for marked"),
    b(Context::Users, &[DELETE], C::Row(R::Remove), "remove"),
    b(Context::Profiles, &[ENTER], C::Move(M::Enter), "take"),
    b(Context::Profiles, &[Key::ctrl('n')], C::Row(R::Add), "add"),
    b(Context::Profiles, &[Key::ctrl('o')], C::Row(R::Edit), "edit"),
    b(Context::Profiles, &[DELETE], C::Row(R::Remove), "take out"),
    b(Context::Profile, &[ENTER], C::Move(M::Enter), "change"),
    b(Context::History, &[ENTER], C::Move(M::Enter), "response"),
    b(Context::History, &[Key::ctrl('r')], C::Past(P::Again), "run again"),
    b(Context::History, &[Key::ctrl('o')], C::Past(P::Fill), "form"),
    b(Context::History, &[Key::ctrl('d')], C::Past(P::Compare), "compare"),
    b(Context::History, &[Key::ctrl('t')], C::Past(P::Ticket), "ticket"),
    b(Context::History, &[Key::ctrl('f')], C::Past(P::Pin), "pin"),
    b(Context::History, &[Key::ctrl('x'), DELETE], C::Past(P::Delete), "delete"),
    b(Context::Rows, &[ENTER], C::Move(M::Enter), "response"),
    b(Context::Rows, &[Key::ctrl('c')], C::StopRows, "stop"),
    b(Context::Rows, &[Key::ctrl('r')], C::Row(R::Run), "go on"),
    b(Context::Board, &[ENTER], C::Move(M::Enter), ""),
    b(Context::Board, &[UP], C::Move(M::Up), ""),
    b(Context::Board, &[DOWN, TAB], C::Move(M::Down), ""),
    b(Context::Board, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Board, &[PAGE_DOWN], C::Move(M::PageDown), ""),
    b(Context::Board, &[ESC], C::Move(M::Back), "back"),
    b(Context::Reading, &[ESC, ENTER, Key::char('q')], C::Move(M::Back), "back"),
    b(Context::Reading, &[UP, Key::char('k')], C::Move(M::Up), ""),
    b(Context::Reading, &[DOWN, Key::char('j')], C::Move(M::Down), "scroll"),
    b(Context::Reading, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Reading, &[PAGE_DOWN, SPACE], C::Move(M::PageDown), ""),
    b(Context::Reading, &[HOME, Key::char('g')], C::Move(M::Top), ""),
    b(Context::Reading, &[END, Key::char('G')], C::Move(M::Bottom), ""),
    b(Context::Reading, &[Key::char('y')], C::CopyAll, "copy"),
    b(Context::Lines, &[ESC, TAB], C::Form(F::LeaveEditor), "done"),
    b(Context::Lines, &[Key::ctrl('o')], C::Editor, "$EDITOR"),
    b(Context::Lines, &[UNDO], C::Form(F::Undo), "undo"),
    b(Context::Lines, &[REDO], C::Form(F::Redo), ""),
    b(Context::Json, &[Key::ctrl('t'), ESC, TAB], C::Form(F::LeaveEditor), "back to the form"),
    b(Context::Json, &[Key::ctrl('o')], C::Editor, "$EDITOR"),
    b(Context::Json, &[UNDO], C::Form(F::Undo), "undo"),
    b(Context::Json, &[REDO], C::Form(F::Redo), ""),
    b(Context::Filter, &[ENTER], C::Move(M::Enter), "fill in"),
    b(Context::Filter, &[UP, BACK_TAB], C::Form(F::Previous), ""),
    b(Context::Filter, &[DOWN, TAB], C::Form(F::Next), "next"),
    b(Context::Filter, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Filter, &[PAGE_DOWN], C::Move(M::PageDown), ""),
    b(Context::Filter, &[ESC], C::Move(M::Back), "all fields"),
    b(Context::Welcome, &[ENTER], C::Move(M::Enter), "choose"),
    b(Context::Welcome, &[DOWN, TAB], C::Move(M::Down), "next"),
    b(Context::Welcome, &[UP, BACK_TAB], C::Move(M::Up), ""),
    b(Context::Welcome, &[ESC], C::Move(M::Back), "back"),
    b(Context::Catalogue, &[ENTER], C::Move(M::Enter), "open"),
    b(Context::Catalogue, &[UP], C::Move(M::Up), ""),
    b(Context::Catalogue, &[DOWN], C::Move(M::Down), ""),
    b(Context::Catalogue, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Catalogue, &[PAGE_DOWN], C::Move(M::PageDown), ""),
    b(Context::Catalogue, &[TAB], C::Complete, ""),
    b(Context::Catalogue, &[Key::ctrl('f')], C::Favourite, ""),
    b(Context::Catalogue, &[Key::ctrl('o')], C::Sort, ""),
    b(Context::Catalogue, &[ESC], C::Move(M::Back), "clear"),
    b(Context::Browsing, &[RIGHT], C::Move(M::Unfold), ""),
    b(Context::Browsing, &[LEFT], C::Move(M::Fold), ""),
    b(Context::Browsing, &[HOME], C::Move(M::Top), ""),
    b(Context::Browsing, &[END], C::Move(M::Bottom), ""),
    b(Context::Detail, &[ENTER], C::Move(M::Enter), "fill in"),
    b(Context::Detail, &[Key::char('y')], C::CopyDefinition, "copy definition"),
    b(Context::Detail, &[Key::char('f'), Key::ctrl('f')], C::Favourite, "favourite"),
    b(Context::Detail, &[Key::char('e')], C::SideEffect, ""),
    b(Context::Detail, &[Key::char('x')], C::CopyAs, "copy as"),
    b(Context::Detail, &[UP, Key::char('k')], C::Move(M::Up), ""),
    b(Context::Detail, &[DOWN, Key::char('j')], C::Move(M::Down), ""),
    b(Context::Detail, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Detail, &[PAGE_DOWN, SPACE], C::Move(M::PageDown), ""),
    b(Context::Detail, &[HOME, Key::char('g')], C::Move(M::Top), ""),
    b(Context::Detail, &[END, Key::char('G')], C::Move(M::Bottom), ""),
    b(Context::Detail, &[ESC], C::Move(M::Back), "back"),
    b(Context::Sent, &[BACKSPACE], C::Form(F::NotSent), "not sent"),
    b(Context::Items, &[Key::char('+')], C::Form(F::AddItem), "add"),
    b(Context::Items, &[DELETE], C::Form(F::RemoveItem), ""),
    b(Context::Choice, &[ENTER, SPACE], C::Move(M::Enter), "choose"),
    b(Context::Switch, &[SPACE], C::Move(M::Toggle), "switch"),
    b(Context::Field, &[SPACE], C::Move(M::Toggle), ""),
    b(Context::Field, &[RIGHT], C::Move(M::Unfold), ""),
    b(Context::Field, &[LEFT], C::Move(M::Fold), ""),
    b(Context::Field, &[Key::char('/')], C::Form(F::Filter), ""),
    b(Context::Buttons, &[RIGHT], C::Form(F::Next), ""),
    b(Context::Buttons, &[LEFT], C::Form(F::Previous), ""),
    b(Context::Form, &[ENTER], C::Move(M::Enter), "next"),
    b(Context::Form, &[TAB, DOWN], C::Form(F::Next), ""),
    b(Context::Form, &[BACK_TAB, UP], C::Form(F::Previous), ""),
    b(Context::Form, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Form, &[PAGE_DOWN], C::Move(M::PageDown), ""),
    b(Context::Form, &[Key::ctrl('g')], C::Form(F::Menu), "field"),
    b(Context::Form, &[Key::ctrl('t')], C::Form(F::Json), "JSON"),
    b(Context::Form, &[Key::ctrl('o')], C::Editor, ""),
    b(Context::Form, &[Key::ctrl('v')], C::Form(F::Request), "request"),
    b(Context::Form, &[UNDO], C::Form(F::Undo), "undo"),
    b(Context::Form, &[REDO], C::Form(F::Redo), ""),
    b(Context::Form, &[Key::ctrl('x')], C::CopyAs, ""),
    b(Context::Form, &[Key::ctrl('s')], C::Form(F::Save), "save"),
    b(Context::Form, &[Key::ctrl('f')], C::Form(F::Filter), "find"),
    b(Context::Form, &[Key::ctrl_code(Code::Up)], C::Form(F::MoveItemUp), ""),
    b(Context::Form, &[Key::ctrl_code(Code::Down)], C::Form(F::MoveItemDown), ""),
    b(Context::Form, &[ESC], C::Move(M::Back), "back"),
    b(Context::Going, &[Key::ctrl('c')], C::CancelRun, "cancel"),
    b(Context::Waiting, &[Key::char('[')], C::View(V::PreviousRun), ""),
    b(Context::Waiting, &[Key::char(']')], C::View(V::NextRun), ""),
    b(Context::Waiting, &[ESC], C::Move(M::Back), "back"),
    b(Context::Tree, &[ENTER, SPACE], C::Move(M::Toggle), "fold"),
    b(Context::Tree, &[RIGHT, Key::char('l')], C::Move(M::Unfold), ""),
    b(Context::Tree, &[LEFT, Key::char('h')], C::Move(M::Fold), ""),
    b(Context::Tree, &[Key::char('+')], C::View(V::UnfoldMore), ""),
    b(Context::Tree, &[Key::char('-')], C::View(V::FoldMore), ""),
    b(Context::Tree, &[Key::char('u')], C::View(V::UnwrapText), ""),
    b(Context::Tree, &[Key::char('o')], C::View(V::OpenLink), ""),
    b(Context::Tree, &[Key::char('a')], C::View(V::CopyKey), ""),
    b(Context::Tree, &[Key::char('J')], C::View(V::NextSibling), ""),
    b(Context::Tree, &[Key::char('K')], C::View(V::PreviousSibling), ""),
    b(Context::Table, &[ENTER], C::Move(M::Enter), "in the tree"),
    b(Context::Table, &[Key::char('o')], C::View(V::Column(Column::Sort)), "sort"),
    b(Context::Table, &[Key::char('/')], C::View(V::Find), "filter"),
    b(Context::Table, &[RIGHT, Key::char('l')], C::Move(M::Unfold), ""),
    b(Context::Table, &[LEFT, Key::char('h')], C::Move(M::Fold), ""),
    b(Context::Table, &[Key::char('+')], C::View(V::Column(Column::Unfold)), "unfold"),
    b(Context::Table, &[Key::char('-')], C::View(V::Column(Column::Fold)), ""),
    b(Context::Table, &[Key::char('x')], C::View(V::Column(Column::Hide)), "leave out"),
    b(Context::Table, &[Key::char('X')], C::View(V::Column(Column::ShowAll)), ""),
    b(Context::Table, &[Key::char('<')], C::View(V::Column(Column::CarryLeft)), ""),
    b(Context::Table, &[Key::char('>')], C::View(V::Column(Column::CarryRight)), ""),
    b(Context::Table, &[Key::char('c')], C::View(V::CopyCsv), "CSV"),
    b(Context::Table, &[Key::char('v')], C::View(V::CopyTsv), ""),
    b(Context::Table, &[Key::char('m')], C::View(V::CopyMarkdown), ""),
    b(Context::Table, &[Key::char('R')], C::View(V::CopyRow), ""),
    b(Context::Table, &[Key::char('b')], C::View(V::Chart), "chart"),
    b(Context::Changes, &[ENTER], C::Move(M::Enter), "in the tree"),
    b(Context::Changes, &[Key::char('i')], C::View(V::IgnorePlace), "leave out"),
    b(Context::Changes, &[Key::char('I')], C::View(V::IgnoreNothing), ""),
    b(Context::Text, &[RIGHT, Key::char('l')], C::Move(M::Unfold), ""),
    b(Context::Text, &[LEFT, Key::char('h')], C::Move(M::Fold), ""),
    b(Context::Text, &[Key::char('p')], C::View(V::TogglePretty), "as received"),
    b(Context::Response, &[UP, Key::char('k')], C::Move(M::Up), ""),
    b(Context::Response, &[DOWN, Key::char('j')], C::Move(M::Down), ""),
    b(Context::Response, &[PAGE_UP], C::Move(M::PageUp), ""),
    b(Context::Response, &[PAGE_DOWN], C::Move(M::PageDown), ""),
    b(Context::Response, &[HOME, Key::char('g')], C::Move(M::Top), ""),
    b(Context::Response, &[END, Key::char('G')], C::Move(M::Bottom), ""),
    b(Context::Response, &[TAB], C::View(V::Next), "view"),
    b(Context::Response, &[BACK_TAB], C::View(V::Previous), ""),
    b(Context::Response, &[Key::char('/')], C::View(V::Find), "find"),
    b(Context::Response, &[Key::char('n')], C::View(V::FindNext), ""),
    b(Context::Response, &[Key::char('N')], C::View(V::FindPrevious), ""),
    b(Context::Response, &[Key::char('t')], C::View(V::Table), "table"),
    b(Context::Response, &[Key::char('.')], C::View(V::Query), "jq"),
    b(Context::Response, &[Key::char('y')], C::View(V::CopyValue), "copy"),
    b(Context::Response, &[Key::char('Y')], C::View(V::CopyPath), ""),
    b(Context::Response, &[Key::char('c')], C::CopyAll, ""),
    b(Context::Response, &[Key::char('V')], C::View(V::Select), ""),
    b(Context::Response, &[Key::char('s')], C::View(V::Save), "save"),
    b(Context::Response, &[Key::char('P')], C::View(V::Pager), ""),
    b(Context::Response, &[Key::char('p')], C::View(V::TogglePretty), ""),
    b(Context::Response, &[Key::char('r')], C::View(V::Raw), ""),
    b(Context::Response, &[Key::char('e')], C::Editor, ""),
    b(Context::Response, &[ESC], C::Move(M::Back), "back"),
    b(Context::Answered, &[Key::char('z')], C::View(V::Zoom), "full screen"),
    b(Context::Answered, &[Key::char('d')], C::View(V::Compare), "compare"),
    b(Context::Answered, &[Key::char('D')], C::View(V::CompareWith), ""),
    b(Context::Answered, &[Key::char('i')], C::View(V::CopyRequestId), ""),
    b(Context::Answered, &[Key::char('x')], C::CopyAs, ""),
    b(Context::Answered, &[Key::char('f')], C::View(V::NextPage), ""),
    b(Context::Answered, &[Key::char('F')], C::View(V::AllPages), ""),
    b(Context::Answered, &[Key::char('T')], C::Ticket, ""),
    b(Context::Answered, &[Key::char('H')], C::History, ""),
    b(Context::Answered, &[Key::char('[')], C::View(V::PreviousRun), ""),
    b(Context::Answered, &[Key::char(']')], C::View(V::NextRun), ""),
    b(Context::Explorer, &[Key::ctrl('r'), Key::plain(Code::F(5))], C::Run, "run"),
    b(Context::Explorer, &[Key::ctrl('l'), Key::plain(Code::F(6))], C::NextPane, "next pane"),
    b(Context::Explorer, &[Key::ctrl('n')], C::Runs, ""),
    b(Context::Explorer, &[Key::ctrl('b')], C::Users, ""),
    b(Context::Explorer, &[Key::ctrl('s')], C::SavedCalls, ""),
    b(Context::Explorer, &[Key::alt(Code::Char('1'))], C::ShowCatalogue, ""),
    b(Context::Explorer, &[Key::alt(Code::Char('2'))], C::ShowAction, ""),
    b(Context::Explorer, &[Key::alt(Code::Char('3'))], C::ShowResponse, ""),
    b(Context::Sandbox, &[Key::ctrl('d')], C::Faults, ""),
    b(Context::Sandbox, &[Key::ctrl('y')], C::ResetWorld, ""),
    b(Context::Document, &[Key::char('q')], C::Quit, "quit"),
    b(Context::Outside, &[Key::char(':')], C::Palette, ""),
    b(Context::Outside, &[Key::char('?')], C::Help, ""),
    b(Context::Outside, &[Key::char('@')], C::Users, ""),
    b(Context::Outside, &[Key::char('*')], C::Present, ""),
    b(Context::Everywhere, &[Key::ctrl('p')], C::Palette, "commands"),
    b(Context::Everywhere, &[Key::plain(Code::F(1))], C::Help, "help"),
    b(Context::Everywhere, &[Key::plain(Code::F(2))], C::ShowOffer, ""),
    b(Context::Everywhere, &[Key::ctrl('c')], C::CancelRun, ""),
    b(Context::Everywhere, &[Key::ctrl('z')], C::Suspend, ""),
    b(Context::Everywhere, &[Key::ctrl('q')], C::Quit, "quit"),
];

/// The command `key` asks for where `contexts` hold, from most specific to most general.
pub fn resolve(contexts: &[Context], key: Key) -> Option<C> {
    contexts
        .iter()
        .find_map(|context| BINDINGS.iter().find(|b| b.context == *context && b.keys.contains(&key)).map(|b| b.command))
}

/// The bindings that hold where `contexts` hold, without those a more specific context takes the key of.
pub fn holding(contexts: &[Context]) -> Vec<&'static Binding> {
    let mut taken: Vec<Key> = Vec::new();
    let mut holding = Vec::new();
    for context in contexts {
        for binding in BINDINGS.iter().filter(|b| b.context == *context) {
            if binding.keys.iter().any(|k| !taken.contains(k)) {
                holding.push(binding);
            }
        }
        taken.extend(BINDINGS.iter().filter(|b| b.context == *context).flat_map(|b| b.keys));
    }
    holding
}

/// The key to show beside `command` where no place is meant: of the most general place that has one, the most
/// dependable first.
pub fn key_of(command: C) -> Option<Key> {
    let binding = BINDINGS.iter().filter(|b| b.command == command).max_by_key(|b| b.context)?;
    let mut keys = binding.keys.iter();
    keys.clone().find(|k| k.is_dependable()).or_else(|| keys.next()).copied()
}

/// The README's table of keys, in Markdown.
pub fn markdown() -> String {
    use std::fmt::Write as _;
    let mut out = String::from("| where | keys | what |\n| --- | --- | --- |\n");
    let mut contexts: Vec<Context> = BINDINGS.iter().map(|b| b.context).collect();
    contexts.sort_by_key(|c| std::cmp::Reverse(*c));
    contexts.dedup();
    for context in contexts {
        for binding in BINDINGS.iter().filter(|b| b.context == context) {
            let keys: Vec<String> = binding.keys.iter().map(|k| format!("`{k}`")).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(out, "| {} | {} | {} |", context.title(), keys.join(" "), binding.command.title());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (i, one) in BINDINGS.iter().enumerate() {
            for other in &BINDINGS[i + 1..] {
                let clash = one.context == other.context && one.keys.iter().any(|k| other.keys.contains(k));
                assert!(!clash, "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn every_command_has_a_route_on_any_terminal() {
        for command in C::all() {
            let by_key = BINDINGS.iter().any(|b| b.command == command && b.keys.iter().any(|k| k.is_dependable()));
            assert!(by_key || command.in_palette(), "{command:?} needs a key that every terminal passes on");
        }
        assert!(resolve(&[Context::Everywhere], Key::ctrl('p')) == Some(C::Palette));
    }

    #[test]
    fn text_keeps_the_editors_own_keys() {
        let text = [
            Context::Catalogue,
            Context::Form,
            Context::Lines,
            Context::Json,
            Context::Filter,
            Context::Prompt,
            Context::Finding,
            Context::Query,
            Context::Choosing,
            Context::Explorer,
            Context::Everywhere,
        ];
        for key in [
            LEFT,
            RIGHT,
            HOME,
            END,
            DELETE,
            BACKSPACE,
            Key::ctrl('a'),
            Key::ctrl('e'),
            Key::ctrl('u'),
            Key::ctrl('k'),
            Key::ctrl('w'),
            Key::ctrl_code(Code::Left),
            Key::ctrl_code(Code::Right),
        ] {
            assert_eq!(resolve(&text, key), None, "{key}");
        }
        for c in ' '..='~' {
            assert_eq!(resolve(&text, Key::char(c)), None, "{c:?} must be typed, not obeyed");
        }
    }

    #[test]
    fn every_command_is_listed_once() {
        let all: Vec<C> = C::all().collect();
        for (i, one) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(one), "{one:?}");
        }
        for binding in BINDINGS {
            assert!(all.contains(&binding.command), "{:?}", binding.command);
        }
    }

    #[test]
    fn what_holds_leaves_out_what_is_covered() {
        let holds = holding(&[Context::Browsing, Context::Catalogue, Context::Explorer, Context::Everywhere]);
        assert!(holds.iter().any(|b| b.command == C::Move(M::Unfold)));
        assert_eq!(holds.iter().filter(|b| b.keys.contains(&ENTER)).count(), 1);
    }
}
