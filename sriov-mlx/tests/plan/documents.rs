//! Wishes from documents.

use sriov_host::config::Document;
use sriov_mlx::card::Card;
use sriov_mlx::param::LinkSetting;
use sriov_mlx::plan::plan;
use sriov_mlx::wish::{Policy, Wanted, wishes};

use crate::cards::{D8, D8_1, D9, Seen, lines, pci};

fn cards() -> Vec<Card> {
    let mut first = Seen::d8();
    first.port(D8).name = Some("ens1f0np0".parse().unwrap());
    first.port(D8_1).alt_names = vec!["enp216s0f1np1".to_owned()];
    first.port(D8_1).mac = Some("02:00:00:00:00:11".parse().unwrap());
    let mut second = Seen::new("MT2", &[D9]);
    second.port(D9).device = "1021".parse().unwrap();
    vec![first.0.card, second.0.card]
}

fn of(text: &str) -> Wanted {
    let document = Document::parse(text).unwrap();
    wishes(&document.config, document.kind, &cards())
}

fn node_config(more: &str) -> Wanted {
    of(&format!("apiVersion: sriov/v1\nkind: NodeConfig\n{more}"))
}

fn node_state(interfaces: &str) -> Wanted {
    of(&format!(
        "apiVersion: sriovnetwork.openshift.io/v1\nkind: SriovNetworkNodeState\nspec:\n  \
         interfaces: [{interfaces}]"
    ))
}

fn ports(wanted: &Wanted) -> Vec<String> {
    wanted.wishes.iter().map(|wish| wish.port.to_string()).collect()
}

#[test]
fn an_entry_finds_its_ports_in_every_way() {
    for (entry, expected) in [
        ("pci: 0000:d8:00.1", vec![D8_1]),
        ("name: ens1f0np0", vec![D8]),
        ("name: enp216s0f1np1", vec![D8_1]),
        ("mac: 02:00:00:00:00:11", vec![D8_1]),
        ("vendor: 15b3, device: 1021", vec![D9]),
        ("vendor: 15b3", vec![D8, D8_1, D9]),
    ] {
        let text = format!("firmware: [{{ match: {{ {entry} }}, policy: {{ atLeast: 4 }} }}]");
        let wanted = node_config(&text);
        assert_eq!(ports(&wanted), expected, "{entry}");
        assert!(wanted.blockers.is_empty(), "{entry}");
        assert!(wanted.wishes.iter().all(|wish| wish.source == "firmware[0]"));
    }
}

#[test]
fn an_entry_that_finds_nothing_is_told() {
    for entry in ["pci: 0000:01:00.0", "name: eth0", "vendor: 8086", "vendor: 15b3, device: 0001"] {
        let text = format!("firmware: [{{ match: {{ {entry} }}, policy: {{ atLeast: 4 }} }}]");
        let wanted = node_config(&text);
        assert!(wanted.wishes.is_empty(), "{entry}");
        assert_eq!(wanted.blockers[0].code, "SRIOV-M021");
        assert!(wanted.blockers[0].message.contains("firmware[0]"), "{}", wanted.blockers[0]);
    }
}

#[test]
fn policies_and_link_types_arrive() {
    let wanted = node_config(
        "pfs: [{ match: { name: ens1f0np0 }, externallyManaged: true, numVfs: 2 }]\n\
         firmware:\n\
         - { match: { pci: 0000:d8:00.0 }, policy: { atLeast: 4 }, linkType: IB }\n\
         - { match: { pci: 0000:d8:00.1 }, policy: { exactly: 8 } }\n\
         - { match: { pci: 0000:d9:00.0 }, policy: { resetToZero: true } }\n\
         - { match: { vendor: 15b3, device: 1021 }, policy: { unmanaged: true }, linkType: eth }\n",
    );
    let found: Vec<_> = wanted
        .wishes
        .iter()
        .map(|wish| (wish.policy, wish.link_type, wish.externally_managed, wish.source.as_str()))
        .collect();
    let expected = [
        (Policy::AtLeast(4), Some(LinkSetting::Ib), true, "firmware[0]"),
        (Policy::Exactly(8), None, false, "firmware[1]"),
        (Policy::ResetToZero, None, false, "firmware[2]"),
        (Policy::Unmanaged, Some(LinkSetting::Eth), false, "firmware[3]"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_node_config_implies_nothing() {
    let wanted = node_config("pfs: [{ match: { pci: 0000:d8:00.0 }, numVfs: 8 }]");
    assert_eq!(wanted, Wanted::default());
}

#[test]
fn a_node_state_implies_room_for_its_vfs_on_nvidia_cards() {
    let wanted = node_state(
        "{pciAddress: 0000:d8:00.0, numVfs: 8, linkType: ETH}, \
         {pciAddress: 0000:01:00.0, numVfs: 4, linkType: IB}, \
         {pciAddress: 0000:d9:00.0, numVfs: 2, linkType: '', externallyManaged: true}",
    );
    assert!(wanted.blockers.is_empty(), "{:?}", wanted.blockers);
    let [first, second] = wanted.wishes.as_slice() else { panic!("{:?}", wanted.wishes) };
    assert_eq!((first.port, first.policy), (pci(D8), Policy::AtLeast(8)));
    assert_eq!(first.link_type, Some(LinkSetting::Eth));
    assert_eq!((first.source.as_str(), first.externally_managed), ("spec.interfaces[0]", false));
    assert_eq!((second.port, second.policy), (pci(D9), Policy::AtLeast(2)));
    assert_eq!((second.source.as_str(), second.link_type), ("spec.interfaces[2]", None));
    assert!(second.externally_managed);
}

#[test]
fn wishes_and_plan_fit_together() {
    let wanted = node_state("{pciAddress: 0000:d8:00.1, numVfs: 8, linkType: ib}");
    let plan = plan(&[Seen::d8().0, Seen::new("MT2", &[D9]).0], &wanted.wishes);
    let expected = ["reboot SRIOV_EN=True NUM_OF_VFS=8 LINK_TYPE_P2=IB", "none"];
    assert_eq!(lines(&plan), expected);
}
