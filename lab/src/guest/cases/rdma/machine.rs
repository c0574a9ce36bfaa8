//! What the other cases take for granted of the machine.

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::hold::{Held, Holder};
use super::super::super::netns::{self, Netns};
use super::super::super::probe::Changes;
use super::super::super::rdma::{self, SoftDevice};
use super::FORM;

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_machine_has_both_soft_drivers", drivers),
    Case::new(FORM, "rdma_machine_namespaces_stop_the_mode", namespaces),
    Case::new(FORM, "rdma_machine_makes_verbs_contexts", contexts),
    Case::new(FORM, "rdma_machine_moves_siw", moves),
    Case::new(FORM, "rdma_machine_counts_changes", counts),
];

fn drivers() -> Done {
    let (rxe, siw) = (SoftDevice::rxe()?, SoftDevice::siw()?);
    let mut names = vec![rxe.name()?, siw.name()?];
    names.sort();
    same("names", &names, &vec!["rxe0".to_owned(), "siw0".to_owned()])?;
    drop((rxe, siw));
    same("devices afterwards", &rdma::list(&["dev"])?.len(), &0)
}

fn namespaces() -> Done {
    let kinds: [fn() -> Result<Netns, String>; 3] =
        [Netns::of_process, Netns::of_descriptor, || Netns::named("lab")];
    for make in kinds {
        let kept = make()?;
        let ran = rdma::tool(&["system", "set", "netns", "exclusive"])?;
        let (what, said) = (kept.traces(), ran.err);
        holds(|| format!("{what:?} is in nobody's way: {said}"), said.contains("busy"))?;
        drop(kept);
        rdma::set_mode("exclusive")?;
        same("mode", &rdma::mode()?, &"exclusive")?;
        rdma::set_mode("shared")?;
    }
    Ok(())
}

fn contexts() -> Done {
    for device in [SoftDevice::rxe()?, SoftDevice::siw()?] {
        let bare = Holder::of(&device.uverbs()?)?;
        same("contexts of a bare descriptor", &device.resources()?["ctx"], &0.into())?;
        drop(bare);
        let context = Holder::start(Held::Context(&device.uverbs()?))?;
        same("contexts", &device.resources()?["ctx"], &1.into())?;
        drop(context);
        same("contexts afterwards", &device.resources()?["ctx"], &0.into())?;
    }
    Ok(())
}

fn moves() -> Done {
    let siw = SoftDevice::siw()?;
    rdma::set_mode("exclusive")?;
    let lab = Netns::named("lab")?;
    rdma::tool(&["dev", "set", "siw0", "netns", "lab"])?.expect(0)?;
    same("the device here", &siw.shown()?, &None)?;
    let there = netns::inside("lab", &["/bin/rdma", "-j", "dev"])?.json()?;
    same("the device there", &there[0]["ifname"], &"siw0".into())?;
    // Without an explicit return it comes back with the end of the namespace.
    drop(lab);
    super::super::super::sys::until(
        "the device is back",
        std::time::Duration::from_secs(10),
        || siw.shown().is_ok_and(|shown| shown.is_some()),
    )
}

fn counts() -> Done {
    let changes = Changes::counted()?;
    changes.none()?;
    rdma::set_mode("exclusive")?;
    let device = SoftDevice::rxe()?;
    rdma::tool(&["dev", "set", "rxe0", "name", "other0"])?.expect(0)?;
    drop(device);
    let counted: Vec<String> = changes.so_far()?.into_keys().collect();
    for kind in ["rdma_system_set", "rdma_set", "rdma_new", "rdma_delete"] {
        holds(
            || format!("{kind} was not counted, only {counted:?}"),
            counted.iter().any(|other| other == kind),
        )?;
    }
    Ok(())
}
