//! Removing and loading a driver's module, as `modprobe` does.

use std::time::Duration;

use super::host::SimHost;
use super::job::{Flow, What};
use super::kernel::Kernel;
use crate::{ModuleName, PciAddress};

impl SimHost {
    /// Removes a driver's module, as `modprobe -r` does: all its devices are unbound, VFs first.
    ///
    /// `false` if it is not done after `deadline`, because somebody holds a VF; it then goes on by
    /// itself. A module that is not loaded is none to remove.
    pub fn remove_module(&self, module: &ModuleName, deadline: Duration) -> bool {
        let mut kernel = self.enter();
        let Some(driver) = kernel.driver_of(module) else { return true };
        let mut bound: Vec<PciAddress> = kernel.bound_to(&driver).collect();
        // The driver core detaches what was bound last first.
        let functions = &kernel.functions;
        bound.sort_by_key(|address| functions.get(address).is_none_or(|f| f.pf().is_some()));
        let detach = |function| What::Detach { function, driver: driver.clone() }.now();
        let mut steps: Vec<_> = bound.into_iter().map(detach).collect();
        steps.push(What::DriverGone { driver: driver.clone() }.after(20_000));
        kernel.going.insert(driver);
        kernel.run_awaited(steps, deadline).is_some()
    }

    /// Loads a driver's module, and binds it to what it fits.
    ///
    /// `false` if it is not done after `deadline`; it then goes on by itself.
    pub fn insert_module(&self, module: &ModuleName, deadline: Duration) -> bool {
        let mut kernel = self.enter();
        if kernel.driver_of(module).is_some() {
            return true;
        }
        let Some(driver) = kernel.known_driver(module) else { return true };
        kernel.drivers.insert(driver);
        let unbound = kernel.functions.iter().filter(|(_, function)| function.driver.is_none());
        let probe = |function: &PciAddress| What::Probe { function: *function, new: true }.now();
        let steps = unbound.map(|(address, _)| probe(address)).collect();
        kernel.run_awaited(steps, deadline).is_some()
    }
}

impl Kernel {
    /// The registered driver of a module: they differ in dashes only.
    fn driver_of(&self, module: &ModuleName) -> Option<String> {
        self.drivers.iter().find(|driver| driver.replace('-', "_") == module.as_str()).cloned()
    }

    /// The driver that a module would register here.
    fn known_driver(&self, module: &ModuleName) -> Option<String> {
        let pfs = self.functions.values().filter_map(super::function::Function::pf);
        let mut known = pfs.flat_map(|pf| [pf.model().driver, pf.model().vf_driver]);
        known.find(|driver| driver.replace('-', "_") == module.as_str()).map(str::to_owned)
    }

    /// Part of a module's removal: what is gone or unbound already is no obstacle.
    pub(super) fn detach(&mut self, address: PciAddress, driver: &str) -> Flow {
        let bound = self.functions.get(&address).and_then(|function| function.driver.as_deref());
        if bound != Some(driver) {
            return Flow::Done;
        }
        let lock = What::Lock(address).now();
        Flow::Then(vec![lock, What::Unbind { function: address, driver: driver.to_owned() }.now()])
    }

    pub(super) fn driver_gone(&mut self, driver: &str) -> Flow {
        self.drivers.remove(driver);
        self.going.remove(driver);
        Flow::Done
    }
}
