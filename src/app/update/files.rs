//! Choosing a file for a field: walking through directories, or typing a path.

use crate::{
    app::{
        chooser::{Chooser, Item},
        effect::Effect,
        geometry::Pane,
        message::Directory,
        open_form::At,
        overlay::Overlay,
        page::Tone,
        state::App,
    },
    domain::{
        document::Value,
        form::{Edit, FieldId, Problem, file_in},
        text::human_size,
    },
};

impl App {
    /// Opens the directory the last file came from, to choose one for `field`.
    pub(super) fn choose_file(&mut self, field: FieldId) -> Vec<Effect> {
        vec![Effect::OpenPath { field, path: ".".to_owned(), within: self.files_from.clone() }]
    }

    pub(super) fn files_listed(&mut self, field: FieldId, result: Result<Directory, String>) -> Vec<Effect> {
        let directory = match result {
            Ok(directory) => directory,
            Err(why) => {
                self.refuse_file(field, &why);
                return Vec::new();
            }
        };
        if let Some(form) = &mut self.form {
            form.runs_when_read = false;
        }
        self.files_from.clone_from(&directory.path);
        let up = Item { label: "..".to_owned(), note: "the directory above".to_owned() };
        let entries = directory.entries.into_iter().map(|entry| match entry.size {
            Some(size) => Item { label: entry.name, note: human_size(size) },
            None => Item { label: format!("{}/", entry.name), note: String::new() },
        });
        let items: Vec<Item> = std::iter::once(up).chain(entries).collect();
        let names = items.iter().map(|i| i.label.clone()).collect();
        // The one chosen from before is left behind, whether it was gone into or out of.
        self.overlays.retain(|o| !matches!(o, Overlay::Files { .. }));
        let at = usize::from(items.len() > 1);
        let chooser = Chooser::new(items, at);
        self.overlays.push(Overlay::Files { field, directory: directory.path, chooser, names });
        Vec::new()
    }

    pub(super) fn file_read(&mut self, field: FieldId, result: Result<Value, String>) -> Vec<Effect> {
        self.overlays.retain(|o| !matches!(o, Overlay::Files { .. }));
        match result {
            Ok(value) => {
                let name = file_in(&value).map(|(name, _)| name.to_owned()).unwrap_or_default();
                if self.edit(field, Edit::Json(value.to_json())) {
                    self.say(Tone::Good, format!("{name} goes along as a file."));
                }
                let form = self.form.as_mut().filter(|form| form.runs_when_read);
                if let Some(form) = form.filter(|form| form.form.unread_files().is_empty()) {
                    form.runs_when_read = false;
                    return self.run();
                }
            }
            Err(why) => self.refuse_file(field, &why),
        }
        Vec::new()
    }

    /// Says why a file cannot be had, also at the field that names it; a run that waits for it is not made.
    fn refuse_file(&mut self, field: FieldId, why: &str) {
        if let Some(form) = self.form.as_mut().filter(|form| form.form.unread_file(field).is_some()) {
            let at = form.form.about(field).map(|about| about.pointer).unwrap_or_default();
            form.form.blame(field, why);
            form.check.problems.push(Problem { field, at, words: why.to_owned() });
            if std::mem::take(&mut form.runs_when_read) {
                form.go(At::Field(field));
                self.focus = Pane::Action;
            }
            form.refresh();
        }
        self.say(Tone::Error, why);
    }

    /// Reads the files whose paths stand in fields that were just left.
    pub(super) fn read_files_left(&mut self) -> Vec<Effect> {
        let Some(form) = &mut self.form else { return Vec::new() };
        let mut left = std::mem::take(&mut form.files_left);
        left.dedup();
        let paths = left.into_iter().filter_map(|field| Some((field, form.form.unread_file(field)?)));
        paths.flat_map(|(field, path)| read_file(field, path)).collect()
    }
}

/// Reads the file whose path was typed.
pub(super) fn read_file(field: FieldId, path: &str) -> Vec<Effect> {
    vec![Effect::OpenPath { field, path: path.to_owned(), within: String::new() }]
}

/// Goes into the directory, or takes the file, that was chosen by `name` in `directory`; a path that is typed goes before.
pub(super) fn file_chosen(field: FieldId, directory: String, typed: &str, name: Option<&str>) -> Vec<Effect> {
    let typed = typed.trim();
    let path = match name {
        _ if typed.starts_with(['/', '~']) || typed.contains('/') => typed,
        Some(name) => name,
        None if !typed.is_empty() => typed,
        None => return Vec::new(),
    };
    vec![Effect::OpenPath { field, path: path.to_owned(), within: directory }]
}
