//! Addresses and interface numbers over the life of a binding.

use sriov_host::MacAddr;
use sriov_host::seam::{LinkChange, VfSetting};

use super::bench::{Bench, Outcome, expect, require};

cases![
    rebind_gives_a_new_ifindex,
    rebind_gives_a_new_random_mac,
    rebind_keeps_the_admin_mac,
    bind_takes_the_admin_mac,
    bind_misses_the_admin_mac_while_the_pf_is_down,
];

const ADMIN: MacAddr = MacAddr::new([0x02, 0, 0, 0xab, 0, 0x10]);

fn rebind(b: &Bench<'_>) -> Outcome {
    b.unbind(0)?;
    b.bind(0)
}

fn rebind_gives_a_new_ifindex(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let before = b.vf_netdev(0)?;
    rebind(b)?;
    require("the ifindex is a new one", b.vf_netdev(0)? != before)
}

fn rebind_gives_a_new_random_mac(b: &Bench<'_>) -> Outcome {
    b.create(1)?;
    let before = b.link(b.vf_netdev(0)?)?.mac;
    rebind(b)?;
    let after = b.link(b.vf_netdev(0)?)?.mac;
    require(&format!("another address than {before:?}"), after.is_some() && after != before)
}

fn rebind_keeps_the_admin_mac(b: &Bench<'_>) -> Outcome {
    bind_takes_the_admin_mac(b)?;
    rebind(b)?;
    expect("address after binding again", b.link(b.vf_netdev(0)?)?.mac, Some(ADMIN))
}

/// Creates a VF, sets its address, and binds it only then.
fn bind_with_admin_mac(b: &Bench<'_>) -> Outcome<Option<MacAddr>> {
    b.create_unbound(1)?;
    b.set(&[(0, VfSetting::Mac(ADMIN))])?;
    b.write(&b.pf("sriov_drivers_autoprobe"), "1")?;
    b.bind(0)?;
    Ok(b.link(b.vf_netdev(0)?)?.mac)
}

fn bind_takes_the_admin_mac(b: &Bench<'_>) -> Outcome {
    expect("address of the VF", bind_with_admin_mac(b)?, Some(ADMIN))?;
    expect("address in the VF list", b.attrs(0)?.mac, Some(ADMIN))
}

fn bind_misses_the_admin_mac_while_the_pf_is_down(b: &Bench<'_>) -> Outcome {
    b.set_link(b.pf_netdev()?, &LinkChange::AdminUp(false))?;
    let mac = bind_with_admin_mac(b)?;
    require("the VF made up an address", mac.is_some() && mac != Some(ADMIN))
}
