//! Who uses a device, as the product finds out.

use serde_json::json;
use sriov_host::linux::LinuxHost;
use sriov_rdma::LinuxRdma;
use sriov_rdma::devices::{DeviceReport, devices};

use super::super::super::case::{Case, Done, same};
use super::super::super::hold::{Held, Holder};
use super::super::super::probe::Changes;
use super::super::super::rdma::SoftDevice;
use super::{FORM, index, told};

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_idle_device_has_no_users", idle),
    Case::new(FORM, "rdma_open_file_is_a_user", file),
    Case::new(FORM, "rdma_context_is_a_user", context),
];

pub(super) fn reported(device: &SoftDevice) -> Result<DeviceReport, String> {
    let number = index(device)?;
    let changes = Changes::counted()?;
    let found = devices(&LinuxHost::system(), &LinuxRdma::system()).map_err(|e| told(&e))?;
    changes.none()?;
    let mut found = found.available().unwrap_or_default().into_iter();
    found.find(|device| device.index == number).ok_or_else(|| "it is not listed".to_owned())
}

fn both() -> Result<[SoftDevice; 2], String> {
    Ok([SoftDevice::rxe()?, SoftDevice::siw()?])
}

fn idle() -> Done {
    for device in both()? {
        let found = reported(&device)?;
        let name = device.name()?;
        same(&format!("users of {name}"), &found.users, &Vec::new())?;
        same(&format!("{name} in use"), &found.in_use, &false)?;
    }
    Ok(())
}

fn file() -> Done {
    used(|path| Held::File(path))
}

fn context() -> Done {
    used(|path| Held::Context(path))
}

fn used(how: fn(&str) -> Held<'_>) -> Done {
    for device in both()? {
        let uverbs = device.uverbs()?;
        let holder = Holder::start(how(&uverbs))?;
        let found = reported(&device)?;
        same("in use", &found.in_use, &true)?;
        let users: Vec<_> = found.users.iter().map(|user| json!([user.pid, user.comm])).collect();
        same("users", &users, &vec![json!([holder.pid(), "lab-guest"])])?;
        drop(holder);
        same("in use afterwards", &reported(&device)?.in_use, &false)?;
    }
    Ok(())
}
