//! The architecture, proved from the text of `src/**`: which layer may use which, which crate stops where, who sends a
//! run, and how long a file may grow.
//!
//! The rules stand in tables on top; the checker below reads Rust as tokens, so that comments, strings and
//! documentation never count. `planted_violations_are_seen` shows that each rule bites.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

// ------------------------------------------------------------------------------------------------------- the rules --

/// A layer: modules of the crate's root that stand on the same level.
struct Layer {
    /// The top-level modules, so `src/NAME.rs` and `src/NAME/**`; the first gives the layer its name.
    modules: &'static [&'static str],
    /// The layers it may use besides itself, by name.
    uses: &'static [&'static str],
    /// The crates it may name besides `std`, as Rust spells them.
    crates: &'static [&'static str],
    /// What of `std` it must not name, as paths.
    never: &'static [&'static str],
}

/// What a layer without any effect never names: no files, environment, network, processes, no clock.
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// What only the layers with a clock name.
const CLOCK: &[&str] = &["std::time::Instant", "std::time::SystemTime"];

/// From the bottom up.
const LAYERS: &[Layer] = &[
    Layer {
        modules: &["domain"],
        uses: &[],
        crates: &[
            "base64",
            "fuzzy_matcher",
            "jsonschema",
            "memchr",
            "ring",
            "rustls_pki_types",
            "secrecy",
            "serde",
            "serde_json",
            "strsim",
            "thiserror",
            "unicode_segmentation",
            "unicode_width",
        ],
        never: EFFECTS,
    },
    Layer {
        modules: &["settings", "paths"],
        uses: &["domain"],
        crates: &["directories", "secrecy", "strsim", "toml"],
        never: CLOCK,
    },
    Layer {
        modules: &["client"],
        uses: &["domain"],
        crates: &["httpdate", "memchr", "reqwest", "rustls", "secrecy", "tokio", "tracing"],
        never: &["std::env", "std::process", "std::time::SystemTime"],
    },
    Layer {
        modules: &["store"],
        // Where files live, and how one is written so that it is never half there.
        uses: &["domain", "settings"],
        crates: &["ring"],
        never: &["std::env", "std::net", "std::process", "std::time::Instant"],
    },
    Layer {
        modules: &["sandbox"],
        uses: &["domain"],
        crates: &[
            "axum",
            "base64",
            "futures_util",
            "ring",
            "secrecy",
            "serde",
            "serde_json",
            "thiserror",
            "tokio",
            "tracing",
        ],
        never: &["std::fs", "std::env", "std::process"],
    },
    Layer { modules: &["app"], uses: &["domain"], crates: &["ratatui", "tui_textarea"], never: EFFECTS },
    Layer { modules: &["ui"], uses: &["app", "domain"], crates: &["ratatui", "unicode_segmentation"], never: EFFECTS },
    Layer {
        modules: &["runtime"],
        uses: &["domain", "settings", "client", "store", "app", "ui"],
        crates: &["base64", "crossterm", "futures_util", "ratatui", "rustix", "secrecy", "tokio", "tracing"],
        never: &["std::env", "std::net"],
    },
    Layer {
        modules: &["cli"],
        uses: &["domain", "settings", "client", "store", "sandbox", "app", "ui", "runtime"],
        crates: &[
            "base64",
            "clap",
            "clap_complete",
            "crossterm",
            "ring",
            "secrecy",
            "serde_json",
            "strsim",
            "tokio",
            "tracing",
            "tracing_subscriber",
        ],
        never: &["std::fs", "std::process::Command"],
    },
    Layer { modules: &["main"], uses: &["cli"], crates: &[], never: &["std::fs", "std::env", "std::net"] },
    Layer { modules: &["lib"], uses: &[], crates: &[], never: EFFECTS },
];

