use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::kernel::{Kernel, micros};
use super::loader_machine::ToolFault;
use super::machine::Machine;
use super::machine_error::MachineError;
use super::machine_users::Hold;
use super::process::{Held, Process};
use super::rule::Rule;
use crate::PciAddress;
use crate::decorate::FaultSpec;
use crate::seam::{Clock, Host};

/// A simulated host: a cheap handle, clones share the machine.
///
/// Time is virtual. It passes only while a call needs it: a write to `sriov_numvfs` takes the
/// probe time of every VF, waiting for an event takes until the next one. Calls of several threads
/// are served one after the other, so that the time of parallel calls adds up.
///
/// ```
/// use std::time::Duration;
/// use sriov_host::seam::{HostPath, Sysfs};
/// use sriov_host::sim::SimHost;
///
/// let host = SimHost::with_igb_pair();
/// let pf = HostPath::pci("0000:01:00.0".parse()?);
/// host.write(&pf.join("sriov_numvfs"), "2", Duration::from_secs(10))?;
/// assert_eq!(host.read_link(&pf.join("virtfn1"))?, "../0000:01:10.2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SimHost {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    kernel: Mutex<Kernel>,
    pub(super) durable: Mutex<Durable>,
}

/// Counts what survives a crash.
#[derive(Default)]
pub(super) struct Durable {
    pub(super) count: u64,
    pub(super) hook: Option<Box<dyn FnMut(u64) + Send>>,
}

const _: fn(SimHost) -> Box<dyn Host> = |host| Box::new(host);

impl fmt::Debug for SimHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimHost").finish_non_exhaustive()
    }
}

impl SimHost {
    /// A machine that was described, running.
    ///
    /// # Errors
    ///
    /// [`MachineError::Senseless`] if the description contradicts itself.
    pub fn new(machine: &Machine) -> Result<Self, MachineError> {
        Kernel::boot(machine).map(Self::running)
    }

    fn running(kernel: Kernel) -> Self {
        let shared = Shared { kernel: Mutex::new(kernel), durable: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    /// The machine of [`Machine::demo`].
    pub fn demo() -> Self {
        Self::running(Kernel::boot_or_empty(&Machine::demo()))
    }

    /// The machine of [`Machine::igb_pair`].
    pub fn with_igb_pair() -> Self {
        Self::running(Kernel::boot_or_empty(&Machine::igb_pair()))
    }

    /// The machine of [`Machine::random`].
    pub fn random(seed: u64) -> Self {
        Self::running(Kernel::boot_or_empty(&Machine::random(seed)))
    }

    /// [`with_igb_pair`](Self::with_igb_pair), with a kernel that breaks one rule.
    pub fn breaking(rule: Rule) -> Self {
        let host = Self::with_igb_pair();
        host.break_rule(rule);
        host
    }

    /// From here on the kernel breaks this rule, and keeps all others.
    pub fn break_rule(&self, rule: Rule) {
        self.kernel().broken = Some(rule);
    }

    /// The running machine, to be continued by [`load`](Self::load). Locks and subscriptions
    /// belong to the process and are not part of it.
    ///
    /// # Errors
    ///
    /// [`MachineError::State`] if it cannot be written as JSON.
    pub fn save(&self) -> Result<String, MachineError> {
        serde_json::to_string(&*self.kernel()).map_err(MachineError::State)
    }

    /// Goes on with a machine from [`save`](Self::save).
    ///
    /// # Errors
    ///
    /// [`MachineError::State`] if it is not one.
    pub fn load(state: &str) -> Result<Self, MachineError> {
        serde_json::from_str(state).map(Self::running).map_err(MachineError::State)
    }

    /// Calls `hook` after every file that was replaced durably, with how many these were.
    ///
    /// To end the process right after the n-th one, as a crash would. The hook may save the
    /// machine, and must not write files itself.
    pub fn on_durable_write(&self, hook: impl FnMut(u64) + Send + 'static) {
        let mut durable = self.shared.durable.lock().unwrap_or_else(PoisonError::into_inner);
        durable.hook = Some(Box::new(hook));
    }

    /// Lets time pass, and happen what is due.
    pub fn advance(&self, time: Duration) {
        self.kernel().advance(micros(time));
    }

    /// Starts a process that has a function's device open.
    pub fn start_process(&self, pid: u32, comm: &str, function: PciAddress, holds: Hold) {
        let process = Process::holding(comm, Held::Function(function, holds));
        self.kernel().processes.insert(pid, process);
    }

    /// Moves the netdev of a function into another namespace, or back with `None`.
    ///
    /// `false` if the function has no netdev.
    pub fn move_netdev(&self, function: PciAddress, netns: Option<&str>) -> bool {
        let mut kernel = self.kernel();
        let Some(ifindex) = kernel.main_netdev(function).map(|netdev| netdev.ifindex) else {
            return false;
        };
        let netns = netns.map(|name| kernel.namespace_named(name));
        kernel.move_netdev(ifindex, netns);
        true
    }

    /// From here on these calls fail, counted from now.
    pub fn add_fault(&self, fault: FaultSpec) {
        self.kernel().faults.add(fault);
    }

    /// From here on something is wrong with a program, as `update-grub`.
    pub fn break_tool(&self, tool: &str, how: ToolFault) {
        self.kernel().break_tool(tool, how);
    }

    /// Ends a process: what it had open is closed.
    pub fn end_process(&self, pid: u32) {
        self.kernel().end_process(pid);
    }

    /// When the last event was sent, on the simulated clock: what comes after it is the cost of
    /// whoever waited.
    pub fn last_event_at(&self) -> Duration {
        Duration::from_micros(self.kernel().listeners.told_at)
    }

    /// The calls so far, of any kind.
    pub fn call_count(&self) -> u64 {
        self.kernel().calls
    }

    /// The machine, without any time passing.
    pub(super) fn kernel(&self) -> MutexGuard<'_, Kernel> {
        self.shared.kernel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The machine, for a call: that takes a little time.
    pub(super) fn enter(&self) -> MutexGuard<'_, Kernel> {
        let mut kernel = self.kernel();
        kernel.calls += 1;
        let cost = kernel.costs.call_us;
        kernel.advance(cost);
        kernel
    }
}

impl Clock for SimHost {
    fn now(&self) -> Duration {
        let kernel = self.enter();
        if kernel.breaks(Rule::ClockAdvances) {
            return Duration::from_micros(u64::MAX - kernel.now);
        }
        Duration::from_micros(kernel.now)
    }

    fn sleep(&self, pause: Duration) {
        self.enter().advance(micros(pause));
    }
}
