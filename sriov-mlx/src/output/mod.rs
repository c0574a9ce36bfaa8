//! What `mstconfig` prints, read without guessing: nothing here panics, and nothing is taken for
//! something else.

mod closing;
mod refusal;

pub use closing::Closing;
pub use refusal::Refusal;
