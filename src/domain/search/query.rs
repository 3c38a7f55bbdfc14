//! What a person typed into the search line, taken apart: words, quoted phrases, qualifiers, negations.

use std::{fmt, ops::Range};

use crate::domain::{side_effect::SideEffect, words::fold};

/// No more words, phrases and qualifiers than this are read from one query; the rest is ignored.
const PARTS_LIMIT: usize = 32;

/// A search line, read. Reading never fails; what makes no sense is searched as plain words and reported by
/// [`Query::problems`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) words: Vec<Word>,
    pub(super) phrases: Vec<Phrase>,
    pub(super) filters: Vec<Filter>,
    pub(super) without: Vec<String>,
    problems: Vec<QueryProblem>,
}

/// A bare word, folded, letters and digits only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
}

/// Text in quotes: its words must stand side by side, whole (the last one may still be growing while the closing
/// quote is missing).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) text: String,
    pub(super) closed: bool,
    pub(super) negated: bool,
}

/// One qualifier, such as `-kind:delete,send`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) test: Test,
    pub(super) negated: bool,
    pub(super) span: Range<usize>,
}

/// What a qualifier asks of an action. Several values of one qualifier are alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    In(Vec<String>),
    Kind(Vec<SideEffect>),
    Param(Vec<String>),
    Needs(Vec<String>),
    Type(Vec<JsonType>),
    Category(Vec<String>),
    Is(Vec<State>),
}

/// What `is:` can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Connected,
    Favourite,
    Recent,
    New,
}

impl State {
    pub(super) const ALL: [(&'static str, Self); 4] =
        [("connected", Self::Connected), ("favourite", Self::Favourite), ("recent", Self::Recent), ("new", Self::New)];
}

/// A type a parameter may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonType {
    String,
    Number,
    Integer,
    Boolean,
    Object,
    Array,
    Null,
}

impl JsonType {
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("string", Self::String),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("boolean", Self::Boolean),
        ("object", Self::Object),
        ("array", Self::Array),
        ("null", Self::Null),
    ];

    /// The type of that exact JSON Schema name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(n, _)| *n == name).map(|(_, t)| t)
    }

    /// Its bit in a set of types.
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The words `kind:` knows.
pub(super) const KINDS: [(&str, SideEffect); 5] = [
    ("read", SideEffect::Read),
    ("write", SideEffect::Write),
    ("send", SideEffect::Send),
    ("delete", SideEffect::Delete),
    ("unknown", SideEffect::Unknown),
];

/// The qualifiers, with an example of each for help and completion.
pub const QUALIFIERS: [(&str, &str); 7] = [
    ("in", "in:slack"),
    ("kind", "kind:read"),
    ("param", "param:channel"),
    ("needs", "needs:channelId"),
    ("is", "is:connected"),
    ("category", "category:crm"),
    ("type", "type:array"),
];

/// A part of a query that could not be used as meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryProblem {
    /// The part concerned, as a byte range of the query's text.
    pub span: Range<usize>,
    /// What is wrong and what would be right, as one sentence.
    pub message: String,
}

