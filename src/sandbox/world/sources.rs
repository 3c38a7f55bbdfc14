//! Dynamic sources (`POST …/sdk/actions`): the choices an account gives for a parameter, such as its channels.
//!
//! `assets/sandbox/sources.json` says by integration and key where they come from, each as an action ([`super::data`])
//! that replies an array of `{"value", "label", "subtitle"?}`. A key it does not know is a resource's name, perhaps in
//! the plural; its records are the choices then.

use std::{collections::BTreeMap, sync::OnceLock};

use super::data::{ActionData, DataError, Provider, read_actions};
use crate::domain::{
    document::{Object, Value},
    words::plurals,
};

const FILE: &str = include_str!("../../../assets/sandbox/sources.json");

type Sources = BTreeMap<String, BTreeMap<String, ActionData>>;

fn read() -> Result<Sources, DataError> {
    let file = Value::parse(FILE.as_bytes())
        .map_err(|e| DataError { at: "sources".to_owned(), message: format!("not valid JSON: {e}") })?;
    let integrations = file.as_object().into_iter().flat_map(Object::iter);
    integrations.map(|(key, sources)| Ok((key.to_owned(), read_actions(key, sources)?))).collect()
}

/// Every source the file describes; read on first use.
fn sources() -> &'static Sources {
    static READ: OnceLock<Sources> = OnceLock::new();
    // A mistake in the file would be one in this program: a test reads it.
    READ.get_or_init(|| read().unwrap_or_default())
}

/// The source of that key.
pub fn source(integration: &str, key: &str) -> Option<&'static ActionData> {
    sources().get(integration)?.get(key)
}

/// The resource a key names that no source is described for.
pub fn resource<'p>(provider: &'p Provider, key: &str) -> Option<&'p str> {
    plurals(key).into_iter().find_map(|name| provider.resource(&name)).map(|(name, _)| name)
}

/// A list action over a resource whose records are choices, each told by what names it.
pub fn choices(provider: &Provider, resource: &str) -> Option<ActionData> {
    let (_, data) = provider.resource(resource)?;
    let id = data.id.join(".");
    let names = ["name", "title", "label", "subject", "displayName", "summary", "email"];
    let names = names.map(|n| format!("item.{n}")).join(" || ");
    let row = Object::from_iter([
        ("value", format!("{{{{item.{id}}}}}")),
        ("label", format!("{{{{{names} || item.{id}}}}}")),
    ]);
    let reply = Object::from_iter([("$each", Value::from("{{records}}")), ("$as", row.into())]);
    let action =
        Object::from_iter([("do", Value::from("list")), ("resource", resource.into()), ("reply", reply.into())]);
    let actions = Object::from_iter([("choices", action)]);
    read_actions("choices", &actions.into()).ok()?.remove("choices")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{catalogue, world::data};

    /// What the explorer takes for a parameter's source is what this catalogue says it is.
    #[test]
    fn every_source_of_the_catalogue_is_known_to_whoever_asks() {
        for integration in catalogue::integrations() {
            for (parameter, key) in integration.entries.iter().flat_map(|e| &e.sources) {
                let known = crate::domain::choices::known_key(&integration.key, parameter);
                assert_eq!(known, Some(key.as_str()), "{}: {parameter}", integration.key);
            }
        }
    }

    #[test]
    fn every_source_of_the_catalogue_is_described_and_gives_choices() {
        assert_eq!(read().map(|s| s.is_empty()), Ok(false));
        for integration in catalogue::integrations() {
            let Ok(Some(provider)) = data::provider(&integration.key) else { continue };
            for key in integration.entries.iter().flat_map(|e| e.sources.values()) {
                let known = source(&integration.key, key).is_some() || resource(&provider, key).is_some();
                assert!(known, "{}: {key}", integration.key);
            }
        }
    }
}
