//! The RDMA netns mode, live and persisted, and RDMA devices.

mod devices;
mod failures;
mod get;
mod moving;
mod set;

use clap::{Args, Subcommand};
use sriov_host::boot::{Bootloader, probe};
use sriov_host::config::RdmaNetnsMode;
use sriov_host::plan::Guard;
use sriov_host::seam::{Host, RdmaSystem};
use sriov_host::{Netns, RdmaDeviceName};
use sriov_rdma::persist::{ModePlan, ModePlanOptions, observe, plan as plan_mode, verify};

use super::plan;
use crate::args::Global;
use crate::commands::verify as verify_command;
use crate::failure::Failure;
use crate::status::Status;
use crate::target::with_rdma;
use crate::term;

pub(crate) use get::text as survey_text;
pub(crate) use set::text as set_text;

#[derive(Debug, Subcommand)]
pub(crate) enum RdmaCommand {
    /// Show the netns mode: live, persisted, as booted, and what keeps it from being changed
    Get,
    /// Show what would make the mode the wanted one, now and after the next boot
    Plan(ModeArgs),
    /// Make the mode the wanted one; without --persist only until the next boot
    Set(SetArgs),
    /// Compare the mode, live and after the next boot, with the wanted one
    Verify(ModeArgs),
    /// Show the RDMA devices of this network namespace and who uses them
    Devices,
    /// Move an RDMA device into another network namespace
    Move(MoveArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ModeArgs {
    /// The wanted mode: exclusive, shared or unmanaged
    #[arg(long, value_name = "MODE")]
    mode: RdmaNetnsMode,
    /// End with status 3 if changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SetArgs {
    /// The wanted mode: exclusive, shared or unmanaged
    #[arg(long, value_name = "MODE")]
    mode: RdmaNetnsMode,
    /// Also make the next boot bring it; where the kernel refuses now, ask for that boot
    #[arg(long)]
    persist: bool,
}

#[derive(Args, Debug)]
pub(crate) struct MoveArgs {
    /// The device, by its name
    device: RdmaDeviceName,
    /// The namespace: a path, a name below /run/netns, or a pid
    #[arg(long, value_name = "PATH|PID")]
    netns: Netns,
    /// Override a guard: rdma-user
    #[arg(long, value_name = "GUARD")]
    allow: Vec<Guard>,
}

pub(crate) fn run(global: &Global, command: RdmaCommand) -> Result<Status, Failure> {
    with_rdma(global, |host, rdma| match command {
        RdmaCommand::Get => get::run(global, host, rdma),
        RdmaCommand::Plan(args) => {
            let plan = planned(host, rdma, args.mode, ModePlanOptions::default())?;
            plan::announce(global, &plan.plan, args.detailed_exitcode)
        }
        RdmaCommand::Set(args) => set::run(global, host, rdma, &args),
        RdmaCommand::Verify(args) => verified(global, host, rdma, &args),
        RdmaCommand::Devices => devices::run(global, host, rdma),
        RdmaCommand::Move(args) => moving::run(global, host, rdma, args),
    })
}

fn loader_of(host: &dyn Host) -> Result<Box<dyn Bootloader>, Failure> {
    Ok(probe(host).map_err(sriov_rdma::persist::FactsError::Staged)?)
}

fn planned(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    wanted: RdmaNetnsMode,
    options: ModePlanOptions,
) -> Result<ModePlan, Failure> {
    let facts = observe(host, rdma, loader_of(host)?.as_ref(), wanted)?;
    Ok(plan_mode(&facts, wanted, options))
}

fn verified(
    global: &Global,
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    args: &ModeArgs,
) -> Result<Status, Failure> {
    let facts = observe(host, rdma, loader_of(host)?.as_ref(), args.mode)?;
    let found = verify(&facts, args.mode);
    term::print(global, &found, |style| verify_command::text(&found, style))?;
    plan::report_blockers(global, &found.obstacles);
    Ok(match found.in_sync() {
        true => Status::Done,
        false if args.detailed_exitcode && !found.differences.is_empty() => Status::Pending,
        false => Status::Failure,
    })
}
