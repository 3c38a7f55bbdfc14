//! Reading the data files: strictly, every mistake with its place.

use std::{collections::BTreeMap, sync::Arc};

use super::{ActionData, Comparison, DataError, Does, Lookup, PageStyle, Paging, Provider, Resource, Step};
use crate::{
    domain::document::{Object, Value},
    sandbox::world::{ids::IdStyle, path, template::Template},
};

/// Reads one data file; `name` is the integration it should be for.
///
/// # Errors
/// The first mistake, with its place.
pub fn read(name: &str, text: &str) -> Result<Provider, DataError> {
    let value = Value::parse(text.as_bytes())
        .map_err(|e| DataError { at: name.to_owned(), message: format!("not valid JSON: {e}") })?;
    read_value(name, &value)
}

/// Reads what would stand in a data file, as [`read`].
///
/// # Errors
/// The first mistake, with its place.
pub fn read_value(name: &str, value: &Value) -> Result<Provider, DataError> {
    let file = Place::root(name, value)?;
    file.only(&["integration", "errors", "resources", "actions"])?;
    let integration = file.text("integration")?.unwrap_or_default();
    if integration != name {
        return Err(file.error(format!("integration is {integration:?}, the file is for {name:?}")));
    }
    let errors = file.object("errors")?;
    if let Some(errors) = &errors {
        errors.only(&["not_found", "invalid"])?;
    }
    let error = |key: &str| errors.as_ref().map_or(Ok(None), |e| e.template(key));
    Ok(Provider {
        integration,
        not_found: error("not_found")?,
        invalid: error("invalid")?,
        resources: file.each("resources", resource)?.into_iter().collect(),
        actions: file.each("actions", action)?.into_iter().collect(),
    })
}

/// Reads an object of actions by name, as it stands in a data file; `name` is the place mistakes are told with.
///
/// # Errors
/// The first mistake, with its place.
pub fn read_actions(name: &str, value: &Value) -> Result<BTreeMap<String, ActionData>, DataError> {
    let place = Place::root(name, value)?;
    let read =
        |(key, value): (&str, &Value)| Ok((key.to_owned(), action(&Place::new(format!("{name}/{key}"), value)?)?));
    place.object.iter().map(read).collect()
}

fn resource(place: &Place<'_>) -> Result<Resource, DataError> {
    place.only(&[
        "id",
        "id_style",
        "also_known_as",
        "new",
        "fields_in",
        "fields",
        "relations",
        "text",
        "qualifiers",
        "newest_first",
        "parameter",
        "records",
    ])?;
    let style = place.text("id_style")?;
    let relation = |p: &Place<'_>| {
        p.only(&["in", "by"])?;
        let resource = p.text("in")?.ok_or_else(|| p.error("needs in".to_owned()))?;
        let by = p.text("by")?.ok_or_else(|| p.error("needs by".to_owned()))?;
        Ok((resource, path::parse(&by)))
    };
    let fields = match place.object("fields")? {
        None => BTreeMap::new(),
        Some(fields) => fields
            .object
            .keys()
            .map(|key| Ok((key.to_owned(), path::parse(&fields.text(key)?.unwrap_or_default()))))
            .collect::<Result<_, DataError>>()?,
    };
    let qualifiers = match place.object("qualifiers")? {
        None => BTreeMap::new(),
        Some(q) => q
            .object
            .keys()
            .map(|key| Ok((key.to_owned(), q.texts(key)?.iter().map(|t| Comparison::read(t)).collect())))
            .collect::<Result<_, DataError>>()?,
    };
    let records = place.array("records")?;
    if records.iter().any(|r| r.as_object().is_none()) {
        return Err(place.error("every record must be an object".to_owned()));
    }
    Ok(Resource {
        id: path::parse(&place.text("id")?.unwrap_or_else(|| "id".to_owned())),
        id_style: IdStyle::parse(style.as_deref().unwrap_or("<uuid>")).map_err(|e| place.error(e))?,
        also_known_as: place.texts("also_known_as")?,
        new: place.template("new")?,
        fields_in: path::parse(&place.text("fields_in")?.unwrap_or_default()),
        fields,
        relations: place.each("relations", relation)?.into_iter().collect(),
        text: place.paths("text")?,
        qualifiers,
        newest_first: place.flag("newest_first")?,
        parameter: place.template("parameter")?,
        records: records.iter().cloned().map(Arc::new).collect(),
    })
}

const STEP: &[&str] = &["do", "resource", "id", "by", "where", "like", "set"];

fn action(place: &Place<'_>) -> Result<ActionData, DataError> {
    let own = ["find", "formula", "words", "soql", "jql", "sort", "page", "also", "not_found", "reply"];
    place.only(&STEP.iter().copied().chain(own).collect::<Vec<_>>())?;
    let sort = match place.object("sort")? {
        None => None,
        Some(sort) => {
            sort.only(&["by", "descending"])?;
            Some((sort.needed("by")?, sort.template("descending")?))
        }
    };
    let page = match place.object("page")? {
        None => None,
        Some(page) => {
            page.only(&["by", "at", "size"])?;
            let style = match page.text("by")?.as_deref() {
                None | Some("cursor") => PageStyle::Cursor,
                Some("offset") => PageStyle::Offset,
                Some("number") => PageStyle::Number,
                Some(other) => return Err(page.error(format!("by is {other:?}: expected cursor, offset or number"))),
            };
            Some(Paging { style, at: page.needed("at")?, size: page.template("size")? })
        }
    };
    let data = ActionData {
        find: place.items("find", lookup)?,
        step: step(place)?,
        formula: place.template("formula")?,
        words: place.template("words")?,
        soql: place.template("soql")?,
        jql: place.template("jql")?,
        sort,
        page,
        also: place.items("also", |p| {
            p.only(&STEP.iter().copied().chain(["each"]).collect::<Vec<_>>())?;
            step(p)
        })?,
        not_found: place.template("not_found")?,
        reply: place.template("reply")?,
    };
    if data.step.resource.is_none() && data.soql.is_none() && data.step.does != Does::Answer {
        return Err(place.error("needs a resource".to_owned()));
    }
    Ok(data)
}

