//! Connections that could not be made: the name, the way, the proxy, the encryption. Nothing has been sent then.

use std::io;

use rustls::{CertificateError, Error as Tls};

use super::{Asked, find, mentions, root_cause};
use crate::domain::failure::{Failure, FailureKind};

/// What to do where a certificate is not trusted.
const TRUST: &str = "Where your network re-encrypts connections or the server signs its own, name that certificate's PEM \
                     file (ca_file).";

/// The failure for a connection that could not be made.
pub(super) fn failure(asked: &Asked<'_>, error: &reqwest::Error) -> Failure {
    let host = asked.host();
    if let Some(tls) = find::<Tls>(error) {
        return secure(&host, tls);
    }
    let cause = root_cause(error);
    // A proxy named by the environment shows only in how the way through it failed.
    if asked.proxied || mentions(error, "tunnel error") || mentions(error, "proxy") {
        return Failure::new(
            FailureKind::Unreachable,
            format!("The proxy on the way to {host} did not let the connection through ({cause}); nothing was sent."),
            "Check the proxy's address and what it asks for (HTTPS_PROXY, or the profile's proxy).",
        );
    }
    if error.is_timeout() {
        return Failure::new(
            FailureKind::TimedOut,
            format!("No connection to {host} could be made in time; nothing was sent."),
            "Check the network and the address, then try again.",
        );
    }
    let (kind, what, hint) = match find::<io::Error>(error).map(io::Error::kind) {
        _ if error.is_dns() => (
            FailureKind::Unreachable,
            format!("The name of {host} could not be found"),
            "Check the address for typing mistakes, and whether this machine is online.",
        ),
        Some(io::ErrorKind::ConnectionRefused) => (
            FailureKind::Unreachable,
            format!("Nothing answers at {host} (connection refused)"),
            "Check the address and the port, and whether the server is running.",
        ),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => (
            FailureKind::Unreachable,
            format!("There is no route to {host}"),
            "Check whether this machine is online, and the VPN if the address needs one.",
        ),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) if asked.url.scheme() == "https" => (
            FailureKind::Tls,
            format!("{host} closed the connection while it was being secured"),
            "Check the port: what listens there may not speak https.",
        ),
        Some(_) | None => (
            FailureKind::Unreachable,
            format!("No connection to {host} could be made ({cause})"),
            "Check the address and the network, then try again.",
        ),
    };
    Failure::new(kind, format!("{what}; nothing was sent."), hint)
}

/// A secure connection that could not be made.
fn secure(host: &str, error: &Tls) -> Failure {
    let (why, hint) = match error {
        Tls::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
                "its certificate has expired".to_owned(),
                "Check this machine's clock; if it is right, the server's owner must renew the certificate.",
            ),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                ("its certificate is not valid yet".to_owned(), "Check this machine's clock.")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
                "its certificate is for another name".to_owned(),
                "Check the address: use the name the certificate was made for.",
            ),
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                ("nobody this machine trusts has signed its certificate".to_owned(), TRUST)
            }
            CertificateError::Revoked => (
                "its certificate has been revoked".to_owned(),
                "Do not use this server before its owner has replaced the certificate.",
            ),
            // webpki's own reasons have no words of their own in rustls.
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => (
                "it shows the certificate of an authority in place of its own".to_owned(),
                "Make the server a certificate of its own (basicConstraints CA:FALSE).",
            ),
            other => (format!("its certificate is not good ({other})"), "Ask the server's owner."),
        },
        Tls::InvalidMessage(_) => (
            "what listens there does not speak TLS".to_owned(),
            "Check the port, or use http:// if the server is on this machine.",
        ),
        Tls::AlertReceived(alert) => (
            format!("it refused the handshake ({alert:?})"),
            "Check the address; the server may want something else than akx offers.",
        ),
        other => (other.to_string(), "Check the address and the proxy on the way."),
    };
    let what = format!("No secure connection to {host} could be made: {why}; nothing was sent.");
    Failure::new(FailureKind::Tls, what, hint)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_fault_of_a_certificate_is_a_sentence_of_its_own() {
        let faults = [
            CertificateError::Expired,
            CertificateError::NotValidYet,
            CertificateError::NotValidForName,
            CertificateError::UnknownIssuer,
            CertificateError::Revoked,
            CertificateError::BadEncoding,
        ];
        let told: BTreeSet<_> = faults
            .iter()
            .map(|fault| secure("a.example.com", &Tls::InvalidCertificate(fault.clone())))
            .map(|f| {
                assert_eq!(f.kind, FailureKind::Tls);
                assert!(!f.hint.is_empty());
                f.message
            })
            .collect();
        assert_eq!(told.len(), faults.len());
        assert!(told.contains(
            "No secure connection to a.example.com could be made: its certificate has expired; nothing was sent."
        ));
    }
}
