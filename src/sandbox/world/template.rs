//! Templates: JSON with holes, from which records and replies are made. The language is described in
//! [`super::data`].

mod expression;
mod pipe;

pub use expression::Expression;

use std::borrow::Cow;

use super::ids::IdStyle;
use crate::domain::document::{Object, Value};

/// A compiled template.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// A value without holes.
    Fixed(Value),
    /// A text that is one hole: it becomes whatever value stands there.
    Hole(Expression),
    /// A text with holes in it: it stays a text.
    Text(Vec<Piece>),
    /// An array; an item that yields nothing is left out.
    Array(Vec<Template>),
    /// An object; a member that yields nothing is left out.
    Object(Vec<Member>),
    /// `{"$each": …, "$as": …}`: an array made of each item of another.
    Each(Expression, Box<Template>),
    /// `{"$if": …, "$then": …, "$else": …}`.
    If(Expression, Box<Template>, Option<Box<Template>>),
}

/// A part of a text template.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text as it stands.
    Literal(String),
    /// A hole.
    Hole(Expression),
}

/// A member of an object template.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// A key with its value's template.
    Plain(String, Template),
    /// `"...": "{{…}}"`: all members of another object, in its place.
    Spread(Expression),
}

/// What templates can ask the world for.
pub trait Source {
    /// A new id of that style.
    fn fresh(&self, style: &IdStyle) -> String;
    /// The first record of `resource` whose field `by` (its id where `None`) is `value`.
    fn find(&self, resource: &str, by: Option<&str>, value: &Value) -> Option<&Value>;
    /// The world's time ([`super::clock::moment`]), which templates know as `now`.
    fn now(&self) -> &Value;
}

/// The names a template may use, the latest first to be found, and the world behind them.
#[derive(Clone)]
pub struct Scope<'s> {
    names: Vec<(&'s str, &'s Value)>,
    source: &'s dyn Source,
}

impl<'s> Scope<'s> {
    /// A scope without names.
    pub fn new(source: &'s dyn Source) -> Self {
        Self { names: Vec::new(), source }
    }

    /// A scope with these names.
    pub fn of(source: &'s dyn Source, names: impl IntoIterator<Item = (&'s str, &'s Value)>) -> Self {
        Self { names: names.into_iter().collect(), source }
    }

    /// This scope with one name more.
    #[must_use]
    pub fn with(&self, name: &'s str, value: &'s Value) -> Self {
        let mut scope = self.clone();
        scope.names.push((name, value));
        scope
    }

