//! Which PFs are one card.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sriov_host::PciAddress;
use sriov_host::decorate::{Call, FaultSpec, Faulty};
use sriov_host::inventory::{NodeInventory, ObserveOptions, observe};
use sriov_host::seam::{FilesError, HostPath};
use sriov_host::sim::{Machine, SimHost};
use sriov_mlx::card::{Card, CardId, Vpd, survey, survey_inventory};

use crate::double::{Hooked, Hooks};
use crate::world::{cards, machine, pf, serial, start};

fn addresses(card: &Card) -> Vec<String> {
    card.ports.iter().map(|port| port.pci.to_string()).collect()
}

#[test]
fn a_card_is_all_pfs_of_one_serial_number() {
    let host = start(&machine(2, |_| {}));
    let cards = cards(&host);
    assert_eq!(addresses(&cards[0]), ["0000:d8:00.0", "0000:d8:00.1"]);
    assert_eq!(addresses(&cards[1]), ["0000:d9:00.0", "0000:d9:00.1"]);
    assert_eq!(cards[0].serial(), Some(serial(0).as_str()));
    assert_eq!(cards[0].part.as_deref(), Some("MCX623106AN-CDA"));
    let port = &cards[0].ports[1];
    assert_eq!(
        (port.number, port.total_vfs.map(sriov_host::VfCount::get), port.live_vfs()),
        (2, Some(8), 0)
    );
    assert_eq!(port.driver.as_ref().map(sriov_host::DriverName::as_str), Some("mlx5_core"));
    assert_eq!(host.mutations(), 0);
}

#[test]
fn only_pfs_of_the_vendor_are_ports() {
    let mut machine = machine(1, |_| {});
    let others = Machine::from_yaml(
        "pfs:
  - { pci: '0000:01:00.0', driver: igb }
  # A VF that was given to this machine: nobody here knows its PF.
  - { pci: '0000:02:00.0', driver: mlx5_core, device: 101e }",
    );
    machine.pfs.extend(others.unwrap().pfs);
    machine.pfs[0].num_vfs = 3;
    let host = start(&machine);
    let all: Vec<Vec<String>> = cards(&host).iter().map(addresses).collect();
    assert_eq!(all, [["0000:d8:00.0", "0000:d8:00.1"]]);
    assert_eq!(cards(&host)[0].ports[0].live_vfs(), 3);
}

#[test]
fn a_card_in_two_slots_is_one_card() {
    let mut machine = machine(1, |_| {});
    let far: PciAddress = "0000:5e:00.0".parse().unwrap();
    machine.pfs.push(pf(far));
    machine.cards[0].pfs.push(far);
    let cards = cards(&start(&machine));
    assert_eq!(cards.len(), 1);
    assert_eq!(addresses(&cards[0]), ["0000:5e:00.0", "0000:d8:00.0", "0000:d8:00.1"]);
    let numbers: Vec<u8> = cards[0].ports.iter().map(|port| port.number).collect();
    assert_eq!(numbers.len(), 3);
}

fn without_vpd(targets: &[&str]) -> Vec<Card> {
    let mut host = Faulty::new(start(&machine(2, |_| {})));
    for target in targets {
        let mut fault = FaultSpec::new(Call::ReadFile, *target, 1, sriov_host::Errno::IO);
        fault.times = 99;
        host = host.failing(fault);
    }
    let inventory = observe(host.host(), ObserveOptions::default()).unwrap();
    let mut backwards = inventory.clone();
    backwards.pfs.reverse();
    let found = survey_inventory(&host, &inventory);
    assert_eq!(survey_inventory(&host, &backwards), found, "the order decides");
    found
}

#[test]
fn a_port_without_a_serial_number_belongs_to_its_slot() {
    for target in ["*d8:00.0/vpd", "*d8:00.1/vpd"] {
        let cards = without_vpd(&[target]);
        assert_eq!(cards[0].serial(), Some(serial(0).as_str()), "{target}");
        assert_eq!(cards[0].ports.len(), 2, "{target}");
    }
}

#[test]
fn without_any_serial_number_it_is_the_switch_or_the_slot() {
    let found = without_vpd(&["*/vpd"]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].id.to_string(), "0000:d8:00");
    let host = start(&machine(2, |_| {}));
    let mut inventory = observe(host.host(), ObserveOptions::default()).unwrap();
    let hidden = Hooked { sim: host.host().clone(), hooks: NoVpd };
    // The second PF of each has no netdev, and so tells no switch.
    for pf in &mut inventory.pfs {
        let switch = || format!("{:02x}", pf.pci.bus());
        pf.switch_id = (pf.pci.function() == 0).then(switch);
    }
    let ids = |inventory: &NodeInventory| -> BTreeMap<CardId, usize> {
        let cards = survey_inventory(&hidden, inventory);
        cards.into_iter().map(|card| (card.id, card.ports.len())).collect()
    };
    let switch = |id: &str| CardId::SwitchId(id.to_owned());
    assert_eq!(ids(&inventory), [(switch("d8"), 2), (switch("d9"), 2)].into());
    // One switch over two slots.
    inventory.pfs[2].switch_id = Some("d8".to_owned());
    assert_eq!(ids(&inventory), [(switch("d8"), 4)].into());
}

