use sriov_host::decorate::Recorder;
use sriov_host::doctor::Check;
use sriov_host::seam::Availability;
use sriov_host::{Errno, Guid};
use sriov_rdma::doctor::checks;

use crate::fake::Fake;

fn check(fake: &Fake, id: &str) -> Check {
    let host = Recorder::new(fake.clone());
    let found: Vec<Check> =
        checks(&host, &host).into_iter().filter(|check| check.id == id).collect();
    assert_eq!(host.mutations(), 0);
    let [check] = found.as_slice() else { panic!("{found:?}") };
    assert!(check.ok || check.help.is_some() || check.message.contains("cannot be told"));
    check.clone()
}

/// A PF or VF of `driver`.
fn bound(fake: &Fake, driver: &str, pci: &str) {
    fake.file(&format!("sys/bus/pci/drivers/{driver}/{pci}"), "");
    fake.file(&format!("sys/bus/pci/drivers/{driver}/bind"), "");
    fake.file(&format!("sys/bus/pci/devices/{pci}/vendor"), "0x15b3");
}

#[test]
fn a_fit_host_passes() {
    let fake = Fake::new();
    fake.device(0, "mlx5_0");
    assert!(checks(&fake, &fake).iter().all(|check| check.ok), "{:?}", checks(&fake, &fake));
    assert!(check(&fake, "rdma-subsystem").message.contains("1 devices"));
}

#[test]
fn a_subsystem_that_is_missing_is_told() {
    let fake = Fake::new();
    for settings in [Availability::NotLoaded, Availability::Unsupported] {
        fake.open().settings = settings;
        assert!(check(&fake, "rdma-subsystem").message.ends_with("no RDMA here"));
        assert!(check(&fake, "rdma-guids").ok, "without devices there are no GUIDs");
    }
}

#[test]
fn zero_guids_are_named_and_unknown_ones_are_not() {
    let fake = Fake::new();
    for (index, name) in ["mlx5_0", "mlx5_1", "siw0"].iter().enumerate() {
        fake.device(u32::try_from(index).unwrap(), name);
    }
    fake.open().devices[1].node_guid = Some(Guid::ZERO);
    fake.open().devices[2].node_guid = None;
    let check = check(&fake, "rdma-guids");
    assert!(!check.ok);
    assert!(check.message.ends_with(" mlx5_1"), "{check}");
}

#[test]
fn a_pf_without_its_rdma_module_is_named() {
    let fake = Fake::new();
    bound(&fake, "mlx5_core", "0000:3b:00.0");
    bound(&fake, "ice", "0000:18:00.0");
    let found = check(&fake, "rdma-modules");
    let wanted = "0000:18:00.0 (ice) has no irdma; 0000:3b:00.0 (mlx5_core) has no mlx5_ib";
    assert_eq!((found.ok, found.message.as_str()), (false, wanted));
    // A module that is there, and a card that has no RDMA.
    fake.file("sys/module/irdma/refcnt", "0");
    fake.file("sys/bus/pci/devices/0000:3b:00.0/infiniband/mlx5_0/node_type", "1: CA");
    assert!(check(&fake, "rdma-modules").ok);
}

#[test]
fn vfs_and_drivers_without_rdma_do_not_count() {
    let fake = Fake::new();
    bound(&fake, "igb", "0000:01:00.0");
    bound(&fake, "mlx5_core", "0000:3b:00.2");
    fake.link("sys/bus/pci/devices/0000:3b:00.2/physfn", "../0000:3b:00.0");
    assert!(check(&fake, "rdma-modules").ok);
}

#[test]
fn what_cannot_be_read_is_not_well() {
    let fake = Fake::new();
    fake.fails("sys/bus/pci/drivers/mlx5_core", Errno::ACCES);
    let check = check(&fake, "rdma-modules");
    assert!(!check.ok && check.message.contains("cannot be told"), "{check}");
}