/// Things of others that stop at a few files: whatever begins with the path, and where it may be named. A place that
/// does not end in `.rs` holds for all that begins with it.
const HOMES: &[(&str, &[&str])] = &[
    ("tui_textarea", &["src/app/text_field.rs"]),
    ("fuzzy_matcher", &["src/domain/search/matcher.rs"]),
    ("jsonschema", &["src/domain/schema/"]),
    // The command line asks how wide the terminal is, nothing else.
    ("crossterm", &["src/runtime/input.rs", "src/runtime/terminal.rs", "src/cli/output.rs"]),
    ("crossterm::event", &["src/runtime/input.rs", "src/runtime/terminal.rs"]),
    ("ratatui", &["src/app/geometry.rs", "src/ui.rs", "src/ui/", "src/runtime/session.rs", "src/runtime/terminal.rs"]),
    ("reqwest::Error", &["src/client/error"]),
    ("rustls", &["src/client/transport.rs", "src/client/error"]),
    ("axum", &["src/sandbox.rs", "src/sandbox/server"]),
    ("clap", &["src/cli.rs", "src/cli/options.rs", "src/cli/completions.rs"]),
    ("toml", &["src/settings/file.rs", "src/settings/write.rs"]),
    ("directories", &["src/paths.rs"]),
    ("rustix", &["src/runtime/signals.rs"]),
    ("httpdate", &["src/client/retry.rs"]),
    // Arguments are read where the program starts.
    ("std::env", &["src/settings/environment.rs", "src/cli.rs"]),
    ("std::process::Command", &["src/settings/token.rs", "src/runtime/editor.rs"]),
];

/// Macros that write past the one place that prints, or that are left over.
const FORBIDDEN_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Where `Client::run` is called: so that guard rails stand in two places and no third.
const SENDERS: &[&str] = &["src/cli/run.rs", "src/runtime/perform.rs"];

/// What unit tests may name beyond their layer's crates and the dev-dependencies, with the reason.
const TESTS_MAY: &[(&str, &str, &str)] =
    &[("src/sandbox/catalogue/tests.rs", "jsonschema", "every schema served is checked against its meta-schema")];

/// How many lines a file may have before its unit tests.
const BUDGET: usize = 600;

/// Files that may be longer, with how long and the reason.
const LONGER: &[(&str, usize, &str)] = &[];

// ------------------------------------------------------------------------------------------------------- the proof --

