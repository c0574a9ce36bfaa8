//! A way to simulated cards that is as short as can be: the values come from the simulator's own
//! memory, and writes go through its tool.

use std::time::Duration;

use sriov_host::decorate::Recorder;
use sriov_host::seam::{HostPath, Tool, ToolRun};
use sriov_host::sim::{CardColumn, Machine, SimHost};
use sriov_mlx::apply::Ways;
use sriov_mlx::backend::{Backend, BackendKind};
use sriov_mlx::card::Card;
use sriov_mlx::output::{Closing, Refusal};
use sriov_mlx::param::{Assignments, Cell, Param, ParamName, Reading, Value};
use sriov_mlx::{FirmwareError, FirmwareFault};

/// A host with the cards `MT2101X00001` and `MT2101X00002`, with more about the host and the cards.
pub(crate) fn machine(host: &str, first: &str) -> SimHost {
    let yaml = format!(
        "pfs:\n\
         - {{ pci: 0000:3b:00.0, driver: mlx5_core, totalVfs: 8, up: true, numVfs: 4 }}\n\
         - {{ pci: 0000:3b:00.1, driver: mlx5_core, totalVfs: 8, up: true, numVfs: 2, offset: 16 }}\n\
         - {{ pci: 0000:d8:00.0, driver: mlx5_core, totalVfs: 8 }}\n\
         cards:\n\
         - {{ serial: MT2101X00001, pfs: [0000:3b:00.0, 0000:3b:00.1]{first} }}\n\
         - {{ serial: MT2101X00002, pfs: [0000:d8:00.0] }}\n{host}\n"
    );
    SimHost::new(&Machine::from_yaml(&yaml).unwrap()).unwrap()
}

pub(crate) struct SimWays(pub(crate) Recorder<SimHost>);

struct Way<'a>(&'a Recorder<SimHost>);

impl Ways for SimWays {
    fn to<'w>(&'w self, _: &Card, _: &[ParamName]) -> Result<Box<dyn Backend + 'w>, FirmwareError> {
        Ok(Box::new(Way(&self.0)))
    }
}

impl Backend for Way<'_> {
    fn kind(&self) -> BackendKind {
        BackendKind::Text
    }

    fn query(&self, card: &Card, names: &[ParamName]) -> Result<Reading, FirmwareError> {
        let id = card.id.to_string();
        let value = |name: &ParamName, column| {
            let value = self.0.host().card_value(&id, name.as_str(), column);
            Cell::Value(Value::Number(value.unwrap().into()))
        };
        let mut reading = Reading::default();
        for name in names {
            let (current, next) = (value(name, CardColumn::Current), value(name, CardColumn::Next));
            let param = Param { current, next, ..Param::default() };
            reading.params.insert(name.clone(), param);
        }
        Ok(reading)
    }

    fn set(&self, card: &Card, assignments: &Assignments) -> Result<Closing, FirmwareError> {
        let lead = card.lead().unwrap().pci.to_string();
        let mut args = ["-d", &lead, "-y", "set"].map(str::to_owned).to_vec();
        args.extend(assignments.iter().map(|(name, setting)| format!("{name}={setting}")));
        let run = ToolRun::change(HostPath::new("usr/bin/mstconfig"), args);
        let output = self.0.run_tool(&run, Duration::from_mins(1)).unwrap();
        match Refusal::of(&output) {
            None => Ok(Closing::of(&output.stdout)),
            Some(refusal) => {
                Err(FirmwareError::new("write", &card.id, FirmwareFault::Refused(refusal)))
            }
        }
    }
}
