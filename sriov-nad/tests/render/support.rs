//! Networks from a few lines of YAML.

use sriov_nad::FieldError;
use sriov_nad::nad::Desired;
use sriov_nad::names::NetworkKind;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

/// `net` in `shop`, with this in its spec, in YAML's flow form.
pub(crate) fn network(kind: NetworkKind, spec: &str) -> Network {
    named(kind, "shop", "net", spec)
}

pub(crate) fn named(kind: NetworkKind, namespace: &str, name: &str, spec: &str) -> Network {
    let text = format!(
        "apiVersion: sriovnetwork.openshift.io/v1\nkind: {kind}\n\
         metadata: {{ name: {name}, namespace: {namespace} }}\nspec: {{ {spec} }}"
    );
    Network::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(crate) fn nad(network: &Network) -> Desired {
    render(network, &RenderOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn error(network: &Network) -> FieldError {
    match render(network, &RenderOptions::default()) {
        Err(error) => error,
        Ok(nad) => panic!("rendered: {}", nad.config),
    }
}
