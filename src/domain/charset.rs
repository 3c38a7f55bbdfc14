//! Text that is not UTF-8: told by its first bytes or by the reply's header, and read as if it were.
//!
//! JSON has to be UTF-8 between systems (RFC 8259, 8.1), but older services answer in UTF-16, and web pages and plain
//! text in whatever their header says.

use super::body::Body;

/// How characters stand as bytes, where that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Two bytes a unit, the lower first.
    Utf16Le,
    /// Two bytes a unit, the higher first.
    Utf16Be,
    /// Four bytes a character, the lowest first.
    Utf32Le,
    /// Four bytes a character, the highest first.
    Utf32Be,
    /// One byte a character; what is called ISO-8859-1 is read as this as well, as browsers do.
    Windows1252,
}

/// How many of the first bytes tell whether text is UTF-8.
const SNIFFED: usize = 4096;

/// What Windows-1252 has at 0x80 to 0x9f; the five places it leaves open are the control characters of that number.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Charset {
    /// What `bytes` are written in, where that is not UTF-8; `content_type` is the reply's header, which counts only
    /// where the bytes themselves leave it open.
    pub fn of(bytes: &[u8], content_type: Option<&str>) -> Option<Self> {
        Self::by_mark(bytes).or_else(|| {
            let said = content_type.and_then(Self::named)?;
            let sniffed = bytes.get(..SNIFFED).unwrap_or(bytes);
            let is_utf8 = match std::str::from_utf8(sniffed) {
                Ok(text) => !text.contains('\0'),
                // A character that only the limit has cut in two is no fault.
                Err(error) => error.error_len().is_none() && sniffed.len() < bytes.len(),
            };
            (!is_utf8).then_some(said)
        })
    }

    /// By a byte order mark, or by where the zeros stand beside the two ASCII characters that JSON begins with.
    fn by_mark(bytes: &[u8]) -> Option<Self> {
        let ascii = |b: u8| b.is_ascii_graphic() || b.is_ascii_whitespace();
        match *bytes {
            [0xff, 0xfe, 0, 0, ..] => Some(Self::Utf32Le),
            [0, 0, 0xfe, 0xff, ..] => Some(Self::Utf32Be),
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            [a, 0, 0, 0, b, 0, 0, 0, ..] if ascii(a) && ascii(b) => Some(Self::Utf32Le),
            [0, 0, 0, a, 0, 0, 0, b, ..] if ascii(a) && ascii(b) => Some(Self::Utf32Be),
            [a, 0, b, 0, ..] if ascii(a) && ascii(b) => Some(Self::Utf16Le),
            [0, a, 0, b, ..] if ascii(a) && ascii(b) => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// The one a `Content-Type` names, where it is not UTF-8.
    fn named(content_type: &str) -> Option<Self> {
        let lower = content_type.to_ascii_lowercase();
        let (_, name) = lower.split_once("charset=")?;
        let name = name.trim_start_matches(['"', '\'']);
        let name = name.split(['"', '\'', ';', ' ']).next().unwrap_or_default();
        match name {
            "utf-16" | "utf-16le" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            "utf-32" | "utf-32le" => Some(Self::Utf32Le),
            "utf-32be" => Some(Self::Utf32Be),
            "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" => Some(Self::Windows1252),
            _ => None,
        }
    }

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Utf32Le | Self::Utf32Be => "UTF-32",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// `bytes` as text, without their byte order mark. What stands for no character becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> String {
        const MARK: char = '\u{feff}';
        let sixteen = |of: fn([u8; 2]) -> u16| {
            let (units, rest) = bytes.as_chunks::<2>();
            let decoded = char::decode_utf16(units.iter().map(|&unit| of(unit)));
            let mut text: String = decoded.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            text.extend(rest.first().map(|_| char::REPLACEMENT_CHARACTER));
            text
        };
        let thirty_two = |of: fn([u8; 4]) -> u32| {
            let (units, rest) = bytes.as_chunks::<4>();
            let decoded = units.iter().map(|&unit| char::from_u32(of(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
            let mut text: String = decoded.collect();
            text.extend(rest.first().map(|_| char::REPLACEMENT_CHARACTER));
            text
        };
        let mut text = match self {
            Self::Utf16Le => sixteen(u16::from_le_bytes),
            Self::Utf16Be => sixteen(u16::from_be_bytes),
            Self::Utf32Le => thirty_two(u32::from_le_bytes),
            Self::Utf32Be => thirty_two(u32::from_be_bytes),
            Self::Windows1252 => bytes
                .iter()
                .map(|&b| match b {
                    0x80..=0x9f => UPPER[usize::from(b - 0x80)],
                    _ => char::from(b),
                })
                .collect(),
        };
        if text.starts_with(MARK) {
            text.drain(..MARK.len_utf8());
        }
        text
    }
}

/// `body` as UTF-8, and what it was written in where that is something else.
pub fn utf8(body: Body, content_type: Option<&str>) -> (Body, Option<Charset>) {
    match Charset::of(&body, content_type) {
        Some(charset) => (charset.decode(&body).into(), Some(charset)),
        None => (body, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sixteen(text: &str, of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(of).collect()
    }

    fn thirty_two(text: &str, of: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| of(u32::from(c))).collect()
    }

    #[test]
    fn what_a_text_is_written_in_is_told_by_its_first_bytes() {
        let json = r#"{"name":"日本 👍"}"#;
        for (bytes, charset) in [
            (sixteen(json, u16::to_le_bytes), Charset::Utf16Le),
            (sixteen(json, u16::to_be_bytes), Charset::Utf16Be),
            (thirty_two(json, u32::to_le_bytes), Charset::Utf32Le),
            (thirty_two(json, u32::to_be_bytes), Charset::Utf32Be),
        ] {
            let marked = [charset_mark(charset), bytes.clone()].concat();
            for bytes in [bytes, marked] {
                // The header is of no account where the bytes are clear.
                for header in [None, Some("application/json; charset=iso-8859-1")] {
                    assert_eq!(Charset::of(&bytes, header), Some(charset), "{bytes:?}");
                }
                assert_eq!(charset.decode(&bytes), json);
            }
        }
    }

    fn charset_mark(charset: Charset) -> Vec<u8> {
        match charset {
            Charset::Utf16Le => vec![0xff, 0xfe],
            Charset::Utf16Be => vec![0xfe, 0xff],
            Charset::Utf32Le => vec![0xff, 0xfe, 0, 0],
            Charset::Utf32Be => vec![0, 0, 0xfe, 0xff],
            Charset::Windows1252 => Vec::new(),
        }
    }

    #[test]
    fn the_header_counts_only_where_the_bytes_are_no_utf_8() {
        let latin = Some("text/html; charset=\"ISO-8859-1\"");
        assert_eq!(Charset::of(b"Jos\xe9", latin), Some(Charset::Windows1252));
        assert_eq!(Charset::of("José".as_bytes(), latin), None, "the header is wrong");
        assert_eq!(Charset::of(b"Jos\xe9", Some("text/html; charset=utf-8")), None);
        assert_eq!(Charset::of(b"Jos\xe9", None), None);
        assert_eq!(Charset::of(b"", latin), None);
        assert_eq!(Charset::of(br#"{"a":1}"#, Some("application/json; charset=utf-16")), None, "as it is kept here");
        let japanese = sixteen("日本", u16::to_be_bytes);
        assert_eq!(Charset::of(&japanese, Some("text/plain; charset=utf-16be")), Some(Charset::Utf16Be));
        let cut = [&[b'a'; SNIFFED - 1][..], "é".as_bytes()].concat();
        assert_eq!(Charset::of(&cut, latin), None, "a character on the border is no fault");
        assert_eq!(Charset::Windows1252.decode(b"\x80 5, \x93a\x94"), "€ 5, “a”");
    }

    #[test]
    fn binary_data_is_left_alone() {
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0\0"[..], b"\0\x01\x02\x03", b"PK\x03\x04\0\0", b"\0\0\0\0\0\0\0\0"] {
            assert_eq!(Charset::of(bytes, None), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for charset in
                [Charset::Utf16Le, Charset::Utf16Be, Charset::Utf32Le, Charset::Utf32Be, Charset::Windows1252]
            {
                let _ = charset.decode(&bytes);
            }
            let _ = utf8(bytes.as_slice().into(), Some("text/plain; charset=latin1"));
        }

        #[test]
        fn text_comes_back(text in "\\PC{2,40}") {
            prop_assume!(!text.starts_with('\u{feff}'));
            prop_assert_eq!(Charset::Utf16Le.decode(&sixteen(&text, u16::to_le_bytes)), text.clone());
            prop_assert_eq!(Charset::Utf32Be.decode(&thirty_two(&text, u32::to_be_bytes)), text);
        }
    }
}
