use std::collections::BTreeSet;
use std::time::Duration;

use crate::FieldError;
use crate::nad::{Desired, Nad};
use crate::names::{NadKey, NetworkKey};
use crate::spec::{Condition, Meta};

/// All that a plan for one network depends on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Observed {
    /// Which network.
    pub key: NetworkKey,
    /// The network; `None` if there is none of that name.
    pub network: Option<ObservedNetwork>,
    /// The namespace the NAD belongs to.
    pub namespace: NamespacePhase,
    /// The NAD that stands where this network's belongs, whosever it is.
    pub at_target: Option<Nad>,
    /// NADs elsewhere whose owner annotation names this network; all of them without a network.
    pub owned_elsewhere: Vec<Nad>,
    /// Other networks that exist and want the same NAD.
    pub rivals: Vec<Claim>,
    /// What is known of other writers of the NAD at the target.
    pub contest: Contest,
    /// Where this process wrote a NAD for this network; a cache may not have shown it yet.
    pub written: BTreeSet<NadKey>,
    /// How long there has been no such network, as far as this process knows; zero with a network.
    pub absent_for: Duration,
}

/// A network that exists.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ObservedNetwork {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.networkNamespace`, if it is set.
    pub network_namespace: Option<String>,
    /// Where its NAD belongs.
    pub target: NadKey,
    /// The NAD it wants, or the field that is wrong.
    pub desired: Result<Desired, FieldError>,
    /// Its condition of the configured type.
    pub condition: Option<Condition>,
}

/// Another network that wants the same NAD.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    /// Which one.
    pub key: NetworkKey,
    /// Its uid.
    pub uid: String,
    /// When it was created; the oldest wins where no NAD is there yet.
    pub created: String,
    /// Whether it may claim at all: not deleting, valid, and within the namespace rule.
    pub entitled: bool,
}

/// The state of a namespace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NamespacePhase {
    /// There is none.
    Absent,
    /// Objects can be created.
    Active,
    /// It is being deleted: objects can be changed and deleted, but not created.
    Terminating,
}

/// Whether somebody else writes the NAD, too.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Contest {
    /// Nobody.
    #[default]
    Calm,
    /// The next write has to wait, because the last one was reverted just now.
    Paced {
        /// For so long.
        wait: Duration,
    },
    /// This manager reverts every write.
    Contested {
        /// The field manager.
        manager: String,
        /// How long the next write has to wait; `None` until something else changes.
        wait: Option<Duration>,
    },
}
