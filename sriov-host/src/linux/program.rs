#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{Pid, chroot};

use crate::seam::ToolOutput;

const MAX_BYTES: usize = 1 << 20;

/// What a program that has ended may have left behind may keep its pipes open: the rest is not
/// waited for.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A program to be run.
pub(super) struct Program {
    /// As it is called inside the root.
    pub(super) path: String,
    pub(super) args: Vec<String>,
    /// The root to run in, if it is not this process's own.
    pub(super) root: Option<PathBuf>,
    pub(super) environment: Environment,
}

/// The environment that programs are run in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Environment {
    /// Nothing but what every program needs.
    Clean,
    /// What this process was given.
    Callers,
}

impl Environment {
    fn give(self, command: &mut Command) {
        if self == Self::Clean {
            command.env_clear();
            command.envs([("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("HOME", "/root")]);
        }
        // What programs print is read, and not in other languages.
        command.env("LC_ALL", "C");
    }
}

/// How a program ended.
pub(super) enum Ended {
    ByItself(ToolOutput),
    Killed,
}

impl Program {
    /// Runs it to its end, on a thread that is used for nothing else: the root of the thread
    /// becomes that of the program.
    ///
    /// After `deadline` its process group is killed; how long that takes is up to the kernel.
    pub(super) fn run(self, deadline: Duration) -> io::Result<Ended> {
        // Of this process's root: the other one may have no /dev.
        let nothing = File::open("/dev/null")?;
        if let Some(root) = &self.root {
            // The root belongs to all threads of a process, until one of them takes a copy.
            unshare(CloneFlags::CLONE_FS)?;
            chroot(root)?;
            nix::unistd::chdir("/")?;
        }
        let mut command = Command::new(&self.path);
        self.environment.give(&mut command);
        let mut child = command
            .args(&self.args)
            .current_dir("/")
            .stdin(nothing)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let stdout = Capture::of(child.stdout.take());
        let stderr = Capture::of(child.stderr.take());
        let killed = !ends_within(&child, deadline)?;
        let status = child.wait()?;
        if killed {
            return Ok(Ended::Killed);
        }
        Ok(Ended::ByItself(ToolOutput {
            status: status.code(),
            stdout: stdout.text(),
            stderr: stderr.text(),
        }))
    }
}

/// Waits for the end of a child without taking its status, so that its number stays its own; kills
/// its group if that takes too long.
fn ends_within(child: &Child, deadline: Duration) -> io::Result<bool> {
    let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    let (sender, ended) = mpsc::channel();
    thread::Builder::new().name("sriov-wait".to_owned()).spawn(move || {
        let _ = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
        let _ = sender.send(());
    })?;
    if ended.recv_timeout(deadline).is_ok() {
        return Ok(true);
    }
    killpg(pid, Signal::SIGKILL)?;
    Ok(false)
}

/// What comes out of a pipe, read on a thread of its own so that the program never waits for us.
struct Capture {
    bytes: Arc<Mutex<Vec<u8>>>,
    closed: mpsc::Receiver<()>,
}

impl Capture {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (sender, closed) = mpsc::channel();
        let kept = Arc::clone(&bytes);
        if let Some(pipe) = pipe {
            // Without a thread the pipe is closed, and the program is told when it writes.
            let _ = thread::Builder::new().name("sriov-pipe".to_owned()).spawn(move || {
                drain(pipe, &kept);
                let _ = sender.send(());
            });
        }
        Self { bytes, closed }
    }

    fn text(&self) -> String {
        let _ = self.closed.recv_timeout(LAST_WORDS);
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Reads to the end, and keeps the beginning.
fn drain(mut pipe: impl Read, kept: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 8192];
    loop {
        let read = match pipe.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_BYTES.saturating_sub(kept.len()).min(read);
        kept.extend_from_slice(buffer.get(..room).unwrap_or_default());
    }
}
