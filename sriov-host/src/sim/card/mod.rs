//! NVIDIA cards: firmware parameters in non-volatile memory, and the programs that work on them.
//!
//! What the programs print is that of mstflint, release by release.

mod answer;
mod args;
#[expect(clippy::module_inception, reason = "the card itself, besides its parts")]
mod card;
mod catalogue;
mod devlink;
mod fault_machine;
mod fwreset;
mod host;
mod json;
mod machine;
mod nvram;
mod query;
mod release;
mod report;
mod set;
mod table;
mod tool;
mod vpd;
mod wiring;
mod words;

pub(super) use wiring::{PROGRAMS, Restart};

pub use answer::{CardAnswer, CardColumn};
pub use card::SimCard;
pub use fault_machine::{BlueFieldMachine, LimitsMachine, LockdownMachine, TimingMachine};
pub use machine::{CardMachine, ParamMachine, SettingMachine};
