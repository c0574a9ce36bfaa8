//! Work in a network namespace of its own, which ends with its thread.

use std::thread;

use nix::sched::{CloneFlags, unshare};

/// Runs `work` in a new network namespace; says so loudly if this process may not have one.
#[expect(clippy::print_stderr, reason = "a skip must be seen")]
pub(crate) fn in_new_netns(work: impl FnOnce() + Send + 'static) {
    let test = thread::current().name().map(str::to_owned).unwrap_or_default();
    let outcome = thread::spawn(move || {
        if let Err(errno) = unshare(CloneFlags::CLONE_NEWNET) {
            eprintln!("SKIPPED {test}: no new network namespace ({errno})");
            return;
        }
        work();
    })
    .join();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}
