//! Who has subscribed to what, and what was delivered.

use std::collections::VecDeque;

use super::{Trigger, payload, trigger};
use crate::{
    domain::document::{Object, Value},
    sandbox::world::{clock::moment, data::Provider, ids::uuid_of, path, store::Change},
};

/// How many subscriptions there may be.
const SUBSCRIPTIONS_AT_MOST: usize = 1000;

/// How many deliveries are remembered.
const DELIVERIES_AT_MOST: usize = 200;

/// Where events are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// An `http` address on this machine.
    pub url: String,
    /// Headers added to each delivery.
    pub headers: Vec<(String, String)>,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its id, a UUID.
    pub id: String,
    /// The user whose world is meant.
    pub user: String,
    /// The integration as it is listed.
    pub integration: String,
    /// The account's credential.
    pub credential: String,
    /// The trigger's type.
    pub kind: String,
    /// What it was subscribed to with.
    pub parameters: Value,
    /// `webhookOverride` as it was given; `null` where it was not.
    pub webhook: Value,
    created: i64,
    last_event: Option<i64>,
    error: Option<String>,
}

/// Something to deliver.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The event's id, for telling repeated deliveries.
    pub id: String,
    /// The subscription it is for.
    pub subscription: String,
    /// Where it goes; `None` where nobody said.
    pub target: Option<Target>,
    /// The JSON text.
    pub body: String,
}

/// What an action did to an account's world.
#[derive(Debug, Clone, Copy)]
pub struct Happened<'a> {
    /// The changes, in order.
    pub changes: &'a [Change],
    /// Every record there is now, by resource; `null` where nobody waits for a time.
    pub records: &'a Value,
    /// The world's time before, in Unix seconds.
    pub since: i64,
    /// The world's time now.
    pub now: i64,
}

/// Every subscription.
#[derive(Debug, Default)]
pub struct Subscriptions {
    all: Vec<Subscription>,
    /// How many subscriptions and events were made.
    made: u64,
    deliveries: VecDeque<Value>,
}

fn iso(unix: i64) -> Value {
    moment(unix).get("iso").cloned().unwrap_or_default()
}

impl Subscription {
    /// A new one, not yet among the others; [`Subscriptions::add`] gives it its id.
    pub fn new(user: &str, (integration, kind): (&str, &str), credential: &str, now: i64) -> Self {
        Self {
            id: String::new(),
            user: user.to_owned(),
            integration: integration.to_owned(),
            credential: credential.to_owned(),
            kind: kind.to_owned(),
            parameters: Value::object(),
            webhook: Value::Null,
            created: now,
            last_event: None,
            error: None,
        }
    }

