//! A run of several pages: what each answer leads to, and how the whole of it ended.

use std::time::Duration;

use super::{Collecting, LIMIT, Merged, Next, Pager, Stop};
use crate::domain::{
    document::Document,
    run::{Body, Outcome, Response, RunRequest, provider_answer},
};

/// What is asked for when several pages are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// What the action's schema says of pages.
    pub pager: Pager,
    /// How many at most.
    pub limit: usize,
}

impl Pages {
    /// As many as are asked for unless somebody says otherwise.
    pub const fn of(pager: Pager) -> Self {
        Self { pager, limit: LIMIT }
    }
}

/// A run of several pages that is under way. Whoever sends gives it every outcome, and sends what it asks for.
#[derive(Debug, Clone)]
pub struct Paging {
    collecting: Collecting,
    bytes_at_most: usize,
    answered: Option<Response>,
    took: Duration,
    /// How the last page ended, where it was not answered.
    ended: Option<Outcome>,
}

impl Paging {
    /// Begins; the pages together have at most `bytes_at_most` bytes.
    pub fn new(pages: Pages, bytes_at_most: usize) -> Self {
        Self {
            collecting: Collecting::new(pages.pager, pages.limit, bytes_at_most),
            bytes_at_most,
            answered: None,
            took: Duration::ZERO,
            ended: None,
        }
    }

    /// What has been merged so far.
    pub const fn merged(&self) -> &Merged {
        self.collecting.merged()
    }

    /// How `request` ended; returns what is to be sent next, if anything.
    pub fn take(&mut self, request: &RunRequest, outcome: Outcome) -> Option<RunRequest> {
        let response = match outcome {
            Outcome::Answered(response) => response,
            other => {
                let why = other.failure(&request.action).map_or_else(String::new, |failure| failure.message);
                self.collecting.stop(Stop::Failed(why));
                self.ended = Some(other);
                return None;
            }
        };
        self.took += response.took;
        if response.file.is_some() {
            // A page too large for memory is merged with nothing.
            self.collecting.stop(Stop::TooLarge(self.bytes_at_most));
            self.answered.get_or_insert(response);
            return None;
        }
        let answer = Document::read(provider_answer(request, &response.body), None);
        self.answered = Some(response);
        match self.collecting.take(&request.parameters, &answer) {
            Next::Ask(parameters) => Some(RunRequest { parameters, ..request.clone() }),
            Next::Done => None,
        }
    }

    /// A person stopped it; `may_have_run` says whether the page under way had been asked for.
    pub fn cancel(&mut self, may_have_run: bool) {
        self.collecting.stop(Stop::Cancelled);
        self.ended = Some(Outcome::Cancelled { may_have_run });
    }

    /// How the page that ended it went, where it was not answered.
    pub const fn ended(&self) -> Option<&Outcome> {
        self.ended.as_ref()
    }

    /// The whole of it: an answer with the pages that came, or, where none did, how the first one ended.
    pub fn into_outcome(self) -> Outcome {
        match (self.answered, self.ended) {
            (Some(whole), _) if whole.file.is_some() => Outcome::Answered(whole),
            (Some(last), _) => {
                let body: Body = self.collecting.bytes().into();
                let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
                Outcome::Answered(Response { body, bytes, took: self.took, ..last })
            }
            (None, Some(ended)) => ended,
            (None, None) => Outcome::Cancelled { may_have_run: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        document::Value,
        failure::{Failure, FailureKind},
        wire::Wire,
    };

    fn request(wire: Wire) -> RunRequest {
        RunRequest { action: "A_LIST".into(), parameters: Value::object(), wire, credential: None }
    }

    fn answered(body: &str) -> Outcome {
        Outcome::Answered(Response {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
            file: None,
            bytes: body.len() as u64,
            took: Duration::from_millis(10),
            request_id: None,
            wire: Wire::Live,
        })
    }

    fn paging() -> Paging {
        Paging::new(Pages::of(Pager::default()), 1 << 20)
    }

    fn body(outcome: &Outcome) -> String {
        let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
        String::from_utf8(response.body.to_vec()).unwrap()
    }

    #[test]
    fn the_envelope_of_the_seed_dialect_is_taken_off_every_page() {
        let mut paging = paging();
        let first = r#"{"output":{"a":[1],"nextPageCursor":"x"},"integration":"a","action":"A_LIST"}"#;
        let next = paging.take(&request(Wire::Seed), answered(first)).unwrap();
        assert_eq!(next.parameters.to_json(), r#"{"paginationParameters":{"pageCursor":"x"}}"#);
        let last = r#"{"output":{"a":[2]},"integration":"a","action":"A_LIST"}"#;
        assert_eq!(paging.take(&next, answered(last)), None);
        assert_eq!(paging.merged().words(), "2 pages, 2 records; that is all");
        let outcome = paging.into_outcome();
        assert_eq!(body(&outcome), r#"{"a":[1,2]}"#);
        let Outcome::Answered(response) = outcome else { panic!() };
        assert_eq!(response.took, Duration::from_millis(20));
    }

    #[test]
    fn what_came_before_a_failure_is_kept_and_the_failure_told() {
        let failed = || Outcome::Failed(Failure::new(FailureKind::Provider, "The provider is away.", ""));
        let mut one = paging();
        let next = one.take(&request(Wire::Live), answered(r#"{"a":[1],"nextPageCursor":"x"}"#)).unwrap();
        assert_eq!(one.take(&next, failed()), None);
        assert_eq!(one.merged().words(), "1 page, 1 record; stopped: The provider is away.");
        assert_eq!(one.ended(), Some(&failed()));
        assert_eq!(body(&one.into_outcome()), r#"{"a":[1],"nextPageCursor":"x"}"#);
        let mut none = paging();
        assert_eq!(none.take(&request(Wire::Live), failed()), None);
        assert_eq!(none.into_outcome(), failed(), "without a page it is a failure like any");
    }

    #[test]
    fn cancelling_keeps_the_pages_that_came() {
        let mut one = paging();
        let _ = one.take(&request(Wire::Live), answered(r#"{"a":[1],"nextPageCursor":"x"}"#));
        one.cancel(true);
        assert_eq!(one.merged().stop, Some(Stop::Cancelled));
        assert!(matches!(one.into_outcome(), Outcome::Answered(_)));
        let mut none = paging();
        none.cancel(true);
        assert_eq!(none.into_outcome(), Outcome::Cancelled { may_have_run: true });
    }
}
