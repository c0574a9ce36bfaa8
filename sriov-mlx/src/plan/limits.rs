//! What a card cannot do, as far as it is known before anything is written.

use sriov_host::plan::BlockerKind;

use super::obstacle::Obstacle;
use super::seen::{Seen, doubtful, look};
use crate::codes;
use crate::facts::CardFacts;
use crate::param::{Reading, Value, names};

/// Whether each PF can have so many VFs. A limit that nobody knows is no limit.
pub(super) fn check(facts: &CardFacts, reading: &Reading, vfs: u64) -> Result<(), Obstacle> {
    let limits = &facts.limits;
    if let Some(max) = limits.max_vfs_per_pf {
        keep(vfs, u64::from(max), "a PF of the card has no more")?;
    }
    if let Some(total) = limits.max_total_msix {
        let text = format!("the card has {total} MSI-X vectors");
        if let Some(max) = by_msix(facts, reading, total)? {
            keep(vfs, max, &text)?;
        }
    }
    if let Some(space) = limits.max_vf_bar_mib {
        let text = format!("the BARs of the VFs of one PF may take {space} MiB");
        if let Some(max) = by_bar(reading, space)? {
            keep(vfs, max, &text)?;
        }
    }
    Ok(())
}

/// `NUM_OF_PF × (NUM_PF_MSIX + n × NUM_VF_MSIX)` vectors for n VFs. What is not known of them is
/// taken for nothing, so that only what is surely too much is refused.
fn by_msix(facts: &CardFacts, reading: &Reading, total: u64) -> Result<Option<u64>, Obstacle> {
    let ports = u64::try_from(facts.card.ports.len()).unwrap_or(u64::MAX);
    let pfs = number(reading, names::NUM_OF_PF)?.filter(|pfs| *pfs > 0).unwrap_or(ports).max(1);
    let pf_vectors = number(reading, names::NUM_PF_MSIX)?.unwrap_or(0);
    let vf_vectors = number(reading, names::NUM_VF_MSIX)?.filter(|vectors| *vectors > 0);
    Ok(vf_vectors.map(|each| (total / pfs).saturating_sub(pf_vectors) / each))
}

/// A VF takes 2 to the power of `VF_LOG_BAR_SIZE` MiB.
fn by_bar(reading: &Reading, space: u64) -> Result<Option<u64>, Obstacle> {
    let log = number(reading, names::VF_LOG_BAR_SIZE)?;
    let shift = |log| u32::try_from(log).ok().and_then(|log| space.checked_shr(log));
    Ok(log.map(|log| shift(log).unwrap_or(0)))
}

fn keep(vfs: u64, max: u64, why: &str) -> Result<(), Obstacle> {
    if vfs <= max {
        return Ok(());
    }
    let message = format!("{} may be {max} at most, wanted {vfs}: {why}", names::NUM_OF_VFS);
    let obstacle = Obstacle::new(BlockerKind::Unsupported, &codes::TOO_MANY_VFS, message);
    Err(obstacle.help(format!("ask for {max} or less")))
}

/// The value that the next boot loads; `None` if the card does not tell.
fn number(reading: &Reading, name: &str) -> Result<Option<u64>, Obstacle> {
    match look(reading, name) {
        Seen::Param(param) => Ok(param.next.value().and_then(Value::number)),
        Seen::Absent => Ok(None),
        Seen::Doubtful(row) => Err(doubtful(name, &row)),
    }
}
