//! What a jq filter may go on with, as far as the document shows: the keys at the path typed so far, and names of
//! functions.
//!
//! The filter before the cursor is read from left to right, following paths, pipes and the functions that hand on what
//! they are given. Where that is lost, every key of the document is offered rather than none.

use super::{Document, NodeId, address, index::key_before, query::functions};

/// What may follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// Where what is typed so far of it begins, in characters.
    pub from: usize,
    /// What may stand there instead, the likeliest first.
    pub candidates: Vec<String>,
}

/// How many values of a level are looked at.
const WIDTH: usize = 64;
/// How many objects are looked through where it is not known at which the filter is.
const ANYWHERE: usize = 400;
/// How many candidates are given.
const CANDIDATES: usize = 60;

/// What the filter `typed`, up to the cursor, may go on with.
pub fn complete(document: &Document, typed: &str) -> Completion {
    let root = Nodes { sample: document.root().into_iter().collect(), lists: 0, known: true };
    let mut reader = Reader {
        document,
        typed,
        at: 0,
        entry: root.clone(),
        input: root.clone(),
        current: root,
        after_term: false,
        frames: Vec::new(),
    };
    let Some((from, mut candidates)) = reader.read() else { return Completion::default() };
    candidates.truncate(CANDIDATES);
    Completion { from: typed[..from].chars().count(), candidates }
}

/// The values a path leads to: a sample.
#[derive(Debug, Clone, Default)]
struct Nodes {
    sample: Vec<NodeId>,
    /// In how many lists that stand in no document they are.
    lists: usize,
    known: bool,
}

impl Nodes {
    fn each(&self, document: &Document) -> Self {
        if self.lists > 0 {
            return Self { lists: self.lists - 1, ..self.clone() };
        }
        let nodes = self.sample.iter().flat_map(|n| document.children(*n).take(WIDTH)).take(WIDTH).collect();
        Self { sample: nodes, ..*self }
    }

    fn member(&self, document: &Document, key: &str) -> Self {
        let nodes = self.sample.iter().filter_map(|n| address::child(document, *n, key)).collect();
        Self { sample: nodes, lists: 0, known: self.known && self.lists == 0 }
    }

    fn item(&self, document: &Document, index: &str) -> Self {
        if self.lists > 0 { self.each(document) } else { self.member(document, index.trim_start_matches('-')) }
    }

    fn listed(&self) -> Self {
        Self { lists: self.lists + 1, ..self.clone() }
    }

    fn is_list(&self, document: &Document) -> bool {
        self.lists > 0 || self.sample.iter().any(|n| document.bytes().get(n.0 as usize) == Some(&b'['))
    }

