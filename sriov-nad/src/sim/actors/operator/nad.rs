use serde_json::Value;

use super::MANAGER;
use crate::nad::OWNER_ANNOTATION;
use crate::names::ResourcePrefix;
use crate::render::{RenderOptions, render};
use crate::sim::ApiServer;
use crate::sim::store::object;
use crate::spec::{Network, NetworkSpec};

pub(super) const NADS: &str = "network-attachment-definitions";

/// What became of a NAD.
pub(super) enum Outcome {
    /// It was created or replaced.
    Written,
    /// It is as it should be.
    Equal,
    /// It cannot be, and the condition says so.
    Refused(String),
    /// It cannot be, and nothing says so.
    Silent,
}

/// Creates the NAD, or replaces it if its spec or its annotations differ.
pub(super) fn ensure(server: &ApiServer, network: &Network, prefix: &ResourcePrefix) -> Outcome {
    if reads_as_no_text(&network.key.name) || reads_as_no_text(&network.target().namespace) {
        return Outcome::Silent;
    }
    let options = RenderOptions { resource_prefix: prefix.clone(), ..RenderOptions::default() };
    let Ok(mut desired) = render(&as_the_operator_reads(network), &options) else {
        return Outcome::Silent;
    };
    desired.owner_uid =
        (desired.key.namespace == network.key.namespace).then(|| network.meta.uid.clone());
    let mut wanted = desired.to_value();
    let key = &desired.key;
    let Some(live) = server.get(NADS, &key.namespace, &key.name) else {
        return outcome(server.create_as(&wanted, MANAGER).is_ok());
    };
    let owner = annotation(&live, OWNER_ANNOTATION).unwrap_or_default();
    let token = network.key.owner_token();
    if !owner.is_empty() && owner != token {
        return Outcome::Refused(format!("NAD {key} is owned by {owner}"));
    }
    if same(&live, &wanted) {
        return Outcome::Equal;
    }
    object::keep_meta(&mut wanted, "resourceVersion", &live);
    outcome(server.update(&wanted, MANAGER).is_ok())
}

fn outcome(written: bool) -> Outcome {
    if written { Outcome::Written } else { Outcome::Silent }
}

/// The spec and the whole map of annotations; nothing else is looked at.
fn same(live: &Value, wanted: &Value) -> bool {
    let annotations = |object: &Value| object::meta(object, "annotations").cloned();
    live.get("spec") == wanted.get("spec") && annotations(live) == annotations(wanted)
}

fn annotation<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object::meta(object, "annotations")?.get(name)?.as_str()
}

/// The operator takes all white space out of `ipam`, inside of texts as well.
fn as_the_operator_reads(network: &Network) -> Network {
    let mut network = network.clone();
    let ipam = match &mut network.spec {
        Ok(NetworkSpec::Sriov(spec)) => &mut spec.ipam,
        Ok(NetworkSpec::Ib(spec)) => &mut spec.ipam,
        Ok(NetworkSpec::Ovs(spec)) => &mut spec.ipam,
        Err(_) => return network,
    };
    if let Some(ipam) = ipam {
        ipam.retain(|character| !character.is_whitespace());
    }
    network
}

/// Its templates are YAML 1.1, where some names are numbers, booleans or null.
fn reads_as_no_text(name: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    WORDS.contains(&name) || name.parse::<f64>().is_ok()
}
