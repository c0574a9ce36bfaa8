//! Which way is taken.

use std::time::Duration;

use sriov_host::Errno;
use sriov_host::decorate::{Call, FaultSpec, Faulty};
use sriov_host::seam::{Host, HostPath, ToolError, ToolRun};
use sriov_host::sim::SimHost;
use sriov_mlx::Access;
use sriov_mlx::backend::{BackendKind, Backends, choose};
use sriov_mlx::param::Value;

use crate::double::{Hooked, Hooks, Ran};
use crate::world::{cards, commands, machine, names, options, start, world};

fn chosen(host: &dyn Host, needed: &[&str]) -> BackendKind {
    let cards = sriov_mlx::card::survey(host).unwrap();
    let (access, options) = (Access::new(host), options());
    let backends = Backends::new(&access, &options);
    backends.choose(&cards[0], &names(needed)).unwrap().kind()
}

#[test]
fn devlink_is_best_where_all_pfs_have_both_parameters() {
    let host = world(1, |card| card.devlink_params = true);
    assert_eq!(chosen(&host, &["SRIOV_EN", "NUM_OF_VFS"]), BackendKind::Devlink);
    assert_eq!(commands(&host), [""; 0], "nobody had to look for a tool");
    // One PF that does not tell.
    let fault = FaultSpec::new(Call::GetParameter, "pci/0000:d8:00.1/total_vfs", 1, Errno::PERM);
    let host = Faulty::new(host).failing(fault);
    assert_eq!(chosen(&host, &[]), BackendKind::Json);
}

#[test]
fn what_devlink_cannot_tell_takes_the_tool_if_there_is_one() {
    for name in ["LINK_TYPE_P1", "INTERNAL_CPU_MODEL"] {
        let host = world(1, |card| card.devlink_params = true);
        assert_eq!(chosen(&host, &["SRIOV_EN", name]), BackendKind::Json, "{name}");
        let mut machine = machine(1, |card| card.devlink_params = true);
        machine.mstconfig = false;
        assert_eq!(chosen(&start(&machine), &["SRIOV_EN", name]), BackendKind::Devlink, "{name}");
    }
}

#[test]
fn the_release_of_the_tool_decides_about_json() {
    for (release, kind) in [
        ("4.21.0", BackendKind::Text),
        ("4.30.0", BackendKind::Text),
        ("4.31.0", BackendKind::Json),
        ("4.36.0", BackendKind::Json),
    ] {
        let host = world(1, |card| card.tool = release.to_owned());
        assert_eq!(chosen(&host, &[]), kind, "{release}");
        assert_eq!(commands(&host), ["mstconfig --version"]);
    }
}

#[test]
fn a_tool_that_does_not_tell_its_version_prints_tables() {
    let host = Hooked::new(&machine(1, |_| {}), Mute(HostPath::new("usr/bin/mstconfig")));
    assert_eq!(chosen(&host, &[]), BackendKind::Text);
}

/// A tool that prints nothing, or that hangs.
struct Mute(HostPath);

impl Hooks for Mute {
    fn run_tool(&self, _: &SimHost, run: &ToolRun, after: Duration) -> Ran {
        assert_eq!((&run.program, run.args.as_slice()), (&self.0, &["--version".to_owned()][..]));
        assert!(after < Duration::from_mins(1), "no deadline");
        Err(ToolError::TimedOut { program: run.program.clone(), after })
    }
}

#[test]
fn without_a_tool_only_sysfs_is_left() {
    let mut machine = machine(1, |_| {});
    machine.mstconfig = false;
    let host = start(&machine);
    let (access, options) = (Access::new(&host), options());
    let cards = cards(&host);
    let backend = choose(&access, &cards[0], &options).unwrap();
    assert_eq!(backend.kind(), BackendKind::Sysfs);
    let reading = backend.query(&cards[0], &names(&["NUM_OF_VFS"])).unwrap();
    assert_eq!(reading.current("NUM_OF_VFS").and_then(Value::number), Some(8));
    assert_eq!(reading.next("NUM_OF_VFS"), None, "sysfs does not know the next boot");
    assert!(reading.param("SRIOV_EN").is_none(), "nobody asked for it");
    let error = backend.set(&cards[0], &sriov_mlx::param::Assignments::default()).unwrap_err();
    assert_eq!(error.code(), "SRIOV-M013");
}

#[test]
fn a_tool_of_the_caller_is_used_whatever_the_kernel_has() {
    let host = world(1, |card| card.devlink_params = true);
    let cards = cards(&host);
    // The caller's own place: the same machine, seen on its own.
    let home = start(&machine(1, |card| card.tool = "4.26.0".to_owned()));
    let (options, program) = (options(), HostPath::new("usr/bin/mstconfig"));
    let access = Access::new(&host).with_tool(&home, &program);
    host.clear();
    let backend = choose(&access, &cards[0], &options).unwrap();
    assert_eq!(backend.kind(), BackendKind::Text);
    backend.query(&cards[0], &names(&["SRIOV_EN"])).unwrap();
    assert_eq!(commands(&home), ["mstconfig --version", "mstconfig -e -d 0000:d8:00.0 q SRIOV_EN"]);
    assert_eq!(commands(&host), [""; 0], "nothing runs on the host");
    let missing = HostPath::new("opt/mstconfig");
    let access = Access::new(&host).with_tool(&home, &missing);
    let error = choose(&access, &cards[0], &options).err().unwrap();
    assert_eq!(error.code(), "SRIOV-M001");
}

#[test]
fn the_tool_is_looked_for_once_for_all_cards() {
    let host = world(3, |_| {});
    let cards = cards(&host);
    let (access, options) = (Access::new(&host), options());
    let backends = Backends::new(&access, &options);
    for card in &cards {
        assert_eq!(backends.choose(card, &[]).unwrap().kind(), BackendKind::Json);
    }
    assert_eq!(commands(&host), ["mstconfig --version"]);
}
