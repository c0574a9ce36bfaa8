//! What went wrong, as people read it, and how the command ends then.

use sriov_rdma::devices::DevicesError;
use sriov_rdma::moving::MoveError;
use sriov_rdma::persist::FactsError;

use crate::failure::Failure;
use crate::status::Status;

impl From<FactsError> for Failure {
    fn from(error: FactsError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

impl From<DevicesError> for Failure {
    fn from(error: DevicesError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

impl From<MoveError> for Failure {
    fn from(error: MoveError) -> Self {
        let status = match error {
            MoveError::NotLoaded | MoveError::NeedsExclusive | MoveError::DriverCannot { .. } => {
                Status::Unsupported
            }
            MoveError::InUse { .. } => Status::Refused,
            MoveError::StillRunning { .. } => Status::NotReady,
            _ => Status::Failure,
        };
        Self::of(status, error.code(), &error).with_help(error.help())
    }
}
