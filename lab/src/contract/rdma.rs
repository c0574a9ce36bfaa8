//! The rules of the RDMA subsystem, shown on soft devices.

use sriov_host::seam::{Host, RdmaSystem};
use sriov_host::{IfName, RdmaDeviceName};

use super::rdma_bench::RdmaBench;
use super::{rdma_links, rdma_mode, rdma_users};

/// What an RDMA case may use.
///
/// At its beginning `ib_core` is loaded, the mode is shared, and there are no RDMA devices and no
/// network namespaces but the host's own. `rdma_rxe` and `siw` can be loaded.
#[derive(Clone)]
pub struct RdmaRig<'a> {
    /// A netdev of the host's own namespace that is up, as `lo`.
    pub netdev: IfName,
    /// What a case needs from outside of the seams.
    pub hooks: &'a dyn RdmaHooks,
}

/// What an RDMA case needs from outside of the seams. The error says what did not work.
pub trait RdmaHooks {
    /// Makes a network namespace, as `ip netns add`.
    ///
    /// # Errors
    ///
    /// What did not work.
    fn add_namespace(&self, name: &str) -> Result<(), String>;

    /// Deletes it, as `ip netns delete`; not an error if there is none.
    ///
    /// # Errors
    ///
    /// What did not work.
    fn delete_namespace(&self, name: &str) -> Result<(), String>;

    /// Starts a process that opens `/dev/infiniband/uverbsN` of a device and does nothing else.
    ///
    /// # Errors
    ///
    /// What did not work.
    fn open_device(&self, device: &RdmaDeviceName) -> Result<(), String>;

    /// Ends that process; not an error if there is none.
    ///
    /// # Errors
    ///
    /// What did not work.
    fn close_device(&self) -> Result<(), String>;

    /// Loads `ib_core`, or removes it and all that needs it; not an error if it is so already.
    ///
    /// # Errors
    ///
    /// What did not work.
    fn set_loaded(&self, loaded: bool) -> Result<(), String>;
}

/// One rule of the RDMA contract.
#[derive(Clone, Copy, Debug)]
pub struct RdmaCase {
    /// The stable name, as `rdma_mode_is_busy_with_a_namespace`.
    pub name: &'static str,
    /// Runs it; the error says what the host did and what it should have done.
    ///
    /// Every case leaves the host as [`RdmaRig`] describes it.
    pub run: fn(&dyn Host, &dyn RdmaSystem, &RdmaRig<'_>) -> Result<(), String>,
}

/// Every RDMA case, in the order they are run.
pub fn rdma_cases() -> Vec<RdmaCase> {
    [rdma_mode::cases(), rdma_links::cases(), rdma_users::cases()].concat()
}

/// The cases of a module, by name.
macro_rules! rdma_case_list {
    ($($name:ident),+ $(,)?) => {
        pub(super) fn cases() -> Vec<crate::contract::RdmaCase> {
            vec![$(crate::contract::RdmaCase {
                name: stringify!($name),
                run: |host, rdma, rig| crate::contract::rdma::run(host, rdma, rig, $name),
            }),+]
        }
    };
}
pub(super) use rdma_case_list;

/// Runs a case between two restorations. Its own finding comes first.
pub(super) fn run(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    rig: &RdmaRig<'_>,
    case: fn(&RdmaBench<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let bench = RdmaBench { host, rdma, rig };
    bench.restore().map_err(|problem| format!("before the case: {problem}"))?;
    let finding = case(&bench);
    let restored = bench.restore().map_err(|problem| format!("after the case: {problem}"));
    finding.and(restored)
}
