//! Parameters as they are typed on the command line: `key=value`, `key:=json`, `/a/b/0=value`, `a.b=value`.
//!
//! `=` takes its type from the action's schema, so that `limit=10` is a number where the schema wants one and text
//! where it wants text; `:=` takes JSON as it stands.

use super::document::{ParseError, Pointer, PointerError, Value};

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

/// The parameter and the path, where `argument` puts a file into a parameter: `name:=@PATH`, and `name=@PATH` where
/// the schema wants the content of a file (elsewhere that is text, as in `channel=@maria`).
pub fn file_in<'a>(argument: &'a str, schema: Option<&Value>) -> Option<(&'a str, &'a str)> {
    const FORMATS: [&str; 3] = ["binary", "byte", "base64"];
    match split(argument).ok()? {
        (name, Text::Json(text)) => Some((name, text.strip_prefix('@')?)),
        (name, Text::Typed(text)) => {
            let path = text.strip_prefix('@')?;
            let schemas = Schemas::of(schema?);
            let here = tokens(name, &schemas).ok()?.iter().fold(schemas, |schemas, token| schemas.child(token));
            let wants = |schema: &&Value| {
                let format = ["format", "contentEncoding"].into_iter().find_map(|k| schema.get(k)?.as_str());
                format.is_some_and(|f| FORMATS.contains(&f))
            };
            here.here.iter().any(wants).then_some((name, path))
        }
    }
}

/// Sets each of `arguments` in `base`, in order; a later one wins over an earlier one.
///
/// # Errors
/// [`ArgumentError`] at the first argument that cannot become a parameter.
pub fn apply<S: AsRef<str>>(
    arguments: &[S],
    base: Value,
    schema: Option<&Value>,
    typing: Typing,
) -> Result<Value, ArgumentError> {
    let mut parameters = base;
    for argument in arguments {
        set(&mut parameters, argument.as_ref(), schema, typing)?;
    }
    Ok(parameters)
}

fn set(parameters: &mut Value, argument: &str, schema: Option<&Value>, typing: Typing) -> Result<(), ArgumentError> {
    let (name, text) = split(argument)?;
    let schemas = schema.map_or_else(Schemas::unknown, Schemas::of);
    let place = |error| ArgumentError::Place { name: name.to_owned(), error };
    let tokens = tokens(name, &schemas).map_err(place)?;
    let here = tokens.iter().fold(schemas.clone(), |schemas, token| schemas.child(token));
    let value = match text {
        Text::Json(json) => Value::parse(json.as_bytes()).map_err(|error| ArgumentError::NotJson {
            name: name.to_owned(),
            error,
            text_allowed: true,
        })?,
        Text::Typed(text) => match here.typed(name, text) {
            Err(_) if typing == Typing::Loose => Value::from(text),
            typed => typed?,
        },
    };
    make_lists(parameters, tokens, &schemas).and_then(|at| at.set(parameters, value)).map_err(place)
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

/// The place a name means: an exact property, a JSON Pointer, or a path with dots in which exact properties win.
fn tokens(name: &str, schemas: &Schemas<'_>) -> Result<Vec<String>, PointerError> {
    if schemas.has_property(name) {
        return Ok(vec![name.to_owned()]);
    }
    if name.starts_with('/') {
        return Ok(name.parse::<Pointer>()?.tokens().to_vec());
    }
    let mut rest: Vec<&str> = name.split('.').collect();
    if rest.contains(&"") {
        return Ok(vec![name.to_owned()]);
    }
    let mut tokens = Vec::new();
    let mut schemas = schemas.clone();
    while !rest.is_empty() {
        let longest = (1..=rest.len()).rev().find(|&n| schemas.has_property(&rest[..n].join("."))).unwrap_or(1);
        let token: String = rest.drain(..longest).collect::<Vec<_>>().join(".");
        schemas = schemas.child(&token);
        tokens.push(token);
    }
    Ok(tokens)
}

/// Makes the lists on the way that are not there yet (a pointer by itself makes objects only), and turns each `-` into
/// the index it stands for.
fn make_lists(parameters: &mut Value, mut tokens: Vec<String>, schemas: &Schemas<'_>) -> Result<Pointer, PointerError> {
    let mut schemas = schemas.clone();
    let mut at = Pointer::root();
    for token in &mut tokens {
        let there = at.of(parameters);
        if there.is_none_or(Value::is_null) && !at.tokens().is_empty() && schemas.is_list(token) {
            at.set(parameters, Value::Array(Vec::new()))?;
        }
        if let (Some(Value::Array(items)), "-") = (at.of(parameters), token.as_str()) {
            *token = items.len().to_string();
        }
        schemas = schemas.child(token);
        at = at.child(token.clone());
    }
    Ok(at)
}

/// The schemas that apply to one place: the schema itself, what it refers to, and the branches of its combinations.
/// Empty where nothing is known.
#[derive(Clone)]
struct Schemas<'s> {
    root: Option<&'s Value>,
    here: Vec<&'s Value>,
}

