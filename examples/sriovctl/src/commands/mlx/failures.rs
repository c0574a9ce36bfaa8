//! What went wrong, as people read it, and how the command ends then.

use sriov_mlx::card::SurveyError;
use sriov_mlx::generate::GenerateError;
use sriov_mlx::provision::{ProvisionError, RestartError};
use sriov_mlx::{FirmwareError, FirmwareFault, codes};

use crate::failure::Failure;
use crate::status::Status;

impl From<FirmwareError> for Failure {
    fn from(error: FirmwareError) -> Self {
        let cannot = [codes::CARD_NOT_CONFIGURABLE.id, codes::PARAM_UNKNOWN.id];
        let status = match &*error.fault {
            _ if error.is_locked() || error.is_busy() => Status::Locked,
            _ if error.is_timeout() => Status::NotReady,
            FirmwareFault::ToolMissing { .. } | FirmwareFault::ReadOnly(_) => Status::Unsupported,
            _ if cannot.contains(&error.code()) => Status::Unsupported,
            _ => Status::Failure,
        };
        Self::of(status, error.code(), &error)
    }
}

impl From<SurveyError> for Failure {
    fn from(error: SurveyError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

impl From<ProvisionError> for Failure {
    fn from(error: ProvisionError) -> Self {
        let status = if error.is_locked() { Status::Locked } else { Status::Failure };
        Self::of(status, error.code(), &error)
    }
}

impl From<RestartError> for Failure {
    fn from(error: RestartError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        Self::of(Status::Usage, error.code(), &error)
    }
}
