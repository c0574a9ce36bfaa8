use std::time::Duration;

use crate::apply::FirmwareOptions;

/// How a first-boot run is done.
#[derive(Clone, Debug)]
pub struct ProvisionOptions {
    /// How long the drivers of the cards may take to appear. The firmware of a card may need two
    /// minutes to start.
    pub drivers_within: Duration,
    /// How cards are read and written; `owner` is also left in the lock of the run.
    pub firmware: FirmwareOptions,
    /// Nothing is written, neither to cards nor to files: the report says what would be.
    pub dry_run: bool,
}

impl Default for ProvisionOptions {
    fn default() -> Self {
        let owner = format!("sriov-mlx provision (pid {})", std::process::id());
        Self {
            drivers_within: Duration::from_secs(150),
            firmware: FirmwareOptions { owner, ..FirmwareOptions::default() },
            dry_run: false,
        }
    }
}
