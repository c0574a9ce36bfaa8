//! From a description to a running machine.

use std::collections::{BTreeMap, BTreeSet};

use super::agenda::{Agenda, Happening};
use super::events::Listeners;
use super::function::{Function, Pf, Role};
use super::initramfs::Initramfs;
use super::job::What;
use super::kernel::Kernel;
use super::machine::{Machine, PfMachine, VfMachine};
use super::machine_error::MachineError;
use super::model::{self, Model};
use super::namespaces::Namespaces;
use super::netdev::{LOOPBACK, NetDev};
use super::process::Process;
use super::rdma_core::RdmaCore;
use super::rdma_events::RdmaListeners;
use super::reboot::Boot;
use super::rng::Rng;
use crate::decorate::Faults;
use crate::seam::VfSetting;
use crate::{EswitchMode, LinkType, MacAddr, PciAddress, TxRate, VfIndex, VlanProto, VlanTag};

impl Kernel {
    /// A machine without anything.
    fn empty(machine: &Machine) -> Self {
        let loopback = NetDev::loopback();
        Self {
            now: 0,
            rng: Rng::new(machine.seed),
            iommu: machine.iommu,
            udev: machine.udev,
            costs: machine.kernel,
            functions: BTreeMap::new(),
            netdevs: BTreeMap::from([(LOOPBACK, loopback)]),
            udev_db: BTreeMap::new(),
            drivers: BTreeSet::from(["vfio-pci".to_owned()]),
            going: BTreeSet::new(),
            processes: BTreeMap::from([(1, Process::init())]),
            default_route: None,
            agenda: Agenda::default(),
            jobs: BTreeMap::new(),
            files: BTreeMap::new(),
            faults: Faults::default(),
            tool_faults: BTreeMap::new(),
            last_ifindex: LOOPBACK,
            last_job: 0,
            last_group: 0,
            capable: machine.capable,
            release: machine.release.clone(),
            cmdline: machine.cmdline.clone(),
            next_cmdline: None,
            boot: Boot::first(machine.seed),
            initramfs: Initramfs::new(&machine.initramfs),
            namespaces: Namespaces::default(),
            rdma: RdmaCore::new(&machine.rdma),
            cards: Vec::new(),
            lockdown: machine.lockdown,
            calls: 0,
            last_vf_ifindex: BTreeMap::new(),
            broken: None,
            listeners: Listeners::default(),
            rdma_listeners: RdmaListeners::default(),
            locks: BTreeMap::new(),
        }
    }

    pub(super) fn boot(machine: &Machine) -> Result<Self, MachineError> {
        let mut kernel = Self::empty(machine);
        kernel.plug_in_cards(machine)?;
        kernel.install_loader(&machine.boot);
        kernel.place_files(machine);
        kernel.load_rdma_at_boot(machine)?;
        for pf in &machine.pfs {
            kernel.plug_in(pf)?;
        }
        kernel.settle();
        for pf in &machine.pfs {
            kernel.dress_pf(pf);
            kernel.create_vfs(pf)?;
        }
        kernel.settle();
        kernel.place_users(machine)?;
        kernel.place_rdma(machine)?;
        kernel.faults = Faults::new(machine.faults.clone());
        kernel.now = kernel.now.max(machine.kernel.uptime_ms.saturating_mul(1000));
        for holder in &machine.holders {
            if let Some(after) = holder.exits_after_ms {
                kernel.after(after.saturating_mul(1000), Happening::Exit(holder.pid));
            }
        }
        Ok(kernel)
    }

    /// For the machines that are part of the crate: those make sense.
    pub(super) fn boot_or_empty(machine: &Machine) -> Self {
        Self::boot(machine).unwrap_or_else(|_| Self::empty(machine))
    }

