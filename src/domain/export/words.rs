//! Texts and values as literals of a shell and of programming languages.

use std::fmt::Write as _;

use crate::domain::document::Value;

/// `text` as one word of a POSIX shell. Text with control characters is written in `$'…'`, which bash, zsh and ksh
/// know, so that nothing in it can act on the terminal it is pasted into.
pub fn shell_quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) && !text.starts_with('=') {
        return text.to_owned();
    }
    if !text.chars().any(|c| is_unseen(c) && c != '\n') {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if is_unseen(c) => {
                // Three octal digits end by themselves; hexadecimal ones would go on into the text.
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Whether a character does something instead of being seen, or turns the direction of the text round it.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `text` as a string literal that JSON, Python and JavaScript read alike.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // All of them are in the basic plane, so four digits do.
            c if is_unseen(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `text` as a Rust string: as it stands where nothing in it needs escaping, else raw.
pub(super) fn rust_raw(text: &str) -> String {
    if !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// How a language writes JSON's three words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Literals {
    /// `null`, `true`, `false`.
    pub(super) words: [&'static str; 3],
    /// Whole numbers beyond this lose digits; `None` where there is no such bound.
    pub(super) whole: Option<u64>,
    /// A key that means something else in this language.
    pub(super) odd_key: &'static str,
}

pub(super) const PYTHON: Literals = Literals { words: ["None", "True", "False"], whole: None, odd_key: "" };
pub(super) const JAVASCRIPT: Literals =
    Literals { words: ["null", "true", "false"], whole: Some((1 << 53) - 1), odd_key: "__proto__" };

/// `value` as a literal of a language, laid out, its first line continued at `indent`; `None` where the language would
/// not send exactly this value again: a number that changes, a key that occurs twice.
pub(super) fn literal(value: &Value, language: &Literals, indent: usize) -> Option<String> {
    let mut out = String::new();
    put(value, language, indent, &mut out).then_some(out)
}

fn put(value: &Value, language: &Literals, indent: usize, out: &mut String) -> bool {
    let [null, yes, no] = language.words;
    let line = |out: &mut String, indent: usize| {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    };
    match value {
        Value::Null => out.push_str(null),
        Value::Bool(b) => out.push_str(if *b { yes } else { no }),
        Value::String(s) => out.push_str(&quoted(s)),
        Value::Number(n) => {
            out.push_str(n.as_str());
            return keeps(n.as_str(), language);
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                line(out, indent + 4);
                if !put(item, language, indent + 4, out) {
                    return false;
                }
                out.push(',');
            }
            if !items.is_empty() {
                line(out, indent);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            let mut keys: Vec<&str> = members.keys().collect();
            keys.sort_unstable();
            if keys.windows(2).any(|w| w[0] == w[1]) || keys.contains(&language.odd_key) && !language.odd_key.is_empty()
            {
                return false;
            }
            for (key, member) in members.iter() {
                line(out, indent + 4);
                out.push_str(&quoted(key));
                out.push_str(": ");
                if !put(member, language, indent + 4, out) {
                    return false;
                }
                out.push(',');
            }
            if !members.is_empty() {
                line(out, indent);
            }
            out.push('}');
        }
    }
    true
}

/// Whether a language that reads this number writes it the same way again.
fn keeps(number: &str, language: &Literals) -> bool {
    if number == "-0" {
        return false;
    }
    let digits = number.trim_start_matches('-');
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return language.whole.is_none_or(|most| digits.parse::<u64>().is_ok_and(|n| n <= most)) && digits.len() < 4000;
    }
    // The shortest text that reads back as the same number is what Python and JavaScript write, without an exponent
    // within these bounds.
    number.parse::<f64>().is_ok_and(|n| (1e-4..1e16).contains(&n.abs()) && n.to_string() == number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(json: &str) -> Value {
        Value::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_shell_reads_one_word() {
        assert_eq!(shell_quoted("a-b_c.d/e:f=1"), "a-b_c.d/e:f=1");
        assert_eq!(shell_quoted(""), "''");
        assert_eq!(shell_quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_quoted("\u{1b}[2J'"), r"$'\033[2J\''");
        assert_eq!(shell_quoted("~x"), "'~x'");
    }

    #[test]
    fn literals_are_laid_out_in_the_languages_own_words() {
        let value = parse(r#"{"a":[1,null],"b":{},"c":"x\u0000\"","d":true}"#);
        assert_eq!(
            literal(&value, &PYTHON, 0).as_deref(),
            Some(
                "{\n    \"a\": [\n        1,\n        None,\n    ],\n    \"b\": {},\n    \"c\": \"x\\u0000\\\"\",\n    \"d\": True,\n}"
            )
        );
    }

    #[test]
    fn what_a_language_would_change_is_no_literal() {
        for json in ["0.10", "1e400", "-0", r#"{"a":1,"a":2}"#, "[1.0]", "1E5"] {
            assert_eq!(literal(&parse(json), &PYTHON, 0), None, "{json}");
            assert_eq!(literal(&parse(json), &JAVASCRIPT, 0), None, "{json}");
        }
        assert!(literal(&parse("9007199254740993"), &PYTHON, 0).is_some());
        assert!(literal(&parse("9007199254740993"), &JAVASCRIPT, 0).is_none());
        assert!(literal(&parse(r#"{"__proto__":1}"#), &JAVASCRIPT, 0).is_none());
        assert!(literal(&parse("0.25"), &JAVASCRIPT, 0).is_some());
    }

    #[test]
    fn a_raw_string_ends_where_it_should() {
        assert_eq!(rust_raw("a"), "\"a\"");
        assert_eq!(rust_raw("a\\"), "r\"a\\\"");
        assert_eq!(rust_raw(r##"{"a":"b"#"}"##), r###"r##"{"a":"b"#"}"##"###);
    }

    proptest! {
        #[test]
        fn a_quoted_text_is_json_for_the_same_text(text in any::<String>()) {
            let value = parse(&quoted(&text));
            prop_assert_eq!(value.as_str(), Some(text.as_str()));
        }
    }
}
