//! Who uses a device, and what that holds up.

use std::time::Duration;

use sriov_host::Errno;
use sriov_host::seam::{RdmaChange, RdmaOwner, RdmaResource, RdmaUsage};

use super::bench::{Outcome, expect, require, tell};
use super::rdma::rdma_case_list;
use super::rdma_bench::{RdmaBench, device_name, refused};

rdma_case_list![
    rdma_idle_rxe_is_not_at_zero,
    rdma_idle_siw_is_at_zero,
    rdma_open_file_is_not_counted,
    rdma_delete_waits_for_an_open_file,
    rdma_deleted_device_is_gone_at_once,
];

/// Too short for anything that waits for a user.
const SHORT: Duration = Duration::from_millis(700);

fn counts(usage: &RdmaUsage) -> Vec<(&str, u64)> {
    let kinds = ["pd", "cq", "qp", "cm_id", "mr", "ctx"];
    kinds.map(|kind| (kind, usage.counts.get(kind).copied().unwrap_or(u64::MAX))).to_vec()
}

const IDLE_RXE: [(&str, u64); 6] =
    [("pd", 1), ("cq", 1), ("qp", 1), ("cm_id", 0), ("mr", 0), ("ctx", 0)];

fn rdma_idle_rxe_is_not_at_zero(b: &RdmaBench<'_>) -> Outcome {
    let usage = b.usage(b.link("rxe_lab", "rxe")?)?;
    expect("counts of an idle rxe", counts(&usage), IDLE_RXE.to_vec())?;
    let of_pairs = |owner: &&RdmaOwner| owner.resource == RdmaResource::QueuePair;
    let owners: Vec<_> = usage.owners.iter().filter(of_pairs).collect();
    let wanted = RdmaOwner {
        resource: RdmaResource::QueuePair,
        pid: None,
        kernel: Some("ib_core".to_owned()),
    };
    expect("owners of queue pairs", owners, vec![&wanted])
}

fn rdma_idle_siw_is_at_zero(b: &RdmaBench<'_>) -> Outcome {
    let usage = b.usage(b.link("siw_lab", "siw")?)?;
    expect("counts of an idle siw", counts(&usage), IDLE_RXE.map(|(kind, _)| (kind, 0)).to_vec())
}

fn rdma_open_file_is_not_counted(b: &RdmaBench<'_>) -> Outcome {
    let device = b.link("rxe_lab", "rxe")?;
    b.rig.hooks.open_device(&device_name("rxe_lab")?)?;
    expect("counts with an open file", counts(&b.usage(device)?), IDLE_RXE.to_vec())
}

/// A deletion that does not come to its end.
fn held_up(b: &RdmaBench<'_>) -> Outcome {
    let device = b.link("rxe_lab", "rxe")?;
    b.rig.hooks.open_device(&device_name("rxe_lab")?)?;
    match b.rdma.change_rdma(&RdmaChange::DeleteLink { device }, SHORT) {
        Err(error) if error.is_still_running() => Ok(()),
        Err(error) => Err(format!("deleting it: {}", tell(&error))),
        Ok(()) => Err("a device with an open file was deleted at once".to_owned()),
    }
}

fn rdma_delete_waits_for_an_open_file(b: &RdmaBench<'_>) -> Outcome {
    held_up(b)?;
    let second = b.try_link("rxe_two", "rxe", b.rig.netdev.as_str())?.0;
    refused("another device on the netdev", second, Errno::EXIST)?;
    let_go(b)
}

/// The deletion comes to its end when the file is closed.
fn let_go(b: &RdmaBench<'_>) -> Outcome {
    b.rig.hooks.close_device()?;
    b.until("the netdev is free again", || {
        match b.try_link("rxe_two", "rxe", b.rig.netdev.as_str())?.0 {
            Ok(()) => Ok(true),
            Err(error) if error.errno() == Some(Errno::EXIST) => Ok(false),
            Err(error) => Err(tell(&error)),
        }
    })
}

fn rdma_deleted_device_is_gone_at_once(b: &RdmaBench<'_>) -> Outcome {
    held_up(b)?;
    require("the device is still listed", b.device("rxe_lab")?.is_none())?;
    let_go(b)
}
