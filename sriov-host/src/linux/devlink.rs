use std::time::{Duration, Instant};

use super::LinuxHost;
use crate::netlink::{
    Message, Request, decode_eswitch_mode, decode_family, decode_parameter, eswitch_get,
    eswitch_set, family_get, parameter_get, parameter_set,
};
use crate::seam::{
    Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, NetlinkFault, ParameterMode,
    ParameterValue,
};
use crate::{Errno, EswitchMode};

/// Reading waits for whoever holds the device's lock.
const PATIENCE: Duration = Duration::from_secs(30);

impl Devlink for LinuxHost {
    fn eswitch_mode(&self, device: &DevlinkDevice) -> Result<Option<EswitchMode>, DevlinkError> {
        let mode = || {
            let Some(family) = self.devlink_family(PATIENCE)? else { return Ok(None) };
            match self.ask_generic(eswitch_get(family, device), PATIENCE) {
                Ok(messages) => Ok(decode_eswitch_mode(first(&messages)?)?),
                Err(fault) if is_absence(&fault) => Ok(None),
                Err(fault) => Err(fault),
            }
        };
        mode().map_err(failed("read the eswitch mode", device))
    }

    fn set_eswitch_mode(
        &self,
        device: &DevlinkDevice,
        mode: EswitchMode,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        let set = |family| eswitch_set(family, device, mode);
        self.change(set, deadline).map_err(failed("set the eswitch mode", device))
    }

    fn parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError> {
        let read = || {
            let Some(family) = self.devlink_family(PATIENCE)? else { return Ok(None) };
            match self.ask_generic(parameter_get(family, device, name), PATIENCE) {
                Ok(messages) => Ok(Some(decode_parameter(first(&messages)?)?)),
                Err(fault) if is_unknown(&fault) => Ok(None),
                Err(fault) => Err(fault),
            }
        };
        read().map_err(failed("read a parameter", device))
    }

    fn set_parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
        mode: ParameterMode,
        value: &ParameterValue,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        let set = |family| parameter_set(family, device, name, mode, value);
        self.change(set, deadline).map_err(failed("set a parameter", device))
    }
}

impl LinuxHost {
    /// Devlink's number, which is asked for each time: it is only valid while the kernel runs
    /// the same devlink. `None` if the kernel has none.
    fn devlink_family(&self, patience: Duration) -> Result<Option<u16>, NetlinkFault> {
        match self.ask_generic(family_get("devlink"), patience) {
            Ok(messages) => Ok(Some(decode_family(first(&messages)?)?)),
            Err(fault) if fault.errno() == Some(Errno::NOENT) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// A request that changes something, made for devlink's number.
    #[expect(clippy::disallowed_methods, reason = "one deadline for two requests")]
    fn change(
        &self,
        request: impl FnOnce(u16) -> Request,
        deadline: Duration,
    ) -> Result<(), NetlinkFault> {
        let start = Instant::now();
        let family = self.devlink_family(deadline)?;
        let family = family.ok_or(NetlinkFault::refused(Errno::OPNOTSUPP))?;
        let left = deadline.saturating_sub(start.elapsed());
        self.ask_generic(request(family), left).map(|_| ())
    }

    fn ask_generic(
        &self,
        request: Request,
        patience: Duration,
    ) -> Result<Vec<Message>, NetlinkFault> {
        let reply = self.generic.request(request, patience)?;
        super::warn(reply.warning.as_deref());
        Ok(reply.messages)
    }
}

/// No such devlink device, or one without an eswitch.
fn is_absence(fault: &NetlinkFault) -> bool {
    matches!(fault.errno(), Some(Errno::NODEV | Errno::OPNOTSUPP))
}

/// No such parameter: the kernel says so with `EINVAL`.
fn is_unknown(fault: &NetlinkFault) -> bool {
    is_absence(fault) || fault.errno() == Some(Errno::INVAL)
}

fn first(messages: &[Message]) -> Result<&Message, NetlinkFault> {
    let problem = "a reply before the acknowledgement";
    messages.first().ok_or(NetlinkFault::Malformed { offset: 0, problem })
}

fn failed(
    operation: &'static str,
    device: &DevlinkDevice,
) -> impl Fn(NetlinkFault) -> DevlinkError {
    move |source| DevlinkError { operation, device: device.clone(), source }
}
