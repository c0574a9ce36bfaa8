//! A restart: what is lost, what comes back, and with which settings.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde::{Deserialize, Serialize};

use super::agenda::Agenda;
use super::card::Restart;
use super::files::Content;
use super::function::{Function, Pf};
use super::host::SimHost;
use super::job::What;
use super::kernel::Kernel;
use super::namespaces::Namespaces;
use super::netdev::LOOPBACK;
use super::numvfs::parse_bool;
use super::process::Process;
use super::rng::Rng;
use crate::seam::{Files, FilesError, HostPath, Lock};
use crate::{Errno, EswitchMode, ModuleName, NetnsMode, PciAddress, modprobe};

/// Which boot this is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Boot {
    seed: u64,
    number: u64,
}

impl Boot {
    pub(super) const fn first(seed: u64) -> Self {
        Self { seed, number: 1 }
    }
}

impl SimHost {
    /// Restarts the machine.
    ///
    /// VFs, namespaces, processes, soft RDMA devices and all below `/run` are gone; drivers, netdevs
    /// and udev's names are back when this returns; the command line is the one that was staged.
    /// Subscriptions of before are left to time out.
    ///
    /// ```
    /// use sriov_host::seam::{HostPath, Sysfs};
    /// use sriov_host::sim::SimHost;
    ///
    /// let host = SimHost::demo();
    /// let boot_id = HostPath::new("/proc/sys/kernel/random/boot_id");
    /// let before = host.read(&boot_id)?;
    /// host.reboot();
    /// assert_ne!(host.read(&boot_id)?, before);
    /// assert_eq!(host.read(&HostPath::pci("0000:3b:00.1".parse()?).join("sriov_numvfs"))?, "0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reboot(&self) {
        self.kernel().reboot(Restart::Warm);
    }

    /// Takes the power away and gives it back: as [`reboot`](Self::reboot), and every card loads
    /// what was written for it.
    pub fn power_cycle(&self) {
        self.kernel().reboot(Restart::Power);
    }

    /// The command line of the next boots, as a boot loader's configuration would have it.
    pub fn stage_cmdline(&self, cmdline: &str) {
        self.kernel().next_cmdline = Some(cmdline.to_owned());
    }
}

