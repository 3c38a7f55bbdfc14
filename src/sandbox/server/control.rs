//! The sandbox's own controls, under `/_akx/`: reset, state, faults. They need no token: the sandbox holds made-up data,
//! and a page in a browser is kept out by its `Origin`.

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
};
use crate::{
    domain::document::{Object, Value},
    sandbox::identity::USERS,
};

/// Keeps pages of browsers out: programs send no `Origin`.
pub(super) async fn same_site(request: Request, next: Next) -> Response<Body> {
    if request.headers().contains_key(header::ORIGIN) {
        let id = request.extensions().get::<RequestId>().map_or_else(String::new, |r| r.0.clone());
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
        ("integrations", app.offer.groups().len().into()),
        ("users", users.collect::<Vec<_>>().into()),
    ]))
}

/// `POST /_akx/reset`, with `?user=ID` for one user's world only: everything is as at the beginning; faults stay.
pub(super) async fn reset(State(app): State<App>, Query(query): Query<Vec<(String, String)>>) -> Response<Body> {
    let user = query.iter().find(|(k, _)| k == "user").map(|(_, v)| v.as_str());
    app.worlds().reset(user);
    done(Object::from_iter([("reset", user.unwrap_or("everything"))]))
}

/// `GET /_akx/state`: user → integration → resource → records, of the worlds used so far.
pub(super) async fn state(State(app): State<App>) -> Response<Body> {
    let state = app.worlds().dump();
    done(state)
}

/// `GET /_akx/faults`
pub(super) async fn faults(State(app): State<App>) -> Response<Body> {
    let faults = app.faults().dump();
    done(faults)
}

/// `POST /_akx/faults` with a fault ([`crate::sandbox::faults`]); answers all that are set.
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

/// `DELETE /_akx/faults`
pub(super) async fn clear_faults(State(app): State<App>) -> Response<Body> {
    app.faults().clear();
    faults(State(app)).await
}
