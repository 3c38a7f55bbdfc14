//! Encryption and proxies, over real sockets: a private authority, a wrong name, an expired certificate, a proxy with a
//! password.

use akx::{
    client::{Client, Target},
    domain::{
        failure::{Failure, FailureKind},
        proxy::ProxyAddress,
        run::Outcome,
    },
};
use secrecy::SecretString;

use crate::{list, run, run_failure};

#[path = "../support/secure.rs"]
mod support;

use support::{NAME, Proxy, Secure, fixture};

const LIST: &str = r#"{"actions":{"slack":[]},"errors":[]}"#;

/// A client for `https://host:port` that trusts the private authority where `ca` says so.
fn client(host: &str, port: u16, ca: bool, proxy: Option<&str>) -> Result<Client, Failure> {
    let target = Target {
        ca_file: ca.then(|| fixture("ca.pem")),
        proxy: proxy.map(|proxy| ProxyAddress::parse(proxy).unwrap()),
        backoff: std::time::Duration::from_millis(1),
        ..Target::new(format!("https://{host}:{port}"), "p")
    };
    Client::new(target, &SecretString::from("the.token.x"))
}

#[tokio::test]
async fn a_request_goes_through_the_proxy_to_a_server_that_a_private_authority_vouches_for() {
    let server = Secure::start("server.pem", LIST);
    let proxy = Proxy::start(Some(server.port));
    let client = client(NAME, 443, true, Some(&format!("http://me:canary@127.0.0.1:{}", proxy.port))).unwrap();
    assert!(client.list(&akx::client::ListFilter::default(), crate::NOW).await.is_ok());
    assert!(matches!(run(&client).await, Outcome::Answered(_)));
    let (asked, came) = (proxy.heads(), server.heads());
    assert!(asked.iter().all(|head| head.starts_with(&format!("CONNECT {NAME}:443 "))), "{asked:?}");
    // The password is for the proxy, the token for the server: neither sees the other's.
    assert!(
        asked.iter().all(|head| head.to_lowercase().contains("proxy-authorization: basic bwu6y2fuyxj5")),
        "{asked:?}"
    );
    assert!(asked.iter().all(|head| !head.contains("the.token.x")), "{asked:?}");
    assert!(came.len() == 2 && came.iter().all(|head| head.contains("the.token.x")), "{came:?}");
    assert!(came.iter().all(|head| !head.to_lowercase().contains("proxy-authorization")), "{came:?}");
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_is_told_by_what_is_wrong_with_it() {
    let server = Secure::start("server.pem", LIST);
    let expired = Secure::start("expired.pem", LIST);
    let proxy = |port| format!("127.0.0.1:{}", Proxy::start(Some(port)).port);
    for (host, port, ca, through, words) in [
        ("localhost", server.port, true, None, "its certificate is for another name"),
        ("wrong.example.test", 443, true, Some(proxy(server.port)), "its certificate is for another name"),
        (NAME, 443, true, Some(proxy(expired.port)), "its certificate has expired"),
        (NAME, 443, false, Some(proxy(server.port)), "nobody this machine trusts has signed its certificate"),
    ] {
        let failure = match client(host, port, ca, through.as_deref()) {
            Ok(client) => run_failure(&client).await,
            // A machine without certificates cannot get as far.
            Err(failure) => {
                assert!(!ca, "{failure}");
                continue;
            }
        };
        assert_eq!((failure.kind, failure.may_have_run), (FailureKind::Tls, false), "{failure}");
        assert!(failure.message.contains(words) && failure.message.ends_with("nothing was sent."), "{failure}");
        assert!(failure.message.contains(host) && !failure.hint.is_empty(), "{failure}");
    }
    assert_eq!((server.heads(), expired.heads()), (Vec::new(), Vec::new()), "no request, so no token either");
}

#[tokio::test]
async fn a_proxy_that_lets_nobody_through_is_told_as_such() {
    let proxy = Proxy::start(None);
    let client = client(NAME, 443, true, Some(&format!("http://me:canary@127.0.0.1:{}", proxy.port))).unwrap();
    for failure in [run_failure(&client).await, list(&client).await] {
        assert_eq!((failure.kind, failure.may_have_run), (FailureKind::Unreachable, false), "{failure}");
        assert!(failure.message.starts_with(&format!("The proxy on the way to {NAME} did not let")), "{failure}");
        assert!(!format!("{failure:?}").contains("canary"));
    }
}
