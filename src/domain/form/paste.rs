//! Parameters out of what people have on their clipboard: a JSON value, a whole request body, or a curl command.

use super::Form;
use crate::domain::document::{ParseError, Value};

/// Why nothing could be taken from a pasted text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// The text, or the body in the curl command, is not JSON.
    #[error("not JSON: {0}")]
    NotJson(#[from] ParseError),
    /// A curl command without a body.
    #[error("this curl command sends no body")]
    NoBody,
}

/// The parameters in a pasted text: of a request body `{"action": …, "parameters": …}` its parameters, of a curl
/// command those of its body.
///
/// # Errors
/// [`PasteError`] with what is wrong and where.
pub fn parameters_in(text: &str) -> Result<Value, PasteError> {
    let text = text.trim();
    let value = if text.starts_with("curl") && text[4..].starts_with(char::is_whitespace) {
        let body = body_of(&shell_words(text)).ok_or(PasteError::NoBody)?;
        Value::parse(body.as_bytes())?
    } else {
        Value::parse(text.as_bytes())?
    };
    let wraps = value.as_object().is_some_and(|o| o.len() == 2 && (o.contains_key("action") || o.contains_key("tool")));
    match value.get("parameters") {
        Some(inner @ Value::Object(_)) if wraps => Ok(inner.clone()),
        _ => Ok(value),
    }
}

impl Form {
    /// Fills the form from a pasted text, see [`parameters_in`].
    ///
    /// # Errors
    /// [`PasteError`]; the form is then as it was.
    pub fn paste(&mut self, text: &str) -> Result<(), PasteError> {
        self.load(&parameters_in(text)?);
        Ok(())
    }
}

fn body_of(words: &[String]) -> Option<String> {
    const LONG: [&str; 5] = ["--data", "--data-raw", "--data-binary", "--data-ascii", "--json"];
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "-d" || LONG.contains(&word.as_str()) {
            return words.next().cloned();
        }
        let joined = LONG.iter().find_map(|l| word.strip_prefix(l)?.strip_prefix('='));
        let short = word.strip_prefix("-d").filter(|rest| !rest.is_empty() && !word.starts_with("--"));
        if let Some(body) = joined.or(short) {
            return Some(body.to_owned());
        }
    }
    None
}

/// The words of a POSIX shell command, with the `$'…'` that browsers copy.
fn shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => word.get_or_insert_default().extend(chars.by_ref().take_while(|&c| c != '\'')),
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|&c| c != '"') {
                    match c {
                        '\\' => match chars.next() {
                            Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                            Some('\n') | None => {}
                            Some(c) => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|&c| c != '\'') {
                    match c {
                        '\\' => word.extend(escaped(&mut chars)),
                        c => word.push(c),
                    }
                }
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c) => word.get_or_insert_default().push(c),
            },
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What a backslash stands for inside `$'…'`.
fn escaped(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    let digits = match chars.next()? {
        'n' => return Some('\n'),
        't' => return Some('\t'),
        'r' => return Some('\r'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return Some(other),
    };
    let mut code = 0;
    for _ in 0..digits {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else { break };
        code = code * 16 + digit;
        chars.next();
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Result<String, String> {
        parameters_in(text).map(|v| v.to_json()).map_err(|e| e.to_string())
    }

    #[test]
    fn json_bodies_and_curl_commands_give_their_parameters() {
        for (text, expected) in [
            (r#" {"a": 1} "#, r#"{"a":1}"#),
            (r#"{"action":"SLACK_SEND_MESSAGE","parameters":{"a":1}}"#, r#"{"a":1}"#),
            (r#"{"parameters":{"a":1},"b":2}"#, r#"{"parameters":{"a":1},"b":2}"#),
            ("curl -X POST https://example.com \\\n  -H 'A: b' \\\n  -d '{\"a\": \"it'\\''s\"}'", r#"{"a":"it's"}"#),
            (r#"curl https://example.com --data-raw $'{"a":"it\'s \u00e9"}'"#, r#"{"a":"it's é"}"#),
            (r#"curl https://example.com --json="{\"tool\":\"X\",\"parameters\":{\"a\":[\"$\"]}}""#, r#"{"a":["$"]}"#),
            (r#"curl https://example.com -d"{\"tool\":\"X\",\"parameters\":{}}""#, "{}"),
            ("curl https://example.com", "this curl command sends no body"),
            ("curly", "not JSON: line 1, column 1: expected a JSON value, found 'c'"),
        ] {
            let taken = taken(text).unwrap_or_else(|e| e);
            assert_eq!(taken, expected, "{text}");
        }
    }
}
