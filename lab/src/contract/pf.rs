//! The PF's own driver, and what becomes of the VFs without it.

use sriov_host::Errno;
use sriov_host::seam::{HostPath, ParameterMode, ParameterValue};

use super::bench::{Bench, Outcome, PATIENCE, driver, expect, require, tell};

cases![
    pf_without_driver_makes_no_vfs,
    pf_driver_lowers_the_total,
    pf_unbind_destroys_vfs,
    pf_autoprobe_survives_a_reload,
    pf_has_no_eswitch,
    pf_has_no_parameters,
    pf_leaves_the_other_alone,
];

fn unload(b: &Bench<'_>) -> Outcome {
    b.write(&driver(b.pf_driver(), "unbind"), &b.rig.pf.to_string())
}

fn load(b: &Bench<'_>) -> Outcome {
    b.write(&driver(b.pf_driver(), "bind"), &b.rig.pf.to_string())
}

fn pf_without_driver_makes_no_vfs(b: &Bench<'_>) -> Outcome {
    unload(b)?;
    b.refused(&b.pf("sriov_numvfs"), "1", Errno::NOENT)
}

fn pf_driver_lowers_the_total(b: &Bench<'_>) -> Outcome {
    let bound = b.read(&b.pf("sriov_totalvfs"))?;
    expect("sriov_totalvfs with the driver", bound, b.rig.total_vfs.to_string())?;
    unload(b)?;
    let unbound: u16 = b.read(&b.pf("sriov_totalvfs"))?.parse().unwrap_or(0);
    require("sriov_totalvfs is higher without the driver", unbound > b.rig.total_vfs)
}

fn pf_unbind_destroys_vfs(b: &Bench<'_>) -> Outcome {
    b.create(2)?;
    let vf = HostPath::pci(b.address(0)?);
    unload(b)?;
    expect("virtfn0 without the PF's driver", b.link_name(&b.pf("virtfn0"))?, None)?;
    require("the VF is gone", !b.is_there(&vf)?)?;
    load(b)?;
    expect("VFs after the reload", b.read(&b.pf("sriov_numvfs"))?, "0".to_owned())
}

fn pf_autoprobe_survives_a_reload(b: &Bench<'_>) -> Outcome {
    b.write(&b.pf("sriov_drivers_autoprobe"), "0")?;
    unload(b)?;
    load(b)?;
    let after = b.read(&b.pf("sriov_drivers_autoprobe"))?;
    expect("autoprobe after the reload", after, "0".to_owned())
}

fn pf_has_no_eswitch(b: &Bench<'_>) -> Outcome {
    let mode = b.host.eswitch_mode(&b.rig.pf.into()).map_err(|error| tell(&error))?;
    expect("the eswitch mode of a driver without devlink", mode, None)
}

fn pf_has_no_parameters(b: &Bench<'_>) -> Outcome {
    let device = b.rig.pf.into();
    let found = b.host.parameter(&device, "total_vfs").map_err(|error| tell(&error))?;
    expect("a parameter of a driver without devlink", found, None)?;
    let (mode, value) = (ParameterMode::Permanent, ParameterValue::U32(8));
    let answer = b.host.set_parameter(&device, "total_vfs", mode, &value, PATIENCE);
    expect("setting it", answer.err().and_then(|error| error.errno()), Some(Errno::NODEV))
}

fn pf_leaves_the_other_alone(b: &Bench<'_>) -> Outcome {
    let other = HostPath::pci(b.rig.other_pf);
    b.write(&other.join("sriov_numvfs"), "1")?;
    let before = b.link_name(&other.join("virtfn0"))?;
    b.create(2)?;
    b.destroy()?;
    require("the other PF has a VF", before.is_some())?;
    expect("the other PF's VF", b.link_name(&other.join("virtfn0"))?, before)
}
