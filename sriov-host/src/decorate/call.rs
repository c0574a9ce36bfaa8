use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of calls that a host takes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Call {
    /// Reading an attribute.
    Read,
    /// Writing an attribute.
    Write,
    /// Reading a link in sysfs.
    ReadLink,
    /// Listing a folder.
    List,
    /// Looking at network links.
    GetLink,
    /// Reading the VF settings of a PF.
    GetVfs,
    /// Setting VFs.
    SetVfs,
    /// Changing a link.
    SetLink,
    /// Reading the eswitch mode.
    GetEswitch,
    /// Changing the eswitch mode.
    SetEswitch,
    /// Reading a parameter of devlink.
    GetParameter,
    /// Setting a parameter of devlink.
    SetParameter,
    /// Reading a file.
    ReadFile,
    /// Replacing a file.
    WriteFile,
    /// Removing a file.
    RemoveFile,
    /// Listing a folder of ordinary files.
    ListFiles,
    /// Taking a lock.
    Lock,
    /// Looking for a program, or running one that only looks.
    QueryTool,
    /// Running a program that can change the host.
    RunTool,
    /// Asking the RDMA subsystem.
    GetRdma,
    /// Changing the RDMA subsystem or a device of it.
    SetRdma,
    /// Listening for events.
    Subscribe,
}

impl Call {
    /// Whether it can change the host.
    pub const fn mutates(self) -> bool {
        matches!(
            self,
            Self::Write
                | Self::SetVfs
                | Self::SetLink
                | Self::SetEswitch
                | Self::SetParameter
                | Self::WriteFile
                | Self::RemoveFile
                | Self::RunTool
                | Self::SetRdma
        )
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ReadLink => "read-link",
            Self::List => "list",
            Self::GetLink => "get-link",
            Self::GetVfs => "get-vfs",
            Self::SetVfs => "set-vfs",
            Self::SetLink => "set-link",
            Self::GetEswitch => "get-eswitch",
            Self::SetEswitch => "set-eswitch",
            Self::GetParameter => "get-parameter",
            Self::SetParameter => "set-parameter",
            Self::ReadFile => "read-file",
            Self::WriteFile => "write-file",
            Self::RemoveFile => "remove-file",
            Self::ListFiles => "list-files",
            Self::Lock => "lock",
            Self::QueryTool => "query-tool",
            Self::RunTool => "run-tool",
            Self::GetRdma => "get-rdma",
            Self::SetRdma => "set-rdma",
            Self::Subscribe => "subscribe",
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}
