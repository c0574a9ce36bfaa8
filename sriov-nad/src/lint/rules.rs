//! The table of the rules. Their checks stand in `check/`, their pages in `docs/lint/`.

use std::fmt;

use serde::Serialize;

use super::Severity;

/// One rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// The rule, as `NAD016`. It never changes its meaning.
    pub id: &'static str,
    /// How bad its findings are by default.
    pub severity: Severity,
    /// How bad some of its findings are instead.
    pub also: Option<Severity>,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// Who stumbles over it.
    pub consumer: &'static str,
    /// What to do, in one line.
    pub help: &'static str,
    /// The whole page, in Markdown.
    pub page: &'static str,
}

/// The page, as `sriovctl explain` prints it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.page)
    }
}

macro_rules! rules {
    ($($id:ident $severity:ident $(/ $also:ident)?: $title:literal, $consumer:literal, $help:literal;)+) => {
        $(
            #[doc = include_str!(concat!("../../docs/lint/", stringify!($id), ".md"))]
            pub const $id: Rule = Rule {
                id: stringify!($id),
                severity: Severity::$severity,
                also: rules!(@also $($also)?),
                title: $title,
                consumer: $consumer,
                help: $help,
                page: include_str!(concat!("../../docs/lint/", stringify!($id), ".md")),
            };
        )+

        static ALL: &[&Rule] = &[$(&$id),+];
    };
    (@also) => { None };
    (@also $also:ident) => { Some(Severity::$also) };
}

