//! Reading one level of a schema: following `$ref` and `allOf`, and merging what applies at once.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fits::{Fit, fits},
    node::{Choice, Extra, Kind, Limits, Node, Place, Property, Type, Types},
    refs::{At, Schema},
};
use crate::domain::document::{Number, Value};

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
        let told = super::words::example_in(&node.description, node.kind == Kind::Text);
        node.examples.extend(told.filter(|e| !node.examples.contains(e)));
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
            live: false,
            remarks: Vec::new(),
        }
    }

    fn types(&mut self) -> Declared {
        let mut types = Types::ALL;
        let mut declared = false;
        for at in self.sources.clone() {
            self.nullable |= self.schema.flag(at, "nullable") == Some(true);
            let Some(rule) = self.schema.get(at, "type") else { continue };
            // A parameter that is itself called "type", placed directly under the schema.
            if self.schema.is_object(rule) {
                continue;
            }
            let names = self.schema.items(rule).map_or_else(|| vec![rule], <[At]>::to_vec);
            let mut these = Types::NONE;
            for name in names {
                let Some(name) = self.schema.leaf(name).and_then(Value::as_str) else { continue };
                match Types::named(name) {
                    Some((named, None)) => these = these.or(named),
                    Some((named, Some(meant))) => {
                        these = these.or(named);
                        self.remark(&format!("The schema says type {name:?}; taken as {meant:?}."));
                    }
                    None => self.remark(&format!("The schema says type {name:?}, which JSON Schema does not know.")),
                }
            }
            if these != Types::NONE {
                types = types.and(these);
                declared = true;
            }
        }
        if declared && types == Types::NONE {
            self.remark("The schema's types contradict each other.");
            return Declared { types: Types::ALL, exact: false };
        }
        if declared { Declared { types, exact: true } } else { Declared { types: self.inferred(), exact: false } }
    }

    /// The types that the other keywords speak of.
    fn inferred(&self) -> Types {
        const HINTS: [(Type, &[&str]); 4] = [
            (
                Type::Object,
                &[
                    "properties",
                    "required",
                    "additionalProperties",
                    "patternProperties",
                    "propertyNames",
                    "minProperties",
                    "maxProperties",
                    "dependentRequired",
                    "dependentSchemas",
                ],
            ),
            (
                Type::Array,
                &["items", "prefixItems", "additionalItems", "contains", "minItems", "maxItems", "uniqueItems"],
            ),
            (Type::String, &["minLength", "maxLength", "pattern", "format"]),
            (Type::Number, &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        let mut types = Types::NONE;
        for (hint, keywords) in HINTS {
            // `required: true` on a property is draft 3's way to say that it is required.
            let speaks = |at: At| {
                keywords
                    .iter()
                    .any(|k| self.schema.get(at, k).is_some_and(|r| *k != "required" || self.schema.items(r).is_some()))
            };
            if self.sources.iter().any(|&at| speaks(at)) {
                types = types.or(hint.into());
            }
        }
        if types == Types::NONE && self.sources.iter().any(|&at| !self.stray_properties(at).is_empty()) {
            types = Type::Object.into();
        }
        if types == Types::NONE { Types::ALL } else { types }
    }

    fn members(&mut self, node: &mut Node) {
        if !node.types.has(Type::Object) {
            return;
        }
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut required: BTreeSet<String> = BTreeSet::new();
        let none_declared = !self.sources.iter().any(|&at| self.schema.get(at, "properties").is_some());
        for at in self.sources.clone() {
            let declared: Vec<(String, At)> = match self.schema.get(at, "properties") {
                Some(p) if self.schema.is_object(p) => {
                    self.schema.members(p).take(PROPERTIES).map(|(k, v)| (k.to_owned(), v)).collect()
                }
                Some(_) => {
                    self.remark("The schema's properties are not an object.");
                    Vec::new()
                }
                None if none_declared => self.stray_properties(at),
                None => Vec::new(),
            };
            if none_declared && !declared.is_empty() {
                self.remark("The schema names its parameters outside of \"properties\".");
            }
            for (name, rule) in declared {
                if self.schema.flag(rule, "required") == Some(true) {
                    required.insert(name.clone());
                }
                match places.get(&name) {
                    Some(&i) => node.properties[i].starts.push(rule),
                    None if node.properties.len() >= PROPERTIES => {
                        self.remark("The schema has more parameters than are shown; add the others by name.");
                        break;
                    }
                    None => {
                        places.insert(name.clone(), node.properties.len());
                        node.properties.push(Property { name, starts: vec![rule], required: false });
                    }
                }
            }
            self.extra(at, &mut node.extra);
            for name in self.required(at) {
                if places.contains_key(&name) || node.properties.len() < PROPERTIES {
                    required.insert(name);
                }
            }
        }
        for name in &required {
            match places.get(name) {
                Some(&i) => node.properties[i].required = true,
                None => {
                    node.properties.push(Property { name: name.clone(), starts: Vec::new(), required: true });
                }
            }
        }
        node.properties.sort_by_key(|p| !p.required);
    }

    /// The names `required` lists, and those that the present value makes required.
    fn required(&mut self, at: At) -> Vec<String> {
        let words = |list: &[At]| -> Vec<String> {
            list.iter().filter_map(|&n| self.schema.leaf(n)?.as_str().map(str::to_owned)).take(PROPERTIES).collect()
        };
        let mut names = words(&self.list(at, "required"));
        if let Some(value) = self.value {
            for keyword in ["dependentRequired", "dependencies"] {
                let Some(rules) = self.schema.get(at, keyword) else { continue };
                for (key, rule) in self.schema.members(rules) {
                    if value.get(key).is_some() {
                        names.extend(words(self.schema.items(rule).unwrap_or_default()));
                    }
                }
            }
        }
        names
    }

    fn extra(&self, at: At, extra: &mut Extra) {
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            let Some(rule) = self.schema.get(at, keyword) else { continue };
            match self.schema.leaf(rule).and_then(Value::as_bool) {
                Some(false) => extra.closed = true,
                Some(true) => extra.described = true,
                None => {
                    extra.described = true;
                    extra.starts.push(rule);
                }
            }
        }
        if let Some(rules) = self.schema.get(at, "patternProperties") {
            for (pattern, rule) in self.schema.members(rules).take(100) {
                extra.described = true;
                extra.patterns.push((pattern.to_owned(), rule));
            }
        }
    }

    /// Members placed directly under the schema instead of under `properties`.
    fn stray_properties(&self, at: At) -> Vec<(String, At)> {
        let looks_like_schema = |rule: At| {
            let typed = self.schema.get(rule, "type").is_some_and(|t| !self.schema.is_object(t));
            typed || ["$ref", "enum", "anyOf", "oneOf"].iter().any(|k| self.schema.get(rule, k).is_some())
        };
        let stray = self.schema.members(at).filter(|(key, rule)| {
            !super::words::KEYWORDS.contains(key) && !key.starts_with("x-") && looks_like_schema(*rule)
                || *key == "type" && self.schema.is_object(*rule) && looks_like_schema(*rule)
        });
        stray.take(PROPERTIES).map(|(k, v)| (k.to_owned(), v)).collect()
    }

    fn items(&self) -> Vec<(Vec<At>, Option<At>)> {
        let speaks = |at: At| {
            let items = self.schema.get(at, "items");
            let tuple = items.and_then(|i| self.schema.items(i)).map(<[At]>::to_vec);
            let (first, rest) = match tuple {
                Some(tuple) => (tuple, self.schema.get(at, "additionalItems")),
                None => (self.list(at, "prefixItems"), items.or_else(|| self.schema.get(at, "unevaluatedItems"))),
            };
            (!first.is_empty() || rest.is_some()).then_some((first, rest))
        };
        self.sources.iter().filter_map(|&at| speaks(at)).collect()
    }

    /// What `contains` and `propertyNames` ask for, in words.
    fn rules(&self, types: Types) -> Vec<String> {
        let told = |keyword: &str| {
            let place = Place::at(self.first(|at| self.schema.get(at, keyword))?);
            // A rule may refer to the very schema it stands in.
            let rule = Reader { in_rule: true, ..Reader::new(self.schema, &place, None) };
            let words = super::words::type_words(&rule.read());
            (words != "any JSON").then_some(words)
        };
        let number = |keyword: &str| {
            let at = self.first(|at| self.schema.get(at, keyword))?;
            self.schema.leaf(at).and_then(Value::as_number).map(|n| n.as_str().to_owned())
        };
        match types.list().as_slice() {
            _ if self.in_rule => Vec::new(),
            [Type::Array] if self.first(|at| self.schema.get(at, "contains")).is_some() => {
                let least = number("minContains").unwrap_or_else(|| "1".to_owned());
                let count = match number("maxContains") {
                    Some(most) => format!("{least} to {most}"),
                    None => format!("at least {least}"),
                };
                vec![told("contains").map_or_else(
                    || format!("{count} of a kind the schema describes"),
                    |what| format!("{count} of it: {what}"),
                )]
            }
            [Type::Object] => told("propertyNames").map(|what| format!("names are {what}")).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn limits(&self, types: Types) -> Limits {
        let number = |keyword: &str| {
            self.first(|at| self.schema.get(at, keyword).and_then(|n| self.schema.leaf(n)).and_then(Value::as_number))
                .cloned()
        };
        // Draft 4 has `exclusiveMinimum: true` beside `minimum`.
        let (mut minimum, mut maximum) = (number("minimum"), number("maximum"));
        let above = number("exclusiveMinimum").or_else(|| minimum.take_if(|_| self.any_flag("exclusiveMinimum")));
        let below = number("exclusiveMaximum").or_else(|| maximum.take_if(|_| self.any_flag("exclusiveMaximum")));
        let (least, most): (Option<Number>, Option<Number>) = match types.list().as_slice() {
            [Type::String] => (number("minLength"), number("maxLength")),
            [Type::Array] => (number("minItems"), number("maxItems")),
            [Type::Object] => (number("minProperties"), number("maxProperties")),
            _ => (None, None),
        };
        Limits {
            least,
            most,
            minimum,
            maximum,
            above,
            below,
            step: number("multipleOf"),
            unique: self.any_flag("uniqueItems"),
            rules: self.rules(types),
            pattern: self.first(|at| self.schema.text(at, "pattern")).map(str::to_owned),
        }
    }

    /// The values of `const` and `enum`, or of a list of constants (`titled`), that the types allow.
    fn choices(&mut self, types: Types, titled: Option<Vec<Choice>>) -> Vec<Choice> {
        let mut values: Option<Vec<Value>> = None;
        let mut labels: Option<Vec<Option<String>>> = None;
        for at in self.sources.clone() {
            let constant = self.schema.get(at, "const").map(|c| vec![self.schema.value(c)]);
            let listed = self.schema.get(at, "enum").and_then(|l| self.schema.items(l));
            if listed.is_some_and(<[At]>::is_empty) {
                self.remark("The schema's list of choices is empty; anything may be entered.");
            }
            let listed = listed.filter(|l| !l.is_empty()).map(|l| l.iter().map(|&v| self.schema.value(v)).collect());
            if listed.is_some() && labels.is_none() && values.is_none() {
                labels = ["enumNames", "x-enumNames", "x-enum-varnames", "x-enumLabels"].iter().find_map(|k| {
                    let names = self.list(at, k);
                    let texts = names.iter().map(|&n| self.schema.leaf(n)?.as_str().map(str::to_owned)).collect();
                    (!names.is_empty()).then_some(texts)
                });
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
            (Some(values), titled) => super::shapes::labelled(values, labels, titled.as_deref().unwrap_or_default()),
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

    fn kind(&mut self, node: &mut Node, declared: &Declared) -> Kind {
        if let Some(why) = self.unknowable.take() {
            self.remark(&why);
            node.types = Types::ALL;
            node.branches = self.by_type(Types::ALL);
            return Kind::Any;
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
                if types == Types::ALL.without_null() && !declared.exact { Kind::Any } else { Kind::Variant }
            }
        }
    }
}

/// What `type` says, or the other keywords let guess.
struct Declared {
    types: Types,
    exact: bool,
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
