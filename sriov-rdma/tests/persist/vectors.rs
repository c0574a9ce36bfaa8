//! Cases with fixed outcomes: what is wanted of which file, and what absence is.

use sriov_host::NetnsMode;
use sriov_host::config::RdmaNetnsMode;
use sriov_host::seam::{Availability, Files, HostPath};
use sriov_rdma::persist::{ModePlanOptions, file_content, file_path, plan};

use crate::sim::{apply_to, look, machine, options_of};

/// An administrator's argument is none of ours.
#[test]
fn t67_each_mode_wants_its_own_value_and_unmanaged_wants_neither() {
    for (mode, digit) in [(RdmaNetnsMode::Shared, "1"), (RdmaNetnsMode::Exclusive, "0")] {
        let other = if digit == "1" { "0" } else { "1" };
        let host = machine(&format!("cmdline: 'ro ib_core.netns_mode={digit}'"));
        assert!(plan(&look(&host, mode), mode, ModePlanOptions::default()).is_empty());
        let host = machine(&format!("cmdline: 'ro ib_core.netns_mode={other}'"));
        let contradicted = plan(&look(&host, mode), mode, ModePlanOptions::default());
        assert_eq!(contradicted.plan.blockers.len(), 1, "{contradicted:?}");
        let left = plan(
            &look(&host, RdmaNetnsMode::Unmanaged),
            RdmaNetnsMode::Unmanaged,
            ModePlanOptions::default(),
        );
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn t68_another_word_is_an_error() {
    let error = "foo".parse::<RdmaNetnsMode>().unwrap_err().to_string();
    assert!(error.contains("\"foo\"") && error.contains("exclusive, shared"), "{error}");
}

#[test]
fn t69_and_t70_the_file_is_one_header_and_one_line() {
    let first = "# Managed by sriov-rdma: changes made here are lost.\n";
    for (mode, line) in [
        (NetnsMode::Shared, "options ib_core netns_mode=1\n"),
        (NetnsMode::Exclusive, "options ib_core netns_mode=0\n"),
    ] {
        assert_eq!(file_content(mode), format!("{first}{line}"));
    }
    let host = machine("rdma: { netnsMode: exclusive }");
    let _ = apply_to(&host, RdmaNetnsMode::Exclusive, true);
    let written = host.read_file(&HostPath::new("etc/modprobe.d/sriov-rdma.conf")).unwrap();
    assert_eq!(written.unwrap(), file_content(NetnsMode::Exclusive).into_bytes());
}

#[test]
fn t71_an_unmanaged_mode_removes_our_file_and_absence_is_success() {
    let host = machine("rdma: { netnsMode: exclusive }");
    let foreign = HostPath::new("etc/modprobe.d/rdma.conf");
    host.write_file(&foreign, options_of("0").as_bytes()).unwrap();
    host.write_file(&file_path(), file_content(NetnsMode::Shared).as_bytes()).unwrap();
    let removed = apply_to(&host, RdmaNetnsMode::Unmanaged, true);
    assert_eq!(removed.steps.len(), 1);
    assert!(removed.is_complete(), "{removed:?}");
    assert_eq!(host.read_file(&file_path()).unwrap(), None);
    assert!(host.read_file(&foreign).unwrap().is_some());
    assert!(apply_to(&host, RdmaNetnsMode::Unmanaged, true).steps.is_empty());
}

#[test]
fn t72_the_live_mode_is_told_and_no_rdma_is_a_value() {
    let live = |yaml: &str| look(&machine(yaml), RdmaNetnsMode::Unmanaged).live;
    assert_eq!(live("rdma: { netnsMode: shared }"), Availability::Available(NetnsMode::Shared));
    assert_eq!(live("rdma: { loaded: false }"), Availability::NotLoaded);
    assert_eq!(live("rdma: { supported: false }"), Availability::Unsupported);
}
