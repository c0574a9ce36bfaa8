//! A very small cluster: two networks, two namespaces, one name of NADs, and caches that lag.
//!
//! Everything is a small number, so that states can be compared and counted. What counts in the API
//! is there: uids, versions of NADs, finalizers, preconditions, two-phase deletion, the garbage
//! collector, namespaces that terminate.

mod act;
mod canon;
mod exec;
mod view;

use sriov_nad::names::{NetworkKey, NetworkKind};

pub(crate) use act::{Action, environment, system};
pub(crate) use exec::{Broken, Step, begin, step};
pub(crate) use view::{Interner, observe};

use crate::fixture::{OPERATOR, key};

/// The two namespaces, by their index.
pub(crate) const NAMESPACES: [&str; 2] = ["a", "b"];

/// Who takes part.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) keys: [NetworkKey; 2],
}

impl Setup {
    /// Networks of different kinds, both of the operator's namespace.
    pub(crate) fn kinds() -> Self {
        Self { keys: [key(NetworkKind::Sriov, OPERATOR), key(NetworkKind::Ib, OPERATOR)] }
    }

    /// Of the operator's namespace, and of one kind in namespace `a`.
    pub(crate) fn namespaces() -> Self {
        Self { keys: [key(NetworkKind::Sriov, OPERATOR), key(NetworkKind::Sriov, "a")] }
    }

    /// Of different kinds, both of namespace `a`.
    pub(crate) fn neighbours() -> Self {
        Self { keys: [key(NetworkKind::Sriov, "a"), key(NetworkKind::Ib, "a")] }
    }

    /// The namespace of a network, if it is one of the two.
    pub(crate) fn home(&self, network: usize) -> Option<u8> {
        let home = NAMESPACES.iter().position(|name| self.keys[network].namespace == *name)?;
        u8::try_from(home).ok()
    }
}

/// A network.
#[expect(clippy::struct_excessive_bools, reason = "so many answers are yes or no")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Network {
    /// Ascending, so that it serves as the time of creation, too.
    pub(crate) uid: u8,
    pub(crate) generation: u8,
    pub(crate) deleting: bool,
    pub(crate) finalizer: bool,
    /// The namespace of its NAD.
    pub(crate) target: u8,
    /// Which of two configs it wants.
    pub(crate) variant: bool,
    /// A field is invalid; or a namespace is set where none may be.
    pub(crate) broken: bool,
    /// Its condition, by its number in the [`Interner`].
    pub(crate) condition: Option<u16>,
}

/// A NAD.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Nad {
    pub(crate) uid: u8,
    pub(crate) version: u8,
    pub(crate) deleting: bool,
    /// Somebody's finalizer is on it.
    pub(crate) held: bool,
    /// By its owner annotation.
    pub(crate) owner: Option<u8>,
    /// The uid in its ownerReference.
    pub(crate) reference: Option<u8>,
    /// The network and the variant the config was made of; `None` is somebody else's text.
    pub(crate) config: Option<(u8, bool)>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Phase {
    Absent,
    Active,
    Terminating,
}

/// The objects, live or as a cache shows them.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Objects {
    pub(crate) networks: [Option<Network>; 2],
    /// The NADs of the two namespaces.
    pub(crate) nads: [Option<Nad>; 2],
    pub(crate) phases: [Phase; 2],
}

/// The writes of a plan that are still to be done.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Pending {
    pub(crate) steps: [Option<Step>; 5],
    /// The network it was planned for.
    pub(crate) planned: Option<Network>,
    /// The NAD that was seen last at its target.
    pub(crate) witness: Option<Nad>,
}

/// Everything.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct State {
    pub(crate) live: Objects,
    pub(crate) cache: Objects,
    pub(crate) pending: [Pending; 2],
    /// Where the process wrote for each network: a bit for each namespace.
    pub(crate) written: [u8; 2],
}

impl State {
    /// Two namespaces and nothing else.
    pub(crate) fn empty() -> Self {
        let phases = [Phase::Active; 2];
        let live = Objects { networks: [None; 2], nads: [None; 2], phases };
        Self { live, cache: live, pending: [Pending::default(); 2], written: [0; 2] }
    }

    pub(crate) fn idle(&self, network: usize) -> bool {
        self.pending[network].steps[0].is_none()
    }
}
