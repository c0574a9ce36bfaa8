use serde::{Deserialize, Serialize};

/// `spec` of an `OVSNetwork`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OvsNetworkSpec {
    /// The device plugin's resource, without its prefix. Required.
    pub resource_name: Option<String>,
    /// The namespace of the NAD; unset is the network's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_namespace: Option<String>,
    /// A JSON object of booleans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<String>,
    /// A JSON object for the IPAM plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipam: Option<String>,
    /// The bridge; unset lets ovs-cni find it by the uplink of the VF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<String>,
    /// 0 (none) to 4095.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<i64>,
    /// Bytes; 0 is unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<i64>,
    /// The VLANs of a trunk port; wins over `vlan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trunk: Option<Vec<Trunk>>,
    /// The type of the OVS interface, as `dpdk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface_type: Option<String>,
    /// JSON objects of chained plugins, separated by commas, or one array of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_plugins: Option<String>,
}

/// VLANs of a trunk port: one, or a range. Each 0 to 4095.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Trunk {
    /// First of a range.
    #[serde(rename = "minID", skip_serializing_if = "Option::is_none")]
    pub min_id: Option<i64>,
    /// Last of a range.
    #[serde(rename = "maxID", skip_serializing_if = "Option::is_none")]
    pub max_id: Option<i64>,
    /// A single VLAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
}
