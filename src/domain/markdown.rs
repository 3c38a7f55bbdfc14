//! Markdown as descriptions have it, laid out as lines of marked pieces: headings, emphasis, code, lists, links.
//!
//! Most descriptions are plain text that was never meant as Markdown. So line breaks and indents stay, block marks count
//! only where there are several lines (`# of items` is no heading), identifiers such as `__proto__` keep their
//! underscores, a backslash goes only before a mark, HTML stays as it is, and no text is ever left out.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::text::{self, breaks, clean_block};

/// How much of a text is read, in bytes.
const READ: usize = 32_000;
/// How deep lists and quotations are indented.
const DEPTH: usize = 6;
/// What a text of one line is parsed behind, so that it begins no block; it is taken off again.
const LEAD: &str = "x ";

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// Ordinary text.
    Text,
    /// A heading.
    Heading,
    /// Something important.
    Strong,
    /// Something emphasised.
    Emphasis,
    /// Code, or a literal value.
    Code,
    /// Where a link leads.
    Address,
    /// The sign before a list's item, or beside a quotation.
    Mark,
}

/// A line of marked pieces.
pub type Line = Vec<(Look, String)>;

/// `text`, made safe to draw, as at most `most` lines of at most `columns` columns. What does not fit any more is
/// replaced by `…`.
pub fn lines(text: &str, columns: usize, most: usize) -> Vec<Line> {
    if columns == 0 || most == 0 {
        return Vec::new();
    }
    let enough = most.saturating_mul(columns).saturating_mul(4).saturating_add(1_000).min(READ);
    let read = text::start(text, enough);
    let text = clean_block(read);
    let mut writer = Writer::new(columns, most);
    writer.write(text.trim_end());
    let mut lines = writer.lines;
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            end_cut(last, columns);
        }
    }
    lines
}

/// The beginning of `text` (so many bytes) as one line without marks and addresses.
pub fn plain(text: &str, bytes: usize) -> String {
    let lines = lines(text::start(text, bytes), READ, READ);
    let words = lines.iter().map(|line| {
        let pieces = line.iter().filter(|(look, _)| *look != Look::Address).map(|(_, text)| text.as_str());
        pieces.collect::<String>()
    });
    let words: Vec<String> = words.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    words.join(" ")
}

/// Ends a line with `…`, within its columns.
fn end_cut(line: &mut Line, columns: usize) {
    let used: usize = line.iter().map(|(_, text)| text::width(text)).sum();
    if used < columns {
        line.push((Look::Text, "…".to_owned()));
    } else if let Some((_, last)) = line.last_mut() {
        let room = text::width(last).saturating_sub(1 + used - columns);
        let cut = text::cut_end(&format!("{last} "), room + 1).trim_end().to_owned();
        *last = cut;
    }
}

/// What stands before the lines inside a list's item or a quotation.
struct Indent {
    /// Before the first line; taken once.
    first: Option<String>,
    /// Before the others.
    rest: String,
}

struct Writer {
    columns: usize,
    most: usize,
    lines: Vec<Line>,
    /// The text of the block that is being read, and where in it each look begins.
    block: String,
    looks: Vec<(usize, Look)>,
    /// The looks around the present place.
    around: Vec<Look>,
    indents: Vec<Indent>,
    /// The next number of each list around; `None` where it has none.
    lists: Vec<Option<u64>>,
    /// Where links around lead, and where their text begins in `block`.
    links: Vec<(LinkType, String, usize)>,
    code: bool,
    /// How far the source has been taken over.
    taken: usize,
}

impl Writer {
    const fn new(columns: usize, most: usize) -> Self {
        Self {
            columns,
            most,
            lines: Vec::new(),
            block: String::new(),
            looks: Vec::new(),
            around: Vec::new(),
            indents: Vec::new(),
            lists: Vec::new(),
            links: Vec::new(),
            code: false,
            taken: 0,
        }
    }

