//! A document as numbered lines with colours by role: laid out, as received, or as bytes; only the lines asked for are
//! made.

use std::{fmt::Write as _, ops::Range};

use super::{
    Content, Document, NodeId, Part, Tree,
    decode::raw_preview,
    index::{NONE, key_before},
    scan,
};
use crate::domain::text::{human_size, width_of};

/// Longer lines of a body go on in the next line, however wide the screen is.
pub const LONGEST: usize = 1024;

/// However narrow it is, a line has room for so many columns.
const SHORTEST: usize = 20;

/// From this width on a hex dump has sixteen bytes a line, below it eight.
const SIXTEEN: usize = 76;

/// How many bytes of a text a laid-out line shows at most.
const SCALAR: usize = 4096;

/// Deeper levels are not indented any further, or text as deep as JSON may go would be mostly space.
const INDENTED: usize = 200;

/// Every how many lines of a body there is a mark.
const STRIDE: usize = 64;

/// What a piece of a line is; the interface colours by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Token {
    /// An object's key, with its quotes.
    Key,
    /// A string, with its quotes.
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
    /// Brackets, commas, colons and space.
    Punctuation,
    /// Anything that is not JSON.
    Text,
    /// A remark of akx, such as how much of a text is left out.
    Remark,
}

/// One line: pieces of safe text, bounded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The pieces in order.
    pub spans: Vec<(Token, String)>,
    /// Whether it goes on from the line before, which was too long.
    pub continued: bool,
}

/// How a document is laid out in lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(Layout);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Layout {
    #[default]
    Nothing,
    /// Every row of a wholly unfolded tree is a line.
    Pretty(Tree),
    /// Where every [`STRIDE`]th line starts.
    Received { marks: Vec<usize>, count: usize, columns: usize },
    /// So many bytes a line.
    Bytes { count: usize, line: usize },
}

impl Lines {
    /// JSON laid out for people; anything else as received, wrapped at `columns`.
    pub fn pretty(document: &Document, columns: usize) -> Self {
        if !document.is_json() {
            return Self::received(document, columns);
        }
        let mut tree = Tree::default();
        tree.unfold_all(document);
        Self(Layout::Pretty(tree))
    }

    /// The body as received, lines longer than `columns` going on in the next, after a space where there is one near;
    /// bytes that are not text as a hex dump.
    pub fn received(document: &Document, columns: usize) -> Self {
        let body = document.bytes();
        let columns = columns.clamp(SHORTEST, LONGEST);
        match document.content() {
            Content::Empty => return Self(Layout::Nothing),
            Content::Binary { .. } => {
                let line = if columns < SIXTEEN { 8 } else { 16 };
                return Self(Layout::Bytes { count: body.len().div_ceil(line), line });
            }
            Content::Json | Content::CutJson { .. } | Content::Text | Content::Html | Content::Xml => {}
        }
        let (mut marks, mut count, mut at) = (Vec::new(), 0, 0);
        while at < body.len() {
            if count % STRIDE == 0 {
                marks.push(at);
            }
            count += 1;
            at = line(body, at, columns).1;
        }
        Self(Layout::Received { marks, count, columns })
    }

    /// Whether they are as they would be at `columns`.
    pub fn fit(&self, columns: usize) -> bool {
        match &self.0 {
            Layout::Nothing | Layout::Pretty(_) => true,
            Layout::Received { columns: these, .. } => *these == columns.clamp(SHORTEST, LONGEST),
            Layout::Bytes { line, .. } => (*line == 16) == (columns >= SIXTEEN),
        }
    }

    /// The byte of the text as received that `line` begins with; 0 where it is laid out.
    pub fn offset(&self, document: &Document, line: usize) -> usize {
        match &self.0 {
            Layout::Nothing | Layout::Pretty(_) => 0,
            Layout::Bytes { line: bytes, .. } => line * bytes,
            Layout::Received { marks, columns, .. } => {
                let Some(&mark) = marks.get(line / STRIDE) else { return document.size() };
                (0..line % STRIDE).fold(mark, |at, _| self::line(document.bytes(), at, *columns).1)
            }
        }
    }