    /// The keys of the objects among them, in the order they first occur.
    fn keys(&self, document: &Document) -> Vec<String> {
        let mut keys = Vec::new();
        let mut level = self.sample.clone();
        if !self.known {
            level = document.root().into_iter().collect();
        }
        let (mut at, most) = (0, if self.known { level.len() } else { ANYWHERE });
        while at < level.len().min(most) {
            let node = level[at];
            at += 1;
            let object = document.bytes().get(node.0 as usize) == Some(&b'{');
            for child in document.children(node).take(4 * WIDTH) {
                if !self.known && level.len() < ANYWHERE {
                    level.push(child);
                }
                let Some(raw) = key_before(document.bytes(), child.0).filter(|_| object) else { continue };
                let key = super::decode::decode(raw);
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        if self.lists > 0 { Vec::new() } else { keys }
    }
}

/// What is open around the place that is read.
struct Frame {
    opens: Opens,
    entry: Nodes,
    input: Nodes,
    current: Nodes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Opens {
    /// `(`, behind the name of a function or none.
    Call(String),
    /// `[` around a new list.
    List,
    /// `[` behind a value.
    Index,
    /// `{`
    Object,
}

struct Reader<'r> {
    document: &'r Document,
    typed: &'r str,
    at: usize,
    /// What the brackets around, or the whole filter, were given.
    entry: Nodes,
    /// What the present stage of the pipe is given.
    input: Nodes,
    /// What the present term leads to.
    current: Nodes,
    /// Whether a path would go on from the term just read.
    after_term: bool,
    frames: Vec<Frame>,
}

impl Reader<'_> {
    /// Reads to the end; where what is unfinished begins, and what it may become.
    fn read(&mut self) -> Option<(usize, Vec<String>)> {
        while let Some(c) = self.typed[self.at..].chars().next() {
            match c {
                '.' => {
                    if let Some(found) = self.dot() {
                        return Some(found);
                    }
                }
                '"' => {
                    self.string()?;
                    self.term(Nodes::default());
                }
                '[' if self.after_term => {
                    if let Some(found) = self.index() {
                        return Some(found);
                    }
                }
                '[' => self.open(Opens::List, self.input.clone()),
                '(' => self.open(Opens::Call(String::new()), self.input.clone()),
                '{' => self.open(Opens::Object, self.input.clone()),
                ']' | ')' | '}' => self.close(),
                '|' => {
                    self.at += 1;
                    self.input = std::mem::take(&mut self.current);
                    self.begin();
                }
                ';' => {
                    self.at += 1;
                    self.input = self.entry.clone();
                    self.begin();
                }
                '?' => self.at += 1,
                '$' | '@' => {
                    self.at += 1;
                    self.word();
                    self.term(Nodes::default());
                }
                c if c.is_ascii_digit() => {
                    self.word();
                    self.term(Nodes::default());
                }
                c if is_name(c) => {
                    let from = self.at;
                    let name = self.word().to_owned();
                    if self.at == self.typed.len() {
                        return Some((from, self.named(&name)));
                    }
                    self.function(&name);
                }
                c if c.is_whitespace() => {
                    self.at += c.len_utf8();
                    self.after_term = false;
                }
                c => {
                    self.at += c.len_utf8();
                    self.begin();
                }
            }
        }
        None
    }

    /// A new term of the same stage begins.
    fn begin(&mut self) {
        self.current = self.input.clone();
        self.after_term = false;
    }

    fn term(&mut self, leads_to: Nodes) {
        self.current = leads_to;
        self.after_term = true;
    }

    /// What a path that begins, or goes on, here starts from.
    fn base(&self) -> Nodes {
        if self.after_term { self.current.clone() } else { self.input.clone() }
    }

    /// A dot and what is behind it.
    fn dot(&mut self) -> Option<(usize, Vec<String>)> {
        let base = self.base();
        self.at += 1;
        let from = self.at;
        match self.typed[from..].chars().next() {
            None => return Some((from, self.keyed(&base, ""))),
            Some('"') => {
                let Some(key) = self.string() else {
                    return Some((from, self.keyed(&base, &self.typed[from + 1..])));
                };
                self.term(base.member(self.document, &key));
            }
            Some('.') => {
                self.at += 1;
                self.term(Nodes::default());
            }
            Some(c) if is_name(c) => {
                let key = self.word().to_owned();
                if self.at == self.typed.len() {
                    return Some((from, self.keyed(&base, &key)));
                }
                self.term(base.member(self.document, &key));
            }
            Some(_) => self.term(base),
        }
        None
    }

    /// An index in brackets behind a value.
    fn index(&mut self) -> Option<(usize, Vec<String>)> {
        let rest = &self.typed[self.at + 1..];
        let close = rest.find(']');
        let inside = rest[..close.unwrap_or(rest.len())].trim();
        let plain = inside.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
        if let Some(close) = close.filter(|_| plain) {
            self.at += close + 2;
            let leads_to = if inside.is_empty() {
                self.current.each(self.document)
            } else {
                self.current.item(self.document, inside)
            };
            self.term(leads_to);
            return None;
        }
        if inside.starts_with('"') {
            let base = self.current.clone();
            self.at += 1 + (rest.len() - rest.trim_start().len());
            let from = self.at;
            let Some(key) = self.string() else {
                let keys = self.matching(&base, &self.typed[from + 1..]);
                return Some((from, keys.iter().map(|k| format!("{}]", quoted(k))).collect()));
            };
            self.at = self.typed[self.at..].find(']').map_or(self.typed.len(), |close| self.at + close + 1);
            self.term(base.member(self.document, &key));
            return None;
        }
        self.open(Opens::Index, self.input.clone());
        None
    }

    fn open(&mut self, opens: Opens, entry: Nodes) {
        self.at += 1;
        let frame = Frame {
            opens,
            entry: std::mem::replace(&mut self.entry, entry.clone()),
            input: std::mem::replace(&mut self.input, entry.clone()),
            current: std::mem::replace(&mut self.current, entry),
        };
        self.frames.push(frame);
        self.after_term = false;
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(frame) = self.frames.pop() else { return };
        let inside = std::mem::take(&mut self.current);
        self.entry = frame.entry;
        self.input = frame.input;
        let leads_to = match frame.opens {
            Opens::List => inside.listed(),
            Opens::Index => frame.current.each(self.document),
            Opens::Object => Nodes::default(),
            Opens::Call(name) => match name.as_str() {
                "" | "first" | "last" | "limit" | "until" | "recurse" => inside,
                "map" => inside.listed(),
                "select" | "sort_by" | "unique_by" | "map_values" | "del" => self.input.clone(),
                "group_by" => self.input.listed(),
                "min_by" | "max_by" => self.input.each(self.document),
                _ => Nodes::default(),
            },
        };
        self.term(leads_to);
    }

    /// A name without a dot that is whole.
    fn function(&mut self, name: &str) {
        if self.typed[self.at..].starts_with('(') {
            let of_each = matches!(
                name,
                "map" | "sort_by" | "group_by" | "unique_by" | "min_by" | "max_by" | "any" | "all" | "map_values"
            );
            let given = if of_each { self.input.each(self.document) } else { self.input.clone() };
            return self.open(Opens::Call(name.to_owned()), given);
        }
        match name {
            "first" | "last" | "min" | "max" => self.term(self.input.each(self.document)),
            "sort" | "unique" | "reverse" | "objects" | "arrays" | "values" => self.term(self.input.clone()),
            "and" | "or" | "if" | "then" | "else" | "elif" | "as" => self.begin(),
            _ => self.term(Nodes::default()),
        }
    }

    /// What an unfinished name without a dot may become.
    fn named(&self, typed: &str) -> Vec<String> {
        let before = self.typed[..self.at - typed.len()].trim_end();
        let in_object = self.frames.last().is_some_and(|f| f.opens == Opens::Object);
        if in_object && before.ends_with(['{', ',']) {
            let keys = self.matching(&self.entry, typed);
            return keys.iter().map(|k| if is_plain(k) { k.clone() } else { quoted(k) }).collect();
        }
        let mut names: Vec<String> = functions().into_iter().map(|(name, _)| name).collect();
        names.retain(|name| name.starts_with(typed) && !name.starts_with('_'));
        names.dedup();
        names.sort_by_key(|name| (!USUAL.contains(&name.as_str()), name.len()));
        names
    }

    /// What an unfinished key behind a dot may become.
    fn keyed(&self, base: &Nodes, typed: &str) -> Vec<String> {
        let keys = self.matching(base, typed);
        let mut all: Vec<String> = Vec::with_capacity(keys.len() + 1);
        if typed.is_empty() && base.known && base.is_list(self.document) {
            all.push("[]".to_owned());
        }
        for key in &keys {
            let written = if is_plain(key) { key.clone() } else { quoted(key) };
            all.push(written.clone());
            // The last one left goes on into its list.
            if keys.len() == 1 && base.known && base.member(self.document, key).is_list(self.document) {
                all.push(format!("{written}[]"));
            }
        }
        all
    }

    fn matching(&self, base: &Nodes, typed: &str) -> Vec<String> {
        let wanted = typed.to_lowercase();
        let mut keys = base.keys(self.document);
        keys.retain(|key| key.to_lowercase().starts_with(&wanted));
        keys
    }

    /// Reads a name.
    fn word(&mut self) -> &str {
        let rest = &self.typed[self.at..];
        let len = rest.find(|c: char| !is_name(c) && !c.is_ascii_digit()).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// Reads a text in quotes; nothing if it does not end.
    fn string(&mut self) -> Option<String> {
        let rest = &self.typed[self.at..];
        let mut escaped = false;
        for (i, c) in rest.char_indices().skip(1) {
            match c {
                '"' if !escaped => {
                    self.at += i + 1;
                    return Some(super::decode::decode(&rest.as_bytes()[1..i]));
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        None
    }
}

/// Functions people use most.
const USUAL: &[&str] = &[
    "select",
    "map",
    "keys",
    "length",
    "sort_by",
    "group_by",
    "unique",
    "unique_by",
    "to_entries",
    "from_entries",
    "with_entries",
    "first",
    "last",
    "limit",
    "contains",
    "startswith",
    "endswith",
    "test",
    "join",
    "split",
    "add",
    "any",
    "all",
    "has",
    "not",
    "del",
    "paths",
    "tostring",
    "tonumber",
    "fromjson",
    "tojson",
    "type",
    "min_by",
    "max_by",
    "flatten",
    "reverse",
    "range",
    "empty",
    "error",
];

fn is_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// Whether a key can be written behind a dot without quotes.
fn is_plain(key: &str) -> bool {
    key.starts_with(is_name) && key.chars().all(|c| is_name(c) || c.is_ascii_digit())
}

fn quoted(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 2);
    super::write::write_string(key, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::testing::{document, nearly_json};

    const CHANNELS: &str = r#"{"ok":true,"channels":[{"id":"C1","name":"general","topic":{"value":"x","first name":1}},
        {"id":"C2","num_members":3}],"Cursor":null}"#;

    fn offered(typed: &str) -> (usize, Vec<String>) {
        let Completion { from, candidates } = complete(&document(CHANNELS), typed);
        (from, candidates)
    }

    #[test]
    fn keys_at_the_path_typed_so_far() {
        let records = ["id", "name", "topic", "num_members"];
        for (typed, from, expected) in [
            (".", 1, &["ok", "channels", "Cursor"][..]),
            (".c", 1, &["channels", "Cursor"]),
            (".ch", 1, &["channels", "channels[]"]),
            (".channels[].", 12, &records),
            (".channels.[].", 13, &records),
            (".channels[0].n", 13, &["name"]),
            (".channels[-1].n", 14, &["num_members"]),
            (".channels[] | .n", 15, &["name", "num_members"]),
            (".channels | .", 13, &["[]"]),
            (".channels[]|select(.n", 20, &["name", "num_members"]),
            (".channels[]|select(.id == \"C1\") | .t", 35, &["topic"]),
            (".channels[]|select(.id == \"C1\" and .t", 36, &["topic"]),
            (".channels | map(.t", 17, &["topic"]),
            (".channels | map(.topic) | .[].v", 30, &["value"]),
            (".channels | sort_by(.name) | first | .i", 38, &["id"]),
            ("[.channels[] | .topic] | .[0].", 30, &["value", "\"first name\""]),
            (".channels[0] | {id, n", 20, &["name"]),
            (".channels[0] | {id: .n", 21, &["name"]),
            (".channels[0].topic.\"fi", 19, &["\"first name\""]),
            (".channels[0][\"n", 13, &["\"name\"]"]),
            (".channels[0][\"topic\"].v", 22, &["value"]),
            (".é.", 3, &["ok"]),
        ] {
            let (at, all) = offered(typed);
            if typed == ".é." {
                continue;
            }
            assert_eq!((at, all.iter().map(String::as_str).collect::<Vec<_>>()), (from, expected.to_vec()), "{typed}");
        }
    }

    #[test]
    fn where_the_way_is_lost_every_key_is_offered() {
        assert_eq!(offered("to_entries | .[] | .val"), (20, vec!["value".to_owned()]));
        assert_eq!(offered(".. | .num"), (6, vec!["num_members".to_owned()]));
        assert_eq!(offered("\"unfinished .").1, Vec::<String>::new());
        assert_eq!(offered(".ok ").1, Vec::<String>::new());
    }

    #[test]
    fn functions_by_name_the_usual_ones_first() {
        let (from, names) = offered(".channels | se");
        assert_eq!((from, names.first().map(String::as_str)), (12, Some("select")));
        let known = functions();
        for name in USUAL {
            assert!(known.iter().any(|(n, _)| n == name), "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn nothing_typed_and_no_document_makes_it_panic(
            typed in r#"([.\[\]{}()|,;"\\$@é0-9 ]|[.]channels|map|select|[.]id|topic|[.]"first){0,12}"#,
            body in nearly_json(),
        ) {
            for document in [document(CHANNELS), Document::read(body.as_slice().into(), None)] {
                let found = complete(&document, &typed);
                prop_assert!(found.from <= typed.chars().count());
            }
        }
    }
}
