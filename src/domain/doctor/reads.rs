//! Which action to try of each integration: one that only reads and needs no parameter.

use std::sync::Arc;

use crate::domain::{
    action::Action,
    catalogue::Catalogue,
    connection::Connections,
    document::Value,
    side_effect::{SideEffect, classify},
    usage::Usage,
};

/// One harmless action of each integration that is connected, as integration and action, where it has one: it only reads
/// by its name and by what the person has said, and requires no parameter. The shortest name wins, as it is the plainest.
pub fn harmless_reads(catalogue: &Catalogue, connections: &Connections, usage: &Usage) -> Vec<(Arc<str>, Arc<str>)> {
    let usable = |group: &&crate::domain::catalogue::Group| {
        connections.get(&group.integration).is_some_and(crate::domain::connection::Connection::is_usable)
    };
    let only_reads = |action: &Action| {
        let named = classify(&action.name, &action.integration, action.declared);
        named == SideEffect::Read && usage.side_effect(&action.name, named) == SideEffect::Read
    };
    let harmless = |action: &Action| only_reads(action) && needs_nothing(action);
    let groups = catalogue.groups().iter().filter(usable);
    groups
        .filter_map(|group| {
            let action = catalogue
                .actions_of(group)
                .filter(harmless)
                .min_by_key(|action| (is_about_schemas(action), action.name.len(), action.name.clone()))?;
            Some((group.integration.clone(), action.name.clone()))
        })
        .collect()
}

fn needs_nothing(action: &Action) -> bool {
    action.schema_problem().is_none()
        && action.schema().get("required").and_then(Value::as_array).is_none_or(<[Value]>::is_empty)
}

/// `…_DESCRIBE_ACTION_SCHEMA` answers without asking the provider, so it proves nothing.
fn is_about_schemas(action: &Action) -> bool {
    action.name.contains("DESCRIBE")
}