    /// How many lines there are.
    pub const fn count(&self) -> usize {
        match &self.0 {
            Layout::Nothing => 0,
            Layout::Pretty(tree) => tree.row_count(),
            Layout::Received { count, .. } | Layout::Bytes { count, .. } => *count,
        }
    }

    /// The line that shows `node`, or its beginning.
    pub fn line_of(&self, document: &Document, node: NodeId) -> usize {
        match &self.0 {
            Layout::Pretty(tree) => tree.row_of(document, node).unwrap_or(0),
            Layout::Nothing | Layout::Received { .. } | Layout::Bytes { .. } => self.line_at(document, node.0 as usize),
        }
    }

    /// The line of the text as received that the byte at `offset` is on.
    pub fn line_at(&self, document: &Document, offset: usize) -> usize {
        match &self.0 {
            Layout::Nothing | Layout::Pretty(_) => 0,
            Layout::Bytes { line, .. } => offset / line,
            Layout::Received { marks, count, columns } => {
                let body = document.bytes();
                let before = marks.partition_point(|&mark| mark <= offset).saturating_sub(1);
                let mut at = marks.get(before).copied().unwrap_or(0);
                let mut number = before * STRIDE;
                while number + 1 < *count {
                    at = line(body, at, *columns).1;
                    if at > offset {
                        break;
                    }
                    number += 1;
                }
                number
            }
        }
    }

    /// The lines in `range`, which may reach beyond the end.
    pub fn get(&self, document: &Document, range: Range<usize>) -> Vec<Line> {
        let range = range.start..range.end.min(self.count());
        let mut lines = Vec::with_capacity(range.len());
        match &self.0 {
            Layout::Nothing => {}
            Layout::Pretty(tree) => tree.walk(document, range, |step| lines.push(pretty(document, step))),
            Layout::Received { columns, .. } => {
                let body = document.bytes();
                let mut at = self.offset(document, range.start);
                for _ in range {
                    let (end, next) = line(body, at, *columns);
                    let continued = at > 0 && body[at - 1] != b'\n';
                    lines.push(Line { spans: coloured(document, at..end), continued });
                    at = next;
                }
            }
            Layout::Bytes { line, .. } => {
                lines.extend(range.map(|i| Line { spans: hex(document.bytes(), i * line, *line), continued: false }));
            }
        }
        lines
    }
}

/// The end of the line that starts at `start`, and the start of the next one.
fn line(body: &[u8], start: usize, columns: usize) -> (usize, usize) {
    let near = &body[start..body.len().min(start + LONGEST)];
    let ends = memchr::memchr(b'\n', near);
    let text = &near[..ends.unwrap_or(near.len())];
    let text = if ends.is_some() { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
    let room = fitting(text, columns);
    if room == text.len()
        && let Some(at) = ends
    {
        return (start + text.len(), start + at + 1);
    }
    if start + room == body.len() {
        return (body.len(), body.len());
    }
    // No word is cut that is not longer than a third of the line.
    let words = text[room - room / 3..room].iter().rposition(|&b| b == b' ');
    let end = start + words.map_or(room, |at| room - room / 3 + at + 1);
    (end, end)
}

/// How many bytes of `text`, which has no line breaks, find room in `columns`; at least one, where there is any.
fn fitting(text: &[u8], columns: usize) -> usize {
    let plain = |b: &u8| (b' '..=b'~').contains(b);
    let easy = &text[..text.len().min(columns)];
    if easy.iter().all(plain) && (text.len() <= columns || plain(&text[columns])) {
        return easy.len();
    }
    // What stands last may be a character that the limit on a line's length cuts in two.
    let cut = text.utf8_chunks().last().map_or(0, |chunk| chunk.invalid().len());
    let text = if text.len() == LONGEST && cut < LONGEST { &text[..LONGEST - cut] } else { text };
    let (mut taken, mut used) = (0, 0);
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            used += width_of(c);
            if used > columns && taken > 0 {
                return taken;
            }
            taken += c.len_utf8();
        }
        for _ in chunk.invalid() {
            // `‹FF›`
            used += 4;
            if used > columns && taken > 0 {
                return taken;
            }
            taken += 1;
        }
    }
    taken
}

