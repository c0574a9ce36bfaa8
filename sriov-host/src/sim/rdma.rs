use std::time::Duration;

use super::host::SimHost;
use super::kernel::Kernel;
use super::machine_users::Hold;
use super::process::{Held, Process};
use super::rule::Rule;
use crate::decorate::Call;
use crate::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaCounter, RdmaDevice, RdmaError, RdmaEvents,
    RdmaSettings, RdmaSystem, RdmaUsage,
};
use crate::{Errno, RdmaDeviceName, RdmaIndex};

impl RdmaSystem for SimHost {
    fn rdma_settings(&self) -> Result<Availability<RdmaSettings>, RdmaError> {
        let mut kernel = self.enter();
        check(&mut kernel, "read the settings", None)?;
        Ok(kernel.available().map(|()| kernel.rdma_settings()))
    }

    fn rdma_devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError> {
        let mut kernel = self.enter();
        check(&mut kernel, "list the devices", None)?;
        Ok(kernel.available().map(|()| kernel.rdma_list()))
    }

    fn rdma_usage(&self, device: RdmaIndex) -> Result<RdmaUsage, RdmaError> {
        let mut kernel = self.enter();
        let operation = "read the usage";
        check(&mut kernel, operation, Some(device))?;
        let answer = kernel.require_rdma().and_then(|()| {
            let invented = kernel.breaks(Rule::RdmaUnknownDevice).then(RdmaUsage::default);
            kernel.usage_of(device.get()).or(invented).ok_or(Errno::INVAL)
        });
        answer.map_err(|errno| refused(operation, Some(device), errno))
    }

    fn rdma_counters(&self, device: RdmaIndex, port: u32) -> Result<Vec<RdmaCounter>, RdmaError> {
        let mut kernel = self.enter();
        let operation = "read the counters";
        check(&mut kernel, operation, Some(device))?;
        let answer = kernel.require_rdma().and_then(|()| kernel.counters_of(device.get(), port));
        answer.map_err(|errno| refused(operation, Some(device), errno))
    }

    fn change_rdma(&self, change: &RdmaChange, deadline: Duration) -> Result<(), RdmaError> {
        let mut kernel = self.enter();
        let operation = change.to_string();
        let device = change.device();
        let failed = |source| RdmaError { operation: operation.clone(), device, source };
        if let Some(errno) = kernel.fault(Call::SetRdma, "subsystem") {
            return Err(failed(NetlinkFault::refused(errno)));
        }
        kernel.change_rdma(change, deadline).map_err(failed)
    }

    fn watch_rdma(&self) -> Result<Box<dyn RdmaEvents>, RdmaError> {
        let mut kernel = self.enter();
        let operation = "listen to RDMA devices";
        let fault = kernel.fault(Call::Subscribe, "RDMA events");
        // Without such notifications there is no such multicast group.
        let answer = fault.map_or(Ok(()), Err).and_then(|()| kernel.require_rdma());
        answer
            .and_then(|()| kernel.rdma.monitor.then_some(()).ok_or(Errno::INVAL))
            .map_err(|errno| refused(operation, None, errno))?;
        Ok(self.subscribe_rdma(&mut kernel))
    }
}

impl SimHost {
    /// Starts a process that has an RDMA device open, by the device's name: for soft devices,
    /// which have no function. `false` if there is no such device.
    pub fn open_rdma(&self, pid: u32, comm: &str, device: &RdmaDeviceName, holds: Hold) -> bool {
        let mut kernel = self.kernel();
        let mut visible = kernel.rdma.visible();
        let index = visible.find(|(_, dev)| dev.name == device.as_str()).map(|(index, _)| index);
        drop(visible);
        if let Some(index) = index {
            kernel.processes.insert(pid, Process::holding(comm, Held::Rdma(index, holds)));
        }
        index.is_some()
    }
}

impl Kernel {
    fn available(&self) -> Availability<()> {
        match (self.rdma.supported, self.rdma.loaded) {
            (false, _) => Availability::Unsupported,
            (true, false) if self.breaks(Rule::RdmaNotLoadedIsAValue) => {
                Availability::Available(())
            }
            (true, false) => Availability::NotLoaded,
            (true, true) => Availability::Available(()),
        }
    }

    /// Without `ib_core` there is no such netlink protocol.
    pub(super) fn require_rdma(&self) -> Result<(), Errno> {
        self.available().available().ok_or(Errno::PROTONOSUPPORT)
    }
}

fn check(kernel: &mut Kernel, operation: &str, device: Option<RdmaIndex>) -> Result<(), RdmaError> {
    let target = device.map_or_else(|| "subsystem".to_owned(), |device| format!("device {device}"));
    match kernel.fault(Call::GetRdma, &target) {
        None => Ok(()),
        Some(errno) => Err(refused(operation, device, errno)),
    }
}

fn refused(operation: &str, device: Option<RdmaIndex>, errno: Errno) -> RdmaError {
    let source = NetlinkFault::refused(errno);
    RdmaError { operation: operation.to_owned(), device, source }
}
