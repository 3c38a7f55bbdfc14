//! What secrets look like in running text.
//!
//! A text is walked once from front to back. Every look ahead is remembered ([`Run`]), so that hostile text (`sk-sk-…`,
//! `password:password:…`) is not read again from each of its words: the work grows with the length and no faster.

use std::ops::Range;

use super::{
    MASK, Secret,
    names::{self, Strength},
};

/// The beginnings services give their keys, and how many further characters such a key has at least.
const PREFIXES: [(&str, usize); 47] = [
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
    ("shpat_", 20),
    ("shpss_", 20),
    ("dop_v1_", 20),
    ("ntn_", 20),
    ("secret_", 30),
    ("lin_api_", 20),
    ("lin_oauth_", 20),
    ("key-", 30),
    ("figd_", 20),
    ("glsa_", 20),
    ("sq0atp-", 20),
    ("sq0csp-", 20),
    ("dckr_pat_", 20),
    ("ATATT", 20),
    ("ATCTT", 20),
    ("ATBB", 20),
];

/// Addresses whose path is the whole secret: whoever knows it may post there.
const HOOKS: [&str; 6] = [
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "hooks.slack.com/triggers/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "hooks.zapier.com/hooks/catch/",
];

/// Words before a credential that stand beside it in one value.
const SCHEMES: [(&str, usize); 2] = [("bearer", 6), ("basic", 8)];

/// How many of a name's last bytes tell what it names.
const NAME: usize = 128;
/// How long the label of a PEM block may be.
const LABEL: usize = 40;
const BEGIN: &str = "-----BEGIN ";

/// The secrets in `text`, from front to back, none in another. What is masked already is not found again.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, Secret)> {
    Scan::new(text).all()
}

/// How far the bytes of one kind go, remembered: asked again from inside the same run, it need not look.
#[derive(Debug)]
struct Run {
    belongs: fn(u8) -> bool,
    from: usize,
    end: usize,
}

impl Run {
    const fn of(belongs: fn(u8) -> bool) -> Self {
        Self { belongs, from: usize::MAX, end: 0 }
    }

    /// Where the run that `at` is in ends; `at` itself if it is in none. Adds to `looked` how many bytes that took.
    fn end(&mut self, bytes: &[u8], at: usize, looked: &mut usize) -> usize {
        if !(self.from <= at && at <= self.end) {
            let length = bytes.get(at..).unwrap_or_default().iter().take_while(|b| (self.belongs)(**b)).count();
            (self.from, self.end) = (at, at + length);
            *looked += length + 1;
        }
        self.end
    }
}

/// A walk through a text.
struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// How many bytes were looked at, those ahead included.
    looked: usize,
    name: Run,
    value: Run,
    header: Run,
    payload: Run,
    key: Run,
    no_digit: Run,
    capitals: Run,
    dots: Dots,
}

