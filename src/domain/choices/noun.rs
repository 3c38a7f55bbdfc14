//! What a parameter's name says it holds the id of: `channel` for `channelId`, `destinationChannel` or `channel_ids`.

use crate::domain::words::{fold, plurals, words};

/// Words that end a name and say that it holds an id.
const IDS: [&str; 8] = ["id", "ids", "gid", "gids", "key", "keys", "uuid", "guid"];

/// Words before the noun that say what the thing is to the action.
const ROLES: [&str; 22] = [
    "assigned",
    "current",
    "default",
    "destination",
    "dest",
    "field",
    "filter",
    "from",
    "initial",
    "new",
    "old",
    "parent",
    "primary",
    "project",
    "record",
    "related",
    "root",
    "selected",
    "source",
    "target",
    "the",
    "to",
];

/// Nouns that are what somebody writes, not something there is a list of.
const WRITTEN: [&str; 21] = [
    "address",
    "amount",
    "body",
    "code",
    "comment",
    "content",
    "count",
    "date",
    "description",
    "email",
    "message",
    "name",
    "note",
    "phone",
    "query",
    "subject",
    "summary",
    "text",
    "time",
    "title",
    "url",
];

/// What else things are listed as.
const ALIKE: [(&str, &[&str]); 9] = [
    ("assignee", &["user", "member", "people"]),
    ("owner", &["user", "member"]),
    ("reporter", &["user"]),
    ("author", &["user"]),
    ("member", &["user"]),
    ("user", &["member"]),
    ("recipient", &["user", "member", "contact"]),
    ("participant", &["user", "member"]),
    ("requester", &["user"]),
];

/// Verbs of actions that list, the likelier first.
const VERBS: [&str; 4] = ["list", "get", "search", "find"];

/// Words after which an action's name says how, not what.
const BEHIND: [&str; 9] = ["by", "for", "from", "in", "of", "on", "with", "v1", "v2"];

/// Whether a parameter's name says that it holds an id.
pub(super) fn is_id(name: &str) -> bool {
    let spoken = spoken(name);
    spoken.len() > 1 && spoken.last().is_some_and(|word| IDS.contains(&word.as_str()))
}

/// A noun in the singular, perhaps of several words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noun(Vec<String>);

impl Noun {
    /// The noun of a parameter of `integration`; `None` where its name says nothing there could be a list of.
    pub(super) fn of(name: &str, integration: &str) -> Option<Self> {
        let mut noun = spoken(name);
        let integration = fold(integration);
        while noun.len() > 1 && noun.last().is_some_and(|word| IDS.contains(&word.as_str())) {
            noun.pop();
        }
        let is_role = |word: &String| ROLES.contains(&word.as_str()) || integration == **word;
        let skip = noun.iter().take(noun.len().saturating_sub(1)).take_while(|word| is_role(word)).count();
        noun.drain(..skip);
        if let Some(last) = noun.last_mut() {
            *last = singular(last);
        }
        let last = noun.last()?;
        let says = !IDS.contains(&last.as_str()) && !WRITTEN.contains(&last.as_str()) && last.len() > 1;
        says.then_some(Self(noun))
    }

    /// How likely an action of that name (its words behind the integration's) lists what this is: the smaller the
    /// likelier; `None` where it does not.
    pub(super) fn rank(&self, said: &[String]) -> Option<usize> {
        let (verb, object) = said.split_first()?;
        let verb = VERBS.iter().position(|v| v == verb)?;
        let end = object.iter().position(|word| BEHIND.contains(&word.as_str())).unwrap_or(object.len());
        let object = object.get(..end)?;
        let object = object.strip_prefix(&["all".to_owned()]).unwrap_or(object);
        let lists = |noun: &[String]| {
            let (last, head) = noun.split_last()?;
            let (word, before) = object.split_last()?;
            let is_plural = word != last && plurals(word).contains(last) || word == "people" && last == "people";
            (is_plural && before.ends_with(head)).then(|| before.len() - head.len())
        };
        let last = self.0.last()?;
        let alike = ALIKE.iter().find(|(noun, _)| noun == last).map_or(&[][..], |(_, others)| others);
        let names = [self.0.clone(), vec![last.clone()]].into_iter();
        let names = names.chain(alike.iter().map(|other| vec![(*other).to_owned()]));
        let fits = names.enumerate().find_map(|(i, noun)| Some((i, lists(&noun)?)));
        let (which, surplus) = fits?;
        Some(which * 100 + surplus.min(9) * 10 + verb)
    }

