//! `akx token mint` and `akx token inspect`.

use std::{fmt::Write as _, process::ExitCode};

use secrecy::ExposeSecret as _;

use super::{
    options::Token as Options,
    output::{Output, Style},
    session::Session,
};
use crate::domain::{
    document::{Object, Value},
    failure::{Failure, FailureKind},
    text,
    token::Claims,
};

/// Mints a token, or says what one says of itself.
pub(crate) fn token(session: &Session, options: &Options, output: &mut Output) -> Result<ExitCode, Failure> {
    match options {
        Options::Mint { lifetime } => {
            let token = session.settings.mint(session.now.unix, lifetime.unwrap_or(session.settings.token_lifetime))?;
            let token = token.expose_secret();
            if output.json() {
                let claims = Claims::read(token).unwrap_or_default();
                output.value(&json(&claims, session, Some(token)))?;
            } else {
                output.line(token)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Options::Inspect => inspect(session, output),
    }
}

fn inspect(session: &Session, output: &mut Output) -> Result<ExitCode, Failure> {
    let token = session.token()?;
    let claims = Claims::read(token.secret.expose_secret()).map_err(|e| {
        Failure::new(
            FailureKind::NotAuthorised,
            format!("What {} holds is not a Paragon User Token: {e}.", token.source),
            "Copy the token again, or mint one with akx token mint.",
        )
    })?;
    let project = session.settings.project.as_ref().map(|project| project.value.as_str());
    let complaints = complaints(&claims, session.now.unix, project);
    if output.json() {
        let mut value = json(&claims, session, None);
        if let Some(object) = value.as_object_mut() {
            object.insert("problems", complaints.clone());
        }
        output.value(&value)?;
    } else {
        let page = page(&claims, session.now.unix, &token.source.to_string(), output);
        output.bytes(page.as_bytes())?;
        for complaint in &complaints {
            output.warn(complaint);
        }
    }
    let code = if complaints.is_empty() { 0 } else { FailureKind::NotAuthorised.exit_code() };
    Ok(ExitCode::from(code))
}

/// Why ActionKit would refuse it, as far as can be told without its key.
fn complaints(claims: &Claims, unix: i64, project: Option<&str>) -> Vec<String> {
    let mut complaints = Vec::new();
    if claims.algorithm.as_deref() != Some("RS256") {
        let is = claims.algorithm.as_deref().unwrap_or("nothing it names");
        complaints.push(format!("It is signed with {is}; ActionKit takes RS256 only."));
    }
    if claims.subject.is_none() {
        complaints.push("It names no user (sub).".to_owned());
    }
    if let Some(left) = claims.expires_in(unix).filter(|left| *left <= 0) {
        complaints.push(format!("It expired {} ago.", span(left.saturating_neg())));
    }
    if let Some(wait) = claims.not_before.map(|from| from.saturating_sub(unix)).filter(|wait| *wait > 0) {
        complaints.push(format!("It is not valid before {} from now.", span(wait)));
    }
    if let Some(project) = project.filter(|project| claims.is_for_another_project(project)) {
        complaints.push(format!("It is for another project than {project}."));
    }
    complaints
}

fn json(claims: &Claims, session: &Session, token: Option<&str>) -> Value {
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::from);
    let mut object = Object::new();
    if let Some(token) = token {
        object.insert("token", token);
    }
    object.insert("algorithm", text(&claims.algorithm));
    object.insert("user", text(&claims.subject));
    object.insert("audience", text(&claims.audience));
    object.insert("issued_at", number(claims.issued_at));
    object.insert("expires_at", number(claims.expires_at));
    object.insert("expires_in", number(claims.expires_in(session.now.unix)));
    Value::Object(object)
}

fn page(claims: &Claims, unix: i64, source: &str, output: &Output) -> String {
    let told = |claim: &Option<String>| {
        claim.as_deref().map_or_else(|| "not said".to_owned(), |c| text::clean(c).into_owned())
    };
    let issued = claims.issued_at.map_or_else(
        || "not said".to_owned(),
        |at| match unix.saturating_sub(at) {
            ago if ago >= 0 => format!("{} ago", span(ago)),
            ahead => format!("in {}: one of the clocks is wrong", span(ahead.saturating_neg())),
        },
    );
    let expires = claims.expires_in(unix).map_or_else(
        || "never".to_owned(),
        |left| match left {
            1.. => format!("in {}", span(left)),
            _ => format!("{} ago", span(left.saturating_neg())),
        },
    );
    let rows = [
        ("user", told(&claims.subject)),
        ("audience", told(&claims.audience)),
        ("algorithm", told(&claims.algorithm)),
        ("issued", issued),
        ("expires", expires),
        ("taken from", text::clean(source).into_owned()),
    ];
    rows.iter().fold(String::new(), |mut page, (name, value)| {
        let _ = writeln!(page, "{}  {value}", output.styled(Style::Faint, &format!("{name:<10}")));
        page
    })
}

/// Seconds in the unit people would say.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_for_a_refusal_is_told() {
        let good = Claims {
            algorithm: Some("RS256".into()),
            subject: Some("u".into()),
            audience: Some("useparagon.com/p".into()),
            issued_at: Some(0),
            expires_at: Some(100),
            ..Claims::default()
        };
        assert_eq!(complaints(&good, 99, Some("p")), Vec::<String>::new());
        let bad = Claims { algorithm: Some("HS256".into()), subject: None, ..good };
        assert_eq!(
            complaints(&bad, 400, Some("q")),
            [
                "It is signed with HS256; ActionKit takes RS256 only.",
                "It names no user (sub).",
                "It expired 5 min ago.",
                "It is for another project than q.",
            ]
        );
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        let said: Vec<_> = [0, 119, 120, 7199, 7200, 172_800].into_iter().map(span).collect();
        assert_eq!(said, ["0 s", "119 s", "2 min", "119 min", "2 h", "2 days"]);
    }
}
