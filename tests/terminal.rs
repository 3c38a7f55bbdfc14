//! The real binary in a pseudo-terminal: the whole path by keyboard, and the terminal given back whatever happens.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests fail as tests do, and the search path is the machine's"
)]
#![cfg(unix)]

use std::{
    io::{Read as _, Write as _},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A program in a pseudo-terminal, with the screen it draws.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Everything the program has written.
    written: Vec<u8>,
    home: tempfile::TempDir,
}

/// How long to wait for something that must come; only a hanging program takes that long.
const PATIENCE: Duration = Duration::from_secs(60);

impl Terminal {
    /// Runs a shell script in which `$AKX` is the binary.
    fn script(rows: u16, cols: u16, script: &str) -> Self {
        Self::open(rows, cols, "sh", &["-mc", script])
    }

    fn open(rows: u16, cols: u16, program: &str, args: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a directory");
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        for (name, value) in [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", home.path().into()),
            ("AKX_CONFIG_DIR", home.path().join("config").into()),
            ("AKX_DATA_DIR", home.path().join("data").into()),
            ("AKX_CACHE_DIR", home.path().join("cache").into()),
            ("TERM", "xterm-256color".into()),
            ("COLORTERM", "truecolor".into()),
            ("AKX", env!("CARGO_BIN_EXE_akx").into()),
        ] {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().expect("a writer");
        let screen = vt100::Parser::new(nz(rows), nz(cols), 0);
        Self { master: pair.master, child, keys, bytes, screen, written: Vec::new(), home }
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("the terminal takes keys");
        self
    }

    /// Waits till the screen shows `text`.
    fn see(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?}"), |t| t.screen.screen().contents().contains(text))
    }

    /// Waits till what was written since `from` holds `bytes`.
    fn hear(&mut self, from: usize, bytes: &str) -> &mut Self {
        self.until(&format!("{bytes:?}"), |t| contains(&t.written[from..], bytes))
    }

    fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) -> &mut Self {
        while !done(self) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.written.extend(bytes);
                }
                Err(e) => {
                    let tail =
                        String::from_utf8_lossy(&self.written[self.written.len().saturating_sub(600)..]).into_owned();
                    panic!(
                        "{e} before {what}; the screen is\n{}\nand the last bytes {tail:?}",
                        self.screen.screen().contents()
                    )
                }
            }
        }
        self
    }

    fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.screen.screen_mut().set_size(nz(rows), nz(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("resized");
        self
    }

    /// Takes what is being drawn, if anything is.
    fn take(&mut self) {
        if let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(20)) {
            self.screen.process(&bytes);
            self.written.extend(bytes);
        }
    }

    /// Kills what runs in the foreground, so that it can do nothing more.
    fn kill(&self) {
        let group = self.master.process_group_leader().expect("something runs").to_string();
        let killed = std::process::Command::new("kill").args(["-9", "--", &format!("-{group}")]).status();
        assert!(killed.expect("kill is there").success());
    }

    /// Waits for the end and returns the exit code.
    fn end(&mut self) -> u32 {
        let code = self.child.wait().expect("it ends").exit_code();
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(500)) {
            self.screen.process(&bytes);
            self.written.extend(bytes);
        }
        code
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
    }
}

fn nz(n: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(n).expect("a size")
}

fn contains(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|w| w == what.as_bytes())
}

/// That the terminal was given back: the alternate screen left, mouse and paste reporting off, the cursor shown.
fn assert_given_back(written: &[u8]) {
    for sequence in ["\x1b[?1049l", "\x1b[?1000l", "\x1b[?2004l", "\x1b[?25h"] {
        let last = written.windows(sequence.len()).rposition(|w| w == sequence.as_bytes());
        let on = sequence.replace('l', "h");
        let last_on = written.windows(on.len()).rposition(|w| w == on.as_bytes());
        assert!(last.is_some() && (sequence.ends_with('h') || last > last_on), "{sequence:?} is not the last word");
    }
}

const ESC: &str = "\x1b";

