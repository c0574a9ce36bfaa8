//! What goes wrong on purpose, and what was asked.

mod random;
mod requests;
mod rules;
mod watches;

pub use requests::{Request, Requests};
pub use rules::{Fault, Matcher, Rule, Verb};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use random::Random;
use tokio::sync::watch;
pub(crate) use watches::{Order, Watches};

/// The control of faults. Clones control the same server.
///
/// ```
/// use sriov_nad::sim::{ApiError, ApiServer, Fault, Matcher, Rule, Verb};
///
/// let server = ApiServer::new();
/// let writes = Matcher::new().verb(Verb::Apply).resource("network-attachment-definitions");
/// server.faults().add(Rule::new(writes, Fault::Fail(ApiError::internal("etcd is away"))).times(2));
/// ```
#[derive(Clone, Debug)]
pub struct Faults {
    state: Arc<Mutex<State>>,
    watches: watch::Sender<Watches>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    random: Option<Random>,
    requests: Requests,
}

impl Default for Faults {
    fn default() -> Self {
        Self { state: Arc::default(), watches: watch::channel(Watches::default()).0 }
    }
}

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a rule. The first rule that fits a request and is not used up counts.
    pub fn add(&self, rule: Rule) {
        self.state().rules.push(rule);
    }

    /// Takes all rules away, and random faults. What hangs goes on hanging.
    pub fn clear(&self) {
        let mut state = self.state();
        state.rules.clear();
        state.random = None;
    }

    /// Lets so many of a thousand requests suffer one of these faults, by this seed.
    pub fn random(&self, seed: u64, per_mille: u16, faults: Vec<Fault>) {
        self.state().random = Some(Random::new(seed, per_mille, faults));
    }

    /// What was asked so far.
    pub fn requests(&self) -> Requests {
        self.state().requests.clone()
    }

    /// Forgets what was asked so far.
    pub fn forget_requests(&self) {
        self.state().requests = Requests::default();
    }

    /// Ends all watches of a resource (by its plural) as a broken connection does.
    pub fn drop_watches(&self, resource: &str) {
        self.watches.send_modify(|watches| watches.order(resource, Order::Drop));
    }

    /// Ends all watches of a resource with the event that their version is too old.
    pub fn expire_watches(&self, resource: &str) {
        self.watches.send_modify(|watches| watches.order(resource, Order::Expire));
    }

    /// Keeps the watches of a resource open and tells them nothing more, or tells them again.
    pub fn silence_watches(&self, resource: &str, silent: bool) {
        self.watches.send_modify(|watches| watches.silence(resource, silent));
    }

    pub(crate) fn watches(&self) -> watch::Receiver<Watches> {
        self.watches.subscribe()
    }

    /// Records a request and decides what becomes of it.
    pub(crate) fn meet(&self, request: Request) -> Option<Fault> {
        let mut state = self.state();
        let fault = state.rules.iter_mut().find_map(|rule| rule.meet(&request));
        let fault = fault.or_else(|| state.random.as_mut().and_then(Random::strike));
        state.requests.record(request);
        fault
    }
}
