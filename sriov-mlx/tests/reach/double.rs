//! A simulated host of which a test answers for the programs and for the time.

use std::io::Read;
use std::time::Duration;

use sriov_host::seam::{
    Clock, Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, EventError, EventStream, Files,
    FilesError, HostPath, Link, LinkChange, LinkError, Lock, ParameterMode, ParameterValue, Sysfs,
    SysfsError, Tool, ToolError, ToolOutput, ToolRun, Uevents, VfChange, VfLink, VfList,
};
use sriov_host::sim::{Machine, SimHost};
use sriov_host::{EswitchMode, IfIndex};

pub(crate) type Ran = Result<ToolOutput, ToolError>;

/// What a test answers for; the rest is the simulator's.
pub(crate) trait Hooks: Send + Sync {
    fn run_tool(&self, sim: &SimHost, run: &ToolRun, deadline: Duration) -> Ran {
        sim.run_tool(run, deadline)
    }

    fn now(&self, sim: &SimHost) -> Duration {
        sim.now()
    }

    fn sleep(&self, sim: &SimHost, pause: Duration) {
        sim.sleep(pause);
    }

    fn read(&self, sim: &SimHost, path: &HostPath) -> Result<String, SysfsError> {
        sim.read(path)
    }

    fn read_file(&self, sim: &SimHost, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        sim.read_file(path)
    }

    fn parameter(
        &self,
        sim: &SimHost,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError> {
        sim.parameter(device, name)
    }
}

pub(crate) struct Hooked<H> {
    pub(crate) sim: SimHost,
    pub(crate) hooks: H,
}

impl<H> Hooked<H> {
    pub(crate) fn new(machine: &Machine, hooks: H) -> Self {
        Self { sim: SimHost::new(machine).unwrap(), hooks }
    }
}

impl<H: Hooks> Tool for Hooked<H> {
    fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError> {
        self.sim.find_tool(name)
    }

    fn run_tool(&self, run: &ToolRun, deadline: Duration) -> Ran {
        self.hooks.run_tool(&self.sim, run, deadline)
    }
}

impl<H: Hooks> Clock for Hooked<H> {
    fn now(&self) -> Duration {
        self.hooks.now(&self.sim)
    }

    fn sleep(&self, pause: Duration) {
        self.hooks.sleep(&self.sim, pause);
    }
}

impl<H: Hooks> Sysfs for Hooked<H> {
    fn read(&self, path: &HostPath) -> Result<String, SysfsError> {
        self.hooks.read(&self.sim, path)
    }

    fn write(&self, path: &HostPath, value: &str, deadline: Duration) -> Result<(), SysfsError> {
        self.sim.write(path, value, deadline)
    }

    fn read_link(&self, path: &HostPath) -> Result<String, SysfsError> {
        self.sim.read_link(path)
    }

    fn list(&self, path: &HostPath) -> Result<Vec<String>, SysfsError> {
        self.sim.list(path)
    }
}

impl<H: Hooks> VfLink for Hooked<H> {
    fn links(&self) -> Result<Vec<Link>, LinkError> {
        self.sim.links()
    }

    fn link(&self, index: IfIndex) -> Result<Link, LinkError> {
        self.sim.link(index)
    }

    fn vfs(&self, pf: IfIndex) -> Result<VfList, LinkError> {
        self.sim.vfs(pf)
    }

    fn set_vfs(&self, pf: IfIndex, changes: &[VfChange]) -> Result<(), LinkError> {
        self.sim.set_vfs(pf, changes)
    }

    fn set_link(&self, index: IfIndex, change: &LinkChange) -> Result<(), LinkError> {
        self.sim.set_link(index, change)
    }
}

impl<H: Hooks> Devlink for Hooked<H> {
    fn eswitch_mode(&self, device: &DevlinkDevice) -> Result<Option<EswitchMode>, DevlinkError> {
        self.sim.eswitch_mode(device)
    }

    fn set_eswitch_mode(
        &self,
        device: &DevlinkDevice,
        mode: EswitchMode,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        self.sim.set_eswitch_mode(device, mode, deadline)
    }

    fn parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError> {
        self.hooks.parameter(&self.sim, device, name)
    }

    fn set_parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
        mode: ParameterMode,
        value: &ParameterValue,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        self.sim.set_parameter(device, name, mode, value, deadline)
    }
}

impl<H: Hooks> Uevents for Hooked<H> {
    fn subscribe(&self) -> Result<Box<dyn EventStream>, EventError> {
        self.sim.subscribe()
    }
}

impl<H: Hooks> Files for Hooked<H> {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        self.hooks.read_file(&self.sim, path)
    }

    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
        self.sim.open_file(path)
    }

    fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError> {
        self.sim.write_file(path, content)
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        self.sim.remove_file(path)
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        self.sim.list_files(folder)
    }

    fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError> {
        self.sim.lock(path, owner)
    }
}
