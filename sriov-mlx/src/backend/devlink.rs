use std::time::Duration;

use sriov_host::seam::{
    DevlinkDevice, DevlinkError, DevlinkParameter, Host, ParameterMode, ParameterValue,
};

use super::sysfs::{COLUMNS, Running, is_asked, switch};
use super::{Backend, BackendKind};
use crate::card::{Card, Port};
use crate::error::{FirmwareError, FirmwareFault};
use crate::output::{Closing, Refusal};
use crate::param::{
    Assignments, Cell, Diagnostic, Param, ParamName, Reading, Setting, Value, names,
};

/// The parameters of firmware that have a permanent parameter of devlink.
const KNOWN: [(&str, &str); 2] =
    [(names::SRIOV_EN, "enable_sriov"), (names::NUM_OF_VFS, "total_vfs")];

/// Permanent devlink parameters of mlx5: the kernel itself writes the firmware, also under
/// lockdown. Each PF has its own, or all have the same; they are always set alike.
///
/// It knows `SRIOV_EN` and `NUM_OF_VFS`. What runs is what sysfs tells. No VFs is a card without
/// SR-IOV: the kernel takes no 0 as their number.
pub struct DevlinkParams<'a> {
    host: &'a dyn Host,
    deadline: Duration,
}

impl<'a> DevlinkParams<'a> {
    /// The cards of this host; one parameter is set within `deadline`.
    pub const fn new(host: &'a dyn Host, deadline: Duration) -> Self {
        Self { host, deadline }
    }

    /// Whether all PFs of a card have both parameters. What cannot be told is no.
    pub fn works_for(&self, card: &Card) -> bool {
        let has = |port: &Port| {
            KNOWN.iter().all(|(_, name)| matches!(self.permanent(port, name), Ok(Some(_))))
        };
        !card.ports.is_empty() && card.ports.iter().all(has)
    }

    fn permanent(&self, port: &Port, name: &str) -> Result<Option<ParameterValue>, DevlinkError> {
        let found = self.host.parameter(&DevlinkDevice::from(port.pci), name)?;
        let value =
            |parameter: &DevlinkParameter| parameter.value(ParameterMode::Permanent).cloned();
        Ok(found.as_ref().and_then(value))
    }

    /// What the next boot loads, of [`KNOWN`]; `None` for what a port does not have.
    fn next(
        &self,
        card: &Card,
        differences: &mut Vec<Diagnostic>,
    ) -> Result<[Option<Value>; 2], DevlinkError> {
        let [(enabled, switch_name), (number, count_name)] = KNOWN;
        let on = self.least(card, switch_name, enabled, differences)?;
        let on = on.and_then(|value| value.switch());
        let count = self.least(card, count_name, number, differences)?;
        let count = count.and_then(|value| value.number());
        let count = if on == Some(false) { count.map(|_| 0) } else { count };
        Ok([on.map(switch), count.map(Value::Number)])
    }

    /// The least value of all ports; `None` if one of them has none.
    fn least(
        &self,
        card: &Card,
        parameter: &str,
        name: &str,
        differences: &mut Vec<Diagnostic>,
    ) -> Result<Option<ParameterValue>, DevlinkError> {
        let mut values = Vec::with_capacity(card.ports.len());
        for port in &card.ports {
            let Some(value) = self.permanent(port, parameter)? else { return Ok(None) };
            values.push(value);
        }
        if values.windows(2).any(|pair| !matches!(pair, [one, other] if one == other)) {
            differences.push(ports_differ(name));
        }
        Ok(values.into_iter().min_by_key(rank))
    }
}

impl Backend for DevlinkParams<'_> {
    fn kind(&self) -> BackendKind {
        BackendKind::Devlink
    }

    fn query(&self, card: &Card, asked: &[ParamName]) -> Result<Reading, FirmwareError> {
        let failed = |fault: FirmwareFault| FirmwareError::new("read", &card.id, fault);
        let running = Running::of(self.host, card).map_err(|error| failed(error.into()))?;
        let mut reading = Reading { columns: COLUMNS, ..Reading::default() };
        let next =
            self.next(card, &mut reading.diagnostics).map_err(|error| failed(error.into()))?;
        for ((name, current), next) in running.cells().into_iter().zip(next) {
            if is_asked(asked, name)
                && let Some(next) = next
            {
                let param = Param { current, next: Cell::Value(next), ..Param::default() };
                reading.params.insert(ParamName::known(name), param);
            }
        }
        Ok(reading)
    }

    fn set(&self, card: &Card, assignments: &Assignments) -> Result<Closing, FirmwareError> {
        let failed = |fault: FirmwareFault| FirmwareError::new("write", &card.id, fault);
        let off = assignments.get(names::SRIOV_EN) == Some(Setting::Switch(false));
        let is_said_by_off = |name: &ParamName, setting| {
            off && *name == names::NUM_OF_VFS && setting == Setting::Number(0)
        };
        let mut wanted = Vec::new();
        for (name, setting) in assignments.iter() {
            if !is_said_by_off(name, setting) {
                let known = parameter(name, setting);
                wanted.push(known.map_err(|refusal| failed(FirmwareFault::Refused(refusal)))?);
            }
        }
        for (name, value) in wanted {
            for port in &card.ports {
                self.set_one(port, name, &value).map_err(|error| failed(error.into()))?;
            }
        }
        Ok(Closing::Silent)
    }
}

impl DevlinkParams<'_> {
    /// Compares before it sets.
    fn set_one(&self, port: &Port, name: &str, value: &ParameterValue) -> Result<(), DevlinkError> {
        if self.permanent(port, name)?.as_ref() == Some(value) {
            return Ok(());
        }
        let device = DevlinkDevice::from(port.pci);
        let permanent = ParameterMode::Permanent;
        self.host.set_parameter(&device, name, permanent, value, self.deadline)
    }
}

fn rank(value: &ParameterValue) -> u64 {
    value.number().or_else(|| value.switch().map(u64::from)).unwrap_or(u64::MAX)
}

fn ports_differ(name: &str) -> Diagnostic {
    let message = "its ports differ, this is the least".to_owned();
    Diagnostic { param: Some(name.to_owned()), line: None, message }
}

/// The parameter of devlink that an assignment comes to.
fn parameter(
    name: &ParamName,
    setting: Setting,
) -> Result<(&'static str, ParameterValue), Refusal> {
    let known = KNOWN.iter().find(|(firmware, _)| name == firmware).map(|(_, devlink)| *devlink);
    let unknown = || Refusal::UnknownParam(name.to_string());
    let value = match setting {
        Setting::Switch(on) if *name == names::SRIOV_EN => ParameterValue::Bool(on),
        Setting::Number(number) if *name == names::NUM_OF_VFS => {
            let too_large = || Refusal::TooLarge { param: name.to_string(), max: None };
            ParameterValue::U32(u32::try_from(number).map_err(|_| too_large())?)
        }
        _ => return Err(unknown()),
    };
    Ok((known.ok_or_else(unknown)?, value))
}
