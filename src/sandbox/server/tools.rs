//! Listing and running actions, in both dialects.

use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};

use super::{
    Admitted, App, Logged, Struck,
    error::{ApiError, Code, json},
    not_enabled, read_body,
};
use crate::{
    domain::{
        document::{Object, Pointer, Value},
        fault::Fault,
        schema::validate::Verdict,
        wire::Wire,
    },
    sandbox::{
        identity::{Caller, Standing},
        offer::{Check, Offered, Selection, Shape},
        world::{Seat, engine::Refusal},
    },
};

/// Every `format` of either dialect.
const FORMATS: [&str; 5] = ["openai", "anthropic", "json-schema", "json_schema", "paragon"];

pub(super) type Pairs = Query<Vec<(String, String)>>;

/// `GET …/actions`: the dialect is told by the query, or else by how the server was started.
pub(super) async fn list_actions(
    State(app): State<App>,
    Extension(admitted): Extension<Admitted>,
    Query(query): Pairs,
) -> Response<Body> {
    // The live API ignores a format it does not know; the seed's document names three.
    if app.wire == Wire::Seed && value(&query, "format").is_some_and(|f| !FORMATS.contains(&f)) {
        let reason = format!("format must be one of {}", FORMATS.join(", "));
        return invalid(vec![reason]).response(&admitted.id);
    }
    let shape = shape_of(&query, app.wire);
    list(&app, &admitted.caller, (shape, "actions"), &query)
}

/// `GET …/tools`: always the live shape.
pub(super) async fn list_tools(
    State(app): State<App>,
    Extension(admitted): Extension<Admitted>,
    Query(query): Pairs,
) -> Response<Body> {
    let shape = if value(&query, "format") == Some("paragon") { Shape::LiveParagon } else { Shape::Live };
    list(&app, &admitted.caller, (shape, "tools"), &query)
}

pub(super) fn value<'q>(query: &'q [(String, String)], key: &str) -> Option<&'q str> {
    query.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
}

/// The `format` decides; then a key that only one dialect has; then how the server was started.
fn shape_of(query: &[(String, String)], wire: Wire) -> Shape {
    match value(query, "format") {
        Some("openai") => return Shape::SeedOpenAi,
        Some("anthropic") => return Shape::SeedAnthropic,
        Some("json-schema") => return Shape::Seed,
        Some("json_schema") => return Shape::Live,
        Some("paragon") => return Shape::LiveParagon,
        // The live API ignores what it does not know.
        Some(_) | None => {}
    }
    let has = |keys: &[&str]| query.iter().any(|(k, _)| keys.contains(&k.as_str()));
    if has(&["integration"]) {
        Shape::Seed
    } else if has(&["integrations", "categories", "limit_to_available", "reload_fields"]) {
        Shape::Live
    } else {
        match wire {
            Wire::Seed => Shape::Seed,
            Wire::Live | Wire::LiveTools => Shape::Live,
        }
    }
}

