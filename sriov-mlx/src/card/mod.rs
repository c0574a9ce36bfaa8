//! Cards: which PFs share one firmware, and what the host knows of it without asking the firmware.

mod id;
mod identity;
mod model;
mod survey;
mod vpd;

pub use id::CardId;
pub(crate) use model::VENDOR;
pub use model::{Card, Port};
pub use survey::{SurveyError, survey, survey_inventory};
pub use vpd::Vpd;
