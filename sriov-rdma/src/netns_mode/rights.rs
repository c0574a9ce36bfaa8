use std::fmt;

use sriov_host::seam::{HostPath, Sysfs};

/// The bit of `CAP_NET_ADMIN`, from `linux/capability.h`.
const CAP_NET_ADMIN: u32 = 12;

/// The initial user namespace has this number on every Linux (`PROC_USER_INIT_INO`).
const INITIAL_USER_NAMESPACE: &str = "user:[4026531837]";

/// What a caller lacks to change the RDMA subsystem.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lacks {
    /// The capability itself.
    Capability,
    /// The initial user namespace: the caller is in another one, whose capabilities do not count.
    InitialUserNamespace,
    /// Neither, as far as it can be told: a security module may forbid it.
    Nothing,
    /// It cannot be told: the caller's `/proc/self` cannot be read.
    Unknown,
}

impl fmt::Display for Lacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Capability => "the caller does not have the capability",
            Self::InitialUserNamespace => {
                "the caller is in another user namespace, where its capabilities do not count"
            }
            Self::Nothing => "the caller seems to have it, so that a security module may forbid it",
            Self::Unknown => "what the caller has cannot be told",
        })
    }
}

/// What the caller lacks to change the RDMA subsystem.
///
/// The user namespace comes first: inside a container with its own, root has every capability,
/// and none that counts.
pub fn lacks(host: &dyn Sysfs) -> Lacks {
    if is_initial(host) == Some(false) {
        return Lacks::InitialUserNamespace;
    }
    let status = host.read(&HostPath::new("proc/self/status")).ok();
    match status.as_deref().and_then(effective_capabilities) {
        None => Lacks::Unknown,
        Some(set) if set & (1 << CAP_NET_ADMIN) == 0 => Lacks::Capability,
        Some(_) => Lacks::Nothing,
    }
}

fn effective_capabilities(status: &str) -> Option<u64> {
    let hex = status.lines().find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(hex.trim(), 16).ok()
}

/// Whether the caller is in the initial user namespace, as far as it can be told.
fn is_initial(host: &dyn Sysfs) -> Option<bool> {
    let namespace =
        |process: &str| host.read_link(&HostPath::new("proc").join(process).join("ns/user")).ok();
    let own = namespace("self");
    if own.as_deref() == Some(INITIAL_USER_NAMESPACE) {
        return Some(true);
    }
    let map = host.read(&HostPath::new("proc/self/uid_map")).ok();
    if map.is_some_and(|map| !is_whole(&map)) {
        return Some(false);
    }
    // Equal to that of process 1 proves nothing: a container has its own process 1.
    (namespace("1")? != own?).then_some(false)
}

/// Every user is itself: the map of the initial user namespace.
fn is_whole(map: &str) -> bool {
    let numbers: Vec<&str> = map.split_whitespace().collect();
    numbers == ["0", "0", "4294967295"]
}