impl fmt::Display for QueryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Query {
    /// Reads `text`: words, `"exact phrases"`, qualifiers such as `in:slack` or `kind:read,write`, each of which a
    /// leading `-` turns around.
    ///
    /// A qualifier without a value yet (`in:`) asks for nothing.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for part in parts(text).into_iter().take(PARTS_LIMIT) {
            query.read(text, &part);
        }
        query
    }

    /// What in the query makes no sense by itself; [`super::Found::problems`] adds what this catalogue cannot answer.
    pub fn problems(&self) -> &[QueryProblem] {
        &self.problems
    }

    /// Whether it asks for nothing, so that every action is a result.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty() && self.filters.is_empty() && self.without.is_empty()
    }

    /// Whether it asks for what is connected (`is:connected`).
    pub fn asks_for_connected(&self) -> bool {
        self.asks_for(State::Connected)
    }

    /// Whether it asks for what was not there last time (`is:new`).
    pub fn asks_for_new(&self) -> bool {
        self.asks_for(State::New)
    }

    fn asks_for(&self, state: State) -> bool {
        self.filters.iter().any(|filter| matches!(&filter.test, Test::Is(states) if states.contains(&state)))
    }

    /// The values of `category:`.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.filters
            .iter()
            .flat_map(|filter| match &filter.test {
                Test::Category(values) => values.as_slice(),
                Test::In(_) | Test::Kind(_) | Test::Param(_) | Test::Needs(_) | Test::Type(_) | Test::Is(_) => &[],
            })
            .map(String::as_str)
    }

    fn read(&mut self, text: &str, part: &Part) {
        let body = text.get(part.body.clone()).unwrap_or_default();
        let Some(key) = part.key.clone().and_then(|k| text.get(k)) else {
            self.read_words(body, part);
            return;
        };
        match read_test(&fold(key), body, part.quoted) {
            Ok(Some(test)) => self.filters.push(Filter { test, negated: part.negated, span: part.span.clone() }),
            Ok(None) => {}
            Err(message) => {
                self.problems.push(QueryProblem { span: part.span.clone(), message });
                // Still searched, so that a wrong qualifier narrows rather than blocks.
                for words in [key, body] {
                    self.read_words(words, part);
                }
            }
        }
    }

    fn read_words(&mut self, body: &str, part: &Part) {
        let folded = fold(body);
        let pieces = || folded.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty());
        if part.quoted {
            if pieces().next().is_some() {
                self.phrases.push(Phrase { text: folded, closed: part.closed, negated: part.negated });
            }
        } else if part.negated {
            self.without.extend(pieces().map(str::to_owned));
        } else {
            self.words.extend(pieces().map(|p| Word { text: p.to_owned() }));
        }
    }
}

/// The test a qualifier means; nothing while its value is missing.
fn read_test(key: &str, body: &str, quoted: bool) -> Result<Option<Test>, String> {
    let values: Vec<String> =
        if quoted { vec![fold(body)] } else { body.split([',', '|']).map(fold).filter(|v| !v.is_empty()).collect() };
    let test = match key {
        "in" => Test::In(values),
        "kind" => Test::Kind(choose("kind", &values, &KINDS)?),
        "param" => Test::Param(values),
        "needs" => Test::Needs(values),
        "is" => Test::Is(choose("is", &values, &IS_WORDS)?),
        "category" => Test::Category(values),
        "type" => Test::Type(choose("type", &values, &JsonType::ALL)?),
        other => {
            let known: Vec<String> = QUALIFIERS.iter().map(|(k, _)| format!("{k}:")).collect();
            return Err(format!("There is no qualifier {other}: (there are {}).", known.join(" ")));
        }
    };
    let nothing = match &test {
        Test::In(v) | Test::Param(v) | Test::Needs(v) | Test::Category(v) => v.is_empty(),
        Test::Kind(v) => v.is_empty(),
        Test::Type(v) => v.is_empty(),
        Test::Is(v) => v.is_empty(),
    };
    Ok((!nothing).then_some(test))
}

/// `is:` words, both spellings of favourite.
const IS_WORDS: [(&str, State); 5] =
    [State::ALL[0], State::ALL[1], State::ALL[2], State::ALL[3], ("favorite", State::Favourite)];

/// The choices each value names, in full or by a beginning that fits (values are read while they are typed).
fn choose<T: Copy>(key: &str, values: &[String], choices: &[(&str, T)]) -> Result<Vec<T>, String> {
    values
        .iter()
        .map(|value| {
            choices.iter().find(|(name, _)| name.starts_with(value.as_str())).map(|(_, choice)| *choice).ok_or_else(
                || {
                    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                    format!("{key}:{value} is not known; it can be {}.", names.join(", "))
                },
            )
        })
        .collect()
}

/// A blank-separated part of the query, before it is understood.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) negated: bool,
    pub(super) key: Option<Range<usize>>,
    pub(super) body: Range<usize>,
    quoted: bool,
    closed: bool,
}

