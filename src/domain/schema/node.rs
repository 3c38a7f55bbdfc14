//! One level of a schema, read and merged: what a single field needs to know.

use super::{
    files::{is_file, is_file_format, is_file_object},
    fits::same,
    read::Reader,
    refs::{At, Schema},
};
use crate::domain::document::{Number, Value};

/// Which part of a schema governs a field: every schema in `starts` applies at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The schemas that apply.
    pub starts: Vec<At>,
    /// The `oneOf`/`anyOf` lists already decided by choosing a branch (which is then among `starts`).
    pub settled: Vec<At>,
    /// The one type chosen where several are possible.
    pub only: Option<Type>,
}

/// The types of JSON Schema; an integer is told apart by [`Types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `number` and `integer`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
}

/// A set of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// No type at all.
    pub const NONE: Self = Self(0);
    /// Every type.
    pub const ALL: Self = Self(0b111_1111);
    const INTEGER: u8 = 1;
    const FRACTION: u8 = 2;

    /// The set that a type's name stands for, and the name it should have had if it is a common mistake.
    pub fn named(name: &str) -> Option<(Self, Option<&'static str>)> {
        let exact = match name {
            "null" => Self::from(Type::Null),
            "boolean" => Self::from(Type::Boolean),
            "integer" => Self(Self::INTEGER),
            "number" => Self::from(Type::Number),
            "string" => Self::from(Type::String),
            "array" => Self::from(Type::Array),
            "object" => Self::from(Type::Object),
            "any" => Self::ALL,
            _ => {
                let meant = match name.to_ascii_lowercase().as_str() {
                    "string" | "text" | "str" | "date" | "datetime" | "date-time" | "file" | "uuid" | "email"
                    | "enum" | "password" => "string",
                    "integer" | "int" | "long" | "int32" | "int64" => "integer",
                    "number" | "float" | "double" | "decimal" => "number",
                    "boolean" | "bool" => "boolean",
                    "array" | "list" => "array",
                    "object" | "dict" | "map" | "json" => "object",
                    "null" | "none" | "nil" => "null",
                    _ => return None,
                };
                return Self::named(meant).map(|(types, _)| (types, Some(meant)));
            }
        };
        Some((exact, None))
    }

    /// What both allow.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either allows.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The same without `null`.
    #[must_use]
    pub fn without_null(self) -> Self {
        Self(self.0 & !Self::from(Type::Null).0)
    }

    /// Whether the type is among them.
    pub fn has(self, one: Type) -> bool {
        self.0 & Self::from(one).0 != 0
    }

    /// Whether numbers must be integers.
    pub const fn integer(self) -> bool {
        self.0 & Self::FRACTION == 0
    }

    /// The types in a fixed order, the likelier first.
    pub fn list(self) -> Vec<Type> {
        use Type::{Array, Boolean, Null, Number, Object, String};
        [String, Number, Boolean, Array, Object, Null].into_iter().filter(|&t| self.has(t)).collect()
    }

    /// Whether the value's type is among them.
    pub fn allow(self, value: &Value) -> bool {
        match value {
            Value::Number(n) => self.has(Type::Number) && (!self.integer() || n.is_integer()),
            other => self.has(Type::of(other)),
        }
    }
}

impl From<Type> for Types {
    fn from(one: Type) -> Self {
        Self(match one {
            Type::Number => Self::INTEGER | Self::FRACTION,
            Type::Null => 4,
            Type::Boolean => 8,
            Type::String => 16,
            Type::Array => 32,
            Type::Object => 64,
        })
    }
}

impl Type {
    /// The type of a value.
    pub const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// The type in a plain word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "number",
            Self::String => "text",
            Self::Array => "list",
            Self::Object => "object",
        }
    }
}

