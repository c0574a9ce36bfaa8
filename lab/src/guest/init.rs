//! The guest from its first process to its verdict.

use std::convert::Infallible;
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::process::ExitCode;

use nix::mount::{MsFlags, mount};
use nix::sys::reboot::{RebootMode, reboot};

use super::case::Done;
use super::runner::Tally;
use super::{exec, nic, runner, sys};

const MOUNTS: &[(&str, &str)] = &[
    ("proc", "/proc"),
    ("sysfs", "/sys"),
    ("devtmpfs", "/dev"),
    ("tmpfs", "/run"),
    ("tmpfs", "/tmp"),
    ("debugfs", "/sys/kernel/debug"),
    ("tracefs", "/sys/kernel/tracing"),
];

/// The port of QEMU's exit device.
const EXIT_PORT: u64 = 0xf4;

/// Sets the guest up, runs its cases and ends it. Leaving init is a panic: a harness that
/// crashes cannot look like one that passed.
pub(super) fn run() -> ExitCode {
    match up() {
        Ok((form, filter)) => end(runner::run(&form, &filter)),
        Err(problem) => println!("the guest cannot be set up: {problem}"),
    }
    ExitCode::FAILURE
}

fn up() -> Result<(String, String), String> {
    for (kind, target) in MOUNTS {
        mount(Some(*kind), *target, Some(*kind), MsFlags::empty(), None::<&str>)
            .map_err(|e| format!("mount {kind} on {target}: {e}"))?;
    }
    fs::create_dir_all("/run/netns").map_err(|e| format!("create /run/netns: {e}"))?;
    let uptime = sys::read("/proc/uptime")?;
    let release = sys::read("/proc/sys/kernel/osrelease")?;
    println!("LAB-UP {} {release}", uptime.split_whitespace().next().unwrap_or("?"));
    let command_line = sys::read("/proc/cmdline")?;
    let form = argument(&command_line, "lab.form=");
    load(&form)?;
    Ok((form, argument(&command_line, "lab.filter=")))
}

fn argument(command_line: &str, name: &str) -> String {
    let value = command_line.split_whitespace().find_map(|word| word.strip_prefix(name));
    value.unwrap_or_default().to_owned()
}

/// The drivers that a machine would have loaded at boot.
fn load(form: &str) -> Done {
    let modules: &[&str] = match form {
        "igb" => &["igb", "igbvf"],
        "contract" | "iommu" => &["igb", "igbvf", "vfio-pci"],
        "netdevsim" => &["netdevsim"],
        "rdma" => &["ib_core", "dummy"],
        other => return Err(format!("no form is called {other:?}")),
    };
    for module in modules {
        exec::done(&["/sbin/modprobe", module])?;
    }
    match form {
        "netdevsim" | "rdma" => Ok(()),
        _ => nic::fresh(),
    }
}

/// The verdict on both channels, and the end of the machine.
fn end(tally: Tally) {
    let passed = tally.failed == 0;
    println!("LAB-VERDICT {} {}", if passed { "pass" } else { "fail" }, tally.cases);
    if let Err(problem) = exit_qemu(if passed { 1 } else { 2 }) {
        println!("cannot reach QEMU's exit device: {problem}");
    }
    let _: Result<Infallible, _> = reboot(RebootMode::RB_POWER_OFF);
}

fn exit_qemu(value: u8) -> std::io::Result<()> {
    std::io::stdout().flush()?;
    // What is still on its way to the serial line would be lost with the machine.
    nix::sys::termios::tcdrain(std::io::stdout())?;
    let mut port = OpenOptions::new().write(true).open("/dev/port")?;
    port.seek(SeekFrom::Start(EXIT_PORT))?;
    port.write_all(&[value])
}
