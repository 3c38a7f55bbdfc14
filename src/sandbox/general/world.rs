//! What an archetype's actions do: a data file of the world ([`crate::sandbox::world::data`]), made instead of written.

use super::{
    Mapping, Verb,
    schema::{id_of, plural},
};
use crate::{
    domain::document::{Object, Value},
    sandbox::world::{
        clock::{EPOCH, moment},
        data::{DataError, Provider, read_value},
        ids::IdStyle,
    },
};

/// The resource that describes the others.
const DESCRIPTION: &str = "description_of_fields";

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Object::from_iter(members).into()
}

fn hole(text: &str) -> Value {
    format!("{{{{{text}}}}}").into()
}

impl Mapping<'_> {
    /// The world of the integration.
    pub(super) fn provider(&self) -> Result<Provider, DataError> {
        let error =
            |kind: &str| object([("error", object([("type", kind.into()), ("message", "{{error.message}}".into())]))]);
        let mut resources: Object = self.resources.iter().map(|(name, a)| (*name, self.resource(name, a))).collect();
        if self.actions.iter().any(|(_, verb, _)| *verb == Verb::Describe) {
            resources.insert(DESCRIPTION, object([("records", self.descriptions())]));
        }
        let actions: Object = self.actions.iter().map(|&(name, verb, r)| (name, self.action(verb, r))).collect();
        let file = object([
            ("integration", self.key.into()),
            ("errors", object([("not_found", error("not_found")), ("invalid", error("invalid_request"))])),
            ("resources", resources.into()),
            ("actions", actions.into()),
        ]);
        read_value(self.key, &file)
    }

    fn id_style(&self) -> &str {
        self.text("ids").unwrap_or("<digits:9>")
    }

    fn resource(&self, name: &str, archetype: &Object) -> Value {
        let part = |key: &str| archetype.get(key).cloned().unwrap_or_default();
        let records = part("records");
        let records = records.as_array().unwrap_or_default().iter().enumerate();
        let records = records.map(|(at, record)| self.record(name, at, record)).collect();
        let mut new = part("new");
        if let Some(new) = new.as_object_mut() {
            new.insert("createdAt", hole("now.iso"));
            new.insert("updatedAt", hole("now.iso"));
        }
        object([
            ("id_style", self.id_style().into()),
            ("also_known_as", Value::Array(vec![plural(name).into()])),
            ("new", new),
            ("records", Value::Array(records)),
        ])
    }

    /// A record of the beginning, with an id like the others' and the lists it is in.
    fn record(&self, resource: &str, at: usize, record: &Value) -> Value {
        let mut whole = Object::from_iter([("id", Value::from(self.seed_id(resource, at)))]);
        for (key, value) in record.as_object().into_iter().flat_map(Object::iter) {
            whole.insert(key, value.clone());
        }
        for (_, verb, r) in &self.actions {
            if let Verb::Add(list) | Verb::In(list) = verb
                && *r == resource
            {
                whole.insert(format!("{}s", id_of(list)), Value::Array(vec![self.seed_id(list, 0).into()]));
            }
        }
        let day = i64::try_from(at).unwrap_or(0) + 1;
        let made = |days: i64| moment(EPOCH - days * 86_400).get("iso").cloned().unwrap_or_default();
        whole.insert("createdAt", made(30 + 7 * day));
        whole.insert("updatedAt", made(2 * day));
        whole.into()
    }

    fn seed_id(&self, resource: &str, at: usize) -> String {
        let number = u64::try_from(at).unwrap_or(0) + 1;
        let style = IdStyle::parse(self.id_style());
        style.map(|style| style.make(&format!("{}/{resource}", self.key), number, EPOCH)).unwrap_or_default()
    }

    fn descriptions(&self) -> Value {
        let describe = |(name, archetype): &(&str, &Object)| {
            let part = |key: &str| archetype.get(key).cloned().unwrap_or_default();
            let schema = [("type", "object".into()), ("properties", part("fields")), ("required", part("required"))];
            object([("id", (*name).into()), ("schema", object(schema))])
        };
        Value::Array(self.resources.iter().map(describe).collect())
    }

    fn action(&self, verb: Verb<'_>, resource: &str) -> Value {
        let id = id_of(resource);
        let target = if resource == "any" { hole("param.recordType") } else { resource.into() };
        let on = |does: &str, more: Vec<(&str, Value)>| {
            let mut action = Object::from_iter([("do", Value::from(does)), ("resource", target.clone())]);
            for (key, value) in more {
                action.insert(key, value);
            }
            Value::Object(action)
        };
        let mean = || ("id", hole(&format!("param.{id}")));
        let changed = |set: Vec<(String, Value)>| {
            let mut set: Object = set.into_iter().collect();
            set.insert("updatedAt", hole("now.iso"));
            ("set", Value::Object(set))
        };
        match verb {
            Verb::Create | Verb::Post => on("create", vec![("set", given(&id))]),
            Verb::Upsert => self.upsert(resource, &on),
            Verb::Get => on("get", vec![mean()]),
            Verb::List => self.list(on("list", Vec::new()), None),
            Verb::Search => {
                let by = vec![("words", hole("param.query")), ("formula", hole("param.filterFormula"))];
                self.list(on("list", by), None)
            }
            Verb::In(list) => self.list(on("list", Vec::new()), Some(list)),
            Verb::Update => {
                let mut set = given(&id);
                if let Some(set) = set.as_object_mut() {
                    set.insert("updatedAt", hole("now.iso"));
                }
                on("update", vec![mean(), ("set", set)])
            }
            Verb::Delete => {
                on("delete", vec![mean(), ("reply", object([("id", hole("record.id")), ("deleted", true.into())]))])
            }
            Verb::Send => on("update", vec![mean(), changed(vec![("status".into(), "sent".into())])]),
            Verb::Mark(status) => on("update", vec![mean(), changed(vec![("status".into(), status.into())])]),
            Verb::Add(list) | Verb::Remove(list) => {
                let member = id_of(list);
                let wanted =
                    object([("as", "list".into()), ("in", list.into()), ("is", hole(&format!("param.{member}")))]);
                let now = match verb {
                    Verb::Add(_) => vec![hole("list.id")],
                    _ => Vec::new(),
                };
                let set = changed(vec![(format!("{member}s"), Value::Array(now))]);
                on("update", vec![mean(), ("find", Value::Array(vec![wanted])), set])
            }
            Verb::Download => {
                let contents = "record._.data || record._.text | hex || record.content | hex || record.name | hex";
                let reply = object([
                    ("dataType", "FILE".into()),
                    ("name", hole("record.name || record.title")),
                    ("mimeType", hole("record.mimeType || 'text/plain'")),
                    ("size", hole("record.size || record.content | bytes")),
                    ("encoding", "hex".into()),
                    ("data", hole(contents)),
                ]);
                on("get", vec![mean(), ("reply", reply)])
            }
            Verb::Describe => object([
                ("do", "get".into()),
                ("resource", DESCRIPTION.into()),
                ("id", hole("param.recordType")),
                ("reply", object([("recordType", hole("record.id")), ("schema", hole("record.schema"))])),
            ]),
            Verb::Build => object([("do", "answer".into()), ("reply", given(&id))]),
            Verb::Call => object([("do", "answer".into()), ("reply", object([("received", hole("param.body"))]))]),
        }
    }

    /// Makes the record where there is none of that key, and changes it in any case.
    fn upsert(&self, resource: &str, on: &dyn Fn(&str, Vec<(&str, Value)>) -> Value) -> Value {
        let key = self.archetype(resource, "key").and_then(Value::as_str).unwrap_or("name");
        let id = hole(&format!("param.{key}"));
        let set = given(&id_of(resource));
        let find = object([
            ("as", "there".into()),
            ("in", resource.into()),
            ("by", key.into()),
            ("is", id.clone()),
            ("or_create", set.clone()),
        ]);
        on("update", vec![("find", Value::Array(vec![find])), ("by", key.into()), ("id", id), ("set", set)])
    }

    /// A list in pages; only what is in `list`, where one is named.
    fn list(&self, action: Value, list: Option<&str>) -> Value {
        let Value::Object(mut action) = action else { return action };
        let at = |keys: [&str; 4]| hole(&keys.map(|k| format!("param.paginationParameters.{k}")).join(" || "));
        let (style, at, next) = match self.text("paging") {
            Some("offset") => ("offset", at(["offset", "skip", "start", "from"]), "nextOffset"),
            Some("number") => ("number", at(["page", "pageNumber", "pageNo", "pageOffset"]), "nextPage"),
            _ => ("cursor", at(["pageCursor", "pageToken", "cursor", "after"]), "nextPageCursor"),
        };
        let size = hole("param.limit || param.paginationParameters.limit || param.paginationParameters.pageSize || 25");
        action.insert("page", object([("by", style.into()), ("at", at), ("size", size)]));
        if let Some(list) = list {
            let member = id_of(list);
            action.insert("where", Object::from_iter([(format!("{member}s"), hole(&format!("param.{member}")))]));
        }
        let reply = [
            (self.text("list").unwrap_or("records"), hole("records")),
            ("total", hole("page.total")),
            (next, hole("page.next")),
        ];
        action.insert("reply", Object::from_iter(reply));
        action.into()
    }
}

/// What the parameters say a record is to hold, except what only names it.
fn given(id: &str) -> Value {
    object([
        ("...", hole(&format!("param | without {id} recordType additionalFields fields file"))),
        ("...1", hole("param.additionalFields")),
        ("...2", hole("param.fields")),
        ("_", object([("data", hole("param.file.data"))])),
    ])
}
