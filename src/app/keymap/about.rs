//! What each place is for: the sentences that help begins with.

use super::Context;

impl Context {
    /// What one does here, in a sentence or two; empty where the place says so itself.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Browsing | Self::Catalogue => {
                "All the actions this user may call, by integration. Type to search them in any words; Enter opens the \
                 one under the cursor."
            }
            Self::Detail => "What the action does and takes, and how an agent is told of it. Enter opens its form.",
            Self::Sent | Self::Items | Self::Choice | Self::Switch | Self::Field | Self::Buttons | Self::Form => {
                "A field for each parameter; those with * must be given. What is \"not sent\" stays out of the request. \
                 Nothing is sent before ^R."
            }
            Self::Filter => "The fields whose names or descriptions have these words.",
            Self::Json => "The same parameters as JSON. What the fields have no place for is kept and sent as well.",
            Self::Lines => "A text of several lines. Enter begins a new one.",
            Self::Going => "The action is running. Others can be opened and run meanwhile.",
            Self::Waiting => "The answer of the action that is run stands here, as soon as there is one.",
            Self::Tree => {
                "The answer, part by part: what is folded says how much is inside, and a value what it means."
            }
            Self::Table => {
                "The records of the answer, one a row. The keys act on the column under the cursor; + shows what its \
                 objects have inside."
            }
            Self::Changes => {
                "What differs between two answers. Records are matched by their ids, so that another order is no \
                 difference."
            }
            Self::Text => {
                "The answer as text: laid out, or as it came. Lines that are longer than the pane go on at the right."
            }
            Self::Response => "The answer of the run shown, as it came.",
            Self::Document => "A document by itself: nothing can be run here.",
            Self::Finding => "Places with this text, in keys and values. Enter stays here, and n goes to the next.",
            Self::Query => "A jq filter over the answer, run as it is typed. The answer itself stays as it is.",
            Self::Connections => "What this user has connected, and what is wrong with it.",
            Self::Doctor => "What stands between this user and a working action, from the token to each integration.",
            Self::Users => "The connected users you work with. Becoming another one keeps the form that is open.",
            Self::Profiles => "Projects and addresses akx knows, from its config file.",
            Self::Profile => "One profile, key by key. Each change is written to the config file at once.",
            Self::History => "What was run, today and before, with its answers; secrets in them are masked.",
            Self::Rows => "An action run once for each row. Rows that have run are not run again.",
            Self::RunList => "The runs of this session, those that are going among them.",
            Self::SavedCalls => "Calls kept under a name. Choosing one opens its form; it does not run it.",
            Self::Faults => "What goes wrong in the sandbox, for everything that is sent to it from now on.",
            Self::Welcome => "The sandbox needs no account. To reach ActionKit, give a project and a user token.",
            Self::Question
            | Self::Prompt
            | Self::Choosing
            | Self::Board
            | Self::Reading
            | Self::Answered
            | Self::Explorer
            | Self::Sandbox
            | Self::Outside
            | Self::Everywhere => "",
        }
    }
}
