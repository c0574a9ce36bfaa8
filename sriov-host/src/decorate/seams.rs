use std::io::Read;
use std::time::Duration;

use super::policy::{self, Policy as _};
use super::{DryRun, Faulty, Recorder};
use super::{policy_devlink, policy_tool};
use crate::seam::{
    Clock, Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, EventError, EventStream, Files,
    FilesError, Host, HostPath, Link, LinkChange, LinkError, Lock, ParameterMode, ParameterValue,
    Sysfs, SysfsError, Tool, ToolError, ToolOutput, ToolRun, Uevents, VfChange, VfLink, VfList,
};
use crate::{EswitchMode, IfIndex};

/// All seams of a wrapper, through its policy.
macro_rules! seams {
    ($($wrapper:ident),+) => {$(
        impl<H: Host> Sysfs for $wrapper<H> {
            fn read(&self, path: &HostPath) -> Result<String, SysfsError> {
                policy::read(self, path)
            }

            fn write(
                &self,
                path: &HostPath,
                value: &str,
                deadline: Duration,
            ) -> Result<(), SysfsError> {
                policy::write(self, path, value, deadline)
            }

            fn read_link(&self, path: &HostPath) -> Result<String, SysfsError> {
                policy::read_link(self, path)
            }

            fn list(&self, path: &HostPath) -> Result<Vec<String>, SysfsError> {
                policy::list(self, path)
            }
        }

        impl<H: Host> VfLink for $wrapper<H> {
            fn links(&self) -> Result<Vec<Link>, LinkError> {
                policy::links(self)
            }

            fn link(&self, index: IfIndex) -> Result<Link, LinkError> {
                policy::link(self, index)
            }

            fn vfs(&self, pf: IfIndex) -> Result<VfList, LinkError> {
                policy::vfs(self, pf)
            }

            fn set_vfs(&self, pf: IfIndex, changes: &[VfChange]) -> Result<(), LinkError> {
                policy::set_vfs(self, pf, changes)
            }

            fn set_link(&self, index: IfIndex, change: &LinkChange) -> Result<(), LinkError> {
                policy::set_link(self, index, change)
            }
        }

        impl<H: Host> Devlink for $wrapper<H> {
            fn eswitch_mode(
                &self,
                device: &DevlinkDevice,
            ) -> Result<Option<EswitchMode>, DevlinkError> {
                policy_devlink::eswitch_mode(self, device)
            }

            fn set_eswitch_mode(
                &self,
                device: &DevlinkDevice,
                mode: EswitchMode,
                deadline: Duration,
            ) -> Result<(), DevlinkError> {
                policy_devlink::set_eswitch_mode(self, device, mode, deadline)
            }

            fn parameter(
                &self,
                device: &DevlinkDevice,
                name: &str,
            ) -> Result<Option<DevlinkParameter>, DevlinkError> {
                policy_devlink::parameter(self, device, name)
            }

            fn set_parameter(
                &self,
                device: &DevlinkDevice,
                name: &str,
                mode: ParameterMode,
                value: &ParameterValue,
                deadline: Duration,
            ) -> Result<(), DevlinkError> {
                policy_devlink::set_parameter(self, device, name, (mode, value), deadline)
            }
        }

        impl<H: Host> Uevents for $wrapper<H> {
            fn subscribe(&self) -> Result<Box<dyn EventStream>, EventError> {
                policy::subscribe(self)
            }
        }

        impl<H: Host> Clock for $wrapper<H> {
            fn now(&self) -> Duration {
                self.inner().now()
            }

            fn sleep(&self, pause: Duration) {
                self.inner().sleep(pause);
            }
        }

        impl<H: Host> Files for $wrapper<H> {
            fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
                policy::read_file(self, path)
            }

            fn open_file(
                &self,
                path: &HostPath,
            ) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
                policy::open_file(self, path)
            }

            fn write_file(&self, path: &HostPath, content: &[u8]) -> Result<(), FilesError> {
                policy::write_file(self, path, content)
            }

            fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
                policy::remove_file(self, path)
            }

            fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
                policy::list_files(self, folder)
            }

            fn lock(&self, path: &HostPath, owner: &str) -> Result<Box<dyn Lock>, FilesError> {
                policy::lock(self, path, owner)
            }
        }

        impl<H: Host> Tool for $wrapper<H> {
            fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError> {
                policy_tool::find_tool(self, name)
            }

            fn run_tool(
                &self,
                run: &ToolRun,
                deadline: Duration,
            ) -> Result<ToolOutput, ToolError> {
                policy_tool::run_tool(self, run, deadline)
            }
        }
    )+};
}

seams!(DryRun, Faulty, Recorder);
