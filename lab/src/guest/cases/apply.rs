//! A configuration on real NICs, and the same configuration again.

use serde_json::{Value, json};

use super::super::case::{Case, Done, holds, same};
use super::super::probe::Changes;
use super::super::sriovctl::{self, Config, steps};
use super::super::uevents::Uevents;
use super::super::{exec, nic, sys};
use super::sample;

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "apply_sets_what_the_kernel_then_reports", sets),
    Case::new("igb", "apply_again_changes_nothing", again),
    Case::new("igb", "apply_after_drift_repairs_only_the_drift", drift),
    Case::new("igb", "apply_changes_the_vf_count_through_zero", counts),
    Case::new("igb", "apply_refuses_more_vfs_than_the_card_has", too_many),
    Case::new("igb", "apply_two_pfs_in_one_document", two_pfs),
    Case::new("igb", "apply_leaves_a_good_pf_done_beside_a_bad_one", one_bad_pf),
    Case::new("igb", "apply_of_a_new_mac_reaches_the_netdev", new_mac),
    Case::new("igb", "plan_and_dry_run_change_nothing", plan),
];

fn sets() -> Done {
    let config = sample::config()?;
    let applied = config.apply()?;
    // What the kernel has by itself, like spoof checking, needs no request.
    let good = |step: &Value| step["outcome"] == "done" || step["outcome"] == "skipped";
    holds(|| format!("not every step is done: {applied}"), steps(&applied)?.iter().all(good))?;
    sample::is_applied()
}

fn again() -> Done {
    let config = sample::config()?;
    config.apply()?;
    let before = sample::ifindexes()?;
    let uevents = Uevents::subscribe()?;
    let changes = Changes::counted()?;
    config.apply_is_idle()?;
    changes.none()?;
    same("uevents", &uevents.so_far()?, &Vec::new())?;
    same("numbers of the VF netdevs", &sample::ifindexes()?, &before)?;
    sample::is_applied()
}

fn drift() -> Done {
    let config = sample::config()?;
    config.apply()?;
    let before = sample::ifindexes()?;
    let name = nic::netdev(nic::PF).unwrap_or_default();
    exec::done(&["/bin/ip", "link", "set", "dev", &name, "vf", "1", "vlan", "77"])?;
    let found = sriovctl::json(3, &["verify", "-f", config.path(), "--detailed-exitcode"])?;
    same("in sync", &found["inSync"], &json!(false))?;
    let differences = found["differences"].as_array().map(Vec::len);
    same("differences", &differences, &Some(1))?;
    let uevents = Uevents::subscribe()?;
    config.apply()?;
    same("uevents", &uevents.so_far()?, &Vec::new())?;
    same("numbers of the VF netdevs", &sample::ifindexes()?, &before)?;
    sample::is_applied()
}

fn counts() -> Done {
    for wanted in [5, 3, 7, 0] {
        let config = Config::count(nic::PF, wanted)?;
        config.apply()?;
        let vfs = nic::vfs(nic::PF);
        same("VF count", &nic::num_vfs(nic::PF)?, &wanted.to_string())?;
        same(
            "VFs with a netdev",
            &vfs.iter().filter_map(|vf| nic::netdev(vf)).count(),
            &wanted.into(),
        )?;
        config.apply_is_idle()?;
    }
    autoprobe_is_on()
}

fn too_many() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "2")?;
    let config = Config::count(nic::PF, 99)?;
    let uevents = Uevents::subscribe()?;
    let changes = Changes::counted()?;
    let ran = sriovctl::run(&["apply", "-f", config.path()])?;
    changes.none()?;
    same("uevents", &uevents.so_far()?, &Vec::new())?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"2".to_owned())?;
    holds(|| format!("99 VFs ended well: {}", ran.out), ran.status != Some(0))?;
    for word in ["99", "7", nic::PF] {
        holds(|| format!("the refusal does not say {word}: {}", ran.err), ran.err.contains(word))?;
    }
    Ok(())
}

fn one_bad_pf() -> Done {
    let config = Config::of(&format!(
        "  - match: {{ pci: \"{}\" }}\n    numVfs: 99\n  - match: {{ pci: \"{}\" }}\n    numVfs: 2\n",
        nic::PF,
        nic::OTHER_PF
    ))?;
    let ran = sriovctl::run(&["apply", "-f", config.path()])?;
    ran.expect(5)?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"0".to_owned())?;
    same("VF count", &nic::num_vfs(nic::OTHER_PF)?, &"2".to_owned())
}

/// igbvf takes on an administrative MAC only when it binds.
fn new_mac() -> Done {
    let config = |mac: &str| {
        Config::of(&format!(
            "  - match: {{ pci: \"{}\" }}\n    numVfs: 2\n    vfs: [{{ range: 0, mac: \"{mac}\" }}]\n",
            nic::PF
        ))
    };
    config("02:00:00:00:00:10")?.apply()?;
    let wanted = config("02:00:00:00:00:20")?;
    wanted.apply()?;
    let listed = sriovctl::listed(nic::PF)?;
    for (what, found) in [
        ("MAC of the netdev", &listed["vfs"][0]["mac"]),
        ("administrative MAC", &listed["vfs"][0]["attrs"]["mac"]),
    ] {
        same(what, found, &json!("02:00:00:00:00:20"))?;
    }
    wanted.apply_is_idle()?;
    autoprobe_is_on()
}

fn two_pfs() -> Done {
    let config = Config::of(&format!(
        "  - match: {{ pci: \"{}\" }}\n    numVfs: 2\n  - match: {{ pci: \"{}\" }}\n    numVfs: 3\n",
        nic::PF,
        nic::OTHER_PF
    ))?;
    config.apply()?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"2".to_owned())?;
    same("VF count", &nic::num_vfs(nic::OTHER_PF)?, &"3".to_owned())?;
    config.apply_is_idle()?;
    autoprobe_is_on()
}

fn plan() -> Done {
    let config = sample::config()?;
    let uevents = Uevents::subscribe()?;
    let changes = Changes::counted()?;
    let planned = sriovctl::json(3, &["plan", "-f", config.path(), "--detailed-exitcode"])?;
    let dry = sriovctl::json(0, &["--dry-run", "apply", "-f", config.path()])?;
    changes.none()?;
    same("uevents", &uevents.so_far()?, &Vec::new())?;
    holds(|| format!("no steps in {planned}"), !steps(&planned)?.is_empty())?;
    same("steps of the dry run", &steps(&dry)?.len(), &steps(&planned)?.len())
}

fn autoprobe_is_on() -> Done {
    for pf in [nic::PF, nic::OTHER_PF] {
        let autoprobe = sys::read(nic::attribute(pf, "sriov_drivers_autoprobe"))?;
        same("sriov_drivers_autoprobe", &autoprobe, &"1".to_owned())?;
    }
    Ok(())
}
