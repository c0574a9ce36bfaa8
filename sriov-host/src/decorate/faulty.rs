use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::policy::{Policy, Request, Verdict};
use super::{FaultSpec, Faults};
use crate::Errno;
use crate::seam::{EventError, EventStream, Host, Wake};

/// A host that fails on purpose: single calls, or for good, as for a process that was killed.
///
/// ```
/// use std::time::Duration;
/// use sriov_host::decorate::Faulty;
/// use sriov_host::seam::{HostPath, Sysfs};
/// use sriov_host::sim::SimHost;
///
/// let machine = SimHost::with_igb_pair();
/// let host = Faulty::new(machine.clone()).killed_at(2);
/// let pf = HostPath::pci("0000:01:00.0".parse()?);
/// let second = Duration::from_secs(1);
/// host.write(&pf.join("sriov_drivers_autoprobe"), "0", second)?;
/// host.write(&pf.join("sriov_numvfs"), "2", second).unwrap_err();
/// host.read(&pf.join("sriov_numvfs")).unwrap_err();
/// assert_eq!(machine.read(&pf.join("sriov_numvfs"))?, "0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Faulty<H> {
    host: H,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    faults: Faults,
    mutations: u64,
    death: Option<Death>,
    dead: bool,
}

/// When the process is killed, counted in calls that can change the host.
#[derive(Clone, Copy, Debug)]
enum Death {
    Before(u64),
    During(u64),
}

/// What a dead process sees: nothing that an engine could mistake for an answer of the kernel.
const KILLED: Errno = Errno::IO;

fn open(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<H> Faulty<H> {
    /// Fails nothing yet.
    pub fn new(host: H) -> Self {
        Self { host, state: Arc::default() }
    }

    /// Fails these calls.
    #[must_use]
    pub fn failing(self, fault: FaultSpec) -> Self {
        open(&self.state).faults.add(fault);
        self
    }

    /// Kills before the `nth` call that can change the host, counted from 1. It and every later
    /// call fails, and nothing has an effect any more.
    #[must_use]
    pub fn killed_at(self, nth: u64) -> Self {
        open(&self.state).death = Some(Death::Before(nth));
        self
    }

    /// Kills during the `nth` call that can change the host: the kernel goes on with that one,
    /// and nobody waits for it.
    #[must_use]
    pub fn killed_during(self, nth: u64) -> Self {
        open(&self.state).death = Some(Death::During(nth));
        self
    }

    /// Whether the kill has happened.
    pub fn is_killed(&self) -> bool {
        open(&self.state).dead
    }

    /// How many calls there were that can change the host, the failed ones included.
    pub fn mutations(&self) -> u64 {
        open(&self.state).mutations
    }

    /// The host behind it.
    pub const fn host(&self) -> &H {
        &self.host
    }
}

impl<H: Host> Policy for Faulty<H> {
    type Inner = H;

    fn inner(&self) -> &H {
        &self.host
    }

    fn decide(&self, request: &Request<'_>) -> Verdict {
        let mut state = open(&self.state);
        if state.dead {
            return Verdict::Fail(KILLED);
        }
        if request.call.mutates() {
            state.mutations += 1;
            match state.death {
                Some(Death::Before(nth)) if state.mutations >= nth => {
                    state.dead = true;
                    return Verdict::Fail(KILLED);
                }
                Some(Death::During(nth)) if state.mutations >= nth => {
                    state.dead = true;
                    return Verdict::Abandon(KILLED);
                }
                _ => {}
            }
        }
        state.faults.check(request.call, request.target).map_or(Verdict::Pass, Verdict::Fail)
    }

    fn done(&self, _: &Request<'_>, _: &str) {}

    fn wrap_events(&self, events: Box<dyn EventStream>) -> Box<dyn EventStream> {
        Box::new(MortalEvents { events, state: Arc::clone(&self.state) })
    }
}

struct MortalEvents {
    events: Box<dyn EventStream>,
    state: Arc<Mutex<State>>,
}

impl EventStream for MortalEvents {
    fn next(&mut self, timeout: Duration) -> Result<Wake, EventError> {
        if open(&self.state).dead {
            return Err(EventError { operation: "receive an event", source: KILLED.to_io() });
        }
        self.events.next(timeout)
    }
}
