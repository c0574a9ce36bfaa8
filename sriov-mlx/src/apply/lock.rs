use sriov_host::seam::{Host, HostPath, Lock};

use super::options::FirmwareOptions;
use crate::card::Card;
use crate::error::{FirmwareError, FirmwareFault};

pub(super) fn take(
    host: &dyn Host,
    card: &Card,
    options: &FirmwareOptions,
) -> Result<Box<dyn Lock>, FirmwareError> {
    let path = HostPath::new(format!("run/lock/sriov-mlx/{}.lock", card.id.file_name()));
    host.lock(&path, &options.owner)
        .map_err(|error| FirmwareError::new("lock", &card.id, FirmwareFault::Locked(error)))
}
