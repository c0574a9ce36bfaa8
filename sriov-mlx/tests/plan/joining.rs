//! Wishes of all ports of a card become one, or contradict each other.

use sriov_mlx::param::LinkSetting;
use sriov_mlx::plan::plan;
use sriov_mlx::wish::{Policy, Wish};

use crate::cards::{
    D8, D8_1, D9, Seen, at_least, exactly, external, line, link, unmanaged, wish, zero,
};

fn second(policy: Policy) -> Wish {
    wish(D8_1, policy)
}

#[test]
fn numbers_that_cannot_be_had_together_are_named_with_their_sources() {
    for wishes in [
        [at_least(30), second(Policy::Exactly(20))],
        [exactly(10), second(Policy::Exactly(20))],
        [exactly(10), second(Policy::ResetToZero)],
        [at_least(1), second(Policy::ResetToZero)],
    ] {
        for wishes in [wishes.clone(), [wishes[1].clone(), wishes[0].clone()]] {
            let nic = Seen::d8().firmware(64, 64).plan(&wishes);
            assert_eq!(line(&nic), "blocked SRIOV-M020");
            let message = nic.reason().unwrap();
            assert!(message.contains(&wishes[0].source), "{message}");
            assert!(message.contains(&wishes[1].source), "{message}");
        }
    }
}

#[test]
fn numbers_that_can_be_had_together_are_joined() {
    for (first, other, expected) in [
        (at_least(10), Policy::Exactly(20), "reboot SRIOV_EN=True NUM_OF_VFS=20"),
        (at_least(20), Policy::Exactly(20), "reboot SRIOV_EN=True NUM_OF_VFS=20"),
        (exactly(20), Policy::Exactly(20), "reboot SRIOV_EN=True NUM_OF_VFS=20"),
        (at_least(0), Policy::AtLeast(20), "reboot SRIOV_EN=True NUM_OF_VFS=20"),
        (at_least(0), Policy::ResetToZero, "none"),
        (zero(), Policy::Exactly(0), "none"),
    ] {
        assert_eq!(Seen::d8().line(&[first, second(other)]), expected);
    }
}

#[test]
fn none_now_is_more_than_none_from_the_next_boot_on() {
    let card = Seen::d8().firmware(4, 4);
    let (now, later) = (exactly(0), second(Policy::ResetToZero));
    assert_eq!(card.line(&[now, later]), "reboot SRIOV_EN=False NUM_OF_VFS=0");
}

#[test]
fn one_port_cannot_have_two_link_types() {
    let wishes = [
        link(D8, LinkSetting::Ib),
        Wish { source: "another".to_owned(), ..link(D8, LinkSetting::Eth) },
    ];
    let nic = Seen::d8().plan(&wishes);
    assert_eq!(line(&nic), "blocked SRIOV-M020");
    let message = nic.reason().unwrap();
    assert!(message.contains(&wishes[0].source) && message.contains("another"), "{message}");
    let other_port = [link(D8, LinkSetting::Ib), link(D8_1, LinkSetting::Eth)];
    assert_eq!(Seen::d8().line(&other_port), "reboot LINK_TYPE_P1=IB");
}

#[test]
fn an_unmanaged_port_keeps_the_card_from_being_written() {
    let card = Seen::d8().firmware(10, 10);
    assert_eq!(card.line(&[unmanaged(D8)]), "none");
    assert_eq!(card.line(&[at_least(10), unmanaged(D8_1)]), "none");
    let nic = card.plan(&[at_least(20), unmanaged(D8_1)]);
    assert_eq!(line(&nic), "blocked SRIOV-M023");
    let message = nic.reason().unwrap();
    assert!(message.contains(D8_1) && message.contains("NUM_OF_VFS is 10, wanted 20"), "{message}");
    assert_eq!(nic.wanted.to_string(), "SRIOV_EN=True NUM_OF_VFS=20");
    // What is written already is nobody's to take back.
    let staged = Seen::d8().firmware(10, 20);
    assert_eq!(staged.line(&[at_least(20), unmanaged(D8_1)]), "reboot");
}

#[test]
fn an_unmanaged_card_is_never_looked_at() {
    let card = Seen::d8().unreadable("SRIOV-M006").locked_down();
    let nic = card.plan(&[unmanaged(D8), unmanaged(D8_1)]);
    assert_eq!(line(&nic), "none");
    assert!(!nic.wished);
}

#[test]
fn an_unmanaged_link_type_is_an_expectation() {
    let expect = |link| Wish { link_type: Some(link), ..unmanaged(D8) };
    assert_eq!(Seen::d8().line(&[expect(LinkSetting::Eth)]), "none");
    assert_eq!(Seen::d8().line(&[expect(LinkSetting::Ib)]), "blocked SRIOV-M022");
    let staged = Seen::d8().param("LINK_TYPE_P1", "ETH(2)", "IB(1)");
    assert_eq!(staged.line(&[expect(LinkSetting::Ib)]), "blocked SRIOV-M022");
}

#[test]
fn one_externally_managed_port_is_a_whole_card() {
    let wishes = [external(at_least(5)), second(Policy::AtLeast(20))];
    let nic = Seen::d8().firmware(5, 5).plan(&wishes);
    assert_eq!(line(&nic), "blocked SRIOV-M022");
    assert_eq!(Seen::d8().firmware(20, 20).line(&wishes), "none");
}

#[test]
fn a_wish_without_a_card_is_told() {
    let plan = plan(&[Seen::d8().0], &[at_least(0), wish(D9, Policy::AtLeast(4))]);
    assert_eq!(plan.nics.len(), 1);
    let blocker = &plan.blockers[0];
    assert_eq!((blocker.code, blocker.target.to_string().as_str()), ("SRIOV-M021", D9));
    assert!(blocker.message.contains("wish for 0000:d9:00.0"), "{blocker}");
}

#[test]
fn ports_with_one_number_share_its_link_type() {
    // Two PFs of one port, as with socket direct.
    let mut card = Seen::d8();
    card.port(D8_1).number = 1;
    assert_eq!(card.line(&[link(D8_1, LinkSetting::Ib)]), "reboot LINK_TYPE_P1=IB");
    let both = [link(D8, LinkSetting::Ib), link(D8_1, LinkSetting::Eth)];
    assert_eq!(card.line(&both), "blocked SRIOV-M020");
}
