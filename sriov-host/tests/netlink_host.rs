//! The host's seams over replayed kernels: fallbacks, absence and refusals.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod netlink_support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use netlink_support::{link_with_vfs, nla, vfs};
use sriov_host::linux::LinuxHost;
use sriov_host::netlink::{Message, Netlink, Replay};
use sriov_host::seam::{Devlink, DevlinkDevice, NetlinkFault, VfChange, VfLink, VfSetting};
use sriov_host::{Errno, EswitchMode, IfIndex, VfIndex};

const LONG: Duration = Duration::from_secs(20);
const MULTI: u16 = 2;

type Log = Arc<Mutex<Vec<Message>>>;
type Step = fn(&Message) -> Vec<u8>;

/// A netlink protocol that plays these answers and notes what it was asked.
fn play(steps: &'static [Step]) -> (Netlink, Log) {
    let log = Log::default();
    let asked = Arc::clone(&log);
    let netlink = Netlink::over(move || {
        let replay = steps.iter().fold(Replay::new(), |replay, step| {
            let asked = Arc::clone(&asked);
            replay.answer(move |request| {
                asked.lock().unwrap().push(request.clone());
                step(request)
            })
        });
        Ok(Box::new(replay))
    });
    (netlink, log)
}

fn routing(steps: &'static [Step]) -> (LinuxHost, Log) {
    let (route, log) = play(steps);
    (LinuxHost::system().over(route, play(&[]).0), log)
}

fn devlink(steps: &'static [Step]) -> (LinuxHost, Log) {
    let (generic, log) = play(steps);
    (LinuxHost::system().over(play(&[]).0, generic), log)
}

fn pf() -> IfIndex {
    IfIndex::new(7).unwrap()
}

fn reply(request: &Message, kind: u16, payload: Vec<u8>) -> Vec<u8> {
    [Message::new(kind, payload).reply_to(request), Message::ack(request)].concat()
}

fn part(request: &Message, payload: Vec<u8>) -> Vec<u8> {
    Message { flags: MULTI, ..Message::new(16, payload) }.reply_to(request)
}

fn other_link(index: u8) -> Vec<u8> {
    let mut payload = link_with_vfs(1, &vfs(1));
    payload[4] = index;
    payload
}

#[test]
fn vf_data_is_asked_for_once_and_without_statistics() {
    let (host, log) = routing(&[|request| reply(request, 16, link_with_vfs(300, &vfs(300)))]);
    let list = host.vfs(pf()).unwrap();
    assert_eq!((list.announced, list.vfs.len()), (300, 300));
    let asked = log.lock().unwrap();
    let [request] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(request.payload.ends_with(&nla(29, &9_u32.to_ne_bytes())), "VF | SKIP_STATS");
}

#[test]
fn a_reply_that_does_not_fit_is_asked_for_as_a_dump() {
    let (host, log) = routing(&[
        |request| Message::refusal(request, 90),
        |request| {
            [
                part(request, other_link(8)),
                part(request, link_with_vfs(240, &netlink_support::with_stats(240))),
                part(request, other_link(9)),
                Message::done(request),
            ]
            .concat()
        },
    ]);
    let list = host.vfs(pf()).unwrap();
    assert_eq!((list.announced, list.vfs.len(), list.wrapped), (240, 240, true));
    let kinds: Vec<u16> = log.lock().unwrap().iter().map(|request| request.flags).collect();
    assert_eq!(kinds, [5, 0x305]);
}

#[test]
fn a_dump_without_the_link_is_not_an_empty_list() {
    let (host, _) = routing(&[
        |request| Message::refusal(request, 90),
        |request| [part(request, other_link(8)), Message::done(request)].concat(),
    ]);
    assert!(host.vfs(pf()).unwrap_err().is_not_found());
    let (host, _) = routing(&[
        |request| Message::refusal(request, 90),
        |request| Message::refusal(request, 90),
    ]);
    assert_eq!(host.vfs(pf()).unwrap_err().errno(), Some(Errno::MSGSIZE));
}

#[test]
fn a_short_list_is_handed_on_with_what_was_announced() {
    let (host, _) = routing(&[|request| reply(request, 16, link_with_vfs(3, &vfs(2)))]);
    let list = host.vfs(pf()).unwrap();
    assert_eq!((list.announced, list.vfs.len()), (3, 2));
}

#[test]
fn other_refusals_are_not_tried_again() {
    let (host, log) = routing(&[|request| Message::refusal(request, 1)]);
    let error = host.vfs(pf()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::PERM));
    assert_eq!(error.to_string(), "cannot read the VF list of link 7");
    assert_eq!(log.lock().unwrap().len(), 1);
}

#[test]
fn one_link_with_a_name_that_is_no_text_does_not_hide_the_others() {
    let (host, _) = routing(&[|request| {
        let mut odd = other_link(8);
        odd[20] = 0xff;
        let parts = [part(request, odd), part(request, other_link(9)), Message::done(request)];
        parts.concat()
    }]);
    let indexes: Vec<u32> = host.links().unwrap().iter().map(|link| link.index.get()).collect();
    assert_eq!(indexes, [9]);
    let (host, _) = routing(&[|request| {
        let mut odd = other_link(8);
        odd.truncate(odd.len() - 3);
        [part(request, odd), Message::done(request)].concat()
    }]);
    let error = host.links().unwrap_err();
    assert!(matches!(error.source, NetlinkFault::Malformed { .. }), "{error:?}");
}

