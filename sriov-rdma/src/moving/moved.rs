use std::fmt;
use std::time::Duration;

use sriov_host::seam::{RdmaChange, RdmaDevice, RdmaSystem};
use sriov_host::{Netns, RdmaDeviceName, RdmaIndex};

use super::{MoveError, is_here, place, refusal};

/// A device that is in another namespace, and comes back when this is dropped.
///
/// Giving back throws out whoever uses the device there: that is the end of the loan.
#[must_use = "dropping it gives the device back at once"]
pub struct Moved<'r> {
    rdma: &'r dyn RdmaSystem,
    device: RdmaDevice,
    netns: Netns,
    patience: Duration,
    is_out: bool,
}

impl<'r> Moved<'r> {
    pub(super) fn new(
        rdma: &'r dyn RdmaSystem,
        device: &RdmaDevice,
        netns: &Netns,
        patience: Duration,
    ) -> Self {
        Self { rdma, device: device.clone(), netns: netns.clone(), patience, is_out: true }
    }

    /// The device's name, which the move has not changed.
    pub const fn name(&self) -> &RdmaDeviceName {
        &self.device.name
    }

    /// The device's number, which the move has not changed.
    pub const fn index(&self) -> RdmaIndex {
        self.device.index
    }

    /// Where it is.
    pub const fn netns(&self) -> &Netns {
        &self.netns
    }

    /// Gives the device back. Nothing is sent if the kernel has returned it already, as it does
    /// when the namespace has ended.
    ///
    /// # Errors
    ///
    /// [`MoveError`]; the device is then still in the other namespace, and nothing gives it back
    /// any more.
    pub fn give_back(mut self, deadline: Duration) -> Result<(), MoveError> {
        self.is_out = false;
        self.fetch(deadline)
    }

    /// Leaves the device where it is.
    pub fn leave_it(mut self) {
        self.is_out = false;
    }

    fn fetch(&self, deadline: Duration) -> Result<(), MoveError> {
        let device = self.device.index;
        if is_here(self.rdma, device)? {
            return Ok(());
        }
        let own = place::own();
        let change = RdmaChange::Move { device, from: Some(self.netns.clone()), to: own.clone() };
        let answer = self.rdma.change_rdma(&change, deadline);
        let here = is_here(self.rdma, device)?;
        match answer {
            // The namespace may have ended in the same moment.
            _ if here => {
                tracing::info!(rdma_dev = %self.device.name, "RDMA device given back");
                Ok(())
            }
            Ok(()) => Err(MoveError::DidNotStick { device: self.device.name.clone(), netns: own }),
            Err(source) => Err(refusal(self.rdma, &self.device, &own, source)),
        }
    }
}

impl Drop for Moved<'_> {
    fn drop(&mut self) {
        if !self.is_out {
            return;
        }
        if let Err(error) = self.fetch(self.patience) {
            tracing::error!(
                rdma_dev = %self.device.name,
                netns = %self.netns,
                error = &error as &dyn std::error::Error,
                "RDMA device could not be given back"
            );
        }
    }
}

impl fmt::Debug for Moved<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moved")
            .field("device", &self.device.name)
            .field("netns", &self.netns)
            .finish_non_exhaustive()
    }
}
