//! What is right once nothing moves any more; said without the planner.

use sriov_nad::spec::Condition;

use crate::cluster::{Broken, Interner, Network, Phase, Setup, State};

/// Whether everything is as it should be.
///
/// # Errors
///
/// What is not.
pub(crate) fn reached(state: &State, setup: &Setup, conditions: &Interner) -> Result<(), Broken> {
    for index in [0, 1] {
        let token = u8::try_from(index).ok();
        let is_ours = |place: &usize| state.live.nads[*place].is_some_and(|nad| nad.owner == token);
        let Some(network) = state.live.networks[index] else {
            if [0, 1].iter().any(is_ours) {
                return Err("I4: an orphan is left");
            }
            continue;
        };
        let condition = network.condition.map(|number| conditions.get(number));
        let Some(condition) = condition else {
            return Err("I4: no condition tells how things are");
        };
        if condition.observed_generation != Some(i64::from(network.generation)) {
            return Err("I4: the condition speaks of an older generation");
        }
        if network.deleting {
            return Err("I4: the deletion is stuck");
        }
        if setup.home(index).is_none() && !network.finalizer {
            return Err("I4: the finalizer is missing");
        }
        let target = usize::from(network.target);
        let keeps = network.broken && setup.home(index).is_none();
        if !keeps && is_ours(&(1 - target)) {
            return Err("I4: a NAD is left behind");
        }
        settled(state, setup, index, &network, condition)?;
    }
    Ok(())
}

fn settled(
    state: &State,
    setup: &Setup,
    index: usize,
    network: &Network,
    condition: &Condition,
) -> Result<(), Broken> {
    let says = |reason: &str| condition.reason == reason && condition.status == "False";
    let target = usize::from(network.target);
    let nad = state.live.nads[target];
    let owner = nad.and_then(|nad| nad.owner).map(usize::from);
    let expected = if network.broken {
        says("NetworkAttachmentDefinitionInvalid")
            && (setup.home(index).is_none() || owner != Some(index))
    } else if state.live.phases[target] != Phase::Active {
        says("NamespaceNotFound")
    } else if owner == Some(index) {
        let uid = setup.home(index).is_none()
            || nad.is_some_and(|nad| nad.reference == Some(network.uid));
        let config = nad.is_some_and(|nad| {
            nad.config.map(|(of, variant)| (usize::from(of), variant))
                == Some((index, network.variant))
        });
        uid && config && condition.reason == "NetworkReady" && condition.status == "True"
    } else {
        let other = state.live.networks[1 - index];
        let alive = other.is_some_and(|other| other.broken || other.target == network.target);
        owner.is_some() && alive && says("NetworkAttachmentDefinitionConflict")
    };
    if expected { Ok(()) } else { Err("I4: NAD and condition are not what they should be") }
}
