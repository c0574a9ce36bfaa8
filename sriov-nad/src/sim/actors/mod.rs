//! The other programs of a cluster, one step at a time.
//!
//! A step is what a program does between two looks at the cluster: at most one write or delete. So
//! a test decides who acts when, or lets them [`run`] with a reaction time.
//!
//! ```
//! use sriov_nad::sim::ApiServer;
//! use sriov_nad::sim::actors::{NamespaceController, settle};
//!
//! let server = ApiServer::new();
//! server.create_namespace("shop")?;
//! server.delete("namespaces", "", "shop")?;
//! assert!(server.get("namespaces", "", "shop").is_some(), "terminating");
//! settle(&mut NamespaceController, &server);
//! assert!(server.get("namespaces", "", "shop").is_none());
//! # Ok::<(), sriov_nad::sim::ApiError>(())
//! ```

mod collector;
mod gitops;
mod namespaces;
mod operator;
mod patchers;

pub use collector::GcActor;
pub use gitops::Gitops;
pub use namespaces::NamespaceController;
pub use operator::OperatorActor;
pub use patchers::{ResourceNamePatcher, UserPatcher};

use std::time::Duration;

use super::ApiServer;

/// A program that watches and writes.
pub trait Actor: Send {
    /// Does the next thing; false if there is nothing to do now.
    fn step(&mut self, server: &ApiServer) -> bool;

    /// When there may be something to do without any change, by [`ApiServer::elapsed`].
    fn due(&self) -> Option<Duration> {
        None
    }
}

/// Lets an actor act until there is nothing to do now; at most a thousand steps, because two may
/// fight. Returns how many there were.
pub fn settle(actor: &mut dyn Actor, server: &ApiServer) -> usize {
    (0..1000).take_while(|_| actor.step(server)).count()
}

/// Lets an actor react to changes, so long after each; for ever.
pub async fn run(mut actor: impl Actor, server: ApiServer, reaction: Duration) {
    let mut revisions = server.revisions();
    loop {
        revisions.borrow_and_update();
        tokio::time::sleep(reaction).await;
        if actor.step(&server) {
            continue;
        }
        let now = server.elapsed();
        // What is overdue waits for the next change, else this would never rest.
        let due = actor.due().filter(|due| *due > now);
        let rest = due.map_or(Duration::MAX, |due| due.saturating_sub(now));
        tokio::select! {
            _ = revisions.changed() => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}
