//! A catalogue as it is kept from one invocation to the next: names and descriptions apart from schemas.
//!
//! The names are a line of JSON (how many there are of everything, groups, problems), which is enough to show the
//! integrations with; a second one with what the parameters are called, a third with the words of all names for putting
//! typing mistakes right, and behind them, without gaps, each for all actions: the rows of [`Packed`], the letters of
//! names and descriptions as sets, the order of the names, where the parameters of each end, the text, and the
//! parameters. The schemas are as they are packed. Numbers are little-endian.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::{
    Catalogue, Damaged, Group, Problem, Told,
    packed::{Packed, ROW},
};
use crate::domain::{
    body::Body,
    document::{Object, Value},
    search::Parameters,
    wire::Wire,
};

/// Bytes of an action's two sets of letters.
const MASKS: usize = 16;
/// Bytes of a number.
const NUMBER: usize = 4;
/// The form described above.
const VERSION: i64 = 3;

/// A catalogue in the form it is kept in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Everything but the schemas; read back by [`Catalogue::of_names`].
    pub names: Vec<u8>,
    /// The schemas, for [`Catalogue::with_schemas`].
    pub schemas: Body,
}

impl Kept {
    /// Writes `catalogue` down. One whose schemas have not been read has none to keep.
    pub fn new(catalogue: &Catalogue) -> Self {
        let Packed { rows, text, schemas } = &catalogue.packed;
        let schemas = schemas.clone().unwrap_or_default();
        let parameters = catalogue.parameters();
        let mut names = head(catalogue).to_json().into_bytes();
        names.push(b'\n');
        let spelled = parameters.names().map(Value::from).collect::<Vec<_>>();
        names.extend_from_slice(Value::Array(spelled).to_json().as_bytes());
        names.push(b'\n');
        names.extend_from_slice(catalogue.spoken_line());
        names.push(b'\n');
        let sections = [rows, catalogue.masks_bytes(), catalogue.name_order_bytes(), parameters.ends(), text];
        for section in sections.into_iter().chain([parameters.entries()]) {
            names.extend_from_slice(section);
        }
        Self { names, schemas }
    }
}

fn head(catalogue: &Catalogue) -> Value {
    let list = |values: Vec<Value>| Value::Array(values);
    let groups = catalogue.groups.iter();
    let groups = groups.map(|g| list(vec![(&*g.integration).into(), (&*g.prefix).into(), g.actions.len().into()]));
    let problems = catalogue.problems.iter().map(|p| {
        let about = p.about.as_deref().map_or(Value::Null, Value::from);
        list(vec![about, p.message.as_str().into()])
    });
    let mut head = Object::new();
    head.insert("version", VERSION);
    head.insert("actions", catalogue.len());
    head.insert("text", catalogue.packed.text.len());
    if let Some(wire) = catalogue.wire {
        head.insert("wire", wire.name());
    }
    head.insert("groups", groups.collect::<Vec<_>>());
    head.insert("problems", problems.collect::<Vec<_>>());
    Value::Object(head)
}

/// Words with how often they occur, as a line of JSON.
pub(super) fn spoken_line(counts: BTreeMap<String, u32>) -> String {
    let pair = |(word, count): (String, u32)| Value::Array(vec![word.into(), i64::from(count).into()]);
    Value::Array(counts.into_iter().map(pair).collect()).to_json()
}

/// What [`spoken_line`] wrote.
pub(super) fn read_spoken(line: &[u8]) -> Vec<(String, u32)> {
    let word = |word: &Value| {
        let parts = word.as_array()?;
        let count = parts.get(1)?.as_i64().and_then(|n| u32::try_from(n).ok())?;
        Some((parts.first()?.as_str()?.to_owned(), count))
    };
    let all = Value::parse(line).ok();
    all.as_ref().and_then(Value::as_array).unwrap_or_default().iter().filter_map(word).collect()
}

/// Takes one part after the other off the front of what was kept.
struct Parts(Body);

