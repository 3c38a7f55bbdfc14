//! Opening what a run answered for reading, off the task that draws.

use std::sync::Arc;

use super::{Host, perform::unpanicked, teller::Teller};
use crate::{
    app::{
        Message,
        viewer::{BEGINNING, Opened},
    },
    domain::{
        failure::{Failure, FailureKind},
        run::{Outcome, Response, RunId, RunRequest, provider_answer},
        shared::Shared,
        wire::Wire,
    },
    paths::files,
    store::answers::Answers,
};

/// Opens an outcome's body, from the file where it is in one and without the seed dialect's envelope, and tells how the
/// run ended: of a large body with its beginning first, so that there is something to read at once.
pub(super) async fn open_and_tell(id: RunId, request: &RunRequest, outcome: Outcome, teller: &Teller) {
    let tell = |message| {
        teller.tell(message);
    };
    let first = beginning(request.wire, &outcome).map(Shared::new);
    let has_begun = first.is_some();
    if has_begun {
        tell(Message::RunFinished { id, outcome: outcome.clone(), opened: first });
    }
    let request = request.clone();
    let opening = tokio::task::spawn_blocking(move || open(&request, outcome));
    let (outcome, opened) = opening.await.unwrap_or_else(|_| (Outcome::Failed(mistake()), None));
    match (has_begun, opened, outcome) {
        (true, Some(whole), _) => tell(Message::DocumentRead { id, result: Ok(whole) }),
        (true, None, Outcome::Failed(failure)) => tell(Message::DocumentRead { id, result: Err(failure) }),
        (true, None, _) => tell(Message::DocumentRead { id, result: Err(mistake()) }),
        (false, opened, outcome) => tell(Message::RunFinished { id, outcome, opened }),
    }
}

/// Reads and opens the document the program was started with.
pub(super) async fn read_and_tell(id: RunId, host: Arc<dyn Host>, teller: Teller) {
    let told = teller.clone();
    let reading = host.document(Box::new(move |bytes, of| {
        told.tell(Message::RunReceived { id, bytes, of });
    }));
    let result = unpanicked(reading, "reading the document").await.and_then(|r| r).map(Shared::new);
    teller.tell(Message::DocumentRead { id, result });
}

fn mistake() -> Failure {
    let words = "akx made a mistake while opening the answer.";
    Failure::new(FailureKind::Internal, words, "Please report it with what you did.")
}

/// The beginning of a large answer. An envelope can be taken off only when it is whole.
fn beginning(wire: Wire, outcome: &Outcome) -> Option<Opened> {
    let Outcome::Answered(response) = outcome else { return None };
    let content_type = content_type(response);
    match &response.file {
        _ if wire == Wire::Seed => None,
        Some(path) => {
            let bytes = Answers::beginning(path, BEGINNING);
            Some(Opened::new(bytes.into(), content_type.as_deref()).with_more_to_come())
        }
        None => Opened::beginning(&response.body, content_type.as_deref()),
    }
}

fn content_type(response: &Response) -> Option<String> {
    response.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone())
}

/// The outcome with its body in memory, as far as memory reaches, and the body opened.
pub(super) fn open(request: &RunRequest, mut outcome: Outcome) -> (Outcome, Option<Shared<Opened>>) {
    let (body, content_type, whole) = match &mut outcome {
        Outcome::Answered(response) => {
            if let Some(path) = response.file.clone() {
                match files::read_beginning(&path) {
                    Ok((bytes, _)) => response.body = bytes.into(),
                    Err(e) => return (Outcome::Failed(files::unreadable(&path, &e)), None),
                }
            }
            (response.body.clone(), content_type(response), response.bytes)
        }
        Outcome::Failed(failure) => match failure.body.clone() {
            Some(body) => (body.clone(), None, body.len() as u64),
            None => return (outcome, None),
        },
        Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => return (outcome, None),
    };
    let rest = whole.saturating_sub(body.len() as u64);
    let opened = Opened::new(provider_answer(request, &body), content_type.as_deref()).with_rest(rest);
    (outcome, Some(Shared::new(opened)))
}
