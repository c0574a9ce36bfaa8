use serde::{Deserialize, Serialize};

/// `spec` of a `SriovIBNetwork`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IbNetworkSpec {
    /// The device plugin's resource, without its prefix. Required.
    pub resource_name: Option<String>,
    /// The namespace of the NAD; unset is the network's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_namespace: Option<String>,
    /// A JSON object of booleans, as `{"infinibandGUID": true}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<String>,
    /// A JSON object for the IPAM plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipam: Option<String>,
    /// `auto`, `enable` or `disable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_state: Option<String>,
    /// JSON objects of chained plugins, separated by commas, or one array of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_plugins: Option<String>,
}
