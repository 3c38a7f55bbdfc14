//! Reading one level of a schema: following `$ref` and `allOf`, and merging what applies at once.

mod limits;
mod members;
mod types;

use std::collections::BTreeSet;

use super::{
    files::{FILE, tells_of_file},
    fits::{Fit, fits},
    node::{Choice, Extra, Kind, Limits, Node, Place, Type, Types},
    refs::{At, Schema},
};
use crate::domain::document::Value;
use types::Declared;

/// How many schemas may apply at once to one place before the rest is left out.
const SOURCES: usize = 200;
/// How many members of one object are read.
const PROPERTIES: usize = 2_000;

/// Reads one level; made for one [`Place`] and used once.
pub(super) struct Reader<'s> {
    pub(super) schema: &'s Schema,
    pub(super) place: &'s Place,
    value: Option<&'s Value>,
    /// The schemas that apply, outermost first.
    sources: Vec<At>,
    seen: BTreeSet<At>,
    /// The `oneOf`/`anyOf` lists met and not decided, with the schema each stands in.
    pub(super) groups: Vec<(At, At)>,
    pub(super) nullable: bool,
    live: bool,
    /// Whether a rule about something else is read, to be told in words.
    in_rule: bool,
    /// Why no widget fits, if that is so.
    unknowable: Option<String>,
    pub(super) remarks: Vec<String>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(schema: &'s Schema, place: &'s Place, value: Option<&'s Value>) -> Self {
        Self {
            schema,
            place,
            value,
            sources: Vec::new(),
            seen: BTreeSet::new(),
            groups: Vec::new(),
            nullable: false,
            live: false,
            in_rule: false,
            unknowable: None,
            remarks: Vec::new(),
        }
    }

    pub(super) fn read(mut self) -> Node {
        for &at in &self.place.starts {
            self.collect(at);
        }
        let shapes = self.shapes();
        let mut node = self.annotations();
        let declared = self.types();
        node.types = shapes.types.map_or(declared.types, |t| declared.types.and(t));
        if let Some(only) = self.place.only {
            // What was chosen counts, also where the schema only hints at something else.
            let both = node.types.and(only.into());
            node.types = if both == Types::NONE { only.into() } else { both };
        }
        node.nullable = self.nullable || node.types.has(Type::Null);
        self.members(&mut node);
        node.items = self.items();
        let types = node.types.without_null();
        node.choices = self.choices(types, shapes.choices);
        node.limits = self.limits(types);
        node.branches = shapes.branches;
        node.kind = self.kind(&mut node, &declared);
        if matches!(node.kind, Kind::Text | Kind::Any) && node.format.is_none() && tells_of_file(&node.description) {
            node.format = Some(FILE.to_owned());
        }
        let simple = matches!(node.kind, Kind::Text | Kind::Number { .. } | Kind::Object | Kind::Array | Kind::Map);
        node.guessed = simple && !declared.exact && self.place.only.is_none() && shapes.types.is_none();
        if node.guessed {
            node.branches = self.by_type(Types::ALL);
        }
        for told in super::told::examples_in(&node.description, &node.kind) {
            if !node.examples.contains(&told) {
                node.examples.push(told);
            }
        }
        if matches!(node.kind, Kind::Const(_)) {
            node.nullable = false;
        }
        node.live = self.live;
        node.remarks = self.remarks;
        node
    }

    /// Adds the schema at `at` and what it pulls in to what applies here.
    pub(super) fn collect(&mut self, at: At) {
        if !self.seen.insert(at) {
            return;
        }
        if self.sources.len() >= SOURCES {
            self.remark("The schema joins more parts here than are read; some rules are not shown.");
            return;
        }
        match self.schema.leaf(at) {
            Some(Value::Bool(true)) => return,
            Some(Value::Bool(false)) => {
                self.unknowable.get_or_insert_with(|| "The schema allows no value here.".to_owned());
                return;
            }
            Some(other) => {
                self.remark(&format!("The schema has {} where a schema belongs.", article(other.type_name())));
                return;
            }
            None if !self.schema.is_object(at) => {
                self.remark("The schema has an array where a schema belongs.");
                return;
            }
            None => self.sources.push(at),
        }
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            self.refer(at, keyword);
        }
        for part in self.list(at, "allOf") {
            self.collect(part);
        }
        self.conditions(at);
        for keyword in ["oneOf", "anyOf"] {
            if let Some(list) = self.schema.get(at, keyword)
                && !self.place.settled.contains(&list)
            {
                self.groups.push((list, at));
            }
        }
    }

    fn refer(&mut self, at: At, keyword: &str) {
        let Some(reference) = self.schema.get(at, keyword) else { return };
        match self.schema.leaf(reference).and_then(Value::as_str).map(|r| self.schema.resolve(at, r)) {
            Some(Ok(target)) => self.collect(target),
            Some(Err(e)) => {
                self.unknowable = Some(capital(&format!("{e}.")));
            }
            // A member that happens to be called so.
            None if keyword == "$ref" => self.remark("The schema's $ref is not text."),
            None => {}
        }
    }

    /// Adds what `if`, `dependentSchemas` and `dependencies` demand of the present value.
    fn conditions(&mut self, at: At) {
        let condition = self.schema.get(at, "if");
        let branches = ["then", "else"].map(|k| self.schema.get(at, k));
        let dependent = ["dependentSchemas", "dependencies"].map(|k| self.schema.get(at, k));
        self.live |= condition.is_some() && branches.iter().any(Option::is_some)
            || dependent.iter().any(Option::is_some)
            || self.schema.get(at, "dependentRequired").is_some();
        let Some(value) = self.value else { return };
        if let Some(condition) = condition {
            let branch = match fits(self.schema, condition, value) {
                Fit::Yes => branches[0],
                Fit::No => branches[1],
                Fit::Unknown => None,
            };
            if let Some(branch) = branch {
                self.collect(branch);
            }
        }
        for rules in dependent.into_iter().flatten() {
            let due: Vec<At> =
                self.schema.members(rules).filter(|(key, _)| value.get(key).is_some()).map(|(_, rule)| rule).collect();
            for rule in due {
                if self.schema.is_object(rule) || self.schema.leaf(rule).and_then(Value::as_bool).is_some() {
                    self.collect(rule);
                }
            }
        }
    }

    pub(super) fn remark(&mut self, text: &str) {
        if self.remarks.len() < 20 && !self.remarks.iter().any(|r| r == text) {
            self.remarks.push(text.to_owned());
        }
    }

    pub(super) fn list(&self, at: At, keyword: &str) -> Vec<At> {
        self.schema.get(at, keyword).and_then(|l| self.schema.items(l)).map(<[At]>::to_vec).unwrap_or_default()
    }

    fn first<T>(&self, read: impl Fn(At) -> Option<T>) -> Option<T> {
        self.sources.iter().find_map(|&at| read(at))
    }

    fn any_flag(&self, keyword: &str) -> bool {
        self.sources.iter().any(|&at| self.schema.flag(at, keyword) == Some(true))
    }

    fn annotations(&self) -> Node {
        let text = |keyword: &'static str| self.first(|at| self.schema.text(at, keyword)).map(str::to_owned);
        let description = text("description").unwrap_or_default();
        let listed = self.first(|at| self.schema.get(at, "examples"));
        let mut examples: Vec<Value> = listed
            .and_then(|l| self.schema.items(l))
            .unwrap_or_default()
            .iter()
            .map(|&e| self.schema.value(e))
            .collect();
        examples.extend(self.first(|at| self.schema.get(at, "example")).map(|e| self.schema.value(e)));
        Node {
            kind: Kind::Any,
            types: Types::ALL,
            nullable: false,
            title: text("title").filter(|t| !t.is_empty()),
            description,
            default: self.first(|at| self.schema.get(at, "default")).map(|d| self.schema.value(d)),
            examples,
            format: text("format").or_else(|| text("contentEncoding")).or_else(|| text("contentMediaType")),
            limits: Limits::default(),
            deprecated: self.any_flag("deprecated"),
            read_only: self.any_flag("readOnly"),
            write_only: self.any_flag("writeOnly"),
            properties: Vec::new(),
            extra: Extra::default(),
            items: Vec::new(),
            branches: Vec::new(),
            choices: Vec::new(),
            guessed: false,
            live: false,
            remarks: Vec::new(),
        }
    }

    /// The values of `const` and `enum`, or of a list of constants (`titled`), that the types allow.
    fn choices(&mut self, types: Types, titled: Option<Vec<Choice>>) -> Vec<Choice> {
        let mut values: Option<Vec<Value>> = None;
        let mut named: Vec<(Value, String)> = Vec::new();
        for at in self.sources.clone() {
            let constant = self.schema.get(at, "const").map(|c| vec![self.schema.value(c)]);
            let listed = self.schema.get(at, "enum").and_then(|l| self.schema.items(l));
            if listed.is_some_and(<[At]>::is_empty) {
                self.remark("The schema's list of choices is empty; anything may be entered.");
            }
            let listed: Option<Vec<Value>> =
                listed.filter(|l| !l.is_empty()).map(|l| l.iter().map(|&v| self.schema.value(v)).collect());
            for value in listed.iter().flatten().zip(self.names(at)).filter_map(|(v, name)| Some((v.clone(), name?))) {
                named.push(value);
            }
            for these in [constant, listed].into_iter().flatten() {
                values = Some(match values {
                    None => these,
                    Some(before) => {
                        let both: Vec<Value> =
                            before.iter().filter(|v| these.iter().any(|w| super::fits::same(v, w))).cloned().collect();
                        if both.is_empty() { before } else { both }
                    }
                });
            }
        }
        let mut choices = match (values, titled) {
            (None, None) => return Vec::new(),
            (None, Some(titled)) => titled,
            (Some(values), titled) => super::shapes::labelled(values, &named, titled.as_deref().unwrap_or_default()),
        };
        let allowed = choices.iter().any(|c| types.allow(&c.value));
        if allowed {
            choices.retain(|c| types.allow(&c.value) || c.value.is_null() && !self.nullable);
        }
        if choices.len() > 1 && choices.iter().any(|c| c.value.is_null()) {
            self.nullable = true;
            choices.retain(|c| !c.value.is_null());
        }
        super::shapes::distinct(choices)
    }

    /// What the values of an `enum` are called, in its order.
    fn names(&self, at: At) -> Vec<Option<String>> {
        let name = |n: &At| self.schema.leaf(*n)?.as_str().filter(|n| !n.is_empty()).map(str::to_owned);
        let lists = ["enumNames", "x-enumNames", "x-enum-varnames", "x-enumLabels"];
        lists
            .iter()
            .map(|k| self.list(at, k).iter().map(name).collect())
            .find(|n: &Vec<_>| !n.is_empty())
            .unwrap_or_default()
    }

    fn kind(&mut self, node: &mut Node, declared: &Declared) -> Kind {
        if let Some(why) = self.unknowable.take() {
            self.remark(&why);
            if self.place.only.is_none() {
                node.types = Types::ALL;
                node.branches = self.by_type(Types::ALL);
                return Kind::Any;
            }
        }
        if let [only] = node.choices.as_slice()
            && !self.nullable
        {
            return Kind::Const(only.value.clone());
        }
        if !node.choices.is_empty() {
            node.nullable = self.nullable;
            return Kind::Choice;
        }
        if !node.branches.is_empty() {
            return Kind::Variant;
        }
        let types = node.types.without_null();
        match types.list().as_slice() {
            [] if node.types.has(Type::Null) => Kind::Const(Value::Null),
            [] => {
                node.branches = self.by_type(Types::ALL);
                Kind::Any
            }
            [Type::String] => Kind::Text,
            [Type::Number] => Kind::Number { integer: types.integer() },
            [Type::Boolean] => Kind::Toggle,
            [Type::Array] => Kind::Array,
            [Type::Object] if !node.properties.is_empty() => Kind::Object,
            [Type::Object] if node.extra.described || self.place.only.is_some() => Kind::Map,
            [Type::Object] if node.extra.closed => Kind::Object,
            [Type::Object] => {
                // Real schemas say a bare "object" where they take a list, or a text such as a query.
                let bare = Types::from(Type::Object).or(Type::Array.into()).or(Type::String.into());
                let types = if declared.exact { bare } else { Types::ALL };
                node.types = types;
                node.branches = self.by_type(types);
                Kind::Any
            }
            _ => {
                node.branches = self.by_type(types);
                if types == Types::ALL.without_null() && !declared.exact {
                    let says_nothing = |&at: &At| self.schema.members(at).all(|(keyword, _)| keyword == "$ref");
                    if !self.sources.is_empty() && self.sources.iter().all(says_nothing) {
                        self.remark("The schema only refers to itself.");
                    }
                    Kind::Any
                } else {
                    Kind::Variant
                }
            }
        }
    }
}

fn article(type_name: &str) -> String {
    match type_name {
        "null" => "null".to_owned(),
        other => format!("a {other}"),
    }
}

/// `text` with a capital at the start.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
