//! Firmware parameters: their names, their values, and what a card says about them.

mod assignment;
mod name;
pub mod names;
mod reading;
mod value;

pub use assignment::{Assignments, Setting};
pub use name::ParamName;
pub use reading::{Columns, Diagnostic, Identity, Param, Reading};
pub use value::{Cell, LinkSetting, Value};
