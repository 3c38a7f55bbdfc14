//! The examples that a description gives in words, as ActionKit's do: `(example: "…")`, `e.g. "…" or "…"`, `Example: …`.

use super::node::Kind;
use crate::domain::document::Value;

/// How many examples are taken from one description.
const EXAMPLES: usize = 8;
/// How much of a description is looked through, in bytes.
const READ: usize = 16_000;
/// How many marks are looked behind.
const LOOKS: usize = 32;
/// How long an example without quotation marks may be, in bytes.
const BARE: usize = 200;
/// What stands before an example, in lower case; of those at one place the longest counts.
const MARKS: [&str; 13] = [
    "example values: ",
    "example value: ",
    "example value is ",
    "for example: ",
    "for example, ",
    "for example ",
    "for instance ",
    "examples: ",
    "example: ",
    "e.g.: ",
    "e.g., ",
    "e.g. ",
    "such as ",
];

/// The examples in `description`, each once: as what the JSON says where no text is wanted.
pub(super) fn examples_in(description: &str, kind: &Kind) -> Vec<Value> {
    let text = crate::domain::text::start(description, READ);
    // As many bytes as the text itself.
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Value> = Vec::new();
    let mut at = 0;
    for _ in 0..LOOKS {
        let Some((start, mark)) = next_mark(&lower, at) else { break };
        at = start + mark.len();
        let is_enclosed = text[..start].ends_with('(');
        let is_named = mark.starts_with("example");
        for example in examples_behind(&text[at..], is_enclosed, is_named) {
            let value = as_wanted(example, kind);
            if !found.contains(&value) {
                found.push(value);
            }
            if found.len() == EXAMPLES {
                return found;
            }
        }
    }
    found
}

/// The first mark from `from` on, at the beginning of a word.
fn next_mark<'m>(lower: &str, from: usize) -> Option<(usize, &'m str)> {
    let begins = |at: usize| !lower[..at].ends_with(|c: char| c.is_alphanumeric());
    let first = |mark: &'m str| {
        let mut all = lower.get(from..)?.match_indices(mark).map(|(at, _)| at + from);
        all.find(|&at| begins(at)).map(|at| (at, mark))
    };
    MARKS.into_iter().filter_map(first).min_by_key(|(at, mark)| (*at, std::cmp::Reverse(mark.len())))
}

/// The examples that `rest` begins with: quoted ones wherever, a bare one only in brackets, or a word where it is called
/// an example.
fn examples_behind(rest: &str, is_enclosed: bool, is_named: bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut left = rest;
    while let Some((open, close)) = quoted(left) {
        let inside = &left[open.len_utf8()..];
        let Some(end) = end_of_quoted(inside, close, is_enclosed) else { break };
        found.push(inside[..end].trim());
        let behind = inside[end..].trim_start_matches(close);
        match next_listed(behind) {
            Some(next) if found.len() < EXAMPLES => left = next,
            _ => break,
        }
    }
    if found.is_empty() && quoted(rest).is_none() {
        if is_enclosed {
            found.extend(rest.find(')').filter(|end| *end <= BARE).map(|end| rest[..end].trim()));
        } else if is_named {
            found = words(rest);
        }
    }
    found.retain(|example| !example.is_empty());
    found
}

/// The mark that a quotation begins with, and the one it ends with.
fn quoted(text: &str) -> Option<(char, char)> {
    const QUOTES: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')];
    QUOTES.into_iter().find(|(open, _)| text.starts_with(*open))
}

/// What goes on with a list of examples, if `behind` does.
fn next_listed(behind: &str) -> Option<&str> {
    [", or ", " or ", " and ", ", "].iter().find_map(|between| behind.strip_prefix(between))
}

/// Where a quoted example ends. What is quoted may hold the closing mark itself: JSON ends where it is whole, in brackets
/// text ends where the bracket does, else at the first mark behind which the sentence goes on.
fn end_of_quoted(inside: &str, close: char, is_enclosed: bool) -> Option<usize> {
    // A description that holds marks without end is not looked through without end.
    let ends = || inside.match_indices(close).take(64).map(|(end, _)| end);
    let looks_like_json = inside.trim_start().starts_with(['{', '[']);
    if looks_like_json {
        let is_json = |end: &usize| Value::parse(inside[..*end].trim().as_bytes()).is_ok();
        if let Some(end) = ends().find(is_json) {
            return Some(end);
        }
    }
    let behind = |end: usize| &inside[end + close.len_utf8()..];
    let goes_on = |end: usize| !looks_like_json && next_listed(behind(end)).is_some_and(|next| quoted(next).is_some());
    if is_enclosed && let Some(end) = ends().find(|&end| behind(end).starts_with(')') || goes_on(end)) {
        return Some(end);
    }
    ends().find(|&end| !behind(end).starts_with(char::is_alphanumeric))
}

