//! What happens besides our writes: users, namespaces, the garbage collector, caches.

use super::{Nad, Network, Pending, Phase, Setup, State};

/// One thing that happens. Numbers are the index of the network or the namespace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    // By users and administrators, and so limited in number.
    Create { network: u8, target: u8 },
    Delete(u8),
    Retarget(u8),
    Respecify(u8),
    Break(u8),
    NamespaceDelete(u8),
    NamespaceCreate(u8),
    NadCreate(u8),
    NadDelete(u8),
    NadEdit(u8),
    NadStrip(u8),
    NadHold(u8),
    Restart,
    // By the cluster, sooner or later.
    Collect(u8),
    Release(u8),
    Purge(u8),
    SeeNetwork(u8),
    SeeNads,
    SeeNamespaces,
    // By the controller.
    Plan(u8),
    Write(u8),
}

/// What users could do now.
pub(crate) fn environment(state: &State, setup: &Setup) -> Vec<Action> {
    let mut actions = vec![Action::Restart];
    for (index, network) in [0u8, 1].into_iter().zip(state.live.networks) {
        let home = setup.home(usize::from(index));
        match (network, home) {
            (None, None) => {
                actions.extend([0, 1].map(|target| Action::Create { network: index, target }));
            }
            (None, Some(target)) => actions.push(Action::Create { network: index, target }),
            (Some(network), _) if !network.deleting => {
                actions.extend([Action::Delete(index), Action::Respecify(index)]);
                actions.extend((!network.broken).then_some(Action::Break(index)));
                actions.extend(home.is_none().then_some(Action::Retarget(index)));
            }
            _ => {}
        }
    }
    for (place, nad) in [0u8, 1].into_iter().zip(state.live.nads) {
        match (nad, state.live.phases[usize::from(place)]) {
            (_, Phase::Absent) => actions.push(Action::NamespaceCreate(place)),
            (None, Phase::Active) => actions.push(Action::NadCreate(place)),
            _ => {}
        }
        if state.live.phases[usize::from(place)] == Phase::Active {
            actions.push(Action::NamespaceDelete(place));
        }
        if nad.is_some_and(|nad| !nad.deleting) {
            actions
                .extend([Action::NadDelete, Action::NadEdit, Action::NadStrip].map(|a| a(place)));
            actions.extend(nad.is_some_and(|nad| !nad.held).then_some(Action::NadHold(place)));
        }
    }
    actions
}

/// What the cluster will do, sooner or later.
pub(crate) fn system(state: &State) -> Vec<Action> {
    let mut actions = Vec::new();
    for (place, nad) in [0u8, 1].into_iter().zip(state.live.nads) {
        let dangling = |nad: Nad| {
            let alive =
                |uid| state.live.networks.iter().flatten().any(|network| network.uid == uid);
            !nad.deleting && nad.reference.is_some_and(|uid| !alive(uid))
        };
        actions.extend(nad.is_some_and(dangling).then_some(Action::Collect(place)));
        actions.extend(nad.is_some_and(|nad| nad.deleting).then_some(Action::Release(place)));
        let terminating = state.live.phases[usize::from(place)] == Phase::Terminating;
        actions.extend(terminating.then_some(Action::Purge(place)));
    }
    let (live, cache) = (&state.live, &state.cache);
    for index in [0u8, 1] {
        let behind = live.networks[usize::from(index)] != cache.networks[usize::from(index)];
        actions.extend(behind.then_some(Action::SeeNetwork(index)));
    }
    actions.extend((live.nads != cache.nads).then_some(Action::SeeNads));
    actions.extend((live.phases != cache.phases).then_some(Action::SeeNamespaces));
    actions
}