    /// What a source of these is called: `contactLists`.
    pub(super) fn plural_key(&self) -> String {
        let mut key = String::new();
        for (i, word) in self.0.iter().enumerate() {
            let last = i + 1 == self.0.len();
            let word = if last { plural(word) } else { word.clone() };
            let mut chars = word.chars();
            match chars.next() {
                Some(first) if i > 0 => key.extend(first.to_uppercase().chain(chars)),
                _ => key.push_str(&word),
            }
        }
        key
    }

    /// The noun's last word.
    pub(super) fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }
}

/// The words of a name, folded.
pub(super) fn spoken(name: &str) -> Vec<String> {
    words(name).into_iter().filter_map(|word| name.get(word)).map(fold).collect()
}

fn singular(word: &str) -> String {
    let stem = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() > 1);
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if let Some(stem) = stem(ending) {
            return format!("{stem}{}", &ending[..ending.len() - 2]);
        }
    }
    match stem("s") {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

fn plural(word: &str) -> String {
    let before = word.chars().rev().nth(1);
    match word.strip_suffix('y') {
        Some(stem) if before.is_some_and(|c| !"aeiou".contains(c)) => format!("{stem}ies"),
        _ if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noun(name: &str) -> Option<String> {
        Noun::of(name, "hubspot").map(|noun| noun.0.join(" "))
    }

    #[test]
    fn a_name_says_what_it_is_the_id_of() {
        for (name, expected) in [
            ("channel", Some("channel")),
            ("channelId", Some("channel")),
            ("channel_ids", Some("channel")),
            ("destinationFolderId", Some("folder")),
            ("hubspot_owner_id", Some("owner")),
            ("field-hubspot_owner_id", Some("owner")),
            ("contactListId", Some("contact list")),
            ("companies", Some("company")),
            ("statusId", Some("status")),
            ("boxes", Some("box")),
            ("OwnerId", Some("owner")),
            ("projectKey", Some("project")),
            ("message", None),
            ("message_body", None),
            ("id", None),
            ("", None),
            ("名前", Some("名前")),
        ] {
            assert_eq!(noun(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn ids_are_told_by_their_ending() {
        for (name, is) in
            [("ownerId", true), ("owner_ids", true), ("projectKey", true), ("id", false), ("valid", false)]
        {
            assert_eq!(is_id(name), is, "{name}");
        }
    }

    #[test]
    fn actions_that_list_are_ranked() {
        let rank = |name: &str, action: &str| Noun::of(name, "x").and_then(|noun| noun.rank(&spoken(action)));
        let list = rank("channelId", "LIST_CHANNELS").unwrap();
        let get = rank("channelId", "GET_ALL_CHANNELS").unwrap();
        let search = rank("channelId", "SEARCH_CHANNELS").unwrap();
        let other = rank("channelId", "LIST_ARCHIVED_CHANNELS").unwrap();
        assert!(list < get && get < search && search < other, "{list} {get} {search} {other}");
        assert!(rank("assignee", "LIST_ASSIGNEES") < rank("assignee", "LIST_USERS"));
        assert!(rank("contactListId", "GET_CONTACT_LISTS") < rank("contactListId", "GET_LISTS"));
        for action in
            ["GET_CHANNEL_BY_ID", "LIST_MESSAGES", "CREATE_CHANNELS", "LIST", "GET_MESSAGES_FROM_CHANNELS", ""]
        {
            assert_eq!(rank("channelId", action), None, "{action}");
        }
    }

    #[test]
    fn sources_are_called_by_the_plural() {
        for (name, key) in
            [("contactListId", "contactLists"), ("companyId", "companies"), ("boxId", "boxes"), ("dayId", "days")]
        {
            assert_eq!(Noun::of(name, "x").map(|n| n.plural_key()).as_deref(), Some(key));
        }
    }
}
