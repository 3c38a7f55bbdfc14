//! The loop: one `select!`, results before keys; draws once for all that was waiting.

use std::{collections::VecDeque, io, path::PathBuf, sync::Arc, time::Duration};

use ratatui::Frame;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{
    clock::Clock,
    editor::{self, EditFile},
    host::Host,
    input::Events,
    perform::{Borrower, Control, Performer},
    programs::Programs,
    signals::{self, Asked, Signals},
    terminal,
};
use crate::{
    app::{App, Message, geometry::Size, state::Start},
    domain::now::Now,
    ui::{self, Theme},
};

/// With what the full-screen program starts.
pub struct Options {
    /// What it shows first.
    pub start: Start,
    /// The looks.
    pub theme: Theme,
    /// Whether ids, addresses and tokens are masked on the screen from the start.
    pub present: bool,
    /// Makes connections.
    pub host: Arc<dyn Host>,
    /// Where copies and texts being edited are kept, private to the person.
    pub data: PathBuf,
    /// The programs of the person's machine that are called on.
    pub programs: Programs,
}

/// Opens the full-screen program and stays until it is left.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn explore(options: Options) -> io::Result<()> {
    let _guard = terminal::Guard::new();
    let mut screen = terminal::take()?;
    let mut session = Session::new(screen.size()?, options);
    let mut events = Events::listen();
    let mut signals = Signals::listen();
    loop {
        screen.draw(|frame| session.draw(frame))?;
        let wake = session.app.next_wake(session.clock.now());
        let mut messages = VecDeque::from(tokio::select! {
            biased;
            Some(message) = session.messages.recv() => vec![message],
            messages = events.next() => messages,
            asked = signals.next() => match asked {
                Asked::ToEnd => vec![Message::Terminate],
                Asked::ToFit => vec![Message::Resized(screen.size()?)],
            },
            () = sleep(wake) => vec![Message::Tick],
        });
        // All that is waiting is taken before the next frame: a hundred keys at once are one picture.
        let mut control = Control::Continue;
        while control == Control::Continue {
            let Some(message) = messages.pop_front() else {
                match session.messages.try_recv() {
                    Ok(message) => messages.push_back(message),
                    Err(_) => match events.waiting() {
                        Some(more) => messages.extend(more),
                        None => break,
                    },
                }
                continue;
            };
            control = session.take(message);
        }
        match control {
            Control::Continue => {}
            Control::Quit => {
                session.performer.settle().await;
                return Ok(());
            }
            Control::Lend(to) => {
                events.stop().await;
                // Nobody knows for how long: what is to be kept is kept before.
                session.performer.settle().await;
                terminal::give_back();
                let answer = session.lend(to);
                signals.pass_over_keys().await;
                screen = terminal::take()?;
                events = Events::listen();
                if session.take(answer) == Control::Quit {
                    return Ok(());
                }
                // It may have another size after somebody else had it.
                session.take(Message::Resized(screen.size()?));
            }
        }
    }
}

async fn sleep(wake: Option<Duration>) {
    match wake {
        Some(wake) => tokio::time::sleep(wake).await,
        None => std::future::pending().await,
    }
}

/// The app with everything that feeds it, apart from a terminal: a test steps it one message at a time.
pub struct Session {
    /// The state.
    pub app: App,
    theme: Theme,
    performer: Performer,
    messages: UnboundedReceiver<Message>,
    clock: Clock,
    data: PathBuf,
    programs: Programs,
}

impl Session {
    /// Starts on a screen of `size`. Must be called inside a tokio runtime.
    pub fn new(size: Size, options: Options) -> Self {
        let (sender, messages) = unbounded_channel();
        let clock = Clock::start();
        let mut performer = Performer::new(options.host, sender, options.data.clone(), options.programs.clone());
        let (mut app, effects) = App::start(size, clock.now(), options.start);
        app.present = options.present;
        for effect in effects {
            performer.perform(effect, clock.now());
        }
        Self { app, theme: options.theme, performer, messages, clock, data: options.data, programs: options.programs }
    }

    /// Takes a message and performs what follows from it.
    fn take(&mut self, message: Message) -> Control {
        let now = self.clock.now();
        let message = self.keep_secret(message);
        self.performer.arrived(&message);
        let mut control = Control::Continue;
        for effect in self.app.update(now, message) {
            match self.performer.perform(effect, now) {
                Control::Continue => {}
                other => control = other,
            }
        }
        control
    }

    /// A secret being typed never reaches the app: only how long it is.
    fn keep_secret(&mut self, message: Message) -> Message {
        if self.app.wants_secret()
            && let Some(length) = self.performer.edit_secret(&message)
        {
            return Message::SecretEdited { length };
        }
        message
    }

    /// Takes a message as the loop would; returns whether the program goes on.
    pub fn step(&mut self, message: Message) -> bool {
        self.take(message) != Control::Quit
    }

    /// Waits for the next message from outside and takes it; returns whether the program goes on.
    pub async fn step_next(&mut self) -> bool {
        match self.messages.recv().await {
            Some(message) => self.step(message),
            None => false,
        }
    }

    /// The present, as this session sees it.
    pub fn now(&self) -> Now {
        self.clock.now()
    }

    /// Draws the present state.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        ui::draw(&self.app, self.theme, frame);
    }

    /// Lets another program have the terminal until it is done.
    fn lend(&self, to: Borrower) -> Message {
        let file = |suffix| EditFile { directory: &self.data, suffix };
        match to {
            Borrower::Editor { text, suffix } => {
                Message::Edited { result: editor::edit(&self.programs.editor, &text, &file(suffix)) }
            }
            Borrower::Pager { text } => Message::Paged(editor::page(&self.programs.pager, &text, &file(".txt"))),
            Borrower::Shell => {
                signals::stop();
                Message::Resumed
            }
        }
    }
}
