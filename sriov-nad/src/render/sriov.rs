use super::check::{number, text, word};
use super::plugin::Plugin;
use crate::FieldError;
use crate::spec::SriovNetworkSpec;

const SWITCH: &[&str] = &["on", "off"];
const VLAN_PROTOCOLS: &[&str] = &["802.1q", "802.1Q", "802.1ad", "802.1AD"];
const LOG_LEVELS: &[&str] = &["panic", "error", "warning", "info", "debug"];
pub(super) const LINK_STATES: &[&str] = &["auto", "enable", "disable"];

/// What sriov-cni reads. It wants a number for both VLAN members, so that they are always there.
pub(super) fn write(spec: &SriovNetworkSpec, plugin: &mut Plugin<'_>) -> Result<(), FieldError> {
    let vlan = number("spec.vlan", spec.vlan, 0..=4094)?;
    plugin.number("vlan", vlan.or(Some(0)));
    plugin.string("spoofchk", word("spec.spoofChk", spec.spoof_chk.as_ref(), SWITCH)?);
    plugin.string("trust", word("spec.trust", spec.trust.as_ref(), SWITCH)?);
    let qos = number("spec.vlanQoS", spec.vlan_qos, 0..=7)?;
    plugin.number("vlanQoS", qos.or(Some(0)));
    let protocol = word("spec.vlanProto", spec.vlan_proto.as_ref(), VLAN_PROTOCOLS)?;
    plugin.string("vlanProto", protocol);
    plugin.number("min_tx_rate", number("spec.minTxRate", spec.min_tx_rate, 0..=i64::MAX)?);
    plugin.number("max_tx_rate", number("spec.maxTxRate", spec.max_tx_rate, 0..=i64::MAX)?);
    plugin.object("capabilities", "spec.capabilities", spec.capabilities.as_ref())?;
    plugin.string("link_state", word("spec.linkState", spec.link_state.as_ref(), LINK_STATES)?);
    plugin.string("logLevel", word("spec.logLevel", spec.log_level.as_ref(), LOG_LEVELS)?);
    plugin.string("logFile", text(spec.log_file.as_ref()));
    plugin.ipam(spec.ipam.as_ref())
}
