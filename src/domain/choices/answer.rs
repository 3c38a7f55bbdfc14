//! Reading an answer as choices: which value of a record is its id, and what people call it.

use super::{Ask, From, Noun, noun::spoken};
use crate::domain::{
    document::{Document, NodeId, Object, Value, exact},
    pages,
    words::squeeze,
};

/// How many choices of a page are taken.
const AT_MOST: usize = 5_000;

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent: a text or a number.
    pub value: Value,
    /// What people call it.
    pub label: String,
    /// What else tells it apart; may be empty.
    pub note: String,
}

impl Choice {
    /// The value as it is written into a cell.
    pub fn id(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_json(), str::to_owned)
    }
}

/// A page of choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// The choices, in the server's order.
    pub list: Vec<Choice>,
    /// What asks for the next page, where there is one.
    pub next: Option<Ask>,
}

/// An answer that holds no list of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer holds no list to choose from")]
pub struct NotRead;

impl Ask {
    /// Reads the body of an answer.
    ///
    /// # Errors
    /// [`NotRead`] where it is no JSON or holds no list.
    pub fn read(&self, answer: &Document) -> Result<Choices, NotRead> {
        let (list, page) = match &self.source.0 {
            From::Dynamic { .. } => {
                let answer = Value::parse(answer.bytes()).map_err(|_| NotRead)?;
                dynamic(&answer).ok_or(NotRead)?
            }
            From::Action { request, pager, field, .. } => {
                let asked = self.page.as_ref().unwrap_or(&request.parameters);
                let noun = Noun::of(field, "");
                let node = pages::records(answer).ok_or(NotRead)?;
                let read = |record: NodeId| of_record(&Value::parse(exact(answer, record)).ok()?, field, noun.as_ref());
                let list = answer.children(node).take(AT_MOST).filter_map(read).collect();
                (list, pager.next(asked, answer).map(|page| page.parameters))
            }
        };
        // A page that names itself as the next one would be asked for for ever.
        let page = page.filter(|page| Some(page) != self.page.as_ref());
        let next = page.map(|page| Self { page: Some(page), ..self.clone() });
        Ok(Choices { list: distinct(list), next })
    }
}

/// `{"output": {"records": […], "nextPageCursor": …}}`, or the same without some of its wrappings.
fn dynamic(answer: &Value) -> Option<(Vec<Choice>, Option<Value>)> {
    let output = answer.get("output").unwrap_or(answer);
    let records = output.get("records").unwrap_or(output).as_array()?;
    let cursor = output.get("nextPageCursor").or_else(|| answer.get("nextPageCursor"));
    let goes_on = |cursor: &&Value| match cursor {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    let mut list = Vec::new();
    for record in records.iter().take(AT_MOST) {
        // A group with a title.
        match record.get("items").and_then(Value::as_array) {
            Some(items) => list.extend(items.iter().take(AT_MOST).filter_map(|item| of_record(item, "value", None))),
            None => list.extend(of_record(record, "value", None)),
        }
    }
    Some((list, cursor.filter(goes_on).cloned()))
}

/// Every value once, the first of each.
fn distinct(list: Vec<Choice>) -> Vec<Choice> {
    let mut seen = std::collections::BTreeSet::new();
    list.into_iter().filter(|choice| seen.insert(choice.value.to_json())).collect()
}

/// Members that may hold what a record is called, one level down.
const INNER: [&str; 6] = ["properties", "fields", "profile", "attributes", "user", "data"];

/// Keys of what a record is called, squeezed; the better ones first.
const LABELS: [&str; 18] = [
    "label",
    "displayname",
    "name",
    "title",
    "fullname",
    "realname",
    "summary",
    "subject",
    "dealname",
    "filename",
    "path",
    "login",
    "username",
    "email",
    "emailaddress",
    "mail",
    "key",
    "number",
];

/// Keys of what else tells records apart.
const NOTES: [&str; 8] = ["subtitle", "email", "emailaddress", "mail", "key", "domain", "type", "status"];

/// What a record offers for the field of that name.
pub(super) fn of_record(record: &Value, field: &str, noun: Option<&Noun>) -> Option<Choice> {
    if let Some(plain) = scalar(record) {
        return Some(Choice { value: record.clone(), label: plain, note: String::new() });
    }
    let members = record.as_object()?;
    let value = id(members, field, noun)?;
    let id = scalar(value)?;
    let label = label(members).unwrap_or_else(|| id.clone());
    let note = text_of(members, &NOTES).filter(|note| *note != label && *note != id).unwrap_or_default();
    Some(Choice { value: value.clone(), label, note })
}

/// The member that holds a record's id: the one called as the field, then the noun's, then the usual names.
fn id<'v>(members: &'v Object, field: &str, noun: Option<&Noun>) -> Option<&'v Value> {
    let squeezed: Vec<(String, &Value)> = members.iter().map(|(key, value)| (squeeze(key), value)).collect();
    let called = |name: &str| {
        let found = squeezed.iter().find(|(key, value)| key == name && scalar(value).is_some());
        found.map(|(_, value)| *value)
    };
    // What the field's name ends in says which of several names of a thing is meant.
    let ending = spoken(field).pop().unwrap_or_default();
    let noun = noun.map(Noun::last).unwrap_or_default();
    let own = [squeeze(field), format!("{noun}id"), format!("{noun}gid")];
    let usual = ["id", "gid", "value", "uuid", "sid", "key", "email", "name"];
    let exact = (["key", "email", "gid", "uuid"].contains(&ending.as_str())).then(|| called(&ending)).flatten();
    exact
        .or_else(|| own.iter().filter(|name| name.len() > 2).find_map(|name| called(name)))
        .or_else(|| usual.into_iter().find_map(called))
        .or_else(|| {
            let any = squeezed.iter().find(|(key, value)| key.ends_with("id") && scalar(value).is_some());
            any.map(|(_, value)| *value)
        })
}

fn label(members: &Object) -> Option<String> {
    let full = |object: &Object| {
        let first = text_of(object, &["firstname", "givenname"])?;
        let last = text_of(object, &["lastname", "familyname", "surname"]);
        Some(last.map_or_else(|| first.clone(), |last| format!("{first} {last}")))
    };
    let inner = || INNER.into_iter().filter_map(|key| members.get(key)?.as_object());
    let strong = LABELS.len() - 5;
    text_of(members, &LABELS[..strong])
        .or_else(|| full(members))
        .or_else(|| inner().find_map(|object| text_of(object, &LABELS[..strong]).or_else(|| full(object))))
        .or_else(|| text_of(members, &LABELS[strong..]))
        .or_else(|| inner().find_map(|object| text_of(object, &LABELS[strong..])))
}

/// The first of the members called so that holds a text.
fn text_of(members: &Object, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| members.iter().find(|(k, v)| squeeze(k) == *key && scalar(v).is_some()))
        .and_then(|(_, value)| scalar(value))
}

/// A text that is not empty, or a number, on one line and not too long to show.
fn scalar(value: &Value) -> Option<String> {
    const LONGEST: usize = 1000;
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.as_str().to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty() && text.len() <= LONGEST).then_some(text)
}
