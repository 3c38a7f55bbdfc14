//! What running an action does to the world: the word and, in the interface, the colour shown beside it.

use std::{fmt, str::FromStr};

use super::words::{fold, integration_words, words};

/// The kind of change an action makes, from harmless to dangerous.
///
/// The names are those of Agent OS's tools API (fact sheet §1.10). The order is the order of danger, used where a name
/// holds several verbs: the most dangerous wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum SideEffect {
    /// Only reads.
    Read,
    /// Nothing is known; treated as dangerous as a write.
    #[default]
    Unknown,
    /// Creates or changes something.
    Write,
    /// Reaches other people: a message, an email, an invitation.
    Send,
    /// Destroys something.
    Delete,
}

impl SideEffect {
    /// The word shown to people and used by `kind:` and `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unknown => "unknown",
            Self::Write => "write",
            Self::Send => "send",
            Self::Delete => "delete",
        }
    }
}

impl SideEffect {
    /// Every side effect.
    pub const ALL: [Self; 5] = [Self::Read, Self::Unknown, Self::Write, Self::Send, Self::Delete];

    /// The side effect of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.name() == name)
    }
}

impl fmt::Display for SideEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A side effect's word that is not one of the five.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown side effect {0:?}: expected read, write, send, delete or unknown")]
pub struct UnknownSideEffect(pub String);

impl FromStr for SideEffect {
    type Err = UnknownSideEffect;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        [Self::Read, Self::Unknown, Self::Write, Self::Send, Self::Delete]
            .into_iter()
            .find(|e| e.name() == s)
            .ok_or_else(|| UnknownSideEffect(s.to_owned()))
    }
}

/// Verbs that only read; they count as the first word after the integration's.
const READ: [&str; 22] = [
    "browse", "check", "compare", "count", "describe", "download", "export", "fetch", "filter", "find", "get",
    "inspect", "list", "look", "lookup", "preview", "query", "read", "retrieve", "search", "show", "view",
];

/// Verbs that create or change, wherever in the name they stand.
const WRITE: [&str; 105] = [
    "accept",
    "ack",
    "acknowledge",
    "activate",
    "add",
    "adjust",
    "allocate",
    "append",
    "apply",
    "approve",
    "assign",
    "attach",
    "authorize",
    "clone",
    "complete",
    "configure",
    "confirm",
    "connect",
    "consolidate",
    "consume",
    "convert",
    "create",
    "deactivate",
    "decline",
    "decrement",
    "deduct",
    "demote",
    "deploy",
    "dequeue",
    "detach",
    "disable",
    "disconnect",
    "duplicate",
    "edit",
    "enable",
    "enqueue",
    "enroll",
    "establish",
    "execute",
    "finalize",
    "generate",
    "grant",
    "increment",
    "ingest",
    "init",
    "initialise",
    "initialize",
    "initiate",
    "insert",
    "install",
    "invoke",
    "join",
    "launch",
    "make",
    "merge",
    "migrate",
    "modify",
    "mutate",
    "overwrite",
    "pause",
    "persist",
    "populate",
    "provision",
    "publish",
    "put",
    "reactivate",
    "reallocate",
    "reassign",
    "rebuild",
    "recalculate",
    "reconcile",
    "redeem",
    "regenerate",
    "register",
    "reindex",
    "reject",
    "relink",
    "rename",
    "renew",
    "reopen",
    "replace",
    "rerun",
    "reschedule",
    "reset",
    "restore",
    "resume",
    "revert",
    "rotate",
    "save",
    "snooze",
    "subscribe",
    "substitute",
    "swap",
    "sync",
    "toggle",
    "unarchive",
    "unassign",
    "unblock",
    "unlock",
    "unsnooze",
    "update",
    "upload",
    "upsert",
    "withdraw",
    "write",
];

/// Verbs that reach other people, wherever in the name they stand.
const SEND: [&str; 11] =
    ["announce", "broadcast", "dispatch", "invite", "notify", "ping", "remind", "reply", "resend", "send", "tweet"];

/// Verbs that destroy, end or take out of sight, wherever in the name they stand.
const DELETE: [&str; 22] = [
    "archive",
    "ban",
    "cancel",
    "delete",
    "destroy",
    "discard",
    "erase",
    "expire",
    "kick",
    "kill",
    "purge",
    "remove",
    "revoke",
    "suspend",
    "terminate",
    "trash",
    "truncate",
    "unfollow",
    "uninstall",
    "unlink",
    "unsubscribe",
    "wipe",
];