/// What a sentence gives as examples without quoting them: one word, or words with commas between them, up to its end.
fn words(rest: &str) -> Vec<&str> {
    let line = rest.lines().next().unwrap_or_default();
    let end = line.find(". ").unwrap_or(line.len());
    let listed: Vec<&str> = line[..end].trim().trim_end_matches(['.', ';', ')']).split(", ").collect();
    let is_word = |word: &&str| !word.is_empty() && word.len() <= BARE && !word.contains(char::is_whitespace);
    if listed.iter().all(is_word) { listed } else { Vec::new() }
}

fn as_wanted(example: &str, kind: &Kind) -> Value {
    // Some descriptions quote JSON with the quotation marks in it escaped.
    let unescaped = || Value::parse(example.replace("\\\"", "\"").as_bytes()).ok().filter(|_| example.contains("\\\""));
    let json = || Value::parse(example.as_bytes()).ok().or_else(unescaped);
    let value = match kind {
        Kind::Text | Kind::Choice | Kind::Const(_) => None,
        Kind::Number { .. } | Kind::Toggle => json(),
        Kind::Object | Kind::Array | Kind::Map | Kind::Variant | Kind::Any => {
            json().filter(|_| example.starts_with(['{', '[']))
        }
    };
    value.unwrap_or_else(|| Value::from(example))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(description: &str, kind: &Kind) -> String {
        let all: Vec<String> = examples_in(description, kind).iter().map(Value::to_json).collect();
        all.join(" ")
    }

    #[test]
    fn every_wording_of_real_descriptions_is_known() {
        for (description, examples) in [
            ("Folder. (example: \"{{settings.folder}}\")", r#""{{settings.folder}}""#),
            ("Channel (example: \"C01\"). Or from a setting (example: \"{{x}}\")", r#""C01" "{{x}}""#),
            ("Type (example: \"Account\" or \"Subscription__c\")", r#""Account" "Subscription__c""#),
            ("Fields (example: email, firstname) (more)", r#""email, firstname""#),
            ("Sender (example: \"Name (me) <a@example.com>\") too", r#""Name (me) <a@example.com>""#),
            ("Filter by user email; e.g. \"jane@example.com\"", r#""jane@example.com""#),
            ("The object type ID; e.g. 'companies'", r#""companies""#),
            ("Tags to apply; e.g. `[\"enterprise\", \"other_tag\"]`", r#""[\"enterprise\", \"other_tag\"]""#),
            ("Operation Type; e.g. \"CREATE_RECORD\" or \"UPDATE_RECORD\"", r#""CREATE_RECORD" "UPDATE_RECORD""#),
            ("Subject; e.g. \"Help, my printer is on fire!\"", r#""Help, my printer is on fire!""#),
            ("Comment; e.g. \"Thanks for your help!\"; HTML allowed", r#""Thanks for your help!""#),
            ("any of the emoji available to your team (e.g. :dog:)", r#"":dog:""#),
            ("Sort direction. Example: ascending, descending", r#""ascending" "descending""#),
            ("The day. Example value: 2025-02-18.", r#""2025-02-18""#),
            ("A name, for example \"x\" or such as 'y'", r#""x" "y""#),
            ("A colour, for example, “red”", r#""red""#),
            ("A query. Example: What contacts do I have with this email?", ""),
            ("Bot icon; e.g. :dog:; image URL or :emoji:", ""),
            ("No example here, e.g. nothing", ""),
            ("counterexample: x", ""),
            ("(example: ", ""),
            ("(example: \"", ""),
            ("(example: \"\")", ""),
            ("(example: )", ""),
            ("(example: \"a", ""),
            ("e.g. ", ""),
        ] {
            assert_eq!(told(description, &Kind::Text), examples, "{description}");
        }
    }

    #[test]
    fn what_is_no_text_is_the_json_it_says() {
        let json = |description: &str| told(description, &Kind::Any);
        assert_eq!(json("Cover (example: \"{\n \"a\": [1]\n}\")"), r#"{"a":[1]}"#);
        assert_eq!(json("Block (example: \"{\"t\": \"(\\\"x\\\")\"}\")"), r#"{"t":"(\"x\")"}"#);
        assert_eq!(
            json("Blocks (example: \"[\n { \\\"t\\\": \\\"x\\\", \\\"u\\\": {\\\"v\\\": 1} }\n]\")"),
            r#"[{"t":"x","u":{"v":1}}]"#
        );
        assert_eq!(json("Tags; e.g. `[\"a\", \"b\"]`"), r#"["a","b"]"#);
        assert_eq!(json("Half (example: \"{\n \"a\": 1,\n}\")"), "\"{\\n \\\"a\\\": 1,\\n}\"");
        assert_eq!(told("Id; e.g. \"35436\"", &Kind::Number { integer: true }), "35436");
        assert_eq!(told("Id; e.g. \"35436\"", &Kind::Text), "\"35436\"");
        assert_eq!(told("Id; e.g. \"x\"", &Kind::Number { integer: true }), "\"x\"");
    }

    #[test]
    fn marks_without_end_are_soon_done_with() {
        assert!(examples_in(&"e.g. \"".repeat(10_000), &Kind::Text).len() <= EXAMPLES);
        assert!(examples_in(&"(example: \"{".repeat(10_000), &Kind::Any).len() <= EXAMPLES);
    }
}
