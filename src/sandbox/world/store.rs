//! One provider's account: its records, and how they are found.

use std::{
    cell::{Cell, OnceCell},
    cmp::Ordering,
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use super::{
    clock,
    data::{Provider, Resource},
    ids::IdStyle,
    path,
    predicate::{self, Fields, Predicate},
    template::{Scope, Source, Template, plain},
};
use crate::{
    domain::document::{Object, Value},
    sandbox::custom,
};

/// How many records of one kind an account holds; the oldest made by a caller goes first.
const RECORDS_AT_MOST: usize = 10_000;

/// How many go at once where there are too many, so that not every new one moves all the others.
const DROPPED_AT_ONCE: usize = 100;

/// The records of one connected account at one provider.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) provider: Arc<Provider>,
    /// Records are shared with whoever reads them, and copied only where they change.
    tables: BTreeMap<String, Vec<Arc<Value>>>,
    /// The digests of all ids ever given, by resource: providers do not give one twice.
    ids: BTreeMap<String, HashSet<u64>>,
    /// How many ids were made.
    made: Cell<u64>,
    /// What tells them from those of another account at the provider, or of another sandbox.
    salt: String,
    /// How many changes there were; the clock follows it.
    changes: i64,
    /// The account's time as providers write it, once somebody has asked.
    moment: OnceCell<Value>,
    /// What takes back the changes since [`Store::begin`], the latest last.
    journal: Vec<Undo>,
    /// The changes since [`Store::begin`], in order.
    changed: Vec<Change>,
}

/// Something that happened to a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The resource's name.
    pub resource: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The record afterwards; a deleted one as it was.
    pub record: Arc<Value>,
    /// The record as it was, where it was changed.
    pub before: Option<Arc<Value>>,
}

/// What can happen to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was removed.
    Deleted,
}

/// What takes one change back.
#[derive(Debug, Clone)]
enum Undo {
    /// Take the last record away.
    Pop(String),
    /// Put the record back in place of what stands there.
    Restore(String, usize, Arc<Value>),
    /// Put the record in again.
    Insert(String, usize, Arc<Value>),
}

