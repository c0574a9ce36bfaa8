//! What a restart of the simulated machine keeps and what it loses.
#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sriov_host::initramfs::{self, Contains};
use sriov_host::seam::{Availability, Clock, Files, HostPath, RdmaChange, RdmaSystem, Sysfs};
use sriov_host::sim::{Machine, SimHost};
use sriov_host::{ModuleName, NetnsMode};

const SOON: Duration = Duration::from_secs(5);

fn machine(yaml: &str) -> SimHost {
    SimHost::new(&Machine::from_yaml(yaml).unwrap()).unwrap()
}

fn mode(host: &SimHost) -> Option<NetnsMode> {
    host.rdma_settings().unwrap().available()?.netns_mode
}

fn read(host: &SimHost, path: &str) -> String {
    host.read(&HostPath::new(path)).unwrap()
}

#[test]
fn what_belongs_to_a_boot_is_gone() {
    let host = SimHost::demo();
    let file = |path: &str| host.read_file(&HostPath::new(path)).unwrap();
    host.put_file(&HostPath::new("/run/sriov/x"), b"x");
    host.put_file(&HostPath::new("/var/lib/sriov/x"), b"x");
    host.advance(Duration::from_hours(1));
    host.reboot();
    assert!(host.now() < Duration::from_mins(1), "{:?}", host.now());
    let pf = HostPath::pci("0000:3b:00.1".parse().unwrap());
    assert_eq!(host.read(&pf.join("sriov_numvfs")).unwrap(), "0");
    assert_eq!(host.list(&HostPath::new("/sys/bus/pci/devices")).unwrap().len(), 5);
    assert_eq!(host.list(&pf.join("net")).unwrap(), ["ens1f1np1"]);
    assert_eq!(host.read(&pf.join("net/ens1f1np1/carrier")).unwrap(), "1");
    assert_eq!((file("/run/sriov/x"), file("/var/lib/sriov/x")), (None, Some(b"x".to_vec())));
    assert!(host.list(&HostPath::new("/proc/4711")).is_err());
    assert!(host.list(&HostPath::new("/run/netns")).is_err());
    host.write(&pf.join("sriov_numvfs"), "4", SOON).unwrap();
    assert_eq!(host.list(&pf.join("virtfn3/net")).unwrap().len(), 1);
}

#[test]
fn the_mode_of_netlink_does_not_survive() {
    let host = machine("pfs: [ { pci: 0000:3b:00.0, driver: mlx5_core } ]");
    host.change_rdma(&RdmaChange::NetnsMode(NetnsMode::Exclusive), SOON).unwrap();
    host.reboot();
    assert_eq!(mode(&host), Some(NetnsMode::Shared));
    assert_eq!(host.rdma_devices().unwrap().available().unwrap().len(), 1);
}

#[test]
fn the_staged_command_line_decides_about_the_next_boots() {
    let host = machine("rdma: { loaded: true }\ncmdline: quiet");
    host.stage_cmdline("ro ib_core.netns_mode=1 ib_core.netns_mode=0");
    assert_eq!(
        (read(&host, "/proc/cmdline").as_str(), mode(&host)),
        ("quiet", Some(NetnsMode::Shared))
    );
    host.reboot();
    assert!(read(&host, "/proc/cmdline").starts_with("ro "));
    assert_eq!(mode(&host), Some(NetnsMode::Exclusive));
    let host = SimHost::load(&host.save().unwrap()).unwrap();
    host.reboot();
    assert_eq!(mode(&host), Some(NetnsMode::Exclusive));
}

#[test]
fn a_value_that_is_none_keeps_the_module_out() {
    let host = machine("rdma: { loaded: true }");
    host.stage_cmdline("ib_core.netns_mode=2");
    host.reboot();
    assert_eq!(host.rdma_settings().unwrap(), Availability::NotLoaded);
}

#[test]
fn every_boot_has_an_id_of_its_own() {
    let host = SimHost::with_igb_pair();
    let id = || read(&host, "/proc/sys/kernel/random/boot_id");
    let first = id();
    assert_eq!(id(), first);
    let groups: Vec<usize> = first.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12]);
    host.reboot();
    let second = id();
    host.reboot();
    assert_ne!(second, first);
    assert_ne!(id(), second);
}

#[test]
fn the_initramfs_is_an_archive_of_what_was_there_when_it_was_made() {
    let host = machine(
        "
release: 6.1.0
initramfs: { modules: [ib_core] }
files: { /etc/modprobe.d/rdma.conf: 'options ib_core netns_mode=0' }
",
    );
    let image = || {
        let path = HostPath::new("/boot/initrd.img-6.1.0");
        String::from_utf8(host.read_file(&path).unwrap().unwrap()).unwrap()
    };
    let module = "usr/lib/modules/6.1.0/kernel/drivers/infiniband/core/ib_core.ko\0";
    assert!(image().starts_with("070701") && image().contains(module), "{}", image());
    assert!(image().contains("etc/modprobe.d/rdma.conf\0"));
    host.put_file(&HostPath::new("/etc/modprobe.d/rdma.conf"), b"options ib_core netns_mode=1");
    assert!(image().contains("netns_mode=0"), "a copy does not follow");
    host.regenerate_initramfs();
    assert!(image().contains("netns_mode=1"));
    assert!(host.rdma_settings().unwrap().available().is_some(), "it loaded from there");
}

const OPTIONS: &str = "/etc/modprobe.d/rdma.conf";

fn put_mode(host: &SimHost, value: u8) {
    let line = format!("options ib_core netns_mode={value}\n");
    host.put_file(&HostPath::new(OPTIONS), line.as_bytes());
}

#[test]
fn the_files_of_modprobe_decide_where_the_command_line_is_silent() {
    let host = machine("rdma: { loaded: true }");
    put_mode(&host, 0);
    assert_eq!(mode(&host), Some(NetnsMode::Shared), "a file changes nothing by itself");
    host.reboot();
    assert_eq!(mode(&host), Some(NetnsMode::Exclusive));
    host.stage_cmdline("quiet ib_core.netns_mode=1");
    host.reboot();
    assert_eq!(mode(&host), Some(NetnsMode::Shared), "the command line wins");
}

#[test]
fn a_module_in_the_initramfs_takes_its_options_from_there() {
    let host = machine("initramfs: { modules: [ib_core] }");
    put_mode(&host, 0);
    host.reboot();
    assert_eq!(mode(&host), Some(NetnsMode::Shared), "the copy is older");
    host.regenerate_initramfs();
    assert!(host.take_file(&HostPath::new(OPTIONS)).is_some());
    host.reboot();
    assert_eq!(mode(&host), Some(NetnsMode::Exclusive), "the copy has outlived the file");
}

#[test]
fn the_initramfs_can_be_read_as_one() {
    let module: ModuleName = "ib_core".parse().unwrap();
    let host = machine("initramfs: { modules: [ib_core] }");
    put_mode(&host, 0);
    host.regenerate_initramfs();
    let Contains::Yes { path, configuration } = initramfs::contains(&host, &module) else {
        panic!("{:?}", initramfs::contains(&host, &module))
    };
    assert_eq!(path, HostPath::new("/boot/initrd.img-6.12.95+deb12-amd64"));
    let text = b"options ib_core netns_mode=0\n".to_vec();
    assert_eq!(configuration, [(HostPath::new(OPTIONS), text)]);
    let without = initramfs::contains(&SimHost::demo(), &module);
    assert_eq!(without, Contains::No { path });
}
