use sriov_host::NetnsMode;
use sriov_host::seam::{Availability, HostPath, RdmaError, RdmaSystem, Sysfs, SysfsError};

/// The live mode. A kernel without the setting is [`Availability::Unsupported`]: all it knows is
/// shared devices.
///
/// # Errors
///
/// [`RdmaError`] with the kernel's answer.
pub fn get(rdma: &dyn RdmaSystem) -> Result<Availability<NetnsMode>, RdmaError> {
    Ok(match rdma.rdma_settings()? {
        Availability::Available(settings) => match settings.netns_mode {
            Some(mode) => Availability::Available(mode),
            None => Availability::Unsupported,
        },
        Availability::NotLoaded => Availability::NotLoaded,
        Availability::Unsupported => Availability::Unsupported,
    })
}

/// The live mode without netlink: the parameter of `ib_core`, which follows every change.
///
/// For callers that may not open `NETLINK_RDMA` sockets, as under some seccomp profiles. A kernel
/// without RDMA cannot be told here from one that has not loaded it.
///
/// # Errors
///
/// [`SysfsError`] if the parameter cannot be read, or holds neither `Y` nor `N`.
#[doc(alias = "netns_mode")]
pub fn get_from_module(host: &dyn Sysfs) -> Result<Availability<NetnsMode>, SysfsError> {
    let module = HostPath::new("sys/module/ib_core");
    let parameter = module.join("parameters/netns_mode");
    match host.read(&parameter) {
        Ok(text) => match text.trim() {
            "Y" => Ok(Availability::Available(NetnsMode::Shared)),
            "N" => Ok(Availability::Available(NetnsMode::Exclusive)),
            _ => Err(SysfsError::reading(&parameter, sriov_host::Errno::INVAL)),
        },
        Err(error) if error.is_not_found() => match host.list(&module) {
            Ok(_) => Ok(Availability::Unsupported),
            Err(error) if error.is_not_found() => Ok(Availability::NotLoaded),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}
