//! A catalogue as it is kept from one invocation to the next: names and descriptions apart from schemas.
//!
//! A search reads the names alone, and of those only what may answer it: every action has a record of one size, which
//! begins with the letters of its name and of its description as sets. What the parameters are called stands there as
//! well, so that no schema is read before an action is opened.
//!
//! The names are a line of JSON (how many there are of everything, groups, problems, parameters), a second one with the
//! words of all names for putting typing mistakes right, and behind them, without gaps: the records, the text of all names and descriptions, and the entries of the parameters.
//! The schemas are their texts one after the other. Numbers are little-endian.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use super::{Catalogue, Group, Problem};
use crate::domain::{
    action::Action,
    body::Body,
    document::{Object, Value},
    search::{DESCRIPTION_LIMIT, NAME_LIMIT, Parameter, Parameters, cut, mask},
    shared::SharedText,
    side_effect::SideEffect,
    words::{fold, words},
};

/// Bytes of one action's record.
const RECORD: usize = 36;
/// Bytes of one parameter's entry.
const ENTRY: usize = 6;
/// The form described above.
const VERSION: i64 = 1;

/// A catalogue in the form it is kept in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Everything but the schemas; read back by [`Names::read`].
    pub names: Vec<u8>,
    /// The schemas, for [`Names::catalogue`].
    pub schemas: Vec<u8>,
}

/// What was kept cannot be read: it is cut off, overwritten, or of another version of akx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is damaged, or of another version of akx")]
pub struct Damaged;

impl Kept {
    /// Writes `catalogue` down; `None` where its text has more than four gigabytes.
    pub fn new(catalogue: &Catalogue) -> Option<Self> {
        let (mut records, mut text, mut schemas) = (Vec::new(), Vec::new(), Vec::new());
        let (mut entries, mut count) = (Vec::new(), 0_usize);
        let parameters = catalogue.parameters();
        for (at, action) in catalogue.actions.iter().enumerate() {
            text.extend_from_slice(action.name.as_bytes());
            text.extend_from_slice(action.description.as_bytes());
            let schema = action.parameters.as_deref();
            schemas.extend_from_slice(schema.unwrap_or_default().as_bytes());
            for parameter in parameters.of(at) {
                entries.extend_from_slice(&parameter.name.to_le_bytes());
                entries.extend_from_slice(&[u8::from(parameter.required), parameter.types]);
                count += 1;
            }
            let name = fold(cut(&action.name, NAME_LIMIT));
            let description = fold(cut(&action.description, DESCRIPTION_LIMIT));
            records.extend_from_slice(&mask(name.as_bytes()).to_le_bytes());
            records.extend_from_slice(&mask(description.as_bytes()).to_le_bytes());
            records.extend_from_slice(&u32::try_from(text.len()).ok()?.to_le_bytes());
            records.extend_from_slice(&u16::try_from(action.name.len()).ok()?.to_le_bytes());
            records.extend_from_slice(&[declared_number(action.declared), u8::from(schema.is_some())]);
            records.extend_from_slice(&u32::try_from(schemas.len()).ok()?.to_le_bytes());
            records.extend_from_slice(&u32::try_from(count).ok()?.to_le_bytes());
            records.extend_from_slice(&catalogue.name_order().get(at)?.to_le_bytes());
        }
        let mut names = head(catalogue, (text.len(), count, schemas.len())).to_json().into_bytes();
        names.push(b'\n');
        names.extend(spoken(catalogue).into_bytes());
        names.push(b'\n');
        names.extend([records, text, entries].concat());
        Some(Self { names, schemas })
    }
}

fn head(catalogue: &Catalogue, (text, entries, schemas): (usize, usize, usize)) -> Value {
    let list = |values: Vec<Value>| Value::Array(values);
    let groups = catalogue.groups.iter();
    let groups = groups.map(|g| list(vec![(&*g.integration).into(), (&*g.prefix).into(), g.actions.len().into()]));
    let problems = catalogue.problems.iter().map(|p| {
        let about = p.about.as_deref().map_or(Value::Null, Value::from);
        list(vec![about, p.message.as_str().into()])
    });
    let parameters = catalogue.parameters().names().map(Value::from);
    let mut head = Object::new();
    head.insert("version", VERSION);
    head.insert("actions", catalogue.actions.len());
    head.insert("text", text);
    head.insert("entries", entries);
    head.insert("schemas", schemas);
    if let Some(wire) = catalogue.wire {
        head.insert("wire", wire.name());
    }
    head.insert("groups", groups.collect::<Vec<_>>());
    head.insert("problems", problems.collect::<Vec<_>>());
    head.insert("parameters", parameters.collect::<Vec<_>>());
    Value::Object(head)
}

