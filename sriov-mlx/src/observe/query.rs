use sriov_host::PciAddress;
use sriov_host::seam::Host;

use crate::access::Access;
use crate::apply::FirmwareOptions;
use crate::backend::{BackendKind, Backends};
use crate::card::{Card, CardId, survey};
use crate::error::{FirmwareError, FirmwareFault};
use crate::lock::{self, Use};
use crate::param::{ParamName, Reading};
use crate::progress::nobody;

/// Reads parameters through one PF; all that its card has if no names are given.
///
/// Names that the card does not have are absent from the reading.
///
/// # Errors
///
/// [`FirmwareError`] if no card has this PF, or if nothing could be read at all.
pub fn query(
    access: &Access<'_>,
    device: PciAddress,
    names: &[ParamName],
    options: &FirmwareOptions,
) -> Result<(BackendKind, Reading), FirmwareError> {
    let card = card_of(access.host, device)?;
    let _lock = lock::take(access.host, &card.id, Use::Read, options, &nobody)?;
    let backend = Backends::new(access, options).choose(&card, names)?;
    Ok((backend.kind(), backend.query(&card, names)?))
}

/// The card of a PF, with that PF in front: some parameters differ from PF to PF.
fn card_of(host: &dyn Host, device: PciAddress) -> Result<Card, FirmwareError> {
    let failed = |fault| FirmwareError::new("read", &CardId::Slot(device), fault);
    let cards = survey(host).map_err(|error| failed(FirmwareFault::Survey(error)))?;
    let found = cards.into_iter().find(|card| card.port(device).is_some());
    let mut card = found.ok_or_else(|| failed(FirmwareFault::NoSuchPf(device)))?;
    card.ports.sort_by_key(|port| port.pci != device);
    Ok(card)
}
