//! A hermetic akx, a sandbox and a scripted server to point it at.

use std::{
    ffi::OsStr,
    io::{ErrorKind, Read as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Output},
    time::Duration,
};

use akx::{
    domain::{document::Value, wire::Wire},
    sandbox,
};
use assert_cmd::Command;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

/// The user the tests run as.
pub(crate) const USER: &str = "maria@acme.example.com";

/// An akx with files and variables of its own.
pub(crate) struct Akx {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

impl Akx {
    /// One that knows nothing.
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// One for the server at `base_url`, with a token.
    pub(crate) fn at(base_url: &str) -> Self {
        Self::new().with("AKX_BASE_URL", base_url).with("AKX_PROJECT_ID", "p-1").with("AKX_TOKEN", &token(USER))
    }

    /// The same with one variable more.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(n, _)| n != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with `text` as its config file.
    pub(crate) fn config(self, text: &str) -> Self {
        std::fs::write(self.path("config.toml"), text).unwrap();
        self
    }

    /// The place of one of its files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes one of its files, which only the owner can read, and returns its place.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path.display().to_string()
    }

    /// The environment it is started with.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let dir = self.dir.path().display().to_string();
        let mut all: Vec<(String, String)> = ["AKX_CONFIG_DIR", "AKX_DATA_DIR", "AKX_CACHE_DIR", "HOME"]
            .map(|name| (name.to_owned(), dir.clone()))
            .into();
        all.push(("PATH".to_owned(), "/usr/bin:/bin".to_owned()));
        all.extend(self.variables.iter().cloned());
        all
    }

    /// The command with `arguments`, not yet started.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(binary());
        command.env_clear().envs(self.environment()).args(arguments);
        command
    }

    /// Runs `arguments` and tells how that ended.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ended {
        Ended(self.command(arguments).output().unwrap())
    }

    /// Runs `arguments` with `stdin` on its standard input.
    pub(crate) fn run_with<S: AsRef<OsStr>>(&self, arguments: &[S], stdin: &str) -> Ended {
        Ended(self.command(arguments).write_stdin(stdin).output().unwrap())
    }

    /// Everything in its directories, read as text.
    pub(crate) fn everything_written(&self) -> String {
        fn read(path: &Path, all: &mut String) {
            for entry in std::fs::read_dir(path).unwrap().flatten() {
                if entry.path().is_dir() {
                    read(&entry.path(), all);
                } else {
                    all.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()));
                }
            }
        }
        let mut all = String::new();
        read(self.dir.path(), &mut all);
        all
    }
}

/// The binary under test.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_akx"))
}

/// How a command ended.
pub(crate) struct Ended(Output);

impl Ended {
    /// One that ended like this.
    pub(crate) const fn of(output: Output) -> Self {
        Self(output)
    }

    /// Its exit code.
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    /// What it wrote to stdout, byte for byte.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.stdout
    }

    /// What it wrote to stdout.
    pub(crate) fn data(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    /// What it wrote to stderr.
    pub(crate) fn words(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Its stdout as exactly one JSON document.
    pub(crate) fn json(&self) -> Value {
        Value::parse(&self.0.stdout).unwrap_or_else(|e| panic!("{e}: {:?} {:?}", self.data(), self.words()))
    }

    /// Checks the exit code, showing what was said where it is another.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout: {}\nstderr: {}", self.data(), self.words());
        self
    }

    /// Checks that stderr holds `words`.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.words().contains(words), "expected {words:?} in {:?}", self.words());
        self
    }

    /// Checks that it failed with `code`, told so in one JSON object on stdout, and said nothing on stderr.
    #[track_caller]
    pub(crate) fn json_error(self, code: i32, kind: &str) -> Value {
        let ended = self.ended(code);
        assert_eq!(ended.words(), "");
        let error = ended.json().get("error").cloned().unwrap_or_default();
        let keys: Vec<&str> = error.as_object().unwrap().keys().take(5).collect();
        assert_eq!(keys, ["kind", "message", "hint", "status", "request_id"]);
        assert_eq!(error.get("kind").and_then(Value::as_str), Some(kind), "{error}");
        error
    }
}

/// The text of a member of an object.
#[track_caller]
pub(crate) fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("no text {key} in {value}")).to_owned()
}

/// The keys of an object, in order.
pub(crate) fn keys(value: &Value) -> Vec<String> {
    value.as_object().map(|object| object.keys().map(str::to_owned).collect()).unwrap_or_default()
}

/// A token for `user` that never expires within a test.
pub(crate) fn token(user: &str) -> String {
    token_for("p-1", user)
}

fn token_for(project: &str, user: &str) -> String {
    // The sandbox's key is public knowledge; the date lies far ahead.
    let lifetime = Duration::from_secs(100 * 365 * 24 * 3600);
    sandbox::token(user, project, lifetime, 1_700_000_000).unwrap().expose_secret().to_owned()
}

/// A sandbox of its own.
pub(crate) struct Sandbox {
    running: sandbox::Running,
    _runtime: Runtime,
}

