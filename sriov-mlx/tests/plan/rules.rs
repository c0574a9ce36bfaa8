//! Rules of single policies and parameters.

use sriov_host::LinkType;
use sriov_mlx::backend::BackendKind;
use sriov_mlx::param::{LinkSetting, Setting, names};
use sriov_mlx::plan::plan;

use crate::cards::{D8, D8_1, Seen, at_least, cell, exactly, line, link, name, zero};

#[test]
fn exactly_shrinks_and_at_least_does_not() {
    let card = Seen::d8().firmware(16, 16);
    assert_eq!(card.line(&[exactly(8)]), "reboot NUM_OF_VFS=8");
    assert_eq!(card.line(&[at_least(8)]), "none");
    for (running, next, expected) in [
        (8, 8, "none"),
        (8, 16, "write-only NUM_OF_VFS=8"),
        (8, 0, "write-only SRIOV_EN=True NUM_OF_VFS=8"),
        (16, 8, "reboot"),
        (0, 8, "reboot"),
        (4, 4, "reboot NUM_OF_VFS=8"),
    ] {
        let found = Seen::d8().firmware(running, next).line(&[exactly(8)]);
        assert_eq!(found, expected, "{running} / {next}");
    }
}

#[test]
fn reset_to_zero_is_written_for_the_next_boot_and_never_restarts() {
    for (running, next, expected) in [
        (8, 8, "write-only SRIOV_EN=False NUM_OF_VFS=0"),
        (0, 8, "write-only SRIOV_EN=False NUM_OF_VFS=0"),
        (8, 0, "none"),
        (0, 0, "none"),
    ] {
        let nic = Seen::d8().firmware(running, next).resettable().plan(&[zero()]);
        assert_eq!(line(&nic), expected, "{running} / {next}");
        assert_eq!(nic.reboot_reason, None);
    }
    // The flag and the count are written together.
    for (flag, count) in [("False(0)", "8"), ("True(1)", "0")] {
        let card = Seen::d8().param("SRIOV_EN", flag, flag).param("NUM_OF_VFS", count, count);
        assert_eq!(card.line(&[zero()]), "write-only SRIOV_EN=False NUM_OF_VFS=0");
    }
    let notes = Seen::d8().firmware(8, 8).live(D8_1, 3).plan(&[zero()]).notes;
    assert_eq!(notes, ["the 3 VFs of 0000:d8:00.1 do not outlive the next boot"]);
}

#[test]
fn over_devlink_the_flag_alone_says_that_there_are_none() {
    let card = Seen::d8().firmware(8, 8).no_current().through(BackendKind::Devlink);
    assert_eq!(card.line(&[zero()]), "write-only SRIOV_EN=False");
    assert_eq!(card.line(&[exactly(0)]), "reboot SRIOV_EN=False");
    let off = Seen::d8().param("SRIOV_EN", "", "False(0)").param("NUM_OF_VFS", "", "8");
    assert_eq!(off.through(BackendKind::Devlink).line(&[zero()]), "none");
}

#[test]
fn values_that_are_not_told_are_taken_from_the_kernel() {
    for (running, next, expected) in [
        (8, 8, "none"),
        (8, 16, "none"),
        (4, 8, "reboot"),
        (4, 4, "reboot NUM_OF_VFS=8"),
        (0, 0, "reboot SRIOV_EN=True NUM_OF_VFS=8"),
        (8, 4, "write-only NUM_OF_VFS=8"),
        (16, 4, "write-only NUM_OF_VFS=16"),
    ] {
        let card = Seen::d8().firmware(running, next).no_current();
        assert_eq!(card.line(&[at_least(8)]), expected, "{running} / {next}");
    }
    let card = Seen::d8().firmware(8, 8).no_current();
    assert_eq!(card.line(&[exactly(8)]), "none");
    assert_eq!(card.line(&[exactly(4)]), "reboot NUM_OF_VFS=4");
    assert_eq!(card.line(&[exactly(0)]), "reboot SRIOV_EN=False NUM_OF_VFS=0");
}

#[test]
fn every_port_has_to_have_room() {
    let mut card = Seen::d8().firmware(8, 16);
    card.port(D8_1).total_vfs = Some(16.into());
    assert_eq!(card.line(&[at_least(16)]), "reboot");
    card.port(D8).total_vfs = Some(16.into());
    assert_eq!(card.line(&[at_least(16)]), "none");
}

