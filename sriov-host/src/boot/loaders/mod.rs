//! The files of boot loaders, and what each kind of host takes to change its kernel arguments.

mod bls;
mod drop_in;
mod entries;
pub(in crate::boot) mod grub;
mod grub_cfg;
mod grub_menu;
mod grubby;
mod grubenv;
pub(in crate::boot) mod host;
mod manual;
mod rpm_ostree;
mod script;
mod script_words;
pub(in crate::boot) mod systemd_boot;
mod version;

pub use bls::BlsEntry;
#[cfg(feature = "sim")]
pub(crate) use entries::{grub_default, systemd_default};
pub(in crate::boot) use grub::Grub;
pub use grub_cfg::GrubCfg;
pub use grub_menu::{LinuxCommand, MenuEntry};
pub(in crate::boot) use grubby::Grubby;
pub use grubenv::GrubEnv;
pub(in crate::boot) use manual::Manual;
pub(in crate::boot) use rpm_ostree::RpmOstree;
pub use script::ScriptError;
pub(in crate::boot) use systemd_boot::{Loader, SystemdBoot};
