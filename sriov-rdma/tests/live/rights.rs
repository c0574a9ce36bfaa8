use sriov_host::Errno;
use sriov_rdma::netns_mode::{Lacks, lacks};

use crate::fake::Fake;

const OTHER: &str = "user:[4026532777]";

#[test]
fn the_user_namespace_counts_before_the_capability() {
    let fake = Fake::new();
    assert_eq!(lacks(&fake), Lacks::Nothing);
    fake.link("proc/self/ns/user", OTHER);
    assert_eq!(lacks(&fake), Lacks::InitialUserNamespace);
    fake.file("proc/self/status", "CapEff:\t0000000000000000\n");
    assert_eq!(lacks(&fake), Lacks::InitialUserNamespace);
}

#[test]
fn a_container_with_its_own_process_1_is_seen_by_its_map() {
    let fake = Fake::new();
    fake.link("proc/self/ns/user", OTHER);
    fake.link("proc/1/ns/user", OTHER);
    fake.file("proc/self/uid_map", "         0     100000      65536");
    assert_eq!(lacks(&fake), Lacks::InitialUserNamespace);
}

#[test]
fn one_bit_decides() {
    let fake = Fake::new();
    fake.file("proc/self/status", "CapEff:\t000001ffffffefff\n");
    assert_eq!(lacks(&fake), Lacks::Capability);
    fake.file("proc/self/status", "CapEff:\t0000000000001000\n");
    assert_eq!(lacks(&fake), Lacks::Nothing);
}

#[test]
fn what_cannot_be_read_is_not_guessed() {
    for text in ["", "CapEff:\tzz\n", "CapPrm:\t000001ffffffffff\n"] {
        let fake = Fake::new();
        fake.file("proc/self/status", text);
        assert_eq!(lacks(&fake), Lacks::Unknown, "{text:?}");
    }
    let fake = Fake::new();
    fake.fails("proc/self/status", Errno::ACCES);
    assert_eq!(lacks(&fake), Lacks::Unknown);
}
