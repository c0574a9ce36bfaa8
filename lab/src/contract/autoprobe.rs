//! `sriov_drivers_autoprobe`.

use sriov_host::Errno;

use super::bench::{Bench, Outcome, driver, expect};

cases![
    autoprobe_takes_kernel_booleans,
    autoprobe_off_leaves_vfs_unbound,
    autoprobe_off_makes_probing_void,
    autoprobe_off_refuses_bind,
    autoprobe_off_yields_to_an_override,
    autoprobe_on_binds_nothing_by_itself,
];

fn autoprobe_takes_kernel_booleans(b: &Bench<'_>) -> Outcome {
    let autoprobe = b.pf("sriov_drivers_autoprobe");
    for (text, shown) in [("n", "0"), ("y", "1"), ("off", "0"), ("on", "1"), ("0\n", "0")] {
        b.write(&autoprobe, text)?;
        expect(&format!("autoprobe after {text:?}"), b.read(&autoprobe)?, shown.to_owned())?;
    }
    b.refused(&autoprobe, "2", Errno::INVAL)?;
    b.refused(&autoprobe, "maybe", Errno::INVAL)
}

fn autoprobe_off_leaves_vfs_unbound(b: &Bench<'_>) -> Outcome {
    b.create_unbound(2)?;
    expect("drivers", (b.vf_driver_now(0)?, b.vf_driver_now(1)?), (None, None))
}

fn autoprobe_off_makes_probing_void(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    b.probe(0)?;
    expect("driver after drivers_probe", b.vf_driver_now(0)?, None)
}

fn autoprobe_off_refuses_bind(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let bind = driver(b.vf_driver(), "bind");
    b.refused(&bind, &b.address(0)?.to_string(), Errno::NODEV)
}

fn autoprobe_off_yields_to_an_override(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    b.write(&b.vf(0, "driver_override"), b.vf_driver())?;
    b.probe(0)?;
    expect("driver", b.vf_driver_now(0)?, Some(b.vf_driver().to_owned()))
}

fn autoprobe_on_binds_nothing_by_itself(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    b.write(&b.pf("sriov_drivers_autoprobe"), "1")?;
    expect("driver after switching on", b.vf_driver_now(0)?, None)?;
    b.probe(0)?;
    expect("driver after drivers_probe", b.vf_driver_now(0)?, Some(b.vf_driver().to_owned()))
}
