//! Copying what is shown: a call as code, a search or a description as an akx command.

use crate::{
    app::{
        chooser::{Chooser, Item},
        effect::Effect,
        geometry::Pane,
        overlay::{MenuChoice, Overlay},
        page::Tone,
        state::{App, Front},
    },
    domain::{
        document::Value,
        export::{self, Call, Snippet, shell_quoted},
        run::RunRequest,
    },
};

impl App {
    /// Offers the ways the call in front can be copied.
    pub(super) fn open_copy_as(&mut self) -> Vec<Effect> {
        let Some(request) = self.call_in_front() else { return Vec::new() };
        let (items, choices) = Snippet::ALL
            .into_iter()
            .map(|snippet| {
                let text = self.written(snippet, &request);
                let what = format!("{} as {}", request.action, snippet.title());
                let item = Item { label: snippet.title().to_owned(), note: snippet.note().to_owned() };
                (item, MenuChoice::Copy { what, text })
            })
            .unzip();
        self.overlays.push(Overlay::Menu { title: "Copy as", chooser: Chooser::new(items, 0), choices });
        Vec::new()
    }

    pub(super) fn menu_choice(&mut self, choice: MenuChoice) -> Vec<Effect> {
        match choice {
            MenuChoice::CompareWithUser(user) => self.examine(false, Some(user)),
            MenuChoice::Copy { what, text } => vec![Effect::Copy { what, text }],
            MenuChoice::Save { name, body } => self.ask_where_to_save(&name, body),
            MenuChoice::Masked(places) => self.show_masked(&places),
            MenuChoice::Export(shape) => self.ask_where_to_export(shape),
            MenuChoice::CompareDefinitions(shape) => self.compare_definitions(shape),
            MenuChoice::SideEffect(action, effect) => self.correct_side_effect(action, effect),
        }
    }

    /// Copies what is shown as an akx command: the call of the form or of the run, the description, or the search.
    pub(super) fn copy_command(&mut self) -> Vec<Effect> {
        let (what, text) = match self.front() {
            Front::Form | Front::Response => {
                let Some(request) = self.call_in_front() else { return Vec::new() };
                let text = self.written(Snippet::Akx, &request);
                (format!("the akx command for {}", request.action), text)
            }
            Front::Detail if self.browse.action().is_some() => {
                let action = self.browse.action().and_then(|i| self.listing()?.action(i));
                let name = action.map_or_else(String::new, |a| a.name.to_string());
                ("the akx command".to_owned(), format!("akx show {}{}", shell_quoted(&name), self.whereabouts()))
            }
            Front::Detail | Front::Catalogue | Front::Overlay | Front::Welcome => {
                let query = self.browse.query.text();
                let query = query.trim();
                let query = if query.is_empty() { String::new() } else { format!(" {}", shell_quoted(query)) };
                // A query may begin with what looks like an option: `-in:slack`.
                let dashes = if query.trim_start_matches([' ', '\'']).starts_with('-') { " --" } else { "" };
                ("the akx command".to_owned(), format!("akx list{}{dashes}{query}", self.whereabouts()))
            }
        };
        vec![Effect::Copy { what, text }]
    }

    /// The flags that lead a command to the same project.
    fn whereabouts(&self) -> String {
        match &self.session.named {
            Some(profile) => format!(" --profile {}", shell_quoted(profile)),
            None if self.session.base_url.is_empty() => String::new(),
            None => format!(
                " --base-url {} --project {}",
                shell_quoted(&self.session.base_url),
                shell_quoted(&self.session.project)
            ),
        }
    }

    fn written(&self, snippet: Snippet, request: &RunRequest) -> String {
        let schema = self.listing().and_then(|l| l.catalogue.get(&request.action)).map(|action| action.schema());
        export::write(
            snippet,
            &Call {
                base_url: &self.session.base_url,
                project: &self.session.project,
                request,
                schema: schema.as_ref(),
                profile: self.session.named.as_deref(),
            },
        )
    }

    /// The call in front: of the run that is shown, of the open form, or of the action under the cursor without
    /// parameters. Where there is none, it is said why.
    fn call_in_front(&mut self) -> Option<RunRequest> {
        if self.focus == Pane::Response
            && let Some(run) = self.runs.shown()
        {
            return Some(run.request.clone());
        }
        if !self.take_over_json() {
            return None;
        }
        let wire = self.wire();
        if let Some(form) = self.form.as_ref().filter(|_| self.showing_form) {
            let credential = self.credential_of(&form.action);
            return Some(RunRequest { action: form.action.clone(), parameters: form.form.value(), wire, credential });
        }
        let Some(action) = self.browse.action().and_then(|i| self.listing()?.action(i)) else {
            self.say(Tone::Hint, "Put the cursor on an action first.");
            return None;
        };
        let credential = self.credential_for(&action.integration);
        Some(RunRequest { action: action.name.clone(), parameters: Value::object(), wire, credential })
    }
}
