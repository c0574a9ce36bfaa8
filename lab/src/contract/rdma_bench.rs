//! What the RDMA cases share: words for changes and answers, and putting everything back.

use std::time::Duration;

use sriov_host::seam::{
    Host, HostPath, RdmaChange, RdmaDevice, RdmaError, RdmaLinkKind, RdmaSettings, RdmaSystem,
    RdmaUsage,
};
use sriov_host::{Errno, Netns, NetnsMode, RdmaDeviceName, RdmaIndex};

use super::bench::{Outcome, PATIENCE, tell};
use super::rdma::RdmaRig;

/// The namespace that cases make.
const NAMESPACE: &str = "sriov-contract";

/// Longer than any change takes that nothing holds up.
pub(super) const CHANGE: Duration = Duration::from_secs(10);

/// Between two looks at something that no event tells of.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A host, its RDMA subsystem and a rig, with the words that cases are written in.
pub(super) struct RdmaBench<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) rdma: &'a dyn RdmaSystem,
    pub(super) rig: &'a RdmaRig<'a>,
}

/// A device name that is written in a case.
pub(super) fn device_name(text: &str) -> Outcome<RdmaDeviceName> {
    text.parse().map_err(|error| tell(&error))
}

/// The namespace that cases make, as a place to move to.
pub(super) fn namespace() -> Outcome<Netns> {
    NAMESPACE.parse().map_err(|error| tell(&error))
}

/// An answer that has to be a refusal with this errno.
pub(super) fn refused(what: &str, answer: Result<(), RdmaError>, wanted: Errno) -> Outcome {
    match answer {
        Ok(()) => Err(format!("{what} succeeded, wanted {wanted}")),
        Err(error) if error.errno() == Some(wanted) => Ok(()),
        Err(error) => Err(format!("{what}, wanted {wanted}: {}", tell(&error))),
    }
}

impl RdmaBench<'_> {
    pub(super) fn settings(&self) -> Outcome<RdmaSettings> {
        let settings = self.rdma.rdma_settings().map_err(|error| tell(&error))?;
        settings.available().ok_or_else(|| "the settings are not available".to_owned())
    }

    pub(super) fn mode(&self) -> Outcome<NetnsMode> {
        let mode = self.settings()?.netns_mode;
        mode.ok_or_else(|| "the kernel reports no netns mode".to_owned())
    }

    pub(super) fn try_change(&self, change: &RdmaChange) -> Result<(), RdmaError> {
        self.rdma.change_rdma(change, CHANGE)
    }

    pub(super) fn change(&self, change: &RdmaChange) -> Outcome {
        self.try_change(change).map_err(|error| tell(&error))
    }

    pub(super) fn set_mode(&self, mode: NetnsMode) -> Outcome {
        self.change(&RdmaChange::NetnsMode(mode))
    }

    /// Sets the mode once the last namespace is torn down, maybe that of the case before.
    pub(super) fn set_mode_soon(&self, mode: NetnsMode) -> Outcome {
        self.until("the mode can be changed", || {
            match self.try_change(&RdmaChange::NetnsMode(mode)) {
                Ok(()) => Ok(true),
                Err(error) if error.errno() == Some(Errno::BUSY) => Ok(false),
                Err(error) => Err(tell(&error)),
            }
        })
    }

    pub(super) fn add_namespace(&self) -> Outcome {
        self.rig.hooks.add_namespace(NAMESPACE)
    }

    pub(super) fn delete_namespace(&self) -> Outcome {
        self.rig.hooks.delete_namespace(NAMESPACE)
    }

    pub(super) fn devices(&self) -> Outcome<Vec<RdmaDevice>> {
        let devices = self.rdma.rdma_devices().map_err(|error| tell(&error))?;
        devices.available().ok_or_else(|| "the devices are not available".to_owned())
    }

    pub(super) fn device(&self, name: &str) -> Outcome<Option<RdmaDevice>> {
        Ok(self.devices()?.into_iter().find(|device| device.name.as_str() == name))
    }

    /// A soft device on a netdev.
    pub(super) fn try_link(&self, name: &str, kind: &str, netdev: &str) -> Outcome<Added> {
        let name = device_name(name)?;
        let kind: RdmaLinkKind = kind.parse().map_err(|error| tell(&error))?;
        let netdev = netdev.parse().map_err(|error| tell(&error))?;
        Ok(Added(self.try_change(&RdmaChange::AddLink { name, kind, netdev })))
    }

    /// A soft device on the rig's netdev.
    pub(super) fn link(&self, name: &str, kind: &str) -> Outcome<RdmaIndex> {
        self.try_link(name, kind, self.rig.netdev.as_str())?.0.map_err(|error| tell(&error))?;
        let device = self.device(name)?;
        device.map(|it| it.index).ok_or_else(|| format!("the new device {name} is not listed"))
    }

    pub(super) fn usage(&self, device: RdmaIndex) -> Outcome<RdmaUsage> {
        self.rdma.rdma_usage(device).map_err(|error| tell(&error))
    }

    pub(super) fn is_there(&self, path: &str) -> Outcome<bool> {
        match self.host.list(&HostPath::new(path)) {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(tell(&error)),
        }
    }

    /// Waits for something that no event tells of.
    pub(super) fn until(&self, what: &str, mut holds: impl FnMut() -> Outcome<bool>) -> Outcome {
        let end = self.host.now() + PATIENCE;
        while !holds()? {
            if self.host.now() > end {
                return Err(format!("still not after {} s: {what}", PATIENCE.as_secs()));
            }
            self.host.sleep(LOOK_AGAIN);
        }
        Ok(())
    }

    /// Loaded, shared, without devices, namespaces and users.
    pub(super) fn restore(&self) -> Outcome {
        self.rig.hooks.close_device()?;
        self.delete_namespace()?;
        self.rig.hooks.set_loaded(true)?;
        for device in self.devices()? {
            self.change(&RdmaChange::DeleteLink { device: device.index })?;
        }
        if self.mode()? != NetnsMode::Shared {
            self.set_mode_soon(NetnsMode::Shared)?;
        }
        Ok(())
    }
}

/// The answer to a request for a soft device.
pub(super) struct Added(pub(super) Result<(), RdmaError>);
