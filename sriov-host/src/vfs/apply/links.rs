use std::time::Duration;

use super::super::error::StepError;
use super::run::{PfRun, StepResult};
use crate::inventory::{NetdevPlace, netdev_of};
use crate::plan::Outcome;
use crate::readiness::WaitError;
use crate::seam::LinkChange;
use crate::{IfIndex, Mtu, PciAddress};

impl PfRun<'_> {
    pub(super) fn set_pf_up(&self) -> StepResult {
        let index = self.netdev(self.pf)?;
        if self.host.link(index).map_err(StepError::Link)?.admin_up {
            return Ok(Outcome::Skipped);
        }
        self.host.set_link(index, &LinkChange::AdminUp(true)).map_err(StepError::Link)?;
        if self.host.link(index).map_err(StepError::Link)?.admin_up {
            return Ok(Outcome::Done);
        }
        let (wanted, found) = ("up".to_owned(), "down".to_owned());
        Err(StepError::DidNotStick { wanted, found })
    }

    /// `from` is `None` where the netdev is new and nothing could be planned against.
    pub(super) fn set_mtu(&self, index: IfIndex, from: Option<Mtu>, to: Mtu) -> StepResult {
        let mtu = || self.host.link(index).map(|link| link.mtu).map_err(StepError::Link);
        let text = |mtu: Option<Mtu>| mtu.map_or_else(|| "none".to_owned(), |mtu| mtu.to_string());
        let found = mtu()?;
        if found == Some(to) {
            return Ok(Outcome::Skipped);
        }
        if from.is_some() && found != from {
            return Err(StepError::Stale { expected: text(from), found: text(found) });
        }
        self.host.set_link(index, &LinkChange::Mtu(to)).map_err(StepError::Link)?;
        match mtu()? {
            Some(found) if found == to => Ok(Outcome::Done),
            found => Err(StepError::DidNotStick { wanted: to.to_string(), found: text(found) }),
        }
    }

    /// A VF whose netdev is in a pod has nothing here that could be set.
    pub(super) fn check_vf_here(&self, vf: PciAddress) -> Result<(), StepError> {
        match netdev_of(self.host, vf)? {
            NetdevPlace::Here(..) => Ok(()),
            NetdevPlace::None | NetdevPlace::Foreign => Err(StepError::NoNetdev(vf)),
        }
    }

    /// Lets the PF's link come up, as some drivers need for rates.
    ///
    /// Without a cable it never does: then the driver has the word.
    pub(super) fn await_carrier(&self) -> Result<(), StepError> {
        let NetdevPlace::Here(path, _) = netdev_of(self.host, self.pf)? else { return Ok(()) };
        let state = path.join("operstate");
        let failed = |error| StepError::Wait(WaitError::Events(error));
        let mut events = self.host.subscribe().map_err(failed)?;
        let deadline = self.host.now() + self.budget(Duration::from_secs(10));
        loop {
            let left = deadline.saturating_sub(self.host.now());
            let down = self.host.read(&state)? != "up";
            if !down || left.is_zero() || self.options.cancel.is_cancelled() {
                return Ok(());
            }
            events.next(left.min(Duration::from_millis(250))).map_err(failed)?;
        }
    }
}
