//! Programs that end when their owner does, however that ends.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::{Done, Failure};

/// A running program; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program that writes into `log`.
    ///
    /// setpriv has the kernel kill it when this process dies, even of SIGKILL. The kernel means
    /// the thread that started it, so nothing may be started but from the main thread.
    pub(crate) fn start(
        program: &Path,
        log: PathBuf,
        prepare: impl FnOnce(&mut Command),
    ) -> Done<Self> {
        let output = File::options().create(true).append(true).open(&log);
        let output = output.map_err(Failure::of("open", log.display()))?;
        let errors = output.try_clone().map_err(Failure::of("open", log.display()))?;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        prepare(&mut command);
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = command.spawn().map_err(Failure::of("start", program.display()))?;
        Ok(Self { child, log })
    }

    /// Fails if it has ended, with the end of its log.
    pub(crate) fn alive(&mut self) -> Done {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => {
                Err(Failure::new(format!("it ended with {status}:\n{}", self.tail(15))))
            }
            Err(source) => Err(Failure::new(format!("cannot look after it: {source}"))),
        }
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        // It may have ended already, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// SIGTERM, as the kubelet sends it.
    pub(crate) fn terminate(&self) -> Done {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status();
        let status = status.map_err(Failure::of("signal", &id))?;
        crate::failure::holds(status.success(), || format!("kill -TERM {id} ended with {status}"))
    }

    /// Its exit status, once it has ended.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        // A death by a signal has no status; none of the programs exits with 255.
        self.child.try_wait().ok().flatten().map(|status| status.code().unwrap_or(255))
    }

    /// The last lines of its log.
    pub(crate) fn tail(&self, lines: usize) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let all: Vec<&str> = text.lines().collect();
        all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
