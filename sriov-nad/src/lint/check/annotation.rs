//! NAD001 to NAD005: the annotation by which multus finds the device, and what people write instead.

use crate::lint::config::CONFIG;
use crate::lint::facts::Offer;
use crate::lint::finding::{Report, Severity};
use crate::lint::path;
use crate::lint::resource;
use crate::lint::rules::{NAD001, NAD002, NAD003, NAD004, NAD005};
use crate::lint::tree::Tree;
use crate::lint::view::{Context, View};
use crate::nad::RESOURCE_NAME_ANNOTATION;

/// NAD001, NAD002.
pub(super) fn resource(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let path = || path::annotation(RESOURCE_NAME_ANNOTATION);
    let Some(text) = view.annotation else {
        if let Some(plugin) = view.of_kind(&["sriov", "ib-sriov"]).next() {
            let error = if plugin.kind == "sriov" {
                "LoadConf(): VF pci addr is required"
            } else {
                "deviceID is required"
            };
            let message = format!(
                "multus has no device for {kind} without this annotation: the pod will not start \
                 ({kind}: {error})",
                kind = plugin.kind
            );
            report.add(&NAD001, path(), message);
        }
        return;
    };
    if let Some(fault) = resource::fault(text) {
        report.add(&NAD002, path(), format!("{text:?} {fault}"));
    }
}

/// NAD003.
pub(super) fn offered(view: &View<'_>, context: &Context<'_>, report: &mut Report) {
    let Some(resource) = view.resource(context.options) else { return };
    let (facts, full) = (context.facts, resource.full);
    let path = path::annotation(RESOURCE_NAME_ANNOTATION);
    match facts.offer(&resource) {
        Offer::Absent => {
            let twin = facts.allocatable.as_ref().and_then(|pools| resource.twin(pools));
            let message = match twin {
                Some(twin) => format!("no node has {full}, but {twin}: the prefix differs"),
                None if !resource.has_plugin_prefix() => {
                    format!("the prefix of {full} is not the device plugin's")
                }
                None => format!("no node and no policy offers {full}"),
            };
            report.add(&NAD003, path, message);
        }
        _ if context.explained.contains(view.key) => {}
        Offer::Empty => {
            let message = format!("the nodes have {full} with no device in it");
            report.add_as(Severity::Warning, &NAD003, path, message);
            report.help(REGISTRATION);
        }
        Offer::NotRegistered => {
            let message = format!("a policy makes {full}, but no node has it (yet)");
            report.add_as(Severity::Warning, &NAD003, path, message);
            report.help(REGISTRATION);
        }
        Offer::Unopposed if facts.allocatable.is_none() && !resource.has_plugin_prefix() => {
            let message = format!("the prefix of {full} is not the device plugin's");
            report.add_as(Severity::Warning, &NAD003, path, message);
        }
        Offer::Unopposed => {}
    }
}

const REGISTRATION: &str = "look at the device plugin's pod on the node and at the syncStatus of \
                            the SriovNetworkNodeState";

/// NAD004.
pub(super) fn member(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let mut look = |path: String, value: &Tree| {
        let found = value.text();
        if found.is_some() && found == view.annotation {
            let message = "it repeats the annotation and has no effect: no plugin reads it";
            report.add(&NAD004, path, message);
            return;
        }
        let annotation =
            view.annotation.map_or_else(|| "is missing".to_owned(), |text| format!("says {text}"));
        let message =
            format!("no plugin reads it; multus reads the annotation, which {annotation}");
        report.add_as(Severity::Warning, &NAD004, path, message);
        report
            .help("set the annotation k8s.v1.cni.cncf.io/resourceName; the member can be removed");
    };
    for plugin in &view.plugins {
        if let Some(value) = plugin.members.get("resourceName") {
            look(plugin.path("resourceName"), value);
        }
    }
    let root = view.config.root().filter(|_| view.config.is_chain());
    if let Some(value) = root.and_then(|root| root.get("resourceName")) {
        look(path::member(CONFIG, "resourceName"), value);
    }
}

/// NAD005.
pub(super) fn hard_coded(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["sriov", "ib-sriov", "ovs", "rdma"]) {
        for key in ["deviceID", "pciBusID"] {
            let Some(Tree::Text(text)) = plugin.field(key) else { continue };
            if !text.is_empty() {
                let message = format!(
                    "every pod of this network gets {text}, and the second one fails: \
                     pci address {text} is already allocated"
                );
                report.add(&NAD005, plugin.path(key), message);
            }
        }
    }
}