/// How many schemas of one place are looked at: enough for real ones, and an end to hostile ones.
const LIMIT: usize = 256;

impl<'s> Schemas<'s> {
    const fn unknown() -> Self {
        Self { root: None, here: Vec::new() }
    }

    fn of(root: &'s Value) -> Self {
        Self { root: Some(root), here: Vec::new() }.with([root])
    }

    fn with(&self, schemas: impl IntoIterator<Item = &'s Value>) -> Self {
        let mut here: Vec<&'s Value> = schemas.into_iter().take(LIMIT).collect();
        let mut next = 0;
        while let Some(schema) = here.get(next).copied() {
            next += 1;
            let referred = schema.get("$ref").and_then(Value::as_str).and_then(|reference| self.referred(reference));
            let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|k| schema.get(k)?.as_array()).flatten();
            for more in referred.into_iter().chain(branches) {
                if here.len() < LIMIT && !here.iter().any(|seen| std::ptr::eq(*seen, more)) {
                    here.push(more);
                }
            }
        }
        Self { root: self.root, here }
    }

    fn referred(&self, reference: &str) -> Option<&'s Value> {
        let pointer: Pointer = reference.strip_prefix('#')?.parse().ok()?;
        pointer.of(self.root?)
    }

    fn has_property(&self, name: &str) -> bool {
        self.property(name).next().is_some()
    }

    fn property<'n>(&self, name: &'n str) -> impl Iterator<Item = &'s Value> + use<'_, 's, 'n> {
        self.here.iter().filter_map(move |schema| schema.get("properties")?.get(name))
    }

    fn child(&self, token: &str) -> Self {
        let named: Vec<&'s Value> = self.property(token).collect();
        if !named.is_empty() {
            return self.with(named);
        }
        let index = token.parse::<usize>().ok();
        let of_list = self.here.iter().filter_map(|schema| {
            let by_position = schema.get("prefixItems").or_else(|| schema.get("items")).and_then(Value::as_array);
            by_position
                .and_then(|items| items.get(index?))
                .or_else(|| schema.get("items").filter(|i| i.as_object().is_some()))
        });
        let of_list: Vec<&'s Value> = if index.is_some() || token == "-" { of_list.collect() } else { Vec::new() };
        if !of_list.is_empty() {
            return self.with(of_list);
        }
        self.with(self.here.iter().filter_map(|s| s.get("additionalProperties").filter(|a| a.as_object().is_some())))
    }

    /// The types the place may have, in the order they are named.
    fn types(&self) -> Vec<&'s str> {
        let mut types = Vec::new();
        for schema in &self.here {
            match schema.get("type") {
                Some(Value::String(one)) => types.push(one.as_str()),
                Some(Value::Array(many)) => types.extend(many.iter().filter_map(Value::as_str)),
                _ if schema.get("properties").is_some() => types.push("object"),
                _ if schema.get("items").is_some() || schema.get("prefixItems").is_some() => types.push("array"),
                _ => {}
            }
        }
        let mut seen = std::collections::HashSet::new();
        types.retain(|t| seen.insert(*t));
        types
    }

    /// Whether a list belongs where `token` is about to be set inside.
    fn is_list(&self, token: &str) -> bool {
        let types = self.types();
        let describes_members = self.here.iter().any(|schema| schema.get("properties").is_some());
        types.contains(&"array") && (!types.contains(&"object") || token == "-" || token == "0")
            // Real schemas declare lists as bare objects.
            || !describes_members && (token == "-" || token == "0")
    }

    /// The values an `enum` or `const` allows.
    fn options(&self) -> impl Iterator<Item = &'s Value> {
        self.here.iter().flat_map(|schema| {
            let listed = schema.get("enum").and_then(Value::as_array).unwrap_or_default();
            listed.iter().chain(schema.get("const"))
        })
    }

    /// An object about whose members nothing is said, as which real schemas declare lists and text too.
    fn is_bare_object(&self) -> bool {
        const DESCRIBING: [&str; 6] =
            ["properties", "required", "additionalProperties", "patternProperties", "allOf", "oneOf"];
        self.types() == ["object"] && self.here.iter().all(|s| DESCRIBING.iter().all(|k| s.get(k).is_none()))
    }

    /// `text` as the value the schema wants.
    fn typed(&self, name: &str, text: &str) -> Result<Value, ArgumentError> {
        if let Some(option) = self.options().find(|option| option.as_str() == Some(text)) {
            return Ok(option.clone());
        }
        let json = Value::parse(text.as_bytes());
        if let Some(option) = self.options().find(|option| json.as_ref() == Ok(*option)) {
            return Ok(option.clone());
        }
        let types = self.types();
        if types.is_empty() || types.contains(&"string") {
            return Ok(Value::from(text));
        }
        let bare = self.is_bare_object();
        match json {
            Ok(value) if types.iter().any(|wanted| is_of(&value, wanted)) => Ok(value),
            Ok(value @ Value::Array(_)) if bare => Ok(value),
            Err(error) if text.trim_start().starts_with(['{', '[']) && types.iter().any(|t| is_container(t)) => {
                Err(ArgumentError::NotJson { name: name.to_owned(), error, text_allowed: false })
            }
            Ok(_) | Err(_) if bare => Ok(Value::from(text)),
            Ok(_) | Err(_) => {
                let wanted = types.iter().map(|t| in_words(t)).collect::<Vec<_>>().join(" or ");
                Err(ArgumentError::Type { name: name.to_owned(), wanted, given: text.to_owned() })
            }
        }
    }
}

