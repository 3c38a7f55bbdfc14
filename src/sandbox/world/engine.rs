//! The one engine: an action's data applied to an account's records.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    data::{ActionData, Does, Lookup, PageStyle, Paging, Provider, Resource, Step},
    formula, jql, path,
    predicate::{Fields as _, Operator, Predicate},
    soql,
    store::Store,
    template::{Scope, Template, plain, truthy},
    words,
};
use crate::domain::document::{Object, Value};

/// Why an action was not done.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// No data says what the action does.
    Unknown,
    /// The provider refuses, with this body.
    Provider {
        /// Whether it is because something does not exist.
        missing: bool,
        /// What the provider answers.
        body: Value,
    },
    /// A parameter cannot be understood, for these reasons.
    Parameters(Vec<String>),
}

/// How many records a page holds at most.
const PAGE_AT_MOST: usize = 1000;

/// How many records a page holds where neither the caller nor the data says.
const PAGE: usize = 100;

impl Store {
    /// Does what `action` does with `parameters`, on behalf of `user` (an object with `id`, `name` and `email`), and
    /// gives the provider's answer.
    ///
    /// # Errors
    /// See [`Refusal`]; nothing has changed then.
    pub fn run(&mut self, action: &str, parameters: &Value, user: &Value) -> Result<Value, Refusal> {
        let provider = Arc::clone(&self.provider);
        let data = provider.actions.get(action).ok_or(Refusal::Unknown)?;
        self.apply(data, parameters, user)
    }

    /// Does what `data` says, as [`Store::run`].
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn apply(&mut self, data: &ActionData, parameters: &Value, user: &Value) -> Result<Value, Refusal> {
        let provider = Arc::clone(&self.provider);
        self.begin();
        if matches!(data.step.does, Does::Create | Does::Update | Does::Delete) || !data.also.is_empty() {
            self.tick();
        }
        let mut run = Run { store: self, provider: &provider, not_found: data.not_found.as_ref(), names: Vec::new() };
        run.name("param", Named::Lent(parameters));
        run.name("user", Named::Lent(user));
        let mut result = run.action(data);
        match &mut result {
            Ok(answer) => hide(answer),
            Err(_) => self.take_back(),
        }
        result
    }
}

/// One action under way: the names its templates see, and the account.
struct Run<'a> {
    store: &'a mut Store,
    provider: &'a Provider,
    /// The action's own refusal where a record is missing.
    not_found: Option<&'a Template>,
    names: Vec<(&'a str, Named<'a>)>,
}

/// What a name stands for.
enum Named<'a> {
    /// Something of the caller's.
    Lent(&'a Value),
    /// A record of the account.
    Record(Arc<Value>),
    /// Something made on the way.
    Made(Value),
}

impl std::ops::Deref for Named<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        match self {
            Self::Lent(value) => value,
            Self::Record(record) => record,
            Self::Made(value) => value,
        }
    }
}

impl<'a> Run<'a> {
    fn name(&mut self, name: &'a str, value: Named<'a>) {
        self.names.push((name, value));
    }

    fn render(&self, template: &Template) -> Option<Value> {
        template.render(&self.scope())
    }

