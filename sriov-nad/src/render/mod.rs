//! Network → NAD: one renderer, no modes, no text templates.
//!
//! The bytes are those sriov-network-operator stores, for every input whose meaning it preserves.
//! Where it damages, drops or refuses valid input (space inside JSON strings, names that YAML 1.1
//! does not take for text, quotes in a path), the output here is what was meant. Invalid input is
//! an error that names the field; nothing is dropped in silence.
//!
//! No CRD default is applied, and the namespace rule of the operator is the planner's business.

mod check;
mod config;
mod ib;
mod ovs;
mod plugin;
mod sriov;

use crate::FieldError;
use crate::nad::Desired;
use crate::names::ResourcePrefix;
use crate::spec::Network;

/// What a rendering depends on besides the network.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RenderOptions {
    /// The device plugin's prefix.
    pub resource_prefix: ResourcePrefix,
    /// Whether to add `resourceName` to the CNI config, for tooling that looks for it there. CNI
    /// plugins ignore it; an operator that reconciles the same NAD removes it again.
    pub embed_resource_name: bool,
}

/// Renders the NAD of a network.
///
/// # Errors
///
/// The first field that is invalid, by its path.
pub fn render(network: &Network, options: &RenderOptions) -> Result<Desired, FieldError> {
    let spec = network.spec.as_ref().map_err(Clone::clone)?;
    check::name("metadata.name", &network.key.name)?;
    check::namespace("metadata.namespace", &network.key.namespace)?;
    if let Some(namespace) = spec.network_namespace() {
        check::namespace("spec.networkNamespace", namespace)?;
    }
    let resource = check::resource_name("spec.resourceName", spec.resource_name())?;
    let resource_name = format!("{}/{resource}", options.resource_prefix);
    let key = network.target();
    // An owner in another namespace counts as absent, and garbage collection deletes the object.
    let owned = key.namespace == network.key.namespace && !network.meta.uid.is_empty();
    Ok(Desired {
        config: config::render(&network.key, spec, &resource_name, options)?,
        owner: network.key.clone(),
        owner_uid: owned.then(|| network.meta.uid.clone()),
        key,
        resource_name,
    })
}
