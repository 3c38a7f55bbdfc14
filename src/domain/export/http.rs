//! A run as an HTTP request, as text: what every copied call and the request view are made of.

use crate::domain::{document::Value, run::RunRequest};

/// The whole address a run is sent to in its dialect (fact sheet §1.3), every part encoded.
pub fn url(base_url: &str, project: &str, request: &RunRequest) -> String {
    let (base, wire) = (base_url.trim_end_matches('/'), request.wire);
    let collection = format!("{base}/projects/{}/{}", segment(project), wire.collection());
    match wire.naming_member() {
        Some(_) => collection,
        None => format!("{collection}/{}", segment(&request.action)),
    }
}

/// The body a run is sent with in its dialect.
pub fn body(request: &RunRequest) -> Value {
    let Some(member) = request.wire.naming_member() else { return request.parameters.clone() };
    let mut body = Value::object();
    if let Some(members) = body.as_object_mut() {
        members.insert(member, &*request.action);
        members.insert("parameters", request.parameters.clone());
    }
    body
}

/// Text as one part of a path (RFC 3986 §3.3): everything but unreserved characters is encoded.
fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wire::Wire;

    #[test]
    fn each_dialect_has_its_own_path_and_body() {
        let request = |wire| RunRequest {
            action: "A/B é".into(),
            parameters: Value::parse(br#"{"n":0.10}"#).unwrap(),
            wire,
            credential: None,
        };
        let written = |wire| {
            let request = request(wire);
            (url("https://kit.example.com/x/", "p 1", &request), body(&request).to_json())
        };
        let at = |path: &str| format!("https://kit.example.com/x/projects/p%201/{path}");
        assert_eq!(written(Wire::Seed), (at("actions/A%2FB%20%C3%A9"), r#"{"n":0.10}"#.to_owned()));
        assert_eq!(written(Wire::Live), (at("actions"), r#"{"action":"A/B é","parameters":{"n":0.10}}"#.to_owned()));
        assert_eq!(written(Wire::LiveTools), (at("tools"), r#"{"tool":"A/B é","parameters":{"n":0.10}}"#.to_owned()));
    }
}
