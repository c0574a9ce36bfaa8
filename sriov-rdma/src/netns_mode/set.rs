use std::time::Duration;

use sriov_host::seam::{Availability, Host, RdmaChange, RdmaError, RdmaSystem};
use sriov_host::{Errno, NetnsMode};

use super::{SetError, get, holders, lacks};

/// The pause between two tries while a namespace is being taken down.
const PAUSE: Duration = Duration::from_millis(100);

/// How a change of the mode waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SetOptions {
    /// How long the kernel may take to answer one request.
    pub deadline: Duration,
    /// How long to go on trying while a namespace is being taken down. The kernel does that after
    /// the last user is gone, mostly within a second. Not used while somebody keeps one.
    pub patience: Duration,
}

impl Default for SetOptions {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(10), patience: Duration::from_secs(2) }
    }
}

/// What became of the mode.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SetOutcome {
    /// It was as wanted. Nothing was sent.
    Unchanged,
    /// It was another one, and is as wanted now. It was read back.
    Changed,
}

/// Makes the live mode the wanted one. It holds until the next boot.
///
/// # Errors
///
/// [`SetError`]: above all [`SetError::Busy`], with those who keep namespaces alive.
///
/// # Kernel
///
/// Linux ≥ 5.2. Needs `CAP_NET_ADMIN` in the initial user namespace.
///
/// # Examples
///
/// ```
/// use sriov_host::NetnsMode;
/// use sriov_host::sim::{NamespaceMachine, SimHost};
/// use sriov_rdma::netns_mode::{SetError, SetOptions, SetOutcome, set};
///
/// let host = SimHost::demo();
/// let blue = NamespaceMachine { name: Some("blue".to_owned()), ..Default::default() };
/// host.add_namespace(&blue)?;
/// let shared = set(&host, &host, NetnsMode::Shared, SetOptions::default())?;
/// assert_eq!(shared, SetOutcome::Unchanged);
/// match set(&host, &host, NetnsMode::Exclusive, SetOptions::default()) {
///     Err(SetError::Busy { seen, .. }) => println!("drain the node: {seen}"),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn set(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    mode: NetnsMode,
    options: SetOptions,
) -> Result<SetOutcome, SetError> {
    if live(rdma)? == mode {
        return Ok(SetOutcome::Unchanged);
    }
    let started = host.now();
    loop {
        match try_set(host, rdma, mode, options.deadline)? {
            Try::Done => return Ok(SetOutcome::Changed),
            Try::Busy => {}
        }
        let holders = holders(host);
        let seen = holders.map_err(|source| SetError::BusyUnexplained { mode, source })?;
        let spent = host.now().saturating_sub(started);
        let left = options.patience.saturating_sub(spent);
        if !seen.holders.is_empty() || left.is_zero() {
            return Err(SetError::Busy { mode, seen });
        }
        host.sleep(PAUSE.min(left));
    }
}

fn live(rdma: &dyn RdmaSystem) -> Result<NetnsMode, SetError> {
    match get(rdma).map_err(SetError::Unreadable)? {
        Availability::Available(mode) => Ok(mode),
        Availability::NotLoaded => Err(SetError::NotLoaded),
        Availability::Unsupported => Err(SetError::Unsupported),
    }
}

enum Try {
    Done,
    Busy,
}

/// One request, and what is there behind it: the kernel may have switched also where it reports
/// an error.
fn try_set(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    mode: NetnsMode,
    deadline: Duration,
) -> Result<Try, SetError> {
    let answer = rdma.change_rdma(&RdmaChange::NetnsMode(mode), deadline);
    let answer = match answer {
        // What the kernel has not begun, or goes on with, is not judged by what is there now.
        Err(source) if source.is_still_running() => {
            return Err(SetError::StillRunning { mode, source });
        }
        Err(source) if matches!(source.errno(), Some(Errno::PERM | Errno::ACCES)) => {
            return Err(SetError::NotPermitted { mode, lacks: lacks(host), source });
        }
        answer => answer,
    };
    let found = live(rdma)?;
    let Err(source) = answer else {
        tracing::info!(value = %mode, "RDMA netns mode set");
        return if found == mode {
            Ok(Try::Done)
        } else {
            Err(SetError::DidNotStick { wanted: mode, found })
        };
    };
    match source.errno() {
        // Somebody else was faster.
        Some(Errno::BUSY) if found == mode => Ok(Try::Done),
        Some(Errno::BUSY) => Ok(Try::Busy),
        _ => Err(refused(mode, found, source)),
    }
}

fn refused(mode: NetnsMode, found: NetnsMode, source: RdmaError) -> SetError {
    if found == mode {
        SetError::Incomplete { mode, source }
    } else {
        SetError::Refused { mode, source }
    }
}
