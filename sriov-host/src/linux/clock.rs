use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use super::LinuxHost;
use crate::seam::Clock;

impl Clock for LinuxHost {
    fn now(&self) -> Duration {
        // `Instant` counts on the same clock but does not tell its zero, which udev's database needs.
        clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(Duration::ZERO, Duration::from)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the seam")]
    fn sleep(&self, pause: Duration) {
        std::thread::sleep(pause);
    }
}
