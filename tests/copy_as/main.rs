//! What is copied runs: every "copy as" text against the sandbox, where its runtime is on the machine.

#[cfg(test)]
mod runs;
