//! `cargo xtask kube`: scenarios of `sriov-nad` on a real API server.
//!
//! This side provides the programs; `lab/kube` starts them and runs the cases.

mod components;
mod golang;

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::problem::{Problem, Result};
use crate::{binaries, lab};
use components::Components;

/// What runs the cases, and what they are about.
const RUNNER: (&str, &str) = ("sriov-kube-lab", "kube-lab");
const CONTROLLER: (&str, &str) = ("nad-controller", "nad-controller");

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only the cases whose name contains this
    #[arg(long, value_name = "SUBSTR", default_value = "")]
    filter: String,
    /// List the cases and run none
    #[arg(long)]
    list: bool,
    /// Keep the logs of a run that passed, too
    #[arg(long)]
    keep: bool,
    /// A lane that cannot run, for want of a component, is no failure
    #[arg(long)]
    allow_skips: bool,
}

#[derive(clap::Args)]
pub(crate) struct SetupOptions {
    /// A component that cannot be had is no failure
    #[arg(long)]
    allow_skips: bool,
}

/// Runs the lane. It does not return if the lane starts: this process becomes the lane's.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let [runner, controller] = binaries::dynamic([RUNNER, CONTROLLER])?;
    if options.list {
        return become_program(Command::new(runner).args(["list", &options.filter]));
    }
    let components = match Components::ready(&lab::cache()) {
        Ok(components) => components,
        Err(problem) => return Ok(not_run(&problem, options.allow_skips)),
    };
    let mut lane = Command::new(runner);
    lane.arg("run").arg(&options.filter).current_dir(binaries::workspace());
    lane.env("KUBE_LAB_ETCD", components.etcd)
        .env("KUBE_LAB_APISERVER", components.apiserver)
        .env("KUBE_LAB_CONTROLLER_MANAGER", components.controller_manager)
        .env("KUBE_LAB_NAD_CONTROLLER", controller)
        .env("KUBE_LAB_RUNS", lab::cache().join("kube-runs"));
    if options.keep {
        lane.env("KUBE_LAB_KEEP", "1");
    }
    become_program(&mut lane)
}

/// `cargo xtask kube-setup`: fetches and builds what the lane runs.
pub(crate) fn setup(options: &SetupOptions) -> ExitCode {
    match Components::ready(&lab::cache()) {
        Ok(components) => {
            println!("the lane can run: cargo xtask kube\n{components}");
            ExitCode::SUCCESS
        }
        Err(problem) => not_run(&problem, options.allow_skips),
    }
}

/// Never looks like success: the line says why, and `run` counts a skip.
fn not_run(problem: &Problem, allowed: bool) -> ExitCode {
    println!("kube lane: NOT RUN: {problem}");
    println!("\n0 passed, 0 failed, 1 skipped");
    if allowed { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

/// With no process between them, whoever ends this one ends the lane.
fn become_program(command: &mut Command) -> Result<ExitCode> {
    let source = command.exec();
    Err(Problem::new(format!("cannot run {}: {source}", command.get_program().display())))
}
