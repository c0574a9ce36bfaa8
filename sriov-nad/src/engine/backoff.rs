//! How long a key that failed waits: decorrelated jitter, so that keys that failed together do not
//! come back together.

use std::time::Duration;

/// The shortest wait.
pub(super) const BASE: Duration = Duration::from_millis(250);
/// The longest wait.
pub(super) const CAP: Duration = Duration::from_secs(30);
/// The longest wait for a namespace that is terminating: that takes as long as its content does.
pub(super) const CAP_TERMINATING: Duration = Duration::from_mins(1);

/// The failures of a key in a row.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Backoff {
    /// How many.
    pub(super) attempts: u32,
    last: Duration,
}

impl Backoff {
    /// One more failure: how long to wait. The next wait is drawn between the shortest and three
    /// times the last one ("Exponential Backoff And Jitter", AWS Architecture Blog).
    pub(super) fn fail(&mut self, cap: Duration, rng: &mut Rng) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        let high = self.last.saturating_mul(3).clamp(BASE, cap);
        self.last = rng.between(BASE, high);
        self.last
    }
}

/// The source of all jitter: splitmix64, so that a seed means the same everywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A time from `low` to `high`, by the millisecond; `low` if the range is empty.
    pub(super) fn between(&mut self, low: Duration, high: Duration) -> Duration {
        let width = u64::try_from(high.saturating_sub(low).as_millis()).unwrap_or(u64::MAX);
        low + Duration::from_millis(self.next() % width.saturating_add(1).max(1))
    }

    /// A time, give or take a fifth.
    pub(super) fn about(&mut self, time: Duration) -> Duration {
        let fifth = time / 5;
        self.between(time.saturating_sub(fifth), time.saturating_add(fifth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_stay_in_range() {
        let (mut backoff, mut rng) = (Backoff::default(), Rng::new(7));
        assert_eq!(backoff.fail(CAP, &mut rng), BASE);
        let waits: Vec<_> = (0..1000).map(|_| backoff.fail(CAP, &mut rng)).collect();
        assert!(waits.iter().all(|wait| (BASE..=CAP).contains(wait)));
        assert!(waits.iter().any(|wait| *wait > CAP / 2));
        assert_eq!(backoff.attempts, 1001);
    }

    #[test]
    fn two_keys_that_fail_together_come_back_apart() {
        let mut rng = Rng::new(7);
        let mut pair = [Backoff::default(); 2];
        let apart = (0..20).filter(|_| {
            let [a, b] = pair.each_mut().map(|key| key.fail(CAP, &mut rng));
            a != b
        });
        assert!(apart.count() > 15);
    }

    #[test]
    fn about_is_a_fifth_to_either_side() {
        let (mut rng, time) = (Rng::new(7), Duration::from_secs(100));
        let drawn: Vec<_> = (0..1000).map(|_| rng.about(time).as_secs()).collect();
        assert!(drawn.iter().all(|secs| (80..=120).contains(secs)));
        assert!(drawn.iter().any(|secs| *secs < 85) && drawn.iter().any(|secs| *secs > 115));
        assert_eq!(rng.about(Duration::ZERO), Duration::ZERO);
    }
}
