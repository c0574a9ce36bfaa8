use std::time::Duration;

use super::host::SimHost;
use crate::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaCounter, RdmaDevice, RdmaError, RdmaEvents,
    RdmaSettings, RdmaSystem, RdmaUsage,
};
use crate::{Errno, RdmaIndex};

impl RdmaSystem for SimHost {
    fn rdma_settings(&self) -> Result<Availability<RdmaSettings>, RdmaError> {
        Ok(Availability::NotLoaded)
    }

    fn rdma_devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError> {
        Ok(Availability::NotLoaded)
    }

    fn rdma_usage(&self, device: RdmaIndex) -> Result<RdmaUsage, RdmaError> {
        Err(refused("read the usage", Some(device)))
    }

    fn rdma_counters(&self, device: RdmaIndex, _port: u32) -> Result<Vec<RdmaCounter>, RdmaError> {
        Err(refused("read the counters", Some(device)))
    }

    fn change_rdma(&self, change: &RdmaChange, _deadline: Duration) -> Result<(), RdmaError> {
        Err(refused(&change.to_string(), None))
    }

    fn watch_rdma(&self) -> Result<Box<dyn RdmaEvents>, RdmaError> {
        Err(refused("listen to RDMA devices", None))
    }
}

fn refused(operation: &str, device: Option<RdmaIndex>) -> RdmaError {
    let source = NetlinkFault::refused(Errno::PROTONOSUPPORT);
    RdmaError { operation: operation.to_owned(), device, source }
}
