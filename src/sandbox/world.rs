//! The world behind the actions: what exists in each provider's account, and how actions change it.

pub mod clock;
pub mod data;
pub mod files;
pub mod ids;
pub mod path;
pub mod template;
