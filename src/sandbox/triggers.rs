//! Triggers: what can be subscribed to, who has, and which changes of a world concern them (fact sheet §3).
//!
//! `assets/sandbox/triggers.json` lists the types whose names are known: `on` says which change of a `resource` of the
//! world fires it (`*` is any resource, then chosen by the parameter `recordType`), `when` what the record must hold,
//! `match` which parameter must equal what in it. An update may have to be one of what stands at `changed`, or one that
//! added to the list at `gained`; what is `on` `reached` fires when the world's clock passes the record's `time`.
//! `POST /_akx/triggers` fires any of them on demand. `example` is the payload where no record is like it.

mod subscription;

use std::sync::OnceLock;

pub use subscription::{Event, Happened, Subscription, Subscriptions, Target};

use super::world::{
    clock,
    data::Provider,
    path,
    store::{Change, ChangeKind},
    template::plain,
};
use crate::domain::document::{Object, Value};

const FILE: &str = include_str!("../../assets/sandbox/triggers.json");

/// A kind of trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The integration's key.
    pub integration: String,
    /// The type's name, such as `SLACK_TRIGGER_CHANNEL_CREATED`.
    pub name: String,
    /// The name people read.
    pub title: String,
    /// Whether the provider calls (`WEBHOOK`) or is asked (`POLLING`).
    pub webhook: bool,
    on: On,
    resource: String,
    when: Vec<(Vec<String>, Value)>,
    matches: Vec<(String, Vec<String>, String)>,
    example: Option<Value>,
}

/// What fires a trigger.
#[derive(Debug, Clone, PartialEq)]
enum On {
    /// A record was made.
    Created,
    /// A record was changed, anywhere or so.
    Updated(Update),
    /// A record was removed.
    Deleted,
    /// The world's clock passed the time at this place of a record.
    Reached(Vec<String>),
}

/// Which changes of a record count.
#[derive(Debug, Clone, PartialEq)]
enum Update {
    /// All of them.
    Any,
    /// Those of what stands there.
    Of(Vec<String>),
    /// Those that add to the list there.
    Gain(Vec<String>),
}

impl Update {
    fn counts(&self, before: Option<&Value>, after: &Value) -> bool {
        let was = |at: &[String]| before.and_then(|b| path::get(b, at));
        let items = |list: Option<&Value>| list.and_then(Value::as_array).unwrap_or_default().to_vec();
        match self {
            Self::Any => true,
            Self::Of(at) => was(at) != path::get(after, at),
            Self::Gain(at) => {
                let had = items(was(at));
                items(path::get(after, at)).iter().any(|item| !had.contains(item))
            }
        }
    }
}

/// Every kind of trigger; read on first use.
pub fn triggers() -> &'static [Trigger] {
    static READ: OnceLock<Vec<Trigger>> = OnceLock::new();
    READ.get_or_init(|| {
        let file = Value::parse(FILE.as_bytes()).unwrap_or_default();
        // A row that cannot be read would be a mistake in this program: a test counts them.
        file.as_array().unwrap_or_default().iter().filter_map(Trigger::read).collect()
    })
}

/// The trigger of that integration and type.
pub fn trigger(integration: &str, name: &str) -> Option<&'static Trigger> {
    triggers().iter().find(|t| t.integration == integration && t.name == name)
}

impl Trigger {
    fn read(row: &Value) -> Option<Self> {
        let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
        let members = |key: &str| row.get(key).and_then(Value::as_object).into_iter().flat_map(Object::iter);
        let place = |key: &str| text(key).map(|at| path::parse(&at));
        let on = match row.get("on")?.as_str()? {
            "created" => On::Created,
            "updated" => {
                let of = place("changed").map(Update::Of);
                On::Updated(of.or_else(|| place("gained").map(Update::Gain)).unwrap_or(Update::Any))
            }
            "deleted" => On::Deleted,
            "reached" => On::Reached(place("time")?),
            _ => return None,
        };
        let label = |key: &str| {
            let label = row.get("labels").and_then(|l| l.get(key)).and_then(Value::as_str);
            label.unwrap_or(key).to_owned()
        };
        let matches = members("match").map(|(key, at)| Some((key.to_owned(), path::parse(at.as_str()?), label(key))));
        Some(Self {
            integration: text("integration")?,
            name: text("type")?,
            title: text("title")?,
            webhook: row.get("webhook")?.as_bool()?,
            on,
            resource: text("resource")?,
            when: members("when").map(|(at, value)| (path::parse(at), value.clone())).collect(),
            matches: matches.collect::<Option<_>>()?,
            example: row.get("example").cloned(),
        })
    }

