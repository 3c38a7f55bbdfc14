//! The history: what was run, for whom, and how it ended, as data that holds no secrets.
//!
//! A record is made before a run is sent, and says then that nothing is known of its end; so whatever happens to akx in
//! between, the history never claims that something did not run.

mod query;
mod replay;

use std::{sync::Arc, time::Duration};

use ring::digest::{SHA256, digest};

pub use query::{Ask, Since, Wanted, searched};
pub use replay::Replay;

use super::{
    document::{Object, Pointer, Value},
    failure::{Failure, FailureKind},
    redact::{self, Known, Redacted, Redaction, Secret},
    run::{Body, Outcome, Response, RunRequest},
    shared::SharedText,
    side_effect::SideEffect,
    text,
};

/// Identifies one record of the history, for as long as it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub i64);

/// For whom something was run, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whose {
    /// The profile's name, if one was in use.
    pub profile: Option<String>,
    /// The project's id.
    pub project: String,
    /// The base URL.
    pub base_url: String,
    /// The connected user, if the token named one.
    pub user: Option<String>,
}

/// A run as it is about to be sent, without its secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    /// When, in Unix seconds.
    pub at: i64,
    /// For whom.
    pub whose: Whose,
    /// The action's integration; empty where it is not known.
    pub integration: Arc<str>,
    /// What the action does.
    pub effect: SideEffect,
    /// What was sent, with secrets masked.
    pub request: RunRequest,
    /// Which parameters are masked: JSON Pointers, with the reason.
    pub hidden: Vec<(Pointer, Secret)>,
    /// The version of the action's definition, as [`version_of`] tells it; `None` where it was not known.
    pub definition: Option<String>,
}

/// What is known of an action when it is run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct About {
    /// Its integration; empty where it is not known.
    pub integration: Arc<str>,
    /// What it does.
    pub effect: SideEffect,
    /// The JSON text of its parameters' schema.
    pub schema: Option<SharedText>,
}

impl Begun {
    /// The record of `request`, begun at `at` (Unix seconds). What the schema, a name or a shape calls secret is masked.
    pub fn new(at: i64, whose: Whose, request: &RunRequest, about: &About) -> Self {
        let schema = about.schema.as_deref().and_then(|text| Value::parse(text.as_bytes()).ok());
        let known = schema.map_or_else(Vec::new, |schema| redact::secret_parameters(&schema, &request.parameters));
        let redacted = redact::value(&request.parameters, &known);
        let hidden = redacted.taken.into_iter().filter_map(|Redaction { at, why }| match at {
            redact::At::Place(pointer) => Some((pointer, why)),
            redact::At::Line(_) | redact::At::Header(_) => None,
        });
        Self {
            at,
            whose,
            integration: Arc::clone(&about.integration),
            effect: about.effect,
            hidden: hidden.collect(),
            request: RunRequest { parameters: redacted.rest, ..request.clone() },
            definition: about.schema.as_deref().map(version_of),
        }
    }

    /// The same with what is known to be secret masked as well.
    #[must_use]
    pub fn without(mut self, known: &Known) -> Self {
        let Redacted { rest, taken } = known.value(&self.request.parameters, &[]);
        let hidden = taken.into_iter().filter_map(|Redaction { at, why }| match at {
            redact::At::Place(pointer) => Some((pointer, why)),
            redact::At::Line(_) | redact::At::Header(_) => None,
        });
        self.hidden.extend(hidden);
        self.request.parameters = rest;
        self
    }
}

/// The version of a definition: the beginning of its text's SHA-256. Equal texts have equal versions.
pub fn version_of(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref().iter().take(6).fold(String::with_capacity(12), |mut version, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(version, "{byte:02x}");
        version
    })
}

