mod json;
mod run;

use sriov_host::seam::{HostPath, ToolRun};

use super::{Backend, BackendKind};
use crate::access::Access;
use crate::apply::FirmwareOptions;
use crate::card::Card;
use crate::error::{FirmwareError, FirmwareFault};
use crate::output::{Closing, DeviceReading, Refusal, missing_groups, read_table};
use crate::param::{Assignments, ParamName, Reading};

/// What the tool prints its answers as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Table,
    Json,
}

/// The program `mstconfig`.
///
/// One call is one command on one card; who holds the card is the caller's business.
pub struct Mstconfig<'a> {
    access: Access<'a>,
    options: &'a FirmwareOptions,
    program: HostPath,
    format: Format,
}

impl<'a> Mstconfig<'a> {
    /// A tool of any release: its tables are read.
    pub const fn text(access: Access<'a>, program: HostPath, options: &'a FirmwareOptions) -> Self {
        Self { access, options, program, format: Format::Table }
    }

    /// A tool that can write JSON, since mstflint 4.31. Where it does not, its tables are read.
    pub const fn json(access: Access<'a>, program: HostPath, options: &'a FirmwareOptions) -> Self {
        Self { access, options, program, format: Format::Json }
    }

    /// Asks for these parameters; for all of them if there are none.
    fn ask(&self, device: &str, names: &[ParamName]) -> Result<Reading, FirmwareFault> {
        match self.format {
            Format::Table => self.ask_for_table(device, names),
            Format::Json => self.ask_for_json(device, names),
        }
    }

    fn ask_for_table(&self, device: &str, names: &[ParamName]) -> Result<Reading, FirmwareFault> {
        let args = ["-e", "-d", device, "q"].into_iter();
        let args = args.chain(names.iter().map(ParamName::as_str));
        let output = self.run(&ToolRun::query(self.program.clone(), args))?;
        let devices = read_table(&output.stdout).map_err(malformed)?;
        the_one(devices, device, &output.stdout)
    }
}

impl Backend for Mstconfig<'_> {
    fn kind(&self) -> BackendKind {
        match self.format {
            Format::Table => BackendKind::Text,
            Format::Json => BackendKind::Json,
        }
    }

    /// One name that the card does not have fails the whole command: it is left out, and the
    /// others are asked for again.
    fn query(&self, card: &Card, names: &[ParamName]) -> Result<Reading, FirmwareError> {
        let failed = |fault| FirmwareError::new("read", &card.id, fault);
        let device = device(card).map_err(failed)?;
        let mut left = names.to_vec();
        loop {
            let fault = match self.ask(&device, &left) {
                Ok(reading) => return Ok(reading),
                Err(fault) => fault,
            };
            let before = left.len();
            if let FirmwareFault::Refused(Refusal::UnknownParam(unknown)) = &fault {
                left.retain(|name| name != unknown.as_str());
            }
            if left.len() == before {
                return Err(failed(fault));
            }
            if left.is_empty() {
                // Without names everything would be asked for.
                return Ok(Reading::default());
            }
        }
    }

    fn set(&self, card: &Card, assignments: &Assignments) -> Result<Closing, FirmwareError> {
        let failed = |fault| FirmwareError::new("write", &card.id, fault);
        let device = device(card).map_err(failed)?;
        let settings = assignments.iter().map(|(name, setting)| format!("{name}={setting}"));
        let args = ["-d", &device, "-y", "set"].map(str::to_owned).into_iter().chain(settings);
        let output = self.run(&ToolRun::change(self.program.clone(), args)).map_err(failed)?;
        Ok(Closing::of(&output.stdout))
    }
}

/// The PF that the firmware is asked through.
fn device(card: &Card) -> Result<String, FirmwareFault> {
    let lead = card.lead().map(|port| port.pci.to_string());
    lead.ok_or_else(|| FirmwareFault::Malformed("the card has no PF".to_owned()))
}

fn malformed(error: impl std::fmt::Display) -> FirmwareFault {
    FirmwareFault::Malformed(error.to_string())
}

/// The answer about the device that was asked about.
fn the_one(
    mut devices: Vec<DeviceReading>,
    device: &str,
    stdout: &str,
) -> Result<Reading, FirmwareFault> {
    let called = |told: &DeviceReading| told.device.as_deref() == Some(device);
    let at = devices.iter().position(called).unwrap_or(0);
    if at >= devices.len() || (devices.len() > 1 && !devices.iter().any(called)) {
        return Err(malformed("the answer is about other devices"));
    }
    let mut reading = devices.swap_remove(at).reading;
    if reading.missing.is_empty() {
        reading.missing = missing_groups(stdout);
    }
    Ok(reading)
}
