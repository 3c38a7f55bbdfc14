//! What akx is about: actions, schemas, forms, documents, runs and failures, as plain data and pure functions.
//!
//! Nothing in here knows a terminal, HTTP, a file, the environment or the clock; time is always an argument.

pub mod action;
pub mod arguments;
pub mod body;
pub mod budget;
pub mod catalogue;
pub mod category;
pub mod charset;
pub mod choices;
pub mod civil;
pub mod connection;
pub mod doctor;
pub mod document;
pub mod drift;
pub mod export;
pub mod failure;
pub mod fault;
pub mod form;
pub mod guard;
pub mod history;
pub mod lint;
pub mod markdown;
pub mod now;
pub mod pages;
pub mod profile;
pub mod proxy;
pub mod redact;
pub mod rows;
pub mod run;
pub mod saved;
pub mod schema;
pub mod search;
pub mod services;
pub mod shared;
pub mod side_effect;
pub mod text;
pub mod ticket;
pub mod token;
pub mod usage;
pub mod users;
pub mod wire;
pub mod words;
