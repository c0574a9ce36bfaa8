//! The lock of a card, for all programs of a host: the ports of a card share one parameter store.

use sriov_host::seam::{FilesError, Host, HostPath, Lock};

use crate::apply::FirmwareOptions;
use crate::card::CardId;
use crate::error::{FirmwareError, FirmwareFault};
use crate::patience::Patience;
use crate::progress::{OnProgress, Stage};

/// What the lock is taken for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Use {
    /// To read: without the right to make the lock it goes without.
    Read,
    /// To write.
    Write,
}

/// Holds a card until it is dropped. `None`: nobody may take the lock, and it goes without.
pub(crate) type CardLock = Option<Box<dyn Lock>>;

/// Where the lock of a card lies, always on the host: a container's own `/run` excludes nobody.
pub(crate) fn path(card: &CardId) -> HostPath {
    HostPath::new(format!("run/sriov/mlx-{}.lock", card.file_name()))
}

/// Takes the lock of a card, and waits for its owner as long as the patience lasts.
pub(crate) fn take(
    host: &dyn Host,
    card: &CardId,
    purpose: Use,
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
) -> Result<CardLock, FirmwareError> {
    let path = path(card);
    let mut patience = Patience::new(host, options.patience);
    loop {
        let fault = match host.lock(&path, &options.owner) {
            Ok(lock) => return Ok(Some(lock)),
            Err(error) if purpose == Use::Read && error.is_permission_denied() => return Ok(None),
            Err(error @ FilesError::Locked { .. }) => {
                progress(card, Stage::Waiting);
                if patience.pause() {
                    continue;
                }
                FirmwareFault::Locked(error)
            }
            Err(error) => FirmwareFault::Files(error),
        };
        return Err(FirmwareError::new("lock", card, fault));
    }
}
