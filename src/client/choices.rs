//! What there is to choose from in a user's account: a dynamic source, or an action that lists. Both only read, so both
//! wait and try again as lists do.

use std::time::Duration;

use super::{Client, Reading, auth, dialect, error, exchange::What, retry};
use crate::domain::{
    choices::{Ask, Call, Choices},
    document::Document,
    failure::{Failure, FailureKind},
    guard::Clearance,
    now::Now,
    run::{Outcome, Response, RunRequest, provider_answer},
};

impl Client {
    /// Asks for a page of choices.
    ///
    /// # Errors
    /// Whatever went wrong, in words; [`FailureKind::UnknownAction`] where the server has no such source, and
    /// [`FailureKind::NotJson`] where what it answered holds no list.
    pub async fn choices(&self, ask: &Ask, now: Now) -> Result<Choices, Failure> {
        match ask.call() {
            Call::Source(body) => {
                let shared = &*self.shared;
                let api = shared.api.as_ref().map_err(Clone::clone)?;
                let url = dialect::choices_url(api, &shared.target.project)?;
                let (http, what) = (shared.api_http(api)?, What::Choices);
                let credential = ask.credential().map(auth::credential_value).transpose()?;
                let reading = Reading { http, what, url: url.clone(), json: Some(body.to_json()), credential };
                let reply = self.read(reading, now).await?;
                let document = Document::read(reply.body.clone(), None);
                let unreadable = |why: &str| error::not_a_list(&self.asked(what, &url, now), &reply, why);
                ask.read(&document).map_err(|e| unreadable(&e.to_string()))
            }
            Call::Action(leave, request) => {
                let response = self.run_read((&leave, &request), now).await?;
                let answer = provider_answer(&request, &response.body);
                ask.read(&Document::read(answer, None)).map_err(|e| {
                    let mut failure = Failure::new(
                        FailureKind::NotJson,
                        format!("{} answered, but {e}.", request.action),
                        "Run it by itself to see what it answers.",
                    );
                    failure.status = Some(response.status);
                    failure.request_id.clone_from(&response.request_id);
                    failure.body = Some(response.body.clone());
                    failure
                })
            }
        }
    }

    /// Runs an action that only reads, waiting where the server asks for it.
    async fn run_read(&self, (leave, request): (&Clearance, &RunRequest), now: Now) -> Result<Response, Failure> {
        let mut attempt = 1;
        loop {
            let outcome = self.run(leave, request, now, |_| {}).await;
            if let Some(wait) = self.wait_to_ask_again(&outcome, attempt) {
                tokio::time::sleep(wait).await;
                attempt += 1;
                continue;
            }
            return match outcome {
                Outcome::Answered(response) => Ok(response),
                other => Err(other.failure(&request.action).unwrap_or_else(|| {
                    Failure::new(FailureKind::Internal, "There is no answer and no reason.", "Try again.")
                })),
            };
        }
    }

    /// How long to wait before an action that only reads is run again, where the server refused it for being one of too
    /// many; `None` where it is not to be run again. `attempt` counts from 1.
    pub fn wait_to_ask_again(&self, outcome: &Outcome, attempt: u32) -> Option<Duration> {
        let Outcome::Failed(failure) = outcome else { return None };
        let limited = failure.kind == FailureKind::RateLimited;
        limited.then(|| retry::wait(attempt, self.shared.target.backoff, failure.retry_after)).flatten()
    }
}
