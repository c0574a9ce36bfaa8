//! What the cases share: paths, expectations, waiting, and putting everything back.

use std::fmt::Debug;
use std::time::Duration;

use sriov_host::seam::{Host, HostEvent, HostPath, LinkChange, SysfsError, Wake};
use sriov_host::{Errno, PciAddress};

use super::Rig;

/// What a case or a part of it has found.
pub(super) type Outcome<T = ()> = Result<T, String>;

/// Long enough for an emulated machine on a busy host.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// As long as a write may take: a disable alone sleeps for a second.
const WRITE: Duration = Duration::from_mins(1);

/// The cases of a module, by name.
macro_rules! cases {
    (@list $iommu:literal $no_iommu:literal $($name:ident)*) => {
        vec![$(crate::contract::Case {
            name: stringify!($name),
            needs_iommu: $iommu,
            needs_no_iommu: $no_iommu,
            run: |host, rig| crate::contract::bench::run(host, rig, $name),
        }),*]
    };
    ($($name:ident),+ $(,)?) => {
        pub(super) fn cases() -> Vec<crate::contract::Case> {
            cases!(@list false false $($name)+)
        }
    };
    (with iommu: $($with:ident),+; without: $($without:ident),+ $(,)?) => {
        pub(super) fn cases() -> Vec<crate::contract::Case> {
            [cases!(@list true false $($with)+), cases!(@list false true $($without)+)].concat()
        }
    };
}

/// A host and a rig, with the words that cases are written in.
pub(super) struct Bench<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) rig: &'a Rig,
    pf_driver: String,
}

