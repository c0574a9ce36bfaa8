//! A process that holds a file open, as a virtual machine holds its VF.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitCode, Stdio};

use super::exec;

/// The helper itself: opens the file, says so, and waits for the end of its input.
pub(super) fn run(path: &str) -> ExitCode {
    let Ok(_held) = OpenOptions::new().read(true).write(true).open(path) else {
        return ExitCode::FAILURE;
    };
    println!("held");
    // Whatever ends the input ends the hold.
    drop(std::io::stdin().read_to_end(&mut Vec::new()));
    ExitCode::SUCCESS
}

/// A running helper; it lets go when it is dropped.
pub(super) struct Holder(Child);

impl Holder {
    /// Starts a helper and waits until it has the file.
    pub(super) fn of(path: &str) -> Result<Self, String> {
        let mut command = exec::command(&["/bin/lab-guest", "hold", path]);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut holder = Self(child.map_err(|e| format!("cannot start a holder: {e}"))?);
        let mut said = String::new();
        if let Some(out) = holder.0.stdout.take() {
            BufReader::new(out).read_line(&mut said).map_err(|e| format!("holder: {e}"))?;
        }
        if said == "held\n" { Ok(holder) } else { Err(format!("the holder could not open {path}")) }
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