#[test]
fn the_sources_keep_the_rules() {
    let tree = Tree::read(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(tree.files.len() > 100, "only {} files were found", tree.files.len());
    let violations = tree.check();
    assert!(violations.is_empty(), "\n{}\n", violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

/// A permission nobody needs any more hides the next violation.
#[test]
fn no_rule_permits_more_than_is_used() {
    let tree = Tree::read(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut stale = Vec::new();
    let named: Vec<(&File, Name)> =
        tree.files.iter().flat_map(|f| f.names().into_iter().map(move |n| (f, n))).collect();
    let in_layer = |layer: &Layer, f: &File| f.layer().is_some_and(|l| l.name() == layer.name());
    for layer in LAYERS {
        for krate in layer.crates {
            if !named.iter().any(|(f, n)| in_layer(layer, f) && n.foreign() == Some(krate)) {
                stale.push(format!("{} no longer uses the crate {krate}", layer.name()));
            }
        }
        for below in layer.uses {
            if !named.iter().any(|(f, n)| in_layer(layer, f) && n.layer().is_some_and(|l| l.name() == *below)) {
                stale.push(format!("{} no longer uses {below}", layer.name()));
            }
        }
    }
    for (what, places) in HOMES {
        for place in *places {
            if !named.iter().any(|(f, n)| at_home(&f.path, &[place]) && n.begins_with(what)) {
                stale.push(format!("{place} no longer names {what}"));
            }
        }
    }
    for (path, lines, _) in LONGER {
        if !tree.files.iter().any(|f| f.path == *path && f.lines > BUDGET && f.lines <= *lines) {
            stale.push(format!("{path} has no need of {lines} lines"));
        }
    }
    for (path, krate, _) in TESTS_MAY {
        if !named.iter().any(|(f, n)| f.path == *path && n.foreign() == Some(krate)) {
            stale.push(format!("{path} no longer names {krate}"));
        }
    }
    let used: BTreeSet<&str> = named.iter().filter_map(|(_, n)| n.foreign()).collect();
    for krate in tree.dependencies.difference(&tree.dev_dependencies) {
        if !used.contains(krate.as_str()) {
            stale.push(format!("Cargo.toml names {krate}, and no file does"));
        }
    }
    assert!(stale.is_empty(), "\n{}\n", stale.join("\n"));
}

#[test]
fn planted_violations_are_seen() {
    let planted: &[(&str, &str, &str)] = &[
        // Arrows.
        ("src/domain/text.rs", "use crate::app::App;", "domain must not use app"),
        (
            "src/domain/text.rs",
            "use crate::{domain::now::Now, client::{Client, Target}};",
            "domain must not use client",
        ),
        ("src/domain/form/fill.rs", "fn f() { super::super::super::sandbox::start(); }", "domain must not use sandbox"),
        ("src/domain/text.rs", "mod inner { use super::super::super::ui as looks; }", "domain must not use ui"),
        ("src/sandbox/server.rs", "fn f(c: &crate::client::Client) {}", "sandbox must not use client"),
        ("src/app/update.rs", "#[cfg(test)] mod tests { use crate::runtime::Session; }", "app must not use runtime"),
        ("src/ui/paint.rs", "use crate::store::drafts::{self, Drafts};", "ui must not use store"),
        ("src/runtime/host.rs", "type T = Vec<crate::sandbox::Running>;", "runtime must not use sandbox"),
        ("src/main.rs", "fn main() { akx::runtime::explore(); }", "main must not use runtime"),
        ("src/cli/run.rs", "use crate::Client;", "crate::Client belongs to no layer"),
        // Crates.
        ("src/domain/text.rs", "fn f() { tokio::spawn(async {}); }", "domain must not name the crate tokio"),
        ("src/domain/text.rs", "use ::ratatui::style::Color;", "domain must not name the crate ratatui"),
        ("src/domain/text.rs", "#[derive(clap::ValueEnum)] enum E {}", "domain must not name the crate clap"),
        ("src/app/state.rs", "use {std::fmt, crossterm::event::Event};", "app must not name the crate crossterm"),
        ("src/store.rs", "use reqwest as r;", "store must not name the crate reqwest"),
        ("src/client/pace.rs", "fn f<T: ratatui::widgets::Widget>() {}", "client must not name the crate ratatui"),
        ("src/domain/text.rs", "use proptest::prelude::*;", "domain must not name the crate proptest"),
        // Files, environment, clock.
        ("src/domain/text.rs", "use std::{fmt, fs::File};", "domain must not name std::fs::File"),
        ("src/domain/text.rs", "fn f() { std::env::args(); }", "domain must not name std::env::args"),
        ("src/app/state.rs", "use std::time::{Duration, Instant};", "app must not name std::time::Instant"),
        ("src/ui.rs", "use std::time; fn f() { time::SystemTime::now(); }", "ui must not name std::time::SystemTime"),
        // Homes.
        ("src/app/state.rs", "use tui_textarea::TextArea;", "tui_textarea belongs in"),
        ("src/app/state.rs", "use ratatui::layout::Rect;", "ratatui belongs in"),
        ("src/runtime/perform.rs", "use crossterm::event::KeyCode;", "crossterm belongs in"),
        ("src/cli/output.rs", "use crossterm::event::KeyCode;", "crossterm::event belongs in"),
        ("src/client/retry.rs", "fn f(e: reqwest::Error) {}", "reqwest::Error belongs in"),
        ("src/client/retry.rs", "use reqwest::{Method, Error};", "reqwest::Error belongs in"),
        ("src/domain/search/rank.rs", "use fuzzy_matcher::FuzzyMatcher;", "fuzzy_matcher belongs in"),
        ("src/settings.rs", "fn f() { std::env::vars(); }", "std::env belongs in"),
        // Words.
        ("src/cli/list.rs", "fn f() { println!(\"x\"); }", "println! is not for this program"),
        ("src/domain/text.rs", "fn f() { let x = dbg!(1); }", "dbg! is not for this program"),
        // Senders.
        ("src/cli/list.rs", "async fn f() { client.run(&request, now, |_| {}).await; }", "sends a run"),
        ("src/cli/list.rs", "fn f() { let send = Client::run; }", "sends a run"),
        // Places.
        ("src/helpers.rs", "", "has no layer"),
        ("src/bin/other.rs", "", "has no layer"),
        ("src/domain/form/mod.rs", "", "mod.rs"),
        ("src/domain/stray.rs", "fn f() {}", "no module declares it"),
        ("src/ui/paint.rs", &"\n".repeat(BUDGET + 1), "601 lines"),
    ];
    for (path, text, expected) in planted {
        let violations = Tree::planted(path, text).check();
        let seen = violations.iter().any(|v| v.path == *path && v.what.contains(expected));
        assert!(seen, "{path}: {text:?} should be {expected:?}, got {violations:?}");
    }
}

#[test]
fn the_innocent_are_left_alone() {
    let innocent: &[(&str, &str)] = &[
        ("src/domain/text.rs", "//! Never names tokio::spawn.\n/// Nor [`crate::app::App`].\nfn f() {}"),
        ("src/domain/text.rs", "/* use crate::ui; /* nested tokio::x */ std::fs::read */ fn f() {}"),
        ("src/domain/text.rs", "const A: &str = \"tokio::x \\\" crate::ui::y\";"),
        ("src/domain/text.rs", "const A: &str = r##\"std::fs::read(\"# crate::ui::x\"##;"),
        ("src/domain/text.rs", "const A: &[u8] = br\"tokio::x\"; const B: &[u8] = b\"\\\"tokio::x\";"),
        ("src/domain/text.rs", "fn f<'a>(x: &'a str) -> char { let _ = ('\\'', '\"', b'\"'); 'x' }"),
        ("src/domain/text.rs", "use super::catalogue::Catalogue; mod inner { use super::super::form::Form; }"),
        ("src/domain/text.rs", "use std::time::Duration; fn f(tokio: u8) { enum tui {} tui::app(); }"),
        ("src/domain/text.rs", "#[cfg(test)] mod tests { use proptest::prelude::*; fn f() { std::fs::read(\"x\"); } }"),
        ("src/app/geometry.rs", "pub use ratatui::layout::{Position, Rect};"),
        ("src/runtime/perform.rs", "impl P { fn f(&self) { self.run(id, request, now); next.run(request); } }"),
        ("src/ui/paint.rs", &format!("{}#[cfg(test)]\nmod tests {{\n{}}}", "\n".repeat(BUDGET), "\n".repeat(BUDGET))),
    ];
    for (path, text) in innocent {
        let violations = Tree::planted(path, text).check();
        assert!(violations.is_empty(), "{path}: {text:?} got {violations:?}");
    }
}

// ----------------------------------------------------------------------------------------------------- the checker --

impl Layer {
    fn name(&self) -> &'static str {
        self.modules[0]
    }

    /// The layer that a top-level module belongs to.
    fn of(module: &str) -> Option<&'static Self> {
        LAYERS.iter().find(|l| l.modules.contains(&module))
    }

    fn may_use(&self, other: &Self) -> bool {
        self.name() == other.name() || self.name() == "lib" || self.uses.contains(&other.name())
    }
}

/// A rule broken.
#[derive(Debug)]
struct Violation {
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// All the sources, and what `Cargo.toml` depends on.
struct Tree {
    files: Vec<File>,
    dependencies: BTreeSet<String>,
    dev_dependencies: BTreeSet<String>,
    /// Whether the files belong together, so that one which nobody declares is dead.
    whole: bool,
}

impl Tree {
    fn read(root: &Path) -> Self {
        let mut texts = BTreeMap::new();
        collect(root, &root.join("src"), &mut texts);
        let (dependencies, dev_dependencies) = dependencies(root);
        let foreign = dependencies.union(&dev_dependencies).cloned().collect();
        let files = texts.iter().map(|(path, text)| File::new(path, text, &foreign)).collect();
        let mut tree = Self { files, dependencies, dev_dependencies, whole: true };
        tree.mark_tests();
        tree
    }

    /// One file in the place of another, or beside the real ones.
    fn planted(path: &str, text: &str) -> Self {
        let (dependencies, dev_dependencies) = dependencies(Path::new(env!("CARGO_MANIFEST_DIR")));
        let foreign = dependencies.union(&dev_dependencies).cloned().collect();
        let files = vec![File::new(path, text, &foreign)];
        Self { files, dependencies, dev_dependencies, whole: path.ends_with("stray.rs") }
    }

    /// A file declared under `#[cfg(test)]` is a test from its first line, and so are those below it.
    fn mark_tests(&mut self) {
        let mut declared: Vec<(String, bool)> = self.files.iter().flat_map(File::declares).collect();
        declared.sort();
        for file in &mut self.files {
            let stem = file.path.trim_end_matches(".rs");
            let test = |p: &str| declared.iter().any(|(d, test)| *test && d == p);
            if stem.match_indices('/').map(|(i, _)| &stem[..i]).chain([stem]).any(test) {
                file.tokens.iter_mut().for_each(|t| t.test = true);
            }
        }
    }

    fn check(&self) -> Vec<Violation> {
        let declared: BTreeSet<String> = self.files.iter().flat_map(File::declares).map(|(path, _)| path).collect();
        let mut violations = Vec::new();
        for file in &self.files {
            let mut report = |line, what| violations.push(Violation { path: file.path.clone(), line, what });
            let Some(layer) = file.layer() else {
                report(1, "has no layer; give its module one in this test".to_owned());
                continue;
            };
            let is_root = ["main", "lib"].contains(&layer.name());
            if file.path.ends_with("/mod.rs") {
                report(1, "is called mod.rs; it should be NAME.rs beside the folder NAME".to_owned());
            } else if self.whole && !is_root && !declared.contains(file.path.trim_end_matches(".rs")) {
                report(1, "no module declares it, so it is never compiled".to_owned());
            }
            let budget = LONGER.iter().find(|(path, ..)| *path == file.path).map_or(BUDGET, |(_, lines, _)| *lines);
            if file.lines > budget {
                report(budget, format!("has {} lines before its unit tests; {budget} are allowed", file.lines));
            }
            for name in file.names() {
                self.check_name(file, layer, &name).into_iter().for_each(|what| report(name.line, what));
            }
            for (line, name) in file.macros() {
                report(line, format!("{name}! is not for this program; what is printed goes through cli/output.rs"));
            }
            let sends = file.sends();
            let allowed = usize::from(SENDERS.contains(&file.path.as_str()));
            for line in sends.iter().skip(allowed) {
                report(*line, "sends a run; that is done in two places, where the guard rails are".to_owned());
            }
            if self.whole && sends.len() < allowed {
                report(1, "no longer calls Client::run as far as this test sees; teach it".to_owned());
            }
        }
        violations
    }

    fn check_name(&self, file: &File, layer: &Layer, name: &Name) -> Vec<String> {
        let mut said = Vec::new();
        match &name.what {
            What::Own(path) => match path.first().map(|module| (module, Layer::of(module))) {
                Some((_, Some(other))) if !layer.may_use(other) => {
                    said.push(format!("{} must not use {} ({name})", layer.name(), other.name()));
                }
                Some((module, None)) if layer.name() != "lib" => {
                    said.push(format!("crate::{module} belongs to no layer"))
                }
                Some(_) | None => {}
            },
            What::Foreign(path) => {
                let krate = path[0].as_str();
                let of_std = ["std", "core", "alloc"].contains(&krate);
                let excused = TESTS_MAY.iter().any(|(path, may, _)| *path == file.path && *may == krate);
                let for_tests = name.test && (excused || self.dev_dependencies.contains(krate));
                if !of_std && !for_tests && !layer.crates.contains(&krate) {
                    said.push(format!("{} must not name the crate {krate} ({name})", layer.name()));
                }
                if !name.test && layer.never.iter().any(|never| name.begins_with(never)) {
                    said.push(format!("{} must not name {name}", layer.name()));
                }
                for (what, places) in HOMES {
                    if !name.test && name.begins_with(what) && !at_home(&file.path, places) {
                        said.push(format!("{what} belongs in {}", places.join(", ")));
                    }
                }
            }
        }
        said
    }
}

fn at_home(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path == *place || (!place.ends_with(".rs") && path.starts_with(place)))
}

fn collect(root: &Path, folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, texts);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            texts.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// The names of the crates depended on, as Rust spells them: for the program, and for tests alone.
fn dependencies(root: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let manifest: toml::Table = fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let names = |table: &str| manifest[table].as_table().unwrap().keys().map(|k| k.replace('-', "_")).collect();
    (names("dependencies"), names("dev-dependencies"))
}

/// What a path in the sources names.
#[derive(Debug)]
enum What {
    /// Something of this crate, from its root on.
    Own(Vec<String>),
    /// Something of another crate, whose name comes first.
    Foreign(Vec<String>),
}

/// A path found in the sources.
#[derive(Debug)]
struct Name {
    what: What,
    line: usize,
    /// Whether only tests see it.
    test: bool,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Own(path) => write!(f, "crate::{}", path.join("::")),
            What::Foreign(path) => f.write_str(&path.join("::")),
        }
    }
}