fn step(place: &Place<'_>) -> Result<Step, DataError> {
    let does = match place.text("do")?.as_deref() {
        Some("create") => Does::Create,
        Some("get") => Does::Get,
        Some("list") => Does::List,
        Some("update") => Does::Update,
        Some("delete") => Does::Delete,
        Some("answer") => Does::Answer,
        other => {
            let what = "expected create, get, list, update, delete or answer";
            return Err(place.error(format!("do is {:?}: {what}", other.unwrap_or_default())));
        }
    };
    let conditions = |key: &str| match place.object(key)? {
        None => Ok(Vec::new()),
        Some(c) => c.object.keys().map(|key| Ok((path::parse(key), c.needed(key)?))).collect::<Result<_, DataError>>(),
    };
    Ok(Step {
        does,
        resource: place.template("resource")?,
        id: place.template("id")?,
        by: place.paths("by")?,
        conditions: conditions("where")?,
        like: conditions("like")?,
        set: place.template("set")?,
        each: place.template("each")?,
    })
}

fn lookup(place: &Place<'_>) -> Result<Lookup, DataError> {
    place.only(&["as", "in", "by", "is", "optional", "or_create"])?;
    let text = |key: &str| place.text(key)?.ok_or_else(|| place.error(format!("needs {key}")));
    Ok(Lookup {
        name: text("as")?,
        resource: text("in")?,
        by: place.paths("by")?,
        is: place.needed("is")?,
        optional: place.flag("optional")?,
        or_create: place.template("or_create")?,
    })
}

/// An object in a data file and the way to it.
struct Place<'v> {
    at: String,
    object: &'v Object,
}

impl<'v> Place<'v> {
    fn root(name: &str, value: &'v Value) -> Result<Self, DataError> {
        Self::new(name.to_owned(), value)
    }

    fn new(at: String, value: &'v Value) -> Result<Self, DataError> {
        match value.as_object() {
            Some(object) => Ok(Self { at, object }),
            None => Err(DataError { at, message: "must be an object".to_owned() }),
        }
    }

    fn error(&self, message: String) -> DataError {
        DataError { at: self.at.clone(), message }
    }

    fn only(&self, known: &[&str]) -> Result<(), DataError> {
        match self.object.keys().find(|key| !known.contains(key)) {
            Some(key) => Err(self.error(format!("{key:?} is not known here: expected {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    fn object(&self, key: &str) -> Result<Option<Place<'v>>, DataError> {
        self.object.get(key).map(|v| Place::new(format!("{}/{key}", self.at), v)).transpose()
    }

    fn text(&self, key: &str) -> Result<Option<String>, DataError> {
        match self.object.get(key) {
            None => Ok(None),
            Some(Value::String(s)) => Ok(Some(s.clone())),
            Some(_) => Err(self.error(format!("{key} must be a text"))),
        }
    }

    fn flag(&self, key: &str) -> Result<bool, DataError> {
        match self.object.get(key) {
            None => Ok(false),
            Some(v) => v.as_bool().ok_or_else(|| self.error(format!("{key} must be true or false"))),
        }
    }

    fn array(&self, key: &str) -> Result<&'v [Value], DataError> {
        match self.object.get(key) {
            None => Ok(&[]),
            Some(v) => v.as_array().ok_or_else(|| self.error(format!("{key} must be an array"))),
        }
    }

    /// An array of texts, or one text.
    fn texts(&self, key: &str) -> Result<Vec<String>, DataError> {
        if let Some(Value::String(one)) = self.object.get(key) {
            return Ok(vec![one.clone()]);
        }
        let texts = self.array(key)?.iter().map(|v| v.as_str().map(str::to_owned));
        texts.collect::<Option<_>>().ok_or_else(|| self.error(format!("{key} must hold texts")))
    }

    fn paths(&self, key: &str) -> Result<Vec<Vec<String>>, DataError> {
        Ok(self.texts(key)?.iter().map(|t| path::parse(t)).collect())
    }

    fn template(&self, key: &str) -> Result<Option<Template>, DataError> {
        let compile =
            |v: &Value| Template::compile(v).map_err(|message| DataError { at: format!("{}/{key}", self.at), message });
        self.object.get(key).map(compile).transpose()
    }

    fn needed(&self, key: &str) -> Result<Template, DataError> {
        self.template(key)?.ok_or_else(|| self.error(format!("needs {key}")))
    }

    fn each<T>(
        &self,
        key: &str,
        read: impl Fn(&Place<'v>) -> Result<T, DataError>,
    ) -> Result<Vec<(String, T)>, DataError> {
        let Some(members) = self.object(key)? else { return Ok(Vec::new()) };
        let read = |(name, value): (&str, &'v Value)| {
            Ok((name.to_owned(), read(&Place::new(format!("{}/{name}", members.at), value)?)?))
        };
        members.object.iter().map(read).collect()
    }

    fn items<T>(&self, key: &str, read: impl Fn(&Place<'v>) -> Result<T, DataError>) -> Result<Vec<T>, DataError> {
        let items = self.array(key)?.iter().enumerate();
        items.map(|(i, v)| read(&Place::new(format!("{}/{key}/{i}", self.at), v)?)).collect()
    }
}
