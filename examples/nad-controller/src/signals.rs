//! The wish to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::Failure;

/// Ends with the first SIGTERM or SIGINT from now on.
pub(crate) fn stop() -> Result<impl Future<Output = ()> + Send, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::new("cannot take signals", error));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "finishing what is in flight");
    })
}
