//! VFs in use, which nothing may take away unasked.

use std::fs::OpenOptions;

use nix::fcntl::{Flock, FlockArg};

use super::super::case::{Case, Done, holds, same};
use super::super::hold::Holder;
use super::super::probe::Changes;
use super::super::sriovctl::{self, Config};
use super::super::{exec, nic, sys};

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "guard_refuses_to_take_a_vf_from_a_netns", foreign_netns),
    Case::new("igb", "guard_refuses_to_take_a_vf_from_a_bridge", bridge),
    Case::new("igb", "guard_gives_way_to_another_owners_lock", locked),
    Case::new("iommu", "guard_refuses_to_take_a_vf_from_vfio", vfio),
];

const NETNS: &str = "lab";
const BRIDGE: &str = "labbr0";

fn foreign_netns() -> Done {
    Config::count(nic::PF, 3)?.apply()?;
    let vfs = nic::vfs(nic::PF);
    let vf = vfs.get(1).ok_or("no second VF")?;
    let name = nic::netdev(vf).ok_or("the second VF has no netdev")?;
    exec::done(&["/bin/ip", "netns", "add", NETNS])?;
    exec::done(&["/bin/ip", "link", "set", "dev", &name, "netns", NETNS])?;
    let done = foreign_netns_is_guarded();
    exec::done(&["/bin/ip", "netns", "delete", NETNS])?;
    done
}

fn foreign_netns_is_guarded() -> Done {
    same(
        "where the list says it is",
        &sriovctl::listed(nic::PF)?["vfs"][1]["netns"],
        &"foreign".into(),
    )?;
    let config = Config::count(nic::PF, 0)?;
    let changes = Changes::counted()?;
    let refused = sriovctl::run(&["apply", "-f", config.path()])?;
    changes.none()?;
    refused.expect(10)?;
    let vf = format!("{} vf 1", nic::PF);
    holds(
        || format!("the refusal does not name {vf}: {}", refused.err),
        refused.err.contains(&vf),
    )?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"3".to_owned())?;
    sriovctl::run(&["apply", "-f", config.path(), "--allow", "foreign-netns"])?.expect(0)?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"0".to_owned())
}

fn bridge() -> Done {
    Config::count(nic::PF, 2)?.apply()?;
    let vfs = nic::vfs(nic::PF);
    let vf = vfs.first().ok_or("no first VF")?;
    let name = nic::netdev(vf).ok_or("the first VF has no netdev")?;
    exec::done(&["/bin/ip", "link", "add", BRIDGE, "type", "bridge"])?;
    let done = exec::done(&["/bin/ip", "link", "set", "dev", &name, "master", BRIDGE])
        .and_then(|_| bridge_is_guarded());
    exec::done(&["/bin/ip", "link", "delete", BRIDGE])?;
    done
}

fn bridge_is_guarded() -> Done {
    let config = Config::count(nic::PF, 0)?;
    let refused = sriovctl::run(&["apply", "-f", config.path()])?;
    refused.expect(10)?;
    holds(|| format!("the bridge is not named: {}", refused.err), refused.err.contains(BRIDGE))?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"2".to_owned())?;
    sriovctl::run(&["apply", "-f", config.path(), "--allow", "port"])?.expect(0)?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"0".to_owned())
}

fn locked() -> Done {
    std::fs::create_dir_all("/run/sriov").map_err(|e| format!("create /run/sriov: {e}"))?;
    let path = lock_file(nic::PF);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|e| format!("open {path}: {e}"))?;
    let lock = Flock::lock(file, FlockArg::LockExclusiveNonblock)
        .map_err(|(_, e)| format!("lock {path}: {e}"))?;
    let config = Config::count(nic::PF, 1)?;
    let changes = Changes::counted()?;
    sriovctl::run(&["apply", "-f", config.path()])?.expect(7)?;
    changes.none()?;
    drop(lock);
    config.apply().map(drop)
}

fn vfio() -> Done {
    let config = Config::of(&format!(
        "  - match: {{ pci: \"{}\" }}\n    numVfs: 2\n    vfs:\n      - range: 0-1\n        driver: vfio-pci\n",
        nic::PF
    ))?;
    config.apply()?;
    let vfs = nic::vfs(nic::PF);
    let drivers: Vec<_> = vfs.iter().map(|vf| nic::driver(vf)).collect();
    same("drivers of the VFs", &drivers, &vec![Some("vfio-pci".to_owned()); 2])?;
    config.apply_is_idle()?;
    let vf = vfs.first().ok_or("no VF")?;
    let group =
        sys::link_name(nic::attribute(vf, "iommu_group")).ok_or("the VF has no IOMMU group")?;
    let holder = Holder::of(&format!("/dev/vfio/{group}"))?;
    let none = Config::count(nic::PF, 0)?;
    let changes = Changes::counted()?;
    let refused = sriovctl::run(&["apply", "-f", none.path()])?;
    changes.none()?;
    refused.expect(10)?;
    for word in [holder.pid().to_string().as_str(), "lab-guest", " vf 0"] {
        holds(
            || format!("the refusal does not say {word}: {}", refused.err),
            refused.err.contains(word),
        )?;
    }
    same("VF count", &nic::num_vfs(nic::PF)?, &"2".to_owned())?;
    drop(holder);
    none.apply()?;
    same("VF count", &nic::num_vfs(nic::PF)?, &"0".to_owned())
}

/// Where the product locks a PF.
pub(super) fn lock_file(pf: &str) -> String {
    format!("/run/sriov/pf-{pf}.lock")
}
