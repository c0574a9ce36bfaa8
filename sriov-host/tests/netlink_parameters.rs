//! Devlink parameters: the bytes of requests and answers, and the host over a replayed kernel.
#![cfg(all(feature = "linux", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test")]

mod netlink_support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use netlink_support::nla;
use sriov_host::Errno;
use sriov_host::linux::LinuxHost;
use sriov_host::netlink::{
    Message, Netlink, Replay, Request, decode_parameter, parameter_get, parameter_set,
};
use sriov_host::seam::{
    Devlink, DevlinkDevice, DevlinkParameter, NetlinkFault, ParameterMode, ParameterValue,
};

const LONG: Duration = Duration::from_secs(20);
const FAMILY: u16 = 21;

/// What Linux 6.12 answered for `max_macs` of netdevsim.
const MAX_MACS: &str = "0d005100 6d61785f 6d616373 00000000 04005200 05005300 03000000 \
                        18005400 14005500 05005700 01000000 08005600 20000000";
/// What it answered for `test1`, which was on.
const TEST1: &str = "0a005100 74657374 31000000 05005300 06000000 \
                     14005400 10005500 05005700 01000000 04005600";
/// The same, off: without data.
const TEST1_OFF: &str =
    "0a005100 74657374 31000000 05005300 06000000 10005400 0c005500 05005700 01000000";

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// An answer: the device, and the parameter with these bytes in it.
fn answer(parameter: &[u8]) -> Message {
    let device = [nla(1, b"netdevsim\0"), nla(2, b"netdevsim10\0")].concat();
    let payload = [vec![38, 1, 0, 0], device, nla(80, parameter)].concat();
    Message::new(FAMILY, payload)
}

fn decoded(parameter: &[u8]) -> DevlinkParameter {
    decode_parameter(&answer(parameter)).unwrap()
}

fn device() -> DevlinkDevice {
    DevlinkDevice::from("0000:03:00.0".parse::<sriov_host::PciAddress>().unwrap())
}

/// A request without its netlink header.
fn body(request: &Request) -> Vec<u8> {
    request.to_bytes(1).unwrap()[16..].to_vec()
}

#[test]
fn numbers_and_switches_are_decoded_as_the_kernel_sends_them() {
    let number = decoded(&hex(MAX_MACS));
    assert!(number.generic);
    assert_eq!(number.value(ParameterMode::DriverInit), Some(&ParameterValue::U32(32)));
    assert_eq!(number.value(ParameterMode::Permanent), None);
    let on = decoded(&hex(TEST1));
    assert!(!on.generic);
    assert_eq!(on.value(ParameterMode::DriverInit), Some(&ParameterValue::Bool(true)));
    let off = decoded(&hex(TEST1_OFF));
    assert_eq!(off.value(ParameterMode::DriverInit), Some(&ParameterValue::Bool(false)));
}

fn with_values(kind: u8, values: &[Vec<u8>]) -> Vec<u8> {
    [nla(81, b"x\0"), nla(83, &[kind]), nla(84, &values.concat())].concat()
}

fn value(mode: u8, data: &[u8]) -> Vec<u8> {
    nla(85, &[nla(87, &[mode]), nla(86, data)].concat())
}

#[test]
fn every_type_and_mode_is_decoded() {
    let of = |kind, data: &[u8]| {
        decoded(&with_values(kind, &[value(2, data)])).value(ParameterMode::Permanent).cloned()
    };
    assert_eq!(of(1, &[7]), Some(ParameterValue::U8(7)));
    assert_eq!(of(2, &[7, 1]), Some(ParameterValue::U16(263)));
    assert_eq!(of(4, &[7, 0, 0, 0, 1, 0, 0, 0]), Some(ParameterValue::U64((1 << 32) | 7)));
    assert_eq!(of(5, b"smfs\0"), Some(ParameterValue::Text("smfs".to_owned())));
    let all = decoded(&with_values(1, &[value(0, &[4]), value(1, &[5]), value(2, &[6])]));
    let modes = [ParameterMode::Runtime, ParameterMode::DriverInit, ParameterMode::Permanent];
    let numbers = modes.map(|mode| all.value(mode).and_then(ParameterValue::number));
    assert_eq!(numbers, [Some(4), Some(5), Some(6)]);
    // A mode of the future is left out, and the others are not.
    let odd = decoded(&with_values(1, &[value(9, &[4]), value(2, &[6])]));
    assert_eq!(odd.values.len(), 1);
    assert_eq!(odd.value(ParameterMode::Permanent), Some(&ParameterValue::U8(6)));
}

#[test]
fn what_is_not_understood_is_not_guessed() {
    let refused = [
        ("an unknown type", with_values(7, &[value(2, &[1])])),
        ("a number of another width", with_values(3, &[value(2, &[1, 0])])),
        ("a number without data", with_values(3, &[nla(85, &nla(87, &[2]))])),
        ("a switch with data", with_values(6, &[value(2, &[1])])),
        ("a value without a mode", with_values(3, &[nla(85, &nla(86, &[1, 0, 0, 0]))])),
        ("no type", [nla(81, b"x\0"), nla(84, &value(2, &[1]))].concat()),
        ("text that is none", with_values(5, &[value(2, &[0xff, 0])])),
    ];
    for (what, bytes) in refused {
        assert!(decode_parameter(&answer(&bytes)).is_err(), "{what}");
    }
    let nothing = Message::new(FAMILY, [vec![38, 1, 0, 0], nla(1, b"pci\0")].concat());
    assert!(decode_parameter(&nothing).is_err(), "no parameter at all");
}

