//! Devices that change their network namespace.

use std::time::Duration;

use sriov_host::linux::LinuxHost;
use sriov_host::plan::Guard;
use sriov_host::seam::{RdmaChange, RdmaError};
use sriov_host::{Errno, Netns as Target, NetnsMode, RdmaDeviceName};
use sriov_rdma::LinuxRdma;
use sriov_rdma::moving::{MoveError, MoveOptions, Moved, move_device};

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::hold::{Held, Holder};
use super::super::super::netns::{self, Netns};
use super::super::super::rdma::{self, SoftDevice};
use super::changes::change;
use super::{FORM, index, told};

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_move_there_and_back", there_and_back),
    Case::new(FORM, "rdma_move_needs_exclusive_mode", shared),
    Case::new(FORM, "rdma_move_is_refused_by_rxe", unable),
    Case::new(FORM, "rdma_move_is_refused_while_in_use", in_use),
    Case::new(FORM, "rdma_move_throws_users_out_if_told", thrown_out),
    Case::new(FORM, "rdma_move_is_given_back", given_back),
    Case::new(FORM, "rdma_move_is_given_back_by_a_panic", panic),
    Case::new(FORM, "rdma_move_is_refused_from_elsewhere", elsewhere),
];

const LAB: &str = "lab";
const PATIENCE: Duration = Duration::from_secs(10);

fn target(text: &str) -> Result<Target, String> {
    text.parse().map_err(|_| format!("{text} names no namespace"))
}

fn relocation(device: &SoftDevice, from: Option<&str>, to: &str) -> Result<RdmaChange, String> {
    let from = from.map(target).transpose()?;
    Ok(RdmaChange::Move { device: index(device)?, from, to: target(to)? })
}

/// In exclusive mode, with a namespace to move to.
fn exclusive() -> Result<Netns, String> {
    change(&RdmaChange::NetnsMode(NetnsMode::Exclusive)).map_err(|e| told(&e))?;
    Netns::named(LAB)
}

/// The devices that a process in the namespace sees.
fn names_there() -> Result<Vec<String>, String> {
    let ran = netns::inside(LAB, &["/bin/rdma", "-j", "dev"])?;
    ran.expect(0)?;
    if ran.out.trim().is_empty() {
        return Ok(Vec::new());
    }
    let shown = ran.json()?;
    let devices = shown.as_array().cloned().unwrap_or_default();
    Ok(devices.iter().filter_map(|device| device["ifname"].as_str().map(str::to_owned)).collect())
}

fn there_and_back() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = exclusive()?;
    same("devices there", &names_there()?, &Vec::new())?;
    change(&relocation(&siw, None, LAB)?).map_err(|e| told(&e))?;
    same("the device here", &siw.shown()?, &None)?;
    same("devices there", &names_there()?, &vec!["siw0".to_owned()])?;
    same("devices that the product sees here", &super::devices()?.len(), &0)?;
    change(&relocation(&siw, Some(LAB), "1")?).map_err(|e| told(&e))?;
    same("devices there", &names_there()?, &Vec::new())?;
    same("name here", &siw.name()?, &"siw0".to_owned())
}

fn shared() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = Netns::named(LAB)?;
    let answer = change(&relocation(&siw, None, LAB)?);
    same("answer", &answer.err().and_then(|e| e.errno()), &Some(Errno::OPNOTSUPP))
}

fn unable() -> Done {
    let rxe = SoftDevice::rxe()?;
    let _lab = exclusive()?;
    let answer = change(&relocation(&rxe, None, LAB)?);
    same("answer", &answer.err().and_then(|e| e.errno()), &Some(Errno::OPNOTSUPP))?;
    same("name here", &rxe.name()?, &"rxe0".to_owned())
}

fn move_siw<'r>(rdma: &'r LinuxRdma, allow: &[Guard]) -> Result<Moved<'r>, MoveError> {
    let name: RdmaDeviceName = "siw0".parse().map_err(|_| MoveError::NotLoaded)?;
    let to = Target::Path(netns::path(LAB).into());
    let options = MoveOptions { allow: allow.iter().copied().collect(), ..MoveOptions::default() };
    move_device(&LinuxHost::system(), rdma, &name, &to, &options)
}

fn in_use() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = exclusive()?;
    let system = LinuxRdma::system();
    for held in [Held::File(&siw.uverbs()?), Held::Context(&siw.uverbs()?)] {
        let holder = Holder::start(held)?;
        let refused = move_siw(&system, &[]);
        let Err(MoveError::InUse { users, .. }) = refused else {
            return Err(format!("{refused:?} with {held:?}"));
        };
        let pids: Vec<_> = users.iter().map(|(_, user)| user.pid).collect();
        same("users", &pids, &vec![Some(holder.pid())])?;
        same("name here", &siw.name()?, &"siw0".to_owned())?;
    }
    Ok(())
}

fn thrown_out() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = exclusive()?;
    let system = LinuxRdma::system();
    let holder = Holder::start(Held::Context(&siw.uverbs()?))?;
    let moved = move_siw(&system, &[Guard::RdmaUser]).map_err(|e| told(&e))?;
    same("devices there", &names_there()?, &vec!["siw0".to_owned()])?;
    moved.give_back(PATIENCE).map_err(|e| told(&e))?;
    same("contexts afterwards", &siw.resources()?["ctx"], &0.into())?;
    drop(holder);
    Ok(())
}

fn given_back() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = exclusive()?;
    let system = LinuxRdma::system();
    let moved = move_siw(&system, &[]).map_err(|e| told(&e))?;
    same("the device here", &siw.shown()?, &None)?;
    moved.give_back(PATIENCE).map_err(|e| told(&e))?;
    same("name here", &siw.name()?, &"siw0".to_owned())?;
    let moved = move_siw(&system, &[]).map_err(|e| told(&e))?;
    moved.leave_it();
    same("devices there", &names_there()?, &vec!["siw0".to_owned()])?;
    change(&relocation(&siw, Some(LAB), "1")?).map_err(|e| told(&e))
}

#[expect(clippy::panic, reason = "what a panic leaves behind is what is looked at")]
fn panic() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = exclusive()?;
    let thread = std::thread::spawn(|| -> Done {
        let system = LinuxRdma::system();
        let moved = move_siw(&system, &[]).map_err(|e| told(&e))?;
        same("devices there", &names_there()?, &vec!["siw0".to_owned()])?;
        panic!("with {moved:?}");
    });
    let ended = thread.join();
    holds(|| format!("no panic: {ended:?}"), ended.is_err())?;
    same("name here", &siw.name()?, &"siw0".to_owned())
}

fn elsewhere() -> Done {
    let siw = SoftDevice::siw()?;
    let _lab = exclusive()?;
    // It is here, not there.
    let answer = change(&relocation(&siw, Some(LAB), "1")?);
    holds(
        || format!("from elsewhere: {answer:?}"),
        answer.as_ref().is_err_and(RdmaError::is_not_found),
    )?;
    let answer = change(&relocation(&siw, None, "nowhere")?);
    same("to nowhere", &answer.err().and_then(|e| e.errno()), &Some(Errno::NOENT))?;
    let answer = change(&relocation(&siw, None, "/etc/passwd")?);
    same("to what is no namespace", &answer.err().and_then(|e| e.errno()), &Some(Errno::INVAL))?;
    same("mode", &rdma::mode()?, &"exclusive")
}
