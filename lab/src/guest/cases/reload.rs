//! What is left when the PF driver goes, and what comes back when it returns.

use serde_json::{Value, json};

use super::super::case::{Case, Done, same};
use super::super::sriovctl::listed;
use super::super::{exec, nic};
use super::sample;

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "reload_of_the_pf_driver_is_told_and_repaired", reload),
    Case::new("igb", "rebind_of_one_vf_is_repaired", rebind),
];

fn reload() -> Done {
    let config = sample::config()?;
    config.apply()?;
    exec::done(&["/sbin/modprobe", "-r", "igbvf", "igb"])?;
    let without = listed(nic::PF);
    exec::done(&["/sbin/modprobe", "igb"])?;
    exec::done(&["/sbin/modprobe", "igbvf"])?;
    let without = without?;
    for key in ["driver", "name", "ifindex", "mac", "mtu", "adminUp"] {
        same(&format!("{key} without a driver"), &without[key], &Value::Null)?;
    }
    same("VFs without a driver", &without["vfs"], &json!([]))?;
    let back = listed(nic::PF)?;
    same("driver", &back["driver"], &json!("igb"))?;
    same("VF count", &back["numVfs"], &json!(0))?;
    same("room for VFs", &back["totalVfs"], &json!(nic::TOTAL_VFS))?;
    // What the system's network configuration would do.
    nic::fresh()?;
    config.apply()?;
    sample::is_applied()?;
    config.apply_is_idle()
}

/// A rebind costs a VF its netdev's number and MTU.
fn rebind() -> Done {
    let config = sample::bound_config()?;
    config.apply()?;
    let vfs = nic::vfs(nic::PF);
    let vf = vfs.first().ok_or("no VF")?;
    super::super::sys::write("/sys/bus/pci/drivers/igbvf/unbind", vf)?;
    same("driver of an unbound VF", &listed(nic::PF)?["vfs"][0]["driver"], &Value::Null)?;
    config.apply()?;
    sample::is_applied()?;
    config.apply_is_idle()
}
