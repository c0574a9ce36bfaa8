//! The RDMA subsystem, through a wrapper.

use std::time::Duration;

use super::Call;
use super::policy::{Failure, Policy, Request, deadline_if, errno_or, through};
use crate::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaCounter, RdmaDevice, RdmaError, RdmaEvents,
    RdmaSettings, RdmaSystem, RdmaUsage,
};
use crate::{Errno, RdmaIndex};

impl Failure for RdmaError {
    fn outcome(&self) -> String {
        errno_or(self.errno(), if self.is_still_running() { "still-running" } else { "failed" })
    }
}

fn failed(operation: &str, device: Option<RdmaIndex>) -> impl Fn(Errno) -> RdmaError {
    move |errno| RdmaError {
        operation: operation.to_owned(),
        device,
        source: NetlinkFault::refused(errno),
    }
}

/// A question about the subsystem or a device.
fn get<P: Policy, T>(
    policy: &P,
    operation: &str,
    device: Option<RdmaIndex>,
    pass: impl Fn() -> Result<T, RdmaError>,
) -> Result<T, RdmaError> {
    let target = device.map_or_else(|| "subsystem".to_owned(), |device| format!("device {device}"));
    let request = Request { call: Call::GetRdma, target: &target, detail: operation };
    through(policy, &request, |_| pass(), &pass, failed(operation, device))
}

/// The RDMA seam of a wrapper around a host that has it.
macro_rules! rdma_seam {
    ($($wrapper:ident),+) => {$(
        impl<H: crate::seam::Host + RdmaSystem> RdmaSystem for super::$wrapper<H> {
            fn rdma_settings(&self) -> Result<Availability<RdmaSettings>, RdmaError> {
                get(self, "read the settings", None, || self.inner().rdma_settings())
            }

            fn rdma_devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError> {
                get(self, "list the devices", None, || self.inner().rdma_devices())
            }

            fn rdma_usage(&self, device: RdmaIndex) -> Result<RdmaUsage, RdmaError> {
                get(self, "read the usage", Some(device), || self.inner().rdma_usage(device))
            }

            fn rdma_counters(
                &self,
                device: RdmaIndex,
                port: u32,
            ) -> Result<Vec<RdmaCounter>, RdmaError> {
                let pass = || self.inner().rdma_counters(device, port);
                get(self, "read the counters", Some(device), pass)
            }

            fn change_rdma(
                &self,
                change: &RdmaChange,
                deadline: Duration,
            ) -> Result<(), RdmaError> {
                let detail = change.to_string();
                let request =
                    Request { call: Call::SetRdma, target: "subsystem", detail: &detail };
                let pass =
                    |awaited| self.inner().change_rdma(change, deadline_if(awaited, deadline));
                through(self, &request, pass, || Ok(()), failed(&detail, None))
            }

            fn watch_rdma(&self) -> Result<Box<dyn RdmaEvents>, RdmaError> {
                let request =
                    Request { call: Call::Subscribe, target: "RDMA events", detail: "" };
                let pass = || self.inner().watch_rdma();
                through(self, &request, |_| pass(), pass, failed("listen to RDMA devices", None))
            }
        }
    )+};
}

rdma_seam!(DryRun, Faulty, Recorder);
