//! Rust as words and signs: no comments, no documentation, nothing inside strings and characters.

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
    /// Whether it stands under `#[cfg(test)]`.
    pub(crate) test: bool,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The tokens of a source file, those that only tests see marked.
pub(crate) fn read(text: &str) -> Vec<Token> {
    let mut tokens = split(text);
    mark_tests(&mut tokens);
    tokens
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

fn split(text: &str) -> Vec<Token> {
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
                at = (at + 3..chars.len()).find(|i| is(*i, '\'')).map_or(chars.len(), |i| i + 1);
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
