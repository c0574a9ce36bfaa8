use super::Malformed;
use super::attribute::{Attribute, Attributes, HEADER, prefix, u32_at};
use crate::seam::{RawAttribute, VfAttrs};
use crate::{Guid, MacAddr, TxRate, VfIndex, VfLinkState, VlanId, VlanProto, VlanQos, VlanTag};

pub(super) const IFLA_VF_MAC: u16 = 1;
pub(super) const IFLA_VF_VLAN: u16 = 2;
const IFLA_VF_TX_RATE: u16 = 3;
pub(super) const IFLA_VF_SPOOFCHK: u16 = 4;
pub(super) const IFLA_VF_LINK_STATE: u16 = 5;
pub(super) const IFLA_VF_RATE: u16 = 6;
pub(super) const IFLA_VF_RSS_QUERY_EN: u16 = 7;
const IFLA_VF_STATS: u16 = 8;
pub(super) const IFLA_VF_TRUST: u16 = 9;
pub(super) const IFLA_VF_IB_NODE_GUID: u16 = 10;
pub(super) const IFLA_VF_IB_PORT_GUID: u16 = 11;
pub(super) const IFLA_VF_VLAN_LIST: u16 = 12;
pub(super) const IFLA_VF_VLAN_INFO: u16 = 1;
const IFLA_VF_BROADCAST: u16 = 13;

/// The length of a MAC attribute with its header: a VF number and 32 bytes for the address.
pub(super) const MAC_LENGTH: usize = HEADER + 36;

/// Decodes the payload of one `IFLA_VF_INFO`, whose first attribute is a MAC.
pub(super) fn decode(payload: &[u8], offset: usize) -> Result<VfAttrs, Malformed> {
    let number = u32_at(payload, HEADER).and_then(|number| u16::try_from(number).ok());
    let number = number.ok_or(Malformed::new(offset, "the number of a VF"))?;
    let mut draft = Draft {
        vf: VfAttrs::unknown(VfIndex::new(number)),
        plain_vlan: None,
        vlan_list: None,
        legacy_rate: None,
    };
    for attribute in Attributes::new(payload, offset) {
        draft.take(&attribute?)?;
    }
    Ok(draft.finish())
}

/// A VF while its attributes come in, in any order.
struct Draft<'a> {
    vf: VfAttrs,
    plain_vlan: Option<Attribute<'a>>,
    vlan_list: Option<Attribute<'a>>,
    legacy_rate: Option<u32>,
}

impl<'a> Draft<'a> {
    fn take(&mut self, attribute: &Attribute<'a>) -> Result<(), Malformed> {
        match attribute.kind {
            IFLA_VF_MAC => self.vf.mac = self.mac(attribute)?,
            IFLA_VF_VLAN => {
                self.numbers::<2>(attribute)?;
                self.plain_vlan = Some(*attribute);
            }
            IFLA_VF_VLAN_LIST => self.vlan_list = Some(*attribute),
            IFLA_VF_TX_RATE => {
                let [rate] = self.numbers(attribute)?;
                self.legacy_rate = Some(rate);
            }
            IFLA_VF_RATE => {
                let [min, max] = self.numbers(attribute)?;
                self.vf.min_tx_rate = Some(TxRate::from_mbps(min));
                self.vf.max_tx_rate = Some(TxRate::from_mbps(max));
            }
            IFLA_VF_SPOOFCHK => self.vf.spoof_check = self.switch(attribute)?,
            IFLA_VF_TRUST => self.vf.trust = self.switch(attribute)?,
            IFLA_VF_RSS_QUERY_EN => self.vf.rss_query = self.switch(attribute)?,
            IFLA_VF_LINK_STATE => self.vf.link_state = self.link_state(attribute)?,
            IFLA_VF_IB_NODE_GUID => self.vf.node_guid = self.guid(attribute)?,
            IFLA_VF_IB_PORT_GUID => self.vf.port_guid = self.guid(attribute)?,
            // Known, and not settings.
            IFLA_VF_STATS | IFLA_VF_BROADCAST => {}
            _ => self.keep(attribute),
        }
        Ok(())
    }

    fn finish(mut self) -> VfAttrs {
        self.vf.max_tx_rate = self.vf.max_tx_rate.or(self.legacy_rate.map(TxRate::from_mbps));
        // Drivers report both; only the list says which protocol the tag has.
        if let Some(attribute) = self.vlan_list.or(self.plain_vlan) {
            self.vf.vlan = vlan(&attribute);
            if self.vf.vlan.is_none() {
                self.keep(&attribute);
            }
        }
        self.vf
    }

