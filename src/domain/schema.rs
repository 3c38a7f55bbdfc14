//! JSON Schema as akx uses it: read one level at a time, told in words, turned into samples, and checked against.
//!
//! Schemas come from a server and are hostile until shown otherwise; reading one never fails and never takes longer than
//! what is asked for. Validation is advisory everywhere; real ActionKit schemas are wrong often enough.

mod complaint;
pub mod cost;
pub mod files;
pub mod fits;
mod lenient;
pub mod node;
pub mod outline;
pub mod pattern;
mod read;
pub mod refs;
pub mod sample;
mod shapes;
mod told;
pub mod validate;
pub mod words;

pub use outline::{Param, outline};
pub use sample::{Extent, template};
pub use shapes::branch_of;
