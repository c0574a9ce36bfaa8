//! Builds kernel messages by hand, without the code under test.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod netns;

/// Length, kind, payload, padding. The length is cut to 16 bits, as the kernel cuts it.
pub(crate) fn nla(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from((payload.len() + 4) & 0xffff).unwrap_or_default();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

pub(crate) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

pub(crate) fn ifinfomsg(index: u32) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend(1_u16.to_ne_bytes());
    bytes.extend(words(&[index, 0x1043, 0]));
    bytes
}

/// One VF, as the kernel reports it. The fields are what is on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Vf {
    pub(crate) number: u32,
    pub(crate) mac: [u8; 6],
    pub(crate) vlan: u32,
    pub(crate) qos: u32,
    pub(crate) proto: u16,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) spoof: u32,
    pub(crate) link_state: u32,
    pub(crate) rss: u32,
    pub(crate) trust: u32,
    pub(crate) guids: Option<(u64, u64)>,
    pub(crate) stats: bool,
    pub(crate) extra: Vec<u8>,
}

impl Vf {
    pub(crate) fn new(number: u32) -> Self {
        let [_, _, high, low] = number.to_be_bytes();
        Self {
            number,
            mac: [2, 0, 0, 0, high, low],
            vlan: 100,
            qos: 3,
            proto: 0x8100,
            min: 0,
            max: 1000,
            spoof: 1,
            link_state: 0,
            rss: u32::MAX,
            trust: 0,
            guids: None,
            stats: false,
            extra: Vec::new(),
        }
    }

    /// In the kernel's order (`rtnl_fill_vfinfo()`).
    pub(crate) fn encode(&self) -> Vec<u8> {
        let vf = self.number;
        let mut mac = words(&[vf]);
        mac.extend(self.mac);
        mac.resize(36, 0);
        let mut vlan = words(&[vf, self.vlan, self.qos]);
        let plain = nla(2, &vlan);
        vlan.extend(self.proto.to_be_bytes());
        vlan.extend([0; 2]);
        let mut info = nla(1, &mac);
        info.extend(nla(13, &[0xff; 32]));
        info.extend(plain);
        info.extend(nla(6, &words(&[vf, self.min, self.max])));
        info.extend(nla(3, &words(&[vf, self.max])));
        info.extend(nla(4, &words(&[vf, self.spoof])));
        info.extend(nla(5, &words(&[vf, self.link_state])));
        info.extend(nla(7, &words(&[vf, self.rss])));
        info.extend(nla(9, &words(&[vf, self.trust])));
        if let Some((node, port)) = self.guids {
            for (kind, guid) in [(10, node), (11, port)] {
                let mut payload = words(&[vf, 0]);
                payload.extend(guid.to_ne_bytes());
                info.extend(nla(kind, &payload));
            }
        }
        info.extend(nla(12, &nla(1, &vlan)));
        if self.stats {
            let stats: Vec<u8> = (0..8).flat_map(|kind| nla(kind, &7_u64.to_ne_bytes())).collect();
            info.extend(nla(8, &stats));
        }
        info.extend(&self.extra);
        nla(1, &info)
    }
}

/// The payload of an `RTM_NEWLINK` with a VF list, and attributes before and behind it.
pub(crate) fn link_with_vfs(announced: u32, vfs: &[Vf]) -> Vec<u8> {
    let mut payload = ifinfomsg(7);
    payload.extend(nla(3, b"eth0\0"));
    payload.extend(nla(4, &words(&[1500])));
    payload.extend(nla(1, &[2, 0, 0, 0, 0, 1]));
    payload.extend(nla(21, &words(&[announced])));
    let list: Vec<u8> = vfs.iter().flat_map(Vf::encode).collect();
    payload.extend(nla(22, &list));
    payload.extend(nla(56, b"0000:03:00.0\0"));
    payload.extend(nla(57, b"pci\0"));
    payload
}

pub(crate) fn vfs(count: u32) -> Vec<Vf> {
    (0..count).map(Vf::new).collect()
}

pub(crate) fn with_stats(count: u32) -> Vec<Vf> {
    (0..count).map(|number| Vf { stats: true, ..Vf::new(number) }).collect()
}