    /// What this version cannot say in its own terms is kept as it came.
    fn keep(&mut self, attribute: &Attribute<'_>) {
        let payload = attribute.payload.to_vec();
        self.vf.unknown.push(RawAttribute { kind: attribute.kind, payload });
    }

    /// The numbers behind the VF number, which must be the same in all attributes of an entry.
    fn numbers<const N: usize>(&self, attribute: &Attribute<'_>) -> Result<[u32; N], Malformed> {
        self.check(attribute)?;
        let (words, _) = attribute.payload.get(4..).unwrap_or_default().as_chunks();
        let numbers = words.first_chunk().copied().map(|words| words.map(u32::from_ne_bytes));
        numbers.ok_or_else(|| attribute.malformed("a longer VF attribute"))
    }

    fn check(&self, attribute: &Attribute<'_>) -> Result<(), Malformed> {
        if u32_at(attribute.payload, 0) == Some(u32::from(self.vf.index.get())) {
            Ok(())
        } else {
            Err(attribute.malformed("an attribute of the same VF"))
        }
    }

    fn mac(&self, attribute: &Attribute<'_>) -> Result<Option<MacAddr>, Malformed> {
        self.check(attribute)?;
        let bytes = attribute.payload.get(4..).and_then(prefix);
        let mac = MacAddr::new(bytes.ok_or_else(|| attribute.malformed("a MAC address"))?);
        Ok(Some(mac).filter(|mac| *mac != MacAddr::ZERO))
    }

    fn guid(&self, attribute: &Attribute<'_>) -> Result<Option<Guid>, Malformed> {
        self.check(attribute)?;
        // A 64-bit number lies at a multiple of eight: four bytes of padding come first.
        let number = attribute.payload.get(8..).and_then(prefix).map(u64::from_ne_bytes);
        let guid = Guid::from_kernel(number.ok_or_else(|| attribute.malformed("a GUID"))?);
        Ok(Some(guid).filter(|guid| *guid != Guid::ZERO))
    }

    fn switch(&mut self, attribute: &Attribute<'_>) -> Result<Option<bool>, Malformed> {
        match self.numbers(attribute)? {
            [0] => Ok(Some(false)),
            [1] => Ok(Some(true)),
            // The kernel presets this, and drivers without the feature leave it.
            [u32::MAX] => Ok(None),
            [_] => {
                self.keep(attribute);
                Ok(None)
            }
        }
    }

    fn link_state(&mut self, attribute: &Attribute<'_>) -> Result<Option<VfLinkState>, Malformed> {
        match self.numbers(attribute)? {
            [0] => Ok(Some(VfLinkState::Auto)),
            [1] => Ok(Some(VfLinkState::Enable)),
            [2] => Ok(Some(VfLinkState::Disable)),
            [_] => {
                self.keep(attribute);
                Ok(None)
            }
        }
    }
}

/// The tag in a VLAN attribute or VLAN list; `None` if it is not one that the vocabulary has.
fn vlan(attribute: &Attribute<'_>) -> Option<VlanTag> {
    if attribute.kind == IFLA_VF_VLAN {
        return tag(attribute.payload, VlanProto::Dot1Q);
    }
    let mut entries = attribute.attributes();
    let entry = entries.next()?.ok()?;
    // The kernel knows no more than one; two would be a tag this type cannot hold.
    if entry.kind != IFLA_VF_VLAN_INFO || entries.next().is_some() {
        return None;
    }
    let ethertype = entry.payload.get(12..).and_then(prefix).map(u16::from_be_bytes)?;
    // Without a tag there is no protocol; some drivers leave zero there.
    let proto = match (ethertype, u32_at(entry.payload, 4)?) {
        (0, 0) => VlanProto::Dot1Q,
        _ => VlanProto::from_ethertype(ethertype)?,
    };
    tag(entry.payload, proto)
}

fn tag(payload: &[u8], proto: VlanProto) -> Option<VlanTag> {
    let qos = VlanQos::new(u8::try_from(u32_at(payload, 8)?).ok()?)?;
    let id = match u16::try_from(u32_at(payload, 4)?).ok()? {
        0 => None,
        id => Some(VlanId::new(id)?),
    };
    Some(VlanTag { id, qos, proto })
}
