use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use sriov_nad::sim::actors::{GcActor, NamespaceController};
use sriov_nad::sim::{ApiError, Fault};
use tokio::time::sleep;

use self::Happening as H;
use super::oracle;
use crate::world::{NADS, OPERATOR, RESOURCE, World, millis, network, secs};

/// What happens, one thing after the other.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    faults: Option<(u64, u16)>,
    latency: u64,
    happenings: Vec<(Happening, u64)>,
}

#[derive(Clone, Debug)]
enum Happening {
    Create { at: Place, target: usize, vlan: i64 },
    Change { at: Place, target: usize, vlan: i64 },
    Break { at: Place },
    Delete { at: Place },
    DeleteNad { namespace: usize, name: usize },
    EditNad { namespace: usize, name: usize },
    StripOwner { namespace: usize, name: usize },
    Annotate { namespace: usize, name: usize },
    CreateNamespace { namespace: usize },
    DeleteNamespace { namespace: usize },
    Kill,
    Stop,
    DropWatches { resource: usize },
    ExpireWatches { resource: usize },
    Compact,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    kind: usize,
    namespace: usize,
    name: usize,
}

const KINDS: [(&str, &str); 2] =
    [("SriovNetwork", "sriovnetworks"), ("SriovIBNetwork", "sriovibnetworks")];
const NAMESPACES: [&str; 3] = [OPERATOR, "shop", "bar"];
const NAMES: [&str; 2] = ["a", "b"];
/// The first is no target: the network's own namespace.
const TARGETS: [&str; 5] = ["", "shop", "bar", OPERATOR, "never"];
const SOURCES: [&str; 4] = ["sriovnetworks", "sriovibnetworks", NADS, "namespaces"];

pub(crate) fn stories() -> impl Strategy<Value = Story> {
    let pause = prop_oneof![3 => 0..30_u64, 3 => 30..300_u64, 1 => 300..8000_u64];
    let faults = proptest::option::of((any::<u64>(), 20..250_u16));
    let happenings = vec((happening(), pause), 3..18);
    (faults, 0..8_u64, happenings).prop_map(|(faults, latency, happenings)| Story {
        faults,
        latency,
        happenings,
    })
}

fn happening() -> impl Strategy<Value = Happening> {
    let at = || {
        let place = (0..KINDS.len(), 0..NAMESPACES.len(), 0..NAMES.len());
        place.prop_map(|(kind, namespace, name)| Place { kind, namespace, name })
    };
    // Networks of the operator's namespace, in every second case, since only they may target.
    let central = prop_oneof![at(), at().prop_map(|at| Place { namespace: 0, ..at })];
    let central = || central.clone();
    let target = || 0..TARGETS.len();
    let nad = || (0..NAMESPACES.len(), 0..NAMES.len());
    prop_oneof![
        8 => (central(), target(), 0..3_i64)
            .prop_map(|(at, target, vlan)| H::Create { at, target, vlan }),
        4 => (central(), target(), 0..3_i64)
            .prop_map(|(at, target, vlan)| H::Change { at, target, vlan }),
        1 => at().prop_map(|at| H::Break { at }),
        5 => central().prop_map(|at| H::Delete { at }),
        2 => nad().prop_map(|(namespace, name)| H::DeleteNad { namespace, name }),
        2 => nad().prop_map(|(namespace, name)| H::EditNad { namespace, name }),
        1 => nad().prop_map(|(namespace, name)| H::StripOwner { namespace, name }),
        2 => nad().prop_map(|(namespace, name)| H::Annotate { namespace, name }),
        2 => (1..NAMESPACES.len()).prop_map(|namespace| H::CreateNamespace { namespace }),
        1 => (1..NAMESPACES.len()).prop_map(|namespace| H::DeleteNamespace { namespace }),
        2 => Just(H::Kill),
        1 => Just(H::Stop),
        1 => (0..SOURCES.len()).prop_map(|resource| H::DropWatches { resource }),
        1 => (0..SOURCES.len()).prop_map(|resource| H::ExpireWatches { resource }),
        1 => Just(H::Compact),
    ]
}

/// A NAD that goes with its namespace, and is deleted twice when both are back.
pub(crate) fn deleted_three_times() -> Story {
    let at = |name| Place { kind: 0, namespace: 0, name };
    let nad = || H::DeleteNad { namespace: 2, name: 1 };
    let happenings = vec![
        (H::Create { at: at(1), target: 2, vlan: 0 }, 0),
        (H::Create { at: at(0), target: 0, vlan: 0 }, 51),
        (H::DeleteNamespace { namespace: 2 }, 80),
        (H::CreateNamespace { namespace: 2 }, 2700),
        (nad(), 277),
        (nad(), 0),
    ];
    Story { faults: None, latency: 0, happenings }
}

