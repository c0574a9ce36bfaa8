//! Waiting for what is to happen, and looking that something does not.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::failure::{Done, Failure};

/// How often the API server is asked; it bounds how exactly times are measured.
const INTERVAL: Duration = Duration::from_millis(20);

/// Asks until there is an answer, and says how long that took.
pub(crate) async fn until<T, F>(
    deadline: Duration,
    what: impl AsRef<str>,
    mut ask: impl FnMut() -> F,
) -> Done<(T, Duration)>
where
    F: Future<Output = Done<Option<T>>>,
{
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok((answer, started.elapsed()));
        }
        if started.elapsed() > deadline {
            let words = format!("{}: not so after {:?}", what.as_ref(), deadline);
            return Err(Failure::new(words));
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Fails as soon as the answer is no longer true, within this time.
pub(crate) async fn stays<F>(
    time: Duration,
    what: impl AsRef<str>,
    mut ask: impl FnMut() -> F,
) -> Done
where
    F: Future<Output = Done<bool>>,
{
    let started = Instant::now();
    while started.elapsed() < time {
        if !ask().await? {
            let words = format!("{}: no longer so after {:?}", what.as_ref(), started.elapsed());
            return Err(Failure::new(words));
        }
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(())
}
