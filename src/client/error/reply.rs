//! What the body of a refusal says (fact sheet §1.4): ActionKit's own shape, a provider's JSON inside its `message`,
//! validation reasons in every form, Agent OS's `error` object, plain text, an HTML page.

use crate::domain::document::Value;

/// Reasons that are told at most.
const REASON_LIMIT: usize = 30;
/// Characters kept of one text.
const TEXT_LIMIT: usize = 400;
/// JSON in a string in JSON in a string …: how often it is opened.
const UNWRAP_LIMIT: usize = 4;
/// How deep reasons are looked for.
const DEPTH_LIMIT: usize = 6;
/// Bytes of a body that are looked at; a refusal is short.
const BODY_LIMIT: usize = 1 << 20;
/// Members that hold a sentence for people.
const MESSAGES: [&str; 8] =
    ["message", "error_description", "error", "detail", "errorMessage", "title", "description", "reason"];
/// Members that tell what the message's status or code is rather than what happened.
const TECHNICAL: [&str; 9] =
    ["code", "status", "statusCode", "meta", "requestId", "timestamp", "path", "stack", "target"];

/// The code ActionKit passes a provider's refusal on with, by Paragon's documentation of its logs.
const PROVIDERS: &str = "41070";

/// The phrase ActionKit uses when the integration is not connected; its status and the body's shape vary.
const NOT_CONNECTED: &str = "Integration not enabled for user";

/// What a refusal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The sentence, taken out of whatever wraps it.
    pub(super) message: Option<String>,
    /// The machine's code.
    pub(super) code: Option<String>,
    /// Single reasons, such as one a parameter.
    pub(super) reasons: Vec<String>,
    /// Whether it says that the user has not connected the integration.
    pub(super) not_connected: bool,
    /// Whether it says that the integration's provider refused.
    pub(super) is_providers: bool,
    /// Whether it is shaped like ActionKit's errors rather than a provider's answer.
    pub(super) is_actionkits: bool,
    /// The title of the HTML page it is instead, possibly empty.
    page: Option<String>,
}

