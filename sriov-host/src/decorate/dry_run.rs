use super::policy::{Policy, Request, Verdict};
use crate::seam::{EventStream, Host};

/// A host that is only looked at: what would change it is logged, and succeeds without effect.
///
/// ```
/// use std::time::Duration;
/// use sriov_host::decorate::DryRun;
/// use sriov_host::seam::{HostPath, Sysfs};
/// use sriov_host::sim::SimHost;
///
/// let host = DryRun::new(SimHost::with_igb_pair());
/// let numvfs = HostPath::pci("0000:01:00.0".parse()?).join("sriov_numvfs");
/// host.write(&numvfs, "2", Duration::from_secs(10))?;
/// assert_eq!(host.read(&numvfs)?, "0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DryRun<H> {
    host: H,
}

impl<H> DryRun<H> {
    /// Looks at `host`, and leaves it as it is.
    pub const fn new(host: H) -> Self {
        Self { host }
    }

    /// The host behind it.
    pub const fn host(&self) -> &H {
        &self.host
    }
}

impl<H: Host> Policy for DryRun<H> {
    type Inner = H;

    fn inner(&self) -> &H {
        &self.host
    }

    fn decide(&self, request: &Request<'_>) -> Verdict {
        // A lock leaves its owner's name in a file.
        if request.call.mutates() || request.call == super::Call::Lock {
            let Request { call, target, detail } = request;
            tracing::info!(%call, target, detail, "dry run, not done");
            return Verdict::Skip;
        }
        Verdict::Pass
    }

    fn done(&self, _: &Request<'_>, _: &str) {}

    fn wrap_events(&self, events: Box<dyn EventStream>) -> Box<dyn EventStream> {
        events
    }
}
