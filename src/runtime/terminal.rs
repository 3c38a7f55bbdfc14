//! The terminal: taken over, given back (also after a panic), and written to one frame at a time.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::{
    cursor::Show,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend};

use crate::app::geometry::Size;

/// The terminal akx draws on.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<FrameWriter>>,
    frame: FrameWriter,
}

impl Screen {
    /// The terminal's size now.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<Size> {
        let size = self.terminal.size()?;
        Ok(Size { width: size.width, height: size.height })
    }

    /// Draws a frame and writes what has changed, at once.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw)?;
        self.frame.send(&mut io::stdout().lock())
    }
}

/// Collects a frame's bytes, which are then written at once as one synchronized update, so that no half frame is ever
/// seen. The drawing library flushes several times a frame; that does nothing here. Clones share the frame.
#[derive(Debug, Clone, Default)]
pub struct FrameWriter(Arc<Mutex<Vec<u8>>>);

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

impl FrameWriter {
    /// Writes what was collected to `out`, if anything was.
    ///
    /// # Errors
    /// `out`'s; what was collected is gone then.
    pub fn send(&self, out: &mut impl Write) -> io::Result<()> {
        let frame = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if frame.is_empty() {
            return Ok(());
        }
        out.write_all(&[BEGIN, &frame, END].concat())?;
        out.flush()
    }
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
    let frame = FrameWriter::default();
    Ok(Screen { terminal: Terminal::new(CrosstermBackend::new(frame.clone()))?, frame })
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
    /// Also has a panic of this thread give the terminal back before its words are printed. One of another thread ends a
    /// task, not the program: it is logged, since its words would be written across the screen.
    pub fn new() -> Self {
        let before = std::panic::take_hook();
        let drawing = std::thread::current().id();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == drawing || !TAKEN.load(Ordering::SeqCst) {
                give_back();
                before(panic);
            } else {
                tracing::error!("{panic}");
            }
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
        let (mut w, mut out) = (FrameWriter::default(), Count(Vec::new()));
        w.send(&mut out).unwrap();
        w.write_all(b"ab").unwrap();
        w.flush().unwrap();
        w.clone().write_all(b"c").unwrap();
        w.send(&mut out).unwrap();
        w.send(&mut out).unwrap();
        assert_eq!(out.0, [b"\x1b[?2026habc\x1b[?2026l".to_vec()]);
    }
}
