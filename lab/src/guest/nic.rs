//! The emulated NICs, as sysfs and iproute2 show them.

use serde_json::Value;
use sriov_host::DriverName;

use crate::contract::Rig;

use super::case::{Done, same};
use super::{exec, sys};

/// The two PFs of the forms that have any.
pub(super) const PF: &str = "0000:01:00.0";
pub(super) const OTHER_PF: &str = "0000:02:00.0";
/// What igb has room for.
pub(super) const TOTAL_VFS: u16 = 7;

/// An attribute file of a PCI function.
pub(super) fn attribute(function: &str, name: &str) -> String {
    format!("/sys/bus/pci/devices/{function}/{name}")
}

/// The VF count that the kernel reports.
pub(super) fn num_vfs(pf: &str) -> Result<String, String> {
    sys::read(attribute(pf, "sriov_numvfs"))
}

/// The addresses of the VFs, by index.
pub(super) fn vfs(pf: &str) -> Vec<String> {
    (0..).map_while(|i| sys::link_name(attribute(pf, &format!("virtfn{i}")))).collect()
}

/// The driver that a function is bound to.
pub(super) fn driver(function: &str) -> Option<String> {
    sys::link_name(attribute(function, "driver"))
}

/// The name of a function's netdev in this namespace.
pub(super) fn netdev(function: &str) -> Option<String> {
    sys::names(attribute(function, "net")).into_iter().next()
}

/// The number of a function's netdev.
pub(super) fn ifindex(function: &str) -> Result<String, String> {
    let name = netdev(function).ok_or_else(|| format!("{function} has no netdev"))?;
    sys::read(format!("/sys/class/net/{name}/ifindex"))
}

/// A function's link, as iproute2 prints it.
pub(super) fn link(function: &str) -> Result<Value, String> {
    let name = netdev(function).ok_or_else(|| format!("{function} has no netdev"))?;
    let shown = exec::run(&["/bin/ip", "-j", "-d", "link", "show", "dev", &name])?;
    shown.expect(0)?;
    shown.json()?.pointer("/0").cloned().ok_or_else(|| format!("ip shows no link {name}"))
}

/// Both PFs as a case may expect them: bound, up, autoprobe on, without VFs.
pub(super) fn fresh() -> Done {
    for pf in [PF, OTHER_PF] {
        if num_vfs(pf)? != "0" {
            sys::write(attribute(pf, "sriov_numvfs"), "0")?;
        }
        if sys::read(attribute(pf, "sriov_drivers_autoprobe"))? != "1" {
            sys::write(attribute(pf, "sriov_drivers_autoprobe"), "1")?;
        }
    }
    for pf in [PF, OTHER_PF] {
        let name = netdev(pf).ok_or_else(|| format!("{pf} has no netdev"))?;
        exec::done(&["/bin/ip", "link", "set", "dev", &name, "up", "mtu", "1500"])?;
    }
    Ok(())
}

/// The PFs as the contract wants to be told of them.
pub(super) fn rig(iommu: bool) -> Result<Rig, String> {
    let address = |text: &str| text.parse().map_err(|_| format!("{text} is no PCI address"));
    Ok(Rig {
        pf: address(PF)?,
        other_pf: address(OTHER_PF)?,
        total_vfs: TOTAL_VFS,
        vf_driver: "igbvf".parse::<DriverName>().map_err(|_| "igbvf is no driver's name")?,
        iommu,
    })
}

/// Fails unless both PFs are as [`fresh`] leaves them.
pub(super) fn is_fresh() -> Done {
    for pf in [PF, OTHER_PF] {
        same(&format!("VF count of {pf} after the case"), &num_vfs(pf)?, &"0".to_owned())?;
        let autoprobe = sys::read(attribute(pf, "sriov_drivers_autoprobe"))?;
        same(&format!("autoprobe of {pf} after the case"), &autoprobe, &"1".to_owned())?;
        let up = link(pf)?["flags"].as_array().is_some_and(|flags| flags.contains(&"UP".into()));
        same(&format!("{pf} up after the case"), &up, &true)?;
    }
    Ok(())
}
