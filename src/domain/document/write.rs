//! The JSON writer: the bytes sent, and the layout people read.

use std::fmt;

use super::value::Value;

impl Value {
    /// The value as JSON without space, as it is sent.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write(self, None, 0, &mut out);
        out
    }

    /// The value as JSON laid out for people: two spaces a level, one member or item a line, empty ones closed up.
    pub fn to_json_pretty(&self) -> String {
        let mut out = String::new();
        write(self, Some(2), 0, &mut out);
        out
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

fn write(value: &Value, indent: Option<usize>, level: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => out.push_str(n.as_str()),
        Value::String(s) => write_string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                separate(i, indent, level + 1, out);
                write(item, indent, level + 1, out);
            }
            close(items.is_empty(), indent, level, out);
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (i, (key, member)) in members.iter().enumerate() {
                separate(i, indent, level + 1, out);
                write_string(key, out);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write(member, indent, level + 1, out);
            }
            close(members.is_empty(), indent, level, out);
            out.push('}');
        }
    }
}

fn separate(i: usize, indent: Option<usize>, level: usize, out: &mut String) {
    if i > 0 {
        out.push(',');
    }
    new_line(indent, level, out);
}

fn close(empty: bool, indent: Option<usize>, level: usize, out: &mut String) {
    if !empty {
        new_line(indent, level, out);
    }
}

fn new_line(indent: Option<usize>, level: usize, out: &mut String) {
    if let Some(width) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', width * level));
    }
}

/// Writes `text` as a JSON string: only what RFC 8259 §7 demands is escaped.
pub(super) fn write_string(text: &str, out: &mut String) {
    use fmt::Write as _;
    out.push('"');
    let mut rest = text;
    // What is escaped is one byte each, so the text between can be copied as it stands.
    while let Some(at) = rest.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
            other => drop(write!(out, "\\u{other:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_must_be_is_escaped() {
        let text = "\u{1}\u{1f}\u{20}\"\\/\n\r\t\u{7f}ä\u{2028}🦓";
        let written = "\"\\u0001\\u001f \\\"\\\\/\\n\\r\\t\u{7f}ä\u{2028}🦓\"";
        assert_eq!(Value::from(text).to_json(), written);
        assert_eq!(Value::parse(written.as_bytes()), Ok(Value::from(text)));
    }

    #[test]
    fn the_layout_for_people() {
        let v = Value::parse(br#"{"a":[1,{"b":[]}],"c":{},"d":"x\ny"}"#).unwrap_or_default();
        assert_eq!(
            v.to_json_pretty(),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {},\n  \"d\": \"x\\ny\"\n}"
        );
    }
}