    fn get(&self, name: &str) -> Option<&'s Value> {
        let named = self.names.iter().rev().find(|(n, _)| *n == name).map(|(_, v)| *v);
        named.or_else(|| (name == "now").then(|| self.source.now()))
    }
}

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// What is wrong with an expression or directive, in words.
    pub fn compile(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Self::text(text),
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(Self::compile).collect::<Result<_, _>>()?;
                let fixed = items.iter().all(|i| matches!(i, Self::Fixed(_)));
                Ok(if fixed { Self::Fixed(value.clone()) } else { Self::Array(items) })
            }
            Value::Object(members) => Self::compile_object(members),
            other => Ok(Self::Fixed(other.clone())),
        }
    }

    fn compile_object(members: &Object) -> Result<Self, String> {
        let directive = |key: &str| members.get(key).map(Self::compile).transpose();
        let hole = |template: Self, key: &str| match template {
            Self::Hole(e) => Ok(e),
            _ => Err(format!("{key} takes one expression: \"{{{{…}}}}\"")),
        };
        let only = |known: &[&str]| match members.keys().find(|k| !known.contains(k)) {
            Some(key) => Err(format!("{key:?} does not belong beside {:?}", known[0])),
            None => Ok(()),
        };
        if let Some(over) = directive("$each")? {
            only(&["$each", "$as"])?;
            let each = directive("$as")?.ok_or("$each needs $as")?;
            return Ok(Self::Each(hole(over, "$each")?, Box::new(each)));
        }
        if let Some(test) = directive("$if")? {
            only(&["$if", "$then", "$else"])?;
            let then = directive("$then")?.ok_or("$if needs $then")?;
            return Ok(Self::If(hole(test, "$if")?, Box::new(then), directive("$else")?.map(Box::new)));
        }
        if let Some(key) = members.keys().find(|k| k.starts_with('$')) {
            return Err(format!("{key:?} is no directive"));
        }
        let members: Vec<_> = members
            .iter()
            .map(|(key, value)| {
                let template = Self::compile(value)?;
                Ok(if key.starts_with("...") {
                    Member::Spread(hole(template, "...")?)
                } else {
                    Member::Plain(key.to_owned(), template)
                })
            })
            .collect::<Result<_, String>>()?;
        let fixed: Option<Object> = members
            .iter()
            .map(|m| match m {
                Member::Plain(key, Self::Fixed(value)) => Some((key.clone(), value.clone())),
                Member::Plain(..) | Member::Spread(_) => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(|m| m.into_iter().collect());
        Ok(fixed.map_or(Self::Object(members), |o| Self::Fixed(o.into())))
    }

    fn text(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (inside, after) = after.split_once("}}").ok_or_else(|| format!("{text:?} has no closing }}}}"))?;
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.to_owned()));
            }
            pieces.push(Piece::Hole(Expression::parse(inside)?));
            rest = after;
        }
        if pieces.is_empty() {
            return Ok(Self::Fixed(text.into()));
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        if pieces.len() == 1
            && let Some(Piece::Hole(hole)) = pieces.pop()
        {
            return Ok(Self::Hole(hole));
        }
        Ok(Self::Text(pieces))
    }

    /// Fills the holes; `None` where the template yields nothing.
    pub fn render(&self, scope: &Scope<'_>) -> Option<Value> {
        match self {
            Self::Fixed(value) => Some(value.clone()),
            Self::Hole(hole) => hole.value(scope).map(Cow::into_owned),
            Self::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Literal(literal) => text.push_str(literal),
                        Piece::Hole(hole) => {
                            if let Some(value) = hole.value(scope) {
                                text.push_str(&shown(&value));
                            }
                        }
                    }
                }
                Some(Value::String(text))
            }
            Self::Array(items) => Some(Value::Array(items.iter().filter_map(|i| i.render(scope)).collect())),
            Self::Object(members) => {
                let mut object = Object::with_capacity(members.len());
                for member in members {
                    match member {
                        Member::Plain(key, template) => {
                            if let Some(value) = template.render(scope) {
                                object.insert(key.clone(), value);
                            }
                        }
                        Member::Spread(hole) => {
                            if let Some(Value::Object(other)) = hole.value(scope).map(Cow::into_owned) {
                                for (key, value) in other {
                                    object.insert(key, value);
                                }
                            }
                        }
                    }
                }
                Some(Value::Object(object))
            }
            Self::Each(over, template) => {
                let over = over.value(scope);
                let items = over.as_deref().and_then(Value::as_array).unwrap_or_default();
                let indexes: Vec<Value> = (0..items.len()).map(Value::from).collect();
                let mut inner = scope.clone();
                let made = items.iter().zip(&indexes).filter_map(|(item, index)| {
                    inner.names.truncate(scope.names.len());
                    inner.names.extend([("item", item), ("index", index)]);
                    template.render(&inner)
                });
                Some(Value::Array(made.collect()))
            }
            Self::If(test, then, otherwise) => {
                if test.value(scope).is_some_and(|v| truthy(&v)) {
                    then.render(scope)
                } else {
                    otherwise.as_ref().and_then(|t| t.render(scope))
                }
            }
        }
    }
}

/// A value as text: a string as it is, anything else as JSON.
pub fn shown(value: &Value) -> Cow<'_, str> {
    value.as_str().map_or_else(|| value.to_json().into(), Cow::Borrowed)
}

/// [`shown`], to keep.
pub fn plain(value: &Value) -> String {
    shown(value).into_owned()
}

