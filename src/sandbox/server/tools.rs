//! Listing and running actions, in both dialects.

use std::sync::Arc;

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{Response, Uri},
};

use super::{
    Admitted, App, Logged, Struck,
    error::{ApiError, Code, answered, json},
    not_enabled,
    query::{self, Pairs, value},
    read_body,
};
use crate::{
    domain::{
        document::{Object, Pointer, Value},
        fault::Fault,
        schema::validate::Verdict,
        wire::Wire,
    },
    sandbox::{
        check::Check,
        identity::Standing,
        offer::{Listed, Offered, Selection, Shape},
        world::{Seat, engine::Refusal},
    },
};

/// Every `format` of either dialect.
const FORMATS: [&str; 5] = ["openai", "anthropic", "json-schema", "json_schema", "paragon"];

/// `GET …/actions`: the dialect is told by the query, or else by how the server was started.
pub(super) async fn list_actions(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    uri: Uri,
) -> Response<Body> {
    listed(&app, &admitted, "actions", &uri)
}

/// `GET …/tools`: always the live shape.
pub(super) async fn list_tools(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    uri: Uri,
) -> Response<Body> {
    listed(&app, &admitted, "tools", &uri)
}

/// A list under the key `top`: as it was given before, where nothing has changed since.
fn listed(app: &App, admitted: &Admitted, top: &'static str, uri: &Uri) -> Response<Body> {
    let (user, credential) = (&admitted.caller.id, admitted.credential.as_deref().unwrap_or_default());
    // None of the parts has a line break in it: they came in a request's first line, a header and a token.
    let question = format!("{top}?{}\n{credential}\n{user}", uri.query().unwrap_or_default());
    let begun = match app.lists.get(&question) {
        Ok(answer) => return json(200, answer),
        Err(begun) => begun,
    };
    let answer = match Pairs::try_from_uri(uri) {
        Ok(Query(query)) => shape_of(&query, app.wire, top).map(|shape| list(app, admitted, (shape, top), &query)),
        Err(_) => Err(invalid(vec!["the query cannot be read".to_owned()])),
    };
    match answer {
        Ok(answer) => {
            app.lists.keep(question, &answer, begun);
            json(200, answer)
        }
        Err(error) => error.response(&admitted.id),
    }
}

/// The `format` decides; then a key that only one dialect has; then how the server was started. What is listed as `tools`
/// is always live.
fn shape_of(query: &[(String, String)], wire: Wire, top: &str) -> Result<Shape, ApiError> {
    let format = value(query, "format");
    let has = |keys: &[&str]| query.iter().any(|(k, _)| keys.contains(&k.as_str()));
    Ok(match format {
        Some("paragon") => Shape::LiveParagon,
        Some("json_schema") => Shape::Live,
        _ if top == "tools" => Shape::Live,
        Some("openai") => Shape::SeedOpenAi,
        Some("anthropic") => Shape::SeedAnthropic,
        Some("json-schema") => Shape::Seed,
        Some(_) if wire == Wire::Seed => return Err(unknown_format()),
        // The live API ignores what it does not know.
        Some(_) | None if has(&["integration"]) => Shape::Seed,
        Some(_) | None if has(&["integrations", "categories", "limit_to_available", "reload_fields"]) => Shape::Live,
        Some(_) | None => match wire {
            Wire::Seed => Shape::Seed,
            Wire::Live | Wire::LiveTools => Shape::Live,
        },
    })
}

/// The seed's document names three formats, and 401 as the one way a list is refused, whatever the reason: a checker
/// driven by it wants both kept. The code and the words say what is wrong.
fn unknown_format() -> ApiError {
    ApiError::new(401, Code::Invalid, vec![format!("format must be one of {}", FORMATS.join(", "))])
}

fn list(app: &App, admitted: &Admitted, shape: (Shape, &'static str), query: &[(String, String)]) -> Bytes {
    let live = matches!(shape.0, Shape::Live | Shape::LiveParagon);
    let selection = if live {
        Selection { integrations: query::list(query, "integrations"), categories: query::list(query, "categories") }
    } else {
        let one = value(query, "integration").filter(|v| !v.is_empty());
        Selection { integrations: one.map(|v| vec![v.to_owned()]), categories: None }
    };
    let everything = live && value(query, "limit_to_available") == Some("false");
    let (mut groups, mut troubled) = (Vec::new(), Vec::new());
    for group in app.offer.select(&selection) {
        let account = app.account_listed(admitted, &group.integration);
        // Custom fields are read with the credential, so one that works is needed.
        let works = account.filter(|a| a.standing == Standing::Connected);
        let custom = works.and_then(|a| app.custom(&admitted.caller, &group.integration, a.number));
        match account.map_or(Standing::Missing, |a| a.standing) {
            _ if everything => groups.push(Listed { group, custom }),
            Standing::Connected => groups.push(Listed { group, custom }),
            Standing::Expired => troubled.push(&*group.integration),
            Standing::Missing => {}
        }
    }
    Bytes::from_owner(app.offer.list(shape.0, shape.1, &groups, &troubled))
}

/// `POST …/actions` with `{"action", "parameters"}`.
pub(super) async fn run_action(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    body: Body,
) -> Response<Body> {
    let run = Run { app, admitted, dialect: Wire::Live };
    run.wrapped("action", body).await
}

/// `POST …/tools` with `{"tool", "parameters"}`.
pub(super) async fn run_tool(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    body: Body,
) -> Response<Body> {
    let run = Run { app, admitted, dialect: Wire::LiveTools };
    run.wrapped("tool", body).await
}

/// `POST …/actions/{action}` with bare parameters: the seed's way.
pub(super) async fn run_seed(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    Path((_, action)): Path<(String, String)>,
    body: Body,
) -> Response<Body> {
    let run = Run { app, admitted, dialect: Wire::Seed };
    let parameters = match read_body(body).await {
        // The seed's document demands a body, be it `{}`.
        Ok(bytes) if bytes.is_empty() => Err(invalid(vec!["the body must be an object: the parameters".to_owned()])),
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
    admitted: Arc<Admitted>,
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
        let answer = self.answer(action, parameters, (not_connected, provider));
        let mut response = answered(answer, &self.admitted.id);
        if self.app.log.is_some() {
            response.extensions_mut().insert(Logged::ran(action, &struck.0));
        }
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
        let custom = self.app.custom(&self.admitted.caller, key, account.number);
        if let Some(check) = self.app.offer.check(&offered, custom.as_deref()) {
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
        self.app.happened(&self.admitted, (seat, &account), &done);
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
            shape_of(&pairs, wire, "actions").ok()
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
                assert_eq!(shape(query, wire), Some(expected), "{query} {wire}");
            }
        }
        assert_eq!(shape("", Wire::Seed), Some(Shape::Seed));
        assert_eq!(shape("format=other", Wire::Live), Some(Shape::Live));
        assert_eq!(shape("format=other", Wire::Seed), None);
    }
}
