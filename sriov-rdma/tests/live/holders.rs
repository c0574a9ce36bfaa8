use sriov_host::Errno;
use sriov_host::decorate::Recorder;
use sriov_rdma::netns_mode::{HolderKind, HoldersSeen, NetnsHolder, holders};

use crate::fake::{Fake, INITIAL};

const A: &str = "net:[4026532200]";
const B: &str = "net:[4026532300]";

fn seen(fake: &Fake) -> HoldersSeen {
    holders(fake).unwrap()
}

fn only(fake: &Fake) -> NetnsHolder {
    let seen = seen(fake);
    let [holder] = seen.holders.as_slice() else { panic!("{seen:#?}") };
    holder.clone()
}

fn holder(kind: HolderKind, process: Option<(u32, &str)>, path: &str) -> NetnsHolder {
    let (pid, comm) = process.unzip();
    NetnsHolder { kind, pid, comm: comm.map(str::to_owned), path: path.to_owned() }
}

fn mount(fake: &Fake, process: u32, netns: &str, path: &str) {
    let line = format!("400 25 0:4 {netns} {path} rw shared:2 - nsfs nsfs rw\n");
    fake.file(&format!("proc/{process}/mountinfo"), &line);
}

fn container() -> String {
    format!("crio-{}", "1f".repeat(32))
}

#[test]
fn a_host_alone_has_no_holders() {
    let fake = Fake::new();
    fake.process(2, "kthreadd", INITIAL);
    fake.link("proc/2/fd/7", INITIAL);
    mount(&fake, 1, INITIAL, "/run/netns/host");
    let seen = seen(&fake);
    assert_eq!(seen, HoldersSeen::default());
    assert!(seen.is_certain());
}

#[test]
fn a_namespace_of_several_processes_is_one_entry() {
    let fake = Fake::new();
    fake.process(300, "worker", A);
    fake.process(7, "unshare", A);
    fake.process(20, "sleep", B);
    let seen = seen(&fake).holders;
    let first = holder(HolderKind::Process, Some((7, "unshare")), "/proc/7/ns/net");
    let second = holder(HolderKind::Process, Some((20, "sleep")), "/proc/20/ns/net");
    assert_eq!(seen, [first, second]);
}

#[test]
fn a_service_is_named_by_its_unit() {
    let fake = Fake::new();
    fake.process(800, "systemd-hostnam", A);
    fake.file("proc/800/cgroup", "0::/system.slice/systemd-hostnamed.service");
    let wanted =
        holder(HolderKind::Process, Some((800, "systemd-hostnam")), "systemd-hostnamed.service");
    assert_eq!(only(&fake), wanted);
}

#[test]
fn a_container_tells_more_than_its_file_and_its_other_processes() {
    let fake = Fake::new();
    fake.process(90, "nsenter", A);
    fake.process(100, "pause", A);
    fake.file("proc/100/cgroup", &format!("0::/kubepods.slice/{}.scope", container()));
    fake.process(101, "nginx", A);
    mount(&fake, 1, A, "/run/netns/cni-1");
    fake.process(50, "crio", INITIAL);
    fake.link("proc/50/fd/9", A);
    assert_eq!(only(&fake), holder(HolderKind::Container, Some((100, "pause")), &container()));
}

#[test]
fn a_named_namespace_tells_who_lives_in_it() {
    let fake = Fake::new();
    mount(&fake, 1, A, "/run/netns/blue");
    assert_eq!(only(&fake), holder(HolderKind::Named, None, "/run/netns/blue"));
    fake.process(33, "sleep", A);
    let lived_in = holder(HolderKind::Named, Some((33, "sleep")), "/run/netns/blue");
    assert_eq!(only(&fake), lived_in);
}

#[test]
fn a_mount_elsewhere_comes_behind_a_process() {
    let fake = Fake::new();
    mount(&fake, 1, A, "/run/docker/netns/8c1e");
    assert_eq!(only(&fake), holder(HolderKind::BindMount, None, "/run/docker/netns/8c1e"));
    fake.process(33, "sleep", A);
    let process = holder(HolderKind::Process, Some((33, "sleep")), "/proc/33/ns/net");
    assert_eq!(only(&fake), process);
}

#[test]
fn an_open_file_alone_is_found() {
    let fake = Fake::new();
    fake.process(44, "agent", INITIAL);
    fake.link("proc/44/fd/12", A);
    let wanted = holder(HolderKind::Descriptor, Some((44, "agent")), "/proc/44/fd/12");
    assert_eq!(only(&fake), wanted);
}

#[test]
fn threads_are_looked_at_when_nothing_else_explains_it() {
    let fake = Fake::new();
    fake.process(55, "cni-daemon", INITIAL);
    fake.link("proc/55/task/57/ns/net", A);
    let wanted = holder(HolderKind::Process, Some((55, "cni-daemon")), "/proc/55/task/57/ns/net");
    assert_eq!(only(&fake), wanted);

    fake.process(60, "sleep", B);
    let host = Recorder::with_reads(fake);
    assert_eq!(holders(&host).unwrap().holders.len(), 1);
    assert!(!host.lines().iter().any(|line| line.contains("/task")), "{:#?}", host.lines());
}

