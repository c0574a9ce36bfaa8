use std::time::Duration;

/// Time, so that the simulator can own it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Time since boot (`CLOCK_MONOTONIC`), the scale of udev's `USEC_INITIALIZED`.
    fn now(&self) -> Duration;

    /// Lets time pass. Only for the pauses between tries of something that has no event.
    fn sleep(&self, pause: Duration);
}