/// How a run ended, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ending {
    /// Nobody knows: akx ended, or has not ended yet, before the answer was here. It may have run.
    Unknown,
    /// The provider answered.
    Answered,
    /// It failed.
    Failed,
    /// A person stopped it.
    Cancelled,
    /// There was no answer in time.
    TimedOut,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Answered, Self::Failed, Self::Cancelled, Self::TimedOut];

    /// Its name, as it is kept and as `--json` tells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
        }
    }

    /// The ending of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.name() == name)
    }
}

/// How a run ended, without the body of its answer and without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// In one word.
    pub ending: Ending,
    /// The HTTP status, when there was a reply.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Option<Duration>,
    /// The server's request id.
    pub request_id: Option<String>,
    /// Whether the action may have run; certain where the provider answered.
    pub may_have_run: bool,
    /// Why it failed: the kind, and what was said.
    pub failure: Option<Said>,
    /// How many bytes the body of the reply had; `None` where there was none.
    pub size: Option<u64>,
    /// The reply's headers.
    pub headers: Vec<(String, String)>,
    /// What is masked in headers and body, a place and its reason each.
    pub masked: Vec<String>,
}

/// How many masked places are told at most.
const MASKED: usize = 200;

/// What was said of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its kind's name.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// Single reasons.
    pub details: Vec<String>,
}

impl Said {
    /// As a JSON object: `{kind, message, hint, details}`.
    pub fn to_value(&self) -> Value {
        let mut object = Object::new();
        object.insert("kind", self.kind.as_str());
        object.insert("message", self.message.as_str());
        object.insert("hint", self.hint.as_str());
        object.insert("details", self.details.clone());
        Value::Object(object)
    }

