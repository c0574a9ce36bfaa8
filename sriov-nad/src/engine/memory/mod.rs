//! What this process did and the cache does not show yet.
//!
//! A cache is behind. Planning from it alone would repeat a write that was just done, or forget a
//! NAD that was just made. So the answer to a write stands in for the cache until that has caught
//! up, or for [`PATIENCE`]; then a live read decides. It holds what is under way only: a cluster at
//! rest costs nothing. Pure: the time is an argument.

mod nads;
mod networks;

use std::time::Duration;

pub(super) use nads::{NadMemory, View};
pub(super) use networks::NetworkMemory;

/// How long a cache may take to show a write.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Something that stands in for the cache, and since when.
#[derive(Clone, Debug)]
struct Held<T> {
    since: Duration,
    what: T,
}

impl<T> Held<T> {
    fn until(&self) -> Duration {
        self.since + PATIENCE
    }
}

#[cfg(test)]
mod tests;