/// Words that are verbs at the start of what an action does, or after `OR`, `AND` or `THEN`, and nouns elsewhere
/// (`SET_STATUS` and `GET_OR_SET_STATUS`, but `GET_AD_SET`), with what they do there.
const LEADING: [(&str, SideEffect); 75] = [
    ("block", SideEffect::Write),
    ("book", SideEffect::Write),
    ("build", SideEffect::Write),
    ("call", SideEffect::Send),
    ("capture", SideEffect::Write),
    ("change", SideEffect::Write),
    ("charge", SideEffect::Write),
    ("claim", SideEffect::Write),
    ("clear", SideEffect::Delete),
    ("close", SideEffect::Write),
    ("comment", SideEffect::Send),
    ("commit", SideEffect::Write),
    ("copy", SideEffect::Write),
    ("deposit", SideEffect::Write),
    ("document", SideEffect::Write),
    ("drop", SideEffect::Delete),
    ("email", SideEffect::Send),
    ("empty", SideEffect::Delete),
    ("file", SideEffect::Write),
    ("follow", SideEffect::Write),
    ("fork", SideEffect::Write),
    ("forward", SideEffect::Send),
    ("import", SideEffect::Write),
    ("invoice", SideEffect::Send),
    ("issue", SideEffect::Write),
    ("label", SideEffect::Write),
    ("leave", SideEffect::Write),
    ("link", SideEffect::Write),
    ("lock", SideEffect::Write),
    ("log", SideEffect::Write),
    ("map", SideEffect::Write),
    ("mark", SideEffect::Write),
    ("message", SideEffect::Send),
    ("move", SideEffect::Write),
    ("note", SideEffect::Write),
    ("open", SideEffect::Write),
    ("order", SideEffect::Write),
    ("override", SideEffect::Write),
    ("patch", SideEffect::Write),
    ("pay", SideEffect::Write),
    ("pin", SideEffect::Write),
    ("pop", SideEffect::Write),
    ("post", SideEffect::Write),
    ("process", SideEffect::Write),
    ("promote", SideEffect::Write),
    ("push", SideEffect::Write),
    ("record", SideEffect::Write),
    ("refund", SideEffect::Write),
    ("release", SideEffect::Write),
    ("request", SideEffect::Write),
    ("reserve", SideEffect::Write),
    ("retry", SideEffect::Write),
    ("rollback", SideEffect::Write),
    ("run", SideEffect::Write),
    ("schedule", SideEffect::Write),
    ("set", SideEffect::Write),
    ("setup", SideEffect::Write),
    ("share", SideEffect::Send),
    ("sign", SideEffect::Write),
    ("split", SideEffect::Write),
    ("star", SideEffect::Write),
    ("start", SideEffect::Write),
    ("stop", SideEffect::Write),
    ("store", SideEffect::Write),
    ("submit", SideEffect::Write),
    ("tag", SideEffect::Write),
    ("text", SideEffect::Send),
    ("touch", SideEffect::Write),
    ("track", SideEffect::Write),
    ("transfer", SideEffect::Write),
    ("transition", SideEffect::Write),
    ("trigger", SideEffect::Write),
    ("unpin", SideEffect::Write),
    ("void", SideEffect::Delete),
    ("watch", SideEffect::Write),
];

/// Verbs of two words that change something though the first alone would read: a guest is checked in, a file checked out.
const IN_TWO_WORDS: [(&str, &str, SideEffect); 4] = [
    ("check", "in", SideEffect::Write),
    ("check", "off", SideEffect::Write),
    ("check", "out", SideEffect::Write),
    ("get", "rid", SideEffect::Delete),
];

/// Words that join what an action does first to what it does next.
const JOINING: [&str; 3] = ["and", "or", "then"];

/// What makes a leading `POST` reach people rather than book something.
const SAID_TO_PEOPLE: [&str; 8] =
    ["announcement", "chat", "comment", "message", "messages", "reply", "status", "story"];

