use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::text::excerpt;
use crate::param::{Cell, Diagnostic, Param, ParamName, Reading};

/// What the tool says about one device.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DeviceReading {
    /// The device as it was named on the command line, as `0000:3b:00.0` or `mlx5_0`; `None` if the
    /// answer does not repeat it.
    pub device: Option<String>,
    /// Its parameters.
    pub reading: Reading,
    /// The column `New` that a `set` shows before it asks; empty in the answer to a query.
    pub proposed: BTreeMap<ParamName, Cell>,
}

/// A device while its parameters are read.
#[derive(Default)]
pub(super) struct Gathering {
    pub(super) told: DeviceReading,
    /// Names of which something could not be read: they stay without a value.
    spoilt: BTreeSet<String>,
    /// Diagnostics that were not kept.
    unkept: usize,
}

impl Gathering {
    /// Diagnostics of one device. More than these do not help anybody.
    const KEPT: usize = 64;

    /// Adds what was read about a parameter, unless something else was read about it before.
    pub(super) fn add(
        &mut self,
        line: Option<usize>,
        name: ParamName,
        param: Param,
        new: Option<Cell>,
    ) {
        if self.spoilt.contains(name.as_str()) {
            return;
        }
        match self.told.reading.params.entry(name) {
            Entry::Vacant(free) => {
                if let Some(new) = new {
                    self.told.proposed.insert(free.key().clone(), new);
                }
                free.insert(param);
            }
            Entry::Occupied(known) => {
                let name = known.key();
                if *known.get() != param || self.told.proposed.get(name) != new.as_ref() {
                    let (name, message) =
                        (name.clone(), "it is there twice, with different values");
                    self.spoil(line, name.as_str(), message.into());
                }
            }
        }
    }

    /// Notes that something about a parameter could not be read: what is read of it elsewhere does not
    /// count either. The name is empty if that is what cannot be read.
    pub(super) fn spoil(&mut self, line: Option<usize>, name: &str, message: String) {
        self.told.reading.params.remove(name);
        self.told.proposed.remove(name);
        self.spoilt.insert(name.to_owned());
        if self.told.reading.diagnostics.len() < Self::KEPT {
            let param = (!name.is_empty()).then(|| excerpt(name));
            self.told.reading.diagnostics.push(Diagnostic { param, line, message });
        } else {
            self.unkept += 1;
        }
    }

    /// Whether anything was said about parameters.
    pub(super) fn is_empty(&self) -> bool {
        self.told.reading.params.is_empty() && self.spoilt.is_empty()
    }

    pub(super) fn finish(mut self) -> DeviceReading {
        if self.unkept > 0 {
            let message = format!("{} more parameters could not be read", self.unkept);
            self.told.reading.diagnostics.push(Diagnostic { param: None, line: None, message });
        }
        self.told
    }
}