    fn write(&mut self, text: &str) {
        let one_line = !text.contains('\n');
        let source = if one_line { format!("{LEAD}{text}") } else { text.to_owned() };
        if one_line {
            self.taken = LEAD.len();
        }
        for (event, range) in Parser::new_ext(&source, Options::empty()).into_offset_iter() {
            if self.lines.len() > self.most {
                return;
            }
            self.event(event, range, &source);
        }
        self.left_out(&source, source.len());
        self.flush();
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>, source: &str) {
        match event {
            Event::Start(tag) => return self.start(tag, range, source),
            Event::End(tag) => return self.end(tag, range, source),
            Event::Text(text) if self.code => self.block.push_str(&text),
            Event::Text(text) => {
                let text = text.get(self.taken.saturating_sub(range.start).min(LEAD.len())..).unwrap_or_default();
                self.between(source, range.start, text);
                self.push(text);
            }
            Event::Code(code) => {
                self.between(source, range.start, "");
                self.look(Look::Code);
                self.push(&code);
                self.unlook();
            }
            Event::InlineHtml(tag) | Event::Html(tag) if is_break(&tag) => self.push("\n"),
            Event::InlineHtml(tag) | Event::Html(tag) => {
                self.between(source, range.start, "");
                self.push(&tag);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.push("\n");
                self.taken = self.taken.max(range.end);
                return;
            }
            Event::Rule => {
                self.begin(range.start, source);
                self.look(Look::Mark);
                self.push("───");
                self.unlook();
                self.flush();
            }
            // Of extensions that are not asked for.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.push(&text),
            Event::TaskListMarker(_) => {}
        }
        self.taken = self.taken.max(range.end);
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, source: &str) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin(range.start, source),
            Tag::Heading { .. } => {
                self.begin(range.start, source);
                self.look(Look::Heading);
            }
            Tag::BlockQuote(_) => {
                self.begin(range.start, source);
                self.indents.push(Indent { first: None, rest: "│ ".to_owned() });
            }
            Tag::CodeBlock(kind) => {
                self.begin(range.start, source);
                self.code = true;
                if matches!(kind, CodeBlockKind::Indented) {
                    self.taken = self.taken.max(range.start);
                }
            }
            Tag::List(first) => {
                self.begin(range.start, source);
                self.lists.push(first);
            }
            Tag::Item => self.item(range.start, source),
            Tag::Emphasis => self.look_at(range.start..range.start + 1, source, Look::Emphasis),
            Tag::Strong if is_identifier(&source[range.clone()]) => {
                self.between(source, range.start, "");
                self.push("__");
                self.look(Look::Text);
                self.taken = self.taken.max(range.start + 2);
            }
            Tag::Strong => self.look_at(range.start..range.start + 2, source, Look::Strong),
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } => {
                self.between(source, range.start, "");
                if link_type == LinkType::Email {
                    self.push("<");
                }
                self.links.push((link_type, dest_url.into_string(), self.block.len()));
                self.taken = self.taken.max(range.start + 1);
            }
            // Of extensions that are not asked for.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>, source: &str) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::Heading(_) => {
                self.flush();
                self.unlook();
            }
            TagEnd::CodeBlock => {
                self.flush_code();
                self.code = false;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.indents.pop();
                return;
            }
            TagEnd::Item => {
                self.flush_item();
                self.indents.pop();
                return;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                return;
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                self.unlook();
                if is_identifier(&source[range.clone()]) {
                    self.push("__");
                }
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            // Of extensions that are not asked for.
            _ => {}
        }
        self.taken = self.taken.max(range.end);
    }

    /// Begins a block: behind an empty line where the source has one.
    fn begin(&mut self, start: usize, source: &str) {
        self.left_out(source, start);
        self.flush();
        let line = source[..start].rfind('\n').unwrap_or(0);
        let before = source[..line].rsplit('\n').next().unwrap_or_default();
        let is_blank = line > 0 && before.trim_matches([' ', '\t', '>']).is_empty();
        // Before an item's sign the line is the list's, and has been left empty already.
        let is_item = self.indents.last().is_some_and(|indent| indent.first.is_some());
        if is_blank && !is_item && self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(Vec::new());
        }
    }

    /// Takes over what the parser understood as something that is not shown: the definition of a link's address.
    fn left_out(&mut self, source: &str, end: usize) {
        let gap = source.get(self.taken..end).unwrap_or_default();
        if gap.contains(char::is_alphanumeric) {
            self.flush();
            self.push(gap.trim());
            self.flush();
        }
        self.taken = self.taken.max(end);
    }

    fn item(&mut self, start: usize, source: &str) {
        self.begin(start, source);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        };
        let rest = " ".repeat(text::width(&mark));
        self.indents.push(Indent { first: Some(mark), rest });
    }

    /// Takes over what stands between two pieces of a block and means something after all: a backslash that is before no
    /// mark, the indent of a line. `next` is the text behind it.
    fn between(&mut self, source: &str, start: usize, next: &str) {
        const MARKS: [char; 10] = ['*', '_', '`', '[', ']', '#', '<', '>', '\\', '|'];
        let gap = source.get(self.taken..start).unwrap_or_default();
        if gap == "\\" && !next.starts_with(MARKS) {
            self.push("\\");
        } else if self.block.ends_with('\n') && !gap.is_empty() && gap.trim_matches(' ').is_empty() {
            let own: usize = self.indents.iter().map(|indent| text::width(&indent.rest)).sum();
            self.push(&" ".repeat(gap.len().saturating_sub(own)));
        }
    }

    /// From here on the text has this look, for the sake of `mark`.
    fn look_at(&mut self, mark: Range<usize>, source: &str, look: Look) {
        self.between(source, mark.start, "");
        self.taken = self.taken.max(mark.end);
        self.look(look);
    }

    /// From here on the text has this look, unless a heading is around.
    fn look(&mut self, look: Look) {
        let look = if self.around.contains(&Look::Heading) && look != Look::Code { Look::Heading } else { look };
        self.around.push(look);
        self.looks.push((self.block.len(), look));
    }

    fn unlook(&mut self) {
        self.around.pop();
        self.looks.push((self.block.len(), self.around.last().copied().unwrap_or(Look::Text)));
    }

    fn push(&mut self, text: &str) {
        self.block.push_str(text);
    }

    /// Tells where a link leads, if its text does not.
    fn end_link(&mut self) {
        let Some((kind, address, start)) = self.links.pop() else { return };
        if kind == LinkType::Email {
            return self.push(">");
        }
        let text = self.block.get(start..).unwrap_or_default();
        if !address.is_empty() && text != address {
            self.looks.push((self.block.len(), Look::Address));
            self.push(&format!(" ({address})"));
            self.looks.push((self.block.len(), self.around.last().copied().unwrap_or(Look::Text)));
        }
    }

    /// The columns inside of what is around, and what stands before the next line.
    fn before(&mut self) -> (usize, Line) {
        let mut indent = Line::new();
        for level in self.indents.iter_mut().take(DEPTH) {
            indent.push((Look::Mark, level.first.take().unwrap_or_else(|| level.rest.clone())));
        }
        let used: usize = indent.iter().map(|(_, text)| text::width(text)).sum();
        (self.columns.saturating_sub(used).max(8), indent)
    }

    /// An item with nothing in it is its sign.
    fn flush_item(&mut self) {
        self.flush();
        if self.indents.last().is_some_and(|indent| indent.first.is_some()) {
            let (_, indent) = self.before();
            self.lines.push(indent);
        }
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        let looks = std::mem::take(&mut self.looks);
        self.looks.extend(self.around.last().map(|&look| (0, look)));
        if block.trim().is_empty() {
            return;
        }
        let (columns, mut indent) = self.before();
        for range in breaks(block.trim_end(), columns, self.most.saturating_add(1)) {
            let mut line = std::mem::take(&mut indent);
            pieces(&block, &looks, range, &mut line);
            self.lines.push(line);
            indent = self.before().1;
        }
    }

    fn flush_code(&mut self) {
        let block = std::mem::take(&mut self.block);
        for code in block.trim_end_matches('\n').split('\n').take(self.most.saturating_add(1)) {
            let (columns, mut indent) = self.before();
            for range in breaks(code, columns.saturating_sub(2).max(8), self.most.saturating_add(1)) {
                indent.push((Look::Code, format!("  {}", &code[range])));
                self.lines.push(std::mem::take(&mut indent));
                indent = self.before().1;
            }
        }
    }
}

