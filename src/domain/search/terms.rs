//! The words of a query with everything they may stand for: other forms, synonyms, abbreviations of integrations.

use super::{
    index::mask,
    query::{Phrase, Query},
};

/// Words that help a sentence and tell no action from another.
pub(super) const STOP_WORDS: [&str; 17] =
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "my", "of", "on", "or", "the", "to", "with"];

/// Words that only say that an action is about a thing, as in `CREATE_RECORD_LEAD`.
pub(super) const FILLERS: [&str; 2] = ["record", "records"];

/// Where a message is a mail: integrations whose `message` is as good as said where `email` is typed.
const MAIL: [&str; 1] = ["outlook"];

/// Verbs that tool authors use for the same thing.
const SYNONYMS: [&[&str]; 7] = [
    &["delete", "remove"],
    &["search", "find", "lookup", "query"],
    &["create", "add", "new", "make", "append", "insert"],
    &["get", "fetch", "read", "retrieve", "show", "view", "list"],
    &["list", "search", "find"],
    &["save", "upload"],
    &["update", "edit", "modify"],
];

/// Words that also mean others, which do not mean them.
const ALSO: [(&str, &[&str]); 24] = [
    ("appointment", &["event"]),
    ("book", &["create"]),
    ("busy", &["availability"]),
    ("cancel", &["delete"]),
    ("company", &["account", "organization"]),
    ("deal", &["opportunity"]),
    ("download", &["get"]),
    ("email", &["mail", "message"]),
    ("free", &["availability"]),
    ("issue", &["ticket"]),
    ("list", &["get"]),
    ("mail", &["email", "message"]),
    ("meeting", &["event"]),
    ("message", &["email"]),
    ("open", &["create"]),
    ("opportunity", &["deal", "deals"]),
    ("organization", &["account", "company", "companies"]),
    ("post", &["send"]),
    ("pr", &["pull"]),
    ("reply", &["comment", "send"]),
    ("schedule", &["create"]),
    ("share", &["send"]),
    ("ticket", &["issue"]),
    ("write", &["create", "update"]),
];

/// What people call integrations, and the squeezed keys they mean.
const ABBREVIATIONS: [(&str, &[&str]); 50] = [
    ("365", &["dynamicsfinance", "microsoftdynamics", "dynamicsbusinesscentral"]),
    ("ado", &["azuredevops"]),
    ("aem", &["adobeexperiencemanager"]),
    ("aws", &["amazons3"]),
    ("azdo", &["azuredevops"]),
    ("bamboo", &["bamboohr"]),
    ("bc", &["dynamicsbusinesscentral"]),
    ("bq", &["bigquery"]),
    ("crm", &["microsoftdynamics"]),
    ("d365", &["dynamicsfinance", "microsoftdynamics", "dynamicsbusinesscentral"]),
    ("dbx", &["dropbox"]),
    ("devops", &["azuredevops"]),
    ("ds", &["docusign"]),
    ("excel365", &["excel"]),
    ("fb", &["facebookads", "facebookpages"]),
    ("fbads", &["facebookads"]),
    ("ga4", &["googleanalyticsga4"]),
    ("gads", &["googleads"]),
    ("gcal", &["googlecalendar"]),
    ("gdoc", &["googledocs"]),
    ("gdocs", &["googledocs"]),
    ("gdrive", &["googledrive"]),
    ("gh", &["github"]),
    ("gsc", &["googlesearchconsole"]),
    ("gsheet", &["googlesheets"]),
    ("gsheets", &["googlesheets"]),
    ("hellosign", &["dropboxsign"]),
    ("hs", &["hubspot"]),
    ("li", &["linkedin"]),
    ("meta", &["facebookads", "facebookpages"]),
    ("msd", &["microsoftdynamics"]),
    ("msdynamics", &["microsoftdynamics"]),
    ("msteams", &["microsoftteams"]),
    ("mc", &["mailchimp"]),
    ("ns", &["netsuite"]),
    ("od", &["onedrive"]),
    ("o365", &["outlook", "onedrive", "onenote"]),
    ("pd", &["pipedrive"]),
    ("qb", &["quickbooks"]),
    ("qbo", &["quickbooks"]),
    ("s3", &["amazons3"]),
    ("sf", &["salesforce"]),
    ("sfdc", &["salesforce"]),
    ("sn", &["servicenow"]),
    ("snow", &["servicenow"]),
    ("sp", &["sharepoint"]),
    ("spreadsheet", &["googlesheets", "excel"]),
    ("teams", &["microsoftteams"]),
    ("wp", &["wordpresscom"]),
    ("zd", &["zendesk"]),
];

