//! Who calls: tokens checked against a public key, and the people the sandbox knows.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use secrecy::SecretString;

use crate::domain::{
    civil::Civil,
    token::{
        Claims,
        sign::{Grant, SigningKey, SigningKeyError},
    },
};

/// The project id the demo uses; every other project id is served as well.
pub const PROJECT: &str = "5a4db0c5-0000-4000-8000-00000ac710c1";

const PRIVATE_KEY: &str = include_str!("../../assets/sandbox/sandbox-private-key.pem");
const PUBLIC_KEY: &str = include_str!("../../assets/sandbox/sandbox-public-key.pem");

/// The private key that [`token`] signs with, as PEM text. It is public knowledge: whoever signs for themselves may use it.
pub fn private_key() -> &'static str {
    // What stands before it says that it is no secret.
    PRIVATE_KEY.find("-----BEGIN").map_or(PRIVATE_KEY, |at| &PRIVATE_KEY[at..])
}

/// How a user stands with an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Connected, and its credential works.
    Connected,
    /// Connected once; the provider no longer accepts the credential.
    Expired,
    /// Not connected.
    Missing,
}

impl Standing {
    /// The word `/_akx/connections` uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Expired => "expired",
            Self::Missing => "missing",
        }
    }

    /// The standing of that word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Connected, Self::Expired, Self::Missing].into_iter().find(|s| s.name() == name)
    }
}

/// A person the sandbox knows by name.
#[derive(Debug, Clone, Copy)]
pub struct DemoUser {
    /// The connected user's id, a token's `sub`.
    pub id: &'static str,
    /// Their name.
    pub name: &'static str,
    /// Their email address, by which the providers know them.
    pub email: &'static str,
    /// What is special about their connections, in words.
    pub about: &'static str,
    standing: fn(&str) -> Standing,
    /// The integrations where they have a second account.
    twice: &'static [&'static str],
}

impl DemoUser {
    /// The demo user of that id.
    pub fn find(id: &str) -> Option<&'static Self> {
        USERS.iter().find(|u| u.id == id)
    }
}

/// The demo users. Any other user id is somebody fully connected with a world of their own.
pub const USERS: &[DemoUser] = &[
    DemoUser {
        id: "maria@acme.example.com",
        name: "Maria Santos",
        email: "maria.santos@example.com",
        about: "every integration connected; two accounts at Slack, Gmail and Salesforce",
        standing: |_| Standing::Connected,
        twice: &["gmail", "salesforce", "slack"],
    },
    DemoUser {
        id: "jonas@acme.example.com",
        name: "Jonas Weber",
        email: "jonas.weber@example.com",
        about: "Salesforce expired, HubSpot and Notion not connected",
        standing: |integration| match integration {
            "salesforce" => Standing::Expired,
            "hubspot" | "notion" => Standing::Missing,
            _ => Standing::Connected,
        },
        twice: &[],
    },
    DemoUser {
        id: "priya@acme.example.com",
        name: "Priya Nair",
        email: "priya.nair@example.com",
        about: "nothing connected",
        standing: |_| Standing::Missing,
        twice: &[],
    },
];

/// Mints a token for `user` in `project` with the sandbox's publicly known key, as `akx sandbox token` prints it.
///
/// # Errors
/// When the system yields no randomness.
pub fn token(user: &str, project: &str, lifetime: Duration, now_unix: i64) -> Result<SecretString, SigningKeyError> {
    let key = SigningKey::from_pem(&PRIVATE_KEY.to_owned().into())?;
    key.mint(&Grant { user, project: Some(project), issued_at: now_unix, lifetime })
}

/// A caller whose token was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The token's `sub`.
    pub id: String,
}

impl Caller {
    /// How this user stands with `integration` at the beginning.
    pub fn standing(&self, integration: &str) -> Standing {
        DemoUser::find(&self.id).map_or(Standing::Connected, |u| (u.standing)(integration))
    }

    /// Whether this user has a second account at `integration`.
    pub fn has_second_account(&self, integration: &str) -> bool {
        DemoUser::find(&self.id).is_some_and(|u| u.twice.contains(&integration))
    }

    /// The name the providers show.
    pub fn name(&self) -> &str {
        DemoUser::find(&self.id).map_or(&self.id, |u| u.name)
    }

    /// The address the providers know: the demo user's, the id itself where it is one, or one made of the id.
    pub fn email(&self) -> String {
        match DemoUser::find(&self.id) {
            Some(user) => user.email.to_owned(),
            None if self.id.contains('@') => self.id.clone(),
            None => {
                let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
                format!("{}@example.com", self.id.chars().map(plain).collect::<String>())
            }
        }
    }
}

