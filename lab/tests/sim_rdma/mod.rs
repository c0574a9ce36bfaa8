//! The RDMA contract on the simulator.

use sriov_host::RdmaDeviceName;
use sriov_host::sim::{Hold, Machine, NamespaceMachine, Rule, SimHost};
use sriov_lab::contract::{RdmaCase, RdmaHooks, RdmaRig, rdma_cases};

/// The process that has a device open.
const OPENER: u32 = 4711;

pub(crate) fn host() -> SimHost {
    let mut machine = Machine::igb_pair();
    machine.rdma.loaded = Some(true);
    SimHost::new(&machine).unwrap()
}

pub(crate) struct Hooks(pub(crate) SimHost);

impl RdmaHooks for Hooks {
    fn add_namespace(&self, name: &str) -> Result<(), String> {
        let namespace =
            NamespaceMachine { name: Some(name.to_owned()), ..NamespaceMachine::default() };
        self.0.add_namespace(&namespace).map(drop).map_err(|error| error.to_string())
    }

    fn delete_namespace(&self, name: &str) -> Result<(), String> {
        self.0.remove_namespace(&name.parse().unwrap());
        Ok(())
    }

    fn open_device(&self, device: &RdmaDeviceName) -> Result<(), String> {
        let opened = self.0.open_rdma(OPENER, "opener", device, Hold::UverbsOpen);
        if opened { Ok(()) } else { Err(format!("{device} cannot be opened")) }
    }

    fn close_device(&self) -> Result<(), String> {
        self.0.end_process(OPENER);
        Ok(())
    }

    fn set_loaded(&self, loaded: bool) -> Result<(), String> {
        let done = self.0.set_rdma_loaded(loaded);
        if done { Ok(()) } else { Err("ib_core cannot be loaded or removed".to_owned()) }
    }
}

pub(crate) fn run(case: &RdmaCase, host: &SimHost) -> Result<(), String> {
    let hooks = Hooks(host.clone());
    let rig = RdmaRig { netdev: "lo".parse().unwrap(), hooks: &hooks };
    (case.run)(host, host, &rig)
}

/// Whether the case itself objects, rather than its preparation or its clean-up.
pub(crate) fn notices(case: &RdmaCase, rule: Rule) -> bool {
    let host = host();
    host.break_rule(rule);
    run(case, &host).err().is_some_and(|text| {
        !text.starts_with("before the case") && !text.starts_with("after the case")
    })
}

pub(crate) fn failures(host: &SimHost) -> Vec<String> {
    let failed = |case: RdmaCase| Some(format!("{}: {}", case.name, run(&case, host).err()?));
    rdma_cases().into_iter().filter_map(failed).collect()
}
