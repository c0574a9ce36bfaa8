//! The document as it is written. Nothing here is public: the model is what callers see.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::model::{
    DriverChoice, FirmwareConfig, KernelArgs, NodeConfig, PfConfig, RdmaConfig, RdmaNetnsMode,
    VdpaType, VfGroup, VfVlan,
};
use super::wire_match::{Matches, Policy};
use crate::{
    EswitchMode, Guid, LinkType, MacAddr, Mtu, TxRate, VfCount, VfLinkState, VfRange, VlanProto,
    VlanQos,
};

/// Optional values: left out and `null` are the same, "not wanted".
macro_rules! wire {
    ($(#[$meta:meta])* struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)+
    } optional {
        $($(#[$optional_meta:meta])* $optional:ident: $optional_type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Deserialize, Serialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub(super) struct $name {
            $($(#[$field_meta])* pub(super) $field: $type,)+
            $(
                $(#[$optional_meta])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub(super) $optional: Option<$optional_type>,
            )*
        }
    };
}

wire! {
    struct Document {
        api_version: String,
        kind: String,
    } optional {
        pfs: Vec<Pf>,
        rdma: Rdma,
        firmware: Vec<Firmware>,
        kernel_args: Arguments,
    }
}

wire! {
    struct Pf {
        r#match: Matches,
    } optional {
        num_vfs: VfCount,
        mtu: Mtu,
        eswitch_mode: EswitchMode,
        externally_managed: bool,
        vfs: Vec<Group>,
    }
}

wire! {
    struct Group {
        range: VfRange,
    } optional {
        resource_name: String,
        driver: DriverChoice,
        mac: MacAddr,
        vlan: VfVlan,
        vlan_qos: VlanQos,
        vlan_proto: VlanProto,
        spoof_check: Switch,
        trust: Switch,
        link_state: VfLinkState,
        #[serde(rename = "minTxRateMbps")]
        min_tx_rate: TxRate,
        #[serde(rename = "maxTxRateMbps")]
        max_tx_rate: TxRate,
        mtu: Mtu,
        node_guid: Guid,
        port_guid: Guid,
        is_rdma: bool,
        vdpa_type: VdpaType,
    }
}

wire! {
    struct Rdma {
        netns_mode: RdmaNetnsMode,
    } optional {}
}

wire! {
    struct Firmware {
        r#match: Matches,
        policy: Policy,
    } optional {
        link_type: PortType,
    }
}

wire! {
    #[derive(Default)]
    struct Arguments {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        add: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
    } optional {}
}

/// `on` is a word in YAML 1.2 and a boolean in YAML 1.1: both are accepted.
#[derive(Clone, Copy)]
pub(super) struct Switch(pub(super) bool);

impl Serialize for Switch {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0 { "on" } else { "off" })
    }
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Switch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("on or off")
            }

            fn visit_bool<E: serde::de::Error>(self, on: bool) -> Result<Switch, E> {
                Ok(Switch(on))
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Switch, E> {
                match word {
                    "on" | "true" => Ok(Switch(true)),
                    "off" | "false" => Ok(Switch(false)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// The firmware's words for a link type.
pub(super) struct PortType(LinkType);

impl Serialize for PortType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self.0 {
            LinkType::Ether => "eth",
            LinkType::Infiniband => "ib",
        })
    }
}

impl<'de> Deserialize<'de> for PortType {
    /// Case does not matter: the operator and mstconfig print capitals.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let unknown = || serde::de::Error::unknown_variant(&word, &["eth", "ib"]);
        port_type(&word).map(Self).ok_or_else(unknown)
    }
}

/// The link type of a port, in the words of firmware.
pub(super) fn port_type(word: &str) -> Option<LinkType> {
    match word.to_ascii_lowercase().as_str() {
        "eth" => Some(LinkType::Ether),
        "ib" => Some(LinkType::Infiniband),
        _ => None,
    }
}

impl Serialize for VfVlan {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.id().map_or(0, crate::VlanId::get))
    }
}

impl<'de> Deserialize<'de> for VfVlan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Wider than the type, so that 70000 is refused with the bounds of a VLAN id.
        let number = i64::deserialize(deserializer)?;
        let vlan = u16::try_from(number).ok().and_then(|number| Self::try_from(number).ok());
        vlan.ok_or_else(|| {
            let message = "is not a VLAN id (1 to 4094, or 0 for untagged)";
            serde::de::Error::custom(format_args!("{number} {message}"))
        })
    }
}

