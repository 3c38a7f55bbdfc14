//! The inside of a JSON string: decoded exactly, or as a bounded piece that is safe to draw.

use std::fmt::Write as _;

use crate::domain::text::clean;

/// How many bytes of a string are looked at for a preview at most.
pub(super) const PREVIEW: usize = 512;

/// A piece of a decoded string.
enum Piece<'t> {
    Text(&'t str),
    Char(char),
    /// A surrogate that stands alone.
    Surrogate(u32),
    /// Bytes that are not UTF-8.
    Bytes(&'t [u8]),
}

/// What stands between the quotes of a string, whose closing one may be missing.
pub(super) fn string_inside(raw: &[u8]) -> &[u8] {
    let inside = raw.strip_prefix(b"\"").unwrap_or(raw);
    let Some(closed) = inside.strip_suffix(b"\"") else { return inside };
    // A string that is cut short may end in an escaped quote.
    let escaped = closed.iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1;
    if escaped { inside } else { closed }
}

/// Decodes what stands between the quotes, as [`Value::parse`](super::Value::parse) does: a lone surrogate and bytes
/// that are not UTF-8 become U+FFFD. An escape that JSON does not know stays as it is.
pub(super) fn decode(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    if raw.contains(&b'\\') {
        // Escapes first, then bytes: a broken sequence may be split by nothing but real bytes.
        pieces(raw, usize::MAX, |piece| match piece {
            Piece::Text(t) => out.push_str(t),
            Piece::Char(c) => out.push(c),
            Piece::Surrogate(_) => out.push(char::REPLACEMENT_CHARACTER),
            Piece::Bytes(b) => out.push_str(&String::from_utf8_lossy(b)),
        });
    } else {
        out.push_str(&String::from_utf8_lossy(raw));
    }
    out
}

/// The beginning of what stands between the quotes, safe to draw, and whether there is more.
///
/// Nothing is lost silently: a lone surrogate shows as `‹U+D800›`, a byte that is not UTF-8 as `‹FF›`.
pub(super) fn preview(raw: &[u8]) -> (String, bool) {
    let mut out = String::with_capacity(raw.len().min(PREVIEW));
    let cut = pieces(raw, PREVIEW, |piece| {
        // Writing to a String cannot fail.
        let _ = match piece {
            Piece::Text(t) => out.write_str(t),
            Piece::Char(c) => out.write_char(c),
            Piece::Surrogate(code) => write!(out, "‹U+{code:04X}›"),
            Piece::Bytes(bytes) => bytes.iter().try_for_each(|b| write!(out, "‹{b:02X}›")),
        };
    });
    (clean(&out).into_owned(), cut)
}

/// Bytes outside a string, safe to draw.
pub(super) fn raw_preview(raw: &[u8], most: usize) -> (String, bool) {
    let (head, cut) = bounded(raw, most);
    if let Ok(text) = std::str::from_utf8(head) {
        return (clean(text).into_owned(), cut);
    }
    let mut out = String::with_capacity(head.len());
    for chunk in head.utf8_chunks() {
        out.push_str(chunk.valid());
        for b in chunk.invalid() {
            let _ = write!(out, "‹{b:02X}›");
        }
    }
    (clean(&out).into_owned(), cut)
}

/// At most `most` bytes of `raw`, not ending inside a UTF-8 sequence, and whether there are more.
fn bounded(raw: &[u8], most: usize) -> (&[u8], bool) {
    if raw.len() <= most {
        return (raw, false);
    }
    // A sequence has at most three continuation bytes; more of them are no sequence.
    let end = (most.saturating_sub(3)..=most).rev().find(|&at| raw[at] & 0xc0 != 0x80).unwrap_or(most);
    (&raw[..end], true)
}

/// Hands the pieces of a string to `take` until `most` bytes are used; returns whether there are more. A piece is
/// never split.
fn pieces<'t>(raw: &'t [u8], most: usize, mut take: impl FnMut(Piece<'t>)) -> bool {
    let mut rest = raw;
    while !rest.is_empty() {
        let room = most.saturating_sub(raw.len() - rest.len());
        if room == 0 {
            return true;
        }
        let plain = memchr::memchr(b'\\', &rest[..rest.len().min(room)]);
        let (text, cut) = bounded(&rest[..plain.unwrap_or(rest.len())], room);
        for chunk in text.utf8_chunks() {
            take(Piece::Text(chunk.valid()));
            if !chunk.invalid().is_empty() {
                take(Piece::Bytes(chunk.invalid()));
            }
        }
        if cut {
            return true;
        }
        rest = &rest[text.len()..];
        if plain.is_some() {
            let (piece, len) = escape(rest);
            take(piece);
            rest = &rest[len.min(rest.len())..];
        }
    }
    false
}

/// What the letter or sign after a backslash stands for, but for `u` (RFC 8259 §7).
pub(super) const fn short_escape(sign: u8) -> Option<char> {
    Some(match sign {
        b'"' | b'\\' | b'/' => sign as char,
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    })
}

/// The escape at the start of `rest`, and its length.
fn escape(rest: &[u8]) -> (Piece<'_>, usize) {
    let Some(&sign) = rest.get(1) else { return (Piece::Text("\\"), 1) };
    if let Some(c) = short_escape(sign) {
        return (Piece::Char(c), 2);
    }
    if sign != b'u' {
        return (Piece::Text("\\"), 1);
    }
    let Some(first) = hex4(rest, 2) else { return (Piece::Text("\\u"), 2) };
    if let Some(c) = char::from_u32(first) {
        return (Piece::Char(c), 6);
    }
    let second = if rest.get(6..8) == Some(b"\\u") { hex4(rest, 8) } else { None };
    if let Some(second) = second.filter(|s| first < 0xdc00 && (0xdc00..0xe000).contains(s)) {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (Piece::Char(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)), 12);
    }
    (Piece::Surrogate(first), 6)
}

