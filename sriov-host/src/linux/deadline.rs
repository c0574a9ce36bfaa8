use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::seam::HostPath;

/// The calls that the kernel has not answered yet, by path.
///
/// A second call on the same attribute would only queue up behind the first in state D.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Mutex<BTreeSet<HostPath>>>);

/// What became of a call with a deadline.
pub(super) enum Outcome<T> {
    /// The kernel answered.
    Answered(io::Result<T>),
    /// It did not in time; the call goes on, on a thread of its own.
    StillRunning,
}

impl InFlight {
    /// Runs `call` on its own thread and waits for it no longer than `deadline`.
    pub(super) fn run<T: Send + 'static>(
        &self,
        path: &HostPath,
        deadline: Duration,
        call: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Outcome<T> {
        if !self.enter(path) {
            return Outcome::StillRunning;
        }
        let (sender, receiver) = mpsc::channel();
        let (guard, done) = (self.clone(), path.clone());
        let worker = thread::Builder::new().name("sriov-call".to_owned()).spawn(move || {
            let answer = call();
            guard.leave(&done);
            // The caller may have given up: then nobody is interested in the answer.
            let _ = sender.send(answer);
        });
        if let Err(error) = worker {
            self.leave(path);
            return Outcome::Answered(Err(error));
        }
        match receiver.recv_timeout(deadline) {
            Ok(answer) => Outcome::Answered(answer),
            Err(_) => Outcome::StillRunning,
        }
    }

    fn enter(&self, path: &HostPath) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone())
    }

    fn leave(&self, path: &HostPath) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}
