use std::time::Duration;

use sriov_host::seam::Clock;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(4);

/// Pauses between tries of something that another program has just now, each twice as long as the
/// one before, until patience is over.
pub(crate) struct Patience<'a> {
    clock: &'a dyn Clock,
    until: Duration,
    next: Duration,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(clock: &'a dyn Clock, patience: Duration) -> Self {
        Self { clock, until: clock.now().saturating_add(patience), next: FIRST }
    }

    /// Lets the next pause pass; `false` at once if patience is over.
    pub(crate) fn pause(&mut self) -> bool {
        let left = self.until.saturating_sub(self.clock.now());
        if left.is_zero() {
            return false;
        }
        self.clock.sleep(self.next.min(left));
        self.next = self.next.saturating_mul(2).min(LONGEST);
        true
    }
}