/// The squeezed keys an abbreviation means.
pub(super) fn abbreviated(text: &str) -> &'static [&'static str] {
    ABBREVIATIONS.iter().find(|(short, _)| *short == text).map_or(&[], |(_, keys)| keys)
}

/// Words typed ones may be corrected to although no name holds them.
pub(super) fn known_words() -> impl Iterator<Item = &'static str> {
    let abbreviations = ABBREVIATIONS.iter().map(|(short, _)| *short).filter(|short| short.len() >= 4);
    SYNONYMS.into_iter().flatten().copied().chain(abbreviations)
}

/// One word (or quoted phrase) of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) text: String,
    pub(super) mask: u64,
    pub(super) kind: Kind,
    pub(super) others: Vec<Other>,
}

/// How a term is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, however abbreviated.
    Word,
    /// A phrase in quotes.
    Phrase,
    /// A phrase whose closing quote is still missing: its last word may go on.
    OpenPhrase,
}

/// Something else a word may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Other {
    pub(super) text: String,
    pub(super) mask: u64,
    pub(super) relation: Relation,
    /// Whether it is a verb.
    pub(super) is_verb: bool,
    /// The squeezed keys of integrations where it is as good as what was typed.
    pub(super) same_in: &'static [&'static str],
}

/// How an [`Other`] relates to what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same word in singular or plural; matches where a word begins with it.
    Form,
    /// Another verb for the same; matches whole words.
    Synonym,
    /// The squeezed key of an integration.
    Integration,
}

impl Other {
    fn new(typed: &str, text: String, relation: Relation) -> Self {
        let is_mail = ["email", "mail"].contains(&typed) && text == "message";
        let is_verb = SYNONYMS.into_iter().flatten().any(|verb| *verb == text);
        Self { mask: mask(text.as_bytes()), is_verb, text, relation, same_in: if is_mail { &MAIL } else { &[] } }
    }
}

impl Term {
    /// The term a word stands for.
    pub(super) fn word(text: &str) -> Self {
        let form = other_form(text).into_iter().map(|t| (t, Relation::Form));
        let synonyms = synonyms(text).into_iter().map(|t| (t.to_owned(), Relation::Synonym));
        let keys = abbreviated(text).iter().map(|t| ((*t).to_owned(), Relation::Integration));
        let others = form.chain(synonyms).chain(keys);
        Self {
            text: text.to_owned(),
            mask: mask(text.as_bytes()),
            kind: Kind::Word,
            others: others.map(|(other, relation)| Other::new(text, other, relation)).collect(),
        }
    }

    /// The term a quoted phrase stands for.
    pub(super) fn phrase(phrase: &Phrase) -> Self {
        let text = phrase.text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let letters: Vec<u8> = text.bytes().filter(|b| b.is_ascii_alphanumeric() || !b.is_ascii()).collect();
        let kind = if phrase.closed { Kind::Phrase } else { Kind::OpenPhrase };
        Self { mask: mask(&letters), text, kind, others: Vec::new() }
    }

    /// Whether everything this term accepts, `wider` accepts too: what a longer query may be looked for among.
    pub(super) fn is_within(&self, wider: &Self) -> bool {
        let kinds = match (self.kind, wider.kind) {
            (Kind::Word, Kind::Word) | (Kind::Phrase | Kind::OpenPhrase, Kind::OpenPhrase) => true,
            (Kind::Phrase, Kind::Phrase) => self.text == wider.text,
            (Kind::Word, Kind::Phrase | Kind::OpenPhrase)
            | (Kind::Phrase | Kind::OpenPhrase, Kind::Word)
            | (Kind::OpenPhrase, Kind::Phrase) => false,
        };
        // A name that holds a word beginning with X holds the letters of every beginning of X.
        let covered = |other: &Other| match other.relation {
            Relation::Form | Relation::Synonym => other.text.starts_with(&wider.text) || wider.others.contains(other),
            Relation::Integration => wider.others.contains(other),
        };
        kinds && self.text.starts_with(&wider.text) && self.others.iter().all(covered)
    }
}

/// Whether `narrow` accepts nothing that `wide` does not.
pub(super) fn narrows(narrow: &[Term], wide: &[Term]) -> bool {
    narrow.len() >= wide.len() && narrow.iter().zip(wide).all(|(n, w)| n.is_within(w))
}

/// What a query's words come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) terms: Vec<Term>,
    /// All its words run together, and the same without the first.
    pub(super) squeezed: String,
    pub(super) squeezed_rest: String,
}