/// A network that leaves its place and becomes invalid in one go, while another one waits for the
/// place.
pub(crate) fn left_and_broken() -> Story {
    let at = |kind| Place { kind, namespace: 0, name: 1 };
    let happenings = vec![
        (H::Create { at: at(0), target: 0, vlan: 0 }, 100),
        (H::Create { at: at(1), target: 0, vlan: 0 }, 100),
        (H::Change { at: at(0), target: 1, vlan: 0 }, 0),
        (H::Break { at: at(0) }, 0),
    ];
    Story { faults: None, latency: 0, happenings }
}

/// Tells a story to its end, and looks at what is left.
pub(crate) fn tell(story: &Story) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut world = World::empty();
        world.server.create_namespace("bar").unwrap();
        world.options.seed = story.latency;
        world.join(NamespaceController, millis(40));
        world.join(GcActor::new(secs(2)), millis(25));
        match story.faults {
            Some((seed, per_mille)) => world.server.faults().random(seed, per_mille, faults()),
            None => world.latency_of_writes(millis(story.latency)),
        }
        world.start();
        for (happening, pause) in &story.happenings {
            happening.happen(&mut world).await;
            sleep(millis(*pause)).await;
        }
        world.server.faults().clear();
        world.quiet().await;
        // Orphans have their grace, and deletes their garbage collector. Three deletes of one NAD
        // look like a fight, which is over after five minutes of calm.
        sleep(secs(360)).await;
        world.quiet().await;
        oracle::check(&world);
    });
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::Fail(ApiError::internal("etcd is away")),
        Fault::Fail(ApiError::too_many(secs(1))),
        Fault::Hang,
        Fault::Delay(millis(700)),
        Fault::DelayAnswer(millis(400)),
        Fault::LoseAnswer,
        Fault::HangAfter,
        Fault::Disconnect,
    ]
}

impl Place {
    fn key(self) -> (&'static str, &'static str, &'static str) {
        (KINDS[self.kind].1, NAMESPACES[self.namespace], NAMES[self.name])
    }

    fn network(self, target: usize, vlan: i64) -> Value {
        let (kind, _) = KINDS[self.kind];
        let namespace = NAMESPACES[self.namespace];
        let mut network = network(kind, namespace, NAMES[self.name], TARGETS[target]);
        if self.kind == 0 {
            network["spec"]["vlan"] = vlan.into();
        } else {
            network["spec"]["ipam"] = json!({ "type": "static", "n": vlan }).to_string().into();
        }
        network
    }
}

impl Happening {
    /// People try; what the API server refuses does not happen.
    async fn happen(&self, world: &mut World) {
        let server = world.server.clone();
        let nad = |namespace: usize, name: usize| (NADS, NAMESPACES[namespace], NAMES[name]);
        match self {
            Self::Create { at, target, vlan } => drop(server.create(&at.network(*target, *vlan))),
            Self::Change { at, target, vlan } => {
                let mut spec = at.network(*target, *vlan)["spec"].clone();
                if TARGETS[*target].is_empty() {
                    spec["networkNamespace"] = Value::Null;
                }
                drop(server.patch(at.key(), &json!({ "spec": spec }), "kubectl"));
            }
            Self::Break { at } => {
                let change = json!({ "spec": { "ipam": "no JSON" } });
                drop(server.patch(at.key(), &change, "kubectl"));
            }
            Self::Delete { at } => {
                let (kind, namespace, name) = at.key();
                drop(server.delete(kind, namespace, name));
            }
            Self::DeleteNad { namespace, name } => {
                drop(server.delete(NADS, NAMESPACES[*namespace], NAMES[*name]));
            }
            Self::EditNad { namespace, name } => {
                let change = json!({
                    "metadata": { "annotations": { RESOURCE: "other/thing" } },
                    "spec": { "config": r#"{"type":"theirs"}"# },
                });
                drop(server.patch(nad(*namespace, *name), &change, "kubectl"));
            }
            Self::StripOwner { namespace, name } => {
                let change = json!({ "metadata": { "annotations": null } });
                drop(server.patch(nad(*namespace, *name), &change, "kubectl"));
            }
            Self::Annotate { namespace, name } => {
                let change = json!({ "metadata": { "annotations": { oracle::THEIRS: "blue" } } });
                drop(server.patch(nad(*namespace, *name), &change, "team"));
            }
            Self::CreateNamespace { namespace } => {
                drop(server.create_namespace(NAMESPACES[*namespace]));
            }
            Self::DeleteNamespace { namespace } => {
                drop(server.delete("namespaces", "", NAMESPACES[*namespace]));
            }
            Self::Kill => {
                world.kill().await;
                world.start();
            }
            Self::Stop => {
                world.stop().await;
                world.start();
            }
            Self::DropWatches { resource } => server.faults().drop_watches(SOURCES[*resource]),
            Self::ExpireWatches { resource } => server.faults().expire_watches(SOURCES[*resource]),
            Self::Compact => server.compact(),
        }
    }
}
