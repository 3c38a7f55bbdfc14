//! A ticket: one run as a bundle for somebody else, in Markdown for people and JSON for programs, and a file to run it
//! again with.
//!
//! It is made of a record, so its secrets are masked and it tells which; [`Ticket::revealing`] makes one of a run as it
//! was, for those who ask for that outright.

use std::{fmt::Write as _, time::Duration};

use super::{
    charset,
    civil::Civil,
    document::{Object, Value},
    history::{Begun, End, Record, RecordId, Replay, in_the_answer},
    redact::{Known, MASK, Redacted},
    run::{Body, Outcome, RunRequest},
    text,
};

/// How much of an answer the Markdown holds, in bytes; the JSON holds all of it.
const SHOWN: usize = 16 << 10;

/// One run for somebody else to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    begun: Begun,
    end: End,
    id: Option<RecordId>,
    body: Option<Body>,
    reveals: bool,
}

impl Ticket {
    /// The ticket of a record and the body kept with it. What is `known` to be secret by now is masked, too.
    pub fn of_record(record: &Record, body: Option<Body>, known: &Known) -> Self {
        let (begun, mut end) = (record.begun.clone().without(known), record.end.clone().without(known));
        let content_type = end.headers.iter().find(|(name, _)| name == "content-type").map(|(_, said)| said.clone());
        let body = body.map(|body| {
            let Redacted { rest, taken } = known.body(&body, content_type.as_deref());
            end.masked.extend(taken.iter().map(in_the_answer));
            if taken.is_empty() { body } else { rest.into() }
        });
        Self { begun, end, id: Some(record.id), body, reveals: false }
    }

    /// The ticket of a run that ended with `outcome` after `took`, its secrets masked, those among them that are `known`.
    pub fn of_run(begun: Begun, outcome: &Outcome, took: Duration, known: &Known) -> Self {
        let (end, body) = End::of(outcome, (&begun.request.action, took), u64::MAX, known);
        Self { begun: begun.without(known), end, id: None, body: body.map(Body::from), reveals: false }
    }

    /// The same ticket with everything in it that was sent and answered, secrets too.
    #[must_use]
    pub fn revealing(mut self, request: &RunRequest, outcome: &Outcome) -> Self {
        self.begun.request = request.clone();
        self.begun.hidden.clear();
        self.end.masked.clear();
        self.reveals = true;
        match outcome {
            Outcome::Answered(response) => {
                self.body = Some(response.body.clone());
                self.end.headers.clone_from(&response.headers);
            }
            Outcome::Failed(failure) => {
                self.body.clone_from(&failure.body);
                self.end.headers.clone_from(&failure.headers);
            }
            Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => {}
        }
        self
    }

    /// What is masked, a place and its reason each: `parameters/token: named like a secret`.
    pub fn masked(&self) -> Vec<String> {
        let parameters = self.begun.hidden.iter().map(|(at, why)| format!("parameters{at}: {why}"));
        parameters.chain(self.end.masked.iter().cloned()).collect()
    }

    /// A file name for it without an ending: `ticket-SLACK_SEND_MESSAGE-20261124-093000`.
    pub fn file_stem(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '-' };
        let action: String = self.begun.request.action.chars().take(80).map(plain).collect();
        let Civil { year, month, day, hour, minute, second, .. } = Civil::at(self.begun.at);
        format!("ticket-{action}-{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
    }

    /// Whether secrets are in it.
    pub const fn reveals(&self) -> bool {
        self.reveals
    }

    /// Its files, a name and a text each: Markdown, JSON, and what runs it again.
    pub fn files(&self) -> [(String, String); 3] {
        let stem = self.file_stem();
        [
            (format!("{stem}.md"), self.markdown()),
            (format!("{stem}.json"), self.to_value().to_json_pretty() + "\n"),
            (format!("{stem}.replay.json"), self.replay().to_value().to_json_pretty() + "\n"),
        ]
    }

    /// The file that `akx replay` runs it again with.
    pub fn replay(&self) -> Replay {
        Replay::of(&self.begun)
    }

    /// For people.
    pub fn markdown(&self) -> String {
        let Begun { whose, request, .. } = &self.begun;
        let mut page = format!("# {}\n\n", line(&request.action));
        for (name, value) in self.facts() {
            let _ = writeln!(page, "- {name}: {}", line(&value));
        }
        if let Some(said) = &self.end.failure {
            let _ = writeln!(page, "\n## What was said\n\n{}", text::clean_block(&said.message));
            for detail in &said.details {
                let _ = writeln!(page, "- {}", line(detail));
            }
            if !said.hint.is_empty() {
                let _ = writeln!(page, "\n{}", text::clean_block(&said.hint));
            }
        }
        let _ = write!(page, "\n## Parameters\n\n{}", fenced(&request.parameters.to_json_pretty(), "json"));
        match &self.body {
            Some(body) => {
                let (shown, kind) = readable(body);
                let _ = write!(page, "\n## Answer\n\n{}", fenced(&shown, kind));
            }
            None if self.end.size.is_some() => page.push_str("\n## Answer\n\nIt is not kept: it was too large.\n"),
            None => {}
        }
        let _ = write!(page, "\n## Secrets\n\n{}", self.secrets());
        let _ = write!(
            page,
            "\n## To run it again\n\nSave this as `replay.json`; `akx replay replay.json` runs it{}.\n\n{}",
            whose.profile.as_ref().map_or_else(String::new, |p| format!(" (it was profile {})", line(p))),
            fenced(&self.replay().to_value().to_json_pretty(), "json")
        );
        page
    }