struct NoVpd;

impl Hooks for NoVpd {
    fn read_file(&self, _: &SimHost, _: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        Ok(None)
    }
}

#[test]
fn ports_are_numbered_as_they_are_told_or_counted() {
    let host = start(&machine(1, |_| {}));
    let mut inventory = observe(host.host(), ObserveOptions::default()).unwrap();
    let numbers = |inventory: &NodeInventory| -> Vec<u8> {
        let card = survey_inventory(&host, inventory).remove(0);
        card.ports.iter().map(|port| port.number).collect()
    };
    let mut named = |first: &str, second: &str| {
        inventory.pfs[0].port_name = Some(first.to_owned());
        inventory.pfs[1].port_name = Some(second.to_owned());
        numbers(&inventory)
    };
    assert_eq!(named("p0", "p1"), [1, 2]);
    assert_eq!(named("p1", "p0"), [2, 1]);
    assert_eq!(named("p0", "p0"), [1, 1], "two hosts or sockets at one port");
    assert_eq!(named("pf0", "p"), [1, 2]);
    assert_eq!(named("p255", "p+1"), [1, 2]);
}

#[test]
fn the_host_that_cannot_be_looked_at_is_an_error() {
    let fault = FaultSpec::new(Call::List, "/sys/bus/pci/devices", 1, sriov_host::Errno::IO);
    let error = survey(&Faulty::new(start(&machine(1, |_| {}))).failing(fault)).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.code()), ("cannot look for cards", "SRIOV-H080"));
}

/// As a card has it: a name, keywords with padding, a checksum, and keywords to be written.
fn whole() -> Vec<u8> {
    let keyword = |name: &[u8], content: &[u8]| {
        [name, &[u8::try_from(content.len()).unwrap()], content].concat()
    };
    let resource = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_le_bytes();
        [&[tag][..], &length, content].concat()
    };
    let fields = [
        keyword(b"PN", b"MCX623106AN-CDAT  "),
        keyword(b"EC", b"A7"),
        keyword(b"SN", b"MT2141X00123\0\0\0\0"),
        keyword(b"RV", b"\x17\0\0"),
    ];
    let written = keyword(b"SN", b"another");
    let name = resource(0x82, b"ConnectX-6 Dx");
    [name, resource(0x90, &fields.concat()), resource(0x91, &written), vec![0x78]].concat()
}

#[test]
fn vital_product_data_is_read() {
    let vpd = Vpd::parse(&whole()).unwrap();
    assert_eq!(vpd.part.as_deref(), Some("MCX623106AN-CDAT"));
    assert_eq!(vpd.serial.as_deref(), Some("MT2141X00123"));
    // What follows the end is not looked at.
    let padded = [whole(), vec![0xff; 100]].concat();
    assert_eq!(Vpd::parse(&padded), Some(vpd));
    assert_eq!(Vpd::parse(b"\x78"), Some(Vpd::default()));
}

#[test]
fn cut_or_foreign_data_is_none_and_never_half_a_serial_number() {
    let whole = whole();
    for length in 0..whole.len() {
        assert_eq!(Vpd::parse(&whole[..length]), None, "{length} bytes");
    }
    let all_ones = vec![0xff; 256];
    let senseless: [&[u8]; 6] = [
        &all_ones,
        // An unknown resource, a length beyond the end, and beyond the resource.
        b"\x83\x01\x00x\x78",
        b"\x90\xff\xffSN\x01x\x78",
        b"\x90\x04\x00SN\x02x\x78",
        b"\x90\x02\x00SN\x78",
        &[0; 64],
    ];
    for bytes in senseless {
        assert_eq!(Vpd::parse(bytes), None, "{bytes:?}");
    }
    let odd = Vpd::parse(b"\x90\x0c\x00SN\x02\xff\xfePN\x04\n  x\x78").unwrap();
    assert_eq!(odd, Vpd::default(), "what cannot be printed is no name");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn vital_product_data_survives_anything(
        mut bytes in prop_oneof![Just(whole()), prop::collection::vec(any::<u8>(), 0..200)],
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        if let Some(vpd) = Vpd::parse(&bytes) {
            for text in [vpd.part, vpd.serial].into_iter().flatten() {
                prop_assert!(!text.is_empty() && text.len() <= 255);
                prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            }
        }
    }
}
