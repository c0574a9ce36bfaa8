use super::function::Settings;
use super::kernel::Kernel;
use super::model::Model;
use super::netdev::NetDev;
use super::rule::Rule;
use crate::seam::{VfAttrs, VfChange, VfList, VfSetting};
use crate::{
    Errno, EswitchMode, LinkType, MacAddr, PciAddress, TxRate, VfIndex, VlanProto, VlanTag,
};

/// What decides about a setting, besides the setting itself.
struct Port {
    model: &'static Model,
    carrier: bool,
    switchdev: bool,
    infiniband: bool,
}

impl Kernel {
    /// `do_setvfinfo()` for each entry, until one is refused.
    pub(super) fn set_vfs(&mut self, pf: u32, changes: &[VfChange]) -> Result<(), Errno> {
        let netdev = self.visible(pf).ok_or(Errno::NODEV)?.clone();
        let address = netdev.function.ok_or(Errno::OPNOTSUPP)?;
        let port = self.port(&netdev, address)?;
        let before = self.pf_mut(address).map(|pf| pf.settings.clone());
        let mut answer = Ok(());
        for change in changes {
            let one = self.set_vf(address, &port, change);
            answer = answer.and(one);
            if one.is_err() && !self.breaks(Rule::AttrsStopAtFirstError) {
                break;
            }
        }
        if answer.is_err()
            && self.breaks(Rule::AttrsNoRollback)
            && let (Some(pf), Some(before)) = (self.pf_mut(address), before)
        {
            pf.settings = before;
        }
        answer
    }

    fn port(&self, netdev: &NetDev, address: PciAddress) -> Result<Port, Errno> {
        let function = self.functions.get(&address).ok_or(Errno::NODEV)?;
        let pf = function.pf().filter(|_| netdev.represents.is_none()).ok_or(Errno::OPNOTSUPP)?;
        Ok(Port {
            model: pf.model(),
            carrier: netdev.up && netdev.carrier,
            switchdev: pf.eswitch == EswitchMode::Switchdev,
            infiniband: pf.link_type == LinkType::Infiniband,
        })
    }

    fn set_vf(&mut self, pf: PciAddress, port: &Port, change: &VfChange) -> Result<(), Errno> {
        if let Some(errno) = self.lenient(port.refusal(&change.set), &change.set) {
            return Err(errno);
        }
        let forgets = self.breaks(Rule::AttrsReadBack);
        let lax = self.breaks(Rule::AttrsVfOutOfRange);
        let index = usize::from(change.vf.get());
        let settings = self.pf_mut(pf).and_then(|pf| pf.settings.get_mut(index));
        match settings {
            Some(settings) if !forgets => settings.take(&change.set),
            None if !lax => return Err(Errno::INVAL),
            _ => {}
        }
        Ok(())
    }

    /// A refusal, unless its rule is broken on purpose.
    fn lenient(&self, refusal: Option<Errno>, setting: &VfSetting) -> Option<Errno> {
        let rule = match (refusal?, setting) {
            (Errno::OPNOTSUPP, _) => Rule::AttrsUnsupported,
            (Errno::PROTONOSUPPORT, _) => Rule::AttrsQinqUnsupported,
            (_, VfSetting::Rate { .. }) => Rule::AttrsMinRateRefused,
            (_, VfSetting::Mac(_)) => Rule::AttrsGroupMacRefused,
            _ => return refusal,
        };
        refusal.filter(|_| !self.breaks(rule))
    }

    pub(super) fn vf_list(&self, pf: u32) -> Result<VfList, Errno> {
        let netdev = self.visible(pf).ok_or(Errno::NODEV)?;
        let Some(address) = netdev.function else { return Ok(VfList::default()) };
        let Ok(port) = self.port(netdev, address) else { return Ok(VfList::default()) };
        let Some(pf) = self.functions.get(&address).and_then(|function| function.pf()) else {
            return Ok(VfList::default());
        };
        let settings = pf.settings.iter().zip(0..).take(usize::from(pf.num_vfs));
        let mut vfs: Vec<VfAttrs> =
            settings.map(|(settings, index)| port.report(settings, VfIndex::new(index))).collect();
        if self.breaks(Rule::RssNotReported) {
            for vf in &mut vfs {
                vf.rss_query = Some(false);
            }
        }
        if self.breaks(Rule::VfListComplete) {
            vfs.pop();
        }
        let bytes = if port.infiniband { 236 } else { 196 };
        let wrapped = vfs.len() * bytes + 4 > usize::from(u16::MAX);
        Ok(VfList { announced: u32::from(pf.num_vfs), vfs, wrapped })
    }
}

