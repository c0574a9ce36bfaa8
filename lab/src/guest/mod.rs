//! The guest's side of the lab: the first process of a kernel under QEMU, and its cases.
//!
//! The program that drives the product is `/bin/sriovctl`; what it did is checked against sysfs,
//! iproute2, udev and the kernel's own probes, never against the product's word.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "the harness stands outside the product: it looks at the kernel directly, speaks \
              over the console, and takes from JSON what may not be there as null"
)]

mod case;
mod cases;
mod exec;
mod hold;
mod init;
mod netdevsim;
mod netns;
mod nic;
mod probe;
mod rdma;
mod runner;
mod sriovctl;
mod sys;
mod udev;
mod uevents;
mod verbs;

use std::process::ExitCode;

/// Runs the guest as the first process; `list FORM FILTER` and `hold …` are for its helpers.
pub fn main() -> ExitCode {
    if std::process::id() == 1 {
        return init::run();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["list", form, filter] => list(form, filter),
        ["hold", what @ ..] => hold::run(what),
        ["rdma-settings"] => cases::rdma::speed::once(),
        _ => ExitCode::from(2),
    }
}

fn list(form: &str, filter: &str) -> ExitCode {
    for case in cases::selected(form, filter) {
        println!("{}", case.name);
    }
    ExitCode::SUCCESS
}
