//! NAD026, NAD027, NAD043: ipam.

use crate::lint::finding::{Report, Severity};
use crate::lint::path;
use crate::lint::rules::{NAD026, NAD027, NAD043};
use crate::lint::tree::Tree;
use crate::lint::view::{Context, View};

const KINDS: &[&str] = &["sriov", "ib-sriov", "ovs"];

/// NAD026.
pub(super) fn shape(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(KINDS) {
        let Some(ipam) = plugin.field("ipam") else { continue };
        let path = plugin.path("ipam");
        let Some(members) = ipam.members() else {
            report.add(&NAD026, path, format!("{} instead of an object", ipam.describe()));
            continue;
        };
        match members.field("type") {
            None => {}
            Some(Tree::Text(kind)) if kind.is_empty() => {}
            Some(Tree::Text(_)) => continue,
            Some(other) => {
                let message = format!("{} instead of a string", other.describe());
                report.add(&NAD026, path::member(&path, "type"), message);
                continue;
            }
        }
        if let Some((other, _)) = members.iter().find(|(key, _)| !key.eq_ignore_ascii_case("type"))
        {
            let message =
                format!("{other} has no effect: without a type no addresses are asked for");
            report.add_as(Severity::Warning, &NAD026, path::member(&path, "type"), message);
        }
    }
}

/// NAD027.
pub(super) fn dhcp(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["ib-sriov"]) {
        let ipam = plugin.field("ipam").and_then(Tree::members);
        let kind = ipam.and_then(|ipam| ipam.field("type")).and_then(Tree::text);
        if kind == Some("dhcp") {
            let path = path::member(&plugin.path("ipam"), "type");
            report.add(&NAD027, path, "ipam type dhcp is not supported");
        }
    }
}

/// NAD043.
pub(super) fn whitespace(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(KINDS).filter(|plugin| plugin.index.unwrap_or_default() == 0) {
        if let Some(ipam) = plugin.field("ipam") {
            spaces(&plugin.path("ipam"), ipam, report);
        }
    }
}

fn spaces(path: &str, value: &Tree<'_>, report: &mut Report) {
    match value {
        Tree::Text(text) if text.contains(char::is_whitespace) => {
            let stripped: String = text.split_whitespace().collect();
            let message = format!("the operator stores {stripped:?} instead of {text:?}");
            report.add(&NAD043, path, message);
        }
        Tree::List(items) => items.iter().enumerate().for_each(|(index, item)| {
            spaces(&format!("{path}[{index}]"), item, report);
        }),
        Tree::Map(members) => members.iter().for_each(|(key, item)| {
            spaces(&path::member(path, key), item, report);
        }),
        _ => {}
    }
}
