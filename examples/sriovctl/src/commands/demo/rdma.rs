//! The RDMA mode: a boot only where the kernel leaves no other way, and only one.

use sriov_host::boot::probe;
use sriov_host::config::RdmaNetnsMode;
use sriov_host::sim::SimHost;
use sriov_rdma::persist::{
    FactsError, ModeApplyOptions, ModePlanOptions, apply, observe, plan, survey,
};

use super::{Chapter, broken, value};
use crate::commands::rdma::{set_text, survey_text};
use crate::failure::Failure;
use crate::term::Style;

const WANTED: RdmaNetnsMode = RdmaNetnsMode::Exclusive;

pub(super) fn chapters(style: Style) -> Result<[Chapter; 2], Failure> {
    let host = SimHost::demo();
    let persisted = persisted(&host, style)?;
    host.reboot();
    Ok([persisted, booted(&host, style)?])
}

fn persisted(host: &SimHost, style: Style) -> Result<Chapter, Failure> {
    let loader = probe(host).map_err(FactsError::Staged)?;
    let facts = observe(host, host, loader.as_ref(), WANTED)?;
    let plan = plan(&facts, WANTED, ModePlanOptions::default());
    let applied = apply(&plan, host, host, &ModeApplyOptions::default());
    if applied.reboot_reasons.is_empty() {
        return Err(broken("a kernel that refuses while a pod runs"));
    }
    let notes = plan.plan.notes.iter().map(|note| format!("note: {note}\n"));
    Ok(Chapter {
        title: "A mode of the whole host",
        story: "Pods are to see their own RDMA device only. The kernel changes that mode at once, \
                but not while another network namespace exists, and a pod has one. So the next \
                boot is made to bring it, and only because that is proven a boot is asked for.",
        command: "sriovctl rdma set --mode exclusive --persist",
        result: value(&applied)?,
        text: notes.collect::<String>() + &set_text(&plan, &applied, style),
    })
}

fn booted(host: &SimHost, style: Style) -> Result<Chapter, Failure> {
    let loader = probe(host).map_err(FactsError::Staged)?;
    let facts = observe(host, host, loader.as_ref(), WANTED)?;
    if !plan(&facts, WANTED, ModePlanOptions::default()).is_empty() {
        return Err(broken("the mode after its boot"));
    }
    let survey = survey(host, host, loader.as_ref())?;
    Ok(Chapter {
        title: "After that boot",
        story: "Nothing is left to do, and nothing asks for another boot. Had it not helped, that \
                would be an error with the evidence, never the reason for a second one.",
        command: "sriovctl rdma get",
        result: value(&survey)?,
        text: survey_text(&survey, style),
    })
}
