//! The sandbox: an ActionKit-compatible server on loopback, with a world of its own behind it.

pub mod catalogue;
