//! Each text is run by its own runtime; where that is missing, the test says so and passes. A runtime that
//! `AKX_TEST_RUNTIMES` names (`curl node rustc python3 httpx`) must be there: without it, the test fails.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use akx::{
    domain::{
        document::Value,
        export::{Call, Snippet, write},
        run::RunRequest,
        wire::Wire,
    },
    sandbox,
};
use secrecy::ExposeSecret as _;
use tokio::runtime::Runtime;

/// Text that any quoting gets wrong if it can be got wrong.
const MESSAGE: &str =
    "it's \"quoted\" $HOME `id` \\ \u{e9} \u{65e5}\u{672c} !! %s #{x} ${y} \u{1}\u{202e}\nsecond line\t";

const SCHEMA: &str = r#"{"type":"object","properties":{"channel":{"type":"string"},"message":{"type":"string"},
    "botName":{"type":"string"},"botIcon":{"type":"string"}}}"#;

struct Stage {
    running: sandbox::Running,
    runtime: Runtime,
    token: String,
    files: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let config = sandbox::Config { rate: None, ..sandbox::Config::default() };
        let running = runtime.block_on(sandbox::start(config)).unwrap();
        // The sandbox's key is public knowledge; the date lies far ahead.
        let lifetime = Duration::from_secs(100 * 365 * 24 * 3600);
        let user = sandbox::USERS[0].id;
        let token = sandbox::token(user, sandbox::PROJECT, lifetime, 1_700_000_000).unwrap();
        let token = token.expose_secret().to_owned();
        Self { running, runtime, token, files: tempfile::tempdir().unwrap() }
    }

    fn written(&self, snippet: Snippet, wire: Wire) -> String {
        let base_url = self.running.base_url();
        let request = request(wire);
        let schema = Value::parse(SCHEMA.as_bytes()).unwrap();
        let call = Call {
            base_url: &base_url,
            project: sandbox::PROJECT,
            request: &request,
            schema: Some(&schema),
            profile: None,
        };
        let text = write(snippet, &call);
        assert!(!text.contains(&self.token), "{snippet:?} holds the token");
        text
    }

    /// A program with the token in its environment and akx at hand.
    fn program<S: AsRef<OsStr>>(&self, name: &str, arguments: &[S]) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_akx")).parent().unwrap();
        let path = variable("PATH").unwrap_or_default();
        let home = self.files.path();
        let mut command = Command::new(name);
        command
            .args(arguments)
            .env("AKX_TOKEN", &self.token)
            .env("PATH", format!("{}:{}", bin.display(), path.to_string_lossy()))
            .env("NO_PROXY", "*")
            .env("AKX_CONFIG_DIR", home)
            .env("AKX_DATA_DIR", home)
            .env("AKX_CACHE_DIR", home)
            .current_dir(home)
            .stdin(Stdio::null());
        command
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// The texts of all messages the sandbox has by now.
    fn messages(&self) -> String {
        let request = RunRequest {
            action: "SLACK_SEARCH_MESSAGES".into(),
            parameters: Value::parse(br#"{"query":"second line"}"#).unwrap(),
            wire: Wire::Live,
            credential: None,
        };
        let target = akx::client::Target::new(self.running.base_url(), sandbox::PROJECT);
        let client = akx::client::Client::new(target, &self.token.clone().into()).unwrap();
        let effect = akx::domain::side_effect::SideEffect::Read;
        let leave = akx::domain::guard::leave_to_read(&request.action, effect).unwrap();
        let outcome = self.runtime.block_on(client.run(&leave, &request, akx::domain::now::Now::default(), |_| {}));
        match outcome {
            akx::domain::run::Outcome::Answered(response) => String::from_utf8_lossy(&response.body).into_owned(),
            other => panic!("{other:?}"),
        }
    }

    /// Runs what was copied; the sandbox must have got the message to the letter.
    fn runs(what: &str, command: &mut Command) {
        let Some(output) = started(what, command) else { return };
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{what}: {out}\n{err}");
        let answer = Value::parse(out.trim().as_bytes()).unwrap_or_else(|e| panic!("{what}: {e}: {out}"));
        // The seed's dialect wraps the provider's answer.
        let answer = answer.get("output").cloned().unwrap_or(answer);
        let sent = answer.get("message").and_then(|m| m.get("text")).and_then(Value::as_str);
        assert_eq!(sent, Some(MESSAGE), "{what}: {out}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test is told by its environment where programs are")]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

fn request(wire: Wire) -> RunRequest {
    let mut parameters = Value::object();
    let members = parameters.as_object_mut().unwrap();
    members.insert("channel", "C0123456789");
    members.insert("message", MESSAGE);
    members.insert("botName", "release bot");
    members.insert("botIcon", ":wave:");
    RunRequest { action: "SLACK_SEND_MESSAGE".into(), parameters, wire, credential: None }
}

/// Says that a text is not run, as `runtime` is missing.
///
/// # Panics
/// Where it must not be missing.
fn skip(what: &str, runtime: &str) {
    let named = variable("AKX_TEST_RUNTIMES").unwrap_or_default();
    let must = named.to_string_lossy().split_whitespace().any(|name| name == runtime);
    assert!(!must, "{what} was to be run, and {runtime} is not on this machine");
    eprintln!("skipped: {what} needs {runtime}, which is not on this machine");
}

/// Its output; `None`, with words, where there is no such program here.
fn started(what: &str, command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            skip(what, &command.get_program().to_string_lossy());
            None
        }
        Err(e) => panic!("{what}: {e}"),
    }
}

/// Whether there is a curl; `sh`, which runs what is copied, would only say that it found none.
fn has_curl() -> bool {
    started("curl", Command::new("curl").arg("--version")).is_some()
}

