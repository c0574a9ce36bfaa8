//! Health as the engine tells it, in the words of the pages.

use std::sync::atomic::{AtomicBool, Ordering};

use sriov_nad::engine::Handle;

use crate::health::Probes;

/// How the controller is doing.
pub(crate) struct Status {
    handle: Handle,
    /// Whether another process holds the Lease, and this one has nothing to do.
    standby: AtomicBool,
}

impl Status {
    pub(crate) fn new(handle: Handle, standby: bool) -> Self {
        Self { handle, standby: AtomicBool::new(standby) }
    }

    /// The Lease is ours.
    pub(crate) fn lead(&self) {
        self.standby.store(false, Ordering::Relaxed);
    }

    fn verdict(&self, reasons: &[String]) -> Result<String, String> {
        if self.standby.load(Ordering::Relaxed) {
            return Ok("standby: another process holds the lease\n".to_owned());
        }
        match reasons {
            [] => Ok("ok\n".to_owned()),
            reasons => Err(reasons.join("\n") + "\n"),
        }
    }
}

impl Probes for Status {
    fn live(&self) -> Result<String, String> {
        self.verdict(&self.handle.health().not_live)
    }

    fn ready(&self) -> Result<String, String> {
        self.verdict(&self.handle.health().not_ready)
    }

    fn metrics(&self) -> String {
        self.handle.metrics().prometheus()
    }
}