/// What kind of field a schema makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A number.
    Number {
        /// Whether it must be whole.
        integer: bool,
    },
    /// A boolean.
    Toggle,
    /// One of [`Node::choices`].
    Choice,
    /// Exactly one value.
    Const(Value),
    /// An object with members known by name.
    Object,
    /// An array.
    Array,
    /// An object whose members are free.
    Map,
    /// One of [`Node::branches`].
    Variant,
    /// Anything, or nothing that a widget fits; [`Node::branches`] then has one branch for each possible type.
    Any,
}

impl Kind {
    /// The one value there can be, where there is only one.
    pub const fn constant(&self) -> Option<&Value> {
        if let Self::Const(value) = self { Some(value) } else { None }
    }
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The member's key.
    pub name: String,
    /// The schemas that apply to it.
    pub starts: Vec<At>,
    /// Whether it is required.
    pub required: bool,
}

/// One of the shapes a value can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The whole schema of the shape, what stands beside the `oneOf` included.
    pub place: Place,
    /// The branch's own schema, for telling which branch a value has.
    pub own: Option<At>,
    /// What the person reads.
    pub label: String,
    /// The branch's description.
    pub description: Option<String>,
    /// Its value of the discriminator, where there is one.
    pub tag: Option<(String, Value)>,
}

/// One of the values that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the person reads.
    pub label: String,
    /// The value itself; for a shape, `null`.
    pub value: Value,
    /// The schema's description of it.
    pub description: Option<String>,
}

/// What an object allows beside the members it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extra {
    /// Whether the schema says anything about further members.
    pub described: bool,
    /// Whether further members are refused.
    pub closed: bool,
    /// What further members must be.
    pub starts: Vec<At>,
    /// What members must be whose key matches a regular expression.
    pub patterns: Vec<(String, At)>,
}

/// The limits a schema sets, as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// `minLength`, `minItems` or `minProperties`.
    pub least: Option<Number>,
    /// `maxLength`, `maxItems` or `maxProperties`.
    pub most: Option<Number>,
    /// `minimum`.
    pub minimum: Option<Number>,
    /// `maximum`.
    pub maximum: Option<Number>,
    /// `exclusiveMinimum`.
    pub above: Option<Number>,
    /// `exclusiveMaximum`.
    pub below: Option<Number>,
    /// `multipleOf`.
    pub step: Option<Number>,
    /// `uniqueItems`.
    pub unique: bool,
    /// Rules that no limit tells, in words: `contains`, `propertyNames` …
    pub rules: Vec<String>,
    /// `pattern`.
    pub pattern: Option<String>,
}

/// One level of a schema, everything that applies merged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword of its own; they occur in any combination")]
pub struct Node {
    /// What kind of field it makes.
    pub kind: Kind,
    /// The types it allows.
    pub types: Types,
    /// Whether `null` is allowed beside.
    pub nullable: bool,
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub description: String,
    /// `default`
    pub default: Option<Value>,
    /// `examples`, `example`, and those the description names.
    pub examples: Vec<Value>,
    /// `format`, `contentEncoding` or `contentMediaType`
    pub format: Option<String>,
    /// The limits.
    pub limits: Limits,
    /// `deprecated`
    pub deprecated: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// An object's members, required ones first.
    pub properties: Vec<Property>,
    /// What it allows beside them.
    pub extra: Extra,
    /// For every schema that says something about items: those of the first positions, and the one of the rest.
    pub items: Vec<(Vec<At>, Option<At>)>,
    /// The shapes.
    pub branches: Vec<Branch>,
    /// The values.
    pub choices: Vec<Choice>,
    /// Whether the type is only hinted at by other keywords; [`Node::of_any_type`] is then strictly as good.
    pub guessed: bool,
    /// Whether it changes with the value (`if`, `dependentSchemas`, `dependentRequired`, `dependencies`).
    pub live: bool,
    /// What is odd, a sentence each.
    pub remarks: Vec<String>,
}

impl Place {
    /// The place governed by one schema.
    pub fn at(at: At) -> Self {
        Self { starts: vec![at], ..Self::default() }
    }

    /// The place governed by several schemas at once.
    pub fn all(starts: Vec<At>) -> Self {
        Self { starts, ..Self::default() }
    }

