//! Pages of text to read: lines of toned pieces, already wrapped, with a place to scroll to.

use crate::domain::{
    markdown::{self, Look},
    side_effect::SideEffect,
    text,
};

/// What a piece of text is; the interface gives each tone its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary text.
    Text,
    /// A heading.
    Heading,
    /// Emphasised text.
    Emphasis,
    /// Something less important.
    Hint,
    /// A name from the schema or a header's name.
    Name,
    /// A key of the keyboard.
    Key,
    /// Something that must be there.
    Required,
    /// Something wrong.
    Error,
    /// Something doubtful.
    Warning,
    /// Something good.
    Good,
    /// A side effect's word.
    Effect(SideEffect),
}

impl Tone {
    /// The tone of a piece of a description.
    const fn of(look: Look) -> Self {
        match look {
            Look::Text => Self::Text,
            Look::Heading | Look::Strong => Self::Heading,
            Look::Emphasis => Self::Emphasis,
            Look::Code => Self::Name,
            Look::Address | Look::Mark => Self::Hint,
        }
    }
}

/// A line of toned pieces.
pub type Line = Vec<(Tone, String)>;

/// Text to read, and how far it is scrolled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The lines.
    pub lines: Vec<Line>,
    /// The first line in sight.
    pub scroll: usize,
}

impl Page {
    /// Adds a line of one tone, as it is.
    pub fn line(&mut self, tone: Tone, text: impl Into<String>) {
        self.lines.push(vec![(tone, text.into())]);
    }

    /// Adds a line of several pieces.
    pub fn pieces(&mut self, pieces: Line) {
        self.lines.push(pieces);
    }

    /// Adds an empty line, unless there is one already or the page is empty.
    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.lines.push(Vec::new());
        }
    }

    /// Adds `text`, made safe and wrapped at `columns`, indented by `indent`, at most `most` lines.
    pub fn wrapped(&mut self, tone: Tone, text: &str, at: Wrap) {
        let columns = at.columns.saturating_sub(at.indent).max(8);
        for line in text::wrap(text, columns, at.most) {
            self.line(tone, format!("{}{line}", " ".repeat(at.indent)));
        }
    }

    /// Adds a text that may be Markdown, laid out, made safe and wrapped.
    pub fn markdown(&mut self, text: &str, at: Wrap) {
        let columns = at.columns.saturating_sub(at.indent).max(8);
        for line in markdown::lines(text, columns, at.most) {
            let indent = (at.indent > 0 && !line.is_empty()).then(|| (Tone::Text, " ".repeat(at.indent)));
            self.lines.push(indent.into_iter().chain(line.into_iter().map(|(look, t)| (Tone::of(look), t))).collect());
        }
    }

    /// Adds keys and, beside them, what they do; on the lines below where `columns` are too few for that.
    pub fn beside(&mut self, keys: &str, what: &str, columns: usize) {
        let keys = format!("  {keys:<16}");
        let indent = text::width(&keys);
        let mut lines = text::wrap(what, columns.saturating_sub(indent).max(12), 8).into_iter();
        self.pieces(vec![(Tone::Key, keys), (Tone::Text, lines.next().unwrap_or_default())]);
        for line in lines {
            self.line(Tone::Text, format!("{}{line}", " ".repeat(indent)));
        }
    }

    /// Scrolls by `by` lines, staying where `height` lines are full if there are so many.
    pub fn scroll_by(&mut self, by: isize, height: u16) {
        let lowest = self.lines.len().saturating_sub(usize::from(height));
        self.scroll = self.scroll.saturating_add_signed(by).min(lowest);
    }

    /// The whole text, as it would be copied.
    pub fn text(&self) -> String {
        let line = |l: &Line| l.iter().map(|(_, t)| t.as_str()).collect::<String>().trim_end().to_owned();
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// How a text is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrap {
    /// The columns there are.
    pub columns: usize,
    /// How far it is indented.
    pub indent: usize,
    /// How many lines there may be.
    pub most: usize,
}

impl Wrap {
    /// Up to `columns` wide, not indented, as many lines as it takes (within reason).
    pub const fn at(columns: usize) -> Self {
        Self { columns, indent: 0, most: 200 }
    }

    /// The same, indented.
    #[must_use]
    pub const fn indented(self, indent: usize) -> Self {
        Self { indent, ..self }
    }

    /// The same, with at most `most` lines.
    #[must_use]
    pub const fn most(self, most: usize) -> Self {
        Self { most, ..self }
    }
}