rules! {
    NAD001 Error: "no resource annotation on a NAD for VFs", "multus, sriov-cni, ib-sriov-cni",
        "annotate the NAD with k8s.v1.cni.cncf.io/resourceName: <prefix>/<resource>";
    NAD002 Error: "the resource annotation is no resource name", "multus, kubelet",
        "write it as <prefix>/<resource>, as in the node's allocatable resources";
    NAD003 Error / Warning: "nothing offers the annotated resource", "multus, device plugin",
        "compare with `kubectl get node NODE -o jsonpath='{.status.allocatable}'`";
    NAD004 Info / Warning: "resourceName inside the config has no effect", "none",
        "the annotation is what counts; the member can be removed";
    NAD005 Error: "a device is hard-coded in the config", "multus, sriov-cni",
        "remove deviceID and pciBusID; multus adds the allocated device of each pod";
    NAD006 Error: "the config is not a JSON object", "NAD client, admission controller",
        "write spec.config as text that holds one JSON object";
    NAD007 Warning: "the config is empty", "NAD client",
        "write the config into the NAD, or make sure that every node has the file";
    NAD008 Error: "a plugin without a type", "multus, admission controller",
        "give each plugin its type, as sriov, or give the config a list of plugins";
    NAD009 Error: "the list of plugins is empty", "multus",
        "put the plugin objects into the list, or leave it out and set type";
    NAD010 Error: "an element of plugins is not an object", "multus, admission controller",
        "write each plugin as a JSON object with a type";
    NAD011 Error: "type is not the name of a binary", "libcni",
        "use the file name of the plugin alone; where it is searched is the runtime's business";
    NAD012 Warning / Error: "the name in the config is another one", "NPWG spec, libcni, multus",
        "use the name of the NAD, or leave it out: the NAD client adds it";
    NAD013 Error: "the name of the NAD cannot be referenced",
        "multus, injector, admission controller",
        "use a DNS-1123 label that does not start with 0";
    NAD014 Warning: "a name that YAML reads as something else", "operator",
        "choose a name that is no number and no word such as on, y or null";
    NAD015 Error: "VLAN out of range", "sriov-cni", "use 0 (none) to 4094";
    NAD016 Error: "VLAN priority out of range, or without a VLAN", "sriov-cni",
        "use 0 to 7, and set a VLAN where the priority is not 0";
    NAD017 Error: "VLAN settings without a VLAN", "sriov-cni",
        "set vlan as well, or remove vlanQoS and vlanProto";
    NAD018 Error: "VLAN protocol unknown, or without a VLAN", "sriov-cni",
        "use 802.1q, or 802.1ad together with a VLAN";
    NAD019 Error: "link state unknown", "sriov-cni, ib-sriov-cni", "use auto, enable or disable";
    NAD020 Warning / Error: "a switch that is neither on nor off", "sriov-cni",
        "use on or off, in lower case";
    NAD021 Error: "transmit rates contradict each other", "sriov-cni, kernel",
        "set min_tx_rate to max_tx_rate or less; 0 is no limit, and none may be negative";
    NAD022 Warning: "only one transmit rate is set", "sriov-cni",
        "set both: the one that is missing is forced to 0";
    NAD023 Error: "a value of the wrong type", "sriov-cni", "use the JSON type that is expected";
    NAD024 Error: "capabilities are not an object of booleans", "libcni",
        "write them as {\"mac\": true}";
    NAD025 Warning: "a capability the plugin does not know", "plugin",
        "remove it, or move it to the plugin of the chain that reads it";
    NAD026 Error / Warning: "ipam is not an object, or has no type", "sriov-cni",
        "write ipam as an object with a type, or as {} for no addresses";
    NAD027 Error: "DHCP on InfiniBand", "ib-sriov-cni",
        "use another IPAM plugin, as host-local, whereabouts or static";
    NAD028 Error: "rdma is not behind the VF plugin", "rdma-cni",
        "put {\"type\": \"rdma\"} behind sriov or ib-sriov in plugins";
    NAD029 Warning: "RDMA isolation that the nodes do not support", "rdma-cni, ib-sriov-cni",
        "set the nodes to RDMA exclusive mode, or remove the isolation";
    NAD030 Warning: "ib-kubernetes without a way to pass the GUID", "ib-sriov-cni",
        "add capability infinibandGUID, or make sure that ib-kubernetes annotates the pods";
    NAD031 Error: "VLAN ids of an OVS port are wrong", "ovs-cni",
        "use id, or minID with a larger maxID, each up to 4095";
    NAD032 Warning: "VLANs of an OVS port are not what they seem", "ovs-cni",
        "set either vlan or trunk, and leave 4095 alone";
    NAD033 Warning / Error: "an OVS network without VFs", "ovs-cni",
        "annotate the NAD with the resource for hardware offload; else name the bridge";
    NAD034 Error: "a key stands there twice", "all", "keep one; Go programs read the last";
    NAD035 Warning / Error: "logging will not work as it reads", "sriov-cni",
        "use panic, error, warning, info or debug, and an absolute path that never goes up";
    NAD036 Warning: "a capability that does not reach a chained plugin", "libcni",
        "declare the capability in each plugin that needs it";
    NAD037 Error: "cniVersion is missing or too old for a chain", "rdma-cni",
        "set cniVersion to 1.0.0, or to 0.3.1 at least";
    NAD038 Warning: "the owner does not exist, or may not own this NAD", "operator, engine",
        "delete the NAD, or remove the annotation sriovnetwork.openshift.io/owner-ref";
    NAD039 Warning: "metadata the operator will wipe", "operator",
        "put it elsewhere: the operator replaces the whole object when it updates it";
    NAD040 Warning: "the config is not what its owner asks for", "engine",
        "change the owner instead; whoever reconciles it restores the NAD";
    NAD041 Error: "the pod has no device for an attachment", "multus",
        "request the resource once for each attachment, and re-create the pod";
    NAD042 Error: "an empty bookkeeping annotation stops the operator", "operator",
        "remove the annotation operator.sriovnetwork.openshift.io/last-network-namespace";
    NAD043 Warning: "whitespace inside ipam strings", "operator",
        "do without it: the operator stores ipam with all whitespace removed";
    NAD044 Error: "characters that no sound value contains", "operator",
        "remove control characters, quotes and backslashes";
}

/// Every rule, in order.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}

/// The rule with this id, in any case: `nad016`.
///
/// ```
/// let rule = sriov_nad::lint::rules::find("nad016").map(|rule| rule.title);
/// assert_eq!(rule, Some("VLAN priority out of range, or without a VLAN"));
/// ```
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id.eq_ignore_ascii_case(id))
}