    /// Reads what [`Said::to_value`] made.
    pub fn read(value: &Value) -> Self {
        let text = |key| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let details = value.get("details").and_then(Value::as_array).unwrap_or_default();
        Self {
            kind: text("kind"),
            message: text("message"),
            hint: text("hint"),
            details: details.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

/// How an action was run last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// When, in Unix seconds.
    pub at: i64,
    /// How it ended, as [`End::words`] says it.
    pub words: String,
    /// How long it took, where that is known.
    pub took: Option<Duration>,
}

impl End {
    /// How it ended, in a few words: `200`, `404 unknown action`, `may have run`.
    pub fn words(&self) -> String {
        let kind = |said: &Said| said.kind.replace('_', " ");
        match (self.ending, self.status, &self.failure) {
            (Ending::Unknown, ..) => "not known: may have run".to_owned(),
            (Ending::Answered, Some(status), _) => status.to_string(),
            (Ending::Answered, None, _) => "answered".to_owned(),
            (Ending::Failed, Some(status), Some(said)) => format!("{status} {}", kind(said)),
            (Ending::Failed, None, Some(said)) => kind(said),
            (Ending::Failed, ..) => "failed".to_owned(),
            (Ending::Cancelled, ..) if self.may_have_run => "cancelled: may have run".to_owned(),
            (Ending::Cancelled, ..) => "cancelled".to_owned(),
            (Ending::TimedOut, ..) if self.may_have_run => "timed out: may have run".to_owned(),
            (Ending::TimedOut, ..) => "timed out".to_owned(),
        }
    }

    /// As members of a JSON object: `ended`, `status`, `may_have_run`, `took_ms`, `request_id`, `size`, `error`.
    pub fn to_object(&self) -> Object {
        let mut object = Object::new();
        object.insert("ended", self.ending.name());
        object.insert("status", self.status.map_or(Value::Null, Value::from));
        object.insert("may_have_run", self.may_have_run);
        let took = self.took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        object.insert("took_ms", took.map_or(Value::Null, Value::from));
        object.insert("request_id", self.request_id.as_deref().map_or(Value::Null, Value::from));
        object.insert("size", self.size.map_or(Value::Null, Value::from));
        object.insert("error", self.failure.as_ref().map_or(Value::Null, Said::to_value));
        object
    }

    /// The end of a run of which nothing is known.
    pub const fn unknown() -> Self {
        Self {
            ending: Ending::Unknown,
            status: None,
            took: None,
            request_id: None,
            may_have_run: true,
            failure: None,
            size: None,
            headers: Vec::new(),
            masked: Vec::new(),
        }
    }

    /// The end that `outcome` of a run of `action` is, after `took`; and the body to keep with it, where it has no more
    /// than `most` bytes. Both without secrets, those among them that are `known`.
    pub fn of(
        outcome: &Outcome,
        (action, took): (&str, Duration),
        most: u64,
        known: &Known,
    ) -> (Self, Option<Vec<u8>>) {
        let (ending, body, size) = match outcome {
            Outcome::Answered(response) => (Ending::Answered, Some(&response.body), Some(response.bytes)),
            Outcome::Failed(failure) => {
                (Ending::Failed, failure.body.as_ref(), failure.body.as_ref().map(|body| body.len() as u64))
            }
            Outcome::Cancelled { .. } => (Ending::Cancelled, None, None),
            Outcome::TimedOut { .. } => (Ending::TimedOut, None, None),
        };
        // A body that is in a file, or went elsewhere, is not here whole.
        let body = body.filter(|body| Some(body.len() as u64) == size);
        let failure = outcome.failure(action);
        let answered = if let Outcome::Answered(response) = outcome { Some(response) } else { None };
        let headers = outcome.headers();
        let content_type = headers.iter().find(|(name, _)| name == "content-type").map(|(_, said)| said.as_str());
        let body = body.filter(|body| body.len() as u64 <= most).map(|body| known.body(body, content_type));
        let headers = known.headers(headers);
        let mut masked: Vec<String> = headers.taken.iter().map(ToString::to_string).collect();
        masked.extend(body.iter().flat_map(|body| &body.taken).map(in_the_answer).take(MASKED));
        let mut end = Self {
            ending,
            status: answered.map(|r| r.status).or_else(|| failure.as_ref().and_then(|f| f.status)),
            took: Some(answered.map_or(took, |r| r.took)),
            request_id: answered
                .and_then(|r| r.request_id.clone())
                .or_else(|| failure.as_ref().and_then(|f| f.request_id.clone())),
            may_have_run: answered.is_some() || failure.as_ref().is_some_and(|f| f.may_have_run),
            failure: failure.map(|f| Said {
                kind: f.kind.name().to_owned(),
                message: f.message,
                hint: f.hint,
                details: f.details,
            }),
            size,
            headers: headers.rest,
            masked,
        };
        end.mask_words(known);
        (end, body.map(|body| body.rest))
    }

    /// The same with what is known to be secret masked as well.
    #[must_use]
    pub fn without(mut self, known: &Known) -> Self {
        let headers = known.headers(&self.headers);
        self.masked.extend(headers.taken.iter().map(ToString::to_string));
        self.headers = headers.rest;
        self.mask_words(known);
        self
    }

    /// Masks what is secret in what was said of a failure.
    fn mask_words(&mut self, known: &Known) {
        let said = self.failure.iter_mut();
        for words in said.flat_map(|said| [&mut said.message, &mut said.hint].into_iter().chain(&mut said.details)) {
            let redacted = known.text(words);
            self.masked.extend(redacted.taken.first().map(|taken| format!("what was said: {}", taken.why)));
            *words = redacted.rest;
        }
        self.masked.dedup();
        self.masked.truncate(MASKED);
    }
}

/// A place in an answer that was masked, in words.
pub(super) fn in_the_answer(taken: &Redaction) -> String {
    match &taken.at {
        redact::At::Place(at) => format!("answer{at}: {}", taken.why),
        redact::At::Line(_) | redact::At::Header(_) => format!("answer, {taken}"),
    }
}

/// One run of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: RecordId,
    /// What was sent.
    pub begun: Begun,
    /// How it ended.
    pub end: End,
    /// Whether it is kept whatever its age.
    pub pinned: bool,
    /// Whether the body of its answer is kept.
    pub has_body: bool,
}

impl Record {
    /// The parameters on one line.
    pub fn parameters_line(&self) -> String {
        text::clean(&self.begun.request.parameters.to_json()).into_owned()
    }