impl State {
    /// Lets it happen; plans and writes are the caller's.
    pub(crate) fn act(&mut self, setup: &Setup, action: Action) {
        match action {
            Action::Create { network, target } => self.create(setup, network, target),
            Action::Delete(index) => self.delete_network(usize::from(index)),
            Action::Retarget(index) => {
                self.edit(index, |network| network.target = 1 - network.target);
            }
            Action::Respecify(index) => self.edit(index, |network| {
                network.variant = !network.variant;
                network.broken = false;
            }),
            Action::Break(index) => self.edit(index, |network| network.broken = true),
            Action::NamespaceDelete(place) => self.phase(place, Phase::Terminating),
            Action::NamespaceCreate(place) => self.phase(place, Phase::Active),
            Action::NadCreate(place) => self.create_nad(place),
            Action::NadDelete(place) | Action::Collect(place) => self.delete_nad(place),
            Action::NadEdit(place) => self.edit_nad(place, |nad| nad.config = None),
            Action::NadStrip(place) => self.edit_nad(place, |nad| nad.owner = None),
            Action::NadHold(place) => self.edit_nad(place, |nad| nad.held = true),
            Action::Release(place) => self.live.nads[usize::from(place)] = None,
            Action::Purge(place) => self.purge(setup, place),
            Action::Restart => {
                self.cache = self.live;
                self.pending = [Pending::default(); 2];
                self.written = [0; 2];
            }
            Action::SeeNetwork(index) => {
                let index = usize::from(index);
                self.cache.networks[index] = self.live.networks[index];
            }
            Action::SeeNads => self.cache.nads = self.live.nads,
            Action::SeeNamespaces => self.cache.phases = self.live.phases,
            Action::Plan(_) | Action::Write(_) => {}
        }
    }

    fn create(&mut self, setup: &Setup, network: u8, target: u8) {
        let index = usize::from(network);
        let closed = |home: u8| self.live.phases[usize::from(home)] != Phase::Active;
        if setup.home(index).is_some_and(closed) {
            return;
        }
        let uid = self.new_network_uid();
        self.live.networks[index] = Some(Network {
            uid,
            generation: 1,
            deleting: false,
            finalizer: false,
            target,
            variant: false,
            broken: false,
            condition: None,
        });
    }

    fn delete_network(&mut self, index: usize) {
        match self.live.networks[index].as_mut() {
            Some(network) if network.finalizer => network.deleting = true,
            _ => self.live.networks[index] = None,
        }
    }

    fn edit(&mut self, index: u8, change: impl Fn(&mut Network)) {
        if let Some(network) = self.live.networks[usize::from(index)].as_mut() {
            change(network);
            network.generation += 1;
        }
    }

    fn phase(&mut self, place: u8, phase: Phase) {
        self.live.phases[usize::from(place)] = phase;
    }

    fn create_nad(&mut self, place: u8) {
        let (uid, version) = (self.new_nad_uid(), self.new_version());
        let (owner, reference, config) = (None, None, None);
        let nad = Nad { uid, version, deleting: false, held: false, owner, reference, config };
        self.live.nads[usize::from(place)] = Some(nad);
    }

    fn edit_nad(&mut self, place: u8, change: impl Fn(&mut Nad)) {
        let version = self.new_version();
        if let Some(nad) = self.live.nads[usize::from(place)].as_mut() {
            change(nad);
            nad.version = version;
        }
    }

    pub(super) fn delete_nad(&mut self, place: u8) {
        let version = self.new_version();
        let slot = &mut self.live.nads[usize::from(place)];
        match slot {
            Some(nad) if nad.held && !nad.deleting => {
                nad.deleting = true;
                nad.version = version;
            }
            Some(nad) if nad.held => {}
            _ => *slot = None,
        }
    }

    /// Deletes what is in a terminating namespace; if nothing is left, the namespace goes, too.
    fn purge(&mut self, setup: &Setup, place: u8) {
        for index in [0, 1] {
            let inside = setup.home(index) == Some(place);
            if inside && self.live.networks[index].is_some_and(|network| !network.deleting) {
                self.delete_network(index);
            }
        }
        self.delete_nad(place);
        let inside = |index: &usize| setup.home(*index) == Some(place);
        let left = [0, 1].iter().filter(|index| inside(index));
        let empty = left.into_iter().all(|index| self.live.networks[*index].is_none());
        if empty && self.live.nads[usize::from(place)].is_none() {
            self.phase(place, Phase::Absent);
        }
    }
}
