use std::fmt::Write as _;

use sriov_host::inventory::{NodeInventory, ObserveOptions, observe};
use sriov_host::readiness::{Awaited, Readiness, Stage, WaitOptions, wait};
use sriov_host::seam::Host;
use sriov_host::{PciAddress, VfCount, codes};

use crate::args::{Global, WaitArgs};
use crate::failure::Failure;
use crate::progress::Bar;
use crate::signals;
use crate::status::Status;
use crate::target::with_host;
use crate::term::{self, Style};

pub(crate) fn run(global: &Global, args: &WaitArgs) -> Result<Status, Failure> {
    with_host(global, |host| {
        let mut awaited = Awaited::first(pf(host, &args.pf)?, VfCount::new(args.vfs));
        awaited.vfs.iter_mut().for_each(|vf| vf.driver = args.driver.clone());
        let cancel = signals::cancel();
        let bar = Bar::new(global, awaited.vfs.len());
        let options = WaitOptions {
            overall: global.timeout,
            cancel: Some(&cancel),
            progress: Some(&|vfs| bar.waiting(vfs)),
            ..WaitOptions::default()
        };
        let found = wait(host, &awaited, &options);
        bar.finish();
        let found = found?;
        term::print(global, &found, |style| text(&found, style))?;
        if found.ready {
            return Ok(Status::Done);
        }
        if cancel.is_cancelled() {
            let message = "cancelled by a signal before every VF was ready";
            return Err(Failure::new(Status::Failure, codes::CANCELLED.id, message));
        }
        Err(late(&found))
    })
}

fn late(found: &Readiness) -> Failure {
    let late: Vec<String> = found.late().map(ToString::to_string).collect();
    let message = format!("{} of {} VFs are not ready", late.len(), found.vfs.len());
    Failure::new(Status::NotReady, codes::VFS_NOT_READY.id, message).caused_by(late)
}

/// The PF with this address, name or alternative name.
fn pf(host: &dyn Host, text: &str) -> Result<PciAddress, Failure> {
    let inventory: NodeInventory = observe(host, ObserveOptions::default())?;
    let address: Option<PciAddress> = text.parse().ok();
    let mut pfs = inventory.pfs.iter();
    let found = pfs.find(|pf| {
        let named = pf.name.as_ref().is_some_and(|name| name.as_str() == text);
        Some(pf.pci) == address || named || pf.alt_names.iter().any(|name| name == text)
    });
    let found = found.ok_or_else(|| {
        let message = format!("no PF of this host is called {text:?}");
        Failure::new(Status::Failure, codes::NO_PF_MATCHES.id, message)
            .with_help(Some("compare with `sriovctl list`"))
    })?;
    if found.total_vfs.is_none() {
        let message = format!("{}: the device has no SR-IOV capability", found.pci);
        return Err(Failure::new(Status::Unsupported, codes::NO_SRIOV_CAPABILITY.id, message));
    }
    Ok(found.pci)
}

pub(crate) fn text(found: &Readiness, style: Style) -> String {
    let mut text = String::new();
    for vf in &found.vfs {
        let name = vf.name.as_ref().map_or_else(String::new, |name| format!(" as {name}"));
        let after = vf.ready_after.map(|time| format!(" after {} ms", time.as_millis()));
        let line = format!("{vf}{name}{}", after.unwrap_or_default());
        let line = if vf.stage == Stage::Ready { style.green(&line) } else { style.yellow(&line) };
        let _ = writeln!(text, "{line}");
    }
    text
}
