//! Who the caller is and what they have connected: `sdk/me`, `sdk/integrations`, `sdk/metadata` (fact sheet §4).

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::Response,
};

use super::{Admitted, App, error::json};
use crate::{
    domain::{
        catalogue::Group,
        document::{Object, Value},
    },
    sandbox::{
        catalogue,
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
pub(super) async fn me(
    State(app): State<App>,
    Path(project): Path<String>,
    Extension(Admitted { caller, .. }): Extension<Admitted>,
) -> Response<Body> {
    let standing = |group: &Group| caller.standing(app.offer.original(&group.integration));
    let integrations = app.offer.groups().iter().map(|group| {
        let key = &*group.integration;
        (key, connection(&caller, key, standing(group), &project))
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

fn connection(caller: &Caller, key: &str, standing: Standing, project: &str) -> Value {
    let credential = uuid_of(&format!("credential/{}/{key}", caller.id));
    let configuration = uuid_of(&format!("configuration/{}/{key}", caller.id));
    let (status, failures) = match standing {
        Standing::Connected => ("VALID", 0),
        Standing::Expired => ("INVALID", 3),
        Standing::Missing => {
            return Object::from_iter([
                ("enabled", Value::from(false)),
                ("configuredWorkflows", Value::object()),
                ("sharedSettings", Value::object()),
                ("allConfigurations", Value::Array(Vec::new())),
                ("allCredentials", Value::Array(Vec::new())),
            ])
            .into();
        }
    };
    let provider = Object::from_iter([("account", caller.email())]);
    let provider_id = uuid_of(&format!("provider/{}/{key}", caller.id));
    let one = Object::from_iter([
        ("id", Value::from(credential.as_str())),
        ("dateCreated", ago(120)),
        ("dateUpdated", ago(1)),
        ("projectId", project.into()),
        ("integrationId", uuid_of(&format!("integration/{key}")).into()),
        ("personaId", uuid_of(&format!("persona/{}", caller.id)).into()),
        ("config", Value::object()),
        ("isPreviewCredential", false.into()),
        ("providerId", provider_id.as_str().into()),
        ("providerData", provider.clone().into()),
        ("status", status.into()),
        ("dateRefreshed", ago(i64::from(failures))),
        ("dateValidUntil", if failures == 0 { ago(-30) } else { ago(2) }),
        ("refreshFailureCount", failures.into()),
        ("isRefreshing", false.into()),
    ]);
    Object::from_iter([
        ("enabled", Value::from(standing == Standing::Connected)),
        ("credentialId", credential.into()),
        ("credentialStatus", status.into()),
        ("providerId", provider_id.into()),
        ("providerData", provider.into()),
        ("configuredWorkflows", Value::object()),
        ("sharedSettings", Value::object()),
        ("allConfigurations", Value::from(vec![Object::from_iter([("id", configuration)])])),
        ("allCredentials", Value::from(vec![one])),
    ])
    .into()
}

/// `GET …/sdk/integrations`
pub(super) async fn integrations(
    State(app): State<App>,
    Extension(Admitted { caller, .. }): Extension<Admitted>,
) -> Response<Body> {
    let describe = |group: &Group| {
        let key = &*group.integration;
        let (name, color) = about(app.offer.original(key));
        let standing = caller.standing(app.offer.original(key));
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
