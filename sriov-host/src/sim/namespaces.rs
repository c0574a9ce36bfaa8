//! Network namespaces: what keeps them, and how they go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::agenda::Happening;
use super::host::SimHost;
use super::kernel::Kernel;
use super::machine_error::MachineError;
use super::machine_rdma::NamespaceMachine;
use super::process::Process;
use super::rule::Rule;
use crate::{Errno, Netns};

/// The inode of the host's own namespace.
pub(super) const INIT_NETNS: u32 = 4_026_531_840;

/// The inode of the first one that is made.
const FIRST_INODE: u32 = 4_026_532_200;

/// From the end of the last user to the end of the namespace (`cleanup_net()`).
const TEARDOWN_US: u64 = 300_000;

/// Where `ip netns` mounts.
const NAMED: &str = "run/netns";

/// The namespaces besides the host's own, by inode.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Namespaces {
    all: BTreeMap<u32, Namespace>,
    made: u32,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Namespace {
    /// Without a leading slash.
    mounts: Vec<String>,
    dying: bool,
}

impl Namespaces {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn create(&mut self) -> u32 {
        self.made += 1;
        let inode = FIRST_INODE + self.made - 1;
        self.all.insert(inode, Namespace::default());
        inode
    }

    /// The namespace files, each with its namespace.
    pub(super) fn mounts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.all.iter().flat_map(|(inode, namespace)| {
            namespace.mounts.iter().map(|mount| (mount.as_str(), *inode))
        })
    }

    fn mounted(&self, path: &str) -> Option<u32> {
        self.mounts().find(|(mount, _)| *mount == path).map(|(_, inode)| inode)
    }

    /// The names in a folder that leads to a namespace file.
    pub(super) fn below(&self, folder: &str) -> Option<Vec<String>> {
        let prefix = format!("{folder}/");
        let inside = self.mounts().filter_map(|(mount, _)| mount.strip_prefix(prefix.as_str()));
        let mut names: Vec<String> =
            inside.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        // The folder of `ip netns` stays behind.
        (!names.is_empty() || (folder == NAMED && self.made > 0)).then_some(names)
    }

    /// Whether a namespace file is mounted there.
    pub(super) fn is_mount(&self, path: &str) -> bool {
        self.mounted(path).is_some()
    }
}

impl Kernel {
    /// The namespace with a name, made if there is none.
    pub(super) fn namespace_named(&mut self, name: &str) -> u32 {
        let path = format!("{NAMED}/{name}");
        self.namespaces.mounted(&path).unwrap_or_else(|| {
            let inode = self.namespaces.create();
            self.mount_namespace(inode, path);
            inode
        })
    }

    fn mount_namespace(&mut self, inode: u32, path: String) {
        if let Some(namespace) = self.namespaces.all.get_mut(&inode) {
            namespace.mounts.push(path);
        }
    }

    pub(super) fn add_namespace(&mut self, wanted: &NamespaceMachine) -> Result<u32, MachineError> {
        let senseless = |problem: String| Err(MachineError::Senseless(problem));
        let named = wanted.name.as_ref().map(|name| format!("{NAMED}/{name}"));
        let mount = wanted.mount.as_ref().map(|path| path.trim_start_matches('/').to_owned());
        let mounts: Vec<String> = named.into_iter().chain(mount).collect();
        if mounts.is_empty() && wanted.pid.is_none() && wanted.descriptor_of.is_none() {
            return senseless("a namespace that nothing keeps".to_owned());
        }
        if let Some(taken) = mounts.iter().find(|path| self.namespaces.is_mount(path)) {
            return senseless(format!("/{taken} is a namespace already"));
        }
        if let Some(pid) = wanted.pid.filter(|pid| self.processes.contains_key(pid)) {
            return senseless(format!("process {pid} lives elsewhere already"));
        }
        let inode = self.namespaces.create();
        for path in mounts {
            self.mount_namespace(inode, path);
        }
        if let Some(pid) = wanted.pid {
            self.process_for(pid, wanted).netns = Some(inode);
        }
        if let Some(pid) = wanted.descriptor_of {
            self.process_for(pid, wanted).descriptors.push(inode);
        }
        Ok(inode)
    }

