//! The writes of a plan, one at a time, as the API server and the engine do them.

use sriov_nad::names::NadKey;
use sriov_nad::plan::{Confirm, Plan, Precondition, Row, Write};

use super::{Interner, NAMESPACES, Nad, Pending, Phase, Setup, State};

/// A write, in small numbers.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Step {
    AddFinalizer {
        uid: u8,
        present: bool,
    },
    RemoveFinalizer {
        uid: u8,
        present: bool,
        absent: u8,
    },
    Delete {
        place: u8,
        seen: u8,
        uid: Option<u8>,
        version: Option<u8>,
        confirm: bool,
        tolerant: bool,
    },
    Apply {
        place: u8,
        reference: Option<u8>,
        variant: bool,
        existing: Option<(u8, Option<u8>)>,
    },
    Condition {
        uid: u8,
        condition: u16,
        ready: bool,
    },
}

/// An invariant that does not hold, by its name in the documentation.
pub(crate) type Broken = &'static str;

impl Step {
    pub(super) fn network_uid(&mut self) -> Option<&mut u8> {
        match self {
            Self::AddFinalizer { uid, .. }
            | Self::RemoveFinalizer { uid, .. }
            | Self::Condition { uid, .. } => Some(uid),
            Self::Apply { reference, .. } => reference.as_mut(),
            Self::Delete { .. } => None,
        }
    }

