//! JSON Schema as akx uses it: read one level at a time, told in words, turned into samples, and checked against.
//!
//! Schemas come from a server and are hostile until shown otherwise; reading one never fails and never takes longer than
//! what is asked for. Validation is advisory everywhere; real ActionKit schemas are wrong often enough.

pub mod outline;
pub mod sample;
pub mod validate;

pub use outline::{Param, outline};
pub use sample::{Extent, template};
