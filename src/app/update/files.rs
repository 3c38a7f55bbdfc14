//! Choosing a file for a field: walking through directories, or typing a path.

use crate::{
    app::{
        chooser::{Chooser, Item},
        effect::Effect,
        message::Directory,
        overlay::Overlay,
        page::Tone,
        state::App,
    },
    domain::{
        document::Value,
        form::{Edit, FieldId, file_in},
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
                self.say(Tone::Error, why);
                return Vec::new();
            }
        };
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
            }
            Err(why) => self.say(Tone::Error, why),
        }
        Vec::new()
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
