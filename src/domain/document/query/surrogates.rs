//! Halves of characters in JSON texts, which jq's language has no place for.
//!
//! `"\ud800"` is JSON (RFC 8259 §8.2) and no text: like jq, a filter is given `U+FFFD` in its place.

use std::borrow::Cow;

use memchr::memmem;

/// The code unit that the escape `\uXXXX` at `at` stands for.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let escape = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(escape).ok()?, 16).ok()
}

/// `json` with each half that stands alone replaced; it stays as long as it is.
pub(super) fn replaced(json: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Cow::Borrowed(json);
    // What is taken with another one already.
    let mut from = 0;
    for at in memmem::find_iter(json, b"\\u") {
        // A backslash before it that is none itself makes it five plain characters.
        let backslashes = json[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        if at < from || backslashes % 2 == 1 {
            continue;
        }
        match (unit(json, at), unit(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => from = at + 12,
            (Some(0xd800..=0xdfff), _) => out.to_mut()[at..at + 6].copy_from_slice(b"\\ufffd"),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(json: &str) -> String {
        String::from_utf8(replaced(json.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn only_what_stands_alone_is_replaced() {
        assert_eq!(of(r#""\ud800x""#), r#""\ufffdx""#);
        assert_eq!(of(r#""\ud83d\ude00""#), r#""\ud83d\ude00""#);
        assert_eq!(of(r#""\ude00\ud83d""#), r#""\ufffd\ufffd""#);
        assert_eq!(of(r#""\ud83d\ud83d\ude00""#), r#""\ufffd\ud83d\ude00""#);
        assert_eq!(of(r#""\\ud800""#), r#""\\ud800""#, "a backslash and five characters");
        assert_eq!(of(r#""\\\ud800""#), r#""\\\ufffd""#);
        assert_eq!(of(r#""\ud8"#), r#""\ud8"#);
        assert!(matches!(replaced(br#"{"a":"\u00e9"}"#), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn what_is_left_is_text(units in proptest::collection::vec(0xd7f0_u16..0xe010, 0..12), plain in "[a-z\\\\]{0,3}") {
            let escapes = units.iter().fold(String::new(), |all, unit| all + &format!("\\u{unit:04x}"));
            let json = of(&format!("\"{}{escapes}\"", plain.replace('\\', "\\\\")));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), plain + &String::from_utf16_lossy(&units));
        }
    }
}
