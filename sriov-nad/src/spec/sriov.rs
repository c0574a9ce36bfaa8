use serde::{Deserialize, Serialize};

/// `spec` of a `SriovNetwork`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SriovNetworkSpec {
    /// The device plugin's resource, without its prefix. Required.
    pub resource_name: Option<String>,
    /// The namespace of the NAD; unset is the network's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_namespace: Option<String>,
    /// A JSON object of booleans, as `{"mac": true}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<String>,
    /// A JSON object for the IPAM plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipam: Option<String>,
    /// 0 (none) to 4094.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<i64>,
    /// Priority, 0 to 7.
    #[serde(rename = "vlanQoS", skip_serializing_if = "Option::is_none")]
    pub vlan_qos: Option<i64>,
    /// `802.1q` or `802.1ad`, or the same with a capital letter behind the dot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan_proto: Option<String>,
    /// `on` or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spoof_chk: Option<String>,
    /// `on` or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<String>,
    /// `auto`, `enable` or `disable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_state: Option<String>,
    /// In Mbps; 0 is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_tx_rate: Option<i64>,
    /// In Mbps; 0 is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tx_rate: Option<i64>,
    /// JSON objects of chained plugins, separated by commas, or one array of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_plugins: Option<String>,
    /// `panic`, `error`, `warning`, `info` or `debug`; `""` is none, the CRD's default is `info`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
    /// An absolute path on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_file: Option<String>,
}
