//! Builds kernel messages by hand, without the code under test.
#![allow(dead_code, reason = "each test uses a part")]

use sriov_host::netlink::Message;

/// Bytes in hexadecimal digits; white space is for the reader.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
        _ => None,
    };
    digits.chunks(2).filter_map(byte).collect()
}

/// Length, kind, payload, padding.
pub(crate) fn nla(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 4).unwrap_or_default();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

pub(crate) fn u8_(kind: u16, number: u8) -> Vec<u8> {
    nla(kind, &[number])
}

pub(crate) fn u32_(kind: u16, number: u32) -> Vec<u8> {
    nla(kind, &number.to_ne_bytes())
}

pub(crate) fn u64_(kind: u16, number: u64) -> Vec<u8> {
    nla(kind, &number.to_ne_bytes())
}

pub(crate) fn strz(kind: u16, text: &str) -> Vec<u8> {
    nla(kind, &[text.as_bytes(), &[0]].concat())
}

/// A device of the list of devices: number, name, how many ports.
pub(crate) fn device(index: u32, name: &str, ports: Option<u32>) -> Vec<u8> {
    let ports = ports.map(|ports| u32_(3, ports)).unwrap_or_default();
    [u32_(1, index), strz(2, name), ports, u8_(14, 1), strz(67, "roce")].concat()
}

/// A port, active, with a netdev.
pub(crate) fn port(index: u32, number: u32) -> Vec<u8> {
    let netdev = [u32_(50, 40 + number), strz(51, &format!("eth{number}"))].concat();
    [u32_(1, index), strz(2, "any"), u32_(3, number), u8_(12, 4), u8_(13, 5), netdev].concat()
}

/// A summary of resources.
pub(crate) fn summary(counts: &[(&str, u64)]) -> Vec<u8> {
    let entry = |(name, count): &(&str, u64)| nla(16, &[strz(17, name), u64_(18, *count)].concat());
    nla(15, &counts.iter().flat_map(entry).collect::<Vec<_>>())
}

/// A list of who holds what: the kinds of table and entry, and what is in each entry.
pub(crate) fn owners(table: u16, entry: u16, entries: &[Vec<u8>]) -> Vec<u8> {
    let entries: Vec<u8> = entries.iter().flat_map(|inner| nla(entry, inner)).collect();
    [u32_(1, 0), strz(2, "rxe0"), nla(table, &entries)].concat()
}

/// Hardware counters.
pub(crate) fn counters(values: &[(&str, u64)]) -> Vec<u8> {
    let entry = |(name, value): &(&str, u64)| nla(81, &[strz(82, name), u64_(83, *value)].concat());
    nla(80, &values.iter().flat_map(entry).collect::<Vec<_>>())
}

/// The reply to a request about one object.
pub(crate) fn reply(request: &Message, payload: Vec<u8>) -> Vec<u8> {
    [Message::new(0x1401, payload).reply_to(request), Message::ack(request)].concat()
}

/// The reply to a request for all objects.
pub(crate) fn dump(request: &Message, payloads: Vec<Vec<u8>>) -> Vec<u8> {
    let part = |payload| Message { flags: 2, ..Message::new(0x1401, payload) }.reply_to(request);
    let mut bytes: Vec<u8> = payloads.into_iter().flat_map(part).collect();
    bytes.extend(Message::done(request));
    bytes
}
