use sriov_host::seam::Availability;
use sriov_host::{Errno, NetnsMode};
use sriov_rdma::netns_mode::{get, get_from_module};

use crate::fake::Fake;

#[test]
fn no_module_no_setting_and_a_mode_are_three_answers() {
    let fake = Fake::new();
    assert_eq!(get(&fake).unwrap(), Availability::Available(NetnsMode::Shared));
    fake.open().settings = Availability::Available(None);
    assert_eq!(get(&fake).unwrap(), Availability::Unsupported);
    fake.open().settings = Availability::NotLoaded;
    assert_eq!(get(&fake).unwrap(), Availability::NotLoaded);
    fake.open().settings = Availability::Unsupported;
    assert_eq!(get(&fake).unwrap(), Availability::Unsupported);
}

#[test]
fn the_module_tells_the_mode_without_netlink() {
    const PARAMETER: &str = "sys/module/ib_core/parameters/netns_mode";
    let fake = Fake::new();
    assert_eq!(get_from_module(&fake).unwrap(), Availability::NotLoaded);
    fake.file("sys/module/ib_core/refcnt", "1");
    assert_eq!(get_from_module(&fake).unwrap(), Availability::Unsupported);
    fake.file(PARAMETER, "N");
    assert_eq!(get_from_module(&fake).unwrap(), Availability::Available(NetnsMode::Exclusive));
    fake.file(PARAMETER, "Y\n");
    assert_eq!(get_from_module(&fake).unwrap(), Availability::Available(NetnsMode::Shared));
    fake.file(PARAMETER, "");
    assert_eq!(get_from_module(&fake).unwrap_err().errno(), Some(Errno::INVAL));
    fake.fails(PARAMETER, Errno::ACCES);
    assert!(get_from_module(&fake).unwrap_err().is_permission_denied());
}
