use std::time::Duration;

/// What a plan may be about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ModePlanOptions {
    /// Whether the next boot is to be as wanted, too; otherwise only the live mode is planned.
    pub persist: bool,
}

impl Default for ModePlanOptions {
    fn default() -> Self {
        Self { persist: true }
    }
}

/// How a plan is carried out.
#[derive(Clone, Debug)]
pub struct ModeApplyOptions {
    /// Who applies, left in the lock for others to read.
    pub owner: String,
    /// How long making an initramfs may take.
    pub rebuild_deadline: Duration,
    /// How long the kernel may take for the live change.
    pub live_deadline: Duration,
}

impl Default for ModeApplyOptions {
    fn default() -> Self {
        Self {
            owner: format!("pid {}", std::process::id()),
            rebuild_deadline: Duration::from_mins(10),
            live_deadline: Duration::from_secs(10),
        }
    }
}
