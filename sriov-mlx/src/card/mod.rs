//! Cards: which PFs share one firmware, and what the host knows of it without asking the firmware.

mod id;
mod model;

pub use id::CardId;
pub use model::{Card, Port};
