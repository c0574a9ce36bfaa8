//! What the product changes: the mode, names, soft devices.

use std::time::Duration;

use sriov_host::linux::LinuxHost;
use sriov_host::seam::{RdmaChange, RdmaError, RdmaSystem};
use sriov_host::{Errno, NetnsMode, RdmaIndex};
use sriov_rdma::LinuxRdma;
use sriov_rdma::netns_mode::{self, SetError, SetOptions};

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::hold::Holder;
use super::super::super::netns::Netns;
use super::super::super::rdma::{self, NETDEVS, SoftDevice};
use super::super::super::sys;
use super::{FORM, index, told};

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_mode_is_set_both_ways", mode),
    Case::new(FORM, "rdma_mode_is_busy_with_any_namespace", busy),
    Case::new(FORM, "rdma_device_is_renamed", rename),
    Case::new(FORM, "rdma_link_is_added_and_deleted", links),
    Case::new(FORM, "rdma_link_in_use_is_still_being_deleted", blocked),
];

const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn change(change: &RdmaChange) -> Result<(), RdmaError> {
    LinuxRdma::system().change_rdma(change, PATIENCE)
}

fn mode() -> Done {
    for mode in [NetnsMode::Exclusive, NetnsMode::Exclusive, NetnsMode::Shared] {
        change(&RdmaChange::NetnsMode(mode)).map_err(|e| told(&e))?;
        same("mode in sysfs", &rdma::mode()?, &mode.to_string().as_str())?;
    }
    Ok(())
}

/// Whoever keeps a namespace is named, with process and command where there is a process.
fn busy() -> Done {
    let kinds: [fn() -> Result<Netns, String>; 3] =
        [Netns::of_process, Netns::of_descriptor, || Netns::named("lab")];
    for make in kinds {
        let kept = make()?;
        let answer = change(&RdmaChange::NetnsMode(NetnsMode::Exclusive));
        let errno = answer.err().and_then(|error| error.errno());
        same(&format!("answer while {:?} lives", kept.traces()), &errno, &Some(Errno::BUSY))?;
        let set = netns_mode::set(
            &LinuxHost::system(),
            &LinuxRdma::system(),
            NetnsMode::Exclusive,
            SetOptions::default(),
        );
        let Err(SetError::Busy { seen, .. }) = set else {
            return Err(format!("{set:?} while {:?} lives", kept.traces()));
        };
        same("holders", &seen.holders.len(), &1)?;
        for trace in kept.traces() {
            let said = seen.to_string();
            holds(|| format!("{said:?} does not name {trace:?}"), said.contains(&trace))?;
        }
        // What it is already, it may be set to at any time.
        change(&RdmaChange::NetnsMode(NetnsMode::Shared)).map_err(|e| told(&e))?;
    }
    Ok(())
}

fn rename() -> Done {
    let rxe = SoftDevice::rxe()?;
    let name = "lab_rxe-7".parse().map_err(|_| "no name")?;
    change(&RdmaChange::Rename { device: index(&rxe)?, name }).map_err(|e| told(&e))?;
    same("name", &rxe.name()?, &"lab_rxe-7".to_owned())?;
    let name = "nobody".parse().map_err(|_| "no name")?;
    let answer = change(&RdmaChange::Rename { device: RdmaIndex::new(4000), name });
    holds(
        || format!("a device that is not there: {answer:?}"),
        answer.as_ref().is_err_and(RdmaError::is_not_found),
    )
}

fn add(name: &str, kind: &str, netdev: &str) -> Result<RdmaChange, String> {
    Ok(RdmaChange::AddLink {
        name: name.parse().map_err(|_| "no name")?,
        kind: kind.parse().map_err(|_| "no kind")?,
        netdev: netdev.parse().map_err(|_| "no netdev")?,
    })
}

fn links() -> Done {
    for (name, kind, netdev) in [("rxe9", "rxe", NETDEVS[0]), ("siw9", "siw", NETDEVS[1])] {
        change(&add(name, kind, netdev)?).map_err(|e| told(&e))?;
    }
    let shown = rdma::list(&["link"])?;
    let names: Vec<_> = shown.iter().map(|link| (&link["ifname"], &link["netdev"])).collect();
    let wanted = [("rxe9", NETDEVS[0]), ("siw9", NETDEVS[1])];
    let wanted: Vec<_> = wanted.map(|(name, netdev)| (name.into(), netdev.into())).into();
    same("links", &names, &wanted.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>())?;
    let again = change(&add("rxe8", "rxe", NETDEVS[0])?);
    same("a second one on the netdev", &again.err().and_then(|e| e.errno()), &Some(Errno::EXIST))?;
    let nowhere = change(&add("rxe8", "rxe", "nowhere")?);
    same("one on no netdev", &nowhere.err().and_then(|e| e.errno()), &Some(Errno::NODEV))?;
    for device in super::devices()? {
        change(&RdmaChange::DeleteLink { device: device.index }).map_err(|e| told(&e))?;
    }
    same("devices afterwards", &rdma::list(&["dev"])?.len(), &0)
}

/// A request that hangs in the kernel must not take its caller with it.
fn blocked() -> Done {
    let rxe = SoftDevice::rxe()?;
    let holder = Holder::of(&rxe.uverbs()?)?;
    let delete = RdmaChange::DeleteLink { device: index(&rxe)? };
    let answer = LinuxRdma::system().change_rdma(&delete, Duration::from_secs(2));
    holds(
        || format!("a deletion that hangs: {answer:?}"),
        answer.as_ref().is_err_and(RdmaError::is_still_running),
    )?;
    // Others are answered meanwhile.
    same("devices meanwhile", &super::devices()?.len(), &0)?;
    same("the mode meanwhile", &rdma::mode()?, &"shared")?;
    let taken = SoftDevice::rxe();
    holds(|| "its netdev is free already".to_owned(), taken.is_err())?;
    drop(holder);
    sys::until("the deletion ends", PATIENCE, || SoftDevice::rxe().is_ok())
}