    /// The trigger as `GET …/triggers` describes it.
    pub fn describe(&self, provider: &Provider) -> Value {
        let mut parameters = Vec::new();
        let mut input = |id: &str, title: &str, kind: &str| {
            let members =
                [("id", Value::from(id)), ("title", title.into()), ("type", kind.into()), ("required", false.into())];
            parameters.push(Object::from_iter(members));
        };
        if self.resource == "*" {
            input("recordType", "Record type", "ENUM");
        }
        for (id, _, title) in &self.matches {
            input(id, title, "TEXT");
        }
        if let Some(kinds) = parameters.first_mut().filter(|_| self.resource == "*") {
            let names =
                provider.resources.keys().map(|n| Object::from_iter([("value", n.as_str()), ("label", n.as_str())]));
            kinds.insert("values", names.collect::<Vec<_>>());
        }
        let what = format!("{}, in the account's world.", self.title);
        Object::from_iter([
            ("type", Value::from(self.name.as_str())),
            ("triggerModel", if self.webhook { "WEBHOOK" } else { "POLLING" }.into()),
            ("title", self.title.as_str().into()),
            ("description", what.into()),
            ("parameters", parameters.into()),
        ])
        .into()
    }

    /// Whether a change makes it fire for somebody who subscribed with `parameters`.
    pub fn fires(&self, provider: &Provider, change: &Change, parameters: &Value) -> bool {
        let so = match (&self.on, change.kind) {
            (On::Created, ChangeKind::Created) | (On::Deleted, ChangeKind::Deleted) => true,
            (On::Updated(update), ChangeKind::Updated) => update.counts(change.before.as_deref(), &change.record),
            (On::Created | On::Updated(_) | On::Deleted | On::Reached(_), _) => false,
        };
        so && self.concerns(provider, &change.resource, parameters) && self.holds(&change.record, parameters)
    }

    /// Which records make it fire for somebody who subscribed with `parameters`, now that the world's clock has gone on
    /// from `since` to `now` (Unix seconds); none where it waits for no time.
    pub fn reached<'r>(
        &self,
        records: impl Iterator<Item = (&'r str, &'r Value)>,
        (since, now): (i64, i64),
        parameters: &Value,
    ) -> Vec<&'r Value> {
        let On::Reached(at) = &self.on else { return Vec::new() };
        let passed = |record: &Value| {
            let moment = path::get(record, at).and_then(clock::read);
            moment.is_some_and(|ms| since * 1000 < ms && ms <= now * 1000)
        };
        let own = records.filter(|(name, record)| self.resource == *name && self.holds(record, parameters));
        own.map(|(_, record)| record).filter(|record| passed(record)).collect()
    }

    /// Whether it waits for a time.
    pub fn waits(&self) -> bool {
        matches!(self.on, On::Reached(_))
    }

    /// The resource whose records it concerns; `*` is any.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Sample payloads: records of the world like those that would come.
    pub fn examples<'r>(
        &self,
        provider: &Provider,
        records: impl Iterator<Item = (&'r str, &'r Value)>,
        parameters: &Value,
    ) -> Vec<Value> {
        let of_kind: Vec<_> =
            records.filter(|(name, _)| self.concerns(provider, name, parameters)).map(|(_, record)| record).collect();
        let fit: Vec<_> = of_kind.iter().copied().filter(|record| self.holds(record, parameters)).collect();
        // Where none is as the trigger wants it yet, any shows what one looks like.
        let shown = if fit.is_empty() { of_kind } else { fit };
        let found: Vec<Value> = shown.into_iter().take(3).map(payload).collect();
        if found.is_empty() { self.example.iter().cloned().collect() } else { found }
    }

    fn concerns(&self, provider: &Provider, resource: &str, parameters: &Value) -> bool {
        if self.resource != "*" {
            return self.resource == resource;
        }
        let wanted = parameters.get("recordType").and_then(Value::as_str).filter(|w| !w.is_empty());
        wanted.is_none_or(|wanted| provider.resource(wanted).is_some_and(|(name, _)| name == resource))
    }

    fn holds(&self, record: &Value, parameters: &Value) -> bool {
        let has = |at: &[String], wanted: &Value| path::get(record, at).is_some_and(|v| plain(v) == plain(wanted));
        self.when.iter().all(|(at, wanted)| has(at, wanted))
            && self.matches.iter().all(|(id, at, _)| {
                let wanted = parameters.get(id).filter(|w| !w.is_null() && !plain(w).is_empty());
                wanted.is_none_or(|wanted| has(at, wanted))
            })
    }
}

