//! Vital product data, as PCI has it.

use super::machine::CardMachine;

const ID_STRING: u8 = 0x82;
const READ_ONLY: u8 = 0x90;
const END: u8 = 0x78;

/// What `vpd` of a PF holds.
pub(in crate::sim) fn of_card(machine: &CardMachine) -> Vec<u8> {
    let mut bytes = Vec::new();
    resource(&mut bytes, ID_STRING, machine.description.as_bytes());
    let mut fields = Vec::new();
    let part = machine.part.split('_').next().unwrap_or_default();
    field(&mut fields, *b"PN", part.as_bytes());
    field(&mut fields, *b"EC", b"A7");
    field(&mut fields, *b"V2", part.as_bytes());
    field(&mut fields, *b"SN", machine.serial.as_bytes());
    let unique = unique_id(&machine.serial);
    field(&mut fields, *b"V3", unique.as_bytes());
    field(&mut fields, *b"V0", b"PCIeGen4 x16");
    // The checksum makes the sum of all bytes up to and with itself zero.
    let mut probe = bytes.clone();
    fields.extend(*b"RV");
    fields.push(1);
    let length = u16::try_from(fields.len() + 1).unwrap_or(u16::MAX);
    probe.push(READ_ONLY);
    probe.extend(length.to_le_bytes());
    probe.extend(&fields);
    let sum = probe.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    fields.push(sum.wrapping_neg());
    resource(&mut bytes, READ_ONLY, &fields);
    bytes.push(END);
    bytes
}

fn resource(bytes: &mut Vec<u8>, tag: u8, content: &[u8]) {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    bytes.push(tag);
    bytes.extend(length.to_le_bytes());
    bytes.extend(content);
}

fn field(bytes: &mut Vec<u8>, keyword: [u8; 2], content: &[u8]) {
    let content = content.get(..content.len().min(255)).unwrap_or_default();
    bytes.extend(keyword);
    bytes.push(u8::try_from(content.len()).unwrap_or(u8::MAX));
    bytes.extend(content);
}

/// 32 hexadecimal digits that follow from the serial number.
fn unique_id(serial: &str) -> String {
    let mut high = 0xcbf2_9ce4_8422_2325_u64;
    for byte in serial.bytes() {
        high = (high ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{high:016x}{:016x}", high.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}
