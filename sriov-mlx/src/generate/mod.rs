//! Artefacts for first boots.

mod model;

pub use model::{GenerateError, GenerateOptions, GenerateTarget, GeneratedFile};

use crate::provision::Desired;

/// The artefacts of a target. Pure: the same input gives the same bytes.
///
/// # Errors
///
/// [`GenerateError`] for an option that would mean something else in a unit or a script.
pub fn generate(
    _target: GenerateTarget,
    desired: &Desired,
    _options: &GenerateOptions,
) -> Result<Vec<GeneratedFile>, GenerateError> {
    desired.validate().map_err(GenerateError::Desired)?;
    Ok(Vec::new())
}