#[test]
fn vfs_of_one_port_are_kept_and_not_wished_for_on_another() {
    // PFs with counts of their own.
    let mut card = Seen::d8().firmware(4, 4).live(D8_1, 8).not_asked();
    card.port(D8_1).total_vfs = Some(8.into());
    assert_eq!(card.line(&[at_least(4)]), "none");
    assert_eq!(card.line(&[at_least(5)]), "blocked SRIOV-M025");
}

#[test]
fn firmware_that_rounds_up_is_not_written_again() {
    // It says that it runs the number, and the kernel has room for more.
    let rounded = Seen::d8().firmware(10, 10).totals(16);
    let nic = rounded.plan(&[exactly(10)]);
    assert_eq!(line(&nic), "none");
    assert_eq!(nic.notes, ["the firmware rounds 10 VFs up to 16"]);
    assert_eq!(rounded.line(&[at_least(10)]), "none");
    // It does not say what it runs: a restart may be due, until that was tried often enough.
    let silent = Seen::d8().firmware(16, 10).no_current();
    let nic = silent.plan(&[exactly(10)]);
    assert_eq!(line(&nic), "reboot");
    assert!(nic.notes[0].contains("rounds up"), "{:?}", nic.notes);
    let tried = silent.asked("SRIOV_EN=True NUM_OF_VFS=10", "b1", 3, "b2");
    assert_eq!(tried.line(&[exactly(10)]), "blocked SRIOV-M048");
    // It takes another number than it was told to, for the next boot as well.
    let other = Seen::d8().firmware(16, 16);
    assert_eq!(other.line(&[exactly(10)]), "reboot NUM_OF_VFS=10");
    let tried = other.asked("SRIOV_EN=True NUM_OF_VFS=10", "b1", 3, "b2");
    assert_eq!(tried.line(&[exactly(10)]), "blocked SRIOV-M048");
}

#[test]
fn names_are_compared_as_a_whole() {
    let card = Seen::d8().without(names::NUM_OF_VFS).param("NUM_OF_VFS_MAX", "8", "8");
    assert_eq!(card.line(&[at_least(8)]), "blocked SRIOV-M008");
}

#[test]
fn link_types_are_compared_by_what_they_mean() {
    for text in ["ETH", "eth", "ETH(2)", "2"] {
        let card = Seen::d8().param("LINK_TYPE_P1", text, text);
        assert_eq!(card.line(&[link(D8, LinkSetting::Eth)]), "none", "{text}");
        assert_eq!(card.line(&[link(D8, LinkSetting::Ib)]), "reboot LINK_TYPE_P1=IB", "{text}");
    }
    for (now, next, expected) in [
        ("ETH(2)", "IB(1)", "reboot"),
        ("IB(1)", "ETH(2)", "write-only LINK_TYPE_P1=IB"),
        ("IB(1)", "IB(1)", "none"),
    ] {
        let card = Seen::d8().param("LINK_TYPE_P1", now, next);
        assert_eq!(card.line(&[link(D8, LinkSetting::Ib)]), expected, "{now} / {next}");
    }
}

#[test]
fn a_link_type_that_firmware_does_not_tell_is_not_changed() {
    let unknown = Seen::d8().param("LINK_TYPE_P1", "VPI(3)", "VPI(3)");
    for card in [Seen::d8().without("LINK_TYPE_P1"), unknown] {
        for (netdev, expected) in [
            (None, "blocked SRIOV-M029"),
            (Some(LinkType::Infiniband), "blocked SRIOV-M029"),
            (Some(LinkType::Ether), "none"),
        ] {
            let mut card = card.clone();
            card.port(D8).link_type = netdev;
            let nic = card.plan(&[link(D8, LinkSetting::Eth)]);
            assert_eq!(line(&nic), expected);
            assert!(nic.wanted.is_empty(), "{:?}", nic.wanted);
        }
        assert_eq!(card.line(&[link(D8_1, LinkSetting::Eth)]), "none");
    }
    let odd_now = Seen::d8().param("LINK_TYPE_P1", "VPI(3)", "ETH(2)");
    assert_eq!(odd_now.line(&[link(D8, LinkSetting::Ib)]), "blocked SRIOV-M029");
    assert_eq!(odd_now.line(&[link(D8, LinkSetting::Eth)]), "reboot");
}