    /// `ACTIVE`, or `ERRORED` when the last delivery failed.
    pub fn status(&self) -> &'static str {
        if self.error.is_some() { "ERRORED" } else { "ACTIVE" }
    }

    /// The subscription as the API describes it.
    pub fn describe(&self) -> Value {
        let mut members = Object::from_iter([
            ("id", Value::from(self.id.as_str())),
            ("type", self.kind.as_str().into()),
            ("integration", self.integration.as_str().into()),
            ("parameters", self.parameters.clone()),
            ("status", self.status().into()),
            ("dateCreated", iso(self.created)),
            ("dateLastReceivedEvent", self.last_event.map_or(Value::Null, iso)),
            ("credentialId", self.credential.as_str().into()),
        ]);
        if let Some(error) = &self.error {
            members.insert("error", error.as_str());
        }
        if !self.webhook.is_null() {
            members.insert("webhookOverride", self.webhook.clone());
        }
        members.into()
    }

    /// Merges `parameters` and `webhookOverride` of a `PATCH`: `null` removes a member. It counts as active again.
    pub fn patch(&mut self, change: &Value) {
        if let Some(parameters) = change.get("parameters") {
            merge(&mut self.parameters, parameters);
            if self.parameters.is_null() {
                self.parameters = Value::object();
            }
        }
        if let Some(webhook) = change.get("webhookOverride") {
            merge(&mut self.webhook, webhook);
        }
        self.error = None;
    }

    /// Where its events go.
    ///
    /// # Errors
    /// What is wrong with `webhookOverride`, as a sentence.
    pub fn target(&self) -> Result<Option<Target>, String> {
        if self.webhook.is_null() {
            return Ok(None);
        }
        let url = self.webhook.get("url").and_then(Value::as_str).ok_or("webhookOverride needs a url")?;
        let headers = self.webhook.get("headers").and_then(Value::as_object).into_iter().flat_map(Object::iter);
        let headers = headers.map(|(name, value)| {
            let value = value.as_str().ok_or_else(|| format!("the header {name} must be text"))?;
            Ok((name.to_owned(), value.to_owned()))
        });
        Ok(Some(Target { url: url.to_owned(), headers: headers.collect::<Result<_, String>>()? }))
    }

    /// The event number `number` of all, which happens to it at `now`.
    fn event(&mut self, number: u64, project: &str, payload: Value, now: i64) -> Event {
        self.last_event = Some(now);
        let id = uuid_of(&format!("event/{number}"));
        let metadata = path::get(&self.webhook, &["metadata".to_owned()]).cloned();
        let body = Object::from_iter([
            ("eventId", Value::from(id.as_str())),
            ("userId", self.user.as_str().into()),
            ("integration", self.integration.as_str().into()),
            ("triggerType", self.kind.as_str().into()),
            ("triggerSubscriptionId", self.id.as_str().into()),
            ("credentialId", self.credential.as_str().into()),
            ("projectId", project.into()),
            ("dateReceived", iso(now)),
            ("payload", payload),
            ("triggerSubscriptionMetadata", metadata.unwrap_or_else(Value::object)),
        ]);
        let target = self.target().ok().flatten();
        Event { id, subscription: self.id.clone(), target, body: Value::Object(body).to_json() }
    }

    fn save(&self) -> Value {
        Object::from_iter([
            ("id", Value::from(self.id.as_str())),
            ("user", self.user.as_str().into()),
            ("integration", self.integration.as_str().into()),
            ("credential", self.credential.as_str().into()),
            ("type", self.kind.as_str().into()),
            ("parameters", self.parameters.clone()),
            ("webhook", self.webhook.clone()),
            ("created", self.created.into()),
            ("last_event", self.last_event.map_or(Value::Null, Value::from)),
        ])
        .into()
    }

    fn load(saved: &Value) -> Option<Self> {
        let text = |key: &str| saved.get(key).and_then(Value::as_str);
        let mut one = Self::new(
            text("user")?,
            (text("integration")?, text("type")?),
            text("credential")?,
            saved.get("created")?.as_i64()?,
        );
        text("id")?.clone_into(&mut one.id);
        one.parameters = saved.get("parameters")?.clone();
        one.webhook = saved.get("webhook")?.clone();
        one.last_event = saved.get("last_event").and_then(Value::as_i64);
        Some(one)
    }
}

/// JSON merge patch (RFC 7396).
fn merge(value: &mut Value, patch: &Value) {
    let Some(members) = patch.as_object() else {
        *value = patch.clone();
        return;
    };
    if value.as_object().is_none() {
        *value = Value::object();
    }
    for (key, member) in members.iter() {
        let Some(object) = value.as_object_mut() else { return };
        if member.is_null() {
            object.remove(key);
        } else {
            let mut inner = object.get(key).cloned().unwrap_or_default();
            merge(&mut inner, member);
            object.insert(key, inner);
        }
    }
}

impl Subscriptions {
    /// Adds one, which gets its id.
    ///
    /// # Errors
    /// When there are too many.
    pub fn add(&mut self, mut one: Subscription) -> Result<Value, String> {
        if self.all.len() >= SUBSCRIPTIONS_AT_MOST {
            return Err("There are too many subscriptions: delete some.".to_owned());
        }
        self.made += 1;
        one.id = uuid_of(&format!("subscription/{}", self.made));
        let described = one.describe();
        self.all.push(one);
        Ok(described)
    }

    /// The user's own, in the order they were made.
    pub fn of<'s>(&'s self, user: &'s str) -> impl Iterator<Item = &'s Subscription> {
        self.all.iter().filter(move |s| s.user == user)
    }

    /// One of the user's own.
    pub fn get_mut(&mut self, user: &str, id: &str) -> Option<&mut Subscription> {
        self.all.iter_mut().find(|s| s.user == user && s.id == id)
    }

    /// Ends one of the user's own; whether there was one.
    pub fn remove(&mut self, user: &str, id: &str) -> bool {
        let before = self.all.len();
        self.all.retain(|s| s.user != user || s.id != id);
        self.all.len() < before
    }

    /// Forgets everybody's, or one user's.
    pub fn reset(&mut self, user: Option<&str>) {
        self.all.retain(|s| user.is_some_and(|u| u != s.user));
        if user.is_none() {
            self.deliveries.clear();
        }
    }

