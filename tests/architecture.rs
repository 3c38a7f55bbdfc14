//! The architecture, proved from the text of `src/**`: which layer may use which, which crate stops where, who sends a
//! run, and how long a file may grow.
//!
//! The rules stand in tables on top; the checker reads Rust as tokens, so that comments, strings and
//! documentation never count. `planted_violations_are_seen` shows that each rule bites.

#![expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use source::{File, Name, What};

#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/tokens.rs"]
mod tokens;

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
            "csv",
            "fuzzy_matcher",
            "jaq_core",
            "jaq_json",
            "jaq_std",
            "jiff",
            "jsonschema",
            "memchr",
            "pulldown_cmark",
            "ring",
            "rustls_pki_types",
            "secrecy",
            "serde",
            "serde_json",
            "strsim",
            "thiserror",
            "tiktoken_rs",
            "unicode_segmentation",
            "unicode_width",
        ],
        never: EFFECTS,
    },
    Layer {
        modules: &["settings", "paths"],
        uses: &["domain"],
        crates: &["directories", "secrecy", "strsim", "toml", "toml_edit"],
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
        crates: &["flate2", "ring", "rusqlite"],
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
        never: &["std::env", "std::process"],
    },
    Layer { modules: &["app"], uses: &["domain"], crates: &["ratatui", "tui_textarea"], never: EFFECTS },
    Layer { modules: &["ui"], uses: &["app", "domain"], crates: &["ratatui", "unicode_segmentation"], never: EFFECTS },
    Layer {
        modules: &["runtime"],
        uses: &["domain", "settings", "client", "store", "app", "ui"],
        crates: &["base64", "crossterm", "futures_util", "ratatui", "ring", "rustix", "secrecy", "tokio", "tracing"],
        never: &["std::env", "std::net"],
    },
    Layer {
        modules: &["cli"],
        uses: &["domain", "settings", "client", "store", "sandbox", "app", "ui", "runtime"],
        crates: &[
            "base64",
            "clap",
            "clap_complete",
            "clap_mangen",
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
    ("tiktoken_rs", &["src/domain/budget/count.rs"]),
    ("jsonschema", &["src/domain/schema/"]),
    ("pulldown_cmark", &["src/domain/markdown.rs"]),
    ("jaq_core", &["src/domain/document/query.rs"]),
    ("jaq_json", &["src/domain/document/query.rs", "src/domain/document/query/value.rs"]),
    ("jaq_std", &["src/domain/document/query.rs"]),
    // The command line asks how wide the terminal is, nothing else.
    ("crossterm", &["src/runtime/input.rs", "src/runtime/terminal.rs", "src/cli/output.rs"]),
    ("crossterm::event", &["src/runtime/input.rs", "src/runtime/terminal.rs"]),
    ("ratatui", &["src/app/geometry.rs", "src/ui.rs", "src/ui/", "src/runtime/session.rs", "src/runtime/terminal.rs"]),
    ("reqwest::Error", &["src/client/error"]),
    ("rustls", &["src/client/transport.rs", "src/client/error"]),
    ("axum", &["src/sandbox.rs", "src/sandbox/server"]),
    ("clap", &["src/cli.rs", "src/cli/options.rs", "src/cli/options", "src/cli/manuals.rs"]),
    ("toml", &["src/settings/file.rs", "src/settings/write.rs"]),
    ("directories", &["src/paths.rs"]),
    ("rustix", &["src/runtime/signals.rs", "src/runtime/jq.rs"]),
    ("httpdate", &["src/client/retry.rs"]),
    ("rusqlite", &["src/store/history"]),
    ("flate2", &["src/store/history"]),
    ("csv", &["src/domain/rows/file.rs"]),
    // The sandbox keeps its worlds in one file's care; everybody else's files are the lower layers' business.
    (
        "std::fs",
        &[
            "src/paths",
            "src/settings",
            "src/store",
            "src/client/transport.rs",
            "src/runtime/editor.rs",
            // What a person picks to go along in a parameter.
            "src/runtime/files.rs",
            "src/runtime/perform/saving.rs",
        ],
    ),
    // Arguments are read where the program starts.
    ("std::env", &["src/settings/environment.rs", "src/cli.rs"]),
    ("std::process::Command", &["src/settings/token.rs", "src/runtime/editor.rs", "src/runtime/programs.rs"]),
];

/// Macros that write past the one place that prints, or that are left over.
const FORBIDDEN_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Where `Client::run` is called for a person: so that guard rails stand in two places and no third. That it takes their
/// leave, which nothing else can make, the compiler proves (`guard::Clearance`).
const SENDERS: &[&str] = &["src/cli/run.rs", "src/runtime/perform/running.rs"];

/// What unit tests may name beyond their layer's crates and the dev-dependencies, with the reason.
const TESTS_MAY: &[(&str, &str, &str)] = &[
    ("src/sandbox/catalogue/tests.rs", "jsonschema", "every schema served is checked against its meta-schema"),
    ("src/sandbox/custom.rs", "jsonschema", "so is every schema with a user's own fields"),
];

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

/// Where a violation is planted ⇒ the source ⇒ what is said of it.
const PLANTED: &str = r##"
src/domain/text.rs     ⇒ use crate::app::App; ⇒ domain must not use app
src/domain/text.rs     ⇒ use crate::{domain::now::Now, client::{Client, Target}}; ⇒ domain must not use client
src/domain/form/row.rs ⇒ fn f() { super::super::super::sandbox::start(); } ⇒ domain must not use sandbox
src/domain/text.rs     ⇒ mod inner { use super::super::super::ui as looks; } ⇒ domain must not use ui
src/sandbox/server.rs  ⇒ fn f(c: &crate::client::Client) {} ⇒ sandbox must not use client
src/app/update.rs      ⇒ #[cfg(test)] mod tests { use crate::runtime::Session; } ⇒ app must not use runtime
src/ui/paint.rs        ⇒ use crate::store::drafts::{self, Drafts}; ⇒ ui must not use store
src/runtime/host.rs    ⇒ type T = Vec<crate::sandbox::Running>; ⇒ runtime must not use sandbox
src/main.rs            ⇒ fn main() { akx::runtime::explore(); } ⇒ main must not use runtime
src/cli/run.rs         ⇒ use crate::Client; ⇒ crate::Client belongs to no layer
src/domain/text.rs     ⇒ fn f() { tokio::spawn(async {}); } ⇒ domain must not name the crate tokio
src/domain/text.rs     ⇒ use ::ratatui::style::Color; ⇒ domain must not name the crate ratatui
src/domain/text.rs     ⇒ #[derive(clap::ValueEnum)] enum E {} ⇒ domain must not name the crate clap
src/app/state.rs       ⇒ use {std::fmt, crossterm::event::Event}; ⇒ app must not name the crate crossterm
src/store.rs           ⇒ use reqwest as r; ⇒ store must not name the crate reqwest
src/client/pace.rs     ⇒ fn f<T: ratatui::widgets::Widget>() {} ⇒ client must not name the crate ratatui
src/domain/text.rs     ⇒ use proptest::prelude::*; ⇒ domain must not name the crate proptest
src/domain/text.rs     ⇒ use std::{fmt, fs::File}; ⇒ domain must not name std::fs::File
src/domain/text.rs     ⇒ fn f() { std::env::args(); } ⇒ domain must not name std::env::args
src/app/state.rs       ⇒ use std::time::{Duration, Instant}; ⇒ app must not name std::time::Instant
src/ui.rs              ⇒ use std::time; fn f() { time::SystemTime::now(); } ⇒ ui must not name std::time::SystemTime
src/app/state.rs       ⇒ use tui_textarea::TextArea; ⇒ tui_textarea belongs in
src/app/state.rs       ⇒ use ratatui::layout::Rect; ⇒ ratatui belongs in
src/runtime/perform.rs ⇒ use crossterm::event::KeyCode; ⇒ crossterm belongs in
src/cli/output.rs      ⇒ use crossterm::event::KeyCode; ⇒ crossterm::event belongs in
src/client/retry.rs    ⇒ fn f(e: reqwest::Error) {} ⇒ reqwest::Error belongs in
src/client/retry.rs    ⇒ use reqwest::{Method, Error}; ⇒ reqwest::Error belongs in
src/domain/search.rs   ⇒ use fuzzy_matcher::FuzzyMatcher; ⇒ fuzzy_matcher belongs in
src/settings.rs        ⇒ fn f() { std::env::vars(); } ⇒ std::env belongs in
src/cli/list.rs        ⇒ fn f() { println!("x"); } ⇒ println! is not for this program
src/domain/text.rs     ⇒ fn f() { let x = dbg!(1); } ⇒ dbg! is not for this program
src/cli/list.rs        ⇒ async fn f() { client.run(&leave, &request, now, |a, b| {}).await; } ⇒ sends a run
src/cli/list.rs        ⇒ fn f() { let send = Client::run; } ⇒ sends a run
src/cli/run.rs         ⇒ fn f() { a.run(&l, &r, now, p); b.run(&l, &r, now, p); } ⇒ sends a run
src/domain/text.rs     ⇒ const A: char = '"'; use crate::ui; const B: char = '"'; ⇒ domain must not use ui
src/domain/text.rs     ⇒ /* a /* b */ c */ use crate::ui; ⇒ domain must not use ui
src/domain/text.rs     ⇒ const A: &str = r#"\"#; use crate::ui; ⇒ domain must not use ui
src/helpers.rs         ⇒ ⇒ has no layer
src/bin/other.rs       ⇒ ⇒ has no layer
src/domain/form/mod.rs ⇒ ⇒ mod.rs
src/domain/stray.rs    ⇒ fn f() {} ⇒ no module declares it
"##;

/// Where ⇒ a source that breaks no rule.
const INNOCENT: &str = r##"
src/domain/text.rs     ⇒ /// Never names tokio::spawn, nor [`crate::app::App`].
src/domain/text.rs     ⇒ /* use crate::ui; /* nested tokio::x */ std::fs::read */ fn f() {}
src/domain/text.rs     ⇒ const A: &str = "tokio::x \" crate::ui::y";
src/domain/text.rs     ⇒ const A: &str = r#"std::fs::read(" crate::ui::x"#;
src/domain/text.rs     ⇒ const A: &[u8] = br"tokio::x"; const B: &[u8] = b"\"tokio::x";
src/domain/text.rs     ⇒ fn f<'a>(x: &'a str) -> char { let _ = ('\'', '"', b'"'); 'x' }
src/domain/text.rs     ⇒ use super::catalogue::Catalogue; mod inner { use super::super::form::Form; }
src/domain/text.rs     ⇒ use std::time::Duration; fn f(tokio: u8) { enum tui {} tui::app(); }
src/domain/text.rs     ⇒ #[cfg(test)] mod tests { use proptest::prelude::*; fn f() { std::fs::read("x"); } }
src/app/geometry.rs    ⇒ pub use ratatui::layout::{Position, Rect};
src/runtime/perform.rs ⇒ impl P { fn f(&self) { self.run(id, request, now); next.run(request); } }
"##;

