//! The files of boot loaders, and what each kind of host takes to change its kernel arguments.

mod bls;
mod entries;
mod grub_cfg;
mod grubenv;
mod script;
mod script_words;
mod version;

pub use bls::BlsEntry;
#[cfg(feature = "sim")]
pub(crate) use entries::{grub_default, systemd_default};
pub use grub_cfg::{GrubCfg, LinuxCommand, MenuEntry};
pub use grubenv::GrubEnv;
pub use script::ScriptError;