impl Name {
    fn foreign(&self) -> Option<&str> {
        match &self.what {
            What::Own(_) => None,
            What::Foreign(path) => path.first().map(String::as_str),
        }
    }

    fn layer(&self) -> Option<&'static Layer> {
        match &self.what {
            What::Own(path) => Layer::of(path.first()?),
            What::Foreign(_) => None,
        }
    }

    fn begins_with(&self, prefix: &str) -> bool {
        let What::Foreign(path) = &self.what else { return false };
        prefix.split("::").enumerate().all(|(i, segment)| path.get(i).is_some_and(|s| s == segment))
    }
}

/// One source file, as tokens.
struct File {
    path: String,
    tokens: Vec<Token>,
    /// Lines before the unit tests.
    lines: usize,
    foreign: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    line: usize,
    /// Whether it stands under `#[cfg(test)]`.
    test: bool,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

impl File {
    fn new(path: &str, text: &str, foreign: &BTreeSet<String>) -> Self {
        let mut tokens = tokens(text);
        mark_tests(&mut tokens);
        // An inline module of tests ends what counts; a lone `#[cfg(test)]` item does not.
        let unit_tests = tokens.windows(3).find(|t| t[0].test && t[0].text == "mod" && t[2].text == "{");
        let all = text.lines().count();
        let lines = unit_tests.map_or(all, |t| t[0].line.saturating_sub(2));
        Self { path: path.to_owned(), tokens, lines, foreign: foreign.clone() }
    }

