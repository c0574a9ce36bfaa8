//! What the other cases take for granted of the machine.

use super::super::case::{Case, Done, same};
use super::super::{exec, nic, sys};

pub(super) const CASES: &[Case] = &[
    Case::new("igb", "machine_igb_creates_and_binds_seven_vfs", seven_vfs),
    Case::new("iommu", "machine_iommu_puts_each_vf_in_a_group", groups),
    Case::new("netdevsim", "machine_netdevsim_shows_vfs", netdevsim),
];

fn seven_vfs() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "7")?;
    let drivers: Vec<_> = nic::vfs(nic::PF).iter().map(|vf| nic::driver(vf)).collect();
    same("drivers of the VFs", &drivers, &vec![Some("igbvf".to_owned()); nic::TOTAL_VFS.into()])
}

fn groups() -> Done {
    sys::write(nic::attribute(nic::PF, "sriov_numvfs"), "2")?;
    let groups: Vec<_> =
        nic::vfs(nic::PF).iter().map(|vf| sys::link_name(nic::attribute(vf, "iommu_group"))).collect();
    same("VFs with a group of their own", &groups.iter().flatten().count(), &2)
}

fn netdevsim() -> Done {
    sys::write("/sys/bus/netdevsim/new_device", "1 1")?;
    sys::write("/sys/bus/netdevsim/devices/netdevsim1/sriov_numvfs", "3")?;
    let name = sys::names("/sys/bus/netdevsim/devices/netdevsim1/net").join(" ");
    let shown = exec::run(&["/bin/ip", "-j", "-d", "link", "show", "dev", &name])?;
    let list = shown.json()?.pointer("/0/vfinfo_list").and_then(|list| list.as_array().map(Vec::len));
    sys::write("/sys/bus/netdevsim/del_device", "1")?;
    same("VFs that ip shows", &list, &Some(3))
}