/// Where the dots at the end of the last key's run begin.
#[derive(Default)]
struct Dots {
    end: usize,
    begin: usize,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            looked: 0,
            name: Run::of(is_name),
            value: Run::of(is_value),
            header: Run::of(is_base64url),
            payload: Run::of(is_base64url),
            key: Run::of(|b| is_base64url(b) || b == b'.'),
            no_digit: Run::of(|b| !b.is_ascii_digit()),
            capitals: Run::of(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
            dots: Dots::default(),
        }
    }

    fn all(&mut self) -> Vec<(Range<usize>, Secret)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.bytes.len() {
            self.looked += 1;
            if let Some((range, why)) = self.starting(at) {
                at = range.end.max(at + 1);
                if self.text.get(range.clone()).is_some_and(|secret| secret != MASK) {
                    found.push((range, why));
                }
            } else {
                at += 1;
            }
        }
        found
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Where bytes that `belongs` accepts end. Only for what no other look ahead passes over again.
    fn past(&mut self, at: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let length = self.bytes.get(at..).unwrap_or_default().iter().take_while(|b| belongs(**b)).count();
        self.looked += length + 1;
        at + length
    }

    /// The secret that the place `at` begins, or stands right before: `Bearer ` is followed by one.
    fn starting(&mut self, at: usize) -> Option<(Range<usize>, Secret)> {
        let first = self.byte(at)?;
        if !self.text.is_char_boundary(at) {
            return None;
        }
        let before = at.checked_sub(1).and_then(|b| self.byte(b));
        if first == b'-' && self.rest(at).starts_with(BEGIN) {
            return self.pem(at).map(|end| (at..end, Secret::PrivateKey));
        }
        if first == b':' && self.rest(at).starts_with("://") {
            return self.user_information(at).map(|range| (range, Secret::Authorization));
        }
        if is_word(first) && !before.is_some_and(is_word) {
            if let Some(end) = self.jwt(at) {
                return Some((at..end, Secret::Jwt));
            }
            if let Some(end) = self.key(at) {
                return Some((at..end, Secret::Key));
            }
            if let Some(range) = self.hook(at) {
                return Some((range, Secret::Key));
            }
            if let Some(range) = self.scheme(at) {
                return Some((range, Secret::Authorization));
            }
        }
        // A name begins only where no other could.
        if is_name(first) && !before.is_some_and(is_name) { self.named(at, before) } else { None }
    }

    /// Three parts of base64url with dots between, the first a JSON object; the last may be empty.
    fn jwt(&mut self, at: usize) -> Option<usize> {
        if !self.rest(at).starts_with("eyJ") {
            return None;
        }
        let header = self.header.end(self.bytes, at, &mut self.looked);
        if header - at < 8 || self.byte(header) != Some(b'.') {
            return None;
        }
        let payload = self.payload.end(self.bytes, header + 1, &mut self.looked);
        if payload - header < 5 || self.byte(payload) != Some(b'.') {
            return None;
        }
        Some(self.past(payload + 1, is_base64url))
    }

    fn key(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        let known = PREFIXES.iter().find(|(prefix, _)| rest.starts_with(prefix)).copied();
        let (prefix, least) = known.or_else(|| private_app(rest).map(|prefix| (prefix, 20)))?;
        let body = at + prefix.len();
        let run = self.key.end(self.bytes, body, &mut self.looked);
        // A sentence's dot is not the key's.
        if self.dots.end != run {
            let dots = self.bytes[..run].iter().rev().take_while(|b| **b == b'.').count();
            self.looked += dots;
            self.dots = Dots { end: run, begin: run - dots };
        }
        let end = self.dots.begin.max(body);
        if end - body < least {
            return None;
        }
        let is_aws = matches!(prefix, "AKIA" | "ASIA");
        if is_aws {
            return (self.capitals.end(self.bytes, body, &mut self.looked) >= end).then_some(end);
        }
        // `sk-` and the like begin words too; a key has a digit in it.
        let has_digit = self.no_digit.end(self.bytes, body, &mut self.looked) < end;
        let is_long = prefix.ends_with('_') && end - body >= 24;
        if !has_digit && !is_long {
            return None;
        }
        // Atlassian's end in a sum behind a sign.
        let has_sum = prefix == "ATATT" && self.byte(end) == Some(b'=');
        Some(if has_sum { self.past(end + 1, |b| b.is_ascii_alphanumeric()) } else { end })
    }

    /// The path of an address at which anybody who knows it may post.
    fn hook(&mut self, at: usize) -> Option<Range<usize>> {
        let rest = self.rest(at);
        let hook = HOOKS.iter().find(|hook| {
            rest.as_bytes().get(..hook.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(hook.as_bytes()))
        })?;
        let start = at + hook.len();
        let end = self.past(start, |b| is_base64url(b) || b == b'/');
        (end - start >= 10).then_some(start..end)
    }

    /// A private key in PEM, to its end mark or, where that is missing, to the end of the text.
    fn pem(&mut self, at: usize) -> Option<usize> {
        let label = self.rest(at + BEGIN.len());
        let length = label.bytes().take(LABEL + 1).take_while(|b| *b != b'-').count();
        self.looked += length;
        let label = label.get(..length).filter(|_| self.rest(at + BEGIN.len() + length).starts_with("-----"))?;
        if !(label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK")) {
            return None;
        }
        let mark = format!("-----END {label}-----");
        let end = self.rest(at).find(&mark).map_or(self.bytes.len(), |found| at + found + mark.len());
        self.looked += end - at;
        Some(end)
    }

    /// `user:password` of `scheme://user:password@host`.
    fn user_information(&mut self, at: usize) -> Option<Range<usize>> {
        let start = at + 3;
        let end =
            self.past(start, |b| b.is_ascii_graphic() && !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>'));
        let authority = self.text.get(start..end)?;
        let sign = authority.rfind('@')?;
        authority[..sign].contains(':').then_some(start..start + sign)
    }

    /// What follows `Bearer ` or `Basic `.
    fn scheme(&mut self, at: usize) -> Option<Range<usize>> {
        let (start, least) = self.scheme_word(at)?;
        let end = self.past(start, |b| is_base64url(b) || matches!(b, b'.' | b'+' | b'/' | b'=' | b'~'));
        let said = self.text.get(start..end)?.trim_end_matches('.');
        // "Bearer authentication" is prose; what is sent has a digit, a capital or a sign in it.
        let telling = said.bytes().skip(1).any(|b| !b.is_ascii_lowercase());
        (said.len() >= least && telling).then_some(start..start + said.len())
    }

    /// Where the credential begins that a scheme's word at `at` stands before, and how long it is at least.
    fn scheme_word(&mut self, at: usize) -> Option<(usize, usize)> {
        let rest = self.rest(at);
        let (word, least) = SCHEMES
            .into_iter()
            .find(|(word, _)| rest.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word)))?;
        let after = at + word.len();
        let start = self.past(after, |b| b == b' ' || b == b'\t');
        (start > after).then_some((start, least))
    }

    /// The value of `name=value`, `name: value`, `"name":"value"`, also inside a JSON string (`\"name\":\"value\"`),
    /// where the name is a secret's.
    fn named(&mut self, at: usize, before: Option<u8>) -> Option<(Range<usize>, Secret)> {
        let end = self.name.end(self.bytes, at, &mut self.looked);
        let name = self.text.get(at.max(end.saturating_sub(NAME))..end)?;
        let (after, closed) = self.quote(end);
        let after = self.past(after, |b| b == b' ');
        let sign = self.byte(after).filter(|sign| matches!(sign, b':' | b'='))?;
        let in_query = sign == b'=' && matches!(before, Some(b'?' | b'&' | b';'));
        let (why, strength) = reason(name, in_query)?;
        let value = if sign == b':' { self.past(after + 1, |b| b == b' ') } else { after + 1 };
        let (start, opened) = self.quote(value);
        if let Some(quote) = opened {
            let end = self.closing(start, quote);
            let said = self.text.get(start..end)?;
            return (!matches!(said, "" | MASK)).then_some((start..end, why));
        }
        if matches!(self.byte(start), Some(b'{' | b'[')) {
            return None;
        }
        if matches!(why, Secret::Authorization | Secret::Cookie) && closed.is_none() && sign == b':' {
            let end = self.past(start, |b| !matches!(b, b'\n' | b'\r' | b'"' | b'\''));
            return is_said(self.text.get(start..end)?).then_some((start..end, why));
        }
        // The scheme and the credential are one value whatever the sign.
        let begin = self.scheme_word(start).map_or(start, |(credential, _)| credential);
        let end = self.value.end(self.bytes, begin, &mut self.looked);
        let has_digit = self.no_digit.end(self.bytes, begin, &mut self.looked) < end;
        // "The password: should be long" is prose.
        if (sign == b':' && !has_digit) || end == begin {
            return None;
        }
        let said = self.text.get(start..end).filter(|said| is_said(said))?;
        let counts = strength != Strength::Any && begin == start && is_count(said);
        let is_prose = strength == Strength::Weak && sign == b':' && closed.is_none();
        (!counts && !is_prose).then_some((start..end, why))
    }

    /// Steps over a quotation mark at `at`, which may be escaped: where it ends, and what it is.
    fn quote(&mut self, at: usize) -> (usize, Option<Quote>) {
        let mark = self.past(at, |b| b == b'\\');
        match self.byte(mark) {
            Some(byte @ (b'"' | b'\'')) => (mark + 1, Some(Quote { byte, escapes: mark - at })),
            _ => (at, None),
        }
    }

    /// Where a quoted value ends: before the same mark, escaped as often as the first was. In JSON that stands in a JSON
    /// string the marks have a backslash each, and those inside a value have three.
    fn closing(&mut self, start: usize, quote: Quote) -> usize {
        let mut escapes = 0;
        for at in start..self.bytes.len() {
            self.looked += 1;
            match self.bytes[at] {
                b'\\' => escapes += 1,
                byte if byte == quote.byte => {
                    let own = escapes.min(quote.escapes);
                    let (inner, odd) = ((escapes - own) / (quote.escapes + 1), (escapes - own) % (quote.escapes + 1));
                    // Fewer than the first had, or another count than escaping gives: something around it ends here.
                    if own < quote.escapes || odd != 0 || inner % 2 == 0 {
                        return at - own;
                    }
                    escapes = 0;
                }
                _ => escapes = 0,
            }
        }
        self.bytes.len()
    }
}