    /// This place with one type chosen.
    #[must_use]
    pub fn only(mut self, one: Type) -> Self {
        self.only = Some(one);
        self
    }
}

impl Node {
    /// Reads the level at `place`. `value` is what stands there now, for the keywords that depend on it.
    ///
    /// Never fails; looks at a bounded part of the schema.
    pub fn read(schema: &Schema, place: &Place, value: Option<&Value>) -> Self {
        Reader::new(schema, place, value).read()
    }

    /// Reads the level at `place` for a field with nothing in it.
    pub fn at_first(schema: &Schema, place: &Place) -> Self {
        let node = Self::read(schema, place, None);
        if node.live && matches!(node.kind, Kind::Object | Kind::Map) {
            Self::read(schema, place, Some(&Value::object()))
        } else {
            node
        }
    }

    /// Reads the whole schema as an action's parameters: an object wherever the schema lets them be one, free members
    /// where it cannot be understood at all.
    pub fn parameters(schema: &Schema) -> (Place, Self) {
        let mut place = Place::at(Schema::root());
        let mut node = Self::at_first(schema, &place);
        if !matches!(node.kind, Kind::Variant) && node.types.has(Type::Object) || matches!(node.kind, Kind::Any) {
            place = place.only(Type::Object);
            node = Self::at_first(schema, &place);
        }
        if matches!(node.kind, Kind::Any) {
            node.kind = Kind::Map;
        }
        (place, node)
    }

    /// What governs the item with this index.
    pub fn item(&self, index: usize) -> Place {
        let starts = self.items.iter().filter_map(|(first, rest)| first.get(index).copied().or(*rest));
        Place::all(starts.collect())
    }

    /// What governs the member called `key`, which is none of [`Node::properties`].
    pub fn member(&self, key: &str) -> Place {
        let matching: Vec<At> = self
            .extra
            .patterns
            .iter()
            .filter(|(pattern, _)| super::pattern::matches(pattern, key) == Some(true))
            .map(|(_, at)| *at)
            .collect();
        Place::all(if matching.is_empty() { self.extra.starts.clone() } else { matching })
    }

    /// Whether a value is of a type that is allowed, and one of the choices where there are some.
    pub fn may_be(&self, value: &Value) -> bool {
        match &self.kind {
            _ if value.is_null() => self.nullable || self.kind.constant().is_some_and(Value::is_null),
            Kind::Const(only) => same(only, value),
            Kind::Choice => self.choices.iter().any(|choice| same(&choice.value, value)),
            Kind::Text if is_file(value) && self.takes_file() => true,
            Kind::Text
            | Kind::Number { .. }
            | Kind::Toggle
            | Kind::Object
            | Kind::Array
            | Kind::Map
            | Kind::Variant
            | Kind::Any => self.types.allow(value),
        }
    }

    /// The same where the type is not taken from what the keywords hint at: one of [`Node::branches`], which has every
    /// type.
    #[must_use]
    pub fn of_any_type(&self) -> Self {
        Self { kind: Kind::Any, types: Types::ALL, guessed: false, live: false, ..self.clone() }
    }

    /// Whether it is for the content of a file, in whose place ActionKit takes a file object: a text of `format: binary`
    /// and the like, or what tells of a file object in words or by its members.
    pub fn takes_file(&self) -> bool {
        match &self.kind {
            Kind::Text | Kind::Any => self.format.as_deref().is_some_and(is_file_format),
            Kind::Object => is_file_object(|name| self.properties.iter().any(|p| p.name == name)),
            Kind::Number { .. }
            | Kind::Toggle
            | Kind::Choice
            | Kind::Const(_)
            | Kind::Array
            | Kind::Map
            | Kind::Variant => false,
        }
    }

    /// Whether anything at all is allowed, so that text which is not JSON is simply a string.
    pub fn takes_plain_text(&self) -> bool {
        matches!(self.kind, Kind::Any) && self.types.has(Type::String)
    }
}
