//! An apply that is stopped half-way, politely and not.

use std::fs::OpenOptions;
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::super::case::{Case, Done, holds, same};
use super::super::sriovctl::{self, Config};
use super::super::{nic, sys};
use super::guards::lock_file;
use super::sample;

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "interrupt_leaves_no_lock_and_autoprobe_on", interrupted),
    Case::new("igb", "kill_is_made_good_by_the_next_apply", killed),
];

/// How far an apply gets before it is stopped: from the first write to the last attributes.
const MOMENTS: [u64; 5] = [0, 150, 400, 800, 1400];

fn interrupted() -> Done {
    rounds(Signal::SIGINT, || {
        for pf in [nic::PF, nic::OTHER_PF] {
            lock_is_free(pf)?;
        }
        autoprobe_is_on()
    })
}

fn killed() -> Done {
    // Nothing can be said of the moment after: the process had no chance to tidy up.
    rounds(Signal::SIGKILL, || Ok(()))
}

fn rounds(signal: Signal, directly_after: fn() -> Done) -> Done {
    let mut stopped = 0;
    for moment in MOMENTS {
        nic::fresh()?;
        let config = sample::config()?;
        let whole = stop(&config, signal, moment)?;
        stopped += usize::from(!whole);
        directly_after().map_err(|e| format!("after {moment} ms: {e}"))?;
        converges(&config).map_err(|e| format!("after {moment} ms: {e}"))?;
    }
    holds(|| "every apply was over before it could be stopped".to_owned(), stopped > 0)
}

/// Starts an apply and stops it so long after it has begun to change the PF. `true` if it
/// had come to its end.
fn stop(config: &Config, signal: Signal, moment: u64) -> Result<bool, String> {
    let mut child = sriovctl::start(&["apply", "-f", config.path()])?;
    let begun = sys::until("the apply begins", Duration::from_secs(30), || {
        let autoprobe = sys::read(nic::attribute(nic::PF, "sriov_drivers_autoprobe"));
        autoprobe.is_ok_and(|on| on == "0") || !nic::vfs(nic::PF).is_empty()
    });
    thread::sleep(Duration::from_millis(moment));
    let pid = i32::try_from(child.id()).map_err(|e| e.to_string())?;
    kill(Pid::from_raw(pid), signal).map_err(|e| format!("kill: {e}"))?;
    let started = Instant::now();
    let status = child.wait().map_err(|e| format!("wait for sriovctl: {e}"))?;
    begun?;
    let took = started.elapsed();
    holds(|| format!("it took {took:?} to stop"), took < Duration::from_secs(20))?;
    Ok(status.success())
}

fn converges(config: &Config) -> Done {
    config.apply()?;
    sample::is_applied()?;
    autoprobe_is_on()?;
    config.apply_is_idle()
}

fn autoprobe_is_on() -> Done {
    let autoprobe = sys::read(nic::attribute(nic::PF, "sriov_drivers_autoprobe"))?;
    same("sriov_drivers_autoprobe", &autoprobe, &"1".to_owned())
}

/// The file may stay; what counts is whether somebody holds it.
fn lock_is_free(pf: &str) -> Done {
    let path = lock_file(pf);
    let Ok(file) = OpenOptions::new().write(true).open(&path) else { return Ok(()) };
    let lock = Flock::lock(file, FlockArg::LockExclusiveNonblock);
    lock.map(drop).map_err(|(_, e)| format!("{path} is still held: {e}"))
}
