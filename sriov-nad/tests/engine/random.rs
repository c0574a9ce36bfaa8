//! Whatever happens, in the end everything is as it should be, and stays so.

use std::time::Duration;

use proptest::prelude::*;
use sriov_nad::engine::{ClusterError, Source};
use sriov_nad::nad::Owner;
use sriov_nad::names::NetworkKind;
use sriov_nad::plan::NamespacePhase;
use sriov_nad::spec::Network;

use crate::support::{Running, at, local, millis, network, options, secs};
use crate::world::{Fault, World};

#[derive(Clone, Debug)]
enum Step {
    Put(usize, u16),
    Delete(usize),
    Edit(usize),
    Disown(usize),
    Remove(usize),
    Phase(usize, NamespacePhase),
    Miss(Source),
    Relist,
    Lag(u64),
    Fault(u8, u8),
    Sleep(u64),
    Restart,
}

/// A namespace that is made and unmade.
const fn space(which: usize) -> &'static str {
    if which.is_multiple_of(2) { "shop" } else { "yard" }
}

/// Five networks; three of them can want the same NAD, and one is not allowed to.
fn some_network(which: usize, choice: u16) -> Network {
    let space = space(usize::from(choice));
    match which {
        0 => network("net", space, choice),
        1 => local("shop", "net"),
        2 => local("yard", "net"),
        3 => network("other", space, choice),
        _ => {
            let mut wrong = local("shop", "wrong");
            wrong.spec = network("wrong", "yard", 1).spec;
            wrong
        }
    }
}

fn place(which: usize) -> sriov_nad::names::NadKey {
    at(space(which), if which < 2 { "net" } else { "other" })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let phase = prop::sample::select(vec![
        NamespacePhase::Active,
        NamespacePhase::Active,
        NamespacePhase::Terminating,
        NamespacePhase::Absent,
    ]);
    let kinds = NetworkKind::ALL.map(Source::Networks);
    let sources = [kinds[0], Source::Nads, Source::Namespaces];
    let step = prop_oneof![
        6 => (0..5_usize, 1..9_u16).prop_map(|(which, choice)| Step::Put(which, choice)),
        2 => (0..5_usize).prop_map(Step::Delete),
        2 => (0..4_usize).prop_map(Step::Edit),
        1 => (0..4_usize).prop_map(Step::Disown),
        2 => (0..4_usize).prop_map(Step::Remove),
        2 => (0..2_usize, phase).prop_map(|(which, phase)| Step::Phase(which, phase)),
        1 => prop::sample::select(sources.to_vec()).prop_map(Step::Miss),
        1 => Just(Step::Relist),
        1 => prop::sample::select(vec![0, 20, 3_000, 12_000]).prop_map(Step::Lag),
        2 => (0..6_u8, 1..6_u8).prop_map(|(kind, count)| Step::Fault(kind, count)),
        6 => prop::sample::select(vec![1, 30, 60, 400, 5_000, 40_000]).prop_map(Step::Sleep),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..40)
}

fn fault(kind: u8) -> Fault {
    match kind {
        0 => Fault::Error(ClusterError::Transient("down".to_owned())),
        1 => Fault::Error(ClusterError::PreconditionFailed("changed".to_owned())),
        2 => Fault::Error(ClusterError::TooMany { retry_after: Some(secs(3)) }),
        3 => Fault::Lost,
        4 => Fault::Slow(secs(4)),
        _ => Fault::Panic,
    }
}

