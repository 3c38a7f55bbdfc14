//! The connection below HTTP: which addresses may be spoken to, and how the client for them is made.

use std::{net::IpAddr, time::Duration};

use reqwest::{Certificate, Proxy, Url, header::HeaderMap};

use super::{Reply, Target, error};
use crate::domain::failure::{Failure, FailureKind};

/// The longest wait for a connection: a host that answers at all does so by then.
const CONNECT: Duration = Duration::from_secs(10);

/// Reads `text` as the address called `name`, and refuses one that a token must not be sent to.
pub(super) fn address(name: &str, text: &str, insecure_http: bool) -> Result<Url, Failure> {
    let wrong = |why: &str| {
        Failure::new(
            FailureKind::Configuration,
            format!("The {name} cannot be used: {why}."),
            "Write it like https://actionkit.useparagon.com, without /projects.",
        )
    };
    let url = Url::parse(text.trim()).map_err(|e| wrong(&e.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it holds a user name or password, and the token is all ActionKit asks for"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or a fragment"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if insecure_http || is_loopback(&url) => Ok(url),
        "http" => Err(Failure::new(
            FailureKind::Refused,
            format!("{} is not encrypted: anybody on the way could read the token, so nothing was sent.", origin(&url)),
            "Use https, or allow plain http with --insecure-http where the network is yours alone.",
        )),
        _ => Err(wrong("it is neither https nor http")),
    }
}

/// Whether an address leads to this very machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

/// Scheme, host and port, which is all of an address that is ever told.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Where a reply to a GET of `url` points, if that is on the same server: nobody else may see the token.
pub(super) fn redirect(url: &Url, reply: &Reply) -> Option<Url> {
    matches!(reply.status, 301 | 302 | 303 | 307 | 308)
        .then(|| url.join(reply.header("location")?).ok())?
        .filter(|to| to.origin() == url.origin())
}

/// Makes the client for `url`, sending `headers` with every request.
///
/// For plain http on this machine neither a proxy nor certificates matter; leaving them out lets the sandbox work where
/// there are none, and saves reading a few hundred certificates at start.
pub(super) fn build(target: &Target, url: &Url, headers: HeaderMap) -> Result<reqwest::Client, Failure> {
    // An error means that there is a provider already, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        // Not even where the protocol says that the server has not looked at the request: a run is sent once.
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT.min(target.timeout * 3 / 4))
        // Below what servers commonly keep, so that a request is not lost to a connection that is just being closed.
        .pool_idle_timeout(Duration::from_secs(4))
        .tcp_nodelay(true);
    if is_loopback(url) {
        builder = builder.no_proxy();
        if url.scheme() == "http" {
            builder = builder.tls_certs_only([]).http1_only();
        }
    } else if let Some(proxy) = &target.proxy {
        builder = builder.proxy(Proxy::all(proxy.expose()).map_err(|_| {
            Failure::new(
                FailureKind::Configuration,
                "The proxy's address cannot be used.",
                "Write it like http://proxy.example.com:3128.",
            )
        })?);
    }
    if let Some(path) = target.ca_file.as_ref().filter(|_| url.scheme() == "https") {
        let unusable = |why: String| {
            Failure::new(
                FailureKind::File,
                format!("The certificate file {} cannot be used: {why}.", path.display()),
                "Name a file with PEM certificates (-----BEGIN CERTIFICATE-----) in the profile's ca_file or AKX_CA_FILE.",
            )
        };
        let pem = std::fs::read(path).map_err(|e| unusable(e.to_string()))?;
        let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| unusable("it is not PEM".to_owned()))?;
        if certificates.is_empty() {
            return Err(unusable("it holds no certificate".to_owned()));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(|e| error::build(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in
            ["https://a.example.com", "http://127.0.0.1:1721/x", "http://[::1]:1", "http://LOCALHOST", " https://a/ "]
        {
            assert!(address("base URL", good, false).is_ok(), "{good}");
        }
        let far = address("base URL", "http://a.example.com:8080/kit", false).unwrap_err();
        assert_eq!(far.kind, FailureKind::Refused);
        assert_eq!(
            far.message,
            "http://a.example.com:8080 is not encrypted: anybody on the way could read the token, so nothing was sent."
        );
        assert!(address("base URL", "http://a.example.com", true).is_ok());
        for far in ["http://127.0.0.1.example.com", "http://localhost.example.com", "http://0.0.0.0", "http://10.0.0.1"]
        {
            assert_eq!(address("base URL", far, false).unwrap_err().kind, FailureKind::Refused, "{far}");
        }
    }

    #[test]
    fn an_address_that_cannot_work_says_why_and_keeps_its_secrets() {
        for (text, words) in [
            ("actionkit.useparagon.com", "relative URL without a base"),
            ("ftp://a.example.com", "neither https nor http"),
            ("https://me:canary@a.example.com", "user name or password"),
            ("https://a.example.com?x=1", "query or a fragment"),
            ("https://", "empty host"),
        ] {
            let failure = address("base URL", text, true).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Configuration);
            assert!(failure.message.contains(words) && !failure.message.contains("canary"), "{}", failure.message);
        }
    }

    #[test]
    fn a_client_for_this_machine_needs_no_certificates() {
        let target = Target::new("http://127.0.0.1:1", "p");
        let url = address("base URL", &target.base_url, false).unwrap();
        assert!(build(&target, &url, HeaderMap::new()).is_ok());
    }

    #[test]
    fn a_bad_certificate_file_is_named() {
        let mut target = Target::new("https://a.example.com", "p");
        target.ca_file = Some("/nonexistent/ca.pem".into());
        let url = address("base URL", &target.base_url, false).unwrap();
        let failure = build(&target, &url, HeaderMap::new()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::File);
        assert!(failure.message.contains("/nonexistent/ca.pem"), "{}", failure.message);
    }
}
