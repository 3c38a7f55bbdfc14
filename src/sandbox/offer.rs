//! What is served: the catalogue, built in or somebody else's, and its list replies in every shape.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{catalogue, check::Check, custom::Custom};
use crate::domain::{
    action::Action,
    catalogue::{Catalogue, Group},
    document::{Object, Value},
};

/// The body of a list reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// The seed's: `{"actions":[{name, description, integration, parameters}]}`.
    Seed,
    /// The seed's list of OpenAI tools.
    SeedOpenAi,
    /// The seed's list of Anthropic tools.
    SeedAnthropic,
    /// The live API's: a map by integration of `{"type":"function","function":{…}}`, with `errors`.
    Live,
    /// The live API's for people: `name`, `title` and `inputs` instead of a schema.
    LiveParagon,
}

/// Which actions a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these integrations; `None` is all.
    pub integrations: Option<Vec<String>>,
    /// Only integrations of these categories; `None` is all.
    pub categories: Option<Vec<String>>,
}

/// An action as it can be run.
#[derive(Debug, Clone, Copy)]
pub struct Offered<'a> {
    /// The action as listed.
    pub action: &'a Action,
    /// The name the world knows it by; the same, but for copies made by scaling.
    pub name: &'a str,
    /// The integration the world knows it by.
    pub integration: &'a str,
}

/// How many different list bodies are kept written.
const BODIES_AT_MOST: usize = 32;

/// A written body, and what tells it from the others: its shape, its top key and the integrations in it.
type Bodies = HashMap<(Shape, &'static str, String), Arc<[u8]>>;

/// The catalogue that is served.
#[derive(Debug)]
pub struct Offer {
    catalogue: Catalogue,
    /// All of its actions, which are served again and again.
    actions: Vec<Action>,
    /// Of copies made by scaling: the name and integration they are copies of.
    copies: HashMap<Arc<str>, (Arc<str>, Arc<str>)>,
    /// Of copied integrations: what they are copies of.
    originals: BTreeMap<Arc<str>, Arc<str>>,
    bodies: Mutex<Bodies>,
    /// What each action's parameters are checked with, by the name of the action it may be a copy of; made on first use.
    checks: HashMap<Arc<str>, OnceLock<Check>>,
    /// Whether it is the built-in catalogue, which custom fields are added to.
    built_in: bool,
}

/// An integration as it is listed for somebody.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// The integration.
    pub group: &'a Group,
    /// The custom fields of the account it is listed for.
    pub custom: Option<Arc<Custom>>,
}

impl Offer {
    /// Serves `foreign`, or the built-in catalogue, `scale` times over.
    pub fn new(foreign: Option<Catalogue>, scale: usize) -> Self {
        let built_in = foreign.is_none();
        let base = foreign.unwrap_or_else(|| {
            let all = catalogue::integrations().iter().flat_map(|i| &i.entries);
            Catalogue::new(all.map(|e| e.action.clone()).collect(), Vec::new(), None)
        });
        let (mut copies, mut originals) = (HashMap::new(), BTreeMap::new());
        let checks = base.actions().map(|a| (Arc::clone(&a.name), OnceLock::new())).collect();
        let bodies = Mutex::default();
        if scale <= 1 {
            let actions = base.actions().collect();
            return Self { catalogue: base, actions, copies, originals, bodies, checks, built_in };
        }
        let mut actions: Vec<Action> = base.actions().collect();
        for n in 2..=scale {
            for action in base.actions() {
                let copy = Action {
                    name: format!("{}_{n}", action.name).into(),
                    integration: format!("{}_{n}", action.integration).into(),
                    ..action.clone()
                };
                copies.insert(Arc::clone(&copy.name), (Arc::clone(&action.name), Arc::clone(&action.integration)));
                originals.insert(Arc::clone(&copy.integration), Arc::clone(&action.integration));
                actions.push(copy);
            }
        }
        let catalogue = Catalogue::new(actions, Vec::new(), None);
        let actions = catalogue.actions().collect();
        Self { catalogue, actions, copies, originals, bodies, checks, built_in }
    }

