//! Parameters as they are typed on the command line: `key=value`, `key:=json`, `/a/b/0=value`, `a.b=value`.
//!
//! `=` takes its type from the action's schema, so that `limit=10` is a number where the schema wants one and text
//! where it wants text; `:=` takes JSON as it stands.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    document::{ParseError, Pointer, PointerError, Value},
    schema::{
        fits::same,
        node::{Branch, Choice, Kind, Node, Place, Type, Types},
        refs::Schema,
    },
};

/// Why an argument cannot become a parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// There is no `=` in it.
    #[error("{0:?} sets nothing: write name=value, name:=JSON or /path/to/0=value")]
    NoValue(String),
    /// There is nothing before the `=`.
    #[error("{0:?} has no parameter's name before the =")]
    NoName(String),
    /// What stands after `:=` (or where the schema wants an object or a list) is not JSON.
    #[error("{name} is not JSON: {error}{}", if *text_allowed { format!(" (for text, write {name}=…)") } else { String::new() })]
    NotJson {
        /// The parameter.
        name: String,
        /// Where the JSON breaks.
        error: ParseError,
        /// Whether `=` would take it as text.
        text_allowed: bool,
    },
    /// The schema wants something that the text is not.
    #[error("{name} must be {wanted}, and {given:?} is not (to send it all the same, write {name}:=JSON)")]
    Type {
        /// The parameter.
        name: String,
        /// What the schema wants, such as `a number`.
        wanted: String,
        /// What was typed.
        given: String,
    },
    /// The place cannot be set.
    #[error("{name} cannot be set: {error}")]
    Place {
        /// The parameter as typed.
        name: String,
        /// Why not.
        error: PointerError,
    },
}

impl ArgumentError {
    /// The parameter it is about as it was typed, or the whole argument where it names none.
    pub fn about(&self) -> &str {
        match self {
            Self::NoValue(argument) | Self::NoName(argument) => argument,
            Self::NotJson { name, .. } | Self::Type { name, .. } | Self::Place { name, .. } => name,
        }
    }
}

/// How strictly `=` keeps to the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// Text that is not what the schema wants is an error.
    Strict,
    /// Such text is sent as text.
    Loose,
}

/// Whether the schema has a say in what `argument` means. `name:=json` and `/pointer:=json` mean the same without one.
pub fn depends_on_schema(argument: &str) -> bool {
    match split(argument) {
        Ok((name, text)) => matches!(text, Text::Typed(_)) || (name.contains('.') && !name.starts_with('/')),
        Err(_) => false,
    }
}

/// What an action's schema says of its parameters, for arguments to be read by: of which type each one is, and where
/// lists belong. It reads the schema as the form does, one level at a time.
pub struct Signature {
    /// The schema, where one is known, and which part of it governs the parameters as a whole.
    known: Option<(Schema, Place)>,
    /// The levels read so far, for a place with nothing in it.
    nodes: BTreeMap<Place, Arc<Node>>,
}

/// How many shapes of one place are looked at: enough for real schemas, and an end to hostile ones.
const SHAPES: usize = 256;

/// What governs one place: a level of the schema for each shape that the value there may have. None where nothing is
/// known.
type Levels = Vec<Arc<Node>>;

impl Signature {
    /// What `schema` says; without one everything is text.
    pub fn of(schema: Option<&Value>) -> Self {
        let known = schema.map(|schema| {
            let schema = Schema::new(schema);
            let (place, _) = Node::parameters(&schema);
            (schema, place)
        });
        Self { known, nodes: BTreeMap::new() }
    }

