use sriov_host::Errno;
use sriov_host::plan::{Guard, Holder};
use sriov_host::seam::{RdmaOwner, RdmaResource};
use sriov_rdma::in_use::{DeviceUsers, users};

use crate::fake::{Fake, INITIAL, idle_owners, owner};

fn look(fake: &Fake) -> DeviceUsers {
    let device = fake.open().devices[0].clone();
    users(fake, fake, &device).unwrap()
}

fn lines(users: &DeviceUsers) -> Vec<String> {
    users.known.iter().map(ToString::to_string).collect()
}

fn owned(more: Vec<RdmaOwner>) -> Vec<RdmaOwner> {
    idle_owners().into_iter().chain(more).collect()
}

fn with_device() -> Fake {
    let fake = Fake::exclusive();
    fake.device(0, "mlx5_0");
    fake
}

#[test]
fn what_the_kernel_and_the_driver_hold_is_no_use() {
    let fake = with_device();
    let users = look(&fake);
    assert_eq!(users, DeviceUsers::default());
    assert_eq!(users.in_use(), Some(false));
    assert!(users.guarded().is_empty());
}

#[test]
fn an_open_file_is_a_use_even_without_a_context() {
    let fake = with_device();
    fake.process(10, "ibv_devinfo", INITIAL);
    for descriptor in [5, 6] {
        fake.link(&format!("proc/10/fd/{descriptor}"), "/dev/infiniband/uverbs0");
    }
    let users = look(&fake);
    assert_eq!(lines(&users), ["ibv_devinfo (pid 10) holds /dev/infiniband/uverbs0"]);
    assert_eq!(users.in_use(), Some(true));
}

#[test]
fn the_file_of_another_device_is_no_use_of_this_one() {
    let fake = with_device();
    fake.device(1, "mlx5_1");
    // The number of a file and that of its device have nothing to do with each other.
    fake.file("sys/class/infiniband_verbs/uverbs0/ibdev", "mlx5_1");
    fake.file("sys/class/infiniband_verbs/uverbs1/ibdev", "mlx5_0");
    fake.process(10, "perftest", INITIAL);
    fake.link("proc/10/fd/5", "/dev/infiniband/uverbs0");
    assert_eq!(look(&fake).in_use(), Some(false));
    fake.link("proc/10/fd/6", "/dev/infiniband/uverbs1");
    assert_eq!(look(&fake).in_use(), Some(true));
}

#[test]
fn a_process_is_one_user_with_all_it_holds() {
    let fake = with_device();
    fake.process(10, "perftest", INITIAL);
    fake.link("proc/10/fd/5", "/dev/infiniband/uverbs0");
    let more = vec![
        owner(RdmaResource::QueuePair, Some(10), None),
        owner(RdmaResource::QueuePair, Some(10), None),
        owner(RdmaResource::MemoryRegion, Some(10), None),
        owner(RdmaResource::QueuePair, Some(4), None),
    ];
    fake.usage(0, &[("ctx", 2)], owned(more));
    let wanted = [
        "pid 4 holds queue pairs",
        "perftest (pid 10) holds /dev/infiniband/uverbs0, memory regions, queue pairs",
    ];
    assert_eq!(lines(&look(&fake)), wanted);
}

#[test]
fn kernel_users_and_invisible_processes_count() {
    let fake = with_device();
    let more = vec![
        owner(RdmaResource::QueuePair, None, Some("nvme_rdma")),
        owner(RdmaResource::CompletionQueue, None, None),
    ];
    fake.usage(0, &[], owned(more));
    let wanted = [
        "a process that is not visible holds completion queues",
        "the kernel's nvme_rdma holds queue pairs",
    ];
    assert_eq!(lines(&look(&fake)), wanted);
}

#[test]
fn counts_that_nobody_explains_are_users() {
    let fake = with_device();
    fake.usage(0, &[("ctx", 1)], idle_owners());
    let users = look(&fake);
    assert!(lines(&users)[0].contains("open contexts (1)"), "{users:?}");
    fake.usage(0, &[("cm_id", 2), ("pd", 9), ("mr", 9)], idle_owners());
    let users = look(&fake);
    assert_eq!(users.known.len(), 1);
    assert!(lines(&users)[0].contains("connection manager (2)"), "{users:?}");
    fake.usage(0, &[("pd", 900), ("qp", 900), ("srq", 900)], idle_owners());
    assert_eq!(look(&fake).in_use(), Some(false), "numbers of such objects prove nothing");
}

#[test]
fn hidden_processes_are_a_possible_user() {
    let fake = with_device();
    fake.process(10, "hidden", INITIAL);
    fake.fails("proc/10/fd/0", Errno::ACCES);
    let users = look(&fake);
    assert_eq!((users.in_use(), users.unseen), (None, 1));
    let holds = "1 processes could not be looked into, and may hold it".to_owned();
    assert_eq!(users.guarded(), [(Guard::RdmaUser, Holder { pid: None, comm: None, holds })]);
}

#[test]
fn a_device_that_went_is_told_apart() {
    let fake = with_device();
    fake.open().usage.clear();
    let device = fake.open().devices[0].clone();
    let error = users(&fake, &fake, &device).unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    fake.fails("sys/class/infiniband_verbs", Errno::IO);
    assert!(!users(&fake, &fake, &device).unwrap_err().is_not_found());
}
