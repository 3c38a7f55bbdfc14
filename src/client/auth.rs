//! The headers that say who asks.

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use secrecy::{ExposeSecret as _, SecretString};

use super::Target;
use crate::domain::failure::{Failure, FailureKind};

/// Chooses one of several connected accounts (fact sheet §1.1).
pub(super) const CREDENTIAL: HeaderName = HeaderName::from_static("x-paragon-credential");

/// The headers of every request; the token's is marked so that it is never printed.
///
/// # Errors
/// [`FailureKind::Configuration`] where the token or the credential id cannot be a header's value.
pub(super) fn headers(target: &Target, token: &SecretString) -> Result<HeaderMap, Failure> {
    let token = token.expose_secret().trim();
    if token.is_empty() {
        return Err(Failure::new(
            FailureKind::Configuration,
            "The token is empty.",
            "Give a Paragon User Token, or use `akx demo`, which needs none.",
        ));
    }
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
        Failure::new(
            FailureKind::Configuration,
            "The token holds a line break or another character that cannot be sent.",
            "Copy the token again, as one line without quotes.",
        )
    })?;
    bearer.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, bearer);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("akx/", env!("CARGO_PKG_VERSION"))));
    if let Some(credential) = &target.credential {
        headers.insert(CREDENTIAL, credential_value(credential)?);
    }
    Ok(headers)
}

/// A credential's id as a header's value.
///
/// # Errors
/// [`FailureKind::Configuration`] where it cannot be one.
pub(super) fn credential_value(credential: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(credential.trim()).map_err(|_| {
        Failure::new(
            FailureKind::Configuration,
            "The account's credential id holds a character that cannot be sent.",
            "Take it as akx connections, the Connect SDK or the dashboard shows it.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_sent_and_never_printed() {
        let mut target = Target::new("https://actionkit.example.com", "p");
        target.credential = Some("c1".into());
        let headers = headers(&target, &SecretString::from(" canary.a.b\n")).unwrap();
        assert_eq!(headers.get("authorization").unwrap(), "Bearer canary.a.b");
        assert_eq!(headers.get("x-paragon-credential").unwrap(), "c1");
        assert!(!format!("{headers:?}").contains("canary"));
    }

    #[test]
    fn what_cannot_be_sent_is_said_without_quoting_it() {
        let target = Target::new("https://actionkit.example.com", "p");
        for token in ["", "  ", "canary\nx"] {
            let failure = headers(&target, &SecretString::from(token)).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Configuration);
            assert!(!failure.message.contains("canary"));
        }
        let target = Target { credential: Some("a\nb".into()), ..target };
        assert!(headers(&target, &SecretString::from("t")).is_err());
    }
}
