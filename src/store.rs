//! What akx keeps on disk between two invocations: list replies and dialects it can ask for again, form drafts and the
//! history of runs, which must not be lost.

pub mod answers;
pub mod cache;
pub mod drafts;
pub mod filters;
pub mod history;
mod json;
pub mod rows;
pub mod saved;
pub mod usage;
pub mod users;

use ring::digest::{SHA256, digest};

/// A file name for the given texts: the same for the same texts, different for others, whatever stands in them.
fn file_name(parts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    let hash = digest(&SHA256, &bytes);
    hash.as_ref().get(..16).map(hex).unwrap_or_default()
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut name, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_all_texts_apart_and_are_plain() {
        assert_ne!(file_name(&["ab", "c"]), file_name(&["a", "bc"]));
        assert_eq!(file_name(&["../x", "é"]), file_name(&["../x", "é"]));
        assert!(file_name(&["../x"]).bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(file_name(&[]).len(), 32);
    }
}
