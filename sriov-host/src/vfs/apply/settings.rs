use std::collections::BTreeMap;

use super::super::action::VfAction;
use super::super::error::StepError;
use super::super::setting::{Field, field_of, reported, same, text_of};
use super::run::{PfRun, StepResult};
use crate::inventory::VfAttributes;
use crate::plan::{Outcome, Step};
use crate::seam::{NetlinkFault, VfChange, VfSetting};
use crate::{IfIndex, VfIndex};

/// How many VFs go into one request. At 44 bytes and less each, far below the 64 KiB of a nest.
const PER_REQUEST: usize = 128;

/// What the PF's driver reports now, by VF.
type Reported = BTreeMap<VfIndex, VfAttributes>;

/// One setting on its way.
struct Wish {
    change: VfChange,
    /// `None` while it is still to be set.
    result: Option<StepResult>,
}

impl PfRun<'_> {
    /// Read once, set what differs in few requests, read once more.
    pub(super) fn set_vfs(&mut self, steps: &[&Step<VfAction>]) -> Vec<StepResult> {
        let index = match self.netdev(self.pf) {
            Ok(index) => index,
            Err(error) => return all_failed(steps.len(), error),
        };
        let before = match self.reported(index) {
            Ok(reported) => reported,
            Err(error) => return all_failed(steps.len(), error),
        };
        let mut wishes: Vec<Wish> = Vec::new();
        for step in steps {
            let VfAction::SetVf { vf, from, to, fresh, .. } = step.action else { continue };
            let result = self.check_guards(&step.action).err().map(Err);
            let result = result.or_else(|| compare(before.get(&vf), from, to, fresh));
            wishes.push(Wish { change: VfChange { vf, set: to }, result });
        }
        for field in fields(&wishes) {
            self.set_field(index, field, &mut wishes);
        }
        self.confirm(index, &mut wishes);
        wishes.into_iter().map(|wish| wish.result.unwrap_or(Ok(Outcome::Done))).collect()
    }

    fn reported(&self, index: IfIndex) -> Result<Reported, StepError> {
        let list = self.host.vfs(index).map_err(StepError::Link)?;
        Ok(list.vfs.iter().map(|vf| (vf.index, VfAttributes::from(vf))).collect())
    }

    /// One kind of setting for all VFs.
    fn set_field(&self, index: IfIndex, field: Field, wishes: &mut [Wish]) {
        let open = |wish: &&mut Wish| wish.result.is_none() && field_of(&wish.change.set) == field;
        let mut open: Vec<&mut Wish> = wishes.iter_mut().filter(open).collect();
        if field == Field::Rate && self.strategy().is_ok_and(|row| row.rate_needs_carrier) {
            // If it cannot be told, the driver's own answer will do.
            let _ = self.await_carrier();
        }
        for batch in open.chunks_mut(PER_REQUEST) {
            self.set_batch(index, batch);
        }
    }

    fn set_batch(&self, index: IfIndex, batch: &mut [&mut Wish]) {
        let changes: Vec<VfChange> = batch.iter().map(|wish| wish.change).collect();
        match self.host.set_vfs(index, &changes) {
            Ok(()) => {}
            // One errno for all says nothing about which: one by one tells.
            Err(error)
                if matches!(error.source, NetlinkFault::Refused { .. }) && batch.len() > 1 =>
            {
                for wish in batch {
                    self.set_one(index, wish);
                }
            }
            Err(error) => {
                let first = batch.first_mut();
                if let Some(wish) = first {
                    wish.result = Some(Err(setting_failed(error)));
                }
                for wish in batch.iter_mut().skip(1) {
                    let because = "the request for this and other VFs failed".to_owned();
                    wish.result = Some(Err(StepError::NotTried(because)));
                }
            }
        }
    }

    fn set_one(&self, index: IfIndex, wish: &mut Wish) {
        if let Err(error) = self.host.set_vfs(index, &[wish.change]) {
            wish.result = Some(Err(setting_failed(error)));
        }
    }

    /// A setting is done when the driver reports it.
    fn confirm(&self, index: IfIndex, wishes: &mut [Wish]) {
        if wishes.iter().all(|wish| wish.result.is_some()) {
            return;
        }
        let after = match self.reported(index) {
            Ok(after) => after,
            Err(error) => {
                let mut error = Some(error);
                for wish in wishes.iter_mut().filter(|wish| wish.result.is_none()) {
                    let unread = || StepError::NotTried("could not be read back".to_owned());
                    wish.result = Some(Err(error.take().unwrap_or_else(unread)));
                }
                return;
            }
        };
        for wish in wishes.iter_mut().filter(|wish| wish.result.is_none()) {
            let attrs = after.get(&wish.change.vf);
            let found = attrs.and_then(|attrs| reported(attrs, field_of(&wish.change.set)));
            if !found.is_some_and(|found| same(&found, &wish.change.set)) {
                let wanted = text_of(&wish.change.set);
                let found = found.map_or_else(|| "nothing to report".to_owned(), |f| text_of(&f));
                wish.result = Some(Err(StepError::DidNotStick { wanted, found }));
            }
        }
    }
}

fn setting_failed(error: crate::seam::LinkError) -> StepError {
    match error.source {
        NetlinkFault::StillRunning { after } => StepError::StillRunning { after },
        _ => StepError::Setting(error),
    }
}

/// Whether the setting is there already, or the host has changed since it was planned.
fn compare(
    found: Option<&VfAttributes>,
    from: Option<VfSetting>,
    to: VfSetting,
    fresh: bool,
) -> Option<StepResult> {
    let Some(attrs) = found else { return Some(Err(StepError::NoVf)) };
    let found = reported(attrs, field_of(&to));
    if found.is_some_and(|found| same(&found, &to)) {
        return Some(Ok(Outcome::Skipped));
    }
    // Nothing was planned against where the VF did not exist.
    if fresh || found == from {
        return None;
    }
    let text =
        |setting: Option<VfSetting>| setting.map_or_else(|| "nothing".to_owned(), |s| text_of(&s));
    Some(Err(StepError::Stale { expected: text(from), found: text(found) }))
}

/// The kinds of settings that are still to be made, in the order of the plan.
fn fields(wishes: &[Wish]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for wish in wishes.iter().filter(|wish| wish.result.is_none()) {
        let field = field_of(&wish.change.set);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

/// The first step carries the cause.
fn all_failed(steps: usize, error: StepError) -> Vec<StepResult> {
    let because = error.to_string();
    let rest = (1..steps).map(|_| Err(StepError::NotTried(because.clone())));
    std::iter::once(Err(error)).chain(rest).collect()
}
