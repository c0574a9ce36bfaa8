use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::policy::{Policy, Request, Verdict};
use super::{Call, text};
use crate::seam::{EventError, EventStream, Host, Wake};

/// A host whose calls are written down, one line each, and counted by kind.
///
/// ```
/// use std::time::Duration;
/// use sriov_host::decorate::{Call, Recorder};
/// use sriov_host::seam::{HostPath, Sysfs};
/// use sriov_host::sim::SimHost;
///
/// let host = Recorder::new(SimHost::with_igb_pair());
/// let numvfs = HostPath::pci("0000:01:00.0".parse()?).join("sriov_numvfs");
/// host.write(&numvfs, "9", Duration::from_secs(10)).unwrap_err();
/// assert_eq!(
///     host.lines(),
///     [r#"write /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs "9" -> ERANGE"#]
/// );
/// assert_eq!(host.count(Call::Write), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recorder<H> {
    host: H,
    with_reads: bool,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    lines: Vec<String>,
    counts: BTreeMap<Call, u64>,
}

fn open(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<H> Recorder<H> {
    /// Writes down what can change `host`, and counts everything.
    pub fn new(host: H) -> Self {
        Self { host, with_reads: false, log: Arc::default() }
    }

    /// Writes down every call, and every event that was received.
    pub fn with_reads(host: H) -> Self {
        Self { with_reads: true, ..Self::new(host) }
    }

    /// The host behind it.
    pub const fn host(&self) -> &H {
        &self.host
    }

    /// The lines so far: the call, its object, its value, and what came of it.
    pub fn lines(&self) -> Vec<String> {
        open(&self.log).lines.clone()
    }

    /// How many calls of a kind there were, with whatever outcome.
    pub fn count(&self, call: Call) -> u64 {
        open(&self.log).counts.get(&call).copied().unwrap_or(0)
    }

    /// How many calls there were that can change the host.
    pub fn mutations(&self) -> u64 {
        let log = open(&self.log);
        log.counts.iter().filter(|(call, _)| call.mutates()).map(|(_, count)| count).sum()
    }

    /// Forgets everything so far.
    pub fn clear(&self) {
        *open(&self.log) = Log::default();
    }
}

impl<H: Host> Policy for Recorder<H> {
    type Inner = H;

    fn inner(&self) -> &H {
        &self.host
    }

    fn decide(&self, _: &Request<'_>) -> Verdict {
        Verdict::Pass
    }

    fn done(&self, request: &Request<'_>, outcome: &str) {
        let mut log = open(&self.log);
        *log.counts.entry(request.call).or_default() += 1;
        if self.with_reads || request.call.mutates() {
            let Request { call, target, detail } = request;
            let space = if detail.is_empty() { "" } else { " " };
            log.lines.push(format!("{call} {target}{space}{detail} -> {outcome}"));
        }
    }

    fn wrap_events(&self, events: Box<dyn EventStream>) -> Box<dyn EventStream> {
        if self.with_reads {
            Box::new(RecordedEvents { events, log: Arc::clone(&self.log) })
        } else {
            events
        }
    }
}

struct RecordedEvents {
    events: Box<dyn EventStream>,
    log: Arc<Mutex<Log>>,
}

impl EventStream for RecordedEvents {
    fn next(&mut self, timeout: Duration) -> Result<Wake, EventError> {
        let result = self.events.next(timeout);
        let outcome = result.as_ref().map_or_else(|_| "failed".to_owned(), text::wake);
        open(&self.log).lines.push(format!("event {outcome}"));
        result
    }
}