/// One row of the wholly unfolded tree, as JSON.
fn pretty(document: &Document, step: &super::tree::Step) -> Line {
    let (body, index) = (&document.body, &document.index);
    let mut spans = Spans::default();
    let (more, has_key) = (step.more, step.is_member(document));
    spans.push(Token::Punctuation, &" ".repeat(2 * step.depth.min(INDENTED)));
    let start = step.node.0 as usize;
    let raw = &body[start..step.end as usize];
    if has_key && matches!(step.part, Part::Whole | Part::Open | Part::Folded) {
        let key = key_before(body, step.node.0).unwrap_or_default();
        let (text, cut) = raw_preview(key, SCALAR);
        spans.push(Token::Key, &format!("\"{text}{}", if cut { "…\"" } else { "\"" }));
        spans.push(Token::Punctuation, ": ");
    }
    let object = raw.first() == Some(&b'{');
    match step.part {
        Part::Whole => spans.value(raw),
        Part::Open | Part::Folded => spans.push(Token::Punctuation, if object { "{" } else { "[" }),
        Part::Close => spans.push(Token::Punctuation, if object { "}" } else { "]" }),
        Part::Broken => {
            if let (Some(why), true) = (document.goes_on, step.breaks) {
                spans.push(Token::Remark, &format!("… {why}"));
            } else if let Some(broke) = index.broke.filter(|_| step.breaks) {
                spans.push(Token::Text, &raw_preview(body[broke.at as usize..].trim_ascii(), LONGEST).0);
                spans.push(Token::Remark, &format!(" ← broke here: expected {}", broke.expected));
            }
        }
    }
    if more && matches!(step.part, Part::Whole | Part::Close) {
        spans.push(Token::Punctuation, ",");
    }
    Line { spans: spans.0, continued: false }
}

#[derive(Default)]
struct Spans(Vec<(Token, String)>);

impl Spans {
    fn push(&mut self, token: Token, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some((last, before)) if *last == token => before.push_str(text),
            _ => self.0.push((token, text.to_owned())),
        }
    }

    fn raw(&mut self, token: Token, raw: &[u8]) {
        self.push(token, &raw_preview(raw, usize::MAX).0);
    }

    /// A scalar, an empty container, or one that is too deep.
    fn value(&mut self, raw: &[u8]) {
        match raw {
            [b'{' | b'[', inside @ .., close] if inside.trim_ascii().is_empty() => {
                self.push(Token::Punctuation, if *close == b'}' { "{}" } else { "[]" });
            }
            _ => {
                let (text, cut) = raw_preview(raw, SCALAR);
                self.push(scalar(raw), &text);
                if cut {
                    self.push(Token::Remark, &format!(" … {} in all", human_size(raw.len() as u64)));
                }
            }
        }
    }
}

fn scalar(raw: &[u8]) -> Token {
    match raw.first() {
        Some(b'"') => Token::String,
        Some(b'-' | b'0'..=b'9') => Token::Number,
        Some(b't' | b'f') => Token::Bool,
        Some(b'n') => Token::Null,
        Some(b'{' | b'[') => Token::Punctuation,
        _ => Token::Text,
    }
}

