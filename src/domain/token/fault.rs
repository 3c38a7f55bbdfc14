//! Why ActionKit may refuse a token, as far as the token itself tells.

use std::fmt;

use super::{Claims, TokenError};

/// How far a clock may be off before it is called wrong, in seconds.
const CLOCK_SKEW: i64 = 60;

/// One reason to refuse a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFault {
    /// It is no JWT.
    Malformed(TokenError),
    /// Its time is over.
    Expired {
        /// For how many seconds.
        since: i64,
    },
    /// Its time has not come, or it was issued in the future: one of the two clocks is wrong.
    NotYetValid {
        /// In how many seconds it will be valid.
        after: i64,
    },
    /// It is for another project.
    OtherProject {
        /// The audience it names.
        audience: String,
    },
    /// It is signed in a way that ActionKit does not take.
    Algorithm(String),
    /// It does not say whose it is.
    NoSubject,
}

impl fmt::Display for TokenFault {
    /// The fault as a clause about "it".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "{error}"),
            Self::Expired { since } => write!(f, "it expired {} ago", span(*since)),
            Self::NotYetValid { after } => write!(f, "it becomes valid only in {}", span(*after)),
            Self::OtherProject { audience } => write!(f, "it is for another project ({audience})"),
            Self::Algorithm(name) => write!(f, "it is signed with {name}, and ActionKit takes RS256 only"),
            Self::NoSubject => f.write_str("it does not say whose it is (it has no `sub`)"),
        }
    }
}

impl TokenFault {
    /// What to do about it: one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "Use a whole Paragon User Token: three parts separated by dots, without quotes.",
            Self::Expired { .. } => "Use a new token.",
            Self::NotYetValid { .. } => "Compare this machine's clock with that of the machine that made the token.",
            Self::OtherProject { .. } => "Use a token made for this project, or give the project the token is for.",
            Self::Algorithm(_) => "Sign tokens with the project's RSA key (RS256).",
            Self::NoSubject => "Make the token with the user's id as `sub`.",
        }
    }
}

/// Everything about a token that speaks against it at `unix` (seconds) for `project`, the most telling first.
pub fn faults(claims: &Result<Claims, TokenError>, project: &str, unix: i64) -> Vec<TokenFault> {
    let claims = match claims {
        Ok(claims) => claims,
        Err(error) => return vec![TokenFault::Malformed(*error)],
    };
    let mut faults = Vec::new();
    if let Some(left) = claims.expires_in(unix).filter(|left| *left <= 0) {
        faults.push(TokenFault::Expired { since: left.saturating_neg() });
    }
    if claims.is_for_another_project(project) {
        faults.push(TokenFault::OtherProject { audience: claims.audience.clone().unwrap_or_default() });
    }
    if let Some(algorithm) = claims.algorithm.as_deref().filter(|name| *name != "RS256") {
        faults.push(TokenFault::Algorithm(algorithm.to_owned()));
    }
    let starts = claims.not_before.max(claims.issued_at.map(|at| at.saturating_sub(CLOCK_SKEW)));
    if let Some(after) = starts.map(|at| at.saturating_sub(unix)).filter(|after| *after > 0) {
        faults.push(TokenFault::NotYetValid { after });
    }
    if claims.subject.is_none() {
        faults.push(TokenFault::NoSubject);
    }
    faults
}

/// How a clock at `here` stands to one at `there` (both in Unix seconds), as a clause; `None` where they agree.
pub fn clocks_apart(here: i64, there: i64) -> Option<String> {
    let ahead = here.saturating_sub(there);
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    (ahead.abs() >= CLOCK_SKEW).then(|| format!("this machine's clock is {} {way} the server's", span(ahead)))
}

/// A span of time in words, to its two largest units.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (1, 0, _) => "1 day".to_owned(),
        (1, _, _) => format!("1 day {hours} h"),
        _ => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Claims {
        Claims {
            algorithm: Some("RS256".into()),
            subject: Some("user-1".into()),
            audience: Some("useparagon.com/p".into()),
            issued_at: Some(1_000),
            not_before: None,
            expires_at: Some(4_600),
        }
    }

    fn told(claims: Claims, unix: i64) -> Vec<String> {
        faults(&Ok(claims), "p", unix).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_token_has_no_fault_within_its_time() {
        assert_eq!(told(good(), 4_599), Vec::<String>::new());
        assert_eq!(told(good(), 940), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_a_different_sentence() {
        assert_eq!(told(good(), 4_600 + 11_520), ["it expired 3 h 12 min ago"]);
        assert_eq!(told(good(), 939), ["it becomes valid only in 1 s"]);
        assert_eq!(told(Claims { not_before: Some(3_000), ..good() }, 1_200), ["it becomes valid only in 30 min"]);
        assert_eq!(
            told(Claims { audience: Some("useparagon.com/q".into()), ..good() }, 1_200),
            ["it is for another project (useparagon.com/q)"]
        );
        assert_eq!(
            told(Claims { algorithm: Some("HS256".into()), subject: None, ..good() }, 1_200),
            [
                "it is signed with HS256, and ActionKit takes RS256 only",
                "it does not say whose it is (it has no `sub`)"
            ]
        );
        assert_eq!(faults(&Err(TokenError::Shape), "p", 0), [TokenFault::Malformed(TokenError::Shape)]);
    }

    #[test]
    fn spans_are_told_in_their_largest_units() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_600, "1 h"),
            (86_400, "1 day"),
            (90_000, "1 day 1 h"),
            (864_000, "10 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