impl Sandbox {
    pub(crate) fn start(wire: Wire) -> Self {
        let runtime = Runtime::new().unwrap();
        let config = sandbox::Config { wire, rate: None, ..sandbox::Config::default() };
        let running = runtime.block_on(sandbox::start(config)).unwrap();
        Self { running, _runtime: runtime }
    }

    pub(crate) fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// An akx that knows this is the sandbox, as `akx sandbox` has it exported.
    pub(crate) fn akx(&self, user: &str) -> Akx {
        Akx::at(&self.base_url())
            .with("AKX_PROJECT_ID", sandbox::PROJECT)
            .with("AKX_TOKEN", &token_for(sandbox::PROJECT, user))
    }
}

/// A server that answers as it is told to, and remembers what it was asked.
pub(crate) struct Server {
    server: MockServer,
    runtime: Runtime,
}

/// A list in the live dialect: one action that reads, one that sends, one that deletes.
pub(crate) const LIST: &str = r#"{"actions":{"slack":[
{"type":"function","function":{"name":"SLACK_LIST_CHANNELS","description":"List channels.\nAll of them.","parameters":{"type":"object","properties":{"limit":{"type":"integer", "maximum":1000}}}}},
{"type":"function","function":{"name":"SLACK_SEND_MESSAGE","description":"Send a message.","parameters":{"type":"object","properties":{"channel":{"type":"string"},"text":{"type":"string"}},"required":["channel"],"additionalProperties":false}}},
{"type":"function","function":{"name":"SLACK_DELETE_MESSAGE","description":"","parameters":{"type":"object","properties":{}}}}]},"errors":[]}"#;

impl Server {
    /// One that lists [`LIST`] and answers every run with `status` and `body`.
    pub(crate) fn answering(status: u16, body: &str) -> Self {
        Self::with(ResponseTemplate::new(status).set_body_raw(body, "application/json"))
    }

    /// One that lists [`LIST`] and answers every run with `run`.
    pub(crate) fn with(run: ResponseTemplate) -> Self {
        Self::responding(run)
    }

    /// One that lists [`LIST`] and answers every run as `run` says.
    pub(crate) fn responding(run: impl wiremock::Respond + 'static) -> Self {
        let runtime = Runtime::new().unwrap();
        let list = ResponseTemplate::new(200).set_body_raw(LIST, "application/json");
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(matchers::method("GET")).respond_with(list).mount(&server).await;
            Mock::given(matchers::method("POST")).respond_with(run).mount(&server).await;
            server
        });
        Self { server, runtime }
    }

    /// Has these mocks asked before those it has, in their order.
    pub(crate) fn mount_first(&self, mocks: impl Iterator<Item = Mock>) {
        self.runtime.block_on(async {
            for mock in mocks {
                mock.with_priority(1).mount(&self.server).await;
            }
        });
    }

    /// The queries of the addresses it was asked at.
    pub(crate) fn queries(&self) -> Vec<String> {
        let requests = self.runtime.block_on(self.server.received_requests()).unwrap();
        requests.iter().filter_map(|r| r.url.query().map(str::to_owned)).collect()
    }

    /// From now on it lists `body`.
    pub(crate) fn list(&self, body: &str) {
        let list = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        let mock = Mock::given(matchers::method("GET")).respond_with(list).with_priority(1);
        self.runtime.block_on(mock.mount(&self.server));
    }

    /// Its address.
    pub(crate) fn base_url(&self) -> String {
        self.server.uri()
    }

    /// The header `name` of the last request made with `method`.
    pub(crate) fn header(&self, method: &str, name: &str) -> Option<String> {
        let requests = self.runtime.block_on(self.server.received_requests()).unwrap();
        let last = requests.iter().rev().find(|r| r.method.as_str() == method)?;
        last.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    /// What it was asked, as `METHOD path body`.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.runtime.block_on(self.server.received_requests()).unwrap();
        requests
            .iter()
            .map(|r| {
                format!("{} {} {}", r.method, r.url.path(), String::from_utf8_lossy(&r.body)).trim_end().to_owned()
            })
            .collect()
    }
}

/// A server that accepts one connection and reads its request, but does not answer.
pub(crate) struct Silent(TcpListener);

impl Silent {
    pub(crate) fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Waits until a request of `client` has come in up to its end.
    pub(crate) fn request(&self, client: &mut Child) -> TcpStream {
        self.0.set_nonblocking(true).unwrap();
        let mut stream = loop {
            match self.0.accept() {
                Ok((stream, _)) => break stream,
                Err(e) if e.kind() == ErrorKind::WouldBlock => {
                    assert_eq!(client.try_wait().unwrap(), None, "it ended without asking");
                    std::thread::yield_now();
                }
                Err(e) => panic!("{e}"),
            }
        };
        stream.set_nonblocking(false).unwrap();
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        while !seen.ends_with(b"}") {
            let read = stream.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the request ended early");
            seen.extend_from_slice(&buffer[..read]);
        }
        stream
    }
}
