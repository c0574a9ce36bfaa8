//! NAD031 to NAD033: OVS ports (ovs-cni, pkg/plugin/plugin.go).

use crate::lint::config::Plugin;
use crate::lint::finding::{Report, Severity};
use crate::lint::path;
use crate::lint::rules::{NAD031, NAD032, NAD033};
use crate::lint::tree::{Members, Tree};
use crate::lint::view::{Context, View};
use crate::nad::RESOURCE_NAME_ANNOTATION;

const MAX: i64 = 4095;

/// NAD031.
pub(super) fn trunk(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["ovs"]) {
        if let Some(vlan) = plugin.integer("vlan").filter(|vlan| *vlan > MAX) {
            report.add(&NAD031, plugin.path("vlan"), format!("{vlan} is more than {MAX}"));
        }
        for (path, item) in elements(plugin) {
            match item.members() {
                Some(members) => element(&path, members, report),
                None => {
                    report.add(&NAD031, path, format!("{} instead of an object", item.describe()));
                }
            }
        }
    }
}

fn elements<'a>(plugin: &Plugin<'a>) -> impl Iterator<Item = (String, &'a Tree<'a>)> {
    let list = if let Some(Tree::List(items)) = plugin.field("trunk") { &**items } else { &[] };
    let base = plugin.path("trunk");
    list.iter().enumerate().map(move |(index, item)| (format!("{base}[{index}]"), item))
}

fn element(path: &str, members: &Members<'_>, report: &mut Report) {
    let mut sound = true;
    let [min, max, id] = ["minID", "maxID", "id"].map(|field| {
        let value = members.field(field)?;
        let number = if let Tree::Integer(number) = value { Some(*number) } else { None };
        if !number.is_some_and(|number| (0..=MAX).contains(&number)) {
            let found = number.map_or_else(|| value.describe().to_owned(), |n| n.to_string());
            let message = format!("{found} is no VLAN from 0 to {MAX}");
            report.add(&NAD031, path::member(path, field), message);
            sound = false;
        }
        number
    });
    let positive = |number: Option<i64>| number.filter(|number| *number > 0);
    match (min, max) {
        _ if !sound => {}
        (min, Some(max)) if max < min.unwrap_or_default() => {
            let message = "minID is greater than maxID in trunk parameter";
            report.add(&NAD031, path::member(path, "maxID"), message);
        }
        _ if id.is_some() || positive(min).and(positive(max)).is_some() => {}
        _ => {
            let message = "it names no VLAN: neither id nor both minID and maxID from 1 on (trunk \
                           parameter is misconfigured)";
            report.add(&NAD031, path, message);
        }
    }
}

/// NAD032.
pub(super) fn vlans(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["ovs"]) {
        let vlan = plugin.field("vlan");
        let trunk = matches!(plugin.field("trunk"), Some(Tree::List(items)) if !items.is_empty());
        let path = plugin.path("vlan");
        if vlan.is_some() && trunk {
            report.add(&NAD032, path, "it has no effect: trunk wins");
        } else if vlan.is_none() && plugin.field("trunk").is_none_or(|_| !trunk) {
            let message = "neither vlan nor trunk: the port is a trunk of all VLANs";
            report.add(&NAD032, path, message);
        }
        reserved(plugin, report);
    }
}

/// 4095 is reserved (IEEE 802.1Q).
fn reserved(plugin: &Plugin<'_>, report: &mut Report) {
    let mut look = |path: String, value: Option<&Tree<'_>>| {
        if value == Some(&Tree::Integer(MAX)) {
            report.add(&NAD032, path, "VLAN 4095 is reserved");
        }
    };
    look(plugin.path("vlan"), plugin.field("vlan"));
    for (path, item) in elements(plugin) {
        for field in ["minID", "maxID", "id"] {
            let value = item.members().and_then(|members| members.field(field));
            look(path::member(&path, field), value);
        }
    }
}

/// NAD033.
pub(super) fn device(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    if view.annotation.is_some() {
        return;
    }
    let path = path::annotation(RESOURCE_NAME_ANNOTATION);
    for plugin in view.of_kind(&["ovs"]) {
        if plugin.text("bridge").is_some_and(|bridge| !bridge.is_empty()) {
            let message = "without it pods get a veth instead of a VF, and no offload";
            report.add(&NAD033, path.as_str(), message);
        } else {
            let message = "without it there is no VF to find the bridge by, and none is named \
                           (failed to get bridge name)";
            report.add_as(Severity::Error, &NAD033, path.as_str(), message);
        }
    }
}