impl Said {
    /// Reads a body.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut said = Self::default();
        let body = &body[..body.len().min(BODY_LIMIT)];
        match Value::parse(body) {
            Ok(value) => said.value(&value, 0),
            Err(_) => said.text(&String::from_utf8_lossy(body)),
        }
        said.not_connected = memchr::memmem::find(body, NOT_CONNECTED.as_bytes()).is_some();
        said.reasons.dedup();
        said.reasons.truncate(REASON_LIMIT);
        said
    }

    /// The page it is instead of JSON, in words.
    pub(super) fn page(&self) -> Option<String> {
        self.page.as_ref().map(|title| match title.as_str() {
            "" => "an HTML page".to_owned(),
            title => format!("an HTML page ({title})"),
        })
    }

    fn value(&mut self, value: &Value, opened: usize) {
        let Some(members) = value.as_object() else {
            match value.as_str() {
                Some(text) => self.message_text(text, opened),
                None => self.reason("", value, 0),
            }
            return;
        };
        let meta = members.get("meta");
        self.is_providers |= meta.and_then(|m| m.get("isIntegrationError")).and_then(Value::as_bool) == Some(true);
        self.is_actionkits |= members.contains_key("message") && members.contains_key("code") && opened == 0;
        if self.code.is_none() {
            self.code = members.get("code").and_then(scalar);
            self.is_providers |= self.code.as_deref() == Some(PROVIDERS);
        }
        // Agent OS, and many providers, put everything into an object under `error`.
        if let Some(error @ Value::Object(_)) = members.get("error")
            && opened < UNWRAP_LIMIT
        {
            return self.value(error, opened + 1);
        }
        let message = MESSAGES.iter().find_map(|key| members.get(key).filter(|v| !v.is_null()).map(|v| (*key, v)));
        match message {
            Some((_, Value::String(text))) => self.message_text(text, opened),
            Some((key, other)) => self.reason(if key == "message" { "" } else { key }, other, 0),
            None => {}
        }
        for (key, member) in members.iter() {
            if !TECHNICAL.contains(&key) && message.is_none_or(|(used, _)| used != key) {
                self.reason(key, member, 0);
            }
        }
    }

    /// A message, which may be JSON written into a string.
    fn message_text(&mut self, text: &str, opened: usize) {
        if opened < UNWRAP_LIMIT
            && text.trim_start().starts_with(['{', '['])
            && let Ok(inner) = Value::parse(text.as_bytes())
        {
            return self.value(&inner, opened + 1);
        }
        self.message = short(text);
    }

    fn text(&mut self, text: &str) {
        let start = text.trim_start();
        if start.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<!doctype"))
            || start.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("<html"))
        {
            let lower = text.to_ascii_lowercase();
            let title = lower.find("<title>").map(|at| at + 7).and_then(|at| {
                let end = lower[at..].find("</title>")? + at;
                text.get(at..end)
            });
            self.page = Some(title.and_then(short).unwrap_or_default());
        } else {
            self.message = short(text);
        }
    }

    /// Reasons in `value`: texts, class-validator's objects (`property`, `constraints`, `children`), `{field, issue}`,
    /// `{path, message}`, or a map from field to reasons.
    fn reason(&mut self, at: &str, value: &Value, depth: usize) {
        if depth > DEPTH_LIMIT || self.reasons.len() >= REASON_LIMIT {
            return;
        }
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter().for_each(|item| self.reason(at, item, depth + 1)),
            Value::Object(members) => {
                let place = ["property", "field", "path", "instancePath", "param", "pointer"]
                    .iter()
                    .find_map(|key| members.get(key).and_then(place));
                let at = match (at, place) {
                    (at, None) => at.to_owned(),
                    ("" | "details" | "errors" | "issues" | "violations", Some(place)) => place,
                    (at, Some(place)) => format!("{at}.{place}"),
                };
                if let Some(Value::Object(constraints)) = members.get("constraints") {
                    for (_, text) in constraints.iter() {
                        self.reason(&at, text, depth + 1);
                    }
                    if let Some(children) = members.get("children") {
                        self.reason(&at, children, depth + 1);
                    }
                    return;
                }
                if let Some(children @ Value::Array(_)) = members.get("children") {
                    return self.reason(&at, children, depth + 1);
                }
                let issue =
                    ["message", "issue", "msg", "description"].iter().find_map(|key| members.get(key)?.as_str());
                if let Some(issue) = issue {
                    return self.say(&at, issue);
                }
                for (key, member) in members.iter().filter(|(key, _)| !TECHNICAL.contains(key)) {
                    let below = if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
                    self.reason(&below, member, depth + 1);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                if let Some(text) = scalar(value) {
                    self.say(at, &text);
                }
            }
        }
    }

    fn say(&mut self, at: &str, text: &str) {
        if let Some(text) = short(text) {
            // Validators mostly name the field themselves.
            let field = at.rsplit('.').next().unwrap_or(at);
            let is_named = at.is_empty()
                || text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).any(|word| word == field);
            self.reasons.push(if is_named { text } else { format!("{at}: {text}") });
        }
    }
}

/// The server's request id: `meta.requestId` in ActionKit's errors, `error.requestId` in Agent OS's.
pub(in crate::client) fn request_id(body: &[u8]) -> Option<String> {
    if body.len() > BODY_LIMIT || memchr::memmem::find(body, b"requestId").is_none() {
        return None;
    }
    let value = Value::parse(body).ok()?;
    let holders = [value.get("meta"), value.get("error"), Some(&value)];
    let id = holders.into_iter().flatten().find_map(|holder| holder.get("requestId"))?.as_str()?;
    (!id.is_empty() && id.len() <= 128).then(|| id.to_owned())
}

