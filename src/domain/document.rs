//! JSON as akx reads and writes it: one value type with one reader and one writer, exact to the character.

mod pointer;
mod read;
mod value;
mod write;

pub use pointer::{Pointer, PointerError};
pub use read::{DEPTH_LIMIT, ParseError};
pub use value::{Number, Object, Unconvertible, Value};
