//! Minting Paragon User Tokens: RS256 JWTs signed with a project's private key (RFC 7515, RFC 7518 §3.3; fact sheet §5).

use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};
use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::document::{Object, Value};

/// A private key that signs tokens. It prints as nothing but its size.
pub struct SigningKey(RsaKeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(RSA, {} bits)", self.0.public().modulus_len() * 8)
    }
}

/// Why a text is no signing key, or a token could not be signed. Never quotes the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// No PEM block in it.
    #[error("it holds no private key: expected PEM text with BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY")]
    NoKey,
    /// Its public half.
    #[error("it is a public key: signing needs the private key")]
    Public,
    /// A key under a passphrase.
    #[error("it is encrypted with a passphrase: write it without one (openssl pkey -in KEY -out NEW)")]
    Encrypted,
    /// A key of another kind.
    #[error("it is not an RSA key: ActionKit takes RS256 tokens only")]
    NotRsa,
    /// An RSA key that cannot be used.
    #[error("it is an RSA key that cannot sign: damaged, or not of 2048 to 4096 bits")]
    Unusable,
    /// The signature failed.
    #[error("the token could not be signed")]
    Signing,
}

/// What a minted token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The connected user (`sub`).
    pub user: &'a str,
    /// The project it is for (`aud: useparagon.com/<project>`); without one there is no `aud`.
    pub project: Option<&'a str>,
    /// When it is issued (`iat`), in Unix seconds.
    pub issued_at: i64,
    /// How long it lasts, to the second.
    pub lifetime: Duration,
}

impl SigningKey {
    /// Reads a private key in PEM, PKCS#8 or PKCS#1; text around it is skipped, and a key written in one line with
    /// literal `\n` (as environment files hold it) is understood.
    ///
    /// # Errors
    /// What the text is instead.
    pub fn from_pem(pem: &SecretString) -> Result<Self, SigningKeyError> {
        let unfolded = SecretString::from(pem.expose_secret().replace("\\r", "").replace("\\n", "\n"));
        let text = unfolded.expose_secret();
        let has = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
        if has("ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(SigningKeyError::Encrypted);
        }
        if has("EC PRIVATE KEY") {
            return Err(SigningKeyError::NotRsa);
        }
        if !has("PRIVATE KEY") && !has("RSA PRIVATE KEY") {
            let public = has("PUBLIC KEY") || has("RSA PUBLIC KEY") || has("CERTIFICATE");
            return Err(if public { SigningKeyError::Public } else { SigningKeyError::NoKey });
        }
        let der = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| SigningKeyError::NoKey)?;
        let pair = match &der {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(SigningKeyError::NotRsa),
        };
        // ring names the reason with fixed words only; this one means that the algorithm is not RSA.
        pair.map(Self).map_err(|e| match e.to_string().as_str() {
            "WrongAlgorithm" => SigningKeyError::NotRsa,
            _ => SigningKeyError::Unusable,
        })
    }

    /// Mints a token.
    ///
    /// # Errors
    /// [`SigningKeyError::Signing`] when the system yields no randomness (it blinds the computation, the result does not
    /// depend on it).
    pub fn mint(&self, grant: &Grant<'_>) -> Result<SecretString, SigningKeyError> {
        let mut claims = Object::new();
        claims.insert("sub", grant.user);
        if let Some(project) = grant.project {
            claims.insert("aud", format!("useparagon.com/{project}"));
        }
        claims.insert("iat", grant.issued_at);
        let seconds = i64::try_from(grant.lifetime.as_secs()).unwrap_or(i64::MAX);
        claims.insert("exp", grant.issued_at.saturating_add(seconds));
        let mut token = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
            URL_SAFE_NO_PAD.encode(Value::Object(claims).to_json())
        );
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| SigningKeyError::Signing)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token::Claims;

    const PUBLIC_DEMO_KEY: &str = include_str!("../../../assets/sandbox/sandbox-private-key.pem");
    const PUBLIC_HALF: &str = include_str!("../../../assets/sandbox/sandbox-public-key.pem");

    fn key(pem: &str) -> Result<SigningKey, SigningKeyError> {
        SigningKey::from_pem(&pem.to_owned().into())
    }

    fn grant() -> Grant<'static> {
        Grant { user: "user-1", project: Some("p1"), issued_at: 1_700_000_000, lifetime: Duration::from_secs(3600) }
    }

    fn minted(pem: &str) -> String {
        key(pem).and_then(|k| k.mint(&grant())).map(|t| t.expose_secret().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_minted_token_says_what_it_was_asked_to() {
        assert_eq!(
            Claims::read(&minted(PUBLIC_DEMO_KEY)),
            Ok(Claims {
                algorithm: Some("RS256".into()),
                subject: Some("user-1".into()),
                audience: Some("useparagon.com/p1".into()),
                issued_at: Some(1_700_000_000),
                expires_at: Some(1_700_003_600),
                ..Claims::default()
            })
        );
    }

    #[test]
    fn every_way_a_key_is_written_signs_alike() {
        let token = minted(PUBLIC_DEMO_KEY);
        assert!(!token.is_empty());
        let folded = PUBLIC_DEMO_KEY.trim().replace('\n', "\\n");
        assert_eq!(minted(&folded), token);
        assert_eq!(minted(&format!("\"{}\"", PUBLIC_DEMO_KEY.replace('\n', "\\r\\n"))), token);
        assert_eq!(minted(&pkcs1(PUBLIC_DEMO_KEY)), token);
    }

    /// A PKCS#8 RSA key of this size is 26 bytes of wrapping around the PKCS#1 key.
    fn pkcs1(pkcs8: &str) -> String {
        let der = PrivateKeyDer::from_pem_slice(pkcs8.as_bytes()).map(|k| k.secret_der().to_vec()).unwrap_or_default();
        let inner = base64::engine::general_purpose::STANDARD.encode(&der[26..]);
        let lines: Vec<_> = inner.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", lines.join("\n"))
    }

    #[test]
    fn what_is_no_signing_key_says_what_it_is() {
        let ec = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----";
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
        let damaged = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
        for (pem, error) in [
            ("", SigningKeyError::NoKey),
            ("hunter2", SigningKeyError::NoKey),
            (PUBLIC_HALF, SigningKeyError::Public),
            (ec, SigningKeyError::NotRsa),
            (locked, SigningKeyError::Encrypted),
            (damaged, SigningKeyError::Unusable),
        ] {
            assert_eq!(key(pem).err(), Some(error), "{pem}");
        }
    }

    #[test]
    fn the_key_never_prints() {
        let debug = key(PUBLIC_DEMO_KEY).map(|k| format!("{k:?}"));
        assert_eq!(debug, Ok("SigningKey(RSA, 2048 bits)".to_owned()));
    }
}
