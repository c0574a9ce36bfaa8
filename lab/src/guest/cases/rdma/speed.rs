//! What asking for the mode costs.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use sriov_host::seam::{Availability, RdmaSystem};
use sriov_rdma::LinuxRdma;

use super::super::super::case::{Case, Done, holds};
use super::super::super::{exec, sys};
use super::{FORM, told};

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_get_takes_three_calls", calls),
    Case::new(FORM, "rdma_get_speed", speed),
];

const TRACE: &str = "/tmp/trace";
/// What belongs to opening a socket, and to closing it.
const AROUND: [&str; 4] = ["bind", "getsockname", "setsockopt", "close"];

/// Reads the settings once, to be looked at from outside.
pub(in super::super::super) fn once() -> ExitCode {
    match LinuxRdma::system().rdma_settings() {
        Ok(Availability::Available(_)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn calls() -> Done {
    exec::done(&["/bin/strace", "-f", "-o", TRACE, "/bin/lab-guest", "rdma-settings"])?;
    let trace = sys::read(TRACE)?;
    // Each line begins with the number of its thread.
    let calls: Vec<&str> = trace
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, call)| call.trim_start())
        .collect();
    let opened =
        calls.iter().position(|call| call.starts_with("socket(") && call.contains("NETLINK_RDMA"));
    let opened = opened.ok_or_else(|| format!("no socket was opened:\n{trace}"))?;
    // Threads wake each other meanwhile; what counts is what the socket is used for.
    let socket = calls.get(opened).and_then(|call| call.rsplit("= ").next()).unwrap_or_default();
    let name_and_socket = |call: &str| {
        let (name, rest) = call.split_once('(')?;
        let used = rest.split([',', ')', ' ']).next()?;
        (used == socket).then(|| name.to_owned())
    };
    let rest = calls.get(opened + 1..).unwrap_or_default();
    let mut spent: Vec<String> = rest.iter().filter_map(|call| name_and_socket(call)).collect();
    spent.retain(|name| !AROUND.contains(&name.as_str()));
    let count = spent.len();
    holds(|| format!("calls on socket {socket:?}: {spent:?}"), (1..=3).contains(&count))
}

/// The best of three rounds: a machine that is busy with something else is not what is measured.
fn speed() -> Done {
    let mut rounds = String::new();
    for _ in 0..3 {
        let (own, spawned) = round()?;
        println!("  | {own:?} in process, {spawned:?} by running iproute2");
        if own * 50 <= spawned {
            return Ok(());
        }
        let _ = write!(rounds, " {own:?} against {spawned:?};");
    }
    Err(format!("not 50 times as fast as iproute2:{rounds}"))
}

fn round() -> Result<(Duration, Duration), String> {
    let system = LinuxRdma::system();
    let own = median(300, || system.rdma_settings().map(drop).map_err(|e| told(&e)))?;
    let spawned = median(30, || exec::done(&["/bin/rdma", "system"]).map(drop))?;
    Ok((own, spawned))
}

fn median(times: u32, mut run: impl FnMut() -> Done) -> Result<Duration, String> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        run()?;
        taken.push(started.elapsed());
    }
    taken.sort_unstable();
    taken.get(taken.len() / 2).copied().ok_or_else(|| "nothing was measured".to_owned())
}