    fn process_for(&mut self, pid: u32, wanted: &NamespaceMachine) -> &mut Process {
        self.processes.entry(pid).or_insert_with(|| Process {
            comm: wanted.comm.clone().unwrap_or_else(|| "sleep".to_owned()),
            cgroup: wanted.cgroup.clone(),
            ..Process::default()
        })
    }

    fn remove_namespace(&mut self, netns: &Netns) -> bool {
        match netns {
            Netns::Pid(pid) => {
                let lives = self.processes.get(&pid.get()).is_some_and(|it| it.netns.is_some());
                if lives {
                    self.end_process(pid.get());
                }
                lives
            }
            Netns::Path(path) => {
                let path = path.to_string_lossy();
                let path = path.trim_start_matches('/');
                let was_there = self.namespaces.is_mount(path);
                for namespace in self.namespaces.all.values_mut() {
                    namespace.mounts.retain(|mount| mount != path);
                }
                self.release_namespaces();
                was_there
            }
        }
    }

    /// Namespaces that nothing keeps any more go, after a while.
    pub(super) fn release_namespaces(&mut self) {
        let processes = &self.processes;
        let kept = |inode: u32| {
            let keeps = |it: &Process| it.netns == Some(inode) || it.descriptors.contains(&inode);
            processes.values().any(keeps)
        };
        let mut going = Vec::new();
        for (inode, namespace) in &mut self.namespaces.all {
            if !namespace.dying && namespace.mounts.is_empty() && !kept(*inode) {
                namespace.dying = true;
                going.push(*inode);
            }
        }
        if self.breaks(Rule::RdmaTeardownEnds) {
            return;
        }
        for inode in going {
            self.after(TEARDOWN_US, Happening::NamespaceGone(inode));
        }
    }

    /// What was moved into a namespace comes back.
    pub(super) fn namespace_gone(&mut self, inode: u32) {
        self.namespaces.all.remove(&inode);
        let inside = self.netdevs.values().filter(|netdev| netdev.netns == Some(inode));
        for ifindex in inside.map(|netdev| netdev.ifindex).collect::<Vec<_>>() {
            self.move_netdev(ifindex, None);
        }
        self.rdma_devices_return(inode);
    }

    /// The namespace that is meant; `None` for the host's own.
    pub(super) fn find_namespace(&self, netns: &Netns) -> Result<Option<u32>, Errno> {
        match netns {
            Netns::Pid(pid) => self.namespace_of(pid.get()),
            Netns::Path(path) => {
                let path = path.to_string_lossy();
                let path = path.trim_start_matches('/');
                if let Some(inode) = self.namespaces.mounted(path) {
                    return Ok(Some(inode));
                }
                let process =
                    path.strip_prefix("proc/").and_then(|rest| rest.strip_suffix("/ns/net"));
                match process {
                    Some("self" | "thread-self") => Ok(None),
                    Some(pid) => self.namespace_of(pid.parse().map_err(|_| Errno::NOENT)?),
                    None if self.files.contains_key(path) => Err(Errno::INVAL),
                    None => Err(Errno::NOENT),
                }
            }
        }
    }

    fn namespace_of(&self, pid: u32) -> Result<Option<u32>, Errno> {
        self.processes.get(&pid).map(|process| process.netns).ok_or(Errno::NOENT)
    }
}

impl SimHost {
    /// Makes a network namespace, and gives its inode: the number in `net:[4026532200]`.
    ///
    /// # Errors
    ///
    /// [`MachineError::Senseless`] if nothing keeps it, or a name or process is taken.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sriov_host::seam::{HostPath, Sysfs};
    /// use sriov_host::sim::{NamespaceMachine, SimHost};
    ///
    /// let host = SimHost::with_igb_pair();
    /// let blue = NamespaceMachine { name: Some("blue".to_owned()), ..Default::default() };
    /// host.add_namespace(&blue)?;
    /// assert_eq!(host.list(&HostPath::new("/run/netns"))?, ["blue"]);
    /// assert!(host.remove_namespace(&"blue".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_namespace(&self, namespace: &NamespaceMachine) -> Result<u32, MachineError> {
        self.kernel().add_namespace(namespace)
    }

    /// Unmounts a namespace's file, or ends the process that lives in it; `false` if there is
    /// neither.
    ///
    /// The namespace itself is gone a little later, unless something else keeps it.
    pub fn remove_namespace(&self, netns: &Netns) -> bool {
        self.kernel().remove_namespace(netns)
    }
}
