//! The codecs against others': netlink-packet-route, neli and iproute2.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stderr, reason = "a test")]

mod netlink_support;

use std::process::Command;
use std::time::Duration;

use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Ifla, RtAddrFamily, Rtm};
use neli::consts::socket::NlFamily;
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder};
use neli::utils::Groups;
use netlink_packet_core::{Emitable, Parseable};
use netlink_packet_route::link::{
    LinkAttribute, LinkMessage, LinkVfInfo, Prop, VfInfo, VfInfoGuid, VfInfoLinkState, VfInfoMac,
    VfInfoRate, VfInfoRssQueryEn, VfInfoSpoofCheck, VfInfoTrust, VfInfoVlan, VfLinkState as State,
};
use netlink_support::netns::in_new_netns;
use netlink_support::{Vf, link_with_vfs};
use sriov_host::netlink::{
    Netlink, Protocol, decode_link, decode_vfs, encode_vf_changes, link_dump,
};
use sriov_host::seam::{Link, VfChange, VfSetting};
use sriov_host::{
    Guid, IfIndex, LinkType, MacAddr, TxRate, VfIndex, VfLinkState, VlanId, VlanQos, VlanTag,
};

const LONG: Duration = Duration::from_secs(20);

/// The payloads of the links in the caller's namespace, as the kernel sent them.
fn payloads() -> Vec<Vec<u8>> {
    let reply = Netlink::new(Protocol::Route).request(link_dump(), LONG).unwrap();
    reply.messages.into_iter().map(|message| message.payload).collect()
}

fn ip(arguments: &str) -> Option<String> {
    let output = Command::new("ip").args(arguments.split(' ')).output().ok()?;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ip {arguments}: {error}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A namespace with links that have names, masters, other names and states to tell apart.
fn with_links(work: impl FnOnce() + Send + 'static) {
    in_new_netns(|| {
        if ip("link add left type veth peer name right").is_none() {
            eprintln!("SKIPPED a comparison with links of all kinds: no `ip` on this machine");
            return;
        }
        ip("link add bridge type bridge");
        ip("link set left master bridge mtu 1400");
        ip("link set right up address 02:00:00:00:00:42");
        ip("link property add dev right altname the-other-name-that-is-long altname second");
        work();
    });
}

#[test]
fn links_are_those_of_netlink_packet_route() {
    with_links(|| {
        for payload in payloads() {
            let link = decode_link(&payload).unwrap();
            let oracle = LinkMessage::parse(payload.as_slice()).unwrap();
            assert_eq!(oracle.header.index, link.index.get());
            let up = oracle.header.flags.bits() & 1 == 1;
            assert_eq!(up, link.admin_up);
            let mut seen = Link {
                mac: None,
                mtu: None,
                master: None,
                parent: None,
                alt_names: Vec::new(),
                ..link.clone()
            };
            for attribute in oracle.attributes {
                match attribute {
                    LinkAttribute::IfName(name) => seen.name = name.parse().unwrap(),
                    LinkAttribute::Mtu(mtu) => seen.mtu = sriov_host::Mtu::new(mtu),
                    LinkAttribute::Address(bytes) => {
                        seen.mac = bytes.try_into().ok().map(MacAddr::new);
                    }
                    LinkAttribute::Controller(index) => seen.master = IfIndex::new(index),
                    LinkAttribute::ParentDevName(name) => seen.parent = Some(name),
                    LinkAttribute::PropList(properties) => {
                        seen.alt_names.extend(properties.into_iter().filter_map(|p| match p {
                            Prop::AltIfName(name) => Some(name),
                            _ => None,
                        }));
                    }
                    _ => {}
                }
            }
            assert_eq!(seen, link);
        }
    });
}

#[test]
fn links_are_those_of_iproute2() {
    with_links(|| {
        let links: Vec<Link> = payloads().iter().map(|p| decode_link(p).unwrap()).collect();
        let json: serde_json::Value =
            serde_json::from_str(&ip("-j -d link").unwrap_or_default()).unwrap();
        let oracles = json.as_array().unwrap();
        assert_eq!(oracles.len(), links.len());
        assert!(links.len() >= 4);
        for (oracle, link) in oracles.iter().zip(&links) {
            let text = |key: &str| oracle[key].as_str().map(str::to_owned);
            assert_eq!(oracle["ifindex"].as_u64(), Some(link.index.get().into()));
            assert_eq!(text("ifname"), Some(link.name.to_string()));
            assert_eq!(oracle["mtu"].as_u64(), link.mtu.map(|mtu| mtu.get().into()));
            let up = oracle["flags"].as_array().unwrap().iter().any(|flag| flag == "UP");
            assert_eq!(up, link.admin_up);
            let ether = text("link_type").as_deref() == Some("ether");
            assert_eq!(ether, link.link_type == Some(LinkType::Ether));
            assert_eq!(text("address"), link.mac.map(|mac| mac.to_string()));
            let master = link.master.map(|master| {
                links.iter().find(|link| link.index == master).unwrap().name.to_string()
            });
            assert_eq!(text("master"), master);
            let names: Vec<&str> = oracle["altnames"]
                .as_array()
                .map(|names| names.iter().filter_map(|name| name.as_str()).collect())
                .unwrap_or_default();
            assert_eq!(names, link.alt_names);
        }
        assert!(links.iter().any(|link| link.alt_names.len() == 2));
        assert!(links.iter().any(|link| link.master.is_some()));
    });
}

#[test]
fn links_are_those_of_neli() {
    with_links(|| {
        let links: Vec<Link> = payloads().iter().map(|p| decode_link(p).unwrap()).collect();
        let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty()).unwrap();
        let ask = IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).build();
        let replies = router
            .send::<_, _, Rtm, Ifinfomsg>(
                Rtm::Getlink,
                NlmF::DUMP,
                NlPayload::Payload(ask.unwrap()),
            )
            .unwrap();
        let mut oracles = Vec::new();
        for reply in replies {
            let reply = reply.unwrap();
            let Some(link) = reply.get_payload() else { continue };
            let attributes = link.rtattrs().get_attr_handle();
            let name = attributes.get_attr_payload_as_with_len::<String>(Ifla::Ifname).unwrap();
            let mtu = attributes.get_attr_payload_as::<u32>(Ifla::Mtu).unwrap();
            oracles.push((link.ifi_index().unsigned_abs(), name, mtu));
        }
        let own: Vec<_> = links
            .iter()
            .map(|link| (link.index.get(), link.name.to_string(), link.mtu.unwrap().get()))
            .collect();
        assert_eq!(own, oracles);
    });
}