/// Runs a case between two restorations. Its own finding comes first.
pub(super) fn run(
    host: &dyn Host,
    rig: &Rig,
    case: fn(&Bench<'_>) -> Outcome,
) -> Result<(), String> {
    let link = HostPath::pci(rig.pf).join("driver");
    let driver = host.read_link(&link).map_err(|error| tell(&error))?;
    let pf_driver = driver.rsplit('/').next().unwrap_or_default().to_owned();
    let bench = Bench { host, rig, pf_driver };
    bench.restore().map_err(|problem| format!("before the case: {problem}"))?;
    let finding = case(&bench);
    let restored = bench.restore().map_err(|problem| format!("after the case: {problem}"));
    finding.and(restored)
}

/// An error with its causes, on one line.
pub(super) fn tell(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

/// Compares, and says both.
#[expect(clippy::needless_pass_by_value, reason = "wanted values are written in place")]
pub(super) fn expect<T: Debug + PartialEq>(what: &str, found: T, wanted: T) -> Outcome {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, wanted {wanted:?}"))
    }
}

/// Requires, and says what was required.
pub(super) fn require(what: &str, holds: bool) -> Outcome {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

/// A file of a driver on the PCI bus.
pub(super) fn driver(driver: &str, name: &str) -> HostPath {
    HostPath::new("/sys/bus/pci/drivers").join(driver).join(name)
}

impl Bench<'_> {
    pub(super) fn pf(&self, name: &str) -> HostPath {
        HostPath::pci(self.rig.pf).join(name)
    }

    pub(super) fn vf(&self, index: u16, name: &str) -> HostPath {
        self.pf(&format!("virtfn{index}")).join(name)
    }

    pub(super) fn pf_driver(&self) -> &str {
        &self.pf_driver
    }

    pub(super) fn vf_driver(&self) -> &str {
        self.rig.vf_driver.as_str()
    }

    pub(super) fn read(&self, path: &HostPath) -> Outcome<String> {
        self.host.read(path).map_err(|error| tell(&error))
    }

    pub(super) fn try_write(&self, path: &HostPath, value: &str) -> Result<(), SysfsError> {
        self.host.write(path, value, WRITE)
    }

    pub(super) fn write(&self, path: &HostPath, value: &str) -> Outcome {
        self.try_write(path, value).map_err(|error| tell(&error))
    }

    /// A write that the kernel refuses with this errno.
    pub(super) fn refused(&self, path: &HostPath, value: &str, wanted: Errno) -> Outcome {
        match self.try_write(path, value) {
            Ok(()) => Err(format!("writing {value:?} to {path} succeeded, wanted {wanted}")),
            Err(error) if error.errno() == Some(wanted) => Ok(()),
            Err(error) => Err(format!("wanted {wanted}: {}", tell(&error))),
        }
    }

    /// Whether a path is there: a folder, or the target of a link.
    pub(super) fn is_there(&self, path: &HostPath) -> Outcome<bool> {
        match self.host.list(path) {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(tell(&error)),
        }
    }

    /// The last part of a link's target; `None` without a link.
    pub(super) fn link_name(&self, path: &HostPath) -> Outcome<Option<String>> {
        match self.host.read_link(path) {
            Ok(target) => Ok(target.rsplit('/').next().map(str::to_owned)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(tell(&error)),
        }
    }

    pub(super) fn create(&self, count: u16) -> Outcome {
        self.write(&self.pf("sriov_numvfs"), &count.to_string())?;
        expect(
            "sriov_numvfs after the write",
            self.read(&self.pf("sriov_numvfs"))?,
            count.to_string(),
        )
    }

    pub(super) fn destroy(&self) -> Outcome {
        self.write(&self.pf("sriov_numvfs"), "0")
    }

    /// VFs without drivers.
    pub(super) fn create_unbound(&self, count: u16) -> Outcome {
        self.write(&self.pf("sriov_drivers_autoprobe"), "0")?;
        self.create(count)
    }

    pub(super) fn address(&self, index: u16) -> Outcome<PciAddress> {
        let name = self.link_name(&self.pf(&format!("virtfn{index}")))?;
        let address = name.and_then(|name| name.parse().ok());
        address.ok_or_else(|| format!("virtfn{index} does not lead to a function"))
    }

    pub(super) fn vf_driver_now(&self, index: u16) -> Outcome<Option<String>> {
        self.link_name(&self.vf(index, "driver"))
    }

    /// Binds a VF to its usual driver, by the driver's own file.
    pub(super) fn bind(&self, index: u16) -> Outcome {
        let bind = driver(self.vf_driver(), "bind");
        self.write(&bind, &self.address(index)?.to_string())
    }

    pub(super) fn unbind(&self, index: u16) -> Outcome {
        let unbind = driver(self.vf_driver(), "unbind");
        self.write(&unbind, &self.address(index)?.to_string())
    }

    pub(super) fn probe(&self, index: u16) -> Outcome {
        let probe = HostPath::new("/sys/bus/pci/drivers_probe");
        self.write(&probe, &self.address(index)?.to_string())
    }

    /// Waits for something to become true, woken by events.
    pub(super) fn until(&self, what: &str, mut holds: impl FnMut() -> Outcome<bool>) -> Outcome {
        let mut events = self.host.subscribe().map_err(|error| tell(&error))?;
        let end = self.host.now() + PATIENCE;
        while !holds()? {
            if self.host.now() > end {
                return Err(format!("still not after {} s: {what}", PATIENCE.as_secs()));
            }
            events.next(Duration::from_millis(200)).map_err(|error| tell(&error))?;
        }
        Ok(())
    }

    /// The events of an action, until `complete`, and what follows shortly.
    pub(super) fn events_of(
        &self,
        action: impl FnOnce() -> Outcome,
        mut complete: impl FnMut(&[HostEvent]) -> bool,
    ) -> Outcome<Vec<HostEvent>> {
        let mut stream = self.host.subscribe().map_err(|error| tell(&error))?;
        action()?;
        let (mut seen, end) = (Vec::new(), self.host.now() + PATIENCE);
        loop {
            let done = complete(&seen);
            let pause = Duration::from_millis(if done { 300 } else { 1000 });
            match stream.next(pause).map_err(|error| tell(&error))? {
                Wake::Event(event) => seen.push(event),
                Wake::Lost => return Err("events were lost".to_owned()),
                Wake::TimedOut if done => return Ok(seen),
                Wake::TimedOut if self.host.now() > end => {
                    return Err(format!("the events did not come; seen {seen:#?}"));
                }
                Wake::TimedOut => {}
            }
        }
    }

    /// Both PFs bound, autoprobing, without VFs, up.
    fn restore(&self) -> Outcome {
        self.restore_pf(self.rig.pf)?;
        self.restore_pf(self.rig.other_pf)
    }

    fn restore_pf(&self, address: PciAddress) -> Outcome {
        let pf = HostPath::pci(address);
        if self.link_name(&pf.join("driver"))?.is_none() {
            self.write(&driver(&self.pf_driver, "bind"), &address.to_string())?;
        }
        if self.read(&pf.join("sriov_drivers_autoprobe"))? != "1" {
            self.write(&pf.join("sriov_drivers_autoprobe"), "1")?;
        }
        if self.read(&pf.join("sriov_numvfs"))? != "0" {
            self.write(&pf.join("sriov_numvfs"), "0")?;
        }
        let index = self.netdev(&pf)?;
        if !self.link(index)?.admin_up {
            self.set_link(index, &LinkChange::AdminUp(true))?;
        }
        Ok(())
    }
}
