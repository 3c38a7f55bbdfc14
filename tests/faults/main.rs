//! The client against servers that misbehave below HTTP: every fault ends in its own words, and a run is sent once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, where a panic is the verdict")]

use std::{
    fmt::Write as _,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use akx::{
    client::{Client, ListFilter, Progress, Receiver, Target},
    domain::{
        document::Value,
        failure::{Failure, FailureKind},
        guard::Clearance,
        now::Now,
        proxy::ProxyAddress,
        run::{Outcome, RunRequest},
        wire::Wire,
    },
};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[path = "../support/leave.rs"]
mod leave;
mod secure;
mod strange;

const NOW: Now = Now::new(Duration::ZERO, 1_700_000_000);

/// A server that handles every connection with one function, and counts requests.
struct Server {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start<F>(handle: impl Fn(Connection) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(handle(Connection { stream, requests: Arc::clone(&counter) }));
            }
        });
        Self { url, requests }
    }

    /// A server that reads one request, answers with `reply`, and closes.
    async fn replying(reply: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        let reply = Arc::new(reply);
        Self::start(move |mut connection| {
            let reply = Arc::clone(&reply);
            async move {
                connection.request().await;
                connection.send((*reply).as_ref()).await;
            }
        })
        .await
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    fn client_with(&self, change: impl FnOnce(&mut Target)) -> Client {
        let mut target = Target { backoff: Duration::from_millis(1), ..Target::new(&self.url, "p") };
        change(&mut target);
        Client::new(target, &SecretString::from("the.token.x")).unwrap()
    }
}

struct Connection {
    stream: TcpStream,
    requests: Arc<AtomicUsize>,
}

impl Connection {
    /// Reads a request to its end (its body is small JSON). `false` if the client closed instead.
    async fn request(&mut self) -> bool {
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer).await {
                Ok(n) if n > 0 => seen.extend_from_slice(&buffer[..n]),
                _ => return false,
            }
            let text = String::from_utf8_lossy(&seen).into_owned();
            if text.starts_with("GET") && text.ends_with("\r\n\r\n") || text.starts_with("POST") && text.ends_with('}')
            {
                self.requests.fetch_add(1, Ordering::SeqCst);
                return true;
            }
        }
    }

    async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// Waits until the client gives up.
    async fn wait_for_close(&mut self) {
        let mut buffer = [0; 64];
        while matches!(self.stream.read(&mut buffer).await, Ok(n) if n > 0) {}
    }
}

async fn list(client: &Client) -> Failure {
    client.list(&ListFilter::default(), NOW).await.unwrap_err()
}

fn request() -> RunRequest {
    RunRequest { action: "SLACK_A".into(), parameters: Value::object(), wire: Wire::Live, credential: None }
}

/// The guard rails' leave to run it.
pub(crate) fn leave() -> Clearance {
    leave::leave("SLACK_A")
}

async fn run(client: &Client) -> Outcome {
    client.run(&leave(), &request(), NOW, |_| {}).await
}

