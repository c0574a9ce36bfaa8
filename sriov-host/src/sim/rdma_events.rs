use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::host::SimHost;
use super::kernel::Kernel;
use crate::seam::{RdmaError, RdmaEvent, RdmaEvents, RdmaWake};

/// The open subscriptions. They belong to a process, and are not part of a saved machine.
#[derive(Debug, Default)]
pub(super) struct RdmaListeners {
    last: u32,
    queues: BTreeMap<u32, Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<RdmaEvent>,
    lost: bool,
}

impl RdmaListeners {
    /// To everybody who listens; a full queue loses it.
    pub(super) fn push(&mut self, event: &RdmaEvent, room: usize) {
        for queue in self.queues.values_mut() {
            if queue.events.len() < room {
                queue.events.push_back(event.clone());
            } else {
                queue.lost = true;
            }
        }
    }

    fn take(&mut self, id: u32) -> Option<RdmaWake> {
        let queue = self.queues.get_mut(&id)?;
        if std::mem::take(&mut queue.lost) {
            return Some(RdmaWake::Lost);
        }
        queue.events.pop_front().map(RdmaWake::Event)
    }

    fn has(&self, id: u32) -> bool {
        self.queues.get(&id).is_some_and(|queue| queue.lost || !queue.events.is_empty())
    }
}

struct Subscription {
    host: SimHost,
    id: u32,
}

impl SimHost {
    pub(super) fn subscribe_rdma(&self, kernel: &mut Kernel) -> Box<dyn RdmaEvents> {
        let listeners = &mut kernel.rdma_listeners;
        listeners.last += 1;
        let id = listeners.last;
        listeners.queues.insert(id, Queue::default());
        Box::new(Subscription { host: self.clone(), id })
    }
}

impl RdmaEvents for Subscription {
    fn next(&mut self, timeout: Duration) -> Result<RdmaWake, RdmaError> {
        let mut kernel = self.host.enter();
        let limit = kernel.deadline(timeout);
        kernel.run_until(limit, |kernel| kernel.rdma_listeners.has(self.id));
        Ok(kernel.rdma_listeners.take(self.id).unwrap_or(RdmaWake::TimedOut))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.host.kernel().rdma_listeners.queues.remove(&self.id);
    }
}
