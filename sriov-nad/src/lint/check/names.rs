//! NAD011 to NAD014 and NAD044: names.

use super::yaml;
use crate::lint::config::CONFIG;
use crate::lint::finding::{Report, Severity};
use crate::lint::path;
use crate::lint::rules::{NAD011, NAD012, NAD013, NAD014, NAD044};
use crate::lint::view::{Context, View};
use crate::names::{NadKey, is_dns_label};
use crate::spec::{Network, NetworkSpec};

/// NAD011.
pub(super) fn binary(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.plugins.iter().filter(|plugin| !plugin.kind.is_empty()) {
        let kind = plugin.kind;
        if kind.contains('/') {
            let message = format!("libcni refuses {kind:?}: invalid plugin name");
            report.add(&NAD011, plugin.path("type"), message);
        } else if !is_name(kind) {
            report.add(&NAD011, plugin.path("type"), format!("no binary is named {kind:?}"));
        }
    }
}

/// NAD012.
pub(super) fn network(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let field = view.config.root().and_then(|root| root.get("name"));
    let Some(name) = field.and_then(|name| name.text()).filter(|name| !name.is_empty()) else {
        return;
    };
    let path = path::member(CONFIG, "name");
    if !is_name(name) {
        let message = format!("libcni refuses {name:?}: invalid characters found in network name");
        report.add_as(Severity::Error, &NAD012, path, message);
    } else if name != view.key.name {
        let message = format!("the config is named {name}, the NAD {}", view.key.name);
        report.add(&NAD012, path, message);
    }
}

/// What libcni accepts as the name of a network (containernetworking/cni, pkg/utils/utils.go).
fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    text.bytes().all(inner) && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// NAD013.
pub(super) fn label(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let name = &view.key.name;
    let message = match () {
        () if name.contains('.') => "a pod cannot refer to a name with a dot",
        () if !is_dns_label(name) => "is no DNS-1123 label",
        () if name.starts_with('0') => "the admission controller rejects a name that starts with 0",
        () => return,
    };
    report.add(&NAD013, "metadata.name", format!("{name:?}: {message}"));
}

/// NAD014, for NADs.
pub(super) fn nad_as_yaml(key: &NadKey, report: &mut Report) {
    as_yaml("metadata.name", &key.name, report);
    as_yaml("metadata.namespace", &key.namespace, report);
}

/// NAD014, for networks.
pub(super) fn network_as_yaml(network: &Network, report: &mut Report) {
    let wanted = network.spec.as_ref().ok().and_then(NetworkSpec::network_namespace);
    as_yaml("metadata.name", &network.key.name, report);
    match wanted {
        Some(namespace) => as_yaml("spec.networkNamespace", namespace, report),
        None => as_yaml("metadata.namespace", &network.key.namespace, report),
    }
}

fn as_yaml(path: &str, text: &str, report: &mut Report) {
    if let Some(kind) = yaml::reads_as(text) {
        let message = format!(
            "the operator writes {text:?} into YAML without quotes, where it is {kind}, and never \
             creates this NAD"
        );
        report.add(&NAD014, path, message);
    }
}

/// NAD044.
pub(super) fn characters(network: &Network, report: &mut Report) {
    let mut look = |path: &str, text: &str| {
        let unsound = |c: char| c.is_control() || matches!(c, '"' | '\'' | '\\');
        if let Some(found) = text.chars().find(|c| unsound(*c)) {
            let message = format!("{text:?} contains {found:?}");
            report.add(&NAD044, path, message);
        }
    };
    look("metadata.name", &network.key.name);
    look("metadata.namespace", &network.key.namespace);
    let Ok(spec) = &network.spec else { return };
    for (field, text) in free_text(spec) {
        if let Some(text) = text {
            look(&format!("spec.{field}"), text);
        }
    }
}

/// The fields that hold neither JSON nor a number.
fn free_text(spec: &NetworkSpec) -> Vec<(&'static str, Option<&str>)> {
    match spec {
        NetworkSpec::Sriov(spec) => vec![
            ("networkNamespace", spec.network_namespace.as_deref()),
            ("resourceName", spec.resource_name.as_deref()),
            ("vlanProto", spec.vlan_proto.as_deref()),
            ("spoofChk", spec.spoof_chk.as_deref()),
            ("trust", spec.trust.as_deref()),
            ("linkState", spec.link_state.as_deref()),
            ("logLevel", spec.log_level.as_deref()),
            ("logFile", spec.log_file.as_deref()),
        ],
        NetworkSpec::Ib(spec) => vec![
            ("networkNamespace", spec.network_namespace.as_deref()),
            ("resourceName", spec.resource_name.as_deref()),
            ("linkState", spec.link_state.as_deref()),
        ],
        NetworkSpec::Ovs(spec) => vec![
            ("networkNamespace", spec.network_namespace.as_deref()),
            ("resourceName", spec.resource_name.as_deref()),
            ("bridge", spec.bridge.as_deref()),
            ("interfaceType", spec.interface_type.as_deref()),
        ],
    }
}
