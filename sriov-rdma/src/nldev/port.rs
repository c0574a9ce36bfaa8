use sriov_host::netlink::{Attribute, Malformed};
use sriov_host::seam::{PhysicalState, PortState, RdmaPort};
use sriov_host::{IfIndex, IfName};

use super::field::{attributes, parsed, raw};
use super::number::{
    CAP_FLAGS, DEV_INDEX, DEV_NAME, LID, LMC, NDEV_INDEX, NDEV_NAME, PAD, PORT_INDEX,
    PORT_PHYS_STATE, PORT_STATE, SM_LID, SUBNET_PREFIX,
};

/// Decodes a port of a device.
///
/// # Errors
///
/// [`Malformed`], also without the port's number.
pub fn decode_port(payload: &[u8]) -> Result<RdmaPort, Malformed> {
    let mut draft = Draft::default();
    for attribute in attributes(payload) {
        draft.take(&attribute?)?;
    }
    draft.finish(payload.len())
}

/// A port while its attributes come in, in any order.
#[derive(Default)]
struct Draft<'a> {
    number: Option<u32>,
    port: RdmaPort,
    netdev_index: Option<Attribute<'a>>,
    netdev_name: Option<Attribute<'a>>,
}

impl<'a> Draft<'a> {
    fn take(&mut self, attribute: &Attribute<'a>) -> Result<(), Malformed> {
        let port = &mut self.port;
        match attribute.kind {
            PORT_INDEX => self.number = Some(attribute.u32()?),
            CAP_FLAGS => port.capabilities = Some(attribute.u64()?),
            SUBNET_PREFIX => port.subnet_prefix = Some(attribute.u64()?),
            LID => port.lid = Some(attribute.u32()?),
            SM_LID => port.sm_lid = Some(attribute.u32()?),
            LMC => port.lmc = Some(attribute.u8()?),
            PORT_STATE => port.state = Some(PortState::from_kernel(attribute.u8()?)),
            PORT_PHYS_STATE => {
                port.physical_state = Some(PhysicalState::from_kernel(attribute.u8()?));
            }
            NDEV_INDEX => self.netdev_index = Some(*attribute),
            NDEV_NAME => self.netdev_name = Some(*attribute),
            // The device it is a port of, and padding.
            DEV_INDEX | DEV_NAME | PAD => {}
            _ => port.unknown.push(raw(attribute)),
        }
        Ok(())
    }

    fn finish(mut self, end: usize) -> Result<RdmaPort, Malformed> {
        self.port.netdev = self.netdev()?;
        if self.port.netdev.is_none() {
            // Half of it, or one that the vocabulary cannot hold.
            let halves = [self.netdev_index, self.netdev_name];
            self.port.unknown.extend(halves.iter().flatten().map(raw));
        }
        let number = self.number.ok_or(Malformed::new(end, "the number of the port"))?;
        Ok(RdmaPort { number, ..self.port })
    }

    fn netdev(&self) -> Result<Option<(IfIndex, IfName)>, Malformed> {
        let number = self.netdev_index.map(|attribute| attribute.u32()).transpose()?;
        let name = self.netdev_name.as_ref().and_then(parsed);
        Ok(number.and_then(IfIndex::new).zip(name))
    }
}