    /// The integrations served.
    pub fn groups(&self) -> &[Group] {
        self.catalogue.groups()
    }

    /// The integration that `key` is a copy of; itself where it is none.
    pub fn original<'a>(&'a self, key: &'a str) -> &'a str {
        self.originals.get(key).map_or(key, |o| o)
    }

    /// The action of that exact name.
    pub fn find(&self, name: &str) -> Option<Offered<'_>> {
        let action = self.actions.get(self.catalogue.position(name)?)?;
        let copied = self.copies.get(&action.name);
        let (name, integration) = copied.map_or((&action.name, &action.integration), |(n, i)| (n, i));
        Some(Offered { action, name, integration })
    }

    /// Whether the catalogue is the built-in one, whose actions custom fields are added to.
    pub fn is_built_in(&self) -> bool {
        self.built_in
    }

    /// What the parameters of an action are checked with, in an account with these custom fields.
    pub fn check<'c>(&'c self, offered: &Offered<'_>, custom: Option<&'c Custom>) -> Option<&'c Check> {
        if let Some(own) = custom.and_then(|custom| custom.check(offered.action, offered.name)) {
            return Some(own);
        }
        Some(self.checks.get(offered.name)?.get_or_init(|| Check::of(offered.action)))
    }

    /// The name of the action that this one is a copy of; its own where it is none.
    fn copied<'a>(&'a self, action: &'a Action) -> &'a Arc<str> {
        self.copies.get(&action.name).map_or(&action.name, |(name, _)| name)
    }

    /// The integrations a selection picks.
    pub fn select<'a>(&'a self, selection: &'a Selection) -> impl Iterator<Item = &'a Group> {
        let is = |list: &Option<Vec<String>>, key: &str| list.as_ref().is_none_or(|l| l.iter().any(|k| k == key));
        self.groups().iter().filter(move |group| {
            let category = || catalogue::integration(self.original(&group.integration)).map_or("", |i| &i.category);
            is(&selection.integrations, &group.integration)
                && (selection.categories.is_none() || is(&selection.categories, category()))
        })
    }

    /// The body of a list of `groups`, with `top` as its top key; `troubled` integrations are told among `errors`.
    pub fn list(&self, shape: Shape, top: &'static str, groups: &[Listed<'_>], troubled: &[&str]) -> Arc<[u8]> {
        let mut key = String::new();
        for listed in groups {
            let custom = listed.custom.as_ref().map_or_else(String::new, |c| format!("#{}", c.number));
            // Writing to a String cannot fail.
            let _ = write!(key, "{}{custom},", listed.group.integration);
        }
        for part in ["|"].iter().chain(troubled) {
            let _ = write!(key, "{part},");
        }
        let key = (shape, top, key);
        let lock = || self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = lock().get(&key) {
            return Arc::clone(body);
        }
        let body: Arc<[u8]> = self.write(shape, top, groups, troubled).into_bytes().into();
        let mut bodies = lock();
        if bodies.len() >= BODIES_AT_MOST {
            bodies.clear();
        }
        bodies.insert(key, Arc::clone(&body));
        body
    }

    fn write(&self, shape: Shape, top: &str, groups: &[Listed<'_>], troubled: &[&str]) -> String {
        let of = |listed: &Listed<'_>| {
            let custom = listed.custom.clone();
            let actions = self.actions.get(listed.group.actions.clone()).unwrap_or_default().iter();
            actions.map(move |action| match custom.as_ref().and_then(|c| c.action(action, self.copied(action))) {
                Some(own) => Cow::Owned(own),
                None => Cow::Borrowed(action),
            })
        };
        let live = matches!(shape, Shape::Live | Shape::LiveParagon);
        let mut out = format!("{{{}:", text(top));
        if live {
            let groups = groups.iter().map(|listed| {
                let actions = of(listed).map(|a| element(shape, &a));
                format!("{}:[{}]", text(&listed.group.integration), actions.collect::<Vec<_>>().join(","))
            });
            let errors = troubled.iter().map(|integration| {
                let message =
                    format!("The {integration} credential is no longer valid: its definitions cannot be loaded.");
                let error = [("integration", *integration), ("type", "CREDENTIAL_INVALID"), ("message", &message)];
                Value::Object(error.into_iter().collect()).to_json()
            });
            let (groups, errors) = (groups.collect::<Vec<_>>().join(","), errors.collect::<Vec<_>>().join(","));
            // Writing to a String cannot fail.
            let _ = write!(out, "{{{groups}}},\"errors\":[{errors}]");
        } else {
            let actions = groups.iter().flat_map(of).map(|a| element(shape, &a));
            let _ = write!(out, "[{}]", actions.collect::<Vec<_>>().join(","));
        }
        out.push('}');
        out
    }
}