/// Why a request's token was refused; each reason is a different sentence of the 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No `Authorization` header.
    #[error("Missing Paragon User Token: send the header Authorization: Bearer <token>.")]
    Missing,
    /// Another authorisation scheme.
    #[error("Unsupported Authorization scheme: send Authorization: Bearer <token>.")]
    Scheme,
    /// Not a JWT.
    #[error("Malformed Paragon User Token: {0}.")]
    Malformed(String),
    /// Another signature algorithm.
    #[error("Paragon User Token is signed with {0}: only RS256 is accepted.")]
    Algorithm(String),
    /// Signed with another key, or changed since.
    #[error("Invalid Paragon User Token: the signature does not match the project's public key.")]
    Signature,
    /// No `sub`.
    #[error("Invalid Paragon User Token: it names no user (sub).")]
    Nobody,
    /// No `exp`.
    #[error("Invalid Paragon User Token: it has no expiry (exp).")]
    Endless,
    /// `exp` has passed.
    #[error("Expired Paragon User Token: it expired at {at}.", at = Civil::at(*.0))]
    Expired(i64),
    /// `aud` names another project.
    #[error(
        "Paragon User Token is for another project: its audience is {audience}, the request's project is {project}."
    )]
    Project {
        /// The token's `aud`.
        audience: String,
        /// The project of the request's path.
        project: String,
    },
}

/// The public key tokens are checked against.
pub struct Verifier(UnparsedPublicKey<Vec<u8>>);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(RS256)")
    }
}

/// A text that is no RSA public key in PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// No PEM block of a public key.
    #[error("it holds no public key: expected PEM text with BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY")]
    NoKey,
    /// A private key; its public half is wanted.
    #[error("it is a private key: give the public one (openssl pkey -in KEY -pubout)")]
    Private,
    /// A key of another kind, or a damaged one.
    #[error("it is not an RSA public key")]
    NotRsa,
}

impl Verifier {
    /// The sandbox's own, publicly known key.
    ///
    /// # Errors
    /// Never in practice: a test reads it.
    pub fn built_in() -> Result<Self, PublicKeyError> {
        Self::from_pem(PUBLIC_KEY)
    }

    /// Reads a public key in PEM: `PUBLIC KEY` (RFC 5280 `SubjectPublicKeyInfo`) or `RSA PUBLIC KEY` (PKCS#1). Text
    /// around it is skipped and literal `\n` understood.
    ///
    /// # Errors
    /// What the text is instead.
    pub fn from_pem(pem: &str) -> Result<Self, PublicKeyError> {
        let pem = pem.replace("\\r", "").replace("\\n", "\n");
        let key = if let Some(der) = section(&pem, "PUBLIC KEY") {
            rsa_key_of(&der).ok_or(PublicKeyError::NotRsa)?.to_vec()
        } else if let Some(der) = section(&pem, "RSA PUBLIC KEY") {
            der
        } else if pem.contains("PRIVATE KEY-----") {
            return Err(PublicKeyError::Private);
        } else {
            return Err(PublicKeyError::NoKey);
        };
        Ok(Self(UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)))
    }

    /// Accepts or refuses the value of an `Authorization` header for a request to `project` at `now_unix`; with the caller
    /// comes when the token expires.
    ///
    /// # Errors
    /// The reason, as the 401 says it.
    pub fn caller(&self, authorization: Option<&str>, project: &str, now_unix: i64) -> Result<(Caller, i64), Refusal> {
        let header = authorization.ok_or(Refusal::Missing)?;
        let header = header.trim();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Scheme);
        }
        let token = token.trim();
        if token.is_empty() {
            return Err(Refusal::Missing);
        }
        let claims = Claims::read(token).map_err(|e| Refusal::Malformed(e.to_string()))?;
        match claims.algorithm.as_deref() {
            Some("RS256") => {}
            other => return Err(Refusal::Algorithm(other.unwrap_or("no algorithm").chars().take(20).collect())),
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Signature)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::Signature)?;
        self.0.verify(signed.as_bytes(), &signature).map_err(|_| Refusal::Signature)?;
        let expires = claims.expires_at.ok_or(Refusal::Endless)?;
        if expires <= now_unix {
            return Err(Refusal::Expired(expires));
        }
        if claims.is_for_another_project(project) {
            let audience = claims.audience.unwrap_or_default();
            return Err(Refusal::Project { audience, project: project.to_owned() });
        }
        claims.subject.filter(|s| !s.is_empty()).map(|id| (Caller { id }, expires)).ok_or(Refusal::Nobody)
    }
}

/// The bytes of the PEM section called `label`.
fn section(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    STANDARD.decode(body.split_ascii_whitespace().collect::<String>()).ok()
}

