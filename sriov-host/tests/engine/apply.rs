use sriov_host::inventory::NetnsPlace;
use sriov_host::plan::Outcome;
use sriov_host::sim::SimHost;
use sriov_host::vfs::{ApplyOptions, StepError};
use sriov_host::{MacAddr, codes, vfs};

use crate::support::{
    apply, autoprobe, config, converge, first_pf, look, machine, options, outcomes, plan,
};

const TWO_RANGES: &str = r#"
  - match: { pci: "0000:01:00.0" }
    numVfs: 6
    mtu: 9000
    vfs:
      - range: 0-1
        mac: "02:00:00:00:00:10"
        vlan: 100
        vlanQos: 3
        trust: on
        maxTxRateMbps: 200
        mtu: 9000
      - range: 2-3
        mac: "02:00:00:00:00:20"
        spoofCheck: off
"#;

#[test]
fn two_ranges_become_exactly_what_was_asked() {
    let host = SimHost::with_igb_pair();
    let _ = converge(&host, &config(TWO_RANGES));
    let pf = first_pf(&host);
    assert_eq!(pf.mtu.map(sriov_host::Mtu::get), Some(9000));
    assert_eq!(pf.vfs.len(), 6);
    let mac = |text: &str| text.parse::<MacAddr>().ok();
    for (index, wanted) in ["10", "11", "20", "21"].into_iter().enumerate() {
        let (vf, wanted) = (&pf.vfs[index], mac(&format!("02:00:00:00:00:{wanted}")));
        assert_eq!(vf.attrs.as_ref().unwrap().mac, wanted, "admin MAC of VF {index}");
        assert_eq!(vf.mac, wanted, "the netdev of VF {index} took it on");
        assert_eq!(vf.netns, NetnsPlace::Init);
    }
    let attrs = pf.vfs[0].attrs.as_ref().unwrap();
    assert_eq!(attrs.vlan.map(sriov_host::VlanId::get), Some(100));
    assert_eq!(attrs.vlan_qos.map(sriov_host::VlanQos::get), Some(3));
    assert_eq!(attrs.max_tx_rate.map(sriov_host::TxRate::mbps), Some(200));
    assert_eq!(attrs.trust, Some(true));
    assert_eq!(pf.vfs[2].attrs.as_ref().unwrap().spoof_check, Some(false));
    assert!(pf.vfs[4].driver.is_some(), "VFs of no group get the kernel's driver");
    assert_eq!(autoprobe(&host, "0000:01:00.0"), "1");
}

