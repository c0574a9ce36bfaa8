//! Leftovers of driver reloads on the simulated host: which are removed, and what is looked at.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "what is not as expected fails the test")]

use sriov_host::Errno;
use sriov_host::boot::BootId;
use sriov_host::decorate::{Call, FaultSpec, Recorder};
use sriov_host::reload_guard::{head, release};
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::SimHost;

const TX: &str = "7d0a3c1e-5f0e-4c39-9d0f-1f6d5a1b2c3d";

fn put(host: &SimHost, name: &str, content: &str) -> HostPath {
    let path = HostPath::new("etc/modprobe.d").join(name);
    host.put_file(&path, content.as_bytes());
    path
}

fn blacklist(host: &SimHost) -> String {
    head(TX, &BootId::running(host).unwrap()) + "blacklist mlx5_core\n"
}

#[test]
fn only_the_leftover_of_an_earlier_boot_goes() {
    let host = SimHost::with_igb_pair();
    let old = blacklist(&host);
    host.reboot();
    let stale = put(&host, "a.conf", &old);
    let current = put(&host, "b.conf", &blacklist(&host));
    let foreign = put(&host, "blacklist.conf", "blacklist mlx5_core\n");
    let doubtful = put(&host, "c.conf", &(old.clone() + "options mlx5_core x=1\n"));
    let ignored = put(&host, "d.conf.rpmsave", &old);
    let recorder = Recorder::new(host.clone());
    let released = release(&recorder).unwrap();
    assert_eq!(recorder.lines(), ["remove-file /etc/modprobe.d/a.conf -> ok"]);
    assert_eq!(
        (released.removed.as_slice(), released.current.as_slice()),
        ([stale].as_slice(), [current].as_slice())
    );
    assert_eq!(released.doubtful.len(), 1);
    assert_eq!(released.doubtful[0].0, doubtful);
    assert!(!released.is_clean());
    for path in [foreign, ignored] {
        assert!(host.read_file(&path).unwrap().is_some(), "{path}");
    }
}

#[test]
fn a_host_without_leftovers_is_only_looked_at_and_not_below_var() {
    let host = Recorder::with_reads(SimHost::with_igb_pair());
    put(host.host(), "x.conf", "options ib_core netns_mode=0\n");
    host.clear();
    let released = release(&host).unwrap();
    assert!(released.is_clean() && released.removed.is_empty());
    assert_eq!(host.mutations(), 0);
    let places = ["/etc/modprobe.d", "/proc/sys/kernel/random/boot_id"];
    for line in host.lines() {
        assert!(places.iter().any(|place| line.contains(place)), "{line}");
    }
}

#[test]
fn one_file_that_cannot_be_removed_keeps_no_other() {
    let host = SimHost::with_igb_pair();
    let old = blacklist(&host);
    host.reboot();
    put(&host, "a.conf", &old);
    let second = put(&host, "b.conf", &old);
    host.add_fault(FaultSpec::new(Call::RemoveFile, "*/a.conf", 1, Errno::ROFS));
    let released = release(&host).unwrap();
    assert_eq!((released.removed, released.failed.len()), (vec![second], 1));
}

#[test]
fn an_unknown_boot_removes_nothing() {
    let host = SimHost::with_igb_pair();
    let old = blacklist(&host);
    host.reboot();
    put(&host, "a.conf", &old);
    host.add_fault(FaultSpec::new(Call::Read, "*/boot_id", 1, Errno::IO));
    let recorder = Recorder::new(host);
    assert!(release(&recorder).is_err());
    assert_eq!(recorder.mutations(), 0);
}
