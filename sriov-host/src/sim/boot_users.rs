//! From a description to a running machine: files, users, namespaces, RDMA.

use super::files::Content;
use super::kernel::{Kernel, Route};
use super::machine::Machine;
use super::machine_error::MachineError;
use super::model;
use super::process::{Held, Process};

impl Kernel {
    /// Ordinary files, and the initramfs that was made from them.
    pub(super) fn place_files(&mut self, machine: &Machine) {
        for (path, text) in &machine.files {
            let path = path.trim_start_matches('/').to_owned();
            self.files.insert(path, Content::from(text.as_bytes()));
        }
        self.regenerate_initramfs();
    }

    /// Loads `ib_core`, ahead of the drivers that need it.
    pub(super) fn load_rdma_at_boot(&mut self, machine: &Machine) -> Result<(), MachineError> {
        let driver = |name: &str| model::of_driver(name).is_some_and(|model| model.rdma);
        let by_driver = machine.pfs.iter().any(|pf| driver(pf.driver.as_str()));
        let early = self.initramfs.contains("ib_core");
        let wanted = machine.rdma.loaded.unwrap_or(by_driver || early);
        let possible = wanted && machine.rdma.supported;
        if !possible && !machine.rdma.soft_links.is_empty() {
            return Err(senseless("soft RDMA devices without ib_core"));
        }
        if wanted {
            let said = machine.rdma.netns_mode.or_else(|| self.boot_netns_mode(early));
            let mode =
                said.ok_or_else(|| senseless("ib_core.netns_mode has a value that is none"))?;
            self.load_rdma(mode);
        }
        Ok(())
    }

    pub(super) fn place_users(&mut self, machine: &Machine) -> Result<(), MachineError> {
        for holder in &machine.holders {
            let function = self.named(holder.pf, holder.vf)?;
            let held = Held::Function(function, holder.holds);
            self.processes.insert(holder.pid, Process::holding(&holder.comm, held));
        }
        if let Some(route) = machine.default_route {
            let function = self.named(route.pf, route.vf)?;
            let netdev = self
                .main_netdev(function)
                .ok_or_else(|| senseless(&format!("{function}: a route needs a netdev")))?;
            self.default_route = Some(Route { ifindex: netdev.ifindex, ipv6: route.ipv6 });
        }
        Ok(())
    }

    pub(super) fn place_rdma(&mut self, machine: &Machine) -> Result<(), MachineError> {
        for link in &machine.rdma.soft_links {
            let (name, kind, netdev) = (&link.name, &link.kind, &link.netdev);
            self.add_soft_rdma(name.as_str(), kind.as_str(), netdev.as_str()).map_err(|errno| {
                senseless(&format!("the {kind} device {name} on {netdev} is {errno}"))
            })?;
        }
        for user in &machine.kernel_users {
            let function = self.named(user.pf, user.vf)?;
            self.rdma.kernel_users.push((function, user.name.clone()));
        }
        for namespace in &machine.namespaces {
            self.add_namespace(namespace)?;
        }
        Ok(())
    }
}

fn senseless(problem: &str) -> MachineError {
    MachineError::Senseless(problem.to_owned())
}
