//! What holds for every card, whatever is wrong with it.

mod crash;
mod ends;
mod stories;
mod world;

use proptest::prelude::*;
use sriov_mlx::wish::Policy;

use world::{Fault, Start, World};

/// How many worlds each law is tried on; more by `SRIOV_MLX_WORLDS`.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn worlds(usual: u32) -> ProptestConfig {
    let asked = std::env::var("SRIOV_MLX_WORLDS").ok();
    let cases = asked.and_then(|text| text.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

const PARAMS: [&str; 2] = ["SRIOV_EN", "NUM_OF_VFS"];
const COUNTS: [u32; 5] = [0, 4, 8, 10, 16];

fn fault() -> impl Strategy<Value = Fault> {
    let param = || prop::sample::select(PARAMS.to_vec());
    prop_oneof![
        8 => Just(Fault::None),
        1 => prop::sample::select(vec![4, 8, 16]).prop_map(Fault::RoundsTo),
        1 => param().prop_map(Fault::Drops),
        1 => param().prop_map(Fault::Loses),
        1 => Just(Fault::NeedsPower),
        1 => Just(Fault::OnlyReset),
        1 => (1_u32..4).prop_map(Fault::Busy),
        1 => (0_u32..3).prop_map(Fault::DiesAfter),
        1 => param().prop_map(Fault::MissingTlv),
        1 => Just(Fault::Dpu),
        1 => Just(Fault::NoCurrent),
        1 => Just(Fault::ResetFails),
        1 => Just(Fault::Livefish),
        1 => Just(Fault::Hangs),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let count = prop::sample::select(vec![1_u16, 4, 8, 10, 16, 20]);
    prop_oneof![
        4 => count.clone().prop_map(Policy::AtLeast),
        3 => count.prop_map(Policy::Exactly),
        1 => Just(Policy::Exactly(0)),
        1 => Just(Policy::ResetToZero),
        1 => Just(Policy::Unmanaged),
    ]
}

fn start() -> impl Strategy<Value = Start> {
    let count = || prop::sample::select(COUNTS.to_vec());
    let wish = prop::option::weighted(0.9, policy());
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let vfs = (count(), count(), prop::sample::select(vec![0_u32, 0, 2]));
    (fault(), 1_u8..=2, vfs, flags, wish).prop_map(
        |(fault, ports, (current, next, live), (on, stays, devlink), wish)| Start {
            fault,
            devlink: devlink && stays,
            ports,
            enabled: (on, if stays { on } else { !on }),
            vfs: (current, next),
            live,
            wish,
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    let cards = prop::collection::vec(start(), 1..=3);
    let tool = prop::sample::select(vec!["4.21.0", "4.26.0", "4.31.0", "4.36.0"]);
    let lockdown = prop::bool::weighted(0.1);
    (cards, tool, lockdown, any::<bool>(), any::<bool>()).prop_map(
        |(cards, tool, lockdown, reset, one)| {
            let workers = if one { 1 } else { 4 };
            World { cards, tool, lockdown, reset, workers }
        },
    )
}
