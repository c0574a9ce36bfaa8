use sriov_host::plan::Reason;

use super::seen::shown;
use crate::param::{Cell, ParamName, Setting};

/// A parameter of which something is wanted, and how the card differs from that.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub(super) name: ParamName,
    /// The name again, for a [`Reason`].
    pub(super) field: &'static str,
    pub(super) wanted: Setting,
    /// What the next boot loads.
    pub(super) next: Cell,
    /// What runs, as a person reads it.
    pub(super) running: String,
    /// The next boot's value is to be changed.
    pub(super) write: bool,
    /// The running value is not as wanted, and a restart of the firmware changes that.
    pub(super) load: bool,
    /// The card refuses to change it.
    pub(super) read_only: bool,
}

impl Need {
    pub(super) const fn differs(&self) -> bool {
        self.write || self.load
    }

    /// What was found where the card differs: both values, if they are two.
    pub(super) fn found(&self) -> String {
        let next = shown(&self.next);
        if self.running == next || !self.load && self.write {
            return next;
        }
        format!("{} now and {next} from the next boot on", self.running)
    }

    pub(super) fn reason(&self) -> Reason {
        Reason::differs(self.field, self.wanted, Some(self.found()))
    }

    /// As part of a sentence: `NUM_OF_VFS is 8, wanted 16`.
    pub(super) fn sentence(&self) -> String {
        format!("{} is {}, wanted {}", self.name, self.found(), self.wanted)
    }
}
