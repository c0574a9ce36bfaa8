//! Parameters of devlink, on the simulated NIC: a number and a switch.

use std::time::Duration;

use sriov_host::Errno;
use sriov_host::linux::LinuxHost;
use sriov_host::plan::chain;
use sriov_host::seam::{Devlink, DevlinkDevice, ParameterMode, ParameterValue};

use super::super::case::{Case, Done, holds, same};
use super::super::exec;
use super::super::netdevsim::Netdevsim;

pub(super) const CASES: &[Case] = &[
    Case::new("netdevsim", "parameters_are_set_and_read_back", set),
    Case::new("netdevsim", "parameters_that_are_not_there_are_none", absent),
    Case::new("netdevsim", "parameters_of_another_type_or_mode_are_refused", refused),
];

const LONG: Duration = Duration::from_secs(30);

/// What the kernel has set is what the `devlink` program shows, and what is read back.
fn set() -> Done {
    let card = Netdevsim::with_vfs(1, 1)?;
    let device = device(&card);
    for (name, value) in [
        ("max_macs", ParameterValue::U32(64)),
        ("max_macs", ParameterValue::U32(16)),
        ("test1", ParameterValue::Bool(false)),
        ("test1", ParameterValue::Bool(true)),
    ] {
        let mode = ParameterMode::DriverInit;
        let host = LinuxHost::system();
        host.set_parameter(&device, name, mode, &value, LONG).map_err(|e| chain(&e))?;
        let found = host.parameter(&device, name).map_err(|e| chain(&e))?;
        let found = found.ok_or_else(|| format!("there is no {name}"))?;
        same(name, &found.value(mode), &Some(&value))?;
        same("the value of another mode", &found.value(ParameterMode::Permanent), &None)?;
        same("whether it is generic", &found.generic, &(name == "max_macs"))?;
        let device = device.to_string();
        let shown = exec::done(&["/bin/devlink", "dev", "param", "show", &device, "name", name])?;
        let line = format!("cmode driverinit value {value}");
        holds(|| format!("devlink shows {shown}"), shown.contains(&line))?;
    }
    Ok(())
}

fn absent() -> Done {
    let card = Netdevsim::with_vfs(1, 1)?;
    let host = LinuxHost::system();
    let gone = DevlinkDevice { bus: "netdevsim".to_owned(), name: "netdevsim4711".to_owned() };
    for (device, name) in [(device(&card), "total_vfs"), (gone, "max_macs")] {
        let found = host.parameter(&device, name).map_err(|e| chain(&e))?;
        same(&format!("{name} of {device}"), &found, &None)?;
    }
    Ok(())
}

fn refused() -> Done {
    let card = Netdevsim::with_vfs(1, 1)?;
    let device = device(&card);
    let number = ParameterValue::U32(8);
    let driver_init = ParameterMode::DriverInit;
    for (what, name, mode, value, errno) in [
        (
            "a mode it does not have",
            "max_macs",
            ParameterMode::Permanent,
            &number,
            Errno::OPNOTSUPP,
        ),
        (
            "a switch for a number",
            "max_macs",
            driver_init,
            &ParameterValue::Bool(true),
            Errno::INVAL,
        ),
        ("a number for a switch", "test1", driver_init, &number, Errno::INVAL),
        ("a name that is not there", "total_vfs", driver_init, &number, Errno::INVAL),
    ] {
        let answer = LinuxHost::system().set_parameter(&device, name, mode, value, LONG);
        same(what, &answer.err().and_then(|error| error.errno()), &Some(errno))?;
    }
    Ok(())
}

fn device(card: &Netdevsim) -> DevlinkDevice {
    DevlinkDevice { bus: "netdevsim".to_owned(), name: card.name() }
}