/// The side effect of an action: the server's word if it says, else what the verbs in its name say.
///
/// An action reads only if the first word after the integration's own is a read verb, no word is a verb that writes,
/// sends or deletes, and no second verb joined to the first is one that nobody knows (`FIND_OR_FROB_…` may do
/// anything); the most dangerous verb wins (`GET_OR_CREATE_…` writes, `CREATE_AND_SEND_…` sends). A name without any
/// known verb is [`SideEffect::Unknown`]. Words that name the integration never count (`CLOSE_…` of Close). A person's
/// correction for one action goes above this and is the caller's to apply.
pub fn classify(name: &str, integration: &str, declared: Option<SideEffect>) -> SideEffect {
    if let Some(declared) = declared {
        return declared;
    }
    let spans = words(name);
    let skip = integration_words(name, &spans, integration, is_verb);
    let said: Vec<String> = spans.iter().skip(skip).filter_map(|w| name.get(w.clone())).map(fold).collect();
    let Some(first) = said.first() else { return SideEffect::Unknown };
    let opens = |at: usize| at == 0 || said.get(at - 1).is_some_and(|word| JOINING.contains(&word.as_str()));
    let leading_ones = (0..said.len()).filter(|at| opens(*at)).filter_map(|at| verb_leading(&said[at..]));
    let worst = said.iter().filter_map(|word| verb_anywhere(word)).chain(leading_ones).chain(verbs_of_two(&said)).max();
    match worst {
        Some(effect) => effect,
        None if has(&READ, first) && !goes_on_unknown(&said) => SideEffect::Read,
        None => SideEffect::Unknown,
    }
}

/// What the verbs of two words among these do.
fn verbs_of_two(said: &[String]) -> impl Iterator<Item = SideEffect> {
    said.windows(2).filter_map(|pair| {
        let known = IN_TWO_WORDS.iter().find(|(verb, with, _)| *verb == pair[0] && *with == pair[1]);
        known.map(|(_, _, effect)| *effect)
    })
}

/// Whether a read verb is joined to a word that is no read verb: it is the verb of what else happens, and nobody knows
/// it. After `THEN` comes a verb always; `AND` and `OR` also join nouns (`LIST_TERMS_AND_CONDITIONS`).
fn goes_on_unknown(said: &[String]) -> bool {
    said.windows(3).any(|three| {
        let joins = three[1] == "then" || (JOINING.contains(&three[1].as_str()) && is_verb(&three[0]));
        joins && !has(&READ, &three[2])
    })
}

/// What a word does when it is a verb wherever it stands.
fn verb_anywhere(word: &str) -> Option<SideEffect> {
    let lists: [(&[&str], SideEffect); 3] =
        [(&DELETE, SideEffect::Delete), (&SEND, SideEffect::Send), (&WRITE, SideEffect::Write)];
    lists.into_iter().find(|(verbs, _)| has(verbs, word)).map(|(_, effect)| effect)
}

/// Whether a sorted list has `word`.
fn has(sorted: &[&str], word: &str) -> bool {
    sorted.binary_search(&word).is_ok()
}

/// A verb that is one where it stands first, with what it does there.
fn leading(word: &str) -> Option<(&'static str, SideEffect)> {
    LEADING.binary_search_by_key(&word, |(verb, _)| verb).ok().and_then(|at| LEADING.get(at)).copied()
}

/// What the first of these words does when it is a verb only because it stands first.
fn verb_leading(said: &[String]) -> Option<SideEffect> {
    let (first, object) = said.split_first()?;
    let (verb, effect) = leading(first)?;
    let speaks = verb == "post" && object.iter().any(|word| SAID_TO_PEOPLE.contains(&word.as_str()));
    Some(if speaks { SideEffect::Send } else { effect })
}

