//! States that differ in names alone are the same state.

use super::{Nad, Objects, State, Step};

impl State {
    /// Renames uids and versions to small numbers; the order of networks by age stays.
    pub(crate) fn canonical(mut self) -> Self {
        let mut uids = Vec::new();
        self.each_network_uid(&mut |uid| uids.push(*uid));
        uids.sort_unstable();
        uids.dedup();
        self.each_network_uid(&mut |uid| *uid = rank(&mut uids, *uid));
        let (mut nads, mut versions) = (Vec::new(), Vec::new());
        self.each_nad_uid(&mut |uid| *uid = rank(&mut nads, *uid));
        self.each_version(&mut |version| *version = rank(&mut versions, *version));
        self
    }

    pub(crate) fn new_network_uid(&mut self) -> u8 {
        let mut last = 0;
        self.each_network_uid(&mut |uid| last = last.max(*uid));
        last + 1
    }

    pub(crate) fn new_nad_uid(&mut self) -> u8 {
        let mut last = 0;
        self.each_nad_uid(&mut |uid| last = last.max(*uid));
        last + 1
    }

    pub(crate) fn new_version(&mut self) -> u8 {
        let mut last = 0;
        self.each_version(&mut |version| last = last.max(*version));
        last + 1
    }

    fn each_network_uid(&mut self, see: &mut impl FnMut(&mut u8)) {
        for objects in [&mut self.live, &mut self.cache] {
            objects.networks.iter_mut().flatten().for_each(|network| see(&mut network.uid));
        }
        for pending in &mut self.pending {
            pending.planned.iter_mut().for_each(|network| see(&mut network.uid));
            pending.steps.iter_mut().flatten().filter_map(Step::network_uid).for_each(&mut *see);
        }
        self.each_nad(&mut |nad| nad.reference.iter_mut().for_each(&mut *see));
    }

    fn each_nad_uid(&mut self, see: &mut impl FnMut(&mut u8)) {
        self.each_nad(&mut |nad| see(&mut nad.uid));
        let steps = self.pending.iter_mut().flat_map(|pending| pending.steps.iter_mut().flatten());
        steps.for_each(|step| step.nad_uids().for_each(&mut *see));
    }

    fn each_version(&mut self, see: &mut impl FnMut(&mut u8)) {
        self.each_nad(&mut |nad| see(&mut nad.version));
        let steps = self.pending.iter_mut().flat_map(|pending| pending.steps.iter_mut().flatten());
        steps.filter_map(Step::version).for_each(&mut *see);
    }

    fn each_nad(&mut self, see: &mut impl FnMut(&mut Nad)) {
        for Objects { nads, .. } in [&mut self.live, &mut self.cache] {
            nads.iter_mut().flatten().for_each(&mut *see);
        }
        self.pending.iter_mut().filter_map(|pending| pending.witness.as_mut()).for_each(see);
    }
}

/// The place of a value in the list; a new one is added at the end.
fn rank(known: &mut Vec<u8>, value: u8) -> u8 {
    let place = known.iter().position(|known| *known == value).unwrap_or_else(|| {
        known.push(value);
        known.len() - 1
    });
    u8::try_from(place + 1).unwrap()
}
