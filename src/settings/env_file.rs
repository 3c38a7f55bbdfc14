//! A `.env` file of Paragon's own tools, as `--env-file` names one.
//!
//! Their names for a project and a signing key are as common as `PROJECT_ID`, so they are never taken from the
//! environment, only from a file that somebody names. `USER` and `PORT` mean something else everywhere and are left out.

use std::path::Path;

/// Their name, and akx's own for it.
const TRANSLATED: [(&str, &str); 4] = [
    ("PROJECT_ID", "AKX_PROJECT_ID"),
    ("PARAGON_PROJECT_ID", "AKX_PROJECT_ID"),
    ("SIGNING_KEY", "AKX_SIGNING_KEY"),
    ("SIGNING_KEY_PATH", "AKX_SIGNING_KEY_PATH"),
];
/// Names that are taken as they are, besides akx's own.
const TAKEN: [&str; 3] = ["ACTIONKIT_BASE_URL", "ZEUS_BASE_URL", "PROXY_BASE_URL"];

/// The variables of `text` that akx understands, by akx's names; a path in them starts from `directory`.
pub fn read(text: &str, directory: &Path) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (name, value) in pairs(text) {
        let own = TRANSLATED.iter().find(|(theirs, _)| *theirs == name).map(|(_, own)| *own);
        let is_taken = TAKEN.contains(&name.as_str()) || name.starts_with("AKX_");
        let Some(name) = own.map(str::to_owned).or(is_taken.then_some(name)) else { continue };
        // An empty value says nothing; as a path it would be the directory itself.
        if value.is_empty() {
            continue;
        }
        let is_path = name.ends_with("_PATH") || name.ends_with("_FILE");
        let value = if is_path { directory.join(value).display().to_string() } else { value };
        variables.push((name, value));
    }
    variables
}

/// `NAME=value` line by line; `export` before it, comments and quotes as shells have them. A quoted value may go over
/// several lines, as PEM keys do.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start().strip_prefix("export ").unwrap_or(line.trim_start());
        let Some((name, rest)) = line.split_once('=') else { continue };
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let rest = rest.trim();
        let value = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let mut value = rest[1..].to_owned();
                while !value.contains(quote) {
                    let Some(more) = lines.next() else { break };
                    value.push('\n');
                    value.push_str(more);
                }
                value.split(quote).next().unwrap_or_default().to_owned()
            }
            _ => rest.split(" #").next().unwrap_or_default().trim().to_owned(),
        };
        pairs.push((name.to_owned(), value));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragons_names_become_ours_and_user_and_port_are_left_out() {
        let text = "# their example\nPROJECT_ID=p-1 # the id\nexport ACTIONKIT_BASE_URL='https://a.example'\nUSER=me\nPORT=3001\n\
                    SIGNING_KEY=\"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\"\nSIGNING_KEY_PATH=./key.pem\n\
                    ZEUS_BASE_URL=\nnonsense\n";
        assert_eq!(
            read(text, Path::new("/x")),
            [
                ("AKX_PROJECT_ID".to_owned(), "p-1".to_owned()),
                ("ACTIONKIT_BASE_URL".to_owned(), "https://a.example".to_owned()),
                (
                    "AKX_SIGNING_KEY".to_owned(),
                    "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----".to_owned()
                ),
                ("AKX_SIGNING_KEY_PATH".to_owned(), "/x/./key.pem".to_owned()),
            ]
        );
    }

    #[test]
    fn an_empty_path_is_none() {
        let text = "SIGNING_KEY_PATH=\nAKX_TOKEN_FILE=''\nPROJECT_ID=p\n";
        assert_eq!(read(text, Path::new("/x")), [("AKX_PROJECT_ID".to_owned(), "p".to_owned())]);
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "([A-Z_]{0,9}=?['\"]?.{0,6}\n?){0,8}") {
            for (name, _) in read(&text, Path::new("/x")) {
                prop_assert!(name != "USER" && name != "PORT");
            }
        }
    }
}
