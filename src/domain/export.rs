//! Taking actions elsewhere: a call as code in another language, definitions as models want them.

pub mod compare;
pub mod definition;
mod http;
pub mod snippet;
mod words;

pub use definition::{Shape, definition};
pub use http::{body, url};
pub use snippet::{Call, Snippet, write};
pub use words::shell_quoted;