/// A quotation mark.
#[derive(Debug, Clone, Copy)]
struct Quote {
    byte: u8,
    /// How many backslashes stand before it.
    escapes: usize,
}

/// Why the value beside `name` is secret, and how sure that is. In an address's query a signature is one too.
fn reason(name: &str, in_query: bool) -> Option<(Secret, Strength)> {
    const SIGNATURES: [&str; 2] = ["sig", "signature"];
    let why = super::header(name);
    if in_query && why.is_none() && SIGNATURES.iter().any(|sig| name.eq_ignore_ascii_case(sig)) {
        return Some((Secret::Name, Strength::Any));
    }
    why.map(|why| (why, names::strength(name).unwrap_or(Strength::Text)))
}

/// Whether an unquoted value says something.
fn is_said(said: &str) -> bool {
    !matches!(said, "null" | "true" | "false" | "" | MASK)
}

/// Whether it is a small number, as counts of tokens are.
fn is_count(said: &str) -> bool {
    let said = said.trim_end_matches('.');
    said.len() <= 7 && said.bytes().all(|b| b.is_ascii_digit())
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// What an unquoted value may consist of.
const fn is_value(byte: u8) -> bool {
    !matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'\r' | b'&' | b',' | b';' | b'"' | b'\'' | b')' | b'}' | b']' | b'<' | b'\\'
    )
}

