//! NVIDIA cards: firmware parameters in non-volatile memory, and the programs that work on them.
//!
//! What the programs print is that of mstflint, release by release.

mod answer;
#[expect(clippy::module_inception, reason = "the card itself, besides its parts")]
mod card;
mod fault_machine;
mod host;
mod machine;

pub use answer::{CardAnswer, CardColumn};
pub use card::SimCard;
pub use fault_machine::{BlueFieldMachine, LimitsMachine, LockdownMachine, TimingMachine};
pub use machine::{CardMachine, ParamMachine, SettingMachine};