#[test]
fn no_changes_are_no_request() {
    let (host, log) = routing(&[Message::ack]);
    host.set_vfs(pf(), &[]).unwrap();
    assert!(log.lock().unwrap().is_empty());
    let change = VfChange { vf: VfIndex::new(0), set: VfSetting::Trust(true) };
    host.set_vfs(pf(), &[change; 64]).unwrap();
    assert_eq!(log.lock().unwrap().len(), 1);
}

fn family(request: &Message) -> Vec<u8> {
    let mut payload = vec![1, 2, 0, 0];
    payload.extend(nla(2, b"devlink\0"));
    payload.extend(nla(1, &21_u16.to_ne_bytes()));
    reply(request, 16, payload)
}

fn eswitch(request: &Message, mode: u16) -> Vec<u8> {
    let mut payload = vec![29, 1, 0, 0];
    payload.extend(nla(1, b"pci\0"));
    payload.extend(nla(2, b"0000:03:00.0\0"));
    payload.extend(nla(25, &mode.to_ne_bytes()));
    payload.extend(nla(26, &[0]));
    reply(request, 21, payload)
}

fn device() -> DevlinkDevice {
    DevlinkDevice::from("0000:03:00.0".parse::<sriov_host::PciAddress>().unwrap())
}

#[test]
fn the_eswitch_mode_is_read() {
    let (host, log) =
        devlink(&[family, |request| eswitch(request, 1), family, |request| eswitch(request, 0)]);
    assert_eq!(host.eswitch_mode(&device()).unwrap(), Some(EswitchMode::Switchdev));
    assert_eq!(host.eswitch_mode(&device()).unwrap(), Some(EswitchMode::Legacy));
    let asked = log.lock().unwrap();
    let mut get_family = vec![3, 1, 0, 0];
    get_family.extend(nla(2, b"devlink\0"));
    assert_eq!((asked[0].kind, &asked[0].payload), (16, &get_family));
    let mut get = vec![29, 1, 0, 0];
    get.extend(nla(1, b"pci\0"));
    get.extend(nla(2, b"0000:03:00.0\0"));
    assert_eq!((asked[1].kind, &asked[1].payload), (21, &get));
}

#[test]
fn absence_of_devlink_of_the_device_and_of_an_eswitch_are_none() {
    let steps: [&[Step]; 3] = [
        &[|request| Message::refusal(request, 2)],
        &[family, |request| Message::refusal(request, 19)],
        &[family, |request| Message::refusal(request, 95)],
    ];
    for steps in steps {
        assert_eq!(devlink(steps).0.eswitch_mode(&device()).unwrap(), None);
    }
    // A device that answers without a mode.
    let (host, _) = devlink(&[family, |request| reply(request, 21, vec![29, 1, 0, 0])]);
    assert_eq!(host.eswitch_mode(&device()).unwrap(), None);
}

#[test]
fn what_cannot_be_told_is_an_error() {
    let (host, _) = devlink(&[family, |request| Message::refusal(request, 1)]);
    let error = host.eswitch_mode(&device()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::PERM));
    assert_eq!(error.to_string(), "cannot read the eswitch mode of pci/0000:03:00.0");
    // `switchdev_inactive`, and modes of the future.
    let (host, _) = devlink(&[family, |request| eswitch(request, 2)]);
    let error = host.eswitch_mode(&device()).unwrap_err();
    assert!(matches!(error.source, NetlinkFault::Malformed { .. }), "{error:?}");
    let (host, _) = devlink(&[family, Message::ack]);
    assert!(host.eswitch_mode(&device()).is_err(), "an acknowledgement alone says nothing");
}

#[test]
fn the_eswitch_mode_is_set() {
    let (host, log) = devlink(&[family, Message::ack]);
    host.set_eswitch_mode(&device(), EswitchMode::Switchdev, LONG).unwrap();
    let asked = log.lock().unwrap();
    let mut set = vec![30, 1, 0, 0];
    set.extend(nla(1, b"pci\0"));
    set.extend(nla(2, b"0000:03:00.0\0"));
    set.extend(nla(25, &1_u16.to_ne_bytes()));
    assert_eq!((asked[1].kind, asked[1].flags, &asked[1].payload), (21, 5, &set));
}

#[test]
fn setting_the_mode_of_nothing_is_refused() {
    let (host, _) = devlink(&[|request| Message::refusal(request, 2)]);
    let error = host.set_eswitch_mode(&device(), EswitchMode::Legacy, LONG).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::OPNOTSUPP));
    let (host, _) = devlink(&[family, |request| Message::refusal(request, 16)]);
    let error = host.set_eswitch_mode(&device(), EswitchMode::Legacy, LONG).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::BUSY));
    assert_eq!(error.to_string(), "cannot set the eswitch mode of pci/0000:03:00.0");
}

#[test]
fn a_mode_change_that_takes_longer_is_still_running() {
    let (host, _) = devlink(&[family, |_| Vec::new()]);
    let deadline = Duration::from_millis(50);
    let error = host.set_eswitch_mode(&device(), EswitchMode::Legacy, deadline).unwrap_err();
    assert!(matches!(error.source, NetlinkFault::StillRunning { .. }), "{error:?}");
}
