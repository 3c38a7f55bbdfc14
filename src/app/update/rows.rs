//! What is run many times: the open form for each row of a file, or for each of several users; checked before anything is
//! sent.

use std::sync::Arc;

use super::super::{
    batch::{Batch, Over},
    effect::Effect,
    overlay::{Overlay, Prompt, Purpose},
    page::Tone,
    state::App,
    text_field::TextField,
};
use crate::domain::{
    arguments::{Signature, Typing},
    document::Value,
    rows::{Rows, Whole},
    run::RunRequest,
    schema::validate::{Verdict, check},
    shared::Shared,
};

impl App {
    /// Whether many runs of the open form can be begun; says why not otherwise.
    fn may_run_many(&mut self) -> bool {
        if self.form.is_none() || !self.showing_form {
            self.say(Tone::Hint, "Open an action first: what its form holds is shared by all runs.");
            return false;
        }
        if self.session.offline {
            self.say(Tone::Warning, "This catalogue comes from a file, so there is nothing to run it on.");
            return false;
        }
        let unread = self.form.as_ref().and_then(|form| form.form.unread_files().into_iter().next());
        if let Some((field, path)) = unread {
            if let Some(form) = &mut self.form {
                form.go(crate::app::open_form::At::Field(field));
            }
            self.say(Tone::Warning, format!("The file {path} is not read yet: Enter reads it."));
            return false;
        }
        true
    }

    /// Whether runs are being sent one after the other.
    fn sends_many(&self) -> bool {
        self.batch.as_ref().is_some_and(|batch| batch.going)
    }

    /// Asks for the file whose rows the open form is to be run for; shows the runs under way, if there are some.
    pub(super) fn ask_for_rows(&mut self) -> Vec<Effect> {
        if self.sends_many() {
            return self.open_batch();
        }
        if !self.may_run_many() {
            return Vec::new();
        }
        let action = self.form.as_ref().map(|form| form.action.clone()).unwrap_or_default();
        let title = format!(
            "Run {action} for each row of this file (CSV whose first line names parameters, or one JSON object a line)"
        );
        self.overlays.push(Overlay::Prompt(Prompt {
            title,
            field: TextField::line(""),
            problem: None,
            purpose: Purpose::Rows,
        }));
        Vec::new()
    }

    /// The file was read: checks every row, then asks once for all.
    pub(super) fn rows_read(&mut self, path: String, result: Result<Shared<Rows>, String>) -> Vec<Effect> {
        let rows = match result {
            Ok(rows) => rows,
            Err(why) => {
                self.say(Tone::Error, format!("{path} cannot be run row by row: {why}."));
                return Vec::new();
            }
        };
        if !self.take_over_json() {
            return Vec::new();
        }
        let Some((request, schema)) = self.shared_request() else { return Vec::new() };
        let mut signature = Signature::of(schema.as_ref());
        let mut complaints = Vec::new();
        let mut runs = Vec::with_capacity(rows.list.len());
        for (i, row) in rows.list.iter().enumerate() {
            match row.parameters(&request.parameters, &mut signature, Typing::Strict) {
                Ok(parameters) => {
                    let told = |violation| format!("Row {}: {violation}", i + 1);
                    complaints.extend(violations(schema.as_ref(), &parameters).into_iter().map(told));
                    runs.push((RunRequest { parameters, ..request.clone() }, None));
                }
                Err(why) => complaints.push(format!("Row {}: {why}", i + 1)),
            }
        }
        if !complaints.is_empty() {
            self.complain(&format!("Nothing was sent: rows of {path} do not fit the action."), &complaints);
            return Vec::new();
        }
        let batch = Batch::new(request.action.clone(), Over::File(path), runs);
        let (project, base_url) = (self.session.project.clone(), self.session.base_url.clone());
        let whose: Vec<String> = self.session.claims.subject.iter().cloned().collect();
        let of = Whole {
            file: &rows.bytes,
            request: &request,
            set: &[],
            users: &whose,
            project: &project,
            base_url: &base_url,
        };
        self.plan_batch(batch, &of)
    }

    /// Runs the open form for these users, after asking once for all.
    pub(super) fn run_for_users(&mut self, users: &[String]) -> Vec<Effect> {
        if self.sends_many() {
            return self.open_batch();
        }
        if users.is_empty() {
            self.say(Tone::Hint, "Mark users with ^T first; ^R then runs the open form for each of them.");
            return Vec::new();
        }
        if !self.session.origin.mints {
            let words = "Running for several users takes a key that signs their tokens: signing_key_file and mint = true \
                         in the profile.";
            self.say(Tone::Warning, words);
            return Vec::new();
        }
        if !self.may_run_many() || !self.take_over_json() {
            return Vec::new();
        }
        // What was said about marking has served.
        self.notice = None;
        let Some((request, schema)) = self.shared_request() else { return Vec::new() };
        let complaints = violations(schema.as_ref(), &request.parameters);
        if !complaints.is_empty() {
            self.complain("Nothing was sent: what the form holds does not fit the action.", &complaints);
            return Vec::new();
        }
        // An account is one user's own.
        let request = RunRequest { credential: None, ..request };
        let runs = users.iter().map(|user| (request.clone(), Some(Arc::from(user.as_str()))));
        let batch = Batch::new(request.action.clone(), Over::Users(users.len()), runs);
        let (project, base_url) = (self.session.project.clone(), self.session.base_url.clone());
        let of = Whole { file: &[], request: &request, set: &[], users, project: &project, base_url: &base_url };
        self.plan_batch(batch, &of)
    }

    /// What all runs share, as the open form has it, and the schema of its parameters.
    fn shared_request(&self) -> Option<(RunRequest, Option<Value>)> {
        let form = self.form.as_ref()?;
        let (action, parameters) = (form.action.clone(), form.form.value());
        let schema = self.listing().and_then(|l| l.catalogue.get(&action)).map(|action| action.schema());
        let credential = self.credential_of(&action);
        Some((RunRequest { action, parameters, wire: self.wire(), credential }, schema))
    }
}

/// What of `parameters` does not fit the schema.
fn violations(schema: Option<&Value>, parameters: &Value) -> Vec<String> {
    match schema.map(|schema| check(schema, parameters)) {
        Some(Verdict::Checked(violations)) => violations.iter().map(ToString::to_string).collect(),
        Some(Verdict::NotChecked(_)) | None => Vec::new(),
    }
}