    /// The outcome as it was, with `body`, so that it can be looked at like one of today.
    pub fn outcome(&self, body: Option<Body>) -> Outcome {
        let end = &self.end;
        let action = &self.begun.request.action;
        match (end.ending, end.status) {
            (Ending::Answered, Some(status)) => Outcome::Answered(Response {
                status,
                headers: end.headers.clone(),
                body: body.unwrap_or_default(),
                file: None,
                bytes: end.size.unwrap_or_default(),
                took: end.took.unwrap_or_default(),
                request_id: end.request_id.clone(),
                wire: self.begun.request.wire,
            }),
            (Ending::Cancelled, _) => Outcome::Cancelled { may_have_run: end.may_have_run },
            (Ending::TimedOut, _) => Outcome::TimedOut { may_have_run: end.may_have_run },
            (Ending::Unknown, _) => Outcome::Failed(Failure {
                may_have_run: true,
                ..Failure::new(
                    FailureKind::CutShort,
                    format!("akx ended before the answer to {action} was here. It may have run."),
                    "Look at the provider before running it again.",
                )
            }),
            (Ending::Answered | Ending::Failed, status) => {
                let said = end.failure.clone();
                let kind = said.as_ref().and_then(|said| FailureKind::named(&said.kind));
                Outcome::Failed(Failure {
                    status,
                    headers: end.headers.clone(),
                    request_id: end.request_id.clone(),
                    may_have_run: end.may_have_run,
                    details: said.as_ref().map(|said| said.details.clone()).unwrap_or_default(),
                    body,
                    ..Failure::new(
                        kind.unwrap_or(FailureKind::Internal),
                        said.as_ref().map_or_else(|| format!("{action} failed."), |said| said.message.clone()),
                        said.map(|said| said.hint).unwrap_or_default(),
                    )
                })
            }
        }
    }

    /// What runs it again.
    pub fn replay(&self) -> Replay {
        Replay::of(&self.begun)
    }
}

/// Removes the member at `pointer`; an item of a list becomes empty text, so that the others keep their places.
pub(super) fn remove(value: &mut Value, pointer: &Pointer) {
    let (Some(parent), Some(last)) = (pointer.parent(), pointer.tokens().last()) else { return };
    let is_member = parent.of(value).is_some_and(|v| v.as_object().is_some());
    if is_member {
        let mut around = parent.of(value).cloned().unwrap_or_default();
        if let Some(members) = around.as_object_mut() {
            members.remove(last);
        }
        // It is there, so it can be set.
        let _ = parent.set(value, around);
    } else {
        let _ = pointer.set(value, Value::from(""));
    }
}

/// A change of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Keep a record whatever its age, or no longer.
    Pin(RecordId, bool),
    /// Delete a record.
    Delete(RecordId),
    /// Delete all that is not pinned.
    Purge,
}

/// What of the history is kept, and for how long. What is pinned stays whatever its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// For how many days.
    pub days: u32,
    /// How many runs.
    pub runs: u32,
    /// How many megabytes of answers, as they are kept (compressed).
    pub megabytes: u32,
    /// The largest answer that is kept, in kilobytes (1000 bytes).
    pub answer_kilobytes: u32,
}

