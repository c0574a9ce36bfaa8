use sriov_host::seam::{HostPath, Sysfs, SysfsError};

use super::{Backend, BackendKind};
use crate::card::Card;
use crate::error::{FirmwareError, FirmwareFault};
use crate::output::Closing;
use crate::param::{Assignments, Cell, Columns, Param, ParamName, Reading, Value, names};

/// What sysfs tells of a card: how many VFs the running firmware has room for. Nothing can be
/// written there.
pub struct SysfsOnly<'a> {
    host: &'a dyn Sysfs,
}

impl<'a> SysfsOnly<'a> {
    /// The cards of this host.
    pub const fn new(host: &'a dyn Sysfs) -> Self {
        Self { host }
    }
}

impl Backend for SysfsOnly<'_> {
    fn kind(&self) -> BackendKind {
        BackendKind::Sysfs
    }

    fn query(&self, card: &Card, asked: &[ParamName]) -> Result<Reading, FirmwareError> {
        let running = Running::of(self.host, card)
            .map_err(|error| FirmwareError::new("read", &card.id, error))?;
        let mut reading = Reading { columns: COLUMNS, ..Reading::default() };
        for (name, current) in running.cells() {
            if is_asked(asked, name) {
                let param = Param { current, ..Param::default() };
                reading.params.insert(ParamName::known(name), param);
            }
        }
        Ok(reading)
    }

    fn set(&self, card: &Card, _: &Assignments) -> Result<Closing, FirmwareError> {
        let fault = FirmwareFault::ReadOnly(BackendKind::Sysfs);
        Err(FirmwareError::new("write", &card.id, fault))
    }
}

pub(super) const COLUMNS: Columns = Columns { default: false, current: true };

/// No names are all names.
pub(super) fn is_asked(asked: &[ParamName], name: &str) -> bool {
    asked.is_empty() || asked.iter().any(|known| known == name)
}

/// What the running firmware has room for: the least of all ports. `None` without SR-IOV, which is
/// room for none.
pub(super) struct Running(Option<u16>);

impl Running {
    pub(super) fn of(host: &dyn Sysfs, card: &Card) -> Result<Self, SysfsError> {
        let mut least: Option<u16> = None;
        for port in &card.ports {
            let path = HostPath::pci(port.pci).join("sriov_totalvfs");
            let text = match host.read(&path) {
                Ok(text) => text,
                Err(error) if error.is_not_found() => return Ok(Self(None)),
                Err(error) => return Err(error),
            };
            let total = text.trim().parse().map_err(|_| not_a_count(path))?;
            least = Some(least.map_or(total, |known| known.min(total)));
        }
        Ok(Self(least))
    }

    /// The running values of the parameters that this amounts to.
    pub(super) fn cells(&self) -> [(&'static str, Cell); 2] {
        let total = self.0.unwrap_or(0);
        [
            (names::SRIOV_EN, Cell::Value(switch(total > 0))),
            (names::NUM_OF_VFS, Cell::Value(Value::Number(total.into()))),
        ]
    }
}

/// A switch, as the tool shows it.
pub(super) fn switch(on: bool) -> Value {
    Value::Named { text: if on { "True" } else { "False" }.to_owned(), value: on.into() }
}

fn not_a_count(path: HostPath) -> SysfsError {
    let source = std::io::Error::new(std::io::ErrorKind::InvalidData, "not a VF count");
    SysfsError::Read { path, source }
}