/// The words of all names, folded, with how often they occur, as a line of JSON.
fn spoken(catalogue: &Catalogue) -> String {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for action in &catalogue.actions {
        let name = cut(&action.name, NAME_LIMIT);
        let folded = fold(name);
        // Numbers are not mistaken for each other: a list may have one in every name.
        let told = |word: &&str| word.bytes().any(|b| !b.is_ascii_digit());
        for word in words(name).into_iter().filter_map(|word| folded.get(word)).filter(told) {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word.to_owned(), 1);
                }
            }
        }
    }
    let pair = |(word, count): (String, u64)| Value::Array(vec![word.into(), count.into()]);
    Value::Array(counts.into_iter().map(pair).collect()).to_json()
}

const fn declared_number(declared: Option<SideEffect>) -> u8 {
    match declared {
        None => 0,
        Some(SideEffect::Read) => 1,
        Some(SideEffect::Write) => 2,
        Some(SideEffect::Send) => 3,
        Some(SideEffect::Delete) => 4,
        Some(SideEffect::Unknown) => 5,
    }
}

const fn declared(number: u8) -> Option<SideEffect> {
    match number {
        1 => Some(SideEffect::Read),
        2 => Some(SideEffect::Write),
        3 => Some(SideEffect::Send),
        4 => Some(SideEffect::Delete),
        5 => Some(SideEffect::Unknown),
        _ => None,
    }
}

/// The names of a kept catalogue, as they lie on disk.
#[derive(Debug, Clone)]
pub struct Names {
    bytes: Body,
    count: usize,
    records: usize,
    text: Range<usize>,
    entries: usize,
    schemas: usize,
    groups: Vec<Group>,
    problems: Vec<Problem>,
    wire: Option<super::Wire>,
    parameters: Vec<Arc<str>>,
    words: Range<usize>,
}

/// One action of [`Names`].
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct Record<'a> {
    /// The letters of its name, folded.
    pub(in crate::domain) name_mask: u64,
    /// The letters of its description, folded.
    pub(in crate::domain) description_mask: u64,
    raw: &'a [u8],
    begins: [u32; 3],
}

impl Record<'_> {
    /// Its schema, where it has one.
    fn schema(&self, (schemas, start): (&Body, usize)) -> Result<Option<SharedText>, Damaged> {
        if self.raw.get(23) != Some(&1) {
            return Ok(None);
        }
        let range = self.begins[1] as usize..number(self.raw, 24) as usize;
        let text = schemas.get(start..).and_then(|all| all.get(range));
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(Damaged)?;
        Ok(Some(SharedText::of(schemas, text)))
    }
}

