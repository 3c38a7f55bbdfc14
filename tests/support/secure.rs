//! A server behind TLS whose certificate a private authority has signed, and a proxy on the way to it: real sockets,
//! one thread each. The certificates (`tests/fixtures/tls`) are for `kit.example.test` and good for a hundred years; one
//! has expired. Their key is public knowledge.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

/// The name the certificates are for.
pub(crate) const NAME: &str = "kit.example.test";

/// Where a file of the fixtures is.
pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
}

/// What came in, head by head.
type Heads = Arc<Mutex<Vec<String>>>;

/// A server behind TLS that answers a GET with a list and a POST with `{"ok":true}`.
pub(crate) struct Secure {
    pub(crate) port: u16,
    heads: Heads,
}

impl Secure {
    /// One that shows the certificate in `file` and lists `list`.
    pub(crate) fn start(file: &str, list: &'static str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let pem = std::fs::read(fixture(file)).unwrap();
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Heads::default();
        let seen = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, seen) = (Arc::clone(&config), Arc::clone(&seen));
                thread::spawn(move || {
                    let connection = ServerConnection::new(config).unwrap();
                    let mut stream = StreamOwned::new(connection, stream);
                    // A handshake that fails is the client's to tell.
                    while let Some(head) = head_of(&mut stream) {
                        let body = if head.starts_with("GET") { list } else { r#"{"ok":true}"# };
                        skip_body(&mut stream, &head);
                        seen.lock().unwrap().push(head);
                        let reply = format!(
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                            body.len()
                        );
                        if stream.write_all(reply.as_bytes()).and_then(|()| stream.flush()).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { port, heads }
    }

    /// The heads of the requests that came through.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// A proxy that leads every `CONNECT` to one port of this machine, or refuses it.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    heads: Heads,
}

impl Proxy {
    /// One that leads to `port`; one that lets nobody through without.
    pub(crate) fn start(port: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let heads = Heads::default();
        let seen = Arc::clone(&heads);
        thread::spawn(move || {
            for mut near in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                thread::spawn(move || {
                    let Some(head) = head_of(&mut near) else { return };
                    seen.lock().unwrap().push(head);
                    let Some(port) = port else {
                        let _ =
                            near.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
                        return;
                    };
                    let far = TcpStream::connect(("127.0.0.1", port)).unwrap();
                    near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
                    let back = (far.try_clone().unwrap(), near.try_clone().unwrap());
                    let there = thread::spawn(move || pour(near, far));
                    pour(back.0, back.1);
                    let _ = there.join();
                });
            }
        });
        Self { port: own, heads }
    }

    /// The heads of what it was asked.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Everything from one to the other, up to the end.
fn pour(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

/// The head of the next request; `None` where there is none.
fn head_of(stream: &mut impl Read) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn skip_body(stream: &mut impl Read, head: &str) {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
}
