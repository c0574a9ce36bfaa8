//! Network → NAD: one renderer, no modes, no text templates.

use crate::FieldError;
use crate::nad::Desired;
use crate::names::ResourcePrefix;
use crate::spec::Network;

/// What a rendering depends on besides the network.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RenderOptions {
    /// The device plugin's prefix.
    pub resource_prefix: ResourcePrefix,
    /// Whether to add `resourceName` to the CNI config, for tooling that looks for it there.
    pub embed_resource_name: bool,
}

/// Renders the NAD of a network.
///
/// # Errors
///
/// The first field that is invalid, by its path.
pub fn render(network: &Network, options: &RenderOptions) -> Result<Desired, FieldError> {
    let spec = network.spec.as_ref().map_err(Clone::clone)?;
    let _ = options;
    Err(FieldError::missing(format!("{spec:?}")))
}
