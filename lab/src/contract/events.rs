//! What is announced, and in which order.

use sriov_host::seam::{HostEvent, LinkChange, Uevent};
use sriov_host::{IfName, Mtu, PciAddress};

use super::bench::{Bench, Outcome, expect, require};

cases![
    events_of_a_vf_come_in_order,
    events_of_the_pf_come_behind_its_vfs,
    events_of_removal_come_in_order,
    events_of_the_pf_are_absent_on_disable,
    events_announce_a_rename,
    events_announce_links,
];

/// `pci add`, `net move`: only those of one function, in order of arrival.
fn words(events: &[HostEvent], function: PciAddress) -> Vec<String> {
    let own = kernel(events).filter(|event| event.pci == Some(function));
    let interesting = own.filter(|event| matches!(event.subsystem.as_deref(), Some("pci" | "net")));
    let word = |event: &Uevent| {
        format!("{} {}", event.subsystem.as_deref().unwrap_or_default(), event.action)
    };
    interesting.map(word).collect()
}

fn kernel(events: &[HostEvent]) -> impl Iterator<Item = &Uevent> {
    events.iter().filter_map(|event| match event {
        HostEvent::Kernel(uevent) => Some(uevent),
        _ => None,
    })
}

/// The wanted words in their order; others may stand between them.
fn in_order(what: &str, found: &[String], wanted: &[&str]) -> Outcome {
    let mut rest = found.iter();
    let complete = wanted.iter().all(|word| rest.any(|found| found == word));
    require(&format!("{what}: wanted {wanted:?} in this order, found {found:?}"), complete)
}

fn pf_changed(events: &[HostEvent], pf: PciAddress) -> bool {
    words(events, pf).iter().any(|word| word == "pci change")
}

fn enabling(b: &Bench<'_>, count: u16) -> Outcome<Vec<HostEvent>> {
    b.events_of(|| b.create(count), |events| pf_changed(events, b.rig.pf))
}

fn disabling(b: &Bench<'_>, vfs: &[PciAddress]) -> Outcome<Vec<HostEvent>> {
    let gone = |events: &[HostEvent], vf: &PciAddress| {
        words(events, *vf).iter().any(|word| word == "pci remove")
    };
    b.events_of(|| b.destroy(), |events| vfs.iter().all(|vf| gone(events, vf)))
}

fn events_of_a_vf_come_in_order(b: &Bench<'_>) -> Outcome {
    let events = enabling(b, 2)?;
    for index in 0..2 {
        let vf = b.address(index)?;
        let wanted = ["pci add", "pci change", "net add", "pci bind"];
        in_order(&format!("VF {index}"), &words(&events, vf), &wanted)?;
    }
    let bound = kernel(&events).find(|event| event.action == "bind");
    let driver = bound.and_then(|event| event.driver.clone());
    expect("driver of the bind event", driver, Some(b.vf_driver().to_owned()))
}

fn events_of_the_pf_come_behind_its_vfs(b: &Bench<'_>) -> Outcome {
    let events = enabling(b, 3)?;
    let pf = kernel(&events).position(|event| {
        event.pci == Some(b.rig.pf)
            && event.subsystem.as_deref() == Some("pci")
            && event.action == "change"
    });
    for index in 0..3 {
        let vf = b.address(index)?;
        let bind = |event: &Uevent| event.pci == Some(vf) && event.action == "bind";
        let bound = kernel(&events).position(bind);
        require(
            &format!("VF {index} is bound ({bound:?}) before the PF's change ({pf:?})"),
            bound.is_some() && bound < pf,
        )?;
    }
    Ok(())
}

fn events_of_removal_come_in_order(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    b.vf_netdev(0)?;
    let vf = b.address(0)?;
    let events = disabling(b, &[vf])?;
    in_order("VF 0", &words(&events, vf), &["net remove", "pci unbind", "pci remove"])
}

fn events_of_the_pf_are_absent_on_disable(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    b.vf_netdev(0)?;
    let events = disabling(b, &[b.address(0)?])?;
    let mut of_pf = words(&events, b.rig.pf);
    of_pf.retain(|word| word.starts_with("pci"));
    expect("events of the PF", of_pf, Vec::new())
}

fn events_announce_a_rename(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let (vf, wanted) = (b.vf_netdev(0)?, "contract1");
    let name: IfName = wanted.parse().map_err(|_| "not a name")?;
    let old = b.link(vf)?.name;
    let moved = |event: &&Uevent| event.action == "move" && event.ifindex == Some(vf);
    let events = b.events_of(
        || b.set_link(vf, &LinkChange::Name(name.clone())),
        |events| kernel(events).any(|event| moved(&event)),
    )?;
    let event = kernel(&events).find(moved).ok_or("no event")?;
    expect("new name", event.interface.as_ref(), Some(&name))?;
    let from = event.devpath_old.as_deref().unwrap_or_default();
    require(&format!("DEVPATH_OLD {from:?} ends in {old}"), from.ends_with(&format!("/net/{old}")))
}

fn events_announce_links(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let (vf, mtu) = (b.vf_netdev(0)?, Mtu::new(1300).ok_or("not an MTU")?);
    b.events_of(
        || b.set_link(vf, &LinkChange::Mtu(mtu)),
        |events| events.contains(&HostEvent::LinkChanged(vf)),
    )?;
    b.events_of(|| b.destroy(), |events| events.contains(&HostEvent::LinkRemoved(vf)))?;
    Ok(())
}
