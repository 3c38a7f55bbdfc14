//! What a Paragon User Token says of itself: whose it is, for which project, and for how long.
//!
//! A token is an RS256 JWT (RFC 7519; fact sheet §5). Only its claims are read here, never its signature checked: akx is
//! not the one who must trust it. The token's text never appears in an error or in `Debug`.

mod fault;
pub mod sign;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

pub use fault::{TokenFault, clocks_apart, faults, span};

use super::document::Value;

/// The claims akx shows and reasons about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The signature algorithm named in the header; ActionKit takes `RS256` only.
    pub algorithm: Option<String>,
    /// The connected user (`sub`).
    pub subject: Option<String>,
    /// The audience (`aud`), such as `useparagon.com/<project id>`; the first where there are several.
    pub audience: Option<String>,
    /// When it was issued, in Unix seconds.
    pub issued_at: Option<i64>,
    /// From when on it is valid (`nbf`), in Unix seconds.
    pub not_before: Option<i64>,
    /// When it expires, in Unix seconds.
    pub expires_at: Option<i64>,
}

/// Why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not three parts separated by dots.
    #[error("it is not a JWT: a JWT is three parts separated by dots")]
    Shape,
    /// A part is not base64url, or not JSON.
    #[error("its {0} is not base64url-encoded JSON")]
    Part(&'static str),
}

impl Claims {
    /// Reads the claims of `token` without checking its signature.
    ///
    /// # Errors
    /// [`TokenError`] when the text is not shaped like a JWT. Claims of an odd type are left out, not refused.
    pub fn read(token: &str) -> Result<Self, TokenError> {
        let mut parts = token.trim().split('.');
        let (Some(header), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Shape);
        };
        let header = part(header, "header")?;
        let payload = part(payload, "payload")?;
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let seconds = |key| {
            let number = payload.get(key)?.as_number()?;
            number.as_str().parse::<i64>().ok().or_else(|| {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "saturates, and a fraction of a second is no matter"
                )]
                Some(number.to_f64() as i64)
            })
        };
        Ok(Self {
            algorithm: header.get("alg").and_then(text),
            subject: payload.get("sub").or_else(|| payload.get("id")).and_then(text),
            audience: payload
                .get("aud")
                .and_then(|a| a.as_array().map_or_else(|| text(a), |l| l.first().and_then(text))),
            issued_at: seconds("iat"),
            not_before: seconds("nbf"),
            expires_at: seconds("exp"),
        })
    }

    /// Seconds until it expires at `unix`; negative once it has. `None` when it never does.
    pub fn expires_in(&self, unix: i64) -> Option<i64> {
        self.expires_at.map(|exp| exp.saturating_sub(unix))
    }

    /// Whether it says it is for a project other than `project`.
    pub fn is_for_another_project(&self, project: &str) -> bool {
        self.audience
            .as_deref()
            .and_then(|aud| aud.strip_prefix("useparagon.com/"))
            .is_some_and(|id| !id.eq_ignore_ascii_case(project))
    }
}

fn part(text: &str, name: &'static str) -> Result<Value, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| TokenError::Part(name))?;
    Value::parse(&bytes).ok().filter(|v| v.as_object().is_some()).ok_or(TokenError::Part(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn claims_are_read_and_odd_ones_left_out() {
        let t =
            token(r#"{"alg":"RS256"}"#, r#"{"sub":"user-1","aud":["useparagon.com/p1"],"iat":1.5e9,"exp":1700003600}"#);
        let c = Claims::read(&t);
        assert_eq!(
            c,
            Ok(Claims {
                algorithm: Some("RS256".into()),
                subject: Some("user-1".into()),
                audience: Some("useparagon.com/p1".into()),
                issued_at: Some(1_500_000_000),
                not_before: None,
                expires_at: Some(1_700_003_600),
            })
        );
        let c = c.unwrap_or_default();
        assert!(c.is_for_another_project("p2") && !c.is_for_another_project("P1"));
        assert_eq!(c.expires_in(1_700_003_601), Some(-1));
        let odd = Claims::read(&token("{}", r#"{"sub":7,"exp":"soon"}"#));
        assert_eq!(odd, Ok(Claims::default()));
    }

    #[test]
    fn what_is_no_token_says_why_without_quoting_it() {
        assert_eq!(Claims::read("secret"), Err(TokenError::Shape));
        assert_eq!(Claims::read("a.b.c.d"), Err(TokenError::Shape));
        assert_eq!(Claims::read("!!.e30.x"), Err(TokenError::Part("header")));
        assert_eq!(Claims::read(&token("{}", "[]")), Err(TokenError::Part("payload")));
    }
}