    fn layer(&self) -> Option<&'static Layer> {
        let inner = self.path.strip_prefix("src/")?;
        Layer::of(inner.split(['/', '.']).next()?)
    }

    /// The modules from the crate's root down to this file.
    fn module(&self) -> Vec<String> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        if ["lib", "main"].contains(&inner) { Vec::new() } else { inner.split('/').map(str::to_owned).collect() }
    }

    /// The files that `mod NAME;` asks for, without `.rs`, and whether for tests only.
    fn declares(&self) -> Vec<(String, bool)> {
        let folder = [vec!["src".to_owned()], self.module()].concat().join("/");
        let semicolon = self.tokens.windows(3).filter(|t| t[0].text == "mod" && t[2].text == ";");
        semicolon.map(|t| (format!("{folder}/{}", t[1].text), t[0].test)).collect()
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &t.text)
    }

    /// Every path named, those in `use` trees spelled out.
    fn names(&self) -> Vec<Name> {
        let mut names = Vec::new();
        // What `use std::time;` makes of the word `time` later on.
        let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut module = self.module();
        let mut depth = 0;
        let mut inline = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let token = &self.tokens[at];
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        module.pop();
                    }
                }
                "mod" if self.text(at + 2) == "{" => {
                    module.push(self.text(at + 1).to_owned());
                    inline.push(depth);
                }
                "use" => {
                    let mut found = Vec::new();
                    at = self.use_tree(at + 1, &[], &mut found);
                    for (path, alias) in found {
                        if path.len() > 1 && self.is_foreign(&path[0]) {
                            aliases.insert(alias, path.clone());
                        }
                        names.extend(self.resolve(&path, &module).map(|what| Name {
                            what,
                            line: token.line,
                            test: token.test,
                        }));
                    }
                    continue;
                }
                _ if token.is_word() && !self.continues(at) => {
                    let mut path = vec![token.text.clone()];
                    while self.text(at + 1) == "::" && self.tokens.get(at + 2).is_some_and(Token::is_word) {
                        path.push(self.text(at + 2).to_owned());
                        at += 2;
                    }
                    if path.len() > 1 {
                        if let Some(whole) = aliases.get(&path[0]) {
                            path.splice(..1, whole.iter().cloned());
                        }
                        names.extend(self.resolve(&path, &module).map(|what| Name {
                            what,
                            line: token.line,
                            test: token.test,
                        }));
                    }
                }
                _ => {}
            }
            at += 1;
        }
        names
    }

    /// Whether the word at `at` goes on with what is before it, so that it begins no path of its own.
    fn continues(&self, at: usize) -> bool {
        match at.checked_sub(1).map(|before| self.text(before)) {
            Some(".") => true,
            // `::tokio` begins a path; `a::b` and `<T as A>::b` go on with one.
            Some("::") => at.checked_sub(2).is_some_and(|b| self.tokens[b].is_word() || self.text(b) == ">"),
            Some(_) | None => false,
        }
    }

    /// Reads the `use` tree at `at` and returns the place after it; each path with the word it is known by here.
    fn use_tree(&self, mut at: usize, stem: &[String], found: &mut Vec<(Vec<String>, String)>) -> usize {
        let mut path = stem.to_vec();
        loop {
            match self.text(at) {
                "::" => at += 1,
                "{" => {
                    at += 1;
                    while !["}", ""].contains(&self.text(at)) {
                        at = self.use_tree(at, &path, found);
                        at += usize::from(self.text(at) == ",");
                    }
                    return at + 1;
                }
                "as" => {
                    found.push((path, self.text(at + 1).to_owned()));
                    return at + 2;
                }
                "*" => {
                    found.push((path, String::new()));
                    return at + 1;
                }
                _ if self.tokens.get(at).is_some_and(Token::is_word) => {
                    // `a::{self}` is `a`.
                    if path.is_empty() || self.text(at) != "self" {
                        path.push(self.text(at).to_owned());
                    }
                    at += 1;
                }
                _ => {
                    let alias = path.last().cloned().unwrap_or_default();
                    found.push((path, alias));
                    return at;
                }
            }
        }
    }

    fn is_foreign(&self, krate: &str) -> bool {
        ["std", "core", "alloc"].contains(&krate) || self.foreign.contains(krate)
    }

    /// What `path` names when it stands in `module`; `None` for what is neither the crate's nor another's for sure,
    /// such as `Self::new`.
    fn resolve(&self, path: &[String], module: &[String]) -> Option<What> {
        let first = path.first()?;
        match first.as_str() {
            "crate" | "akx" => Some(What::Own(path[1..].to_vec())),
            "self" | "super" => {
                let up = path.iter().take_while(|s| *s == "super").count();
                let rest = path[up..].iter().skip_while(|s| *s == "self").cloned();
                let stem = &module[..module.len().saturating_sub(up)];
                Some(What::Own(stem.iter().cloned().chain(rest).collect()))
            }
            krate if self.is_foreign(krate) => Some(What::Foreign(path.to_vec())),
            _ => None,
        }
    }

    /// Macros that this program does not use, outside tests.
    fn macros(&self) -> Vec<(usize, String)> {
        let calls = self.tokens.windows(2).filter(|t| t[1].text == "!" && !t[0].test);
        calls
            .filter(|t| FORBIDDEN_MACROS.contains(&t[0].text.as_str()))
            .map(|t| (t[0].line, t[0].text.clone()))
            .collect()
    }

    /// The lines that call `Client::run` outside tests: by its name, or as a method with its three arguments on
    /// something else than `self`.
    fn sends(&self) -> Vec<usize> {
        // Who may not name the client has none to call, so that `run` is something else there.
        if !self.layer().is_some_and(|l| l.uses.contains(&"client")) {
            return Vec::new();
        }
        let mut lines = Vec::new();
        for at in 1..self.tokens.len() {
            let token = &self.tokens[at];
            if token.text != "run" || token.test {
                continue;
            }
            let before = self.text(at - 1);
            let receiver = at.checked_sub(2).map_or("", |b| self.text(b));
            let by_name = before == "::" && receiver == "Client";
            let method = before == "." && receiver != "self" && self.text(at + 1) == "(" && self.arguments(at + 1) == 3;
            if by_name || method {
                lines.push(token.line);
            }
        }
        lines
    }

    /// How many arguments stand between the parenthesis at `open` and its twin.
    fn arguments(&self, open: usize) -> usize {
        let (mut depth, mut commas, mut bars) = (0, 0, 0);
        for at in open..self.tokens.len() {
            match self.text(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth -= 1;
                    if depth == 0 {
                        let trailing = self.text(at - 1) == ",";
                        return if at == open + 1 { 0 } else { commas + usize::from(!trailing) };
                    }
                }
                "|" => bars += 1,
                // A comma between the bars of a closure's parameters is none of the call's.
                "," if depth == 1 && bars % 2 == 0 => commas += 1,
                _ => {}
            }
        }
        0
    }
}

