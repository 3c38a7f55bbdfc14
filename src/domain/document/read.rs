//! The JSON reader: RFC 8259, with errors a person can act on (line, column, what was expected).

use std::fmt;

use super::{
    decode::short_escape,
    value::{Number, Object, Value},
};

/// How many levels of arrays and objects a [`Value`] may have. Deeper text is refused rather than risking the stack;
/// the response view, which reads any depth, does not use `Value`.
pub const DEPTH_LIMIT: usize = 512;

/// Why a text is not JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ParseError {
    /// Byte offset of the first character that does not fit.
    pub offset: usize,
    /// Line of that character, from 1.
    pub line: usize,
    /// Column of that character in characters, from 1.
    pub column: usize,
    /// What would have fitted there.
    pub expected: &'static str,
    /// What stands there instead, in words.
    pub found: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, expected, found, .. } = self;
        write!(f, "line {line}, column {column}: expected {expected}, found {found}")
    }
}

impl Value {
    /// Reads exactly one JSON value, with space around it allowed and a UTF-8 byte order mark ignored.
    ///
    /// A surrogate escaped alone (`\ud800`) and bytes that are not UTF-8 become U+FFFD, as Rust text cannot hold them.
    ///
    /// # Errors
    /// [`ParseError`] at the first character that does not fit, also when nested deeper than [`DEPTH_LIMIT`].
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let start = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut reader = Reader { text, at: start };
        reader.space();
        let value = reader.value(0)?;
        reader.space();
        if reader.at < text.len() {
            return Err(reader.error("the end of the text"));
        }
        Ok(value)
    }
}

