use super::check::word;
use super::plugin::Plugin;
use super::sriov::LINK_STATES;
use crate::FieldError;
use crate::spec::IbNetworkSpec;

/// What ib-sriov-cni reads.
pub(super) fn write(spec: &IbNetworkSpec, plugin: &mut Plugin<'_>) -> Result<(), FieldError> {
    plugin.object("capabilities", "spec.capabilities", spec.capabilities.as_ref())?;
    plugin.string("link_state", word("spec.linkState", spec.link_state.as_ref(), LINK_STATES)?);
    plugin.ipam(spec.ipam.as_ref())
}
