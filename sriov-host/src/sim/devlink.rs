use std::time::Duration;

use super::function::Function;
use super::host::SimHost;
use super::job::{Flow, What};
use super::kernel::Kernel;
use super::rule::Rule;
use crate::decorate::Call;
use crate::seam::{
    Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, NetlinkFault, ParameterMode,
    ParameterValue,
};
use crate::{Errno, EswitchMode, PciAddress, VfIndex};

/// The time that a change of the mode takes.
const CHANGE_US: u64 = 1_200_000;

impl Devlink for SimHost {
    fn eswitch_mode(&self, device: &DevlinkDevice) -> Result<Option<EswitchMode>, DevlinkError> {
        let mut kernel = self.enter();
        if let Some(errno) = kernel.fault(Call::GetEswitch, &device.to_string()) {
            return Err(failed("read the eswitch mode", device, errno));
        }
        let found = kernel.with_eswitch(device);
        let pf = found.and_then(|address| kernel.functions.get(&address)).and_then(Function::pf);
        let invented = kernel.breaks(Rule::NoEswitch).then_some(EswitchMode::Legacy);
        Ok(pf.map(|pf| pf.eswitch).or(invented))
    }

    fn set_eswitch_mode(
        &self,
        device: &DevlinkDevice,
        mode: EswitchMode,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        const OPERATION: &str = "set the eswitch mode";
        let mut kernel = self.enter();
        if let Some(errno) = kernel.fault(Call::SetEswitch, &device.to_string()) {
            return Err(failed(OPERATION, device, errno));
        }
        let Some(pf) = kernel.with_eswitch(device) else {
            let answer = if kernel.breaks(Rule::NoEswitch) { Ok(()) } else { Err(Errno::NODEV) };
            return answer.map_err(|errno| failed(OPERATION, device, errno));
        };
        let steps = vec![What::Lock(pf).now(), What::SetEswitch { pf, mode }.now()];
        let outcome = kernel
            .run_awaited(steps, deadline)
            .map_or(Err(NetlinkFault::StillRunning { after: deadline }), |outcome| {
                outcome.map_err(NetlinkFault::refused)
            });
        outcome.map_err(|source| DevlinkError {
            operation: OPERATION,
            device: device.clone(),
            source,
        })
    }

    fn parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError> {
        let mut kernel = self.enter();
        if let Some(errno) = kernel.fault(Call::GetParameter, &format!("{device}/{name}")) {
            return Err(failed("read a parameter", device, errno));
        }
        let known = kernel.with_eswitch(device).and_then(|pf| kernel.card_parameter(pf, name));
        let invented = kernel.breaks(Rule::NoParameters).then(DevlinkParameter::default);
        Ok(known.or(invented))
    }

    fn set_parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
        mode: ParameterMode,
        value: &ParameterValue,
        _deadline: Duration,
    ) -> Result<(), DevlinkError> {
        let mut kernel = self.enter();
        if let Some(errno) = kernel.fault(Call::SetParameter, &format!("{device}/{name}")) {
            return Err(failed("set a parameter", device, errno));
        }
        // Drivers with an eswitch have a devlink device, and the others have none.
        let pf = kernel.with_eswitch(device).ok_or(Errno::NODEV);
        let outcome = pf.and_then(|pf| kernel.set_card_parameter(pf, name, mode, value));
        outcome.map_err(|errno| failed("set a parameter", device, errno))
    }
}

fn failed(operation: &'static str, device: &DevlinkDevice, errno: Errno) -> DevlinkError {
    DevlinkError { operation, device: device.clone(), source: NetlinkFault::refused(errno) }
}

impl Kernel {
    /// The PF with this devlink name, if its driver is bound and has an eswitch.
    fn with_eswitch(&self, device: &DevlinkDevice) -> Option<PciAddress> {
        let address = self.find_function(&device.name).filter(|_| device.bus == "pci")?;
        let function = self.functions.get(&address)?;
        let pf = function.pf().filter(|_| function.driver.is_some())?;
        pf.model().eswitch.then_some(address)
    }

    pub(super) fn set_eswitch(&mut self, address: PciAddress, mode: EswitchMode) -> Flow {
        let Some(pf) = self.functions.get(&address).and_then(Function::pf) else {
            return Flow::Failed(Errno::NODEV.get());
        };
        if pf.eswitch == mode {
            return Flow::Done;
        }
        if pf.num_vfs > 0 && !pf.model().eswitch_with_vfs {
            return Flow::Failed(Errno::OPNOTSUPP.get());
        }
        Flow::Then(vec![What::EswitchSet { pf: address, mode }.after(CHANGE_US)])
    }

    /// The mode has changed: VF settings are gone, representors come or go.
    pub(super) fn eswitch_set(&mut self, address: PciAddress, mode: EswitchMode) -> Flow {
        let Some(pf) = self.pf_mut(address) else { return Flow::Done };
        pf.eswitch = mode;
        pf.settings
            .iter_mut()
            .for_each(|settings| *settings = super::function::Settings::default());
        let indexes: Vec<u16> = pf.vfs.keys().copied().collect();
        for index in indexes.into_iter().map(VfIndex::new) {
            match mode {
                EswitchMode::Switchdev => self.add_representor(address, index),
                EswitchMode::Legacy => self.remove_representor(address, index),
            }
        }
        Flow::Done
    }
}