impl Names {
    /// Takes `bytes`, from `start` on, for what [`Kept::names`] was. Only how much there is of everything is checked;
    /// what is wrong inside shows when it is looked at.
    ///
    /// # Errors
    /// [`Damaged`].
    pub fn read(bytes: Body, start: usize) -> Result<Self, Damaged> {
        let rest = bytes.get(start..).ok_or(Damaged)?;
        let end = memchr::memchr(b'\n', rest).ok_or(Damaged)?;
        let head = Value::parse(&rest[..end]).map_err(|_| Damaged)?;
        let number = |key| head.get(key).and_then(Value::as_i64).and_then(|n| usize::try_from(n).ok()).ok_or(Damaged);
        let list = |key| head.get(key).and_then(Value::as_array).ok_or(Damaged);
        if head.get("version").and_then(Value::as_i64) != Some(VERSION) {
            return Err(Damaged);
        }
        let (count, text, entries) = (number("actions")?, number("text")?, number("entries")?);
        let words_start = start + end + 1;
        let words_end = memchr::memchr(b'\n', bytes.get(words_start..).ok_or(Damaged)?).ok_or(Damaged)? + words_start;
        let records = words_end + 1;
        let text_start = count.checked_mul(RECORD).and_then(|size| size.checked_add(records)).ok_or(Damaged)?;
        let text = text_start..text_start.checked_add(text).ok_or(Damaged)?;
        let whole = entries.checked_mul(ENTRY).and_then(|size| size.checked_add(text.end));
        if whole != Some(bytes.len()) {
            return Err(Damaged);
        }
        let mut groups: Vec<Group> = Vec::new();
        for group in list("groups")? {
            let part = |at: usize| group.as_array().and_then(|g| g.get(at));
            let name = |at| part(at).and_then(Value::as_str).ok_or(Damaged);
            let size = part(2).and_then(Value::as_i64).and_then(|n| usize::try_from(n).ok()).ok_or(Damaged)?;
            let begin = groups.last().map_or(0, |g| g.actions.end);
            let end = begin.checked_add(size).ok_or(Damaged)?;
            groups.push(Group { integration: name(0)?.into(), prefix: name(1)?.into(), actions: begin..end });
        }
        if groups.last().map_or(0, |g| g.actions.end) != count {
            return Err(Damaged);
        }
        let problem = |p: &Value| {
            let part = |at: usize| p.as_array().and_then(|p| p.get(at)).and_then(Value::as_str);
            Some(Problem { about: part(0).map(str::to_owned), message: part(1)?.to_owned() })
        };
        Ok(Self {
            count,
            records,
            text,
            entries,
            schemas: number("schemas")?,
            groups,
            problems: list("problems")?.iter().filter_map(problem).collect(),
            wire: head.get("wire").and_then(Value::as_str).and_then(|wire| wire.parse().ok()),
            parameters: list("parameters")?.iter().filter_map(Value::as_str).map(Into::into).collect(),
            words: words_start..words_end,
            bytes,
        })
    }

    /// How many actions there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What was wrong with the list.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The integrations, in their order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What the parameters are called, in the order of their numbers.
    pub(in crate::domain) fn parameters(&self) -> &[Arc<str>] {
        &self.parameters
    }

    /// The words of all names with how often they occur.
    pub(in crate::domain) fn words(&self) -> Vec<(String, u32)> {
        let all = self.bytes.get(self.words.clone()).and_then(|line| Value::parse(line).ok());
        let word = |word: &Value| {
            let parts = word.as_array()?;
            let count = parts.get(1)?.as_i64().and_then(|n| u32::try_from(n).ok())?;
            Some((parts.first()?.as_str()?.to_owned(), count))
        };
        all.as_ref().and_then(Value::as_array).unwrap_or_default().iter().filter_map(word).collect()
    }

    /// The record of an action.
    pub(in crate::domain) fn record(&self, action: usize) -> Option<Record<'_>> {
        let at = self.records + action.checked_mul(RECORD)?;
        let raw = self.bytes.get(at..at + RECORD).filter(|_| action < self.count)?;
        let begins = match action.checked_sub(1) {
            None => [0; 3],
            Some(_) => {
                let before = self.bytes.get(at - RECORD..at)?;
                [number(before, 16), number(before, 24), number(before, 28)]
            }
        };
        let wide = |from: usize| raw.get(from..from + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        Some(Record { name_mask: wide(0), description_mask: wide(8), raw, begins })
    }