impl Port {
    /// Why the driver refuses the setting, if it does.
    fn refusal(&self, setting: &VfSetting) -> Option<Errno> {
        let answers = &self.model.answers;
        match setting {
            VfSetting::Mac(mac) => {
                let [first, ..] = mac.bytes();
                (first & 1 == 1).then_some(Errno::INVAL)
            }
            VfSetting::Vlan(tag) if self.switchdev && self.model.rdma => {
                tag.id.map(|_| Errno::OPNOTSUPP)
            }
            VfSetting::Vlan(tag) => answers.qinq.filter(|_| tag.proto == VlanProto::Dot1Ad),
            VfSetting::Rate { min, max } => self.rate_refusal(*min, *max),
            VfSetting::SpoofCheck(_) => answers.spoof_check,
            VfSetting::Trust(_) => answers.trust,
            VfSetting::LinkState(_) => answers.link_state,
            VfSetting::RssQuery(_) => answers.rss_query,
            VfSetting::NodeGuid(_) | VfSetting::PortGuid(_) => {
                (!self.infiniband).then_some(Errno::OPNOTSUPP)
            }
        }
    }

    fn rate_refusal(&self, min: TxRate, max: TxRate) -> Option<Errno> {
        let answers = &self.model.answers;
        let limited = max != TxRate::UNLIMITED;
        if min != TxRate::UNLIMITED && answers.min_rate.is_some() {
            return answers.min_rate;
        }
        let beyond = max.mbps() > self.model.link_mbps || (limited && min > max);
        let no_carrier = self.model.rate_needs_carrier && !self.carrier;
        if beyond || no_carrier {
            return Some(Errno::INVAL);
        }
        answers.max_rate
    }

    /// What the driver reports: nothing of what it does not know.
    fn report(&self, settings: &Settings, index: VfIndex) -> VfAttrs {
        let answers = &self.model.answers;
        let proto = VlanProto::from_ethertype(settings.proto).unwrap_or_default();
        let tag = VlanTag { id: settings.vlan, qos: settings.qos, proto };
        let known = |refusal: Option<Errno>| refusal.is_none();
        VfAttrs {
            mac: Some(settings.mac).filter(|mac| *mac != MacAddr::ZERO),
            // The kernel always reports a tag; 0 is untagged.
            vlan: Some(tag),
            spoof_check: known(answers.spoof_check).then_some(settings.spoof_check),
            trust: known(answers.trust).then_some(settings.trust),
            // The core reports "auto" for drivers that have no link state.
            link_state: Some(settings.link_state),
            min_tx_rate: Some(settings.min_rate),
            max_tx_rate: Some(settings.max_rate),
            rss_query: known(answers.rss_query).then_some(settings.rss_query),
            node_guid: Some(settings.node_guid).filter(|guid| guid.is_usable()),
            port_guid: Some(settings.port_guid).filter(|guid| guid.is_usable()),
            ..VfAttrs::unknown(index)
        }
    }
}

impl Settings {
    pub(super) fn take(&mut self, setting: &VfSetting) {
        match *setting {
            VfSetting::Mac(mac) => {
                self.mac = mac;
                // All zero gives the choice back to the VF.
                self.mac_is_admin = mac != MacAddr::ZERO;
            }
            VfSetting::Vlan(VlanTag { id, qos, proto }) => {
                (self.vlan, self.qos, self.proto) = (id, qos, proto.ethertype());
            }
            VfSetting::Rate { min, max } => (self.min_rate, self.max_rate) = (min, max),
            VfSetting::SpoofCheck(on) => self.spoof_check = on,
            VfSetting::Trust(on) => self.trust = on,
            VfSetting::LinkState(state) => self.link_state = state,
            VfSetting::RssQuery(on) => self.rss_query = on,
            VfSetting::NodeGuid(guid) => self.node_guid = guid,
            VfSetting::PortGuid(guid) => self.port_guid = guid,
        }
    }
}
