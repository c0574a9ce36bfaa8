//! devlink's permanent parameters and the tool's are one memory.

use sriov_host::seam::{Devlink, DevlinkDevice, ParameterMode, ParameterValue};
use sriov_host::sim::{CardColumn, SimHost};
use sriov_host::{Errno, PciAddress};

use crate::support::{LONG, attribute, host_value, machine, tool};

fn device() -> DevlinkDevice {
    "0000:3b:00.0".parse::<PciAddress>().unwrap().into()
}

fn value(host: &SimHost, name: &str) -> Option<ParameterValue> {
    let parameter = host.parameter(&device(), name).unwrap()?;
    parameter.value(ParameterMode::Permanent).cloned()
}

fn set(host: &SimHost, name: &str, mode: ParameterMode, value: &ParameterValue) -> Option<Errno> {
    host.set_parameter(&device(), name, mode, value, LONG).err().and_then(|error| error.errno())
}

#[test]
fn both_ways_lead_to_the_same_memory() {
    let host = machine("devlinkParams: true", "lockdown: integrity\n");
    assert_eq!(value(&host, "enable_sriov"), Some(ParameterValue::Bool(true)));
    let wanted = ParameterValue::U32(24);
    assert_eq!(set(&host, "total_vfs", ParameterMode::Permanent, &wanted), None);
    assert_eq!(value(&host, "total_vfs"), Some(wanted));
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Next), Some(24));
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Current), Some(16));
    host.reboot();
    assert_eq!(attribute(&host, 1, "sriov_totalvfs").as_deref(), Some("24"));
    let open = machine("devlinkParams: true", "");
    tool(&open, "mstconfig", "-d 3b:00.0 -y set SRIOV_EN=0").unwrap();
    assert_eq!(value(&open, "enable_sriov"), Some(ParameterValue::Bool(false)));
}

#[test]
fn what_does_not_fit_is_refused() {
    use ParameterMode::{Permanent, Runtime};
    let host = machine("devlinkParams: true, limits: { maxVfs: 32 }", "");
    let (on, vfs) = (ParameterValue::Bool(true), ParameterValue::U32(8));
    assert_eq!(set(&host, "total_vfs", Runtime, &vfs), Some(Errno::OPNOTSUPP));
    assert_eq!(set(&host, "total_vfs", Permanent, &on), Some(Errno::INVAL));
    assert_eq!(set(&host, "total_vfs", Permanent, &ParameterValue::U32(33)), Some(Errno::INVAL));
    assert_eq!(set(&host, "total_vfs", Permanent, &ParameterValue::U32(0)), Some(Errno::INVAL));
    assert_eq!(set(&host, "frob", Permanent, &on), Some(Errno::INVAL));
    assert_eq!(value(&host, "frob"), None);
    assert_eq!(host_value(&host, "NUM_OF_VFS", CardColumn::Next), Some(16));
    assert_eq!(value(&machine("", ""), "total_vfs"), None);
}
