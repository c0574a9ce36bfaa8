use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::agenda::Happening;
use super::function::Function;
use super::host::SimHost;
use super::kernel::Kernel;
use super::rule::Rule;
use crate::seam::{EventError, EventStream, HostEvent, Uevent, Uevents, Wake};
use crate::{IfIndex, PciAddress};

/// The open subscriptions. They belong to a process, and are not part of a saved machine.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    last: u32,
    queues: BTreeMap<u32, Queue>,
    /// When anything was last told, in microseconds of uptime.
    pub(super) told_at: u64,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<HostEvent>,
    lost: bool,
}

impl Kernel {
    /// To everybody who listens; a full queue loses it.
    pub(super) fn emit(&mut self, event: &HostEvent) {
        self.listeners.told_at = self.now;
        let room = self.costs.event_buffer;
        for queue in self.listeners.queues.values_mut() {
            if queue.events.len() < room {
                queue.events.push_back(event.clone());
            } else {
                queue.lost = true;
            }
        }
    }

    /// Where a function is below `/sys`: behind a root port, and VFs beside their PF.
    pub(super) fn devpath(&self, address: PciAddress) -> String {
        let pf = self.functions.get(&address).and_then(Function::vf).map_or(address, |(pf, _)| pf);
        let (domain, bus) = (pf.domain(), pf.bus());
        if bus == 0 {
            return format!("/devices/pci{domain:04x}:00/{address}");
        }
        let port = bus & 0x1f;
        format!("/devices/pci{domain:04x}:00/{domain:04x}:00:{port:02x}.0/{address}")
    }

    pub(super) fn pci_uevent(
        &self,
        action: &str,
        address: PciAddress,
        driver: Option<String>,
    ) -> Uevent {
        Uevent {
            action: action.to_owned(),
            devpath: self.devpath(address),
            subsystem: Some("pci".to_owned()),
            driver,
            pci: Some(address),
            ..Uevent::default()
        }
    }

    pub(super) fn announce_pci(&mut self, action: &str, address: PciAddress, driver: Option<&str>) {
        let uevent = self.pci_uevent(action, address, driver.map(str::to_owned));
        let devpath = uevent.devpath.clone();
        self.emit(&HostEvent::Kernel(uevent));
        if self.udev.present {
            let delay = self.rng.between(1_000, 30_000);
            let action = action.to_owned();
            self.after(delay, Happening::UdevPasses { action, function: address, devpath });
        }
    }

    pub(super) fn net_devpath(&self, function: Option<PciAddress>, name: &str) -> String {
        let parent = function.map_or_else(|| "/devices/virtual".to_owned(), |f| self.devpath(f));
        format!("{parent}/net/{name}")
    }

    /// `None` if the interface is not in this namespace.
    pub(super) fn net_uevent(
        &self,
        action: &str,
        ifindex: u32,
        old: Option<String>,
    ) -> Option<Uevent> {
        let netdev = self.visible(ifindex)?;
        Some(Uevent {
            action: action.to_owned(),
            devpath: self.net_devpath(netdev.function, &netdev.name),
            devpath_old: old,
            subsystem: Some("net".to_owned()),
            driver: None,
            pci: netdev.function,
            interface: netdev.name.parse().ok(),
            ifindex: IfIndex::new(ifindex),
        })
    }

    pub(super) fn announce_net(&mut self, action: &str, ifindex: u32, old: Option<String>) {
        let Some(uevent) = self.net_uevent(action, ifindex, old) else { return };
        let queues = ["rx-0", "tx-0"].map(|queue| Uevent {
            devpath: format!("{}/queues/{queue}", uevent.devpath),
            subsystem: Some("queues".to_owned()),
            interface: None,
            ifindex: None,
            ..uevent.clone()
        });
        let with_queues = matches!(action, "add" | "remove");
        let queues = queues.into_iter().filter(|_| with_queues);
        // A device appears before what it contains, and goes after it.
        let (before, after): (Vec<_>, Vec<_>) = queues.partition(|_| action == "remove");
        for uevent in before.into_iter().chain([uevent]).chain(after) {
            self.emit(&HostEvent::Kernel(uevent));
        }
    }

    /// The rtnetlink side: a link of this namespace has changed.
    pub(super) fn announce_link(&mut self, ifindex: u32) {
        if let Some(index) = IfIndex::new(ifindex)
            && self.visible(ifindex).is_some()
            && !self.breaks(Rule::LinkMessages)
        {
            self.emit(&HostEvent::LinkChanged(index));
        }
    }

    fn take_event(&mut self, id: u32) -> Option<Wake> {
        let queue = self.listeners.queues.get_mut(&id)?;
        if std::mem::take(&mut queue.lost) {
            return Some(Wake::Lost);
        }
        queue.events.pop_front().map(Wake::Event)
    }

    fn has_event(&self, id: u32) -> bool {
        self.listeners.queues.get(&id).is_some_and(|queue| queue.lost || !queue.events.is_empty())
    }
}

struct Subscription {
    host: SimHost,
    id: u32,
}

impl Uevents for SimHost {
    fn subscribe(&self) -> Result<Box<dyn EventStream>, EventError> {
        let mut kernel = self.enter();
        if let Some(errno) = kernel.fault(crate::decorate::Call::Subscribe, "events") {
            return Err(EventError { operation: "listen for uevents", source: errno.to_io() });
        }
        kernel.listeners.last += 1;
        let id = kernel.listeners.last;
        kernel.listeners.queues.insert(id, Queue::default());
        drop(kernel);
        Ok(Box::new(Subscription { host: self.clone(), id }))
    }
}

impl EventStream for Subscription {
    fn next(&mut self, timeout: Duration) -> Result<Wake, EventError> {
        let mut kernel = self.host.enter();
        let limit = kernel.deadline(timeout);
        kernel.run_until(limit, |kernel| kernel.has_event(self.id));
        Ok(kernel.take_event(self.id).unwrap_or(Wake::TimedOut))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.host.kernel().listeners.queues.remove(&self.id);
    }
}