/// Marks what stands under an attribute such as `#[cfg(test)]` or `#[cfg(all(test, unix))]`.
fn mark_tests(tokens: &mut [Token]) {
    let text = |tokens: &[Token], at: usize| tokens.get(at).map_or(String::new(), |t| t.text.clone());
    let mut at = 0;
    while at < tokens.len() {
        if !(text(tokens, at) == "#" && text(tokens, at + 1) == "[" && text(tokens, at + 2) == "cfg") {
            at += 1;
            continue;
        }
        let start = at;
        let mut end = closing(tokens, at + 1);
        let words: Vec<String> = tokens[start..end].iter().map(|t| t.text.clone()).collect();
        at = end + 1;
        if !words.iter().any(|w| w == "test") || words.iter().any(|w| w == "not") {
            continue;
        }
        // Further attributes, then the item: to its semicolon or to the end of its block.
        while text(tokens, end + 1) == "#" {
            end = closing(tokens, end + 2);
        }
        let is_use = (end + 1..end + 6).any(|i| text(tokens, i) == "use");
        end += 1;
        while end < tokens.len() && text(tokens, end) != ";" {
            if ["{", "(", "["].contains(&text(tokens, end).as_str()) {
                let block = text(tokens, end) == "{" && !is_use;
                end = closing(tokens, end);
                if block {
                    break;
                }
            }
            end += 1;
        }
        let end = end.min(tokens.len().saturating_sub(1));
        tokens[start..=end].iter_mut().for_each(|t| t.test = true);
        at = end + 1;
    }
}