#[test]
fn the_netdev_stands_in_for_a_link_type_that_is_not_told_to_run() {
    let card = |next: &str| Seen::d8().param("LINK_TYPE_P1", "", next);
    let wish = || [link(D8, LinkSetting::Ib)];
    let ib = |card: Seen| card.netdev(D8, LinkType::Infiniband);
    let eth = |card: Seen| card.netdev(D8, LinkType::Ether);
    assert_eq!(ib(card("IB(1)")).line(&wish()), "none");
    assert_eq!(eth(card("IB(1)")).line(&wish()), "reboot");
    assert_eq!(ib(card("ETH(2)")).line(&wish()), "write-only LINK_TYPE_P1=IB");
    assert_eq!(card("IB(1)").line(&wish()), "none");
    assert_eq!(card("ETH(2)").line(&wish()), "reboot LINK_TYPE_P1=IB");
}

#[test]
fn a_card_may_have_any_number_of_ports() {
    let ports: Vec<String> = (0..6).map(|f| format!("0000:d8:00.{f}")).collect();
    let ports: Vec<&str> = ports.iter().map(String::as_str).collect();
    let card = Seen::new("MT6", &ports);
    let wishes: Vec<_> = ports.iter().rev().map(|port| link(port, LinkSetting::Ib)).collect();
    let set = card.plan(&wishes).set;
    let names: Vec<_> = set.names().map(ToString::to_string).collect();
    let expected: Vec<_> = (1..=6).map(|n| format!("LINK_TYPE_P{n}")).collect();
    assert_eq!(names, expected);
}

#[test]
fn assignments_have_one_order_and_know_what_they_were_planned_against() {
    let wishes = [link(D8_1, LinkSetting::Ib), link(D8, LinkSetting::Ib), at_least(4)];
    let nic = Seen::d8().plan(&wishes);
    let expected = "reboot SRIOV_EN=True NUM_OF_VFS=4 LINK_TYPE_P1=IB LINK_TYPE_P2=IB";
    assert_eq!(line(&nic), expected);
    assert_eq!(nic.wanted, nic.set);
    let against = |param: &str, next: &str| (name(param), cell(next));
    let expected = [
        against("SRIOV_EN", "False(0)"),
        against("NUM_OF_VFS", "0"),
        against("LINK_TYPE_P1", "ETH(2)"),
        against("LINK_TYPE_P2", "ETH(2)"),
    ];
    assert_eq!(nic.planned_against, expected);
    assert_eq!(nic.wanted.get("NUM_OF_VFS"), Some(Setting::Number(4)));
}

#[test]
fn all_that_is_wanted_is_told_even_if_only_a_part_is_written() {
    let nic = Seen::d8().firmware(8, 4).plan(&[at_least(8), link(D8, LinkSetting::Eth)]);
    assert_eq!(line(&nic), "write-only NUM_OF_VFS=8");
    assert_eq!(nic.wanted.to_string(), "SRIOV_EN=True NUM_OF_VFS=8 LINK_TYPE_P1=ETH");
    assert!(nic.wished && nic.or_more);
    assert!(!Seen::d8().plan(&[exactly(4)]).or_more);
    assert_eq!(nic.reason().unwrap(), "NUM_OF_VFS: wanted 8, found 4");
    // Nobody was asked, so nothing is known to be wanted.
    let nic = Seen::d8().firmware(8, 4).not_asked().plan(&[at_least(8)]);
    assert!(nic.wished && nic.wanted.is_empty());
}

#[test]
fn the_same_wish_keeps_its_words_while_it_waits() {
    // The ledger knows a wish by its words: they must not change with the write or the boot.
    for wish in [at_least(16), exactly(16), exactly(0)] {
        let before = Seen::d8().firmware(8, 8).plan(std::slice::from_ref(&wish));
        let next = if wish == exactly(0) { 0 } else { 16 };
        let after = Seen::d8().firmware(8, next).plan(&[wish]);
        assert_eq!(before.wanted.to_string(), after.wanted.to_string());
        assert!(!before.set.is_empty() && after.set.is_empty());
    }
}

#[test]
fn a_restart_by_reset_is_for_values_that_wait_as_well() {
    let card = Seen::d8().resettable();
    let nic = card.clone().firmware(8, 16).plan(&[at_least(16)]);
    assert_eq!(line(&nic), "write-and-reset");
    assert_eq!(nic.reboot_reason.unwrap().running.unwrap(), "SRIOV_EN=True(1) NUM_OF_VFS=8");
    let node = plan(&[card.0], &[at_least(16)]);
    assert_eq!(node.disruption().to_string(), "nic");
}
