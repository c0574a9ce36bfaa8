//! Every order of events, up to a number of things that users do.
//!
//! Between them, caches catch up or lag, writes of a plan are done or not yet, the garbage collector
//! and namespaces take their time: in every order. In each state the invariants hold, and from each
//! state things settle as soon as users leave them alone.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use sriov_nad::plan::{Observed, Plan, PlanOptions, Wake};

use crate::cluster::{
    Action, Broken, Interner, Objects, Setup, State, begin, environment, observe, step, system,
};
use crate::digest::digest;
use crate::fixture::options;
use crate::goal;

/// A planner: the real one, or one with a defect.
pub(crate) type Planner = dyn Fn(&Observed, &PlanOptions) -> Plan;

/// What was found wrong, and how it came to it.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) broken: Broken,
    #[expect(dead_code, reason = "for whoever reads the failure")]
    pub(crate) trace: Vec<Action>,
}

pub(crate) struct Explorer<'a> {
    setup: Setup,
    planner: &'a Planner,
    options: PlanOptions,
    conditions: Interner,
    plans: HashMap<(usize, Objects, u8), Rc<Plan>>,
    settled: HashSet<u64>,
}

/// Rounds after which something that still moves will never stop.
const ROUNDS: usize = 16;

impl<'a> Explorer<'a> {
    pub(crate) fn new(setup: Setup, planner: &'a Planner) -> Self {
        Self {
            setup,
            planner,
            options: options(),
            conditions: Interner::default(),
            plans: HashMap::new(),
            settled: HashSet::new(),
        }
    }

    /// Explores from an empty cluster and from one where both networks have settled. Gives the
    /// number of states.
    pub(crate) fn explore(&mut self, acts: usize) -> Result<usize, Violation> {
        let untraced = |broken| Violation { broken, trace: Vec::new() };
        let mut both = State::empty();
        for network in [0, 1] {
            both.act(&self.setup, Action::Create { network, target: 0 });
            both = self.settle(both, [true; 2]).map_err(untraced)?.0;
        }
        let mut seen = HashSet::new();
        let mut nodes: Vec<(usize, Option<Action>)> = vec![(0, None)];
        let mut layer = vec![(State::empty(), 0), (both.canonical(), 0)];
        for left in (0..=acts).rev() {
            let reached = self.closure(layer, &mut seen, &mut nodes)?;
            layer = Vec::new();
            for (state, node) in reached.into_iter().filter(|_| left > 0) {
                for action in environment(&state, &self.setup) {
                    layer.push((self.next(state, action, node, &nodes)?, nodes.len()));
                    nodes.push((node, Some(action)));
                }
            }
        }
        Ok(seen.len())
    }

    /// Walks at random, with as many acts of users as come: what takes more of them than can be
    /// explored. The same seed walks the same way.
    pub(crate) fn walk(&mut self, seed: u64, length: usize) -> Result<(), Violation> {
        let (mut state, mut random) = (State::empty(), seed);
        let mut nodes: Vec<(usize, Option<Action>)> = vec![(0, None)];
        for node in 0..length {
            let users = environment(&state, &self.setup);
            let others = Self::others(&state);
            // Users act once in six, so that there is something to disturb.
            random = digest(&random);
            let from = if random.is_multiple_of(6) { users } else { others };
            random = digest(&random);
            let action = from[usize::try_from(random >> 33).unwrap() % from.len()];
            state = self.next(state, action, node, &nodes)?;
            nodes.push((node, Some(action)));
        }
        self.settles(state).map_err(|broken| Violation { broken, trace: trace(&nodes, length) })
    }

    /// What the cluster and the controller could do now.
    fn others(state: &State) -> Vec<Action> {
        let mut actions = system(state);
        actions.extend([0u8, 1].map(|index| {
            let idle = state.idle(usize::from(index));
            if idle { Action::Plan(index) } else { Action::Write(index) }
        }));
        actions
    }

    /// All states that are reached without any more acts of users.
    fn closure(
        &mut self,
        mut open: Vec<(State, usize)>,
        seen: &mut HashSet<u64>,
        nodes: &mut Vec<(usize, Option<Action>)>,
    ) -> Result<Vec<(State, usize)>, Violation> {
        let mut reached = Vec::new();
        while let Some((state, node)) = open.pop() {
            if !seen.insert(digest(&state)) {
                continue;
            }
            let settled = self.settles(state);
            settled.map_err(|broken| Violation { broken, trace: trace(nodes, node) })?;
            for action in Self::others(&state) {
                let next = self.next(state, action, node, nodes)?;
                if !seen.contains(&digest(&next)) {
                    open.push((next, nodes.len()));
                    nodes.push((node, Some(action)));
                }
            }
            reached.push((state, node));
        }
        Ok(reached)
    }