/// The length of the JSON number at the start of `text`, if there is one.
pub(super) fn number_len(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(text.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 {
        return None;
    }
    at += if text[at] == b'0' { 1 } else { whole };
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent == 0 {
            return None;
        }
        at += 1 + sign + exponent;
    }
    Some(at)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, expected: &'static str) -> ParseError {
        let before = &self.text[..self.at.min(self.text.len())];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let rest =
            String::from_utf8_lossy(&self.text[before.len()..self.text.len().min(before.len() + 16)]).into_owned();
        ParseError {
            offset: before.len(),
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
            expected,
            found: match rest.chars().next() {
                None => "the end of the text".to_owned(),
                Some('\n' | '\r') => "the end of the line".to_owned(),
                Some(c) => format!("{c:?}"),
            },
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, ParseError> {
        if depth >= DEPTH_LIMIT {
            return Err(self.error("at most 512 levels of nesting"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth).map(Value::Object),
            Some(b'[') => self.array(depth).map(Value::Array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.error("a JSON value")),
        }
    }

    fn word(&mut self, word: &'static str, value: Value) -> Result<Value, ParseError> {
        if self.text[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.error("a JSON value (text needs double quotes)"))
        }
    }

    fn number(&mut self) -> Result<Number, ParseError> {
        number_len(&self.text[self.at..])
            .and_then(|len| {
                let text = std::str::from_utf8(&self.text[self.at..self.at + len]).ok()?;
                self.at += len;
                Number::parse(text)
            })
            .ok_or_else(|| self.error("a number such as 12, -0.5 or 1e3"))
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            self.space();
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(items);
                }
                _ => return Err(self.error("`,` or `]`")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Object, ParseError> {
        self.at += 1;
        let mut members = Object::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(members);
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a key in double quotes"));
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.error("`:` after the key"));
            }
            self.at += 1;
            self.space();
            members.push(key, self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(members);
                }
                _ => return Err(self.error("`,` or `}`")),
            }
        }
    }

    fn string(&mut self) -> Result<String, ParseError> {
        let open = self.at;
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match String::from_utf8(out) {
                        Ok(s) => s,
                        Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
                    });
                }
                Some(b'\\') => {
                    self.at += 1;
                    let c = self.escape()?;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Some(_) => return Err(self.error("`\\n`, `\\t` or `\\u…` in place of a raw control character")),
                None => {
                    self.at = open;
                    return Err(self.error("a closing `\"` for the text that starts here"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let sign = self.peek();
        if sign == Some(b'u') {
            self.at += 1;
            return self.unicode();
        }
        let Some(c) = sign.and_then(short_escape) else {
            return Err(self.error("an escape such as `\\n`, `\\\"` or `\\u00e9`"));
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, ParseError> {
        let first = self.hex4()?;
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Result<u32, ParseError> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let code = digits.and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| u32::from_str_radix(d, 16).ok());
        match code {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.error("four hexadecimal digits")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str) -> String {
        Value::parse(text.as_bytes()).map_or_else(|e| e.to_string(), |v| format!("parsed {v:?}"))
    }

    #[test]
    fn errors_say_where_and_what_was_expected() {
        for (text, words) in [
            ("", "line 1, column 1: expected a JSON value, found the end of the text"),
            ("{\n  \"a\": 1,\n}", "line 3, column 1: expected a key in double quotes, found '}'"),
            ("{\"é\" 1}", "line 1, column 6: expected `:` after the key, found '1'"),
            ("[1 2]", "line 1, column 4: expected `,` or `]`, found '2'"),
            ("01", "line 1, column 2: expected the end of the text, found '1'"),
            ("\"abc", "line 1, column 1: expected a closing `\"` for the text that starts here, found '\"'"),
            ("hello", "line 1, column 1: expected a JSON value, found 'h'"),
            ("nope", "line 1, column 1: expected a JSON value (text needs double quotes), found 'n'"),
            (
                "\"a\nb\"",
                "line 1, column 3: expected `\\n`, `\\t` or `\\u…` in place of a raw control character, found the end of the line",
            ),
        ] {
            assert_eq!(error(text), words, "{text:?}");
        }
    }

    #[test]
    fn nothing_is_lost_on_the_way() {
        for text in [r#"{"b":1,"a":2,"b":3}"#, "[9007199254740993,0.10,1e400,-0,1E+2]", r#"{"":[{}],"\u0000":"é日👩‍💻"}"#]
        {
            assert_eq!(Value::parse(text.as_bytes()).map(|v| v.to_json()), Ok(text.to_owned()));
        }
        assert_eq!(Value::parse(br#""\ud83d\ude00 \ud800x""#).map(|v| v.to_json()), Ok("\"😀 \u{fffd}x\"".to_owned()));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(100_000);
        assert!(error(&deep).contains("at most 512 levels"));
        let fits = format!("{}{}", "[".repeat(DEPTH_LIMIT), "]".repeat(DEPTH_LIMIT));
        assert!(Value::parse(fits.as_bytes()).is_ok());
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::vec((".{0,6}", inner), 0..6).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(v in any_value()) {
            prop_assert_eq!(Value::parse(v.to_json().as_bytes()), Ok(v.clone()));
            prop_assert_eq!(Value::parse(v.to_json_pretty().as_bytes()), Ok(v));
        }

        #[test]
        fn any_bytes_are_read_without_panic_as_serde_reads_them(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if serde_json::from_slice::<serde_json::Value>(&bytes).is_ok() {
                prop_assert!(Value::parse(&bytes).is_ok());
            } else {
                let _ = Value::parse(&bytes);
            }
        }

        #[test]
        fn json_like_text_is_accepted_exactly_when_serde_accepts_it(s in r#"[\[\]{}",:0-9eE+.\- truefalsn\\u]{0,24}"#) {
            let serde = serde_json::from_str::<serde_json::Value>(&s);
            let ours = Value::parse(s.as_bytes());
            // Numbers beyond f64 and lone surrogates are the two things only ours reads.
            prop_assert!(ours.is_ok() >= serde.is_ok(), "{:?} {:?}", serde, ours);
            if ours.is_ok() && serde.is_err() {
                prop_assert!(s.contains(['e', 'E', 'u']), "{:?}", s);
            }
        }
    }
}
