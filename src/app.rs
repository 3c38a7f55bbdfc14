//! The full-screen program as state and pure functions: `App::update(now, Message) -> Vec<Effect>`.
//!
//! Nothing in here knows a terminal library, HTTP, a file or the clock.

pub mod account;
pub mod answer;
pub mod batch;
pub mod board;
pub mod browse;
pub mod chooser;
pub mod command;
pub mod detail;
pub mod doctor;
pub mod effect;
pub mod geometry;
pub mod key;
pub mod keymap;
pub mod listing;
mod masked;
pub mod message;
pub mod open_form;
pub mod overlay;
pub mod page;
pub mod past;
pub mod profiles;
pub mod remote;
pub mod request;
pub mod runs;
pub mod session;
pub mod state;
pub mod text_field;
pub mod update;
pub mod viewer;
pub mod welcome;

pub use effect::Effect;
pub use message::Message;
pub use state::App;
