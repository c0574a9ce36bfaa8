//! What is written, what is loaded, and when.

use sriov_host::sim::{CardColumn, SimCard};

use crate::support::{card, run, stdout, values};

const WRITE: &str = "-d 3b:00.0 -y set NUM_OF_VFS=16 SRIOV_EN=1";

fn written(yaml: &str) -> SimCard {
    let mut card = card(yaml);
    assert_eq!(run(&mut card, WRITE).output.status, Some(0));
    card
}

#[test]
fn a_value_is_for_the_next_start_of_the_firmware() {
    for load in [SimCard::reboot, SimCard::power_cycle, SimCard::reset] {
        let mut card = written("");
        assert_eq!(values(&card, "NUM_OF_VFS"), [Some(8), Some(8), Some(16)]);
        load(&mut card);
        assert_eq!(values(&card, "NUM_OF_VFS"), [Some(8), Some(16), Some(16)]);
        assert_eq!(values(&card, "SRIOV_EN"), [Some(0), Some(1), Some(1)]);
    }
}

#[test]
fn some_cards_load_only_after_some_kind_of_restart() {
    let current = |card: &SimCard| card.value("NUM_OF_VFS", CardColumn::Current);
    for (yaml, says, warm, reset) in [
        ("needsPowerCycle: true", "-I- Please power cycle machine to load", 8, 16),
        ("loadsOnlyAfterReset: true", "-I- Please reboot machine to load", 8, 16),
        ("bluefieldMode: dpu", "-I- Skipped reset preparation", 8, 8),
        ("bluefieldMode: nic", "-I- Please reboot machine to load", 16, 16),
    ] {
        let mut card = card(yaml);
        assert!(stdout(&mut card, WRITE).contains(says), "{yaml}");
        let (mut rebooted, mut cycled) = (card.clone(), card.clone());
        rebooted.reboot();
        card.reset();
        cycled.power_cycle();
        let all = (current(&rebooted), current(&card), current(&cycled));
        assert_eq!(all, (Some(warm), Some(reset), Some(16)), "{yaml}");
    }
}

#[test]
fn a_value_can_be_lost_at_a_restart() {
    let mut card = written("losesAtReboot: [NUM_OF_VFS]");
    card.reboot();
    assert_eq!(values(&card, "NUM_OF_VFS"), [Some(8), Some(8), Some(8)]);
    assert_eq!(values(&card, "SRIOV_EN"), [Some(0), Some(1), Some(1)]);
}

#[test]
fn a_configuration_reset_goes_back_to_the_defaults() {
    let mut card = card("params: { NUM_OF_VFS: { default: 4, current: 9 } }");
    let text = stdout(&mut card, "-d 3b:00.0 -y reset");
    assert_eq!(
        text,
        "\n Reset configuration for device 3b:00.0? (y/n) [n] : y\nApplying... Done!\n\
         -I- Please reboot machine to load new configurations.\n"
    );
    assert_eq!(values(&card, "NUM_OF_VFS"), [Some(4), Some(9), Some(4)]);
}

#[test]
fn values_are_taken_in_any_form_that_the_tool_takes() {
    let mut card = card("");
    for (line, name, value) in [
        ("LINK_TYPE_P1=ib", "LINK_TYPE_P1", 1),
        ("LINK_TYPE_P1=2", "LINK_TYPE_P1", 2),
        ("SRIOV_EN=True", "SRIOV_EN", 1),
        ("SRIOV_EN=false", "SRIOV_EN", 0),
        ("NUM_OF_VFS=0x10", "NUM_OF_VFS", 16),
        ("PCI_DOWNSTREAM_PORT_OWNER[0..3]=HOST_1", "PCI_DOWNSTREAM_PORT_OWNER[3]", 2),
    ] {
        assert_eq!(run(&mut card, &format!("-d 3b:00.1 -y set {line}")).output.status, Some(0));
        assert_eq!(card.value(name, CardColumn::Next), Some(value), "{line}");
    }
    assert_eq!(card.value("PCI_DOWNSTREAM_PORT_OWNER[4]", CardColumn::Next), Some(0));
}

#[test]
fn a_value_of_one_pf_is_not_that_of_the_other() {
    let mut card = card("");
    run(&mut card, "-d 3b:00.1 -y set PF_NUM_OF_VF=5 PF_NUM_OF_VF_VALID=1");
    let of = |pf: &str| card.value_of(pf.parse().unwrap(), "PF_NUM_OF_VF", CardColumn::Next);
    assert_eq!((of("0000:3b:00.0"), of("0000:3b:00.1")), (Some(0), Some(5)));
    assert_eq!(card.value("PF_NUM_OF_VF_VALID", CardColumn::Next), Some(1));
}

#[test]
fn a_card_goes_on_from_where_it_was_saved() {
    let card = written("");
    let saved = serde_json::to_string(&card).unwrap();
    let mut again: SimCard = serde_json::from_str(&saved).unwrap();
    again.reboot();
    assert_eq!(values(&again, "NUM_OF_VFS"), [Some(8), Some(16), Some(16)]);
}