fn hex4(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Value;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_lost_silently() {
        for (raw, decoded, shown) in [
            (&br#"a\n\"\u00e9\/"#[..], "a\n\"é/", "a␊\"é/"),
            (br"\ud83d\ude00", "😀", "😀"),
            (br"\ud800x", "\u{fffd}x", "‹U+D800›x"),
            (br"\ude00\ud83d", "\u{fffd}\u{fffd}", "‹U+DE00›‹U+D83D›"),
            (b"\xff\xc3", "\u{fffd}\u{fffd}", "‹FF›‹C3›"),
            (br"\q\u12", "\\q\\u12", "\\q\\u12"),
            (b"\\", "\\", "\\"),
            (br"\u202e", "\u{202e}", "‹U+202E›"),
        ] {
            assert_eq!(decode(raw), decoded);
            assert_eq!(preview(raw), (shown.to_owned(), false));
        }
    }

    #[test]
    fn previews_are_bounded_and_end_between_characters() {
        for unit in ["é", "日", r"\ud83d\ude00", r"\\", r"\n", "a"] {
            for shift in 0..12 {
                let raw = format!("{}{}", "x".repeat(shift), unit.repeat(PREVIEW + 1));
                let (shown, cut) = preview(raw.as_bytes());
                assert!(cut && shown.len() <= PREVIEW * 3);
                assert!(!shown.contains('‹') && !shown.contains(r"\u"), "{unit} {shift}");
            }
        }
    }

    proptest! {
        #[test]
        fn strings_decode_as_values_do(s in r#"([ -!#-\[\]-~éñ日]|\\n|\\\\|\\"|\\u[0-9a-f]{4}|\\ud83d\\ude0[0-9]|\\ud8[0-9]{2}){0,20}"#) {
            let value = Value::parse(format!("\"{s}\"").as_bytes());
            prop_assert_eq!(value, Ok(Value::String(decode(s.as_bytes()))));
        }

        #[test]
        fn any_bytes(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode(&raw);
            let (shown, _) = preview(&raw);
            prop_assert!(!shown.chars().any(char::is_control));
        }
    }
}
