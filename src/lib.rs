//! akx: a terminal explorer for [ActionKit](https://www.useparagon.com), and the same jobs on the command line.
//!
//! Three kinds of people use it: a developer browsing the tools an agent could call, a support person testing one
//! customer's connections, and somebody giving a demo. All three find an action, fill its parameters, run it and read
//! the answer.
//!
//! ```text
//!             ┌───────────────────── runtime (tokio, crossterm, clock, tasks) ──────────────────────┐
//!   keys ───► │ Message ──► App::update(now, Message) ──► Vec<Effect> ──► perform ──► Message …     │
//!             │                     │ &App                                                          │
//!             │                     ▼                                                               │
//!             │             ui::draw(&App, Theme, &mut Frame)                                       │
//!             └─────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! The layers, and which way they may look (`tests/architecture.rs` proves it):
//!
//! | layer | knows | may use |
//! |---|---|---|
//! | [`domain`] | what an action, a schema, a form, a document, a run, a failure *is* | pure crates |
//! | [`client`] | HTTP and the wire dialects | `domain` |
//! | [`store`] | what akx keeps on disk | `domain` |
//! | [`sandbox`] | the ActionKit-compatible server on loopback | `domain` |
//! | [`app`] | state, messages, effects, keys, geometry, update | `domain` |
//! | [`ui`] | how an `App` looks | `app`, `domain` |
//! | [`settings`], [`paths`] | flags over environment over profile over defaults; where files live | `domain` |
//! | [`runtime`] | loop, terminal, clock, tasks, clipboard, editor | all above but `sandbox` |
//! | [`cli`] | the commands: the same jobs without a screen | all |
//!
//! Nothing here is a stable library interface: the crate is split into a library and a binary so that tests and
//! benches reach every layer.

// What the unit tests share with the integration tests speaks of `akx`.
#[cfg(test)]
extern crate self as akx;

pub mod app;
pub mod cli;
pub mod client;
pub mod domain;
pub mod paths;
pub mod runtime;
pub mod sandbox;
pub mod settings;
pub mod store;
pub mod ui;
