//! vfio-pci, behind an IOMMU and without one.

use std::collections::BTreeSet;

use sriov_host::Errno;

use super::bench::{Bench, Outcome, driver, expect, require};

cases![
    with iommu: vfio_has_a_group_for_each_vf, vfio_binds_and_makes_no_netdev;
    without: vfio_fails_silently_when_probed, vfio_fails_loudly_when_bound,
];

const VFIO: &str = "vfio-pci";

fn with_override(b: &Bench<'_>) -> Outcome {
    require("vfio-pci is loaded", b.is_there(&driver(VFIO, ""))?)?;
    b.create_unbound(1)?;
    b.write(&b.vf(0, "driver_override"), VFIO)
}

fn vfio_has_a_group_for_each_vf(b: &Bench<'_>) -> Outcome {
    b.create_unbound(2)?;
    let groups = (0..2).map(|index| b.link_name(&b.vf(index, "iommu_group")));
    let groups: BTreeSet<_> =
        groups.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    expect("different groups of two VFs", groups.len(), 2)
}

fn vfio_binds_and_makes_no_netdev(b: &Bench<'_>) -> Outcome {
    with_override(b)?;
    b.probe(0)?;
    expect("driver", b.vf_driver_now(0)?.as_deref(), Some(VFIO))?;
    require("there is no folder net", !b.is_there(&b.vf(0, "net"))?)
}

fn vfio_fails_silently_when_probed(b: &Bench<'_>) -> Outcome {
    with_override(b)?;
    b.probe(0)?;
    expect("driver", b.vf_driver_now(0)?, None)
}

fn vfio_fails_loudly_when_bound(b: &Bench<'_>) -> Outcome {
    with_override(b)?;
    b.refused(&driver(VFIO, "bind"), &b.address(0)?.to_string(), Errno::INVAL)
}