    /// The name and the description of a record.
    pub(in crate::domain) fn texts(&self, record: &Record<'_>) -> Option<(&str, &str)> {
        let text = self.bytes.get(self.text.clone())?;
        let text = text.get(record.begins[0] as usize..number(record.raw, 16) as usize)?;
        let name_len = record.raw.get(20..22).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes);
        let (name, description) = text.split_at_checked(usize::from(name_len))?;
        Some((std::str::from_utf8(name).ok()?, std::str::from_utf8(description).ok()?))
    }

    /// The numbers of a record's parameters.
    pub(in crate::domain) fn takes(&self, record: &Record<'_>) -> impl Iterator<Item = Parameter> {
        let size = |number: u32| (number as usize).saturating_mul(ENTRY);
        let all = self.bytes.get(self.text.end..).unwrap_or_default();
        let own = all.get(size(record.begins[2])..size(number(record.raw, 28))).unwrap_or_default();
        own.chunks_exact(ENTRY).map(|entry| Parameter {
            name: number(entry, 0),
            required: entry.get(4) == Some(&1),
            types: entry.get(5).copied().unwrap_or(0),
        })
    }

    /// The whole catalogue; with its schemas, where those are given: bytes that are from some place on what
    /// [`Kept::schemas`] was.
    ///
    /// # Errors
    /// [`Damaged`] also where the schemas are not the ones it was kept with.
    pub fn catalogue(&self, schemas: Option<(&Body, usize)>) -> Result<Catalogue, Damaged> {
        if schemas.is_some_and(|(bytes, start)| bytes.len().checked_sub(start) != Some(self.schemas)) {
            return Err(Damaged);
        }
        let mut reading = Reading::new(self, self.count);
        for at in 0..self.count {
            reading.add(at, schemas)?;
        }
        let order = (0..self.count).map(|at| self.record(at).map_or(0, |r| number(r.raw, 32)));
        let catalogue = reading.done(self.groups.clone(), schemas.is_none());
        let _ = catalogue.name_order.set(order.collect());
        Ok(catalogue)
    }

    /// The whole catalogue with its schemas, made of the one without; for the bytes see [`Names::catalogue`].
    ///
    /// # Errors
    /// As for [`Names::catalogue`].
    pub fn complete(&self, names: &Catalogue, schemas: (&Body, usize)) -> Result<Catalogue, Damaged> {
        if schemas.0.len().checked_sub(schemas.1) != Some(self.schemas) || names.len() != self.count {
            return Err(Damaged);
        }
        let mut catalogue = Catalogue { without_schemas: false, ..names.clone() };
        for (at, action) in catalogue.actions.iter_mut().enumerate() {
            let record = self.record(at).ok_or(Damaged)?;
            action.parameters = record.schema(schemas)?;
        }
        Ok(catalogue)
    }

    /// A catalogue of these actions alone, given by rising number, without schemas; integrations none of them belongs to
    /// are empty groups.
    ///
    /// # Errors
    /// [`Damaged`].
    pub(in crate::domain) fn some(&self, actions: &[u32]) -> Result<Catalogue, Damaged> {
        let mut reading = Reading::new(self, actions.len());
        for at in actions {
            reading.add(*at as usize, None)?;
        }
        let mut begin = 0;
        let groups = self.groups.iter().map(|group| {
            let end = actions.partition_point(|at| (*at as usize) < group.actions.end);
            let actions = std::mem::replace(&mut begin, end)..end;
            Group { actions, ..group.clone() }
        });
        Ok(reading.done(groups.collect(), true))
    }
}

/// A catalogue in the making.
struct Reading<'n> {
    names: &'n Names,
    actions: Vec<Action>,
    entries: Vec<Parameter>,
    ends: Vec<u32>,
    group: usize,
}

impl<'n> Reading<'n> {
    fn new(names: &'n Names, count: usize) -> Self {
        let (actions, ends) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let entries = Vec::with_capacity(if count == names.count { names.entries } else { 0 });
        Self { names, actions, entries, ends, group: 0 }
    }

    fn add(&mut self, at: usize, schemas: Option<(&Body, usize)>) -> Result<(), Damaged> {
        let names = self.names;
        let record = names.record(at).ok_or(Damaged)?;
        let (name, description) = names.texts(&record).ok_or(Damaged)?;
        while names.groups.get(self.group).is_some_and(|g| g.actions.end <= at) {
            self.group += 1;
        }
        let integration = Arc::clone(&names.groups.get(self.group).ok_or(Damaged)?.integration);
        let schema = schemas.map(|schemas| record.schema(schemas)).transpose()?.flatten();
        self.actions.push(Action {
            name: name.into(),
            integration,
            description: SharedText::of(&names.bytes, description),
            parameters: schema,
            declared: declared(record.raw.get(22).copied().unwrap_or(0)),
        });
        self.entries.extend(names.takes(&record));
        self.ends.push(u32::try_from(self.entries.len()).map_err(|_| Damaged)?);
        Ok(())
    }

