//! A run's request exactly as it would be sent, but for the token: what `--dry-run` prints.

use secrecy::SecretString;

use super::{Target, auth, dialect, transport};
use crate::domain::{failure::Failure, run::RunRequest};

/// A request that is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The HTTP method.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// The headers akx sets, sorted, names in lower case; the token is masked.
    pub headers: Vec<(String, String)>,
    /// The body, to the byte.
    pub body: String,
}

/// The request that [`Client::run`](super::Client::run) would send to `target`.
///
/// # Errors
/// Where the client would refuse to send it.
pub fn preview(target: &Target, request: &RunRequest) -> Result<Preview, Failure> {
    let base = transport::address("base URL", &target.base_url, target.insecure_http)?;
    let (url, body) = dialect::run(&base, &target.project, request)?;
    let masked = auth::headers(target, &SecretString::from("***"))?;
    let mut headers: Vec<(String, String)> = masked
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    if let Some(credential) = &request.credential {
        auth::credential_value(credential)?;
        headers.retain(|(name, _)| *name != auth::CREDENTIAL.as_str());
        headers.push((auth::CREDENTIAL.to_string(), credential.trim().to_owned()));
    }
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    headers.sort();
    Ok(Preview { method: "POST", url: url.into(), headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::Value, wire::Wire};

    #[test]
    fn a_preview_is_the_request_without_the_token() {
        let target = Target::new("https://actionkit.example.com", "p");
        let parameters = Value::parse(br#"{"n":0.10}"#).unwrap();
        let request = RunRequest { action: "A".into(), parameters, wire: Wire::Live, credential: Some("c1".into()) };
        let preview = preview(&target, &request).unwrap();
        assert_eq!(preview.url, "https://actionkit.example.com/projects/p/actions");
        assert_eq!(preview.body, r#"{"action":"A","parameters":{"n":0.10}}"#);
        let header = |name: &str| preview.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(header("authorization"), Some("Bearer ***"));
        assert_eq!(header("x-paragon-credential"), Some("c1"));
        assert_eq!(header("content-type"), Some("application/json"));
    }
}
