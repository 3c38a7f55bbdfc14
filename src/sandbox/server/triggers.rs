//! Triggers: listing them, subscribing, and samples of what is delivered (fact sheet §3).

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};

use super::{
    Admitted, App, RequestId,
    error::{ApiError, Code, answered},
    query::{self, Pairs, value},
    read_body,
    tools::{invalid, parse},
};
use crate::{
    domain::document::{Object, Value},
    sandbox::{
        connections::Account,
        identity::{Caller, PROJECT},
        triggers::{Subscription, Trigger, trigger, triggers},
        webhook::{Address, allowed},
        world::Seat,
    },
};

/// `GET …/triggers`: the types of the connected integrations, of those named by `integrations=` only.
pub(super) async fn list(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    Query(query): Pairs,
) -> Response<Body> {
    let only = query::list(&query, "integrations");
    let mut groups = Object::new();
    for group in app.offer.groups() {
        let key = &*group.integration;
        let original = app.offer.original(key);
        let chosen = only.as_ref().is_none_or(|o| o.iter().any(|k| k == key));
        if !chosen || !triggers().iter().any(|t| t.integration == original) {
            continue;
        }
        let Ok(account) = app.account(&admitted, key) else { continue };
        let provider = app.worlds().provider(seat(&app, &admitted.caller, key, &account));
        let own = triggers().iter().filter(|t| t.integration == original).map(|t| t.describe(&provider));
        groups.insert(key, Value::Array(own.collect()));
    }
    let body = Object::from_iter([("triggers", Value::from(groups)), ("errors", Value::Array(Vec::new()))]);
    answered(Ok(body.into()), &admitted.id)
}

fn seat<'a>(app: &'a App, caller: &'a Caller, key: &'a str, account: &Account<'_>) -> Seat<'a> {
    Seat { caller, integration: app.offer.original(key), account: account.number }
}

/// The integration, trigger and account a body names.
fn meant<'b>(
    app: &'b App,
    admitted: &'b Admitted,
    body: &'b Value,
) -> Result<(&'b str, &'static Trigger, Account<'b>), ApiError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let (Some(integration), Some(kind)) = (text("integration"), text("type")) else {
        return Err(invalid(vec!["integration and type must be strings".to_owned()]));
    };
    let known = app.offer.groups().iter().any(|g| &*g.integration == integration);
    let found = trigger(app.offer.original(integration), kind).filter(|_| known);
    let Some(trigger) = found else {
        let message = format!("{} has no trigger {}.", Value::from(integration).to_json(), Value::from(kind).to_json());
        return Err(ApiError::new(404, Code::UnknownAction, message));
    };
    Ok((integration, trigger, app.account(admitted, integration)?))
}

async fn body_of(body: Body) -> Result<Value, ApiError> {
    let value = parse(&read_body(body).await?)?;
    if value.as_object().is_none() {
        return Err(invalid(vec!["the body must be an object".to_owned()]));
    }
    Ok(value)
}

/// `POST …/trigger-subscriptions`
pub(super) async fn subscribe(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    body: Body,
) -> Response<Body> {
    let answer = body_of(body).await.and_then(|body| {
        let (integration, trigger, account) = meant(&app, &admitted, &body)?;
        let now = app.worlds().now(seat(&app, &admitted.caller, integration, &account));
        let mut one = Subscription::new(&admitted.caller.id, (integration, &trigger.name), &account.credential(), now);
        one.patch(&body);
        deliverable(&one)?;
        let added = app.subscriptions().add(one);
        app.changed();
        added.map_err(|reason| invalid(vec![reason]))
    });
    answered(answer, &admitted.id)
}

/// Refuses a webhook elsewhere, and headers that would change the request.
fn deliverable(one: &Subscription) -> Result<(), ApiError> {
    let checked = one.target().and_then(|target| {
        let Some(target) = target else { return Ok(()) };
        Address::parse(&target.url)?;
        target.headers.iter().try_for_each(|(name, value)| allowed(name, value))
    });
    checked.map_err(|reason| invalid(vec![reason]))
}

/// `GET …/trigger-subscriptions`, chosen by `integrations`, `status` and `type`.
pub(super) async fn subscriptions(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    Query(query): Pairs,
) -> Response<Body> {
    let only = query::list(&query, "integrations");
    let is = |key: &str, text: &str| value(&query, key).is_none_or(|wanted| wanted.eq_ignore_ascii_case(text));
    let mut groups = Object::new();
    let all = app.subscriptions();
    for one in all.of(&admitted.caller.id) {
        let chosen = only.as_ref().is_none_or(|o| o.contains(&one.integration));
        if !chosen || !is("status", one.status()) || !is("type", &one.kind) {
            continue;
        }
        let mut rows = groups.get(&one.integration).and_then(Value::as_array).unwrap_or_default().to_vec();
        rows.push(one.describe());
        groups.insert(one.integration.as_str(), Value::Array(rows));
    }
    drop(all);
    answered(Ok(Object::from_iter([("triggers", groups)]).into()), &admitted.id)
}

