//! Copying: OSC 52 to the terminal, and a file, since a terminal never says whether it took it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{domain::redact, paths::files};

/// Terminals refuse longer sequences, some by losing them half way.
const LIMIT: usize = 100_000;

/// The sequence that puts `text` on the terminal's clipboard; `None` for more than terminals take.
pub(super) fn osc52(text: &str) -> Option<String> {
    let encoded = STANDARD.encode(text);
    (encoded.len() <= LIMIT).then(|| format!("\x1b]52;c;{encoded}\x07"))
}

/// Sends `text` to the terminal and keeps it in a file below `data`; says which file, or why not.
pub(super) fn copy(text: &str, data: &Path) -> Result<String, String> {
    if let Some(sequence) = osc52(text) {
        let mut out = io::stdout().lock();
        // Where the terminal is gone, the file still holds the text.
        let _ = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
    }
    let path = file(data);
    // The terminal gets what was asked for; what stays on the disk holds no secrets.
    let kept = redact::body(text.as_bytes());
    files::save(&path, &kept.rest).map_err(|f| f.message)?;
    let masked = if kept.taken.is_empty() { "" } else { ", secrets masked" };
    Ok(format!("{}{masked}", path.display()))
}

fn file(data: &Path) -> PathBuf {
    data.join("copied.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_to_the_terminal_encoded_or_not_at_all() {
        assert_eq!(osc52("hé").as_deref(), Some("\x1b]52;c;aMOp\x07"));
        assert_eq!(osc52(&"x".repeat(LIMIT)), None);
    }
}