    fn scope(&self) -> Scope<'_> {
        Scope::of(&*self.store, self.names.iter().map(|(name, value)| (*name, &**value)))
    }

    fn rendered(&self, template: Option<&Template>) -> Option<Value> {
        template.and_then(|t| self.render(t)).filter(|v| !v.is_null())
    }

    fn action(&mut self, data: &'a ActionData) -> Result<Value, Refusal> {
        for lookup in &data.find {
            self.look_up(lookup)?;
        }
        let answers = match data.step.does {
            Does::List => {
                self.list(data)?;
                "records"
            }
            Does::Create | Does::Get | Does::Update | Does::Delete => {
                let record = self.step(&data.step)?;
                self.name("record", Named::Record(record));
                "record"
            }
            Does::Answer => "",
        };
        for step in &data.also {
            self.further(step)?;
        }
        Ok(match &data.reply {
            Some(template) => self.render(template).unwrap_or_default(),
            None => {
                let named = self.names.iter().rev().find(|(name, _)| *name == answers);
                named.map_or_else(Value::object, |(_, value)| (**value).clone())
            }
        })
    }

    fn look_up(&mut self, lookup: &'a Lookup) -> Result<(), Refusal> {
        let (name, data) = self.resource_named(&lookup.resource)?;
        let wanted = self.rendered(Some(&lookup.is)).filter(|v| v.as_str() != Some(""));
        let at = wanted.as_ref().and_then(|w| self.store.position(name, data.keys(&lookup.by), w));
        let found = match (at, &lookup.or_create) {
            (Some(at), _) => Arc::clone(&self.store.rows(name)[at]),
            (None, Some(template)) => {
                let id = self.store.new_id(name, data);
                let record = self.render(template).unwrap_or_else(Value::object);
                self.store.add(name, data, record, id)
            }
            (None, None) if lookup.optional => return Ok(()),
            (None, None) => return Err(self.not_found(name, wanted)),
        };
        self.name(&lookup.name, Named::Record(found));
        Ok(())
    }

    fn resource_named(&self, name: &str) -> Result<(&'a str, &'a Resource), Refusal> {
        self.provider
            .resource(name)
            .ok_or_else(|| self.invalid("resource", format!("There is no object of the type {name:?} here.")))
    }

    fn resource(&self, step: &Step) -> Result<(&'a str, &'a Resource), Refusal> {
        let name = self.rendered(step.resource.as_ref()).map(|v| plain(&v)).unwrap_or_default();
        self.resource_named(&name)
    }

    /// Does one step to one record.
    fn step(&mut self, step: &Step) -> Result<Arc<Value>, Refusal> {
        let (name, data) = self.resource(step)?;
        if step.does == Does::Create {
            return Ok(self.create(step, name, data));
        }
        let id = self.rendered(step.id.as_ref());
        let found = self.matching(step, name, data, id.as_ref());
        let Some(&first) = found.first() else {
            return Err(self.not_found(name, id));
        };
        let several = if id.is_some() { vec![first] } else { found };
        let record = match step.does {
            Does::Get => self.store.rows(name).get(first).cloned(),
            Does::Update => several.into_iter().rev().filter_map(|at| self.update(step, name, at)).last(),
            // From the last to the first, so that the places before stay what they are.
            Does::Delete => {
                let mut places = several;
                places.sort_unstable();
                places.into_iter().rev().filter_map(|at| self.store.remove(name, at)).last()
            }
            Does::Create | Does::List | Does::Answer => None,
        };
        Ok(record.unwrap_or_default())
    }

    fn create(&mut self, step: &Step, name: &str, data: &Resource) -> Arc<Value> {
        let id = self.store.new_id(name, data);
        self.name("new", Named::Made(Object::from_iter([("id", id.clone())]).into()));
        let mut record = self.rendered(data.new.as_ref()).unwrap_or_else(Value::object);
        path::merge(&mut record, self.rendered(step.set.as_ref()).unwrap_or_else(Value::object));
        self.store.add(name, data, record, id)
    }

    fn update(&mut self, step: &Step, name: &str, at: usize) -> Option<Arc<Value>> {
        let current = Arc::clone(self.store.rows(name).get(at)?);
        self.name("record", Named::Record(current));
        let patch = self.rendered(step.set.as_ref()).unwrap_or_else(Value::object);
        self.names.pop();
        self.store.change(name, at, patch)
    }

    /// A step of `also`: what it does not find, it leaves.
    fn further(&mut self, step: &'a Step) -> Result<(), Refusal> {
        let Some(each) = &step.each else { return self.once(step) };
        let items = self.rendered(Some(each)).unwrap_or_default();
        for (index, item) in items.as_array().unwrap_or_default().iter().take(PAGE_AT_MOST).enumerate() {
            self.name("item", Named::Made(item.clone()));
            self.name("index", Named::Made(index.into()));
            self.once(step)?;
        }
        Ok(())
    }

    fn once(&mut self, step: &Step) -> Result<(), Refusal> {
        let aimless = step.id.is_some() && self.rendered(step.id.as_ref()).is_none();
        if aimless {
            return Ok(());
        }
        match self.step(step) {
            Ok(_) | Err(Refusal::Provider { missing: true, .. }) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Where the records stand that a `get`, `update` or `delete` means. Without an id or any condition: none.
    fn matching(&self, step: &Step, name: &str, data: &Resource, id: Option<&Value>) -> Vec<usize> {
        let mut conditions = self.conditions(step);
        if conditions.is_empty() && id.is_none() {
            return Vec::new();
        }
        if let Some(id) = id {
            let keys = data.keys(&step.by).iter();
            let same = keys.map(|key| Predicate::test(key.clone(), Operator::Equals, plain(id).into()));
            conditions.push(Predicate::Any(same.collect()));
        }
        self.store.matching(name, data, &Predicate::All(conditions))
    }

    fn conditions(&self, step: &Step) -> Vec<Predicate> {
        let test = |operator: Operator| {
            move |(path, template): &(Vec<String>, Template)| {
                let wanted = self.rendered(Some(template))?;
                Some(Predicate::test(path.clone(), operator, wanted))
            }
        };
        let equal = step.conditions.iter().filter_map(test(Operator::Equals));
        equal.chain(step.like.iter().filter_map(test(Operator::Contains))).collect()
    }

    /// Reads a list and names `records` and `page`.
    fn list(&mut self, data: &ActionData) -> Result<(), Refusal> {
        let query = match self.rendered(data.soql.as_ref()) {
            None => None,
            Some(text) => Some(soql::read(&plain(&text)).map_err(|e| self.invalid("query", e))?),
        };
        let jql = match self.rendered(data.jql.as_ref()) {
            None => None,
            Some(text) => Some(jql::read(&plain(&text)).map_err(|e| self.invalid("query", e))?),
        };
        let (name, resource) = match &query {
            Some(query) => self.resource_named(&query.from)?,
            None => self.resource(&data.step)?,
        };
        let mut conditions = self.conditions(&data.step);
        if let Some(value) = self.rendered(data.formula.as_ref()) {
            let formula = formula::read(&value).map_err(|e| Refusal::Parameters(vec![format!("The filter {e}.")]))?;
            conditions.push(formula);
        }
        if let Some(text) = self.rendered(data.words.as_ref()) {
            conditions.push(words::read(&plain(&text), resource));
        }
        conditions.extend(query.iter().map(|q| q.condition.clone()));
        conditions.extend(jql.iter().map(|q| q.condition.clone()));
        let mut found = self.store.matching(name, resource, &Predicate::All(conditions));
        if let Some((by, descending)) = &data.sort
            && let Some(by) = self.rendered(Some(by))
        {
            let descending = self.rendered(descending.as_ref()).is_some_and(|v| match &v {
                Value::String(word) => word.to_lowercase().starts_with("desc"),
                other => truthy(other),
            });
            self.store.sort(name, resource, (&path::parse(&plain(&by)), descending), &mut found);
        }
        for (field, descending) in jql.iter().flat_map(|q| q.order.iter().rev()) {
            self.store.sort(name, resource, (field, *descending), &mut found);
        }
        if let Some(query) = &query {
            for (field, descending) in query.order.iter().rev() {
                self.store.sort(name, resource, (field, *descending), &mut found);
            }
            let end = query.limit.map_or(found.len(), |n| query.offset.saturating_add(n).min(found.len()));
            found = found.get(query.offset..end).unwrap_or_default().to_vec();
        }
        let page = self.page(data.page.as_ref(), found.len())?;
        let rows = self.store.rows(name);
        let shown = found.iter().skip(page.offset).take(page.size).filter_map(|&at| rows.get(at));
        let records = match query.as_ref().map(|q| &q.select) {
            None | Some(soql::Select::All) => shown.map(|row| (**row).clone()).collect(),
            Some(soql::Select::Count) => Vec::new(),
            Some(soql::Select::Fields(fields)) => shown.map(|r| self.selected(resource, r, fields)).collect(),
        };
        self.name("page", Named::Made(page.describe(records.len())));
        self.name("records", Named::Made(Value::Array(records)));
        Ok(())
    }

    /// The fields a query selects, with the record's `attributes` as Salesforce adds them.
    fn selected(&self, resource: &Resource, record: &Value, fields: &[Vec<String>]) -> Value {
        let view = self.store.view(resource);
        let mut row = Value::object();
        if let Some(attributes) = record.get("attributes") {
            path::set(&mut row, &["attributes".to_owned()], attributes.clone());
        }
        for field in fields {
            let value = view.values(record, field).first().map(|v| (*v).clone()).unwrap_or_default();
            path::set(&mut row, field, value);
        }
        row
    }

    fn page(&self, paging: Option<&Paging>, total: usize) -> Result<Page, Refusal> {
        let Some(paging) = paging else {
            return Ok(Page { style: PageStyle::Offset, offset: 0, size: total.max(1), total });
        };
        let number = |value: &Value| plain(value).trim().parse::<usize>().ok();
        let size = self.rendered(paging.size.as_ref()).as_ref().and_then(number);
        let size = size.unwrap_or(PAGE).clamp(1, PAGE_AT_MOST);
        let at = self.rendered(Some(&paging.at)).filter(|v| !plain(v).is_empty());
        let offset = match (&at, paging.style) {
            (None, _) => Some(0),
            (Some(at), PageStyle::Cursor) => place_of(&plain(at)),
            (Some(at), PageStyle::Offset) => number(at),
            (Some(at), PageStyle::Number) => number(at).map(|n| n.saturating_sub(1).saturating_mul(size)),
        };
        match offset {
            Some(offset) => Ok(Page { style: paging.style, offset, size, total }),
            None => Err(self.invalid("cursor", "The page asked for is not one this list gave.".to_owned())),
        }
    }

    fn not_found(&self, resource: &str, id: Option<Value>) -> Refusal {
        let (id, message) = match id {
            Some(id) => {
                let message = format!("There is no {resource} {}.", plain(&id));
                (id, message)
            }
            None => ("".into(), format!("No {resource} is named.")),
        };
        let error = Object::from_iter([
            ("kind", Value::from("not_found")),
            ("resource", resource.into()),
            ("id", id),
            ("message", message.into()),
        ]);
        self.refusal(true, error)
    }

    fn invalid(&self, kind: &str, message: String) -> Refusal {
        self.refusal(false, Object::from_iter([("kind", kind.to_owned()), ("message", message)]))
    }

    fn refusal(&self, missing: bool, error: Object) -> Refusal {
        let provider = self.provider;
        let template = if missing { self.not_found.or(provider.not_found.as_ref()) } else { provider.invalid.as_ref() };
        let message = error.get("message").cloned().unwrap_or_default();
        let error = Value::Object(error);
        let body = template.and_then(|t| t.render(&self.scope().with("error", &error)));
        let mut body = body.unwrap_or_else(|| Object::from_iter([("message", message)]).into());
        hide(&mut body);
        Refusal::Provider { missing, body }
    }
}

/// A page of a list.
struct Page {
    style: PageStyle,
    offset: usize,
    size: usize,
    total: usize,
}

impl Page {
    /// What templates see as `page`.
    fn describe(&self, count: usize) -> Value {
        let end = self.offset.saturating_add(self.size);
        let more = end < self.total;
        let number = self.offset / self.size + 1;
        let mut page = Object::from_iter([
            ("count", Value::from(count)),
            ("total", self.total.into()),
            ("offset", self.offset.into()),
            ("size", self.size.into()),
            ("number", number.into()),
            ("pages", self.total.div_ceil(self.size).into()),
            ("more", more.into()),
        ]);
        if more {
            let next = match self.style {
                PageStyle::Cursor => STANDARD.encode(format!("offset:{end}")).into(),
                PageStyle::Offset => Value::from(end),
                PageStyle::Number => Value::from(number + 1),
            };
            page.insert("next", next);
        }
        page.into()
    }
}

/// The offset a cursor of ours stands for.
fn place_of(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("offset:")?.parse().ok()
}

/// Takes out of a reply what records hide: every object's member `_`, where it is an object.
fn hide(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(members) => {
            if members.get("_").is_some_and(|hidden| hidden.as_object().is_some()) {
                members.remove("_");
            }
            members.iter_mut().for_each(|(_, member)| hide(member));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
