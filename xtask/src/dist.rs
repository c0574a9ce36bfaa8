//! What is promised of the released binary: its size, and how fast it starts.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::binaries;
use crate::problem::{Problem, Result};
use crate::run;

/// The largest size of the program for hosts, in bytes.
const MAX_BYTES: u64 = 8 << 20;

/// The largest size with the commands that talk to a cluster: TLS, HTTP and a Kubernetes client make
/// up for almost half of it.
const MAX_CLUSTER_BYTES: u64 = 11 << 20;

/// How much longer than `ip -j link` a listing may take.
const MAX_RATIO: u32 = 3;

/// Runs of each program; the fastest counts, because what disturbs a run only makes it longer.
const RUNS: u32 = 40;

pub(crate) fn run() -> Result<ExitCode> {
    // In this order: what is left behind is the whole program.
    let host = binaries::released("sriovctl", &["--no-default-features"])?;
    let host = size("without `cluster`", &host, MAX_BYTES)?;
    let sriovctl = binaries::released("sriovctl", &[])?;
    let whole = size("with all commands", &sriovctl, MAX_CLUSTER_BYTES)?;
    let checks = [Some(host), Some(whole), cold_start(&sriovctl)?];
    let count = |wanted: Option<bool>| checks.iter().filter(|check| **check == wanted).count();
    let (passed, failed, skipped) = (count(Some(true)), count(Some(false)), count(None));
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn size(variant: &str, binary: &Path, most: u64) -> Result<bool> {
    let bytes = fs::metadata(binary).map_err(Problem::path("look at", binary))?.len();
    let good = bytes <= most;
    println!("{}: {variant}: static, {bytes} bytes of at most {most}", verdict(good));
    Ok(good)
}

/// `None` where there is nothing to compare with.
fn cold_start(binary: &Path) -> Result<Option<bool>> {
    let ip = Path::new("ip");
    if !run::exists("ip") {
        println!("skip: no `ip` to compare the start of `sriovctl list` with");
        return Ok(None);
    }
    // Alternating, so that both meet the same weather.
    let (mut own, mut other) = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        own = own.min(timed(binary, &["list", "-o", "json"])?);
        other = other.min(timed(ip, &["-j", "link"])?);
    }
    let good = own <= other * MAX_RATIO;
    let verdict = verdict(good);
    println!(
        "{verdict}: `sriovctl list` {own:?}, `ip -j link` {other:?}, at most {MAX_RATIO} times"
    );
    Ok(Some(good))
}

fn timed(program: &Path, arguments: &[&str]) -> Result<Duration> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    run::attempt(&mut command)?;
    Ok(begun.elapsed())
}

const fn verdict(good: bool) -> &'static str {
    if good { "pass" } else { "FAIL" }
}
