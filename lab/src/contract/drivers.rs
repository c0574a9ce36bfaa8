//! `driver_override`, `bind` and `unbind` of VFs, and the folder `net`.

use sriov_host::Errno;

use super::bench::{Bench, Outcome, driver, expect, require};

cases![
    override_absent_reads_null,
    override_is_cleared_by_a_newline,
    override_cleared_keeps_the_driver,
    override_excludes_other_drivers,
    bind_refuses_a_bound_device,
    bind_refuses_a_driver_that_does_not_match,
    unbind_refuses_another_driver,
    net_folder_is_absent_without_driver,
];

fn override_absent_reads_null(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    expect("driver_override", b.read(&b.vf(0, "driver_override"))?, "(null)".to_owned())
}

fn override_is_cleared_by_a_newline(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let path = b.vf(0, "driver_override");
    let fresh = b.read(&path)?;
    b.write(&path, "vfio-pci\n")?;
    expect("driver_override", b.read(&path)?, "vfio-pci".to_owned())?;
    b.write(&path, "\n")?;
    expect("driver_override, cleared", b.read(&path)?, fresh)
}

fn override_cleared_keeps_the_driver(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    b.write(&b.vf(0, "driver_override"), b.vf_driver())?;
    b.write(&b.vf(0, "driver_override"), "\n")?;
    expect("driver", b.vf_driver_now(0)?, Some(b.vf_driver().to_owned()))
}

fn override_excludes_other_drivers(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    b.unbind(0)?;
    b.write(&b.vf(0, "driver_override"), "vfio-pci")?;
    let bind = driver(b.vf_driver(), "bind");
    b.refused(&bind, &b.address(0)?.to_string(), Errno::NODEV)
}

fn bind_refuses_a_bound_device(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let bind = driver(b.vf_driver(), "bind");
    b.refused(&bind, &b.address(0)?.to_string(), Errno::BUSY)
}

fn bind_refuses_a_driver_that_does_not_match(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    b.unbind(0)?;
    let bind = driver(b.pf_driver(), "bind");
    b.refused(&bind, &b.address(0)?.to_string(), Errno::NODEV)
}

fn unbind_refuses_another_driver(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let unbind = driver(b.pf_driver(), "unbind");
    b.refused(&unbind, &b.address(0)?.to_string(), Errno::NODEV)
}

fn net_folder_is_absent_without_driver(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    require("a bound VF has a folder net", b.is_there(&b.vf(0, "net"))?)?;
    b.unbind(0)?;
    require("an unbound VF has no folder net", !b.is_there(&b.vf(0, "net"))?)
}
