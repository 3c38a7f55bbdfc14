//! The request as it is sent, as lines to read: method, address, headers and body, the token masked.

use super::{
    page::{Line, Tone},
    session::Session,
};
use crate::domain::{
    document::{Pointer, Value},
    export, redact,
    run::RunRequest,
    text::clean,
    wire::Wire,
};

/// What the request is about.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// For whom.
    pub session: &'a Session,
    /// Which action.
    pub action: &'a str,
    /// In which dialect.
    pub wire: Wire,
    /// As which account, where one was chosen.
    pub credential: Option<&'a str>,
    /// Which parameters are secret, as the schema says.
    pub secret: &'a [Pointer],
}

/// The request's lines.
pub fn lines(sent: &Sent<'_>, parameters: &Value) -> Vec<Line> {
    let Sent { session, action, wire, credential, secret } = *sent;
    let shown = redact::value(parameters, secret).rest;
    let request = RunRequest { action: action.into(), parameters: shown, wire, credential: None };
    let (url, body) = (export::url(&session.base_url, &session.project, &request), export::body(&request));
    let header = |name: &str, value: &str| vec![(Tone::Name, format!("{name}: ")), (Tone::Text, value.to_owned())];
    let user = session.user().map_or_else(String::new, |u| format!(" (user {})", clean(u)));
    let mut lines = vec![
        vec![(Tone::Heading, "POST ".to_owned()), (Tone::Text, clean(&url).into_owned())],
        header("Authorization", &format!("Bearer ••••{user}")),
        header("Content-Type", "application/json"),
        header("Accept", "application/json"),
    ];
    lines.extend(credential.map(|id| header("X-Paragon-Credential", &clean(id))));
    lines.push(Vec::new());
    lines.extend(body.to_json_pretty().lines().map(|l| vec![(Tone::Text, clean(l).into_owned())]));
    lines
}
