//! The running kernel, through real sockets: links, devlink, events.
#![cfg(target_os = "linux")]

use std::time::Duration;

use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Devlink, DevlinkDevice, VfLink};
use sriov_host::{Errno, IfIndex};

#[test]
fn the_loopback_link_is_there() {
    let host = LinuxHost::system();
    let links = host.links().unwrap();
    let lo = links.iter().find(|link| link.name.as_str() == "lo").unwrap();
    assert_eq!(lo.mtu.unwrap().get(), 65536);
    assert_eq!(&host.link(lo.index).unwrap(), lo);
    let vfs = host.vfs(lo.index).unwrap();
    assert_eq!((vfs.announced, vfs.vfs.len()), (0, 0));
}

#[test]
fn an_absent_link_is_not_found() {
    let host = LinuxHost::system();
    let absent = IfIndex::new(i32::MAX as u32 - 1).unwrap();
    assert!(host.link(absent).unwrap_err().is_not_found());
    assert!(host.vfs(absent).unwrap_err().is_not_found());
    assert_eq!(host.set_vfs(absent, &[]).map_err(|e| e.errno()), Ok(()));
}

#[test]
fn a_device_without_devlink_has_no_eswitch() {
    let host = LinuxHost::system();
    let device = DevlinkDevice { bus: "pci".to_owned(), name: "0000:ff:1f.7".to_owned() };
    assert_eq!(host.eswitch_mode(&device).unwrap(), None);
    let mode = sriov_host::EswitchMode::Switchdev;
    let refused = host.set_eswitch_mode(&device, mode, Duration::from_secs(5)).unwrap_err();
    assert!(matches!(refused.errno(), Some(Errno::NODEV | Errno::OPNOTSUPP)), "{refused:?}");
}
