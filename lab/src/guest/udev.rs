//! The distribution's udev, where a case wants it.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use super::case::Done;
use super::{exec, sys};

const RULES: &str = "/run/udev/rules.d";

/// Makes udev take its time with VFs, as a busy machine does.
pub(super) const SLOW_VFS: &str = "SUBSYSTEM==\"net\", ACTION==\"add\", \
     KERNELS==\"0000:0?:1*\", PROGRAM=\"/bin/sleep 1.5\"\n";

/// A running systemd-udevd; it is stopped, and its database gone, when it is dropped.
pub(super) struct Udev(Child);

impl Udev {
    /// Starts udev with an additional rule (or none), and lets it see the devices that are there.
    pub(super) fn start(rule: &str) -> Result<Self, String> {
        fs::create_dir_all(RULES).map_err(|e| format!("create {RULES}: {e}"))?;
        let file = format!("{RULES}/10-lab.rules");
        fs::write(&file, rule).map_err(|e| format!("write {file}: {e}"))?;
        let child = exec::command(&["/bin/systemd-udevd"]).spawn();
        let udev = Self(child.map_err(|e| format!("cannot start udev: {e}"))?);
        sys::until("udev listens", Duration::from_secs(10), || {
            Path::new("/run/udev/control").exists()
        })?;
        exec::done(&["/bin/udevadm", "trigger", "--action=add", "--subsystem-match=net"])?;
        settle()?;
        Ok(udev)
    }
}

/// Waits until udev has nothing left to do.
pub(super) fn settle() -> Done {
    exec::done(&["/bin/udevadm", "settle", "--timeout=60"]).map(drop)
}

impl Drop for Udev {
    fn drop(&mut self) {
        // With the daemon its workers end; a failed exit is made up for by the kill.
        drop(exec::run(&["/bin/udevadm", "control", "--exit"]));
        drop(self.0.kill());
        drop(self.0.wait());
        drop(fs::remove_dir_all("/run/udev"));
    }
}