#[test]
fn curl_runs_in_every_dialect() {
    if !has_curl() {
        return;
    }
    let stage = Stage::new();
    for wire in Wire::ALL {
        let text = stage.written(Snippet::Curl, wire);
        // The text is for a shell with $'…' where it holds what cannot be seen; a body never does.
        Stage::runs(&format!("curl, {wire}"), &mut stage.program("sh", &["-c", &text]));
    }
    assert!(stage.messages().contains("second line"));
}

#[test]
fn a_long_body_goes_to_curl_through_standard_input() {
    if !has_curl() {
        return;
    }
    let stage = Stage::new();
    let mut long = request(Wire::Live);
    let text = format!("{MESSAGE}{}", "x".repeat(150_000));
    long.parameters.as_object_mut().unwrap().insert("message", text.as_str());
    let base_url = stage.running.base_url();
    let call = Call { base_url: &base_url, project: sandbox::PROJECT, request: &long, schema: None, profile: None };
    let script = stage.file("long.sh", &write(Snippet::Curl, &call));
    let output = started("curl", &mut stage.program("sh", &[script])).unwrap();
    let answer = Value::parse(&output.stdout).unwrap();
    let sent = answer.get("message").and_then(|m| m.get("text")).and_then(Value::as_str);
    assert_eq!(sent.map(str::len), Some(text.len()), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_akx_command_runs_in_every_dialect() {
    let stage = Stage::new();
    for wire in Wire::ALL {
        let text = format!("{} --yes --wire {wire}", stage.written(Snippet::Akx, wire));
        assert!(text.contains(" -p channel=C0123456789"), "{text}");
        // $'…' is bash's, zsh's and ksh's.
        Stage::runs(&format!("akx, {wire}"), &mut stage.program("bash", &["-c", &text]));
    }
}

#[test]
fn python_runs_where_httpx_is_and_is_read_where_python_is() {
    let stage = Stage::new();
    let file = stage.file("call.py", &stage.written(Snippet::Python, Wire::Live));
    let compile = format!("compile(open({file:?}, encoding='utf-8').read(), 'call.py', 'exec')");
    let Some(read) = started("Python", &mut stage.program("python3", &["-c", &compile])) else { return };
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let has_httpx = started("Python", &mut stage.program("python3", &["-c", "import httpx"])).unwrap().status.success();
    if has_httpx {
        Stage::runs("Python", &mut stage.program("python3", &[file]));
    } else {
        skip("the Python text", "httpx");
    }
}

#[test]
fn typescript_runs_where_node_is() {
    let stage = Stage::new();
    for wire in Wire::ALL {
        let file = stage.file("call.mjs", &stage.written(Snippet::TypeScript, wire));
        Stage::runs(&format!("TypeScript, {wire}"), &mut stage.program("node", &[file]));
    }
}

#[test]
fn rust_is_read_where_rustfmt_is() {
    let stage = Stage::new();
    let mut command = stage.program("rustfmt", &["--edition", "2024", "--emit", "stdout"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return skip("reading the Rust text", "rustfmt") };
    let text = stage.written(Snippet::Rust, Wire::Live);
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
}

/// The crates of the copied text are those akx itself is built with; its provider of ciphers is chosen by akx, which
/// the text, with reqwest as it comes, need not do.
#[test]
fn rust_runs_where_rustc_is() {
    let stage = Stage::new();
    let text = stage.written(Snippet::Rust, Wire::Live);
    let begin = "async fn main() -> Result<(), Box<dyn std::error::Error>> {";
    assert!(text.contains(begin), "{text}");
    let chosen = format!("{begin} let _ = rustls::crypto::ring::default_provider().install_default();");
    let file = stage.file("call.rs", &text.replace(begin, &chosen));
    let deps = Path::new(env!("CARGO_BIN_EXE_akx")).parent().unwrap().join("deps");
    let built = |name: &str| -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(&deps).unwrap().flatten().map(|entry| entry.path());
        let is_it = |path: &std::path::PathBuf| {
            let name = format!("lib{name}-");
            path.extension().is_some_and(|e| e == "rlib")
                && path.file_name().is_some_and(|f| f.to_string_lossy().starts_with(&name))
        };
        files.filter(is_it).collect()
    };
    let program = stage.files.path().join("call").display().to_string();
    let search = format!("dependency={}", deps.display());
    let mut words = String::new();
    // Builds of other days and features may lie beside those of now; only one set goes together.
    for reqwest in built("reqwest") {
        for tokio in built("tokio") {
            for rustls in built("rustls") {
                let externs = [("reqwest", &reqwest), ("tokio", &tokio), ("rustls", &rustls)];
                let mut arguments: Vec<String> =
                    ["--edition", "2024", "-L", &search, "-o", &program, &file].map(str::to_owned).into();
                for (name, path) in externs {
                    arguments.extend(["--extern".to_owned(), format!("{name}={}", path.display())]);
                }
                let Some(output) = started("Rust", &mut stage.program("rustc", &arguments)) else { return };
                words = String::from_utf8_lossy(&output.stderr).into_owned();
                if !output.status.success() {
                    continue;
                }
                let ran = started("Rust", &mut stage.program(&program, &[] as &[&str])).unwrap();
                words = String::from_utf8_lossy(&ran.stderr).into_owned();
                // Another rustls than reqwest's was told which provider to take.
                if !words.contains("No rustls crypto provider") {
                    return Stage::runs("Rust", &mut stage.program(&program, &[] as &[&str]));
                }
            }
        }
    }
    panic!("no build of reqwest, tokio and rustls goes together: {words}");
}
