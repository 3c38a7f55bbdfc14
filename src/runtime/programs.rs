//! The programs of the person's machine that are called on: editor, pager, browser, clipboard. Which of them there are
//! is looked up once, in `PATH`, without starting any.

use std::{
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The programs that are called on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programs {
    /// akx itself, which is started again for a filter.
    pub akx: std::path::PathBuf,
    /// The editor, as `VISUAL` or `EDITOR` name it.
    pub editor: String,
    /// The pager, as `PAGER` names it.
    pub pager: String,
    /// What takes text for the clipboard on its standard input, with its arguments.
    pub clipboard: Option<Vec<String>>,
    /// What opens a web address.
    pub browser: Option<Vec<String>>,
}

impl Programs {
    /// Those that `variable` (of the environment) and the directories of its `PATH` offer.
    pub fn find<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Self {
        let text = |name| variable(name).filter(|t| !t.trim().is_empty());
        let path = text("PATH").unwrap_or_default();
        let is_there =
            |program: &str| path.split(':').any(|dir| !dir.is_empty() && Path::new(dir).join(program).is_file());
        let wayland = text("WAYLAND_DISPLAY").is_some();
        let x11 = text("DISPLAY").is_some();
        let clipboards: [(bool, &[&str]); 4] = [
            (wayland, &["wl-copy"]),
            (x11, &["xclip", "-selection", "clipboard"]),
            (x11, &["xsel", "--clipboard", "--input"]),
            (true, &["pbcopy"]),
        ];
        let clipboard = clipboards.into_iter().find(|(works, words)| *works && is_there(words[0]));
        let named = text("BROWSER").map(|b| b.split_whitespace().map(str::to_owned).collect());
        let usual = ["xdg-open", "open", "wslview"].into_iter().find(|program| is_there(program));
        Self {
            akx: std::path::PathBuf::new(),
            editor: text("VISUAL").or_else(|| text("EDITOR")).unwrap_or("vi").to_owned(),
            pager: text("PAGER").unwrap_or("less").to_owned(),
            clipboard: clipboard.map(|(_, words)| words.iter().map(ToString::to_string).collect()),
            browser: named.or_else(|| usual.map(|program| vec![program.to_owned()])),
        }
    }
}

/// Hands `text` to a clipboard program; returns its name if it took it.
pub(super) fn to_clipboard(words: &[String], text: &str) -> Option<String> {
    let mut child = quiet(words)?.stdin(Stdio::piped()).spawn().ok()?;
    let written = child.stdin.take().is_some_and(|mut stdin| stdin.write_all(text.as_bytes()).is_ok());
    // The ones for X go on in the background, with the text; what was started ends at once.
    (written && child.wait().is_ok_and(|status| status.success())).then(|| words[0].clone())
}

/// Has `words` open `url`, without waiting for it; returns the program's name.
///
/// # Errors
/// In words.
pub(super) fn open_link(words: Option<&[String]>, url: &str) -> Result<String, String> {
    let none = || "no program for it was found (BROWSER names one).".to_owned();
    let words = words.filter(|words| !words.is_empty()).ok_or_else(none)?;
    let child = quiet(words).ok_or_else(none)?.arg(url).stdin(Stdio::null()).spawn();
    let child = child.map_err(|e| format!("{} could not be started: {e}.", words[0]))?;
    reap(child);
    Ok(words[0].clone())
}

/// Waits for a program somewhere else, so that nothing of it is left behind.
fn reap(mut child: Child) {
    std::thread::spawn(move || child.wait());
}

/// A command that neither reads the terminal nor writes to it.
fn quiet(words: &[String]) -> Option<Command> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    Some(command)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn script(dir: &Path, name: &str, text: &str) -> String {
        let path = dir.join(name);
        let written = std::fs::write(&path, format!("#!/bin/sh\n{text}\n"));
        written.and_then(|()| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))).ok();
        path.display().to_string()
    }

    #[test]
    fn the_clipboard_program_is_the_one_that_works_here() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["xclip", "wl-copy", "xdg-open"] {
            script(dir.path(), name, "true");
        }
        let path = dir.path().display().to_string();
        let find = |variables: &[(&str, &str)]| {
            let all: Vec<(String, String)> = variables
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .chain([("PATH".to_owned(), format!("/nonexistent:{path}"))])
                .collect();
            Programs::find(|name| all.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()))
        };
        let first = |words: Option<Vec<String>>| words.map(|w| w[0].clone());
        assert_eq!(first(find(&[]).clipboard), None, "there is no display");
        assert_eq!(first(find(&[("DISPLAY", ":0")]).clipboard).as_deref(), Some("xclip"));
        assert_eq!(first(find(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "w")]).clipboard).as_deref(), Some("wl-copy"));
        assert_eq!(find(&[]).browser, Some(vec!["xdg-open".to_owned()]));
        assert_eq!(find(&[("BROWSER", "lynx -x")]).browser, Some(vec!["lynx".to_owned(), "-x".to_owned()]));
        assert_eq!((find(&[("PAGER", " ")]).pager, find(&[("EDITOR", "ed")]).editor), ("less".into(), "ed".into()));
    }

    #[test]
    fn text_goes_to_the_program_and_its_failure_is_no_copy() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("taken");
        let takes = script(dir.path(), "takes", &format!("cat > {}", to.display()));
        assert_eq!(to_clipboard(std::slice::from_ref(&takes), "hé"), Some(takes));
        assert_eq!(std::fs::read_to_string(to).unwrap(), "hé");
        assert_eq!(to_clipboard(&["false".to_owned()], ""), None);
        assert_eq!(to_clipboard(&["/nonexistent".to_owned()], "x"), None);
        assert!(open_link(None, "https://example.com").is_err_and(|e| e.contains("BROWSER")));
        assert_eq!(open_link(Some(&["true".to_owned()]), "https://example.com"), Ok("true".to_owned()));
    }
}