    fn next(
        &mut self,
        mut state: State,
        action: Action,
        node: usize,
        nodes: &[(usize, Option<Action>)],
    ) -> Result<State, Violation> {
        let done = match action {
            Action::Plan(index) => self.plan(&mut state, usize::from(index)).map(|_| ()),
            Action::Write(index) => step(&mut state, &self.setup, usize::from(index)),
            _ => {
                state.act(&self.setup, action);
                Ok(())
            }
        };
        let with_action = |broken| {
            let mut trace = trace(nodes, node);
            trace.push(action);
            Violation { broken, trace }
        };
        done.map(|()| state.canonical()).map_err(with_action)
    }

    fn plan(&mut self, state: &mut State, index: usize) -> Result<Wake, Broken> {
        let key = (index, state.cache, state.written[index]);
        let known = self.plans.get(&key).cloned();
        let plan = known.unwrap_or_else(|| {
            let observed = observe(&self.setup, &self.conditions, &key.1, key.2, index);
            let plan = Rc::new((self.planner)(&observed, &self.options));
            self.plans.insert(key, Rc::clone(&plan));
            plan
        });
        begin(state, &mut self.conditions, index, &plan)?;
        Ok(plan.wake)
    }

    /// I4: without further acts of users everything settles, in a state that is right; also if
    /// from there on the controller misses every event that does not concern a network itself.
    fn settles(&mut self, state: State) -> Result<(), Broken> {
        let mut state = state;
        for index in [0, 1] {
            while !state.idle(index) {
                step(&mut state, &self.setup, index)?;
            }
        }
        state.catch_up(&self.setup);
        if !self.settled.insert(digest(&state.canonical())) {
            return Ok(());
        }
        let (calm, wakes) = self.settle(state, [true; 2])?;
        if !self.settled.insert(digest(&(calm.canonical(), "and without events"))) {
            return Ok(());
        }
        for action in environment(&calm, &self.setup) {
            let (silent, owed) = match action {
                Action::NamespaceCreate(_)
                | Action::NadDelete(_)
                | Action::NadEdit(_)
                | Action::NadStrip(_) => (true, [false; 2]),
                Action::Delete(index) | Action::Retarget(index) => (true, [index == 0, index == 1]),
                _ => (false, [false; 2]),
            };
            if silent {
                let mut state = calm;
                state.act(&self.setup, action);
                let due = |index: usize| owed[index] || wakes[index] != Wake::Events;
                self.settle(state, [due(0), due(1)])?;
            }
        }
        Ok(())
    }

    /// Plans and writes until nothing changes any more; a network only if it is due, or its last
    /// plan asks for it, or its last plan failed.
    fn settle(
        &mut self,
        mut state: State,
        mut due: [bool; 2],
    ) -> Result<(State, [Wake; 2]), Broken> {
        let mut wakes = [Wake::Events; 2];
        for _ in 0..ROUNDS {
            let before = state;
            state.catch_up(&self.setup);
            for index in [0, 1] {
                if due[index] {
                    wakes[index] = self.plan(&mut state, index)?;
                    let mut steps = state.steps(index);
                    while !state.idle(index) {
                        step(&mut state, &self.setup, index)?;
                        steps -= 1;
                    }
                    due[index] = wakes[index] != Wake::Events || steps > 0;
                }
                state.catch_up(&self.setup);
            }
            if state == before {
                goal::reached(&state, &self.setup, &self.conditions)?;
                return Ok((state, wakes));
            }
        }
        Err("I4: it never settles")
    }
}

impl State {
    /// The cluster has done what it has to do, and the caches have seen it.
    fn catch_up(&mut self, setup: &Setup) {
        for _ in 0..ROUNDS {
            let before = *self;
            for action in system(self) {
                self.act(setup, action);
            }
            if *self == before {
                return;
            }
        }
    }

    fn steps(&self, index: usize) -> usize {
        self.pending[index].steps.iter().flatten().count()
    }
}

fn trace(nodes: &[(usize, Option<Action>)], mut node: usize) -> Vec<Action> {
    let mut actions = Vec::new();
    while let (parent, Some(action)) = nodes[node] {
        actions.push(action);
        node = parent;
    }
    actions.reverse();
    actions
}