impl Retention {
    /// The largest answer that is kept, in bytes.
    pub const fn largest(self) -> u64 {
        self.answer_kilobytes as u64 * 1000
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 90, runs: 10_000, megabytes: 200, answer_kilobytes: 1_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wire::Wire;

    fn begun(parameters: &str, schema: Option<&str>) -> Begun {
        let parameters = Value::parse(parameters.as_bytes()).unwrap();
        let request = RunRequest { action: "A_B".into(), parameters, wire: Wire::Live, credential: None };
        let about = About { schema: schema.map(SharedText::from), ..About::default() };
        Begun::new(7, Whose::default(), &request, &about)
    }

    fn record(parameters: &str, schema: Option<&str>, outcome: &Outcome) -> (Record, Option<Vec<u8>>) {
        let (end, body) = End::of(outcome, ("A_B", Duration::from_millis(5)), 1000, &Known::default());
        let has_body = body.is_some();
        (Record { id: RecordId(1), begun: begun(parameters, schema), end, pinned: false, has_body }, body)
    }

    #[test]
    fn secrets_are_masked_by_schema_and_name_and_left_out_of_a_form() {
        let schema = r#"{"type":"object","properties":{"word":{"type":"string","writeOnly":true}}}"#;
        let given = r#"{"word":"w","n":0.10,"list":[{"api_key":"k"},"xoxb-1234567890-abc"]}"#;
        let (record, _) = record(given, Some(schema), &Outcome::Cancelled { may_have_run: false });
        assert_eq!(
            record.begun.request.parameters.to_json(),
            r#"{"word":"***","n":0.10,"list":[{"api_key":"***"},"***"]}"#
        );
        let replay = record.replay();
        assert_eq!(replay.parameters().to_json(), r#"{"n":0.10,"list":[{},""]}"#);
        let refused = replay.complete(&replay.parameters()).unwrap_err();
        assert!(refused.message.ends_with("here /word, /list/0/api_key, /list/1."), "{refused}");
        assert_eq!(record.begun.definition.as_deref().map(str::len), Some(12));
    }

    #[test]
    fn an_outcome_comes_back_as_it_was_without_its_secrets() {
        let answered = Outcome::Answered(Response {
            status: 201,
            headers: vec![("set-cookie".into(), "sid=1".into()), ("x-request-id".into(), "r1".into())],
            body: r#"{"access_token":"abc","id":7}"#.into(),
            file: None,
            bytes: 29,
            took: Duration::from_millis(12),
            request_id: Some("r1".into()),
            wire: Wire::Live,
        });
        let (record, body) = record("{}", None, &answered);
        let body = body.map(Body::from);
        let Outcome::Answered(again) = record.outcome(body) else { panic!("not answered") };
        assert_eq!(&*again.body, br#"{"access_token":"***","id":7}"#);
        assert_eq!((again.status, again.took.as_millis(), again.request_id.as_deref()), (201, 12, Some("r1")));
        assert_eq!(again.headers[0].1, "***");
        assert_eq!(record.end.size, Some(29));
        assert_eq!(record.end.words(), "201");
        assert!(record.replay().complete(&Value::object()).is_ok());
    }

    #[test]
    fn a_failure_keeps_its_words_but_not_what_it_quotes() {
        let failed = Outcome::Failed(Failure {
            status: Some(404),
            headers: vec![("retry-after".into(), "7".into()), ("set-cookie".into(), "sid=1".into())],
            may_have_run: false,
            details: vec!["token=abc".into()],
            ..Failure::new(FailureKind::UnknownAction, "No Bearer abcDEF123.", "Look.")
        });
        let (record, _) = record("{}", None, &failed);
        assert_eq!(record.end.words(), "404 unknown action");
        let Outcome::Failed(again) = record.outcome(None) else { panic!("not failed") };
        assert_eq!((again.kind, again.message.as_str()), (FailureKind::UnknownAction, "No Bearer ***."));
        assert_eq!(again.details, ["token=***"]);
        let headers: Vec<&str> = again.headers.iter().map(|(_, said)| said.as_str()).collect();
        assert_eq!(headers, ["7", "***"]);
    }

    #[test]
    fn what_nobody_knows_may_have_run() {
        let mut record = record("{}", None, &Outcome::Cancelled { may_have_run: true }).0;
        assert_eq!(record.end.words(), "cancelled: may have run");
        record.end = End::unknown();
        let Outcome::Failed(failure) = record.outcome(None) else { panic!("not failed") };
        assert!(failure.may_have_run && failure.message.contains("may have run"));
        for ending in Ending::ALL {
            assert_eq!(Ending::named(ending.name()), Some(ending));
        }
    }
}
