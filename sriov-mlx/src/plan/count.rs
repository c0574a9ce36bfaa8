//! The number of VFs: `SRIOV_EN` and `NUM_OF_VFS`.

use sriov_host::plan::BlockerKind;

use super::join::CountWish;
use super::need::Need;
use super::obstacle::Obstacle;
use super::pair::Pair;
use super::running::Running;
use super::seen::{Seen, doubtful, look, shown};
use crate::backend::BackendKind;
use crate::card::Card;
use crate::codes;
use crate::param::{Cell, Reading, Value, names};

/// What a wish for a number of VFs comes to.
#[derive(Debug, Default)]
pub(super) struct CountNeeds {
    pub(super) needs: Vec<Need>,
    pub(super) notes: Vec<String>,
}

/// Whether sysfs alone shows that the wish is satisfied.
pub(super) const fn is_satisfied(wish: CountWish, running: Running) -> bool {
    match wish {
        CountWish::Any => true,
        CountWish::AtLeast { wanted, .. } => running.least >= wanted,
        CountWish::Exactly(_) | CountWish::Zero => false,
    }
}

/// What the firmware needs for the wish.
pub(super) fn count(
    card: &Card,
    wish: CountWish,
    reading: &Reading,
    backend: BackendKind,
) -> Result<CountNeeds, Obstacle> {
    match needs(card, wish, reading, backend) {
        // What cannot be told of the next boot is no reason to disturb what runs well.
        Err(_) if is_satisfied(wish, Running::of(card)) => Ok(CountNeeds::default()),
        needs => needs,
    }
}

fn needs(
    card: &Card,
    wish: CountWish,
    reading: &Reading,
    backend: BackendKind,
) -> Result<CountNeeds, Obstacle> {
    let running = Running::of(card);
    let pair = || Pair::of(reading, running);
    match wish {
        CountWish::Any => Ok(CountNeeds::default()),
        CountWish::AtLeast { .. } | CountWish::Exactly(1..) if is_per_pf(reading)? => {
            per_pf(wish, running).and_then(|note| Ok(pair()?.keep_on(note)))
        }
        CountWish::AtLeast { wanted, keep } if running.least >= wanted => Ok(pair()?.keep(keep)),
        CountWish::AtLeast { wanted, keep } => Ok(pair()?.grow(card, wanted, keep)),
        CountWish::Exactly(0) => Ok(pair()?.disable(card, backend)),
        CountWish::Exactly(n) => Ok(pair()?.fix(card, n)),
        CountWish::Zero => Ok(pair()?.zero(card, backend)),
    }
}

/// Whether the firmware takes the number of each PF, now or from the next boot on, and ignores
/// the one that all share.
fn is_per_pf(reading: &Reading) -> Result<bool, Obstacle> {
    let name = names::PF_NUM_OF_VF_VALID;
    let param = match look(reading, name) {
        Seen::Absent => return Ok(false),
        Seen::Doubtful(row) => return Err(doubtful(name, &row)),
        Seen::Param(param) => param,
    };
    let is_set = |cell: &Cell| cell.value().and_then(Value::switch);
    match (is_set(&param.current), is_set(&param.next)) {
        (Some(true), _) | (_, Some(true)) => Ok(true),
        (_, Some(false)) => Ok(false),
        (_, None) => Err(doubtful(name, &shown(&param.next))),
    }
}

/// What to say of a card whose PFs have as many as wanted, each by its own count.
fn per_pf(wish: CountWish, running: Running) -> Result<String, Obstacle> {
    let (satisfied, wanted) = match wish {
        CountWish::AtLeast { wanted, .. } => (running.least >= wanted, wanted),
        CountWish::Exactly(n) => (running.is(n), n),
        CountWish::Any | CountWish::Zero => (true, 0),
    };
    let flag = names::PF_NUM_OF_VF_VALID;
    if satisfied {
        return Ok(format!("{flag} is set: each PF has its own number of VFs"));
    }
    let message = format!(
        "{flag} is set, with which the firmware ignores {}: the PFs have {running} VFs, wanted \
         {wanted}",
        names::NUM_OF_VFS,
    );
    Err(Obstacle::new(BlockerKind::Unsupported, &codes::PER_PF_COUNTS, message)
        .help(format!("set {} of each PF, or clear the flag", names::PF_NUM_OF_VF)))
}
