//! The sandbox beside a bare axum handler that answers bodies of the same size: requests a second for lists and runs,
//! the time from the start to listening, and memory. Both are processes of their own and are measured in turns.
//!
//! `cargo bench --bench sandbox` prints the figures; `-- --bare LIST RUN` is how it starts the handler.
#![expect(clippy::expect_used, reason = "a measurement that cannot be made ends here")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    http::header,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const CONNECTIONS: usize = 4;
const ROUND: Duration = Duration::from_millis(700);
const ROUNDS: usize = 5;
const STARTS: usize = 15;

/// A server in a process of its own; dropping it ends it.
struct Server {
    child: Child,
    address: String,
    token: String,
    project: String,
    started_in: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it and waits until it says where it listens.
    fn start(program: &Path, arguments: &[&str]) -> Self {
        let began = Instant::now();
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let started_in = began.elapsed();
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let value = |name: &str| said[name].as_str().expect("a text").to_owned();
        let address = value("base_url").trim_start_matches("http://").to_owned();
        Self { child, address, token: value("token"), project: value("project"), started_in }
    }

    /// Resident memory in MB, where the system tells it.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
    }

    fn request(&self, method: &str, path: &str, body: &str) -> String {
        format!(
            "{method} /projects/{}{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: \
             application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.project,
            self.address,
            self.token,
            body.len()
        )
    }
}

/// One keep-alive connection.
struct Connection {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Connection {
    async fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a TCP connection");
        Self { stream, bytes: vec![0; 4 << 20] }
    }

    /// Sends a request and gives the body's bytes.
    async fn ask(&mut self, request: &str) -> &[u8] {
        self.stream.write_all(request.as_bytes()).await.expect("sent");
        let (mut filled, mut body) = (0, None);
        loop {
            let read = self.stream.read(&mut self.bytes[filled..]).await.expect("an answer");
            assert!(read > 0, "the connection was closed");
            filled += read;
            if body.is_none()
                && let Some(at) = self.bytes[..filled].windows(4).position(|w| w == b"\r\n\r\n")
            {
                let head = String::from_utf8_lossy(&self.bytes[..at]).to_lowercase();
                assert!(head.starts_with("http/1.1 200"), "{head}");
                let length = head.split("content-length: ").nth(1).and_then(|r| r.lines().next()?.parse().ok());
                body = Some((at + 4, at + 4 + length.unwrap_or(0_usize)));
            }
            if let Some((from, to)) = body
                && filled >= to
            {
                return &self.bytes[from..to];
            }
        }
    }
}

/// Requests answered in a second, on several connections at once.
async fn rate(address: &str, request: &str) -> f64 {
    let began = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (address, request) = (address.to_owned(), request.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::to(&address).await;
                let mut answered = 0_u32;
                while began.elapsed() < ROUND {
                    connection.ask(&request).await;
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    let mut answered = 0;
    for task in tasks {
        answered += task.await.expect("no panic");
    }
    f64::from(answered) / began.elapsed().as_secs_f64()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// The bare handler: a list of so many bytes, a run's answer of so many.
#[tokio::main]
async fn bare(list: usize, run: usize) {
    let json = || [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    let (list, run) = (Bytes::from(vec![b' '; list]), Bytes::from(vec![b' '; run]));
    let path = "/projects/{project}/actions";
    let router = Router::new()
        .route(path, get(async move || (json(), list.clone())))
        .route(path, post(async move |_: Bytes| (json(), run.clone())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    println!(r#"{{"base_url":"http://{address}","project":"p","token":"t"}}"#);
    axum::serve(listener, router).await.expect("it serves");
}

#[tokio::main]
async fn main_of(own: &Path) {
    let akx = Path::new(env!("CARGO_BIN_EXE_akx"));
    // With --json it logs no requests, as the bare handler does not.
    let arguments = ["sandbox", "--rate", "off", "--json"];
    let sandbox = Server::start(akx, &arguments);
    let run = r#"{"action":"SLACK_SEND_MESSAGE","parameters":{"channel":"C0123456789","message":"Hello","botName":"b","botIcon":"i"}}"#;
    let list = "/actions?limit_to_available=false";
    let mut connection = Connection::to(&sandbox.address).await;
    let began = Instant::now();
    let list_size = connection.ask(&sandbox.request("GET", list, "")).await.len();
    let first_list = began.elapsed();
    let run_size = connection.ask(&sandbox.request("POST", "/actions", run)).await.len();
    let sizes = [list_size.to_string(), run_size.to_string()];
    let bare_arguments = ["--bare", &sizes[0], &sizes[1]];
    let bare = Server::start(own, &bare_arguments);

    println!(
        "list {list_size} bytes, run {run_size} bytes, {CONNECTIONS} connections, medians of {ROUNDS} rounds in turns"
    );
    for (name, method, path, body, aim) in [("list", "GET", list, "", 0.9), ("run", "POST", "/actions", run, 0.5)] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(rate(&sandbox.address, &sandbox.request(method, path, body)).await);
            theirs.push(rate(&bare.address, &bare.request(method, path, body)).await);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!("{name}: {ours:.0} a second, bare {theirs:.0}: {:.2} of it (aim {aim})", ours / theirs);
    }
    let starts = |program: &Path, arguments: &[&str]| {
        median((0..STARTS).map(|_| Server::start(program, arguments).started_in.as_secs_f64() * 1000.0).collect())
    };
    let (ours, theirs) = (starts(akx, &arguments), starts(own, &bare_arguments));
    println!("start to listening: {ours:.1} ms, bare {theirs:.1} ms: {:.1} times (aim 5)", ours / theirs);
    println!("first list, catalogue read for it: {:.1} ms", first_list.as_secs_f64() * 1000.0);
    if let Some(memory) = sandbox.memory() {
        println!("memory after all that: {memory} MB (aim 60)");
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().skip_while(|a| *a != "--bare").skip(1).map(|a| a.parse()).collect::<Vec<_>>().as_slice() {
        [Ok(list), Ok(run), ..] => bare(*list, *run),
        _ => main_of(&std::env::current_exe().expect("its own place")),
    }
}
