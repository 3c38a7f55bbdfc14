//! The `akx` binary.

fn main() {}
