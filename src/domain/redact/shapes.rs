//! What secrets look like in running text.

use std::ops::Range;

use super::{MASK, Secret, header};

/// The beginnings services give their keys, and how many further characters such a key has at least.
const PREFIXES: [(&str, usize); 40] = [
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xoxe-", 10),
    ("xoxe.", 10),
    ("xapp-", 10),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("sk-", 16),
    ("sk_live_", 10),
    ("sk_test_", 10),
    ("rk_live_", 10),
    ("rk_test_", 10),
    ("whsec_", 10),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("1//0", 30),
    ("GOCSPX-", 20),
    ("SG.", 40),
    ("hf_", 20),
    ("npm_", 20),
    ("pypi-", 20),
    ("pat-na1-", 20),
    ("pat-eu1-", 20),
    ("shpat_", 20),
    ("shpss_", 20),
    ("dop_v1_", 20),
    ("ntn_", 20),
    ("secret_", 30),
    ("lin_api_", 20),
    ("key-", 30),
];

const BEGIN: &str = "-----BEGIN ";

/// The secrets in `text`, from front to back, none in another. What is masked already is not found again.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, Secret)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some((range, why)) = starting(text, at) {
            at = range.end.max(at + 1);
            if text.get(range.clone()).is_some_and(|secret| secret != MASK) {
                found.push((range, why));
            }
        } else {
            at += 1;
        }
    }
    found
}

/// The secret that the place `at` begins, or stands right before: `Bearer ` is followed by one.
fn starting(text: &str, at: usize) -> Option<(Range<usize>, Secret)> {
    let bytes = text.as_bytes();
    let first = *bytes.get(at)?;
    if !text.is_char_boundary(at) {
        return None;
    }
    let rest = &text[at..];
    if first == b'-' && rest.starts_with(BEGIN) {
        return pem(rest).map(|length| (at..at + length, Secret::PrivateKey));
    }
    if first == b':' && rest.starts_with("://") {
        return user_information(rest).map(|within| (at + within.start..at + within.end, Secret::Authorization));
    }
    // Everything else begins a word.
    if at > 0 && is_word(bytes[at - 1]) || !(is_word(first)) {
        return None;
    }
    if rest.starts_with("eyJ")
        && let Some(length) = jwt(rest)
    {
        return Some((at..at + length, Secret::Jwt));
    }
    if let Some(length) = key(rest) {
        return Some((at..at + length, Secret::Key));
    }
    scheme(rest).map(|within| (within, Secret::Authorization)).or_else(|| named(rest)).map(|(within, why)| {
        let range = at + within.start..at + within.end;
        (range, why)
    })
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// How far characters go that `belongs` accepts.
fn run(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|b| belongs(*b)).count()
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Three parts of base64url with dots between, the first a JSON object; the last may be empty.
fn jwt(text: &str) -> Option<usize> {
    let header = run(text, is_base64url);
    let rest = text.get(header..)?.strip_prefix('.')?;
    let payload = run(rest, is_base64url);
    let signature = rest.get(payload..)?.strip_prefix('.')?;
    let length = header + 1 + payload + 1 + run(signature, is_base64url);
    (header >= 8 && payload >= 4).then_some(length)
}

fn key(text: &str) -> Option<usize> {
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix))?;
    let rest = text.get(prefix.len()..)?;
    let length = run(rest, |b| is_base64url(b) || b == b'.');
    // A sentence's dot is not the key's.
    let length = rest.get(..length)?.trim_end_matches('.').len();
    let body = &rest[..length];
    // `sk-` and the like begin words too; a key has a digit in it, those of the AWS are in capitals.
    let telling = body.bytes().any(|b| b.is_ascii_digit()) || prefix.ends_with('_') && body.len() >= 24;
    let aws = !matches!(*prefix, "AKIA" | "ASIA") || body.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let aws_telling = matches!(*prefix, "AKIA" | "ASIA") && aws;
    (length >= *least && (telling || aws_telling) && aws).then_some(prefix.len() + length)
}

/// A private key in PEM, to its end mark or, where that is missing, to the end of the text.
fn pem(text: &str) -> Option<usize> {
    let label = text.get(BEGIN.len()..)?;
    let label = &label[..label.find("-----")?];
    if !(label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK")) || label.len() > 40 {
        return None;
    }
    let end = format!("-----END {label}-----");
    Some(text.find(&end).map_or(text.len(), |at| at + end.len()))
}

