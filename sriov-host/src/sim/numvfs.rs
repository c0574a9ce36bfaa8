use super::function::{Function, Role, Settings};
use super::job::{Flow, What};
use super::kernel::Kernel;
use super::rule::Rule;
use crate::{Errno, EswitchMode, PciAddress, VfIndex};

/// The pauses that `sriov_enable()` and `sriov_disable()` in `drivers/pci/iov.c` make.
const ENABLE_PAUSE_US: u64 = 100_000;
const DISABLE_PAUSE_US: u64 = 1_000_000;

/// `kstrtou16` with base 0: `0x` and a leading zero choose the base, one newline may follow.
pub(super) fn parse_u16(text: &str) -> Option<u16> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_prefix('+').unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    let (digits, base) = match lower.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None if lower.len() > 1 && lower.starts_with('0') => (lower.as_str(), 8),
        None => (lower.as_str(), 10),
    };
    let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    plain.then(|| u16::from_str_radix(digits, base).ok()).flatten()
}

/// `kstrtobool`, which looks at no more than two characters.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    let mut letters = text.chars().map(|letter| letter.to_ascii_lowercase());
    match (letters.next(), letters.next()) {
        (Some('y' | 't' | '1'), _) | (Some('o'), Some('n')) => Some(true),
        (Some('n' | 'f' | '0'), _) | (Some('o'), Some('f')) => Some(false),
        _ => None,
    }
}

impl Kernel {
    /// What `sriov_totalvfs` shows: the driver's limit counts while it is bound.
    pub(super) fn total_vfs(&self, function: &Function) -> u16 {
        let Some(pf) = function.pf() else { return 0 };
        if function.driver.is_some() && !self.breaks(Rule::DriverLowersTotal) {
            pf.driver_vfs
        } else {
            pf.hardware_vfs
        }
    }

    /// The checks of `sriov_numvfs_store()` that come before the device lock.
    pub(super) fn check_numvfs(&self, pf: PciAddress, value: &str) -> Result<u16, Errno> {
        let lenient = self.breaks(Rule::NumvfsParse).then(|| {
            let digits: String = value.chars().filter(char::is_ascii_digit).take(1).collect();
            digits.parse().unwrap_or(0)
        });
        let hexadecimal = value.to_ascii_lowercase().starts_with("0x");
        if hexadecimal && self.breaks(Rule::NumvfsHexadecimal) {
            return Err(Errno::INVAL);
        }
        let wanted = parse_u16(value).or(lenient).ok_or(Errno::INVAL)?;
        let function = self.functions.get(&pf).ok_or(Errno::NODEV)?;
        if wanted > self.total_vfs(function) {
            let answer = if self.breaks(Rule::NumvfsRange) { Errno::INVAL } else { Errno::RANGE };
            return Err(answer);
        }
        Ok(wanted)
    }

    /// The checks under the device lock, and the driver's `sriov_configure`.
    pub(super) fn store_numvfs(&mut self, address: PciAddress, wanted: u16) -> Flow {
        let Some(function) = self.functions.get(&address) else { return refused(Errno::NODEV) };
        let Some(pf) = function.pf() else { return refused(Errno::NODEV) };
        let current = pf.num_vfs;
        if current == wanted && !self.breaks(Rule::NumvfsEqualIsNoop) {
            return Flow::Done;
        }
        if function.driver.is_none() {
            let broken = self.breaks(Rule::NumvfsNeedsDriver);
            return refused(if broken { Errno::NODEV } else { Errno::NOENT });
        }
        if wanted == 0 {
            return self.disable_steps(address);
        }
        if current != 0 {
            if !self.breaks(Rule::NumvfsNoResize) {
                return refused(Errno::BUSY);
            }
            return Flow::Done;
        }
        if let Some(errno) = pf.enable_fails {
            return Flow::Failed(errno);
        }
        let count = wanted.min(pf.enables_at_most.unwrap_or(wanted));
        let asynchronous = pf.asynchronous || self.breaks(Rule::EnableIsSynchronous);
        let keeps = self.breaks(Rule::SettingsDieWithVfs);
        if let Some(pf) = self.pf_mut(address) {
            if !keeps {
                pf.settings.clear();
            }
            pf.settings.resize_with(usize::from(count), Settings::default);
        }
        self.restart_port(address);
        if self.breaks(Rule::PfChangeAfterAllVfs) {
            self.announce_pci("change", address, None);
        }
        let done = What::VfsEnabled { pf: address, count };
        if asynchronous {
            let later = What::AsyncVfs { pf: address, count };
            return Flow::Then(vec![done.after(ENABLE_PAUSE_US), later.now()]);
        }
        let vfs = (0..count).map(|index| What::AddVf { pf: address, index: VfIndex::new(index) });
        let pause = What::Lock(address).after(ENABLE_PAUSE_US);
        Flow::Then([pause].into_iter().chain(vfs.map(What::now)).chain([done.now()]).collect())
    }

    /// VFs that the platform plugs in later, as on s390x.
    pub(super) fn add_vfs_later(&mut self, pf: PciAddress, count: u16) -> Flow {
        for index in 0..count {
            let add = What::AddVf { pf, index: VfIndex::new(index) };
            let delay = self.rng.between(1_000, 40_000) * (u64::from(index) + 1);
            self.start(vec![add.after(delay)], false);
        }
        Flow::Done
    }