#[test]
fn the_whole_path_from_the_first_key_to_the_last() {
    // stty tells the terminal's modes; they must be the same before and after.
    let mut t = Terminal::script(40, 120, "stty -g; \"$AKX\" demo; echo \"code $?\"; stty -g");
    t.see("connected").press("send mess").see("SEND_MESSAGE").press("\r").see("channel *");
    t.press("#general\t").see("message *").press("Hello from the terminal\t").press("release bot\t:rocket:");
    t.see(":rocket:").press("\x12").see("200 ·").see("ok: true").see("Hello from the terminal");
    t.press("\x11").see("code 0");
    t.end();
    assert_given_back(&t.written);
    let text = String::from_utf8_lossy(&t.written).into_owned();
    let modes: Vec<&str> = text.lines().map(str::trim).filter(|l| is_modes(l)).collect();
    assert_eq!(modes.len(), 2, "{modes:?}");
    assert_eq!(modes[0], modes[1]);
}

#[test]
fn the_demo_takes_nothing_from_a_profile() {
    let script = "mkdir -p \"$AKX_CONFIG_DIR\"; printf 'default_profile = \"ro\"\\n[profiles.ro]\\nproject = \"p\"\\n\
                  read_only = true\\n' > \"$AKX_CONFIG_DIR/config.toml\"; \"$AKX\" demo; \"$AKX\" demo --read-only";
    let mut t = Terminal::script(24, 80, script);
    t.see("connected");
    assert!(!t.screen.screen().contents().contains("READ-ONLY"), "{}", t.screen.screen().contents());
    t.press("\x11").see("READ-ONLY").press("\x11");
    assert_eq!(t.end(), 0);
}

/// Whether a line is what `stty -g` prints: hexadecimal numbers with colons between.
fn is_modes(line: &str) -> bool {
    line.split(':').count() > 4 && line.chars().all(|c| c == ':' || c.is_ascii_hexdigit())
}

/// A server with an action that has a write-only parameter, another that asks first, and answers that set a cookie.
fn vault() -> (tokio::runtime::Runtime, wiremock::MockServer) {
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};
    let list = r#"{"actions":{"vault":[{"type":"function","function":{"name":"VAULT_GET_ENTRY","description":"",
        "parameters":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},
        "unlock":{"type":"string","writeOnly":true}}}}},{"type":"function","function":{"name":"VAULT_SEND_KEY",
        "description":"","parameters":{"type":"object"}}}]},"errors":[]}"#;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        let list = ResponseTemplate::new(200).set_body_raw(list, "application/json");
        Mock::given(method("GET")).respond_with(list).mount(&server).await;
        let answer = ResponseTemplate::new(200)
            .insert_header("set-cookie", "sid=planted-1")
            .insert_header("x-auth-token", "planted-2")
            .set_body_raw(r#"{"entry":"found"}"#, "application/json");
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        server
    });
    (runtime, server)
}

/// The explorer at `server`, with a token that says who it is for.
fn at(server: &wiremock::MockServer, size: (u16, u16)) -> Terminal {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJpYUBhY21lLmV4YW1wbGUuY29tIn0.planted-3";
    let script = format!(
        "export AKX_BASE_URL={} AKX_PROJECT_ID=p-1 AKX_TOKEN={token} AKX_PROXY=http://me:planted-5@127.0.0.1:9; while :; do \"$AKX\" --log \"$HOME/akx.log\"; \
         code=$?; stty sane; printf '\\033c\\033[?1049lcode %s\\n' $code; read go; done",
        server.uri()
    );
    Terminal::script(size.0, size.1, &script)
}