impl Store {
    /// The account as it is at the beginning.
    pub fn new(provider: Arc<Provider>) -> Self {
        let rows = |r: &Resource| r.records.iter().map(Arc::clone).collect();
        let tables = provider.resources.iter().map(|(name, r)| (name.clone(), rows(r))).collect();
        let ids = provider.resources.iter().map(|(name, r)| (name.clone(), ids(r, &r.records).collect())).collect();
        Self {
            salt: provider.integration.clone(),
            provider,
            tables,
            ids,
            made: Cell::new(0),
            changes: 0,
            moment: OnceCell::new(),
            journal: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// The account with ids as that seed makes them; 0 changes nothing.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        let salt = if seed == 0 { self.salt } else { format!("{}/{seed}", self.provider.integration) };
        Self { salt, ..self }
    }

    /// Adds what an account has of its own to the records of the beginning: resource → id → members.
    pub fn begin_with(&mut self, records: &Value) {
        for (resource, id, members) in custom::patches(records) {
            let Some(data) = self.provider.resources.get(resource) else { continue };
            let at = self.position(resource, std::slice::from_ref(&data.id), &id.into());
            if let Some(record) = at.and_then(|at| self.tables.get_mut(resource)?.get_mut(at)) {
                custom::add(Arc::make_mut(record), members);
            }
        }
    }

    /// The account's time, in Unix seconds.
    pub fn now(&self) -> i64 {
        clock::EPOCH.saturating_add(self.changes.saturating_mul(clock::STEP))
    }

    /// Moves the clock, since something changes.
    pub(super) fn tick(&mut self) {
        self.changes += 1;
        self.moment.take();
    }

    /// From here on changes can be taken back.
    pub(super) fn begin(&mut self) {
        self.journal.clear();
        self.changed.clear();
    }

    /// Takes the changes since [`Store::begin`].
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changed)
    }

    fn note(&mut self, resource: &str, kind: ChangeKind, record: &Arc<Value>) {
        let (resource, record) = (resource.to_owned(), Arc::clone(record));
        self.changed.push(Change { resource, kind, record, before: None });
    }

    /// Takes back every change since [`Store::begin`]; ids given are not given again.
    pub(super) fn take_back(&mut self) {
        self.changed.clear();
        while let Some(undo) = self.journal.pop() {
            let (Undo::Pop(resource) | Undo::Restore(resource, ..) | Undo::Insert(resource, ..)) = &undo;
            let Some(rows) = self.tables.get_mut(resource) else { continue };
            match undo {
                Undo::Pop(_) => drop(rows.pop()),
                Undo::Restore(_, at, record) => rows[at] = record,
                Undo::Insert(_, at, record) => rows.insert(at, record),
            }
        }
    }

    /// Every record, by resource.
    pub fn dump(&self) -> Value {
        let rows = |rows: &[Arc<Value>]| Value::Array(rows.iter().map(|row| (**row).clone()).collect());
        self.tables.iter().map(|(name, all)| (name.as_str(), rows(all))).collect::<Object>().into()
    }

    /// The account's state, as it is kept in a file; [`Store::load`] reads it.
    pub fn save(&self) -> Value {
        Object::from_iter([
            ("made", Value::from(self.made.get())),
            ("changes", self.changes.into()),
            ("records", self.dump()),
        ])
        .into()
    }

    /// The account as [`Store::save`] wrote it. Resources the data has since gained are as at the beginning.
    pub fn load(provider: Arc<Provider>, saved: &Value) -> Self {
        let mut store = Self::new(provider);
        let number = |key: &str| saved.get(key).and_then(Value::as_i64).unwrap_or(0).max(0);
        store.made.set(u64::try_from(number("made")).unwrap_or(0));
        store.changes = number("changes");
        for (resource, rows) in saved.get("records").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
            let Some(data) = store.provider.resources.get(resource) else { continue };
            let rows = rows.as_array().unwrap_or_default().iter().take(RECORDS_AT_MOST);
            let rows: Vec<_> = rows.map(|row| Arc::new(row.clone())).collect();
            store.ids.entry(resource.to_owned()).or_default().extend(ids(data, &rows));
            store.tables.insert(resource.to_owned(), rows);
        }
        store
    }

    /// Whether records of a resource add parameters to the account's actions.
    pub(super) fn is_parametric(&self, resource: &str) -> bool {
        self.provider.resources.get(resource).is_some_and(|data| data.parameter.is_some())
    }

    /// The parameters the account's records add to its actions.
    pub(super) fn parameters(&self) -> Vec<Value> {
        let templates =
            self.provider.resources.iter().filter_map(|(name, data)| Some((name, data.parameter.as_ref()?)));
        let made = |(name, template): (&String, &Template)| {
            let rows = self.rows(name).iter();
            rows.filter_map(|record| template.render(&Scope::of(self, [("record", &**record)]))).collect::<Vec<_>>()
        };
        templates.flat_map(made).collect()
    }

    /// The records of a resource, in the order they were made.
    pub(super) fn rows(&self, resource: &str) -> &[Arc<Value>] {
        self.tables.get(resource).map_or(&[], Vec::as_slice)
    }

    /// Where the first record stands that has `value` at one of `paths`.
    pub(super) fn position(&self, resource: &str, paths: &[Vec<String>], value: &Value) -> Option<usize> {
        let text = plain(value);
        let same = |v: &Value| match v {
            Value::Null => false,
            Value::String(s) => *s == text,
            other => other.to_json() == text,
        };
        let fits = |record: &Arc<Value>| paths.iter().any(|p| path::get(record, p).is_some_and(same));
        self.rows(resource).iter().position(fits)
    }

    /// An id for a new record that no other has or had.
    pub(super) fn new_id(&mut self, resource: &str, data: &Resource) -> Value {
        loop {
            let id = self.fresh(&data.id_style);
            if !self.ids.contains_key(resource) {
                self.ids.insert(resource.to_owned(), HashSet::new());
            }
            let new = self.ids.get_mut(resource).is_none_or(|given| given.insert(digest(&id)));
            // A style without anything that changes would go on for ever; its ids then are alike.
            if new || data.id_style.is_constant() {
                return id.into();
            }
        }
    }

    /// Adds a record, which gets `id` unless it brings one.
    pub(super) fn add(&mut self, resource: &str, data: &Resource, mut record: Value, id: Value) -> Arc<Value> {
        if path::get(&record, &data.id).is_none_or(Value::is_null) {
            if let Some(members) = record.as_object_mut().filter(|_| data.id.len() == 1) {
                // The id stands first, as providers write it.
                let rest = std::mem::take(members);
                members.insert(data.id[0].clone(), id);
                for (key, value) in rest {
                    if key != data.id[0] {
                        members.insert(key, value);
                    }
                }
            } else {
                path::set(&mut record, &data.id, id);
            }
        }
        if !self.tables.contains_key(resource) {
            self.tables.insert(resource.to_owned(), Vec::new());
        }
        let record = Arc::new(record);
        let Some(rows) = self.tables.get_mut(resource) else { return record };
        if rows.len() >= RECORDS_AT_MOST {
            let at = data.records.len().min(rows.len() - DROPPED_AT_ONCE);
            // Taken back from the last to the first, each finds its place again.
            let oldest = rows.drain(at..at + DROPPED_AT_ONCE);
            self.journal.extend(oldest.map(|oldest| Undo::Insert(resource.to_owned(), at, oldest)));
        }
        rows.push(Arc::clone(&record));
        self.journal.push(Undo::Pop(resource.to_owned()));
        self.note(resource, ChangeKind::Created, &record);
        record
    }

    /// Changes the record at `at`.
    pub(super) fn change(&mut self, resource: &str, at: usize, patch: Value) -> Option<Arc<Value>> {
        let record = self.tables.get_mut(resource)?.get_mut(at)?;
        let before = Arc::clone(record);
        self.journal.push(Undo::Restore(resource.to_owned(), at, Arc::clone(&before)));
        path::merge(Arc::make_mut(record), patch);
        let (resource, record) = (resource.to_owned(), Arc::clone(record));
        let (kind, before) = (ChangeKind::Updated, Some(before));
        self.changed.push(Change { resource, kind, record: Arc::clone(&record), before });
        Some(record)
    }

    /// Removes the record at `at`.
    pub(super) fn remove(&mut self, resource: &str, at: usize) -> Option<Arc<Value>> {
        let rows = self.tables.get_mut(resource)?;
        let removed = (at < rows.len()).then(|| rows.remove(at))?;
        self.journal.push(Undo::Insert(resource.to_owned(), at, Arc::clone(&removed)));
        self.note(resource, ChangeKind::Deleted, &removed);
        Some(removed)
    }

    /// Where the records stand for which `condition` holds, in the order a list shows them.
    pub(super) fn matching(&self, resource: &str, data: &Resource, condition: &Predicate) -> Vec<usize> {
        let fields = View { store: self, data };
        let rows = self.rows(resource).iter().enumerate();
        let mut found: Vec<usize> = rows.filter(|(_, r)| condition.holds(r, &fields)).map(|(at, _)| at).collect();
        if data.newest_first {
            found.reverse();
        }
        found
    }

    /// Sorts places of records by a field; records without it come last.
    pub(super) fn sort(
        &self,
        resource: &str,
        data: &Resource,
        (field, descending): (&[String], bool),
        found: &mut [usize],
    ) {
        let fields = View { store: self, data };
        let rows = self.rows(resource);
        let value = |at: usize| fields.values(&rows[at], field).into_iter().find(|v| !v.is_null());
        found.sort_by(|&a, &b| match (value(a), value(b)) {
            (Some(a), Some(b)) => {
                let order = predicate::order(a, b).unwrap_or(Ordering::Equal);
                if descending { order.reverse() } else { order }
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
    }

    /// The fields of records of a resource, related records included.
    pub(super) fn view<'a>(&'a self, data: &'a Resource) -> View<'a> {
        View { store: self, data }
    }
}

impl Source for Store {
    fn fresh(&self, style: &IdStyle) -> String {
        self.made.set(self.made.get() + 1);
        style.make(&self.salt, self.made.get(), Self::now(self))
    }

    fn find(&self, resource: &str, by: Option<&str>, value: &Value) -> Option<&Value> {
        let (name, data) = self.provider.resource(resource)?;
        let by = by.map_or_else(|| data.id.clone(), path::parse);
        let at = self.position(name, &[by], value)?;
        self.rows(name).get(at).map(|row| &**row)
    }

    fn now(&self) -> &Value {
        self.moment.get_or_init(|| clock::moment(Self::now(self)))
    }
}

/// The digests of the ids of records.
fn ids<'r>(data: &Resource, records: &'r [Arc<Value>]) -> impl Iterator<Item = u64> {
    records.iter().filter_map(|record| path::get(record, &data.id).map(|id| digest(&plain(id))))
}

/// Tells ids apart, the same way in every run of the program.
fn digest(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// A resource's records as filters see them.
pub(super) struct View<'a> {
    store: &'a Store,
    data: &'a Resource,
}

impl Fields for View<'_> {
    fn values<'r>(&'r self, record: &'r Value, field: &[String]) -> Vec<&'r Value> {
        if let Some(path) = self.data.fields.get(&field.join(".")) {
            return path::all(record, path);
        }
        if !self.data.fields_in.is_empty() {
            let inner = path::get(record, &self.data.fields_in).map(|v| path::all(v, field)).unwrap_or_default();
            if !inner.is_empty() {
                return inner;
            }
        }
        let own = path::all(record, field);
        if !own.is_empty() {
            return own;
        }
        self.related(record, field).unwrap_or_default()
    }
}

impl View<'_> {
    fn related<'r>(&'r self, record: &'r Value, field: &[String]) -> Option<Vec<&'r Value>> {
        let (first, rest) = field.split_first()?;
        let (resource, key) = self.data.relations.get(first)?;
        let (name, data) = self.store.provider.resource(resource)?;
        let id = self.values(record, key).into_iter().find(|v| !v.is_null())?;
        let at = self.store.position(name, std::slice::from_ref(&data.id), id)?;
        let related = self.store.rows(name).get(at)?;
        let place = path::all(related, rest);
        let further = data.relations.get(rest.first()?);
        match (place.is_empty(), further) {
            // One step more: Contact → Account → Owner.
            (true, Some((resource, key))) => {
                let id = path::get(related, key)?;
                let (name, data) = self.store.provider.resource(resource)?;
                let at = self.store.position(name, std::slice::from_ref(&data.id), id)?;
                Some(path::all(self.store.rows(name).get(at)?, rest.get(1..)?))
            }
            _ => Some(place),
        }
    }
}
