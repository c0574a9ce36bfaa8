use serde::Serialize;
use sriov_host::seam::{Host, RdmaSystem};
use sriov_host::{Netns, RdmaDeviceName};
use sriov_rdma::moving::{MoveOptions, move_device};

use super::MoveArgs;
use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::term;

/// A device that is in another namespace now, or would be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    device: &'a RdmaDeviceName,
    netns: &'a Netns,
    moved: bool,
    /// The command that brings it back.
    give_back: String,
}

pub(super) fn run(
    global: &Global,
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    args: MoveArgs,
) -> Result<Status, Failure> {
    let (device, netns) = (&args.device, &args.netns);
    let report = |moved| Report { device, netns, moved, give_back: give_back(device, netns) };
    if global.dry_run {
        let report = report(false);
        term::print(global, &report, |_| format!("would move {device} to {netns}\n"))?;
        return Ok(Status::Done);
    }
    let usual = MoveOptions::default();
    let deadline = global.timeout.map_or(usual.deadline, |timeout| timeout.min(usual.deadline));
    let options = MoveOptions { deadline, allow: args.allow.into_iter().collect(), ..usual };
    // It stays there when this program ends: that is what was asked for.
    move_device(host, rdma, device, netns, &options)?.leave_it();
    let report = report(true);
    term::print(global, &report, |style| {
        let moved = style.green(&format!("moved {device} to {netns}"));
        let why = "it comes back by itself when that namespace ends; to bring it back before";
        format!("{moved}\n{why}:\n  {}\n", report.give_back)
    })?;
    Ok(Status::Done)
}

/// A device is moved from inside the namespace that it is in; process 1 is in the host's own.
fn give_back(device: &RdmaDeviceName, netns: &Netns) -> String {
    let enter = match netns {
        Netns::Pid(pid) => format!("nsenter --target {pid} --net"),
        netns => format!("nsenter --net={netns}"),
    };
    format!("{enter} sriovctl rdma move {device} --netns 1")
}
