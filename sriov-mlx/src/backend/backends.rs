use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sriov_host::seam::{HostPath, ToolError, ToolRun};

use super::{Backend, DevlinkParams, Mstconfig, SysfsOnly};
use crate::access::Access;
use crate::apply::{FirmwareOptions, Ways};
use crate::card::Card;
use crate::error::{FirmwareError, FirmwareFault};
use crate::output::Version;
use crate::param::ParamName;

/// The firmware tool, as the host knows it.
const PROGRAM: &str = "mstconfig";

/// To say its version the tool reaches for no card.
const VERSION_DEADLINE: Duration = Duration::from_secs(20);

/// The ways to the firmware of a host's cards.
///
/// What is the same for all cards is found out once: whether there is a tool, and its version.
pub struct Backends<'a> {
    access: Access<'a>,
    options: &'a FirmwareOptions,
    tool: Mutex<Option<FoundTool>>,
}

/// What was found when a tool was looked for.
#[derive(Clone, Debug)]
pub(crate) enum FoundTool {
    Missing,
    At { program: HostPath, version: Option<Version> },
}

impl<'a> Backends<'a> {
    /// The ways of this access. Nothing is looked for yet.
    pub const fn new(access: &Access<'a>, options: &'a FirmwareOptions) -> Self {
        Self { access: *access, options, tool: Mutex::new(None) }
    }

    /// The best way to the parameters of a card, of which these are needed.
    ///
    /// A tool of the caller's is used in any case. Else it is devlink, if the card has its
    /// parameters; the host's tool, with JSON since 4.31; and sysfs, which is read-only. Link types
    /// and the modes of a `BlueField` are unknown to devlink, and make for the tool, if there is
    /// one.
    ///
    /// # Errors
    ///
    /// [`FirmwareError`] if the caller's tool is not there, or no tool can be looked for.
    pub fn choose(
        &self,
        card: &Card,
        needed: &[ParamName],
    ) -> Result<Box<dyn Backend + 'a>, FirmwareError> {
        let failed = |fault| FirmwareError::new("read", &card.id, fault);
        let devlink = || {
            let devlink = DevlinkParams::new(self.access.host, self.options.set_deadline);
            let possible = self.access.tool.is_none() && devlink.works_for(card);
            possible.then(|| Box::new(devlink) as Box<dyn Backend + 'a>)
        };
        if !needed.iter().any(is_for_the_tool)
            && let Some(devlink) = devlink()
        {
            return Ok(devlink);
        }
        match self.tool().map_err(failed)? {
            FoundTool::At { program, version } => Ok(self.through(program, version)),
            FoundTool::Missing => {
                Ok(devlink().unwrap_or_else(|| Box::new(SysfsOnly::new(self.access.host))))
            }
        }
    }

    fn through(&self, program: HostPath, version: Option<Version>) -> Box<dyn Backend + 'a> {
        let tool = match version {
            Some(version) if version.supports_json() => Mstconfig::json,
            _ => Mstconfig::text,
        };
        Box::new(tool(self.access, program, self.options))
    }

    /// The tool; looked for once, however many ask at the same time.
    pub(crate) fn tool(&self) -> Result<FoundTool, FirmwareFault> {
        let mut known = self.tool.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = &*known {
            return Ok(found.clone());
        }
        let found = self.find()?;
        *known = Some(found.clone());
        Ok(found)
    }

    fn find(&self) -> Result<FoundTool, FirmwareFault> {
        let program = match self.access.tool {
            Some(tool) => tool.program.clone(),
            None => match self.access.home().find_tool(PROGRAM)? {
                Some(program) => program,
                None => return Ok(FoundTool::Missing),
            },
        };
        let version = self.version(&program)?;
        tracing::debug!(%program, version = version.map(tracing::field::display), "found a tool");
        Ok(FoundTool::At { program, version })
    }

    /// Its version. One that does not tell it can be an old one, and its tables are read.
    fn version(&self, program: &HostPath) -> Result<Option<Version>, FirmwareFault> {
        let run = ToolRun::query(program.clone(), ["--version"]);
        match self.access.home().run_tool(&run, VERSION_DEADLINE) {
            Ok(output) => Ok(Version::of(&output.stdout)),
            Err(ToolError::NotFound { program }) => {
                Err(FirmwareFault::ToolMissing { program: program.to_string() })
            }
            Err(error @ ToolError::Io { .. }) => Err(error.into()),
            Err(_) => Ok(None),
        }
    }
}

impl Ways for Backends<'_> {
    fn to<'w>(
        &'w self,
        card: &Card,
        needed: &[ParamName],
    ) -> Result<Box<dyn Backend + 'w>, FirmwareError> {
        self.choose(card, needed)
    }
}

/// Whether devlink has nothing that would do in its stead.
fn is_for_the_tool(name: &ParamName) -> bool {
    ["LINK_TYPE_P", "INTERNAL_CPU_"].iter().any(|start| name.as_str().starts_with(start))
}

/// The best way to the parameters of one card. For several cards take [`Backends`]: the tool is
/// looked for anew here.
///
/// # Errors
///
/// [`FirmwareError`] if the caller's tool is not there, or no tool can be looked for.
pub fn choose<'a>(
    access: &Access<'a>,
    card: &Card,
    options: &'a FirmwareOptions,
) -> Result<Box<dyn Backend + 'a>, FirmwareError> {
    Backends::new(access, options).choose(card, &[])
}
