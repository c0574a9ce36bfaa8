use super::check::{number, text};
use super::plugin::{Plugin, element};
use crate::FieldError;
use crate::spec::{OvsNetworkSpec, Trunk};

/// What ovs-cni reads. Without a VLAN there is no member: that is a trunk of all VLANs.
pub(super) fn write(spec: &OvsNetworkSpec, plugin: &mut Plugin<'_>) -> Result<(), FieldError> {
    let not_zero = |number: &i64| *number != 0;
    plugin.object("capabilities", "spec.capabilities", spec.capabilities.as_ref())?;
    plugin.string("bridge", text(spec.bridge.as_ref()));
    plugin.number("vlan", number("spec.vlan", spec.vlan, 0..=4095)?.filter(not_zero));
    plugin.number("mtu", number("spec.mtu", spec.mtu, 0..=i64::MAX)?.filter(not_zero));
    trunk(spec.trunk.as_deref().unwrap_or_default(), plugin)?;
    plugin.string("interface_type", text(spec.interface_type.as_ref()));
    plugin.ipam(spec.ipam.as_ref())
}

fn trunk(elements: &[Trunk], plugin: &mut Plugin<'_>) -> Result<(), FieldError> {
    if elements.is_empty() {
        return Ok(());
    }
    plugin.out.key("trunk");
    plugin.out.open_array();
    for (index, trunk) in elements.iter().enumerate() {
        plugin.out.open_object();
        for (key, id) in [("minID", trunk.min_id), ("maxID", trunk.max_id), ("id", trunk.id)] {
            plugin.number(key, number(element("spec.trunk", index, key), id, 0..=4095)?);
        }
        plugin.out.close_object();
    }
    plugin.out.close_array();
    Ok(())
}
