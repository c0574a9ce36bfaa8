use sriov_host::NetnsMode;
use sriov_host::netlink::Malformed;
use sriov_host::seam::RdmaSettings;

use super::field::{attributes, known, raw, switch};
use super::number::{COPY_ON_FORK, MONITOR_MODE, NETNS_MODE, PAD, PRIVILEGED_QKEY};

/// Decodes the settings of the subsystem.
///
/// # Errors
///
/// [`Malformed`].
pub fn decode_settings(payload: &[u8]) -> Result<RdmaSettings, Malformed> {
    let mut settings = RdmaSettings::default();
    let unknown = &mut settings.unknown;
    for attribute in attributes(payload) {
        let attribute = attribute?;
        match attribute.kind {
            NETNS_MODE => {
                let mode = NetnsMode::from_kernel(attribute.u8()?);
                settings.netns_mode = known(mode, &attribute, unknown);
            }
            COPY_ON_FORK => {
                settings.copy_on_fork = known(switch(&attribute)?, &attribute, unknown);
            }
            PRIVILEGED_QKEY => {
                settings.privileged_qkey = known(switch(&attribute)?, &attribute, unknown);
            }
            MONITOR_MODE => settings.monitor = known(switch(&attribute)?, &attribute, unknown),
            PAD => {}
            _ => unknown.push(raw(&attribute)),
        }
    }
    Ok(settings)
}