fn text(text: &str) -> String {
    Value::from(text).to_json()
}

/// One action of a list. The schema is passed on as the text it is.
fn element(shape: Shape, action: &Action) -> String {
    let (name, description) = (text(&action.name), text(&action.description));
    let parameters = action.parameters.as_deref().unwrap_or("{}");
    match shape {
        Shape::Seed => format!(
            r#"{{"name":{name},"description":{description},"integration":{},"parameters":{parameters}}}"#,
            text(&action.integration)
        ),
        Shape::SeedAnthropic => {
            format!(r#"{{"name":{name},"description":{description},"input_schema":{parameters}}}"#)
        }
        Shape::SeedOpenAi | Shape::Live => format!(
            r#"{{"type":"function","function":{{"name":{name},"description":{description},"parameters":{parameters}}}}}"#
        ),
        Shape::LiveParagon => paragon(action).to_json(),
    }
}

/// An action as `format=paragon` has it: input widgets instead of a schema (fact sheet §2).
fn paragon(action: &Action) -> Value {
    let schema = action.schema();
    let required = |name: &str| {
        let list = schema.get("required").and_then(Value::as_array).unwrap_or_default();
        list.iter().any(|r| r.as_str() == Some(name))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let inputs = properties.into_iter().flat_map(Object::iter).map(|(name, property)| {
        let kind = property.get("type").and_then(Value::as_str).unwrap_or_default();
        let choices = property.get("enum").and_then(Value::as_array).filter(|c| !c.is_empty());
        let widget = match kind {
            _ if choices.is_some() => "ENUM",
            "boolean" => "SWITCH",
            "number" | "integer" => "NUMBER",
            "object" | "array" => "CODE",
            _ => "TEXTAREA",
        };
        let mut input = Object::from_iter([
            ("id", Value::from(name)),
            ("title", title(name).into()),
            ("type", widget.into()),
            ("required", required(name).into()),
        ]);
        if let Some(about) = property.get("description") {
            input.insert("subtitle", about.clone());
        }
        if let Some(choices) = choices {
            let values = choices.iter().map(|c| {
                let label = c.as_str().map_or_else(|| c.to_json(), str::to_owned);
                Value::from(Object::from_iter([("value", c.clone()), ("label", label.into())]))
            });
            input.insert("values", Value::Array(values.collect()));
        }
        Value::Object(input)
    });
    Object::from_iter([
        ("name", Value::from(&*action.name)),
        ("title", title(&action.name).into()),
        ("description", (&*action.description).into()),
        ("inputs", Value::Array(inputs.collect())),
    ])
    .into()
}

/// A name as a title: `SLACK_SEND_MESSAGE` → `Slack send message`, `botName` → `Bot name`.
fn title(name: &str) -> String {
    let shout = !name.chars().any(char::is_lowercase);
    let mut out = String::new();
    for c in name.chars() {
        if c == '_' || c == '-' {
            out.push(' ');
        } else if c.is_uppercase() && !shout && !out.is_empty() {
            out.push(' ');
            out.extend(c.to_lowercase());
        } else if out.is_empty() {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(scale: usize) -> Offer {
        let action = |integration: &str, name: &str, parameters: Option<&str>| Action {
            name: name.into(),
            integration: integration.into(),
            description: "Say \"hi\"".into(),
            parameters: parameters.map(Into::into),
            declared: None,
        };
        let schema =
            r#"{"properties":{"botName":{"type":"string","enum":["a"]},"n":{"type":"number"}},"required":["n"]}"#;
        let actions = vec![action("slack", "SLACK_SEND", Some(schema)), action("gmail", "GMAIL_GET", None)];
        Offer::new(Some(Catalogue::new(actions, vec![], None)), scale)
    }

    fn body(offer: &Offer, shape: Shape, selection: &Selection) -> String {
        let groups: Vec<_> = offer.select(selection).map(|group| Listed { group, custom: None }).collect();
        String::from_utf8_lossy(&offer.list(shape, "actions", &groups, &[])).into_owned()
    }

    #[test]
    fn each_shape_is_written_as_its_dialect_has_it() {
        let offer = offer(1);
        let slack = Selection { integrations: Some(vec!["slack".into()]), categories: None };
        let gmail = Selection { integrations: Some(vec!["gmail".into()]), categories: None };
        let function =
            r#"{"type":"function","function":{"name":"GMAIL_GET","description":"Say \"hi\"","parameters":{}}}"#;
        for (shape, expected) in [
            (
                Shape::Seed,
                r#"{"actions":[{"name":"GMAIL_GET","description":"Say \"hi\"","integration":"gmail","parameters":{}}]}"#
                    .to_owned(),
            ),
            (Shape::SeedOpenAi, format!(r#"{{"actions":[{function}]}}"#)),
            (
                Shape::SeedAnthropic,
                r#"{"actions":[{"name":"GMAIL_GET","description":"Say \"hi\"","input_schema":{}}]}"#.to_owned(),
            ),
            (Shape::Live, format!(r#"{{"actions":{{"gmail":[{function}]}},"errors":[]}}"#)),
        ] {
            assert_eq!(body(&offer, shape, &gmail), expected);
        }
        assert_eq!(
            body(&offer, Shape::LiveParagon, &slack),
            r#"{"actions":{"slack":[{"name":"SLACK_SEND","title":"Slack send","description":"Say \"hi\"","inputs":["#
                .to_owned()
                + r#"{"id":"botName","title":"Bot name","type":"ENUM","required":false,"values":[{"value":"a","label":"a"}]},"#
                + r#"{"id":"n","title":"N","type":"NUMBER","required":true}]}]},"errors":[]}"#
        );
    }

    #[test]
    fn categories_are_those_of_the_built_in_integrations() {
        let offer = Offer::new(None, 1);
        let of = |category: &str| {
            let selection = Selection { integrations: None, categories: Some(vec![category.into()]) };
            offer.select(&selection).map(|g| g.integration.to_string()).collect::<Vec<_>>()
        };
        for (category, integration) in [("messaging", "slack"), ("crm", "salesforce")] {
            let keys = of(category);
            assert!(keys.iter().any(|k| k == integration) && keys.iter().all(|k| k != "googledrive"), "{keys:?}");
        }
        assert_eq!(of("nonsense"), [""; 0]);
    }

    #[test]
    fn a_scaled_catalogue_is_made_of_copies() {
        let offer = offer(3);
        assert_eq!(offer.groups().len(), 6);
        let copy = offer.find("SLACK_SEND_3").map(|o| (o.name.to_owned(), o.integration.to_owned()));
        assert_eq!(copy, Some(("SLACK_SEND".into(), "slack".into())));
        assert_eq!(offer.original("slack_3"), "slack");
        assert!(offer.find("SLACK_SEND_4").is_none());
    }
}
