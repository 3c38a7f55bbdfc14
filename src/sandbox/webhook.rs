//! Delivering events: a signed POST to an address on this machine.

use std::{net::SocketAddr, time::Duration};

use ring::hmac;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
};

use super::{
    server::App,
    triggers::{Event, Target},
};

/// The secret deliveries are signed with. Public knowledge, as the sandbox's key is.
pub const SIGNING_SECRET: &str = "akx-sandbox-signing-secret";

/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of an answer is read.
const ANSWER_AT_MOST: u64 = 4096;

/// The value of `x-paragon-signature` for a body: `v1=` and the HMAC-SHA256 of its bytes in hex.
pub fn signature(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SIGNING_SECRET.as_bytes());
    let hex: String = hmac::sign(&key, body).as_ref().iter().map(|b| format!("{b:02x}")).collect();
    format!("v1={hex}")
}

/// An address on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
    path: String,
}

impl Address {
    /// Reads an `http` URL whose host is this machine: the sandbox reaches nobody else.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(url: &str) -> Result<Self, String> {
        let elsewhere = || {
            "webhookOverride.url must be http://127.0.0.1:PORT/…: the sandbox delivers to this machine only".to_owned()
        };
        let rest = url.strip_prefix("http://").ok_or_else(elsewhere)?;
        if url.bytes().any(|b| b <= b' ' || b == 0x7f) {
            return Err(elsewhere());
        }
        let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(at);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| elsewhere())?),
            _ => (authority, 80),
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if !loopback && !bare.eq_ignore_ascii_case("localhost") {
            return Err(elsewhere());
        }
        let path = path.split('#').next().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { host: bare.to_owned(), port, path })
    }

    fn sockets(&self) -> Vec<SocketAddr> {
        match self.host.parse() {
            Ok(ip) => vec![SocketAddr::new(ip, self.port)],
            // Names are not looked up: `localhost` is the loopback of either family.
            Err(_) => vec![
                ([127, 0, 0, 1], self.port).into(),
                SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), self.port),
            ],
        }
    }
}

/// Whether a header may be added to a delivery.
///
/// # Errors
/// Why not, as a sentence.
pub fn allowed(name: &str, value: &str) -> Result<(), String> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let own = ["host", "content-length", "content-type", "connection", "transfer-encoding", "x-paragon-signature"];
    if name.is_empty() || !name.bytes().all(token) || own.iter().any(|o| name.eq_ignore_ascii_case(o)) {
        return Err(format!("the header {name:?} cannot be added"));
    }
    if value.bytes().any(|b| b < b' ' && b != b'\t' || b == 0x7f) {
        return Err(format!("the header {name} holds a control character"));
    }
    Ok(())
}

/// Delivers a body; gives the status answered.
async fn post(target: &Target, body: &str) -> Result<u16, String> {
    let address = Address::parse(&target.url)?;
    let sockets = address.sockets();
    let mut stream = TcpStream::connect(&*sockets).await.map_err(|e| format!("The webhook cannot be reached: {e}."))?;
    let mut head = format!(
        "POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\nUser-Agent: akx-sandbox\r\nx-paragon-signature: {}\r\n",
        address.path,
        if address.host.contains(':') { format!("[{}]", address.host) } else { address.host.clone() },
        address.port,
        body.len(),
        signature(body.as_bytes()),
    );
    for (name, value) in &target.headers {
        allowed(name, value)?;
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let broken = |e: std::io::Error| format!("The webhook did not take the event: {e}.");
    stream.write_all(head.as_bytes()).await.map_err(broken)?;
    stream.write_all(body.as_bytes()).await.map_err(broken)?;
    let mut answer = Vec::new();
    // Some servers end the connection roughly; the head is what counts.
    let _ = stream.take(ANSWER_AT_MOST).read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    status.ok_or_else(|| "The webhook's answer is not HTTP.".to_owned())
}

/// Delivers events in their order, for as long as there are any.
pub(super) async fn deliver(app: App, mut events: mpsc::Receiver<Event>) {
    while let Some(event) = events.recv().await {
        let result = match &event.target {
            Some(target) => match tokio::time::timeout(PATIENCE, post(target, &event.body)).await {
                Ok(result) => result,
                Err(_) => Err("The webhook did not answer in time.".to_owned()),
            },
            None => Err("No webhookOverride says where to.".to_owned()),
        };
        app.subscriptions().delivered(&event, &result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached() {
        for (url, host, port, path) in [
            ("http://127.0.0.1:8080/hook?a=1#x", "127.0.0.1", 8080, "/hook?a=1"),
            ("http://localhost", "localhost", 80, "/"),
            ("http://[::1]:9/x", "::1", 9, "/x"),
            ("http://127.1.2.3?y", "127.1.2.3", 80, "/?y"),
        ] {
            let expected = Address { host: host.to_owned(), port, path: path.to_owned() };
            assert_eq!(Address::parse(url), Ok(expected), "{url}");
        }
        for url in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://127.0.0.1@example.com/",
            "http://127.0.0.1.example.com/",
            "http://192.0.2.1/",
            "http://127.0.0.1:x/",
            "http://127.0.0.1/a b",
            "http://127.0.0.1/\r\nX: y",
            "",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn headers_that_would_change_the_request_are_refused() {
        assert!(allowed("X-Team", "a b").is_ok());
        for (name, value) in
            [("", "x"), ("a b", "x"), ("X\r\n", "x"), ("Host", "x"), ("content-Length", "1"), ("X", "a\r\nY: b")]
        {
            assert!(allowed(name, value).is_err(), "{name}");
        }
    }

    #[test]
    fn the_signature_is_that_of_the_bytes() {
        // Computed with: printf '{}' | openssl dgst -sha256 -hmac akx-sandbox-signing-secret
        assert_eq!(signature(b"{}"), "v1=f70f8f356898975c534970bd6d020fbff1e2dd86917572570390eeed15253112");
    }
}
