//! `sriov_numvfs`: what it takes, what it refuses, what it does.

use sriov_host::Errno;

use super::bench::{Bench, Outcome, expect, require};

cases![
    numvfs_refuses_what_is_no_number,
    numvfs_reads_hexadecimal,
    numvfs_refuses_more_than_total,
    numvfs_same_value_does_nothing,
    numvfs_refuses_to_grow,
    numvfs_zero_destroys,
    numvfs_links_lead_both_ways,
    numvfs_returns_when_vfs_are_probed,
];

fn numvfs_refuses_what_is_no_number(b: &Bench<'_>) -> Outcome {
    for text in ["7x", "-1", "65536", " 1"] {
        b.refused(&b.pf("sriov_numvfs"), text, Errno::INVAL)?;
    }
    expect("VFs afterwards", b.read(&b.pf("sriov_numvfs"))?, "0".to_owned())
}

fn numvfs_reads_hexadecimal(b: &Bench<'_>) -> Outcome {
    b.write(&b.pf("sriov_numvfs"), "0x2\n")?;
    expect("VFs after 0x2", b.read(&b.pf("sriov_numvfs"))?, "2".to_owned())
}

fn numvfs_refuses_more_than_total(b: &Bench<'_>) -> Outcome {
    let beyond = (b.rig.total_vfs + 1).to_string();
    b.refused(&b.pf("sriov_numvfs"), &beyond, Errno::RANGE)
}

fn numvfs_same_value_does_nothing(b: &Bench<'_>) -> Outcome {
    b.create(2)?;
    let before = (b.vf_netdev(0)?, b.vf_netdev(1)?);
    b.write(&b.pf("sriov_numvfs"), "2")?;
    expect("netdevs after the same value", (b.vf_netdev(0)?, b.vf_netdev(1)?), before)
}

fn numvfs_refuses_to_grow(b: &Bench<'_>) -> Outcome {
    b.create(2)?;
    b.refused(&b.pf("sriov_numvfs"), "3", Errno::BUSY)?;
    b.refused(&b.pf("sriov_numvfs"), "1", Errno::BUSY)?;
    expect("VFs afterwards", b.read(&b.pf("sriov_numvfs"))?, "2".to_owned())
}

fn numvfs_zero_destroys(b: &Bench<'_>) -> Outcome {
    b.create(2)?;
    let vf = sriov_host::seam::HostPath::pci(b.address(1)?);
    require("a VF has a folder", b.is_there(&vf)?)?;
    b.destroy()?;
    expect("virtfn0 afterwards", b.link_name(&b.pf("virtfn0"))?, None)?;
    require("the VF's folder is gone", !b.is_there(&vf)?)
}

fn numvfs_links_lead_both_ways(b: &Bench<'_>) -> Outcome {
    b.create(b.rig.total_vfs)?;
    for index in 0..b.rig.total_vfs {
        let back = b.link_name(&b.vf(index, "physfn"))?;
        expect(&format!("physfn of VF {index}"), back, Some(b.rig.pf.to_string()))?;
    }
    let beyond = b.link_name(&b.pf(&format!("virtfn{}", b.rig.total_vfs)))?;
    expect("a link beyond the last", beyond, None)
}

fn numvfs_returns_when_vfs_are_probed(b: &Bench<'_>) -> Outcome {
    b.create(b.rig.total_vfs)?;
    for index in 0..b.rig.total_vfs {
        let driver = b.vf_driver_now(index)?;
        expect(&format!("driver of VF {index}"), driver, Some(b.vf_driver().to_owned()))?;
        require(&format!("VF {index} has a netdev"), b.is_there(&b.vf(index, "net"))?)?;
    }
    Ok(())
}
