//! What the SR-IOV network operator does with a card, as far as it is right, and what is done
//! here instead. The numbers in the cases are running, next and wanted VFs.

use sriov_mlx::codes;
use sriov_mlx::param::LinkSetting;
use sriov_mlx::plan::{NicAction, plan};
use sriov_mlx::wish::Policy;

use crate::cards::{D8, D8_1, D9, Seen, at_least, exactly, external, line, lines, link, wish};

#[test]
fn t21_a_card_without_vfs_gets_them() {
    let nic = Seen::d8().plan(&[at_least(10)]);
    assert_eq!(line(&nic), "reboot SRIOV_EN=True NUM_OF_VFS=10");
    let reason = nic.reboot_reason.unwrap();
    assert_eq!(reason.subject, "firmware of card MT1");
    assert_eq!(reason.wanted, "SRIOV_EN=True NUM_OF_VFS=10");
    assert_eq!(reason.running.as_deref(), Some("SRIOV_EN=False(0) NUM_OF_VFS=0"));
}

#[test]
fn t22_the_largest_wish_of_all_ports_counts() {
    let wishes = [at_least(10), wish(D8_1, Policy::AtLeast(20))];
    assert_eq!(Seen::d8().line(&wishes), "reboot SRIOV_EN=True NUM_OF_VFS=20");
}

#[test]
fn the_total_that_runs_and_the_next_one_decide_separately() {
    for (running, next, wanted, expected) in [
        (10, 10, 10, "none"),
        (10, 5, 10, "write-only NUM_OF_VFS=10"),
        (10, 0, 10, "write-only SRIOV_EN=True NUM_OF_VFS=10"),
        (5, 10, 10, "reboot"),
        (0, 10, 10, "reboot"),
        (5, 5, 10, "reboot NUM_OF_VFS=10"),
        (5, 20, 10, "reboot"),
        (20, 20, 10, "none"),
        (20, 5, 10, "write-only NUM_OF_VFS=20"),
    ] {
        let card = Seen::d8().firmware(running, next);
        let found = card.line(&[at_least(wanted)]);
        assert_eq!(found, expected, "{running} / {next} / {wanted}");
    }
}

#[test]
fn t25_none_while_enabled_disables() {
    let card = Seen::d8().firmware(5, 5);
    assert_eq!(card.line(&[exactly(0)]), "reboot SRIOV_EN=False NUM_OF_VFS=0");
    // Enabled with room for no VFs is enabled.
    let card = Seen::d8().param("SRIOV_EN", "True(1)", "True(1)");
    assert_eq!(card.line(&[exactly(0)]), "reboot SRIOV_EN=False NUM_OF_VFS=0");
}

#[test]
fn t26_some_while_disabled_enables() {
    let card = Seen::d8().param("NUM_OF_VFS", "10", "10");
    assert_eq!(card.line(&[at_least(10)]), "reboot SRIOV_EN=True");
}

#[test]
fn t28_none_while_disabled_is_nothing() {
    for count in ["0", "8"] {
        let card = Seen::d8().param("NUM_OF_VFS", count, count);
        assert_eq!(card.line(&[exactly(0)]), "none");
        assert_eq!(card.line(&[at_least(0)]), "none");
    }
}

#[test]
fn t29_no_wish_for_a_link_type_changes_none() {
    let card = Seen::d8().firmware(10, 10).param("LINK_TYPE_P1", "IB(1)", "ETH(2)");
    assert_eq!(card.line(&[at_least(10)]), "none");
}

#[test]
fn t30_exactly_the_ports_that_are_wished_for_change() {
    let (first, second) = (link(D8, LinkSetting::Ib), link(D8_1, LinkSetting::Ib));
    let cases = [
        (vec![first.clone()], "reboot LINK_TYPE_P1=IB"),
        (vec![second.clone()], "reboot LINK_TYPE_P2=IB"),
        (vec![second, first], "reboot LINK_TYPE_P1=IB LINK_TYPE_P2=IB"),
    ];
    for (wishes, expected) in cases {
        assert_eq!(Seen::d8().line(&wishes), expected);
    }
}

#[test]
fn t32_lockdown_matters_where_a_write_is_needed() {
    let satisfied = Seen::d8().firmware(10, 10).locked_down();
    let read = satisfied.line(&[at_least(10)]);
    let unread = satisfied.clone().unreadable(codes::CARD_UNREACHABLE.id).line(&[at_least(10)]);
    assert_eq!((read.as_str(), unread.as_str()), ("none", "none"));
    assert_eq!(satisfied.line(&[]), "none");
    assert_eq!(satisfied.line(&[at_least(11)]), "blocked SRIOV-M024");
    let unread = satisfied.unreadable(codes::CARD_UNREACHABLE.id).plan(&[at_least(11)]);
    assert_eq!(line(&unread), "blocked SRIOV-M024");
    assert!(unread.reason().unwrap().contains("integrity"), "{unread}");
}

#[test]
fn t33_a_count_that_somebody_else_manages_is_told_and_left() {
    let nic = Seen::d8().plan(&[external(at_least(10))]);
    assert_eq!(line(&nic), "blocked SRIOV-M022");
    let message = &nic.blockers[0].message;
    assert!(message.contains("NUM_OF_VFS is 0, wanted 10"), "{message}");
    assert!(message.contains("SRIOV_EN is False(0), wanted True"), "{message}");
    assert!(message.contains(D8), "{message}");
    assert_eq!(Seen::d8().firmware(10, 10).line(&[external(at_least(10))]), "none");
    assert_eq!(Seen::d8().firmware(11, 11).line(&[external(at_least(10))]), "none");
}

#[test]
fn t34_drain_and_reboot() {
    let plan = plan(&[Seen::d8().0], &[at_least(10)]);
    assert_eq!(plan.node_action(), NicAction::Reboot);
    assert_eq!(plan.disruption().to_string(), "reboot");
    assert_eq!(plan.reboot_reasons().count(), 1);
}

#[test]
fn t35_a_card_without_a_wish_is_left_alone() {
    let cards = [Seen::d8().0, Seen::new("MT2", &[D9]).firmware(10, 10).0];
    let alone = plan(&cards, &[at_least(10)]);
    assert_eq!(lines(&alone), ["reboot SRIOV_EN=True NUM_OF_VFS=10", "none"]);
    assert!(!alone.nics[1].wished);
    let told = plan(&cards, &[at_least(10), wish(D9, Policy::ResetToZero)]);
    let expected = ["reboot SRIOV_EN=True NUM_OF_VFS=10", "write-only SRIOV_EN=False NUM_OF_VFS=0"];
    assert_eq!(lines(&told), expected);
}

#[test]
fn t38_a_link_type_that_somebody_else_manages_is_told_and_left() {
    let nic = Seen::d8().plan(&[external(link(D8, LinkSetting::Ib))]);
    assert_eq!(line(&nic), "blocked SRIOV-M022");
    let message = &nic.blockers[0].message;
    assert!(message.contains("LINK_TYPE_P1 is ETH(2), wanted IB"), "{message}");
    assert_eq!(Seen::d8().line(&[external(link(D8, LinkSetting::Eth))]), "none");
}
