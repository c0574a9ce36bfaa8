//! Settings of VFs through their PF.

use sriov_host::seam::{HostPath, VfSetting};
use sriov_host::{Errno, Guid, MacAddr, TxRate, VfLinkState, VlanId, VlanProto, VlanQos, VlanTag};

use super::bench::{Bench, Outcome, expect, require, tell};

cases![
    attrs_are_read_back,
    attrs_max_rate_is_read_back,
    attrs_die_with_the_vfs,
    attrs_stop_at_the_first_error,
    attrs_before_the_error_stay,
    attrs_refuse_a_vf_out_of_range,
    attrs_refuse_what_is_unsupported,
    attrs_refuse_a_service_tag,
    attrs_refuse_a_guaranteed_rate,
    attrs_refuse_a_group_mac,
    attrs_leave_out_what_is_not_reported,
    attrs_list_every_vf,
];

const MAC: MacAddr = MacAddr::new([0x02, 0, 0, 0xab, 0, 0x20]);

fn tag(id: u16, qos: u8, proto: VlanProto) -> VlanTag {
    VlanTag { id: VlanId::new(id), qos: VlanQos::new(qos).unwrap_or_default(), proto }
}

fn plain(id: u16, qos: u8) -> VlanTag {
    tag(id, qos, VlanProto::Dot1Q)
}

fn rate(min: u32, max: u32) -> VfSetting {
    VfSetting::Rate { min: TxRate::from_mbps(min), max: TxRate::from_mbps(max) }
}

fn attrs_are_read_back(b: &Bench<'_>) -> Outcome {
    b.create_unbound(2)?;
    b.set(&[(1, VfSetting::Mac(MAC))])?;
    b.set(&[(1, VfSetting::Vlan(plain(100, 3)))])?;
    b.set(&[(1, VfSetting::SpoofCheck(false))])?;
    b.set(&[(1, VfSetting::Trust(true))])?;
    let found = b.attrs(1)?;
    expect("MAC", found.mac, Some(MAC))?;
    expect("VLAN", found.vlan, Some(plain(100, 3)))?;
    expect("spoof check", found.spoof_check, Some(false))?;
    expect("trust", found.trust, Some(true))?;
    let other = b.attrs(0)?;
    expect("VLAN of the other VF", other.vlan.and_then(|tag| tag.id), None)?;
    expect("spoof check of the other VF", other.spoof_check, Some(true))
}

fn attrs_max_rate_is_read_back(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let pf = b.pf_netdev()?;
    // A rate needs a link speed.
    b.until("the PF has a carrier", || {
        let name = b.link(pf)?.name;
        let carrier = HostPath::new("/sys/class/net").join(name.as_str()).join("carrier");
        Ok(b.host.read(&carrier).is_ok_and(|text| text == "1"))
    })?;
    b.set(&[(0, rate(0, 200))])?;
    expect("highest rate", b.attrs(0)?.max_tx_rate, Some(TxRate::from_mbps(200)))
}

fn attrs_die_with_the_vfs(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    b.set(&[(0, VfSetting::Vlan(plain(100, 0)))])?;
    b.destroy()?;
    b.create(1)?;
    expect("VLAN of a new VF", b.attrs(0)?.vlan.and_then(|tag| tag.id), None)
}

/// A VLAN that is taken, a link state that is not, and trust behind it.
fn refused_halfway(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let request = [
        (0, VfSetting::Vlan(plain(77, 0))),
        (0, VfSetting::LinkState(VfLinkState::Enable)),
        (0, VfSetting::Trust(true)),
    ];
    match b.try_set(&request)? {
        Err(_) => Ok(()),
        Ok(()) => Err("a request with a link state succeeded".to_owned()),
    }
}

fn attrs_stop_at_the_first_error(b: &Bench<'_>) -> Outcome {
    refused_halfway(b)?;
    expect("trust, behind the refused setting", b.attrs(0)?.trust, Some(false))
}

fn attrs_before_the_error_stay(b: &Bench<'_>) -> Outcome {
    refused_halfway(b)?;
    let vlan = b.attrs(0)?.vlan;
    expect("VLAN, ahead of the refused setting", vlan.and_then(|tag| tag.id), VlanId::new(77))
}

fn attrs_refuse_a_vf_out_of_range(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    b.set_refused(&[(1, VfSetting::Mac(MAC))], Errno::INVAL)?;
    b.set_refused(&[(1, VfSetting::Vlan(plain(5, 0)))], Errno::INVAL)
}

fn attrs_refuse_what_is_unsupported(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let guid = Guid::from_kernel(0x0002_c903_005d_e110);
    for setting in [
        VfSetting::LinkState(VfLinkState::Enable),
        VfSetting::RssQuery(true),
        VfSetting::NodeGuid(guid),
    ] {
        b.set_refused(&[(0, setting)], Errno::OPNOTSUPP)?;
    }
    Ok(())
}

fn attrs_refuse_a_service_tag(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let tag = tag(100, 0, VlanProto::Dot1Ad);
    b.set_refused(&[(0, VfSetting::Vlan(tag))], Errno::PROTONOSUPPORT)
}

fn attrs_refuse_a_guaranteed_rate(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    b.set_refused(&[(0, rate(50, 100))], Errno::INVAL)
}

fn attrs_refuse_a_group_mac(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let group = MacAddr::new([0x01, 0, 0x5e, 0, 0, 1]);
    b.set_refused(&[(0, VfSetting::Mac(group))], Errno::INVAL)
}

fn attrs_leave_out_what_is_not_reported(b: &Bench<'_>) -> Outcome {
    b.create_unbound(1)?;
    let found = b.attrs(0)?;
    expect("RSS query", found.rss_query, None)?;
    expect("MAC that was never set", found.mac, None)?;
    expect("node GUID", found.node_guid, None)
}

fn attrs_list_every_vf(b: &Bench<'_>) -> Outcome {
    b.create_unbound(b.rig.total_vfs)?;
    let list = b.host.vfs(b.pf_netdev()?).map_err(|error| tell(&error))?;
    expect("announced VFs", list.announced, u32::from(b.rig.total_vfs))?;
    let indexes: Vec<u16> = list.vfs.iter().map(|vf| vf.index.get()).collect();
    expect("listed VFs", indexes, (0..b.rig.total_vfs).collect())?;
    require("a short list does not wrap", !list.wrapped)
}