/// Number, address, VLAN and priority, rates, spoof check.
type Seen = (u32, [u8; 6], (u32, u32), (u32, u32), Option<bool>);

/// What netlink-packet-route says about a VF, where the two have words for the same things.
fn as_oracle_sees(info: &LinkVfInfo) -> Seen {
    let mut seen = (0, [0; 6], (0, 0), (0, 0), None);
    for attribute in &info.0 {
        match attribute {
            VfInfo::Mac(mac) => {
                seen.0 = mac.vf_id;
                seen.1 = mac.mac[..6].try_into().unwrap();
            }
            VfInfo::Vlan(vlan) => seen.2 = (vlan.vlan_id, vlan.qos),
            VfInfo::Rate(rate) => seen.3 = (rate.min_tx_rate, rate.max_tx_rate),
            VfInfo::SpoofCheck(check) => seen.4 = Some(check.enabled),
            _ => {}
        }
    }
    seen
}

#[test]
fn vf_lists_are_those_of_netlink_packet_route() {
    for count in [1, 64, 221] {
        let vfs: Vec<Vf> = (0..count)
            .map(|number| Vf {
                vlan: number % 4095,
                qos: number % 8,
                min: number,
                max: number * 10,
                spoof: number % 2,
                stats: number % 2 == 0,
                ..Vf::new(number)
            })
            .collect();
        let payload = link_with_vfs(count, &vfs);
        let own = decode_vfs(&payload).unwrap();
        let oracle = LinkMessage::parse(payload.as_slice()).unwrap();
        let infos = oracle.attributes.iter().find_map(|attribute| match attribute {
            LinkAttribute::VfInfoList(infos) => Some(infos),
            _ => None,
        });
        let theirs: Vec<_> = infos.unwrap().iter().map(as_oracle_sees).collect();
        let own: Vec<_> = own
            .vfs
            .iter()
            .map(|vf| {
                let vlan = vf.vlan.unwrap();
                (
                    u32::from(vf.index.get()),
                    vf.mac.unwrap().bytes(),
                    (vlan.id.map_or(0, VlanId::get).into(), vlan.qos.get().into()),
                    (vf.min_tx_rate.unwrap().mbps(), vf.max_tx_rate.unwrap().mbps()),
                    vf.spoof_check,
                )
            })
            .collect();
        assert_eq!(own, theirs);
    }
}

#[test]
fn changes_are_encoded_as_netlink_packet_route_does() {
    let tag = VlanTag { id: VlanId::new(100), qos: VlanQos::new(3).unwrap(), ..VlanTag::default() };
    let rate = |mbps| TxRate::from_mbps(mbps);
    let cases = [
        (
            VfSetting::Mac(MacAddr::new([2, 0, 0, 0, 0, 9])),
            VfInfo::Mac(VfInfoMac::new(5, &[2, 0, 0, 0, 0, 9])),
        ),
        (VfSetting::Vlan(tag), VfInfo::Vlan(VfInfoVlan::new(5, 100, 3))),
        (VfSetting::Vlan(VlanTag::default()), VfInfo::Vlan(VfInfoVlan::new(5, 0, 0))),
        (
            VfSetting::Rate { min: rate(10), max: rate(20) },
            VfInfo::Rate(VfInfoRate::new(5, 10, 20)),
        ),
        (VfSetting::SpoofCheck(false), VfInfo::SpoofCheck(VfInfoSpoofCheck::new(5, false))),
        (VfSetting::Trust(true), VfInfo::Trust(VfInfoTrust::new(5, true))),
        (VfSetting::RssQuery(true), VfInfo::RssQueryEn(VfInfoRssQueryEn::new(5, true))),
        (
            VfSetting::LinkState(VfLinkState::Disable),
            VfInfo::LinkState(VfInfoLinkState::new(5, State::Disable)),
        ),
        (VfSetting::NodeGuid(Guid::from_kernel(77)), VfInfo::IbNodeGuid(VfInfoGuid::new(5, 77))),
        (VfSetting::PortGuid(Guid::from_kernel(78)), VfInfo::IbPortGuid(VfInfoGuid::new(5, 78))),
    ];
    let (settings, infos): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    let changes: Vec<_> =
        settings.into_iter().map(|set| VfChange { vf: VfIndex::new(5), set }).collect();
    let own = encode_vf_changes(IfIndex::new(7).unwrap(), &changes).to_bytes(1).unwrap();

    let mut oracle = LinkMessage::default();
    oracle.header.index = 7;
    let infos = infos.into_iter().map(|info| LinkVfInfo(vec![info])).collect();
    oracle.attributes.push(LinkAttribute::VfInfoList(infos));
    let mut theirs = vec![0; oracle.buffer_len()];
    oracle.emit(&mut theirs);
    assert_eq!(own[16..], theirs);
}
