//! The settings of the RDMA subsystem, above all who sees devices.

use sriov_host::seam::{Availability, HostPath, RdmaChange};
use sriov_host::{Errno, NetnsMode};

use super::bench::{Outcome, expect, require, tell};
use super::rdma::rdma_case_list;
use super::rdma_bench::{CHANGE, RdmaBench, refused};

rdma_case_list![
    rdma_settings_are_reported,
    rdma_unloaded_is_an_answer,
    rdma_mode_is_read_back,
    rdma_mode_file_follows,
    rdma_mode_file_cannot_be_written,
    rdma_mode_is_busy_with_a_namespace,
    rdma_mode_equal_succeeds_with_a_namespace,
    rdma_mode_is_free_after_the_last_namespace,
];

const FILE: &str = "/sys/module/ib_core/parameters/netns_mode";

fn exclusive() -> RdmaChange {
    RdmaChange::NetnsMode(NetnsMode::Exclusive)
}

fn rdma_settings_are_reported(b: &RdmaBench<'_>) -> Outcome {
    let settings = b.settings()?;
    expect("netns mode", settings.netns_mode, Some(NetnsMode::Shared))?;
    expect("copy on fork", settings.copy_on_fork, Some(true))?;
    expect("monitor", settings.monitor, Some(true))
}

fn rdma_unloaded_is_an_answer(b: &RdmaBench<'_>) -> Outcome {
    b.rig.hooks.set_loaded(false)?;
    let settings = b.rdma.rdma_settings().map_err(|error| tell(&error))?;
    let devices = b.rdma.rdma_devices().map_err(|error| tell(&error))?;
    expect("settings without ib_core", settings, Availability::NotLoaded)?;
    expect("devices without ib_core", devices, Availability::NotLoaded)?;
    expect("ib_core is there after asking", b.is_there("/sys/module/ib_core")?, false)
}

fn rdma_mode_is_read_back(b: &RdmaBench<'_>) -> Outcome {
    b.set_mode_soon(NetnsMode::Exclusive)?;
    expect("mode", b.mode()?, NetnsMode::Exclusive)?;
    b.set_mode(NetnsMode::Shared)?;
    expect("mode", b.mode()?, NetnsMode::Shared)
}

fn rdma_mode_file_follows(b: &RdmaBench<'_>) -> Outcome {
    let file = || b.host.read(&HostPath::new(FILE)).map_err(|error| tell(&error));
    expect("file in shared mode", file()?, "Y".to_owned())?;
    b.set_mode_soon(NetnsMode::Exclusive)?;
    expect("file in exclusive mode", file()?, "N".to_owned())
}

fn rdma_mode_file_cannot_be_written(b: &RdmaBench<'_>) -> Outcome {
    match b.host.write(&HostPath::new(FILE), "N", CHANGE) {
        Ok(()) => Err(format!("{FILE} could be written")),
        Err(error) => expect("errno of the write", error.errno(), Some(Errno::ACCES)),
    }?;
    expect("mode", b.mode()?, NetnsMode::Shared)
}

fn rdma_mode_is_busy_with_a_namespace(b: &RdmaBench<'_>) -> Outcome {
    b.add_namespace()?;
    refused("the change with a namespace", b.try_change(&exclusive()), Errno::BUSY)?;
    expect("mode after the refusal", b.mode()?, NetnsMode::Shared)
}

fn rdma_mode_equal_succeeds_with_a_namespace(b: &RdmaBench<'_>) -> Outcome {
    b.add_namespace()?;
    b.set_mode(NetnsMode::Shared)
}

fn rdma_mode_is_free_after_the_last_namespace(b: &RdmaBench<'_>) -> Outcome {
    b.add_namespace()?;
    let busy = b.try_change(&exclusive()).is_err();
    require("the change succeeded with a namespace", busy)?;
    b.delete_namespace()?;
    b.set_mode_soon(NetnsMode::Exclusive)
}
