//! What an answer says about the page after it.

use super::{DEPTH, WIDTH, count_of, is_count};
use crate::domain::document::{self, Document, NodeId, Value};

/// What an answer says about the page after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// There is none.
    End,
    /// It is asked for with this.
    Cursor {
        /// Its key in the answer, squeezed.
        key: String,
        /// A text or a whole number.
        value: Value,
    },
    /// No way to ask for it, but perhaps whether there is more.
    Nothing(Hints),
}

/// What an answer says about how much there is, without a way to ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hints {
    /// How many records there are in all.
    pub(super) total: Option<u64>,
    /// What is called a count: of all records with one provider, of this page's with the next.
    pub(super) count: Option<u64>,
    /// Whether it says that there is more, in a word or with the address of it.
    pub(super) more: bool,
}

/// Keys whose value asks for the next page, the likelier ones first.
const CURSORS: [&str; 12] = [
    "nextpagecursor",
    "nextpagetoken",
    "pagecursor",
    "nextcursor",
    "nexttoken",
    "nextpage",
    "nextoffset",
    "nextskip",
    "pagetoken",
    "continuationtoken",
    "endcursor",
    "scrollid",
];

/// Keys that ask for the next page only inside an object of one of these names.
const INSIDE: [(&str, &[&str]); 4] = [
    ("after", &["next", "cursors"]),
    ("cursor", &["next", "pagination", "paging", "page", "meta", "responsemetadata", "links"]),
    ("next", &["pagination", "paging", "page", "meta", "cursors"]),
    ("offset", &[""]),
];

/// Keys that say whether there is more.
const MORE: [&str; 6] = ["hasmore", "hasnextpage", "hasnext", "morerecords", "morepages", "more"];

/// Keys that say how many records there are in all.
const TOTALS: [&str; 6] = ["total", "totalcount", "totalsize", "totalresults", "totalrecords", "totalitems"];

/// Keys of the address of the next page, and those that are it inside an object called `next`.
const LINKS: [&str; 6] = ["next", "nextlink", "odatanextlink", "nextpage", "nexturl", "nextpageurl"];
const LINKS_INSIDE: [&str; 3] = ["href", "link", "url"];

/// A key without case and signs: `next_page-token` and `nextPageToken` are one.
pub(super) fn squeezed(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads what `answer` says, in its objects down to a few levels and never inside its records. `None` where it is no
/// JSON.
pub(super) fn find(answer: &Document) -> Option<Mark> {
    let mut level = vec![(String::new(), answer.root()?)];
    let (mut best, mut more): (Option<(usize, Mark)>, Option<bool>) = (None, None);
    let mut hints = Hints::default();
    for _ in 0..DEPTH {
        let mut inside = Vec::new();
        for (holder, object) in &level {
            for node in answer.children(*object).take(WIDTH) {
                let Some(key) = document::key(answer, node).map(|key| squeezed(&key)) else { continue };
                if let Some(said) = answer_of(&key, answer, node) {
                    more = more.or(Some(said));
                }
                let value = scalar(answer, node);
                let number = || value.as_ref().and_then(count_of);
                if TOTALS.contains(&key.as_str()) {
                    hints.total = hints.total.or_else(number);
                } else if key == "count" {
                    hints.count = hints.count.or_else(number);
                }
                hints.more |= is_link(&key, holder, value.as_ref());
                match (rank(&key, holder, value.as_ref()), value) {
                    (Some(rank), Some(value)) if best.as_ref().is_none_or(|(had, _)| rank < *had) => {
                        best = Some((rank, Mark::Cursor { key: key.clone(), value }));
                    }
                    _ => {}
                }
                if document::exact(answer, node).starts_with(b"{") {
                    inside.push((key, node));
                }
            }
        }
        inside.truncate(WIDTH);
        level = inside;
    }
    Some(match (best, more) {
        (_, Some(false)) => Mark::End,
        (Some((_, mark)), _) => mark,
        (None, said) => Mark::Nothing(Hints { more: said == Some(true) || hints.more, ..hints }),
    })
}

/// Whether a member is the address of the next page.
fn is_link(key: &str, holder: &str, value: Option<&Value>) -> bool {
    let is_named = LINKS.contains(&key) || (LINKS_INSIDE.contains(&key) && holder == "next");
    is_named && value.and_then(Value::as_str).is_some_and(|text| text.contains("://") || text.starts_with('/'))
}

/// How likely a member asks for the next page, the smaller the likelier; `None` where it does not.
fn rank(key: &str, holder: &str, value: Option<&Value>) -> Option<usize> {
    let value = value?;
    // An address is not something a parameter takes.
    if value.as_str().is_some_and(|text| text.is_empty() || text.contains("://")) {
        return None;
    }
    // An offset that is a number tells where this page began.
    if key == "offset" && is_count(value) {
        return None;
    }
    let named = CURSORS.iter().position(|cursor| *cursor == key);
    named.or_else(|| {
        let within = INSIDE.iter().position(|(name, holders)| *name == key && holders.contains(&holder))?;
        Some(CURSORS.len() + within)
    })
}

/// Whether there is more, if that is what the member says.
fn answer_of(key: &str, answer: &Document, node: NodeId) -> Option<bool> {
    match document::exact(answer, node) {
        b"true" if MORE.contains(&key) => Some(true),
        b"false" if MORE.contains(&key) => Some(false),
        _ => None,
    }
}

/// A text or a whole number.
fn scalar(answer: &Document, node: NodeId) -> Option<Value> {
    const LONGEST: usize = 16 << 10;
    let exact = document::exact(answer, node);
    let is_scalar = exact.len() <= LONGEST && exact.first().is_some_and(|b| *b == b'"' || b.is_ascii_digit());
    let value = is_scalar.then(|| Value::parse(exact).ok()).flatten()?;
    (value.as_str().is_some() || is_count(&value)).then_some(value)
}