/// Whether a value counts as true: everything but `null`, `false`, `0`, `""`, `[]` and `{}`.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => n.to_f64() != 0.0,
        Value::String(s) => !s.is_empty(),
        Value::Array(a) => !a.is_empty(),
        Value::Object(o) => !o.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stub(Value);

    impl Source for Stub {
        fn fresh(&self, style: &IdStyle) -> String {
            style.make("stub", 7, 0)
        }
        fn find(&self, resource: &str, by: Option<&str>, value: &Value) -> Option<&Value> {
            let rows = self.0.get(resource)?.as_array()?;
            rows.iter().find(|r| r.get(by.unwrap_or("id")) == Some(value))
        }
        fn now(&self) -> &Value {
            &self.0
        }
    }

    fn render(template: &str, param: &str) -> Result<String, String> {
        let parse = |t: &str| Value::parse(t.as_bytes()).map_err(|e| e.to_string());
        let source = Stub(parse(r#"{"users":[{"id":"U1","name":"maria","team":{"id":"T1"}}]}"#)?);
        let param = parse(param)?;
        let template = Template::compile(&parse(template)?)?;
        Ok(template.render(&Scope::new(&source).with("param", &param)).map_or("nothing".into(), |v| v.to_json()))
    }

    #[test]
    fn templates_fill_their_holes() {
        let cases = [
            (r#""{{param.n}}""#, r#"{"n":9007199254740993}"#, "9007199254740993"),
            (r#""{{param.n}}""#, r#"{"n":0.10}"#, "0.10"),
            (r#""n is {{param.n}}{{param.x}}.""#, r#"{"n":1}"#, r#""n is 1.""#),
            (r#"{"a":"{{param.x}}","b":[1,"{{param.x}}"]}"#, "{}", r#"{"b":[1]}"#),
            (r#""{{param.a.'x.y'.0}}""#, r#"{"a":{"x.y":["z"]}}"#, r#""z""#),
            (r#""{{param.a || param.b || 'c'}}""#, r#"{"a":null}"#, r#""c""#),
            (r#""{{param.a || 20}}""#, "{}", "20"),
            (r#""{{param.a || 1.50}}""#, "{}", "1.50"),
            (r#"{"z":0,"...":"{{param | without a b}}"}"#, r#"{"a":1,"z":2,"c":3}"#, r#"{"z":2,"c":3}"#),
            (
                r#"{"$each":"{{param.l}}","$as":{"v":"{{item}}","i":"{{index}}"}}"#,
                r#"{"l":["x"]}"#,
                r#"[{"v":"x","i":0}]"#,
            ),
            (r#"{"$each":"{{param.l}}","$as":1}"#, "{}", "[]"),
            (r#"{"a":{"$if":"{{param.l}}","$then":1,"$else":2}}"#, r#"{"l":[]}"#, r#"{"a":2}"#),
            (r#"{"a":{"$if":"{{param.l}}","$then":1}}"#, r#"{"l":0}"#, "{}"),
            (r#""{{fresh:T-<n:10>}}""#, "{}", r#""T-17""#),
            (r#""{{param.u | find users | at team.id}}""#, r#"{"u":"U1"}"#, r#""T1""#),
            (r#""{{param.u | find users name | at id}}""#, r#"{"u":"maria"}"#, r#""U1""#),
            (r#""{{param.u | find users | at id || 'nobody'}}""#, r#"{"u":"U2"}"#, r#""nobody""#),
            (r#""{{param.b}}""#, "{}", "nothing"),
        ];
        for (template, param, expected) in cases {
            assert_eq!(render(template, param).as_deref(), Ok(expected), "{template} with {param}");
        }
    }

    #[test]
    fn a_mistake_is_found_when_the_data_is_read() {
        for bad in [
            r#""{{param.a""#,
            r#""{{}}""#,
            r#""{{param.a | shout}}""#,
            r#""{{param.a ||}}""#,
            r#""{{param.a 'b'}}""#,
            r#""{{param.'a}}""#,
            r#""{{fresh:<nope>}}""#,
            r#""{{param.a | join}}""#,
            r#"{"$each":"x","$as":1}"#,
            r#"{"$each":"{{param}}"}"#,
            r#"{"$each":"{{param}}","$as":1,"b":2}"#,
            r#"{"$if":"{{param}}"}"#,
            r#"{"$when":"{{param}}"}"#,
            r#"{"...":{"a":1}}"#,
        ] {
            assert!(render(bad, "{}").is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_template_compiles_or_says_why(text in "\\PC*|(\\{\\{|\\}\\}|a|\\.|'|\\||<|>|fresh:| ){0,20}") {
            let source = Stub(Value::Null);
            if let Ok(template) = Template::compile(&text.into()) {
                let _ = template.render(&Scope::new(&source));
            }
        }
    }
}