/// Every file below `directory`, as text.
fn files(directory: &std::path::Path) -> Vec<(std::path::PathBuf, String)> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut all = Vec::new();
    for entry in entries.flatten() {
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        } else if let Ok(bytes) = std::fs::read(entry.path()) {
            all.push((entry.path(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    all
}

/// The command lines of this machine's processes called akx that hold what was planted: everybody can read them.
fn command_lines() -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let mut found = Vec::new();
    for process in processes.flatten() {
        let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if name.trim() == "akx" && line.contains("planted") {
            found.push(line);
        }
    }
    found
}

#[test]
fn no_planted_secret_is_drawn_or_written() {
    let (_runtime, server) = vault();
    let mut t = at(&server, (40, 120));
    // What the person wrote down is theirs; the rest of akx must not pass it on.
    let config = t.home.path().join("config");
    std::fs::create_dir_all(&config).expect("a directory");
    let profile = "[profiles.p]\nproject = \"p-1\"\nproxy = \"http://me:planted-6@127.0.0.1:9\"\n";
    std::fs::write(config.join("config.toml"), profile).expect("a file");
    t.see("GET_ENTRY").press("entry").see("› entry").press("\r").see("unlock");
    t.press("one\tplanted-4").see("•••••••••");
    // The request as it will be sent, the run, its headers, its request, a ticket, the history.
    t.press("\x16").see("Authorization").press("q\x12").see("found");
    t.press("\x10headers and\r").see("set-cookie").press("\x10request that was\r").see("Bearer");
    t.press("T").see("Copy as Markdown").press("\r").see("Copied the ticket");
    // The jq child, a saved call, an export, the doctor, the profiles and what is written of one of them.
    t.press(".").see("A jq filter").press(".entry").see("\"found\"").press("\r");
    assert_eq!(command_lines(), [] as [String; 0]);
    t.press("\x1b[17~").press("\x10save this call\r").see("Name to save this call under").press("vault\r").see("Saved");
    t.press("\x10export the\r").see("OpenAI").press("\r").see("Save").press("\x15");
    t.press(&format!("{}/tools.json\r", t.home.path().display())).see("Saved");
    t.press("\x10doctor: why\r").see("Signature").press(ESC).see("[Request]").press("\x10profiles:\r").see("now");
    t.press("\x0f").see("http://me:***@127.0.0.1:9").press(ESC).see("Token from").press(ESC).see("[Request]");
    t.press("\x10history: what was\r").see("Secrets are not kept: /unlock").press("\x11").see("code 0");
    let drawn = String::from_utf8_lossy(&t.written).into_owned();
    let at = drawn.find("planted");
    assert_eq!(at.map(|at| drawn.get(at.saturating_sub(80)..at + 12)), None);
    let mut names = Vec::new();
    for (path, text) in files(t.home.path()) {
        assert!(!text.contains("planted") || path.starts_with(&config), "{}", path.display());
        names.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    }
    for there in ["history.sqlite", "copied.txt", "akx.log", "vault.json", "tools.json"] {
        assert!(names.iter().any(|name| name == there), "{there} in {names:?}");
    }
}

#[test]
fn killed_while_it_saves_the_draft_and_the_history_are_whole() {
    let (_runtime, server) = vault();
    let mut t = at(&server, (24, 80));
    let data = t.home.path().join("data");
    let drafts = data.join("drafts");
    for round in 0..4 {
        t.see("GET_ENTRY").press("entry").see("› entry").press("\r").see("unlock");
        if round == 0 {
            t.press("begun\x12").see("found").press("\x1b[17~").press("\x1b[17~");
        }
        // Keys go on coming until a draft is written anew, and then the program is gone at once.
        let before = files(&drafts);
        while files(&drafts) == before {
            t.press("x").take();
        }
        t.kill();
        t.see("code 137");
        for (path, text) in files(&drafts) {
            if path.extension().is_some_and(|e| e == "json") {
                let draft = akx::domain::document::Value::parse(text.as_bytes());
                assert!(draft.is_ok(), "round {round}: {}: {text:?}", path.display());
            }
        }
        t.press("\r");
    }
    t.see("GET_ENTRY").press("entry").see("› entry").press("\r").see("Saved draft restored").press("\x11");
    let history = akx::store::history::History::new(&data, akx::domain::history::Retention::default());
    let records = history.find(&akx::domain::history::Ask::default()).expect("the history is read");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].begun.whose.user.as_deref(), Some("maria@acme.example.com"));
}

#[test]
fn without_any_configuration_it_welcomes_and_opens_the_sandbox() {
    let mut t = Terminal::script(24, 80, "\"$AKX\"");
    t.see("Welcome to akx").see("Open the sandbox").press("\r").see("type to search").see("connected").press("\x11");
    assert_eq!(t.end(), 0);
}

#[test]
fn a_pasted_object_arrives_as_one_and_fills_the_form() {
    let mut t = Terminal::script(40, 120, "\"$AKX\" demo");
    t.see("connected").press("send mess").see("SEND_MESSAGE").press("\r").see("channel *");
    t.press("\x1b[200~{\"channel\":\"C0123456789\",\n\"message\":\"pasted\"}\x1b[201~");
    t.see("Filled the form").see("pasted").press("\x11");
    assert_eq!(t.end(), 0);
}

