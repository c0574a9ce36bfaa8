use std::time::Duration;

use super::super::error::StepError;
use super::run::{PfRun, StepResult};
use crate::inventory::vf_addresses;
use crate::owed::{self, Owed};
use crate::plan::Outcome;
use crate::seam::HostPath;

impl PfRun<'_> {
    pub(super) fn hold_autoprobe(&mut self) -> StepResult {
        // The record comes first: a crash right behind the write must find it.
        owed::begin(self.host, self.pf, &Owed::CREATION).map_err(StepError::Record)?;
        self.holds = true;
        self.write_autoprobe("0")
    }

    pub(super) fn release_autoprobe(&mut self) -> StepResult {
        let done = self.write_autoprobe("1")?;
        self.holds = false;
        Ok(done)
    }

    fn write_autoprobe(&self, wanted: &str) -> StepResult {
        let path = HostPath::pci(self.pf).join("sriov_drivers_autoprobe");
        if self.host.read(&path)? == wanted {
            return Ok(Outcome::Skipped);
        }
        self.host.write(&path, wanted, self.budget(Duration::from_secs(10)))?;
        let found = self.host.read(&path)?;
        if found != wanted {
            return Err(StepError::DidNotStick { wanted: wanted.to_owned(), found });
        }
        Ok(Outcome::Done)
    }

    /// Whatever happened, the kernel probes drivers again as it did before.
    pub(super) fn put_autoprobe_back(&mut self) {
        if !self.holds {
            return;
        }
        let put_back = self.write_autoprobe("1");
        if let Err(error) = &put_back {
            tracing::error!(%error, "autoprobe could not be put back, the record stays");
            return;
        }
        // Without VFs nothing else is owed; with some, the next run binds them.
        let no_vfs = vf_addresses(self.host, self.pf).is_ok_and(|vfs| vfs.is_empty());
        if no_vfs && let Err(error) = owed::finish(self.host, self.pf) {
            tracing::warn!(%error, "the record of what is owed could not be removed");
        }
    }
}