fn none_such(id: &str) -> ApiError {
    ApiError::new(404, Code::NoRoute, format!("There is no subscription {}.", Value::from(id).to_json()))
}

/// `PATCH …/trigger-subscriptions/{id}`: merged, `null` removes a member.
pub(super) async fn change(
    State(app): State<App>,
    Path((_, id)): Path<(String, String)>,
    Extension(admitted): Extension<Arc<Admitted>>,
    body: Body,
) -> Response<Body> {
    let answer = body_of(body).await.and_then(|body| {
        let mut all = app.subscriptions();
        let one = all.get_mut(&admitted.caller.id, &id).ok_or_else(|| none_such(&id))?;
        let mut changed = one.clone();
        changed.patch(&body);
        deliverable(&changed)?;
        *one = changed;
        Ok(one.describe())
    });
    app.changed();
    answered(answer, &admitted.id)
}

/// `DELETE …/trigger-subscriptions/{id}`
pub(super) async fn unsubscribe(
    State(app): State<App>,
    Path((_, id)): Path<(String, String)>,
    Extension(admitted): Extension<Arc<Admitted>>,
) -> Response<Body> {
    let gone = app.subscriptions().remove(&admitted.caller.id, &id);
    app.changed();
    answered(if gone { Ok(Value::object()) } else { Err(none_such(&id)) }, &admitted.id)
}

/// `POST …/triggers/examples`: samples made of what the account's world holds.
pub(super) async fn examples(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    body: Body,
) -> Response<Body> {
    let answer = body_of(body).await.and_then(|body| {
        let (integration, trigger, account) = meant(&app, &admitted, &body)?;
        let parameters = body.get("parameters").cloned().unwrap_or_else(Value::object);
        Ok(Value::Array(samples(&app, seat(&app, &admitted.caller, integration, &account), trigger, &parameters)))
    });
    answered(answer, &admitted.id)
}

/// What a trigger could deliver, made of what the account's world holds.
fn samples(app: &App, seat: Seat<'_>, trigger: &Trigger, parameters: &Value) -> Vec<Value> {
    let mut worlds = app.worlds();
    let (provider, records) = (worlds.provider(seat), worlds.records(seat));
    drop(worlds);
    let rows = records.as_object().into_iter().flat_map(Object::iter);
    let rows = rows.flat_map(|(name, rows)| rows.as_array().unwrap_or_default().iter().map(move |row| (name, row)));
    trigger.examples(&provider, rows, parameters)
}

/// `POST /_akx/triggers` with `{"user", "type", "integration"?, "payload"?, "project"?}`: lets the trigger fire for every
/// subscription the user has to it, with that payload or one made of the account's world. Answers the events' ids.
pub(super) async fn fire(State(app): State<App>, Extension(id): Extension<RequestId>, body: Body) -> Response<Body> {
    let answer = body_of(body).await.and_then(|body| {
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        let (Some(user), Some(kind)) = (text("user"), text("type")) else {
            return Err(invalid(vec!["expected user and type, perhaps integration, payload and project".to_owned()]));
        };
        let fits = |one: &&Subscription| one.kind == kind && text("integration").is_none_or(|i| i == one.integration);
        let subscribed: Vec<Subscription> = app.subscriptions().of(user).filter(fits).cloned().collect();
        if subscribed.is_empty() {
            let message = format!("{user} has no subscription to {kind}.");
            return Err(ApiError::new(404, Code::NoRoute, message));
        }
        let caller = Caller { id: user.to_owned() };
        let mut events = Vec::new();
        for one in subscribed {
            let key = one.integration.as_str();
            let original = app.offer.original(key);
            let accounts = app.connections().accounts(&caller, (key, original));
            let account = accounts.iter().find(|a| a.credential() == one.credential);
            let Some((account, trigger)) = account.zip(trigger(original, kind)) else { continue };
            let seat = seat(&app, &caller, key, account);
            let payload = body.get("payload").cloned();
            let sample = || samples(&app, seat, trigger, &one.parameters).into_iter().next();
            let payload = payload.or_else(sample).unwrap_or_else(Value::object);
            let now = app.worlds().now(seat);
            events.extend(app.subscriptions().fire(&one.id, text("project").unwrap_or(PROJECT), payload, now));
        }
        let ids = events.iter().map(|event| Value::from(event.id.as_str())).collect();
        app.deliver(events);
        app.changed();
        Ok(Value::from(Object::from_iter([("events", Value::Array(ids))])))
    });
    answered(answer, &id.0)
}
