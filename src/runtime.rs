//! The full-screen program at work: the loop, the terminal, the clock, the tasks.
//!
//! The loop is one `select!`: what has happened becomes a [`Message`](crate::app::Message), `App::update` answers with
//! effects, `perform` does them in tasks whose results are messages again. It draws once for all that was waiting,
//! and sleeps till something visible changes: when nothing moves there are no wake-ups and no bytes.

mod clipboard;
mod clock;
mod editor;
pub mod files;
mod history;
pub mod host;
pub mod input;
pub mod jq;
mod lists;
mod opening;
mod perform;
pub mod programs;
mod queries;
mod rank;
mod receiving;
pub mod session;
mod signals;
mod teller;
pub mod terminal;
mod writer;

pub use editor::edit_in as edit;
pub use host::{Connection, Host};
pub use programs::Programs;
pub use session::{Options, explore};
