//! The proxy: a provider's own API, answered by the same world (fact sheet §4).

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, Response, Uri, header},
};

use super::{
    Admitted, App,
    error::{ApiError, Code, json},
    header_text, read_body,
    tools::{invalid, parse},
};
use crate::{
    domain::{
        document::{Object, Value},
        fault::Fault,
    },
    sandbox::{
        identity::Standing,
        world::{Done, Seat, engine::Refusal, proxy},
    },
};

/// `ANY …/sdk/proxy/{integration}`
pub(super) async fn bare(
    State(app): State<App>,
    Path((_, integration)): Path<(String, String)>,
    Extension(admitted): Extension<Arc<Admitted>>,
    request: Request,
) -> Response<Body> {
    answer(&app, &admitted, (&integration, ""), request).await
}

/// `ANY …/sdk/proxy/{integration}/{path}`
pub(super) async fn with_path(
    State(app): State<App>,
    Path((_, integration, path)): Path<(String, String, String)>,
    Extension(admitted): Extension<Arc<Admitted>>,
    request: Request,
) -> Response<Body> {
    answer(&app, &admitted, (&integration, &path), request).await
}

/// What a request asks of the provider.
struct Asked {
    method: String,
    path: String,
    query: Value,
    body: Value,
}

/// Reads it. `X-Paragon-Proxy-Url` may name the path, or a whole URL, whose host does not matter here.
async fn read(path: &str, request: Request) -> Result<Asked, ApiError> {
    let (head, body) = request.into_parts();
    let own = head.uri.query().unwrap_or_default().to_owned();
    let url = header_text(&head.headers, "x-paragon-proxy-url").unwrap_or(path).to_owned();
    let url = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
        None => url,
    };
    let (path, named) = url.split_once('?').unwrap_or((&url, ""));
    let query = pairs(&format!("{named}&{own}"))?;
    let bytes = read_body(body).await?;
    let body = if bytes.is_empty() {
        Value::object()
    } else if is_form(&head.headers) {
        pairs(&String::from_utf8_lossy(&bytes))?
    } else {
        parse(&bytes)?
    };
    Ok(Asked { method: head.method.to_string(), path: path.to_owned(), query, body })
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(|t| t.as_bytes().to_ascii_lowercase());
    kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded"))
}

/// `a=1&b=2` as an object of texts.
fn pairs(query: &str) -> Result<Value, ApiError> {
    let query: String = query.split('&').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("&");
    let wrong = || invalid(vec!["the query cannot be read".to_owned()]);
    let uri: Uri = format!("/?{query}").parse().map_err(|_| wrong())?;
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| wrong())?;
    Ok(Value::Object(pairs.into_iter().collect()))
}

async fn answer(app: &App, admitted: &Admitted, (integration, path): (&str, &str), request: Request) -> Response<Body> {
    let raw =
        header_text(request.headers(), "x-paragon-use-raw-response").is_some_and(|v| v.eq_ignore_ascii_case("true"));
    let answer = match read(path, request).await {
        Ok(asked) => run(app, admitted, integration, &asked),
        Err(error) => Err(Failed::Api(error)),
    };
    match (answer, raw) {
        (Ok(done), true) => json(200, done.answer.to_json().into_bytes()),
        (Ok(done), false) => {
            let wrapped = Value::from(Object::from_iter([("output", done.answer)]));
            json(200, wrapped.to_json().into_bytes())
        }
        (Err(Failed::Api(error)), _) => error.response(&admitted.id),
        (Err(Failed::Provider { status, body }), true) => json(status, body.to_json().into_bytes()),
        (Err(Failed::Provider { body, .. }), false) => {
            ApiError::new(500, Code::Provider, body.to_json()).meta("isIntegrationError", true).response(&admitted.id)
        }
    }
}

/// Why there is no answer.
enum Failed {
    /// The API refuses.
    Api(ApiError),
    /// The provider does, with this status and body.
    Provider { status: u16, body: Value },
}

impl From<ApiError> for Failed {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

fn run(app: &App, admitted: &Admitted, integration: &str, asked: &Asked) -> Result<Done, Failed> {
    if !app.offer.groups().iter().any(|g| &*g.integration == integration) {
        let message = format!("There is no integration {}.", Value::from(integration).to_json());
        return Err(ApiError::new(404, Code::NoRoute, message).into());
    }
    if admitted.struck.has(Fault::NotConnected) {
        return Err(super::not_enabled(admitted, integration, Standing::Missing).into());
    }
    let account = app.account(admitted, integration)?;
    if let Some(status) = admitted.struck.provider() {
        let message = "The sandbox was asked to let the provider refuse.";
        return Err(Failed::Provider { status, body: Object::from_iter([("message", message)]).into() });
    }
    let original = app.offer.original(integration);
    let seat = Seat { caller: &admitted.caller, integration: original, account: account.number };
    let mut worlds = app.worlds();
    let done = match proxy::route(original, &asked.method, &asked.path) {
        Some((route, path)) => {
            let names = [("path", &path), ("query", &asked.query), ("body", &asked.body)];
            let parameters = worlds.render(seat, &route.with, names);
            match &route.run {
                proxy::Run::Named(action) => worlds.run(seat, action, &parameters),
                proxy::Run::Own(data) => worlds.apply(seat, data, &parameters),
            }
        }
        None => {
            let provider = worlds.provider(seat);
            let Some((data, resource, id)) = proxy::records(&provider, &asked.method, &asked.path) else {
                let message = format!("{} /{} is nothing here.", asked.method, asked.path.trim_start_matches('/'));
                return Err(Failed::Provider { status: 404, body: Object::from_iter([("message", message)]).into() });
            };
            let mut parameters = Object::from_iter([
                ("resource", Value::from(resource)),
                ("query", asked.query.clone()),
                ("body", asked.body.clone()),
            ]);
            if let Some(id) = id {
                parameters.insert("id", id);
            }
            worlds.apply(seat, data, &parameters.into())
        }
    };
    drop(worlds);
    let done = done.map_err(|refusal| match refusal {
        Refusal::Provider { missing, body } => Failed::Provider { status: if missing { 404 } else { 400 }, body },
        Refusal::Parameters(reasons) => Failed::Api(invalid(reasons)),
        Refusal::Unknown => Failed::Api(ApiError::new(404, Code::NoRoute, "The world does not know this path.")),
    })?;
    app.happened(admitted, (seat, &account), &done);
    Ok(done)
}