    fn done(self, groups: Vec<Group>, without_schemas: bool) -> Catalogue {
        let names = self.names;
        let parameters = Parameters::from_parts(names.parameters.clone(), self.entries, self.ends);
        let catalogue = Catalogue {
            actions: self.actions,
            groups,
            problems: names.problems.clone(),
            wire: names.wire,
            without_schemas,
            ..Catalogue::default()
        };
        let _ = catalogue.parameters.set(Arc::new(parameters));
        catalogue
    }
}

fn number(bytes: &[u8], from: usize) -> u32 {
    bytes.get(from..from + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn catalogue() -> Catalogue {
        let reply = br#"{"actions":{"slack":[
            {"type":"function","function":{"name":"SLACK_SEND_MESSAGE","description":"Sends \"it\".",
             "parameters":{"type":"object","properties":{"channel":{"type":"string"},"to":{"type":["array","null"]}},
             "required":["channel"]}}},
            {"type":"function","function":{"name":"SLACK_\u00c4NDERN","description":""}}],
            "gmail":[{"type":"function","function":{"name":"GMAIL_SEND_EMAIL","description":"Mail","parameters":true}}]},
            "errors":[{"integration":"jira","message":"timed out"}]}"#;
        Catalogue::read(reply).unwrap()
    }

    fn names(kept: &Kept) -> Names {
        Names::read(kept.names.as_slice().into(), 0).unwrap()
    }

    #[test]
    fn a_catalogue_comes_back_whole() {
        let catalogue = catalogue();
        let kept = Kept::new(&catalogue).unwrap();
        let names = names(&kept);
        let back = names.catalogue(Some((&kept.schemas.as_slice().into(), 0))).unwrap();
        assert_eq!((back.actions(), back.groups()), (catalogue.actions(), catalogue.groups()));
        assert_eq!((back.problems(), back.wire()), (catalogue.problems(), catalogue.wire()));
        assert_eq!((back.parameters(), back.name_order()), (catalogue.parameters(), catalogue.name_order()));
        assert!(back.has_schemas());
        assert_eq!(back.position("GMAIL_SEND_EMAIL"), Some(0));
    }

    #[test]
    fn names_alone_make_the_same_list_without_schemas() {
        let catalogue = catalogue();
        let kept = Kept::new(&catalogue).unwrap();
        let names = names(&kept);
        let back = names.catalogue(None).unwrap();
        let whole = names.complete(&back, (&kept.schemas.as_slice().into(), 0)).unwrap();
        assert_eq!((whole.actions(), whole.has_schemas()), (catalogue.actions(), true));
        assert!(names.complete(&back, (&kept.schemas.as_slice().into(), 1)).is_err());
        assert!(!back.has_schemas() && back.actions().iter().all(|a| a.parameters.is_none()));
        assert_eq!(back.parameters(), catalogue.parameters());
        let some = names.some(&[2]).unwrap();
        assert_eq!((some.len(), some.groups().len(), &*some.actions()[0].integration), (1, 2, "slack"));
        assert_eq!((some.group_of(0), some.groups()[0].actions.len()), (some.groups().get(1), 0));
    }

    #[test]
    fn what_is_cut_off_or_put_together_wrongly_is_damaged() {
        let kept = Kept::new(&catalogue()).unwrap();
        for length in 0..kept.names.len() {
            assert!(Names::read(kept.names[..length].into(), 0).is_err(), "cut to {length} bytes");
        }
        assert!(names(&kept).catalogue(Some((&kept.schemas.as_slice().into(), 1))).is_err());
        let newer = String::from_utf8_lossy(&kept.names).replacen("\"version\":1", "\"version\":2", 1);
        assert!(Names::read(newer.as_bytes().into(), 0).is_err());
    }

    proptest! {
        #[test]
        fn any_byte_may_be_anything(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut kept = Kept::new(&catalogue()).unwrap();
            let at = at.index(kept.names.len());
            kept.names[at] = byte;
            if let Ok(names) = Names::read(kept.names.into(), 0)
                && let Ok(back) = names.catalogue(Some((&kept.schemas.into(), 0)))
            {
                prop_assert_eq!(back.len(), 3);
                let _ = back.position("SLACK_SEND_MESSAGE");
                for at in 0..3 {
                    back.parameters().of(at).iter().for_each(|p| { back.parameters().spelled(p.name); });
                }
            }
        }
    }
}