    /// The events that what happened in one account's world makes. `integration` is what the world knows it by.
    pub fn events(
        &mut self,
        (user, credential, project): (&str, &str, &str),
        (integration, provider): (&str, &Provider),
        happened: &Happened<'_>,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        let Happened { changes, records, since, now } = *happened;
        for one in self.all.iter_mut().filter(|s| s.user == user && s.credential == credential) {
            let Some(trigger) = trigger(integration, &one.kind) else { continue };
            let parameters = one.parameters.clone();
            let changed = changes.iter().filter(|c| trigger.fires(provider, c, &parameters)).map(|c| &*c.record);
            let rows = records.as_object().into_iter().flat_map(Object::iter);
            let rows = rows.flat_map(|(name, rows)| rows.as_array().unwrap_or_default().iter().map(move |r| (name, r)));
            for record in changed.chain(trigger.reached(rows, (since, now), &parameters)) {
                self.made += 1;
                events.push(one.event(self.made, project, payload(record), now));
            }
        }
        events
    }

    /// Whether an account's user waits for a time to come there.
    pub fn waiting(&self, user: &str, credential: &str, integration: &str) -> bool {
        let own = self.all.iter().filter(|s| s.user == user && s.credential == credential);
        own.filter_map(|s| trigger(integration, &s.kind)).any(Trigger::waits)
    }

    /// The event that happens to one subscription on demand, at `now`.
    pub fn fire(&mut self, id: &str, project: &str, payload: Value, now: i64) -> Option<Event> {
        let one = self.all.iter_mut().find(|s| s.id == id)?;
        self.made += 1;
        Some(one.event(self.made, project, payload, now))
    }

    /// Notes what became of a delivery.
    pub fn delivered(&mut self, event: &Event, result: &Result<u16, String>) {
        let error = match result {
            Ok(status) if (200..300).contains(status) => None,
            Ok(status) => Some(format!("The webhook answered {status}.")),
            Err(reason) => Some(reason.clone()),
        };
        let row = Object::from_iter([
            ("eventId", Value::from(event.id.as_str())),
            ("triggerSubscriptionId", event.subscription.as_str().into()),
            ("url", event.target.as_ref().map_or(Value::Null, |t| t.url.as_str().into())),
            ("delivered", error.is_none().into()),
            ("error", error.as_deref().map_or(Value::Null, Value::from)),
            ("body", event.body.as_str().into()),
        ]);
        if event.target.is_some()
            && let Some(one) = self.all.iter_mut().find(|s| s.id == event.subscription)
        {
            one.error = error;
        }
        if self.deliveries.len() >= DELIVERIES_AT_MOST {
            self.deliveries.pop_front();
        }
        self.deliveries.push_back(row.into());
    }

    /// The latest deliveries, the oldest first.
    pub fn deliveries(&self) -> Value {
        Value::Array(self.deliveries.iter().cloned().collect())
    }

    /// The subscriptions, as they are kept in a file.
    pub fn save(&self) -> Value {
        let all = self.all.iter().map(Subscription::save).collect();
        Object::from_iter([("made", Value::from(self.made)), ("subscriptions", Value::Array(all))]).into()
    }

    /// Reads what [`Subscriptions::save`] wrote.
    pub fn load(saved: &Value) -> Self {
        let rows = saved.get("subscriptions").and_then(Value::as_array).unwrap_or_default();
        let all = rows.iter().filter_map(Subscription::load).take(SUBSCRIPTIONS_AT_MOST).collect();
        let made = saved.get("made").and_then(Value::as_i64).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        Self { all, made, deliveries: VecDeque::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_merges_and_null_removes() {
        let json = |text: &str| Value::parse(text.as_bytes()).unwrap_or_default();
        let mut one = Subscription::new("u", ("slack", "T"), "c", 0);
        one.patch(&json(
            r#"{"parameters":{"a":1,"b":2},"webhookOverride":{"url":"http://127.0.0.1:1/","metadata":{"x":1}}}"#,
        ));
        one.error = Some("gone".to_owned());
        one.patch(&json(r#"{"parameters":{"a":null},"webhookOverride":{"metadata":{"y":2}}}"#));
        assert_eq!(one.parameters, json(r#"{"b":2}"#));
        assert_eq!(one.webhook, json(r#"{"url":"http://127.0.0.1:1/","metadata":{"x":1,"y":2}}"#));
        assert_eq!(
            (one.status(), one.target().map(|t| t.map(|t| t.url))),
            ("ACTIVE", Ok(Some("http://127.0.0.1:1/".to_owned())))
        );
        one.patch(&json(r#"{"webhookOverride":null}"#));
        assert_eq!(one.target(), Ok(None));
    }
}
