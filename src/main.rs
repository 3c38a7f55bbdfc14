//! The `akx` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    akx::cli::main()
}
