//! Who the caller is and what they have connected: `sdk/me`, `sdk/integrations`, `sdk/credentials`, disconnecting, and
//! `sdk/metadata` (fact sheet §4).

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};

use super::{
    Admitted, App,
    error::{ApiError, Code, json},
    not_enabled,
};
use crate::{
    domain::{
        catalogue::Group,
        document::{Object, Value},
    },
    sandbox::{
        catalogue,
        connections::Account,
        identity::{Caller, Standing},
        world::{
            clock::{EPOCH, moment},
            ids::uuid_of,
        },
    },
};

/// An integration's title, colour, and the key its icon and provider go by.
fn about(key: &str) -> (String, String) {
    match catalogue::integration(key) {
        Some(known) => (known.title.to_string(), known.brand_color.to_string()),
        None => (key.to_owned(), "#5B5BD6".to_owned()),
    }
}

fn ago(days: i64) -> Value {
    moment(EPOCH - days * 86_400).get("iso").cloned().unwrap_or_default()
}

/// `GET …/sdk/me`
pub(super) async fn me(State(app): State<App>, Extension(admitted): Extension<Arc<Admitted>>) -> Response<Body> {
    let caller = &admitted.caller;
    let integrations = app.offer.groups().iter().map(|group| {
        let key = &*group.integration;
        let accounts = app.connections().accounts(caller, app.place(key));
        (key, connection(caller, key, &accounts, &admitted.project))
    });
    let meta = Object::from_iter([("Name", caller.name()), ("Email", &caller.email())]);
    let body = Object::from_iter([
        ("authenticated", Value::from(true)),
        ("userId", caller.id.as_str().into()),
        ("meta", meta.into()),
        ("resources", Value::Array(Vec::new())),
        ("integrations", Value::Object(integrations.collect())),
    ]);
    json(200, Value::Object(body).to_json().into_bytes())
}

fn connection(caller: &Caller, key: &str, accounts: &[Account<'_>], project: &str) -> Value {
    let all: Vec<_> = accounts.iter().map(|a| a.describe(project, ago)).collect();
    let configuration = uuid_of(&format!("configuration/{}/{key}", caller.id));
    let mut configurations = Vec::new();
    let mut members = Object::new();
    members.insert("enabled", accounts.first().is_some_and(|a| a.standing == Standing::Connected));
    if let Some(first) = all.first() {
        let part = |name: &str| first.get(name).cloned().unwrap_or_default();
        members.insert("credentialId", part("id"));
        members.insert("credentialStatus", part("status"));
        members.insert("providerId", part("providerId"));
        members.insert("providerData", part("providerData"));
        configurations.push(Value::from(Object::from_iter([("id", configuration)])));
    }
    members.insert("configuredWorkflows", Value::object());
    members.insert("sharedSettings", Value::object());
    members.insert("allConfigurations", Value::Array(configurations));
    members.insert("allCredentials", Value::Array(all));
    members.into()
}

/// `GET …/sdk/credentials`, with `?integration=` for one integration's. Access tokens, which the real API adds for
/// `includeAccountAuth=true`, do not exist here.
pub(super) async fn credentials(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response<Body> {
    let only = query.iter().find(|(k, _)| k == "integration").map(|(_, v)| v.as_str());
    let groups = app.offer.groups().iter().filter(|g| only.is_none_or(|o| o == &*g.integration));
    let all: Vec<_> = groups
        .flat_map(|group| {
            let accounts = app.connections().accounts(&admitted.caller, app.place(&group.integration));
            accounts.iter().map(|a| a.describe(&admitted.project, ago)).collect::<Vec<_>>()
        })
        .collect();
    json(200, Value::Array(all).to_json().into_bytes())
}

/// `DELETE …/sdk/integrations/{integrationId}`: disconnects the account named by `X-Paragon-Credential`, or all.
pub(super) async fn disconnect(
    State(app): State<App>,
    Path((_, integration)): Path<(String, String)>,
    Extension(admitted): Extension<Arc<Admitted>>,
) -> Response<Body> {
    let named = |key: &str| key == integration || uuid_of(&format!("integration/{key}")) == integration;
    let Some(group) = app.offer.groups().iter().find(|g| named(&g.integration)) else {
        let message = format!("There is no integration {}.", Value::from(integration.as_str()).to_json());
        return ApiError::new(404, Code::NoRoute, message).response(&admitted.id);
    };
    let key = &*group.integration;
    if app.connections().disconnect(&admitted.caller, app.place(key), admitted.credential.as_deref()) {
        app.reconnected();
        json(200, "{}")
    } else {
        not_enabled(&admitted, key, Standing::Missing).response(&admitted.id)
    }
}

/// `GET …/sdk/integrations`
pub(super) async fn integrations(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
) -> Response<Body> {
    let describe = |group: &Group| {
        let key = &*group.integration;
        let (name, color) = about(app.offer.original(key));
        let standing = app.connections().standing(&admitted.caller, app.place(key));
        let nothing = || Value::Array(Vec::new());
        let sdk = ["oauthInputs", "accountTypes", "authConfigInputs", "postOauthInputs"].map(|k| (k, nothing()));
        let mut sdk = Object::from_iter(sdk);
        sdk.insert("dataSources", Object::new());
        Value::from(Object::from_iter([
            ("id", Value::from(uuid_of(&format!("integration/{key}")))),
            ("type", key.into()),
            ("isActive", true.into()),
            ("configs", nothing()),
            ("workflows", nothing()),
            ("customIntegration", Value::Null),
            ("hasCredential", (standing != Standing::Missing).into()),
            ("connectedUserLimitOnDevCred", Value::from(0)),
            ("connectedUserLimitReached", false.into()),
            ("name", name.into()),
            ("brandColor", color.into()),
            ("needPreOauthInputs", false.into()),
            ("providerType", app.offer.original(key).into()),
            ("authenticationType", "oauth".into()),
            ("sdkIntegrationConfig", sdk.into()),
        ]))
    };
    let all: Vec<_> = app.offer.groups().iter().map(describe).collect();
    json(200, Value::Array(all).to_json().into_bytes())
}

/// `GET …/sdk/metadata`
pub(super) async fn metadata(State(app): State<App>) -> Response<Body> {
    let describe = |group: &Group| {
        let (name, color) = about(app.offer.original(&group.integration));
        let icon = format!("https://cdn.example.com/integrations/{}.svg", app.offer.original(&group.integration));
        let members = [("type", &*group.integration), ("name", &name), ("brandColor", &color), ("icon", &icon)];
        Value::from(Object::from_iter(members))
    };
    let all: Vec<_> = app.offer.groups().iter().map(describe).collect();
    json(200, Value::Array(all).to_json().into_bytes())
}