    fn plug_in(&mut self, pf: &PfMachine) -> Result<(), MachineError> {
        let model = model::of_driver(pf.driver.as_str())
            .ok_or_else(|| senseless(pf.pci, &format!("driver {} is not known", pf.driver)))?;
        if self.functions.contains_key(&pf.pci) {
            return Err(senseless(pf.pci, "it is there twice"));
        }
        let side = self.pf_side(pf, model);
        if pf.num_vfs > side.driver_vfs.min(side.hardware_vfs) {
            let total = side.driver_vfs.min(side.hardware_vfs);
            return Err(senseless(pf.pci, &format!("{} VFs of {total} possible", pf.num_vfs)));
        }
        let function = Function {
            vendor: pf.vendor.map_or(model.vendor, crate::PciId::get),
            device: pf.device.map_or(model.device, crate::PciId::get),
            numa_node: pf.numa_node,
            driver: None,
            driver_override: None,
            iommu_group: None,
            locked_by: None,
            role: Role::Pf(Box::new(side)),
        };
        self.functions.insert(pf.pci, function);
        self.assign_iommu_group(pf.pci);
        self.drivers.extend([model.driver, model.vf_driver].map(str::to_owned));
        if pf.bound {
            self.bound(pf.pci, model.driver);
        }
        Ok(())
    }

    fn pf_side(&mut self, pf: &PfMachine, model: &Model) -> Pf {
        let [a, b, c, ..] = self.rng.next().to_be_bytes();
        let total_vfs = self.card_total(pf.pci).or(pf.total_vfs);
        let hardware_vfs = total_vfs.unwrap_or(model.hardware_vfs);
        let usual = if total_vfs.is_some() { hardware_vfs } else { model.driver_vfs };
        Pf {
            fits: model.driver.to_owned(),
            name: pf.name.as_ref().map(ToString::to_string),
            mac: pf.mac.unwrap_or(MacAddr::new([0x00, 0x16, 0x3e, a, b, c])),
            link_type: pf.link_type.unwrap_or(LinkType::Ether),
            hardware_vfs,
            driver_vfs: pf.driver_vfs.unwrap_or(usual).min(hardware_vfs),
            num_vfs: 0,
            offset: pf.offset.unwrap_or(model.offset),
            stride: pf.stride.unwrap_or(model.stride),
            vf_device: pf.vf_device.map_or(model.vf_device, crate::PciId::get),
            vf_probe_us: pf.vf_probe_ms.map_or(model.vf_probe_us, |ms| ms.saturating_mul(1000)),
            asynchronous: pf.asynchronous,
            enables_at_most: pf.enables_at_most,
            enable_fails: pf.enable_fails.map(|errno| errno.0.get()),
            autoprobe: pf.autoprobe,
            eswitch: EswitchMode::Legacy,
            settings: Vec::new(),
            vfs: BTreeMap::new(),
        }
    }

    /// What an administrator has done to a PF before the simulation begins.
    fn dress_pf(&mut self, pf: &PfMachine) {
        if let Some(side) = self.pf_mut(pf.pci) {
            side.eswitch = pf.eswitch.unwrap_or(EswitchMode::Legacy);
        }
        let Some(ifindex) = self.main_netdev(pf.pci).map(|netdev| netdev.ifindex) else { return };
        let netns = pf.netns.as_deref().map(|name| self.namespace_named(name));
        if let Some(netdev) = self.netdevs.get_mut(&ifindex) {
            netdev.mtu = pf.mtu.map_or(1500, crate::Mtu::get);
            netdev.up = pf.up;
            netdev.carrier = pf.up;
            netdev.netns = netns;
            if let Some(name) = &pf.name {
                netdev.name = name.to_string();
            }
        }
        self.udev_knows(ifindex);
    }

    fn create_vfs(&mut self, pf: &PfMachine) -> Result<(), MachineError> {
        if let Some(group) = pf.vfs.iter().find(|vfs| vfs.range.last().get() >= pf.num_vfs) {
            let (range, count) = (group.range, pf.num_vfs);
            return Err(senseless(pf.pci, &format!("VFs {range}, but only {count} exist")));
        }
        if pf.num_vfs == 0 {
            return Ok(());
        }
        // As an administrator does it: settings first, drivers then.
        self.set_initial_autoprobe(pf.pci, false);
        self.start(vec![What::StoreNumvfs { pf: pf.pci, wanted: pf.num_vfs }.now()], false);
        self.settle();
        self.set_initial_autoprobe(pf.pci, pf.autoprobe);
        let created = self.functions.get(&pf.pci).and_then(Function::pf);
        let vfs = created.map(|pf| pf.vfs.clone()).unwrap_or_default();
        if vfs.len() != usize::from(pf.num_vfs) && pf.enables_at_most.is_none() {
            return Err(senseless(pf.pci, "its VFs cannot be created"));
        }
        for (index, vf) in vfs {
            let index = VfIndex::new(index);
            let special = pf.vfs.iter().find(|vfs| vfs.range.contains(index));
            self.dress_vf(pf.pci, vf, index, special)?;
        }
        Ok(())
    }

