//! Tasks of this workspace: `cargo xtask lab` runs the lab, `cargo xtask lab-setup` prepares it;
//! `cargo xtask kube` is the same for scenarios on a Kubernetes API server.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool: it builds files, runs programs and talks to a terminal"
)]

mod apt;
mod base;
mod binaries;
mod boot;
mod cpio;
mod dist;
mod driver;
mod elf;
mod form;
mod kernel;
mod kube;
mod lab;
mod problem;
mod qemu;
mod release;
mod run;
mod setup;
mod verdict;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of this workspace")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the lab: real kernels under QEMU, with emulated SR-IOV NICs
    Lab(lab::Options),
    /// Build the static release binary, and check its size and its start
    Dist,
    /// Install what the lab needs on Debian 12 (as root, or through sudo)
    LabSetup,
    /// Run the scenarios of sriov-nad on a real API server
    Kube(kube::Options),
    /// Fetch and build what `kube` runs: etcd and the Kubernetes components
    KubeSetup(kube::SetupOptions),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Lab(options) => lab::run(&options),
        Task::Dist => dist::run(),
        Task::LabSetup => setup::run().map(|()| ExitCode::SUCCESS),
        Task::Kube(options) => kube::run(&options),
        Task::KubeSetup(options) => Ok(kube::setup(&options)),
    };
    done.unwrap_or_else(|problem| {
        eprintln!("{problem}");
        ExitCode::from(2)
    })
}