fn list(app: &App, caller: &Caller, shape: (Shape, &'static str), query: &[(String, String)]) -> Response<Body> {
    let several = |key: &str| {
        let list = value(query, key).filter(|v| !v.is_empty())?;
        Some(list.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>())
    };
    let live = matches!(shape.0, Shape::Live | Shape::LiveParagon);
    let selection = if live {
        Selection { integrations: several("integrations"), categories: several("categories") }
    } else {
        let one = value(query, "integration").filter(|v| !v.is_empty());
        Selection { integrations: one.map(|v| vec![v.to_owned()]), categories: None }
    };
    let everything = live && value(query, "limit_to_available") == Some("false");
    let standing = |key: &str| app.standing(caller, key);
    let (mut groups, mut troubled) = (Vec::new(), Vec::new());
    for group in app.offer.select(&selection) {
        match standing(&group.integration) {
            _ if everything => groups.push(group),
            Standing::Connected => groups.push(group),
            Standing::Expired => troubled.push(&*group.integration),
            Standing::Missing => {}
        }
    }
    let body = app.offer.list(shape.0, shape.1, &groups, &troubled);
    json(200, axum::body::Bytes::from_owner(body))
}

/// `POST …/actions` with `{"action", "parameters"}`.
pub(super) async fn run_action(
    State(app): State<App>,
    Extension(admitted): Extension<Admitted>,
    body: Body,
) -> Response<Body> {
    let run = Run { app, admitted, dialect: Wire::Live };
    run.wrapped("action", body).await
}

/// `POST …/tools` with `{"tool", "parameters"}`.
pub(super) async fn run_tool(
    State(app): State<App>,
    Extension(admitted): Extension<Admitted>,
    body: Body,
) -> Response<Body> {
    let run = Run { app, admitted, dialect: Wire::LiveTools };
    run.wrapped("tool", body).await
}

/// `POST …/actions/{action}` with bare parameters: the seed's way.
pub(super) async fn run_seed(
    State(app): State<App>,
    Extension(admitted): Extension<Admitted>,
    Path((_, action)): Path<(String, String)>,
    body: Body,
) -> Response<Body> {
    let run = Run { app, admitted, dialect: Wire::Seed };
    let parameters = match read_body(body).await {
        Ok(bytes) if bytes.is_empty() => Ok(Value::object()),
        Ok(bytes) => parse(&bytes),
        Err(error) => Err(error),
    };
    match parameters {
        Ok(parameters) => run.run(&action, parameters).await,
        Err(error) => error.response(&run.admitted.id),
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    Value::parse(bytes).map_err(|e| ApiError::new(400, Code::Invalid, format!("The request's body is not JSON: {e}.")))
}

pub(super) fn invalid(reasons: Vec<String>) -> ApiError {
    ApiError::new(400, Code::Invalid, reasons)
}

/// A run under way.
struct Run {
    app: App,
    admitted: Admitted,
    dialect: Wire,
}

impl Run {
    /// Runs what a body of the live form says, `key` naming the action.
    async fn wrapped(self, key: &str, body: Body) -> Response<Body> {
        match read_body(body).await.and_then(|bytes| parse(&bytes)).and_then(|body| unwrapped(key, body)) {
            Ok((action, parameters)) => self.run(&action, parameters).await,
            Err(error) => error.response(&self.admitted.id),
        }
    }

    async fn run(&self, action: &str, parameters: Value) -> Response<Body> {
        let struck = Struck(self.app.faults().strike(Some(action)));
        if let Err(error) = struck.delay().await {
            return error.response(&self.admitted.id);
        }
        let not_connected = [&self.admitted.struck, &struck].iter().any(|s| s.has(Fault::NotConnected));
        let provider = self.admitted.struck.provider().or(struck.provider());
        let logged = Logged { user: self.admitted.caller.id.clone(), action: action.to_owned() };
        let mut response = match self.answer(action, parameters, (not_connected, provider)) {
            Ok(body) => json(200, body.to_json().into_bytes()),
            Err(error) => error.response(&self.admitted.id),
        };
        response.extensions_mut().insert(logged);
        struck.spoil(response).await
    }

    fn answer(
        &self,
        name: &str,
        mut parameters: Value,
        (not_connected, provider): (bool, Option<u16>),
    ) -> Result<Value, ApiError> {
        let Some(offered) = self.app.offer.find(name) else {
            let message = format!("Unknown action {}.", Value::from(name).to_json());
            return Err(ApiError::new(404, Code::UnknownAction, message));
        };
        let key = &*offered.action.integration;
        if not_connected {
            return Err(not_enabled(&self.admitted, key, Standing::Missing));
        }
        let account = self.app.account(&self.admitted, key)?;
        if let Some(check) = self.app.offer.check(&offered) {
            validated(check, &mut parameters)?;
        }
        if let Some(status) = provider {
            let body = Object::from_iter([
                ("status", Value::from(status)),
                ("message", "The sandbox was asked to let the provider refuse.".into()),
            ]);
            return Err(self.refused(Refusal::Provider { missing: status == 404, body: body.into() }));
        }
        let seat = Seat { caller: &self.admitted.caller, integration: offered.integration, account: account.number };
        let done = self.app.worlds().run(seat, offered.name, &parameters).map_err(|refusal| self.refused(refusal))?;
        self.app.happened(&self.admitted, (seat, &account.credential), &done);
        Ok(self.enveloped(&offered, done.answer))
    }

    /// The seed wraps the provider's answer, and its `output` is always an object; live passes it on.
    fn enveloped(&self, offered: &Offered<'_>, value: Value) -> Value {
        match self.dialect {
            Wire::Live | Wire::LiveTools => value,
            Wire::Seed => {
                let output = match value {
                    Value::Object(members) => members,
                    other => Object::from_iter([("result", other)]),
                };
                Object::from_iter([
                    ("output", Value::Object(output)),
                    ("integration", (&*offered.action.integration).into()),
                    ("action", (&*offered.action.name).into()),
                ])
                .into()
            }
        }
    }

    /// Live answers 500 when the provider refuses, with the provider's words as JSON in a string; the seed's document
    /// knows no 5xx, so there it is 404 for what does not exist and 400 for the rest.
    fn refused(&self, refusal: Refusal) -> ApiError {
        match refusal {
            Refusal::Parameters(reasons) => invalid(reasons),
            Refusal::Provider { missing, body } => {
                let status = match (self.dialect, missing) {
                    (Wire::Live | Wire::LiveTools, _) => 500,
                    (Wire::Seed, true) => 404,
                    (Wire::Seed, false) => 400,
                };
                ApiError::new(status, Code::Provider, body.to_json()).meta("isIntegrationError", true)
            }
            Refusal::Unknown => ApiError::new(404, Code::UnknownAction, "The world does not know this action."),
        }
    }
}

/// The action's name and parameters of a live body.
fn unwrapped(key: &str, body: Value) -> Result<(String, Value), ApiError> {
    let Value::Object(mut members) = body else {
        return Err(invalid(vec![format!("the body must be an object with {key} and parameters")]));
    };
    let name = members.remove(key);
    let parameters = members.remove("parameters");
    match (name, parameters) {
        (Some(Value::String(name)), Some(parameters)) => Ok((name, parameters)),
        (Some(Value::String(name)), None) => Ok((name, Value::object())),
        _ => Err(invalid(vec![format!("{key} must be a string")])),
    }
}

/// Checks parameters against the action's schema. `paginationParameters` may stand among the parameters of every action
/// (fact sheet §1.6), though many schemas do not name it.
fn validated(check: &Check, parameters: &mut Value) -> Result<(), ApiError> {
    let Some(members) = parameters.as_object_mut() else {
        return Err(invalid(vec!["parameters must be an object".to_owned()]));
    };
    let pagination = if check.names_pagination { None } else { members.remove("paginationParameters") };
    if let Verdict::Checked(violations) = check.checker.check(parameters)
        && !violations.is_empty()
    {
        return Err(invalid(violations.iter().map(|v| format!("{} {}", place(&v.at), v.message)).collect()));
    }
    if let (Some(pagination), Some(members)) = (pagination, parameters.as_object_mut()) {
        members.insert("paginationParameters", pagination);
    }
    Ok(())
}

/// A place as the real API writes it: `blocks.0.text`.
fn place(at: &Pointer) -> String {
    if at.tokens().is_empty() { "parameters".to_owned() } else { at.tokens().join(".") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_tells_the_dialect() {
        let shape = |query: &str, wire: Wire| {
            let pairs = query.split('&').filter_map(|p| p.split_once('='));
            let pairs: Vec<_> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            shape_of(&pairs, wire)
        };
        for wire in [Wire::Seed, Wire::Live] {
            for (query, expected) in [
                ("integration=slack", Shape::Seed),
                ("format=openai", Shape::SeedOpenAi),
                ("format=anthropic", Shape::SeedAnthropic),
                ("format=json-schema", Shape::Seed),
                ("integrations=slack", Shape::Live),
                ("categories=crm", Shape::Live),
                ("limit_to_available=false", Shape::Live),
                ("format=json_schema", Shape::Live),
                ("format=paragon", Shape::LiveParagon),
                ("format=json_schema&integration=slack", Shape::Live),
            ] {
                assert_eq!(shape(query, wire), expected, "{query} {wire}");
            }
        }
        assert_eq!(shape("", Wire::Seed), Shape::Seed);
        assert_eq!(shape("format=other", Wire::Live), Shape::Live);
    }
}
