//! A person's own editor, opened on a private file.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::paths::files;

/// Has `editor` (a command line, such as `code --wait`) edit `text`. `None` = nothing was changed.
///
/// The terminal must have been given back before, and nobody may read its keys meanwhile.
///
/// # Errors
/// In words: when the editor cannot be started, or says that it failed.
pub(super) fn edit(editor: &str, text: &str, file: &EditFile<'_>) -> Result<Option<String>, String> {
    let path = file.path();
    files::save(&path, text.as_bytes()).map_err(|f| f.message)?;
    let result = run(editor, &path)
        .and_then(|()| std::fs::read_to_string(&path).map_err(|e| format!("The edited text could not be read: {e}.")));
    // What was edited is in the form now; a copy left behind would be one too many.
    let _ = std::fs::remove_file(&path);
    result.map(|edited| (edited != text).then_some(edited))
}

/// Has `pager` (a command line) show `text`, under the same conditions.
///
/// # Errors
/// In words: when the pager cannot be started.
pub(super) fn page(pager: &str, text: &str, file: &EditFile<'_>) -> Result<(), String> {
    let path = file.path();
    files::save(&path, text.as_bytes()).map_err(|f| f.message)?;
    let mut words = pager.split_whitespace();
    let program = words.next().unwrap_or("less");
    // How it ends says nothing: a pager may be left in many ways.
    let shown = Command::new(program).args(words).arg(&path).status();
    let _ = std::fs::remove_file(&path);
    shown.map(|_| ()).map_err(|e| format!("{program} could not be started: {e}. PAGER names the pager to use."))
}

/// Has `editor` change `text` for who keeps no session: the file stands in `directory` and ends in `suffix`.
///
/// # Errors
/// In words: when the editor cannot be started, or says that it failed.
pub fn edit_in(editor: &str, text: &str, directory: &Path, suffix: &'static str) -> Result<Option<String>, String> {
    edit(editor, text, &EditFile { directory, suffix })
}

/// The file an editor is given.
#[derive(Debug)]
pub(super) struct EditFile<'a> {
    /// The directory, private to the person.
    pub(super) directory: &'a Path,
    /// The ending that editors choose their colours by.
    pub(super) suffix: &'static str,
}

impl EditFile<'_> {
    fn path(&self) -> PathBuf {
        self.directory.join(format!("edit-{}{}", std::process::id(), self.suffix))
    }
}

fn run(editor: &str, path: &Path) -> Result<(), String> {
    let mut words = editor.split_whitespace();
    let Some(program) = words.next() else {
        return Err("No editor is set: put its name in EDITOR.".to_owned());
    };
    let status = Command::new(program).args(words).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} ended with {status}; the text is as it was.")),
        Err(e) => Err(format!("{program} could not be started: {e}. EDITOR names the editor to use.")),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_the_editor_leaves_is_taken_and_the_file_removed() {
        let dir = tempfile::tempdir().unwrap();
        let file = EditFile { directory: dir.path(), suffix: ".json" };
        let script = dir.path().join("ed");
        std::fs::write(&script, "#!/bin/sh\nprintf '%s' \"$1 edited\" > \"$2\"\n").unwrap();
        let editor = format!("sh {} more", script.display());
        assert_eq!(edit(&editor, "before", &file), Ok(Some("more edited".to_owned())));
        assert_eq!(edit("true", "before", &file), Ok(None));
        assert!(edit("false", "before", &file).is_err_and(|e| e.contains("as it was")));
        assert!(edit("no-such-editor-here", "x", &file).is_err_and(|e| e.contains("EDITOR")));
        assert!(!file.path().exists());
        let seen = dir.path().join("seen");
        std::fs::write(&script, format!("#!/bin/sh\ncat \"$1\" > {}\nexit 3\n", seen.display())).unwrap();
        assert_eq!(page(&format!("sh {}", script.display()), "text", &file), Ok(()));
        assert_eq!((std::fs::read_to_string(seen).unwrap().as_str(), file.path().exists()), ("text", false));
        assert!(page("no-such-pager-here", "x", &file).is_err_and(|e| e.contains("PAGER")));
    }
}
