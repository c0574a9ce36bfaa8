//! What a run knows before it does anything.

use sriov_host::boot::BootId;
use sriov_host::plan::BlockerKind;
use sriov_host::seam::HostPath;

use super::desired::{Desired, DesiredHash};
use super::error::ProvisionError;
use super::evidence;
use super::next::{Decision, Finding, next};
use super::record::{CardKey, CardState};
use super::state::State;
use crate::access::Access;
use crate::apply::FirmwareOptions;
use crate::card::Card;
use crate::observe;
use crate::plan::{NicAction, NicPlan, plan};
use crate::progress::OnProgress;

/// A card that is selected, and what is known of it.
pub(super) struct Seen {
    pub(super) key: CardKey,
    pub(super) planned: NicPlan,
    pub(super) rows: Vec<String>,
}

/// A card, what is remembered of it, and what is done with it.
pub(super) struct Judged<'a> {
    pub(super) seen: &'a Seen,
    pub(super) state: CardState,
    pub(super) decision: Decision,
}

/// Asks the selected cards as far as that is needed, and plans each.
pub(super) fn see(
    access: &Access<'_>,
    desired: &Desired,
    cards: &[Card],
    options: &FirmwareOptions,
    progress: OnProgress<'_>,
) -> Vec<Seen> {
    let wishes = desired.wishes(cards);
    let facts = observe(access, cards, &wishes, options, progress);
    let seen = |planned: NicPlan| {
        let facts = facts.iter().find(|facts| facts.card.id == planned.card.id);
        let rows = facts.map(|facts| evidence::rows(facts, &planned)).unwrap_or_default();
        Seen { key: CardKey::of(&planned.card), planned, rows }
    };
    plan(&facts, &wishes).nics.into_iter().map(seen).collect()
}

/// What was found out about a card, as far as it decides.
fn finding(planned: &NicPlan) -> Finding {
    match planned.action {
        NicAction::None => Finding::Satisfied,
        NicAction::WriteOnly => Finding::NextBootDiffers,
        NicAction::WriteAndReset | NicAction::Reboot | NicAction::PowerCycle => {
            Finding::RestartNeeded { staged: planned.set.is_empty() }
        }
        NicAction::Blocked => {
            let spent = planned.blockers.iter().all(|blocker| blocker.kind == BlockerKind::Failed);
            if spent { Finding::Exhausted } else { Finding::Blocked }
        }
    }
}

/// What a run is about.
pub(super) struct Subject<'a> {
    pub(super) hash: DesiredHash,
    pub(super) boot: BootId,
    pub(super) folder: &'a HostPath,
    pub(super) max: u32,
}

impl Subject<'_> {
    /// Decides about each card by the memory as it is now.
    pub(super) fn judge<'s>(
        &self,
        access: &Access<'_>,
        seen: &'s [Seen],
    ) -> Result<(State, Vec<Judged<'s>>), ProvisionError> {
        let memory = State::load(access.host, self.folder)?;
        let judged = seen.iter().map(|seen| {
            let state = memory.of(&self.hash, &seen.key);
            let decision = next(&state, finding(&seen.planned), &self.boot, self.max);
            Judged { seen, state, decision }
        });
        let judged = judged.collect();
        Ok((memory, judged))
    }
}