/// Where the bracket that opens at `open` closes.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Rust as words and signs: no comments, no documentation, nothing inside strings and characters.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let is = |at: usize, c: char| chars.get(at) == Some(&c);
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1, 0);
    while at < chars.len() {
        line += chars[counted..at].iter().filter(|c| **c == '\n').count();
        counted = at;
        let start = at;
        match chars[at] {
            c if c.is_whitespace() => at += 1,
            '/' if is(at + 1, '/') => at = (at..chars.len()).find(|i| is(*i, '\n')).unwrap_or(chars.len()),
            '/' if is(at + 1, '*') => {
                let mut depth = 0;
                loop {
                    match (chars.get(at), chars.get(at + 1)) {
                        (Some('/'), Some('*')) => (depth, at) = (depth + 1, at + 2),
                        (Some('*'), Some('/')) => (depth, at) = (depth - 1, at + 2),
                        (Some(_), _) => at += 1,
                        (None, _) => break,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => at = past_string(&chars, at),
            // A character, or a lifetime: 'x' and '\'' close, 'a in <'a> does not.
            '\'' if is(at + 1, '\\') => {
                at = (at + 3..chars.len()).find(|i| is(*i, '\'')).map_or(chars.len(), |i| i + 1)
            }
            '\'' if is(at + 2, '\'') => at += 3,
            '\'' => at += 1 + chars[at + 1..].iter().take_while(|c| in_word(**c)).count(),
            c if in_word(c) => {
                at += chars[at..].iter().take_while(|c| in_word(**c)).count();
                let word: String = chars[start..at].iter().collect();
                let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
                let prefix = ["r", "b", "c", "br", "cr"].contains(&word.as_str());
                if prefix && word.ends_with('r') && is(at + hashes, '"') {
                    at = past_raw_string(&chars, at + hashes, hashes);
                } else if prefix && (is(at, '"') || (word == "b" && is(at, '\''))) {
                    // The next round skips what it prefixes.
                } else if word == "r" && hashes == 1 {
                    at += 1;
                } else if !word.starts_with(|c: char| c.is_ascii_digit()) {
                    tokens.push(Token { text: word, line, test: false });
                }
            }
            ':' if is(at + 1, ':') => {
                tokens.push(Token { text: "::".to_owned(), line, test: false });
                at += 2;
            }
            c => {
                tokens.push(Token { text: c.to_string(), line, test: false });
                at += 1;
            }
        }
    }
    tokens
}

fn past_string(chars: &[char], open: usize) -> usize {
    let mut at = open + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn past_raw_string(chars: &[char], open: usize, hashes: usize) -> usize {
    let ends =
        |at: &usize| chars[*at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (open + 1..chars.len()).find(ends).map_or(chars.len(), |at| at + 1 + hashes)
}
