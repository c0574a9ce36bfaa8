use super::function::Function;
use super::job::{Flow, Step, What};
use super::kernel::Kernel;
use super::machine_users::Hold;
use super::process::Held;
use super::rule::Rule;
use crate::{DriverName, Errno, EswitchMode, PciAddress};

/// Drivers that need an IOMMU to probe.
const VFIO: &str = "vfio-pci";

/// The time that a driver takes which only reserves the device.
const STUB_PROBE_US: u64 = 3_000;

impl Kernel {
    /// The driver whose id table fits.
    fn fitting_driver(&self, address: PciAddress) -> Option<&str> {
        let function = self.functions.get(&address)?;
        match (function.pf(), function.vf()) {
            (Some(pf), _) => Some(&pf.fits),
            (None, Some((pf, _))) => {
                Some(self.functions.get(&pf).and_then(Function::pf)?.model().vf_driver)
            }
            (None, None) => None,
        }
    }

    /// `pci_match_device()`.
    fn driver_matches(&self, address: PciAddress, driver: &str) -> bool {
        let Some(function) = self.functions.get(&address) else { return false };
        let fits = self.fitting_driver(address) == Some(driver);
        match &function.driver_override {
            Some(wanted) if wanted == driver => true,
            Some(_) => fits && self.breaks(Rule::OverrideExcludesOthers),
            None => fits,
        }
    }

    /// `pci_device_can_probe()`.
    fn may_probe(&self, address: PciAddress, broken: Rule) -> bool {
        let Some(function) = self.functions.get(&address) else { return false };
        let Some((pf, _)) = function.vf() else { return true };
        let autoprobe =
            self.functions.get(&pf).and_then(Function::pf).is_none_or(|pf| pf.autoprobe);
        let overridden =
            function.driver_override.is_some() && !self.breaks(Rule::OverrideBeatsAutoprobe);
        autoprobe || overridden || self.breaks(broken)
    }

    /// Why the driver's probe fails, if it does.
    fn probe_error(&self, driver: &str) -> Option<Errno> {
        (driver == VFIO && !self.iommu).then_some(Errno::INVAL)
    }

    fn probe_time(&mut self, address: PciAddress, driver: &str) -> u64 {
        let Some(function) = self.functions.get(&address) else { return 0 };
        let usual = match (function.pf(), function.vf()) {
            _ if is_stub(driver) => STUB_PROBE_US,
            (Some(pf), _) => pf.model().pf_probe_us,
            (None, Some((pf, _))) => {
                self.functions.get(&pf).and_then(Function::pf).map_or(0, |pf| pf.vf_probe_us)
            }
            (None, None) => 0,
        };
        self.rng.between(usual - usual / 10, usual + usual / 10)
    }

    /// `device_attach()`: the first driver that matches. Nobody hears of a failure.
    pub(super) fn probe(&mut self, address: PciAddress, new: bool) -> Flow {
        let Some(function) = self.functions.get(&address) else { return Flow::Done };
        let candidate =
            function.driver_override.clone().or(self.fitting_driver(address).map(str::to_owned));
        let Some(driver) = candidate.filter(|driver| self.drivers.contains(driver)) else {
            return Flow::Done;
        };
        let broken =
            if new { Rule::AutoprobeOffLeavesUnbound } else { Rule::AutoprobeOffProbeDoesNothing };
        if function.driver.is_some() || !self.may_probe(address, broken) {
            return Flow::Done;
        }
        match self.probe_error(&driver) {
            Some(errno) if self.breaks(Rule::ProbeFailsSilently) => Flow::Failed(errno.get()),
            Some(_) => Flow::Done,
            None => Flow::Then(self.bind_steps(address, driver)),
        }
    }

    /// `bind_store()`: matching comes before "already bound".
    pub(super) fn bind(&mut self, address: PciAddress, driver: &str) -> Flow {
        let Some(function) = self.functions.get(&address) else {
            return Flow::Failed(Errno::NODEV.get());
        };
        let refusal = if !self.driver_matches(address, driver) {
            Some((Errno::NODEV, Rule::BindNoMatch))
        } else if function.driver.is_some() {
            Some((Errno::BUSY, Rule::BindBusy))
        } else if !self.may_probe(address, Rule::AutoprobeOffBindRefused) {
            return Flow::Failed(Errno::NODEV.get());
        } else {
            self.probe_error(driver).map(|errno| (errno, Rule::BindTellsProbeError))
        };
        match refusal {
            Some((_, rule)) if self.breaks(rule) => Flow::Done,
            Some((errno, _)) => Flow::Failed(errno.get()),
            None => Flow::Then(self.bind_steps(address, driver.to_owned())),
        }
    }

