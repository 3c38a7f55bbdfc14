//! JSON Schema as akx uses it: checking a value against it. Validation is advisory everywhere; real ActionKit schemas
//! are wrong often enough (fact sheet §1.8).

pub mod validate;