#[test]
fn a_cut_answer_is_malformed_or_has_less_and_never_another_value() {
    for (text, whole) in [(MAX_MACS, ParameterValue::U32(32)), (TEST1, ParameterValue::Bool(true))]
    {
        let full = answer(&hex(text)).payload;
        for length in 0..full.len() {
            let cut = Message::new(FAMILY, full[..length].to_vec());
            if let Ok(parameter) = decode_parameter(&cut) {
                let found = parameter.value(ParameterMode::DriverInit);
                assert!(found.is_none() || found == Some(&whole), "{length}: {parameter:?}");
            }
        }
    }
}

#[test]
fn requests_name_the_device_and_are_not_nested() {
    let about = [nla(1, b"pci\0"), nla(2, b"0000:03:00.0\0"), nla(81, b"total_vfs\0")].concat();
    let get = parameter_get(FAMILY, &device(), "total_vfs");
    assert_eq!(body(&get), [vec![38, 1, 0, 0], about.clone()].concat());
    let set = |value: ParameterValue| {
        body(&parameter_set(FAMILY, &device(), "total_vfs", ParameterMode::Permanent, &value))
    };
    let head = [vec![39, 1, 0, 0], about].concat();
    let typed = |kind: u8| [head.clone(), nla(83, &[kind]), nla(87, &[2])].concat();
    assert_eq!(set(ParameterValue::U32(16)), [typed(3), nla(86, &[16, 0, 0, 0])].concat());
    assert_eq!(set(ParameterValue::Bool(true)), [typed(6), nla(86, &[])].concat());
    assert_eq!(set(ParameterValue::Bool(false)), typed(6));
    assert_eq!(set(ParameterValue::U8(1)), [typed(1), nla(86, &[1])].concat());
    assert_eq!(set(ParameterValue::U16(1)), [typed(2), nla(86, &[1, 0])].concat());
    assert_eq!(set(ParameterValue::U64(1)), [typed(4), nla(86, &1_u64.to_ne_bytes())].concat());
    assert_eq!(set(ParameterValue::Text("hi".to_owned())), [typed(5), nla(86, b"hi\0")].concat());
}

type Step = fn(&Message) -> Vec<u8>;

/// A host whose generic netlink plays these answers, and what it was asked.
fn host(steps: &'static [Step]) -> (LinuxHost, Arc<Mutex<Vec<Message>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&log);
    let generic = Netlink::over(move || {
        let replay = steps.iter().fold(Replay::new(), |replay, step| {
            let asked = Arc::clone(&asked);
            replay.answer(move |request| {
                asked.lock().unwrap().push(request.clone());
                step(request)
            })
        });
        Ok(Box::new(replay))
    });
    let route = Netlink::over(|| Ok(Box::new(Replay::new())));
    (LinuxHost::system().over(route, generic), log)
}

fn family(request: &Message) -> Vec<u8> {
    let payload = [vec![1, 2, 0, 0], nla(1, &FAMILY.to_ne_bytes())].concat();
    [Message::new(16, payload).reply_to(request), Message::ack(request)].concat()
}

fn max_macs(request: &Message) -> Vec<u8> {
    [answer(&hex(MAX_MACS)).reply_to(request), Message::ack(request)].concat()
}

#[test]
fn a_parameter_is_read() {
    let (host, log) = host(&[family, max_macs]);
    let found = host.parameter(&device(), "max_macs").unwrap().unwrap();
    assert_eq!(found.value(ParameterMode::DriverInit), Some(&ParameterValue::U32(32)));
    assert_eq!(log.lock().unwrap()[1].kind, FAMILY);
}

#[test]
fn absence_of_devlink_of_the_device_and_of_the_parameter_are_none() {
    let steps: [&[Step]; 4] = [
        &[|request| Message::refusal(request, 2)],
        &[family, |request| Message::refusal(request, 19)],
        &[family, |request| Message::refusal(request, 22)],
        &[family, |request| Message::refusal(request, 95)],
    ];
    for steps in steps {
        assert_eq!(host(steps).0.parameter(&device(), "total_vfs").unwrap(), None);
    }
    let (host, _) = host(&[family, |request| Message::refusal(request, 1)]);
    let error = host.parameter(&device(), "total_vfs").unwrap_err();
    assert_eq!(error.errno(), Some(Errno::PERM));
    assert_eq!(error.to_string(), "cannot read a parameter of pci/0000:03:00.0");
}

#[test]
fn a_parameter_is_set_refused_or_still_running() {
    let set = |steps, deadline| {
        let (host, log) = host(steps);
        let (mode, value) = (ParameterMode::Permanent, ParameterValue::U32(16));
        let result = host.set_parameter(&device(), "total_vfs", mode, &value, deadline);
        let asked = log.lock().unwrap().clone();
        (result, asked)
    };
    let (result, asked) = set(&[family, Message::ack], LONG);
    result.unwrap();
    let (mode, value) = (ParameterMode::Permanent, ParameterValue::U32(16));
    let expected = body(&parameter_set(FAMILY, &device(), "total_vfs", mode, &value));
    assert_eq!(asked[1].payload, expected);
    let (result, _) = set(&[family, |request| Message::refusal(request, 22)], LONG);
    assert_eq!(result.unwrap_err().errno(), Some(Errno::INVAL));
    let (result, _) = set(&[|request| Message::refusal(request, 2)], LONG);
    assert_eq!(result.unwrap_err().errno(), Some(Errno::OPNOTSUPP));
    let (result, _) = set(&[family, |_| Vec::new()], Duration::from_millis(50));
    let error = result.unwrap_err();
    assert!(matches!(error.source, NetlinkFault::StillRunning { .. }), "{error:?}");
}