/// A stretch of the body as received.
fn coloured(document: &Document, range: Range<usize>) -> Vec<(Token, String)> {
    let body = document.bytes();
    let mut spans = Spans::default();
    let readable = if document.is_json() { document.index.limit(body) as usize } else { 0 };
    let mut at = range.start;
    let (json_end, end) = (range.end.min(readable), range.end);
    if at < json_end
        && let Some((start, string_end)) = string_around(document, at)
    {
        let stop = string_end.min(json_end);
        spans.raw(string_or_key(body, start, string_end), &body[at..stop]);
        at = stop;
    }
    while at < json_end {
        let (token, stop) = match body[at] {
            b'"' => {
                let string_end = document.index.scalar_end(body, u32::try_from(at).unwrap_or(u32::MAX)) as usize;
                (string_or_key(body, at, string_end), string_end)
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => (Token::Punctuation, at + 1),
            _ => {
                let rest = &body[at..json_end];
                let len = rest.iter().position(|b| b" \t\r\n,:]}\"".contains(b)).unwrap_or(rest.len()).max(1);
                (scalar(rest), at + len)
            }
        };
        let stop = stop.clamp(at + 1, json_end);
        spans.raw(token, &body[at..stop]);
        at = stop;
    }
    spans.raw(Token::Text, &body[at.min(end)..end]);
    spans.0
}

fn string_or_key(body: &[u8], start: usize, end: usize) -> Token {
    let colon = body.get(scan::space(body, end)) == Some(&b':');
    if colon && end > start { Token::Key } else { Token::String }
}

/// The string around `offset`, if it lies inside one: where it starts and ends.
fn string_around(document: &Document, offset: usize) -> Option<(usize, usize)> {
    let (body, index) = (document.bytes(), &document.index);
    let offset = u32::try_from(offset).ok()?;
    let (container, _) = index.place(body, offset);
    let mark = index.mark_before(container, offset).map(|mark| mark.offset);
    let mut value = if container == NONE { index.root? } else { mark.or_else(|| index.first(body, container))? };
    loop {
        if offset <= value {
            let key = key_before(body, value)?;
            // Where the key's text starts in the body: it is a slice of it, before the value.
            let key_end = body[..value as usize].trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().len();
            let start = key_end - key.len() - 2;
            let inside = (offset as usize) > start && (offset as usize) < key_end;
            return inside.then_some((start, key_end));
        }
        let end = index.end(body, value);
        if offset < end {
            return (body[value as usize] == b'"').then_some((value as usize, end as usize));
        }
        value = if container == NONE { None } else { index.next(body, container, end) }?;
    }
}

/// A line of a hex dump, of `line` bytes: offset, bytes, characters.
fn hex(body: &[u8], at: usize, line: usize) -> Vec<(Token, String)> {
    let bytes = &body[at.min(body.len())..body.len().min(at + line)];
    let mut codes = String::new();
    for (i, b) in bytes.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(codes, "{}{b:02x} ", if i == 8 { " " } else { "" });
    }
    let text = bytes.iter().map(|&b| if (b' '..=b'~').contains(&b) { char::from(b) } else { '·' }).collect();
    vec![
        (Token::Remark, format!("{at:08x}  ")),
        (Token::Number, format!("{codes:<wide$}", wide = line * 3 + 1 + usize::from(line > 8))),
        (Token::Text, text),
    ]
}