#[test]
fn five_three_seven_none() {
    let host = SimHost::with_igb_pair();
    for count in [5, 3, 7, 0] {
        let entry = format!(r#"  - {{ match: {{ pci: "0000:01:00.0" }}, numVfs: {count} }}"#);
        let _ = converge(&host, &config(&entry));
        assert_eq!(first_pf(&host).vfs.len(), count);
    }
}

#[test]
fn settings_of_existing_vfs_change_in_place() {
    let host = SimHost::with_igb_pair();
    let _ = converge(&host, &config(TWO_RANGES));
    let before: Vec<_> = first_pf(&host).vfs.iter().map(|vf| vf.ifindex).collect();
    let changed = TWO_RANGES.replace("vlan: 100", "vlan: 200").replace("trust: on", "trust: off");
    let applied = converge(&host, &config(&changed));
    assert_eq!(applied.steps.len(), 4, "{:?}", outcomes(&applied));
    let after: Vec<_> = first_pf(&host).vfs.iter().map(|vf| vf.ifindex).collect();
    assert_eq!(before, after, "no VF was bound anew");
}

#[test]
fn a_new_mac_reaches_the_netdev() {
    let host = SimHost::with_igb_pair();
    let _ = converge(&host, &config(TWO_RANGES));
    let _ = converge(&host, &config(&TWO_RANGES.replace("00:20", "00:30")));
    let vf = first_pf(&host).vfs[2].clone();
    assert_eq!(vf.mac.map(|mac| mac.to_string()).as_deref(), Some("02:00:00:00:00:30"));
}

#[test]
fn drivers_change_and_change_back() {
    let host = machine("{ iommu: true, pfs: [{ pci: 0000:01:00.0, driver: mlx5_core }] }");
    let with = |driver: &str| {
        config(&format!(
            "  - match: {{ pci: \"0000:01:00.0\" }}\n    numVfs: 4\n    vfs: [{{ range: 0-1, driver: {driver} }}]\n"
        ))
    };
    let driver = |vf: usize| first_pf(&host).vfs[vf].driver.as_ref().map(ToString::to_string);
    let _ = converge(&host, &with("default"));
    let default = driver(0);
    let _ = converge(&host, &with("vfio-pci"));
    assert_eq!(driver(1).as_deref(), Some("vfio-pci"));
    assert_eq!(driver(2), default, "other VFs keep theirs");
    let _ = converge(&host, &with("none"));
    assert_eq!(driver(0), None);
    let _ = converge(&host, &with("default"));
    assert_eq!(driver(0), default);
}

#[test]
fn vfio_without_an_iommu_is_refused_and_the_driver_stays() {
    let host =
        machine("{ iommu: false, pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, numVfs: 1 }] }");
    let before = first_pf(&host).vfs[0].driver.clone();
    assert!(before.is_some());
    let wanted = config(
        "  - match: { pci: \"0000:01:00.0\" }\n    numVfs: 1\n    vfs: [{ range: 0, driver: vfio-pci }]\n",
    );
    let applied = apply(&host, &wanted);
    let (_, error) = applied.errors().next().unwrap();
    assert_eq!(error.code(), codes::NO_VIABLE_IOMMU_GROUP.id, "{error}");
    assert_eq!(first_pf(&host).vfs[0].driver, before);
}

#[test]
fn fewer_vfs_than_asked_are_told_and_those_there_are_are_served() {
    let host = machine(
        "{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, totalVfs: 8, enablesAtMost: 3 }] }",
    );
    let wanted = config(
        "  - match: { pci: \"0000:01:00.0\" }\n    numVfs: 5\n    vfs: [{ range: 0-4, vlan: 7 }]\n",
    );
    let applied = apply(&host, &wanted);
    let create = applied.steps.iter().find(|step| step.error.is_some()).unwrap();
    assert!(
        matches!(create.error, Some(StepError::FewerVfs { wanted, enabled }) if (wanted.get(), enabled.get()) == (5, 3)),
        "{:?}",
        create.error
    );
    let pf = first_pf(&host);
    assert_eq!(pf.vfs.len(), 3);
    for vf in &pf.vfs {
        assert_eq!(vf.attrs.as_ref().unwrap().vlan.map(sriov_host::VlanId::get), Some(7));
        assert!(vf.driver.is_some());
    }
    assert_eq!(autoprobe(&host, "0000:01:00.0"), "1");
}

#[test]
fn a_refused_count_is_typed_and_puts_autoprobe_back() {
    let host = machine(
        "
pfs: [{ pci: 0000:01:00.0, driver: mlx5_core }]
faults: [{ call: write, target: '*/sriov_numvfs', errno: ENOMEM }]
",
    );
    let wanted = config(
        "  - match: { pci: \"0000:01:00.0\" }\n    numVfs: 5\n    vfs: [{ range: 0-4, vlan: 7 }]\n",
    );
    let applied = apply(&host, &wanted);
    let (_, error) = applied.errors().next().unwrap();
    let refusal =
        matches!(error, StepError::NumVfs { refusal: vfs::NumVfsRefusal::NoAddressSpace, .. });
    assert!(refusal, "{error:?}");
    assert!(error.help().unwrap().contains("pci=realloc"));
    assert_eq!(applied.count(Outcome::Failed), 1);
    assert_eq!(autoprobe(&host, "0000:01:00.0"), "1");
    assert!(first_pf(&host).owed.is_none(), "nothing is owed without VFs");
    let _ = converge(&host, &wanted);
}

#[test]
fn one_refused_vf_is_named_and_not_handed_on() {
    // mlx5 takes many VFs in one request; the retry one by one finds the culprit.
    let host = machine(
        "
pfs: [{ pci: 0000:01:00.0, driver: mlx5_core }]
faults:
  - { call: setVfs, nth: 1, errno: EINVAL }
  - { call: setVfs, nth: 3, errno: EINVAL }
",
    );
    let wanted = config(
        "  - match: { pci: \"0000:01:00.0\" }\n    numVfs: 3\n    vfs: [{ range: 0-2, vlan: 7 }]\n",
    );
    let applied = apply(&host, &wanted);
    let failed: Vec<_> = applied
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::Failed)
        .map(|step| step.step.action.vf().map(sriov_host::VfIndex::get))
        .collect();
    assert_eq!(failed, [Some(1)]);
    let pf = first_pf(&host);
    let bound: Vec<bool> = pf.vfs.iter().map(|vf| vf.driver.is_some()).collect();
    assert_eq!(bound, [true, false, true], "a VF without its VLAN is not handed to a driver");
    assert!(pf.owed.is_some(), "the next run owes VF 1");
    let _ = converge(&host, &wanted);
}