    fn bind_steps(&mut self, address: PciAddress, driver: String) -> Vec<Step> {
        let takes = self.probe_time(address, &driver);
        let lock = What::Lock(address).now();
        vec![lock, What::Bound { function: address, driver }.after(takes)]
    }

    /// The probe has succeeded.
    pub(super) fn bound(&mut self, address: PciAddress, driver: &str) -> Flow {
        let Some(function) = self.functions.get_mut(&address) else { return Flow::Done };
        function.driver = Some(driver.to_owned());
        let bind_first = self.breaks(Rule::EventsOrderPerVf);
        if bind_first {
            self.announce_pci("bind", address, Some(driver));
        }
        if !is_stub(driver) || self.breaks(Rule::VfioBinds) {
            self.make_devices(address);
        }
        if !bind_first {
            self.announce_pci("bind", address, Some(driver));
        }
        Flow::Done
    }

    /// The netdev and the RDMA device that a driver makes.
    fn make_devices(&mut self, address: PciAddress) {
        let Some(function) = self.functions.get(&address) else { return };
        let pf_of = function.vf().map_or(address, |(pf, _)| pf);
        let model =
            self.functions.get(&pf_of).and_then(Function::pf).map(super::function::Pf::model);
        let rdma = model.is_some_and(|model| model.rdma);
        match function.vf() {
            None => self.add_pf_netdev(address),
            Some((pf, index)) => self.add_vf_netdev(address, pf, index),
        }
        if rdma {
            self.add_rdma_of(address);
        }
    }

    /// `unbind_store()`.
    pub(super) fn unbind(&mut self, address: PciAddress, driver: &str) -> Flow {
        let Some(function) = self.functions.get(&address) else {
            return Flow::Failed(Errno::NODEV.get());
        };
        if function.driver.as_deref() != Some(driver) {
            let broken = self.breaks(Rule::UnbindElsewhere);
            return if broken { Flow::Done } else { Flow::Failed(Errno::NODEV.get()) };
        }
        let mut steps = Vec::new();
        let has_vfs = function.pf().is_some_and(|pf| pf.num_vfs > 0);
        if has_vfs
            && !self.breaks(Rule::PfUnbindDestroysVfs)
            && let Flow::Then(disable) = self.disable_steps(address)
        {
            steps = disable;
        }
        steps.push(What::AwaitHolders { function: address }.now());
        steps.push(What::Unbound { function: address }.after(2_000));
        Flow::Then(steps)
    }

    /// vfio keeps a device until the last user has closed it.
    pub(super) fn await_holders(&mut self, address: PciAddress) -> Flow {
        let vfio = self.functions.get(&address).and_then(|f| f.driver.as_deref()) == Some(VFIO);
        let held = self.processes.values().any(|process| {
            matches!(process.holds, Some(Held::Function(held, Hold::Vfio)) if held == address)
        });
        if vfio && held { Flow::Blocked } else { Flow::Done }
    }

    /// The driver has let go.
    pub(super) fn unbound(&mut self, address: PciAddress) -> Flow {
        self.remove_rdma_of(address);
        self.remove_netdevs_of(address);
        if self.breaks(Rule::RemoveEvents) {
            // Nothing is said.
        } else {
            self.announce_pci("unbind", address, None);
        }
        let forgets = self.breaks(Rule::AutoprobeSurvivesReload);
        let Some(function) = self.functions.get_mut(&address) else { return Flow::Done };
        function.driver = None;
        if let Some(pf) = function.pf_mut() {
            pf.eswitch = EswitchMode::Legacy;
            pf.autoprobe |= forgets;
        }
        Flow::Done
    }
}

/// Whether the driver makes no netdev.
fn is_stub(driver: &str) -> bool {
    driver.parse::<DriverName>().is_ok_and(|name| name.is_userspace()) || driver == "pci-stub"
}
