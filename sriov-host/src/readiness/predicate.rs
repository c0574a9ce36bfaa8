use std::time::Duration;

use super::stage::{Stage, VfReadiness};
use super::udev;
use super::wait::AwaitedVf;
use crate::config::DriverChoice;
use crate::inventory::{NetdevPlace, ObserveError, driver, ifindex_of, netdev_of, vf_address};
use crate::seam::{Host, HostPath};
use crate::{DriverName, IfIndex, IfName, PciAddress};

/// How long a name has to stay the same where no udev tells that it is final.
const STABLE: Duration = Duration::from_millis(300);

/// What is remembered of a VF between two looks.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) state: VfReadiness,
    wanted: DriverChoice,
    /// When the netdev was last known not to be there: what udev wrote before is about another.
    absent_at: Option<Duration>,
    looked_at: Option<Duration>,
    /// The netdev's index and name, and since when they are the same.
    steady: Option<(IfIndex, IfName, Duration)>,
}

impl Watched {
    pub(super) fn new(vf: &AwaitedVf) -> Self {
        let (state, wanted) = (VfReadiness::missing(vf.index), vf.driver.clone());
        Self { state, wanted, absent_at: vf.unbound_at, looked_at: None, steady: None }
    }

    /// When to look again without an event: a name that has to prove itself steady, where no
    /// udev tells.
    pub(super) fn look_again_at(&self) -> Option<Duration> {
        let (.., since) = self.steady.as_ref()?;
        (self.state.stage == Stage::Netdev).then(|| *since + STABLE)
    }

    /// Looks at the VF and tells its stage.
    pub(super) fn look(
        &mut self,
        host: &dyn Host,
        pf: PciAddress,
        has_udev: bool,
        now: Duration,
    ) -> Result<(), ObserveError> {
        self.state = VfReadiness { ready_after: None, ..VfReadiness::missing(self.state.index) };
        let seen = self.climb(host, pf, has_udev, now);
        if self.state.stage < Stage::Netdev {
            self.steady = None;
        }
        self.looked_at = Some(now);
        match seen {
            // The device went away under our eyes: what was reached before it did is the truth.
            Err(error) if error.is_not_found() => Ok(()),
            seen => seen,
        }
    }

    fn climb(
        &mut self,
        host: &dyn Host,
        pf: PciAddress,
        has_udev: bool,
        now: Duration,
    ) -> Result<(), ObserveError> {
        let Some(pci) = vf_address(host, pf, self.state.index)? else { return Ok(()) };
        self.state.pci = Some(pci);
        self.reach(Stage::Pci);
        self.state.driver = driver(host, pci)?;
        if !self.has_wanted_driver() {
            return Ok(());
        }
        self.reach(Stage::Driver);
        if !self.makes_netdev() {
            self.reach(Stage::Ready);
            return Ok(());
        }
        let (path, name) = match netdev_of(host, pci)? {
            NetdevPlace::Here(path, name) => (path, name),
            NetdevPlace::None => return Ok(()),
            NetdevPlace::Foreign => {
                self.state.obstacle = Some("its netdev is in another network namespace".to_owned());
                return Ok(());
            }
        };
        let index = ifindex_of(host, &path)?;
        self.keep_steady(index, &name, now);
        (self.state.name, self.state.ifindex) = (Some(name), Some(index));
        self.reach(Stage::Netdev);
        if !self.is_settled(host, pci, index, has_udev, now)? {
            return Ok(());
        }
        self.reach(Stage::Settled);
        self.confirm(host, pci, index, &path)
    }

    fn reach(&mut self, stage: Stage) {
        self.state.stage = stage;
        self.state.obstacle = match stage {
            Stage::Missing | Stage::Ready => None,
            Stage::Pci => Some(format!("waiting for driver {}", self.wanted)),
            Stage::Driver => Some("waiting for its netdev".to_owned()),
            Stage::Netdev => Some("waiting for udev to finish with its name".to_owned()),
            Stage::Settled => Some("waiting for the kernel's link to agree".to_owned()),
        };
    }

    fn has_wanted_driver(&self) -> bool {
        match (&self.wanted, &self.state.driver) {
            (DriverChoice::Unbound, found) => found.is_none(),
            (DriverChoice::Default, found) => found.is_some(),
            (DriverChoice::Named(wanted), found) => found.as_ref() == Some(wanted),
        }
    }

    fn makes_netdev(&self) -> bool {
        self.state.driver.as_ref().is_some_and(|driver: &DriverName| !driver.is_userspace())
    }

    fn keep_steady(&mut self, index: IfIndex, name: &IfName, now: Duration) {
        let known = self.steady.as_ref();
        if known.is_none_or(|(known, ..)| *known != index) {
            self.absent_at = self.looked_at.or(self.absent_at);
        }
        if known.is_none_or(|(known, named, _)| *known != index || named != name) {
            self.steady = Some((index, name.clone(), now));
        }
    }

    fn is_settled(
        &self,
        host: &dyn Host,
        pci: PciAddress,
        index: IfIndex,
        has_udev: bool,
        now: Duration,
    ) -> Result<bool, ObserveError> {
        if has_udev {
            let record = udev::record(host, index)?;
            return Ok(record.is_some_and(|record| record.settles(pci, self.absent_at)));
        }
        let since = self.steady.as_ref().map(|(.., since)| *since);
        Ok(since.is_some_and(|since| now.saturating_sub(since) >= STABLE))
    }

    /// The link that the kernel has under this index is this VF's, under this name.
    fn confirm(
        &mut self,
        host: &dyn Host,
        pci: PciAddress,
        index: IfIndex,
        path: &HostPath,
    ) -> Result<(), ObserveError> {
        let link = match host.link(index) {
            Ok(link) => link,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let parent = link.parent.as_deref();
        let same = parent.is_none_or(|parent| parent == pci.to_string());
        if same && link.name.as_str() == path.file_name() {
            self.reach(Stage::Ready);
        }
        Ok(())
    }
}
