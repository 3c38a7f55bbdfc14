//! The real loop against a server that misbehaves: each fault ends in its sentence on the screen, nothing that was typed
//! is lost, and the next key is taken.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use akx::app::{effect::Destination, state::Start};

use crate::{
    picture::screen,
    session::{idle, keys, loaded, open_at, until},
    story::ACTIONS,
};

/// A server that lists well, and answers every run with the bytes it has been given last.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) answer: Arc<Mutex<Vec<u8>>>,
    runs: Arc<Mutex<usize>>,
}

fn reply(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (answer, runs) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (to_send, counted) = (Arc::clone(&answer), Arc::clone(&runs));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (to_send, counted) = (Arc::clone(&to_send), Arc::clone(&counted));
                thread::spawn(move || serve(stream, &to_send, &counted));
            }
        });
        Self { url, answer, runs }
    }
}

fn serve(mut stream: TcpStream, answer: &Mutex<Vec<u8>>, runs: &Mutex<usize>) {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    let head = loop {
        match stream.read(&mut buffer) {
            Ok(n) if n > 0 => seen.extend_from_slice(&buffer[..n]),
            Ok(_) | Err(_) => return,
        }
        let text = String::from_utf8_lossy(&seen).into_owned();
        if text.starts_with("GET") && text.ends_with("\r\n\r\n") || text.starts_with("POST") && text.ends_with('}') {
            break text;
        }
    };
    let bytes = if head.starts_with("POST") {
        *runs.lock().expect("a count") += 1;
        answer.lock().expect("an answer").clone()
    } else if head.contains("/sdk/me") {
        reply("200 OK", r#"{"authenticated":true,"userId":"u","integrations":{}}"#).into_bytes()
    } else if head.contains("/_akx/") {
        reply("404 Not Found", "{}").into_bytes()
    } else {
        reply("200 OK", ACTIONS).into_bytes()
    };
    let _ = stream.write_all(&bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_ends_in_its_sentence_and_the_screen_stays_alive() {
    let server = Server::start();
    let (mut s, _data) = open_at(server.url.clone(), None, Start::Open(Destination::Sandbox));
    until(&mut s, loaded).await;
    keys(&mut s, "send mess<Enter>C1<Tab>kept<Tab>bot<Tab>:x:");
    let mut heads = String::from("HTTP/1.1 200 OK\r\n");
    for i in 0..10_000 {
        let _ = write!(heads, "X-{i}: y\r\n");
    }
    let redirect = "307 Temporary Redirect\r\nLocation: https://elsewhere.example.com/x";
    let faults: [(Vec<u8>, &str); 8] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"ok\":".to_vec(), "broke off after 6 of 900 bytes"),
        (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "is not HTTP"),
        (Vec::new(), "was closed before an answer came"),
        (heads.into_bytes(), "is not HTTP"),
        (reply("200 OK\r\nContent-Encoding: gzip", "nope").into_bytes(), "compressed in a way"),
        (reply(redirect, "").into_bytes(), "points to another server"),
        (reply("503 Busy", "<html>busy</html>").into_bytes(), "is not available"),
        (reply("429 Too Many Requests\r\nRetry-After: 40", "{}").into_bytes(), "Nothing was run"),
    ];
    for (i, (bytes, words)) in faults.into_iter().enumerate() {
        *server.answer.lock().expect("an answer") = bytes;
        keys(&mut s, "<^r>");
        until(&mut s, idle).await;
        let shown: String = screen(&s.app).replace(['\n', '│'], " ");
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        let failure = s.app.runs.shown().and_then(|run| match &run.state {
            akx::app::runs::RunState::Ended { outcome, .. } => outcome.failure(&run.request.action),
            akx::app::runs::RunState::Going { .. } | akx::app::runs::RunState::Given(_) => None,
        });
        let failure = failure.unwrap_or_else(|| panic!("no failure for {words}\n{shown}"));
        assert!(failure.message.contains(words), "{words}: {failure}");
        let first = failure.message.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&first), "{first}: {shown}");
        assert_eq!(*server.runs.lock().expect("a count"), i + 1, "sent once: {words}");
        // What was typed is there, and the next key is taken.
        let channel = s.app.form.as_ref().map(|form| form.form.value().to_json()).unwrap_or_default();
        assert!(channel.contains("kept") && channel.contains("C1"), "{channel}");
        keys(&mut s, "<M1><Esc>x<Esc><M2>");
    }
    // The server asked for a pause: nothing is sent before it is over.
    keys(&mut s, "<^r>");
    assert_eq!((*server.runs.lock().expect("a count"), s.app.runs.going()), (8, 0));
}
