//! One source file: the paths it names, what it declares, what it calls.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    FORBIDDEN_MACROS, Layer,
    tokens::{self, Token},
};

/// What a path in the sources names.
#[derive(Debug)]
pub(crate) enum What {
    /// Something of this crate, from its root on.
    Own(Vec<String>),
    /// Something of another crate, whose name comes first.
    Foreign(Vec<String>),
}

/// A path found in the sources.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) what: What,
    pub(crate) line: usize,
    /// Whether only tests see it.
    pub(crate) test: bool,
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
    pub(crate) fn foreign(&self) -> Option<&str> {
        match &self.what {
            What::Own(_) => None,
            What::Foreign(path) => path.first().map(String::as_str),
        }
    }

    pub(crate) fn layer(&self) -> Option<&'static Layer> {
        match &self.what {
            What::Own(path) => Layer::of(path.first()?),
            What::Foreign(_) => None,
        }
    }

    pub(crate) fn begins_with(&self, prefix: &str) -> bool {
        let What::Foreign(path) = &self.what else { return false };
        prefix.split("::").enumerate().all(|(i, segment)| path.get(i).is_some_and(|s| s == segment))
    }
}

/// One source file, as tokens.
pub(crate) struct File {
    pub(crate) path: String,
    tokens: Vec<Token>,
    /// Lines before the unit tests.
    pub(crate) lines: usize,
    foreign: BTreeSet<String>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str, foreign: &BTreeSet<String>) -> Self {
        let tokens = tokens::read(text);
        // An inline module of tests ends what counts; a lone `#[cfg(test)]` item does not.
        let unit_tests = tokens.windows(3).find(|t| t[0].test && t[0].text == "mod" && t[2].text == "{");
        let all = text.lines().count();
        let lines = unit_tests.map_or(all, |t| t[0].line.saturating_sub(2));
        Self { path: path.to_owned(), tokens, lines, foreign: foreign.clone() }
    }

    pub(crate) fn layer(&self) -> Option<&'static Layer> {
        let inner = self.path.strip_prefix("src/")?;
        Layer::of(inner.split(['/', '.']).next()?)
    }

    /// The modules from the crate's root down to this file.
    fn module(&self) -> Vec<String> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        if ["lib", "main"].contains(&inner) { Vec::new() } else { inner.split('/').map(str::to_owned).collect() }
    }

    /// The files that `mod NAME;` asks for, without `.rs`, and whether for tests only.
    pub(crate) fn declares(&self) -> Vec<(String, bool)> {
        let folder = [vec!["src".to_owned()], self.module()].concat().join("/");
        let semicolon = self.tokens.windows(3).filter(|t| t[0].text == "mod" && t[2].text == ";");
        semicolon.map(|t| (format!("{folder}/{}", t[1].text), t[0].test)).collect()
    }

    /// Takes the whole file for a test.
    pub(crate) fn mark_as_test(&mut self) {
        self.tokens.iter_mut().for_each(|t| t.test = true);
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &t.text)
    }

    /// Every path named, those in `use` trees spelled out.
    pub(crate) fn names(&self) -> Vec<Name> {
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
    pub(crate) fn macros(&self) -> Vec<(usize, String)> {
        let calls = self.tokens.windows(2).filter(|t| t[1].text == "!" && !t[0].test);
        calls
            .filter(|t| FORBIDDEN_MACROS.contains(&t[0].text.as_str()))
            .map(|t| (t[0].line, t[0].text.clone()))
            .collect()
    }

    /// The lines that call `Client::run` outside tests: by its name, or as a method with its three arguments on
    /// something else than `self`.
    pub(crate) fn sends(&self) -> Vec<usize> {
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
            let method = before == "." && receiver != "self" && self.text(at + 1) == "(" && self.arguments(at + 1) == 4;
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
