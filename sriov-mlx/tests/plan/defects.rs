//! Behaviours that were seen in other tools, and that are impossible here. Numbers are those of
//! the list that they were collected in; what is missing in between is not about planning.

use sriov_mlx::param::{LinkSetting, names};
use sriov_mlx::plan::plan;
use sriov_mlx::wish::{Policy, Wish};

use crate::cards::{
    D8, D8_1, D9, Seen, at_least, exactly, external, line, lines, link, unmanaged, wish, zero,
};

/// The reboot flag was assigned per card, and the last card decided.
#[test]
fn d1_the_node_does_what_its_worst_card_needs() {
    let quiet = Seen::new("MT2", &[D9]).firmware(4, 4);
    let wishes = [at_least(4), wish(D9, Policy::AtLeast(4))];
    for cards in [[Seen::d8().0, quiet.0.clone()], [quiet.0, Seen::d8().0]] {
        assert_eq!(plan(&cards, &wishes).node_action().to_string(), "reboot");
    }
}

/// A read-only row shifted the columns.
#[test]
fn d2_a_read_only_marker_changes_no_value() {
    let card = Seen::d8().firmware(8, 8).read_only(names::SRIOV_EN);
    assert_eq!(card.line(&[at_least(16)]), "reboot NUM_OF_VFS=16");
}

/// Short rows and `N/A` crashed the daemon.
#[test]
fn d3_what_is_missing_is_an_obstacle_with_a_name() {
    for card in [
        Seen::d8().malformed(Some(names::NUM_OF_VFS)),
        Seen::d8().param(names::NUM_OF_VFS, "N/A", "N/A"),
        Seen::d8().without(names::NUM_OF_VFS),
    ] {
        let nic = card.plan(&[at_least(4)]);
        assert!(nic.set.is_empty() && !nic.blockers.is_empty());
        assert!(nic.reason().unwrap().contains("NUM_OF_VFS"), "{nic}");
    }
}

/// A reboot was asked for although nothing was to be assigned.
#[test]
fn d4_no_difference_is_no_reboot() {
    let card = Seen::d8().firmware(8, 8);
    for wish in [at_least(8), exactly(8), unmanaged(D8), link(D8, LinkSetting::Eth)] {
        let nic = card.plan(&[wish]);
        assert_eq!(line(&nic), "none");
        assert_eq!(nic.reboot_reason, None);
    }
}

/// A card of somebody else got SR-IOV enabled, as only the count was guarded; its next boot was
/// not looked at; with mixed owners the order decided.
#[test]
fn d5_a_card_of_somebody_else_is_not_written_in_any_way() {
    let flag = Seen::d8().param(names::NUM_OF_VFS, "8", "8");
    let next = Seen::d8().firmware(8, 4);
    for card in [flag, next] {
        assert_eq!(card.line(&[external(at_least(8))]), "blocked SRIOV-M022");
        assert_eq!(card.line(&[external(exactly(8))]), "blocked SRIOV-M022");
    }
    let mixed = [external(at_least(4)), wish(D8_1, Policy::AtLeast(8))];
    for wishes in [mixed.clone(), [mixed[1].clone(), mixed[0].clone()]] {
        assert_eq!(Seen::d8().firmware(4, 4).line(&wishes), "blocked SRIOV-M022");
    }
    assert_eq!(Seen::d8().firmware(4, 4).line(&[external(zero())]), "blocked SRIOV-M022");
    // What it still has to load is its owner's to load.
    assert_eq!(Seen::d8().firmware(4, 8).line(&[external(at_least(8))]), "blocked SRIOV-M022");
}

/// Shrinking asked for a reboot.
#[test]
fn d6_fewer_vfs_run_well_under_a_larger_total() {
    let nic = Seen::d8().firmware(64, 64).plan(&[at_least(4)]);
    assert_eq!(line(&nic), "none");
}

/// `PF_NUM_OF_VF_VALID` was never read.
#[test]
fn d7_a_count_that_firmware_ignores_is_not_written() {
    let card = Seen::d8().param(names::PF_NUM_OF_VF_VALID, "True(1)", "True(1)");
    assert_eq!(card.line(&[at_least(4)]), "blocked SRIOV-M027");
}

