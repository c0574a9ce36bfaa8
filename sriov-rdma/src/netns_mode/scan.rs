use std::collections::{BTreeMap, BTreeSet};

use sriov_host::processes::{self, Look, Process};
use sriov_host::seam::{HostPath, Sysfs, SysfsError};

use super::cgroup::{Origin, origin};
use super::mounts::mounted;
use super::{HolderKind, HoldersSeen, NetnsHolder};

/// The initial pid namespace has this number on every Linux (`PROC_PID_INIT_INO`).
const INITIAL_PID_NAMESPACE: &str = "pid:[4026531836]";

/// The initial network namespace has this number since Linux 6.18 (`NET_NS_INIT_INO`), and no
/// namespace has it before.
const INITIAL_NET_NAMESPACE: &str = "net:[4026531833]";

/// The process whose network namespace is the initial one, unless it is one of a container.
const INIT: Process = Process::new(1);

/// Who keeps network namespaces alive beside the initial one, as far as it can be seen.
///
/// Looked at are where processes live, what they have open and where namespaces are mounted; and
/// only if that shows nothing, also single threads and the mounts of other mount namespaces. A
/// namespace that only a socket keeps is not shown by any file of the kernel.
///
/// # Errors
///
/// [`SysfsError`] if there is no `/proc`, or it fails otherwise than by lack of rights.
pub fn holders(host: &dyn Sysfs) -> Result<HoldersSeen, SysfsError> {
    let processes = processes::all(host)?;
    let Some(initial) = initial(host)? else {
        // Without it nothing can be told from the initial namespace.
        let unseen = u32::try_from(processes.len()).unwrap_or(u32::MAX).max(1);
        return Ok(HoldersSeen { unseen, ..HoldersSeen::default() });
    };
    let mut scan = Scan { host, initial, found: BTreeMap::new(), unseen: 0 };
    for process in &processes {
        scan.look_into(*process)?;
    }
    scan.mounts_of_init()?;
    if scan.found.is_empty() {
        scan.threads(&processes)?;
        scan.mounts_elsewhere(&processes)?;
    }
    let pid_namespace = INIT.link(host, "ns/pid")?;
    let confined = matches!(pid_namespace, Look::Seen(id) if id != INITIAL_PID_NAMESPACE);
    let mut holders: Vec<NetnsHolder> = scan.found.into_values().collect();
    holders.sort_by(|a, b| (a.kind, a.pid, &a.path).cmp(&(b.kind, b.pid, &b.path)));
    Ok(HoldersSeen { holders, unseen: scan.unseen, confined })
}

/// The initial network namespace, if it can be told which one it is.
fn initial(host: &dyn Sysfs) -> Result<Option<String>, SysfsError> {
    let own = host.read_link(&HostPath::new("proc/self/ns/net")).ok();
    if own.as_deref() == Some(INITIAL_NET_NAMESPACE) {
        return Ok(own);
    }
    Ok(match INIT.link(host, "ns/net")? {
        Look::Seen(id) => Some(id),
        Look::Gone | Look::Hidden => None,
    })
}

struct Scan<'h> {
    host: &'h dyn Sysfs,
    /// The initial namespace, as `net:[4026531840]`.
    initial: String,
    /// By namespace.
    found: BTreeMap<String, NetnsHolder>,
    unseen: u32,
}

impl Scan<'_> {
    fn look_into(&mut self, process: Process) -> Result<(), SysfsError> {
        match process.link(self.host, "ns/net")? {
            Look::Gone => return Ok(()),
            Look::Hidden => {
                self.unseen += 1;
                return Ok(());
            }
            Look::Seen(id) => self.lives_in(process, id)?,
        }
        let open = process.open_files(self.host)?;
        self.unseen += u32::from(open.is_partial);
        for file in open.files.into_iter().filter(|file| file.target.starts_with("net:[")) {
            let path = process.folder().join("fd").join(&file.descriptor).to_string();
            self.add(file.target, process, HolderKind::Descriptor, path);
        }
        Ok(())
    }

    fn lives_in(&mut self, process: Process, id: String) -> Result<(), SysfsError> {
        let known = self.found.get(&id).is_some_and(|other| other.kind == HolderKind::Container);
        if known || id == self.initial {
            return Ok(());
        }
        let cgroup = match process.text(self.host, "cgroup")? {
            Look::Seen(text) => origin(&text),
            Look::Gone | Look::Hidden => None,
        };
        let (kind, path) = match cgroup {
            Some(Origin::Container(name)) => (HolderKind::Container, name),
            Some(Origin::Service(unit)) => (HolderKind::Process, unit),
            None => (HolderKind::Process, process.folder().join("ns/net").to_string()),
        };
        self.add(id, process, kind, path);
        Ok(())
    }

    fn mounts_of_init(&mut self) -> Result<(), SysfsError> {
        let Look::Seen(text) = INIT.text(self.host, "mountinfo")? else { return Ok(()) };
        for mount in mounted(&text) {
            let named = mount.is_named();
            let kind = if named { HolderKind::Named } else { HolderKind::BindMount };
            self.merge(mount.id, NetnsHolder { kind, pid: None, comm: None, path: mount.path });
        }
        Ok(())
    }

    /// Threads may live elsewhere than their process.
    fn threads(&mut self, processes: &[Process]) -> Result<(), SysfsError> {
        for process in processes {
            for thread in process.threads(self.host)? {
                let name = format!("task/{thread}/ns/net");
                if let Look::Seen(id) = process.link(self.host, &name)? {
                    let path = process.folder().join(&name).to_string();
                    self.add(id, *process, HolderKind::Process, path);
                }
            }
        }
        Ok(())
    }

    /// Each mount namespace once, through the lowest process in it.
    fn mounts_elsewhere(&mut self, processes: &[Process]) -> Result<(), SysfsError> {
        let mut seen = BTreeSet::new();
        for process in processes {
            let Look::Seen(namespace) = process.link(self.host, "ns/mnt")? else { continue };
            if !seen.insert(namespace) {
                continue;
            }
            let Look::Seen(text) = process.text(self.host, "mountinfo")? else { continue };
            for mount in mounted(&text) {
                let path = process.folder().join("root").join(&mount.path).to_string();
                self.add(mount.id, *process, HolderKind::BindMount, path);
            }
        }
        Ok(())
    }

    fn add(&mut self, id: String, process: Process, kind: HolderKind, path: String) {
        if id == self.initial {
            return;
        }
        let (pid, comm) = (Some(process.pid()), process.comm(self.host));
        self.merge(id, NetnsHolder { kind, pid, comm, path });
    }

    /// One entry per namespace: the most telling kind, and of one kind the first that was seen.
    /// A process is kept also where another kind tells more.
    fn merge(&mut self, id: String, new: NetnsHolder) {
        if id == self.initial {
            return;
        }
        let Some(old) = self.found.remove(&id) else {
            self.found.insert(id, new);
            return;
        };
        let (mut better, other) = if new.kind < old.kind { (new, old) } else { (old, new) };
        if better.pid.is_none() {
            (better.pid, better.comm) = (other.pid, other.comm);
        }
        self.found.insert(id, better);
    }
}
