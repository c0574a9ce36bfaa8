//! A host with a tree of pseudo files and an RDMA subsystem that answers as it is told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sriov_host::seam::{
    Availability, NetlinkFault, RdmaChange, RdmaCounter, RdmaDevice, RdmaError, RdmaEvents,
    RdmaSettings, RdmaSystem, RdmaUsage,
};
use sriov_host::sim::SimHost;
use sriov_host::{Errno, NetnsMode, RdmaIndex};

pub(crate) const INITIAL: &str = "net:[4026531840]";

#[derive(Clone)]
pub(crate) struct Fake {
    /// Serves the seams that nothing here asks.
    pub(crate) rest: SimHost,
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Entry {
    File(String),
    Link(String),
    Fails(Errno),
}

/// What the kernel answers to a change, and whether it does it all the same.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) errno: Option<Errno>,
    pub(crate) does_it: bool,
}

impl Answer {
    pub(crate) const fn refusing(errno: Errno) -> Self {
        Self { errno: Some(errno), does_it: false }
    }
}

pub(crate) struct State {
    pub(crate) now: Duration,
    pub(crate) tree: BTreeMap<String, Entry>,
    pub(crate) settings: Availability<Option<NetnsMode>>,
    pub(crate) devices: Vec<RdmaDevice>,
    /// Numbers of devices that are in another namespace.
    pub(crate) away: Vec<RdmaIndex>,
    pub(crate) usage: BTreeMap<u32, RdmaUsage>,
    /// EBUSY until then: a namespace that is being taken down.
    pub(crate) busy_until: Duration,
    /// Answers to the next changes; without one the kernel does what it is asked.
    pub(crate) answers: VecDeque<Answer>,
    pub(crate) never_answers: bool,
    /// The changes that arrived.
    pub(crate) changes: Vec<RdmaChange>,
    /// Where devices move to, their own namespace comes to an end and they return.
    pub(crate) tries: Vec<Duration>,
}