impl From<Document> for NodeConfig {
    fn from(wire: Document) -> Self {
        Self {
            pfs: wire.pfs.unwrap_or_default().into_iter().map(Into::into).collect(),
            rdma: wire.rdma.map(|rdma| RdmaConfig { netns_mode: rdma.netns_mode }),
            firmware: wire.firmware.unwrap_or_default().into_iter().map(Into::into).collect(),
            kernel_args: wire
                .kernel_args
                .map(|Arguments { add, remove }| KernelArgs { add, remove }),
        }
    }
}

impl From<Pf> for PfConfig {
    fn from(wire: Pf) -> Self {
        Self {
            matches: wire.r#match.0,
            num_vfs: wire.num_vfs,
            mtu: wire.mtu,
            eswitch_mode: wire.eswitch_mode,
            link_type: None,
            externally_managed: wire.externally_managed.unwrap_or_default(),
            vfs: wire.vfs.unwrap_or_default().into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Group> for VfGroup {
    fn from(wire: Group) -> Self {
        Self {
            range: wire.range,
            resource_name: wire.resource_name,
            driver: wire.driver,
            mac: wire.mac,
            vlan: wire.vlan,
            vlan_qos: wire.vlan_qos,
            vlan_proto: wire.vlan_proto,
            spoof_check: wire.spoof_check.map(|switch| switch.0),
            trust: wire.trust.map(|switch| switch.0),
            link_state: wire.link_state,
            min_tx_rate: wire.min_tx_rate,
            max_tx_rate: wire.max_tx_rate,
            mtu: wire.mtu,
            node_guid: wire.node_guid,
            port_guid: wire.port_guid,
            is_rdma: wire.is_rdma.unwrap_or_default(),
            vdpa_type: wire.vdpa_type,
        }
    }
}

impl From<Firmware> for FirmwareConfig {
    fn from(wire: Firmware) -> Self {
        Self {
            matches: wire.r#match.0,
            policy: wire.policy.0,
            link_type: wire.link_type.map(|port| port.0),
        }
    }
}

impl From<&NodeConfig> for Document {
    fn from(config: &NodeConfig) -> Self {
        Self {
            api_version: NodeConfig::API_VERSION.to_owned(),
            kind: NodeConfig::KIND.to_owned(),
            pfs: Some(config.pfs.iter().map(Into::into).collect()),
            rdma: config.rdma.map(|rdma| Rdma { netns_mode: rdma.netns_mode }),
            firmware: some_list(config.firmware.iter().map(Into::into).collect()),
            kernel_args: config
                .kernel_args
                .clone()
                .map(|KernelArgs { add, remove }| Arguments { add, remove }),
        }
    }
}

fn some_list<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

impl From<&PfConfig> for Pf {
    fn from(config: &PfConfig) -> Self {
        Self {
            r#match: Matches(config.matches.clone()),
            num_vfs: config.num_vfs,
            mtu: config.mtu,
            eswitch_mode: config.eswitch_mode,
            externally_managed: config.externally_managed.then_some(true),
            vfs: some_list(config.vfs.iter().map(Into::into).collect()),
        }
    }
}

impl From<&VfGroup> for Group {
    fn from(group: &VfGroup) -> Self {
        Self {
            range: group.range,
            resource_name: group.resource_name.clone(),
            driver: group.driver.clone(),
            mac: group.mac,
            vlan: group.vlan,
            vlan_qos: group.vlan_qos,
            vlan_proto: group.vlan_proto,
            spoof_check: group.spoof_check.map(Switch),
            trust: group.trust.map(Switch),
            link_state: group.link_state,
            min_tx_rate: group.min_tx_rate,
            max_tx_rate: group.max_tx_rate,
            mtu: group.mtu,
            node_guid: group.node_guid,
            port_guid: group.port_guid,
            is_rdma: group.is_rdma.then_some(true),
            vdpa_type: group.vdpa_type,
        }
    }
}

impl From<&FirmwareConfig> for Firmware {
    fn from(config: &FirmwareConfig) -> Self {
        Self {
            r#match: Matches(config.matches.clone()),
            policy: Policy(config.policy),
            link_type: config.link_type.map(PortType),
        }
    }
}

impl Serialize for NodeConfig {
    /// The canonical form, with `apiVersion` and `kind`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Document::from(self).serialize(serializer)
    }
}