    /// The parameter and the path, where `argument` puts a file into a parameter: `name:=@PATH`, and `name=@PATH` where
    /// the schema wants the content of a file (elsewhere that is text, as in `channel=@maria`).
    pub fn file_in<'a>(&mut self, argument: &'a str) -> Option<(&'a str, &'a str)> {
        match split(argument).ok()? {
            (name, Text::Json(text)) => Some((name, text.strip_prefix('@')?)),
            (name, Text::Typed(text)) => {
                let path = text.strip_prefix('@')?;
                let tokens = self.tokens(name, &Value::Null).ok()?;
                let mut levels = self.whole(&Value::Null);
                for token in &tokens {
                    levels = self.inside(&levels, token, None);
                }
                levels.iter().any(|node| node.takes_file()).then_some((name, path))
            }
        }
    }

    /// The place that `name` means in an argument: an exact name, a JSON Pointer, or a path with dots.
    ///
    /// # Errors
    /// [`PointerError`] where it begins like a pointer and is none.
    pub fn place(&mut self, name: &str) -> Result<Pointer, PointerError> {
        Ok(self.tokens(name, &Value::Null)?.into_iter().collect())
    }

    /// Whether the schema names this parameter, or names none at all.
    pub fn may_have(&mut self, name: &str) -> bool {
        let levels = self.whole(&Value::Null);
        has_property(&levels, name) || levels.iter().all(|node| node.properties.is_empty())
    }

    /// Sets each of `arguments` in `base`, in order; a later one wins over an earlier one.
    ///
    /// # Errors
    /// [`ArgumentError`] at the first argument that cannot become a parameter.
    pub fn apply<S: AsRef<str>>(
        &mut self,
        arguments: &[S],
        base: Value,
        typing: Typing,
    ) -> Result<Value, ArgumentError> {
        // What one argument means may depend on what others set, before or behind it.
        let all = match self.known {
            Some(_) => Some(self.set_all(arguments, base.clone(), None, Typing::Loose)?),
            None => None,
        };
        self.set_all(arguments, base, all.as_ref(), typing)
    }

    fn set_all<S: AsRef<str>>(
        &mut self,
        arguments: &[S],
        base: Value,
        all: Option<&Value>,
        typing: Typing,
    ) -> Result<Value, ArgumentError> {
        let mut parameters = base;
        for argument in arguments {
            self.set(&mut parameters, all, argument.as_ref(), typing)?;
        }
        Ok(parameters)
    }

    /// Sets one argument. `all` is what the arguments come to, where that is known already.
    fn set(
        &mut self,
        parameters: &mut Value,
        all: Option<&Value>,
        argument: &str,
        typing: Typing,
    ) -> Result<(), ArgumentError> {
        let (name, text) = split(argument)?;
        let place = |error| ArgumentError::Place { name: name.to_owned(), error };
        let tokens = self.tokens(name, all.unwrap_or(parameters)).map_err(place)?;
        let mut levels = self.whole(all.unwrap_or(parameters));
        let mut at = Pointer::root();
        for mut token in tokens {
            // A pointer by itself makes objects only.
            let there = at.of(parameters);
            if there.is_none_or(Value::is_null) && !at.tokens().is_empty() && takes_list(&levels, &token) {
                at.set(parameters, Value::Array(Vec::new())).map_err(place)?;
            }
            if let (Some(Value::Array(items)), "-") = (at.of(parameters), token.as_str()) {
                token = items.len().to_string();
            }
            at = at.child(token.clone());
            levels = self.inside(&levels, &token, at.of(all.unwrap_or(parameters)));
        }
        let value = match text {
            Text::Json(json) => Value::parse(json.as_bytes()).map_err(|error| ArgumentError::NotJson {
                name: name.to_owned(),
                error,
                text_allowed: true,
            })?,
            Text::Typed(text) => match typed(&levels, name, text) {
                Err(_) if typing == Typing::Loose => Value::from(text),
                typed => typed?,
            },
        };
        at.set(parameters, value).map_err(place)
    }

    /// The place a name means: an exact property, a JSON Pointer, or a path with dots in which exact properties win.
    fn tokens(&mut self, name: &str, parameters: &Value) -> Result<Vec<String>, PointerError> {
        let mut levels = self.whole(parameters);
        if has_property(&levels, name) {
            return Ok(vec![name.to_owned()]);
        }
        if name.starts_with('/') {
            return Ok(name.parse::<Pointer>()?.tokens().to_vec());
        }
        let mut rest: Vec<&str> = name.split('.').collect();
        if rest.contains(&"") {
            return Ok(vec![name.to_owned()]);
        }
        let mut at = Pointer::root();
        while !rest.is_empty() {
            let longest = (1..=rest.len()).rev().find(|&n| has_property(&levels, &rest[..n].join("."))).unwrap_or(1);
            let token: String = rest.drain(..longest).collect::<Vec<_>>().join(".");
            at = at.child(token.clone());
            levels = self.inside(&levels, &token, at.of(parameters));
        }
        Ok(at.tokens().to_vec())
    }

    /// What governs the parameters as a whole.
    fn whole(&mut self, parameters: &Value) -> Levels {
        let place = self.known.as_ref().map(|(_, place)| place.clone());
        self.levels(place.into_iter().collect(), Some(parameters).filter(|p| p.as_object().is_some()))
    }

    /// What governs the member or item `token`, with what stands there now.
    fn inside(&mut self, levels: &Levels, token: &str, value: Option<&Value>) -> Levels {
        let named = levels.iter().flat_map(|node| node.properties.iter().filter(|p| p.name == token));
        let mut places: Vec<Place> = named.map(|property| Place::all(property.starts.clone())).collect();
        if places.is_empty() {
            let index = if token == "-" { Some(usize::MAX) } else { token.parse().ok() };
            places.extend(index.into_iter().flat_map(|i| levels.iter().map(move |node| node.item(i))));
            places.retain(|place| !place.starts.is_empty());
        }
        if places.is_empty() {
            places.extend(levels.iter().map(|node| node.member(token)));
            places.retain(|place| !place.starts.is_empty());
        }
        self.levels(places, value)
    }

    /// Reads the levels at `places`; of one with several shapes, those that fit what stands there.
    fn levels(&mut self, places: Vec<Place>, value: Option<&Value>) -> Levels {
        let Some((schema, _)) = &self.known else { return Levels::new() };
        let mut levels = Levels::new();
        let mut waiting = places;
        let mut next = 0;
        while let Some(place) = waiting.get(next).cloned() {
            next += 1;
            let read = || Arc::new(Node::at_first(schema, &place));
            let mut node = Arc::clone(self.nodes.entry(place.clone()).or_insert_with(read));
            if node.live && value.is_some() {
                node = Arc::new(Node::read(schema, &place, value));
            }
            if !matches!(node.kind, Kind::Variant) {
                levels.push(node);
                continue;
            }
            let fitting = node.branches.iter().filter(|branch| may_be(branch, value));
            let room = SHAPES.saturating_sub(waiting.len());
            waiting.extend(fitting.take(room).map(|branch| branch.place.clone()));
        }
        levels
    }
}

