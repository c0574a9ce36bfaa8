//! The first SIGINT or SIGTERM asks to stop at the next safe point, the second one stops at once.

use std::io;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use sriov_host::vfs::Cancel;

use crate::status::Status;

/// A wish to stop that signals set.
pub(crate) fn cancel() -> Cancel {
    let cancel = Cancel::default();
    let watched: io::Result<()> = [SIGINT, SIGTERM].into_iter().try_for_each(|signal| {
        // In this order: the flag is not set yet when the first signal asks for it.
        flag::register_conditional_shutdown(signal, Status::Failure as i32, cancel.flag())?;
        flag::register(signal, cancel.flag()).map(|_| ())
    });
    if let Err(error) = watched {
        tracing::warn!(%error, "signals end the process at once: they cannot be watched");
    }
    cancel
}
