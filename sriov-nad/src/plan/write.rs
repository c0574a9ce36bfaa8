use std::collections::BTreeSet;

use crate::nad::Desired;
use crate::names::NadKey;
use crate::spec::Condition;

/// One write to the cluster, with what it was planned against.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Write {
    /// Adds the finalizer to the network with this uid.
    AddFinalizer {
        /// The uid of the network.
        uid: String,
        /// The finalizers it was planned against, in order.
        present: Vec<String>,
    },
    /// Removes the finalizer, if live reads show no NAD of the network at any of these places.
    RemoveFinalizer {
        /// The uid of the network.
        uid: String,
        /// The finalizers it was planned against, in order.
        present: Vec<String>,
        /// Where a NAD may be that the cache does not show.
        confirm_absent: BTreeSet<NadKey>,
    },
    /// Deletes a NAD of this network, and no other object of that name.
    DeleteNad {
        /// Which one.
        key: NadKey,
        /// As it was seen.
        precondition: Precondition,
        /// What has to be looked at first.
        confirm: Confirm,
    },
    /// Creates or changes the NAD by server-side apply. A response that is not as wanted by
    /// [`drift`](super::drift), or is being deleted, ends the plan like a failure.
    ApplyNad {
        /// The fields this crate owns.
        desired: Box<Desired>,
        /// The object that is changed; `None` creates one, and an object that a live read finds
        /// there stops the write: two networks of one field manager never conflict by themselves.
        existing: Option<Precondition>,
        /// Whether fields of other managers are taken over at once, because the NAD is known to be
        /// this network's. Otherwise a conflict is looked at before.
        force: bool,
    },
    /// Says in the status how things are.
    SetCondition {
        /// The uid of the network.
        uid: String,
        /// The condition.
        condition: Condition,
    },
    /// Tells people, once for each new trouble.
    Warn(Warning),
}

/// Which version of an object a write is meant for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Precondition {
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.resourceVersion`, where any change in between must stop the write.
    pub resource_version: Option<String>,
}

/// What has to be looked at before a delete.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Confirm {
    /// Nothing: the network is there and says so.
    Nothing,
    /// By a live read, that the network does not exist: a cache may be behind.
    NetworkAbsent,
}

/// An Event on the network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Warning {
    /// The uid of the network.
    pub uid: String,
    /// One word, for programs.
    pub reason: &'static str,
    /// For people.
    pub note: String,
}