async fn step(running: Running, step: &Step) -> Running {
    let world = &running.world;
    let exists = |which| world.network(&some_network(which, 0).key).is_some();
    let there = |which| world.nad_at(&place(which)).is_some();
    match *step {
        Step::Put(which, choice) => drop(world.put_network(some_network(which, choice))),
        Step::Delete(which) if exists(which) => world.delete_network(&some_network(which, 0).key),
        Step::Edit(which) if there(which) => {
            world.edit_nad(&place(which), |nad| "{}".clone_into(&mut nad.config));
        }
        Step::Disown(which) => world.edit_nad(&place(which), |nad| nad.owner = Owner::None),
        Step::Remove(which) if there(which) => world.remove_nad(&place(which)),
        Step::Phase(which, phase) => set_phase(world, space(which), phase),
        Step::Miss(source) => world.mute(&[source]),
        Step::Relist => {
            world.mute(&[]);
            world.list_all();
        }
        Step::Lag(lag) => {
            // What is under way must not be overtaken by what comes with less lag.
            world.lag(millis(lag));
            tokio::time::sleep(secs(13)).await;
        }
        Step::Fault(kind, count) => {
            let mut left = count;
            world.faults(move |_| {
                left = left.saturating_sub(1);
                (left > 0).then(|| fault(kind))
            });
        }
        Step::Sleep(time) => tokio::time::sleep(millis(time)).await,
        Step::Restart => {
            let world = world.clone();
            running.stop().await;
            world.mute(&[]);
            return Running::over(world, options());
        }
        Step::Delete(_) | Step::Edit(_) | Step::Remove(_) => {}
    }
    running
}

fn set_phase(world: &World, name: &str, phase: NamespacePhase) {
    match phase {
        NamespacePhase::Absent if world.phase(name) != NamespacePhase::Absent => {
            world.drop_namespace(name);
        }
        NamespacePhase::Absent => {}
        phase => world.put_namespace(name, phase),
    }
}

/// What is wrong, as far as the networks can do anything about it.
fn faults_of(world: &World) -> Vec<String> {
    let networks = world.networks();
    let mut faults: Vec<_> = world.violations();
    for network in &networks {
        let (key, target) = (&network.key, network.target());
        let condition = network.condition("Ready").cloned();
        let reason = condition.as_ref().map_or("", |it| it.reason.as_str());
        let nad = world.nad_at(&target);
        let owner = nad.as_ref().map(|nad| nad.owner.clone());
        let scope = key.name != "wrong";
        let told = condition.as_ref().and_then(|it| it.observed_generation);
        let stale = told != Some(network.meta.generation);
        let right = match world.phase(&target.namespace) {
            _ if network.meta.deleting => false,
            _ if !scope => reason == "NetworkAttachmentDefinitionInvalid",
            NamespacePhase::Absent => reason == "NamespaceNotFound",
            NamespacePhase::Terminating => reason == "NamespaceTerminating",
            NamespacePhase::Active => match owner {
                Some(Owner::Network(owner)) if owner == *key => reason == "NetworkReady",
                Some(Owner::Network(owner)) => {
                    reason == "NetworkAttachmentDefinitionConflict"
                        && networks.iter().any(|it| it.key == owner)
                }
                _ => false,
            },
        };
        if !right || stale {
            faults.push(format!("{key}: {:?} {condition:?} {nad:?}", network.meta));
        }
    }
    for nad in world.nads() {
        let Owner::Network(owner) = &nad.owner else { continue };
        let at_home = world.network(owner).is_some_and(|it| it.target() == nad.key);
        if !at_home {
            faults.push(format!("{} is left behind by {owner}", nad.key));
        }
    }
    faults
}

async fn play(steps: &[Step]) {
    let mut running = Running::new();
    for one in steps {
        running = step(running, one).await;
    }
    running.world.no_faults();
    running.world.lag(Duration::ZERO);
    tokio::time::sleep(secs(13)).await;
    running.world.mute(&[]);
    running.world.list_all();
    tokio::time::sleep(secs(900)).await;
    assert_eq!(faults_of(&running.world), [] as [&str; 0]);
    assert!(running.world.most_in_flight() <= 1);
    running.world.forget_calls();
    tokio::time::sleep(secs(3600)).await;
    assert_eq!(running.world.writes(), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn everything_converges(steps in steps()) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(play(&steps));
    }
}
