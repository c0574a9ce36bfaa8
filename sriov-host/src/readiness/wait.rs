use std::collections::BTreeSet;
use std::time::Duration;

use super::deadline::deadline_for;
use super::predicate::Watched;
use super::stage::{Stage, VfReadiness};
use super::udev;
use crate::config::DriverChoice;
use crate::inventory::ObserveError;
use crate::seam::{EventError, EventStream, Host, HostEvent, Uevent, Wake};
use crate::vfs::Cancel;
use crate::{PciAddress, VfIndex, codes};

/// How often everything is looked at again, whether or not anything happened.
const RESCAN: Duration = Duration::from_secs(1);

/// How soon a wish to stop is noticed.
const CANCEL_CHECK: Duration = Duration::from_millis(250);

/// The VFs to wait for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Awaited {
    /// Their PF.
    pub pf: PciAddress,
    /// The VFs.
    pub vfs: Vec<AwaitedVf>,
}

/// One VF to wait for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitedVf {
    /// Its number on the PF.
    pub index: VfIndex,
    /// The driver it has to end up with.
    pub driver: DriverChoice,
    /// When it was last known not to be bound, on the host's clock: what udev wrote before that
    /// is about an earlier device.
    pub unbound_at: Option<Duration>,
}

impl Awaited {
    /// The first `count` VFs of a PF, with whatever driver claims them.
    pub fn first(pf: PciAddress, count: crate::VfCount) -> Self {
        let any = |index| AwaitedVf { index, driver: DriverChoice::Default, unbound_at: None };
        Self { pf, vfs: count.indexes().map(any).collect() }
    }
}

/// How to wait.
#[derive(Clone, Copy, Default)]
pub struct WaitOptions<'a> {
    /// The longest time without progress; [`deadline_for`] the number of VFs if `None`.
    pub without_progress: Option<Duration>,
    /// The longest time altogether.
    pub overall: Option<Duration>,
    /// Stops the wait early.
    pub cancel: Option<&'a Cancel>,
    /// Is told whenever a VF reaches a stage.
    pub progress: Option<&'a WaitProgress<'a>>,
}

/// Is told the VFs' states, in the order they were asked for.
pub type WaitProgress<'a> = dyn Fn(&[&VfReadiness]) + Sync + 'a;

/// How far the VFs came.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Readiness {
    /// Whether all of them can be used.
    pub ready: bool,
    /// Each of them, in the order they were asked for.
    pub vfs: Vec<VfReadiness>,
}

impl Readiness {
    /// Those that cannot be used yet.
    pub fn late(&self) -> impl Iterator<Item = &VfReadiness> {
        self.vfs.iter().filter(|vf| vf.stage < Stage::Ready)
    }
}

/// A wait that could not be carried out. Running out of time is not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// Events could not be subscribed or read.
    #[error("cannot wait for events")]
    Events(#[source] EventError),
    /// The host could not be looked at.
    #[error("cannot look at the VFs")]
    Observe(#[source] ObserveError),
}

impl WaitError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Events(_) => codes::EVENTS_UNAVAILABLE.id,
            Self::Observe(error) => error.code(),
        }
    }
}

/// Waits until the VFs can be used, or until there is no more progress.
///
/// # Errors
///
/// [`WaitError`] if the host cannot be looked at. A deadline that passes is no error: the result
/// then names each late VF, the stage it reached, and what it waits for.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use std::time::Duration;
/// use sriov_host::readiness::{Awaited, WaitOptions, wait};
/// use sriov_host::seam::{HostPath, Sysfs};
/// use sriov_host::sim::SimHost;
/// use sriov_host::{PciAddress, VfCount};
///
/// let host = SimHost::with_igb_pair();
/// let pf: PciAddress = "0000:01:00.0".parse()?;
/// host.write(&HostPath::pci(pf).join("sriov_numvfs"), "3", Duration::from_secs(60))?;
/// let found = wait(&host, &Awaited::first(pf, VfCount::new(3)), &WaitOptions::default())?;
/// assert!(found.ready, "{found:?}");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wait(
    host: &dyn Host,
    awaited: &Awaited,
    options: &WaitOptions<'_>,
) -> Result<Readiness, WaitError> {
    // Subscribed before the first look: nothing can fall between.
    let events = host.subscribe().map_err(WaitError::Events)?;
    Waiter::new(host, awaited, options, events)?.run()
}

struct Waiter<'a> {
    host: &'a dyn Host,
    pf: PciAddress,
    options: &'a WaitOptions<'a>,
    events: Box<dyn EventStream>,
    vfs: Vec<Watched>,
    has_udev: bool,
    begun: Duration,
    progressed: Duration,
    rescanned: Duration,
}

