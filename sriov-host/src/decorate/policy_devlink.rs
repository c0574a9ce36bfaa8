//! Devlink, through a wrapper.

use std::time::Duration;

use super::Call;
use super::policy::{Failure, Policy, Request, deadline_if, errno_or, through};
use crate::seam::{
    Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, NetlinkFault, ParameterMode,
    ParameterValue,
};
use crate::{Errno, EswitchMode};

impl Failure for DevlinkError {
    fn outcome(&self) -> String {
        errno_or(self.errno(), "still-running")
    }
}

fn devlink_failed(
    operation: &'static str,
    device: &DevlinkDevice,
) -> impl Fn(Errno) -> DevlinkError {
    move |errno| DevlinkError {
        operation,
        device: device.clone(),
        source: NetlinkFault::refused(errno),
    }
}

pub(super) fn eswitch_mode<P: Policy>(
    policy: &P,
    device: &DevlinkDevice,
) -> Result<Option<EswitchMode>, DevlinkError> {
    let request = Request { call: Call::GetEswitch, target: &device.to_string(), detail: "" };
    let pass = || policy.inner().eswitch_mode(device);
    let fail = devlink_failed("read the eswitch mode", device);
    through(policy, &request, |_| pass(), pass, fail)
}

pub(super) fn set_eswitch_mode<P: Policy>(
    policy: &P,
    device: &DevlinkDevice,
    mode: EswitchMode,
    deadline: Duration,
) -> Result<(), DevlinkError> {
    let (target, detail) = (device.to_string(), mode.to_string());
    let request = Request { call: Call::SetEswitch, target: &target, detail: &detail };
    let pass =
        |awaited| policy.inner().set_eswitch_mode(device, mode, deadline_if(awaited, deadline));
    let fail = devlink_failed("set the eswitch mode", device);
    through(policy, &request, pass, || Ok(()), fail)
}

pub(super) fn parameter<P: Policy>(
    policy: &P,
    device: &DevlinkDevice,
    name: &str,
) -> Result<Option<DevlinkParameter>, DevlinkError> {
    let target = format!("{device}/{name}");
    let request = Request { call: Call::GetParameter, target: &target, detail: "" };
    let pass = || policy.inner().parameter(device, name);
    through(policy, &request, |_| pass(), pass, devlink_failed("read a parameter", device))
}

pub(super) fn set_parameter<P: Policy>(
    policy: &P,
    device: &DevlinkDevice,
    name: &str,
    (mode, value): (ParameterMode, &ParameterValue),
    deadline: Duration,
) -> Result<(), DevlinkError> {
    let (target, detail) = (format!("{device}/{name}"), format!("{mode} {value}"));
    let request = Request { call: Call::SetParameter, target: &target, detail: &detail };
    let pass = |awaited| {
        let deadline = deadline_if(awaited, deadline);
        policy.inner().set_parameter(device, name, mode, value, deadline)
    };
    through(policy, &request, pass, || Ok(()), devlink_failed("set a parameter", device))
}
