//! What is run many times: the open form for each row of a file, or for each of several users; checked before anything is
//! sent.

use std::sync::Arc;

use super::super::{
    batch::{Batch, Checking, Ready},
    effect::Effect,
    overlay::{Overlay, Prompt, Purpose},
    page::Tone,
    remote::LoadId,
    state::App,
    text_field::TextField,
};
use crate::domain::{
    arguments::Typing,
    document::Value,
    rows::{Template, Unfit, Work},
    run::RunRequest,
    schema::validate::{Verdict, check},
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
        if let Some(checking) = &self.checking {
            let words = format!("{} is being checked. ^C stops that.", checking.path);
            self.say(Tone::Hint, words);
            return Vec::new();
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

    /// Has the file read and checked for what the form holds now; whatever is typed into it meanwhile is no part of it.
    pub(super) fn check_rows(&mut self, path: String) -> Vec<Effect> {
        if !self.may_run_many() || !self.take_over_json() {
            return Vec::new();
        }
        let Some((request, schema)) = self.shared_request() else { return Vec::new() };
        let load = self.next_load();
        let base = request.parameters.clone();
        let user = self.session.claims.subject.clone().unwrap_or_default();
        let template = Template { user, base, schema, typing: Typing::Strict, checks: true };
        let of = self.work(request.clone());
        self.checking = Some(Checking { load, path: path.clone(), request, done: 0, of: 0 });
        vec![Effect::PrepareRows { load, path, template: Box::new(template), of: Box::new(of) }]
    }

    pub(super) fn rows_checked(&mut self, load: LoadId, (done, of): (usize, usize)) -> Vec<Effect> {
        if let Some(checking) = self.checking.as_mut().filter(|checking| checking.load == load) {
            (checking.done, checking.of) = (done, of);
        }
        Vec::new()
    }

    /// All rows fit, and it is looked whether an earlier time has left something of them; or nothing is sent.
    pub(super) fn rows_prepared(&mut self, load: LoadId, result: Result<Ready, Unfit>) -> Vec<Effect> {
        let Some(Checking { path, request, .. }) = self.checking.take_if(|checking| checking.load == load) else {
            return Vec::new();
        };
        match result {
            Ok(Ready { rows, journal }) => self.plan_batch(Batch::of_rows(path, request, rows), journal),
            Err(Unfit::File(why)) => {
                self.say(Tone::Error, format!("{path} cannot be run row by row: {why}."));
                Vec::new()
            }
            Err(Unfit::Rows { complaints, more }) => {
                let told: Vec<String> = complaints.iter().map(ToString::to_string).collect();
                self.complain(&format!("Nothing was sent: rows of {path} do not fit {}.", request.action), &told, more);
                Vec::new()
            }
            Err(Unfit::Stopped) => Vec::new(),
        }
    }

    /// Has the file read no further, if one is.
    pub(super) fn stop_checking(&mut self) -> Option<Effect> {
        let checking = self.checking.take()?;
        self.say(Tone::Hint, format!("{} is read no further. Nothing was sent.", checking.path));
        Some(Effect::LeaveRows(checking.load))
    }

    /// What shares a journal with these runs.
    fn work(&self, request: RunRequest) -> Work {
        let (project, base_url) = (self.session.project.clone(), self.session.base_url.clone());
        Work { request, project, base_url }
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
            self.complain("Nothing was sent: what the form holds does not fit the action.", &complaints, 0);
            return Vec::new();
        }
        // An account is one user's own.
        let request = RunRequest { credential: None, ..request };
        let journal = self.work(request.clone()).journal();
        let users = users.iter().map(|user| Arc::from(user.as_str())).collect();
        self.plan_batch(Batch::of_users(request, users), journal)
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
