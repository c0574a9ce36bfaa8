//! The permanent parameters that mlx5 has in devlink: they are the same memory as the tool's.

use std::collections::BTreeMap;

use super::answer::CardColumn;
use super::card::SimCard;
use crate::seam::{DevlinkParameter, ParameterMode, ParameterValue};
use crate::sim::kernel::Kernel;
use crate::{Errno, PciAddress};

/// The names of mlx5's parameters, and those of the firmware.
const PARAMETERS: [(&str, &str); 2] = [("enable_sriov", "SRIOV_EN"), ("total_vfs", "NUM_OF_VFS")];

impl Kernel {
    /// A parameter of a PF; `None` unless it is on a card whose driver has it.
    pub(in crate::sim) fn card_parameter(
        &self,
        pf: PciAddress,
        name: &str,
    ) -> Option<DevlinkParameter> {
        let card = self.card_of(pf).filter(|card| card.machine().devlink_params)?;
        let value = card.value_of(pf, firmware_name(name)?, CardColumn::Next)?;
        let value = match name {
            "enable_sriov" => ParameterValue::Bool(value != 0),
            _ => ParameterValue::U32(value),
        };
        let values = BTreeMap::from([(ParameterMode::Permanent, value)]);
        Some(DevlinkParameter { generic: true, values })
    }

    pub(in crate::sim) fn set_card_parameter(
        &mut self,
        pf: PciAddress,
        name: &str,
        mode: ParameterMode,
        value: &ParameterValue,
    ) -> Result<(), Errno> {
        let card = self.card_of_mut(pf).filter(|card| card.machine().devlink_params);
        let card = card.ok_or(Errno::INVAL)?;
        let firmware_name = firmware_name(name).ok_or(Errno::INVAL)?;
        let number = match (name, value) {
            ("enable_sriov", ParameterValue::Bool(on)) => u32::from(*on),
            ("total_vfs", ParameterValue::U32(vfs)) => *vfs,
            _ => return Err(Errno::INVAL),
        };
        if mode != ParameterMode::Permanent {
            return Err(Errno::OPNOTSUPP);
        }
        if name == "total_vfs" && !(1..=card.max_vfs()).contains(&number) {
            return Err(Errno::INVAL);
        }
        card.write_by_driver(firmware_name, number)
    }
}

impl SimCard {
    /// Writes the next value of a parameter of all PFs.
    fn write_by_driver(&mut self, name: &str, value: u32) -> Result<(), Errno> {
        if self.is_restricted() {
            return Err(Errno::PERM);
        }
        let params = super::catalogue::of_card(self.machine());
        let (param, index) = super::catalogue::find(&params, name).ok_or(Errno::OPNOTSUPP)?;
        self.store(param, 0, index, value);
        Ok(())
    }
}

fn firmware_name(name: &str) -> Option<&'static str> {
    PARAMETERS.iter().find(|(known, _)| *known == name).map(|(_, firmware)| *firmware)
}
