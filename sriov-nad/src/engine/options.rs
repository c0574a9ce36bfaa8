use std::time::Duration;

use super::FightPolicy;
use crate::names::NetworkKind;
use crate::plan::PlanOptions;
use crate::render::RenderOptions;

/// How the engine works; the same for every network.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is decided.
    pub plan: PlanOptions,
    /// What NADs are made of besides their network.
    pub render: RenderOptions,
    /// What is done when somebody else reverts every write.
    pub fights: FightPolicy,
    /// The kinds that are reconciled, and whose sources have to be complete before anything is.
    /// All by default; leave out one whose CRD a cluster is not meant to have.
    pub kinds: Vec<NetworkKind>,
    /// How many networks are reconciled at a time.
    pub workers: usize,
    /// How long a network waits after an event, so that a burst of them costs one reconcile.
    pub debounce: Duration,
    /// How long the cluster may take for an answer.
    pub call_timeout: Duration,
    /// How long one reconcile may take; after twice this time it is aborted from outside.
    pub reconcile_timeout: Duration,
    /// How often every network is looked at without an event, give or take a fifth.
    pub resync: Duration,
    /// How long reconciles in flight may go on after the shutdown began.
    pub shutdown_grace: Duration,
    /// The seed of all jitter.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            plan: PlanOptions::default(),
            render: RenderOptions::default(),
            fights: FightPolicy::default(),
            kinds: NetworkKind::ALL.to_vec(),
            workers: 8,
            debounce: Duration::from_millis(50),
            call_timeout: Duration::from_secs(10),
            reconcile_timeout: Duration::from_secs(30),
            resync: Duration::from_mins(10),
            shutdown_grace: Duration::from_secs(15),
            seed: 0,
        }
    }
}
