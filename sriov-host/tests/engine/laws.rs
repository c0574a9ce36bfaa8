//! What holds for every machine and every wish.

use proptest::prelude::*;
use sriov_host::config::NodeConfig;
use sriov_host::decorate::{Faulty, Recorder};
use sriov_host::inventory::{NodeInventory, PfInventory, VfInventory};
use sriov_host::plan::Disruption;
use sriov_host::seam::{Clock, Host};
use sriov_host::sim::SimHost;
use sriov_host::vfs::{self, VfPlan};

use crate::support::{apply, config, look, machine, options, plan};

/// A PF, what it has, and two wishes for it.
#[derive(Clone, Debug)]
struct Story {
    machine: String,
    first: String,
    second: String,
}

const PF: &str = "0000:01:00.0";

fn group() -> impl Strategy<Value = String> {
    let driver =
        prop::sample::select(vec!["", ", driver: default", ", driver: none", ", driver: vfio-pci"]);
    let mac =
        prop::sample::select(vec!["", ", mac: '02:00:00:00:01:00'", ", mac: '02:00:00:00:02:00'"]);
    let vlan = prop::sample::select(vec!["", ", vlan: 0", ", vlan: 7", ", vlan: 7, vlanQos: 3"]);
    let other =
        prop::sample::select(vec!["", ", trust: on", ", spoofCheck: off", ", maxTxRateMbps: 100"]);
    (driver, mac, vlan, other).prop_map(|(a, b, c, d)| format!("{a}{b}{c}{d}"))
}

/// A wish for up to 6 VFs in up to two groups.
fn wish() -> impl Strategy<Value = String> {
    let mtu = prop::sample::select(vec!["", "    mtu: 1400\n", "    mtu: 4000\n"]);
    (0_u16..=6, group(), group(), mtu).prop_map(|(count, a, b, mtu)| {
        let half = count / 2;
        let mut vfs = Vec::new();
        if half > 0 {
            vfs.push(format!("{{ range: 0-{}{a} }}", half - 1));
        }
        if count > half {
            // The last VF is left out now and then, and belongs to nobody.
            vfs.push(format!(
                "{{ range: {half}-{}{}}}",
                half.max(count - 1),
                format!("{b} ").replace("02:00:00:00:0", "06:00:00:00:0")
            ));
        }
        format!(
            "  - match: {{ pci: '{PF}' }}\n    numVfs: {count}\n{mtu}    vfs: [{}]\n",
            vfs.join(", ")
        )
    })
}

fn story() -> impl Strategy<Value = Story> {
    let driver = prop::sample::select(vec!["igb", "mlx5_core", "ice", "i40e", "bnxt_en"]);
    let udev =
        prop::sample::select(vec!["{}", "{ present: false }", "{ minMs: 500, maxMs: 3000 }"]);
    (any::<u32>(), driver, udev, 0_u16..=4, any::<bool>(), any::<bool>(), wish(), wish()).prop_map(
        |(seed, driver, udev, existing, up, late, first, second)| {
            let total = if driver == "igb" { String::new() } else { ", totalVfs: 8".to_owned() };
            let machine = format!(
                "seed: {seed}\niommu: true\nudev: {udev}\npfs:\n  - {{ pci: '{PF}', driver: {driver}, \
                 numVfs: {existing}, up: {up}, asynchronous: {late}, vfProbeMs: 20{total} }}\n"
            );
            Story { machine, first, second }
        },
    )
}

/// What has to be the same in the end, however it was reached: not indexes, not chosen MACs.
fn essence(inventory: &NodeInventory) -> Vec<String> {
    let vf = |vf: &VfInventory| {
        let attrs = vf.attrs.as_ref();
        format!(
            "{} {:?} {:?} {:?} {:?}",
            vf.index,
            vf.driver,
            vf.netns,
            vf.mtu,
            attrs.map(|attrs| (
                attrs.vlan,
                attrs.vlan_qos,
                attrs.trust,
                attrs.spoof_check,
                attrs.max_tx_rate
            ))
        )
    };
    let pf = |pf: &PfInventory| {
        let vfs: Vec<String> = pf.vfs.iter().map(vf).collect();
        format!(
            "{} {:?} {:?} {:?} {:?} {:?} {vfs:#?}",
            pf.pci, pf.num_vfs, pf.drivers_autoprobe, pf.owed, pf.mtu, pf.admin_up
        )
    };
    inventory.pfs.iter().map(pf).collect()
}

/// Wishes that this driver cannot fulfil are not what these laws are about.
fn possible(plan: &VfPlan) -> bool {
    plan.blockers.is_empty()
}