impl Parts {
    /// The next so many bytes.
    fn bytes(&mut self, count: usize) -> Result<Body, Damaged> {
        if count > self.0.len() {
            return Err(Damaged);
        }
        let part = self.0.slice(0..count);
        self.0 = self.0.slice(count..self.0.len());
        Ok(part)
    }

    /// So many bytes for each of so many actions.
    fn each(&mut self, actions: usize, size: usize) -> Result<Body, Damaged> {
        self.bytes(actions.checked_mul(size).ok_or(Damaged)?)
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<Body, Damaged> {
        let end = memchr::memchr(b'\n', &self.0).ok_or(Damaged)?;
        let line = self.bytes(end)?;
        self.bytes(1)?;
        Ok(line)
    }
}

impl Catalogue {
    /// A kept catalogue, its schemas not yet read: `bytes` are, from `start` on, what [`Kept::names`] was. Only what
    /// everything else relies on is checked; an odd byte inside a name is one.
    ///
    /// # Errors
    /// [`Damaged`].
    pub fn of_names(bytes: &Body, start: usize) -> Result<Self, Damaged> {
        let mut parts = Parts(bytes.slice(start..bytes.len()));
        let head = Head::read(&parts.line()?)?;
        let (parameters, spoken) = (parts.line()?, parts.line()?);
        let rows = parts.each(head.count, ROW)?;
        let masks = parts.each(head.count, MASKS)?;
        let name_order = parts.each(head.count, NUMBER)?;
        let ends = parts.each(head.count, NUMBER)?;
        let text = parts.bytes(head.text)?;
        let entries = parts.0;
        let parameters = Value::parse(&parameters).map_err(|_| Damaged)?;
        let names = parameters.as_array().ok_or(Damaged)?.iter().filter_map(Value::as_str).map(Into::into).collect();
        let parameters = Parameters::from_parts(names, entries, ends).ok_or(Damaged)?;
        Ok(Self {
            packed: Packed::checked(rows, text)?,
            told: Arc::new(Told {
                name_order: OnceLock::from(name_order),
                masks: OnceLock::from(masks),
                parameters: OnceLock::from(Arc::new(parameters)),
                spoken: OnceLock::from(spoken),
            }),
            ..head.outline()
        })
    }

    /// A kept catalogue of which no action has been read: what integrations there are, and how many actions of each.
    /// `bytes` are, from `start` on, at least the first line of what [`Kept::names`] was.
    ///
    /// # Errors
    /// [`Damaged`].
    pub fn outline(bytes: &Body, start: usize) -> Result<Self, Damaged> {
        Ok(Head::read(&Parts(bytes.slice(start..bytes.len())).line()?)?.outline())
    }

    /// The same with its schemas: `bytes` are, from `start` on, what [`Kept::schemas`] was.
    ///
    /// # Errors
    /// [`Damaged`] where these are not the schemas of these actions.
    pub fn with_schemas(&self, bytes: &Body, start: usize) -> Result<Self, Damaged> {
        let packed = self.packed.with_schemas(bytes.slice(start..bytes.len()))?;
        Ok(Self { packed, ..self.clone() })
    }
}

/// The first line.
struct Head {
    count: usize,
    text: usize,
    groups: Arc<[Group]>,
    problems: Arc<[Problem]>,
    wire: Option<Wire>,
}

impl Head {
    fn read(line: &[u8]) -> Result<Self, Damaged> {
        let head = Value::parse(line).map_err(|_| Damaged)?;
        let number = |key| head.get(key).and_then(Value::as_i64).and_then(|n| usize::try_from(n).ok()).ok_or(Damaged);
        let list = |key| head.get(key).and_then(Value::as_array).ok_or(Damaged);
        if head.get("version").and_then(Value::as_i64) != Some(VERSION) {
            return Err(Damaged);
        }
        let problem = |p: &Value| {
            let part = |at: usize| p.as_array().and_then(|p| p.get(at)).and_then(Value::as_str);
            Some(Problem { about: part(0).map(str::to_owned), message: part(1)?.to_owned() })
        };
        let count = number("actions")?;
        Ok(Self {
            count,
            text: number("text")?,
            groups: groups(list("groups")?, count)?,
            problems: list("problems")?.iter().filter_map(problem).collect(),
            wire: head.get("wire").and_then(Value::as_str).and_then(|wire| wire.parse().ok()),
        })
    }

