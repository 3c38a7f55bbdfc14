//! Copying: OSC 52 to the terminal, and a file, since a terminal never says whether it took it.

use std::{
    io::{self, Write},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::programs;
use crate::{
    app::message::Copied,
    domain::redact::Known,
    paths::{self, files},
};

/// Terminals refuse longer sequences, some by losing them half way.
const LIMIT: usize = 100_000;

/// The sequence that puts `text` on the terminal's clipboard; `None` for more than terminals take.
pub(super) fn osc52(text: &str) -> Option<String> {
    let is_short = base64::encoded_len(text.len(), true).is_some_and(|encoded| encoded <= LIMIT);
    is_short.then(|| format!("\x1b]52;c;{}\x07", STANDARD.encode(text)))
}

/// Sends `text` to the terminal; returns whether it is short enough for one.
pub(super) fn to_terminal(text: &str) -> bool {
    let Some(sequence) = osc52(text) else { return false };
    let mut out = io::stdout().lock();
    // Where the terminal is gone, the file still holds the text.
    let _ = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
    true
}

/// Puts `text` on the clipboard of the program there is, and in a file below `data`; says where it went besides the
/// `terminal`.
///
/// The terminal gets what was asked for; what stays on the disk holds no secrets, and text with secrets is no business
/// of a clipboard that other programs watch and keep.
pub(super) fn copy(text: &str, terminal: bool, program: Option<&[String]>, (data, known): (&Path, &Known)) -> Copied {
    let kept = known.body(text.as_bytes(), None);
    let is_plain = kept.taken.is_empty();
    let program = program.filter(|_| is_plain).and_then(|words| programs::to_clipboard(words, text));
    let path = data.join("copied.txt");
    let masked = if is_plain { "" } else { ", secrets masked" };
    let saved = files::save(&path, &kept.rest).map_err(|f| f.message);
    Copied { terminal, program, file: saved.map(|()| format!("{}{masked}", paths::shown(&path))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_to_the_terminal_encoded_or_not_at_all() {
        assert_eq!(osc52("hé").as_deref(), Some("\x1b]52;c;aMOp\x07"));
        assert_eq!(osc52(&"x".repeat(LIMIT)), None);
    }

    #[test]
    fn text_with_secrets_goes_to_no_clipboard_program_and_masked_to_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let takes = ["cat".to_owned()];
        let copied = copy("hello", true, Some(&takes), (dir.path(), &Known::default()));
        assert_eq!((copied.program.as_deref(), copied.terminal), (Some("cat"), true));
        assert!(copied.file.is_ok_and(|file| file.ends_with("copied.txt")));
        let copied = copy(r#"{"access_token":"abc"}"#, true, Some(&takes), (dir.path(), &Known::default()));
        assert_eq!(copied.program, None);
        assert!(copied.file.is_ok_and(|file| file.ends_with("secrets masked")));
        assert!(!std::fs::read_to_string(dir.path().join("copied.txt")).unwrap().contains("abc"));
        let known = Known::of(["opaque-canary"]);
        assert_eq!(copy("it said opaque-canary", true, Some(&takes), (dir.path(), &known)).program, None);
        assert_eq!(std::fs::read_to_string(dir.path().join("copied.txt")).unwrap(), "it said ***");
    }
}