enum Text<'a> {
    Typed(&'a str),
    Json(&'a str),
}

fn split(argument: &str) -> Result<(&str, Text<'_>), ArgumentError> {
    let (name, value) = argument.split_once('=').ok_or_else(|| ArgumentError::NoValue(argument.to_owned()))?;
    let (name, text) = match name.strip_suffix(':') {
        Some(name) => (name, Text::Json(value)),
        None => (name, Text::Typed(value)),
    };
    if name.is_empty() { Err(ArgumentError::NoName(argument.to_owned())) } else { Ok((name, text)) }
}

fn has_property(levels: &Levels, name: &str) -> bool {
    levels.iter().any(|node| node.properties.iter().any(|p| p.name == name))
}

/// Whether a value may have this shape, as far as the member that tells the shapes apart says.
fn may_be(branch: &Branch, value: Option<&Value>) -> bool {
    let told = branch.tag.as_ref().and_then(|(key, tag)| Some((value?.get(key)?, tag)));
    told.is_none_or(|(value, tag)| same(value, tag))
}

/// The types that a place may have.
fn types(levels: &Levels) -> Types {
    levels.iter().fold(Types::NONE, |types, node| types.or(node.types)).without_null()
}

/// Whether a list belongs where `token` is about to be set inside.
fn takes_list(levels: &Levels, token: &str) -> bool {
    let types = types(levels);
    let first = matches!(token, "-" | "0");
    let describes_members = levels.iter().any(|node| !node.properties.is_empty() || node.extra.described);
    types.has(Type::Array) && (first || !types.has(Type::Object))
        // Real schemas declare lists as bare objects.
        || first && !describes_members
}

/// `text` as the value the schema wants.
fn typed(levels: &Levels, name: &str, text: &str) -> Result<Value, ArgumentError> {
    let json = Value::parse(text.as_bytes());
    if let Some(option) = option(levels, text, json.as_ref().ok()) {
        return Ok(option.clone());
    }
    let nullable = levels.iter().any(|node| node.nullable);
    // A choice keeps its `null` apart from its values.
    if json == Ok(Value::Null) && levels.iter().any(|node| node.nullable && matches!(node.kind, Kind::Choice)) {
        return Ok(Value::Null);
    }
    let types = types(levels);
    // An object about whose members nothing is said, as which real schemas declare lists and text too.
    let bare = |node: &Arc<Node>| matches!(node.kind, Kind::Any) && !node.types.has(Type::Number);
    let bare = !levels.is_empty() && levels.iter().all(bare);
    if types == Types::NONE || types.has(Type::String) && !bare {
        return Ok(Value::from(text));
    }
    match json {
        Ok(Value::Null) if nullable => Ok(Value::Null),
        // Whether a number must be a whole one is for the check of the whole to say.
        Ok(value) if !matches!(value, Value::Null | Value::String(_)) && types.has(Type::of(&value)) => Ok(value),
        Err(error) if text.trim_start().starts_with(['{', '[']) && may_hold(types) => {
            Err(ArgumentError::NotJson { name: name.to_owned(), error, text_allowed: false })
        }
        Ok(_) | Err(_) if bare => Ok(Value::from(text)),
        Ok(_) | Err(_) => {
            let mut wanted: Vec<&str> = types.list().into_iter().map(|one| in_words(one, types)).collect();
            wanted.extend(nullable.then_some("null"));
            Err(ArgumentError::Type { name: name.to_owned(), wanted: wanted.join(" or "), given: text.to_owned() })
        }
    }
}

/// The value of an `enum` or `const` that is meant by `text`, or is called so.
fn option<'l>(levels: &'l Levels, text: &str, json: Option<&Value>) -> Option<&'l Value> {
    let choices = || levels.iter().flat_map(|node| &node.choices);
    let values = || levels.iter().filter_map(|node| node.kind.constant()).chain(choices().map(|choice| &choice.value));
    let called = |choice: &&Choice| choice.label == text;
    values()
        .find(|value| value.as_str() == Some(text))
        .or_else(|| values().find(|value| json.is_some_and(|json| same(value, json))))
        .or_else(|| choices().find(called).map(|choice| &choice.value))
}

