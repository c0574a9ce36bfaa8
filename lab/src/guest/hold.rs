//! A process that holds something, as a virtual machine holds its VF.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitCode, Stdio};

use nix::sched::{CloneFlags, unshare};

use super::{exec, verbs};

/// What a helper can hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held<'a> {
    /// A file, open for reading and writing.
    File(&'a str),
    /// A verbs context on an uverbs device.
    Context(&'a str),
    /// A network namespace, by being in it.
    NetnsOfProcess,
    /// A network namespace, by a file descriptor and nothing else.
    NetnsOfDescriptor,
}

impl<'a> Held<'a> {
    fn from_words(words: &[&'a str]) -> Option<Self> {
        Some(match words {
            ["file", path] => Self::File(path),
            ["context", path] => Self::Context(path),
            ["netns", "process"] => Self::NetnsOfProcess,
            ["netns", "descriptor"] => Self::NetnsOfDescriptor,
            _ => return None,
        })
    }

    fn words(self) -> [&'a str; 2] {
        match self {
            Self::File(path) => ["file", path],
            Self::Context(path) => ["context", path],
            Self::NetnsOfProcess => ["netns", "process"],
            Self::NetnsOfDescriptor => ["netns", "descriptor"],
        }
    }

    /// What has to stay open, if it is a file.
    fn take(self) -> Result<Option<File>, String> {
        match self {
            Self::File(path) => open(path).map(Some),
            Self::Context(path) => {
                let device = open(path)?;
                verbs::make_context(&device)?;
                Ok(Some(device))
            }
            Self::NetnsOfProcess => leave_netns().map(|()| None),
            Self::NetnsOfDescriptor => {
                // The thread that made the namespace ends, and with it the last task in it.
                let thread = std::thread::spawn(|| {
                    leave_netns()?;
                    let own = "/proc/thread-self/ns/net";
                    File::open(own).map_err(|e| format!("open {own}: {e}"))
                });
                thread.join().map_err(|_| "the thread panicked".to_owned())?.map(Some)
            }
        }
    }
}

/// The helper itself: takes hold, says so, and waits for the end of its input.
pub(super) fn run(words: &[&str]) -> ExitCode {
    let held = Held::from_words(words).ok_or_else(|| format!("hold what? {words:?}"));
    let held = match held.and_then(Held::take) {
        Ok(held) => held,
        Err(problem) => {
            println!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    println!("held");
    // Whatever ends the input ends the hold.
    drop(std::io::stdin().read_to_end(&mut Vec::new()));
    drop(held);
    ExitCode::SUCCESS
}

fn open(path: &str) -> Result<File, String> {
    let file = OpenOptions::new().read(true).write(true).open(path);
    file.map_err(|e| format!("open {path}: {e}"))
}

fn leave_netns() -> Result<(), String> {
    unshare(CloneFlags::CLONE_NEWNET).map_err(|e| format!("make a network namespace: {e}"))
}

/// A running helper; it lets go when it is dropped.
pub(super) struct Holder(Child);

impl Holder {
    /// Starts a helper and waits until it has the file.
    pub(super) fn of(path: &str) -> Result<Self, String> {
        Self::start(Held::File(path))
    }

    /// Starts a helper and waits until it has what it is to hold.
    pub(super) fn start(held: Held<'_>) -> Result<Self, String> {
        let mut command = exec::command(&[&["/bin/lab-guest", "hold"], &held.words()[..]].concat());
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut holder = Self(child.map_err(|e| format!("cannot start a holder: {e}"))?);
        let mut said = String::new();
        if let Some(out) = holder.0.stdout.take() {
            BufReader::new(out).read_line(&mut said).map_err(|e| format!("holder: {e}"))?;
        }
        if said == "held\n" { Ok(holder) } else { Err(format!("{held:?} is not held: {said}")) }
    }

    pub(super) fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // Fails only if it is gone already, which is what is wanted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