/// A card was a PCI address without its last character, and the other port a digit flip.
#[test]
fn d8_ports_belong_to_a_card_wherever_they_sit() {
    let ports = ["0000:3b:00.0", "0000:3b:00.3", "0001:86:00.0"];
    let card = Seen::new("MT4", &ports);
    let wishes = [
        wish(ports[0], Policy::AtLeast(4)),
        Wish { link_type: Some(LinkSetting::Ib), ..wish(ports[2], Policy::AtLeast(12)) },
    ];
    let expected = "reboot SRIOV_EN=True NUM_OF_VFS=12 LINK_TYPE_P3=IB";
    assert_eq!(card.line(&wishes), expected);
}

/// Nothing was checked after the boot, and nobody counted.
#[test]
fn d9_boots_that_do_not_help_come_to_an_end() {
    let wanted = "SRIOV_EN=True NUM_OF_VFS=4";
    let card = Seen::d8().firmware(0, 4).asked(wanted, "b3", sriov_mlx::plan::MAX_BOOTS, "b4");
    let nic = card.plan(&[at_least(4)]);
    assert_eq!(line(&nic), "blocked SRIOV-M048");
    assert_eq!(nic.reboot_reason, None);
}

/// No range was validated but a constant.
#[test]
fn d11_the_limits_of_the_card_count_and_no_others() {
    let limits = sriov_mlx::Limits { max_vfs_per_pf: Some(16), ..Default::default() };
    assert_eq!(Seen::d8().limits(limits).line(&[at_least(17)]), "blocked SRIOV-M028");
}

/// One card that could not be written stopped all of them; lockdown was an error without a change.
#[test]
fn d12_a_blocked_card_is_the_only_one_that_waits() {
    let stuck = Seen::d8().unreadable("SRIOV-M006");
    let cards = [stuck.0, Seen::new("MT2", &[D9]).0];
    let plan = plan(&cards, &[at_least(4), wish(D9, Policy::AtLeast(4))]);
    assert_eq!(lines(&plan), ["blocked SRIOV-M006", "reboot SRIOV_EN=True NUM_OF_VFS=4"]);
    let quiet = Seen::d8().firmware(4, 4).locked_down().unreadable("SRIOV-M006");
    assert_eq!(quiet.line(&[at_least(4)]), "none");
}

/// The link type was compared with that of a netdev, which may be missing or stale.
#[test]
fn d13_the_firmware_says_which_link_type_it_has() {
    let card = Seen::d8().netdev(D8, sriov_host::LinkType::Infiniband);
    assert_eq!(card.line(&[link(D8, LinkSetting::Ib)]), "reboot LINK_TYPE_P1=IB");
    assert_eq!(card.line(&[link(D8, LinkSetting::Eth)]), "none");
}

/// A mode that could not be told was logged, and the card written.
#[test]
fn d15_an_unknown_mode_is_no_permission() {
    let card = Seen::d8().param(names::INTERNAL_CPU_MODEL, "EMBEDDED_CPU(1)", "EMBEDDED_CPU(1)");
    assert_eq!(card.line(&[at_least(4)]), "blocked SRIOV-M032");
}

/// A card without a policy was zeroed.
#[test]
fn d16_no_wish_is_no_wish_for_nothing() {
    let nic = Seen::d8().firmware(8, 8).plan(&[]);
    assert_eq!(line(&nic), "none");
    assert!(!nic.wished && nic.wanted.is_empty());
}

/// A parameter with a longer name was taken.
#[test]
fn d17_a_longer_name_is_another_parameter() {
    let card = Seen::d8().param("PF_NUM_OF_VF_VALID_EXT", "True(1)", "True(1)");
    assert_eq!(card.line(&[at_least(4)]), "reboot SRIOV_EN=True NUM_OF_VFS=4");
}

/// A port without a policy was not counted, and different wishes of two ports alternated.
#[test]
fn d19_a_port_without_a_wish_keeps_its_vfs() {
    let card = Seen::d8().firmware(8, 4).live(D8_1, 8);
    assert_eq!(card.line(&[at_least(4)]), "write-only NUM_OF_VFS=8");
    let card = Seen::d8().firmware(8, 8).live(D8_1, 8);
    assert_eq!(card.line(&[exactly(4)]), "blocked SRIOV-M033");
    let (first, second) = (at_least(4), wish(D8_1, Policy::AtLeast(8)));
    let one = Seen::d8().plan(&[first.clone(), second.clone()]);
    assert_eq!(one, Seen::d8().plan(&[second, first]));
}
