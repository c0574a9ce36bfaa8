//! The seams of the fake host: its tree and clock are its own, the rest is the simulator's.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::Duration;

use sriov_host::seam::{
    Clock, Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, EventError, EventStream, Files,
    FilesError, HostPath, Link, LinkChange, LinkError, Lock, ParameterMode, ParameterValue, Sysfs,
    SysfsError, Tool, ToolError, ToolOutput, ToolRun, Uevents, VfChange, VfLink, VfList,
};
use sriov_host::{Errno, EswitchMode, IfIndex};

use crate::fake::{Entry, Fake};

impl Sysfs for Fake {
    fn read(&self, path: &HostPath) -> Result<String, SysfsError> {
        match self.open().tree.get(path.as_str()) {
            Some(Entry::File(text)) => Ok(text.clone()),
            Some(Entry::Fails(errno)) => Err(SysfsError::reading(path, *errno)),
            Some(Entry::Link(_)) => Err(SysfsError::reading(path, Errno::INVAL)),
            None => Err(SysfsError::reading(path, Errno::NOENT)),
        }
    }

    fn write(&self, path: &HostPath, value: &str, _: Duration) -> Result<(), SysfsError> {
        Err(SysfsError::writing(path, value, Errno::ACCES))
    }

    fn read_link(&self, path: &HostPath) -> Result<String, SysfsError> {
        let failed =
            |errno: Errno| Err(SysfsError::ReadLink { path: path.clone(), source: errno.to_io() });
        match self.open().tree.get(path.as_str()) {
            Some(Entry::Link(target)) => Ok(target.clone()),
            Some(Entry::Fails(errno)) => failed(*errno),
            Some(Entry::File(_)) => failed(Errno::INVAL),
            None => failed(Errno::NOENT),
        }
    }

    fn list(&self, path: &HostPath) -> Result<Vec<String>, SysfsError> {
        let failed =
            |errno: Errno| Err(SysfsError::List { path: path.clone(), source: errno.to_io() });
        let state = self.open();
        match state.tree.get(path.as_str()) {
            Some(Entry::Fails(errno)) => return failed(*errno),
            Some(Entry::File(_) | Entry::Link(_)) => return failed(Errno::NOTDIR),
            None => {}
        }
        let below = format!("{}/", path.as_str());
        let inside = state.tree.keys().filter_map(|name| name.strip_prefix(&below));
        let names: BTreeSet<&str> = inside.filter_map(|rest| rest.split('/').next()).collect();
        if names.is_empty() {
            return failed(Errno::NOENT);
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }
}

impl Clock for Fake {
    fn now(&self) -> Duration {
        self.open().now
    }

    fn sleep(&self, pause: Duration) {
        self.open().now += pause;
    }
}

impl VfLink for Fake {
    fn links(&self) -> Result<Vec<Link>, LinkError> {
        self.rest.links()
    }

    fn link(&self, index: IfIndex) -> Result<Link, LinkError> {
        self.rest.link(index)
    }

    fn vfs(&self, pf: IfIndex) -> Result<VfList, LinkError> {
        self.rest.vfs(pf)
    }

    fn set_vfs(&self, pf: IfIndex, changes: &[VfChange]) -> Result<(), LinkError> {
        self.rest.set_vfs(pf, changes)
    }

    fn set_link(&self, index: IfIndex, change: &LinkChange) -> Result<(), LinkError> {
        self.rest.set_link(index, change)
    }
}

impl Devlink for Fake {
    fn eswitch_mode(&self, device: &DevlinkDevice) -> Result<Option<EswitchMode>, DevlinkError> {
        self.rest.eswitch_mode(device)
    }

    fn set_eswitch_mode(
        &self,
        device: &DevlinkDevice,
        mode: EswitchMode,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        self.rest.set_eswitch_mode(device, mode, deadline)
    }

    fn parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError> {
        self.rest.parameter(device, name)
    }

    fn set_parameter(
        &self,
        device: &DevlinkDevice,
        name: &str,
        mode: ParameterMode,
        value: &ParameterValue,
        deadline: Duration,
    ) -> Result<(), DevlinkError> {
        self.rest.set_parameter(device, name, mode, value, deadline)
    }
}

impl Uevents for Fake {
    fn subscribe(&self) -> Result<Box<dyn EventStream>, EventError> {
        self.rest.subscribe()
    }
}

impl Files for Fake {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        self.rest.read_file(path)
    }

    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
        self.rest.open_file(path)
    }

    fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError> {
        self.rest.write_file(path, content)
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        self.rest.remove_file(path)
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        self.rest.list_files(folder)
    }

    fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError> {
        self.rest.lock(path, owner)
    }
}

impl Tool for Fake {
    fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError> {
        self.rest.find_tool(name)
    }

    fn run_tool(&self, run: &ToolRun, deadline: Duration) -> Result<ToolOutput, ToolError> {
        self.rest.run_tool(run, deadline)
    }
}