    fn outline(self) -> Catalogue {
        let Self { groups, problems, wire, .. } = self;
        Catalogue { packed: Packed::unread(), groups, problems, wire, told: Arc::default() }
    }
}

fn groups(list: &[Value], count: usize) -> Result<Arc<[Group]>, Damaged> {
    let mut groups: Vec<Group> = Vec::with_capacity(list.len());
    for group in list {
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
    Ok(groups.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Action;
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

    fn names(kept: &Kept) -> Catalogue {
        Catalogue::of_names(&kept.names.as_slice().into(), 0).unwrap()
    }

    fn actions(catalogue: &Catalogue) -> Vec<Action> {
        catalogue.actions().collect()
    }

    #[test]
    fn a_catalogue_comes_back_whole() {
        let catalogue = catalogue();
        let kept = Kept::new(&catalogue);
        let back = names(&kept).with_schemas(&kept.schemas, 0).unwrap();
        assert_eq!((actions(&back), back.groups()), (actions(&catalogue), catalogue.groups()));
        assert_eq!((back.problems(), back.wire()), (catalogue.problems(), catalogue.wire()));
        assert_eq!((back.parameters(), back.spoken()), (catalogue.parameters(), catalogue.spoken()));
        assert!(back.name_order().eq(catalogue.name_order()));
        assert_eq!((back.masks(1), back.has_schemas()), (catalogue.masks(1), true));
        assert_eq!(back.position("GMAIL_SEND_EMAIL"), Some(0));
        assert_eq!(Kept::new(&back), kept);
    }

    #[test]
    fn names_alone_make_the_same_list_without_schemas() {
        let catalogue = catalogue();
        let kept = Kept::new(&catalogue);
        let back = names(&kept);
        assert!(!back.has_schemas() && back.actions().all(|a| a.parameters.is_none()));
        assert_eq!((back.len(), back.parameters()), (3, catalogue.parameters()));
        let outline = Catalogue::outline(&kept.names.as_slice().into(), 0).unwrap();
        assert_eq!((outline.groups(), outline.len()), (catalogue.groups(), 3));
        assert!(!outline.has_names() && !outline.has_schemas() && back.has_names());
        assert_eq!((outline.actions().count(), outline.name(0), outline.position("GMAIL_SEND_EMAIL")), (0, "", None));
        let of_another = kept.schemas.slice(1..kept.schemas.len());
        assert!(back.with_schemas(&of_another, 0).is_err());
    }

    #[test]
    fn what_is_cut_off_or_put_together_wrongly_is_damaged() {
        let kept = Kept::new(&catalogue());
        for length in 0..kept.names.len() {
            assert!(Catalogue::of_names(&kept.names[..length].into(), 0).is_err(), "cut to {length} bytes");
        }
        assert!(Catalogue::of_names(&[&kept.names[..], b"x"].concat().into(), 0).is_err(), "a byte too many");
        let newer = String::from_utf8_lossy(&kept.names).replacen("\"version\":3", "\"version\":9", 1);
        assert!(Catalogue::of_names(&newer.as_bytes().into(), 0).is_err());
    }

    proptest! {
        #[test]
        fn any_byte_may_be_anything(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut kept = Kept::new(&catalogue());
            let at = at.index(kept.names.len());
            kept.names[at] = byte;
            if let Ok(names) = Catalogue::of_names(&kept.names.into(), 0)
                && let Ok(back) = names.with_schemas(&kept.schemas, 0)
            {
                prop_assert_eq!(back.actions().count(), 3);
                let _ = back.position("SLACK_SEND_MESSAGE");
                let _ = (back.spoken(), back.name_order().count());
                for at in 0..3 {
                    back.parameters().of(at).for_each(|p| { back.parameters().spelled(p.name); });
                }
            }
        }
    }
}
