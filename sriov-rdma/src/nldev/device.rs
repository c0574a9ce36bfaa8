use sriov_host::netlink::{Attribute, Malformed};
use sriov_host::seam::{RawAttribute, RdmaDevice, RdmaNodeType};
use sriov_host::{Guid, RdmaDeviceName, RdmaIndex};

use super::field::{attributes, known, lossy, parsed, raw, switch};
use super::number::{
    CAP_FLAGS, DEV_DIM, DEV_INDEX, DEV_NAME, DEV_NODE_TYPE, DEV_PROTOCOL, FW_VERSION, NODE_GUID,
    PAD, PORT_INDEX, SYS_IMAGE_GUID,
};

/// What the kernel may accept and a [`RdmaDeviceName`] not: white space, for one.
const UNFIT_NAME: &str = "a device name without white space or slash";

/// A device as a list of devices has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeviceEntry {
    /// The device. Its ports are asked for apart, and still empty.
    pub device: RdmaDevice,
    /// How many ports it has; `None` for switches.
    pub ports: Option<u32>,
}

/// Decodes a device.
///
/// # Errors
///
/// [`Malformed`], also without a number or name, or if the name is not one that an
/// [`RdmaDeviceName`] can hold.
pub fn decode_device(payload: &[u8]) -> Result<DeviceEntry, Malformed> {
    let mut draft = Draft::default();
    for attribute in attributes(payload) {
        draft.take(&attribute?)?;
    }
    draft.finish(payload.len())
}

/// Whether nothing but the name of the device stood against decoding it.
pub(crate) fn is_unfit_name(malformed: &Malformed) -> bool {
    malformed.problem == UNFIT_NAME
}

/// A device while its attributes come in, in any order.
#[derive(Default)]
struct Draft {
    index: Option<RdmaIndex>,
    name: Option<RdmaDeviceName>,
    ports: Option<u32>,
    node_type: Option<RdmaNodeType>,
    protocol: Option<String>,
    firmware: Option<String>,
    node_guid: Option<Guid>,
    sys_image_guid: Option<Guid>,
    capabilities: Option<u64>,
    adaptive_moderation: Option<bool>,
    unknown: Vec<RawAttribute>,
}

impl Draft {
    fn take(&mut self, attribute: &Attribute<'_>) -> Result<(), Malformed> {
        match attribute.kind {
            DEV_INDEX => self.index = Some(RdmaIndex::new(attribute.u32()?)),
            DEV_NAME => {
                let name = parsed(attribute).ok_or_else(|| attribute.malformed(UNFIT_NAME))?;
                self.name = Some(name);
            }
            PORT_INDEX => self.ports = Some(attribute.u32()?),
            CAP_FLAGS => self.capabilities = Some(attribute.u64()?),
            FW_VERSION => self.firmware = Some(lossy(attribute)),
            NODE_GUID => self.node_guid = Some(Guid::from_kernel(attribute.u64()?)),
            SYS_IMAGE_GUID => self.sys_image_guid = Some(Guid::from_kernel(attribute.u64()?)),
            DEV_NODE_TYPE => self.node_type = Some(RdmaNodeType::from_kernel(attribute.u8()?)),
            DEV_PROTOCOL => self.protocol = Some(lossy(attribute)),
            DEV_DIM => {
                let on = switch(attribute)?;
                self.adaptive_moderation = known(on, attribute, &mut self.unknown);
            }
            PAD => {}
            _ => self.unknown.push(raw(attribute)),
        }
        Ok(())
    }

    fn finish(self, end: usize) -> Result<DeviceEntry, Malformed> {
        let device = RdmaDevice {
            index: self.index.ok_or(Malformed::new(end, "the number of the device"))?,
            name: self.name.ok_or(Malformed::new(end, "the name of the device"))?,
            node_type: self.node_type,
            protocol: self.protocol,
            firmware: self.firmware,
            node_guid: self.node_guid,
            sys_image_guid: self.sys_image_guid,
            capabilities: self.capabilities,
            adaptive_moderation: self.adaptive_moderation,
            ports: Vec::new(),
            unknown: self.unknown,
        };
        Ok(DeviceEntry { device, ports: self.ports })
    }
}