impl Kernel {
    /// A random UUID, another one for each boot.
    pub(super) fn boot_id(&self) -> String {
        let mut rng = Rng::new(self.boot.seed ^ self.boot.number.wrapping_mul(0x5851_f42d));
        let (high, low) = (rng.next(), rng.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }

    fn reboot(&mut self, how: Restart) {
        let up = self.pfs_that_are_up();
        self.finalize_deployment();
        self.forget_this_boot();
        if let Some(staged) = self.next_cmdline.clone().or_else(|| self.staged_cmdline()) {
            self.cmdline = staged;
        }
        self.boot.number += 1;
        self.restart_cards(how);
        self.load_rdma_of_this_boot();
        self.bind_after_boot();
        self.settle();
        for address in up {
            if let Some(ifindex) = self.main_netdev(address).map(|netdev| netdev.ifindex) {
                self.set_up(ifindex, true);
            }
        }
        self.settle();
    }

    /// Those that the host's configuration will bring up again.
    fn pfs_that_are_up(&self) -> Vec<PciAddress> {
        let pfs = self.functions.iter().filter(|(_, function)| function.pf().is_some());
        let up = |address: &PciAddress| self.main_netdev(*address).is_some_and(|it| it.up);
        pfs.map(|(address, _)| *address).filter(up).collect()
    }

    fn forget_this_boot(&mut self) {
        self.now = 0;
        self.agenda = Agenda::default();
        self.jobs.clear();
        self.locks.clear();
        self.going.clear();
        self.processes = BTreeMap::from([(1, Process::init())]);
        self.namespaces = Namespaces::default();
        self.default_route = None;
        self.udev_db.clear();
        self.listeners.told_at = 0;
        self.files.retain(|path, _| !path.starts_with("run/"));
        self.netdevs.retain(|ifindex, _| *ifindex == LOOPBACK);
        self.last_vf_ifindex.clear();
        (self.last_ifindex, self.rdma.loaded) = (LOOPBACK, false);
        self.rdma.devices.clear();
        self.rdma.kernel_users.clear();
        self.functions.retain(|_, function| function.pf().is_some());
        self.functions.values_mut().for_each(Function::reset);
    }

    fn bind_after_boot(&mut self) {
        let pfs: Vec<(PciAddress, &'static str, &'static str)> = (self.functions.iter())
            .filter_map(|(address, function)| {
                let model = function.pf()?.model();
                Some((*address, model.driver, model.vf_driver))
            })
            .collect();
        for (function, driver, vf_driver) in pfs {
            self.drivers.extend([driver, vf_driver].map(str::to_owned));
            self.start(vec![What::Probe { function, new: true }.now()], false);
        }
    }

    /// Loads `ib_core` if this boot does, with the settings that this boot has for it.
    pub(super) fn load_rdma_of_this_boot(&mut self) {
        let early = self.initramfs.contains("ib_core");
        let wanted = early || self.rdma.at_boot.unwrap_or_else(|| self.rdma_driver());
        if wanted && let Some(mode) = self.boot_netns_mode(early) {
            self.load_rdma(mode);
        }
    }

    /// The mode that `ib_core` is loaded with; `None` if loading it fails, for a value that is none.
    ///
    /// The command line comes behind modprobe's files, and the last value counts.
    pub(super) fn boot_netns_mode(&self, early: bool) -> Option<NetnsMode> {
        let mut on_line = self.cmdline.split_whitespace().rev();
        let on_line = on_line.find_map(|arg| arg.strip_prefix("ib_core.netns_mode="));
        let value = on_line.map(str::to_owned).or_else(|| self.modprobe_netns_mode(early));
        let Some(value) = value else { return Some(NetnsMode::Shared) };
        let shared = parse_bool(&value)?;
        Some(if shared { NetnsMode::Shared } else { NetnsMode::Exclusive })
    }

    fn modprobe_netns_mode(&self, early: bool) -> Option<String> {
        let files = if early { &self.initramfs.modprobe } else { &self.files };
        let module: ModuleName = "ib_core".parse().ok()?;
        let settings = modprobe::settings(&Snapshot(files), &module, "netns_mode").ok()?;
        settings.last().map(|setting| setting.value.clone())
    }
}

impl Function {
    /// As after a reset of the machine.
    fn reset(&mut self) {
        (self.driver, self.driver_override, self.locked_by) = (None, None, None);
        if let Some(pf) = self.pf_mut() {
            pf.reset();
        }
    }
}

impl Pf {
    fn reset(&mut self) {
        self.num_vfs = 0;
        self.vfs.clear();
        self.settings.clear();
        (self.autoprobe, self.eswitch) = (true, EswitchMode::Legacy);
    }
}

/// Files as they were, for readers of files.
struct Snapshot<'a>(&'a BTreeMap<String, Content>);

impl Files for Snapshot<'_> {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        Ok(self.0.get(path.as_str()).map(Content::bytes))
    }

    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
        let bytes = self.0.get(path.as_str()).map(Content::bytes);
        Ok(bytes.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>))
    }

    fn write_file(&self, path: &HostPath, _content: &[u8]) -> Result<(), FilesError> {
        Err(read_only("replace", path))
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        Err(read_only("remove", path))
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        Ok(super::files::names_in(self.0, folder))
    }

    fn lock(&self, path: &HostPath, _owner: &str) -> Result<Box<dyn Lock>, FilesError> {
        Err(read_only("lock", path))
    }
}

fn read_only(operation: &'static str, path: &HostPath) -> FilesError {
    FilesError::Io { operation, path: path.clone(), source: Errno::ROFS.to_io() }
}