/// Whether JSON is what text that begins with a bracket must be.
fn may_hold(types: Types) -> bool {
    types.has(Type::Object) || types.has(Type::Array)
}

fn in_words(wanted: Type, types: Types) -> &'static str {
    match wanted {
        Type::Number if types.integer() => "a whole number",
        Type::Number => "a number",
        Type::Boolean => "true or false",
        Type::Array => "a list in JSON, such as [\"a\",\"b\"]",
        Type::Object => "an object in JSON, such as {\"a\":1}",
        Type::String => "text",
        Type::Null => "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_meant_only_where_nothing_else_can_be() {
        let schema = r#"{"properties":{"file":{"type":"string","format":"binary"},"to":{"type":"string"}}}"#;
        let mut signature = Signature::of(Some(&Value::parse(schema.as_bytes()).unwrap()));
        assert_eq!(signature.file_in("file=@a/b.pdf"), Some(("file", "a/b.pdf")));
        assert_eq!(signature.file_in("to=@maria"), None);
        assert_eq!(signature.file_in("to:=@b.pdf"), Some(("to", "b.pdf")));
        let told = r#"{"properties":{"file":{"type":"string","description":"The file object"},
            "id":{"type":"string","description":"The ID of the file object"},
            "more":{"type":"object","description":"{\"data\", \"encoding\", \"mimeType\"}"},
            "parts":{"type":"object","properties":{"data":{"type":"string"},"mimeType":{"type":"string"}}}}}"#;
        let mut told = Signature::of(Some(&Value::parse(told.as_bytes()).unwrap()));
        for name in ["file", "more", "parts"] {
            assert_eq!(told.file_in(&format!("{name}=@a")), Some((name, "a")), "{name}");
        }
        assert_eq!(told.file_in("id=@a"), None);
        assert_eq!(Signature::of(None).file_in("file=@a"), None);
        assert_eq!(signature.file_in("to:=1"), None);
    }

    const SCHEMA: &str = r##"{"type":"object","properties":{
        "channel":{"type":"string"},"limit":{"type":"integer"},"ratio":{"type":["number","null"]},
        "unread":{"type":"boolean"},"to":{"type":"array","items":{"type":"string"}},
        "ids":{"type":"array","items":{"type":"integer"}},
        "size":{"enum":[1,2,"3",null]},"kind":{"type":"string","enum":["1","2"]},"only":{"const":7},
        "filter.value":{"type":"integer"},"filter":{"type":"object","properties":{"value":{"type":"boolean"},
        "a.b":{"type":"object","properties":{"c":{"type":"number"}}}}},
        "blocks":{"type":"object"},"who":{"anyOf":[{"type":"integer"},{"$ref":"#/$defs/person"}]},
        "map":{"type":"object","additionalProperties":{"type":"number"}},
        "rows":{"type":"array","items":{"type":"object","properties":{"n":{"type":"number"}}}},
        "loop":{"$ref":"#/properties/loop"},"/odd":{"type":"number"},"any":{}},
        "$defs":{"person":{"type":"object","properties":{"age":{"type":"integer"}}}}}"##;

    fn apply_to(base: &str, arguments: &[&str], typing: Typing) -> Result<String, String> {
        let schema = Value::parse(SCHEMA.as_bytes()).unwrap();
        let base = Value::parse(base.as_bytes()).unwrap();
        Signature::of(Some(&schema)).apply(arguments, base, typing).map(|v| v.to_json()).map_err(|e| e.to_string())
    }

    fn typed(arguments: &[&str]) -> Result<String, String> {
        apply_to("{}", arguments, Typing::Strict)
    }

    fn untyped(arguments: &[&str]) -> Result<String, String> {
        Signature::of(None)
            .apply(arguments, Value::object(), Typing::Strict)
            .map(|v| v.to_json())
            .map_err(|e| e.to_string())
    }

    #[test]
    fn the_schema_gives_the_type() {
        for (argument, json) in [
            ("channel=10", r#"{"channel":"10"}"#),
            ("channel=", r#"{"channel":""}"#),
            ("channel=a=b", r#"{"channel":"a=b"}"#),
            ("limit=9007199254740993", r#"{"limit":9007199254740993}"#),
            ("ratio=0.10", r#"{"ratio":0.10}"#),
            ("ratio=null", r#"{"ratio":null}"#),
            ("unread=true", r#"{"unread":true}"#),
            (r#"to=["a"]"#, r#"{"to":["a"]}"#),
            ("size=1", r#"{"size":1}"#),
            ("size=3", r#"{"size":"3"}"#),
            ("size=null", r#"{"size":null}"#),
            ("kind=1", r#"{"kind":"1"}"#),
            ("kind=9", r#"{"kind":"9"}"#),
            ("only=7", r#"{"only":7}"#),
            ("any=7", r#"{"any":"7"}"#),
            ("unknown=7", r#"{"unknown":"7"}"#),
            ("who=7", r#"{"who":7}"#),
            ("who={}", r#"{"who":{}}"#),
            ("loop=x", r#"{"loop":"x"}"#),
        ] {
            assert_eq!(typed(&[argument]).as_deref(), Ok(json), "{argument}");
        }
    }

    #[test]
    fn a_bare_object_may_be_a_list_or_text() {
        assert_eq!(typed(&["blocks={\"a\":1}"]).as_deref(), Ok(r#"{"blocks":{"a":1}}"#));
        assert_eq!(typed(&["blocks=[1]"]).as_deref(), Ok(r#"{"blocks":[1]}"#));
        assert_eq!(typed(&["blocks=SELECT 1"]).as_deref(), Ok(r#"{"blocks":"SELECT 1"}"#));
        assert!(typed(&["blocks=[1"]).is_err_and(|e| e.starts_with("blocks is not JSON: line 1, column 3")));
    }

    #[test]
    fn schemas_are_read_as_the_form_reads_them() {
        const ODD: &str = r##"{"$id":"https://example.com/root","properties":{
            "text":{"type":"text"},"int":{"type":"int"},"bool":{"type":"bool"},"list":{"type":["array"]},
            "anchored":{"$ref":"#count"},"named":{"$ref":"count.json"},"gone":{"$ref":"#/nowhere"},
            "tuple":{"prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"boolean"}},
            "old":{"items":[{"type":"integer"}],"additionalItems":{"type":"number"}},
            "nullable":{"nullable":true,"allOf":[{"$ref":"#count"}]},
            "titled":{"oneOf":[{"const":1,"title":"Low"},{"const":2,"title":"High"}]},
            "named_values":{"enum":[10,20],"enumNames":["Ten","Twenty"]},
            "map":{"patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":{"type":"boolean"}},
            "either":{"anyOf":[{"type":"integer"},{"type":"null"}]},"never":false,"odd":null},
            "$defs":{"a":{"$anchor":"count","type":"integer"},"b":{"$id":"count.json","type":"number"}}}"##;
        let schema = Value::parse(ODD.as_bytes()).unwrap();
        for (argument, json) in [
            ("text=7", r#"{"text":"7"}"#),
            ("int=7", r#"{"int":7}"#),
            ("bool=true", r#"{"bool":true}"#),
            ("list=[1]", r#"{"list":[1]}"#),
            ("anchored=7", r#"{"anchored":7}"#),
            ("named=7.5", r#"{"named":7.5}"#),
            ("gone=7", r#"{"gone":"7"}"#),
            ("/tuple/0=7", r#"{"tuple":["7"]}"#),
            ("nullable=null", r#"{"nullable":null}"#),
            ("nullable=3", r#"{"nullable":3}"#),
            ("titled=2", r#"{"titled":2}"#),
            ("titled=High", r#"{"titled":2}"#),
            ("named_values=Twenty", r#"{"named_values":20}"#),
            ("map.n_a=7", r#"{"map":{"n_a":7}}"#),
            ("map.other=true", r#"{"map":{"other":true}}"#),
            ("either=null", r#"{"either":null}"#),
            ("either=1", r#"{"either":1}"#),
            ("never=1", r#"{"never":"1"}"#),
            ("odd=1", r#"{"odd":"1"}"#),
        ] {
            let read = Signature::of(Some(&schema)).apply(&[argument], Value::object(), Typing::Strict);
            assert_eq!(read.map(|v| v.to_json()).as_deref(), Ok(json), "{argument}");
        }
        let lists = ["/tuple/-=a", "/tuple/-=7", "/tuple/-=true", "/old/-=1", "/old/-=0.5"];
        let read = Signature::of(Some(&schema)).apply(&lists, Value::object(), Typing::Strict).unwrap();
        assert_eq!(read.to_json(), r#"{"tuple":["a",7,true],"old":[1,0.5]}"#);
        let refused = Signature::of(Some(&schema)).apply(&["either=x"], Value::object(), Typing::Strict).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "either must be a whole number or null, and \"x\" is not (to send it all the same, write either:=JSON)"
        );
        let stray = Value::parse(br#"{"limit":{"type":"integer"}}"#).unwrap();
        let read = Signature::of(Some(&stray)).apply(&["limit=7"], Value::object(), Typing::Strict).unwrap();
        assert_eq!(read.to_json(), r#"{"limit":7}"#, "a parameter placed directly under the schema");
    }

    #[test]
    fn what_an_argument_means_follows_the_others_in_any_order() {
        let schema = r#"{"properties":{"kind":{"enum":["count","name"]},"pet":{"oneOf":[
            {"properties":{"is":{"const":"cat"},"lives":{"type":"integer"}}},
            {"properties":{"is":{"const":"dog"},"lives":{"type":"string"}}}]}},
            "if":{"properties":{"kind":{"const":"count"}}},
            "then":{"properties":{"of":{"type":"integer"}}},"else":{"properties":{"of":{"type":"string"}}},
            "dependentSchemas":{"b":{"properties":{"a":{"type":"boolean"}}}}}"#;
        let schema = Value::parse(schema.as_bytes()).unwrap();
        for (arguments, json) in [
            (["kind=count", "of=7"], r#"{"kind":"count","of":7}"#),
            (["of=7", "kind=name"], r#"{"of":"7","kind":"name"}"#),
            (["of=x", "kind=name"], r#"{"of":"x","kind":"name"}"#),
            (["a=true", "b=1"], r#"{"a":true,"b":"1"}"#),
            (["pet.is=cat", "pet.lives=9"], r#"{"pet":{"is":"cat","lives":9}}"#),
            (["pet.lives=9", "pet.is=dog"], r#"{"pet":{"lives":"9","is":"dog"}}"#),
        ] {
            let read = Signature::of(Some(&schema)).apply(&arguments, Value::object(), Typing::Strict);
            assert_eq!(read.map(|v| v.to_json()).as_deref(), Ok(json), "{arguments:?}");
        }
        let refused = Signature::of(Some(&schema)).apply(&["of=x", "kind=count"], Value::object(), Typing::Strict);
        assert!(refused.is_err_and(|e| e.to_string().starts_with("of must be a whole number")));
    }

    #[test]
    fn json_is_taken_as_it_stands() {
        assert_eq!(typed(&["channel:=10", "to:=\"x\""]).as_deref(), Ok(r#"{"channel":10,"to":"x"}"#));
        assert_eq!(
            typed(&["channel:=general"]).unwrap_err(),
            "channel is not JSON: line 1, column 1: expected a JSON value, found 'g' (for text, write channel=…)"
        );
    }

    #[test]
    fn an_exact_name_wins_over_a_path() {
        for (argument, json) in [
            ("filter.value=1", r#"{"filter.value":1}"#),
            ("/filter/value=true", r#"{"filter":{"value":true}}"#),
            ("filter.a.b.c=1.5", r#"{"filter":{"a.b":{"c":1.5}}}"#),
            ("who.age=3", r#"{"who":{"age":3}}"#),
            ("map.x=3", r#"{"map":{"x":3}}"#),
            ("/odd=1", r#"{"/odd":1}"#),
            ("/new/x=1", r#"{"new":{"x":"1"}}"#),
            ("a..b=1", r#"{"a..b":"1"}"#),
        ] {
            assert_eq!(typed(&[argument]).as_deref(), Ok(json), "{argument}");
        }
    }

    #[test]
    fn lists_are_made_where_lists_belong() {
        for (arguments, json) in [
            (&["/to/-=a", "/to/-=b"][..], r#"{"to":["a","b"]}"#),
            (&["to.0=a", "to.1=b", "to.0=c"], r#"{"to":["c","b"]}"#),
            (&["ids.0=7"], r#"{"ids":[7]}"#),
            (&["/rows/-/n=1", "/rows/0/n=2", "/rows/-/n=3"], r#"{"rows":[{"n":2},{"n":3}]}"#),
            (&["/blocks/0/type=x"], r#"{"blocks":[{"type":"x"}]}"#),
            (&["/map/0=1"], r#"{"map":{"0":1}}"#),
        ] {
            assert_eq!(typed(arguments).as_deref(), Ok(json), "{arguments:?}");
        }
        assert_eq!(
            typed(&["/to/3=a"]).unwrap_err(),
            "/to/3 cannot be set: \"3\" is not an index of the array at /to: it has 0 items, so write 0 to 0 or -"
        );
    }

    #[test]
    fn without_a_schema_everything_is_text_and_dots_are_paths() {
        assert_eq!(untyped(&["a.b=1", "a.c:=1"]).as_deref(), Ok(r#"{"a":{"b":"1","c":1}}"#));
        assert_eq!(untyped(&["/a/b/0/c=1"]).as_deref(), Ok(r#"{"a":{"b":[{"c":"1"}]}}"#));
    }

    #[test]
    fn a_later_argument_wins_and_the_base_stays_below() {
        let base = r#"{"channel":"a","x":1.0}"#;
        let merged = apply_to(base, &["channel=b", "channel=c", "limit=1"], Typing::Strict);
        assert_eq!(merged.as_deref(), Ok(r#"{"channel":"c","x":1.0,"limit":1}"#));
    }

    #[test]
    fn what_does_not_fit_says_what_would() {
        for (argument, words) in [
            ("limit", "\"limit\" sets nothing: write name=value, name:=JSON or /path/to/0=value"),
            ("=1", "\"=1\" has no parameter's name before the ="),
            (":=1", "\":=1\" has no parameter's name before the ="),
            (
                "limit=ten",
                "limit must be a whole number, and \"ten\" is not (to send it all the same, write limit:=JSON)",
            ),
            (
                "unread=yes",
                "unread must be true or false, and \"yes\" is not (to send it all the same, write unread:=JSON)",
            ),
            (
                "to=a@example.com",
                "to must be a list in JSON, such as [\"a\",\"b\"], and \"a@example.com\" is not (to send it all the \
                 same, write to:=JSON)",
            ),
            ("/a~2=1", "/a~2 cannot be set: \"/a~2\" is not a JSON Pointer: write /a/b/0, with ~1 for / and ~0 for ~"),
        ] {
            assert_eq!(typed(&[argument]).unwrap_err(), words);
        }
        assert!(typed(&["channel=x", "channel.y=1"]).is_err_and(|e| e.contains("/channel is string")));
        assert_eq!(apply_to("{}", &["limit=ten"], Typing::Loose).as_deref(), Ok(r#"{"limit":"ten"}"#));
    }

    #[test]
    fn which_arguments_want_the_schema() {
        for argument in ["a=1", "/a=1", "a.b:=1"] {
            assert!(depends_on_schema(argument), "{argument}");
        }
        for argument in ["a:=1", "/a.b:=1", "nothing"] {
            assert!(!depends_on_schema(argument), "{argument}");
        }
    }

    proptest::proptest! {
        #[test]
        fn hostile_schemas_and_arguments_never_hang_or_panic(name in "[a-z./~:-]{0,8}", value in ".{0,8}", which in 0..4_usize) {
            let schema = [
                r##"{"$ref":"#"}"##,
                r##"{"properties":{"a":{"$ref":"#"}},"items":{"$ref":"#"},"anyOf":[{"$ref":"#"},{"$ref":"#/anyOf"}]}"##,
                r#"{"properties":7,"type":{},"enum":"x","items":[7],"additionalProperties":true}"#,
                r##"{"additionalProperties":{"$ref":"#"},"type":["array","object"],"items":{"$ref":"#"}}"##,
            ][which];
            let schema = Value::parse(schema.as_bytes()).unwrap();
            let argument = format!("{name}={value}");
            if let Ok(parameters) = Signature::of(Some(&schema)).apply(&[argument], Value::object(), Typing::Loose) {
                proptest::prop_assert!(parameters.as_object().is_some());
            }
        }
    }
}
