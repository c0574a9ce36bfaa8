use sriov_host::PciId;
use sriov_host::config::{DocumentKind, FirmwarePolicy, NodeConfig, PfConfig, PfIdentity, PfMatch};
use sriov_host::plan::{Blocker, BlockerKind, Target};

use super::{Policy, Wish};
use crate::card::{Card, Port, VENDOR};
use crate::codes;
use crate::param::LinkSetting;

/// What a document wants of the cards of a host.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Wanted {
    /// The wishes, one for each PF that is meant.
    pub wishes: Vec<Wish>,
    /// Entries that mean no card of this host.
    pub blockers: Vec<Blocker>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// What a document wants of these cards.
///
/// A `NodeConfig` wants what its `firmware` says, and nothing else: an entry that means several PFs
/// is a wish for each, and one that means no PF of these cards is a blocker. Of a PF that an entry of
/// `pfs` calls externally managed the firmware is compared, and never written.
///
/// A `SriovNetworkNodeState` wants room for the VFs of each of its interfaces, and the link type if
/// it gives one. Interfaces of other vendors have no part in it.
///
/// ```
/// use sriov_host::config::Document;
/// use sriov_mlx::wish::wishes;
///
/// let document = Document::parse("
/// apiVersion: sriov/v1
/// kind: NodeConfig
/// firmware: [{ match: { pci: 0000:3b:00.0 }, policy: { atLeast: 16 } }]
/// ")?;
/// let wanted = wishes(&document.config, document.kind, &[]);
/// assert_eq!(wanted.blockers[0].code, "SRIOV-M021");
/// # Ok::<(), sriov_host::document::DocumentError>(())
/// ```
pub fn wishes(config: &NodeConfig, kind: DocumentKind, cards: &[Card]) -> Wanted {
    match kind {
        DocumentKind::NodeState => of_node_state(config, cards),
        _ => of_node_config(config, cards),
    }
}

fn of_node_config(config: &NodeConfig, cards: &[Card]) -> Wanted {
    let mut wanted = Wanted::default();
    for (index, entry) in config.firmware.iter().enumerate() {
        let source = format!("firmware[{index}]");
        let before = wanted.wishes.len();
        wanted.wishes.extend(meant(&entry.matches, cards).map(|port| Wish {
            port: port.pci,
            policy: policy(entry.policy),
            link_type: entry.link_type.map(LinkSetting::from),
            externally_managed: is_external(&config.pfs, port),
            source: source.clone(),
        }));
        if wanted.wishes.len() == before {
            wanted.blockers.push(nobody(&entry.matches, &source));
        }
    }
    wanted
}

fn of_node_state(config: &NodeConfig, cards: &[Card]) -> Wanted {
    let mut wanted = Wanted::default();
    for (index, entry) in config.pfs.iter().enumerate() {
        wanted.wishes.extend(meant(&entry.matches, cards).map(|port| Wish {
            port: port.pci,
            policy: Policy::AtLeast(entry.num_vfs.map_or(0, sriov_host::VfCount::get)),
            link_type: entry.link_type.map(LinkSetting::from),
            externally_managed: entry.externally_managed,
            source: format!("spec.interfaces[{index}]"),
        }));
    }
    wanted
}

/// The PFs that an entry means.
fn meant<'a>(entry: &'a PfMatch, cards: &'a [Card]) -> impl Iterator<Item = &'a Port> {
    cards.iter().flat_map(|card| &card.ports).filter(|port| entry.is(identity(port)))
}

fn identity(port: &Port) -> PfIdentity<'_> {
    let Port { pci, device, mac, .. } = *port;
    let vendor = PciId::new(VENDOR);
    PfIdentity { pci, vendor, device, name: port.name.as_ref(), alt_names: &port.alt_names, mac }
}

fn is_external(pfs: &[PfConfig], port: &Port) -> bool {
    pfs.iter().any(|entry| entry.externally_managed && entry.matches.is(identity(port)))
}

const fn policy(policy: FirmwarePolicy) -> Policy {
    match policy {
        FirmwarePolicy::AtLeast(count) => Policy::AtLeast(count.get()),
        FirmwarePolicy::Exactly(count) => Policy::Exactly(count.get()),
        FirmwarePolicy::ResetToZero => Policy::ResetToZero,
        // What is not known is left as it is.
        FirmwarePolicy::Unmanaged | _ => Policy::Unmanaged,
    }
}

fn nobody(entry: &PfMatch, source: &str) -> Blocker {
    let target = match entry {
        PfMatch::Pci(pci) => Target::Pf(*pci),
        other => Target::Host(other.to_string()),
    };
    Blocker {
        target,
        kind: BlockerKind::Unsupported,
        message: format!("no NVIDIA PF is matched by {entry} ({source})"),
        help: Some("list the PFs with `sriovctl list`".to_owned()),
        code: codes::NO_SUCH_CARD.id,
        reason: None,
    }
}