    pub(super) fn nad_uids(&mut self) -> impl Iterator<Item = &mut u8> {
        let (first, second) = match self {
            Self::Delete { seen, uid, .. } => (Some(seen), uid.as_mut()),
            Self::Apply { existing, .. } => (existing.as_mut().map(|(uid, _)| uid), None),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    pub(super) fn version(&mut self) -> Option<&mut u8> {
        match self {
            Self::Delete { version, .. } | Self::Apply { existing: Some((_, version)), .. } => {
                version.as_mut()
            }
            _ => None,
        }
    }
}

/// Takes a plan up.
///
/// # Errors
///
/// I2: it writes a NAD that is not at the target.
pub(crate) fn begin(
    state: &mut State,
    conditions: &mut Interner,
    index: usize,
    plan: &Plan,
) -> Result<(), Broken> {
    let planned = state.cache.networks[index];
    let at = |place: u8| state.cache.nads[usize::from(place)];
    let mut pending = Pending {
        planned,
        witness: planned.and_then(|network| at(network.target)),
        ..Pending::default()
    };
    let steps = plan.writes.iter().filter_map(|write| compile(state, conditions, plan, write));
    for (slot, step) in pending.steps.iter_mut().zip(steps) {
        *slot = Some(step);
    }
    let outside = |step: &Step| match step {
        Step::Apply { place, .. } => planned.is_none_or(|network| network.target != *place),
        _ => false,
    };
    if pending.steps.iter().flatten().any(outside) {
        return Err("I2: applies outside its target");
    }
    if pending.steps[0].is_none() {
        pending = Pending::default();
    }
    state.pending[index] = pending;
    if state.cache.networks[index].is_none() && state.live.networks[index].is_none() {
        state.written[index] = 0;
    }
    Ok(())
}

fn compile(state: &State, conditions: &mut Interner, plan: &Plan, write: &Write) -> Option<Step> {
    let version = |precondition: &Precondition| {
        precondition.resource_version.as_ref().map(|version| version.parse().unwrap())
    };
    Some(match write {
        Write::AddFinalizer { uid, present } => {
            Step::AddFinalizer { uid: number(uid)?, present: !present.is_empty() }
        }
        Write::RemoveFinalizer { uid, present, confirm_absent } => Step::RemoveFinalizer {
            uid: number(uid)?,
            present: !present.is_empty(),
            absent: confirm_absent.iter().map(|key| 1 << place(key)).sum(),
        },
        Write::DeleteNad { key, precondition, confirm } => Step::Delete {
            place: place(key),
            seen: state.cache.nads[usize::from(place(key))].map_or(0, |nad| nad.uid),
            uid: number(&precondition.uid),
            version: version(precondition),
            confirm: *confirm == Confirm::NetworkAbsent,
            tolerant: plan.passed.contains(&Row::Elsewhere),
        },
        Write::ApplyNad { desired, existing, .. } => Step::Apply {
            place: place(&desired.key),
            reference: desired.owner_uid.as_deref().and_then(number),
            variant: desired.config.contains("true"),
            existing: existing.as_ref().and_then(|seen| Some((number(&seen.uid)?, version(seen)))),
        },
        Write::SetCondition { uid, condition } => Step::Condition {
            uid: number(uid)?,
            condition: conditions.number(condition),
            ready: condition.status == "True",
        },
        Write::Warn(_) => return None,
    })
}

fn number(text: &str) -> Option<u8> {
    text.parse().ok()
}

fn place(key: &NadKey) -> u8 {
    u8::from(key.namespace == NAMESPACES[1])
}

/// Does the next write; one that fails ends the plan.
///
/// # Errors
///
/// The invariant it breaks.
pub(crate) fn step(state: &mut State, setup: &Setup, index: usize) -> Result<(), Broken> {
    let Some(step) = state.pending[index].steps[0] else { return Ok(()) };
    state.pending[index].steps.rotate_left(1);
    state.pending[index].steps[4] = None;
    let done = match step {
        Step::AddFinalizer { uid, present } => finalizer(state, index, uid, present, true),
        Step::RemoveFinalizer { uid, present, absent } => {
            remove_finalizer(state, index, uid, present, absent)?
        }
        Step::Delete { tolerant, .. } => delete(state, index, step)? || tolerant,
        Step::Apply { .. } => apply(state, index, step)?,
        Step::Condition { uid, condition, ready } => {
            if ready {
                witnessed(state, setup, index)?;
            }
            set_condition(state, index, uid, condition)
        }
    };
    if !done || state.pending[index].steps[0].is_none() {
        state.pending[index] = Pending::default();
    }
    Ok(())
}

fn finalizer(state: &mut State, index: usize, uid: u8, present: bool, add: bool) -> bool {
    let Some(network) = state.live.networks[index].as_mut() else { return false };
    if network.uid != uid || network.finalizer != present || (add && network.deleting) {
        return false;
    }
    network.finalizer = add;
    if network.deleting && !add {
        state.live.networks[index] = None;
    }
    true
}

fn remove_finalizer(
    state: &mut State,
    index: usize,
    uid: u8,
    present: bool,
    absent: u8,
) -> Result<bool, Broken> {
    let nads = state.live.nads;
    let owner = u8::try_from(index).ok();
    let is_ours = |place: usize| nads[place].is_some_and(|nad| nad.owner == owner);
    if [0, 1].into_iter().any(|place| absent & (1 << place) != 0 && is_ours(place)) {
        return Ok(false);
    }
    let done = finalizer(state, index, uid, present, false);
    if done && [0, 1].into_iter().any(is_ours) {
        return Err("I3: the finalizer is gone and a NAD is left");
    }
    Ok(done)
}

fn delete(state: &mut State, index: usize, step: Step) -> Result<bool, Broken> {
    let Step::Delete { place, seen, uid, version, confirm, .. } = step else { return Ok(false) };
    let alive = state.live.networks[index].is_some();
    if confirm && alive {
        return Ok(false);
    }
    let Some(nad) = state.live.nads[usize::from(place)] else { return Ok(true) };
    let same = uid.is_none_or(|uid| uid == nad.uid);
    if !same || version.is_some_and(|version| version != nad.version) {
        return Ok(false);
    }
    if nad.owner.map(usize::from) != Some(index) {
        return Err("I1: deletes a NAD of somebody else");
    }
    if alive && state.pending[index].planned.is_none() {
        return Err("I1: sweeps a NAD of a network that is there");
    }
    if nad.uid != seen {
        return Err("I1: deletes a NAD it has never seen");
    }
    state.delete_nad(place);
    Ok(true)
}

fn apply(state: &mut State, index: usize, step: Step) -> Result<bool, Broken> {
    let Step::Apply { place, reference, variant, existing } = step else { return Ok(false) };
    let here = usize::from(place);
    state.written[index] |= 1 << place;
    let owner = u8::try_from(index).ok();
    let config = Some((owner.unwrap_or_default(), variant));
    let wanted = match (state.live.nads[here], existing) {
        (None, None) if state.live.phases[here] == Phase::Active => {
            let (uid, version) = (state.new_nad_uid(), state.new_version());
            Nad { uid, version, deleting: false, held: false, owner, reference, config }
        }
        (Some(nad), Some((uid, version)))
            if nad.uid == uid && version.is_none_or(|version| version == nad.version) =>
        {
            // Had it been ours when we looked, and somebody took the annotation off and another
            // network adopted it since, the uid would not tell: the NAD comes back, and the other
            // network sees a conflict.
            let was_ours = state.pending[index].witness.is_some_and(|seen| seen.owner == owner);
            if nad.owner.is_some() && nad.owner != owner && !was_ours {
                return Err("takes a NAD from its owner");
            }
            let reference = reference.or(nad.reference);
            let version = state.new_version();
            Nad { version, owner, reference, config, ..nad }
        }
        _ => return Ok(false),
    };
    state.live.nads[here] = Some(wanted);
    state.pending[index].witness = Some(wanted);
    // The response is looked at: a NAD on its way out is not what was wanted.
    Ok(!wanted.deleting)
}

/// I9: what is called ready was seen, as it is wanted.
fn witnessed(state: &State, setup: &Setup, index: usize) -> Result<(), Broken> {
    let Pending { planned, witness, .. } = state.pending[index];
    let (Some(network), Some(nad)) = (planned, witness) else { return Err("I9: no NAD was seen") };
    let owner = u8::try_from(index).ok();
    let referenced = setup.home(index).is_none() || nad.reference == Some(network.uid);
    let config = nad.config == owner.map(|owner| (owner, network.variant));
    if nad.owner == owner && referenced && config && !nad.deleting {
        Ok(())
    } else {
        Err("I9: the NAD that was seen is not the wanted one")
    }
}

fn set_condition(state: &mut State, index: usize, uid: u8, condition: u16) -> bool {
    match state.live.networks[index].as_mut().filter(|network| network.uid == uid) {
        Some(network) => {
            network.condition = Some(condition);
            true
        }
        None => false,
    }
}
