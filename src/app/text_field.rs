//! Text being typed: the one file that knows the text-area library.
//!
//! The library is driven without its own shortcuts, so that the key table decides; the few editing keys people expect of
//! every text cell are mapped here.

use tui_textarea::{CursorMove, Input, Key as AreaKey, TextArea};

use super::key::{Code, Key};

/// How many changes of one text can be taken back.
const HISTORY: usize = 500;

/// A text cell (one line) or editor (many lines), with its cursor.
#[derive(Debug, Clone)]
pub struct TextField {
    area: TextArea<'static>,
    many_lines: bool,
}

impl TextField {
    /// A cell of one line holding `text`, the cursor at its end. Line breaks already in `text` are kept.
    pub fn line(text: &str) -> Self {
        Self::new(text, false)
    }

    /// An editor of many lines holding `text`, the cursor at its end.
    pub fn lines_of(text: &str) -> Self {
        Self::new(text, true)
    }

    fn new(text: &str, many_lines: bool) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_max_histories(HISTORY);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, many_lines }
    }

    /// Takes the last change of the text back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        self.area.undo()
    }

    /// Makes the change again that was taken back last. Whether there was one.
    pub fn redo(&mut self) -> bool {
        self.area.redo()
    }

    /// Replaces the whole text, the cursor where the new text goes on as the old one did.
    pub fn set_from(&mut self, text: &str) {
        let old = self.text();
        let head = old.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(text.len()) - head;
        let same = old.bytes().rev().zip(text.bytes().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let mut at = text.len() - same;
        while !text.is_char_boundary(at) {
            at += 1;
        }
        let line = text[..at].matches('\n').count();
        let column = text[..at].rsplit('\n').next().map_or(0, |l| l.chars().count());
        self.set(text);
        self.set_cursor(line, column);
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The text line by line.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.area.lines().iter().all(String::is_empty) && self.area.lines().len() <= 1
    }

    /// Line and column of the cursor, in characters, from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let at = self.area.cursor();
        (at.0, at.1)
    }

    /// Puts the cursor at a line and column, as near as the text allows.
    pub fn set_cursor(&mut self, line: usize, column: usize) {
        let clamp = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(clamp(line), clamp(column)));
    }

    /// Replaces the whole text, the cursor at its end.
    pub fn set(&mut self, text: &str) {
        *self = Self::new(text, self.many_lines);
    }

    /// Inserts pasted text at the cursor. In a cell of one line, line breaks become spaces.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = if self.many_lines { text } else { text.trim_end_matches('\n').replace('\n', " ") };
        self.area.insert_str(text);
    }

    /// Lets an editing key act. Returns whether it was one, not whether it changed anything.
    pub fn input(&mut self, key: Key) -> bool {
        if let Some(c) = key.typed() {
            self.area.insert_char(c);
            return true;
        }
        if key.alt {
            return self.word_key(key);
        }
        match (key.ctrl, key.code) {
            (true, Code::Char('a')) | (false, Code::Home) => self.area.move_cursor(CursorMove::Head),
            (true, Code::Char('e')) | (false, Code::End) => self.area.move_cursor(CursorMove::End),
            (true, Code::Char('u')) => {
                self.area.delete_line_by_head();
            }
            (true, Code::Char('k')) => {
                self.area.delete_line_by_end();
            }
            (true, Code::Char('w') | Code::Backspace) => {
                self.area.delete_word();
            }
            (true, Code::Delete) => {
                self.area.delete_next_word();
            }
            (true, Code::Left) => self.area.move_cursor(CursorMove::WordBack),
            (true, Code::Right) => self.area.move_cursor(CursorMove::WordForward),
            (false, Code::Left) => self.area.move_cursor(CursorMove::Back),
            (false, Code::Right) => self.area.move_cursor(CursorMove::Forward),
            (false, Code::Backspace) => self.pass(AreaKey::Backspace),
            (false, Code::Delete) => self.pass(AreaKey::Delete),
            (false, Code::Up) if self.many_lines => self.area.move_cursor(CursorMove::Up),
            (false, Code::Down) if self.many_lines => self.area.move_cursor(CursorMove::Down),
            (false, Code::PageUp) if self.many_lines => (0..10).for_each(|_| self.area.move_cursor(CursorMove::Up)),
            (false, Code::PageDown) if self.many_lines => (0..10).for_each(|_| self.area.move_cursor(CursorMove::Down)),
            (false, Code::Enter) if self.many_lines => self.area.insert_newline(),
            _ => return false,
        }
        true
    }

    /// The Alt keys that readline users know.
    fn word_key(&mut self, key: Key) -> bool {
        match key.code {
            Code::Char('b') | Code::Left => self.area.move_cursor(CursorMove::WordBack),
            Code::Char('f') | Code::Right => self.area.move_cursor(CursorMove::WordForward),
            Code::Backspace => {
                self.area.delete_word();
            }
            Code::Char('d') | Code::Delete => {
                self.area.delete_next_word();
            }
            _ => return false,
        }
        true
    }

    fn pass(&mut self, key: AreaKey) {
        self.area.input_without_shortcuts(Input { key, ctrl: false, alt: false, shift: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(field: &mut TextField, text: &str) {
        for c in text.chars() {
            assert!(field.input(Key::char(c)));
        }
    }

    #[test]
    fn the_editing_keys_of_every_cell() {
        let mut f = TextField::line("");
        typed(&mut f, "send a message");
        f.input(Key::ctrl('w'));
        assert_eq!(f.text(), "send a ");
        f.input(Key::ctrl('a'));
        f.input(Key::plain(Code::Delete));
        assert_eq!(f.text(), "end a ");
        f.input(Key::plain(Code::Right));
        f.input(Key::char('t'));
        assert_eq!(f.text(), "etnd a ");
        f.input(Key::plain(Code::Home));
        f.input(Key::ctrl('k'));
        assert!(f.is_empty());
        assert!(!f.input(Key::plain(Code::Enter)), "Enter leaves a cell of one line");
        assert!(!f.input(Key::plain(Code::Up)));
        assert!(!f.input(Key::ctrl('r')));
    }

    #[test]
    fn lines_are_kept_where_there_may_be_lines() {
        let mut f = TextField::lines_of("");
        f.paste("a\r\nb");
        f.input(Key::plain(Code::Enter));
        typed(&mut f, "c");
        assert_eq!(f.text(), "a\nb\nc");
        assert_eq!(f.cursor(), (2, 1));
        f.input(Key::plain(Code::Up));
        f.input(Key::plain(Code::Left));
        assert_eq!(f.cursor(), (1, 0));
        let mut f = TextField::line("x");
        f.paste("a\nb\n");
        assert_eq!(f.text(), "xa b");
        let mut f = TextField::line("kept\nlines");
        f.input(Key::char('!'));
        assert_eq!(f.text(), "kept\nlines!");
    }
}
