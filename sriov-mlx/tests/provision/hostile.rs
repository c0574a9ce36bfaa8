//! Texts of any kind, as documents and as memories.

use proptest::prelude::*;
use sriov_host::seam::HostPath;
use sriov_host::sim::SimHost;
use sriov_mlx::provision::{CardMatch, Desired, OnReboot, State, VfRoom};

use super::world::folder;

fn selector() -> impl Strategy<Value = CardMatch> {
    let text = "[!-~]([ -~]{0,20}[!-~])?";
    prop_oneof![
        text.prop_map(CardMatch::Psid),
        text.prop_map(CardMatch::Part),
        text.prop_map(CardMatch::Serial),
        any::<u16>().prop_map(|id| CardMatch::DeviceId(format!("{id:04x}").parse().unwrap())),
        (any::<u16>(), any::<u8>(), 0..32u8, 0..8u8).prop_map(|(domain, bus, device, function)| {
            let bdf = format!("{domain:04x}:{bus:02x}:{device:02x}.{function}");
            CardMatch::Bdf(bdf.parse().unwrap())
        }),
    ]
}

fn wish() -> impl Strategy<Value = Desired> {
    let room = prop_oneof![
        (1..=u16::MAX).prop_map(VfRoom::AtLeast),
        any::<u16>().prop_map(VfRoom::Exactly)
    ];
    let reaction = vec![OnReboot::Reboot, OnReboot::Notify, OnReboot::Fail];
    let selectors = proptest::collection::btree_set(selector(), 1..6);
    (selectors, room, proptest::sample::select(reaction), 1..=Desired::MAX_ATTEMPTS).prop_map(
        |(matches, policy, on_reboot_required, max_attempts)| Desired {
            matches: matches.into_iter().collect(),
            policy,
            link_type: None,
            on_reboot_required,
            max_attempts,
        },
    )
}

proptest! {
    #[test]
    fn a_wish_is_read_back_from_its_canonical_form(desired in wish()) {
        prop_assert!(desired.validate().is_ok());
        let read = Desired::parse(&desired.to_json()).unwrap();
        prop_assert_eq!(read.hash(), desired.hash());
        prop_assert_eq!(read, desired);
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in ".{0,200}") {
        let _ = Desired::parse(&text);
        let host = SimHost::with_igb_pair();
        host.put_file(&State::path(&folder()), text.as_bytes());
        prop_assert!(State::load(&host, &folder()).is_err());
    }
}

#[test]
fn no_part_of_a_memory_is_taken_for_the_whole() {
    let host = super::world::host(&[super::world::A]);
    let _ = super::world::run(&host, &super::world::desired());
    let path = HostPath::new("var/lib/sriov-mlx/state.json");
    let text = super::world::memory(&host);
    assert_eq!(State::load(&host, &folder()).unwrap().records().count(), 1);
    for cut in 0..text.trim_end().len() {
        host.put_file(&path, &text.as_bytes()[..cut]);
        assert!(State::load(&host, &folder()).is_err(), "{cut}");
    }
}
