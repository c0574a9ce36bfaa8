//! The first program of the lab's guest; elsewhere it lists the cases.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    sriov_lab::guest::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