    fn secrets(&self) -> String {
        if self.reveals {
            return "**Nothing is masked: this ticket holds everything that was sent and answered.**\n".to_owned();
        }
        let masked = self.masked();
        if masked.is_empty() {
            return "None were found.\n".to_owned();
        }
        let mut told = format!("Masked as `{MASK}`:\n\n");
        for place in masked {
            let _ = writeln!(told, "- {}", line(&place));
        }
        told
    }

    /// What stands at the top, in order.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let Begun { at, whose, integration, effect, request, definition, .. } = &self.begun;
        let mut facts = vec![("When", Civil::at(*at).to_string())];
        if let Some(user) = &whose.user {
            facts.push(("User", user.clone()));
        }
        facts.push(("Project", whose.project.clone()));
        facts.push(("Server", format!("{} ({})", whose.base_url, request.wire)));
        if !integration.is_empty() {
            facts.push(("Integration", integration.to_string()));
        }
        if let Some(account) = &request.credential {
            facts.push(("Account", account.to_string()));
        }
        facts.push(("Side effect", effect.to_string()));
        facts.push(("Version of its definition", definition.clone().unwrap_or_else(|| "not known".to_owned())));
        let end = self.end.words();
        facts.push((
            "Ended",
            self.end.took.map_or(end.clone(), |took| format!("{end}, after {}", text::human_duration(took))),
        ));
        if let Some(id) = &self.end.request_id {
            facts.push(("Request id", id.clone()));
        }
        if let Some(id) = self.id {
            facts.push(("In the history", format!("run {}", id.0)));
        }
        facts
    }

    /// For programs: `{ticket, when, user, …, parameters, answer, masked, replay}`.
    pub fn to_value(&self) -> Value {
        let Begun { at, whose, integration, effect, request, definition, .. } = &self.begun;
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        let mut object = Object::new();
        object.insert("akx_ticket", 1);
        object.insert("action", &*request.action);
        object.insert("integration", &**integration);
        object.insert("side_effect", effect.name());
        object.insert("at", Civil::at(*at).to_string());
        object.insert("profile", text(&whose.profile));
        object.insert("project", whose.project.as_str());
        object.insert("base_url", whose.base_url.as_str());
        object.insert("user", text(&whose.user));
        object.insert("account", request.credential.as_deref().map_or(Value::Null, Value::from));
        object.insert("dialect", request.wire.name());
        object.insert("definition", text(definition));
        for (key, value) in self.end.to_object() {
            object.insert(key, value);
        }
        object.insert("parameters", request.parameters.clone());
        let answer = self.body.as_ref().map(|body| charset::utf8(body.clone(), None).0).map(|body| {
            Value::parse(&body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&body).into_owned()))
        });
        object.insert("answer", answer.unwrap_or_default());
        object.insert("secrets_included", self.reveals);
        object.insert("masked", self.masked());
        object.insert("replay", self.replay().to_value());
        Value::Object(object)
    }
}

/// One harmless line.
fn line(words: &str) -> String {
    text::clean(words).into_owned()
}

/// The answer for people, and what it is: JSON laid out, text as it is, both cut where they are long.
fn readable(body: &[u8]) -> (String, &'static str) {
    let (whole, kind) = match (Value::parse(body), std::str::from_utf8(body)) {
        (Ok(value), _) => (value.to_json_pretty(), "json"),
        (Err(_), Ok(words)) => (words.to_owned(), "text"),
        (Err(_), Err(_)) => (format!("{} that are no text", text::human_size(body.len() as u64)), "text"),
    };
    if whole.len() <= SHOWN {
        return (whole, kind);
    }
    let cut = (0..=SHOWN).rev().find(|&at| whole.is_char_boundary(at)).unwrap_or(0);
    (format!("{}\n… {} in all", &whole[..cut], text::human_size(whole.len() as u64)), "text")
}

