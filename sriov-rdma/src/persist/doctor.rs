use std::error::Error;

use sriov_host::boot;
use sriov_host::doctor::Check;
use sriov_host::seam::{Availability, Host, RdmaSystem};

use super::error::FactsError;
use super::facts::Facts;
use super::observe::{at_hand, look_into_initramfs};
use super::prospect::Prospect;

/// Whether the mode will be the same after the next boot, and whether what is persisted agrees
/// with itself. Nothing is changed and no module is loaded.
pub fn checks(host: &dyn Host, rdma: &dyn RdmaSystem) -> Vec<Check> {
    let facts = facts(host, rdma);
    vec![mode(&facts), persisted(&facts)]
}

fn facts(host: &dyn Host, rdma: &dyn RdmaSystem) -> Observed {
    let loader = boot::probe(host).map_err(FactsError::Staged)?;
    let mut facts = at_hand(host, rdma, loader.as_ref())?;
    look_into_initramfs(host, &mut facts);
    Ok(facts)
}

type Observed = Result<Facts, FactsError>;

fn mode(facts: &Observed) -> Check {
    const ID: &str = "rdma-mode";
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => return Check::unknown(ID, error as &dyn Error),
    };
    let live = match facts.live {
        Availability::Available(live) => live,
        Availability::NotLoaded => return Check::good(ID, "ib_core is not loaded"),
        Availability::Unsupported => return Check::good(ID, "the kernel has no netns mode"),
    };
    match facts.next_boot().iter().find(|prospect| !prospect.is(live)) {
        None => Check::good(ID, format!("{live}, now and after the next boot")),
        Some(other) => Check::bad(
            ID,
            format!("{live} now, and {other} after the next boot"),
            "`sriovctl rdma set --mode MODE --persist` makes the two agree",
        ),
    }
}

fn persisted(facts: &Observed) -> Check {
    const ID: &str = "rdma-persisted";
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => return Check::unknown(ID, error as &dyn Error),
    };
    let settings = facts.settings();
    let told = settings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if let Some(bad) = settings.iter().find(|setting| setting.value.mode().is_none()) {
        let message = format!("{bad} keeps ib_core from being loaded");
        return Check::bad(ID, message, "write 0 for exclusive or 1 for shared");
    }
    let mut modes: Vec<_> = settings.iter().filter_map(|setting| setting.value.mode()).collect();
    modes.dedup();
    match (modes.len(), settings.last()) {
        (0, _) => Check::good(ID, "nothing is set: the kernel's default, shared"),
        (1, _) => Check::good(ID, told),
        (_, last) => {
            let last = last.map(Prospect::to_string).unwrap_or_default();
            let message = format!("settings contradict each other, and the last counts: {told}");
            Check::bad(ID, message, format!("remove all but {last}"))
        }
    }
}
