//! The terminal: taken over, given back (also after a panic), and written to one frame at a time.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::Show,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Terminal, backend::CrosstermBackend};

/// The terminal akx draws on.
pub type Screen = Terminal<CrosstermBackend<FrameWriter<io::Stdout>>>;

/// Collects a frame's bytes and writes them at once, as one synchronized update, so that no half frame is ever seen.
#[derive(Debug)]
pub struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
}

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

impl<W: Write> FrameWriter<W> {
    /// Collects for `out`.
    pub const fn new(out: W) -> Self {
        Self { out, frame: Vec::new() }
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.frame.is_empty() {
            self.frame.extend_from_slice(BEGIN);
        }
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        self.frame.extend_from_slice(END);
        let result = self.out.write_all(&self.frame);
        self.frame.clear();
        result.and_then(|()| self.out.flush())
    }
}

/// Whether the terminal is ours, so that a panic gives it back once and only then.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes the terminal over and gives a fresh screen. Nothing is asked of the terminal: its answer would mix with keys.
///
/// # Errors
/// When the terminal cannot be put in raw mode or written to.
pub fn take() -> io::Result<Screen> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture)?;
    Terminal::new(CrosstermBackend::new(FrameWriter::new(io::stdout())))
}

/// Gives the terminal back as it was. Does nothing where it is not ours.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Each may fail where the terminal is gone; the others are tried all the same.
    let _ = execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Gives the terminal back when it goes out of scope, however that happens.
#[derive(Debug)]
pub struct Guard;

impl Guard {
    /// Also has a panic give the terminal back before its words are printed.
    pub fn new() -> Self {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        Self
    }
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_write_and_an_empty_one_none() {
        struct Count(Vec<Vec<u8>>);
        impl Write for Count {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.push(bytes.to_vec());
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut w = FrameWriter::new(Count(Vec::new()));
        w.flush().unwrap();
        w.write_all(b"ab").unwrap();
        w.write_all(b"c").unwrap();
        w.flush().unwrap();
        w.flush().unwrap();
        assert_eq!(w.out.0, [b"\x1b[?2026habc\x1b[?2026l".to_vec()]);
    }
}