/// `words` between fences longer than any in it.
fn fenced(words: &str, kind: &str) -> String {
    let longest = words.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{kind}\n{}\n{fence}\n", text::clean_block(words).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        history::{About, Whose},
        run::Response,
        wire::Wire,
    };

    fn run() -> (RunRequest, Outcome) {
        let parameters = Value::parse(br#"{"channel":"C1","token":"planted-1"}"#).unwrap();
        let request =
            RunRequest { action: "SLACK_SEND".into(), parameters, wire: Wire::Live, credential: Some("c-7".into()) };
        let outcome = Outcome::Answered(Response {
            status: 200,
            headers: vec![("set-cookie".into(), "sid=planted-3".into())],
            body: r#"{"ok":true,"access_token":"planted-2","text":"```\u001b[2J"}"#.into(),
            file: None,
            bytes: 60,
            took: Duration::from_millis(312),
            request_id: Some("r-7".into()),
            wire: Wire::Live,
        });
        (request, outcome)
    }

    fn ticket() -> Ticket {
        let (request, outcome) = run();
        let whose = Whose { user: Some("maria@acme.example".into()), project: "p".into(), ..Whose::default() };
        let about = About { integration: "slack".into(), ..About::default() };
        Ticket::of_run(Begun::new(1_793_610_000, whose, &request, &about), &outcome, Duration::ZERO, &Known::default())
    }

    #[test]
    fn it_says_what_is_masked_and_holds_none_of_it() {
        let ticket = ticket();
        let (page, json) = (ticket.markdown(), ticket.to_value().to_json());
        for whole in [&page, &json] {
            assert!(!whole.contains("planted"), "{whole}");
            for there in ["maria@acme.example", "2026-11-02T09:00:00Z", "r-7", "c-7", "SLACK_SEND", "parameters/token"]
            {
                assert!(whole.contains(there), "{there} in {whole}");
            }
        }
        assert_eq!(
            ticket.masked(),
            [
                "parameters/token: named like a secret",
                "header set-cookie: a cookie",
                "answer/access_token: named like a secret",
            ]
        );
        assert!(page.contains("Ended: 200, after 312 ms"), "{page}");
        assert!(page.contains("````json"), "the fence is longer than what it holds: {page}");
        assert!(!page.contains('\u{1b}'));
        assert_eq!(ticket.file_stem(), "ticket-SLACK_SEND-20261102-090000");
    }

    #[test]
    fn what_is_known_to_be_secret_is_masked_wherever_it_stands() {
        let known = Known::of(["opaque-canary", "planted-later"]);
        let parameters = Value::parse(br#"{"text":"say opaque-canary"}"#).unwrap();
        let request = RunRequest { action: "A_B".into(), parameters, wire: Wire::Live, credential: None };
        let failure = crate::domain::failure::Failure {
            body: Some(r#"{"message":"bad token opaque-canary, planted-later"}"#.into()),
            details: vec!["opaque-canary is no token".into()],
            ..crate::domain::failure::Failure::new(
                crate::domain::failure::FailureKind::NotAuthorised,
                "No: opaque-canary.",
                "",
            )
        };
        let outcome = Outcome::Failed(failure);
        let begun = Begun::new(0, Whose::default(), &request, &About::default());
        let of_run = Ticket::of_run(begun.clone(), &outcome, Duration::ZERO, &known);
        let (end, body) = End::of(&outcome, ("A_B", Duration::ZERO), 1000, &Known::default());
        let record = Record { id: RecordId(1), begun, end, pinned: false, has_body: true };
        let of_record = Ticket::of_record(&record, body.map(Body::from), &known);
        for ticket in [of_run, of_record] {
            for (name, text) in ticket.files() {
                assert!(!text.contains("canary") && !text.contains("planted"), "{name}: {text}");
            }
            let mut masked = ticket.masked();
            masked.sort();
            let places = ["answer/message", "parameters/text", "what was said"];
            assert_eq!(masked, places.map(|place| format!("{place}: known to be secret")));
        }
    }

    #[test]
    fn everything_is_in_it_only_when_that_was_asked_for() {
        let (request, outcome) = run();
        let ticket = ticket().revealing(&request, &outcome);
        let (page, json) = (ticket.markdown(), ticket.to_value());
        assert!(page.contains("planted-1") && page.contains("planted-2") && page.contains("**Nothing is masked"));
        assert_eq!(json.get("secrets_included"), Some(&Value::from(true)));
        assert_eq!(ticket.masked(), Vec::<String>::new());
    }

    #[test]
    fn a_long_answer_is_cut_for_people_only() {
        let (request, _) = run();
        let body = format!("[\"{}\"]", "é".repeat(SHOWN));
        let outcome = Outcome::Answered(Response {
            status: 200,
            headers: Vec::new(),
            bytes: body.len() as u64,
            file: None,
            body: body.as_str().into(),
            took: Duration::ZERO,
            request_id: None,
            wire: Wire::Live,
        });
        let begun = Begun::new(0, Whose::default(), &request, &About::default());
        let ticket = Ticket::of_run(begun, &outcome, Duration::ZERO, &Known::default());
        assert!(ticket.markdown().len() < 2 * SHOWN && ticket.markdown().contains("in all"));
        assert!(ticket.to_value().to_json().contains(&body));
    }
}