/// Adds what stands in `range` of a block to a line, each piece with its look.
fn pieces(block: &str, looks: &[(usize, Look)], range: Range<usize>, line: &mut Line) {
    let ends = looks.iter().skip(1).map(|(at, _)| *at).chain([block.len()]);
    let first = looks.first().map_or(block.len(), |(at, _)| *at);
    let all = [(0, Look::Text, first)].into_iter().chain(looks.iter().zip(ends).map(|(&(at, l), end)| (at, l, end)));
    for (start, look, end) in all {
        let piece = block.get(start.max(range.start)..end.min(range.end)).unwrap_or_default();
        match line.last_mut() {
            _ if piece.is_empty() => {}
            Some((same, text)) if *same == look => text.push_str(piece),
            _ => line.push((look, piece.to_owned())),
        }
    }
}

/// Whether what looks like strong text is an identifier: `__proto__`.
fn is_identifier(source: &str) -> bool {
    source.starts_with("__") && !source.contains(char::is_whitespace)
}

fn is_break(tag: &str) -> bool {
    let name: String = tag.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    name.eq_ignore_ascii_case("br") && tag.len() <= 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The lines, each look as a sign around its piece.
    fn told(text: &str, columns: usize, most: usize) -> String {
        let sign = |look: Look| match look {
            Look::Text | Look::Mark => "",
            Look::Heading => "#",
            Look::Strong => "*",
            Look::Emphasis => "/",
            Look::Code => "`",
            Look::Address => "~",
        };
        let line =
            |line: &Line| line.iter().map(|(look, text)| format!("{0}{text}{0}", sign(*look))).collect::<String>();
        lines(text, columns, most).iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn whole(text: &str) -> String {
        told(text, 60, 100)
    }

    #[test]
    fn what_descriptions_hold_is_laid_out() {
        let text = "# Send\n\nSends **one** message to a *channel* with `chat.postMessage`.\n\n## Parameters\n- `channel`: the \
                    **id**\n- `text`: what is said\n  - a [link](https://example.com/docs \"Docs\")\n\n1. first\n2. \
                    second\n\n> quoted\n\n```json\n{\"a\":\n  \"**b**\"}\n```\nThe end: <https://example.com>.";
        assert_eq!(
            whole(text),
            "#Send#\n\nSends *one* message to a /channel/ with `chat.postMessage`.\n\n#Parameters#\n• `channel`: the \
             *id*\n• `text`: what is said\n  • a link~ (https://example.com/docs)~\n\n1. first\n2. second\n\n│ \
             quoted\n\n`  {\"a\":`\n`    \"**b**\"}`\nThe end: https://example.com."
        );
    }

    #[test]
    fn text_that_was_never_meant_as_markdown_stays_as_it_is() {
        for same in [
            "# of items to return",
            "- 5 is the least",
            "> 100 characters",
            "1. or 2.",
            "SOQL Query (example: \"SELECT Id, Name\nFROM Account\nWHERE Name = 'Ethan'\")",
            "Cover (example: \"{\n  \"external\":{\n    \"url\":1\n  }\n}\")",
            "__proto__ and snake_case_stays and 2 * 3 * 4",
            "a pattern ^\\d+\\.\\d\\d$ and C:\\temp",
            "*.txt and *.md",
            "Sender Name <sender@example.com>",
            "<b>HTML</b> stays",
            "several\nlines\n\nand paragraphs",
            "{{settings.folder}} [not a link] [x](",
            "[optional]: a note\n[other]: a note",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "```",
            "",
        ] {
            assert_eq!(whole(same), same);
        }
        assert_eq!(whole("5 \\* 3<br>next"), "5 * 3\nnext");
        assert_eq!(whole("\u{1b}[31m**red**\u{1b}[0m"), "␛[31m*red*␛[0m");
    }

    #[test]
    fn lines_keep_to_their_columns_and_number() {
        assert_eq!(told("A **bold move of words** here", 12, 9), "A *bold move*\n*of words*\nhere");
        assert_eq!(told("- one two three\n- four", 9, 9), "• one two\n  three\n• four");
        assert_eq!(told("one two three four", 9, 2), "one two\nthree…");
        assert_eq!(told("one two three", 7, 1), "one tw…");
        assert_eq!(told("# A **b** `c`\n\nd", 9, 9), "#A b #`c`\n\nd");
        assert_eq!(told("a", 0, 1), "");
        assert_eq!(told("-\n- b", 9, 9), "•\n• b".replace("•\n", "• \n"));
    }

    #[test]
    fn one_line_has_no_marks() {
        let text = "# Send\n\nA **message**; see [the docs](https://example.com).\n\n- one\n- two";
        assert_eq!(plain(text, 1_000), "Send A message; see the docs. • one • two");
        assert_eq!(plain(text, 14), "Send A **me", "what is cut is not marked");
    }

    #[test]
    fn long_and_deep_texts_are_bounded() {
        let deep = format!("{}a\nb", "> ".repeat(3_000));
        assert!(lines(&deep, 40, 20).len() <= 20);
        let lists: String = (0..200).map(|i| format!("{}- a\n", "  ".repeat(i))).collect();
        assert!(lines(&lists, 40, 300).iter().all(|l| l.iter().map(|(_, t)| text::width(t)).sum::<usize>() <= 40));
        assert_eq!(lines(&"word **bold** ".repeat(100_000), 40, 50).len(), 50);
        assert_eq!(lines(&"*".repeat(100_000), 40, 50).len(), 50);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_word_is_lost_and_no_line_too_long(
            text in "([a-z]{1,6}|[ \n*_`#>~<&\\[\\]()!\\\\-]|\\PC){0,60}", columns in 10_usize..40,
        ) {
            let lines = lines(&text, columns, 1_000);
            for line in &lines {
                prop_assert!(line.iter().map(|(_, t)| text::width(t)).sum::<usize>() <= columns.max(12 + 8));
            }
            let drawn: String = lines.iter().flatten().map(|(_, t)| t.as_str()).collect();
            let kept: Vec<char> = drawn.chars().filter(char::is_ascii_lowercase).collect();
            let mut rest = kept.as_slice();
            for word in text.split(|c: char| !c.is_ascii_lowercase()).filter(|w| w.len() > 3) {
                let word: Vec<char> = word.chars().collect();
                let found = rest.windows(word.len()).position(|w| w == word);
                prop_assert!(found.is_some(), "{:?} is missing in {:?}", word, lines);
                rest = &rest[found.unwrap_or(0)..];
            }
        }
    }
}
