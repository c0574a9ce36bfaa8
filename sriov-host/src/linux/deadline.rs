use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// The calls that were given up and that the kernel has not answered yet, by what they act on.
///
/// One more on the same object would only queue up behind the first in state D.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Mutex<BTreeSet<String>>>);

/// What became of a call with a deadline.
pub(super) enum Outcome<T> {
    /// The kernel answered.
    Answered(io::Result<T>),
    /// It did not in time; the call goes on, on a thread of its own.
    StillRunning,
}

impl InFlight {
    /// Runs `call` on its own thread and waits for it no longer than `deadline`.
    ///
    /// Calls on one object that are not given up run side by side: `drivers_probe` is one file
    /// for all VFs.
    pub(super) fn run<T: Send + 'static>(
        &self,
        object: &str,
        deadline: Duration,
        call: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Outcome<T> {
        if self.given_up().contains(object) {
            return Outcome::StillRunning;
        }
        let (sender, receiver) = mpsc::channel();
        let (calls, done) = (self.clone(), object.to_owned());
        let worker = thread::Builder::new().name("sriov-call".to_owned()).spawn(move || {
            let answer = call();
            let mut given_up = calls.given_up();
            given_up.remove(&done);
            // Under the lock, so that a caller that gives up just now finds the answer.
            // One that has given up is gone, and nobody is interested in it.
            let _ = sender.send(answer);
        });
        if let Err(error) = worker {
            return Outcome::Answered(Err(error));
        }
        if let Ok(answer) = receiver.recv_timeout(deadline) {
            return Outcome::Answered(answer);
        }
        let mut given_up = self.given_up();
        if let Ok(answer) = receiver.try_recv() {
            return Outcome::Answered(answer);
        }
        given_up.insert(object.to_owned());
        Outcome::StillRunning
    }

    fn given_up(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn calls_on_one_object_run_side_by_side() {
        let calls = InFlight::default();
        let (first, second) = (mpsc::channel(), mpsc::channel());
        let other = calls.clone();
        // Each waits for the other to have started.
        let worker = thread::spawn(move || {
            let run = move || {
                let _ = first.0.send(());
                second.1.recv().map_err(io::Error::other)
            };
            matches!(other.run("drivers_probe", LONG, run), Outcome::Answered(Ok(())))
        });
        let run = move || {
            let _ = second.0.send(());
            first.1.recv().map_err(io::Error::other)
        };
        assert!(matches!(calls.run("drivers_probe", LONG, run), Outcome::Answered(Ok(()))));
        assert!(worker.join().unwrap());
    }

    #[test]
    fn what_hangs_is_not_asked_again_until_it_answers() {
        let calls = InFlight::default();
        let (release, held) = mpsc::channel::<()>();
        let (ended, end) = mpsc::channel();
        let hang = move || {
            let _ = held.recv();
            let _ = ended.send(());
            Ok(())
        };
        assert!(matches!(calls.run("numvfs", Duration::ZERO, hang), Outcome::StillRunning));
        assert!(matches!(calls.run("numvfs", LONG, || Ok(())), Outcome::StillRunning));
        assert!(matches!(calls.run("other", LONG, || Ok(())), Outcome::Answered(Ok(()))));
        drop(release);
        end.recv().unwrap();
        // The worker forgets the call right after this; ask until it has.
        while matches!(calls.run("numvfs", LONG, || Ok(())), Outcome::StillRunning) {
            thread::yield_now();
        }
    }
}