#[test]
fn the_mouse_opens_what_it_clicks() {
    let mut t = Terminal::script(40, 120, "\"$AKX\" demo");
    t.see("connected").press("send mess").see("SEND_MESSAGE");
    // SGR mouse report of a press on column 8, row 5 (from 1): the first action found.
    t.press("\x1b[<0;8;5M\x1b[<0;8;5m").see("channel *").press("\x11");
    assert_eq!(t.end(), 0);
}

#[test]
fn a_terminal_of_any_size_is_drawn_on() {
    let mut t = Terminal::script(24, 80, "\"$AKX\" demo");
    t.see("connected").press("send mess").see("SEND_MESSAGE").press("\r").see("channel *");
    let from = t.written.len();
    t.resize(5, 20).hear(from, "akx").resize(1, 1);
    let from = t.written.len();
    t.resize(48, 160).hear(from, "akx").see("[ Run ]").press("\x11");
    assert_eq!(t.end(), 0);
}

#[test]
fn a_system_that_asks_to_end_gets_the_terminal_back() {
    for signal in ["TERM", "HUP"] {
        let script = "\"$AKX\" demo & echo $! > \"$HOME/pid\"; fg >/dev/null; echo \"code $?\"";
        let mut t = Terminal::script(24, 80, script);
        t.see("connected");
        let pid = std::fs::read_to_string(t.home.path().join("pid")).expect("the shell wrote it");
        let kill = format!("kill -{signal} {pid}");
        let killed = std::process::Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.is_ok_and(|s| s.success()));
        t.see("code 0");
        t.end();
        assert_given_back(&t.written);
    }
}

#[test]
fn what_was_typed_outlives_a_kill_and_comes_back() {
    let (_runtime, server) = vault();
    let mut t = at(&server, (24, 80));
    t.see("GET_ENTRY").press("entry").see("› entry").press("\r").see("unlock");
    t.press("Half a sen").see("Half a sen");
    // A draft is a file of its own; the moment it holds what was typed, nothing more can be lost.
    let drafts = t.home.path().join("data/drafts");
    let kept = (0..3_000).any(|_| {
        t.take();
        files(&drafts).iter().any(|(_, text)| text.contains("Half a sen"))
    });
    assert!(kept, "no draft is kept");
    t.kill();
    let from = t.written.len();
    t.hear(from, "code 137").press("\r").hear(from, "GET_ENTRY").press("entry").see("› entry").press("\r");
    t.see("Saved draft restored").see("Half a sen").press("\x11").see("code 0");
}

#[test]
fn stopped_by_the_keyboard_and_back_again() {
    let mut t = Terminal::script(24, 80, "\"$AKX\" demo; echo stopped; fg >/dev/null; echo \"code $?\"");
    t.see("connected").press("sla").see("› sla");
    let from = t.written.len();
    t.press("\x1a").hear(from, "stopped");
    // The shell has the terminal now, and then gives it back.
    let word = t.written[from..].windows(7).position(|w| w == b"stopped").expect("heard");
    let stopped = from + word;
    assert_given_back(&t.written[..stopped]);
    t.hear(from, "\x1b[?1049h").see("› sla").press("ck").see("› slack").press("\x11").see("code 0");
    t.end();
    assert_given_back(&t.written);
}

#[test]
fn an_interrupt_in_the_pager_is_for_the_pager() {
    let pager = "trap 'echo for the pager' INT; echo a pager; while ! read go; do :; done";
    let script =
        format!("printf '%s' \"{pager}\" > \"$HOME/pager\"; PAGER=\"sh $HOME/pager\" \"$AKX\" demo; echo \"code $?\"");
    let mut t = Terminal::script(24, 80, &script);
    t.see("connected")
        .press("slack list chan")
        .see("LIST_CHANNELS")
        .press("\r")
        .see("[Run]")
        .press("\x12")
        .see("200 ·");
    let from = t.written.len();
    t.press("P").hear(from, "a pager").press("\x03").hear(from, "for the pager").press("\r");
    t.hear(from, "\x1b[?1049h").see("200 ·").press("\x11").see("code 0");
    t.end();
    assert_given_back(&t.written);
}

