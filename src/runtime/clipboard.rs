//! Copying: OSC 52 to the terminal, and a file, since a terminal never says whether it took it.

use std::{
    io::{self, Write},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::paths::files;

/// Terminals refuse longer sequences, some by losing them half way.
const LIMIT: usize = 100_000;

/// The sequence that puts `text` on the terminal's clipboard; `None` for more than terminals take.
pub(super) fn osc52(text: &str) -> Option<String> {
    let encoded = STANDARD.encode(text);
    (encoded.len() <= LIMIT).then(|| format!("\x1b]52;c;{encoded}\x07"))
}

/// Sends `text` to the terminal; returns whether it is short enough for one.
pub(super) fn to_terminal(text: &str) -> bool {
    let Some(sequence) = osc52(text) else { return false };
    let mut out = io::stdout().lock();
    // Where the terminal is gone, the file still holds the text.
    let _ = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
    true
}

/// Keeps `text` in a file below `data`; says which, or why not.
pub(super) fn keep(text: &str, data: &Path) -> Result<String, String> {
    let path = data.join("copied.txt");
    files::save(&path, text.as_bytes()).map_err(|f| f.message)?;
    Ok(path.display().to_string())
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