impl Plan {
    /// The plan for these words and the query's phrases.
    pub(super) fn new(words: &[&str], query: &Query) -> Self {
        let last = words.len().saturating_sub(1);
        let tells = |at: usize, word: &str| at == last || !STOP_WORDS.contains(&word);
        let phrases = query.phrases.iter().filter(|p| !p.negated).map(Term::phrase);
        let mut terms: Vec<Term> = phrases.collect();
        let spoken = terms.is_empty();
        terms.extend(words.iter().enumerate().filter(|(at, w)| tells(*at, w)).map(|(_, w)| Term::word(w)));
        // A phrase is not part of the sentence that is compared with whole names.
        let squeezed = if spoken { words.concat() } else { String::new() };
        let squeezed_rest = squeezed.get(words.first().map_or(0, |w| w.len())..).unwrap_or_default().to_owned();
        Self { terms, squeezed, squeezed_rest }
    }
}

/// Verbs for the same, once the one typed is beyond doubt: typed in full, or four letters of it.
fn synonyms(text: &str) -> Vec<&'static str> {
    let mut found: Vec<&str> = Vec::new();
    for group in SYNONYMS {
        let means = |verb: &&&str| **verb == text || (text.len() >= 4 && verb.starts_with(text));
        // `list` is offered for `get`, but what is said for `list` is its own row.
        if let Some(meant) = group.iter().find(means)
            && (*meant != "list" || group.first() == Some(meant))
        {
            found.extend(group.iter().filter(|verb| *verb != meant && !verb.starts_with(text)));
        }
    }
    for (_, others) in ALSO.iter().filter(|(word, _)| *word == text) {
        found.extend(*others);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The singular of a plural, or the other way round where the plural does not simply begin with it.
fn other_form(text: &str) -> Option<String> {
    let stem = |end: &str| text.strip_suffix(end).filter(|s| s.len() >= 3 && s.is_ascii());
    if let Some(stem) = stem("ies") {
        Some(format!("{stem}y"))
    } else if let Some(stem) = stem("y").filter(|s| !s.ends_with(['a', 'e', 'o', 'u'])) {
        Some(format!("{stem}ies"))
    } else {
        stem("s").filter(|s| !s.ends_with('s')).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(text: &str, relation: Relation) -> Vec<String> {
        Term::word(text).others.into_iter().filter(|o| o.relation == relation).map(|o| o.text).collect()
    }

    #[test]
    fn forms_synonyms_and_abbreviations() {
        assert_eq!(others("contacts", Relation::Form), ["contact"]);
        assert_eq!(others("companies", Relation::Form), ["company"]);
        assert_eq!(others("company", Relation::Form), ["companies"]);
        assert!(others("access", Relation::Form).is_empty());
        assert_eq!(others("remove", Relation::Synonym), ["delete"]);
        assert_eq!(others("fetc", Relation::Synonym), ["get", "list", "read", "retrieve", "show", "view"]);
        assert!(others("ne", Relation::Synonym).is_empty());
        assert_eq!(others("list", Relation::Synonym), ["find", "get", "search"]);
        assert_eq!(others("gdrive", Relation::Integration), ["googledrive"]);
    }

    #[test]
    fn abbreviations_are_sorted_out() {
        let mut shorts: Vec<&str> = ABBREVIATIONS.iter().map(|(s, _)| *s).collect();
        shorts.sort_unstable();
        shorts.dedup();
        assert_eq!(shorts.len(), ABBREVIATIONS.len());
        for (_, keys) in ABBREVIATIONS {
            assert!(keys.iter().all(|k| k.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())));
        }
    }

    #[test]
    fn only_what_accepts_less_narrows() {
        let plan = |text: &str| {
            let query = Query::parse(text);
            let words: Vec<&str> = query.words.iter().map(|w| w.text.as_str()).collect();
            Plan::new(&words, &query).terms
        };
        assert!(narrows(&plan("slack se"), &plan("slack s")));
        assert!(narrows(&plan("slack s"), &plan("slac")));
        assert!(narrows(&plan("contacts"), &plan("contact")));
        assert!(!narrows(&plan("delete"), &plan("del")), "delete also means remove");
        assert!(narrows(&plan("deletex"), &plan("delete")));
        assert!(!narrows(&plan("send to s"), &plan("send to")), "a stop word counts only while it is the last");
        assert!(!narrows(&plan("gdrive"), &plan("gdriv")));
        assert!(narrows(&plan("\"send mess\""), &plan("\"send me")));
        assert!(!narrows(&plan("\"send message"), &plan("\"send\"")));
    }
}