#[test]
fn an_interrupt_is_an_answer_to_a_question() {
    let (_runtime, server) = vault();
    let script = format!(
        "export AKX_BASE_URL={} AKX_PROJECT_ID=p-1 AKX_TOKEN=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.x; \
         trap : INT; \"$AKX\" run VAULT_SEND_KEY; echo \"code $?\"",
        server.uri()
    );
    let mut t = Terminal::script(24, 80, &script);
    t.see("[y/N]").press("\x03").see("Cancelled.").see("code 130");
    t.end();
}

#[test]
fn a_panic_gives_the_terminal_back_before_its_words() {
    let this = std::env::current_exe().expect("this test");
    let args = ["--exact", "panics_on_purpose", "--ignored", "--nocapture", "--test-threads=1"];
    let mut t = Terminal::open(24, 80, &this.display().to_string(), &args);
    t.see("on purpose");
    t.end();
    let text = String::from_utf8_lossy(&t.written).into_owned();
    let back = text.find("\x1b[?1049l").expect("the alternate screen is left");
    assert!(text[..back].contains("still there") && !text.contains("of a task"), "{text:?}");
    assert!(back < text.find("on purpose").expect("the panic's words"), "{text:?}");
    // Whatever a crash prints of what holds a secret, the secret is not in it.
    assert!(text.contains("AKX_TOKEN") && text.contains("***"), "{text:?}");
    assert!(!text.contains("planted"), "{text:?}");
    assert_given_back(&t.written);
}

/// Not a test of its own: the other half of the one above, run in its pseudo-terminal.
#[test]
#[ignore = "run by a_panic_gives_the_terminal_back_before_its_words"]
fn panics_on_purpose() {
    let _guard = akx::runtime::terminal::Guard::new();
    let _screen = akx::runtime::terminal::take().expect("a terminal");
    // A task that ends so is told of by the program, which goes on drawing.
    assert!(std::thread::spawn(|| panic!("of a task")).join().is_err());
    print!("still there");
    std::io::stdout().flush().expect("written");
    let token = secrecy::SecretString::from("planted.a.b");
    let environment = akx::settings::Environment::from_pairs([("AKX_TOKEN", "planted-c")]);
    let proxy = akx::domain::proxy::ProxyAddress::parse("http://me:planted-d@p.example.com:1").expect("a proxy");
    let target =
        akx::client::Target { proxy: Some(proxy.clone()), ..akx::client::Target::new("http://127.0.0.1:1", "p") };
    let client = akx::client::Client::new(target, &token).expect("a client");
    panic!("on purpose {token:?} {environment:?} {proxy:?} {client:?}");
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let mut t = Terminal::script(24, 80, "\"$AKX\" demo");
    t.see("connected").press("slack").see("› slack");
    // All that was under way has come once a further key is answered and nothing spins.
    t.until("an end of loading", |t| !t.screen.screen().contents().contains("loading"));
    while t.bytes.recv_timeout(Duration::from_millis(500)).is_ok() {}
    assert!(t.bytes.recv_timeout(Duration::from_secs(2)).is_err(), "bytes without a reason");
    t.press("\x11");
    assert_eq!(t.end(), 0);
}

#[test]
fn escape_alone_is_a_key_and_not_the_beginning_of_one() {
    let mut t = Terminal::script(24, 80, "\"$AKX\" demo");
    t.see("connected").press("slack").see("› slack").press(ESC).see("type to search").press("\x11");
    assert_eq!(t.end(), 0);
}

#[test]
fn without_a_terminal_it_says_so_and_names_the_commands() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_akx")).arg("demo").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("needs a terminal") && words.contains("akx list"), "{words}");
}

#[test]
fn a_filter_that_runs_away_leaves_the_terminal_whole() {
    let script = "echo '{\"items\":[{\"id\":7}]}' > \"$HOME/a.json\"; \"$AKX\" view \"$HOME/a.json\"; echo \"code $?\"";
    let mut t = Terminal::script(24, 80, script);
    t.see("id: 7").press(".").see("A jq filter").press("def f: [f]; f").see("calls itself too often");
    t.press("\x15").press(".items[].id").see("one result");
    // One that never ends by itself is left behind with Escape, and the shell has the terminal back.
    t.press("\x15").press("def f: f; f").see("running").press(ESC).see("Enter fold").press("q").see("code 0");
    t.end();
    assert_given_back(&t.written);
}