impl Fake {
    /// Process 1 alone, `ib_core` loaded, shared mode, no devices, all rights.
    pub(crate) fn new() -> Self {
        let state = State {
            now: Duration::from_mins(1),
            tree: BTreeMap::new(),
            settings: Availability::Available(Some(NetnsMode::Shared)),
            devices: Vec::new(),
            away: Vec::new(),
            usage: BTreeMap::new(),
            busy_until: Duration::ZERO,
            answers: VecDeque::new(),
            never_answers: false,
            changes: Vec::new(),
            tries: Vec::new(),
        };
        let fake = Self { rest: SimHost::with_igb_pair(), state: Arc::new(Mutex::new(state)) };
        fake.process(1, "systemd", INITIAL);
        fake.link("proc/1/ns/pid", "pid:[4026531836]");
        fake.link("proc/1/ns/user", "user:[4026531837]");
        fake.link("proc/self/ns/user", "user:[4026531837]");
        fake.link("proc/self/ns/net", INITIAL);
        fake.file("proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
        fake.file("proc/self/uid_map", "         0          0 4294967295");
        fake
    }

    pub(crate) fn exclusive() -> Self {
        let fake = Self::new();
        fake.open().settings = Availability::Available(Some(NetnsMode::Exclusive));
        fake
    }

    pub(crate) fn open(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn file(&self, path: &str, text: &str) {
        self.open().tree.insert(path.to_owned(), Entry::File(text.to_owned()));
    }

    pub(crate) fn link(&self, path: &str, target: &str) {
        self.open().tree.insert(path.to_owned(), Entry::Link(target.to_owned()));
    }

    pub(crate) fn fails(&self, path: &str, errno: Errno) {
        self.open().tree.insert(path.to_owned(), Entry::Fails(errno));
    }

    /// Takes away a file or a folder with all that is in it.
    pub(crate) fn remove(&self, path: &str) {
        let below = format!("{path}/");
        self.open().tree.retain(|name, _| name != path && !name.starts_with(&below));
    }

    pub(crate) fn process(&self, pid: u32, comm: &str, netns: &str) {
        self.file(&format!("proc/{pid}/comm"), comm);
        self.file(&format!("proc/{pid}/cgroup"), "0::/user.slice/user-0.slice/session-3.scope");
        self.link(&format!("proc/{pid}/ns/net"), netns);
        self.link(&format!("proc/{pid}/ns/mnt"), "mnt:[4026531841]");
        self.link(&format!("proc/{pid}/fd/0"), "/dev/null");
        self.link(&format!("proc/{pid}/task/{pid}/ns/net"), netns);
    }

    /// A device that is idle as idle devices of mlx5 are: not at zero.
    pub(crate) fn device(&self, index: u32, name: &str) -> RdmaDevice {
        let device = RdmaDevice {
            index: RdmaIndex::new(index),
            name: name.parse().unwrap(),
            node_type: None,
            protocol: Some("roce".to_owned()),
            firmware: None,
            node_guid: Some("00:02:c9:03:00:5d:e1:10".parse().unwrap()),
            sys_image_guid: None,
            capabilities: None,
            adaptive_moderation: None,
            ports: Vec::new(),
            unknown: Vec::new(),
        };
        self.open().devices.push(device.clone());
        self.file(&format!("sys/class/infiniband_verbs/uverbs{index}/ibdev"), name);
        self.file("sys/class/infiniband_verbs/abi_version", "6");
        self.usage(index, &[("pd", 3), ("cq", 4), ("qp", 2), ("ctx", 0)], idle_owners());
        device
    }

    pub(crate) fn usage(
        &self,
        index: u32,
        counts: &[(&str, u64)],
        owners: Vec<sriov_host::seam::RdmaOwner>,
    ) {
        let counts = counts.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect();
        self.open().usage.insert(index, RdmaUsage { counts, owners });
    }

    pub(crate) fn mode(&self) -> Option<NetnsMode> {
        self.open().settings.available().flatten()
    }

    pub(crate) fn answer(&self, answer: Answer) {
        self.open().answers.push_back(answer);
    }
}

pub(crate) fn owner(
    resource: sriov_host::seam::RdmaResource,
    pid: Option<u32>,
    kernel: Option<&str>,
) -> sriov_host::seam::RdmaOwner {
    sriov_host::seam::RdmaOwner { resource, pid, kernel: kernel.map(str::to_owned) }
}

/// As `rdma resource show` lists them on an mlx5 device that nobody uses.
pub(crate) fn idle_owners() -> Vec<sriov_host::seam::RdmaOwner> {
    use sriov_host::seam::RdmaResource::{CompletionQueue, QueuePair};
    vec![
        owner(QueuePair, None, Some("ib_core")),
        owner(QueuePair, None, Some("mlx5_ib")),
        owner(CompletionQueue, None, Some("mlx5_ib")),
    ]
}

fn refused(operation: &str, device: Option<RdmaIndex>, errno: Errno) -> RdmaError {
    RdmaError { operation: operation.to_owned(), device, source: NetlinkFault::refused(errno) }
}

impl State {
    fn change(&mut self, change: &RdmaChange) {
        match change {
            RdmaChange::NetnsMode(mode) => self.settings = Availability::Available(Some(*mode)),
            RdmaChange::Move { device, from: None, .. } => self.away.push(*device),
            RdmaChange::Move { device, .. } => self.away.retain(|other| other != device),
            other => panic!("{other}"),
        }
    }
}

impl RdmaSystem for Fake {
    fn rdma_settings(&self) -> Result<Availability<RdmaSettings>, RdmaError> {
        let settings = self.open().settings;
        let all = |netns_mode| RdmaSettings { netns_mode, ..RdmaSettings::default() };
        Ok(settings.map(all))
    }

    fn rdma_devices(&self) -> Result<Availability<Vec<RdmaDevice>>, RdmaError> {
        let state = self.open();
        let here = |device: &&RdmaDevice| !state.away.contains(&device.index);
        let devices: Vec<RdmaDevice> = state.devices.iter().filter(here).cloned().collect();
        Ok(state.settings.map(|_| devices))
    }

    fn rdma_usage(&self, device: RdmaIndex) -> Result<RdmaUsage, RdmaError> {
        let usage = self.open().usage.get(&device.get()).cloned();
        usage.ok_or_else(|| refused("read the usage", Some(device), Errno::INVAL))
    }

    fn rdma_counters(&self, device: RdmaIndex, _: u32) -> Result<Vec<RdmaCounter>, RdmaError> {
        Err(refused("read the counters", Some(device), Errno::INVAL))
    }

    fn change_rdma(&self, change: &RdmaChange, deadline: Duration) -> Result<(), RdmaError> {
        let mut state = self.open();
        state.changes.push(change.clone());
        let now = state.now;
        state.tries.push(now);
        let failed =
            |source| Err(RdmaError { operation: change.to_string(), device: None, source });
        if state.never_answers {
            state.now += deadline;
            return failed(NetlinkFault::StillRunning { after: deadline });
        }
        if let Some(Answer { errno, does_it }) = state.answers.pop_front() {
            if does_it {
                state.change(change);
            }
            return errno.map_or(Ok(()), |errno| failed(NetlinkFault::refused(errno)));
        }
        if state.now < state.busy_until {
            return failed(NetlinkFault::refused(Errno::BUSY));
        }
        state.change(change);
        Ok(())
    }

    fn watch_rdma(&self) -> Result<Box<dyn RdmaEvents>, RdmaError> {
        Err(refused("listen to RDMA devices", None, Errno::OPNOTSUPP))
    }
}