/// `user:password` of `scheme://user:password@host`.
fn user_information(text: &str) -> Option<Range<usize>> {
    let rest = &text[3..];
    let authority =
        run(rest, |b| b.is_ascii_graphic() && !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>'));
    let at = rest[..authority].rfind('@')?;
    rest[..at].contains(':').then_some(3..3 + at)
}

/// What follows `Bearer ` or `Basic `.
fn scheme(text: &str) -> Option<Range<usize>> {
    let (word, least) = [("bearer", 6), ("basic", 8)]
        .into_iter()
        .find(|(word, _)| text.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word)))?;
    let space = run(text.get(word.len()..)?, |b| b == b' ' || b == b'\t');
    let start = word.len() + space;
    let length = run(text.get(start..)?, |b| is_base64url(b) || matches!(b, b'.' | b'+' | b'/' | b'=' | b'~'));
    let said = text.get(start..start + length)?.trim_end_matches('.');
    // "Bearer authentication" is prose; what is sent has a digit, a capital or a sign in it.
    let telling = said.bytes().skip(1).any(|b| !b.is_ascii_lowercase());
    (space > 0 && said.len() >= least && telling).then_some(start..start + said.len())
}

/// The value of `name=value`, `name: value`, `"name":"value"`, also inside a JSON string (`\"name\":\"value\"`), where
/// the name is a secret's.
fn named(text: &str) -> Option<(Range<usize>, Secret)> {
    let name = run(text, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let mut at = name;
    let quoted = skip_quote(text, &mut at);
    at += run(text.get(at..)?, |b| b == b' ');
    let sign = *text.as_bytes().get(at)?;
    if sign != b':' && sign != b'=' {
        return None;
    }
    let why = header(text.get(..name)?)?;
    at += 1;
    at += run(text.get(at..)?, |b| b == b' ' && sign == b':');
    let mut start = at;
    let closing = skip_quote(text, &mut start);
    let rest = text.get(start..)?;
    let is_header = matches!(why, Secret::Authorization | Secret::Cookie) && !quoted && sign == b':';
    let length = match closing {
        true => rest.find(['"', '\'']).map_or(rest.len(), |end| rest[..end].trim_end_matches('\\').len()),
        false if is_header => rest.find(['\n', '\r', '"', '\'']).unwrap_or(rest.len()),
        false => run(rest, |b| {
            !matches!(
                b,
                b' ' | b'\t' | b'\n' | b'\r' | b'&' | b',' | b';' | b'"' | b'\'' | b')' | b'}' | b']' | b'<' | b'\\'
            )
        }),
    };
    let said = rest.get(..length)?;
    // "The password: should be long" is prose.
    let prose = !closing && !is_header && sign == b':' && !said.bytes().any(|b| b.is_ascii_digit());
    let empty = matches!(said, "null" | "true" | "false" | "" | MASK) || said.starts_with('{') || said.starts_with('[');
    (!prose && !empty).then_some((start..start + length, why))
}

/// Steps over a quotation mark, which may be escaped.
fn skip_quote(text: &str, at: &mut usize) -> bool {
    let rest = text.get(*at..).unwrap_or_default();
    let escape = run(rest, |b| b == b'\\');
    let is_quote = matches!(rest.as_bytes().get(escape), Some(b'"' | b'\''));
    if is_quote {
        *at += escape + 1;
    }
    is_quote
}

#[cfg(test)]
mod tests {
    use crate::domain::redact;

    fn masked(text: &str) -> String {
        redact::text(text).rest
    }

    #[test]
    fn secrets_in_prose_code_and_logs() {
        for (text, left) in [
            ("key xoxb-1234567890-abcdefghij.", "key ***."),
            ("ghp_0123456789abcdefghij0123", "***"),
            ("sk-proj-abc123def456ghi789", "***"),
            ("AKIAIOSFODNN7EXAMPLE and more", "*** and more"),
            (
                "curl -H 'Authorization: Bearer abcDEF123.x' https://a.example",
                "curl -H 'Authorization: ***' https://a.example",
            ),
            ("Authorization: Basic bWFyaWE6cHc=\nAccept: */*", "Authorization: ***\nAccept: */*"),
            ("Cookie: sid=1; theme=dark", "Cookie: ***"),
            ("?a=1&access_token=abc&b=2", "?a=1&access_token=***&b=2"),
            (
                r#"{"error":"{\"client_secret\":\"s3cr3t\",\"n\":1}"}"#,
                r#"{"error":"{\"client_secret\":\"***\",\"n\":1}"}"#,
            ),
            ("password=hunter2, user=maria", "password=***, user=maria"),
            ("postgres://maria:pw@db.example/x", "postgres://***@db.example/x"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nok", "***\nok"),
            (r"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "***"),
            ("-----BEGIN PRIVATE KEY-----\ncut", "***"),
            ("a eyJhbGciOiJub25lIn0.eyJhIjoxfQ. b", "a *** b"),
        ] {
            assert_eq!(masked(text), left, "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "task-sk-rather-long-name-of-a-thing",
            "Bearer authentication is needed",
            "The token: a word. The password should be long.",
            "token_type=bearer&nextPageToken=abc",
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
            "https://a.example/x@y",
            "eyJ is how they begin",
            "token=***&secret=",
            "AKIAnothing-like-it-at-all-here",
            "naïve Schlüssel=wert",
            "risk-assessment-2024-11-final-v2",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