/// `pat-na1-` and its like in other regions, as `HubSpot` begins its keys.
fn private_app(text: &str) -> Option<&str> {
    let region = text.strip_prefix("pat-")?.bytes().take(6);
    let letters = region.clone().take_while(u8::is_ascii_lowercase).count();
    let digits = region.skip(letters).take_while(u8::is_ascii_digit).count();
    let length = "pat-".len() + letters + digits;
    let is_region = (2..=3).contains(&letters) && digits > 0 && text.as_bytes().get(length) == Some(&b'-');
    text.get(..=length).filter(|_| is_region)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
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
            ("authorization=Bearer abc123", "authorization=***"),
            ("authorization=bearer abc123&x=1", "authorization=***&x=1"),
            ("access_token=Basic bWFyaWE6cHc= x", "access_token=*** x"),
            (r#""password":"it's-secret","n":1"#, r#""password":"***","n":1"#),
            (r#""password":"a\"b-secret\\","n":1"#, r#""password":"***","n":1"#),
            (r#""{\"password\":\"it's a \\\"secret\\\"\",\"n\":1}""#, r#""{\"password\":\"***\",\"n\":1}""#),
            (r#""{\"password\":\"cut" and more"#, r#""{\"password\":\"***" and more"#),
            ("password='it is \"quoted\"' ok", "password='***' ok"),
            ("curl --password=hunter2 --smtp-pass=x", "curl --password=*** --smtp-pass=***"),
            ("smtpPass=a1 passwordConfirmation=b1", "smtpPass=*** passwordConfirmation=***"),
            (
                "DefaultEndpointsProtocol=https;AccountName=maria;AccountKey=abc+/==;EndpointSuffix=x",
                "DefaultEndpointsProtocol=https;AccountName=maria;AccountKey=***;EndpointSuffix=x",
            ),
            ("https://a.example/x?se=1&sig=a%2Bb&sp=r", "https://a.example/x?se=1&sig=***&sp=r"),
            (
                "https://s3.example/k?X-Amz-Date=1&X-Amz-Signature=0a1b&X-Amz-Expires=60",
                "https://s3.example/k?X-Amz-Date=1&X-Amz-Signature=***&X-Amz-Expires=60",
            ),
            ("https://a.example/x?Expires=1&Signature=abc~_", "https://a.example/x?Expires=1&Signature=***"),
            (
                "post to https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/abcdefghij now",
                "post to https://hooks.slack.com/services/*** now",
            ),
            ("pat-na2-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "***"),
            ("ATATT3xFfGF0abcdefghijklmnop_q-r=0A1B2C3D", "***"),
            ("{api_key: 12345678}", "{api_key: ***}"),
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
            "tokens: 17, pass: 12, fail: 0, pass=12",
            "author: maria1, authenticatedUser=maria, passenger=2A, auth: v2",
            "sig=abc, signature: Maria 1",
            "https://hooks.slack.com/services/",
            "pat-na2-short pat-on-the-back-for-everybody1",
            "channel=C024BE91L&pageToken=abc1",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    /// How many bytes were looked at in `text`.
    fn looked(text: &str) -> usize {
        let mut scan = Scan::new(text);
        let found = scan.all();
        assert!(found.iter().all(|(range, _)| text.get(range.clone()).is_some()));
        scan.looked
    }

    const HOSTILE: [&str; 30] = [
        "a-",
        "password:",
        "password=",
        "sk-",
        "sk-_",
        "eyJ-",
        "eyJ-eyJ.",
        "cookie:{",
        "cookie: ",
        "://",
        "://a:b@",
        "bearer ",
        "bearer-",
        "password:\\\"",
        "\\",
        "\"",
        "'",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY",
        ".",
        "AKIA",
        "hooks.slack.com/services/",
        "x.password",
        "token:1 ",
        " ",
        "AKIA1",
        "sk-a1",
        "basic  ",
        "é",
        "=",
    ];

    #[test]
    fn hostile_text_is_not_read_again_from_each_of_its_words() {
        for one in HOSTILE {
            for other in HOSTILE {
                // As one unit that repeats, and as one that repeats before a long tail of the other.
                for text in [[one, other].concat().repeat(2_000), one.repeat(2_000) + &other.repeat(2_000)] {
                    let looked = looked(&text);
                    assert!(looked <= 24 * text.len() + 400, "{one:?} {other:?}: {looked} for {}", text.len());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_work_grows_with_the_length_alone(
            units in prop::collection::vec(prop::sample::select(HOSTILE.to_vec()), 1..6),
            tail in prop::collection::vec(prop::sample::select(HOSTILE.to_vec()), 0..4),
        ) {
            let text = units.concat().repeat(500) + &tail.concat().repeat(500);
            prop_assert!(looked(&text) <= 24 * text.len() + 400, "{} for {}", looked(&text), text.len());
        }
    }
}
