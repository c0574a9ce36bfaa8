//! What is measured with: messages built by hand, and a large host in files.

#[expect(clippy::disallowed_methods, reason = "it makes files to measure with")]
pub mod fake_root;

/// A network as most are: a VLAN, an IPAM configuration and a chained plugin.
pub const NETWORK: &str = r#"
apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetwork
metadata: { name: storage, namespace: sriov-network-operator }
spec:
  networkNamespace: shop
  resourceName: cx6_storage
  vlan: 100
  spoofChk: "off"
  trust: "on"
  maxTxRate: 10000
  capabilities: '{"mac": true, "ips": true}'
  ipam: |
    {
      "type": "host-local",
      "subnet": "10.56.217.0/24",
      "rangeStart": "10.56.217.171",
      "rangeEnd": "10.56.217.181",
      "routes": [{ "dst": "0.0.0.0/0" }],
      "gateway": "10.56.217.1"
    }
  metaPlugins: |
    { "type": "tuning", "sysctl": { "net.core.somaxconn": "500" } }
"#;

/// The answer of a card with this many parameters, in three columns as mstflint 4.26 prints them.
pub fn firmware_table(rows: usize) -> String {
    let mut text = format!(
        "\nDevice #1:\n----------\n\n{:<20}{:<20}\n{:<20}{:<20}\n\n{:<52}{:<21}{:<21}Next Boot\n",
        "Device type:",
        "ConnectX6DX",
        "Device:",
        "0000:3b:00.0",
        "Configurations:",
        "Default",
        "Current",
    );
    for row in 0..rows {
        let value = match row % 4 {
            0 => row.to_string(),
            1 => "DEVICE_DEFAULT(0)".to_owned(),
            2 => "Array[0..15]".to_owned(),
            _ => "False(0)".to_owned(),
        };
        let name = format!("PARAMETER_OF_A_USUAL_LENGTH_{row}");
        text += &format!("        {name:<44}{value:<20} {value:<20} {value:<20}\n");
    }
    text
}

/// Length, kind, payload, padding; the length is cut to 16 bits, as the kernel cuts it.
fn nla(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from((payload.len() + 4) & 0xffff).unwrap_or_default();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

/// One VF with everything that Linux 6.12 reports for an Ethernet PF: 296 bytes.
fn vf(number: u32) -> Vec<u8> {
    let mut mac = words(&[number]);
    mac.extend([2, 0, 0, 0]);
    mac.extend(u16::try_from(number).unwrap_or_default().to_be_bytes());
    mac.resize(36, 0);
    let mut vlan = words(&[number, 100, 0]);
    vlan.extend([0x81, 0, 0, 0]);
    let stats: Vec<u8> = (0..8).flat_map(|kind| nla(kind, &7_u64.to_ne_bytes())).collect();
    let info = [
        nla(1, &mac),
        nla(13, &[0xff; 32]),
        nla(2, &words(&[number, 100, 0])),
        nla(6, &words(&[number, 0, 1000])),
        nla(3, &words(&[number, 1000])),
        nla(4, &words(&[number, 1])),
        nla(5, &words(&[number, 0])),
        nla(7, &words(&[number, u32::MAX])),
        nla(9, &words(&[number, 0])),
        nla(12, &nla(1, &vlan)),
        nla(8, &stats),
    ];
    nla(1, &info.concat())
}

/// The payload of an `RTM_NEWLINK` about a PF with that many VFs.
pub fn link_with_vfs(count: u32) -> Vec<u8> {
    let list: Vec<u8> = (0..count).flat_map(vf).collect();
    [
        // struct ifinfomsg: Ethernet, index 7, up.
        words(&[1 << 16, 7, 0x1043, 0]),
        nla(3, b"eth0\0"),
        nla(4, &words(&[1500])),
        nla(21, &words(&[count])),
        nla(22, &list),
    ]
    .concat()
}