#[test]
fn mounts_of_other_mount_namespaces_are_looked_at_as_well() {
    let fake = Fake::new();
    for pid in [66, 67] {
        fake.process(pid, "snap", INITIAL);
        fake.link(&format!("proc/{pid}/ns/mnt"), "mnt:[4026532900]");
        mount(&fake, pid, A, "/run/inner");
    }
    let wanted = holder(HolderKind::BindMount, Some((66, "snap")), "/proc/66/root/run/inner");
    assert_eq!(only(&fake), wanted);
}

#[test]
fn a_process_that_ends_meanwhile_is_nobody() {
    let fake = Fake::new();
    fake.process(70, "gone", A);
    fake.remove("proc/70/ns");
    fake.remove("proc/70/fd");
    fake.fails("proc/70/fd", Errno::SRCH);
    // Its first thread has ended; as long as another one lives, so does the namespace.
    assert_eq!(only(&fake).path, "/proc/70/task/70/ns/net");
    fake.remove("proc/70/task");
    assert_eq!(seen(&fake), HoldersSeen::default());
}

#[test]
fn hidden_processes_are_counted_once() {
    let fake = Fake::new();
    fake.process(80, "a", INITIAL);
    fake.fails("proc/80/ns/net", Errno::ACCES);
    fake.process(81, "b", INITIAL);
    fake.remove("proc/81/fd");
    fake.fails("proc/81/fd", Errno::ACCES);
    fake.process(82, "c", INITIAL);
    fake.fails("proc/82/fd/5", Errno::PERM);
    let seen = seen(&fake);
    assert_eq!((seen.holders.len(), seen.unseen, seen.is_certain()), (0, 3, false));
}

#[test]
fn without_process_1_nothing_is_claimed() {
    let fake = Fake::new();
    fake.process(90, "a", A);
    fake.fails("proc/1/ns/net", Errno::ACCES);
    let seen = seen(&fake);
    assert_eq!((seen.holders.len(), seen.unseen), (0, 2));
    assert!(!seen.is_certain());
}

#[test]
fn newer_kernels_tell_the_initial_namespace_by_its_number() {
    const NUMBER: &str = "net:[4026531833]";
    let fake = Fake::new();
    fake.fails("proc/1/ns/net", Errno::ACCES);
    fake.link("proc/self/ns/net", NUMBER);
    fake.process(90, "host", NUMBER);
    fake.process(91, "pod", A);
    let seen = seen(&fake);
    assert_eq!((seen.holders.len(), seen.unseen), (1, 1));
    assert_eq!(seen.holders[0].pid, Some(91));
}

#[test]
fn a_pid_namespace_is_not_the_host() {
    let fake = Fake::new();
    fake.link("proc/1/ns/pid", "pid:[4026532999]");
    let seen = seen(&fake);
    assert!(seen.confined && !seen.is_certain());
    assert!(seen.to_string().contains("host's own processes are not visible"), "{seen}");
}

#[test]
fn without_proc_it_is_an_error() {
    let fake = Fake::new();
    fake.remove("proc");
    assert!(holders(&fake).unwrap_err().is_not_found());
}

#[test]
fn the_order_and_the_wire_form_are_stable() {
    let fake = Fake::new();
    fake.process(9, "agent", INITIAL);
    fake.link("proc/9/fd/3", "net:[5]");
    fake.process(12, "sleep", "net:[4]");
    fake.process(11, "pause", "net:[3]");
    fake.file("proc/11/cgroup", &format!("0::/{}.scope", container()));
    let mounts = "1 2 0:4 net:[2] /run/netns/b rw - nsfs nsfs rw\n\
                  1 2 0:4 net:[6] /run/netns/a rw - nsfs nsfs rw\n\
                  1 2 0:4 net:[7] /srv/ns rw - nsfs nsfs rw\n";
    fake.file("proc/1/mountinfo", mounts);
    let json = serde_json::to_value(seen(&fake)).unwrap();
    let wanted = serde_json::json!({
        "holders": [
            { "kind": "container", "pid": 11, "comm": "pause", "path": container() },
            { "kind": "named", "pid": null, "comm": null, "path": "/run/netns/a" },
            { "kind": "named", "pid": null, "comm": null, "path": "/run/netns/b" },
            { "kind": "process", "pid": 12, "comm": "sleep", "path": "/proc/12/ns/net" },
            { "kind": "bind-mount", "pid": null, "comm": null, "path": "/srv/ns" },
            { "kind": "descriptor", "pid": 9, "comm": "agent", "path": "/proc/9/fd/3" },
        ],
        "unseen": 0,
        "confined": false,
    });
    assert_eq!(json, wanted);
}
