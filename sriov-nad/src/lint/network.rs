//! Networks: every field that cannot be rendered, then what is wrong with the rendered NAD.

use super::config::Config;
use super::finding::{Report, Severity};
use super::input::NetworkSubject;
use super::rules::{
    NAD001, NAD002, NAD003, NAD010, NAD013, NAD015, NAD016, NAD018, NAD019, NAD020, NAD021, NAD023,
    NAD024, NAD026, NAD031, NAD035, NAD044, Rule,
};
use super::view::{Context, View};
use super::{check, path};
use crate::FieldError;
use crate::names::NetworkKind;
use crate::render::{RenderOptions, render};
use crate::spec::{Network, NetworkSpec, Trunk};

/// A trunk that is in order.
const A_VLAN: Trunk = Trunk { min_id: None, max_id: None, id: Some(1) };

/// No network has more fields than this that can be wrong.
const MAX_ERRORS: usize = 32;

pub(super) fn look_at(subject: &NetworkSubject, context: &Context<'_>) -> Report {
    let mut report = Report::default();
    check::network(subject, context, &mut report);
    let options = RenderOptions {
        resource_prefix: context.options.resource_prefix.clone().unwrap_or_default(),
        ..RenderOptions::default()
    };
    let mut network = subject.network.clone();
    for _ in 0..MAX_ERRORS {
        match render(&network, &options) {
            Ok(desired) => {
                let config = Config::parse(&desired.config);
                let view = View {
                    key: &desired.key,
                    annotation: Some(&desired.resource_name),
                    prefix_known: context.options.resource_prefix.is_some(),
                    plugins: config.plugins(),
                    config: &config,
                };
                rendered(&view, context, &mut report);
                break;
            }
            Err(error) => {
                field_error(&network, &error, &mut report);
                if !pass_over(&mut network, error.path()) {
                    break;
                }
            }
        }
    }
    report
}

/// The rules for NADs, with the fields named as the network has them.
fn rendered(view: &View<'_>, context: &Context<'_>, report: &mut Report) {
    let mut found = Report::default();
    check::rendered(view, context, &mut found);
    // A stored NAD is asked about its resource itself, and an unsound name was told already.
    let stored = context.has_nad(view.key);
    if stored || report.has(NAD002.id, "spec.resourceName") {
        let chain = [NAD001.id, NAD002.id, NAD003.id];
        found.retain(|finding| !chain.contains(&finding.id));
    }
    report.absorb(found, path::in_network);
}

/// A field that cannot be rendered, as a finding of the rule that speaks of it.
fn field_error(network: &Network, error: &FieldError, report: &mut Report) {
    if report.has(NAD044.id, error.path()) {
        return;
    }
    let rule = if network.spec.is_err() { Some(&NAD023) } else { rule_of(network.key.kind, error) };
    match rule {
        Some(rule) => report.add_as(Severity::Error, rule, error.path(), error.message()),
        None => report.add_field(Severity::Error, error.kind(), error.path(), error.message()),
    }
}

fn rule_of(kind: NetworkKind, error: &FieldError) -> Option<&'static Rule> {
    let path = error.path();
    let field = path.split(['[', ' ']).next().unwrap_or(path);
    Some(match (field, kind) {
        ("metadata.name", _) => &NAD013,
        ("spec.resourceName", _) => &NAD002,
        ("spec.ipam", _) => &NAD026,
        ("spec.capabilities", _) => &NAD024,
        ("spec.metaPlugins", _) => &NAD010,
        ("spec.vlan", NetworkKind::Sriov) => &NAD015,
        ("spec.vlan", NetworkKind::Ovs) => &NAD031,
        ("spec.vlanQoS", _) => &NAD016,
        ("spec.vlanProto", _) => &NAD018,
        ("spec.linkState", _) => &NAD019,
        ("spec.spoofChk" | "spec.trust", _) => &NAD020,
        ("spec.minTxRate" | "spec.maxTxRate", _) => &NAD021,
        ("spec.logLevel", _) => &NAD035,
        _ if field.starts_with("spec.trunk") => &NAD031,
        _ => return None,
    })
}

/// Puts something sound in place of a field, to see what else is wrong.
fn pass_over(network: &mut Network, path: &str) -> bool {
    let Ok(spec) = &mut network.spec else { return false };
    let field = path.strip_prefix("spec.").unwrap_or_default();
    let field = field.split(['.', '[']).next().unwrap_or_default();
    let common = match spec {
        NetworkSpec::Sriov(spec) => (
            &mut spec.resource_name,
            &mut spec.network_namespace,
            &mut spec.ipam,
            &mut spec.capabilities,
            &mut spec.meta_plugins,
        ),
        NetworkSpec::Ib(spec) => (
            &mut spec.resource_name,
            &mut spec.network_namespace,
            &mut spec.ipam,
            &mut spec.capabilities,
            &mut spec.meta_plugins,
        ),
        NetworkSpec::Ovs(spec) => (
            &mut spec.resource_name,
            &mut spec.network_namespace,
            &mut spec.ipam,
            &mut spec.capabilities,
            &mut spec.meta_plugins,
        ),
    };
    match field {
        "resourceName" => *common.0 = Some("x".to_owned()),
        "networkNamespace" => *common.1 = None,
        "ipam" => *common.2 = None,
        "capabilities" => *common.3 = None,
        "metaPlugins" => *common.4 = None,
        _ => return pass_over_own(spec, field),
    }
    true
}

fn pass_over_own(spec: &mut NetworkSpec, field: &str) -> bool {
    match (spec, field) {
        // A VLAN, so that its priority and protocol are not at fault.
        (NetworkSpec::Sriov(spec), "vlan") => spec.vlan = Some(1),
        (NetworkSpec::Sriov(spec), "vlanQoS") => spec.vlan_qos = None,
        (NetworkSpec::Sriov(spec), "vlanProto") => spec.vlan_proto = None,
        (NetworkSpec::Sriov(spec), "spoofChk") => spec.spoof_chk = None,
        (NetworkSpec::Sriov(spec), "trust") => spec.trust = None,
        (NetworkSpec::Sriov(spec), "linkState") => spec.link_state = None,
        (NetworkSpec::Sriov(spec), "minTxRate") => spec.min_tx_rate = spec.max_tx_rate.map(|_| 0),
        (NetworkSpec::Sriov(spec), "maxTxRate") => spec.max_tx_rate = spec.min_tx_rate.map(|_| 0),
        (NetworkSpec::Sriov(spec), "logLevel") => spec.log_level = None,
        (NetworkSpec::Sriov(spec), "logFile") => spec.log_file = None,
        (NetworkSpec::Ib(spec), "linkState") => spec.link_state = None,
        (NetworkSpec::Ovs(spec), "vlan") => spec.vlan = spec.trunk.is_none().then_some(1),
        (NetworkSpec::Ovs(spec), "mtu") => spec.mtu = None,
        (NetworkSpec::Ovs(spec), "trunk") => spec.trunk = Some(vec![A_VLAN]),
        (NetworkSpec::Ovs(spec), "bridge") => spec.bridge = None,
        (NetworkSpec::Ovs(spec), "interfaceType") => spec.interface_type = None,
        _ => return false,
    }
    true
}
