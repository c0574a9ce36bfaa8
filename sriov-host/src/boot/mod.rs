//! Arguments of the kernel command line: what runs, what the boot loader will pass next, and what
//! it takes to change that without ever asking for one boot too many.
//!
//! Two sets are kept apart: the *running* arguments of `/proc/cmdline`, and the *staged* ones that
//! the boot loader will pass at the next boot. An edit goes to the staged set and is read back from
//! there; a restart is asked for only when the staged set is proven to hold what is wanted and the
//! running one does not; and the [`Ledger`] remembers what was asked for, so that a boot that did
//! not help is an error with its evidence, never the reason for another one.
//!
//! ```
//! # #[cfg(feature = "sim")] {
//! use sriov_host::boot::{Edit, KargsOptions, apply, prepare, probe};
//! use sriov_host::sim::SimHost; // or `linux::LinuxHost`
//!
//! let host = SimHost::demo();
//! let loader = probe(&host)?;
//! let wanted = Edit::new(["iommu=pt".parse()?], [])?;
//!
//! let todo = prepare(&host, &*loader, &wanted)?;
//! let done = apply(&todo, &host, &*loader, &KargsOptions::default());
//! assert_eq!(done.reboot_reasons[0].subject, "kernel argument iommu=pt");
//!
//! host.reboot();
//! assert!(prepare(&host, &*loader, &wanted)?.is_empty());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apply;
mod args;
mod error;
mod facts;
mod ledger;
mod loader;
pub mod loaders;
mod plan;
mod probe;

pub use apply::{KargStepReport, KargsApplied, KargsError, KargsOptions, apply};
pub use args::{CommandLine, EditError, KernelArg, Presence};
pub use error::BootError;
pub use facts::{BootFacts, UnreadableLedger, observe};
pub use ledger::{BootId, Ledger, LedgerError, RebootRecord, Verdict};
pub use loader::{Bootloader, BootloaderKind, Edit, Staged};
pub use plan::{Conflict, KargAction, KargsPlan, plan, prepare};
pub use probe::probe;
