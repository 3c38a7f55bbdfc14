//! One action's definition in a list, in whatever dress.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Key, List, infer, odd_scalars, paragon, quote};
use crate::domain::{action::Action, document::Value, shared::SharedText, side_effect::SideEffect};

/// How long a name may be, in bytes; real ones run to 62.
const NAME_LIMIT: usize = 256;

/// The members of a definition that matter, as raw JSON.
///
/// | dress | name | schema |
/// |---|---|---|
/// | seed, plain | `name` | `parameters` |
/// | OpenAI, live | `function.name` | `function.parameters` |
/// | Anthropic | `name` | `input_schema` |
/// | MCP | `name` | `inputSchema` |
/// | `format=paragon` | `name` | none, but `inputs` |
#[derive(Default)]
pub(super) struct Definition<'a> {
    name: Option<&'a RawValue>,
    title: Option<&'a RawValue>,
    description: Option<&'a RawValue>,
    integration: Option<&'a RawValue>,
    schema: Option<&'a RawValue>,
    inputs: Option<&'a RawValue>,
    annotations: Option<&'a RawValue>,
    side_effect: Option<&'a RawValue>,
    has_function: bool,
}

impl<'de> Definition<'de> {
    fn read<A: MapAccess<'de>>(&mut self, members: &mut A, inside_function: bool) -> Result<(), A::Error> {
        while let Some(Key(key)) = members.next_key()? {
            let slot = match &*key {
                "name" => &mut self.name,
                "title" => &mut self.title,
                "description" => &mut self.description,
                "integration" => &mut self.integration,
                "parameters" | "input_schema" | "inputSchema" => &mut self.schema,
                "inputs" => &mut self.inputs,
                "annotations" => &mut self.annotations,
                "sideEffect" | "side_effect" => &mut self.side_effect,
                "function" if !inside_function => {
                    self.has_function = members.next_value_seed(FunctionSeed(self))?;
                    continue;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *slot = Some(members.next_value()?);
        }
        Ok(())
    }

    /// Adds the action to `list`, or the reason why not.
    pub(super) fn into_action(self, list: &mut List, group: Option<&str>) {
        let name = match self.name.map(text) {
            Some(Some(name)) if !name.trim().is_empty() && name.len() <= NAME_LIMIT => name,
            Some(Some(name)) if name.len() > NAME_LIMIT => {
                return list.problem(Some(&name), format!("is left out: its name has over {NAME_LIMIT} bytes."));
            }
            _ => {
                let place = group.map_or(Cow::Borrowed("the list"), quote);
                return list.problem(None, format!("An action of {place} is left out: it has no name."));
            }
        };
        let own = self.integration.and_then(text).filter(|key| !key.is_empty());
        let integration = match group.or(own.as_deref()) {
            Some(key) => list.intern(key),
            None => list.intern(&infer::integration(&name)),
        };
        let description = match self.description.map(|raw| (raw, text(raw))) {
            Some((_, Some(text))) => text,
            Some((raw, None)) if raw.get() != "null" => {
                list.problem(Some(&name), format!("has {} for a description, which is left out.", kind(raw)));
                Cow::Borrowed("")
            }
            Some(_) | None => self.title.and_then(text).unwrap_or_default(),
        };
        let parameters = match self.schema.filter(|raw| raw.get() != "null") {
            Some(raw) if matches!(raw.get().as_bytes().first(), Some(b'{' | b't' | b'f')) => {
                Some(SharedText::of(&list.body, raw.get()))
            }
            Some(raw) => {
                let message = format!("has {} for a schema: its parameters are one free JSON object.", kind(raw));
                list.problem(Some(&name), message);
                None
            }
            None => self.inputs.and_then(|raw| match paragon::schema(raw.get()) {
                Ok(schema) => {
                    list.paragon += 1;
                    Some(schema.into())
                }
                Err(why) => {
                    list.problem(Some(&name), format!("{why}: its parameters are one free JSON object."));
                    None
                }
            }),
        };
        let declared = declared(self.side_effect, self.annotations);
        list.actions.push(Action {
            name: name.as_ref().into(),
            integration,
            description: SharedText::of(&list.body, &description),
            parameters,
            declared,
        });
    }
}

/// The text of a JSON string.
fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    match Value::parse(raw.get().as_bytes()) {
        Ok(Value::String(text)) => Some(Cow::Owned(text)),
        _ => None,
    }
}

/// What a raw value is, for a sentence.
fn kind(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The side effect the server declares: in Agent OS's word, or in MCP's hints (`readOnlyHint`, `destructiveHint`).
///
/// Only what is said counts; MCP's defaults for hints left out are not taken for the server's word.
fn declared(word: Option<&RawValue>, annotations: Option<&RawValue>) -> Option<SideEffect> {
    if let Some(effect) = word.and_then(text).and_then(|word| word.parse().ok()) {
        return Some(effect);
    }
    let hints = Value::parse(annotations?.get().as_bytes()).ok()?;
    let hint = |key| hints.get(key).and_then(Value::as_bool);
    match (hint("readOnlyHint"), hint("destructiveHint")) {
        (Some(true), _) => Some(SideEffect::Read),
        (_, Some(true)) => Some(SideEffect::Delete),
        (Some(false), Some(false)) => Some(SideEffect::Write),
        (Some(false) | None, None) | (None, Some(false)) => None,
    }
}

/// An item of a list. Yields whether it was in OpenAI's dress (`{type, function}`).
pub(super) struct DefinitionSeed<'r, 'k> {
    pub(super) list: &'r mut List,
    pub(super) group: Option<&'k str>,
}

impl DefinitionSeed<'_, '_> {
    fn odd(self, kind: &'static str) -> bool {
        let place = self.group.map_or(Cow::Borrowed("the list"), quote);
        self.list.problem(None, format!("An entry of {place} is left out: it is {kind}, not an action's definition."));
        false
    }
}

impl<'de> DeserializeSeed<'de> for DefinitionSeed<'_, '_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DefinitionSeed<'_, '_> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an action's definition")
    }
    odd_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.odd("an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut definition = Definition::default();
        definition.read(&mut members, false)?;
        let has_function = definition.has_function;
        definition.into_action(self.list, self.group);
        Ok(has_function)
    }
}

/// The object under `function`, read into the definition around it. Yields whether it is an object.
struct FunctionSeed<'r, 'de>(&'r mut Definition<'de>);

impl FunctionSeed<'_, '_> {
    #[expect(clippy::unused_self, reason = "the visitors' common way to meet a value of the wrong kind")]
    fn odd(self, _: &'static str) -> bool {
        false
    }
}

impl<'de> DeserializeSeed<'de> for FunctionSeed<'_, 'de> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FunctionSeed<'_, 'de> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function's definition")
    }
    odd_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        self.0.read(&mut members, true)?;
        Ok(true)
    }
}