/// The `RSAPublicKey` inside a `SubjectPublicKeyInfo`: SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING }.
fn rsa_key_of(info: &[u8]) -> Option<&[u8]> {
    const RSA_ENCRYPTION: &[u8] =
        &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let (outer, _) = der(info, 0x30)?;
    let bits = outer.strip_prefix(RSA_ENCRYPTION)?;
    let (bits, _) = der(bits, 0x03)?;
    bits.strip_prefix(&[0])
}

/// The contents of the DER element at the start of `bytes`, if it has that tag, and what follows it.
fn der(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), rest.get(2..)?),
        _ => return None,
    };
    (first == tag).then(|| rest.split_at_checked(length)).flatten()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn bearer(user: &str, project: &str) -> String {
        let token = token(user, project, Duration::from_secs(60), NOW);
        format!("Bearer {}", token.map(|t| t.expose_secret().to_owned()).unwrap_or_default())
    }

    fn check(header: Option<&str>, project: &str, now: i64) -> Result<String, String> {
        let verifier = Verifier::built_in().map_err(|e| e.to_string())?;
        verifier.caller(header, project, now).map(|(c, _)| c.id).map_err(|e| e.to_string())
    }

    #[test]
    fn the_built_in_pair_belongs_together() {
        assert_eq!(check(Some(&bearer("u", "p")), "p", NOW), Ok("u".to_owned()));
    }

    #[test]
    fn each_refusal_is_a_different_sentence() {
        let good = bearer("u", "p");
        let (head, signature) = good.rsplit_once('.').unwrap_or_default();
        let mut other = signature.to_owned();
        other.replace_range(0..1, if signature.starts_with('A') { "B" } else { "A" });
        let unsigned = format!("Bearer {}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        let cases = [
            (None, "p", NOW, "Missing"),
            (Some("Basic abc".to_owned()), "p", NOW, "scheme"),
            (Some("Bearer ".to_owned()), "p", NOW, "Missing"),
            (Some("Bearer abc".to_owned()), "p", NOW, "Malformed"),
            (Some(unsigned), "p", NOW, "signed with none"),
            (Some(format!("{head}.{other}")), "p", NOW, "signature does not match"),
            (Some(good.clone()), "p", NOW + 60, "Expired"),
            (Some(good.clone()), "q", NOW, "another project"),
            (Some(bearer("", "p")), "p", NOW, "names no user"),
        ];
        let mut seen = std::collections::BTreeSet::new();
        for (header, project, now, words) in cases {
            let error = check(header.as_deref(), project, now).err().unwrap_or_default();
            assert!(error.contains(words), "{error:?} should contain {words:?}");
            seen.insert(error);
        }
        assert_eq!(seen.len(), 8, "only the two ways of sending no token share their words");
    }

    #[test]
    fn a_public_key_is_read_however_it_is_written() {
        assert!(Verifier::from_pem(&PUBLIC_KEY.replace('\n', "\\n")).is_ok());
        let pkcs1 = section(PUBLIC_KEY, "PUBLIC KEY").and_then(|i| rsa_key_of(&i).map(|k| STANDARD.encode(k)));
        let pem =
            format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----", pkcs1.unwrap_or_default());
        let verifier = Verifier::from_pem(&pem).map_err(|e| e.to_string());
        let accepted = verifier.map(|v| v.caller(Some(&bearer("u", "p")), "p", NOW).is_ok());
        assert_eq!(accepted, Ok(true));
        assert_eq!(Verifier::from_pem(PRIVATE_KEY).err(), Some(PublicKeyError::Private));
        assert_eq!(Verifier::from_pem("x").err(), Some(PublicKeyError::NoKey));
        let ec = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----";
        assert_eq!(Verifier::from_pem(ec).err(), Some(PublicKeyError::NotRsa));
    }

    #[test]
    fn the_key_files_say_in_their_first_line_that_they_are_no_secret() {
        for pem in [PRIVATE_KEY, PUBLIC_KEY] {
            assert!(pem.lines().next().is_some_and(|l| l.contains("public knowledge and no secret")));
        }
    }

    #[test]
    fn a_stranger_is_fully_connected_and_has_an_address() {
        let stranger = Caller { id: "Team 7/a".into() };
        assert_eq!(stranger.standing("salesforce"), Standing::Connected);
        assert_eq!(stranger.email(), "Team-7-a@example.com");
        let jonas = Caller { id: "jonas@acme.example.com".into() };
        assert_eq!(jonas.standing("salesforce"), Standing::Expired);
        assert_eq!((jonas.name(), jonas.email().as_str()), ("Jonas Weber", "jonas.weber@example.com"));
    }
}