/// Whether `value` is of JSON Schema type `wanted`. Any number passes for `integer`: whether it is one is for the
/// check of the whole to say.
fn is_of(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Number(_) => matches!(wanted, "number" | "integer"),
        other => other.type_name() == wanted,
    }
}

fn is_container(wanted: &str) -> bool {
    matches!(wanted, "object" | "array")
}

fn in_words(wanted: &str) -> &str {
    match wanted {
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list in JSON, such as [\"a\",\"b\"]",
        "object" => "an object in JSON, such as {\"a\":1}",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_meant_only_where_nothing_else_can_be() {
        let schema = r#"{"properties":{"file":{"type":"string","format":"binary"},"to":{"type":"string"}}}"#;
        let schema = Value::parse(schema.as_bytes()).unwrap();
        assert_eq!(file_in("file=@a/b.pdf", Some(&schema)), Some(("file", "a/b.pdf")));
        assert_eq!(file_in("to=@maria", Some(&schema)), None);
        assert_eq!(file_in("to:=@b.pdf", Some(&schema)), Some(("to", "b.pdf")));
        assert_eq!(file_in("file=@a", None), None);
        assert_eq!(file_in("to:=1", Some(&schema)), None);
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
        apply(arguments, base, Some(&schema), typing).map(|v| v.to_json()).map_err(|e| e.to_string())
    }

    fn typed(arguments: &[&str]) -> Result<String, String> {
        apply_to("{}", arguments, Typing::Strict)
    }

    fn untyped(arguments: &[&str]) -> Result<String, String> {
        apply(arguments, Value::object(), None, Typing::Strict).map(|v| v.to_json()).map_err(|e| e.to_string())
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
            (&["/map/0=1"], r#"{"map":[1]}"#),
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
            if let Ok(parameters) = apply(&[argument], Value::object(), Some(&schema), Typing::Loose) {
                proptest::prop_assert!(parameters.as_object().is_some());
            }
        }
    }
}
