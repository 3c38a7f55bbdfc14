//! The request as it is sent, as lines to read: method, address, headers and body, the token masked.

use super::{
    page::{Line, Tone},
    session::Session,
};
use crate::domain::{document::Value, text::clean, wire::Wire};

/// What the request is about.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// For whom.
    pub session: &'a Session,
    /// Which action.
    pub action: &'a str,
    /// In which dialect.
    pub wire: Wire,
}

/// The path, relative to the base URL, and the body of a run in `wire` (fact sheet §1.3).
pub fn path_and_body(wire: Wire, project: &str, action: &str, parameters: &Value) -> (String, Value) {
    let wrapped = |key: &str| {
        let mut body = Value::object();
        if let Some(members) = body.as_object_mut() {
            members.insert(key, action);
            members.insert("parameters", parameters.clone());
        }
        body
    };
    match wire {
        Wire::Seed => (format!("/projects/{project}/actions/{action}"), parameters.clone()),
        Wire::Live => (format!("/projects/{project}/actions"), wrapped("action")),
        Wire::LiveTools => (format!("/projects/{project}/tools"), wrapped("tool")),
    }
}

/// The request's lines.
pub fn lines(sent: &Sent<'_>, parameters: &Value) -> Vec<Line> {
    let Sent { session, action, wire } = *sent;
    let (path, body) = path_and_body(wire, &session.project, action, parameters);
    let header = |name: &str, value: &str| vec![(Tone::Name, format!("{name}: ")), (Tone::Text, value.to_owned())];
    let user = session.user().map_or_else(String::new, |u| format!(" (user {})", clean(u)));
    let mut lines = vec![
        vec![
            (Tone::Heading, "POST ".to_owned()),
            (Tone::Text, clean(&format!("{}{path}", session.base_url)).into_owned()),
        ],
        header("Authorization", &format!("Bearer ••••{user}")),
        header("Content-Type", "application/json"),
        header("Accept", "application/json"),
        Vec::new(),
    ];
    lines.extend(body.to_json_pretty().lines().map(|l| vec![(Tone::Text, clean(l).into_owned())]));
    lines
}
