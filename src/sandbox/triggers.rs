//! Triggers: what can be subscribed to, who has, and which changes of a world concern them (fact sheet §3).
//!
//! `assets/sandbox/triggers.json` lists the types whose names are known: `on` says which change of a `resource` of the
//! world fires it (`*` is any resource, then chosen by the parameter `recordType`), `when` what the record must hold,
//! `match` which parameter must equal what in it. What is `on` `demand` nothing in the world fires by itself: `POST
//! /_akx/triggers` does, as it fires any other. `example` is its payload where no resource is like it.

mod subscription;

use std::sync::OnceLock;

pub use subscription::{Event, Subscription, Subscriptions, Target};

use super::world::{
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
    /// `None`: on demand only.
    on: Option<ChangeKind>,
    resource: Option<String>,
    when: Vec<(Vec<String>, Value)>,
    matches: Vec<(String, Vec<String>, String)>,
    example: Option<Value>,
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
        let on = match row.get("on")?.as_str()? {
            "created" => Some(ChangeKind::Created),
            "updated" => Some(ChangeKind::Updated),
            "deleted" => Some(ChangeKind::Deleted),
            "demand" => None,
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
            resource: text("resource"),
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
        if self.resource.as_deref() == Some("*") {
            input("recordType", "Record type", "ENUM");
        }
        for (id, _, title) in &self.matches {
            input(id, title, "TEXT");
        }
        if let Some(kinds) = parameters.first_mut().filter(|_| self.resource.as_deref() == Some("*")) {
            let names =
                provider.resources.keys().map(|n| Object::from_iter([("value", n.as_str()), ("label", n.as_str())]));
            kinds.insert("values", names.collect::<Vec<_>>());
        }
        let what = match self.on {
            None => format!("{}. In the sandbox it fires on demand only: POST /_akx/triggers.", self.title),
            Some(_) => format!("{}, in the account's world.", self.title),
        };
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
        self.on == Some(change.kind)
            && self.concerns(provider, &change.resource, parameters)
            && self.holds(&change.record, parameters)
    }

    /// Sample payloads: records of the world like those that would come.
    pub fn examples<'r>(
        &self,
        provider: &Provider,
        records: impl Iterator<Item = (&'r str, &'r Value)>,
        parameters: &Value,
    ) -> Vec<Value> {
        let fit = records
            .filter(|(name, record)| self.concerns(provider, name, parameters) && self.holds(record, parameters));
        let found: Vec<Value> = fit.take(3).map(|(_, record)| payload(record)).collect();
        if found.is_empty() { self.example.iter().cloned().collect() } else { found }
    }

    fn concerns(&self, provider: &Provider, resource: &str, parameters: &Value) -> bool {
        let Some(own) = &self.resource else { return false };
        if own != "*" {
            return own == resource;
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
            assert!(t.resource.is_some() || t.example.is_some(), "{} has no payload", t.name);
            let there = t.resource.as_deref().is_none_or(|r| r == "*" || provider.resources.contains_key(r));
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
            record: json(r#"{"channel":{"id":"C1"}}"#),
        };
        assert!(posted.fires(&slack, &change, &json("{}")));
        assert!(posted.fires(&slack, &change, &json(r#"{"channel":"C1"}"#)));
        assert!(!posted.fires(&slack, &change, &json(r#"{"channel":"C2"}"#)));
        change.kind = ChangeKind::Deleted;
        assert!(!posted.fires(&slack, &change, &json("{}")));
    }
}
