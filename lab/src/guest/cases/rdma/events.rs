//! What the kernel tells of devices as it happens.

use std::time::Duration;

use sriov_host::seam::{RdmaEvent, RdmaEventKind, RdmaEvents, RdmaSystem, RdmaWake};
use sriov_rdma::LinuxRdma;

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::rdma::SoftDevice;
use super::{FORM, index, told};

pub(super) const CASES: &[Case] =
    &[Case::new(FORM, "rdma_events_tell_of_devices_that_come_and_go", come_and_go)];

fn come_and_go() -> Done {
    let mut events = LinuxRdma::system().watch_rdma().map_err(|e| told(&e))?;
    let wake = events.next(Duration::from_millis(50)).map_err(|e| told(&e))?;
    same("when nothing happens", &wake, &RdmaWake::TimedOut)?;
    for device in [SoftDevice::rxe as fn() -> _, SoftDevice::siw] {
        let device: SoftDevice = device()?;
        let (number, name) = (index(&device)?, device.name()?);
        drop(device);
        let heard = heard(events.as_mut())?;
        let kinds: Vec<RdmaEventKind> = heard.iter().map(|event| event.kind).collect();
        for kind in
            [RdmaEventKind::Registered, RdmaEventKind::NetdevAttached, RdmaEventKind::Unregistered]
        {
            holds(|| format!("no {kind:?} of {name} in {heard:?}"), kinds.contains(&kind))?;
        }
        let foreign = heard.iter().find(|event| event.device != number);
        same(&format!("an event of another than {name}"), &foreign, &None)?;
        let wrong = heard.iter().filter_map(|event| event.name.as_ref());
        let wrong = wrong.map(sriov_host::RdmaDeviceName::as_str).find(|other| *other != name);
        same("another name", &wrong, &None)?;
        let first = kinds.first().copied();
        same("what comes first", &first, &Some(RdmaEventKind::Registered))?;
        let last = kinds.last().copied();
        same("what comes last", &last, &Some(RdmaEventKind::Unregistered))?;
    }
    Ok(())
}

/// Everything up to the end of a device.
fn heard(events: &mut dyn RdmaEvents) -> Result<Vec<RdmaEvent>, String> {
    let mut heard = Vec::new();
    loop {
        match events.next(Duration::from_secs(10)).map_err(|e| told(&e))? {
            RdmaWake::Event(event) => {
                let last = event.kind == RdmaEventKind::Unregistered;
                heard.push(event);
                if last {
                    return Ok(heard);
                }
            }
            other => return Err(format!("{other:?} after {heard:?}")),
        }
    }
}
