use sriov_host::seam::{Host, HostPath};

/// The host whose cards it is about, and where the firmware tool comes from.
///
/// Usually both are one. A container that brings its own tool works on the host's files below
/// `/host`, and runs the tool in its own root.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// The host: sysfs, devlink, files, clock.
    pub host: &'a dyn Host,
    /// The tool that the caller brings; `None` for the host's own `mstconfig`.
    pub tool: Option<CallersTool<'a>>,
}

/// A tool that is not the host's.
#[derive(Clone, Copy)]
pub struct CallersTool<'a> {
    /// Where it runs, and where it writes its files.
    pub home: &'a dyn Host,
    /// The tool in there.
    pub program: &'a HostPath,
}

impl<'a> Access<'a> {
    /// A host with its own tool.
    pub const fn new(host: &'a dyn Host) -> Self {
        Self { host, tool: None }
    }

    /// A host, and a tool from elsewhere.
    #[must_use]
    pub const fn with_tool(mut self, home: &'a dyn Host, program: &'a HostPath) -> Self {
        self.tool = Some(CallersTool { home, program });
        self
    }

    /// Where the tool runs.
    pub fn home(&self) -> &'a dyn Host {
        self.tool.map_or(self.host, |tool| tool.home)
    }
}