#[test]
fn a_host_that_changed_since_is_stale() {
    let host = SimHost::with_igb_pair();
    let four = config(r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 4 }"#);
    let old = plan(&host, &four);
    let _ = converge(&host, &config(r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 2 }"#));
    let applied = vfs::apply(&old, &host, &options(), &|_| {});
    let (_, error) = applied.errors().next().unwrap();
    assert!(matches!(error, StepError::Stale { .. }), "{error}");
    assert_eq!(first_pf(&host).vfs.len(), 2);
}

#[test]
fn a_cancelled_run_tries_nothing_more() {
    let host = SimHost::with_igb_pair();
    let plan = plan(&host, &config(TWO_RANGES));
    let options = options();
    let cancel = options.cancel.clone();
    let applied = vfs::apply(&plan, &host, &options, &|progress| {
        if matches!(progress, vfs::Progress::Ended(report) if report.outcome == Outcome::Done) {
            cancel.cancel();
        }
    });
    assert_eq!(applied.count(Outcome::Done), 1, "{:?}", outcomes(&applied));
    assert_eq!(applied.count(Outcome::NotRun), applied.steps.len() - 1);
    assert_eq!(autoprobe(&host, "0000:01:00.0"), "1");
}

#[test]
fn two_writers_exclude_each_other() {
    use sriov_host::seam::{Files, HostPath};
    let host = SimHost::with_igb_pair();
    let plan = plan(&host, &config(r#"  - { match: { pci: "0000:01:00.0" }, numVfs: 4 }"#));
    let path = HostPath::new("run/sriov/pf-0000:01:00.0.lock");
    let held = host.lock(&path, "somebody else").unwrap();
    let applied = vfs::apply(&plan, &host, &options(), &|_| {});
    let (_, error) = applied.errors().next().unwrap();
    assert!(matches!(error, StepError::Locked(_)), "{error}");
    assert_eq!(applied.count(Outcome::NotRun), applied.steps.len());
    assert_eq!(look(&host).pfs[0].vfs.len(), 0);
    drop(held);
    assert!(vfs::apply(&plan, &host, &options(), &|_| {}).is_complete());
}

#[test]
fn parallel_binding_comes_to_the_same() {
    let host = machine("{ pfs: [{ pci: 0000:01:00.0, driver: mlx5_core, totalVfs: 32 }] }");
    let wanted = config(
        "  - match: { pci: \"0000:01:00.0\" }\n    numVfs: 32\n    vfs: [{ range: 0-31, vlan: 7 }]\n",
    );
    let options = ApplyOptions { parallel: 8, ..options() };
    assert!(vfs::apply(&plan(&host, &wanted), &host, &options, &|_| {}).is_complete());
    assert!(plan(&host, &wanted).is_empty());
}

#[test]
fn the_default_driver_binds_with_autoprobe_off() {
    let host = machine(
        "{ pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 2, autoprobe: false, vfs: [{ range: 0-1, driver: none }] }] }",
    );
    assert!(first_pf(&host).vfs.iter().all(|vf| vf.driver.is_none()));
    let wanted =
        config("  - match: { pci: \"0000:01:00.0\" }\n    vfs: [{ range: 0, driver: default }]\n");
    let _ = converge(&host, &wanted);
    let pf = first_pf(&host);
    assert!(pf.vfs[0].driver.is_some());
    assert!(pf.vfs[1].driver.is_none(), "a VF of no group stays as it is");
    assert_eq!(autoprobe(&host, "0000:01:00.0"), "0", "whoever turned it off wants it off");
}

#[test]
fn a_driver_that_never_comes_is_told_in_time() {
    // The kernel answers every probe with success, and nothing binds.
    let host = machine(
        "
pfs: [{ pci: 0000:01:00.0, driver: igb, numVfs: 1, vfs: [{ range: 0, driver: none }] }]
faults: [{ call: write, target: '*/drivers_probe', nth: 1, times: 1000, errno: ENODEV }]
",
    );
    let wanted =
        config("  - match: { pci: \"0000:01:00.0\" }\n    vfs: [{ range: 0, driver: default }]\n");
    let applied = apply(&host, &wanted);
    let (_, error) = applied.errors().next().unwrap();
    assert!(matches!(error, StepError::BindFailed { now: None, .. }), "{error:?}");
}
