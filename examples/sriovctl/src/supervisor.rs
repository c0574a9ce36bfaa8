//! A deadline that holds even where the kernel lets nobody go.
//!
//! A call that waits in the kernel, as removing a VF that a virtual machine holds, cannot be
//! cancelled, and a process with such a thread does not end, not even by SIGKILL. So where that
//! has to be expected the work is done by a second process of this program: it prints, then tells
//! its exit status to the first one, which ends with it whether or not the second one can.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command as Program, ExitCode};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, dup2_stderr, dup2_stdout, getppid};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sriov_host::codes;
use sriov_host::document::MAX_BYTES;
use sriov_host::plan::Guard;

use crate::args::{Command, Global};
use crate::failure::Failure;
use crate::status::Status;
use crate::term::Style;

/// Tells the second process whose it is.
const PARENT: &str = "SRIOVCTL_PARENT";

/// How long a process that told its status is given to end.
const FAREWELL: Duration = Duration::from_millis(500);

/// Whether the work is given to a second process: where a deadline was asked for, and where a
/// guard is overridden that stands for calls that block.
pub(crate) fn is_wanted(global: &Global, command: &Command) -> bool {
    let blocks = |allow: &[Guard]| {
        allow.iter().any(|guard| matches!(guard, Guard::VfioHolder | Guard::RdmaUser))
    };
    let host = match command {
        Command::Plan(args) if args.observed.is_some() => false,
        Command::Apply(args) if blocks(&args.allow) => true,
        _ => is_host_command(command) && global.timeout.is_some(),
    };
    host && global.sim.is_none() && std::env::var_os(PARENT).is_none()
}

const fn is_host_command(command: &Command) -> bool {
    use Command::{Apply, Doctor, List, Mlx, Plan, Rdma, Verify, Wait};
    match command {
        Apply(_) | Doctor | List(_) | Plan(_) | Rdma(_) | Verify(_) | Wait(_) => true,
        // What writes firmware keeps the deadline by itself, call by call.
        Mlx(args) => args.command.reads_only(),
        _ => false,
    }
}

/// Has the work done, and ends as it ends.
pub(crate) fn run(global: &Global, command: &Command) -> ExitCode {
    match start(document(command)).and_then(|(child, line)| follow(child, line)) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let failure = Failure::of(Status::Failure, codes::INTERNAL.id, &error);
            failure.print(Style::stderr(global));
            failure.status.into()
        }
    }
}

fn document(command: &Command) -> Option<&Path> {
    match command {
        Command::Plan(args) => Some(&args.wanted.file),
        Command::Apply(args) => Some(&args.wanted.file),
        Command::Verify(args) => Some(&args.wanted.file),
        Command::Mlx(args) => args.command.document(),
        _ => None,
    }
}

/// The second process; its stdin is the line to it.
#[expect(clippy::disallowed_methods, reason = "the program is this one")]
fn start(document: Option<&Path>) -> io::Result<(Child, UnixStream)> {
    let (line, stdin) = UnixStream::pair()?;
    let child = Program::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(PARENT, std::process::id().to_string())
        .stdin(OwnedFd::from(stdin))
        // Signals of the terminal come through here, once.
        .process_group(0)
        .spawn()?;
    forward_signals(&child)?;
    let mut input = line.try_clone()?;
    let is_stdin = document.is_some_and(|path| path.as_os_str() == "-");
    thread::spawn(move || {
        if is_stdin {
            let limit = MAX_BYTES as u64 + 1;
            // A reader that has seen enough closes the line.
            let _ = io::copy(&mut io::stdin().take(limit), &mut input);
        }
        let _ = input.shutdown(Shutdown::Write);
    });
    Ok((child, line))
}

fn forward_signals(child: &Child) -> io::Result<()> {
    let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            // The child is not reaped before the end: its number is not somebody else's.
            let _ = Signal::try_from(signal).and_then(|signal| kill(pid, signal));
        }
    });
    Ok(())
}

/// The status that the second process told, or ended with.
fn follow(mut child: Child, mut line: UnixStream) -> io::Result<u8> {
    let mut status = [0];
    if line.read(&mut status)? == 0 {
        // It ended without a word: by a signal.
        let ended = child.wait()?;
        let code = ended.code().or_else(|| ended.signal().map(|signal| 128 + signal));
        return Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1));
    }
    let [told] = status;
    line.set_read_timeout(Some(FAREWELL))?;
    let _ = line.read(&mut status);
    Ok(told)
}

/// In the second process: the line to the first one, until the status was told.
pub(crate) struct Supervised(Arc<Mutex<Option<UnixStream>>>);

impl Supervised {
    /// `None` in a process that nobody supervises.
    pub(crate) fn begin(global: &Global, command: &Command) -> Option<Self> {
        let parent = std::env::var_os(PARENT)?.to_str()?.parse().ok().map(Pid::from_raw)?;
        // What is killed with its parent leaves nothing running behind a script's back.
        nix::sys::prctl::set_pdeathsig(Signal::SIGKILL).ok()?;
        if getppid() != parent {
            return None;
        }
        let line = io::stdin().as_fd().try_clone_to_owned().ok()?;
        let line = Arc::new(Mutex::new(Some(UnixStream::from(line))));
        // What changes the host keeps the deadline by itself, so that it can tidy up.
        let reads_only = global.dry_run || !matches!(command, Command::Apply(_) | Command::Wait(_));
        if let Some(deadline) = global.timeout.filter(|_| reads_only) {
            let (style, line) = (Style::stderr(global), Arc::clone(&line));
            thread::spawn(move || give_up_after(deadline, &line, style));
        }
        Some(Self(line))
    }

    pub(crate) fn end(&self, status: Status) {
        tell(&self.0, status, || {});
    }
}

fn give_up_after(deadline: Duration, line: &Mutex<Option<UnixStream>>, style: Style) {
    // Nobody sends: it ends with the process, or with the deadline.
    let (_open, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(deadline);
    let message = "the deadline has passed, and the kernel has not answered yet";
    let failure = Failure::new(Status::NotReady, codes::STILL_RUNNING.id, message);
    tell(line, failure.status, || failure.print(style));
}

/// Once: says the last words, lets go of the streams, so that readers of a pipe see its end
/// although this process may not end, and tells the status.
#[expect(clippy::disallowed_methods, reason = "not a file of the host")]
fn tell(line: &Mutex<Option<UnixStream>>, status: Status, last_words: impl FnOnce()) {
    let Some(mut line) = line.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    last_words();
    if let Ok(null) = std::fs::OpenOptions::new().write(true).open("/dev/null") {
        let _ = dup2_stdout(&null).and_then(|()| dup2_stderr(&null));
    }
    let _ = line.write_all(&[status as u8]);
}
