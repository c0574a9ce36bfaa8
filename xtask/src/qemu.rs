//! One run of QEMU, watched from the first line to the last.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::form::Form;
use crate::problem::{Problem, Result};
use crate::verdict::{self, CaseReport, Outcome, Transcript};

pub(crate) const PROGRAM: &str = "qemu-system-x86_64";

/// What to boot, and how long to bear with it.
#[derive(Debug)]
pub(crate) struct Boot<'a> {
    pub(crate) form: &'a Form,
    pub(crate) kernel: &'a Path,
    pub(crate) initrd: &'a Path,
    pub(crate) log: &'a Path,
    pub(crate) filter: &'a str,
    pub(crate) accelerator: &'a str,
    pub(crate) deadline: Duration,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) transcript: Transcript,
    /// The exit status, if QEMU ended by itself.
    pub(crate) exit: Option<i32>,
    /// Why it was ended, if it was.
    pub(crate) killed: Option<String>,
}

impl Ended {
    /// Why the guest went away under its cases, none of which had failed.
    ///
    /// An emulated kernel on a busy host hangs now and then by itself. One that the product
    /// wedges does so again.
    pub(crate) fn lost_its_kernel(&self) -> Option<&str> {
        let reason = self.killed.as_deref()?;
        (self.transcript.count(Outcome::Fail) == 0).then_some(reason)
    }
}

/// A guest that says nothing at all for this long is not coming up.
const TIME_TO_COME_UP: Duration = Duration::from_secs(90);

impl Boot<'_> {
    /// The command as it can be repeated by hand.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(self.form.hardware()).args(["-accel", self.accelerator]);
        command.arg("-kernel").arg(self.kernel).arg("-initrd").arg(self.initrd);
        command.arg("-append").arg(self.form.command_line(self.filter));
        command
    }

    /// Boots, and hands on each case as it ends.
    pub(crate) fn run(&self, mut report: impl FnMut(&CaseReport)) -> Result<Ended> {
        let mut log = File::create(self.log).map_err(Problem::path("create", self.log))?;
        let mut qemu = Running(self.start(&log)?);
        let lines = qemu.lines();
        let mut transcript = Transcript::default();
        let started = Instant::now();
        let killed = loop {
            let limit = if transcript.is_up() { self.deadline } else { TIME_TO_COME_UP };
            match lines.recv_timeout(limit.saturating_sub(started.elapsed())) {
                Ok(line) => {
                    writeln!(log, "{line}").map_err(Problem::path("write", self.log))?;
                    if verdict::is_fatal(&line) {
                        break Some(line);
                    }
                    transcript.take(&line).map(&mut report);
                }
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if transcript.is_done() => {
                    break Some("the guest gave its verdict and did not end".to_owned());
                }
                Err(RecvTimeoutError::Timeout) => {
                    break Some(format!("no verdict after {} s", started.elapsed().as_secs()));
                }
            }
        };
        if killed.is_some() {
            save_rest(&lines, &mut log);
            return Ok(Ended { transcript, exit: None, killed });
        }
        let status = qemu.0.wait().map_err(Problem::path("wait for", PathBuf::from(PROGRAM)))?;
        Ok(Ended { transcript, exit: status.code(), killed: None })
    }

    fn start(&self, log: &File) -> Result<Child> {
        let complaints = log.try_clone().map_err(Problem::path("share", self.log))?;
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(complaints);
        command.spawn().map_err(|source| {
            Problem::new(format!("cannot run {PROGRAM}: {source}"))
                .help("run `cargo xtask lab-setup`")
        })
    }
}

/// The words after a panic come within moments, and they are what explains it.
fn save_rest(lines: &Receiver<String>, log: &mut File) {
    while let Ok(line) = lines.recv_timeout(Duration::from_millis(500)) {
        // The log is an aid here; the verdict is already bad.
        drop(writeln!(log, "{line}"));
    }
}

/// A QEMU that does not outlive its watcher.
struct Running(Child);

impl Running {
    fn lines(&mut self) -> Receiver<String> {
        let (sender, receiver) = mpsc::channel();
        if let Some(console) = self.0.stdout.take() {
            thread::spawn(move || {
                let mut console = BufReader::new(console);
                let mut line = Vec::new();
                while console.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                    if sender.send(verdict::clean(&line)).is_err() {
                        return;
                    }
                    line.clear();
                }
            });
        }
        receiver
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only on a process that is already gone.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
