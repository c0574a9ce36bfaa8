use super::generic::{self, HEADER};
use super::{Malformed, Message, Request};
use crate::EswitchMode;
use crate::seam::DevlinkDevice;

const VERSION: u8 = 1;
const DEVLINK_CMD_ESWITCH_GET: u8 = 29;
const DEVLINK_CMD_ESWITCH_SET: u8 = 30;
const DEVLINK_ATTR_BUS_NAME: u16 = 1;
const DEVLINK_ATTR_DEV_NAME: u16 = 2;
const DEVLINK_ATTR_ESWITCH_MODE: u16 = 25;

/// A request about a device; `family` is devlink's number in the running kernel.
pub(super) fn about(family: u16, command: u8, device: &DevlinkDevice) -> Request {
    Request::get(family).header(&generic::header(command, VERSION)).with(|attributes| {
        attributes.text(DEVLINK_ATTR_BUS_NAME, &device.bus);
        attributes.text(DEVLINK_ATTR_DEV_NAME, &device.name);
    })
}

/// The request for a device's eswitch mode.
pub fn eswitch_get(family: u16, device: &DevlinkDevice) -> Request {
    about(family, DEVLINK_CMD_ESWITCH_GET, device)
}

/// The request that sets a device's eswitch mode.
pub fn eswitch_set(family: u16, device: &DevlinkDevice, mode: EswitchMode) -> Request {
    let mode = match mode {
        EswitchMode::Legacy => 0,
        EswitchMode::Switchdev => 1,
    };
    about(family, DEVLINK_CMD_ESWITCH_SET, device).with(|attributes| {
        attributes.u16(DEVLINK_ATTR_ESWITCH_MODE, mode);
    })
}

/// Decodes the eswitch mode; `None` if the device reports none.
///
/// # Errors
///
/// [`Malformed`], also for a mode that is not known here: it is not guessed.
pub fn decode_eswitch_mode(message: &Message) -> Result<Option<EswitchMode>, Malformed> {
    for attribute in message.attributes(HEADER) {
        let attribute = attribute?;
        if attribute.kind == DEVLINK_ATTR_ESWITCH_MODE {
            return match attribute.u16()? {
                0 => Ok(Some(EswitchMode::Legacy)),
                1 => Ok(Some(EswitchMode::Switchdev)),
                _ => Err(attribute.malformed("an eswitch mode that is known")),
            };
        }
    }
    Ok(None)
}
