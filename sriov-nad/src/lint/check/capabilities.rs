//! NAD024, NAD025, NAD036: capabilities, by which a plugin asks for what a pod requests
//! (containernetworking/cni, libcni/api.go, injectRuntimeConfig).

use crate::lint::config::{CONFIG, Plugin};
use crate::lint::finding::Report;
use crate::lint::path;
use crate::lint::rules::{NAD024, NAD025, NAD036};
use crate::lint::tree::{Members, Tree};
use crate::lint::view::{Context, View};

/// NAD024.
pub(super) fn shape(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in &view.plugins {
        let Some(value) = plugin.field("capabilities") else { continue };
        let path = plugin.path("capabilities");
        let Some(members) = value.members() else {
            report.add(&NAD024, path, format!("{} instead of an object", value.describe()));
            continue;
        };
        for (key, value) in members.iter() {
            if !matches!(value, Tree::Bool(_) | Tree::Null) {
                let message = format!("{} instead of true or false", value.describe());
                report.add(&NAD024, path::member(&path, key), message);
            }
        }
    }
}

/// NAD025.
pub(super) fn known(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in &view.plugins {
        let known: &[&str] = match plugin.kind {
            "sriov" => &["mac", "ips"],
            "ib-sriov" => &["infinibandGUID"],
            _ => continue,
        };
        let declared = plugin.field("capabilities").and_then(Tree::members);
        let declared = declared.into_iter().flat_map(Members::iter);
        for (key, _) in
            declared.filter(|(key, value)| **value == Tree::Bool(true) && !known.contains(key))
        {
            let message = format!("{} knows only {}", plugin.kind, known.join(", "));
            report.add(&NAD025, path::member(&plugin.path("capabilities"), key), message);
        }
    }
}

/// NAD036.
pub(super) fn chained(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let Some(root) = view.config.root().filter(|_| view.config.is_chain()) else { return };
    if root.field("capabilities").is_some() {
        let message = "no plugin gets what stands beside plugins: capabilities are per plugin";
        report.add(&NAD036, path::member(CONFIG, "capabilities"), message);
    }
    let declares = |plugin: &&_| Plugin::has_capability(plugin, "mac");
    let Some(first) = view.plugins.iter().find(declares) else { return };
    for plugin in view.of_kind(&["tuning"]).filter(|plugin| plugin.index > first.index) {
        // One that tunes something else may do without the MAC.
        let common = |key: &str| ["type", "name", "cniVersion", "capabilities"].contains(&key);
        let idle = plugin.members.iter().all(|(key, _)| common(key));
        if idle && !plugin.has_capability("mac") {
            let message = format!(
                "{} declares the capability mac, tuning does not and never sees the MAC of a pod",
                first.kind
            );
            report.add(&NAD036, plugin.path("capabilities"), message);
        }
    }
}
