//! The sandbox's own controls, under `/_akx/`: reset, state, faults. They need no token: the sandbox holds made-up data,
//! and a page in a browser is kept out by its `Origin`.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Query, Request, State},
    http::{Response, header},
    middleware::Next,
};

use super::{
    App, RequestId,
    error::{ApiError, Code, json},
    read_body,
    tools::parse,
};
use crate::{
    domain::document::{Object, Value},
    sandbox::{
        identity::{Standing, USERS},
        webhook::SIGNING_SECRET,
    },
};

/// Keeps pages of browsers out: programs send no `Origin`.
pub(super) async fn same_site(request: Request, next: Next) -> Response<Body> {
    if request.headers().contains_key(header::ORIGIN) {
        let id = request.extensions().get::<RequestId>().map_or_else(|| "".into(), |r| Arc::clone(&r.0));
        return ApiError::new(403, Code::Forbidden, "The sandbox's controls are not for pages.").response(&id);
    }
    next.run(request).await
}

fn done(body: impl Into<Value>) -> Response<Body> {
    json(200, body.into().to_json().into_bytes())
}

/// `GET /_akx/`: what this is, and for whom.
pub(super) async fn about(State(app): State<App>) -> Response<Body> {
    let users = USERS.iter().map(|u| {
        let members = [("id", u.id), ("name", u.name), ("email", u.email), ("about", u.about)];
        Object::from_iter(members)
    });
    done(Object::from_iter([
        ("name", Value::from("akx sandbox")),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("wire", app.wire.name().into()),
        ("signingSecret", SIGNING_SECRET.into()),
        ("integrations", app.offer.groups().len().into()),
        ("users", users.collect::<Vec<_>>().into()),
    ]))
}

/// `POST /_akx/reset`, with `?user=ID` for one user's world only: everything is as at the beginning; faults stay.
pub(super) async fn reset(State(app): State<App>, Query(query): Query<Vec<(String, String)>>) -> Response<Body> {
    let user = query.iter().find(|(k, _)| k == "user").map(|(_, v)| v.as_str());
    app.reset(user);
    done(Object::from_iter([("reset", user.unwrap_or("everything"))]))
}

/// `GET /_akx/state`: user → integration → resource → records, of the worlds used so far.
pub(super) async fn state(State(app): State<App>) -> Response<Body> {
    let state = app.worlds().dump();
    done(state)
}

/// `GET /_akx/deliveries`: the latest webhook deliveries, the oldest first, and what became of them.
pub(super) async fn deliveries(State(app): State<App>) -> Response<Body> {
    let deliveries = app.subscriptions().deliveries();
    done(deliveries)
}

/// `GET /_akx/faults`
pub(super) async fn faults(State(app): State<App>) -> Response<Body> {
    let faults = app.faults().dump();
    done(faults)
}

/// `POST /_akx/faults` with a fault ([`crate::domain::fault::SetFault::read`]); answers all that are set.
pub(super) async fn set_fault(
    State(app): State<App>,
    Extension(id): Extension<RequestId>,
    body: Body,
) -> Response<Body> {
    let bytes = match read_body(body).await {
        Ok(bytes) => bytes,
        Err(error) => return error.response(&id.0),
    };
    let set = Value::parse(&bytes).map_err(|e| format!("the body is not JSON: {e}")).and_then(|v| app.faults().set(&v));
    match set {
        Ok(()) => faults(State(app)).await,
        Err(reason) => ApiError::new(400, Code::Invalid, vec![reason]).response(&id.0),
    }
}

/// `DELETE /_akx/faults`, with `?kind=latency` those of one kind only; answers those that stay.
pub(super) async fn clear_faults(State(app): State<App>, Query(query): Query<Vec<(String, String)>>) -> Response<Body> {
    let kind = query.iter().find(|(k, _)| k == "kind").map(|(_, v)| v.as_str());
    app.faults().clear(kind);
    faults(State(app)).await
}

/// `POST /_akx/connections` with `{"user", "integration", "account"?, "standing"}`: how an account stands from now on
/// (`connected`, `expired` or `missing`); `account` counts from 0.
pub(super) async fn set_connection(
    State(app): State<App>,
    Extension(id): Extension<RequestId>,
    body: Body,
) -> Response<Body> {
    let value = match read_body(body).await.and_then(|bytes| parse(&bytes)) {
        Ok(value) => value,
        Err(error) => return error.response(&id.0),
    };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let number = match value.get("account") {
        None | Some(Value::Null) => Some(0),
        Some(number) => number.as_i64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= 1),
    };
    match (text("user"), text("integration"), number, text("standing").and_then(Standing::named)) {
        (Some(user), Some(integration), Some(number), Some(standing)) => {
            app.connections().set(user, (integration, number), standing);
            app.reconnected();
            done(value.clone())
        }
        _ => {
            let reason =
                "expected user, integration, account (0, 1 or absent) and standing: connected, expired or missing";
            ApiError::new(400, Code::Invalid, vec![reason.to_owned()]).response(&id.0)
        }
    }
}

/// `GET /openapi.json`: the sandbox's own description.
pub(super) async fn openapi() -> Response<Body> {
    json(200, include_str!("../../../assets/sandbox/openapi.json"))
}
