use std::path::PathBuf;

use sriov_host::Netns;
use sriov_host::processes::{Look, Process};
use sriov_host::seam::{HostPath, Sysfs};

use crate::netns_mode::mounted;

/// The caller's own namespace: threads may live elsewhere than their process.
const OWN: &str = "/proc/thread-self/ns/net";

/// The caller's own namespace, by a path that also a thread of its making resolves to it.
pub(super) fn own() -> Netns {
    Netns::Path(PathBuf::from(OWN))
}

/// Whether this names the namespace of the caller, as far as it can be told.
pub(super) fn is_own(host: &dyn Sysfs, netns: &Netns) -> bool {
    let link = |path: &str| host.read_link(&HostPath::new(path)).ok();
    let Some(own) = link(OWN).or_else(|| link("proc/self/ns/net")) else { return false };
    let named = match netns {
        Netns::Pid(pid) => match Process::new(pid.get()).link(host, "ns/net") {
            Ok(Look::Seen(id)) => Some(id),
            _ => None,
        },
        Netns::Path(path) => {
            let path = path.to_string_lossy();
            link(&path).or_else(|| mounted_at(host, &path))
        }
        _ => None,
    };
    named == Some(own)
}

fn mounted_at(host: &dyn Sysfs, path: &str) -> Option<String> {
    let text = host.read(&HostPath::new("proc/self/mountinfo")).ok()?;
    // Of several mounts on one file the last one is seen.
    mounted(&text).filter(|mount| mount.path == path).last().map(|mount| mount.id)
}
