//! Machines by chance, for property tests.

use super::machine::{Machine, PfMachine, Udev, VfMachine};
use super::model::MODELS;
use super::rng::Rng;
use crate::{DriverName, MacAddr, PciAddress, VfIndex, VfRange, VlanId};

impl Machine {
    /// A machine by chance: the same one for the same seed. It always makes sense.
    ///
    /// One to three PFs of any driver, with and without VFs; some VFs unbound, with vfio-pci or in
    /// another namespace; udev quick, slow or absent. Nothing is held and nothing fails.
    pub fn random(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let iommu = rng.chance(50);
        let count = rng.between(1, 3);
        let pfs = (0..count).filter_map(|number| random_pf(&mut rng, number, iommu)).collect();
        Self { seed, iommu, udev: random_udev(&mut rng), pfs, ..Self::default() }
    }
}

fn random_udev(rng: &mut Rng) -> Udev {
    let min_ms = rng.between(1, 200);
    let spread = if rng.chance(20) { 5_000 } else { 300 };
    let max_ms = min_ms + rng.between(0, spread);
    Udev { present: rng.chance(80), renames: rng.chance(90), min_ms, max_ms }
}

fn random_pf(rng: &mut Rng, number: u64, iommu: bool) -> Option<PfMachine> {
    let model = pick(rng, &MODELS)?;
    let driver: DriverName = model.driver.parse().ok()?;
    // Far enough from each other for any number of VFs.
    let bus = u8::try_from(number * 8 + rng.between(1, 3)).ok()?;
    let total = model.driver_vfs.min(8);
    let bound = rng.chance(90);
    let num_vfs = if bound && rng.chance(50) { rng.between(0, total.into()) } else { 0 };
    let num_vfs = u16::try_from(num_vfs).ok()?;
    let vfs = (0..num_vfs).filter_map(|index| random_vf(rng, index, iommu)).collect();
    Some(PfMachine {
        pci: PciAddress::new(0, bus, 0, 0)?,
        driver,
        bound,
        vendor: None,
        device: None,
        vf_device: None,
        name: format!("ens{}f0", number + 1).parse().ok(),
        mac: None,
        mtu: None,
        up: rng.chance(80),
        netns: None,
        link_type: None,
        total_vfs: Some(total),
        driver_vfs: None,
        num_vfs,
        offset: None,
        stride: None,
        autoprobe: rng.chance(85),
        eswitch: None,
        numa_node: 0,
        vf_probe_ms: Some(rng.between(1, 300)),
        asynchronous: num_vfs == 0 && rng.chance(15),
        enables_at_most: None,
        enable_fails: None,
        vfs,
    })
}

fn random_vf(rng: &mut Rng, index: u16, iommu: bool) -> Option<VfMachine> {
    let index = VfIndex::new(index);
    let driver = match rng.between(1, 10) {
        1 | 2 => Some("none".to_owned()),
        3 if iommu => Some("vfio-pci".to_owned()),
        _ => None,
    };
    let netns = (driver.is_none() && rng.chance(10)).then(|| "pod".to_owned());
    let [a, b, c, ..] = rng.next().to_be_bytes();
    Some(VfMachine {
        range: VfRange::new(index, index)?,
        driver,
        netns,
        mac: rng.chance(50).then(|| MacAddr::new([2, 0, 0, a, b, c])),
        vlan: rng.chance(30).then(|| VlanId::new(u16::from(a) + 1)).flatten(),
        vlan_qos: crate::VlanQos::default(),
        spoof_check: rng.chance(30).then(|| rng.chance(50)),
        trust: rng.chance(30).then(|| rng.chance(50)),
        link_state: None,
        min_tx_rate_mbps: None,
        max_tx_rate_mbps: None,
        mtu: None,
        up: rng.chance(30),
    })
}

fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> Option<&'a T> {
    let last = u64::try_from(items.len()).ok()?.checked_sub(1)?;
    items.get(usize::try_from(rng.between(0, last)).ok()?)
}
