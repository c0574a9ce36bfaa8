//! Scenarios of `sriov-nad` on etcd, kube-apiserver and kube-controller-manager.
//!
//! `cargo xtask kube` builds the programs and starts this one, which starts them, runs the cases
//! one after the other, and ends them. What the controller did is read from the API server and
//! never taken from the controller's word.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "the harness stands outside the product: it runs programs, looks at the clock, \
              speaks to a terminal, and takes from JSON what may not be there as null"
)]

mod api;
#[macro_use]
mod case;
mod cases;
#[path = "../../../sriov-nad/tests/sim/contract/mod.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "shared with the tests of sriov-nad: a panic is how a case fails there"
)]
mod contract;
mod controller;
mod failure;
mod manifests;
mod object;
mod path;
mod plane;
mod process;
mod runner;
mod setup;
mod wait;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["list", filter] => runner::list(filter),
        ["run", filter] => runner::run(filter),
        _ => {
            eprintln!("usage: kube-lab list|run FILTER; `cargo xtask kube` calls it");
            ExitCode::from(2)
        }
    }
}