    fn set_initial_autoprobe(&mut self, pf: PciAddress, autoprobe: bool) {
        if let Some(pf) = self.pf_mut(pf) {
            pf.autoprobe = autoprobe;
        }
    }

    fn dress_vf(
        &mut self,
        pf: PciAddress,
        vf: PciAddress,
        index: VfIndex,
        special: Option<&VfMachine>,
    ) -> Result<(), MachineError> {
        if let Some(settings) =
            self.pf_mut(pf).and_then(|pf| pf.settings.get_mut(usize::from(index.get())))
        {
            special
                .iter()
                .flat_map(|special| special.settings(index))
                .for_each(|one| settings.take(&one));
        }
        match special.and_then(|special| special.driver.as_deref()) {
            Some("none") => return Ok(()),
            Some("default") | None => {}
            Some(driver) => {
                if let Some(function) = self.functions.get_mut(&vf) {
                    function.driver_override = Some(driver.to_owned());
                }
                self.drivers.insert(driver.to_owned());
            }
        }
        let autoprobe =
            self.functions.get(&pf).and_then(Function::pf).is_some_and(|pf| pf.autoprobe);
        self.set_initial_autoprobe(pf, true);
        self.start(vec![What::Probe { function: vf, new: false }.now()], false);
        self.settle();
        self.set_initial_autoprobe(pf, autoprobe);
        if self.functions.get(&vf).is_none_or(|function| function.driver.is_none()) {
            return Err(senseless(vf, "its driver cannot be bound"));
        }
        let Some(ifindex) = self.main_netdev(vf).map(|netdev| netdev.ifindex) else {
            return Ok(());
        };
        let netns = special.and_then(|special| special.netns.as_deref());
        let netns = netns.map(|name| self.namespace_named(name));
        if let (Some(netdev), Some(special)) = (self.netdevs.get_mut(&ifindex), special) {
            netdev.mtu = special.mtu.map_or(netdev.mtu, crate::Mtu::get);
            netdev.up = special.up;
            netdev.carrier = special.up;
            netdev.netns = netns;
        }
        Ok(())
    }

    /// A PF or one of its VFs.
    pub(super) fn named(
        &self,
        pf: PciAddress,
        vf: Option<VfIndex>,
    ) -> Result<PciAddress, MachineError> {
        let unknown = || senseless(pf, "there is no such function");
        let side = self.functions.get(&pf).and_then(Function::pf).ok_or_else(unknown)?;
        match vf {
            None => Ok(pf),
            Some(index) => side.vfs.get(&index.get()).copied().ok_or_else(unknown),
        }
    }
}

impl VfMachine {
    /// The settings of one VF of the range.
    fn settings(&self, index: VfIndex) -> Vec<VfSetting> {
        let steps = u32::from(index.get()) - u32::from(self.range.first().get());
        let tag = VlanTag { id: self.vlan, qos: self.vlan_qos, proto: VlanProto::Dot1Q };
        let rates = (self.min_tx_rate_mbps, self.max_tx_rate_mbps);
        let rate = match rates {
            (None, None) => None,
            (min, max) => {
                Some((min.unwrap_or(TxRate::UNLIMITED), max.unwrap_or(TxRate::UNLIMITED)))
            }
        };
        [
            self.mac.and_then(|mac| mac.plus(steps)).map(VfSetting::Mac),
            Some(VfSetting::Vlan(tag)),
            rate.map(|(min, max)| VfSetting::Rate { min, max }),
            self.spoof_check.map(VfSetting::SpoofCheck),
            self.trust.map(VfSetting::Trust),
            self.link_state.map(VfSetting::LinkState),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn senseless(about: PciAddress, problem: &str) -> MachineError {
    MachineError::Senseless(format!("{about}: {problem}"))
}