impl<'a> Waiter<'a> {
    fn new(
        host: &'a dyn Host,
        awaited: &Awaited,
        options: &'a WaitOptions<'a>,
        events: Box<dyn EventStream>,
    ) -> Result<Self, WaitError> {
        let has_udev = udev::is_running(host).map_err(|error| WaitError::Observe(error.into()))?;
        let vfs = awaited.vfs.iter().map(Watched::new);
        let (vfs, now) = (vfs.collect(), host.now());
        let pf = awaited.pf;
        let (begun, progressed, rescanned) = (now, now, now);
        Ok(Self { host, pf, options, events, vfs, has_udev, begun, progressed, rescanned })
    }

    fn run(mut self) -> Result<Readiness, WaitError> {
        self.look_at_all()?;
        while !self.is_ready() {
            let now = self.host.now();
            let cancelled = self.options.cancel.is_some_and(Cancel::is_cancelled);
            if cancelled || now >= self.gives_up_at() {
                break;
            }
            let wake_at = self.wakes_at(now);
            self.sleep_until_event(wake_at.saturating_sub(now))?;
        }
        Ok(self.result())
    }

    fn is_ready(&self) -> bool {
        self.vfs.iter().all(|vf| vf.state.stage == Stage::Ready)
    }

    fn gives_up_at(&self) -> Duration {
        let patience = self.options.without_progress;
        let patience = patience.unwrap_or_else(|| deadline_for(self.vfs.len()));
        let overall = self.options.overall.map(|overall| self.begun.saturating_add(overall));
        self.progressed.saturating_add(patience).min(overall.unwrap_or(Duration::MAX))
    }

    fn wakes_at(&self, now: Duration) -> Duration {
        let mut wake = (self.rescanned + RESCAN).min(self.gives_up_at());
        if self.options.cancel.is_some() {
            wake = wake.min(now + CANCEL_CHECK);
        }
        if self.has_udev {
            return wake;
        }
        let proofs = self.vfs.iter().filter_map(Watched::look_again_at);
        proofs.fold(wake, Duration::min)
    }

    /// Takes every event that has arrived, then looks once at each VF they are about.
    fn sleep_until_event(&mut self, timeout: Duration) -> Result<(), WaitError> {
        let mut concerned = BTreeSet::new();
        let mut wake = self.events.next(timeout).map_err(WaitError::Events)?;
        loop {
            match wake {
                Wake::Event(event) => self.note(&event, &mut concerned),
                Wake::Lost => return self.look_at_all(),
                Wake::TimedOut => break,
            }
            wake = self.events.next(Duration::ZERO).map_err(WaitError::Events)?;
        }
        let now = self.host.now();
        if now >= self.rescanned + RESCAN {
            return self.look_at_all();
        }
        let due = |vf: &Watched| !self.has_udev && vf.look_again_at().is_some_and(|at| at <= now);
        concerned.extend(self.vfs.iter().enumerate().filter(|(_, vf)| due(vf)).map(|(at, _)| at));
        self.look_at(concerned)
    }

    fn note(&mut self, event: &HostEvent, concerned: &mut BTreeSet<usize>) {
        match event {
            HostEvent::Kernel(event) | HostEvent::Udev(event) => self.note_uevent(event, concerned),
            HostEvent::LinkChanged(index) | HostEvent::LinkRemoved(index) => {
                let has = |vf: &Watched| vf.state.ifindex == Some(*index);
                let at = self.vfs.iter().position(has);
                concerned.extend(at);
            }
        }
    }

    fn note_uevent(&mut self, event: &Uevent, concerned: &mut BTreeSet<usize>) {
        let Some(pci) = event.pci else { return };
        let known = self.vfs.iter().position(|vf| vf.state.pci == Some(pci));
        if known.is_some() {
            return concerned.extend(known);
        }
        // The PF's own event tells that all VFs are there, and an unknown address may be one of
        // them: those not seen yet are looked for.
        let missing = |(_, vf): &(usize, &Watched)| vf.state.stage == Stage::Missing;
        concerned.extend(self.vfs.iter().enumerate().filter(missing).map(|(at, _)| at));
    }

    fn look_at_all(&mut self) -> Result<(), WaitError> {
        self.rescanned = self.host.now();
        self.look_at((0..self.vfs.len()).collect())
    }

    fn look_at(&mut self, concerned: BTreeSet<usize>) -> Result<(), WaitError> {
        let mut progressed = false;
        for at in concerned {
            let Some(vf) = self.vfs.get_mut(at) else { continue };
            let (before, ready_after) = (vf.state.stage, vf.state.ready_after);
            let now = self.host.now();
            vf.look(self.host, self.pf, self.has_udev, now).map_err(WaitError::Observe)?;
            if vf.state.stage == Stage::Ready {
                let after = now.saturating_sub(self.begun);
                vf.state.ready_after = ready_after.or(Some(after));
            }
            progressed |= vf.state.stage > before;
        }
        if progressed {
            self.progressed = self.host.now();
            if let Some(tell) = self.options.progress {
                tell(&self.vfs.iter().map(|vf| &vf.state).collect::<Vec<_>>());
            }
        }
        Ok(())
    }

    fn result(self) -> Readiness {
        let ready = self.is_ready();
        Readiness { ready, vfs: self.vfs.into_iter().map(|vf| vf.state).collect() }
    }
}
