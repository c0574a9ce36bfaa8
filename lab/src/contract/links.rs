//! Links: names, numbers, MTU, parents.

use sriov_host::seam::{HostPath, LinkChange};
use sriov_host::{Errno, IfIndex, IfName, Mtu};

use super::bench::{Bench, Outcome, expect, require, tell};

cases![
    link_unknown_is_no_device,
    link_is_renamed_while_up,
    link_name_in_use_is_refused,
    link_mtu_is_read_back,
    link_admin_state_is_read_back,
    link_names_its_parent,
    link_has_no_port_name,
];

fn name(text: &str) -> Outcome<IfName> {
    text.parse().map_err(|error| tell(&error))
}

fn net(name: &IfName, file: &str) -> HostPath {
    HostPath::new("/sys/class/net").join(name.as_str()).join(file)
}

fn link_unknown_is_no_device(b: &Bench<'_>) -> Outcome {
    let nowhere = IfIndex::new(0x7fff_fff0).ok_or("not an index")?;
    match b.host.link(nowhere) {
        Ok(link) => Err(format!("there is a link {}", link.name)),
        Err(error) => expect("errno", error.errno(), Some(Errno::NODEV)),
    }
}

fn link_is_renamed_while_up(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let (vf, wanted) = (b.vf_netdev(0)?, name("contract0")?);
    b.set_link(vf, &LinkChange::AdminUp(true))?;
    b.set_link(vf, &LinkChange::Name(wanted.clone()))?;
    expect("name", b.link(vf)?.name, wanted.clone())?;
    expect("ifindex in sysfs", b.read(&net(&wanted, "ifindex"))?, vf.to_string())
}

fn link_name_in_use_is_refused(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let (vf, taken) = (b.vf_netdev(0)?, b.link(b.pf_netdev()?)?.name);
    match b.host.set_link(vf, &LinkChange::Name(taken)) {
        Ok(()) => Err("a second link took the name".to_owned()),
        Err(error) => expect("errno", error.errno(), Some(Errno::EXIST)),
    }
}

fn link_mtu_is_read_back(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let (vf, mtu) = (b.vf_netdev(0)?, Mtu::new(1400).ok_or("not an MTU")?);
    b.set_link(vf, &LinkChange::Mtu(mtu))?;
    let link = b.link(vf)?;
    expect("MTU", link.mtu, Some(mtu))?;
    expect("MTU in sysfs", b.read(&net(&link.name, "mtu"))?, "1400".to_owned())
}

fn link_admin_state_is_read_back(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let vf = b.vf_netdev(0)?;
    for up in [true, false] {
        b.set_link(vf, &LinkChange::AdminUp(up))?;
        expect("administratively up", b.link(vf)?.admin_up, up)?;
    }
    Ok(())
}

fn link_names_its_parent(b: &Bench<'_>) -> Outcome {
    b.create(2)?;
    let parent = b.link(b.vf_netdev(1)?)?.parent;
    expect("parent of a VF", parent, Some(b.address(1)?.to_string()))?;
    let parent = b.link(b.pf_netdev()?)?.parent;
    expect("parent of the PF", parent, Some(b.rig.pf.to_string()))?;
    let all = b.host.links().map_err(|error| tell(&error))?;
    let vf = b.vf_netdev(1)?;
    require("the VF is among all links", all.iter().any(|link| link.index == vf))
}

fn link_has_no_port_name(b: &Bench<'_>) -> Outcome {
    let pf = b.link(b.pf_netdev()?)?;
    expect("port name", pf.port_name, None)?;
    match b.host.read(&net(&pf.name, "phys_port_name")) {
        Ok(text) => Err(format!("phys_port_name reads {text:?}")),
        Err(error) => expect("errno", error.errno(), Some(Errno::OPNOTSUPP)),
    }
}
