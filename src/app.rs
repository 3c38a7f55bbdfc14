//! The full-screen program as state and pure functions: `App::update(now, Message) -> Vec<Effect>`.
//!
//! Nothing in here knows a terminal library, HTTP, a file or the clock.

pub mod command;
pub mod geometry;
pub mod key;
pub mod keymap;
pub mod text_field;
