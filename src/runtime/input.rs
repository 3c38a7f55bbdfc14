//! The terminal's events as messages: the one file that knows the terminal library's.

use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};
use futures_util::StreamExt as _;
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
};

use crate::app::{
    Message,
    geometry::{Position, Size},
    key::{Code, Key},
    message::MouseKind,
};

/// How many events are handed on at once.
const AT_ONCE: usize = 1024;

/// The terminal's events, read in a task of their own: the library's reader can spin for ever once the terminal is
/// gone, and that must not keep the program from ending.
pub(super) struct Events {
    task: JoinHandle<()>,
    waiting: UnboundedReceiver<Vec<Message>>,
}

impl Events {
    /// Starts reading.
    pub(super) fn listen() -> Self {
        let (sender, waiting) = unbounded_channel();
        let task = tokio::spawn(async move {
            let mut events = EventStream::new().ready_chunks(AT_ONCE);
            while let Some(events) = events.next().await {
                let broken = events.iter().any(Result::is_err);
                let mut messages: Vec<Message> = events.into_iter().flatten().filter_map(message).collect();
                if broken {
                    messages.push(Message::Terminate);
                }
                if sender.send(messages).is_err() || broken {
                    return;
                }
            }
        });
        Self { task, waiting }
    }

    /// All that is waiting, or the next there is. Safe to drop half way.
    pub(super) async fn next(&mut self) -> Vec<Message> {
        // The reader ends only when the terminal does.
        self.waiting.recv().await.unwrap_or_else(|| vec![Message::Terminate])
    }

    /// All that is waiting now.
    pub(super) fn waiting(&mut self) -> Option<Vec<Message>> {
        self.waiting.try_recv().ok()
    }

    /// Stops reading, so that somebody else may.
    pub(super) async fn stop(self) {
        self.task.abort();
        // An aborted task says so; there is nothing else to hear from it.
        let _ = self.task.await;
    }
}

/// What an event means, if anything: releases, focus and unknown keys mean nothing.
pub fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => self::key(key).map(Message::Key),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(width, height) => Some(Message::Resized(Size { width, height })),
        Event::Mouse(mouse) => {
            let kind = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
                MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
                MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
                MouseEventKind::ScrollUp => MouseKind::WheelUp,
                MouseEventKind::ScrollDown => MouseKind::WheelDown,
                _ => return None,
            };
            Some(Message::Mouse { kind, at: Position::new(mouse.column, mouse.row) })
        }
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let code = match event.code {
        // One byte, 0x1f, which the library tells as ^7; with richer keyboard reports it is the key itself.
        KeyCode::Char('_' | '/' | '7') if ctrl => Code::Char('_'),
        KeyCode::Char('-') if ctrl && event.modifiers.contains(KeyModifiers::SHIFT) => Code::Char('_'),
        // With Control, terminals disagree on the letter's case.
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    Some(Key { code, ctrl, alt })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<Message> {
        message(Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn keys_are_told_apart_as_people_press_them() {
        assert_eq!(pressed(KeyCode::Char('R'), KeyModifiers::CONTROL), Some(Message::Key(Key::ctrl('r'))));
        for (code, shift) in [('7', false), ('/', false), ('_', true), ('-', true)] {
            let shift = if shift { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            let undo = pressed(KeyCode::Char(code), KeyModifiers::CONTROL | shift);
            assert_eq!(undo, Some(Message::Key(Key::ctrl('_'))), "{code}");
        }
        assert_eq!(pressed(KeyCode::Char('Y'), KeyModifiers::SHIFT), Some(Message::Key(Key::char('Y'))));
        let back = Some(Message::Key(Key::plain(Code::BackTab)));
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), back);
        assert_eq!(pressed(KeyCode::Tab, KeyModifiers::SHIFT), back);
        assert_eq!(pressed(KeyCode::CapsLock, KeyModifiers::NONE), None);
        let release = KeyEvent { kind: KeyEventKind::Release, ..KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE) };
        assert_eq!(message(Event::Key(release)), None);
    }
}
