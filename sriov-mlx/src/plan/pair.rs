//! `SRIOV_EN` and `NUM_OF_VFS`, which make the number of VFs together.

use super::count::CountNeeds;
use super::need::Need;
use super::obstacle::Obstacle;
use super::running::Running;
use super::seen::{need, next};
use crate::backend::BackendKind;
use crate::card::Card;
use crate::param::{Param, ParamName, Reading, Setting, Value, names};

/// What the next boot loads, and what runs as far as the card tells that.
pub(super) struct Pair<'a> {
    flag: &'a Param,
    count: &'a Param,
    next_flag: bool,
    next_count: u64,
    running_flag: Option<bool>,
    running_count: Option<u64>,
    /// What the kernel sees, which stands in for what the card does not tell.
    running: Running,
}

impl<'a> Pair<'a> {
    pub(super) fn of(reading: &'a Reading, running: Running) -> Result<Self, Obstacle> {
        let flag = need(reading, names::SRIOV_EN)?;
        let count = need(reading, names::NUM_OF_VFS)?;
        Ok(Self {
            flag,
            count,
            next_flag: next(names::SRIOV_EN, flag, Value::switch)?,
            next_count: next(names::NUM_OF_VFS, count, Value::number)?,
            running_flag: flag.current.value().and_then(Value::switch),
            running_count: count.current.value().and_then(Value::number),
            running,
        })
    }

    /// Enough VFs run: the next boot is to have so many as well.
    pub(super) fn keep(&self, keep: u16) -> CountNeeds {
        self.at_least(keep, false, false)
    }

    /// As many VFs run as are wanted, by counts that are not ours: SR-IOV is to stay on.
    pub(super) fn keep_on(&self, note: String) -> CountNeeds {
        let flag = self.flag_need(true, !self.next_flag, false);
        CountNeeds { needs: vec![flag], notes: vec![note] }
    }

    /// Fewer VFs run than are wanted.
    pub(super) fn grow(&self, card: &Card, n: u16, keep: u16) -> CountNeeds {
        let load_flag = self.loads_flag();
        let load_count =
            self.running_count.map_or(self.running.least < n, |count| count < u64::from(n));
        let mut needs = self.at_least(keep, load_flag, load_count);
        if !load_flag && !load_count {
            needs.notes.push(self.disagreement(card, &format!("{n} or more")));
        }
        needs
    }

    fn at_least(&self, keep: u16, load_flag: bool, load_count: bool) -> CountNeeds {
        let (wanted, enough) = (u64::from(keep), self.next_count >= u64::from(keep));
        let running = || self.running_count.unwrap_or_else(|| u64::from(self.running.most));
        // Never less than anything that there is: somebody else may need it.
        let target = if enough { self.next_count } else { wanted.max(running()) };
        let flag = self.flag_need(true, !self.next_flag, load_flag);
        let count = self.count_need(target, !enough, load_count);
        CountNeeds { needs: vec![flag, count], notes: Vec::new() }
    }

    /// Exactly so many, and more than none.
    pub(super) fn fix(&self, card: &Card, n: u16) -> CountNeeds {
        let (wanted, running) = (u64::from(n), self.running);
        let load_flag = self.loads_flag();
        let load_count = self.running_count.map_or(!running.is(n), |count| count != wanted);
        let loaded = !load_flag && !load_count;
        let flag = self.flag_need(true, !self.next_flag, load_flag);
        let count = self.count_need(wanted, self.next_count != wanted, load_count);
        let notes = match (running.most > n && self.next_count == wanted, loaded) {
            (false, true) if running.least < n => vec![self.disagreement(card, &n.to_string())],
            (false, _) => Vec::new(),
            (true, true) => vec![format!("the firmware rounds {n} VFs up to {}", running.most)],
            (true, false) => vec![format!(
                "{} VFs run where {n} are wanted: a restart is due, or the firmware rounds up",
                running.most
            )],
        };
        CountNeeds { needs: vec![flag, count], notes }
    }

    /// None, now and after the next boot.
    pub(super) fn disable(&self, card: &Card, backend: BackendKind) -> CountNeeds {
        let load = self.running_flag.unwrap_or(self.running.most > 0);
        let disagrees = !load && self.running.most > 0;
        let notes = disagrees.then(|| self.disagreement(card, "0")).into_iter().collect();
        let mut needs = vec![self.flag_need(false, self.next_flag, load)];
        // While the flag is off the count means nothing: it is not written for its own sake.
        if has_zero(backend) && (self.next_flag || self.next_count == 0) {
            needs.push(self.count_need(0, self.next_flag, false));
        }
        CountNeeds { needs, notes }
    }

    /// None after the next boot, whenever that is.
    pub(super) fn zero(&self, card: &Card, backend: BackendKind) -> CountNeeds {
        let counted = has_zero(backend);
        let write = self.next_flag || (counted && self.next_count != 0);
        let mut needs = vec![self.flag_need(false, write, false)];
        if counted {
            needs.push(self.count_need(0, write, false));
        }
        let live = card.ports.iter().filter(|port| port.live_vfs() > 0);
        let notes = live.map(|port| {
            format!("the {} VFs of {} do not outlive the next boot", port.live_vfs(), port.pci)
        });
        CountNeeds { needs, notes: notes.collect() }
    }

    /// Whether SR-IOV is off in the running firmware.
    fn loads_flag(&self) -> bool {
        self.running_flag.map_or(self.running.least == 0, |on| !on)
    }

    fn flag_need(&self, on: bool, write: bool, load: bool) -> Need {
        let running = self.running_flag.unwrap_or(self.running.most > 0);
        Need {
            name: ParamName::known(names::SRIOV_EN),
            field: names::SRIOV_EN,
            wanted: Setting::Switch(on),
            next: self.flag.next.clone(),
            running: running_text(self.flag, Setting::Switch(running)),
            write,
            load,
            read_only: self.flag.read_only,
        }
    }

    fn count_need(&self, vfs: u64, write: bool, load: bool) -> Need {
        let running = self.running_count.unwrap_or_else(|| u64::from(self.running.least));
        Need {
            name: ParamName::known(names::NUM_OF_VFS),
            field: names::NUM_OF_VFS,
            wanted: Setting::Number(vfs),
            next: self.count.next.clone(),
            running: running_text(self.count, Setting::Number(running)),
            write,
            load,
            read_only: self.count.read_only,
        }
    }

    /// The firmware runs as wanted: neither a write nor a restart for its sake changes what the
    /// kernel makes of it.
    fn disagreement(&self, card: &Card, wanted: &str) -> String {
        format!(
            "the running firmware of card {} has {wanted} VFs for each PF, and the kernel has \
             room for {}: SR-IOV may be off in the BIOS, or the PCI bus has to be scanned again",
            card.id, self.running
        )
    }
}

/// In the words of the next boot's value, if both are the same.
fn running_text(param: &Param, running: Setting) -> String {
    match (param.current.value(), param.next.value()) {
        (Some(current), _) => current.to_string(),
        (None, Some(next)) if running.is(next) => next.to_string(),
        (None, _) => running.to_string(),
    }
}

/// Whether the way to the firmware takes a count of 0: devlink's `total_vfs` begins at 1, so that
/// the flag alone says that there are none.
const fn has_zero(backend: BackendKind) -> bool {
    !matches!(backend, BackendKind::Devlink)
}
