//! `POST …/sdk/actions`: the choices an account gives for a parameter (fact sheet §2, "Dynamic choices").

use std::sync::Arc;

use axum::{Extension, body::Body, extract::State, http::Response};

use super::{
    Admitted, App,
    error::{ApiError, Code, answered},
    read_body,
    tools::{invalid, parse},
};
use crate::{
    domain::document::{Object, Value},
    sandbox::world::{Seat, engine::Refusal, sources},
};

/// How many choices a page holds.
const PAGE: usize = 50;

/// Answers `{"action", "sourceKey", "parameters", "paginationParameters"}` with `{"output": {"records", "nextPageCursor"}}`.
pub(super) async fn choices(
    State(app): State<App>,
    Extension(admitted): Extension<Arc<Admitted>>,
    body: Body,
) -> Response<Body> {
    let body = read_body(body).await.and_then(|bytes| parse(&bytes));
    answered(body.and_then(|body| answer(&app, &admitted, &body)), &admitted.id)
}

fn answer(app: &App, admitted: &Admitted, body: &Value) -> Result<Value, ApiError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let (Some(integration), Some(key)) = (text("action"), text("sourceKey")) else {
        return Err(invalid(vec!["action must name an integration, and sourceKey one of its sources".to_owned()]));
    };
    if !app.offer.groups().iter().any(|g| &*g.integration == integration) {
        let message = format!("There is no integration {}.", Value::from(integration).to_json());
        return Err(ApiError::new(404, Code::UnknownAction, message));
    }
    let account = app.account(admitted, integration)?;
    let original = app.offer.original(integration);
    let seat = Seat { caller: &admitted.caller, integration: original, account: account.number };
    let mut worlds = app.worlds();
    let made;
    let source = match sources::source(original, key) {
        Some(source) => source,
        None => {
            let provider = worlds.provider(seat);
            made = sources::resource(&provider, key).and_then(|resource| sources::choices(&provider, resource));
            made.as_ref().ok_or_else(|| {
                let message = format!("{integration} has no source {}.", Value::from(key).to_json());
                ApiError::new(404, Code::UnknownAction, message)
            })?
        }
    };
    let done = worlds.apply(seat, source, &parameters(body)).map_err(|refusal| match refusal {
        Refusal::Provider { body, .. } => ApiError::new(500, Code::Provider, body.to_json()),
        Refusal::Parameters(reasons) => invalid(reasons),
        Refusal::Unknown => ApiError::new(404, Code::UnknownAction, "The world does not know this source."),
    })?;
    Ok(page(done.answer.as_array().unwrap_or_default(), body.get("paginationParameters")))
}

/// `[{"key": "team", "source": {"type": "VALUE", "value": "T1"}}]` as `{"team": "T1"}`.
fn parameters(body: &Value) -> Value {
    let list = body.get("parameters").and_then(Value::as_array).unwrap_or_default();
    let pair = |p: &Value| {
        let value = p.get("source").and_then(|s| s.get("value"))?;
        Some((p.get("key")?.as_str()?.to_owned(), value.clone()))
    };
    Value::Object(list.iter().filter_map(pair).collect())
}

/// The page asked for of the choices whose label or value contains what is searched for.
fn page(choices: &[Value], pagination: Option<&Value>) -> Value {
    let of = |key: &str| pagination.and_then(|p| p.get(key));
    let search = of("search").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let text =
        |choice: &Value, key: &str| choice.get(key).map(|v| v.as_str().map_or_else(|| v.to_json(), str::to_owned));
    let fits = |choice: &&Value| {
        let texts = ["label", "subtitle", "value"].into_iter().filter_map(|key| text(choice, key));
        search.is_empty() || texts.into_iter().any(|t| t.to_lowercase().contains(&search))
    };
    let found: Vec<&Value> = choices.iter().filter(fits).collect();
    let cursor = of("pageCursor").and_then(|c| c.as_i64().or_else(|| c.as_str()?.parse().ok()));
    let from = cursor.and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(found.len());
    let records = found[from..].iter().take(PAGE).map(|c| (*c).clone()).collect();
    let mut output = Object::from_iter([("records", Value::Array(records))]);
    if from + PAGE < found.len() {
        output.insert("nextPageCursor", from + PAGE);
    }
    Object::from_iter([("output", output)]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_choices_come_in_pages() {
        let choices: Vec<Value> = (0..120).map(|n| Object::from_iter([("value", format!("v{n}"))]).into()).collect();
        let ask = |text: &str| page(&choices, Value::parse(text.as_bytes()).ok().as_ref());
        let output = |v: &Value| v.get("output").cloned().unwrap_or_default();
        let count = |v: &Value| output(v).get("records").and_then(Value::as_array).map_or(0, <[_]>::len);
        let first = ask("{}");
        assert_eq!((count(&first), output(&first).get("nextPageCursor").and_then(Value::as_i64)), (50, Some(50)));
        let last = ask(r#"{"pageCursor":100}"#);
        assert_eq!((count(&last), output(&last).get("nextPageCursor")), (20, None));
        assert_eq!(count(&ask(r#"{"search":"V11"}"#)), 11);
        assert_eq!(count(&ask(r#"{"pageCursor":9999}"#)), 0);
    }
}