fn run(host: &dyn Host, plan: &VfPlan) -> vfs::Applied {
    vfs::apply(plan, host, &options(), &|_| {})
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_second_apply_does_nothing(story in story()) {
        let host = Recorder::new(machine(&story.machine));
        for text in [&story.first, &story.second] {
            let wanted = config(text);
            let planned = plan(&host, &wanted);
            prop_assume!(possible(&planned));
            let applied = run(&host, &planned);
            prop_assert!(applied.is_complete(), "{:#?}", applied.errors().collect::<Vec<_>>());
            host.clear();
            let again = plan(&host, &wanted);
            prop_assert!(again.is_empty(), "left to do:\n{again}");
            let _ = run(&host, &again);
            prop_assert_eq!(host.mutations(), 0, "{:#?}", host.lines());
        }
    }

    #[test]
    fn nobody_is_disturbed_more_than_announced(story in story()) {
        let host = machine(&story.machine);
        let _ = apply_possible(&host, &config(&story.first));
        let before = look(&host);
        let planned = plan(&host, &config(&story.second));
        prop_assume!(possible(&planned));
        let _ = run(&host, &planned);
        if planned.disruption() < Disruption::Vf {
            for (old, new) in before.pfs.iter().zip(look(&host).pfs) {
                let netdevs = |pf: &PfInventory| pf.vfs.iter().map(|vf| (vf.pci, vf.ifindex, vf.driver.clone())).collect::<Vec<_>>();
                let (old, new) = (netdevs(old), netdevs(&new));
                // VFs may be added and drivers bound where there was none.
                for vf in old.iter().filter(|(.., driver)| driver.is_some()) {
                    prop_assert!(new.contains(vf), "{vf:?} was disturbed by\n{planned}");
                }
            }
        }
    }

    #[test]
    fn a_dry_plan_touches_nothing(story in story()) {
        let host = Recorder::new(machine(&story.machine));
        let _ = plan(&host, &config(&story.first));
        prop_assert_eq!(host.mutations(), 0);
    }
}

fn apply_possible(host: &dyn Host, wanted: &NodeConfig) -> Option<vfs::Applied> {
    let planned = plan(host, wanted);
    possible(&planned).then(|| run(host, &planned))
}

/// Killed before, and during, every single change that a run makes.
fn kill_everywhere(story: &Story) -> Result<u64, TestCaseError> {
    let start = || {
        let host = machine(&story.machine);
        let _ = apply_possible(&host, &config(&story.first));
        host
    };
    let wanted = config(&story.second);
    let calm = Faulty::new(start());
    let planned = plan(&calm, &wanted);
    if !possible(&planned) {
        return Err(TestCaseError::reject("the driver cannot fulfil the wish"));
    }
    prop_assert!(run(&calm, &planned).is_complete());
    let expected = essence(&look(&calm));
    let changes = calm.mutations();
    for nth in 1..=changes {
        for during in [false, true] {
            let host: SimHost = start();
            let dying = Faulty::new(host.clone());
            let dying = if during { dying.killed_during(nth) } else { dying.killed_at(nth) };
            let _ = run(&dying, &planned);
            prop_assert!(dying.is_killed(), "change {nth} of {changes} did not happen");
            // What the kernel was still working on comes to its end.
            host.advance(std::time::Duration::from_mins(1));
            let rest = plan(&host, &wanted);
            let applied = run(&host, &rest);
            prop_assert!(
                applied.is_complete(),
                "killed at {nth}: {:#?}",
                applied.errors().collect::<Vec<_>>()
            );
            let left = plan(&host, &wanted);
            prop_assert!(left.is_empty(), "killed at {nth}, then applied, left:\n{left}");
            let found = essence(&look(&host));
            prop_assert_eq!(&found, &expected, "killed at {}, then applied", nth);
        }
    }
    Ok(changes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_run_that_was_killed_anywhere_is_made_good_by_the_next(story in story()) {
        kill_everywhere(&story)?;
    }
}

#[test]
fn the_kill_law_kills() {
    let story = Story {
        machine: format!("pfs:\n  - {{ pci: '{PF}', driver: igb, numVfs: 2, up: false }}\n"),
        first: format!("  - {{ match: {{ pci: '{PF}' }}, numVfs: 3 }}\n"),
        second: format!(
            "  - match: {{ pci: '{PF}' }}\n    numVfs: 4\n    mtu: 4000\n    vfs: [{{ range: 0-3, mac: '02:00:00:00:01:00', vlan: 7 }}]\n"
        ),
    };
    let changes = kill_everywhere(&story).unwrap();
    assert!(changes >= 13, "only {changes} changes were there to be killed at");
}

/// A VF that is bound anew has no driver in between, and no wish that says it should have one.
#[test]
fn a_rebind_that_was_killed_is_made_good() {
    let entry = |mac: &str| {
        format!("  - match: {{ pci: '{PF}' }}\n    numVfs: 3\n    vfs: [{{ range: 0-1{mac} }}]\n")
    };
    let story = Story {
        machine: format!("pfs:\n  - {{ pci: '{PF}', driver: igb }}\n"),
        first: entry(""),
        second: entry(", mac: '02:00:00:00:01:00'"),
    };
    kill_everywhere(&story).unwrap();
}

/// A VF that had no driver before, and was not to get one, has none afterwards.
#[test]
fn a_killed_rebind_owes_nothing_to_other_vfs() {
    let entry = |first: &str, second: &str| {
        format!(
            "  - match: {{ pci: '{PF}' }}\n    numVfs: 4\n    vfs: [{{ range: 0-1{first} }}, {{ range: 2-3{second} }}]\n"
        )
    };
    let story = Story {
        machine: format!("pfs:\n  - {{ pci: '{PF}', driver: igb }}\n"),
        first: entry(", driver: none", ""),
        second: entry("", ", mac: '02:00:00:00:01:00'"),
    };
    kill_everywhere(&story).unwrap();
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let lines = || {
        let host = Recorder::new(machine("seed: 7\npfs: [{ pci: '0000:01:00.0', driver: igb }]\n"));
        let wanted = config(
            "  - match: { pci: '0000:01:00.0' }\n    numVfs: 5\n    vfs: [{ range: 0-4, vlan: 5 }]\n",
        );
        let _ = apply(&host, &wanted);
        (host.lines(), host.now(), essence(&look(&host)))
    };
    assert_eq!(lines(), lines());
}
