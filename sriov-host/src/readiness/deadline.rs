use std::time::Duration;

/// How long that many VFs may make no progress before the wait gives up.
///
/// Grows with the number, and every stage that a VF reaches starts it anew.
///
/// ```
/// use sriov_host::readiness::deadline_for;
/// assert!(deadline_for(64) > deadline_for(1));
/// ```
pub fn deadline_for(vfs: usize) -> Duration {
    // A VF probe takes 0.09 to 1 s; they may run one after another, and udev needs its share.
    const BASE: Duration = Duration::from_secs(30);
    const PER_VF: Duration = Duration::from_millis(500);
    BASE + PER_VF * u32::try_from(vfs).unwrap_or(u32::MAX / 1000)
}