/// `node` laid out as JSON: two spaces a level, one member or item a line, empty ones closed up. Numbers and strings
/// stay as they were written.
pub(super) fn laid_out(document: &Document, node: NodeId) -> String {
    let raw = super::exact(document, node);
    let mut out = Vec::with_capacity(raw.len() * 3 / 2);
    let (mut at, mut depth) = (0, 0_usize);
    let new_line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.resize(out.len() + 2 * depth.min(INDENTED), b' ');
    };
    while let Some(&b) = raw.get(at) {
        let mut next = at + 1;
        match b {
            b'{' | b'[' => {
                out.push(b);
                let inside = scan::space(raw, at + 1);
                if let Some(close @ (b'}' | b']')) = raw.get(inside) {
                    out.push(*close);
                    next = inside + 1;
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(b);
            }
            b',' => {
                out.push(b);
                new_line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                next = scan::scalar_end(raw, at).unwrap_or(raw.len());
                out.extend_from_slice(&raw[at..next]);
            }
        }
        at = next;
    }
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        Value, lookup,
        testing::{any_json, document, nearly_json},
    };

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|l| l.spans.iter().map(|s| s.1.as_str()).collect()).collect()
    }

    fn tokens(line: &Line) -> Vec<(Token, &str)> {
        line.spans.iter().map(|(t, s)| (*t, s.as_str())).collect()
    }

    #[test]
    fn laid_out_with_colours() {
        let d = document(r#"{"a":[1.50,true,null],"b" : "x\ny","c":{ }}"#);
        let lines = Lines::pretty(&d, LONGEST).get(&d, 0..99);
        assert_eq!(
            texts(&lines),
            [
                "{",
                "  \"a\": [",
                "    1.50,",
                "    true,",
                "    null",
                "  ],",
                "  \"b\": \"x\\ny\",",
                "  \"c\": {}",
                "}"
            ]
        );
        assert_eq!(
            tokens(&lines[6]),
            [
                (Token::Punctuation, "  "),
                (Token::Key, "\"b\""),
                (Token::Punctuation, ": "),
                (Token::String, "\"x\\ny\""),
                (Token::Punctuation, ","),
            ]
        );
    }

    #[test]
    fn as_received_with_colours_from_any_line_on() {
        let long = "long ".repeat(LONGEST);
        let body = format!("{{ \"k{long}\" :\"{long}\",\r\n\"n\":[-1,true]}}");
        let d = document(&body);
        let lines = Lines::received(&d, LONGEST);
        let all = lines.get(&d, 0..lines.count());
        assert_eq!(texts(&all).concat(), body.replace("\r\n", ""));
        assert_eq!(tokens(&all[1])[0].0, Token::Key);
        assert!(all[1].continued && !all[0].continued);
        assert_eq!(tokens(&all[7])[0].0, Token::String);
        assert_eq!(
            tokens(all.last().unwrap()),
            [
                (Token::Key, "\"n\""),
                (Token::Punctuation, ":["),
                (Token::Number, "-1"),
                (Token::Punctuation, ","),
                (Token::Bool, "true"),
                (Token::Punctuation, "]}"),
            ]
        );
    }

    #[test]
    fn lines_end_where_the_screen_does() {
        let lines_of = |text: &[u8], columns: usize| {
            let d = Document::read(text.into(), Some("text/plain"));
            let lines = Lines::received(&d, columns);
            assert!(lines.fit(columns) && !lines.fit(columns + 1));
            texts(&lines.get(&d, 0..99))
        };
        assert_eq!(lines_of(b"A text of some words,\nand another", 20), ["A text of some ", "words,", "and another"]);
        assert_eq!(lines_of(b"xxxxxxxxxxxxxxxxxxxxxxxxxy", 20), ["xxxxxxxxxxxxxxxxxxxx", "xxxxxy"], "no space is near");
        assert_eq!(lines_of("日本語テキスト日本語テキスト".as_bytes(), 20), ["日本語テキスト日本語", "テキスト"]);
        assert_eq!(lines_of(b"12345678901234567\x1b\x07\tx", 20), ["12345678901234567␛␇", "    x"]);
        assert_eq!(lines_of("1234567890123456\u{202e}x".as_bytes(), 20), ["1234567890123456", "‹U+202E›x"]);
        let long = format!("{}é{}", "a".repeat(LONGEST - 1), "b".repeat(9));
        assert_eq!(lines_of(long.as_bytes(), LONGEST - 1).concat(), long);
        let d = Document::read(long.as_bytes().into(), None);
        assert_eq!(texts(&Lines::received(&d, LONGEST).get(&d, 0..9)).concat(), long, "no character is cut in two");
    }

    #[test]
    fn a_hex_dump_is_as_wide_as_there_is_room() {
        let d = Document::read(b"\x89PNG\r\n\x1a\n0123456789".as_slice().into(), None);
        let lines = Lines::received(&d, 46);
        let shown = texts(&lines.get(&d, 0..9));
        assert_eq!(shown[1], "00000008  30 31 32 33 34 35 36 37  01234567");
        assert_eq!((lines.line_at(&d, 9), lines.offset(&d, 1), lines.fit(60), lines.fit(76)), (1, 8, true, false));
    }

    #[test]
    fn where_it_broke() {
        let d = document(r#"{"a":[1,oops"#);
        let lines = Lines::pretty(&d, LONGEST).get(&d, 0..9);
        assert_eq!(texts(&lines), ["{", "  \"a\": [", "    1", "  oops ← broke here: expected a JSON value", ""]);
        let received = Lines::received(&d, LONGEST).get(&d, 0..9);
        assert_eq!(tokens(&received[0]).last(), Some(&(Token::Text, "oops")));
    }

    #[test]
    fn other_bodies() {
        let d = Document::read(b"one\n\ntwo\x1b[31m\r\n".as_slice().into(), None);
        assert_eq!(texts(&Lines::pretty(&d, LONGEST).get(&d, 0..9)), ["one", "", "two␛[31m"]);
        let d = Document::read(b"\x89PNG\r\n\x1a\n0123456789".as_slice().into(), None);
        assert_eq!(
            texts(&Lines::received(&d, LONGEST).get(&d, 0..9)),
            [
                "00000000  89 50 4e 47 0d 0a 1a 0a  30 31 32 33 34 35 36 37  ·PNG····01234567",
                "00000010  38 39                                             89"
            ]
        );
        let d = Document::read(b"".as_slice().into(), None);
        assert_eq!(Lines::received(&d, LONGEST).count(), 0);
    }

    #[test]
    fn huge_values_are_short_lines() {
        let d = document(&format!("[\"{}\"]", "x".repeat(3_000_000)));
        let line = &texts(&Lines::pretty(&d, LONGEST).get(&d, 1..2))[0];
        assert!(line.len() < SCALAR + 100 && line.ends_with(" … 3.0 MB in all"));
        let received = Lines::received(&d, LONGEST);
        assert_eq!(texts(&received.get(&d, 1000..1001))[0], "x".repeat(LONGEST));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn layouts_are_the_same_json(json in any_json()) {
            let value = Value::parse(json.as_bytes()).unwrap();
            let d = document(&json);
            let root = d.root().unwrap();
            let out = laid_out(&d, root);
            prop_assert_eq!(&Value::parse(out.as_bytes()).unwrap(), &value);
            prop_assert_eq!(out.lines().count(), value.to_json_pretty().lines().count());
            let lines = Lines::pretty(&d, LONGEST);
            let drawn = lines.get(&d, 0..usize::MAX);
            prop_assert_eq!(drawn.len(), lines.count());
            for (line, wanted) in texts(&drawn).iter().zip(out.lines()) {
                prop_assert!(line == wanted || line.contains(" in all"), "{} {}", line, wanted);
            }
            let from = lines.count() / 2;
            prop_assert_eq!(lines.get(&d, from..from + 5), &drawn[from..lines.count().min(from + 5)]);
        }

        #[test]
        fn nothing_received_is_left_out(bytes in nearly_json()) {
            let d = Document::read(bytes.as_slice().into(), Some("application/json"));
            let lines = Lines::received(&d, LONGEST);
            let drawn = lines.get(&d, 0..usize::MAX);
            prop_assert_eq!(drawn.len(), lines.count());
            if std::str::from_utf8(&bytes).is_ok_and(str::is_ascii) && !bytes.contains(&b'\t') && d.content() != &Content::Empty {
                let plain = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\n', "");
                let shown = texts(&drawn).concat();
                prop_assert_eq!(shown.chars().count() >= plain.chars().count(), true);
            }
            for columns in [20, 33, 80] {
                let lines = Lines::received(&d, columns);
                let drawn = lines.get(&d, 0..usize::MAX);
                prop_assert_eq!(drawn.len(), lines.count());
                for (i, line) in drawn.iter().enumerate() {
                    prop_assert_eq!(lines.line_at(&d, lines.offset(&d, i)), i);
                    prop_assert_eq!(&lines.get(&d, i..i + 1)[0], line);
                }
            }
            let pretty = Lines::pretty(&d, LONGEST);
            prop_assert_eq!(pretty.get(&d, 0..usize::MAX).len(), pretty.count());
        }

        #[test]
        fn colours_do_not_depend_on_where_one_starts(json in any_json(), at in any::<prop::sample::Index>()) {
            let d = document(&json);
            let at = at.index(json.len());
            prop_assume!(json.is_char_boundary(at));
            // The colour of each byte, reading from the start, and from the middle.
            let colours = |range: Range<usize>| -> Vec<(Token, char)> {
                let whole = coloured(&d, range);
                whole.into_iter().flat_map(|(t, s)| s.chars().map(move |c| (t, c)).collect::<Vec<_>>()).collect()
            };
            let (whole, tail) = (colours(0..json.len()), colours(at..json.len()));
            let head = colours(0..at).len();
            // In the middle of a number or a word the rest may look like another kind.
            let before = at.checked_sub(1).map_or(b' ', |i| json.as_bytes()[i]);
            let in_word = before.is_ascii_alphanumeric() || b"+-.".contains(&before);
            if !in_word || string_around(&d, at).is_some() {
                prop_assert_eq!(&whole[head..], &tail[..]);
            }
        }
    }

    #[test]
    fn a_pointer_into_a_page() {
        let d = document("[1]");
        assert_eq!(lookup(&d, &"/0".parse().unwrap()).map(|n| laid_out(&d, n)), Some("1".to_owned()));
    }
}