/// Whether a folded word can be the verb of an action.
pub(super) fn is_verb(word: &str) -> bool {
    has(&READ, word) || verb_anywhere(word).is_some() || leading(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verbs_are_sorted_and_each_is_listed_once() {
        let leading: Vec<&str> = LEADING.iter().map(|(verb, _)| *verb).collect();
        for verbs in [&READ[..], &WRITE, &SEND, &DELETE, &leading] {
            assert!(verbs.is_sorted_by(|a, b| a < b), "{verbs:?}");
        }
    }

    #[test]
    fn the_servers_word_comes_first() {
        assert_eq!(classify("SLACK_DELETE_MESSAGE", "slack", Some(SideEffect::Read)), SideEffect::Read);
    }

    #[test]
    fn the_most_dangerous_verb_wins() {
        for (name, integration, expected) in [
            ("X_GET_OR_CREATE_CONTACT", "x", SideEffect::Write),
            ("X_CREATE_AND_SEND_INVOICE", "x", SideEffect::Send),
            ("X_SEND_THEN_DELETE_DRAFT", "x", SideEffect::Delete),
            ("KLAVIYO_ADD_SUBSCRIBER_TO_LIST", "klaviyo", SideEffect::Write),
            ("X_GET_OR_SET_STATUS", "x", SideEffect::Write),
            ("X_FIND_AND_REPLACE", "x", SideEffect::Write),
            ("X_UNASSIGN_TICKET", "x", SideEffect::Write),
            ("X_RUN_REPORT", "x", SideEffect::Write),
            ("X_CHECK_IN_GUEST", "x", SideEffect::Write),
            ("SHAREPOINT_CHECK_OUT_FILE", "sharepoint", SideEffect::Write),
            ("X_FIND_OR_INITIALIZE_CART", "x", SideEffect::Write),
            ("X_FIND_AND_LINK_CONTACT", "x", SideEffect::Write),
            ("X_FETCH_AND_ACKNOWLEDGE", "x", SideEffect::Write),
            ("SQS_RETRIEVE_AND_DEQUEUE", "sqs", SideEffect::Write),
            ("X_GET_OR_INIT", "x", SideEffect::Write),
            ("X_CLOSE_TICKET", "x", SideEffect::Write),
            ("X_MERGE_RECORDS", "x", SideEffect::Write),
            ("X_DOWNLOAD_FILE", "x", SideEffect::Read),
            ("X_CONVERT_LEAD", "x", SideEffect::Write),
            ("X_CANCEL_ORDER", "x", SideEffect::Delete),
            ("SLACK_POST_MESSAGE", "slack", SideEffect::Send),
            ("BOOKS_POST_JOURNAL", "books", SideEffect::Write),
            ("searchIssues", "linear", SideEffect::Read),
            ("deleteIssue", "linear", SideEffect::Delete),
        ] {
            assert_eq!(classify(name, integration, None), expected, "{name}");
        }
    }

    #[test]
    fn a_second_verb_that_nobody_knows_leaves_it_open() {
        for name in ["X_FIND_OR_FROB_CART", "X_GET_AND_ZAP", "X_LIST_ITEMS_THEN_FROB", "X_CHECK_OR_FROB"] {
            assert_eq!(classify(name, "x", None), SideEffect::Unknown, "{name}");
        }
        for name in
            ["X_FIND_OR_GET_CART", "X_SEARCH_AND_FILTER_ITEMS", "X_CHECK_INVENTORY", "X_GET_TERMS_AND_CONDITIONS"]
        {
            assert_eq!(classify(name, "x", None), SideEffect::Read, "{name}");
        }
    }

    #[test]
    fn nouns_that_look_like_verbs_do_not_count() {
        for name in ["X_GET_LINKS", "X_GET_BLOG_POST", "X_LIST_CALL_RECORDINGS", "X_GET_RELEASE_BY_ID", "X_GET_AD_SET"]
        {
            assert_eq!(classify(name, "x", None), SideEffect::Read, "{name}");
        }
    }

    #[test]
    fn the_integrations_own_words_never_count() {
        assert_eq!(classify("CLOSE_GET_RECORD_BY_ID_LEAD", "close", None), SideEffect::Read);
        assert_eq!(classify("DROPBOX_SIGN_DOWNLOAD_FILES", "dropboxsign", None), SideEffect::Read);
        assert_eq!(classify("CLOSE_ADVANCED_FILTERING", "close", None), SideEffect::Unknown);
        assert_eq!(classify("SEND_EMAIL", "sendgrid", None), SideEffect::Send);
        assert_eq!(classify("SENDGRID_GET_STATS", "sendgrid", None), SideEffect::Read);
    }

    #[test]
    fn a_read_verb_later_in_the_name_is_not_enough() {
        assert_eq!(classify("TEAMS_CHANNEL_LIST", "microsoftTeams", None), SideEffect::Unknown);
        assert_eq!(classify("", "", None), SideEffect::Unknown);
        assert_eq!(classify("___", "slack", None), SideEffect::Unknown);
        assert_eq!(classify("ÄNDERN_ÜBER", "x", None), SideEffect::Unknown);
    }

    #[test]
    fn no_verb_is_listed_twice() {
        let mut all: Vec<&str> = READ.iter().chain(&WRITE).chain(&SEND).chain(&DELETE).copied().collect();
        all.extend(LEADING.iter().map(|(verb, _)| *verb));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
