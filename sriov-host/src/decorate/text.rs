//! Requests as one line of text, for logs and recordings.

use crate::seam::{HostEvent, LinkChange, VfChange, VfSetting, Wake};

pub(super) fn changes(changes: &[VfChange]) -> String {
    let each: Vec<String> =
        changes.iter().map(|change| format!("vf {} {}", change.vf, setting(&change.set))).collect();
    each.join(", ")
}

fn setting(setting: &VfSetting) -> String {
    match setting {
        VfSetting::Mac(mac) => format!("mac {mac}"),
        VfSetting::Vlan(tag) => format!("vlan {tag}"),
        VfSetting::Rate { min, max } => format!("rate {} to {}", min.mbps(), max.mbps()),
        VfSetting::SpoofCheck(on) => format!("spoofcheck {}", switch(*on)),
        VfSetting::Trust(on) => format!("trust {}", switch(*on)),
        VfSetting::LinkState(state) => format!("linkstate {state}"),
        VfSetting::RssQuery(on) => format!("rssquery {}", switch(*on)),
        VfSetting::NodeGuid(guid) => format!("nodeguid {guid}"),
        VfSetting::PortGuid(guid) => format!("portguid {guid}"),
    }
}

pub(super) fn link_change(change: &LinkChange) -> String {
    match change {
        LinkChange::AdminUp(true) => "up".to_owned(),
        LinkChange::AdminUp(false) => "down".to_owned(),
        LinkChange::Mtu(mtu) => format!("mtu {mtu}"),
        LinkChange::Name(name) => format!("name {name}"),
    }
}

pub(super) fn wake(wake: &Wake) -> String {
    let (source, event) = match wake {
        Wake::Lost => return "lost".to_owned(),
        Wake::TimedOut => return "timed-out".to_owned(),
        Wake::Event(HostEvent::LinkChanged(index)) => return format!("link {index} changed"),
        Wake::Event(HostEvent::LinkRemoved(index)) => return format!("link {index} removed"),
        Wake::Event(HostEvent::Kernel(event)) => ("kernel", event),
        Wake::Event(HostEvent::Udev(event)) => ("udev", event),
    };
    format!("{source} {}@{}", event.action, event.devpath)
}

const fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