#[test]
fn planted_violations_are_seen() {
    for row in PLANTED.trim().lines() {
        let mut parts = row.split('⇒').map(str::trim);
        let (path, text, expected) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let violations = Tree::planted(path, text).check();
        let seen = violations.iter().any(|v| v.path == path && v.what.contains(expected));
        assert!(seen, "{row}\ngot {violations:?}");
    }
    let long = Tree::planted("src/ui/paint.rs", &"\n".repeat(BUDGET + 1)).check();
    assert!(long.iter().any(|v| v.what.contains("601 lines")), "{long:?}");
}

#[test]
fn the_innocent_are_left_alone() {
    for row in INNOCENT.trim().lines() {
        let (path, text) = row.split_once('⇒').unwrap();
        let violations = Tree::planted(path.trim(), text).check();
        assert!(violations.is_empty(), "{row}\ngot {violations:?}");
    }
    let lines = "\n".repeat(BUDGET);
    let short = Tree::planted("src/ui/paint.rs", &format!("{lines}#[cfg(test)]\nmod tests {{\n{lines}}}"));
    assert!(short.check().is_empty(), "unit tests do not count");
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
                file.mark_as_test();
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
                    said.push(format!("crate::{module} belongs to no layer"));
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
    places.iter().any(|place| path == *place || (!is_rust(Path::new(place)) && path.starts_with(place)))
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "rs")
}

fn collect(root: &Path, folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, texts);
        } else if is_rust(&path) {
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
