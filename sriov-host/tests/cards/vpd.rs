#![expect(clippy::indexing_slicing, reason = "bytes that are not there fail the test")]

use sriov_host::seam::{Files, HostPath};

use crate::support::{SERIAL, machine};

/// The fields of the read-only resource, found as a reader of PCI's format finds them.
fn fields(bytes: &[u8]) -> (String, Vec<(String, Vec<u8>)>) {
    let length = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    assert_eq!(bytes[0], 0x82);
    let name = String::from_utf8(bytes[3..3 + length(1)].to_vec()).unwrap();
    let mut at = 3 + length(1);
    assert_eq!(bytes[at], 0x90);
    let end = at + 3 + length(at + 1);
    at += 3;
    let mut found = Vec::new();
    while at < end {
        let size = usize::from(bytes[at + 2]);
        let keyword = String::from_utf8(bytes[at..at + 2].to_vec()).unwrap();
        found.push((keyword, bytes[at + 3..at + 3 + size].to_vec()));
        at += 3 + size;
    }
    assert_eq!((at, bytes[at], bytes.len()), (end, 0x78, end + 1));
    (name, found)
}

#[test]
fn pfs_of_a_card_have_vital_product_data_with_its_checksum() {
    let host = machine("part: MCX623106AN-CDA_Ax", "");
    let vpd = |path: &str| host.read_file(&HostPath::new(path)).unwrap();
    let bytes = vpd("/sys/bus/pci/devices/0000:3b:00.1/vpd").unwrap();
    let (name, fields) = fields(&bytes);
    assert!(name.starts_with("ConnectX-6 Dx"), "{name}");
    let value = |wanted: &str| &fields.iter().find(|(keyword, _)| keyword == wanted).unwrap().1;
    assert_eq!(value("PN"), b"MCX623106AN-CDA");
    assert_eq!(value("SN"), SERIAL.as_bytes());
    assert_eq!(value("V3").len(), 32);
    assert_eq!(fields.last().unwrap().0, "RV");
    let sum = bytes[..bytes.len() - 1].iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    assert_eq!(sum, 0, "RV is the last byte in front of the end");
    assert_eq!(vpd("/sys/bus/pci/devices/0000:3b:00.0/vpd").unwrap(), bytes);
    assert_eq!(vpd("/sys/bus/pci/devices/0000:3c:00.0/vpd"), None);
}