async fn run_failure(client: &Client) -> Failure {
    match run(client).await {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reply_cut_short_says_after_how_much() {
    let server = Server::replying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"actions\":").await;
    let failure = list(&server.client()).await;
    assert_eq!(failure.kind, FailureKind::CutShort);
    assert!(failure.message.ends_with("broke off after 11 of 100 bytes."), "{failure}");
    assert_eq!(failure.body.as_deref(), Some(&b"{\"actions\":"[..]));
    assert_eq!(server.requests(), 3);

    let failure = run_failure(&server.client()).await;
    assert_eq!((failure.kind, failure.may_have_run, failure.status), (FailureKind::CutShort, true, Some(200)));
    assert!(failure.message.contains("may have run"), "{failure}");
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn a_chunked_reply_without_its_end_is_cut_short() {
    let server = Server::replying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n").await;
    assert_eq!(run_failure(&server.client()).await.kind, FailureKind::CutShort);
}

#[tokio::test]
async fn a_silent_server_ends_in_a_time_out_and_is_not_asked_twice() {
    let server = Server::start(|mut connection| async move {
        connection.request().await;
        connection.wait_for_close().await;
    })
    .await;
    let client = server.client_with(|target| target.timeout = Duration::from_millis(100));
    let failure = list(&client).await;
    assert_eq!(failure.kind, FailureKind::TimedOut);
    assert!(failure.message.ends_with("did not answer within 100 ms."), "{failure}");
    assert_eq!(server.requests(), 1);
    assert_eq!(run(&client).await, Outcome::TimedOut { may_have_run: true });
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn a_reply_that_stops_coming_ends_in_a_time_out() {
    let server = Server::start(|mut connection| async move {
        connection.request().await;
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").await;
        connection.wait_for_close().await;
    })
    .await;
    let client = server.client_with(|target| target.timeout = Duration::from_millis(100));
    assert!(list(&client).await.message.ends_with("stopped half way: nothing more came for 100 ms."));
    let failure = run_failure(&client).await;
    assert_eq!((failure.kind, failure.may_have_run), (FailureKind::TimedOut, true));
    assert_eq!((failure.status, failure.body.as_deref()), (Some(200), Some(&b"{"[..])), "what came is shown");
    assert_eq!(server.requests(), 2);
}

/// A server whose answer is a list of zeros, one more whenever the client has taken one, for as long as `lasting`.
async fn trickling(lasting: Duration) -> (Server, impl FnMut(Progress)) {
    let (taken, is_taken) = tokio::sync::watch::channel(());
    let server = Server::start(move |mut connection| {
        let mut is_taken = is_taken.clone();
        async move {
            connection.request().await;
            connection.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[0").await;
            let _ = tokio::time::timeout(lasting, async {
                while is_taken.changed().await.is_ok() {
                    connection.send(b",0").await;
                }
            })
            .await;
            connection.send(b"]").await;
        }
    })
    .await;
    (server, move |_| taken.send_replace(()))
}

#[tokio::test]
async fn an_answer_that_keeps_coming_is_never_given_up() {
    let (server, taken) = trickling(Duration::from_millis(1300)).await;
    let client = server.client_with(|target| target.timeout = Duration::from_secs(1));
    let Outcome::Answered(response) = client.run(&leave(), &request(), NOW, taken).await else { panic!("given up") };
    assert!(response.body.starts_with(b"[0,0") && response.body.ends_with(b",0]"));
    assert!(response.took > client.target().timeout);
}

#[tokio::test]
async fn an_answer_may_be_given_a_time_for_the_whole_of_it() {
    let (server, taken) = trickling(Duration::MAX).await;
    let client = server.client_with(|target| target.max_time = Some(Duration::from_millis(200)));
    let Outcome::Failed(failure) = client.run(&leave(), &request(), NOW, taken).await else { panic!("not given up") };
    assert!(failure.message.contains("was not complete within 200 ms."), "{failure}");
    assert!(failure.hint.contains("--max-time") && failure.may_have_run, "{failure}");
    assert!(failure.body.is_some_and(|body| body.starts_with(b"[0")));
}

#[tokio::test]
async fn what_is_not_http_is_said() {
    for garbage in ["SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "220 mail.example.com ESMTP\r\n\r\n"] {
        let server = Server::replying(garbage).await;
        let failure = run_failure(&server.client()).await;
        assert!(failure.message.contains("is not HTTP"), "{failure}");
        assert!(failure.may_have_run);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_run_is_sent_once_when_the_connection_closes_or_resets() {
    for reset in [false, true] {
        let server = Server::start(move |mut connection| async move {
            connection.request().await;
            if reset {
                let _ = connection.stream.set_zero_linger();
            }
        })
        .await;
        let failure = run_failure(&server.client()).await;
        assert_eq!((failure.kind, failure.may_have_run), (FailureKind::CutShort, true), "{failure}");
        assert_eq!(server.requests(), 1, "{failure}");
        assert_eq!(list(&server.client()).await.kind, FailureKind::CutShort);
        assert_eq!(server.requests(), 4);
    }
}

#[tokio::test]
async fn a_run_is_sent_once_on_a_connection_used_before() {
    let server = Server::start(|mut connection| async move {
        connection.request().await;
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
        // The second request on the same connection is read whole, and then the server dies.
        connection.request().await;
    })
    .await;
    let client = server.client();
    assert!(matches!(run(&client).await, Outcome::Answered(_)));
    let failure = run_failure(&client).await;
    assert!(failure.may_have_run, "{failure}");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn nobody_there_is_said_and_nothing_can_have_run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::new(Target::new(format!("http://{address}"), "p"), &SecretString::from("t")).unwrap();
    let failure = run_failure(&client).await;
    assert_eq!((failure.kind, failure.may_have_run), (FailureKind::Unreachable, false));
    assert_eq!(failure.message, format!("Nothing answers at {address} (connection refused); nothing was sent."));
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_said() {
    let server = Server::start(|mut connection| async move {
        let mut buffer = [0; 512];
        let _ = connection.stream.read(&mut buffer).await;
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let target = Target::new(server.url.replace("http://", "https://"), "p");
    let failure = match Client::new(target, &SecretString::from("t")) {
        Ok(client) => run_failure(&client).await,
        // A machine without certificates cannot get as far.
        Err(failure) => failure,
    };
    assert_eq!((failure.kind, failure.may_have_run), (FailureKind::Tls, false), "{failure}");
}

#[tokio::test]
async fn an_endless_or_too_large_reply_is_stopped() {
    let endless = Server::start(|mut connection| async move {
        connection.request().await;
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        while connection.stream.write_all(b"8\r\n[0,0,0,0\r\n").await.is_ok() {}
    })
    .await;
    let announced = Server::replying("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[").await;
    // Ten thousand zeros, compressed to forty bytes.
    let bomb = Server::replying(gzip_bomb()).await;
    for server in [endless, announced, bomb] {
        let failure = list(&server.client_with(|target| target.body_limit = 4000)).await;
        assert_eq!(failure.kind, FailureKind::CutShort);
        assert!(failure.message.contains("more than 4.0 kB"), "{failure}");
        assert_eq!(server.requests(), 1);
    }
}

/// A receiver with a place for long answers.
#[derive(Default)]
struct Places {
    directory: Option<std::path::PathBuf>,
    through: Option<Vec<u8>>,
    keeps: usize,
}

impl Receiver for &mut Places {
    fn progress(&mut self, _: Progress) {}

    fn through(&mut self) -> Option<&mut (dyn std::io::Write + Send)> {
        self.through.as_mut().map(|to| to as &mut (dyn std::io::Write + Send))
    }

    fn keeps(&self) -> usize {
        self.keeps
    }

    fn overflow(&mut self) -> Option<std::io::Result<(Box<dyn std::io::Write + Send>, std::path::PathBuf)>> {
        let path = self.directory.as_ref()?.join("answer");
        Some(std::fs::File::create_new(&path).map(|file| (Box::new(file) as Box<dyn std::io::Write + Send>, path)))
    }

    fn overflowed(&self, path: &std::path::Path, limit: usize) -> Vec<u8> {
        std::fs::read(path).unwrap()[..limit].to_vec()
    }
}

#[tokio::test]
async fn an_answer_too_large_for_memory_goes_to_a_file() {
    let body = "[0,0,0,0]".repeat(20_000);
    let announced = Server::replying(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    let unannounced = Server::replying(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}")).await;
    for server in [announced, unannounced] {
        let client = server.client_with(|target| target.body_limit = 100_000);
        let home = tempfile::tempdir().unwrap();
        let mut places = Places { directory: Some(home.path().to_owned()), through: None, keeps: 0 };
        let Outcome::Answered(response) = client.run(&leave(), &request(), NOW, &mut places).await else {
            panic!("no answer")
        };
        assert_eq!((response.body.len(), response.bytes), (0, body.len() as u64));
        assert_eq!(std::fs::read_to_string(response.file.unwrap()).unwrap(), body);
        // Where there is no place for it, it is refused.
        let failure = run_failure(&client).await;
        assert_eq!(failure.kind, FailureKind::CutShort);
    }
}

#[tokio::test]
async fn a_large_answer_that_breaks_off_is_shown_as_far_as_it_came() {
    let body = "[0,0,0,0]".repeat(20_000);
    let server = Server::replying(format!("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{body}")).await;
    let client = server.client_with(|target| target.body_limit = 100_000);
    let home = tempfile::tempdir().unwrap();
    let mut places = Places { directory: Some(home.path().to_owned()), through: None, keeps: 0 };
    let Outcome::Failed(failure) = client.run(&leave(), &request(), NOW, &mut places).await else {
        panic!("no failure")
    };
    assert_eq!(failure.kind, FailureKind::CutShort);
    assert_eq!(failure.body.as_deref(), body.as_bytes().get(..100_000), "as much as memory may hold");
    assert_eq!(failure.details, [format!("What came is in {}.", home.path().join("answer").display())]);
}

#[tokio::test]
async fn an_answer_that_is_passed_on_is_not_kept_but_a_refusal_is() {
    let body = "[0,0,0,0]".repeat(20_000);
    let server = Server::replying(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}")).await;
    let mut places = Places { directory: None, through: Some(Vec::new()), keeps: 0 };
    let client = server.client_with(|target| target.body_limit = 100_000);
    let Outcome::Answered(response) = client.run(&leave(), &request(), NOW, &mut places).await else {
        panic!("no answer")
    };
    assert_eq!((response.body.len(), response.file, response.bytes), (0, None, body.len() as u64));
    assert_eq!(places.through.take(), Some(body.clone().into_bytes()));

    let mut places = Places { directory: None, through: Some(Vec::new()), keeps: body.len() };
    let Outcome::Answered(response) = client.run(&leave(), &request(), NOW, &mut places).await else {
        panic!("no answer")
    };
    assert_eq!((&*response.body, places.through.take()), (body.as_bytes(), Some(body.clone().into_bytes())));

    let refusing = Server::replying(format!("HTTP/1.1 500 No\r\nConnection: close\r\n\r\n{body}")).await;
    let mut places = Places { directory: None, through: Some(Vec::new()), keeps: 0 };
    let Outcome::Failed(failure) = refusing.client().run(&leave(), &request(), NOW, &mut places).await else {
        panic!("ran")
    };
    assert_eq!(failure.body.map(|b| b.len()), Some(body.len()));
    assert_eq!(places.through, Some(Vec::new()));
}

/// A reply of 10,000 zero bytes, gzipped (RFC 1952).
fn gzip_bomb() -> Vec<u8> {
    let body: [u8; 45] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x01, 0x0d, 0x00, 0x00, 0x00, 0xc2,
        0xa0, 0xf7, 0x4f, 0x6d, 0x0e, 0x37, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xe0, 0xdf,
        0x00, 0x2e, 0xca, 0x3b, 0x4d, 0x10, 0x27, 0x00, 0x00,
    ];
    let mut reply =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    reply.extend_from_slice(&body);
    reply
}

#[tokio::test]
async fn a_reply_compressed_wrongly_is_said() {
    let server = Server::replying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope").await;
    let failure = run_failure(&server.client()).await;
    assert_eq!(failure.kind, FailureKind::CutShort);
    assert!(failure.message.contains("compressed in a way that cannot be read"), "{failure}");
}

#[tokio::test]
async fn ten_thousand_headers_end_in_words() {
    let mut reply = String::from("HTTP/1.1 200 OK\r\n");
    for i in 0..10_000 {
        let _ = write!(reply, "X-{i}: y\r\n");
    }
    reply.push_str("Content-Length: 2\r\n\r\n{}");
    let server = Server::replying(reply).await;
    let failure = run_failure(&server.client()).await;
    assert!(failure.may_have_run && failure.message.contains("head"), "{failure}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn dropping_a_run_hangs_up() {
    let (closed, mut is_closed) = tokio::sync::mpsc::channel(1);
    let server = Server::start(move |mut connection| {
        let closed = closed.clone();
        async move {
            connection.request().await;
            connection.wait_for_close().await;
            let _ = closed.send(()).await;
        }
    })
    .await;
    let client = server.client();
    let (sending, mut is_sending) = tokio::sync::mpsc::channel(1);
    let task = tokio::spawn(async move {
        let request =
            RunRequest { action: "SLACK_A".into(), parameters: Value::object(), wire: Wire::Live, credential: None };
        client.run(&leave(), &request, NOW, move |progress| _ = sending.try_send(progress)).await
    });
    assert!(is_sending.recv().await.is_some());
    while server.requests() == 0 {
        tokio::task::yield_now().await;
    }
    task.abort();
    assert_eq!(is_closed.recv().await, Some(()));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named_rather_than_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://me:canary@{}", listener.local_addr().unwrap());
    drop(listener);
    let mut target = Target::new("http://actionkit.example.com", "p");
    target.insecure_http = true;
    target.proxy = ProxyAddress::parse(&proxy).ok();
    let client = Client::new(target, &SecretString::from("t")).unwrap();
    let failure = run_failure(&client).await;
    assert_eq!((failure.kind, failure.may_have_run), (FailureKind::Unreachable, false));
    assert!(failure.message.starts_with("The proxy on the way to actionkit.example.com"), "{failure}");
    assert!(!format!("{failure:?}").contains("canary"));
}