/// A record as it is delivered: without what it hides.
pub fn payload(record: &Value) -> Value {
    let mut record = record.clone();
    if let Some(members) = record.as_object_mut() {
        members.remove("_");
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::data;

    #[test]
    fn every_row_is_read_and_its_resource_exists() {
        assert_eq!(triggers().len(), 93);
        for t in triggers() {
            let Ok(Some(provider)) = data::provider(&t.integration) else { panic!("{}", t.integration) };
            let there = t.resource == "*" || provider.resources.contains_key(&t.resource);
            assert!(there, "{}: {:?}", t.name, t.resource);
        }
    }

    #[test]
    fn only_what_was_asked_for_fires() {
        let Ok(Some(slack)) = data::provider("slack") else { panic!("no world") };
        let Some(posted) = trigger("slack", "SLACK_TRIGGER_CHANNEL_MESSAGE_POSTED") else { panic!("unknown") };
        let json = |text: &str| Value::parse(text.as_bytes()).unwrap_or_default();
        let mut change = Change {
            resource: "message".to_owned(),
            kind: ChangeKind::Created,
            record: json(r#"{"channel":{"id":"C1"}}"#).into(),
            before: None,
        };
        assert!(posted.fires(&slack, &change, &json("{}")));
        assert!(posted.fires(&slack, &change, &json(r#"{"channel":"C1"}"#)));
        assert!(!posted.fires(&slack, &change, &json(r#"{"channel":"C2"}"#)));
        change.kind = ChangeKind::Deleted;
        assert!(!posted.fires(&slack, &change, &json("{}")));
    }

    #[test]
    fn an_update_counts_where_it_is_one_of_what_is_watched() {
        let json = |text: &str| Value::parse(text.as_bytes()).unwrap_or_default();
        let at = || vec!["a".to_owned()];
        for (before, after, of, gain) in [
            (r#"{"a":[1]}"#, r#"{"a":[1,2]}"#, true, true),
            (r#"{"a":[1]}"#, r#"{"a":[1],"b":2}"#, false, false),
            (r#"{"a":[1,2]}"#, r#"{"a":[2]}"#, true, false),
            ("{}", r#"{"a":[1]}"#, true, true),
            (r#"{"a":1}"#, r#"{"a":2}"#, true, false),
        ] {
            let (before, after) = (json(before), json(after));
            let counts = |update: Update| update.counts(Some(&before), &after);
            let all = (counts(Update::Any), counts(Update::Of(at())), counts(Update::Gain(at())));
            assert_eq!(all, (true, of, gain), "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_time_is_reached_once() {
        let Some(started) = trigger("googleCalendar", "GOOGLE_CALENDAR_TRIGGER_EVENT_STARTED") else { panic!() };
        let event = Value::parse(br#"{"start":{"dateTime":"2026-11-02T09:00:30Z"}}"#).unwrap_or_default();
        let begins = clock::EPOCH + 30;
        let fires = |from: i64, to: i64| {
            let records = [("event", &event), ("contact", &event)];
            started.reached(records.into_iter(), (begins + from, begins + to), &Value::object()).len()
        };
        assert_eq!([fires(-17, -1), fires(-1, 16), fires(-17, 0), fires(0, 17)], [0, 1, 1, 0]);
    }
}
