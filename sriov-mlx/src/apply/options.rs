use std::collections::BTreeSet;
use std::time::Duration;

use sriov_host::plan::Guard;

use crate::facts::Limits;

/// How cards are read and written.
#[derive(Clone, Debug)]
pub struct FirmwareOptions {
    /// Who is left in the lock of a card, as `sriovctl mlx apply (pid 4711)`.
    pub owner: String,
    /// How long one query may take. All parameters of a `ConnectX`-6 Dx take 13 seconds.
    pub query_deadline: Duration,
    /// How long one `set` may take.
    pub set_deadline: Duration,
    /// How long a firmware reset may take.
    pub reset_deadline: Duration,
    /// How long to wait for a card that another program uses.
    pub patience: Duration,
    /// How many cards are worked on at once; 1 keeps to the caller's thread.
    pub workers: usize,
    /// Load new values by a firmware reset, where that is known to work. It stops all ports of the
    /// card, and destroys their VFs.
    pub reset: bool,
    /// The guards of VFs in use that a firmware reset overrides, by name.
    pub allow: BTreeSet<Guard>,
    /// What the caller knows that no card of this host can do. Firmware tells no limits; they are
    /// checked before anything is written.
    pub limits: Limits,
}

impl Default for FirmwareOptions {
    fn default() -> Self {
        Self {
            owner: format!("sriov-mlx (pid {})", std::process::id()),
            query_deadline: Duration::from_mins(1),
            set_deadline: Duration::from_mins(2),
            reset_deadline: Duration::from_mins(3),
            patience: Duration::from_secs(30),
            workers: 8,
            reset: false,
            allow: BTreeSet::new(),
            limits: Limits::default(),
        }
    }
}
