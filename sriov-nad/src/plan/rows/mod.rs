//! The rows of the table, in its order.

mod absent;
mod deleting;
mod drift;
mod namespace;
mod owner;
mod spec;

pub(super) use absent::absent;
pub(super) use deleting::{deleting, deleting_elsewhere};
pub(super) use drift::{drift, equal};
pub(super) use namespace::{nad_deleting, namespace};
pub(super) use owner::{conflict, unowned};
pub(super) use spec::{elsewhere, finalizer, invalid, out_of_scope};
