//! Waiting for the cards of a host, by events.

use std::time::Duration;

use sriov_host::seam::{EventStream, Host, HostEvent, Wake};

use super::desired::Desired;
use super::error::ProvisionError;
use crate::card::{Card, survey};

/// How often the host is looked at again, whether or not anything happened.
const RESCAN: Duration = Duration::from_secs(1);

/// The cards of a host once their drivers are there, and what was missing when time ran out.
///
/// A host without cards that are selected is not waited for: the kernel lists PCI functions before
/// any program starts.
pub(super) fn cards(
    host: &dyn Host,
    desired: &Desired,
    within: Duration,
) -> Result<(Vec<Card>, Option<String>), ProvisionError> {
    let found = look(host)?;
    if desired.waits_for(&found).is_none() {
        return Ok((found, None));
    }
    // Subscribed, and only then looked at: nothing can fall between.
    let mut events = host.subscribe().map_err(ProvisionError::Events)?;
    let deadline = host.now().saturating_add(within);
    loop {
        let found = look(host)?;
        let missing = desired.waits_for(&found);
        let left = deadline.saturating_sub(host.now());
        if missing.is_none() || left.is_zero() {
            return Ok((found, missing));
        }
        until_something_happens(&mut *events, host, left.min(RESCAN))?;
    }
}

fn look(host: &dyn Host) -> Result<Vec<Card>, ProvisionError> {
    survey(host).map_err(|error| ProvisionError::Survey(Box::new(error)))
}

/// Until an event that may be about a card, and all that came with it.
fn until_something_happens(
    events: &mut dyn EventStream,
    host: &dyn Host,
    patience: Duration,
) -> Result<(), ProvisionError> {
    let end = host.now().saturating_add(patience);
    let mut concerned = false;
    loop {
        let left = if concerned { Duration::ZERO } else { end.saturating_sub(host.now()) };
        match events.next(left).map_err(ProvisionError::Events)? {
            Wake::Event(event) => concerned |= is_about_a_card(&event),
            Wake::Lost | Wake::TimedOut => return Ok(()),
        }
        if !concerned && host.now() >= end {
            return Ok(());
        }
    }
}

fn is_about_a_card(event: &HostEvent) -> bool {
    let (HostEvent::Kernel(uevent) | HostEvent::Udev(uevent)) = event else { return false };
    matches!(uevent.subsystem.as_deref(), Some("pci" | "net" | "infiniband"))
}
