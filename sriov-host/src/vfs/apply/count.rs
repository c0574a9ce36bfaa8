use std::fmt::Display;
use std::time::Duration;

use super::super::error::{NumVfsRefusal, StepError};
use super::super::strategy::Strategy;
use super::Progress;
use super::run::{PfRun, StepResult};
use crate::config::DriverChoice;
use crate::inventory::{driver, vf_addresses};
use crate::plan::Outcome;
use crate::readiness::{Awaited, AwaitedVf, WaitOptions, wait};
use crate::seam::{HostPath, SysfsError, Wake};
use crate::{EswitchMode, VfCount, VfIndex};

impl PfRun<'_> {
    pub(super) fn destroy_vfs(&self, from: VfCount) -> StepResult {
        match self.num_vfs()? {
            VfCount::ZERO => return Ok(Outcome::Skipped),
            found if found != from => return Err(stale(from, found)),
            _ => {}
        }
        self.write_num_vfs(VfCount::ZERO, from)?;
        self.read_back(VfCount::ZERO)
    }

    pub(super) fn create_vfs(&mut self, count: VfCount) -> StepResult {
        match self.num_vfs()? {
            VfCount::ZERO => {}
            found => return Err(stale(VfCount::ZERO, found)),
        }
        self.write_num_vfs(count, count)?;
        self.renewed.extend(count.indexes());
        let enabled = self.num_vfs()?;
        self.await_links(enabled)?;
        if enabled != count {
            return Err(StepError::FewerVfs { wanted: count, enabled });
        }
        Ok(Outcome::Done)
    }

    fn read_back(&self, wanted: VfCount) -> StepResult {
        let found = self.num_vfs()?;
        if found == wanted {
            return Ok(Outcome::Done);
        }
        Err(StepError::DidNotStick { wanted: wanted.to_string(), found: found.to_string() })
    }

    fn num_vfs(&self) -> Result<VfCount, StepError> {
        let text = self.host.read(&HostPath::pci(self.pf).join("sriov_numvfs"))?;
        let count = text.trim().parse().map(VfCount::new);
        count.map_err(|_| stale("a VF count", format!("{text:?}")))
    }

    /// `affected` VFs are created or removed: the deadline grows with their number.
    fn write_num_vfs(&self, count: VfCount, affected: VfCount) -> Result<(), StepError> {
        let path = HostPath::pci(self.pf).join("sriov_numvfs");
        let deadline = self.budget(self.strategy()?.count_deadline(affected));
        match self.host.write(&path, &count.to_string(), deadline) {
            Ok(()) => Ok(()),
            Err(SysfsError::StillRunning { after, .. }) => Err(StepError::StillRunning { after }),
            Err(source) => {
                let refusal = NumVfsRefusal::of(source.errno());
                Err(StepError::NumVfs { refusal, source })
            }
        }
    }

    /// On most hosts the links are there when the write returns; on s390x and Hyper-V later.
    fn await_links(&self, count: VfCount) -> Result<(), StepError> {
        let wanted = usize::from(count.get());
        if vf_addresses(self.host, self.pf)?.len() >= wanted {
            return Ok(());
        }
        let mut events = self
            .host
            .subscribe()
            .map_err(|error| StepError::Wait(crate::readiness::WaitError::Events(error)))?;
        let deadline = self.host.now() + self.budget(self.strategy()?.count_deadline(count));
        loop {
            let found = vf_addresses(self.host, self.pf)?.len();
            let left = deadline.saturating_sub(self.host.now());
            if found >= wanted {
                return Ok(());
            }
            if left.is_zero() || self.options.cancel.is_cancelled() {
                let enabled = VfCount::new(u16::try_from(found).unwrap_or(u16::MAX));
                return Err(StepError::FewerVfs { wanted: count, enabled });
            }
            let wake = events.next(left.min(Duration::from_millis(500)));
            let _: Wake =
                wake.map_err(|error| StepError::Wait(crate::readiness::WaitError::Events(error)))?;
        }
    }

    pub(super) fn set_eswitch_mode(
        &self,
        from: Option<EswitchMode>,
        to: EswitchMode,
    ) -> StepResult {
        let device = self.pf.into();
        let found = self.host.eswitch_mode(&device).map_err(StepError::Eswitch)?;
        if found == Some(to) {
            return Ok(Outcome::Skipped);
        }
        if found != from {
            return Err(stale(format!("{from:?}"), format!("{found:?}")));
        }
        let deadline = self.budget(Duration::from_mins(1));
        self.host.set_eswitch_mode(&device, to, deadline).map_err(StepError::Eswitch)?;
        match self.host.eswitch_mode(&device).map_err(StepError::Eswitch)? {
            Some(found) if found == to => Ok(Outcome::Done),
            found => {
                let found = found.map_or_else(|| "none".to_owned(), |mode| mode.to_string());
                Err(StepError::DidNotStick { wanted: to.to_string(), found })
            }
        }
    }

    pub(super) fn wait_vfs(&self, vfs: &[(VfIndex, DriverChoice)]) -> StepResult {
        let fresh = |vf| self.renewed.contains(&vf).then_some(self.begun);
        let there = vfs.iter().filter(|(vf, _)| !self.has_failed(*vf));
        let awaited = there.map(|(index, driver)| AwaitedVf {
            index: *index,
            driver: driver.clone(),
            unbound_at: fresh(*index),
        });
        let awaited = Awaited { pf: self.pf, vfs: awaited.collect() };
        let tell = |vfs: &[&crate::readiness::VfReadiness]| {
            (self.progress)(&Progress::Waiting(vfs));
        };
        let options = WaitOptions {
            overall: Some(self.budget(Duration::MAX)),
            cancel: Some(&self.options.cancel),
            progress: Some(&tell),
            ..WaitOptions::default()
        };
        let found = wait(self.host, &awaited, &options).map_err(StepError::Wait)?;
        let late: Vec<_> = found.late().cloned().collect();
        if late.is_empty() { Ok(Outcome::Done) } else { Err(StepError::NotReady(late)) }
    }

    pub(super) fn strategy(&self) -> Result<Strategy, StepError> {
        Ok(Strategy::of(driver(self.host, self.pf)?.as_ref()))
    }
}

fn stale(expected: impl Display, found: impl Display) -> StepError {
    StepError::Stale { expected: expected.to_string(), found: found.to_string() }
}