/// Cuts `text` at blanks outside quotes.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let start = at + (rest.len() - rest.trim_start().len());
        let Some(part) = text.get(start..).filter(|r| !r.is_empty()).map(|_| part(text, start)) else { break };
        at = part.span.end.max(start + 1);
        parts.push(part);
    }
    parts
}

fn part(text: &str, start: usize) -> Part {
    let after = |at: usize| text.get(at..).unwrap_or_default();
    // The minus sign of typographers as well: a shell takes the other one for an option.
    let sign = after(start).chars().next().filter(|c| matches!(c, '-' | '\u{2212}'));
    let negated = sign.is_some();
    let begin = start + sign.map_or(0, char::len_utf8);
    let key_len = after(begin).bytes().take_while(u8::is_ascii_alphabetic).count();
    let has_key = key_len > 0 && after(begin + key_len).starts_with(':');
    let (key, value) = if has_key { (Some(begin..begin + key_len), begin + key_len + 1) } else { (None, begin) };
    if after(value).starts_with('"') {
        let inside = after(value + 1);
        let (len, closed) = inside.find('"').map_or((inside.len(), false), |end| (end, true));
        let body = value + 1..value + 1 + len;
        let end = body.end + usize::from(closed);
        return Part { span: start..end, negated, key, body, quoted: true, closed };
    }
    let rest = after(value);
    let end = value + rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
    Part { span: start..end, negated, key, body: value..end, quoted: false, closed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        Query::parse(text).words.into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn words_are_folded_and_cut_at_anything_else() {
        assert_eq!(words("  Send  MESS "), ["send", "mess"]);
        assert_eq!(words("SLACK_SEND_MESSAGE"), ["slack", "send", "message"]);
        assert!(Query::parse(" \t- \"\" -- ").is_empty());
    }

    #[test]
    fn qualifiers_are_read_while_they_are_typed() {
        let q = Query::parse("in:Slack,gmail -kind:del needs:");
        assert_eq!(q.filters[0].test, Test::In(vec!["slack".into(), "gmail".into()]));
        assert_eq!(q.filters[1].test, Test::Kind(vec![SideEffect::Delete]));
        assert!(q.filters[1].negated && !q.filters[0].negated);
        assert_eq!(q.filters.len(), 2);
        assert!(q.problems().is_empty());
        assert_eq!(Query::parse("is:favorite").filters[0].test, Test::Is(vec![State::Favourite]));
        assert_eq!(Query::parse("in:\"monday com\" x").filters[0].test, Test::In(vec!["monday com".into()]));
    }

    #[test]
    fn a_wrong_qualifier_says_so_and_is_searched_as_words() {
        let q = Query::parse("kind:reed channel");
        assert_eq!(q.problems()[0].message, "kind:reed is not known; it can be read, write, send, delete, unknown.");
        assert_eq!(q.problems()[0].span, 0..9);
        assert_eq!(words("colour:red x"), ["colour", "red", "x"]);
        assert!(Query::parse("colour:red").problems()[0].message.starts_with("There is no qualifier colour:"));
    }

    #[test]
    fn phrases_and_negations() {
        let q = Query::parse("-slack \"send message\" -\"by id\" \"open");
        assert_eq!(q.without, ["slack"]);
        assert!(Query::parse("\u{2212}in:slack").filters[0].negated);
        assert_eq!(q.phrases[0], Phrase { text: "send message".into(), closed: true, negated: false });
        assert_eq!(q.phrases[1], Phrase { text: "by id".into(), closed: true, negated: true });
        assert_eq!(q.phrases[2], Phrase { text: "open".into(), closed: false, negated: false });
        assert_eq!(words("ab\"cd\"ef"), ["ab", "ef"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_bounds(text in "\\PC{0,40}|[-:\"a-z, ]{0,60}") {
            let query = Query::parse(&text);
            for problem in query.problems() {
                prop_assert!(text.get(problem.span.clone()).is_some());
            }
            for part in parts(&text) {
                prop_assert!(text.get(part.span).is_some() && text.get(part.body).is_some());
            }
        }
    }
}