/// A place given as text or as a list of steps.
fn place(value: &Value) -> Option<String> {
    match value {
        Value::Array(steps) => {
            let steps: Vec<_> = steps.iter().filter_map(scalar).collect();
            Some(steps.join("."))
        }
        other => scalar(other).map(|text| text.trim_start_matches('/').replace('/', ".")),
    }
    .filter(|place| !place.is_empty())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => short(text),
        Value::Number(number) => short(number.as_str()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `text` on one line and of bounded length, unless nothing is left.
fn short(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count == TEXT_LIMIT {
                out.push('…');
                return Some(out);
            }
            out.push(c);
            count += 1;
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> (Option<String>, Vec<String>) {
        let said = Said::read(body.as_bytes());
        (said.message, said.reasons)
    }

    fn only(message: &str) -> (Option<String>, Vec<String>) {
        (Some(message.to_owned()), vec![])
    }

    fn reasons(reasons: &[&str]) -> (Option<String>, Vec<String>) {
        (None, reasons.iter().map(|r| (*r).to_owned()).collect())
    }

    #[test]
    fn a_provider_s_json_inside_the_message_is_opened() {
        let body = r#"{"message":"{\"message\":\"Unable to update Task\",\"details\":{\"err\":\"Team not authorized\",\"ECODE\":\"OAUTH_027\"}}",
            "code":"41070","status":500,"meta":{"requestId":"4c7445d2"}}"#;
        let (message, reasons) = said(body);
        assert_eq!(message.as_deref(), Some("Unable to update Task"));
        assert_eq!(reasons, ["details.err: Team not authorized", "details.ECODE: OAUTH_027"]);
        assert_eq!(Said::read(body.as_bytes()).code.as_deref(), Some("41070"));
        assert_eq!(request_id(body.as_bytes()).as_deref(), Some("4c7445d2"));
    }

    #[test]
    fn messages_are_found_in_every_shape() {
        for body in [
            r#"{"message":"No such channel","code":"1","status":400}"#,
            r#""No such channel""#,
            "No such\n channel",
            r#"{"error":"No such channel"}"#,
            r#"{"error":{"message":"No such channel","code":"X"}}"#,
            r#"{"message":"{\"error\":{\"message\":\"No such channel\"}}"}"#,
            r#"{"message":"\"{not json\"","error":"x"}"#,
        ] {
            let (message, _) = said(body);
            assert!(message.as_deref().is_some_and(|m| m == "No such channel" || m.contains("{not json")), "{body}");
        }
        assert_eq!(said(r#"{"message":"a","statusCode":400,"path":"/x"}"#), only("a"));
        assert_eq!(said(""), (None, vec![]));
        assert_eq!(said("{}"), (None, vec![]));
    }

    #[test]
    fn reasons_are_found_in_every_shape() {
        assert_eq!(
            said(r#"{"message":["channel should not be empty","text must be a string"],"statusCode":400}"#),
            reasons(&["channel should not be empty", "text must be a string"])
        );
        let validator = r#"{"message":[{"target":{"secret":1},"value":"v","property":"channel","children":[],"constraints":
            {"isString":"channel must be a string","isNotEmpty":"must not be empty"}},
            {"property":"blocks","children":[{"property":"0","children":[{"property":"kind","constraints":{"x":"is odd"}}]}]}]}"#;
        assert_eq!(
            said(validator),
            reasons(&["channel must be a string", "channel: must not be empty", "blocks.0.kind: is odd"])
        );
        assert_eq!(
            said(
                r#"{"error":{"message":"Bad","details":[{"field":"to","issue":"is missing"},{"path":["a",0],"message":"no"}]}}"#
            ),
            (Some("Bad".into()), vec!["to: is missing".into(), "a.0: no".into()])
        );
        assert_eq!(
            said(r#"{"error":"Validation error","details":[{"instancePath":"/a/b","message":"must be object"}]}"#),
            (Some("Validation error".into()), vec!["a.b: must be object".into()])
        );
        assert_eq!(said(r#"{"errors":{"name":["is too long"]}}"#), reasons(&["errors.name: is too long"]));
    }

    #[test]
    fn not_connected_is_seen_whatever_wraps_it() {
        for body in [
            "Integration not enabled for user.",
            r#"{"message":"Integration not enabled for user.","code":"1","status":404,"meta":{"integrationId":"i"}}"#,
            r#"{"message":"{\"message\":\"Integration not enabled for user.\"}"}"#,
        ] {
            assert!(Said::read(body.as_bytes()).not_connected, "{body}");
        }
        assert!(!Said::read(b"Integration is enabled for user").not_connected);
    }

    #[test]
    fn pages_are_told_by_their_title() {
        let page = |body: &str| Said::read(body.as_bytes()).page();
        assert_eq!(page("<!DOCTYPE html><TITLE>Sign\n in</title>").as_deref(), Some("an HTML page (Sign in)"));
        assert_eq!(page(" <html>").as_deref(), Some("an HTML page"));
        assert_eq!(page("text"), None);
        assert_eq!(page("é<html"), None);
    }

    #[test]
    fn sizes_are_bounded() {
        let long = "x".repeat(2 << 20);
        assert_eq!(said(&long).0.map(|m| m.chars().count()), Some(TEXT_LIMIT + 1));
        let many = format!(r#"{{"message":[{}"a"]}}"#, r#""b","c","#.repeat(1_000));
        assert_eq!(said(&many).1.len(), REASON_LIMIT);
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80), text in r#"[\{\}\[\]":,\\a-z<>/ é]{0,80}"#) {
            let _ = Said::read(&body);
            let _ = Said::read(text.as_bytes());
            let _ = request_id(text.as_bytes());
        }
    }
}
