//! Opening what a run answered for reading, off the task that draws.

use std::sync::Arc;

use crate::{
    app::viewer::Opened,
    domain::{
        failure::{Failure, FailureKind},
        run::{Body, Outcome, RunRequest, unwrap_envelope},
        shared::Shared,
        wire::Wire,
    },
    paths::files,
};

/// Opens an outcome's body: from the file where it is in one, without the seed dialect's envelope.
pub(super) async fn opened(request: &RunRequest, outcome: Outcome) -> (Outcome, Option<Shared<Opened>>) {
    let (wire, action) = (request.wire, Arc::clone(&request.action));
    let opening = tokio::task::spawn_blocking(move || open(wire, &action, outcome));
    opening.await.unwrap_or_else(|_| {
        let words = "akx made a mistake while opening the answer.";
        (Outcome::Failed(Failure::new(FailureKind::Internal, words, "Please report it with what you did.")), None)
    })
}

fn open(wire: Wire, action: &str, mut outcome: Outcome) -> (Outcome, Option<Shared<Opened>>) {
    let (body, content_type, whole) = match &mut outcome {
        Outcome::Answered(response) => {
            if let Some(path) = response.file.clone() {
                match files::read_beginning(&path) {
                    Ok((bytes, _)) => response.body = bytes.into(),
                    Err(e) => return (Outcome::Failed(files::unreadable(&path, &e)), None),
                }
            }
            let named = response.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone());
            (response.body.clone(), named, response.bytes)
        }
        Outcome::Failed(failure) => match failure.body.clone() {
            Some(body) => (body.clone(), None, body.len() as u64),
            None => return (outcome, None),
        },
        Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => return (outcome, None),
    };
    let inner = (wire == Wire::Seed).then(|| unwrap_envelope(&body, action)).flatten();
    let rest = whole.saturating_sub(body.len() as u64);
    let body: Body = inner.map_or_else(|| body.clone(), |range| body.slice(range));
    let opened = Opened::new(body, content_type.as_deref()).with_rest(rest);
    (outcome, Some(Shared::new(opened)))
}