    /// `pci_iov_add_virtfn()`: the function, its links, its events, its driver.
    pub(super) fn add_vf(&mut self, address: PciAddress, index: VfIndex) -> Flow {
        let Some(function) = self.functions.get(&address) else { return refused(Errno::NODEV) };
        let Some(pf) = function.pf() else { return refused(Errno::NODEV) };
        // A late VF of a set that is gone again.
        if usize::from(index.get()) >= pf.settings.len() || pf.vfs.contains_key(&index.get()) {
            return Flow::Done;
        }
        let steps = pf.offset + pf.stride * u32::from(index.get());
        let Some(vf) = address.routing_offset(steps) else { return refused(Errno::NOMEM) };
        let added = Function {
            vendor: function.vendor,
            device: pf.vf_device,
            numa_node: function.numa_node,
            driver: None,
            driver_override: None,
            iommu_group: None,
            locked_by: None,
            role: Role::Vf { pf: address, index },
        };
        let switchdev = pf.eswitch == EswitchMode::Switchdev;
        self.functions.insert(vf, added);
        self.assign_iommu_group(vf);
        self.announce_pci("add", vf, None);
        if let Some(pf) = self.pf_mut(address) {
            pf.vfs.insert(index.get(), vf);
        }
        self.announce_pci("change", vf, None);
        if switchdev {
            self.add_representor(address, index);
        }
        Flow::Then(vec![What::Probe { function: vf, new: true }.now()])
    }

    /// The end of `sriov_enable()`.
    pub(super) fn vfs_enabled(&mut self, address: PciAddress, count: u16) -> Flow {
        if !self.breaks(Rule::PfChangeAfterAllVfs) {
            self.announce_pci("change", address, None);
        }
        if let Some(pf) = self.pf_mut(address) {
            pf.num_vfs = count;
        }
        Flow::Done
    }

    /// The steps of `sriov_disable()`.
    pub(super) fn disable_steps(&self, address: PciAddress) -> Flow {
        let vfs = self.functions.get(&address).and_then(Function::pf).map(|pf| pf.vfs.clone());
        let removals = vfs.unwrap_or_default().into_values().map(|vf| What::RemoveVf { vf }.now());
        let end = What::VfsDisabled { pf: address }.after(DISABLE_PAUSE_US);
        if self.breaks(Rule::NumvfsZeroDestroys) {
            return Flow::Then(vec![end]);
        }
        Flow::Then(removals.chain([end]).collect())
    }

    /// `pci_iov_remove_virtfn()`: the links go first.
    pub(super) fn remove_vf(&mut self, vf: PciAddress) -> Flow {
        let Some((pf, index)) = self.functions.get(&vf).and_then(Function::vf) else {
            return Flow::Done;
        };
        if let Some(pf) = self.pf_mut(pf) {
            pf.vfs.remove(&index.get());
        }
        let driver = self.functions.get(&vf).and_then(|vf| vf.driver.clone());
        let mut steps = vec![What::Lock(vf).now()];
        if driver.is_some() {
            steps.push(What::AwaitHolders { function: vf }.now());
            steps.push(What::Unbound { function: vf }.after(2_000));
        }
        steps.push(What::VfGone { vf }.after(500));
        Flow::Then(steps)
    }

    pub(super) fn vf_gone(&mut self, vf: PciAddress) -> Flow {
        if !self.breaks(Rule::RemoveEvents) {
            self.announce_pci("remove", vf, None);
        }
        let gone = self.functions.remove(&vf);
        if let Some((pf, index)) = gone.as_ref().and_then(Function::vf) {
            self.remove_representor(pf, index);
        }
        self.retry_parked();
        Flow::Done
    }

    pub(super) fn vfs_disabled(&mut self, address: PciAddress) -> Flow {
        if self.breaks(Rule::NoPfEventOnDisable) {
            self.announce_pci("change", address, None);
        }
        self.restart_port(address);
        let keeps = self.breaks(Rule::SettingsDieWithVfs);
        if let Some(pf) = self.pf_mut(address) {
            pf.num_vfs = 0;
            if !keeps {
                pf.settings.clear();
            }
        }
        Flow::Done
    }
}

fn refused(errno: Errno) -> Flow {
    Flow::Failed(errno.get())
}

#[cfg(test)]
mod tests {
    use super::{parse_bool, parse_u16};

    #[test]
    fn numbers_as_the_kernel_reads_them() {
        for (text, number) in
            [("7", 7), ("7\n", 7), ("0x2", 2), ("0X1f", 31), ("010", 8), ("+3", 3)]
        {
            assert_eq!(parse_u16(text), Some(number), "{text:?}");
        }
        for text in ["", "\n", "7x", "-1", "65536", " 1", "1 ", "0x", "08", "1\n\n"] {
            assert_eq!(parse_u16(text), None, "{text:?}");
        }
    }

    #[test]
    fn truth_as_the_kernel_reads_it() {
        for text in ["1", "y", "Y", "on", "On\n", "1\n"] {
            assert_eq!(parse_bool(text), Some(true), "{text:?}");
        }
        for text in ["0", "n", "off", "OFF"] {
            assert_eq!(parse_bool(text), Some(false), "{text:?}");
        }
        for text in ["", "2", "o", "maybe", " 1", "\n"] {
            assert_eq!(parse_bool(text), None, "{text:?}");
        }
    }
}
